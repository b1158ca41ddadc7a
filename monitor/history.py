"""Saved pages taken in as history, kept pages read again, and events taken back: nothing here is news of the agency's.

History is gone through from its first snapshot each time, so that the order in which copies arrive makes no difference.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from monitor.errors import UnreadablePage, UsageError
from monitor.model import (
    READER_VERSION,
    Announcement,
    Event,
    Memory,
    Page,
    PageState,
    Quotation,
    Snapshot,
    Statement,
    Text,
)
from monitor.observe import learn
from monitor.parse import digest, parse
from monitor.settle import NAMESPACE, settle
from monitor.wording import phrase, severity_of

UNTOLD = ("page.", "event.", "announcement.")
"""Kinds of events that no ledger makes, and that a fresh walk through history therefore leaves alone."""


class HistoryStore(Protocol):
    """What history needs of the store."""

    def all_snapshots(self, page: str) -> Iterator[Snapshot]:
        """Every kept body of a page, oldest first."""
        ...

    def page_state(self, page: str) -> PageState | None:
        """What we remember of a page."""
        ...

    def all_events(self) -> tuple[Event, ...]:
        """Every event, those hidden included."""
        ...

    def replace_knowledge(
        self,
        pages: Collection[str],
        *,
        announcements: Sequence[Announcement],
        statements: Sequence[Statement],
        events: Sequence[Event],
        retired: Collection[str] = ...,
        states: Sequence[PageState] = ...,
        snapshots: Sequence[tuple[Snapshot, str | None]] = ...,
        reader_version: int = ...,
    ) -> tuple[Event, ...]:
        """Let these be all that is known of the pages, in one transaction."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Retold:
    """What a walk through history changed: events it added, and events it no longer makes."""

    announcements: int
    added: tuple[Event, ...]
    lost: tuple[Event, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Walk:
    memory: Memory
    events: tuple[Event, ...]
    states: tuple[PageState, ...]
    snapshots: tuple[tuple[Snapshot, str | None], ...]


def ingest(store: HistoryStore, pages: Sequence[Page], snapshots: Sequence[Snapshot]) -> Retold:
    """Take in saved pages as history; pushes nothing. Raises UnreadablePage for a copy that cannot be read."""
    walk = _walk(store, pages, snapshots)
    return _store(store, pages, walk, _known(store), retract=False)


def read_again(
    store: HistoryStore, pages: Sequence[Page], wanted: Collection[str], *, at: datetime, dry_run: bool = False
) -> Retold:
    """Read every kept copy of the wanted pages again with the present reader; store what differs unless `dry_run`."""
    walk = _walk(store, pages, ())
    known = _known(store)
    made = {event.id: event for event in walk.events}
    added = tuple(event for event in walk.events if event.id not in known and event.page in wanted)
    lost = tuple(
        event
        for event in known.values()
        if event.page in wanted and event.id not in made and not event.type.startswith(UNTOLD)
    )
    if not dry_run:
        corrections = tuple(retraction(event, at=at, by="reader") for event in lost if event.pushed)
        told = replace(walk, events=(*walk.events, *corrections))
        _store(store, pages, told, known, retract=True)
    return Retold(announcements=len(walk.memory.announcements), added=added, lost=lost)


def retraction(event: Event, *, at: datetime, by: str) -> Event:
    """That we were wrong about an event. It is pushed to those who got the wrong one, as a correction."""
    return phrase(
        Event(
            id=str(uuid.uuid5(NAMESPACE, f"event.retracted|{event.id}")),
            type="event.retracted",
            subject=event.subject,
            service=event.service,
            page=event.page,
            announcement_id=event.announcement_id,
            statements=tuple(
                Quotation(page=q.page, announcement_id=q.announcement_id, evidence=q.evidence) for q in event.statements
            ),
            published=event.published,
            seen_at=at,
            origin="operator" if by == "operator" else "reader",
            severity=severity_of("event.retracted", event.hints, event.type),
            title=Text(sv="", en=""),
            summary=Text(sv="", en=""),
            evidence=event.evidence,
            url=event.url,
            version=event.version,
            date=event.date,
            state=event.state,
            code_list=event.code_list,
            code=event.code,
            label=event.label,
            affects=event.affects,
            corrects=event.id,
            derivation=event.type,
            pushed=True,
        )
    )


def refuted(event: Event, memory: Memory) -> tuple[Statement, ...]:
    """The statements behind an event, marked as taken back; a blanket statement stays, for its other versions."""
    ledger = settle(memory.statements, memory.announcements)
    ids = {
        statement.id for turn in ledger.turns() if turn.id == event.id for statement in (turn.statement, *turn.support)
    }
    return tuple(replace(statement, refuted=True) for statement in memory.statements if statement.id in ids)


def _known(store: HistoryStore) -> dict[str, Event]:
    return {event.id: event for event in store.all_events()}


def _walk(store: HistoryStore, pages: Sequence[Page], more: Sequence[Snapshot]) -> _Walk:
    """Everything from the first snapshot to the last: the memory, the events, and where each page stands after it."""
    by_key = {page.key: page for page in pages}
    kept = [snapshot for page in pages for snapshot in store.all_snapshots(page.key)]
    have = {(snapshot.page, snapshot.fetched_at, snapshot.body) for snapshot in kept}
    new = [snapshot for snapshot in more if (snapshot.page, snapshot.fetched_at, snapshot.body) not in have]
    memory = Memory()
    events: dict[str, Event] = {}
    states: dict[str, PageState] = {}
    digests: list[tuple[Snapshot, str | None]] = []
    for snapshot in sorted([*kept, *new], key=lambda snapshot: (snapshot.fetched_at, snapshot.page)):
        page = by_key[snapshot.page]
        try:
            reading = parse(snapshot.body, page=page.key, url=snapshot.url, content_type=snapshot.content_type)
        except UnreadablePage as error:
            if snapshot in new:
                raise UnreadablePage(f"{page.key}, retrieved {snapshot.fetched_at:%Y-%m-%d}: {error}") from error
            continue
        learnt = learn(memory, reading, page, at=snapshot.fetched_at, url=snapshot.url, known_events=events.keys())
        memory = learnt.memory
        events |= {event.id: event for event in learnt.events}
        mark = digest(reading)
        if snapshot in new:
            digests.append((snapshot, mark))
        state = states.get(page.key) or store.page_state(page.key) or PageState(page=page.key, url=page.url)
        states[page.key] = replace(
            state,
            digest=mark,
            reader_version=READER_VERSION,
            page_updated=reading.page_updated,
            last_changed_at=snapshot.fetched_at,
        )
    ledger = settle(memory.statements, memory.announcements)
    standing = {turn.id for turn in ledger.turns()}
    kept_events = tuple(e for e in events.values() if e.id in standing or e.type.startswith(UNTOLD))
    return _Walk(memory=memory, events=kept_events, states=tuple(states.values()), snapshots=tuple(digests))


def _store(
    store: HistoryStore, pages: Sequence[Page], walk: _Walk, known: dict[str, Event], *, retract: bool
) -> Retold:
    """Store a walk. Known events keep what they are; those that only history made and that it no longer makes hide."""
    made = {event.id for event in walk.events}
    retired = tuple(
        event.id
        for event in known.values()
        if event.id not in made and not event.type.startswith(UNTOLD) and (retract or not event.pushed)
    )
    fresh = [event for event in walk.events if event.id not in known]
    if retract:
        fresh = [event if event.type == "event.retracted" else replace(event, origin="reader") for event in fresh]
    added = store.replace_knowledge(
        [page.key for page in pages],
        announcements=walk.memory.announcements,
        statements=walk.memory.statements,
        events=fresh,
        retired=retired,
        states=walk.states,
        snapshots=walk.snapshots,
        reader_version=READER_VERSION,
    )
    return Retold(
        announcements=len(walk.memory.announcements),
        added=added,
        lost=tuple(known[id_] for id_ in retired),
    )


def accepted(state: PageState) -> PageState:
    """The state in which the page's next reading is believed, however little of the known it has. Raises UsageError."""
    from monitor.check import ACCEPTED

    if state.suspect_since is None:
        raise UsageError(f"page {state.page}: expected a reading that waits to be accepted, there is none")
    return replace(state, suspect_digest=ACCEPTED)
