"""The agency's own words in a message, each with the place and the times that prove it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from monitor.model import Event, Fact, Language, Message
from monitor.wording.matter import matters_of
from monitor.wording.message import PHONE_LINES, lines, phone_lines, quotation_that_fits
from monitor.wording.names import page_name
from monitor.wording.when import say_moment, say_stamp

MOST_QUOTATIONS = 2


def with_quotations(message: Message, events: Sequence[Event]) -> Message:
    """The message with the agency's own words, as much of them as a phone has room for."""
    ordered = [event for matter in matters_of(events) for event in matter.events]
    quotations: dict[str, Event] = {}
    for event in ordered:
        if event.evidence:
            quotations.setdefault(event.evidence, event)
    chosen = list(quotations.items())[:MOST_QUOTATIONS]
    if not chosen:
        return replace(message, quotes=(Fact(name=source_line(events[0], message.lang), value=""),))
    sources = [source_line(event, message.lang) for _, event in chosen]
    rest = [*lines(message)[:-1], *dict.fromkeys(sources)]
    crowded = len(rest) + len(chosen) >= PHONE_LINES
    if len(chosen) > 1 and (crowded or phone_lines([*rest, *(words for words, _ in chosen)]) > PHONE_LINES):
        del chosen[1:], sources[1:]
    quotes: list[Fact] = []
    for position, (words, _) in enumerate(chosen):
        last_of_source = position == len(chosen) - 1 or sources[position + 1] != sources[position]
        shown = quotation_that_fits(words, rest, message.lang)
        quotes.append(Fact(name=sources[position] if last_of_source else "", value=shown))
        rest.append(shown)
    return replace(message, quotes=tuple(quotes))


def source_line(event: Event, lang: Language) -> str:
    """Where and when it was said, and when we saw it."""
    place = page_name(event.page, lang)
    place = place[:1].upper() + place[1:] if lang == "en" else place
    seen = say_moment(event.seen_at, lang, year=event.published is None)
    if event.published is None:
        return f"{place}, utan datum, sett {seen}" if lang == "sv" else f"{place}, undated, seen {seen}"
    published = say_stamp(event.published, lang)
    if lang == "sv":
        return f"{place}, publicerat {published}, sett {seen}"
    return f"{place}, published {published}, seen {seen}"
