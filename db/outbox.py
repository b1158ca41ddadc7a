"""The outbox: channels, and what is to be sent to them, claimed, settled and kept.

New events and their deliveries are written in one transaction (`fan_out` is given to the store's commit). Sending is
apart from it: a worker claims a delivery with a lease, sends with no transaction open, and settles it with the fence
that it got. Who comes back after its lease has run out, and was overtaken, changes nothing.

Whoever claims locks the channel, not only the delivery: that is what keeps pace, concurrency and probes right with any
number of workers. On PostgreSQL locked channels are skipped and the database's clock counts; SQLite has one writer.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Protocol
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from db.cipher import Cipher
from db.engine import Database, speaking_plainly
from db.rows import event_from
from db.schema import metadata
from monitor.errors import UsageError
from monitor.model import (
    Attempt,
    Claimed,
    Component,
    Delivery,
    DeliveryState,
    Destination,
    Digest,
    Event,
    Filter,
    Health,
    Message,
    Pace,
    Planned,
    QuietHours,
    Settlement,
    Subscription,
)
from monitor.wire import from_wire, to_wire

SUBSCRIPTION: Table = metadata.tables["subscription"]
DELIVERY: Table = metadata.tables["delivery"]
DELIVERY_EVENT: Table = metadata.tables["delivery_event"]
DELIVERY_SUBJECT: Table = metadata.tables["delivery_subject"]
RENDERED: Table = metadata.tables["rendered"]
ATTEMPT: Table = metadata.tables["attempt"]
EVENT: Table = metadata.tables["event"]

LEASE = timedelta(seconds=90)
"""Longer than an attempt can last, so that nobody takes over what is still being sent."""

CHUNK = 400
"""How many values go into one IN list; SQLite has a limit and PostgreSQL plans better with few."""

Decide = Callable[..., Settlement]
"""Called with `health, tries=, plain=, due_at=, now=` when a try is settled."""

VersionKey = tuple[str, str]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """How much waits and how it fares, for health pages and metrics."""

    pending: int
    oldest_due_at: datetime | None
    failing: int
    disabled: int
    states: Mapping[str, int]


class Outbox:
    """All that is kept about channels and deliveries. Every method is one transaction, short, and safe to repeat."""

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

    # --- new messages ---------------------------------------------------------------------------------------------

    def fan_out(self, session: Session, events: Sequence[Event]) -> None:
        """Write the deliveries of new events, in the transaction that writes the events."""
        connection = session.connection()
        now = self._now(connection)
        rows = self._subscription_rows(connection)
        subscriptions = [_subscription(row) for row in rows]
        pushed = [event for event in events if event.pushed]
        if not subscriptions or not pushed:
            return
        told = self._retract(connection, pushed, now=now)
        components = _components(connection) if any(found.filter.run for found in subscriptions) else {}
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
                _free(now),
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
        values = [_delivery_values(found, owner, now=now) for (owner, _), found in made.items()]
        inserted: list[tuple[int, str, Planned]] = []
        for chunk in _chunks(values):
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
        for chunk in _chunks(events):
            connection.execute(insert(DELIVERY_EVENT), chunk)
        for chunk in _chunks(subjects):
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
                _free(now),
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
                _free(now),
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

    # --- sending --------------------------------------------------------------------------------------------------

    def claim(self, *, limit: int, owner: str) -> tuple[list[Claimed], datetime | None]:
        """Take up to `limit` deliveries that may be tried now, each with a lease. Attempts are counted here.

        The moment that comes with them is when a channel that is only held back by its pace may be sent to again.
        """
        with self._reading() as connection:
            if not self._anything_to_do(connection, self._now(connection)):
                return [], None
        with self._writing() as connection:
            now = self._now(connection)
            self._expire(connection, now)
            taken: list[Row[Any]] = []
            senders: dict[int, Row[Any]] = {}
            full = self._full(connection, now)
            candidates = connection.execute(
                self._candidates(now, full).limit(limit).with_for_update(skip_locked=True, of=SUBSCRIPTION)
            ).all()
            if not candidates:
                return [], None
            # Counted again now that the channels are locked: another worker may have claimed in between.
            busy = self._in_flight(connection, now)
            paced: list[dict[str, Any]] = []
            slots: list[datetime] = []
            for sender in candidates:
                if len(taken) >= limit:
                    break
                pace = self._policy.pace(sender.kind)
                probing = sender.failures >= self._policy.breaker
                room = (1 if probing else pace.at_once) - busy.get(sender.id, 0)
                room = min(room, limit - len(taken), _allowed(pace, sender.pace_at, now))
                found = self._take(connection, sender.id, room, probing=probing, now=now) if room > 0 else []
                if room <= 0 and sender.pace_at is not None and not _allowed(pace, sender.pace_at, now):
                    slots.append(sender.pace_at - pace.interval * (pace.burst - 1))
                taken += found
                senders[sender.id] = sender
                paced.append({"b_id": sender.id, "b_pace": _paced(pace, sender.pace_at, now, len(found)), "b_now": now})
            self._note_claims(connection, paced)
            poison = [row for row in taken if row.attempts >= self._policy.max_attempts]
            taken = [row for row in taken if row.attempts < self._policy.max_attempts]
            self._note_interrupted(connection, [row for row in [*taken, *poison] if row.lease_until is not None])
            self._end(connection, [row.id for row in poison], state="dead", reason="interrupted", now=now)
            again_at = min(slots, default=None)
            if not taken:
                return [], again_at
            connection.execute(
                update(DELIVERY)
                .where(DELIVERY.c.id.in_([row.id for row in taken]))
                .values(
                    lease_until=now + self._lease,
                    lease_owner=owner,
                    fence=DELIVERY.c.fence + 1,
                    attempts=DELIVERY.c.attempts + 1,
                )
            )
            return self._claimed(connection, taken, senders), again_at

    def _anything_to_do(self, connection: Connection, now: datetime) -> bool:
        candidates = self._candidates(now, self._full(connection, now))
        if connection.execute(candidates.limit(1)).first() is not None:
            return True
        return connection.execute(_expired(now).limit(1)).first() is not None

    def _full(self, connection: Connection, now: datetime) -> list[int]:
        """The channels that have as much under way as they may."""
        in_flight = self._in_flight(connection, now)
        kinds = connection.execute(
            select(SUBSCRIPTION.c.id, SUBSCRIPTION.c.kind).where(SUBSCRIPTION.c.id.in_(in_flight))
        )
        return [row.id for row in kinds if in_flight[row.id] >= self._policy.pace(row.kind).at_once]

    def _candidates(self, now: datetime, full: Sequence[int]) -> Any:
        """The channels that have something due and may be sent to, the one that has waited longest first."""
        waiting = exists().where(DELIVERY.c.subscription_id == SUBSCRIPTION.c.id, _free(now))
        due = waiting.where(DELIVERY.c.due_at <= now)
        probe = and_(
            SUBSCRIPTION.c.failures >= self._policy.breaker,
            waiting.where(DELIVERY.c.due_at > now, DELIVERY.c.attempts > 0),
        )
        statement = select(SUBSCRIPTION).where(
            SUBSCRIPTION.c.disabled_at.is_(None),
            SUBSCRIPTION.c.deleted_at.is_(None),
            or_(SUBSCRIPTION.c.parked_until.is_(None), SUBSCRIPTION.c.parked_until <= now),
            SUBSCRIPTION.c.id.not_in(full),
            or_(due, probe),
        )
        return statement.order_by(SUBSCRIPTION.c.claimed_at.asc().nulls_first(), SUBSCRIPTION.c.id)

    def _in_flight(self, connection: Connection, now: datetime) -> dict[int, int]:
        statement = (
            select(DELIVERY.c.subscription_id, func.count())
            .where(DELIVERY.c.lease_until > now)
            .group_by(DELIVERY.c.subscription_id)
        )
        return {row[0]: row[1] for row in connection.execute(statement)}

    def _take(
        self, connection: Connection, owner: int, room: int, *, probing: bool, now: datetime
    ) -> Sequence[Row[Any]]:
        """The heads of one channel's queues: due, or any that has been tried when its address is being probed."""
        values = {"b_owner": owner, "b_now": now, "b_room": room}
        return connection.execute(_heads(probing), values).all()

    def _note_claims(self, connection: Connection, paced: list[dict[str, Any]]) -> None:
        connection.execute(
            update(SUBSCRIPTION)
            .where(SUBSCRIPTION.c.id == bindparam("b_id"))
            .values(pace_at=bindparam("b_pace"), claimed_at=bindparam("b_now")),
            paced,
        )

    def _note_interrupted(self, connection: Connection, rows: Sequence[Row[Any]]) -> None:
        if rows:
            connection.execute(
                insert(ATTEMPT),
                [
                    _attempt_values(
                        row.id,
                        Attempt(
                            number=row.attempts,
                            started_at=row.lease_until - self._lease,
                            outcome="interrupted",
                            detail="whoever sent it went away without telling how it went",
                        ),
                    )
                    for row in rows
                ],
            )

    def _claimed(
        self, connection: Connection, taken: Sequence[Row[Any]], senders: Mapping[int, Row[Any]]
    ) -> list[Claimed]:
        bodies = {
            row.id: row
            for row in connection.execute(
                select(RENDERED).where(RENDERED.c.id.in_({row.rendered_id for row in taken if row.rendered_id}))
            )
        }
        ids = [row.id for row in taken]
        event_ids, subjects = _events_of(connection, ids), _subjects_of(connection, ids)
        needed = {
            event
            for row in taken
            if row.rendered_id is None and row.message is None
            for event in event_ids.get(row.id, ())
        }
        events = _events(connection, needed)
        corrected = _events(connection, {event.corrects for event in events.values() if event.corrects})
        claimed = []
        for row in taken:
            sender = senders[row.subscription_id]
            rendered = bodies.get(row.rendered_id)
            told = tuple(events[event] for event in event_ids.get(row.id, ()) if event in events)
            told = tuple(sorted(told, key=lambda event: event.seq))
            delivery = _delivery(
                row, sender.public_id, tuple(event_ids.get(row.id, ())), tuple(subjects.get(row.id, ()))
            )
            claimed.append(
                Claimed(
                    row=row.id,
                    fence=row.fence + 1,
                    delivery=replace(delivery, attempts=row.attempts + 1),
                    subscription=_subscription(sender),
                    destination=self._destination(sender.destination),
                    plain=row.plain,
                    media_type=rendered.media_type if rendered is not None else None,
                    body=rendered.body if rendered is not None else None,
                    events=told,
                    corrected=tuple(corrected[event.corrects] for event in told if event.corrects in corrected),
                    message=from_wire(Message, row.message) if row.message is not None else None,
                    data=row.data,
                )
            )
        return claimed

    def keep(self, rendered: Sequence[tuple[Claimed, str, bytes]]) -> None:
        """Keep the bytes of claimed deliveries before they are sent, so that every attempt sends the same."""
        hashed = [(claimed, media_type, body, _sha256(media_type, body)) for claimed, media_type, body in rendered]
        if not hashed:
            return
        with self._writing() as connection:
            values = {
                digest: {"sha256": digest, "media_type": media_type, "body": body}
                for _, media_type, body, digest in sorted(hashed, key=lambda entry: entry[3])
            }
            connection.execute(self._insert_new(RENDERED, ("sha256",)), list(values.values()))
            ids = {
                row.sha256: row.id
                for row in connection.execute(
                    select(RENDERED.c.id, RENDERED.c.sha256).where(RENDERED.c.sha256.in_(values))
                )
            }
            connection.execute(
                update(DELIVERY)
                .where(DELIVERY.c.id == bindparam("b_id"), DELIVERY.c.fence == bindparam("b_fence"))
                .values(rendered_id=bindparam("b_rendered")),
                [
                    {"b_id": claimed.row, "b_fence": claimed.fence, "b_rendered": ids[digest]}
                    for claimed, _, _, digest in sorted(hashed, key=lambda entry: entry[0].row)
                ],
            )

    def finish(self, tried: Sequence[tuple[Claimed, Attempt, Decide]]) -> tuple[str, ...]:
        """Settle tries in one transaction. Returns the ids of subscriptions that were switched off by it."""
        if not tried:
            return ()
        switched_off: dict[str, str] = {}
        with self._writing() as connection:
            now = self._now(connection)
            names = sorted({claimed.subscription.id for claimed, _, _ in tried})
            senders = {
                row.public_id: row
                for row in connection.execute(
                    select(SUBSCRIPTION)
                    .where(SUBSCRIPTION.c.public_id.in_(names))
                    .order_by(SUBSCRIPTION.c.id)
                    .with_for_update()
                )
            }
            rows = {
                row.id: row
                for row in connection.execute(
                    select(DELIVERY)
                    .where(DELIVERY.c.id.in_([claimed.row for claimed, _, _ in tried]))
                    .order_by(DELIVERY.c.id)
                    .with_for_update()
                )
            }
            healths = {name: _health(row) for name, row in senders.items()}
            attempts: list[dict[str, Any]] = []
            settled: dict[int, dict[str, Any]] = {}
            marks: dict[int, dict[str, Any]] = {}
            back: list[int] = []
            for claimed, attempt, decide in tried:
                row, name = rows[claimed.row], claimed.subscription.id
                sender = senders[name]
                fenced = row.fence != claimed.fence or row.state != "pending" or row.id in settled
                attempts.append(_attempt_values(row.id, replace(attempt, fenced=fenced)))
                if fenced:
                    continue
                settlement = decide(healths[name], tries=row.tries, plain=row.plain, due_at=row.due_at, now=now)
                if name in switched_off or sender.disabled_at is not None or sender.deleted_at is not None:
                    settlement = replace(settlement, disable=None, release=False)
                    if settlement.state == "pending":
                        settlement = replace(settlement, state="cancelled", reason="disabled")
                healths[name] = settlement.health
                settled[row.id] = _settled_values(row, attempt, settlement, now=now)
                marks[sender.id] = _health_values(sender, settlement, marks.get(sender.id), now=now)
                if settlement.disable is not None:
                    switched_off[name] = settlement.disable
                if settlement.release:
                    back.append(sender.id)
            connection.execute(insert(ATTEMPT), attempts)
            if not settled:
                return ()
            connection.execute(_SETTLE, list(settled.values()))
            connection.execute(_MARK, list(marks.values()))
            ended = [values["b_id"] for values in settled.values() if values["b_state"] != "pending"]
            for chunk in _chunks(ended):
                connection.execute(
                    update(DELIVERY_SUBJECT).where(DELIVERY_SUBJECT.c.delivery_id.in_(chunk)).values(waiting=False)
                )
            for name, reason in switched_off.items():
                self._switch_off(connection, senders[name].id, reason, now=now)
            for owner in back:
                connection.execute(
                    update(DELIVERY)
                    .where(
                        DELIVERY.c.subscription_id == owner,
                        _free(now),
                        DELIVERY.c.attempts > 0,
                        DELIVERY.c.due_at > now,
                    )
                    .values(due_at=now)
                )
        return tuple(switched_off)

    def sweep(self) -> int:
        """Let go what is too old, also where nothing is being sent. Returns how many."""
        with self._reading() as connection:
            if connection.execute(_expired(self._now(connection)).limit(1)).first() is None:
                return 0
        with self._writing() as connection:
            return self._expire(connection, self._now(connection))

    def release(self, claimed: Sequence[Claimed]) -> None:
        """Give back what was claimed and not sent, so that nobody waits for the lease to run out."""
        with self._writing() as connection:
            for found in sorted(claimed, key=lambda entry: entry.row):
                connection.execute(
                    update(DELIVERY)
                    .where(DELIVERY.c.id == found.row, DELIVERY.c.fence == found.fence, DELIVERY.c.state == "pending")
                    .values(lease_until=None, lease_owner=None, attempts=DELIVERY.c.attempts - 1)
                )

    def _expire(self, connection: Connection, now: datetime) -> int:
        late = connection.scalars(_expired(now).limit(CHUNK).with_for_update(skip_locked=True)).all()
        self._end(connection, late, state="expired", reason="too_old", now=now)
        return len(late)

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
        for chunk in _chunks(list(rows)):
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
            select(DELIVERY.c.id).where(DELIVERY.c.subscription_id == owner, _free(now)).with_for_update()
        ).all()
        self._end(connection, waiting, state="cancelled", reason=reason, now=now)

    # --- subscriptions --------------------------------------------------------------------------------------------

    def add(self, subscription: Subscription, destination: Destination, planned: Sequence[Planned] = ()) -> None:
        """Keep a new subscription, and write its first messages with it. Raises UsageError when the id is taken."""
        with self._writing() as connection:
            taken = connection.scalar(select(SUBSCRIPTION.c.id).where(SUBSCRIPTION.c.public_id == subscription.id))
            if taken is not None:
                raise UsageError(f"there is a subscription {subscription.id} already")
            values = _subscription_values(subscription) | _fresh_health()
            values |= {"public_id": subscription.id, "destination": self._cipher.seal(destination), "deleted_at": None}
            connection.execute(insert(SUBSCRIPTION).values(**values))
            self._insert(connection, planned, now=self._now(connection))

    def subscriptions(self) -> tuple[Subscription, ...]:
        """All subscriptions that have not been removed, oldest first."""
        with self._reading() as connection:
            return tuple(_subscription(row) for row in self._subscription_rows(connection))

    def subscription(self, subscription_id: str) -> Subscription:
        """One subscription. Raises UsageError when there is none with that id."""
        with self._reading() as connection:
            return _subscription(self._row(connection, subscription_id))

    def destination(self, subscription_id: str) -> Destination | None:
        """Where its messages go, in clear; None when it cannot be decrypted."""
        with self._reading() as connection:
            return self._destination(self._row(connection, subscription_id).destination)

    def change(self, subscription: Subscription, destination: Destination | None = None) -> Subscription:
        """Keep a subscription as given, and its destination when there is a new one. How it fares stays as it was."""
        with self._writing() as connection:
            row = self._row(connection, subscription.id, lock=True)
            now = self._now(connection)
            values = _subscription_values(subscription)
            if destination is not None:
                values["destination"] = self._cipher.seal(destination)
            connection.execute(update(SUBSCRIPTION).where(SUBSCRIPTION.c.id == row.id).values(**values))
            if row.mute_until is not None and subscription.mute_until is None:
                connection.execute(
                    update(DELIVERY)
                    .where(DELIVERY.c.subscription_id == row.id, _free(now), DELIVERY.c.due_at == row.mute_until)
                    .values(due_at=now)
                )
            return _subscription(self._row(connection, subscription.id))

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
                .values(disabled_at=None, disabled_reason=None, **_fresh_health())
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
            for chunk in _chunks([found.id for found in missed]):
                connection.execute(
                    update(DELIVERY)
                    .where(DELIVERY.c.id.in_(chunk))
                    .values(state="pending", reason=None, finished_at=None, due_at=now, tries=0)
                )
                connection.execute(
                    update(DELIVERY_SUBJECT).where(DELIVERY_SUBJECT.c.delivery_id.in_(chunk)).values(waiting=True)
                )
            return tuple(found.public_id for found in missed)

    # --- what was sent --------------------------------------------------------------------------------------------

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
            return tuple(_attempt(attempt) for attempt in found)

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
        public_id = _delivery_id(row.owner, key)
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

    # --- below ----------------------------------------------------------------------------------------------------

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

    def _subscription_rows(self, connection: Connection, *, ids: Collection[str] | None = None) -> Sequence[Row[Any]]:
        statement = select(SUBSCRIPTION).where(SUBSCRIPTION.c.deleted_at.is_(None)).order_by(SUBSCRIPTION.c.id)
        rows = connection.execute(statement).all()
        return rows if ids is None else [row for row in rows if row.public_id in ids]

    def _row(self, connection: Connection, subscription_id: str, *, lock: bool = False) -> Row[Any]:
        statement = select(SUBSCRIPTION).where(
            SUBSCRIPTION.c.public_id == subscription_id, SUBSCRIPTION.c.deleted_at.is_(None)
        )
        row = connection.execute(statement.with_for_update() if lock else statement).first()
        if row is None:
            raise UsageError(f"there is no subscription {subscription_id}")
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
            raise UsageError(f"there is no delivery {delivery_id}")
        return row

    def _delivery_nouns(self, connection: Connection, rows: Sequence[Row[Any]]) -> tuple[Delivery, ...]:
        ids = [row.id for row in rows]
        events, subjects = _events_of(connection, ids), _subjects_of(connection, ids)
        return tuple(
            _delivery(row, row.owner, tuple(events.get(row.id, ())), tuple(subjects.get(row.id, ()))) for row in rows
        )

    def _destination(self, sealed: str | None) -> Destination | None:
        if sealed is None:
            return None
        if sealed not in self._opened:
            if len(self._opened) > 10_000:
                self._opened.clear()
            self._opened[sealed] = self._cipher.open(sealed)
        return self._opened[sealed]


