"""What is due by the calendar: looks at what holds now and writes the messages into the outbox."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from monitor.deliver.draft import Facts, services_of
from monitor.deliver.kinds import KINDS
from monitor.deliver.notices import channel_notice
from monitor.deliver.plan import VersionKey
from monitor.deliver.reminders import (
    Outage,
    Reminder,
    Trouble,
    due_reminders,
    outages,
    plan_digests,
    plan_heartbeats,
    plan_outages,
    plan_reminders,
    plan_troubles,
    troubles,
)
from monitor.deliver.retry import max_age
from monitor.model import STOCKHOLM, Component, Event, Message, PageKind, Planned, Subscription
from monitor.wire import to_wire
from monitor.wording import channel_test, closure_reminder, heartbeat, page_message, welcome

WEEK = timedelta(days=7)


class Post(Protocol):
    """What the tick needs of the outbox."""

    def subscriptions(self) -> tuple[Subscription, ...]: ...

    def enqueue(self, planned: Sequence[Planned]) -> tuple[str, ...]: ...

    def keys(self, prefix: str) -> frozenset[tuple[str, str]]: ...

    def sweep(self) -> int: ...


class Calendar(Facts, Protocol):
    """What the tick needs to know besides what messages say."""

    def components(self) -> Mapping[VersionKey, Collection[Component]]:
        """What the versions are made of."""
        ...

    def page_kinds(self) -> Mapping[str, PageKind]:
        """The watched pages' kinds, by key."""
        ...

    def page_events(self) -> Sequence[Event]:
        """The `page.*` events of late, in the order of the log."""
        ...


def plan_due(post: Post, facts: Calendar, *, base_url: str, now: datetime) -> int:
    """Write what the calendar asks for at `now` into the outbox, and let go what is too old. Returns how many are new.

    Call it every minute or so, from any number of processes.
    """
    post.sweep()
    subscriptions = post.subscriptions()
    if not subscriptions:
        return 0
    planned = [
        *plan_digests(subscriptions, now=now),
        *_reminders(subscriptions, facts, base_url=base_url, now=now),
        *_heartbeats(subscriptions, facts, base_url=base_url, now=now),
        *_troubles(subscriptions, base_url=base_url, now=now),
        *_outages(post, subscriptions, facts, base_url=base_url, now=now),
    ]
    return len(post.enqueue(planned)) if planned else 0


def _reminders(
    subscriptions: Sequence[Subscription], facts: Calendar, *, base_url: str, now: datetime
) -> tuple[Planned, ...]:
    today = now.astimezone(STOCKHOLM).date()

    def compose(reminder: Reminder, subscription: Subscription) -> Message:
        return closure_reminder(reminder.version, lang=subscription.lang, today=today, base_url=base_url)

    reminders = due_reminders(facts.versions(facts.services(), now=now), now=now)
    if not reminders:
        return ()
    return plan_reminders(reminders, subscriptions, now=now, components=facts.components(), compose=compose)


def _heartbeats(
    subscriptions: Sequence[Subscription], facts: Calendar, *, base_url: str, now: datetime
) -> tuple[Planned, ...]:
    def compose(subscription: Subscription) -> Message:
        return heartbeat(
            lang=subscription.lang,
            now=now,
            watch=facts.watch(since=now - WEEK, until=now),
            services=services_of(subscription, facts),
            base_url=base_url,
        )

    return plan_heartbeats(subscriptions, now=now, compose=compose)


def _troubles(subscriptions: Sequence[Subscription], *, base_url: str, now: datetime) -> tuple[Planned, ...]:
    def compose(trouble: Trouble, subscription: Subscription) -> Message:
        return channel_notice(trouble, lang=subscription.lang, base_url=base_url)

    return plan_troubles(troubles(subscriptions, now=now), subscriptions, now=now, compose=compose)


def _outages(
    post: Post, subscriptions: Sequence[Subscription], facts: Calendar, *, base_url: str, now: datetime
) -> tuple[Planned, ...]:
    found: tuple[Outage, ...] = outages(facts.page_events())
    if not found:
        return ()

    def compose(event: Event, subscription: Subscription) -> Message:
        return page_message(event, lang=subscription.lang, base_url=base_url, to_readers=True)

    return plan_outages(
        found, subscriptions, now=now, told=post.keys("blind:"), kinds=facts.page_kinds(), compose=compose
    )


def plan_welcome(subscription: Subscription, facts: Facts, *, base_url: str, now: datetime) -> Planned:
    """The first message of a subscription: what holds now and what is still ahead."""
    services = services_of(subscription, facts)
    versions = facts.versions(services, now=now)
    ahead, ongoing = facts.ahead(services, now=now), facts.ongoing(services, now=now)
    message = welcome(
        lang=subscription.lang,
        now=now,
        services=services,
        versions=versions,
        ahead=ahead,
        ongoing=ongoing,
        watch=facts.watch(since=now - WEEK, until=now),
        base_url=base_url,
    )
    return Planned(
        subscription_id=subscription.id,
        kind="welcome",
        key="welcome",
        due_at=now,
        expires_at=now + max_age("welcome"),
        message=message if _people(subscription) else None,
        data={"versions": to_wire(tuple(versions)), "ahead": to_wire(tuple(ahead)), "ongoing": to_wire(tuple(ongoing))},
    )


def plan_test(subscription: Subscription, *, base_url: str, now: datetime) -> Planned:
    """A message that proves that a channel works."""
    message = channel_test(lang=subscription.lang, name=subscription.name, sent_at=now, base_url=base_url)
    return Planned(
        subscription_id=subscription.id,
        kind="test",
        key=f"test:{now.isoformat()}",
        due_at=now,
        expires_at=now + max_age("test"),
        message=message if _people(subscription) else None,
        data={"message": "Test from Releasevakt: the channel works", "sent": to_wire(now)},
    )


def _people(subscription: Subscription) -> bool:
    return subscription.kind in KINDS and KINDS[subscription.kind].people
