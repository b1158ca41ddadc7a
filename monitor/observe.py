"""One look at one page, without any I/O: what a reading adds to what we remember, and what is to be told of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from monitor.diff import announcement_event, events_of, tell
from monitor.identity import (
    announcement_id,
    astray,
    recognise,
    same_again,
    statement_id,
    statement_key,
    statement_topic,
)
from monitor.interpret import interpret, newest_stamp, reference_days
from monitor.model import (
    STOCKHOLM,
    Announcement,
    Claim,
    Event,
    Incident,
    Item,
    Maintenance,
    Memory,
    Origin,
    Page,
    Reading,
    Release,
    Snapshot,
    Statement,
)
from monitor.settle import Ledger, settle
from monitor.twins import words_of

SUSPICION = timedelta(hours=24)
"""How long a reading that lost most of what we knew must stand before it is believed."""
GONE_AFTER = 2
"""Readable checks in a row without an announcement before it counts as removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What a reading added: the new and changed announcements and statements, the whole memory after it, and events.

    `restated` are known events as they would be told now, where a statement behind them is new or was reworded.
    `lost` tells how many known announcements the reading lacks, `known` how many were known.
    """

    memory: Memory
    ledger: Ledger
    announcements: tuple[Announcement, ...] = ()
    statements: tuple[Statement, ...] = ()
    dropped: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()
    restated: tuple[Event, ...] = ()
    lost: int = 0
    known: int = 0

    @property
    def suspicious(self) -> bool:
        """Whether fewer than half of the known announcements were found."""
        return self.known > 0 and (self.known - self.lost) * 2 < self.known


@dataclass(slots=True)
class _Draft:
    """Memory under change."""

    announcements: dict[str, Announcement]
    statements: dict[str, Statement]
    touched_announcements: dict[str, None]
    touched_statements: dict[str, None]
    dropped: list[str]
    edited: list[Announcement]
    removed: list[Announcement]

    def put(self, announcement: Announcement) -> None:
        """Remember an announcement and that it changed."""
        self.announcements[announcement.id] = announcement
        self.touched_announcements[announcement.id] = None

    def say(self, statement: Statement) -> None:
        """Remember a statement and that it changed."""
        self.statements[statement.id] = statement
        self.touched_statements[statement.id] = None

    def memory(self) -> Memory:
        """What is remembered now."""
        return Memory(announcements=tuple(self.announcements.values()), statements=tuple(self.statements.values()))


def _draft(memory: Memory) -> _Draft:
    return _Draft(
        announcements={announcement.id: announcement for announcement in memory.announcements},
        statements={statement.id: statement for statement in memory.statements},
        touched_announcements={},
        touched_statements={},
        dropped=[],
        edited=[],
        removed=[],
    )


def learn(
    memory: Memory,
    reading: Reading,
    page: Page,
    *,
    at: datetime,
    url: str,
    known_events: Collection[str],
    origin: Origin = "agency",
) -> Learnt:
    """Take in a reading of a page retrieved at `at` from `url`.

    `known_events` are the ids of events already told. With origin `reader` the same snapshot was read before by an
    older reader: what it no longer says is dropped, not gone.
    """
    draft = _draft(memory)
    baseline = not any(announcement.page == page.key for announcement in memory.announcements)
    on_page = [announcement for announcement in memory.announcements if announcement.page == page.key]
    recognised = recognise(reading.items, on_page, page.key)
    if origin == "agency":
        for item, announcement in astray(reading, on_page):
            reading = replace(reading, items=(*reading.items, item))
            if announcement not in recognised.values():
                recognised[item.position] = announcement
    days = reference_days(
        reading,
        remembered={position: a.reference_on for position, a in recognised.items() if a.reference_on},
        retrieved_on=at.astimezone(STOCKHOLM).date(),
    )
    told = _interpreted(reading, page, memory, days)
    for item in reading.items:
        before = recognised.get(item.position)
        id_ = before.id if before else announcement_id(page.key, item, draft.announcements)
        now = _announcement(item, before, page, id_=id_, at=at, url=url, reference_on=days[item.position])
        if before is not None and _differs(before, now):
            if origin == "agency":
                now = replace(now, changed_at=at, edits=before.edits + 1)
                draft.edited.append(now)
            else:
                now = replace(now, changed_at=before.changed_at)
        if now != before:
            draft.put(now)
        _say(
            draft,
            now,
            item,
            told[item.position],
            at=at,
            first=before is None,
            baseline=baseline,
            origin=origin,
            reading=reading,
        )
    present = {announcement.id for announcement in recognised.values()}
    missing = [a for a in on_page if a.id not in present and a.removed_at is None]
    if origin == "agency":
        _miss(draft, missing, at)
    after = draft.memory()
    ledger = settle(after.statements, after.announcements)
    events = list(events_of(ledger, known_events, origin=origin))
    events += [announcement_event("announcement.updated", a, at=at) for a in draft.edited]
    events += [announcement_event("announcement.removed", a, at=at) for a in draft.removed]
    return Learnt(
        memory=after,
        ledger=ledger,
        announcements=tuple(draft.announcements[id_] for id_ in draft.touched_announcements),
        statements=tuple(draft.statements[id_] for id_ in draft.touched_statements if id_ in draft.statements),
        dropped=tuple(draft.dropped),
        events=tuple(event for event in events if event.id not in known_events),
        restated=_restated(draft, ledger, known_events, origin=origin),
        lost=len(missing),
        known=len([a for a in on_page if a.removed_at is None]),
    )


def _restated(draft: _Draft, ledger: Ledger, known_events: Collection[str], *, origin: Origin) -> tuple[Event, ...]:
    """Known events that a touched statement stands behind: a second page says so too, or the words were edited."""
    return tuple(
        tell(turn, ledger, origin=origin)
        for turn in ledger.turns()
        if turn.id in known_events
        and any(statement.id in draft.touched_statements for statement in (turn.statement, *turn.support))
    )


def still_missing(memory: Memory, page: Page, *, at: datetime, known_events: Collection[str]) -> Learnt | None:
    """The page was read again and is as it was: what was missing once is now missing twice. None when nothing was."""
    draft = _draft(memory)
    missing = [a for a in memory.announcements if a.page == page.key and a.absent and a.removed_at is None]
    if not missing:
        return None
    _miss(draft, missing, at)
    after = draft.memory()
    events = [announcement_event("announcement.removed", a, at=at) for a in draft.removed]
    return Learnt(
        memory=after,
        ledger=settle(after.statements, after.announcements),
        announcements=tuple(draft.announcements[id_] for id_ in draft.touched_announcements),
        statements=tuple(draft.statements[id_] for id_ in draft.touched_statements),
        events=tuple(event for event in events if event.id not in known_events),
    )


def _miss(draft: _Draft, missing: Iterable[Announcement], at: datetime) -> None:
    for announcement in missing:
        gone = replace(announcement, absent=announcement.absent + 1)
        if gone.absent >= GONE_AFTER:
            gone = replace(gone, removed_at=at, edits=gone.edits + 1)
            if not _stands_twice(draft, gone):
                draft.removed.append(gone)
            for statement in tuple(draft.statements.values()):
                if statement.announcement_id == gone.id and statement.gone_at is None:
                    draft.say(replace(statement, gone_at=at))
        draft.put(gone)


def _stands_twice(draft: _Draft, gone: Announcement) -> bool:
    """Whether the same words still stand on the page: then only one of two copies is gone."""
    return any(
        not other.absent and other.id != gone.id and words_of(other) == words_of(gone)
        for other in draft.announcements.values()
    )


def _announcement(
    item: Item, before: Announcement | None, page: Page, *, id_: str, at: datetime, url: str, reference_on: date
) -> Announcement:
    return Announcement(
        id=id_,
        page=page.key,
        service=page.service,
        heading=item.heading,
        published=item.published,
        updated=item.updated,
        text=item.text,
        html=item.html,
        url=f"{url}#{item.anchor}" if item.anchor else url,
        position=item.position,
        kind=item.kind,
        ordinal=item.ordinal,
        first_seen_at=before.first_seen_at if before else at,
        changed_at=before.changed_at if before else at,
        edits=before.edits if before else 0,
        reference_on=(before.reference_on if before and before.reference_on else reference_on),
    )


def _differs(before: Announcement, now: Announcement) -> bool:
    """Whether an edit, or a return after removal, is worth telling: place and address on the page are not."""
    return before.removed_at is not None or (
        before.heading,
        before.published,
        before.updated,
        before.text,
        before.html,
    ) != (
        now.heading,
        now.published,
        now.updated,
        now.text,
        now.html,
    )


def _interpreted(reading: Reading, page: Page, memory: Memory, days: dict[int, date]) -> dict[int, tuple[Claim, ...]]:
    """What each item says, by position. The overviews come last: items tell which version went live on which day."""
    newest = newest_stamp(reading)
    released = _released((statement.claim for statement in memory.statements), page)
    told: dict[int, tuple[Claim, ...]] = {}
    for item in sorted(reading.items, key=lambda item: item.kind == "overview"):
        told[item.position] = interpret(item, page, reference_on=days[item.position], newest=newest, released=released)
        if item.kind == "item":
            released |= _released(told[item.position], page)
    return told


def _released(claims: Iterable[Claim], page: Page) -> dict[date, str]:
    """The versions of the page's service by the day they went live, for overviews whose titles are lost."""
    found: dict[date, str] = {}
    for claim in claims:
        if isinstance(claim, Release) and claim.service == page.service and claim.date is not None and claim.date.start:
            found[_day(claim.date.start)] = claim.version
    return found


