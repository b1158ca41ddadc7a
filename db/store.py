"""The memory of the program: everything that was ever read, said and checked, in short transactions.

A `Store` may be used by many threads at once. Every method is one transaction. What the database refuses is raised as
`StoreError`, in one line.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, Select, Table, delete, func, insert, or_, select, text, tuple_, update
from sqlmodel import Session

from db.engine import Database, speaking_plainly
from db.queries import EVENT, select_events
from db.rows import (
    WORDING,
    columns,
    event_from,
    noun,
    sighting_from,
    snapshot_from,
    statement_from,
    token_from,
)
from db.schema import metadata
from db.writing import (
    ANNOUNCEMENT,
    ANNOUNCEMENT_TEXT,
    CHECK,
    DATA_VERSION,
    META,
    PAGE,
    SIGHTING,
    SNAPSHOT,
    STATEMENT,
    count_change,
    drop_statements,
    forget_others,
    insert_missing,
    push_events,
    replace_versions,
    retire_events,
    revise_events,
    upsert,
    write_announcements,
    write_check,
    write_events,
    write_snapshot,
    write_state,
    write_statements,
)
from monitor.errors import UsageError
from monitor.model import (
    Announcement,
    AnnouncementVersion,
    Check,
    ClaimedPage,
    Event,
    EventFilter,
    Memory,
    Observation,
    Page,
    PageHealth,
    PageState,
    Sighting,
    Snapshot,
    Statement,
    Token,
)

LEASE: Table = metadata.tables["lease"]
TOKEN: Table = metadata.tables["token"]

FanOut = Callable[[Session, tuple[Event, ...]], None]
"""Called with the newly stored events inside their transaction: what it writes is kept with them or not at all."""

KNOWLEDGE_LOCK = 7_305_002
"""PostgreSQL's advisory lock for writing knowledge. The number means nothing and must never change."""

CHECKS_KEPT = timedelta(days=400)
TOKEN_TOUCHED_EVERY = timedelta(minutes=1)


