"""Saved pages taken in as history, kept pages read again, and events taken back: nothing here is news of the agency's.

History is gone through from its first snapshot each time, so that the order in which copies arrive makes no difference.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from monitor.diff import events_of
from monitor.errors import UnreadablePage, UsageError
from monitor.model import (
    READER_VERSION,
    Announcement,
    AnnouncementVersion,
    Check,
    Event,
    Memory,
    Page,
    PageState,
    Quotation,
    Snapshot,
    Statement,
    Text,
)
from monitor.observe import learn, still_missing
from monitor.parse import digest, parse
from monitor.settle import NAMESPACE, settle
from monitor.wording import phrase, severity_of

UNTOLD = ("page.", "event.")
"""Kinds of events that no walk through history makes, and that one therefore leaves alone."""
READABLE = frozenset({"changed", "unchanged", "not_modified"})
_CHECKS = 500


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

    def memory(self) -> Memory:
        """Everything ever read."""
        ...

    def checks(self, page: str, *, limit: int = ..., before: datetime | None = ...) -> tuple[Check, ...]:
        """The checks of a page that started before an instant, newest first."""
        ...

    def replace_knowledge(
        self,
        pages: Collection[str],
        *,
        announcements: Sequence[Announcement],
        statements: Sequence[Statement],
        events: Sequence[Event],
        retired: Collection[str] = ...,
        versions: Sequence[AnnouncementVersion] | None = ...,
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
    """`events` are all that were made on the way; `standing` are those that hold when all has been read."""

    memory: Memory
    events: tuple[Event, ...]
    standing: frozenset[str]
    versions: tuple[AnnouncementVersion, ...]
    states: tuple[PageState, ...]
    snapshots: tuple[tuple[Snapshot, str | None], ...]


def ingest(store: HistoryStore, pages: Sequence[Page], snapshots: Sequence[Snapshot]) -> Retold:
    """Take in saved pages as history; pushes nothing. Raises UnreadablePage for a copy that cannot be read."""
    walk = _walk(store, pages, snapshots)
    known = _known(store)
    retired = [
        event for event in known.values() if _by_walks(event) and not event.pushed and event.id not in walk.standing
    ]
    told = [event for event in walk.events if event.id in walk.standing]
    added = _store(store, pages, walk, [_as_known(event, known) for event in told], retired)
    return Retold(announcements=len(walk.memory.announcements), added=added, lost=tuple(retired))


def read_again(
    store: HistoryStore, pages: Sequence[Page], wanted: Collection[str], *, at: datetime, dry_run: bool = False
) -> Retold:
    """Read every kept copy of the wanted pages again with the present reader; store what differs unless `dry_run`."""
    walk = _walk(store, pages, ())
    known = _known(store)
    made = {event.id for event in walk.events}
    added = tuple(replace(event, origin="reader") for event in walk.events if event.id in walk.standing - known.keys())
    # An edit or a removal that was told is not taken back: how often a page was looked at is forgotten with time.
    lost = tuple(
        event
        for event in known.values()
        if _by_walks(event) and event.id not in made and not (event.pushed and event.type.startswith("announcement."))
    )
    if not dry_run:
        corrections = [retraction(event, at=at, by="reader") for event in lost if event.pushed]
        same = [_as_known(event, known) for event in walk.events if event.id in walk.standing & known.keys()]
        _store(store, pages, walk, [*same, *added, *corrections], lost)
    return Retold(
        announcements=len(walk.memory.announcements),
        added=tuple(event for event in added if event.page in wanted),
        lost=tuple(event for event in lost if event.page in wanted),
    )


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


def taken_back(
    event: Event, memory: Memory, *, known_events: Collection[str]
) -> tuple[tuple[Statement, ...], tuple[Event, ...]]:
    """The statements behind an event, marked as taken back, and the events that hold in its place.

    Those are the operator's: stored, so that a later check does not take them for news, and told to nobody.
    """
    ledger = settle(memory.statements, memory.announcements)
    ids = {
        statement.id for turn in ledger.turns() if turn.id == event.id for statement in (turn.statement, *turn.support)
    }
    left = _without(memory, ids)
    instead = events_of(settle(left.statements, left.announcements), known_events, origin="operator")
    return tuple(statement for statement in left.statements if statement.id in ids), instead


def _known(store: HistoryStore) -> dict[str, Event]:
    return {event.id: event for event in store.all_events()}


def _by_walks(event: Event) -> bool:
    return not event.type.startswith(UNTOLD)


def _as_known(event: Event, known: dict[str, Event]) -> Event:
    """An event of a walk; one that was told before keeps when and by whom, and says in `revision` that it differs."""
    before = known.get(event.id)
    if before is None:
        return event
    seen_at = before.seen_at if before.pushed else event.seen_at
    same = replace(
        event, seq=before.seq, origin=before.origin, pushed=before.pushed, seen_at=seen_at, revision=before.revision
    )
    return same if same == replace(before, seen_at=seen_at) else replace(same, revision=before.revision + 1)


def _walk(store: HistoryStore, pages: Sequence[Page], more: Sequence[Snapshot]) -> _Walk:
    """Everything from the first snapshot to the last: the memory, the events, and where each page stands after it."""
    by_key = {page.key: page for page in pages}
    snapshots, new = _in_order(store, pages, more)
    memory = Memory()
    events: dict[str, Event] = {}
    versions: dict[str, list[AnnouncementVersion]] = {}
    states: dict[str, PageState] = {}
    digests: list[tuple[Snapshot, str | None]] = []
    last: dict[str, Snapshot] = {}
    for snapshot in snapshots:
        page = by_key[snapshot.page]
        try:
            reading = parse(snapshot.body, page=page.key, url=snapshot.url, content_type=snapshot.content_type)
        except UnreadablePage as error:
            if _key(snapshot) in new:
                raise UnreadablePage(f"{page.key}, retrieved {snapshot.fetched_at:%Y-%m-%d}: {error}") from error
            continue
        if page.key in last:
            memory = _looked_again(store, memory, page, events, since=last[page.key], until=snapshot.fetched_at)
        last[page.key] = snapshot
        learnt = learn(memory, reading, page, at=snapshot.fetched_at, url=snapshot.url, known_events=events.keys())
        memory = learnt.memory
        events |= {event.id: event for event in (*learnt.events, *learnt.restated)}
        for announcement in learnt.announcements:
            _note_words(versions.setdefault(announcement.id, []), announcement, at=snapshot.fetched_at)
        mark = digest(reading)
        if _key(snapshot) in new:
            digests.append((snapshot, mark))
        state = states.get(page.key) or store.page_state(page.key) or PageState(page=page.key, url=page.url)
        states[page.key] = replace(
            state,
            digest=mark,
            reader_version=READER_VERSION,
            page_updated=reading.page_updated,
            last_changed_at=snapshot.fetched_at,
        )
    for key, snapshot in last.items():
        memory = _looked_again(store, memory, by_key[key], events, since=snapshot, until=None)
    memory = _without(memory, {statement.id for statement in store.memory().statements if statement.refuted})
    ledger = settle(memory.statements, memory.announcements)
    events |= {event.id: event for event in events_of(ledger, events.keys(), origin="operator")}
    standing = {turn.id for turn in ledger.turns()}
    standing |= {event.id for event in events.values() if event.type.startswith("announcement.")}
    return _Walk(
        memory=memory,
        events=tuple(events.values()),
        standing=frozenset(standing),
        versions=tuple(version for history in versions.values() for version in history),
        states=tuple(states.values()),
        snapshots=tuple(digests),
    )


def _in_order(
    store: HistoryStore, pages: Sequence[Page], more: Sequence[Snapshot]
) -> tuple[list[Snapshot], frozenset[tuple[object, ...]]]:
    """All snapshots in the order of their retrieval, and the keys of those that are new."""
    kept = [snapshot for page in pages for snapshot in store.all_snapshots(page.key)]
    have = {_key(snapshot) for snapshot in kept}
    new = {_key(snapshot): snapshot for snapshot in more if _key(snapshot) not in have}
    return sorted([*kept, *new.values()], key=_key), frozenset(new)


def _key(snapshot: Snapshot) -> tuple[object, ...]:
    """By what copies are put in order; those of one instant by their bytes, so that it is always the same order."""
    return snapshot.fetched_at, snapshot.page, hashlib.sha256(snapshot.body).hexdigest()


def _looked_again(
    store: HistoryStore,
    memory: Memory,
    page: Page,
    events: dict[str, Event],
    *,
    since: Snapshot,
    until: datetime | None,
) -> Memory:
    """The memory after the checks between two snapshots found the page as it was: what was missing once is removed."""
    if not any(each.page == page.key and each.absent and each.removed_at is None for each in memory.announcements):
        return memory
    at = _next_good_check(store, page.key, since=since.fetched_at, until=until)
    learnt = still_missing(memory, page, at=at, known_events=events.keys()) if at is not None else None
    if learnt is None:
        return memory
    events |= {event.id: event for event in learnt.events}
    return learnt.memory


def _next_good_check(store: HistoryStore, page: str, *, since: datetime, until: datetime | None) -> datetime | None:
    """When the page was read for the first time after one snapshot and before the next."""
    found: datetime | None = None
    while checks := store.checks(page, limit=_CHECKS, before=until):
        for check in checks:
            if check.started_at < since:
                return found
            if check.outcome in READABLE:
                found = check.ended_at
        until = checks[-1].started_at
    return found


def _without(memory: Memory, refuted_ids: Collection[str]) -> Memory:
    """The memory with some statements taken back."""
    return replace(
        memory,
        statements=tuple(
            replace(statement, refuted=True) if statement.id in refuted_ids else statement
            for statement in memory.statements
        ),
    )


def _note_words(history: list[AnnouncementVersion], announcement: Announcement, *, at: datetime) -> None:
    """Add the announcement's words to their history where they differ from the last ones."""
    words = AnnouncementVersion(
        announcement_id=announcement.id,
        seen_at=at,
        heading=announcement.heading,
        published=announcement.published,
        updated=announcement.updated,
        text=announcement.text,
        html=announcement.html,
    )
    if not history or replace(history[-1], seen_at=at) != words:
        history.append(words)


def _store(
    store: HistoryStore, pages: Sequence[Page], walk: _Walk, events: Sequence[Event], retired: Sequence[Event]
) -> tuple[Event, ...]:
    return store.replace_knowledge(
        [page.key for page in pages],
        announcements=walk.memory.announcements,
        statements=walk.memory.statements,
        events=events,
        retired=[event.id for event in retired],
        versions=walk.versions,
        states=walk.states,
        snapshots=walk.snapshots,
        reader_version=READER_VERSION,
    )


def accepted(state: PageState) -> PageState:
    """The state in which the page's next reading is believed, however little of the known it has. Raises UsageError."""
    from monitor.check import ACCEPTED

    if state.suspect_since is None:
        raise UsageError(f"page {state.page}: expected a reading that waits to be accepted, there is none")
    return replace(state, suspect_digest=ACCEPTED)
