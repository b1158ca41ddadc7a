"""One check of one page, from fetch to store: the whole story in one place.

Whatever happens is recorded. What a check learnt, its events and their deliveries are stored in one transaction, by
the `commit` that is passed in; nothing here knows of databases, settings or channels.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from monitor.diff import revised, standings
from monitor.errors import FetchError, UnreadablePage
from monitor.fetch import REASONS, NotModified
from monitor.flapping import LOOK_BACK, SETTLED_AFTER, held_back, returns
from monitor.model import (
    READER_VERSION,
    Check,
    Event,
    EventFilter,
    EventType,
    Link,
    Memory,
    Observation,
    Outcome,
    Page,
    PageState,
    Reading,
    Sighting,
    Snapshot,
    Text,
)
from monitor.observe import SUSPICION, Learnt, learn, still_missing
from monitor.parse import digest as digest_of
from monitor.parse import parse
from monitor.settle import NAMESPACE, Ledger, settle
from monitor.wording import phrase, severity_of

FAILING_AFTER = 3
"""Failed checks in a row before a page counts as failing: a single hiccup is nobody's business."""
GONE = frozenset({404, 410})


class PageFetcher(Protocol):
    """What a check needs of the fetcher."""

    async def fetch(
        self, page: Page, *, etag: str | None = None, last_modified: str | None = None
    ) -> Snapshot | NotModified:
        """Fetch a page; raises FetchError."""
        ...


class CheckStore(Protocol):
    """What a check needs to know of what was there before."""

    def page_state(self, page: str) -> PageState | None:
        """What we remember of a page between checks."""
        ...

    def memory(self) -> Memory:
        """Everything ever read."""
        ...

    def known_event_ids(self) -> frozenset[str]:
        """The ids of all events, retired ones included."""
        ...

    def event(self, event_id: str) -> Event | None:
        """One event, also one that was taken back."""
        ...

    def events(
        self,
        wanted: EventFilter | None = ...,
        *,
        after: int | None = ...,
        before: int | None = ...,
        limit: int = ...,
        newest_first: bool = ...,
    ) -> tuple[Event, ...]:
        """The wanted events."""
        ...

    def snapshots(self, page: str, *, limit: int = ..., before: int | None = ...) -> tuple[Sighting, ...]:
        """What stood on a page and when, newest first."""
        ...

    def latest_snapshot(self, page: str) -> Snapshot | None:
        """The newest kept body of a page."""
        ...


