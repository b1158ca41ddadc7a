"""What closings and releases have in common: a day that is said, moved, put off or called off, in one clause or many.

An item is read clause by clause into frames; the frames about one version are then weighed into one outcome: "was to
close 29 May" is the previous date, "new closing date is 30 September" the one that holds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from monitor.dates import Found
from monitor.interpret.mentions import AGENCY_SERVICES, VersionMention
from monitor.interpret.passages import Clause, Passage, day_of
from monitor.interpret.vocabulary import INSTEAD, MOVES, words
from monitor.model import Change, Precision, When

_REPLACED_BEFORE = re.compile(
    r"(?:\bi ?stället för(?: som planerat)?|\bfrån|\b(?:inte|ej)(?: redan| som planerat)?|"
    r"\b(?:tidigare|ursprungligen|förut|först)(?: har| var)?(?: angavs| gällde| \w+(?:at|ats|ad|ade)| sagt|"
    r" datum\w*)?"
    r"(?: det| till)?|"
    r"\b(?:gamla|tidigare|ursprungliga) \w*(?:datumet|dagen)(?: var)?|"
    r"\bskulle(?: \w+){1,4}|\b(?:var|varit) (?:\w+ )?(?:planera\w*|satt|sagd|sagt|avisera\w*|tänkt|utlova\w*|"
    r"bestäm\w*|beslut\w*)(?: till)?)"
    r":?\s+(?:den\s+)?(?:\w+dag\w*\s+)?(?:den\s+)?$"
)
_REPLACED_AFTER = re.compile(
    r"\s*,?\s*(?:(?:blir|ändras till|flyttas till|byts mot|->|=>)|(?:som )?(?:vi )?(?:tidigare|först|ursprungligen) "
    r"(?:\w+ )?(?:meddela\w*|angiv\w*|angett|planera\w*|informera\w*|avisera\w*|sagt|kommunicera\w*)|"
    r"gäller (?:inte|ej))"
)
_MISSED = re.compile(
    r"\b(?:inte|ej)\b(?: \w+){0,5} (?:klar\w*|färdig\w*)(?: \w+)?\s+$|\bhinner (?:inte|ej)(?: \w+){0,4}\s+$"
)
_DENIED_FIRST = re.compile(r"\b(?:inte|ej|blir inte av|ställs in)\b.*\b(?:utan|i ?stället)\b")
_LASTING = re.compile(r"till och med|\bt\.?\s?o\.?\s?m\b|\btom\b|\bsenast\b")
_WRITTEN_YEAR = re.compile(r"\d{4}|-\d\d$")
_SHIFTED = words(
    "(skjuts|skjutits|sköts|skjuter|flyttas|flyttats|senareläggs|senarelagts|tidigareläggs|försenas|försenats|"
    "pausas|förskjuts)"
)
_JOINED = re.compile(r"\s*(?:,|och|samt|både|såväl|som|liksom|respektive|resp\.|även|\s)*\s*(?:version\w*\s*|v\.?)?")
_FINENESS: dict[Precision, int] = {
    "minute": 0,
    "day": 0,
    "week": 1,
    "month": 2,
    "season": 3,
    "quarter": 3,
    "half_year": 4,
    "year": 5,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What one clause says of the day on which something happens to a version."""

    date: Found | None
    old: Found | None
    moves: bool
    puts_off: bool
    withdraws: bool
    reported: bool
    evidence: str
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What all frames together come to, and the frame whose words are quoted."""

    frame: Frame
    change: Change
    date: When | None
    previous: When | None


def own_life(service: str | None, passage: Passage) -> bool:
    """Whether versions of a service come and go by themselves, not only as a part of another's."""
    return service is not None and (service == passage.own or service in AGENCY_SERVICES)


def moves(folded: str) -> bool:
    """Whether the words move or put off a day."""
    return MOVES.search(folded) is not None or INSTEAD.search(folded) is not None


