"""Subscriptions: kept with their destinations encrypted, changed, switched off and on, removed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
    insert,
    or_,
    select,
    update,
)

from db.outbox.planning import Planning
from db.outbox.rows import (
    DELIVERY,
    DELIVERY_SUBJECT,
    SUBSCRIPTION,
    chunks,
    free,
    fresh_health,
    subscription_from,
    subscription_values,
)
from monitor.errors import UsageError
from monitor.model import (
    Destination,
    Planned,
    Subscription,
)


class Channels(Planning):
    """What the command line, the interface and the configuration use."""

    def add(self, subscription: Subscription, destination: Destination, planned: Sequence[Planned] = ()) -> None:
        """Keep a new subscription, and write its first messages with it. Raises UsageError when the id is taken."""
        with self._writing() as connection:
            taken = connection.scalar(select(SUBSCRIPTION.c.id).where(SUBSCRIPTION.c.public_id == subscription.id))
            if taken is not None:
                raise UsageError(f"there is a subscription {subscription.id} already")
            values = subscription_values(subscription) | fresh_health()
            values |= {"public_id": subscription.id, "destination": self._cipher.seal(destination), "deleted_at": None}
            connection.execute(insert(SUBSCRIPTION).values(**values))
            self._insert(connection, planned, now=self._now(connection))

    def subscriptions(self, *, removed: bool = False) -> tuple[Subscription, ...]:
        """All subscriptions that have not been removed, or only those that have been, oldest first."""
        with self._reading() as connection:
            return tuple(subscription_from(row) for row in self._subscription_rows(connection, removed=removed))

    def subscription(self, subscription_id: str) -> Subscription:
        """One subscription. Raises UsageError when there is none with that id."""
        with self._reading() as connection:
            return subscription_from(self._row(connection, subscription_id))

    def destination(self, subscription_id: str) -> Destination | None:
        """Where its messages go, in clear; None when it cannot be decrypted."""
        with self._reading() as connection:
            return self._destination(self._row(connection, subscription_id).destination)

    def change(self, subscription: Subscription, destination: Destination | None = None) -> Subscription:
        """Keep a subscription as given, and its destination when there is a new one. How it fares stays as it was."""
        with self._writing() as connection:
            row = self._row(connection, subscription.id, lock=True)
            now = self._now(connection)
            values = subscription_values(subscription)
            if destination is not None:
                values["destination"] = self._cipher.seal(destination)
            connection.execute(update(SUBSCRIPTION).where(SUBSCRIPTION.c.id == row.id).values(**values))
            if row.mute_until is not None and subscription.mute_until is None:
                connection.execute(
                    update(DELIVERY)
                    .where(DELIVERY.c.subscription_id == row.id, free(now), DELIVERY.c.due_at == row.mute_until)
                    .values(due_at=now)
                )
            return subscription_from(self._row(connection, subscription.id))

    def remove(self, subscription_id: str) -> None:
        """Forget a subscription's address and stop; what was sent stays listed."""
        with self._writing() as connection:
            row = self._row(connection, subscription_id, lock=True)
            now = self._now(connection)
            connection.execute(
                update(SUBSCRIPTION).where(SUBSCRIPTION.c.id == row.id).values(deleted_at=now, destination=None)
            )
            self._cancel_waiting(connection, row.id, "removed", now=now)

    def disable(self, subscription_id: str, reason: str = "operator") -> None:
        """Switch a subscription off. What waits is cancelled, what comes is listed as cancelled."""
        with self._writing() as connection:
            row = self._row(connection, subscription_id, lock=True)
            if row.disabled_at is None:
                self._switch_off(connection, row.id, reason, now=self._now(connection))

    def enable(self, subscription_id: str, *, replay_missed: bool = False) -> tuple[str, ...]:
        """Switch a subscription on, and send what it missed while it was off, as far as it is not too old by now.

        Returns the ids of the deliveries that are sent again.
        """
        with self._writing() as connection:
            row = self._row(connection, subscription_id, lock=True)
            now = self._now(connection)
            connection.execute(
                update(SUBSCRIPTION)
                .where(SUBSCRIPTION.c.id == row.id)
                .values(disabled_at=None, disabled_reason=None, **fresh_health())
            )
            if not replay_missed or row.disabled_at is None:
                return ()
            missed = connection.execute(
                select(DELIVERY)
                .where(
                    DELIVERY.c.subscription_id == row.id,
                    DELIVERY.c.state == "cancelled",
                    DELIVERY.c.reason == "disabled",
                    DELIVERY.c.finished_at >= row.disabled_at,
                    or_(DELIVERY.c.expires_at.is_(None), DELIVERY.c.expires_at > now),
                )
                .order_by(DELIVERY.c.id)
            ).all()
            for chunk in chunks([found.id for found in missed]):
                connection.execute(
                    update(DELIVERY)
                    .where(DELIVERY.c.id.in_(chunk))
                    .values(state="pending", reason=None, finished_at=None, due_at=now, tries=0)
                )
                connection.execute(
                    update(DELIVERY_SUBJECT).where(DELIVERY_SUBJECT.c.delivery_id.in_(chunk)).values(waiting=True)
                )
            return tuple(found.public_id for found in missed)
