"""What every message has in common: the three labels, the buttons, the last line, and the room on a phone.

Everything in a `Message` is plain text. Quotations, and whatever of the page's words stands in a fact, come from a
page that we do not control: channels escape all of it, each in its own way.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Literal
from urllib.parse import urlsplit

from monitor.model import Language, Link, Message, Text
from monitor.wording.names import in_language

Label = Literal["action", "know", "now"]

LABELS: dict[Label, Text] = {
    "action": Text(sv="Kräver åtgärd", en="Action needed"),
    "know": Text(sv="Bra att veta", en="Good to know"),
    "now": Text(sv="Pågår nu", en="Happening now"),
}
READ_AT_SOURCE = Text(sv="Läs hos FK", en="Read at the agency")
EVIDENCE = Text(sv="Bevis och historik", en="Evidence and history")
ADVICE = Text(sv="Gör så här", en="What to do")

TOAST_LENGTH = 80
PHONE_LINES = 12
PHONE_COLUMNS = 60
SHORTEST_QUOTATION = 80
CUT = Text(sv=" … (förkortat)", en=" … (shortened)")


def label_words(label: Label, lang: Language) -> str:
    """The label as it is read."""
    return in_language(LABELS[label], lang)


def fit(words: str, length: int = TOAST_LENGTH) -> str:
    """The words, cut at a word with a visible "…" where they are longer than `length`."""
    words = " ".join(words.split())
    if len(words) <= length:
        return words
    cut = words[: length - 1]
    at_word = cut.rsplit(" ", 1)[0] if " " in cut[length // 2 :] else cut
    return at_word.rstrip(" ,;:–-(«") + "…"


def lines(message: Message) -> tuple[str, ...]:
    """The message as plain paragraphs in the order in which they are read, without the buttons."""
    spoken = [f"{message.label}: {message.headline}"]
    spoken += [f"{fact.name}: {fact.value}" for fact in message.facts]
    spoken += [*message.lead, *message.advice]
    for quote in message.quotes:
        spoken += [part for part in (f"«{quote.value}»" if quote.value else "", quote.name) if part]
    return (*spoken, message.footer)


def phone_lines(paragraphs: Sequence[str], columns: int = PHONE_COLUMNS) -> int:
    """How many lines the paragraphs take on a narrow screen."""
    return sum(len(textwrap.wrap(paragraph, columns)) or 1 for paragraph in paragraphs)


def quotation_that_fits(quotation: str, others: Sequence[str], lang: Language) -> str:
    """As much of the quotation as leaves the message within a phone's screen, and never less than a clause of it.

    What is cut off is said; the whole stands behind the buttons.
    """
    quotation = " ".join(quotation.split())
    room = max((PHONE_LINES - phone_lines(others)) * PHONE_COLUMNS - len(in_language(CUT, lang)), SHORTEST_QUOTATION)
    if len(quotation) <= room:
        return quotation
    return fit(quotation, room).rstrip("…").rstrip() + in_language(CUT, lang)


def is_reachable(base_url: str | None) -> bool:
    """Whether a reader elsewhere could open our own pages: there is a base address, and it is not this machine."""
    host = urlsplit(base_url).hostname if base_url else None
    if not host or host == "localhost" or host.endswith(".localhost"):
        return False
    try:
        address = ip_address(host)
    except ValueError:
        return True
    return not (address.is_loopback or address.is_unspecified)


def buttons_for(url: str | None, *, lang: Language, base_url: str | None, path: str | None = None) -> tuple[Link, ...]:
    """The agency's page first; our own evidence only where the reader can reach it."""
    buttons: list[Link] = []
    if url:
        buttons.append(Link(text=in_language(READ_AT_SOURCE, lang), url=url))
    if path and base_url and is_reachable(base_url):
        prefix = "" if lang == "sv" else "/en"
        buttons.append(Link(text=in_language(EVIDENCE, lang), url=f"{base_url.rstrip('/')}{prefix}{path}"))
    return tuple(buttons)


def footer_line(subject: str, lang: Language) -> str:
    """The last line: what it is about, that this is unofficial, and how to make it stop."""
    if lang == "sv":
        return f"{subject} · inofficiell bevakning · tysta: be den som driver Releasevakt hos er"
    return f"{subject} · unofficial monitoring · mute: ask whoever runs Releasevakt for you"
