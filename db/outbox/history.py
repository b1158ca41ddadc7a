"""What was sent, how every try went, and sending it again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    func,
    insert,
    or_,
    select,
)

from db.outbox.room import Room
from db.outbox.rows import (
    ATTEMPT,
    DELIVERY,
    DELIVERY_EVENT,
    DELIVERY_SUBJECT,
    RENDERED,
    SUBSCRIPTION,
    attempt_from,
    chunks,
    delivery_id,
)
from monitor.errors import UsageError
from monitor.model import (
    Attempt,
    Delivery,
    DeliveryState,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """How much waits and how it fares, for health pages and metrics."""

    pending: int
    oldest_due_at: datetime | None
    failing: int
    disabled: int
    states: Mapping[str, int]


class History(Room):
    """The list of deliveries."""

    def deliveries(
        self,
        *,
        subscription_id: str | None = None,
        states: Collection[DeliveryState] = (),
        kinds: Collection[str] = (),
        event_id: str | None = None,
        created_from: datetime | None = None,
        created_until: datetime | None = None,
        cursor: str | None = None,
        limit: int = 100,
    ) -> tuple[tuple[Delivery, ...], str | None]:
        """Deliveries, newest first, and the cursor for those before them."""
        statement = select(DELIVERY, SUBSCRIPTION.c.public_id.label("owner")).join(
            SUBSCRIPTION, SUBSCRIPTION.c.id == DELIVERY.c.subscription_id
        )
        if subscription_id is not None:
            statement = statement.where(SUBSCRIPTION.c.public_id == subscription_id)
        if states:
            statement = statement.where(DELIVERY.c.state.in_(states))
        if kinds:
            statement = statement.where(DELIVERY.c.kind.in_(kinds))
        if event_id is not None:
            statement = statement.where(
                DELIVERY.c.id.in_(select(DELIVERY_EVENT.c.delivery_id).where(DELIVERY_EVENT.c.event_id == event_id))
            )
        if created_from is not None:
            statement = statement.where(DELIVERY.c.created_at >= created_from)
        if created_until is not None:
            statement = statement.where(DELIVERY.c.created_at <= created_until)
        if cursor is not None:
            if not (cursor.isascii() and cursor.isdigit()):
                raise UsageError(f"expected a cursor that an earlier answer gave, got {cursor!r}")
            statement = statement.where(DELIVERY.c.id < int(cursor))
        with self._reading() as connection:
            rows = connection.execute(statement.order_by(DELIVERY.c.id.desc()).limit(limit + 1)).all()
            shown = rows[:limit]
            more = str(shown[-1].id) if len(rows) > limit else None
            return self._delivery_nouns(connection, shown), more

    def delivery(self, delivery_id: str) -> Delivery:
        """One delivery. Raises UsageError when there is none with that id."""
        with self._reading() as connection:
            return self._delivery_nouns(connection, [self._delivery_row(connection, delivery_id)])[0]

    def attempts(self, delivery_id: str) -> tuple[Attempt, ...]:
        """Every try of a delivery, first to last."""
        with self._reading() as connection:
            row = self._delivery_row(connection, delivery_id)
            found = connection.execute(
                select(ATTEMPT).where(ATTEMPT.c.delivery_id == row.id).order_by(ATTEMPT.c.id)
            ).all()
            return tuple(attempt_from(attempt) for attempt in found)

    def attempts_of(self, delivery_ids: Collection[str]) -> dict[str, tuple[Attempt, ...]]:
        """Every try of several deliveries, first to last, by the deliveries' ids; those never tried are left out."""
        found: dict[str, list[Attempt]] = {}
        with self._reading() as connection:
            for chunk in chunks(list(delivery_ids)):
                rows = connection.execute(
                    select(ATTEMPT, DELIVERY.c.public_id.label("of"))
                    .join(DELIVERY, DELIVERY.c.id == ATTEMPT.c.delivery_id)
                    .where(DELIVERY.c.public_id.in_(chunk))
                    .order_by(ATTEMPT.c.id)
                )
                for row in rows:
                    found.setdefault(row.of, []).append(attempt_from(row))
        return {delivery: tuple(tries) for delivery, tries in found.items()}

    def sent(self, delivery_id: str) -> tuple[str, bytes] | None:
        """The media type and the bytes of a delivery; None when they have not been made."""
        with self._reading() as connection:
            row = self._delivery_row(connection, delivery_id)
            found = connection.execute(select(RENDERED).where(RENDERED.c.id == row.rendered_id)).first()
            return (found.media_type, found.body) if found is not None else None

    def replay(self, delivery_ids: Sequence[str]) -> tuple[str, ...]:
        """Send deliveries once more: the same bytes under the same message id, outside of any order.

        Returns the ids of the new deliveries. Raises UsageError for one that does not exist or that a
        switched-off channel would get; then none is sent.
        """
        with self._writing() as connection:
            now = self._now(connection)
            made: list[str] = []
            for delivery_id in delivery_ids:
                row = self._delivery_row(connection, delivery_id)
                if row.deleted_at is not None or row.disabled_at is not None:
                    raise UsageError(
                        f"delivery {delivery_id} belongs to a channel that is "
                        f"{'removed' if row.deleted_at is not None else 'switched off: enable it first'}"
                    )
                made.append(self._replay(connection, row, now=now))
            return tuple(made)

    def replayable(self, subscription_id: str, *, since: datetime, until: datetime | None = None) -> tuple[str, ...]:
        """The ids of a channel's deliveries of a stretch of time, oldest first, for `replay`; no replays among them."""
        statement = (
            select(DELIVERY.c.public_id)
            .join(SUBSCRIPTION, SUBSCRIPTION.c.id == DELIVERY.c.subscription_id)
            .where(
                SUBSCRIPTION.c.public_id == subscription_id,
                DELIVERY.c.created_at >= since,
                DELIVERY.c.state != "pending",
                or_(DELIVERY.c.reason.is_(None), DELIVERY.c.reason != "merged"),
                DELIVERY.c.replay_of.is_(None),
            )
            .order_by(DELIVERY.c.id)
        )
        if until is not None:
            statement = statement.where(DELIVERY.c.created_at <= until)
        with self._reading() as connection:
            self._row(connection, subscription_id)
            return tuple(connection.scalars(statement))

    def _replay(self, connection: Connection, row: Row[Any], *, now: datetime) -> str:
        count = connection.scalar(
            select(func.count()).select_from(DELIVERY).where(DELIVERY.c.replay_of == row.public_id)
        )
        key = f"replay:{row.public_id}:{(count or 0) + 1}"
        public_id = delivery_id(row.owner, key)
        values = {
            "public_id": public_id,
            "subscription_id": row.subscription_id,
            "kind": row.kind,
            "key": key,
            "message_id": row.message_id,
            "state": "pending",
            "message": row.message,
            "data": row.data,
            "rendered_id": row.rendered_id,
            "plain": row.plain,
            "created_at": now,
            "due_at": now,
            "expires_at": now + timedelta(days=1),
            "attempts": 0,
            "tries": 0,
            "fence": 0,
            "replay_of": row.public_id,
        }
        new = connection.scalar(insert(DELIVERY).values(**values).returning(DELIVERY.c.id))
        events = connection.scalars(
            select(DELIVERY_EVENT.c.event_id)
            .where(DELIVERY_EVENT.c.delivery_id == row.id)
            .order_by(DELIVERY_EVENT.c.id)
        ).all()
        subjects = connection.scalars(
            select(DELIVERY_SUBJECT.c.subject).where(DELIVERY_SUBJECT.c.delivery_id == row.id)
        ).all()
        if events:
            connection.execute(insert(DELIVERY_EVENT), [{"delivery_id": new, "event_id": event} for event in events])
        if subjects:
            connection.execute(
                insert(DELIVERY_SUBJECT),
                [
                    {
                        "delivery_id": new,
                        "subscription_id": row.subscription_id,
                        "subject": subject,
                        "waiting": False,
                    }
                    for subject in subjects
                ],
            )
        return public_id

    def keys(self, prefix: str) -> frozenset[tuple[str, str]]:
        """Subscription and key of every delivery whose key begins so: what has been planned already."""
        with self._reading() as connection:
            rows = connection.execute(
                select(SUBSCRIPTION.c.public_id, DELIVERY.c.key)
                .join(SUBSCRIPTION, SUBSCRIPTION.c.id == DELIVERY.c.subscription_id)
                .where(DELIVERY.c.key.startswith(prefix, autoescape=True))
            )
            return frozenset((row.public_id, row.key) for row in rows)

    def backlog(self) -> Backlog:
        """What waits, what fails and what is switched off."""
        with self._reading() as connection:
            states = {
                row[0]: row[1]
                for row in connection.execute(select(DELIVERY.c.state, func.count()).group_by(DELIVERY.c.state))
            }
            alive = SUBSCRIPTION.c.deleted_at.is_(None)
            oldest = connection.scalar(select(func.min(DELIVERY.c.due_at)).where(DELIVERY.c.state == "pending"))
            failing = connection.scalar(
                select(func.count()).select_from(SUBSCRIPTION).where(alive, SUBSCRIPTION.c.failing_since.is_not(None))
            )
            disabled = connection.scalar(
                select(func.count()).select_from(SUBSCRIPTION).where(alive, SUBSCRIPTION.c.disabled_at.is_not(None))
            )
            return Backlog(
                pending=states.get("pending", 0),
                oldest_due_at=oldest,
                failing=failing or 0,
                disabled=disabled or 0,
                states=states,
            )