def _say(
    draft: _Draft,
    announcement: Announcement,
    item: Item,
    claims: Sequence[Claim],
    *,
    at: datetime,
    first: bool,
    baseline: bool,
    origin: Origin,
    reading: Reading,
) -> None:
    """Bring an announcement's statements up to what it says now."""
    overview = item.kind == "overview"
    known_on, stamped = _known_on(
        announcement, item, at=at, first=first or origin == "reader", baseline=baseline, reading=reading
    )
    mine = [statement for statement in draft.statements.values() if statement.announcement_id == announcement.id]
    standing = {statement.id: statement for statement in mine if statement.gone_at is None}
    for claim, before in same_again(claims, mine, overview=overview):
        if before is not None:
            standing.pop(before.id, None)
            now = replace(before, claim=_kept(before.claim, claim, origin), gone_at=None)
            if now != before:
                draft.say(now)
            continue
        key = statement_key(claim, overview=overview)
        earlier = _said_in_overviews(draft, announcement.page, claim, key) if overview else None
        draft.say(
            Statement(
                id=_free_id(draft, announcement.id, key),
                page=announcement.page,
                announcement_id=announcement.id,
                claim=claim,
                overview=overview,
                known_on=earlier.known_on if earlier else known_on,
                stamped=earlier.stamped if earlier else stamped,
                seen_at=at,
                position=item.position,
            )
        )
    for statement in standing.values():
        if origin == "reader":
            draft.statements.pop(statement.id)
            draft.dropped.append(statement.id)
        else:
            draft.say(replace(statement, gone_at=at))


