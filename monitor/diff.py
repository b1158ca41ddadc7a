"""What is new between two ledgers, put into events: the turns of stories, and announcements edited or gone."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.labels import number_of
from monitor.model import (
    Affected,
    Announcement,
    Closing,
    Component,
    ContentChange,
    Event,
    EventType,
    Incident,
    Notice,
    Origin,
    Quotation,
    Release,
    Statement,
    Text,
    TypeCode,
    When,
)
from monitor.settle import NAMESPACE, Ledger
from monitor.turns import Turn
from monitor.wording import phrase, severity_of

_UNSAID = Text(sv="", en="")


def diff(before: Ledger, after: Ledger, *, origin: Origin = "agency") -> tuple[Event, ...]:
    """The events that lead from one ledger to another, in the order in which they became known."""
    known = {turn.id for turn in before.turns()}
    return events_of(after, known, origin=origin)


def events_of(ledger: Ledger, known: Collection[str], *, origin: Origin = "agency") -> tuple[Event, ...]:
    """The ledger's turns as events, those left out whose ids are known."""
    return tuple(tell(turn, ledger, origin=origin) for turn in ledger.turns() if turn.id not in known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a subject stands: the type and date of its last turn, and the state of a closing."""

    type: EventType
    version: str | None
    date: When | None
    state: str | None


def fold_events(events: Iterable[Event]) -> dict[str, Standing]:
    """Where each subject stands after these events, oldest first. The inverse of `diff` as far as subjects go."""
    return {
        event.subject: Standing(type=event.type, version=event.version, date=event.date, state=event.state)
        for event in events
    }


def standings(ledger: Ledger) -> dict[str, Standing]:
    """Where each subject of a ledger stands."""
    return {
        subject: Standing(type=story[-1].type, version=story[-1].version, date=story[-1].date, state=story[-1].state)
        for subject, story in ledger.stories.items()
        if story
    }


def tell(turn: Turn, ledger: Ledger, *, origin: Origin = "agency") -> Event:
    """A turn as an event, with its words."""
    claim = turn.claim
    announcement = ledger.announcements[turn.announcement_id]
    lead = _lead(turn)
    hints = claim.hints if isinstance(claim, Notice) else ()
    coded = claim if isinstance(claim, TypeCode) else None
    return phrase(
        Event(
            id=turn.id,
            type=turn.type,
            subject=turn.subject,
            service=_service(turn),
            page=announcement.page,
            announcement_id=announcement.id,
            statements=_quotations(turn),
            published=announcement.published,
            seen_at=turn.statement.seen_at,
            origin=origin,
            basis=claim.basis,
            derivation=turn.derivation,
            severity=severity_of(turn.type, hints),
            title=_UNSAID,
            summary=_UNSAID,
            evidence=lead.claim.evidence,
            url=announcement.url,
            version=turn.version,
            date=turn.date,
            previous_date=turn.previous_date,
            state=turn.state,
            code_list=coded.code_list if coded else None,
            code=coded.code if coded else None,
            label=coded.label if coded else None,
            owner=claim.owner if isinstance(claim, TypeCode | Incident | ContentChange) else None,
            affects=_affects(turn, ledger.announcements),
            environment=claim.environment,
            components=_components(turn, ledger),
            hints=hints,
        )
    )


def _lead(turn: Turn) -> Statement:
    """The statement whose words are quoted: one under the announcement that tells the event."""
    if turn.statement.announcement_id == turn.announcement_id:
        return turn.statement
    return next((s for s in turn.support if s.announcement_id == turn.announcement_id), turn.statement)


def _service(turn: Turn) -> str:
    return turn.subject.split(":")[1] if turn.subject.startswith(("code:", "incident:")) else turn.claim.service


def _quotations(turn: Turn) -> tuple[Quotation, ...]:
    return tuple(
        dict.fromkeys(
            Quotation(page=s.page, announcement_id=s.announcement_id, evidence=s.claim.evidence)
            for s in (_lead(turn), turn.statement, *turn.support)
        )
    )


def _affects(turn: Turn, announcements: Mapping[str, Announcement]) -> tuple[Affected, ...]:
    """Whom it concerns: what the words name, the version itself, and always the services of the pages that say it."""
    service = _service(turn)
    versions: dict[str, dict[str, None]] = {}
    if isinstance(turn.claim, Closing | Release) and turn.version:
        versions[service] = {turn.version: None}
    for statement in (turn.statement, *turn.support):
        for entry in statement.claim.affects:
            versions.setdefault(entry.service, {}).update(dict.fromkeys(entry.versions))
        page_service = announcements[statement.announcement_id].service
        versions.setdefault(page_service, {})
    if not versions.get(service) and service not in {
        announcements[s.announcement_id].service for s in (turn.statement, *turn.support)
    }:
        versions.pop(service, None)
    return tuple(Affected(service=name, versions=tuple(labels)) for name, labels in versions.items())


def _components(turn: Turn, ledger: Ledger) -> tuple[Component, ...]:
    if not turn.type.startswith("release.") or turn.version is None:
        return ()
    for cycle in ledger.lifecycles.get(turn.claim.service, ()):
        if cycle.number == number_of(turn.version):
            return cycle.components
    return ()


def revised(stored: Event, told: Event) -> Event | None:
    """The stored event with its wording, label or quotations repaired; None when nothing of that changed."""
    repaired = replace(
        told,
        seq=stored.seq,
        seen_at=stored.seen_at,
        revision=stored.revision,
        origin=stored.origin,
        pushed=stored.pushed,
    )
    return None if repaired == stored else replace(repaired, revision=stored.revision + 1)


def announcement_event(
    kind: EventType, announcement: Announcement, *, at: datetime, origin: Origin = "agency"
) -> Event:
    """That an announcement was edited, or left its page, as an event."""
    name = "|".join((kind, announcement.id, str(announcement.edits)))
    return phrase(
        Event(
            id=str(uuid.uuid5(NAMESPACE, name)),
            type=kind,
            subject=f"announcement:{announcement.id}",
            service=announcement.service,
            page=announcement.page,
            announcement_id=announcement.id,
            statements=(
                Quotation(page=announcement.page, announcement_id=announcement.id, evidence=announcement.heading),
            ),
            published=announcement.published,
            seen_at=at,
            origin=origin,
            severity=severity_of(kind),
            title=_UNSAID,
            summary=_UNSAID,
            evidence=announcement.heading,
            url=announcement.url,
            affects=(Affected(service=announcement.service),),
        )
    )
