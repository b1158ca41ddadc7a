"""What you run, what happens to it, and by when: the answer that an upgrade plan is made of.

People and plans count to `safe_until`, the last Swedish working day before a closing, because the agency gives no hour.
A run is followed into the components of its version: who calls SSBTEK 7.1 also meets the end of LEFI Online 5.1 in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from monitor.labels import covers, number_of
from monitor.model import Basis, ClosingState, Component, Event, EventType, HistoryEntry, Version, When
from monitor.publish.days import closing_day, days_in, is_over, is_released
from monitor.publish.feeds import entry_times
from monitor.wording.names import version_name
from monitor.wording.when import stockholm_day
from monitor.workdays import last_working_day_before

Day = date
Level = Literal["ok", "warning", "critical", "unknown"]
WorkKind = Literal["closing", "certificate", "change", "window", "unknown"]

EXIT_CODES: dict[Level, int] = {"ok": 0, "warning": 1, "critical": 2, "unknown": 3}
"""The codes that Nagios, Icinga and their kin expect of a plugin."""

_KIND_OF: dict[EventType, WorkKind] = {
    "certificate.changed": "certificate",
    "content.changed": "change",
    "type.added": "change",
    "type.removed": "change",
    "maintenance.scheduled": "window",
    "maintenance.rescheduled": "window",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One installation: which version of which service somebody calls, whose it is and who answers for it."""

    service: str
    version: str
    customer: str | None = None
    environment: str | None = None
    contact: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Where the agency says so, in its own words."""

    evidence: str
    page: str
    announcement_id: str
    published: date | datetime | None
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One piece of work for one run.

    `via` is the component through which it concerns the run; `may_concern` says that the statement names a whole number
    that covers this minor version. `days_left` counts from today to `safe_until` and is negative when that has passed.
    `notice_days` is the number of days between the day the agency first gave this date and the date itself.
    """

    run: Run
    kind: WorkKind
    level: Level
    type: EventType | None = None
    event_id: str | None = None
    subject: str | None = None
    via: Component | None = None
    may_concern: bool = False
    date: When | None = None
    closing_state: ClosingState | None = None
    closing_confirmed: bool | None = None
    is_over: bool = False
    safe_until: Day | None = None
    days_left: int | None = None
    move_to: str | None = None
    move_to_planned: bool = False
    notice_days: int | None = None
    moves: int = 0
    basis: Basis | None = None
    derivation: str | None = None
    proof: Proof | None = None
    detail_sv: str = ""
    detail_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The answer for all runs: the most pressing work first. `level` is that of the whole, `exit_code` the plugin's."""

    today: date
    within_days: int
    critical_days: int
    level: Level
    exit_code: int
    stale: bool
    work: tuple[Work, ...]


def plan(
    runs: Sequence[Run],
    versions: Iterable[Version],
    events: Iterable[Event],
    *,
    today: date,
    within: timedelta,
    critical: timedelta,
    stale: bool = False,
) -> Plan:
    """What happens to `runs`. Closings are always listed, other changes when they lie ahead and within `within`.

    Closings and certificates decide the level: warning at `within` before `safe_until`, critical at `critical` or when
    it is over. A version that we do not know, no run at all, and `stale` data make the whole unknown.
    """
    known = _Known(versions, events)
    work: list[Work] = []
    for run in runs:
        version = known.version(run.service, run.version)
        if version is None:
            work.append(_unknown(run))
            continue
        work.extend(_closings(run, version, known, today, within, critical))
        work.extend(_changes(run, version, known, today, within, critical))
    levels = {piece.level for piece in work}
    level: Level = "ok"
    if stale or not runs or "unknown" in levels:
        level = "unknown"
    elif "critical" in levels:
        level = "critical"
    elif "warning" in levels:
        level = "warning"
    return Plan(
        today=today,
        within_days=within.days,
        critical_days=critical.days,
        level=level,
        exit_code=EXIT_CODES[level],
        stale=stale,
        work=tuple(sorted(work, key=_most_pressing)),
    )


