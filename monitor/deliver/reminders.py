"""What is due by the calendar and not by an event: reminders, digests, signs of life, news of a failing channel.

Pure: each function says which messages there should be at a moment. All have keys of their own, so planning them again,
in another process or after a restart, makes nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from monitor.deliver.kinds import KINDS
from monitor.deliver.plan import VersionKey, concerns_version, digest_key, mute_end, next_digest
from monitor.deliver.retry import TOLD_AFTER, max_age
from monitor.model import STOCKHOLM, Component, Event, Message, MessageKind, PageKind, Planned, Subscription, Version
from monitor.wire import to_wire
from monitor.workdays import working_day_on_or_before

REMINDED_DAYS = (180, 90, 30, 7, 1, 0)
REMINDED_AT = time(8, 0)
CAUGHT_UP = timedelta(days=3)
"""A reminder that could not be sent on its day is still sent within this; after that the next one will do."""

HEARTBEAT_WEEKDAY = 0
HEARTBEAT_AT = "09:00"

TOLD_OF_DISABLED = timedelta(days=3)
BLIND_AFTER = {"release": timedelta(hours=24), "drift": timedelta(hours=2)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A reminder that is due: which closing, how many days before, and the working day it is sent on."""

    version: Version
    day: date
    days: int
    on: date

    @property
    def subject(self) -> str:
        """The subject of the closing's own events, so that a reminder never overtakes them."""
        return f"closing:{self.version.service}:{self.version.version}"

    @property
    def key(self) -> str:
        """Names the closing day too: when it moves, the reminders for the new day are others."""
        return f"reminder:{self.subject}:{self.day.isoformat()}:{self.days}"


def closing_day(version: Version) -> date | None:
    """The day that is counted to: the earliest that the page's words allow."""
    if version.closes is None:
        return None
    day = version.closes.start or version.closes.end
    return day.date() if isinstance(day, datetime) else day


def due_reminders(versions: Iterable[Version], *, now: datetime) -> tuple[Reminder, ...]:
    """The reminders whose day has come: for each closing at most one, the nearest to the day."""
    today = now.astimezone(STOCKHOLM)
    found = []
    for version in versions:
        day = closing_day(version)
        if day is None or version.closing_state not in ("planned", "decided"):
            continue
        due = [
            Reminder(version=version, day=day, days=days, on=on)
            for days in REMINDED_DAYS
            if (on := working_day_on_or_before(day - timedelta(days=days))) <= today.date()
            and datetime.combine(on, REMINDED_AT, STOCKHOLM)
            <= today
            < datetime.combine(on, REMINDED_AT, STOCKHOLM) + CAUGHT_UP
        ]
        if due:
            found.append(min(due, key=lambda reminder: reminder.days))
    return tuple(found)


def plan_reminders(
    reminders: Sequence[Reminder],
    subscriptions: Iterable[Subscription],
    *,
    now: datetime,
    components: Mapping[VersionKey, Collection[Component]],
    compose: Callable[[Reminder, Subscription], Message],
) -> tuple[Planned, ...]:
    """Reminders to those whom the closing concerns, and who subscribed before the reminder's day."""
    return tuple(
        Planned(
            subscription_id=subscription.id,
            kind="closure.reminder",
            key=reminder.key,
            subjects=(reminder.subject,),
            due_at=mute_end(subscription, now),
            expires_at=mute_end(subscription, now) + max_age("closure.reminder"),
            message=compose(reminder, subscription) if _people(subscription) else None,
            data={"version": to_wire(reminder.version), "days": reminder.days, "date": reminder.day.isoformat()},
        )
        for subscription in subscriptions
        if subscription.reminders and subscription.disabled_at is None
        for reminder in reminders
        if subscription.created_at.astimezone(STOCKHOLM).date() <= reminder.on
        and concerns_version(subscription.filter, reminder.version, components=components)
    )


def plan_digests(subscriptions: Iterable[Subscription], *, now: datetime) -> tuple[Planned, ...]:
    """The next digest of every channel that wants one, there also when nothing comes to fill it."""
    planned = []
    for subscription in subscriptions:
        if subscription.digest is None or subscription.disabled_at is not None or not _people(subscription):
            continue
        at = next_digest(subscription.digest, after=now)
        if subscription.mute_until is not None and subscription.mute_until > at:
            continue
        planned.append(
            Planned(
                subscription_id=subscription.id,
                kind="digest",
                key=digest_key(at),
                due_at=at,
                expires_at=at + max_age("digest"),
            )
        )
    return tuple(planned)


