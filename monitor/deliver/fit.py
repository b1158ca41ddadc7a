"""Making a message fit what a channel takes, visibly: what is shortened says so.

Sizes of what people see are counted in characters, before a channel's own escaping; a channel that has a limit on the
whole measures what it would send and asks for less until it fits.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace

from monitor.model import Fact, Language, Link, Message

CUT = {"sv": " … (förkortat)", "en": " … (shortened)"}
MORE = {"sv": "… och {} till", "en": "… and {} more"}

LEVELS: tuple[tuple[int, int], ...] = ((2800, 40), (1400, 30), (700, 20), (350, 12), (180, 8), (90, 4))
"""How far texts and lists are shortened, step by step: characters of one text, entries of one list."""

HEADLINE = 140
FACT_NAME = 80
TOAST = 80
FOOTER = 280

# Control characters, and the marks that turn the reading direction of what follows around.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_JOINERS = frozenset("\u200d\ufe0e\ufe0f")


def clean(text: str) -> str:
    """Text that every channel can carry: valid Unicode, no control characters but tab and line feed."""
    return _SURROGATE.sub("\ufffd", _UNWANTED.sub("", text))


def one_line(text: str) -> str:
    """Clean text with all white space folded, for places that take one line."""
    return " ".join(clean(text).split())


def cut(text: str, length: int, *, lang: Language) -> str:
    """The text, or as much of its beginning as fits with the words that say it was shortened."""
    if len(text) <= length:
        return text
    mark = CUT[lang]
    end = max(length - len(mark), 0)
    while end and (unicodedata.combining(text[end]) or text[end] in _JOINERS or text[end - 1] in _JOINERS):
        end -= 1
    return (text[:end].rstrip() + mark)[-length:] if end == 0 else text[:end].rstrip() + mark


def shorten(message: Message, *, characters: int, entries: int) -> Message:
    """The message in clean text, no part longer than `characters`, no list longer than `entries`."""
    lang = message.lang

    def text(words: str, length: int = characters) -> str:
        return cut(clean(words).strip(), min(length, characters), lang=lang)

    def line(words: str, length: int = characters) -> str:
        return cut(one_line(words), length, lang=lang)

    facts = [Fact(name=line(fact.name, FACT_NAME), value=text(fact.value, 500)) for fact in message.facts[:entries]]
    lead = [text(words) for words in message.lead[:entries]]
    advice = [text(words) for words in message.advice[:entries]]
    quotes = [
        Fact(name=line(quote.name, min(200, characters)), value=text(quote.value)) for quote in message.quotes[:entries]
    ]
    left_out = sum(
        max(len(part) - entries, 0) for part in (message.facts, message.lead, message.advice, message.quotes)
    )
    if left_out:
        lead.append(MORE[lang].format(left_out))
    return replace(
        message,
        toast=line(message.toast, TOAST),
        label=line(message.label, 40),
        headline=line(message.headline, min(HEADLINE, characters)),
        facts=tuple(facts),
        lead=tuple(lead),
        advice=tuple(advice),
        quotes=tuple(quotes),
        buttons=tuple(
            Link(text=line(button.text, 40), url=button.url)
            for button in message.buttons[:5]
            if button.url.startswith(("https://", "http://"))
        ),
        footer=line(message.footer, FOOTER),
    )


def fit(message: Message, *, fits: Callable[[Message], bool]) -> Message:
    """The fullest form of the message that `fits`; the most modest one where none does."""
    for characters, entries in LEVELS:
        shortened = shorten(message, characters=characters, entries=entries)
        if fits(shortened):
            return shortened
    return shortened


def plain_lines(message: Message) -> list[str]:
    """The message as paragraphs of plain text, in the order in which it is read; buttons as text with address."""
    lines = [f"{message.label}: {message.headline}"]
    lines += [f"{fact.name}: {fact.value}" for fact in message.facts]
    lines += [*message.lead, *message.advice]
    for quote in message.quotes:
        lines.append(f"«{quote.value}»")
        if quote.name:
            lines.append(quote.name)
    lines += [f"{button.text}: {button.url}" for button in message.buttons]
    lines.append(message.footer)
    return [line for line in lines if line]


def reference(message_id: str) -> str:
    """The beginning of an id, by which people can tell a message that came twice."""
    return message_id.removeprefix("urn:uuid:")[:8]
