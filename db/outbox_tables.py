"""The tables of the outbox: channels, what is to be sent to them, and how every try went.

A delivery *is* its line in the queue; there is no queue beside it. Addresses and secrets stand encrypted in
`destination`, the `address` beside it is the masked form.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

import db.tables  # noqa: F401 - names of constraints are decided there, and must be before any table here
from db.types import UTC, Json, Words

_PENDING = text("state = 'pending'")
_LEASED = text("lease_until IS NOT NULL")
_WAITING_SQLITE = text("waiting = 1")
_WAITING_POSTGRESQL = text("waiting")
"""SQLite uses a partial index only where the question repeats its condition to the letter."""


class SubscriptionRow(SQLModel, table=True):
    """A channel, and how its address fares. A deleted one keeps its line, without its destination.

    `pace_at` is when the next message would be due if all were sent evenly; `claimed_at` orders channels fairly.
    """

    __tablename__: ClassVar[Any] = "subscription"

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(unique=True)
    kind: str
    name: str = Field(sa_type=Words)
    owner: str | None = Field(default=None, sa_type=Words)
    lang: str
    address: str = Field(sa_type=Words)
    destination: str | None = Field(default=None, sa_type=Words)
    filter: dict[str, Any] = Field(sa_type=Json)
    operator: bool
    reminders: bool
    heartbeat: bool
    digest: dict[str, Any] | None = Field(default=None, sa_type=Json)
    quiet: dict[str, Any] | None = Field(default=None, sa_type=Json)
    mute_until: datetime | None = Field(default=None, sa_type=UTC)
    created_at: datetime = Field(sa_type=UTC)
    declared: bool
    verified_at: datetime | None = Field(default=None, sa_type=UTC)
    disabled_at: datetime | None = Field(default=None, sa_type=UTC)
    disabled_reason: str | None = Field(default=None, sa_type=Words)
    deleted_at: datetime | None = Field(default=None, sa_type=UTC)
    failures: int
    failing_since: datetime | None = Field(default=None, sa_type=UTC)
    denied_since: datetime | None = Field(default=None, sa_type=UTC)
    parked_until: datetime | None = Field(default=None, sa_type=UTC)
    last_delivered_at: datetime | None = Field(default=None, sa_type=UTC)
    pace_at: datetime | None = Field(default=None, sa_type=UTC)
    claimed_at: datetime | None = Field(default=None, sa_type=UTC)


class RenderedRow(SQLModel, table=True):
    """Bytes that were sent. The same message to ten channels of a kind stands here once; kept for good."""

    __tablename__: ClassVar[Any] = "rendered"

    id: int | None = Field(default=None, primary_key=True)
    sha256: str = Field(unique=True)
    media_type: str
    body: bytes


class DeliveryRow(SQLModel, table=True):
    """One message to one channel. `tries` are the attempts that the schedule counts, `attempts` all of them."""

    __tablename__: ClassVar[Any] = "delivery"
    __table_args__ = (
        UniqueConstraint("subscription_id", "key"),
        Index("ix_delivery_due", "subscription_id", "due_at", sqlite_where=_PENDING, postgresql_where=_PENDING),
        Index("ix_delivery_expiring", "expires_at", sqlite_where=_PENDING, postgresql_where=_PENDING),
        Index("ix_delivery_leased", "lease_until", sqlite_where=_LEASED, postgresql_where=_LEASED),
        Index(None, "subscription_id", "id"),
        Index(None, "state", "id"),
        Index(None, "created_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(unique=True)
    subscription_id: int = Field(foreign_key="subscription.id")
    kind: str
    key: str = Field(sa_type=Words)
    message_id: str
    state: str
    reason: str | None = Field(default=None, sa_type=Words)
    message: dict[str, Any] | None = Field(default=None, sa_type=Json)
    data: dict[str, Any] | None = Field(default=None, sa_type=Json)
    rendered_id: int | None = Field(default=None, foreign_key="rendered.id")
    plain: bool
    created_at: datetime = Field(sa_type=UTC)
    due_at: datetime = Field(sa_type=UTC)
    expires_at: datetime | None = Field(default=None, sa_type=UTC)
    attempts: int
    tries: int
    lease_owner: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UTC)
    fence: int
    finished_at: datetime | None = Field(default=None, sa_type=UTC)
    last_status: int | None = None
    merged_into: str | None = None
    replay_of: str | None = None


class DeliveryEventRow(SQLModel, table=True):
    """An event that a delivery tells of, by its public id."""

    __tablename__: ClassVar[Any] = "delivery_event"
    __table_args__ = (UniqueConstraint("delivery_id", "event_id"), Index(None, "event_id"))

    id: int | None = Field(default=None, primary_key=True)
    delivery_id: int = Field(foreign_key="delivery.id", ondelete="CASCADE")
    event_id: str


class DeliverySubjectRow(SQLModel, table=True):
    """A subject that a delivery tells of. While it is `waiting`, later ones to the same channel wait behind it."""

    __tablename__: ClassVar[Any] = "delivery_subject"
    __table_args__ = (
        UniqueConstraint("delivery_id", "subject"),
        Index(
            "ix_delivery_subject_waiting",
            "subscription_id",
            "subject",
            "delivery_id",
            sqlite_where=_WAITING_SQLITE,
            postgresql_where=_WAITING_POSTGRESQL,
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    delivery_id: int = Field(foreign_key="delivery.id", ondelete="CASCADE")
    subscription_id: int = Field(foreign_key="subscription.id")
    subject: str = Field(sa_type=Words)
    waiting: bool


class AttemptRow(SQLModel, table=True):
    """One try of a delivery."""

    __tablename__: ClassVar[Any] = "attempt"
    __table_args__ = (Index(None, "delivery_id", "id"), Index(None, "started_at"))

    id: int | None = Field(default=None, primary_key=True)
    delivery_id: int = Field(foreign_key="delivery.id", ondelete="CASCADE")
    number: int
    started_at: datetime = Field(sa_type=UTC)
    milliseconds: int | None = None
    status: int | None = None
    outcome: str
    detail: str | None = Field(default=None, sa_type=Words)
    answer: str = Field(sa_type=Words)
    truncated: bool
    address: str | None = None
    fenced: bool
