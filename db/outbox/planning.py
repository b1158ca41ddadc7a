"""New messages: written with the events they tell of, merged with older ones, withdrawn when they were wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import (
    Connection,
    delete,
    func,
    insert,
    select,
)
from sqlmodel import Session

from db.outbox.room import Room
from db.outbox.rows import (
    DELIVERY,
    DELIVERY_EVENT,
    DELIVERY_SUBJECT,
    SUBSCRIPTION,
    chunks,
    components_known,
    delivery_values,
    free,
    subscription_from,
)
from monitor.model import (
    Event,
    Planned,
)


class Planning(Room):
    """Writes deliveries."""

    def fan_out(self, session: Session, events: Sequence[Event]) -> None:
        """Write the deliveries of new events, in the transaction that writes the events."""
        connection = session.connection()
        now = self._now(connection)
        rows = self._subscription_rows(connection)
        subscriptions = [subscription_from(row) for row in rows]
        pushed = [event for event in events if event.pushed]
        if not subscriptions or not pushed:
            return
        told = self._retract(connection, pushed, now=now)
        components = components_known(connection) if any(found.filter.run for found in subscriptions) else {}
        planned = self._policy.plan(pushed, subscriptions, now=now, components=components, told=told)
        moved = [event.subject for event in pushed if event.type in ("closure.rescheduled", "closure.withdrawn")]
        self._cancel_reminders(connection, moved, now=now)
        self._insert(connection, planned, now=now)

    def enqueue(self, planned: Sequence[Planned]) -> tuple[str, ...]:
        """Write messages that are no events of the log. Returns the ids of those that were not there before."""
        with self._writing() as connection:
            return tuple(self._insert(connection, planned, now=self._now(connection)))

    def _retract(self, connection: Connection, events: Sequence[Event], *, now: datetime) -> dict[str, set[str]]:
        """Who was told the events that are now taken back; from messages that nobody has seen they are removed."""
        corrected = {event.corrects for event in events if event.corrects}
        told: dict[str, set[str]] = defaultdict(set)
        if not corrected:
            return told
        rows = connection.execute(
            select(
                DELIVERY.c.id,
                DELIVERY.c.state,
                DELIVERY.c.attempts,
                DELIVERY.c.lease_until,
                DELIVERY_EVENT.c.event_id,
                SUBSCRIPTION.c.public_id,
            )
            .join(DELIVERY_EVENT, DELIVERY_EVENT.c.delivery_id == DELIVERY.c.id)
            .join(SUBSCRIPTION, SUBSCRIPTION.c.id == DELIVERY.c.subscription_id)
            .where(DELIVERY_EVENT.c.event_id.in_(corrected))
            .order_by(DELIVERY.c.id)
            .with_for_update(of=DELIVERY)
        ).all()
        for row in rows:
            unseen = row.state == "pending" and row.attempts == 0
            if unseen:
                connection.execute(
                    delete(DELIVERY_EVENT).where(
                        DELIVERY_EVENT.c.delivery_id == row.id, DELIVERY_EVENT.c.event_id == row.event_id
                    )
                )
                left = connection.scalar(
                    select(func.count()).select_from(DELIVERY_EVENT).where(DELIVERY_EVENT.c.delivery_id == row.id)
                )
                if not left:
                    self._end(connection, [row.id], state="cancelled", reason="retracted", now=now)
            elif row.state in ("delivered", "accepted") or row.attempts:
                told[row.event_id].add(row.public_id)
        return told

    def _cancel_reminders(self, connection: Connection, subjects: Sequence[str], *, now: datetime) -> None:
        if not subjects:
            return
        waiting = connection.scalars(
            select(DELIVERY.c.id)
            .join(DELIVERY_SUBJECT, DELIVERY_SUBJECT.c.delivery_id == DELIVERY.c.id)
            .where(
                DELIVERY.c.kind == "closure.reminder",
                free(now),
                DELIVERY_SUBJECT.c.waiting,
                DELIVERY_SUBJECT.c.subject.in_(subjects),
            )
        ).all()
        self._end(connection, waiting, state="cancelled", reason="moved", now=now)

    def _insert(self, connection: Connection, planned: Sequence[Planned], *, now: datetime) -> list[str]:
        wanted = {found.subscription_id for found in planned}
        rows = self._subscription_rows(connection, ids=wanted)
        owners = {row.public_id: row.id for row in rows}
        planned = [found for found in planned if found.subscription_id in owners]
        new = [
            found
            for found in planned
            if not (found.kind == "digest" and found.events and self._bundled(connection, owners, found, now=now))
        ]
        made = {(owners[found.subscription_id], found.key): found for found in new}
        values = [delivery_values(found, owner, now=now) for (owner, _), found in made.items()]
        inserted: list[tuple[int, str, Planned]] = []
        for chunk in chunks(values):
            statement = self._insert_new(DELIVERY, ("subscription_id", "key")).returning(
                DELIVERY.c.id, DELIVERY.c.public_id, DELIVERY.c.subscription_id, DELIVERY.c.key
            )
            inserted += [
                (row.id, row.public_id, made[row.subscription_id, row.key])
                for row in connection.execute(statement, chunk)
            ]
        inserted.sort(key=lambda entry: entry[0])
        events = [{"delivery_id": row, "event_id": event.id} for row, _, found in inserted for event in found.events]
        subjects = [
            {
                "delivery_id": row,
                "subscription_id": owners[found.subscription_id],
                "subject": subject,
                "waiting": found.cancelled is None,
            }
            for row, _, found in inserted
            for subject in dict.fromkeys(found.subjects)
        ]
        for chunk in chunks(events):
            connection.execute(insert(DELIVERY_EVENT), chunk)
        for chunk in chunks(subjects):
            connection.execute(insert(DELIVERY_SUBJECT), chunk)
        for row, public_id, found in inserted:
            if found.merges and found.cancelled is None and found.subjects:
                self._merge(connection, row, public_id, owners[found.subscription_id], found, now=now)
        return [public_id for _, public_id, _ in inserted]

    def _bundled(self, connection: Connection, owners: Mapping[str, int], planned: Planned, *, now: datetime) -> bool:
        """True when a message that waits under the same key took the events in."""
        row = connection.execute(
            select(DELIVERY.c.id)
            .where(
                DELIVERY.c.subscription_id == owners[planned.subscription_id],
                DELIVERY.c.key == planned.key,
                DELIVERY.c.attempts == 0,
                free(now),
            )
            .with_for_update()
        ).first()
        if row is None:
            return False
        connection.execute(
            self._insert_new(DELIVERY_EVENT, ("delivery_id", "event_id")),
            [{"delivery_id": row.id, "event_id": event.id} for event in planned.events],
        )
        return True

    def _merge(
        self, connection: Connection, row: int, public_id: str, owner: int, planned: Planned, *, now: datetime
    ) -> None:
        """Take over older messages on the same subjects that have not gone out, with what they had to say."""
        older = connection.scalars(
            select(DELIVERY.c.id)
            .where(
                DELIVERY.c.subscription_id == owner,
                DELIVERY.c.id < row,
                DELIVERY.c.kind == "event",
                DELIVERY.c.replay_of.is_(None),
                free(now),
                DELIVERY.c.id.in_(
                    select(DELIVERY_SUBJECT.c.delivery_id).where(
                        DELIVERY_SUBJECT.c.subscription_id == owner,
                        DELIVERY_SUBJECT.c.waiting,
                        DELIVERY_SUBJECT.c.subject.in_(planned.subjects),
                    )
                ),
            )
            .order_by(DELIVERY.c.id)
            .with_for_update()
        ).all()
        if not older:
            return
        taken = connection.scalars(
            select(DELIVERY_EVENT.c.event_id).where(DELIVERY_EVENT.c.delivery_id.in_(older))
        ).all()
        subjects = connection.scalars(
            select(DELIVERY_SUBJECT.c.subject).where(DELIVERY_SUBJECT.c.delivery_id.in_(older))
        ).all()
        connection.execute(
            self._insert_new(DELIVERY_EVENT, ("delivery_id", "event_id")),
            [{"delivery_id": row, "event_id": event} for event in dict.fromkeys(taken)],
        )
        connection.execute(
            self._insert_new(DELIVERY_SUBJECT, ("delivery_id", "subject")),
            [
                {"delivery_id": row, "subscription_id": owner, "subject": subject, "waiting": True}
                for subject in dict.fromkeys(subjects)
            ],
        )
        self._end(connection, older, state="cancelled", reason="merged", now=now, merged_into=public_id)
