"""When to try again, and when to stop: the whole policy, as data and pure functions.

Time and randomness come in as arguments. Jitter is only ever added, so nothing happens earlier than documented.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

from monitor.deliver.model import Verdict
from monitor.model import Event, Health, MessageKind, Settlement

SCHEDULE: tuple[timedelta, ...] = (
    timedelta(0),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""The wait before each attempt, after the one before: the example of Standard Webhooks, 10 attempts in 75 hours."""

JITTER = 0.2
AFTER_TIMEOUT = timedelta(seconds=60)
"""A receiver that could not answer in time is not asked again sooner than this."""

RETRY_AFTER_CAP = timedelta(hours=24)

BREAKER_OPENS = 5
PROBE_FIRST = timedelta(seconds=30)
PROBE_LONGEST = timedelta(hours=1)
DISABLED_AFTER = timedelta(days=5)
DENIED_FOR = timedelta(hours=1)
"""How long an address may refuse us, perhaps by an administrator's mistake, before it is switched off."""

TOLD_AFTER: tuple[timedelta, ...] = (timedelta(hours=1), timedelta(hours=24))
"""When the owner and the operators hear, through another channel, that an address fails."""

MAX_ATTEMPTS = 40
"""Starts of any kind, probes and interrupted ones too. More means that the message itself brings the sender down."""

LONG = timedelta(days=7)
MAX_AGE: Mapping[str, timedelta] = {
    "incident": timedelta(hours=24),
    "page": timedelta(hours=24),
    "maintenance": timedelta(hours=72),
    "test": timedelta(minutes=15),
    "heartbeat": timedelta(hours=24),
    "digest": timedelta(hours=48),
    "closure.reminder": timedelta(hours=72),
    "watch": timedelta(hours=24),
    "channel": timedelta(hours=72),
}
"""How long a message is worth sending, by its type or the first half of it; everything else for a week."""


def max_age(kind: str) -> timedelta:
    """How long a message of that type is worth sending."""
    return MAX_AGE.get(kind) or MAX_AGE.get(kind.partition(".")[0]) or LONG


def expires_at(kind: MessageKind, events: tuple[Event, ...], *, due_at: datetime) -> datetime:
    """When a message stops being worth sending: with the longest-lived of what it tells."""
    if kind != "event" or not events:
        return due_at + max_age(kind)
    return max(due_at + max_age(event.type) for event in events)


def is_open(health: Health) -> bool:
    """True when so many attempts in a row have failed that only probes are sent."""
    return health.failures >= BREAKER_OPENS


def retry_after(header: str | None, *, now: datetime) -> timedelta | None:
    """The wait a receiver asks for, seconds or an HTTP date, at most a day; None for anything that is neither."""
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        wait = timedelta(seconds=min(int(text[:12]), 10**9))
    else:
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        wait = moment - now
    return min(max(wait, timedelta(0)), RETRY_AFTER_CAP)


def settle(
    verdict: Verdict, health: Health, *, tries: int, plain: bool, due_at: datetime, now: datetime, random: float
) -> Settlement:
    """What follows from a verdict. `tries` counts earlier attempts, `random` is between 0 and 1."""
    match verdict.outcome:
        case "delivered" | "accepted":
            return Settlement(
                state=verdict.outcome,
                reason=None if verdict.outcome == "delivered" else verdict.reason,
                due_at=None,
                tries=tries + 1,
                plain=plain,
                health=Health(),
                release=is_open(health),
            )
        case "gone":
            return _ended("dead", verdict.reason, tries + 1, plain, health, disable=verdict.reason)
        case "dead":
            return _ended("dead", verdict.reason, tries + 1, plain, health)
        case "unfit" if plain:
            return _ended("dead", verdict.reason, tries + 1, plain, health)
        case "unfit":
            return Settlement(
                state="pending", reason=verdict.reason, due_at=now, tries=tries + 1, plain=True, health=health
            )
        case "denied" | "retry":
            return _again(verdict, health, tries=tries, plain=plain, due_at=due_at, now=now, random=random)


def _again(
    verdict: Verdict, health: Health, *, tries: int, plain: bool, due_at: datetime, now: datetime, random: float
) -> Settlement:
    stretch = 1 + JITTER * min(max(random, 0.0), 1.0)
    probing = is_open(health)
    since = health.failing_since or now
    denied_since = (health.denied_since or now) if verdict.outcome == "denied" else None
    after = Health(
        failures=health.failures + 1, failing_since=since, denied_since=denied_since, parked_until=health.parked_until
    )
    if denied_since is not None and now - denied_since >= DENIED_FOR:
        return _ended("dead", verdict.reason, tries + 1, plain, after, disable=verdict.reason)
    if now - since >= DISABLED_AFTER:
        return _ended("dead", verdict.reason, tries + 1, plain, after, disable="failing")

    parked = [health.parked_until] if health.parked_until is not None and health.parked_until > now else []
    hint = retry_after(verdict.retry_after, now=now)
    if hint:
        parked.append(now + hint)
    if is_open(after):
        wait = min(PROBE_FIRST * 2 ** min(after.failures - BREAKER_OPENS, 12), PROBE_LONGEST)
        parked.append(now + wait * stretch)
    after = replace(after, parked_until=max(parked, default=None))

    if probing:
        return Settlement(state="pending", reason=verdict.reason, due_at=due_at, tries=tries, plain=plain, health=after)
    tries += 1
    if tries >= len(SCHEDULE):
        return _ended("dead", verdict.reason, tries, plain, after)
    wait = SCHEDULE[tries]
    if verdict.reason == "timeout":
        wait = max(wait, AFTER_TIMEOUT)
    due = max(now + wait * stretch, now + (hint or timedelta(0)))
    return Settlement(state="pending", reason=verdict.reason, due_at=due, tries=tries, plain=plain, health=after)


def _ended(
    state: Literal["dead"], reason: str, tries: int, plain: bool, health: Health, *, disable: str | None = None
) -> Settlement:
    return Settlement(state=state, reason=reason, due_at=None, tries=tries, plain=plain, health=health, disable=disable)