# --- conditions -------------------------------------------------------------------------------------------------


_PENDING: ColumnElement[str] = literal_column("'pending'")
"""Written out, so that the partial indexes on waiting deliveries can be used."""


def _free(now: Any) -> ColumnElement[bool]:
    """Waiting, and nobody is sending it."""
    return and_(DELIVERY.c.state == _PENDING, or_(DELIVERY.c.lease_until.is_(None), DELIVERY.c.lease_until <= now))


def _expired(now: datetime) -> Any:
    return select(DELIVERY.c.id).where(_free(now), DELIVERY.c.expires_at <= now)


def _held_up() -> ColumnElement[bool]:
    """An earlier message on one of its subjects has not been settled."""
    mine, other = DELIVERY_SUBJECT.alias("mine"), DELIVERY_SUBJECT.alias("other")
    return exists().where(
        mine.c.delivery_id == DELIVERY.c.id,
        mine.c.waiting,
        other.c.subscription_id == mine.c.subscription_id,
        other.c.subject == mine.c.subject,
        other.c.waiting,
        other.c.delivery_id < mine.c.delivery_id,
    )


@cache
def _heads(probing: bool) -> Any:
    """The first deliveries of one channel. Built once: it is asked for every channel at every claim."""
    now = bindparam("b_now", type_=DELIVERY.c.due_at.type)
    due: ColumnElement[bool] = DELIVERY.c.due_at <= now
    if probing:
        due = or_(due, DELIVERY.c.attempts > 0)
    return (
        select(DELIVERY)
        .where(DELIVERY.c.subscription_id == bindparam("b_owner"), _free(now), due, ~_held_up())
        .order_by(DELIVERY.c.due_at, DELIVERY.c.id)
        .limit(bindparam("b_room", type_=Integer))
        .with_for_update(skip_locked=True)
    )