def dates_in(clause: Clause, cue: re.Pattern[str], *, past: bool, corrects: bool) -> tuple[Found | None, Found | None]:
    """The date that holds and the one it replaces, among a clause's dates.

    `cue` finds the words the date belongs to, `past` says that it has happened, `corrects` that the clause changes a
    day.
    """
    dates = clause.dates if past else clause.dates_ahead
    old: Found | None = None
    holding: list[Found] = []
    for found in dates:
        if old is None and is_replaced(found, clause, alone=len(dates) == 1):
            old = found
        else:
            holding.append(found)
    if old is None and len(dates) > 1 and _DENIED_FIRST.search(clause.folded):
        old, holding = dates[0], list(dates[1:])
    if not holding:
        return None, old
    plain = [found for found in holding if found.role in ("plain", "until", "from")]
    holds = _nearest(plain or holding, clause, cue)
    if corrects and holds.role == "until":
        holds = as_point(holds)
    return holds, near(as_point(old), holds) if old else None


def is_replaced(found: Found, clause: Clause, *, alone: bool = False) -> bool:
    """Whether the words around a date say that another holds instead."""
    before = clause.folded[: found.start - clause.start]
    written = clause.folded[found.start - clause.start : found.end - clause.start]
    after = clause.folded[found.end - clause.start :]
    if alone and _MISSED.search(before):
        return True
    if alone:
        return found.role == "plain" and not written.startswith("till ") and _SHIFTED.search(after) is not None
    if _REPLACED_AFTER.match(after):
        return True
    return _REPLACED_BEFORE.search(before) is not None or written.startswith("från ")


def as_point(found: Found) -> Found:
    """ "Kvar till den 30 juni": the day it ends, as a point."""
    when = found.when
    if when.start is not None or when.end is None or _LASTING.search(when.text.lower()):
        return found
    return replace(found, when=replace(when, start=_first_day(when.end, when.precision)))


