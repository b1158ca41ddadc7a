"""A single date by its words: "den 3 maj 2027", "lördag 21/3", "slutet av maj", "vecka 8", "årsskiftet"."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, NamedTuple

from monitor.dates.lexicon import DURING, HALF_YEAR, ONE_MONTH, Kind
from monitor.dates.line import Line
from monitor.dates.spans import Unit, UnitKind
from monitor.dates.tokens import CERTAIN, Token

LONGEST_MONTH = 31
LAST_WEEK = 53
QUARTERS, HALVES = 4, 2
LATE_CENTURY = 2000
DEEPEST = 4
"""So many small words may stand before a date: "i början av vecka 8"."""

RELATIVES: Final[dict[Kind, UnitKind]] = {
    "day": "relative_day",
    "last_weekday": "last_weekday",
    "week_offset": "relative_week",
    "month_offset": "relative_month",
    "year_offset": "relative_year",
}
BORROWING: Final[frozenset[Kind]] = frozenset(
    ("dash", "and", "comma", "until", "also", "instead", "time", "clock", "weekday", "den")
)
"""What may follow the 3 of "3–5 maj"."""
SUPPORTING_BEFORE: Final[frozenset[Kind]] = frozenset(
    ("den", "weekday", "from", "until", "by", "before", "after", "earliest", "between", "dash", "daypart", "occasion")
)
SUPPORTING_BEHIND: Final[frozenset[Kind]] = frozenset(("clock", "time", "dash", "cell"))


class Written(NamedTuple):
    """A unit and where it stands: from offset `start`, up to before the token `stop`."""

    unit: Unit
    start: int
    stop: int


def unit_at(line: Line, index: int, *, led: bool, depth: int = 0) -> Written | None:
    """The date that begins at this token. `led` allows words like "i" before it and a bare year.

    A day may lack its month (`number` 0) where a further day follows, which lends it.
    """
    token = line.at(index)
    match token.kind:
        case "den" | "prep" | "occasion" | "daypart" | "year_word":
            during = token.kind == "year_word" or token.value == DURING
            if depth >= DEEPEST or not (led or during or token.kind == "den"):
                return None
            return unit_at(line, index + 1, led=led or during, depth=depth + 1)
        case "part":
            inner = unit_at(line, index + 1, led=True, depth=DEEPEST + 1) if depth <= DEEPEST else None
            return inner and Written(replace(inner.unit, vague=True), token.start, inner.stop)
        case "weekday":
            return _weekday(line, index)
        case "next":
            weekday = line.at(index + 1)
            if weekday.kind != "weekday":
                return None
            return Written(Unit("weekday", weekday.value[0] + 1), token.start, index + 2)
        case "night":
            return _night(line, index)
        case "year":
            return _year(line, index, led=led)
        case "this_year":
            return Written(Unit("relative_year"), token.start, index + 1) if depth > DEEPEST else None
        case "last":
            return _month_end(line, index)
        case "num" | "ordinal":
            return _counted(line, index, token)
        case "week" | "quarter" | "half":
            return _noun_and_number(line, index, token)
        case "turn":
            return _turn(line, index, token)
        case _:
            return _plain(line, index, token)


def _year(line: Line, index: int, *, led: bool) -> Written | None:
    """ "under 2027", and "2027 vecka 14", "2027 Q2" with the year in front."""
    token = line.at(index)
    if line.at(index + 1).kind in ("week", "week_number", "quarter", "quarter_number"):
        inner = unit_at(line, index + 1, led=False)
        if inner is not None and not inner.unit.years:
            return Written(replace(inner.unit, years=token.value), token.start, inner.stop)
    return Written(Unit("year", years=token.value), token.start, index + 1) if led else None


def _plain(line: Line, index: int, token: Token) -> Written | None:
    value = token.value
    match token.kind:
        case "date":
            return Written(Unit("day", value[1], value[2], (value[0],)), token.start, index + 1)
        case "year_month":
            return Written(Unit("month", value[1], years=(value[0],)), token.start, index + 1)
        case "slash":
            found = _with_year(line, Unit("day", value[0], value[1]), token.start, index + 1)
            return found if value[2] == CERTAIN or _is_supported(line, index, found) else None
        case "month":
            return _with_year(line, Unit("month", value[0]), token.start, index + 1)
        case "season":
            return _with_year(line, Unit("season", value[0] + 1), token.start, index + 1)
        case "quarter_number":
            return _with_year(line, Unit("quarter", value[0]), token.start, index + 1)
        case "week_number":
            return _with_year(line, Unit("week", value[0]), token.start, index + 1)
        case "abbreviation" | "bare_season" | "half_number":
            kinds: dict[Kind, UnitKind] = {"abbreviation": "month", "bare_season": "season", "half_number": "half_year"}
            number = value[0] + 1 if token.kind == "bare_season" else value[0]
            found = _with_year(line, Unit(kinds[token.kind], number), token.start, index + 1)
            return found if found.unit.years or _spans_months(line, index) else None
        case _:
            kind = RELATIVES.get(token.kind)
            if kind is None:
                return None
            number = value[0] + 1 if kind == "last_weekday" else value[0]
            return Written(Unit(kind, number), token.start, index + 1)


def _counted(line: Line, index: int, token: Token) -> Written | None:
    """What begins with a number: "3 maj", "tredje kvartalet", "2:a halvåret", or the 3 of "3–5 maj"."""
    number = token.value[0]
    following = line.at(index + 1)
    if following.kind == "quarter" and 1 <= number <= QUARTERS:
        return _with_year(line, Unit("quarter", number), token.start, index + 2)
    if following.kind == "half" and 1 <= number <= HALVES:
        return _with_year(line, Unit("half_year", number), token.start, index + 2)
    if token.kind == "ordinal" or not 1 <= number <= LONGEST_MONTH:
        return None
    if following.kind in ("month", "abbreviation"):
        return _with_year(line, Unit("day", following.value[0], number), token.start, index + 2)
    if following.kind in BORROWING:
        return Written(Unit("day", 0, number), token.start, index + 1)
    return None


def _month_end(line: Line, index: int) -> Written | None:
    """ "sista juni"."""
    month = line.at(index + 1)
    if month.kind != "month":
        return None
    return _with_year(line, Unit("month_end", month.value[0]), line.at(index).start, index + 2)


def _weekday(line: Line, index: int) -> Written:
    token = line.at(index)
    here = line.skip(index + 1, "comma", most=1)
    here = line.skip(here, "den", most=1)
    if line.at(here).kind in ("num", "slash", "date"):
        dated = unit_at(line, here, led=False)
        if dated and dated.unit.kind == "day":
            return Written(dated.unit, token.start, dated.stop)
    return Written(Unit("weekday", token.value[0] + 1), token.start, index + 1)


def _night(line: Line, index: int) -> Written | None:
    """ "i natt", "natten till söndag", "natten mot den 5 maj", "natten mellan den 4 och 5 maj"."""
    start = line.at(index).start
    words = line.words(index)
    if not words.startswith("natt"):
        return Written(Unit("relative_night"), start, index + 1)
    morning = unit_at(line, index + 1, led=True, depth=DEEPEST - 1)
    if words.endswith("mellan"):
        if morning is None or line.at(morning.stop).kind not in ("and", "dash"):
            return None
        morning = unit_at(line, morning.stop + 1, led=True, depth=DEEPEST - 1)
    if morning is None or not morning.unit.number:
        return None
    if morning.unit.kind == "day":
        return Written(replace(morning.unit, kind="night"), start, morning.stop)
    if morning.unit.kind == "weekday":
        return Written(replace(morning.unit, kind="weekday_night"), start, morning.stop)
    return None


def _noun_and_number(line: Line, index: int, token: Token) -> Written | None:
    """ "vecka 8", "kvartal 2", "halvår 1"."""
    number = line.at(index + 1)
    if number.kind != "num" or not number.value[0]:
        return None
    limits: dict[Kind, tuple[UnitKind, int]] = {
        "week": ("week", LAST_WEEK),
        "quarter": ("quarter", QUARTERS),
        "half": ("half_year", HALVES),
    }
    kind, most = limits[token.kind]
    if number.value[0] > most:
        return None
    return _with_year(line, Unit(kind, number.value[0]), token.start, index + 2)


def _turn(line: Line, index: int, token: Token) -> Written | None:
    """ "halvårsskiftet 2027", "årsskiftet 2026/2027", "månadsskiftet maj/juni"."""
    if token.value == HALF_YEAR:
        return _with_year(line, Unit("half_turn", 1), token.start, index + 1)
    if token.value != ONE_MONTH:
        return _with_year(line, Unit("year_turn", 1), token.start, index + 1)
    first = line.at(index + 1)
    if first.kind not in ("month", "abbreviation") or line.at(index + 2).kind not in ("mark", "dash"):
        return None
    if line.at(index + 3).kind not in ("month", "abbreviation"):
        return None
    return _with_year(line, Unit("month_turn", first.value[0]), token.start, index + 4)


def _with_year(line: Line, unit: Unit, start: int, stop: int) -> Written:
    """The unit with the year behind it, if any: "2027", ", 2027", "år 2027", "-17", "2026/27"."""
    here = line.skip(stop, "comma", most=1)
    here = line.skip(here, "year_word", most=1)
    token = line.at(here)
    winterly = unit.kind == "year_turn" or (unit.kind == "season" and unit.number == 4)
    if token.kind == "pair" and winterly:
        return Written(replace(unit, years=token.value), start, here + 1)
    if token.kind == "year":
        year = token.value[0]
        # "årsskiftet 2027" and "vintern 2027" can begin in 2027 or the year before.
        return Written(replace(unit, years=(year - 1, year) if winterly else (year,)), start, here + 1)
    if unit.kind in ("day", "month") and (short := _short_year(line, stop)):
        return Written(replace(unit, years=(short,)), start, stop + 2)
    return Written(unit, start, stop)


def _short_year(line: Line, index: int) -> int | None:
    """The 17 of "3 juli -17", where the dash clings to the number and no further date follows."""
    dash, number = line.at(index), line.at(index + 1)
    if dash.kind not in ("dash", "quote") or number.kind != "num" or number.start != dash.end:
        return None
    if number.end - number.start != 2 or line.at(index + 2).kind in ("month", "abbreviation"):
        return None
    return LATE_CENTURY + number.value[0]


def _spans_months(line: Line, index: int) -> bool:
    """Whether the "okt" is that of "okt–dec 2027"."""
    return (
        line.at(index).kind == "abbreviation"
        and line.at(index + 1).kind in ("dash", "mark")
        and line.at(index + 2).kind in ("month", "abbreviation")
    )


def _is_supported(line: Line, index: int, found: Written) -> bool:
    """Whether something beside "1/2" or "24/7" says that it is a day."""
    if found.unit.years or line.at(found.stop).kind in SUPPORTING_BEHIND or line.fills_cell(index, found.stop):
        return True
    if index == line.origin:
        return False
    return line.at(index).kind == "slash" and line.tokens[index - 1].kind in SUPPORTING_BEFORE
