"""What a person is sent, before a channel dresses it: plain strings, in the order in which they are read.

Every string is plain text. `quotation`, and whatever of the page's words stands in a fact, comes from a page that we
do not control: channels escape all of it, each in its own way.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal
from urllib.parse import urlsplit

from monitor.model import Language, Text
from monitor.wording.names import in_language

Label = Literal["action", "know", "now"]
MessageKind = Literal[
    "announcement", "correction", "page", "welcome", "test", "digest", "closure.reminder", "heartbeat"
]

LABELS: dict[Label, Text] = {
    "action": Text(sv="Kräver åtgärd", en="Action needed"),
    "know": Text(sv="Bra att veta", en="Good to know"),
    "now": Text(sv="Pågår nu", en="Happening now"),
}
READ_AT_SOURCE = Text(sv="Läs hos FK", en="Read at the agency")
EVIDENCE = Text(sv="Bevis och historik", en="Evidence and history")

TOAST_LENGTH = 80
PHONE_LINES = 12
PHONE_COLUMNS = 60
SHORTEST_QUOTATION = 40
CUT = Text(sv=" … (förkortat)", en=" … (shortened)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A name with its value: "Läge", "planerat, inte beslutat"."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A link to press."""

    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message in one language. Read top down: label and title, facts, text, action, quotation, source, footer.

    `toast` is the notification, e-mail subject and screen-reader fallback: at most 80 characters, understood alone.
    `quotation` is what the agency writes, always in Swedish, without quotation marks. `source` says when it was
    published and seen, `reading` what is our interpretation. `thread` is the subject that later messages come back to.
    """

    kind: MessageKind
    lang: Language
    label: Label
    toast: str
    title: str
    facts: tuple[Fact, ...] = ()
    text: tuple[str, ...] = ()
    action: str | None = None
    quotation: str | None = None
    source: str | None = None
    reading: str | None = None
    buttons: tuple[Button, ...] = ()
    footer: str
    thread: str | None = None

    @property
    def label_text(self) -> str:
        """The label's words."""
        return in_language(LABELS[self.label], self.lang)

    @property
    def heading(self) -> str:
        """The label and the title: "Kräver åtgärd: SSBTEK 10 stängs onsdag 31 mars 2027"."""
        return f"{self.label_text}: {self.title}"

    @property
    def action_line(self) -> str | None:
        """What to do, with its lead-in."""
        if self.action is None:
            return None
        return f"{'Gör så här' if self.lang == 'sv' else 'What to do'}: {self.action}"

    @property
    def quotation_line(self) -> str | None:
        """The agency's words, marked as theirs."""
        if self.quotation is None:
            return None
        return f"{'FK skriver' if self.lang == 'sv' else 'The agency writes (Swedish)'}: «{self.quotation}»"

    @property
    def lines(self) -> tuple[str, ...]:
        """The message as plain paragraphs in reading order, without the buttons."""
        return tuple(
            line
            for line in (
                self.heading,
                *(f"{fact.name}: {fact.value}" for fact in self.facts),
                *self.text,
                self.action_line,
                self.quotation_line,
                " ".join(part for part in (self.source, self.reading) if part),
                self.footer,
            )
            if line
        )

    def plain(self) -> str:
        """The whole message as plain text, links last, for mail and terminals."""
        links = [f"{button.text}: {button.url}" for button in self.buttons]
        return "\n".join([*self.lines[:-1], *links, "", self.footer]) + "\n"


def fit(words: str, length: int = TOAST_LENGTH) -> str:
    """The words, cut at a word with a visible "…" where they are longer than `length`."""
    words = " ".join(words.split())
    if len(words) <= length:
        return words
    cut = words[: length - 1]
    at_word = cut.rsplit(" ", 1)[0] if " " in cut[length // 2 :] else cut
    return at_word.rstrip(" ,;:–-(«") + "…"


def phone_lines(paragraphs: Sequence[str], columns: int = PHONE_COLUMNS) -> int:
    """How many lines the paragraphs take on a narrow screen."""
    return sum(len(textwrap.wrap(paragraph, columns)) or 1 for paragraph in paragraphs)


def quotation_that_fits(quotation: str, others: Sequence[str], lang: Language) -> str:
    """As much of the quotation as leaves the message within a phone's screen, and never less than a clause of it.

    What is cut off is said; the whole stands behind the buttons.
    """
    quotation = " ".join(quotation.split())
    room = (PHONE_LINES - phone_lines(others)) * PHONE_COLUMNS - 40
    if len(quotation) <= max(room, SHORTEST_QUOTATION):
        return quotation
    return fit(quotation, max(room, SHORTEST_QUOTATION)).rstrip("…").rstrip() + in_language(CUT, lang)


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


def buttons_for(
    url: str | None, *, lang: Language, base_url: str | None, path: str | None = None
) -> tuple[Button, ...]:
    """The agency's page first; our own evidence only where the reader can reach it."""
    buttons: list[Button] = []
    if url:
        buttons.append(Button(text=in_language(READ_AT_SOURCE, lang), url=url))
    if path and base_url and is_reachable(base_url):
        prefix = "" if lang == "sv" else "/en"
        buttons.append(Button(text=in_language(EVIDENCE, lang), url=f"{base_url.rstrip('/')}{prefix}{path}"))
    return tuple(buttons)


def footer_line(subject: str, lang: Language, *, mute: str | None = None) -> str:
    """The last line: whose it is, that it is unofficial, how to make it stop."""
    if lang == "sv":
        return f"{subject} · inofficiell bevakning · {mute or 'tysta: be den som driver Releasevakt hos er'}"
    return f"{subject} · unofficial monitoring · {mute or 'mute: ask whoever runs Releasevakt for you'}"
