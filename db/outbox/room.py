"""What every part of the outbox has: the database, its clock, and how a delivery comes to its end."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import (
    Connection,
    Row,
    Table,
    func,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from db.cipher import Cipher
from db.engine import Database, speaking_plainly
from db.outbox.rows import (
    DELIVERY,
    DELIVERY_SUBJECT,
    SUBSCRIPTION,
    VersionKey,
    chunks,
    delivery_from,
    events_of,
    free,
    subjects_of,
)
from monitor.errors import UsageError
from monitor.model import (
    Component,
    Delivery,
    DeliveryState,
    Destination,
    Event,
    Pace,
    Planned,
    Subscription,
)

LEASE = timedelta(seconds=90)
"""Longer than an attempt can last, so that nobody takes over what is still being sent."""


class Policy(Protocol):
    """What the outbox needs to be told by those who know about messages and receivers."""

    breaker: int
    max_attempts: int

    def plan(
        self,
        events: Sequence[Event],
        subscriptions: Sequence[Subscription],
        *,
        now: datetime,
        components: Mapping[VersionKey, Collection[Component]],
        told: Mapping[str, Collection[str]],
    ) -> Sequence[Planned]: ...

    def pace(self, kind: str) -> Pace: ...


class Room:
    """An open database with the cipher and the policy. Every public method of the parts is one transaction."""

    def __init__(
        self,
        database: Database,
        *,
        cipher: Cipher,
        policy: Policy,
        clock: Callable[[], datetime] | None = None,
        lease: timedelta = LEASE,
    ) -> None:
        self._database = database
        self._cipher = cipher
        self._policy = policy
        self._clock = clock
        self._lease = lease
        self._opened: dict[str, Destination | None] = {}

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with speaking_plainly(self._database), self._database.writer.begin() as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with speaking_plainly(self._database), self._database.reader.connect() as connection:
            yield connection

    def _now(self, connection: Connection) -> datetime:
        if self._clock is not None:
            return self._clock()
        if self._database.dialect == "postgresql":
            moment: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
            return moment.astimezone(UTC)
        return datetime.now(UTC)

    def _insert_new(self, table: Table, unique: tuple[str, ...]) -> Any:
        """An insert that leaves lines alone that are there already."""
        dialect = postgresql if self._database.dialect == "postgresql" else sqlite
        return dialect.insert(table).on_conflict_do_nothing(index_elements=[table.c[name] for name in unique])

    def _subscription_rows(
        self, connection: Connection, *, ids: Collection[str] | None = None, removed: bool = False
    ) -> Sequence[Row[Any]]:
        gone = SUBSCRIPTION.c.deleted_at.is_not(None) if removed else SUBSCRIPTION.c.deleted_at.is_(None)
        statement = select(SUBSCRIPTION).where(gone).order_by(SUBSCRIPTION.c.id)
        rows = connection.execute(statement).all()
        return rows if ids is None else [row for row in rows if row.public_id in ids]

    def _row(self, connection: Connection, subscription_id: str, *, lock: bool = False) -> Row[Any]:
        statement = select(SUBSCRIPTION).where(
            SUBSCRIPTION.c.public_id == subscription_id, SUBSCRIPTION.c.deleted_at.is_(None)
        )
        row = connection.execute(statement.with_for_update() if lock else statement).first()
        if row is None:
            raise UsageError(f"subscription {subscription_id!r}: expected the id of one, there is none")
        return row

    def _delivery_row(self, connection: Connection, delivery_id: str) -> Row[Any]:
        row = connection.execute(
            select(
                DELIVERY,
                SUBSCRIPTION.c.public_id.label("owner"),
                SUBSCRIPTION.c.disabled_at,
                SUBSCRIPTION.c.deleted_at,
            )
            .join(SUBSCRIPTION, SUBSCRIPTION.c.id == DELIVERY.c.subscription_id)
            .where(DELIVERY.c.public_id == delivery_id)
        ).first()
        if row is None:
            raise UsageError(f"delivery {delivery_id!r}: expected the id of one, there is none")
        return row

    def _delivery_nouns(self, connection: Connection, rows: Sequence[Row[Any]]) -> tuple[Delivery, ...]:
        ids = [row.id for row in rows]
        events, subjects = events_of(connection, ids), subjects_of(connection, ids)
        return tuple(
            delivery_from(row, row.owner, tuple(events.get(row.id, ())), tuple(subjects.get(row.id, ())))
            for row in rows
        )

    def _destination(self, sealed: str | None) -> Destination | None:
        if sealed is None:
            return None
        if sealed not in self._opened:
            if len(self._opened) > 10_000:
                self._opened.clear()
            self._opened[sealed] = self._cipher.open(sealed)
        return self._opened[sealed]

    def _end(
        self,
        connection: Connection,
        rows: Sequence[int],
        *,
        state: DeliveryState,
        reason: str,
        now: datetime,
        merged_into: str | None = None,
    ) -> None:
        for chunk in chunks(list(rows)):
            connection.execute(
                update(DELIVERY)
                .where(DELIVERY.c.id.in_(chunk))
                .values(
                    state=state,
                    reason=reason,
                    finished_at=now,
                    lease_until=None,
                    lease_owner=None,
                    merged_into=merged_into,
                )
            )
            connection.execute(
                update(DELIVERY_SUBJECT).where(DELIVERY_SUBJECT.c.delivery_id.in_(chunk)).values(waiting=False)
            )

    def _switch_off(self, connection: Connection, owner: int, reason: str, *, now: datetime) -> None:
        connection.execute(
            update(SUBSCRIPTION).where(SUBSCRIPTION.c.id == owner).values(disabled_at=now, disabled_reason=reason)
        )
        self._cancel_waiting(connection, owner, "disabled", now=now)

    def _cancel_waiting(self, connection: Connection, owner: int, reason: str, *, now: datetime) -> None:
        waiting = connection.scalars(
            select(DELIVERY.c.id).where(DELIVERY.c.subscription_id == owner, free(now)).with_for_update()
        ).all()
        self._end(connection, waiting, state="cancelled", reason=reason, now=now)
