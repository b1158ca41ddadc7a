"""The turns of phrase that several kinds of event share."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.model import Event, Text, When
from monitor.wording.matter import Matter
from monitor.wording.names import both
from monitor.wording.when import at_when, first_day, say_day, say_when

NOTHING = Text(sv="", en="")
LABEL_LENGTH = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """What is said of a matter: the toast, a card's heading with the date in full, the summary, the advice."""

    title: Text
    heading: Text
    summary: Text
    action: Text | None = None


def year_note(matter: Matter) -> Text | None:
    """That the year of a date is our inference, and which year we read; None when the page gives it."""
    when = matter.when
    if when is None or not when.year_inferred:
        return None
    day = first_day(when)
    assert day is not None
    return Text(
        sv=f"Årtalet står inte på sidan; vi läser {day.year}.",
        en=f"The page does not give the year; we read it as {day.year}.",
    )


def derivation_note(matter: Matter) -> Text | None:
    """How a fact was worked out that the page does not state in so many words."""
    event = matter.first
    if event.type.startswith("page."):
        return None
    if event.derivation:
        derivation = event.derivation.rstrip(".")
        return Text(sv=f"Vår tolkning: {derivation}.", en=f"Our reading (in Swedish): {derivation}.")
    if event.basis == "derived":
        return Text(sv="Detta är vår tolkning av texten.", en="This is our reading of the text.")
    return None


def state_words(event: Event) -> Text | None:
    """How sure a closing is, by the page's words."""
    match event.state:
        case "planned":
            return Text(sv="planerat, inte beslutat", en="planned, not decided")
        case "decided":
            return Text(sv="beslutat", en="decided")
        case "closed":
            return Text(sv="stängd enligt FK", en="closed, says the agency")
        case _:
            return None


def deadline(when: When | None) -> Text:
    """The day before which something must be done: before a date that begins, by one that only ends."""
    if when is None:
        return NOTHING
    if when.start is None:
        return both(lambda lang: f" {at_when(when, lang)}")
    start = first_day(when)
    assert start is not None
    return Text(sv=f" före {say_day(start, 'sv', weekday=False)}", en=f" before {say_day(start, 'en', weekday=False)}")


def was(before: When | None) -> Text:
    if before is None:
        return NOTHING
    return Text(sv=f" (var {say_when(before, 'sv', short=True)})", en=f" (was {say_when(before, 'en', short=True)})")


def days_sv(count: int) -> str:
    return "en dag" if count == 1 else f"{count} dagar"


def days_en(count: int) -> str:
    return "one day" if count == 1 else f"{count} days"


def owner_sentence(event: Event) -> Text:
    if not event.owner:
        return NOTHING
    return Text(sv=f" Uppgifterna kommer från {event.owner}.", en=f" The data come from {event.owner}.")
