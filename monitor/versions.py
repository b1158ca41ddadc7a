"""Versions as they stand on a day, made from a ledger: the public contract, section 5."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from monitor.labels import covers, number_of
from monitor.model import (
    Announcement,
    Closing,
    ClosingState,
    Contradiction,
    HistoryEntry,
    Quotation,
    Release,
    SourceNewest,
    Statement,
    Status,
    Version,
    VersionStatus,
    When,
)
from monitor.settle import Ledger, Lifecycle
from monitor.turns import Turn
from monitor.workdays import last_working_day_before

_STRENGTH: dict[ClosingState, int] = {"unknown": 0, "not_planned": 0, "planned": 1, "decided": 2, "closed": 3}


def versions(ledger: Ledger, service: str, *, today: date) -> tuple[Version, ...]:
    """The versions of a service as they stand on `today` (Stockholm's day), lowest first."""
    cycles = ledger.lifecycles.get(service, ())
    drafts = [_version(cycle, ledger, today) for cycle in cycles]
    newest = _source_newest(service, ledger.announcements.values())
    current = _current(cycles, drafts)
    return tuple(
        _with(draft, is_current=index == current, source_newest=newest, cycles=cycles, today=today)
        for index, draft in enumerate(drafts)
    )


def find_version(found: Iterable[Version], label: str) -> Version | None:
    """The version a label means: 9.0 is 9."""
    return next((version for version in found if number_of(version.version) == number_of(label)), None)


def _version(cycle: Lifecycle, ledger: Ledger, today: date) -> Version:
    closing = cycle.closing[-1] if cycle.closing else None
    closes = closing.date if closing is not None and closing.type != "closure.withdrawn" else None
    state = _closing_state(cycle, closing)
    released = _released(cycle)
    return Version(
        service=cycle.service,
        version=cycle.label,
        status=_status(cycle, released, closes, state, today),
        is_current=False,
        released=released,
        closes=closes,
        closing_state=state,
        closing_confirmed=state in ("decided", "closed"),
        safe_until=_safe_until(closes),
        components=cycle.components,
        contradictions=tuple(_contradictions(cycle, closing)),
        history=tuple(_history(statement, ledger) for statement in cycle.statements),
        known=closing.known if closing is not None else cycle.released[-1].known if cycle.released else None,
    )


def _with(
    draft: Version, *, is_current: bool, source_newest: SourceNewest, cycles: tuple[Lifecycle, ...], today: date
) -> Version:
    status = draft.status
    if not is_current and status == "active" and draft.released is None and _undated_release(draft, cycles):
        current = [cycle for cycle in cycles if cycle.current_by is not None]
        if current and max(cycle.number for cycle in current) < number_of(draft.version):
            status = "planned"
    return replace(draft, is_current=is_current, source_newest=source_newest, status=status)


def _undated_release(draft: Version, cycles: tuple[Lifecycle, ...]) -> bool:
    return any(cycle.released and number_of(cycle.label) == number_of(draft.version) for cycle in cycles)


def _released(cycle: Lifecycle) -> When | None:
    last = cycle.released[-1] if cycle.released else None
    return last.date if last is not None and last.type != "release.withdrawn" else None


def _closing_state(cycle: Lifecycle, closing: Turn | None) -> ClosingState:
    if closing is None:
        denied = any(isinstance(s.claim, Status) and s.claim.closing_state == "not_planned" for s in cycle.statements)
        return "not_planned" if denied else "unknown"
    if closing.type == "closure.withdrawn":
        return "not_planned"
    if closing.date is None and closing.type == "closure.rescheduled":
        return "unknown"
    states: list[ClosingState] = [closing.state or "unknown"]
    later = (s for s in closing.support if s.known_on >= closing.statement.known_on)
    states += [statement.claim.state for statement in later if isinstance(statement.claim, Closing)]
    return max(states, key=_STRENGTH.__getitem__)


def _status(
    cycle: Lifecycle, released: When | None, closes: When | None, state: ClosingState, today: date
) -> VersionStatus:
    last = (closes.end or closes.start) if closes is not None else None
    if last is not None and _day(last) < today:
        return "closed"
    if state == "closed" and last is None:
        return "closed"
    start = (released.start or released.end) if released is not None else None
    if start is not None and _day(start) > today and cycle.current_by is None:
        return "planned"
    if released is None and cycle.released and cycle.released[-1].type in ("release.rescheduled", "release.withdrawn"):
        return "planned"
    return "closing" if last is not None else "active"


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _safe_until(closes: When | None) -> date | None:
    first = (closes.start or closes.end) if closes is not None else None
    return last_working_day_before(_day(first)) if first is not None else None


def _current(cycles: tuple[Lifecycle, ...], drafts: list[Version]) -> int | None:
    said = [index for index, cycle in enumerate(cycles) if cycle.current_by is not None]
    if said:
        return max(said, key=lambda index: cycles[index].current_by or (date.min, 0, 0))
    live = [
        index
        for index, draft in enumerate(drafts)
        if draft.status == "active" or (draft.status == "closing" and cycles[index].released)
    ]
    return max(live, key=lambda index: cycles[index].number, default=None)


def _contradictions(cycle: Lifecycle, closing: Turn | None) -> Iterable[Contradiction]:
    """What an overview still says against the closing that holds."""
    if closing is None:
        return
    for statement in cycle.statements:
        if statement.gone_at is not None or not statement.overview or statement.id == closing.statement.id:
            continue
        claim = statement.claim
        denies = (
            isinstance(claim, Status) and claim.closing_state == "not_planned" and closing.type != "closure.withdrawn"
        )
        differs = isinstance(claim, Closing) and statement not in closing.support and claim.date != closing.date
        if denies or differs:
            yield Contradiction(about="closes", holds=_quotation(closing.statement), against=_quotation(statement))


def _quotation(statement: Statement) -> Quotation:
    return Quotation(page=statement.page, announcement_id=statement.announcement_id, evidence=statement.claim.evidence)


def _history(statement: Statement, ledger: Ledger) -> HistoryEntry:
    claim = statement.claim
    announcement = ledger.announcements.get(statement.announcement_id)
    state = claim.state if isinstance(claim, Closing) else claim.closing_state if isinstance(claim, Status) else None
    return HistoryEntry(
        type="release" if isinstance(claim, Release) else "closing" if isinstance(claim, Closing) else "status",
        date=claim.date,
        state=state,
        basis=claim.basis,
        derivation=claim.derivation,
        page=statement.page,
        announcement_id=statement.announcement_id,
        published=announcement.published if announcement else None,
        known_on=statement.known_on,
        evidence=claim.evidence,
    )


def _source_newest(service: str, announcements: Iterable[Announcement]) -> SourceNewest:
    mine = [announcement for announcement in announcements if announcement.service == service]
    stamps = [stamp for announcement in mine for stamp in (announcement.published, announcement.updated) if stamp]
    return SourceNewest(
        stamp=max(stamps, key=_day, default=None),
        change_seen_at=max((announcement.changed_at for announcement in mine), default=None),
    )


def running(found: Iterable[Version], label: str) -> tuple[Version, ...]:
    """The versions that somebody who runs `label` runs, of one service: a whole number covers its minor versions."""
    return tuple(version for version in found if covers(label, version.version))