Commit = Callable[[Observation], tuple[Event, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """How a check went: its record, the state of the page after it, and the events as stored."""

    check: Check
    state: PageState
    events: tuple[Event, ...] = ()
    related: tuple[Link, ...] = ()
    retry_after: float | None = None


async def check_page(
    page: Page,
    *,
    fetcher: PageFetcher,
    store: CheckStore,
    commit: Commit,
    clock: Callable[[], datetime],
    one_at_a_time: asyncio.Lock | None = None,
) -> Checked:
    """Look at a page once. Raises nothing that a page or a network can cause; a store that fails raises StoreError.

    Fetching goes side by side with other pages', what is learnt is taken in `one_at_a_time`: the same announcement on
    two pages has one first teller.
    """
    started = clock()
    state = await asyncio.to_thread(store.page_state, page.key) or PageState(page=page.key, url=page.url)
    state = _as_configured(state, page)
    where = replace(page, url=state.suggested_url or page.url)
    outdated = state.reader_version != READER_VERSION
    try:
        answer = await fetcher.fetch(
            where, etag=None if outdated else state.etag, last_modified=None if outdated else state.last_modified
        )
    except FetchError as error:
        observation = _failed(page, state, error, started=started, ended=clock())
        events = await asyncio.to_thread(commit, observation)
        return Checked(
            check=_check_of(observation), state=observation.state, events=events, retry_after=error.retry_after
        )
    async with one_at_a_time or asyncio.Lock():
        # Retrieved when its turn has come: who is taken in first has said it first, also when it is read again.
        answer = replace(answer, fetched_at=clock())
        return await asyncio.to_thread(_take_in, page, state, answer, store, commit, started, clock)


def _as_configured(state: PageState, page: Page) -> PageState:
    """The state for the address that is configured now: what belonged to another one is forgotten."""
    if state.asked_url in (None, page.url):
        return replace(state, asked_url=page.url)
    return replace(state, asked_url=page.url, url=page.url, suggested_url=None, etag=None, last_modified=None)


def _take_in(
    page: Page,
    state: PageState,
    answer: Snapshot | NotModified,
    store: CheckStore,
    commit: Commit,
    started: datetime,
    clock: Callable[[], datetime],
) -> Checked:
    if isinstance(answer, NotModified):
        return _same_as_before(page, state, store, commit, started, clock, answer.url, outcome="not_modified")
    try:
        reading = parse(answer.body, page=page.key, url=answer.url, content_type=answer.content_type)
    except UnreadablePage as error:
        observation = _unreadable(page, state, str(error), answer, started=started, ended=clock())
        return Checked(check=_check_of(observation), state=observation.state, events=commit(observation))
    if state.reader_version not in (0, READER_VERSION):
        state = _reread(page, state, store, commit)
    digest = digest_of(reading)
    good = _validated(state, answer)
    if digest == state.digest:
        checked = _same_as_before(
            page, good, store, commit, started, clock, answer.url, outcome="unchanged", reading=reading
        )
        return replace(checked, related=reading.related)
    learnt = learn(
        store.memory(), reading, page, at=answer.fetched_at, url=answer.url, known_events=store.known_event_ids()
    )
    if learnt.suspicious and not _believed(state, digest, answer.fetched_at):
        observation = _suspect(page, state, learnt, digest, answer, started=started, ended=clock())
        return Checked(check=_check_of(observation), state=observation.state, events=commit(observation))
    observation = _changed(page, good, reading, digest, learnt, answer, started=started, ended=clock())
    observation = replace(observation, revisions=_repaired(learnt, store))
    if state.baseline_at is not None:
        observation = _unless_flapping(observation, learnt.ledger, state, store, digest, answer.fetched_at)
    return Checked(
        check=_check_of(observation), state=observation.state, events=commit(observation), related=reading.related
    )


def _check_of(observation: Observation) -> Check:
    if observation.check is None:
        raise ValueError("a check's observation carries its record")
    return observation.check


def _validated(state: PageState, snapshot: Snapshot) -> PageState:
    """The state with the validators to ask with next time; only a good reading may set them."""
    return replace(state, etag=snapshot.etag, last_modified=snapshot.last_modified)


# --- the outcomes -----------------------------------------------------------------------------------------------


def _changed(
    page: Page,
    state: PageState,
    reading: Reading,
    digest: str,
    learnt: Learnt,
    snapshot: Snapshot,
    *,
    started: datetime,
    ended: datetime,
) -> Observation:
    baseline = state.baseline_at is None
    recovered = _recovery(page, state, snapshot.url, ended)
    told = tuple(replace(event, pushed=not baseline) for event in learnt.events)
    events = (*recovered, *told)
    after = replace(
        _well(page, state, snapshot.url, ended),
        digest=digest,
        reader_version=READER_VERSION,
        baseline_at=state.baseline_at or ended,
        last_changed_at=snapshot.fetched_at,
        page_updated=reading.page_updated,
        told_digest=digest,
    )
    return Observation(
        state=after,
        check=_check(page, "changed", started, ended, snapshot=snapshot, items=len(reading.items), events=len(told)),
        snapshot=snapshot,
        digest=digest,
        announcements=learnt.announcements,
        statements=learnt.statements,
        dropped=learnt.dropped,
        events=events,
    )


def _unless_flapping(
    observation: Observation, ledger: Ledger, before: PageState, store: CheckStore, digest: str, at: datetime
) -> Observation:
    """The observation with its news held back when the page only returns to what it said (see `flapping`)."""
    if returns(digest, store.snapshots(before.page, limit=LOOK_BACK), until=at, at=at):
        events = tuple(replace(e, pushed=False) if e.origin == "agency" else e for e in observation.events)
        return replace(observation, events=events, state=replace(observation.state, told_digest=before.told_digest))
    if before.told_digest in (None, before.digest):
        return observation
    return replace(observation, late=_held_back(before.page, ledger, store))


def _held_back(page: str, ledger: Ledger, store: CheckStore) -> tuple[Event, ...]:
    ours = EventFilter(pages=(page,), origin="agency")
    return held_back(store.events(ours, newest_first=True, limit=10 * LOOK_BACK), standings(ledger))


def _repaired(learnt: Learnt, store: CheckStore) -> tuple[Event, ...]:
    """Known events with what the reading adds to their quotations. Never told: what they say has not changed."""
    return tuple(
        event
        for told in learnt.restated
        if (stored := store.event(told.id)) is not None and (event := revised(stored, told)) is not None
    )


def _same_as_before(
    page: Page,
    state: PageState,
    store: CheckStore,
    commit: Commit,
    started: datetime,
    clock: Callable[[], datetime],
    url: str,
    *,
    outcome: Outcome,
    reading: Reading | None = None,
) -> Checked:
    ended = clock()
    learnt = still_missing(store.memory(), page, at=ended, known_events=store.known_event_ids())
    told = tuple(replace(event, pushed=True) for event in learnt.events) if learnt else ()
    if told and _is_flapping(state, store, ended):
        told = tuple(replace(event, pushed=False) for event in told)
    events = (*_recovery(page, state, url, ended), *told)
    after = _well(page, state, url, ended)
    late: tuple[Event, ...] = ()
    if state.told_digest not in (None, state.digest) and ended - (state.last_changed_at or ended) >= SETTLED_AFTER:
        memory = store.memory()
        late = _held_back(page.key, settle(memory.statements, memory.announcements), store)
        after = replace(after, told_digest=state.digest)
    if reading is not None:
        after = replace(after, page_updated=reading.page_updated, reader_version=READER_VERSION)
    observation = Observation(
        state=after,
        check=Check(
            page=page.key,
            started_at=started,
            ended_at=ended,
            outcome=outcome,
            status_code=304 if outcome == "not_modified" else 200,
            final_url=url,
            items=len(reading.items) if reading else None,
            events=len(told),
        ),
        announcements=learnt.announcements if learnt else (),
        statements=learnt.statements if learnt else (),
        events=events,
        late=late,
    )
    return Checked(check=_check_of(observation), state=after, events=commit(observation))


def _is_flapping(state: PageState, store: CheckStore, at: datetime) -> bool:
    """Whether what stands on the page now had stood there before, within a day."""
    seen = store.snapshots(state.page, limit=LOOK_BACK)
    return bool(seen) and returns(state.digest or "", seen[1:], until=seen[0].fetched_at, at=at)


def _failed(page: Page, state: PageState, error: FetchError, *, started: datetime, ended: datetime) -> Observation:
    failures = state.failures + 1
    unconfirmed = state.baseline_at is None and not page.confirmed
    gone = error.kind == "status" and error.status_code in GONE
    broken = failures >= FAILING_AFTER or gone
    after = replace(state, failures=failures, suggested_url=None)
    events: tuple[Event, ...] = ()
    if unconfirmed:
        after = replace(after, state="unconfirmed", since=state.since or ended)
    elif broken and state.state not in ("failing", "moved"):
        kind: EventType = "page.moved" if gone else "page.failing"
        after = replace(after, state="moved" if gone else "failing", since=ended, told_at=ended)
        events = (_page_event(kind, page, state, ended, reason=REASONS[error.kind], detail=str(error)),)
    return Observation(
        state=after,
        check=_check(page, "failed", started, ended, reason=error.kind, detail=str(error), status=error.status_code),
        events=events,
    )


def _unreadable(
    page: Page, state: PageState, detail: str, snapshot: Snapshot, *, started: datetime, ended: datetime
) -> Observation:
    unconfirmed = state.baseline_at is None and not page.confirmed
    after = replace(state, failures=state.failures + 1)
    events: tuple[Event, ...] = ()
    if unconfirmed:
        after = replace(after, state="unconfirmed", since=state.since or ended)
    elif state.state != "unreadable":
        after = replace(after, state="unreadable", since=ended, told_at=ended)
        events = (_page_event("page.unreadable", page, state, ended, reason=UNREADABLE, detail=detail),)
    return Observation(
        state=after,
        check=_check(page, "unreadable", started, ended, snapshot=snapshot, reason="unreadable", detail=detail),
        events=events,
    )


def _suspect(
    page: Page, state: PageState, learnt: Learnt, digest: str, snapshot: Snapshot, *, started: datetime, ended: datetime
) -> Observation:
    detail = f"expected most of the {learnt.known} known announcements, found {learnt.known - learnt.lost} of them"
    observation = _unreadable(page, state, detail, snapshot, started=started, ended=ended)
    same = state.suspect_digest == digest and state.suspect_since is not None
    return replace(
        observation,
        state=replace(
            observation.state, suspect_digest=digest, suspect_since=state.suspect_since if same else snapshot.fetched_at
        ),
    )


def _believed(state: PageState, digest: str, at: datetime) -> bool:
    """Whether a reading that lost most of what we knew has stood long enough, or an operator has accepted it."""
    if state.suspect_digest == ACCEPTED:
        return True
    return state.suspect_digest == digest and state.suspect_since is not None and at - state.suspect_since >= SUSPICION


ACCEPTED = "accepted"
"""In the place of a suspect digest: the operator's word that the next reading is to be believed."""

UNREADABLE = Text(
    sv="Sidan svarade, men vi kände inte igen några meddelanden på den",
    en="The page answered, but we recognised no announcements on it",
)


def _well(page: Page, state: PageState, url: str, at: datetime) -> PageState:
    """The state after a good look."""
    began = state.since if state.state == "ok" else at
    return replace(
        state,
        url=url,
        state="ok",
        since=began,
        failures=0,
        last_good_at=at,
        suspect_digest=None,
        suspect_since=None,
        told_at=None,
        readers_told_at=None,
    )


def _recovery(page: Page, state: PageState, url: str, at: datetime) -> tuple[Event, ...]:
    """What a good look ends or begins in our own watching: told once when it starts, once when it ends."""
    events: list[Event] = []
    if state.baseline_at is None and not page.confirmed:
        events.append(_page_event("page.confirmed", page, state, at))
    if state.state == "unreadable":
        events.append(_page_event("page.readable", page, state, at))
    if state.state in ("failing", "moved"):
        events.append(_page_event("page.recovered", page, state, at))
    elif state.baseline_at is not None and url != state.url and state.state != "unreadable":
        events.append(_page_event("page.moved", page, state, at, detail=url))
    return tuple(events)


def _page_event(
    kind: EventType,
    page: Page,
    state: PageState,
    at: datetime,
    *,
    reason: Text | None = None,
    detail: str | None = None,
) -> Event:
    """An event of our own watching. Its id is made of the page and of when it began, so that each spell has its own."""
    spell = (state.last_good_at or state.since or at).isoformat()
    return phrase(
        Event(
            id=str(
                uuid.uuid5(NAMESPACE, "|".join((kind, page.key, spell, detail or "" if kind == "page.moved" else "")))
            ),
            type=kind,
            subject=f"page:{page.key}",
            service=page.service,
            page=page.key,
            announcement_id=None,
            seen_at=at,
            origin="operator" if kind == "page.confirmed" else "reader",
            severity=severity_of(kind),
            title=Text(sv="", en=""),
            summary=Text(sv="", en=""),
            derivation=reason.sv if reason is not None else detail,
            url=page.url,
            pushed=True,
        )
    )


def _check(
    page: Page,
    outcome: Outcome,
    started: datetime,
    ended: datetime,
    *,
    snapshot: Snapshot | None = None,
    reason: str | None = None,
    detail: str | None = None,
    items: int | None = None,
    events: int = 0,
    status: int | None = None,
) -> Check:
    return Check(
        page=page.key,
        started_at=started,
        ended_at=ended,
        outcome=outcome,
        status_code=200 if snapshot is not None else status,
        reason=reason,
        detail=detail,
        final_url=snapshot.url if snapshot is not None else None,
        items=items,
        events=events,
        bytes=len(snapshot.body) if snapshot is not None else None,
    )


# --- a newer reader ---------------------------------------------------------------------------------------------


def _reread(page: Page, state: PageState, store: CheckStore, commit: Commit) -> PageState:
    """Read the last snapshot with the present reader before anything is compared with it.

    What then differs is our progress, not the agency's news: `origin: reader`, stored and never pushed.
    """
    snapshot = store.latest_snapshot(page.key)
    if snapshot is None:
        return replace(state, digest=None)
    observation = reread_observation(page, state, snapshot, store)
    if observation is None:
        return replace(state, digest=None)
    commit(observation)
    return observation.state


def reread_observation(page: Page, state: PageState, snapshot: Snapshot, store: CheckStore) -> Observation | None:
    """What the present reader makes of a kept snapshot, as an observation; None when it cannot read it."""
    try:
        reading = parse(snapshot.body, page=page.key, url=snapshot.url, content_type=snapshot.content_type)
    except UnreadablePage:
        return None
    learnt = learn(
        store.memory(),
        reading,
        page,
        at=snapshot.fetched_at,
        url=snapshot.url,
        known_events=store.known_event_ids(),
        origin="reader",
    )
    return Observation(
        state=replace(state, digest=digest_of(reading), reader_version=READER_VERSION),
        announcements=learnt.announcements,
        statements=learnt.statements,
        dropped=learnt.dropped,
        events=learnt.events,
        revisions=_repaired(learnt, store),
    )
