"""How dates and times join: spans, lists, and the words från, till, innan, senast, efter before them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from monitor.dates.clocks import CLOSING, LEADING, ROLES, Clock, clock_at, clock_behind
from monitor.dates.lexicon import LOOSE, Kind
from monitor.dates.line import Line
from monitor.dates.nouns import Role
from monitor.dates.spans import NIGHTS, Unit
from monitor.dates.units import Written, unit_at

LIST_WORDS: Final[frozenset[Kind]] = frozenset(("and", "comma", "instead"))
SHARP: Final = ("day", "month_end", *NIGHTS, "relative_day", "weekday", "last_weekday")
"""Kinds of unit that can carry times."""
LONGEST_LIST = 8


@dataclass(frozen=True, slots=True)
class Point:
    """A unit with its times, and where it stands: offsets, and the token behind it."""

    unit: Unit
    start: int
    end: int
    stop: int
    clock: Clock | None = None


@dataclass(frozen=True, slots=True)
class Element:
    """One date of a phrase: a point, or the first and the last of a span."""

    first: Point
    last: Point | None = None

    @property
    def points(self) -> tuple[Point, ...]:
        """The one or two points."""
        return (self.first,) if self.last is None else (self.first, self.last)

    @property
    def final(self) -> Point:
        """The point that ends it."""
        return self.last or self.first


@dataclass(frozen=True, slots=True)
class Phrase:
    """Dates that belong together and lend each other months and years, with the role of the first.

    `start` is that of the first word. `loose` tells that only a bare "från" or "till" led to the date, which may be
    the old day or the target of a thing that is moved; `joined_by_until` that it is a "från A till B", which is then
    two days and no span.
    """

    elements: tuple[Element, ...]
    role: Role
    start: int
    end: int
    stop: int
    loose: bool = False
    joined_by_until: bool = False


def phrase_at(line: Line, index: int) -> Phrase | None:
    """The dates that begin at this token, with their words; the years may still be missing.

    A phrase without elements says that there is no date up to its `stop`.
    """
    line.origin = index
    leads: list[Kind] = []
    here = index
    if line.at(index).kind == "month" and line.follows_number(index):
        return None
    while line.at(here).kind in LEADING and len(leads) < 2:
        leads.append(line.at(here).kind)
        here += 1
    start = line.tokens[index].start
    if "between" in leads:
        return _between(line, here, start)
    onto_weekday = line.at(index).kind == "prep" and line.words(index) == "på" and line.at(index + 1).kind == "weekday"
    if onto_weekday:
        here += 1
    element = _element(line, here, led=bool(leads))
    if element is None:
        return None
    listed = _listed(line, element)
    if leads == ["from"] and (target := _target(line, element)):
        listed = (element, target)
    elements = _complete(listed)
    if not elements:
        return _nothing(listed, start)
    # "till tidigast 3 maj": the second word says more than the first.
    role: Role = ROLES[leads[leads[0] == "until" and len(leads) > 1]] if leads else "plain"
    final = elements[-1].final
    stop, end = final.stop, final.end
    if line.at(stop).kind == "onward" and not leads and len(elements) == 1 and element.last is None:
        role, end, stop = "from", line.tokens[stop].end, stop + 1
    if not (leads or onto_weekday or line.at(index).kind == "next" or _is_anchored(elements)):
        return None
    joined_by_until = False
    if role in ("from", "earliest") and element.last is not None:
        joined_by_until = _is_joined_by_until(line, element)
        role = "plain"
    return Phrase(
        elements,
        role,
        start if leads else element.first.start,
        end,
        stop,
        loose=len(leads) == 1 and line.tokens[index].value == LOOSE,
        joined_by_until=joined_by_until,
    )


def _nothing(listed: tuple[Element, ...], start: int) -> Phrase | None:
    """Numbers that lend each other nothing ("5, 6, 7"): a phrase without dates, so that they are looked at once."""
    if any(point.clock for element in listed for point in element.points):
        return None
    return Phrase((), "plain", start, start, listed[-1].final.stop)


def _is_anchored(elements: tuple[Element, ...]) -> bool:
    """Whether more than the bare name of a weekday tells the day."""
    return any(
        point.unit.kind != "weekday" or point.clock is not None for element in elements for point in element.points
    )


def _target(line: Line, element: Element) -> Element | None:
    """The second span of "från augusti–november till maj–augusti", which is a move from one period to another."""
    if element.last is None or line.at(element.last.stop).kind != "until":
        return None
    target = _element(line, element.last.stop + 1, led=True)
    return target if target is not None and target.last is not None else None


def _is_joined_by_until(line: Line, element: Element) -> bool:
    """Whether a "till" stands between the two dates of a span, and no dash."""
    return line.at(line.skip(element.first.stop, "also", "comma", most=1)).kind == "until"


def _between(line: Line, index: int, start: int) -> Phrase | None:
    """ "mellan A och B"."""
    first = _point(line, index, led=True)
    if first is None or line.at(first.stop).kind not in ("and", "dash", "until"):
        return None
    last = _continued(line, first.stop + 1, first.unit, led=True)
    if last is None:
        return None
    elements = _complete((Element(first, last),))
    if not elements:
        return None
    return Phrase(elements, "plain", start, last.end, last.stop)


def _element(line: Line, index: int, *, led: bool) -> Element | None:
    first = _point(line, index, led=led)
    if first is None:
        return None
    here = line.skip(first.stop, "also", "comma", most=1)
    if line.at(here).kind != "until" or line.at(here).value == LOOSE:
        here = first.stop
    joint = line.at(here).kind
    if joint in ("dash", "until") or (joint == "mark" and first.unit.kind == "month"):
        last = _continued(line, here + 1, first.unit, led=joint == "until" or first.unit.kind == "year")
        if last is not None and (last.unit.kind == first.unit.kind or not last.unit.is_partial):
            return Element(first, last)
    return Element(first)


def _listed(line: Line, element: Element) -> tuple[Element, ...]:
    """The element with those that are enumerated behind it; commas alone join only days that lack their month."""
    elements = [element]
    joined = element.first.unit.is_partial
    while len(elements) < LONGEST_LIST:
        final = elements[-1].final
        if line.at(final.stop).kind not in LIST_WORDS:
            break
        here = line.skip(final.stop, *LIST_WORDS, most=2)
        following = _element(line, here, led=False) or _wrapped(_continued(line, here, final.unit, led=False))
        if following is None or not _enumerates(final.unit, following.first.unit):
            break
        joined = joined or line.at(final.stop).kind != "comma" or following.first.unit.is_partial
        elements.append(following)
    return tuple(elements) if joined else (element,)


def _enumerates(before: Unit, following: Unit) -> bool:
    """Whether two units can stand in one list."""
    return following.kind not in ("weekday", "year") and (following.kind == before.kind or before.kind in NIGHTS)


def _wrapped(point: Point | None) -> Element | None:
    return None if point is None else Element(point)


def _complete(elements: tuple[Element, ...]) -> tuple[Element, ...]:
    """Lend each day without a month that of the next one, and a list the times of its last; what finds none is out."""
    lender: Point | None = None
    done: list[Element] = []
    shared = elements[-1].final if len(elements) > 1 else None
    for element in reversed(elements):
        points: list[Point] = []
        for point in reversed(element.points):
            if point.unit.is_partial:
                if lender is None:
                    break
                unit = replace(point.unit, number=lender.unit.number)
                point = replace(point, unit=unit, end=max(point.end, lender.end))
            if point.unit.kind == "day":
                lender = point
            points.append(point)
        if len(points) < len(element.points):
            done.clear()
            continue
        done.append(Element(*reversed(points)))
    done.reverse()
    if shared is not None and shared.clock is not None:
        done = [_with_clock(element, shared) for element in done]
    return tuple(done)


def _with_clock(element: Element, shared: Point) -> Element:
    if any(point.clock for point in element.points) or element.first.unit.kind not in SHARP:
        return element
    final = replace(element.final, clock=shared.clock, end=shared.end)
    return Element(final) if element.last is None else Element(element.first, final)


def _continued(line: Line, index: int, before: Unit, *, led: bool) -> Point | None:
    """The second date of a span or list; a bare number takes the noun of the first ("vecka 8–9", "2027-05-03–05")."""
    number = line.at(index)
    point = _point(line, index, led=led)
    if number.kind != "num" or not (point is None or point.unit.is_partial):
        return point
    if before.kind in ("week", "quarter") and number.value[0]:
        unit, stop = Unit(before.kind, number.value[0]), index + 1
        year = line.at(stop)
        if year.kind == "year":
            unit, stop = replace(unit, years=year.value), stop + 1
        return Point(unit, number.start, line.tokens[stop - 1].end, stop)
    if before.kind == "day" and before.years and number.value[0] > before.day and _is_glued(line, index):
        return Point(replace(before, day=number.value[0]), number.start, number.end, index + 1)
    return point


def _is_glued(line: Line, index: int) -> bool:
    """Whether the number clings to a dash that clings to what stands before it."""
    before, dash, number = line.tokens[index - 2 : index + 1]
    return before.end == dash.start and dash.end == number.start


def _point(line: Line, index: int, *, led: bool) -> Point | None:
    if line.at(index).kind in ("clock", "time"):
        return _clock_first(line, index)
    written = unit_at(line, index, led=led)
    if written is None:
        return None
    clock = _clock_of(line, written)
    if clock is None:
        return Point(written.unit, written.start, line.tokens[written.stop - 1].end, written.stop)
    return Point(written.unit, written.start, clock.end, clock.stop, clock)


def _clock_first(line: Line, index: int) -> Point | None:
    """ "kl. 22.00 den 3 maj", "10:00–12:00 lördag 3 maj"."""
    clock = clock_at(line, index)
    if clock is None or not clock.sure:
        return None
    here = line.skip(clock.stop, "comma", "cell", most=1)
    here = line.skip(here, "prep", most=1)
    written = unit_at(line, here, led=False)
    if written is None or written.unit.kind not in SHARP or written.unit.is_partial:
        return None
    return Point(written.unit, clock.start, line.tokens[written.stop - 1].end, written.stop, clock)


def _clock_of(line: Line, written: Written) -> Clock | None:
    """The times behind a day, unless they belong to the next one ("den 3 maj till kl. 06 den 4 maj")."""
    if written.unit.kind not in SHARP:
        return None
    clock = clock_behind(line, written.stop)
    if clock is None or not _leads_on(line, clock.stop):
        return clock
    if clock.is_window:
        return clock_behind(line, written.stop, single=True)
    return None if line.at(written.stop).kind in CLOSING else clock


def _leads_on(line: Line, index: int) -> bool:
    """Whether another day follows at once."""
    if line.at(index).kind not in ("den", "num", "weekday", "slash", "date", "prep"):
        return False
    written = unit_at(line, line.skip(index, "prep", most=1), led=False)
    return written is not None and written.unit.kind in SHARP and not written.unit.is_partial