def _allowed(pace: Pace, pace_at: datetime | None, now: datetime) -> int:
    """How many messages an address may get at this moment."""
    if not pace.interval:
        return pace.at_once
    ahead = max((pace_at or now) - now, timedelta(0))
    return max(pace.burst - -(-ahead // pace.interval), 0)


def _paced(pace: Pace, pace_at: datetime | None, now: datetime, sent: int) -> datetime | None:
    return max(pace_at or now, now) + pace.interval * sent if pace.interval and sent else pace_at


_SETTLE = (
    update(DELIVERY)
    .where(DELIVERY.c.id == bindparam("b_id"))
    .values(
        state=bindparam("b_state"),
        reason=bindparam("b_reason"),
        due_at=bindparam("b_due_at"),
        tries=bindparam("b_tries"),
        plain=bindparam("b_plain"),
        rendered_id=bindparam("b_rendered_id"),
        last_status=bindparam("b_last_status"),
        finished_at=bindparam("b_finished_at"),
        lease_until=None,
        lease_owner=None,
    )
)
_MARK = (
    update(SUBSCRIPTION)
    .where(SUBSCRIPTION.c.id == bindparam("b_id"))
    .values(
        failures=bindparam("b_failures"),
        failing_since=bindparam("b_failing_since"),
        denied_since=bindparam("b_denied_since"),
        parked_until=bindparam("b_parked_until"),
        last_delivered_at=bindparam("b_last_delivered_at"),
        verified_at=bindparam("b_verified_at"),
    )
)


def _settled_values(row: Row[Any], attempt: Attempt, settlement: Settlement, *, now: datetime) -> dict[str, Any]:
    replaced = settlement.plain and not row.plain
    return {
        "b_id": row.id,
        "b_state": settlement.state,
        "b_reason": settlement.reason,
        "b_due_at": settlement.due_at or row.due_at,
        "b_tries": settlement.tries,
        "b_plain": settlement.plain,
        "b_rendered_id": None if replaced else row.rendered_id,
        "b_last_status": attempt.status,
        "b_finished_at": None if settlement.state == "pending" else now,
    }


def _health_values(
    sender: Row[Any], settlement: Settlement, before: dict[str, Any] | None, *, now: datetime
) -> dict[str, Any]:
    health, worked = settlement.health, settlement.state in ("delivered", "accepted")
    last = before["b_last_delivered_at"] if before else sender.last_delivered_at
    first = before["b_verified_at"] if before else sender.verified_at
    return {
        "b_id": sender.id,
        "b_failures": health.failures,
        "b_failing_since": health.failing_since,
        "b_denied_since": health.denied_since,
        "b_parked_until": health.parked_until,
        "b_last_delivered_at": now if worked else last,
        "b_verified_at": first or (now if worked else None),
    }


# --- rows and nouns -----------------------------------------------------------------------------------------------


def _chunks(values: list[Any]) -> Iterable[list[Any]]:
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))


