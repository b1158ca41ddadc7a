"""How knowledge is written: each function takes part in the caller's transaction and says whether readers see a change.

All of it happens under the lock that `db.store` takes, so that numbers can be allotted without gaps.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import Any, TypeVar
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import Table, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from db.queries import EVENT, EVENT_PAGE, EVENT_SERVICE, EVENT_STATEMENT
from db.rows import (
    WORDING,
    Values,
    announcement_columns,
    columns,
    event_body,
    event_columns,
    event_pages,
    event_services,
    statement_columns,
)
from db.schema import metadata
from db.types import storable
from monitor.errors import StaleLease, StoreError
from monitor.model import Announcement, AnnouncementVersion, Check, Event, PageState, Snapshot, Statement

PAGE: Table = metadata.tables["page"]
CHECK: Table = metadata.tables["check"]
SNAPSHOT: Table = metadata.tables["snapshot"]
SIGHTING: Table = metadata.tables["sighting"]
READING: Table = metadata.tables["reading"]
ANNOUNCEMENT: Table = metadata.tables["announcement"]
ANNOUNCEMENT_TEXT: Table = metadata.tables["announcement_text"]
STATEMENT: Table = metadata.tables["statement"]
META: Table = metadata.tables["meta"]

T = TypeVar("T")

HEALTH = ("url", "state", "since", "baseline_at", "last_changed_at", "page_updated", "failures", "suggested_url")
"""The parts of a page's state that people are shown."""

_MANY = 500
"""How many values one statement takes at once."""


def upsert(session: Session, table: Table, rows: Sequence[Values], *, key: str) -> None:
    """Insert rows; where one with the same `key` stands already, write over the columns that are given."""
    if not rows:
        return
    made: Any = (sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert)(table)
    given = {name: made.excluded[name] for name in rows[0] if name != key}
    session.execute(made.on_conflict_do_update(index_elements=[key], set_=given), rows)


def insert_missing(session: Session, table: Table, rows: Sequence[Values]) -> None:
    """Insert rows; leave those alone that stand already."""
    if rows:
        made: Any = (sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert)(table)
        session.execute(made.on_conflict_do_nothing(), rows)


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """The values in lists short enough for one statement."""
    rest = list(values)
    for start in range(0, len(rest), _MANY):
        yield rest[start : start + _MANY]


# --- pages and checks ---------------------------------------------------------------------------------------------


def write_state(session: Session, state: PageState, *, due_at: datetime | None, fence: int | None) -> bool:
    """Keep a page's state. With `due_at` the page is also put back in the queue and let go of.

    Raises StaleLease when somebody else has claimed the page since `fence`.
    """
    found = session.execute(select(PAGE).where(PAGE.c.page == state.page).with_for_update()).mappings().one_or_none()
    if fence is not None and (found is None or found["fence"] != fence):
        raise StaleLease(f"page {state.page}: somebody else has taken over its check, nothing was stored")
    values = columns(state)
    if due_at is not None:
        values |= {"due_at": due_at, "lease_owner": None, "lease_until": None}
    if found is None:
        session.execute(insert(PAGE), {**values, "fence": 0})
        return True
    session.execute(update(PAGE).where(PAGE.c.page == state.page).values(values))
    return any(found[name] != values[name] for name in HEALTH)


def write_check(session: Session, check: Check) -> bool:
    """Record a check. A change is one whose outcome differs from the one before."""
    last = session.execute(
        select(CHECK.c.outcome, CHECK.c.reason, CHECK.c.status_code)
        .where(CHECK.c.page == check.page)
        .order_by(CHECK.c.started_at.desc(), CHECK.c.id.desc())
        .limit(1)
    ).one_or_none()
    session.execute(insert(CHECK), columns(check))
    return last is None or tuple(last) != (check.outcome, check.reason, check.status_code)


# --- snapshots ----------------------------------------------------------------------------------------------------


