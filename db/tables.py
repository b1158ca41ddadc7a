"""The tables. They never leave this room: `db.store` turns rows into the nouns of `monitor.model` and back.

Keys are integers of our own, public ids are text. Where a noun's field has a column, both have the same name. Instants
are `UTC`, the agency's stamps `Stamp`. An event's columns are what lists are filtered by; the event is its `body`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import Index, UniqueConstraint, false
from sqlmodel import Field, SQLModel

from db.types import UTC, Json, Stamp, Words

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Set before the first migration: without names a constraint cannot be changed on SQLite."""

SQLModel.metadata.naming_convention = NAMING


class PageRow(SQLModel, table=True):
    """A watched page: what is remembered between checks, when it is due, and who is looking at it now.

    `fence` grows with every claim, so that a holder who comes back too late is told apart. `every` in seconds
    overrides the configured interval.
    """

    __tablename__: ClassVar[Any] = "page"
    __table_args__ = (Index(None, "due_at"),)

    id: int | None = Field(default=None, primary_key=True)
    page: str = Field(sa_type=Words, unique=True)
    url: str = Field(sa_type=Words)
    state: str
    since: datetime | None = Field(default=None, sa_type=UTC)
    etag: str | None = Field(default=None, sa_type=Words)
    last_modified: str | None = Field(default=None, sa_type=Words)
    digest: str | None = None
    suspect_digest: str | None = None
    suspect_since: datetime | None = Field(default=None, sa_type=UTC)
    reader_version: int = 0
    baseline_at: datetime | None = Field(default=None, sa_type=UTC)
    last_good_at: datetime | None = Field(default=None, sa_type=UTC)
    last_changed_at: datetime | None = Field(default=None, sa_type=UTC)
    page_updated: date | datetime | None = Field(default=None, sa_type=Stamp)
    failures: int = 0
    told_at: datetime | None = Field(default=None, sa_type=UTC)
    readers_told_at: datetime | None = Field(default=None, sa_type=UTC)
    suggested_url: str | None = Field(default=None, sa_type=Words)
    asked_url: str | None = Field(default=None, sa_type=Words)
    told_digest: str | None = None

    due_at: datetime | None = Field(default=None, sa_type=UTC)
    every: float | None = None
    lease_owner: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UTC)
    fence: int = 0


class CheckRow(SQLModel, table=True):
    """One look at one page."""

    __tablename__: ClassVar[Any] = "check"
    __table_args__ = (Index(None, "page", "started_at"), Index(None, "started_at"))

    id: int | None = Field(default=None, primary_key=True)
    page: str = Field(sa_type=Words)
    started_at: datetime = Field(sa_type=UTC)
    ended_at: datetime = Field(sa_type=UTC)
    outcome: str
    status_code: int | None = None
    reason: str | None = Field(default=None, sa_type=Words)
    detail: str | None = Field(default=None, sa_type=Words)
    final_url: str | None = Field(default=None, sa_type=Words)
    items: int | None = None
    events: int = 0
    bytes: int | None = None


class SnapshotRow(SQLModel, table=True):
    """The first body of each distinct content of a page, compressed with zlib. `sha256` is of the body as fetched."""

    __tablename__: ClassVar[Any] = "snapshot"
    __table_args__ = (UniqueConstraint("page", "digest"), UniqueConstraint("page", "sha256"))

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(unique=True)
    page: str = Field(sa_type=Words)
    digest: str
    sha256: str
    size: int
    content_type: str | None = Field(default=None, sa_type=Words)
    body: bytes


class SightingRow(SQLModel, table=True):
    """One time a content stood on its page: a content that comes back is seen again, and kept once."""

    __tablename__: ClassVar[Any] = "sighting"
    __table_args__ = (UniqueConstraint("snapshot_id", "fetched_at"), Index(None, "page", "fetched_at"))

    id: int | None = Field(default=None, primary_key=True)
    snapshot_id: int = Field(foreign_key="snapshot.id", ondelete="CASCADE")
    page: str = Field(sa_type=Words)
    url: str = Field(sa_type=Words)
    fetched_at: datetime = Field(sa_type=UTC)
    etag: str | None = Field(default=None, sa_type=Words)
    last_modified: str | None = Field(default=None, sa_type=Words)


class ReadingRow(SQLModel, table=True):
    """What one version of our reader made of a snapshot: the digest of its reading and the number of new events."""

    __tablename__: ClassVar[Any] = "reading"
    __table_args__ = (UniqueConstraint("snapshot_id", "reader_version"), Index(None, "digest"))

    id: int | None = Field(default=None, primary_key=True)
    snapshot_id: int = Field(foreign_key="snapshot.id", ondelete="CASCADE")
    reader_version: int
    digest: str
    events: int


