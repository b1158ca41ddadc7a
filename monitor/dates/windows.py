"""What days and times mean together: windows over midnight and over days, and which side a role leaves open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor.dates.clocks import Clock
from monitor.dates.nouns import Role
from monitor.dates.phrases import Element
from monitor.dates.spans import COARSENESS, NIGHTS, ONE_DAY, TURNS, Dated, Days, instant
from monitor.model import Precision

NOON = 12 * 60
LAST_MINUTE = 24 * 60 - 1
MOST_DAYS = 14
"""A span with times over more days than these is read as one stretch only."""

Ends = tuple[date | datetime | None, date | datetime | None]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an element means: its ends, those of other readings, how sharp, and whether a role leaves a side open."""

    ends: Ends
    precision: Precision
    role: Role
    others: tuple[Ends, ...] = ()


def meaning_of(element: Element, dated: tuple[Dated, ...], role: Role) -> Meaning:
    """The meaning of one date of a phrase, whose points are dated already."""
    if element.last is not None:
        return _of_span(element, dated[0].days, dated[1].days, role)
    unit, clock, days = element.first.unit, element.first.clock, dated[0].days
    if clock is not None and (timed := _timed(days, clock, role, night=unit.kind in NIGHTS)):
        return Meaning(timed[0], "minute", clock.role if role == "plain" else role, timed[1:])
    turn = unit.kind in TURNS
    others = tuple(_by_role(other, role, turn=turn) for other in dated[0].others)
    return Meaning(_by_role(days, role, turn=turn), unit.precision, role, others)


def at_times(days: Days, clock: Clock, *, night: bool = False) -> tuple[Ends, ...]:
    """The readings of days with times: the first is meant, further ones are possible. None fits: empty.

    A window whose end is not after its beginning goes over midnight. Over several days it is one stretch from the first
    beginning to the last end; where each day could have its own window, those are the other readings.
    """
    if night and days.start != days.end:
        return _at_night(days, clock)
    if clock.opens is None or clock.closes is None or clock.opens == clock.closes:
        if days.start != days.end:
            return ()
        opens = None if clock.opens is None else instant(days.start, clock.opens, zone=clock.zone)
        closes = None if clock.closes is None else instant(days.start, clock.closes, zone=clock.zone)
        return ((opens, closes),)
    if days.start == days.end:
        return (_window(days.start, clock),)
    whole = _stretch(days, clock.opens, clock.closes, clock.zone)
    count = (days.end - days.start).days + 1
    if count > MOST_DAYS or (count == 2 and clock.closes <= clock.opens):
        return (whole,)
    return (whole, *(_window(days.start + timedelta(days=step), clock) for step in range(count)))


def _at_night(days: Days, clock: Clock) -> tuple[Ends, ...]:
    """A night belongs to two days: its late hours to the first, its early hours to the second."""
    if clock.is_window and clock.opens is not None and clock.closes is not None and clock.closes <= clock.opens:
        return (_stretch(days, clock.opens, clock.closes, clock.zone),)
    hour = clock.opens if clock.opens is not None else clock.closes or 0
    day = days.end if hour < NOON else days.start
    return at_times(Days(day, day), clock)


def _window(day: date, clock: Clock) -> Ends:
    opens, closes = clock.opens or 0, clock.closes or 0
    last = day if closes > opens else day + ONE_DAY
    return _stretch(Days(day, last), opens, closes, clock.zone)


def _stretch(days: Days, opens: int, closes: int, zone: int | None) -> Ends:
    return instant(days.start, opens, zone=zone), instant(days.end, closes, zone=zone, late=True)


def _timed(days: Days, clock: Clock, role: Role, *, night: bool) -> tuple[Ends, ...]:
    readings = at_times(days, clock, night=night)
    if role == "plain" or not readings:
        return readings
    opens, closes = readings[0]
    if role in ("from", "earliest", "after"):
        # Times behind "från och med" are the hours of each day from then on; the first hour is where it begins.
        return ((opens or closes, None),)
    return ((None, closes or opens),)


def _of_span(element: Element, first: Days, last: Days, role: Role) -> Meaning:
    opening, closing = element.first, element.final
    start = first.end if opening.unit.kind in TURNS else first.start
    end = last.start if closing.unit.kind in TURNS else last.end
    days = Days(start, max(start, end))
    coarser = max(opening.unit.precision, closing.unit.precision, key=COARSENESS.index)
    if opening.clock is None and closing.clock is None:
        return Meaning(_by_role(days, role, turn=False), coarser, role)
    if opening.clock is None and closing.clock is not None and closing.clock.is_window:
        readings = at_times(days, closing.clock)
        return Meaning(readings[0], "minute", role, readings[1:])
    begins = _hour(opening.clock, 0, first=True)
    ends = _hour(closing.clock, LAST_MINUTE, first=False)
    zones = [clock.zone for clock in (opening.clock, closing.clock) if clock is not None]
    moment = instant(days.start, begins, zone=zones[0]), instant(days.end, ends, zone=zones[-1], late=True)
    return Meaning(_open(moment, role), "minute", role)


def _hour(clock: Clock | None, default: int, *, first: bool) -> int:
    if clock is None:
        return default
    hours = [hour for hour in (clock.opens, clock.closes) if hour is not None]
    return hours[0] if first else hours[-1]


def _open(ends: Ends, role: Role) -> Ends:
    match role:
        case "until" | "by":
            return None, ends[1]
        case "before":
            return None, ends[0]
        case "after":
            return ends[1], None
        case _:
            return ends


def _by_role(days: Days, role: Role, *, turn: bool) -> Ends:
    """The ends of days under a role. A turn of the year lies between two days: each role takes the one on its side."""
    match role:
        case "from" | "earliest":
            return (days.end if turn else days.start), None
        case "until" | "by":
            return None, (days.start if turn else days.end)
        case "before":
            return None, (days.start if turn else days.start - ONE_DAY)
        case "after":
            return (days.end if turn else days.end + ONE_DAY), None
        case _:
            return days.start, days.end
