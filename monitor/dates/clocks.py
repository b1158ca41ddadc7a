"""Times of day: "kl. 8–12", "mellan kl. 00:01 och 06:00", "från 22.00", "18:00-23:00", "klockan 21.00–02.00 (CET)"."""

from __future__ import annotations

from typing import Final, NamedTuple

from monitor.dates.lexicon import Kind
from monitor.dates.line import Line
from monitor.dates.nouns import Role
from monitor.dates.tokens import CERTAIN

ROLES: Final[dict[Kind, Role]] = {
    "from": "from",
    "until": "until",
    "by": "by",
    "before": "before",
    "after": "after",
    "earliest": "earliest",
}
OPENING: Final[frozenset[Kind]] = frozenset(("from", "earliest", "after"))
CLOSING: Final[frozenset[Kind]] = frozenset(("until", "by", "before"))
LEADING: Final[frozenset[Kind]] = OPENING | CLOSING | {"between"}
LAST_HOUR = 24


class Clock(NamedTuple):
    """Times as written: minutes after midnight, None where open. They end before the token `stop`.

    `sure` tells whether they can be nothing but times, even with no date beside them.
    """

    opens: int | None
    closes: int | None
    zone: int | None
    start: int
    end: int
    stop: int
    sure: bool
    role: Role = "plain"

    @property
    def is_window(self) -> bool:
        """Whether it has a beginning and an end."""
        return self.opens is not None and self.closes is not None and self.opens != self.closes


class _Time(NamedTuple):
    minutes: int
    stop: int
    spoken: bool
    sure: bool


def clock_at(line: Line, index: int, *, single: bool = False) -> Clock | None:
    """The times that begin at this token, with their words; with `single` only the first of two."""
    lead = line.at(index)
    led = lead.kind if lead.kind in LEADING else None
    first = _time_at(line, index + 1 if led else index, spoken=False)
    if first is None:
        return None
    opens: int | None = first.minutes
    closes: int | None = first.minutes
    stop, sure = first.stop, first.sure
    if not single and (second := _second_time(line, first, led)):
        closes, stop = second.minutes, second.stop
        sure = sure or second.sure or led is not None or line.at(first.stop).kind == "dash"
    elif led == "between":
        return None
    elif led in OPENING:
        closes = None
    elif led in CLOSING:
        opens = None
    role: Role = ROLES[led] if led and (opens is None or closes is None) else "plain"
    zone, stop, end = _zone(line, stop)
    return Clock(opens, closes, zone, lead.start, end, stop, sure, role)


def clock_behind(line: Line, index: int, *, single: bool = False) -> Clock | None:
    """The times directly behind a date, perhaps over a comma, a table cell or "på kvällen"."""
    here = line.skip(index, "comma", "cell", "open", most=2)
    here = line.skip(here, "prep", "daypart")
    here = line.skip(here, "comma", "open", most=1)
    clock = clock_at(line, here, single=single)
    if clock is None or not line.folded.startswith(")", clock.end):
        return clock
    opened = any(line.at(skipped).kind == "open" for skipped in range(index, here))
    return clock._replace(end=clock.end + 1) if opened else clock


def _second_time(line: Line, first: _Time, led: Kind | None) -> _Time | None:
    joint = line.at(first.stop).kind
    if joint not in ("dash", "until") and not (joint == "and" and led == "between"):
        return None
    return _time_at(line, first.stop + 1, spoken=first.spoken)


def _time_at(line: Line, index: int, *, spoken: bool) -> _Time | None:
    token = line.at(index)
    if token.kind == "clock":
        spoken, index = True, index + 1
        token = line.at(index)
    if token.kind == "time":
        return _Time(token.value[0], index + 1, spoken, spoken or token.value[1] == CERTAIN)
    if not spoken:
        return None
    number = token.value[0] if token.value else 0
    if token.kind == "num" and number <= LAST_HOUR and not _is_day(line, index):
        return _Time(number * 60, index + 1, True, True)
    if token.kind == "four":
        return _Time(number, index + 1, True, True)
    if token.kind == "year" and number % 100 < 60:
        return _Time(number // 100 * 60 + number % 100, index + 1, True, True)
    return None


def _is_day(line: Line, index: int) -> bool:
    """Whether the number is the day of a month that follows."""
    return line.at(index + 1).kind in ("month", "abbreviation")


def _zone(line: Line, index: int) -> tuple[int | None, int, int]:
    """The offset of a written zone, the next token, and the offset where it all ends, with its parentheses."""
    here = line.skip(index, "open", most=1)
    token = line.at(here)
    if token.kind != "zone":
        return None, index, line.tokens[index - 1].end
    closed = here > index and line.folded.startswith(")", token.end)
    return token.value[0], here + 1, token.end + closed