def _sha256(media_type: str, body: bytes) -> str:
    return hashlib.sha256(media_type.encode() + b"\n" + body).hexdigest()


def _delivery_id(subscription_id: str, key: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"releasevakt:delivery:{subscription_id}:{key}"))


def _delivery_values(planned: Planned, owner: int, *, now: datetime) -> dict[str, Any]:
    public_id = _delivery_id(planned.subscription_id, planned.key)
    return {
        "public_id": public_id,
        "subscription_id": owner,
        "kind": planned.kind,
        "key": planned.key,
        "message_id": planned.message_id or public_id,
        "state": "cancelled" if planned.cancelled else "pending",
        "reason": planned.cancelled,
        "message": to_wire(planned.message),
        "data": None if planned.data is None else dict(planned.data),
        "plain": False,
        "created_at": now,
        "due_at": planned.due_at,
        "expires_at": planned.expires_at,
        "attempts": 0,
        "tries": 0,
        "fence": 0,
        "finished_at": now if planned.cancelled else None,
    }


def _attempt_values(delivery: int, attempt: Attempt) -> dict[str, Any]:
    values: dict[str, Any] = {
        "delivery_id": delivery,
        "number": attempt.number,
        "started_at": attempt.started_at,
        "milliseconds": attempt.milliseconds,
        "status": attempt.status,
        "outcome": attempt.outcome,
        "detail": attempt.detail,
        "answer": attempt.answer,
        "truncated": attempt.truncated,
        "address": attempt.address,
        "fenced": attempt.fenced,
    }
    return values