class Store:
    """All reading and writing of one database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    # --- transactions ---------------------------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that sees one state of the database and changes nothing."""
        with speaking_plainly(self.database), Session(self.database.reader) as session, session.begin():
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that writes. On SQLite it is the only one from its first moment."""
        with speaking_plainly(self.database), Session(self.database.writer) as session, session.begin():
            yield session

    @contextmanager
    def _writing_knowledge(self) -> Iterator[Session]:
        """A transaction that may number events: one at a time, so that a number follows the one before it."""
        with self.writing() as session:
            if self.database.dialect == "postgresql":
                session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": KNOWLEDGE_LOCK})
            yield session

    def clock(self, session: Session) -> datetime:
        """The time that leases go by: the database's own on PostgreSQL, this host's on SQLite."""
        if self.database.dialect == "postgresql":
            moment: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
            return moment.astimezone(UTC)
        return datetime.now(UTC)

    # --- pages ----------------------------------------------------------------------------------------------------

    def pages(self) -> tuple[PageState, ...]:
        """What is remembered of every page, in the order of their keys."""
        with self.reading() as session:
            rows = session.execute(select(PAGE).order_by(PAGE.c.page)).mappings()
            return tuple(noun(PageState, row) for row in rows)

    def page_state(self, page: str) -> PageState | None:
        """What is remembered of one page."""
        with self.reading() as session:
            row = session.execute(select(PAGE).where(PAGE.c.page == page)).mappings().one_or_none()
            return None if row is None else noun(PageState, row)

    def ensure_pages(self, pages: Sequence[Page], *, now: datetime) -> None:
        """Begin to remember pages that are new to the database, due at `now`; known ones are left as they are."""
        with self.writing() as session:
            known = set(session.execute(select(PAGE.c.page)).scalars())
            new = [page for page in pages if page.key not in known]
            if not new:
                return
            insert_missing(
                session,
                PAGE,
                [{**columns(PageState(page=page.key, url=page.url)), "due_at": now, "fence": 0} for page in new],
            )
            count_change(session)

    def due_pages(
        self, now: datetime, *, owner: str, lease: timedelta, limit: int, intervals: Mapping[str, timedelta]
    ) -> tuple[ClaimedPage, ...]:
        """Claim pages that are due at `now`, the longest waiting first, and nobody else's at the moment.

        Only pages named in `intervals` are claimed; the claim tells the interval, or the one set by `set_interval`.
        A claim holds for `lease` by `clock`, and every claim of a page has a higher fence than the one before.
        """
        with self.writing() as session:
            clock = self.clock(session)
            due = (
                select(PAGE.c.id)
                .where(
                    PAGE.c.page.in_(list(intervals)),
                    or_(PAGE.c.due_at.is_(None), PAGE.c.due_at <= now),
                    or_(PAGE.c.lease_until.is_(None), PAGE.c.lease_until <= clock),
                )
                .order_by(PAGE.c.due_at.nulls_first(), PAGE.c.id)
                .limit(limit)
                .with_for_update(skip_locked=True)
                .cte("due")
            )
            claimed = session.execute(
                update(PAGE)
                .where(PAGE.c.id == due.c.id)
                .values(lease_owner=owner, lease_until=clock + lease, fence=PAGE.c.fence + 1)
                .returning(PAGE.c.page, PAGE.c.fence, PAGE.c.due_at, PAGE.c.every)
            ).all()
        pages = [
            ClaimedPage(
                page=page,
                fence=fence,
                due_at=due_at,
                every=intervals[page] if every is None else timedelta(seconds=every),
            )
            for page, fence, due_at, every in claimed
        ]
        return tuple(sorted(pages, key=lambda page: (page.due_at is not None, page.due_at or now, page.page)))

    def schedule(self, page: str, *, due_at: datetime, fence: int | None = None) -> bool:
        """Set when a page is due next, and let go of it. False when `fence` is no longer the newest."""
        return self._let_go(page, fence=fence, due_at=due_at)

    def release(self, page: str, *, fence: int) -> bool:
        """Let go of a page without having looked at it: it is due as before. False when `fence` is stale."""
        return self._let_go(page, fence=fence)

    def set_interval(self, page: str, *, every: timedelta | None) -> bool:
        """Override the interval of a page; None goes back to the configured one. False when there is no such page."""
        seconds = None if every is None else every.total_seconds()
        return self._changed(update(PAGE).where(PAGE.c.page == page).values(every=seconds))

    def _let_go(self, page: str, *, fence: int | None, **values: Any) -> bool:
        condition = [PAGE.c.page == page] + ([] if fence is None else [PAGE.c.fence == fence])
        return self._changed(update(PAGE).where(*condition).values(lease_owner=None, lease_until=None, **values))

    # --- knowledge ------------------------------------------------------------------------------------------------

    def memory(self) -> Memory:
        """All that was ever read: announcements and statements of all pages, in the order they were learnt."""
        with self.reading() as session:
            announcements = session.execute(select(ANNOUNCEMENT).order_by(ANNOUNCEMENT.c.id)).mappings()
            statements = session.execute(select(STATEMENT).order_by(STATEMENT.c.id)).mappings()
            return Memory(
                announcements=tuple(noun(Announcement, row) for row in announcements),
                statements=tuple(statement_from(row) for row in statements),
            )

    def commit(
        self,
        observation: Observation,
        *,
        due_at: datetime | None = None,
        fence: int | None = None,
        fan_out: FanOut | None = None,
    ) -> tuple[Event, ...]:
        """Store all that one look at a page learnt, or nothing of it; return the events that are new, numbered.

        With `due_at` the page is also due again then, and let go of. With `fence`, raises StaleLease and stores
        nothing when somebody else has claimed the page since.
        """
        snapshot = observation.snapshot
        with self._writing_knowledge() as session:
            seen = write_state(session, observation.state, due_at=due_at, fence=fence)
            if observation.check is not None:
                seen |= write_check(session, observation.check)
            snapshot_id = None
            if snapshot is not None:
                snapshot_id = write_snapshot(
                    session,
                    snapshot,
                    digest=observation.digest,
                    reader_version=observation.state.reader_version,
                    events=len(observation.events),
                )
                seen = True
            seen |= write_announcements(
                session,
                observation.announcements,
                seen_at=None if snapshot is None else snapshot.fetched_at,
                snapshot_id=snapshot_id,
            )
            seen |= write_statements(session, observation.statements)
            seen |= drop_statements(session, observation.dropped)
            stored = write_events(session, observation.events)
            revise_events(session, observation.revisions)
            retire_events(session, observation.retired)
            late = push_events(session, observation.late)
            if seen or observation.events or observation.revisions or observation.retired:
                count_change(session)
            if fan_out is not None:
                fan_out(session, (*late, *stored))
            return stored

    def replace_knowledge(
        self,
        pages: Collection[str],
        *,
        announcements: Sequence[Announcement],
        statements: Sequence[Statement],
        events: Sequence[Event],
        retired: Collection[str] = (),
        versions: Sequence[AnnouncementVersion] | None = None,
        states: Sequence[PageState] = (),
        snapshots: Sequence[tuple[Snapshot, str | None]] = (),
        reader_version: int = 0,
        fan_out: FanOut | None = None,
    ) -> tuple[Event, ...]:
        """Let these be all the announcements and statements of `pages`, in one transaction; return the new events.

        For ingest and re-reading, where the whole history was gone through again. `events` may hold known ones: they
        keep their numbers, and are written over where they differ. Events that are not given stay; `retired` hides.
        `versions`, when given, are all the versions of the announcements' words. `snapshots` are further bodies to
        keep, each with the digest of its reading by `reader_version`.
        """
        with self._writing_knowledge() as session:
            for snapshot, digest in snapshots:
                write_snapshot(session, snapshot, digest=digest, reader_version=reader_version, events=0)
            for state in states:
                write_state(session, state, due_at=None, fence=None)
            forget_others(session, STATEMENT, pages=pages, keep=(each.id for each in statements))
            forget_others(session, ANNOUNCEMENT, pages=pages, keep=(each.id for each in announcements))
            write_announcements(session, announcements, seen_at=None, snapshot_id=None)
            if versions is not None:
                replace_versions(session, versions)
            write_statements(session, statements)
            stored = write_events(session, events, replace_known=True)
            retire_events(session, retired)
            count_change(session)
            if fan_out is not None:
                fan_out(session, stored)
            return stored

    # --- events ---------------------------------------------------------------------------------------------------

    def events(
        self,
        wanted: EventFilter | None = None,
        *,
        after: int | None = None,
        before: int | None = None,
        limit: int = 100,
        newest_first: bool = False,
    ) -> tuple[Event, ...]:
        """The wanted events with `after < seq < before`, at most `limit`; those taken back only when asked for."""
        query = select_events(
            wanted or EventFilter(), after=after, before=before, limit=limit, newest_first=newest_first
        )
        with self.reading() as session:
            return tuple(event_from(row) for row in session.execute(query).mappings())

    def event(self, event_id: str) -> Event | None:
        """One event, also one that was taken back."""
        query = select(EVENT.c.seq, EVENT.c.body).where(EVENT.c.public_id == event_id)
        with self.reading() as session:
            row = session.execute(query).mappings().one_or_none()
            return None if row is None else event_from(row)

    def known_event_ids(self) -> frozenset[str]:
        """The ids of all events, those that were taken back included."""
        with self.reading() as session:
            return frozenset(session.execute(select(EVENT.c.public_id)).scalars())

    def all_events(self) -> tuple[Event, ...]:
        """Every event in the order of the log, those that were taken back included."""
        with self.reading() as session:
            rows = session.execute(select(EVENT.c.seq, EVENT.c.body).order_by(EVENT.c.seq)).mappings()
            return tuple(event_from(row) for row in rows)

    def last_seq(self) -> int:
        """The number of the newest event, 0 when there is none."""
        with self.reading() as session:
            return int(session.execute(select(func.coalesce(func.max(EVENT.c.seq), 0))).scalar_one())

    def data_version(self) -> int:
        """A number that grows whenever something changes that readers see: events, announcements, snapshots, and a
        page's health. A check that ended like the one before it does not count."""
        return int(self.meta(DATA_VERSION) or 0)

    # --- announcements --------------------------------------------------------------------------------------------

    def announcements(
        self,
        *,
        pages: Collection[str] = (),
        services: Collection[str] = (),
        include_removed: bool = False,
        after: str | None = None,
        limit: int = 100,
    ) -> tuple[Announcement, ...]:
        """Announcements, newest stamp first, from behind the one with the id `after`.

        Raises UsageError when there is no such announcement.
        """
        place = tuple_(ANNOUNCEMENT.c.sorted_at, ANNOUNCEMENT.c.id)
        query = select(ANNOUNCEMENT).order_by(ANNOUNCEMENT.c.sorted_at.desc(), ANNOUNCEMENT.c.id.desc()).limit(limit)
        if pages:
            query = query.where(ANNOUNCEMENT.c.page.in_(pages))
        if services:
            query = query.where(ANNOUNCEMENT.c.service.in_(services))
        if not include_removed:
            query = query.where(ANNOUNCEMENT.c.removed_at.is_(None))
        with self.reading() as session:
            if after is not None:
                last = session.execute(
                    select(ANNOUNCEMENT.c.sorted_at, ANNOUNCEMENT.c.id).where(ANNOUNCEMENT.c.public_id == after)
                ).one_or_none()
                if last is None:
                    raise UsageError(f"expected the id of an announcement to go on from, got {after}")
                query = query.where(
                    place < tuple_(*last, types=[ANNOUNCEMENT.c.sorted_at.type, ANNOUNCEMENT.c.id.type])
                )
            return tuple(noun(Announcement, row) for row in session.execute(query).mappings())

    def announcement(self, announcement_id: str) -> Announcement | None:
        """One announcement, also one that left its page."""
        with self.reading() as session:
            query = select(ANNOUNCEMENT).where(ANNOUNCEMENT.c.public_id == announcement_id)
            row = session.execute(query).mappings().one_or_none()
            return None if row is None else noun(Announcement, row)

    def announcement_versions(self, announcement_id: str) -> tuple[AnnouncementVersion, ...]:
        """Every version of an announcement's words, oldest first."""
        query = (
            select(
                ANNOUNCEMENT.c.public_id.label("announcement_id"),
                SNAPSHOT.c.public_id.label("snapshot_id"),
                ANNOUNCEMENT_TEXT.c.seen_at,
                *(ANNOUNCEMENT_TEXT.c[name] for name in WORDING),
            )
            .join(ANNOUNCEMENT, ANNOUNCEMENT.c.id == ANNOUNCEMENT_TEXT.c.announcement_id)
            .outerjoin(SNAPSHOT, SNAPSHOT.c.id == ANNOUNCEMENT_TEXT.c.snapshot_id)
            .where(ANNOUNCEMENT.c.public_id == announcement_id)
            .order_by(ANNOUNCEMENT_TEXT.c.seen_at, ANNOUNCEMENT_TEXT.c.id)
        )
        with self.reading() as session:
            return tuple(noun(AnnouncementVersion, row) for row in session.execute(query).mappings())

    # --- checks, snapshots and health -----------------------------------------------------------------------------

    def checks(self, page: str, *, limit: int = 100, before: datetime | None = None) -> tuple[Check, ...]:
        """The checks of a page that started before `before`, newest first."""
        with self.reading() as session:
            return tuple(_checks(session, page, limit=limit, before=before))

    def snapshots(self, page: str, *, limit: int = 100, before: int | None = None) -> tuple[Sighting, ...]:
        """What stood on a page and when, newest first, from behind the sighting with the number `before`.

        Raises UsageError when there is no such sighting.
        """
        query = _sightings(page).order_by(SIGHTING.c.fetched_at.desc(), SIGHTING.c.id.desc()).limit(limit)
        with self.reading() as session:
            if before is not None:
                last = session.execute(
                    select(SIGHTING.c.fetched_at, SIGHTING.c.id).where(SIGHTING.c.id == before)
                ).one_or_none()
                if last is None:
                    raise UsageError(f"expected the number of a snapshot to go on from, got {before}")
                place = tuple_(SIGHTING.c.fetched_at, SIGHTING.c.id)
                query = query.where(place < tuple_(*last, types=[SIGHTING.c.fetched_at.type, SIGHTING.c.id.type]))
            return tuple(sighting_from(row) for row in session.execute(query).mappings())

    def snapshot_body(self, snapshot_id: str) -> bytes | None:
        """The body of a content, byte for byte as it was fetched first."""
        with self.reading() as session:
            query = select(SNAPSHOT.c.body).where(SNAPSHOT.c.public_id == snapshot_id)
            body = session.execute(query).scalar_one_or_none()
        return None if body is None else zlib.decompress(body)

    def latest_snapshot(self, page: str) -> Snapshot | None:
        """What stood on a page last."""
        query = _sightings(page).order_by(SIGHTING.c.fetched_at.desc(), SIGHTING.c.id.desc()).limit(1)
        with self.reading() as session:
            row = session.execute(query).mappings().one_or_none()
            return None if row is None else _with_body(session, row)

    def all_snapshots(self, page: str) -> Iterator[Snapshot]:
        """All that ever stood on a page, oldest first, a returning content each time; one body in memory at a time."""
        with self.reading() as session:
            query = _sightings(page).order_by(SIGHTING.c.fetched_at, SIGHTING.c.id)
            rows = session.execute(query).mappings().all()
        for row in rows:
            with self.reading() as session:
                snapshot = _with_body(session, row)
            yield snapshot

    def health(self, pages: Sequence[Page]) -> tuple[PageHealth, ...]:
        """How the watching of these pages stands, in their order; pages never looked at included."""
        counted = (
            select(ANNOUNCEMENT.c.page, func.count())
            .where(ANNOUNCEMENT.c.removed_at.is_(None))
            .group_by(ANNOUNCEMENT.c.page)
        )
        with self.reading() as session:
            rows = {row["page"]: row for row in session.execute(select(PAGE)).mappings()}
            counts: dict[str, int] = dict(session.execute(counted).all())
            checks = {page.key: next(iter(_checks(session, page.key, limit=1)), None) for page in pages}
        return tuple(
            _health(page, rows.get(page.key), last_check=checks[page.key], announcements=counts.get(page.key, 0))
            for page in pages
        )

    # --- tokens, settings and leases ------------------------------------------------------------------------------

    def add_token(self, token: Token, *, hash: str) -> None:
        """Keep a new token with the hash of its secret."""
        with self.writing() as session:
            session.execute(insert(TOKEN), {**columns(token), "scopes": list(token.scopes), "hash": hash})

    def token_by_hash(self, hash: str) -> Token | None:
        """The token whose secret has this hash, unless it was revoked."""
        with self.reading() as session:
            query = select(TOKEN).where(TOKEN.c.hash == hash, TOKEN.c.revoked_at.is_(None))
            row = session.execute(query).mappings().one_or_none()
            return None if row is None else token_from(row)

    def tokens(self) -> tuple[Token, ...]:
        """All tokens, the revoked ones too, oldest first."""
        with self.reading() as session:
            rows = session.execute(select(TOKEN).order_by(TOKEN.c.created_at, TOKEN.c.id)).mappings()
            return tuple(token_from(row) for row in rows)

    def revoke_token(self, token_id: str, *, at: datetime) -> bool:
        """End a token. False when there is none with that id that still works."""
        return self._changed(
            update(TOKEN).where(TOKEN.c.public_id == token_id, TOKEN.c.revoked_at.is_(None)).values(revoked_at=at)
        )

    def touch_token(self, token_id: str, *, at: datetime) -> None:
        """Remember that a token was used; to the minute, so that not every request writes."""
        with self.reading() as session:
            last = session.execute(select(TOKEN.c.last_used_at).where(TOKEN.c.public_id == token_id)).scalar()
        if last is None or last <= at - TOKEN_TOUCHED_EVERY:
            self._changed(update(TOKEN).where(TOKEN.c.public_id == token_id).values(last_used_at=at))

    def meta(self, key: str) -> str | None:
        """A value of this installation."""
        with self.reading() as session:
            value: str | None = session.execute(select(META.c.value).where(META.c.key == key)).scalar_one_or_none()
            return value

    def set_meta(self, key: str, *, value: str) -> None:
        """Keep a value of this installation."""
        with self.writing() as session:
            upsert(session, META, [{"key": key, "value": value}], key="key")

    def set_meta_once(self, key: str, *, value: str) -> str:
        """Keep a value unless there is one, and return the one that stands: two that start together agree."""
        with self.writing() as session:
            insert_missing(session, META, [{"key": key, "value": value}])
            return str(session.execute(select(META.c.value).where(META.c.key == key)).scalar_one())

    def acquire_lease(self, name: str, *, owner: str, ttl: timedelta) -> int | None:
        """Take a job that only one may do, for `ttl` by `clock`. Returns its fence, None while another has it.

        Who has it already gets it again, for a new `ttl` and with the same fence.
        """
        with self.writing() as session:
            insert_missing(session, LEASE, [{"name": name, "fence": 0}])
            row = session.execute(select(LEASE).where(LEASE.c.name == name).with_for_update()).mappings().one()
            clock = self.clock(session)
            held = row["owner"] is not None and row["until"] > clock
            if held and row["owner"] != owner:
                return None
            fence = int(row["fence"]) + (0 if held else 1)
            session.execute(
                update(LEASE).where(LEASE.c.name == name).values(owner=owner, until=clock + ttl, fence=fence)
            )
            return fence

    def renew_lease(self, name: str, *, owner: str, fence: int, ttl: timedelta) -> bool:
        """Keep a job for a further `ttl`. False when somebody else has taken it meanwhile."""
        with self.writing() as session:
            renewed = session.execute(
                update(LEASE)
                .where(LEASE.c.name == name, LEASE.c.owner == owner, LEASE.c.fence == fence)
                .values(until=self.clock(session) + ttl)
                .returning(LEASE.c.name)
            )
            return renewed.first() is not None

    def release_lease(self, name: str, *, owner: str, fence: int) -> bool:
        """Give a job back. False when somebody else has it by now."""
        return self._changed(
            update(LEASE)
            .where(LEASE.c.name == name, LEASE.c.owner == owner, LEASE.c.fence == fence)
            .values(owner=None, until=None)
        )

    # --- housekeeping ---------------------------------------------------------------------------------------------

    def prune(self, now: datetime) -> int:
        """Delete checks older than 400 days, save the last of each page; returns how many. Contents, announcements
        and events are kept for ever."""
        newest = select(func.max(CHECK.c.id)).group_by(CHECK.c.page)
        with self.writing() as session:
            gone = session.execute(
                delete(CHECK)
                .where(CHECK.c.started_at < now - CHECKS_KEPT, CHECK.c.id.not_in(newest))
                .returning(CHECK.c.id)
            )
            return len(gone.all())

    def _changed(self, statement: Any) -> bool:
        with self.writing() as session:
            return bool(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def _checks(session: Session, page: str, *, limit: int, before: datetime | None = None) -> Iterator[Check]:
    query = select(CHECK).where(CHECK.c.page == page).order_by(CHECK.c.started_at.desc(), CHECK.c.id.desc())
    if before is not None:
        query = query.where(CHECK.c.started_at < before)
    return (noun(Check, row) for row in session.execute(query.limit(limit)).mappings())


def _sightings(page: str) -> Select[Any]:
    return (
        select(
            SIGHTING.c.id.label("number"),
            SIGHTING.c.page,
            SIGHTING.c.url,
            SIGHTING.c.fetched_at,
            SIGHTING.c.etag,
            SIGHTING.c.last_modified,
            SNAPSHOT.c.public_id,
            SNAPSHOT.c.digest,
            SNAPSHOT.c.sha256,
            SNAPSHOT.c.size,
            SNAPSHOT.c.content_type,
        )
        .join(SNAPSHOT, SNAPSHOT.c.id == SIGHTING.c.snapshot_id)
        .where(SIGHTING.c.page == page)
    )


def _with_body(session: Session, row: RowMapping) -> Snapshot:
    query = select(SNAPSHOT.c.body).where(SNAPSHOT.c.public_id == row["public_id"])
    return snapshot_from(row, body=zlib.decompress(session.execute(query).scalar_one()))


def _health(page: Page, row: RowMapping | None, *, last_check: Check | None, announcements: int) -> PageHealth:
    if row is None:
        return PageHealth(
            page=page, url=page.url, state="unconfirmed", last_check=last_check, announcements=announcements
        )
    return PageHealth(
        page=page,
        url=row["url"],
        state=row["state"],
        since=row["since"],
        last_check=last_check,
        last_good_at=row["last_good_at"],
        last_changed_at=row["last_changed_at"],
        page_updated=row["page_updated"],
        announcements=announcements,
        failures=row["failures"],
        suggested_url=row["suggested_url"],
        due_at=row["due_at"],
    )