def concerned(version: Version, known: Iterable[Version]) -> list[tuple[Version, Component | None, bool]]:
    """The version itself and all that it contains, each with the component it came through.

    The flag is true where the component names a whole number and the other page speaks of one of its minors, or the
    other way round; then it may concern the run.
    """
    by_service: dict[str, list[Version]] = {}
    for other in known:
        by_service.setdefault(other.service, []).append(other)
    found: list[tuple[Version, Component | None, bool]] = [(version, None, False)]
    seen = {(version.service, number_of(version.version))}
    queue = [(version, False)]
    while queue:
        holder, loose = queue.pop(0)
        for part in holder.components:
            if part.version is None:
                continue
            for other in by_service.get(part.service, ()):
                exact = number_of(other.version) == number_of(part.version)
                key = (other.service, number_of(other.version))
                if key in seen or not (exact or covers(other.version, part.version)):
                    continue
                seen.add(key)
                found.append((other, part, loose or not exact))
                queue.append((other, loose or not exact))
    return found


class _Known:
    """What is known, arranged for looking up: versions by label, the standing event of each subject, addresses."""

    def __init__(self, versions: Iterable[Version], events: Iterable[Event]) -> None:
        self.versions = tuple(versions)
        self._labelled = {(version.service, number_of(version.version)): version for version in self.versions}
        kept = tuple(events)
        times = entry_times(kept)
        retracted = {event.corrects for event in kept if event.type == "event.retracted"}
        self.addresses = {event.announcement_id: event.url for event in kept if event.announcement_id}
        self.standing: dict[str, Event] = {}
        self.closures: dict[tuple[str, tuple[int, ...]], list[Event]] = {}
        for event in sorted(kept, key=lambda event: (times[event.id], event.seq)):
            if event.id in retracted or event.type in ("announcement.updated", "announcement.removed"):
                continue
            self.standing[event.subject] = event
            if event.type.startswith("closure.") and event.version is not None:
                self.closures.setdefault((event.service, number_of(event.version)), []).append(event)

    def version(self, service: str, label: str) -> Version | None:
        return self._labelled.get((service, number_of(label)))


def _unknown(run: Run) -> Work:
    name = version_name(run.service, run.version)
    return Work(
        run=run,
        kind="unknown",
        level="unknown",
        detail_sv=f"{name} nämns inte på någon bevakad sida.",
        detail_en=f"No watched page mentions {name}.",
    )


def _closings(
    run: Run, version: Version, known: _Known, today: date, within: timedelta, critical: timedelta
) -> Iterable[Work]:
    for target, via, may_concern in concerned(version, known.versions):
        day = closing_day(target)
        over = is_over(target, today)
        if day is None and not over:
            continue
        safe_until = target.safe_until or day
        days_left = (safe_until - today).days if safe_until is not None else None
        told = known.closures.get((target.service, number_of(target.version)), [])
        said = _said(target)
        move_to = _move_to(version, target, known.versions, today)
        newest = told[-1] if told else None
        yield Work(
            run=run,
            kind="closing",
            level=_level(days_left, over, within, critical),
            type=newest.type if newest else None,
            event_id=newest.id if newest else None,
            subject=newest.subject if newest else f"closing:{target.service}:{target.version}",
            via=via,
            may_concern=may_concern,
            date=target.closes,
            closing_state=target.closing_state,
            closing_confirmed=target.closing_confirmed,
            is_over=over,
            safe_until=safe_until,
            days_left=days_left,
            move_to=move_to.version if move_to else None,
            move_to_planned=move_to is not None and not is_released(move_to),
            notice_days=_notice(target, said, told, day),
            moves=sum(1 for event in told if event.type == "closure.rescheduled"),
            basis=said[-1].basis if said else (newest.basis if newest else None),
            derivation=said[-1].derivation if said else (newest.derivation if newest else None),
            proof=_history_proof(said[-1], known) if said else (_event_proof(newest) if newest else None),
            detail_sv=newest.title.sv if newest else "",
            detail_en=newest.title.en if newest else "",
        )


