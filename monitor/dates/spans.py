"""Calendar arithmetic: which days a week or a season is, which instant a local time is, which year is meant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Literal

from monitor.dates.nouns import Reference, Tense
from monitor.model import STOCKHOLM, Precision

UnitKind = Literal[
    "day", "week", "month", "quarter", "season", "half_year", "year", "half_turn", "year_turn", "month_turn", "night",
    "relative_day", "relative_night", "relative_week", "relative_month", "relative_year", "weekday", "last_weekday",
    "weekday_night", "month_end",
]  # fmt: skip

RELATIVE: frozenset[UnitKind] = frozenset(
    ("relative_day", "relative_night", "relative_week", "relative_month", "relative_year", "weekday", "last_weekday",
     "weekday_night")
)  # fmt: skip
NIGHTS: frozenset[UnitKind] = frozenset(("night", "relative_night", "weekday_night"))
TURNS: frozenset[UnitKind] = frozenset(("half_turn", "year_turn", "month_turn"))
PRECISIONS: dict[UnitKind, Precision] = {
    "week": "week",
    "relative_week": "week",
    "month": "month",
    "relative_month": "month",
    "quarter": "quarter",
    "season": "season",
    "half_year": "half_year",
    "year": "year",
    "relative_year": "year",
}
COARSENESS: tuple[Precision, ...] = ("minute", "day", "week", "month", "quarter", "season", "half_year", "year")

ONE_DAY = timedelta(days=1)
BACKWARD = timedelta(days=31)
"""What is said to lie ahead may lie so far before the stamp: notices are stamped after the event, too."""
NEARBY_YEARS = (-1, 0, 1)
FAR_YEARS = (-4, -3, -2, 2, 3, 4)
"""Looked at for 29 February and week 53 alone."""


@dataclass(frozen=True, slots=True)
class Days:
    """The first and the last day of something."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Unit:
    """A date as far as its words go. `number` is the month, week, quarter, season or the like; 0 where it is borrowed
    from the next one ("3–5 maj"). `years` are the years the words allow: none is to be inferred, two are ambiguous.
    """

    kind: UnitKind
    number: int = 0
    day: int = 0
    years: tuple[int, ...] = ()
    vague: bool = False

    @property
    def is_relative(self) -> bool:
        """Whether it is counted from the reference day itself."""
        return self.kind in RELATIVE

    @property
    def is_partial(self) -> bool:
        """Whether it is a day that still lacks its month."""
        return self.kind == "day" and not self.number

    @property
    def precision(self) -> Precision:
        """How sharp the words are."""
        return PRECISIONS.get(self.kind, "day")


def days_of(unit: Unit, year: int) -> Days | None:
    """The days of a unit in a year; None where that year has no such day. A winter and a turn belong to the year
    in which they begin."""
    try:
        return _days_of(unit, year)
    except ValueError:
        return None


def _days_of(unit: Unit, year: int) -> Days:
    number = unit.number
    match unit.kind:
        case "day":
            day = date(year, number, unit.day)
            return Days(day, day)
        case "night":
            day = date(year, number, unit.day)
            return Days(day - ONE_DAY, day)
        case "week":
            monday = date.fromisocalendar(year, number, 1)
            return Days(monday, monday + timedelta(days=6))
        case "month":
            return _months(year, number, 1)
        case "quarter":
            return _months(year, 3 * number - 2, 3)
        case "season":
            return _months(year, 3 * number, 3)
        case "half_year":
            return _months(year, 6 * number - 5, 6)
        case "half_turn":
            return Days(date(year, 6, 30), date(year, 7, 1))
        case "year_turn":
            return Days(date(year, 12, 31), date(year + 1, 1, 1))
        case "month_end":
            last = _months(year, number, 1).end
            return Days(last, last)
        case "month_turn":
            last = _months(year, number, 1).end
            return Days(last, last + ONE_DAY)
        case _:
            return Days(date(year, 1, 1), date(year, 12, 31))