def _first_day(end: date | datetime, precision: Precision) -> date | datetime:
    """The first day of a week, month, quarter and so on that ends on a day; the moment itself for a day."""
    if precision == "week":
        return end - timedelta(days=6)
    months = {"month": 1, "quarter": 3, "season": 3, "half_year": 6, "year": 12}.get(precision)
    if months is None:
        return end
    month = (end.year * 12 + end.month - 1) - (months - 1)
    return end.replace(year=month // 12, month=month % 12 + 1, day=1)


def near(old: Found, holds: Found) -> Found:
    """The replaced date in the year nearest to the one that holds, when its own year is not written."""
    when, other = old.when, holds.when.end or holds.when.start
    if _WRITTEN_YEAR.search(when.text) or when.end is None or other is None:
        return old
    best = min(
        (moved for year in range(other.year - 1, other.year + 2) if (moved := _in_year(when, year)) is not None),
        key=lambda moved: _distance(day_of(_end(moved)), day_of(other)),
        default=when,
    )
    return replace(old, when=best)


def _distance(old: date, holds: date) -> float:
    """How far a replaced day is from the one that holds; days are put off more often than brought forward."""
    days = (old - holds).days
    return -days if days <= 0 else 1.25 * days


def _end(when: When) -> date | datetime:
    return when.end or when.start or date.min


def _in_year(when: When, year: int) -> When | None:
    end = _end(when)
    try:
        start = when.start.replace(year=year - (end.year - when.start.year)) if when.start else None
        return replace(when, start=start, end=end.replace(year=year))
    except ValueError:  # 29 February
        return None


def _nearest(dates: Sequence[Found], clause: Clause, pattern: re.Pattern[str]) -> Found:
    cue = pattern.search(clause.folded) or MOVES.search(clause.folded)
    if cue is None:
        return dates[0]
    return min(dates, key=lambda found: abs(found.start - clause.start - cue.end()))


def nearest_mentions(
    mentions: Sequence[VersionMention], clause: Clause, cue: re.Pattern[str], dates: Sequence[Found]
) -> tuple[VersionMention, ...]:
    """The mentions that a clause's cue is about: those with a date each, else the group nearest to it."""
    if len(mentions) < 2 or clause.paired(mentions, dates):
        return tuple(mentions)
    groups: list[list[VersionMention]] = []
    for mention in mentions:
        previous = groups[-1][-1] if groups else None
        if previous is not None and _JOINED.fullmatch(clause.sentence.folded[previous.end : mention.start]):
            groups[-1].append(mention)
        else:
            groups.append([mention])
    marks = [clause.start + match.start() for match in cue.finditer(clause.folded)]
    if not marks or len(groups) == 1:
        return tuple(mentions)
    found = min(
        groups, key=lambda group: min(min(abs(group[0].start - mark), abs(mark - group[-1].end)) for mark in marks)
    )
    return tuple(found)


def weigh(frames: Sequence[Frame]) -> Outcome | None:
    """One outcome out of all that an item says; None without frames."""
    holding = [frame for frame in frames if frame.date is not None and not frame.reported and not frame.withdraws]
    moved = any(frame.moves for frame in frames)
    newest = next((frame for frame in reversed(holding) if frame.moves), None)
    chosen = newest or _chosen(holding)
    called_off = [frame for frame in frames if frame.withdraws]
    withdrawn = next((frame for frame in called_off if frame.date or frame.old), called_off[0] if called_off else None)
    put_off = next((frame for frame in frames if frame.puts_off and frame.date is None), None)
    put_off = put_off or next(
        (frame for frame in frames if frame.puts_off and frame.moves and frame is not newest), None
    )
    previous = _previous(frames, chosen)
    postponed = any(frame.moves and not frame.withdraws for frame in frames)
    if withdrawn is not None and newest is None and put_off is None and postponed and withdrawn.date is not None:
        return _outcome(withdrawn, "put_off", None, previous or _when(withdrawn.date))
    if withdrawn is not None and newest is None and put_off is None:
        return _outcome(withdrawn, "withdrawn", None, previous or _when(withdrawn.date))
    if put_off is not None and (moved or withdrawn) and (newest is None or newest is put_off):
        standing = chosen or withdrawn
        return _outcome(put_off, "put_off", None, previous or _when(standing.date if standing else None))
    if chosen is not None:
        reported = any(frame.reported for frame in frames) and previous is not None
        change: Change = "moved" if moved or reported else "stated"
        return _outcome(chosen, change, _when(chosen.date), previous if change == "moved" else None)
    if put_off is not None or moved:
        frame = put_off or next(frame for frame in frames if frame.moves)
        return _outcome(frame, "put_off", None, previous)
    undated = [frame for frame in frames if not frame.reported]
    if undated:
        return _outcome(next((frame for frame in undated if frame.index > 0), undated[0]), "stated", None, previous)
    reported_one = next((frame for frame in frames if frame.date is not None), None)
    return _outcome(reported_one, "stated", _when(reported_one.date), None) if reported_one is not None else None


def _chosen(holding: Sequence[Frame]) -> Frame | None:
    """The frame whose date holds: a day rather than a deadline, the finer rather than the coarser, the first said."""

    def order(frame: Frame) -> tuple[bool, int, bool]:
        found = frame.date
        assert found is not None
        return found.role not in ("plain", "from", "until"), _FINENESS[found.when.precision], frame.index == 0

    return min(holding, key=order, default=None)


def _previous(frames: Sequence[Frame], chosen: Frame | None) -> When | None:
    """The day that no longer holds: the one replaced, else the last of those that were said before."""
    if chosen is not None and chosen.old is not None:
        return chosen.old.when
    for frame in reversed(frames):
        if frame is chosen:
            continue
        superseded = frame.reported or (chosen is not None and frame.moves and frame.index < chosen.index)
        found = (frame.date if superseded else None) or frame.old
        if found is not None and (chosen is None or found.when != _when(chosen.date)):
            found = as_point(found)
            return near(found, chosen.date).when if chosen is not None and chosen.date is not None else found.when
    return None


def _outcome(frame: Frame, change: Change, date: When | None, previous: When | None) -> Outcome:
    return Outcome(frame=frame, change=change, date=date, previous=previous if previous != date else None)


def _when(found: Found | None) -> When | None:
    return found.when if found is not None else None