def write_snapshot(
    session: Session, snapshot: Snapshot, *, digest: str | None, reader_version: int, events: int
) -> int:
    """Keep what was fetched: the body when its content is new to the page, a sighting in any case.

    Contents are the same when their bytes are, or when their readings are. Without a `digest`, when nothing could
    be read, the bytes decide. Returns our own key of the content.
    """
    sha256 = hashlib.sha256(snapshot.body).hexdigest()
    known = _known_content(session, snapshot.page, sha256=sha256, digest=digest)
    if known is None:
        known = session.execute(
            insert(SNAPSHOT).returning(SNAPSHOT.c.id),
            {
                "public_id": str(uuid5(NAMESPACE_URL, f"snapshot/{snapshot.page}/{sha256}")),
                "page": snapshot.page,
                "digest": digest or f"sha256:{sha256}",
                "sha256": sha256,
                "size": len(snapshot.body),
                "content_type": snapshot.content_type,
                "body": zlib.compress(snapshot.body, 9),
            },
        ).scalar_one()
    sighting = {name: getattr(snapshot, name) for name in ("page", "url", "fetched_at", "etag", "last_modified")}
    insert_missing(session, SIGHTING, [{**sighting, "snapshot_id": known}])
    if digest is not None:
        reading = {"snapshot_id": known, "reader_version": reader_version, "digest": digest, "events": events}
        insert_missing(session, READING, [reading])
    return int(known)


def _known_content(session: Session, page: str, *, sha256: str, digest: str | None) -> int | None:
    same_bytes = select(SNAPSHOT.c.id).where(SNAPSHOT.c.page == page, SNAPSHOT.c.sha256 == sha256)
    found: int | None = session.execute(same_bytes).scalar_one_or_none()
    if found is not None or digest is None:
        return found
    same_reading = (
        select(SNAPSHOT.c.id)
        .join(READING, READING.c.snapshot_id == SNAPSHOT.c.id)
        .where(SNAPSHOT.c.page == page, READING.c.digest == digest)
        .order_by(SNAPSHOT.c.id)
        .limit(1)
    )
    return session.execute(same_reading).scalar_one_or_none()


# --- announcements and statements ---------------------------------------------------------------------------------


def write_announcements(
    session: Session, announcements: Sequence[Announcement], *, seen_at: datetime | None, snapshot_id: int | None
) -> bool:
    """Keep announcements as they stand now, and every new version of their words.

    `seen_at` is when the words were seen, where it is known; otherwise the announcement's own `changed_at` tells.
    """
    before: dict[str, Values] = {}
    for ids in chunks(announcement.id for announcement in announcements):
        rows = session.execute(select(ANNOUNCEMENT).where(ANNOUNCEMENT.c.public_id.in_(ids))).mappings()
        before |= {row["public_id"]: dict(row) for row in rows}
    upsert(session, ANNOUNCEMENT, [announcement_columns(each) for each in announcements], key="public_id")
    reworded = [
        each for each in announcements if each.id not in before or _wording(columns(each)) != _wording(before[each.id])
    ]
    keys = announcement_keys(session, (each.id for each in reworded))
    texts = [
        {
            **{name: getattr(each, name) for name in WORDING},
            "announcement_id": keys[each.id],
            "snapshot_id": snapshot_id,
            "seen_at": seen_at or each.changed_at,
        }
        for each in reworded
    ]
    if texts:
        session.execute(insert(ANNOUNCEMENT_TEXT), texts)
    return bool(announcements)


def replace_versions(session: Session, versions: Sequence[AnnouncementVersion]) -> None:
    """Let these be all the versions of the words of the announcements they belong to.

    One without a `snapshot_id` gets that of what was seen on its page at that instant.
    """
    keys = announcement_keys(session, (version.announcement_id for version in versions))
    seen = _contents_seen(session, keys.values())
    for own in chunks(keys.values()):
        session.execute(delete(ANNOUNCEMENT_TEXT).where(ANNOUNCEMENT_TEXT.c.announcement_id.in_(own)))
    contents: dict[str, int] = {}
    for ids in chunks({version.snapshot_id for version in versions if version.snapshot_id}):
        found = session.execute(select(SNAPSHOT.c.public_id, SNAPSHOT.c.id).where(SNAPSHOT.c.public_id.in_(ids)))
        contents |= dict(found.all())
    rows = [
        {
            **{name: getattr(version, name) for name in WORDING},
            "announcement_id": keys[version.announcement_id],
            "snapshot_id": contents.get(
                version.snapshot_id or "", seen.get((version.announcement_id, version.seen_at))
            ),
            "seen_at": version.seen_at,
        }
        for version in versions
    ]
    if rows:
        session.execute(insert(ANNOUNCEMENT_TEXT), rows)