def _months(year: int, month: int, count: int) -> Days:
    following = month + count
    first_after = date(year + (following - 1) // 12, (following - 1) % 12 + 1, 1)
    return Days(date(year, month, 1), first_after - ONE_DAY)


def days_from(unit: Unit, today: date, tense: Tense | None) -> Days:
    """The days of a relative unit ("i morgon", "på måndag", "nästa vecka"), counted from `today`."""
    match unit.kind:
        case "relative_day":
            day = today + timedelta(days=unit.number)
            return Days(day, day)
        case "relative_night":
            return Days(today, today + ONE_DAY)
        case "relative_week":
            monday = today - timedelta(days=today.weekday()) + timedelta(weeks=unit.number)
            return Days(monday, monday + timedelta(days=6))
        case "relative_month":
            months = today.year * 12 + today.month - 1 + unit.number
            return _months(months // 12, months % 12 + 1, 1)
        case "relative_year":
            return Days(date(today.year + unit.number, 1, 1), date(today.year + unit.number, 12, 31))
        case "last_weekday":
            return weekday_before(unit.number, today)
        case _:
            found = weekday_before(unit.number, today) if tense == "past" else weekday_from(unit.number, today)
            return Days(found.start - ONE_DAY, found.end) if unit.kind == "weekday_night" else found


def weekday_from(weekday: int, day: date) -> Days:
    """The first such weekday (Monday is 1) that is not before `day`."""
    found = day + timedelta(days=(weekday - day.isoweekday()) % 7)
    return Days(found, found)


def weekday_before(weekday: int, day: date) -> Days:
    """The last such weekday (Monday is 1) before `day`."""
    found = day - timedelta(days=(day.isoweekday() - weekday - 1) % 7 + 1)
    return Days(found, found)


@dataclass(frozen=True, slots=True)
class Dated:
    """The days a unit was found to be, where its year came from, and the days of other readings."""

    days: Days
    inferred: bool
    others: tuple[Days, ...] = ()


def date_unit(unit: Unit, reference: Reference, tense: Tense | None) -> Dated | None:
    """The days of a unit that stands alone: by its own year, else by the reference. None where neither tells."""
    if unit.is_relative:
        if reference.on is None:
            return None
        return Dated(days_from(unit, reference.on, tense), inferred=True)
    if len(unit.years) == 1:
        days = days_of(unit, unit.years[0])
        return None if days is None else Dated(days, inferred=False)
    readings = _distinct(_nearest(unit, day, tense) for day in reference.days)
    if unit.years:
        readings = _distinct((*readings, *(days_of(unit, year) for year in reversed(unit.years))))
    if not readings:
        return None
    return Dated(readings[0], inferred=not unit.years, others=readings[1:])


def _distinct(readings: Iterable[Days | None]) -> tuple[Days, ...]:
    return tuple(dict.fromkeys(days for days in readings if days is not None))


def _nearest(unit: Unit, today: date, tense: Tense | None) -> Days | None:
    """The nearest one: for what lies ahead not more than a month back, for what has been not after `today`."""
    years = unit.years or tuple(today.year + step for step in NEARBY_YEARS)
    candidates = [days for year in years if (days := days_of(unit, year))]
    if not unit.years and len(candidates) < len(NEARBY_YEARS):
        candidates += [days for step in FAR_YEARS if (days := days_of(unit, today.year + step))]
    fitting = [days for days in candidates if _fits(days, today, tense)] or candidates
    return min(fitting, key=lambda days: (_distance(days, today), -days.start.toordinal()), default=None)


def _fits(days: Days, today: date, tense: Tense | None) -> bool:
    if tense == "ahead":
        return days.end >= today - BACKWARD
    return tense is None or days.start <= today


def _distance(days: Days, today: date) -> int:
    if days.start <= today <= days.end:
        return 0
    return min(abs((days.start - today).days), abs((days.end - today).days))


HALF_A_YEAR = timedelta(days=183)


def follow(unit: Unit, earlier: Days, *, span: bool) -> Days | None:
    """The days of a unit without year that stands behind a dated one: the end of its span, or the next in a list."""
    candidates = _around(unit, earlier.start.year, (0, 1))
    if span:
        return next((days for days in candidates if days.end >= earlier.start), None)
    return next((days for days in candidates if days.start >= earlier.start - HALF_A_YEAR), None)


def lead(unit: Unit, later: Days, *, span: bool) -> Days | None:
    """The days of a unit without year that stands before a dated one: the start of its span, or the one before it."""
    candidates = _around(unit, later.end.year, (0, -1, -2))
    if span:
        return next((days for days in candidates if days.start <= later.end), None)
    return next((days for days in candidates if days.start <= later.start + HALF_A_YEAR), None)


def _around(unit: Unit, year: int, steps: tuple[int, ...]) -> list[Days]:
    return [days for step in steps if (days := days_of(unit, year + step))]


def instant(day: date, minutes: int, *, zone: int | None = None, late: bool = False) -> datetime:
    """The moment so many minutes after midnight, with Stockholm's offset.

    An hour that the clocks skip counts from before the change; of an hour that comes twice the first is meant, with
    `late` (the end of a window) the second. `zone`, an offset in minutes, is honoured where the page writes one.
    """
    naive = datetime.combine(day, time()) + timedelta(minutes=minutes)
    if zone is not None:
        return _pinned(naive.replace(tzinfo=timezone(timedelta(minutes=zone))))
    first = naive.replace(tzinfo=STOCKHOLM)
    second = first.replace(fold=1)
    repeated = (first.utcoffset() or timedelta()) > (second.utcoffset() or timedelta())
    return _pinned(second if late and repeated else first)


def _pinned(moment: datetime) -> datetime:
    """The same moment with a plain offset, which compares and travels as JSON without surprises."""
    local = moment.astimezone(UTC).astimezone(STOCKHOLM)
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta()), fold=0)