def _attempt(row: Row[Any]) -> Attempt:
    return Attempt(
        number=row.number,
        started_at=row.started_at,
        milliseconds=row.milliseconds,
        status=row.status,
        outcome=row.outcome,
        detail=row.detail,
        answer=row.answer,
        truncated=row.truncated,
        address=row.address,
        fenced=row.fenced,
    )


def _subscription_values(subscription: Subscription) -> dict[str, Any]:
    return {
        "kind": subscription.kind,
        "name": subscription.name,
        "owner": subscription.owner,
        "lang": subscription.lang,
        "address": subscription.address,
        "filter": to_wire(subscription.filter),
        "operator": subscription.operator,
        "reminders": subscription.reminders,
        "heartbeat": subscription.heartbeat,
        "digest": to_wire(subscription.digest),
        "quiet": to_wire(subscription.quiet),
        "mute_until": subscription.mute_until,
        "created_at": subscription.created_at,
        "declared": subscription.declared,
    }


def _fresh_health() -> dict[str, Any]:
    return {"failures": 0, "failing_since": None, "denied_since": None, "parked_until": None}


def _subscription(row: Row[Any]) -> Subscription:
    return Subscription(
        id=row.public_id,
        kind=row.kind,
        name=row.name,
        owner=row.owner,
        lang=row.lang,
        address=row.address,
        filter=from_wire(Filter, row.filter),
        operator=row.operator,
        reminders=row.reminders,
        heartbeat=row.heartbeat,
        digest=from_wire(Digest, row.digest) if row.digest is not None else None,
        quiet=from_wire(QuietHours, row.quiet) if row.quiet is not None else None,
        mute_until=row.mute_until,
        created_at=row.created_at,
        declared=row.declared,
        verified_at=row.verified_at,
        disabled_at=row.disabled_at,
        disabled_reason=row.disabled_reason,
        failing_since=row.failing_since,
        failures=row.failures,
        parked_until=row.parked_until,
        last_delivered_at=row.last_delivered_at,
    )


