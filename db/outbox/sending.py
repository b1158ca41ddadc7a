"""Claiming deliveries with a lease, keeping their bytes, and settling how a try went."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Row,
    and_,
    bindparam,
    exists,
    func,
    insert,
    or_,
    select,
    true,
    update,
)

from db.outbox.room import Room
from db.outbox.rows import (
    ATTEMPT,
    CHUNK,
    DELIVERY,
    DELIVERY_SUBJECT,
    PENDING,
    RENDERED,
    SUBSCRIPTION,
    attempt_values,
    chunks,
    delivery_from,
    events_by_id,
    events_of,
    expired,
    free,
    health_from,
    sha256,
    subjects_of,
    subscription_from,
)
from monitor.model import (
    Attempt,
    Claimed,
    Message,
    Pace,
    Settlement,
)
from monitor.wire import from_wire

Decide = Callable[..., Settlement]
"""Called with `health, tries=, plain=, due_at=, now=` when a try is settled."""


class Sending(Room):
    """What workers use."""

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
            now_there = self._heads(connection, candidates, now)
            paced: list[dict[str, Any]] = []
            slots: list[datetime] = []
            for sender in candidates:
                if len(taken) >= limit:
                    break
                pace = self._policy.pace(sender.kind)
                probing = sender.failures >= self._policy.breaker
                room = (1 if probing else pace.at_once) - busy.get(sender.id, 0)
                room = max(min(room, limit - len(taken), _allowed(pace, sender.pace_at, now)), 0)
                found = now_there.get(sender.id, [])[:room]
                if sender.pace_at is not None and not _allowed(pace, sender.pace_at, now):
                    slots.append(sender.pace_at - pace.interval * (pace.burst - 1))
                taken += found
                senders[sender.id] = sender
                paced.append({"b_id": sender.id, "b_pace": _paced(pace, sender.pace_at, now, len(found)), "b_now": now})
            connection.execute(_NOTE_CLAIM, paced)
            poison = [row for row in taken if row.attempts >= self._policy.max_attempts]
            taken = [row for row in taken if row.attempts < self._policy.max_attempts]
            self._note_interrupted(connection, [row for row in [*taken, *poison] if row.lease_until is not None])
            self._end(connection, [row.id for row in poison], state="dead", reason="interrupted", now=now)
            again_at = min(slots, default=None)
            if not taken:
                return [], again_at
            # Between the look and the lease a newer message may have taken one of them over.
            leased = connection.scalars(
                update(DELIVERY)
                .where(DELIVERY.c.id.in_([row.id for row in taken]), DELIVERY.c.state == PENDING)
                .values(
                    lease_until=now + self._lease,
                    lease_owner=owner,
                    fence=DELIVERY.c.fence + 1,
                    attempts=DELIVERY.c.attempts + 1,
                )
                .returning(DELIVERY.c.id)
            ).all()
            taken = [row for row in taken if row.id in leased]
            return self._claimed(connection, taken, senders), again_at

    def _anything_to_do(self, connection: Connection, now: datetime) -> bool:
        candidates = self._candidates(now, self._full(connection, now))
        if connection.execute(candidates.limit(1)).first() is not None:
            return True
        return connection.execute(expired(now).limit(1)).first() is not None

    def _full(self, connection: Connection, now: datetime) -> list[int]:
        """The channels that have as much under way as they may."""
        in_flight = self._in_flight(connection, now)
        kinds = connection.execute(
            select(SUBSCRIPTION.c.id, SUBSCRIPTION.c.kind).where(SUBSCRIPTION.c.id.in_(in_flight))
        )
        return [row.id for row in kinds if in_flight[row.id] >= self._policy.pace(row.kind).at_once]

    def _candidates(self, now: datetime, full: Sequence[int]) -> Any:
        """The channels that have something due and may be sent to, the one that has waited longest first."""
        waiting = exists().where(DELIVERY.c.subscription_id == SUBSCRIPTION.c.id, free(now))
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

    def _heads(
        self, connection: Connection, candidates: Sequence[Row[Any]], now: datetime
    ) -> dict[int, list[Row[Any]]]:
        """The first deliveries of each channel: due, or any that was tried when the address is being probed."""
        values = {
            "b_owners": [row.id for row in candidates],
            "b_now": now,
            "b_breaker": self._policy.breaker,
            "b_room": max(self._policy.pace(row.kind).at_once for row in candidates),
        }
        heads: dict[int, list[Row[Any]]] = defaultdict(list)
        for row in connection.execute(_heads(self._database.dialect), values):
            heads[row.subscription_id].append(row)
        return heads

    def _note_interrupted(self, connection: Connection, rows: Sequence[Row[Any]]) -> None:
        if rows:
            connection.execute(
                insert(ATTEMPT),
                [
                    attempt_values(
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
        event_ids, subjects = events_of(connection, ids), subjects_of(connection, ids)
        needed = {
            event
            for row in taken
            if row.rendered_id is None and row.message is None
            for event in event_ids.get(row.id, ())
        }
        events = events_by_id(connection, needed)
        corrected = events_by_id(connection, {event.corrects for event in events.values() if event.corrects})
        owners = {row.subscription_id: subscription_from(senders[row.subscription_id]) for row in taken}
        claimed = []
        for row in taken:
            sender = senders[row.subscription_id]
            rendered = bodies.get(row.rendered_id)
            told = tuple(events[event] for event in event_ids.get(row.id, ()) if event in events)
            told = tuple(sorted(told, key=lambda event: event.seq))
            delivery = delivery_from(
                row, sender.public_id, tuple(event_ids.get(row.id, ())), tuple(subjects.get(row.id, ()))
            )
            claimed.append(
                Claimed(
                    row=row.id,
                    fence=row.fence + 1,
                    delivery=replace(delivery, attempts=row.attempts + 1),
                    subscription=owners[row.subscription_id],
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
        hashed = [(claimed, media_type, body, sha256(media_type, body)) for claimed, media_type, body in rendered]
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
            healths = {name: health_from(row) for name, row in senders.items()}
            attempts: list[dict[str, Any]] = []
            settled: dict[int, dict[str, Any]] = {}
            marks: dict[int, dict[str, Any]] = {}
            back: list[int] = []
            for claimed, attempt, decide in tried:
                row, name = rows[claimed.row], claimed.subscription.id
                sender = senders[name]
                fenced = row.fence != claimed.fence or row.state != "pending" or row.id in settled
                attempts.append(attempt_values(row.id, replace(attempt, fenced=fenced)))
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
            for chunk in chunks(ended):
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
                        free(now),
                        DELIVERY.c.attempts > 0,
                        DELIVERY.c.due_at > now,
                    )
                    .values(due_at=now)
                )
        return tuple(switched_off)

    def sweep(self) -> int:
        """Let go what is too old, also where nothing is being sent. Returns how many."""
        with self._reading() as connection:
            if connection.execute(expired(self._now(connection)).limit(1)).first() is None:
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

    def let_go(self, owner: str) -> None:
        """End the leases of a worker that is known to be no more: what it had begun counts as interrupted."""
        with self._writing() as connection:
            connection.execute(
                update(DELIVERY)
                .where(DELIVERY.c.state == PENDING, DELIVERY.c.lease_owner == owner)
                .values(lease_until=self._now(connection))
            )

    def _expire(self, connection: Connection, now: datetime) -> int:
        late = connection.scalars(expired(now).limit(CHUNK).with_for_update(skip_locked=True)).all()
        self._end(connection, late, state="expired", reason="too_old", now=now)
        return len(late)


def _held_up() -> ColumnElement[bool]:
    """An earlier message on one of its subjects has not been settled."""
    mine, other = DELIVERY_SUBJECT.alias("mine"), DELIVERY_SUBJECT.alias("other")
    earlier = mine.join(
        other,
        and_(
            other.c.subscription_id == mine.c.subscription_id,
            other.c.subject == mine.c.subject,
            other.c.waiting,
            other.c.delivery_id < mine.c.delivery_id,
        ),
    )
    return (
        select(mine.c.id)
        .select_from(earlier)
        .where(mine.c.delivery_id == DELIVERY.c.id, mine.c.waiting)
        .correlate(DELIVERY)
        .exists()
    )


_NOTE_CLAIM = (
    update(SUBSCRIPTION)
    .where(SUBSCRIPTION.c.id == bindparam("b_id"))
    .values(pace_at=bindparam("b_pace"), claimed_at=bindparam("b_now"))
)


@cache
def _heads(dialect: str) -> Any:
    """The first deliveries of several channels in one question, built once.

    In PostgreSQL that is a lateral join; SQLite has none, and takes a list that depends on the channel.
    """
    now = bindparam("b_now", type_=DELIVERY.c.due_at.type)
    probed = and_(SUBSCRIPTION.c.failures >= bindparam("b_breaker"), DELIVERY.c.attempts > 0)
    owned = and_(
        DELIVERY.c.subscription_id == SUBSCRIPTION.c.id, free(now), or_(DELIVERY.c.due_at <= now, probed), ~_held_up()
    )
    chosen = SUBSCRIPTION.c.id.in_(bindparam("b_owners", expanding=True))
    order, room = (DELIVERY.c.due_at, DELIVERY.c.id), bindparam("b_room", type_=Integer)
    found: FromClause
    if dialect == "postgresql":
        found = select(DELIVERY).where(owned).order_by(*order).limit(room).lateral("head")
        statement = select(found).select_from(SUBSCRIPTION.join(found, true()))
    else:
        ids = select(DELIVERY.c.id).where(owned).order_by(*order).limit(room).correlate(SUBSCRIPTION)
        found = DELIVERY.alias("head")
        statement = select(found).select_from(SUBSCRIPTION.join(found, found.c.id.in_(ids.scalar_subquery())))
    return statement.where(chosen).order_by(found.c.due_at, found.c.id)


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