def _contents_seen(session: Session, announcements: Iterable[int]) -> dict[tuple[str, datetime], int]:
    """Our own key of the content that was seen on an announcement's page at an instant."""
    seen: dict[tuple[str, datetime], int] = {}
    for own in chunks(announcements):
        found = session.execute(
            select(ANNOUNCEMENT.c.public_id, SIGHTING.c.fetched_at, SIGHTING.c.snapshot_id)
            .join(SIGHTING, SIGHTING.c.page == ANNOUNCEMENT.c.page)
            .where(ANNOUNCEMENT.c.id.in_(own))
        )
        seen |= {(public_id, fetched_at): content for public_id, fetched_at, content in found}
    return seen


def announcement_keys(session: Session, public_ids: Iterable[str]) -> dict[str, int]:
    """Our own keys of announcements, by their public ids."""
    keys: dict[str, int] = {}
    for ids in chunks(dict.fromkeys(public_ids)):
        found = session.execute(
            select(ANNOUNCEMENT.c.public_id, ANNOUNCEMENT.c.id).where(ANNOUNCEMENT.c.public_id.in_(ids))
        )
        keys |= dict(found.all())
    return keys


def write_statements(session: Session, statements: Sequence[Statement]) -> bool:
    """Keep statements; known ones are written over."""
    upsert(session, STATEMENT, [statement_columns(statement) for statement in statements], key="public_id")
    return bool(statements)


def drop_statements(session: Session, ids: Collection[str]) -> bool:
    """Delete statements that a newer reader does not make."""
    for some in chunks(ids):
        session.execute(delete(STATEMENT).where(STATEMENT.c.public_id.in_(some)))
    return bool(ids)


def forget_others(session: Session, table: Table, *, pages: Collection[str], keep: Iterable[str]) -> bool:
    """Delete the announcements or statements of `pages` that are not in `keep`."""
    kept = set(keep)
    found = session.execute(select(table.c.id, table.c.public_id).where(table.c.page.in_(pages)))
    gone = [own for own, public_id in found if public_id not in kept]
    for own in chunks(gone):
        session.execute(delete(table).where(table.c.id.in_(own)))
    return bool(gone)


def _wording(values: Values) -> tuple[Any, ...]:
    words = (values[name] for name in WORDING)
    return tuple(storable(word) if isinstance(word, str) else word for word in words)


# --- events -------------------------------------------------------------------------------------------------------


def write_events(session: Session, events: Sequence[Event], *, replace_known: bool = False) -> tuple[Event, ...]:
    """Number and keep the events whose ids are new, and return these.

    One that had been taken back and is said again is shown again, under its old number. With `replace_known`, other
    known ones that differ are written over as well.
    """
    unique = {event.id: event for event in events}
    known = _known_events(session, unique)
    number = session.execute(select(func.coalesce(func.max(EVENT.c.seq), 0))).scalar_one()
    fresh = tuple(
        replace(event, seq=number + place)
        for place, event in enumerate((event for event in unique.values() if event.id not in known), start=1)
    )
    for some in chunks(fresh):
        session.execute(insert(EVENT), [event_columns(event) for event in some])
    _write_relations(session, fresh)
    _write_over(
        session,
        [
            (event, known[event.id])
            for event in unique.values()
            if event.id in known
            and (known[event.id]["retired"] or (replace_known and _differs(event, known[event.id])))
        ],
    )
    return fresh


def revise_events(session: Session, revisions: Sequence[Event]) -> None:
    """Write over known events. Their numbers stay, and so does whether they were ever pushed."""
    known = _known_events(session, {event.id: event for event in revisions})
    for event in revisions:
        if event.id not in known:
            raise StoreError(f"event {event.id} is to be revised, and there is none with that id")
    _write_over(session, [(event, known[event.id]) for event in revisions])