def _health(row: Row[Any]) -> Health:
    return Health(
        failures=row.failures,
        failing_since=row.failing_since,
        denied_since=row.denied_since,
        parked_until=row.parked_until,
    )


def _delivery(row: Row[Any], owner: str, events: tuple[str, ...], subjects: tuple[str, ...]) -> Delivery:
    return Delivery(
        id=row.public_id,
        subscription_id=owner,
        kind=row.kind,
        key=row.key,
        message_id=row.message_id,
        state=row.state,
        reason=row.reason,
        events=events,
        subjects=subjects,
        created_at=row.created_at,
        due_at=row.due_at,
        expires_at=row.expires_at,
        attempts=row.attempts,
        finished_at=row.finished_at,
        last_status=row.last_status,
        merged_into=row.merged_into,
        replay_of=row.replay_of,
    )


def _events_of(connection: Connection, deliveries: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for chunk in _chunks(list(deliveries)):
        for row in connection.execute(
            select(DELIVERY_EVENT).where(DELIVERY_EVENT.c.delivery_id.in_(chunk)).order_by(DELIVERY_EVENT.c.id)
        ):
            found[row.delivery_id].append(row.event_id)
    return found


def _subjects_of(connection: Connection, deliveries: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for chunk in _chunks(list(deliveries)):
        for row in connection.execute(
            select(DELIVERY_SUBJECT).where(DELIVERY_SUBJECT.c.delivery_id.in_(chunk)).order_by(DELIVERY_SUBJECT.c.id)
        ):
            found[row.delivery_id].append(row.subject)
    return found


def _events(connection: Connection, ids: Collection[str]) -> dict[str, Event]:
    found: dict[str, Event] = {}
    for chunk in _chunks(sorted(ids)):
        for row in connection.execute(
            select(EVENT.c.public_id, EVENT.c.seq, EVENT.c.body).where(EVENT.c.public_id.in_(chunk))
        ).mappings():
            found[row["public_id"]] = event_from(row)
    return found


def _components(connection: Connection) -> dict[VersionKey, tuple[Component, ...]]:
    """What the versions are made of, by the newest release event of each."""
    found: dict[VersionKey, tuple[Component, ...]] = {}
    rows = connection.execute(
        select(EVENT.c.body)
        .where(EVENT.c.type.in_(("release.announced", "release.rescheduled")), ~EVENT.c.retired)
        .order_by(EVENT.c.seq)
    )
    for row in rows:
        event = from_wire(Event, row.body)
        if event.version is not None and event.components:
            found[event.service, event.version] = event.components
    return found