def _changes(
    run: Run, version: Version, known: _Known, today: date, within: timedelta, critical: timedelta
) -> Iterable[Work]:
    targets = concerned(version, known.versions)
    for event in known.standing.values():
        whole_service = event.type.startswith("closure.") and event.version is None
        kind: WorkKind | None = "closing" if whole_service else _KIND_OF.get(event.type)
        span = days_in(event.date)
        if kind is None or span is None or event.environment == "test":
            continue
        if not whole_service and (span[1] < today or span[0] > today + within):
            continue
        hit = _hit(event, targets)
        if hit is None:
            continue
        via, may_concern = hit
        safe_until = last_working_day_before(span[0]) if whole_service else None
        days_left = ((safe_until or span[0]) - today).days
        over = whole_service and today > span[1]
        yield Work(
            run=run,
            kind=kind,
            level=_level(days_left, over, within, critical) if kind in ("certificate", "closing") else "ok",
            closing_state=event.state,
            is_over=over,
            safe_until=safe_until,
            type=event.type,
            event_id=event.id,
            subject=event.subject,
            via=via,
            may_concern=may_concern,
            date=event.date,
            days_left=days_left,
            notice_days=(span[0] - stockholm_day(event.published or event.seen_at)).days,
            basis=event.basis,
            derivation=event.derivation,
            proof=_event_proof(event),
            detail_sv=event.title.sv,
            detail_en=event.title.en,
        )


def _hit(event: Event, targets: list[tuple[Version, Component | None, bool]]) -> tuple[Component | None, bool] | None:
    """Whether an event concerns a run: through which component, and whether it only may."""
    loosely: tuple[Component | None, bool] | None = None
    named = {(affected.service, affected.versions) for affected in event.affects}
    if event.version is not None:
        named.add((event.service, (event.version,)))
    elif not named:
        named.add((event.service, ()))
    for target, via, may_concern in targets:
        for service, labels in named:
            if service != target.service:
                continue
            if not labels or any(number_of(label) == number_of(target.version) for label in labels):
                if not may_concern:
                    return via, False
                loosely = loosely or (via, True)
            elif any(covers(label, target.version) for label in labels):
                loosely = loosely or (via, True)
    return loosely


def _level(days_left: int | None, over: bool, within: timedelta, critical: timedelta) -> Level:
    if over or days_left is None or days_left <= critical.days:
        return "critical"
    return "warning" if days_left <= within.days else "ok"


def _move_to(version: Version, closing: Version, versions: Iterable[Version], today: date) -> Version | None:
    """The version to move to: the one called current, else the highest in production, else the next planned one.

    Only versions above the one in use that outlast the closing, and whose components do not close with it, count.
    """
    limit = closing_day(closing) or today
    known = tuple(versions)

    def outlasts(candidate: Version) -> bool:
        for part, via, _ in concerned(candidate, known):
            day = closing_day(part)
            ends_too = is_over(part, today) or (day is not None and day <= limit)
            if ends_too and (via is None or part == closing):
                return False
        return True

    candidates = [
        other
        for other in known
        if other.service == version.service
        and number_of(other.version) > number_of(version.version)
        and outlasts(other)
    ]
    released = [other for other in candidates if is_released(other)]
    for other in released:
        if other.is_current:
            return other
    if released:
        return max(released, key=lambda other: number_of(other.version))
    return min(candidates, key=lambda other: number_of(other.version), default=None)


def _said(version: Version) -> list[HistoryEntry]:
    """The statements that gave the closing day that holds, oldest first."""
    span = days_in(version.closes)
    told = [
        entry
        for entry in version.history
        if entry.type.startswith(("clos", "blanket")) and span is not None and days_in(entry.date) == span
    ]
    return sorted(told, key=lambda entry: entry.known_on)


def _notice(version: Version, said: list[HistoryEntry], told: list[Event], day: date | None) -> int | None:
    if day is None:
        return None
    if said:
        return (day - said[0].known_on).days
    for event in told:
        if days_in(event.date) == days_in(version.closes):
            return (day - stockholm_day(event.published or event.seen_at)).days
    return None


def _history_proof(entry: HistoryEntry, known: _Known) -> Proof:
    return Proof(
        evidence=entry.evidence,
        page=entry.page,
        announcement_id=entry.announcement_id,
        published=entry.published,
        url=known.addresses.get(entry.announcement_id),
    )


def _event_proof(event: Event) -> Proof | None:
    if event.evidence is None or event.announcement_id is None:
        return None
    return Proof(
        evidence=event.evidence,
        page=event.page,
        announcement_id=event.announcement_id,
        published=event.published,
        url=event.url,
    )


_ORDER: dict[Level, int] = {"unknown": 0, "critical": 1, "warning": 2, "ok": 3}


def _most_pressing(work: Work) -> tuple[int, int, str, str, str, str, str]:
    return (
        _ORDER[work.level],
        work.days_left if work.days_left is not None else -1_000_000,
        work.run.customer or "",
        work.run.service,
        work.run.version,
        work.run.environment or "",
        work.subject or "",
    )