def _kept(before: Claim, now: Claim, origin: Origin) -> Claim:
    """The claim as it reads now. What ties it to its subject stays, and its place among others that were told then."""
    if origin != "agency":
        return now
    now = replace(now, order=before.order)
    if isinstance(now, Incident) and isinstance(before, Incident):
        return replace(now, date=before.date, follows=before.follows, topic=before.topic)
    if isinstance(now, Maintenance) and isinstance(before, Maintenance):
        return replace(now, date=before.date, previous_date=before.previous_date, topic=before.topic)
    return now


def _said_in_overviews(draft: _Draft, page: str, claim: Claim, key: str) -> Statement | None:
    """The last word of the page's overviews on a cell's matter, when it is the same: then a cell elsewhere is no news.

    An overview that is broken for a while, or gets another heading, says nothing new when it comes back.
    """
    topic = statement_topic(claim)
    said = [s for s in draft.statements.values() if s.page == page and s.overview and statement_topic(s.claim) == topic]
    last = max((s.seen_at for s in said), default=None)
    return next(
        (s for s in said if s.seen_at == last and statement_key(s.claim, overview=True) == key),
        None,
    )


def _free_id(draft: _Draft, announcement: str, key: str) -> str:
    occurrence = 1
    while (id_ := statement_id(announcement, key, occurrence)) in draft.statements:
        occurrence += 1
    return id_


def _known_on(
    announcement: Announcement, item: Item, *, at: datetime, first: bool, baseline: bool, reading: Reading
) -> tuple[date, bool]:
    """The day a statement became known, and whether a stamp says so."""
    today = at.astimezone(STOCKHOLM).date()
    if item.kind == "overview":
        if first and baseline:
            stamp = item.updated or item.published
            return (_day(stamp), True) if stamp else (_oldest(reading) or today, False)
        return today, False
    if first:
        return (_day(item.published), True) if item.published else (announcement.reference_on or today, False)
    if item.updated is not None and item.published is not None and _day(item.published) < _day(item.updated) <= today:
        return _day(item.updated), True
    return today, False


def _oldest(reading: Reading) -> date | None:
    return min((_day(item.published) for item in reading.items if item.published), default=None)


def _day(stamp: date | datetime) -> date:
    return stamp.date() if isinstance(stamp, datetime) else stamp


def observe_snapshots(
    snapshots: Sequence[tuple[Snapshot, Reading]], pages: dict[str, Page]
) -> tuple[Memory, tuple[Event, ...]]:
    """Everything again from the first snapshot to the last: the memory and the events that a fold of them gives.

    Snapshots are `(snapshot, its reading)`; they are taken in the order of their retrieval, whatever order they have.
    """
    memory = Memory()
    events: dict[str, Event] = {}
    for snapshot, reading in sorted(snapshots, key=lambda pair: (pair[0].fetched_at, pair[0].page)):
        learnt = learn(
            memory, reading, pages[snapshot.page], at=snapshot.fetched_at, url=snapshot.url, known_events=events.keys()
        )
        memory = learnt.memory
        events |= {event.id: event for event in learnt.events}
    ledger = settle(memory.statements, memory.announcements)
    standing = {turn.id for turn in ledger.turns()}
    return memory, tuple(
        event for event in events.values() if event.type.startswith("announcement.") or event.id in standing
    )
