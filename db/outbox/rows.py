"""Tables, conditions and the way between rows and nouns, for every part of the outbox."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Table,
    and_,
    literal_column,
    or_,
    select,
)

from db.rows import event_from
from db.schema import metadata
from monitor.model import (
    Attempt,
    Component,
    Delivery,
    Digest,
    Event,
    Filter,
    Health,
    Planned,
    QuietHours,
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

CHUNK = 400
"""How many values go into one IN list; SQLite has a limit and PostgreSQL plans better with few."""

VersionKey = tuple[str, str]


PENDING: ColumnElement[str] = literal_column("'pending'")
"""Written out, so that the partial indexes on waiting deliveries can be used."""


def free(now: Any) -> ColumnElement[bool]:
    """Waiting, and nobody is sending it."""
    return and_(DELIVERY.c.state == PENDING, or_(DELIVERY.c.lease_until.is_(None), DELIVERY.c.lease_until <= now))


def expired(now: datetime) -> Any:
    return select(DELIVERY.c.id).where(free(now), DELIVERY.c.expires_at <= now)


def chunks(values: list[Any]) -> Iterable[list[Any]]:
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))


def sha256(media_type: str, body: bytes) -> str:
    return hashlib.sha256(media_type.encode() + b"\n" + body).hexdigest()


def delivery_id(subscription_id: str, key: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"releasevakt:delivery:{subscription_id}:{key}"))


def delivery_values(planned: Planned, owner: int, *, now: datetime) -> dict[str, Any]:
    public_id = delivery_id(planned.subscription_id, planned.key)
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


def attempt_values(delivery: int, attempt: Attempt) -> dict[str, Any]:
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


def attempt_from(row: Row[Any]) -> Attempt:
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


def subscription_values(subscription: Subscription) -> dict[str, Any]:
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


def fresh_health() -> dict[str, Any]:
    return {"failures": 0, "failing_since": None, "denied_since": None, "parked_until": None}


def subscription_from(row: Row[Any]) -> Subscription:
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


def health_from(row: Row[Any]) -> Health:
    return Health(
        failures=row.failures,
        failing_since=row.failing_since,
        denied_since=row.denied_since,
        parked_until=row.parked_until,
    )


def delivery_from(row: Row[Any], owner: str, events: tuple[str, ...], subjects: tuple[str, ...]) -> Delivery:
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


def events_of(connection: Connection, deliveries: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for chunk in chunks(list(deliveries)):
        for row in connection.execute(
            select(DELIVERY_EVENT).where(DELIVERY_EVENT.c.delivery_id.in_(chunk)).order_by(DELIVERY_EVENT.c.id)
        ):
            found[row.delivery_id].append(row.event_id)
    return found


def subjects_of(connection: Connection, deliveries: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for chunk in chunks(list(deliveries)):
        for row in connection.execute(
            select(DELIVERY_SUBJECT).where(DELIVERY_SUBJECT.c.delivery_id.in_(chunk)).order_by(DELIVERY_SUBJECT.c.id)
        ):
            found[row.delivery_id].append(row.subject)
    return found


def events_by_id(connection: Connection, ids: Collection[str]) -> dict[str, Event]:
    found: dict[str, Event] = {}
    for chunk in chunks(sorted(ids)):
        for row in connection.execute(
            select(EVENT.c.public_id, EVENT.c.seq, EVENT.c.body).where(EVENT.c.public_id.in_(chunk))
        ).mappings():
            found[row["public_id"]] = event_from(row)
    return found


def components_known(connection: Connection) -> dict[VersionKey, tuple[Component, ...]]:
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