class AnnouncementRow(SQLModel, table=True):
    """An announcement as it stands. `sorted_at` is its stamp as an instant, or else when it was first seen."""

    __tablename__: ClassVar[Any] = "announcement"
    __table_args__ = (
        Index(None, "sorted_at", "id"),
        Index(None, "page", "sorted_at"),
        Index(None, "service", "sorted_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(unique=True)
    page: str = Field(sa_type=Words)
    service: str = Field(sa_type=Words)
    heading: str = Field(sa_type=Words)
    published: date | datetime | None = Field(default=None, sa_type=Stamp)
    updated: date | datetime | None = Field(default=None, sa_type=Stamp)
    text: str = Field(sa_type=Words)
    html: str = Field(sa_type=Words)
    url: str = Field(sa_type=Words)
    position: int
    removed_at: datetime | None = Field(default=None, sa_type=UTC)
    kind: str
    ordinal: int
    first_seen_at: datetime = Field(sa_type=UTC)
    changed_at: datetime = Field(sa_type=UTC)
    absent: int
    edits: int
    reference_on: date | None = None
    sorted_at: datetime = Field(sa_type=UTC)


class AnnouncementTextRow(SQLModel, table=True):
    """Every version of an announcement's words. `snapshot_id` is the content that showed it first, where known."""

    __tablename__: ClassVar[Any] = "announcement_text"
    __table_args__ = (Index(None, "announcement_id", "seen_at"),)

    id: int | None = Field(default=None, primary_key=True)
    announcement_id: int = Field(foreign_key="announcement.id", ondelete="CASCADE")
    snapshot_id: int | None = Field(default=None, foreign_key="snapshot.id", ondelete="SET NULL")
    seen_at: datetime = Field(sa_type=UTC)
    heading: str = Field(sa_type=Words)
    published: date | datetime | None = Field(default=None, sa_type=Stamp)
    updated: date | datetime | None = Field(default=None, sa_type=Stamp)
    text: str = Field(sa_type=Words)
    html: str = Field(sa_type=Words)


class StatementRow(SQLModel, table=True):
    """What an announcement said; `kind`, `service` and `evidence` are the claim's."""

    __tablename__: ClassVar[Any] = "statement"
    __table_args__ = (Index(None, "announcement_id"), Index(None, "page"))

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(unique=True)
    page: str = Field(sa_type=Words)
    announcement_id: str
    kind: str
    service: str = Field(sa_type=Words)
    evidence: str = Field(sa_type=Words)
    overview: bool
    known_on: date
    stamped: bool
    seen_at: datetime = Field(sa_type=UTC)
    gone_at: datetime | None = Field(default=None, sa_type=UTC)
    position: int
    refuted: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    claim: dict[str, Any] = Field(sa_type=Json)


class EventRow(SQLModel, table=True):
    """An event. `seq` is its own key: consecutive, without gaps, never used twice.

    `severity` is 0 for critical to 3 for info. `published_on`, `date_start` and `date_end` are days in Stockholm;
    an open end is the first or the last day there is, no date at all is null. `search` holds what free text finds,
    in lower case.
    """

    __tablename__: ClassVar[Any] = "event"
    __table_args__ = (
        Index(None, "type", "seq"),
        Index(None, "subject", "seq"),
        Index(None, "announcement_id"),
        Index(None, "severity", "seq"),
        Index(None, "published_on"),
        Index(None, "date_start", "date_end"),
        Index(None, "seen_at"),
    )

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    public_id: str = Field(unique=True)
    type: str
    subject: str = Field(sa_type=Words)
    service: str = Field(sa_type=Words)
    page: str = Field(sa_type=Words)
    announcement_id: str | None = None
    published_on: date | None = None
    seen_at: datetime = Field(sa_type=UTC)
    date_start: date | None = None
    date_end: date | None = None
    severity: int
    origin: str
    pushed: bool
    retired: bool = False
    revision: int
    search: str = Field(sa_type=Words)
    body: dict[str, Any] = Field(sa_type=Json)


class EventServiceRow(SQLModel, table=True):
    """Which services an event concerns: one row a service with version "", and one for each of its versions.

    Labels are kept as they compare: without a leading V and a trailing ".0".
    """

    __tablename__: ClassVar[Any] = "event_service"
    __table_args__ = (Index(None, "seq"), Index(None, "version", "seq"))

    service: str = Field(primary_key=True, sa_type=Words)
    version: str = Field(primary_key=True, sa_type=Words)
    seq: int = Field(primary_key=True, foreign_key="event.seq", ondelete="CASCADE")


class EventPageRow(SQLModel, table=True):
    """Which pages say what an event tells: its own, and those of its quotations."""

    __tablename__: ClassVar[Any] = "event_page"
    __table_args__ = (Index(None, "seq"),)

    page: str = Field(primary_key=True, sa_type=Words)
    seq: int = Field(primary_key=True, foreign_key="event.seq", ondelete="CASCADE")


class EventStatementRow(SQLModel, table=True):
    """A place that says what an event tells. `statement_id` is null where we hold the quotation and no statement."""

    __tablename__: ClassVar[Any] = "event_statement"
    __table_args__ = (Index(None, "seq"), Index(None, "announcement_id"), Index(None, "statement_id"))

    id: int | None = Field(default=None, primary_key=True)
    seq: int = Field(foreign_key="event.seq", ondelete="CASCADE")
    statement_id: int | None = Field(default=None, foreign_key="statement.id", ondelete="SET NULL")
    page: str = Field(sa_type=Words)
    announcement_id: str


class LeaseRow(SQLModel, table=True):
    """Who does a job that only one process may do at a time."""

    __tablename__: ClassVar[Any] = "lease"

    name: str = Field(primary_key=True)
    owner: str | None = None
    until: datetime | None = Field(default=None, sa_type=UTC)
    fence: int = 0


class MetaRow(SQLModel, table=True):
    """A single value of this installation."""

    __tablename__: ClassVar[Any] = "meta"

    key: str = Field(primary_key=True)
    value: str = Field(sa_type=Words)


class TokenRow(SQLModel, table=True):
    """An access token; only the hash of it is kept."""

    __tablename__: ClassVar[Any] = "token"

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(unique=True)
    name: str = Field(sa_type=Words)
    hash: str = Field(unique=True)
    scopes: list[str] = Field(sa_type=Json)
    created_at: datetime = Field(sa_type=UTC)
    last_used_at: datetime | None = Field(default=None, sa_type=UTC)
    revoked_at: datetime | None = Field(default=None, sa_type=UTC)
