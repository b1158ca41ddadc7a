"""A turn: one step in a subject's story. How two dates agree, and how a statement makes or supports a turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from monitor.model import Claim, ClosingState, EventType, Known, Statement, When


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One step in a subject's story: an event before it is put in words.

    `statement` is the one that made it, `support` those that say the same, and `announcement_id` the announcement it
    is told under. `id` is made of type, subject, date and announcement.
    """

    id: str
    type: EventType
    subject: str
    statement: Statement
    announcement_id: str
    version: str | None = None
    date: When | None = None
    previous_date: When | None = None
    state: ClosingState | None = None
    derivation: str | None = None
    support: tuple[Statement, ...] = ()
    known: Known = "observed"

    @property
    def claim(self) -> Claim:
        """The claim of the statement that made the turn."""
        return self.statement.claim


def day_of(moment: date | datetime) -> date:
    """The day of a moment."""
    return moment.date() if isinstance(moment, datetime) else moment


def same_day(one: When | None, other: When | None) -> bool:
    """Whether two dates are the same; those with inferred years are when day and month are."""
    if one is None or other is None:
        return one is other
    if (one.start, one.end) == (other.start, other.end):
        return True
    if one.year_inferred and other.year_inferred and one.start and other.start and one.end and other.end:
        return one.start.replace(year=2000) == other.start.replace(year=2000) and one.end.replace(
            year=2000
        ) == other.end.replace(year=2000)
    return False


def agrees(claimed: When | None, standing: When | None) -> bool:
    """Whether a claimed date says nothing against the one that stands; a coarser one that holds it agrees."""
    if claimed is None or same_day(claimed, standing):
        return True
    if standing is None or claimed.start is None or claimed.end is None:
        return claimed.end is not None and standing is not None and standing.end == claimed.end
    coarser = claimed.precision not in ("day", "minute")
    return (
        coarser
        and standing.start is not None
        and standing.end is not None
        and day_of(claimed.start) <= day_of(standing.start)
        and day_of(standing.end) <= day_of(claimed.end)
    )


def supported(turn: Turn, statement: Statement) -> Turn:
    """The turn with a further statement that says the same."""
    if any(other.id == statement.id for other in (turn.statement, *turn.support)):
        return turn
    filled = turn
    if turn.date is None and turn.type == "release.announced" and statement.claim.date is not None:
        filled = replace(turn, date=statement.claim.date, derivation="datumet står i översikten")
    return replace(filled, support=(*turn.support, statement))


def turn_of(
    kind: EventType,
    subject: str,
    statement: Statement,
    told_under: Mapping[str, str],
    *,
    version: str | None = None,
    date: When | None = None,
    previous: When | None = None,
    state: ClosingState | None = None,
    derivation: str | None = None,
) -> Turn:
    """A turn that a statement makes, not numbered yet."""
    return Turn(
        id="",
        type=kind,
        subject=subject,
        statement=statement,
        announcement_id=told_under.get(statement.announcement_id, statement.announcement_id),
        version=version,
        date=date,
        previous_date=previous,
        state=state,
        derivation=derivation or statement.claim.derivation,
    )