def push_events(session: Session, held: Sequence[Event]) -> tuple[Event, ...]:
    """Let known events that were held back count as told from now on, and return them so."""
    known = _known_events(session, {event.id: event for event in held})
    told = [(event, {**known[event.id], "pushed": True}) for event in held]
    _write_over(session, told)
    return tuple(_as_kept(event, values) for event, values in told)


def retire_events(session: Session, ids: Collection[str]) -> None:
    """Hide events from the lists. They keep their numbers."""
    for some in chunks(ids):
        session.execute(update(EVENT).where(EVENT.c.public_id.in_(some)).values(retired=True))


def _known_events(session: Session, wanted: dict[str, Event]) -> dict[str, Values]:
    known: dict[str, Values] = {}
    for ids in chunks(wanted):
        rows = session.execute(
            select(EVENT.c.seq, EVENT.c.public_id, EVENT.c.pushed, EVENT.c.retired, EVENT.c.body).where(
                EVENT.c.public_id.in_(ids)
            )
        ).mappings()
        known |= {row["public_id"]: dict(row) for row in rows}
    return known


def _as_kept(event: Event, known: Values) -> Event:
    return replace(event, seq=known["seq"], pushed=known["pushed"])


def _differs(event: Event, known: Values) -> bool:
    return bool(event_body(_as_kept(event, known)) != known["body"])


def _write_over(session: Session, changed: Sequence[tuple[Event, Values]]) -> None:
    if not changed:
        return
    kept = [_as_kept(event, known) for event, known in changed]
    rows = [{**event_columns(event), "own": event.seq} for event in kept]
    names = [name for name in rows[0] if name not in ("seq", "own")]
    session.connection().execute(
        update(EVENT).where(EVENT.c.seq == bindparam("own")).values({name: bindparam(name) for name in names}), rows
    )
    for some in chunks(event.seq for event in kept):
        for table in (EVENT_SERVICE, EVENT_PAGE, EVENT_STATEMENT):
            session.execute(delete(table).where(table.c.seq.in_(some)))
    _write_relations(session, kept)


def _write_relations(session: Session, events: Sequence[Event]) -> None:
    """Which services and pages the events concern, and which statements they come from. The events must be stored."""
    for some in chunks(events):
        services = [
            {"service": service, "version": version, "seq": event.seq}
            for event in some
            for service, version in sorted(event_services(event))
        ]
        pages = [{"page": page, "seq": event.seq} for event in some for page in sorted(event_pages(event))]
        session.execute(insert(EVENT_SERVICE), services)
        session.execute(insert(EVENT_PAGE), pages)
        statements = _statements_behind(session, some)
        links = [
            {"seq": event.seq, "page": page, "announcement_id": announcement_id, "statement_id": statement_id}
            for event in some
            for page, announcement_id, evidence in dict.fromkeys(
                (quotation.page, quotation.announcement_id, quotation.evidence) for quotation in event.statements
            )
            for statement_id in statements.get((announcement_id, storable(evidence)), [None])
        ]
        if links:
            session.execute(insert(EVENT_STATEMENT), links)


def _statements_behind(session: Session, events: Sequence[Event]) -> dict[tuple[str, str], list[int | None]]:
    """Our own keys of the statements that an event may quote, by announcement and quotation."""
    quoted = chain.from_iterable(event.statements for event in events)
    found: dict[tuple[str, str], list[int | None]] = {}
    for ids in chunks(dict.fromkeys(quotation.announcement_id for quotation in quoted)):
        rows = session.execute(
            select(STATEMENT.c.announcement_id, STATEMENT.c.evidence, STATEMENT.c.id).where(
                STATEMENT.c.announcement_id.in_(ids)
            )
        )
        for announcement_id, evidence, own in rows:
            found.setdefault((announcement_id, evidence), []).append(own)
    return found


# --- what readers see ---------------------------------------------------------------------------------------------

DATA_VERSION = "data_version"


def count_change(session: Session) -> None:
    """Say that something has changed that a reader can see."""
    now = session.execute(select(META.c.value).where(META.c.key == DATA_VERSION)).scalar_one_or_none()
    upsert(session, META, [{"key": DATA_VERSION, "value": str(int(now or 0) + 1)}], key="key")