def plan_heartbeats(
    subscriptions: Iterable[Subscription], *, now: datetime, compose: Callable[[Subscription], Message]
) -> tuple[Planned, ...]:
    """A sign of life each Monday morning, to those who want one."""
    local = now.astimezone(STOCKHOLM)
    monday = local.date() - timedelta(days=(local.weekday() - HEARTBEAT_WEEKDAY) % 7)
    at = datetime.combine(monday, time.fromisoformat(HEARTBEAT_AT), STOCKHOLM).astimezone(UTC)
    if not at <= now < at + max_age("heartbeat"):
        return ()
    return tuple(
        Planned(
            subscription_id=subscription.id,
            kind="heartbeat",
            key=f"heartbeat:{monday.isoformat()}",
            due_at=at,
            expires_at=at + max_age("heartbeat"),
            message=compose(subscription) if _people(subscription) else None,
            data={"sent": to_wire(now)},
        )
        for subscription in subscriptions
        if subscription.heartbeat
        and subscription.disabled_at is None
        and subscription.created_at <= at
        and (subscription.mute_until is None or subscription.mute_until <= now)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A channel that fails or was switched off, and what has to be told of it."""

    subscription: Subscription
    disabled: bool
    since: datetime

    @property
    def key(self) -> str:
        """One for each stage of one run of failures."""
        stage = "disabled" if self.disabled else "failing"
        return f"channel:{self.subscription.id}:{stage}:{self.since.isoformat()}"


def troubles(subscriptions: Iterable[Subscription], *, now: datetime) -> tuple[Trouble, ...]:
    """Channels of which others must be told: failing for an hour, for a day, switched off by us."""
    found = []
    for subscription in subscriptions:
        if subscription.disabled_at is not None:
            if subscription.disabled_reason != "operator" and now - subscription.disabled_at < TOLD_OF_DISABLED:
                found.append(Trouble(subscription=subscription, disabled=True, since=subscription.disabled_at))
        elif subscription.failing_since is not None:
            passed = [after for after in TOLD_AFTER if now - subscription.failing_since >= after]
            if passed:
                found.append(
                    Trouble(subscription=subscription, disabled=False, since=subscription.failing_since + passed[-1])
                )
    return tuple(found)


def plan_troubles(
    found: Sequence[Trouble],
    subscriptions: Iterable[Subscription],
    *,
    now: datetime,
    compose: Callable[[Trouble, Subscription], Message],
) -> tuple[Planned, ...]:
    """Word of a failing channel to the operators' channels, and to the same owner's other ones; never to itself."""
    return tuple(
        Planned(
            subscription_id=subscription.id,
            kind="channel.disabled" if trouble.disabled else "channel.failing",
            key=trouble.key,
            due_at=now,
            expires_at=now + max_age("channel"),
            message=compose(trouble, subscription) if _people(subscription) else None,
            data={
                "subscription": trouble.subscription.id,
                "name": trouble.subscription.name,
                "kind": trouble.subscription.kind,
                "reason": trouble.subscription.disabled_reason,
                "since": to_wire(trouble.since),
            },
        )
        for trouble in found
        for subscription in subscriptions
        if subscription.id != trouble.subscription.id
        and subscription.disabled_at is None
        and (
            subscription.operator
            or (subscription.owner is not None and subscription.owner == trouble.subscription.owner)
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A stretch in which a page could not be seen: the event that began it, and the one that ended it."""

    began: Event
    ended: Event | None = None


def outages(events: Iterable[Event]) -> tuple[Outage, ...]:
    """The latest outage of each page, out of its `page.*` events in the order of the log."""
    latest: dict[str, Outage] = {}
    for event in events:
        known = latest.get(event.page)
        if event.type in ("page.unreadable", "page.failing"):
            if known is None or known.ended is not None:
                latest[event.page] = Outage(began=event)
        elif event.type in ("page.readable", "page.recovered") and known is not None and known.ended is None:
            latest[event.page] = Outage(began=known.began, ended=event)
    return tuple(latest.values())


def plan_outages(
    found: Sequence[Outage],
    subscriptions: Iterable[Subscription],
    *,
    now: datetime,
    told: Collection[tuple[str, str]],
    kinds: Mapping[str, PageKind],
    compose: Callable[[Event, Subscription], Message],
) -> tuple[Planned, ...]:
    """Word to readers of a page that we have been blind on for long, and to the same people when it can be seen again.

    `told` are the subscriptions and keys planned earlier, `kinds` the kinds of the watched pages. Operators have
    heard by the page's own events.
    """
    planned = []
    for outage in found:
        key = f"blind:{outage.began.id}"
        blind_for = now - outage.began.seen_at
        long_enough = blind_for >= BLIND_AFTER[kinds.get(outage.began.page, "release")]
        for subscription in subscriptions:
            if subscription.operator or subscription.disabled_at is not None:
                continue
            if outage.ended is None and long_enough and _reads(subscription, outage.began):
                planned.append(_watch(subscription, "watch.blind", key, outage.began, now=now, compose=compose))
            elif outage.ended is not None and (subscription.id, key) in told:
                back = f"restored:{outage.began.id}"
                planned.append(_watch(subscription, "watch.restored", back, outage.ended, now=now, compose=compose))
    return tuple(planned)


def _watch(
    subscription: Subscription,
    kind: MessageKind,
    key: str,
    event: Event,
    *,
    now: datetime,
    compose: Callable[[Event, Subscription], Message],
) -> Planned:
    return Planned(
        subscription_id=subscription.id,
        kind=kind,
        key=key,
        subjects=(f"watch:{event.page}",),
        due_at=mute_end(subscription, now),
        expires_at=mute_end(subscription, now) + max_age("watch"),
        message=compose(event, subscription) if _people(subscription) else None,
        data={"page": event.page, "service": event.service, "since": to_wire(event.seen_at), "url": event.url},
    )


def _reads(subscription: Subscription, event: Event) -> bool:
    wanted = subscription.filter
    if wanted.pages:
        return event.page in wanted.pages
    services = {*wanted.services, *(running.service for running in wanted.run)}
    return not services or event.service in services


def _people(subscription: Subscription) -> bool:
    return subscription.kind in KINDS and KINDS[subscription.kind].people
