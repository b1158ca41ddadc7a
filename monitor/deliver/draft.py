"""From a claimed delivery to the bytes that go out: words for people, data for programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from monitor.deliver.kinds import channel
from monitor.deliver.model import Draft, Rendered
from monitor.deliver.plan import by_announcement
from monitor.model import STOCKHOLM, Claimed, Event, Message, Subscription, Version
from monitor.wire import to_wire
from monitor.wording import Watch, compose, correction, digest

Calendar = Callable[[Sequence[Event]], bytes | None]


class Facts(Protocol):
    """What messages say besides events: what holds now, and how our watching goes. Asked when a message is made."""

    def services(self) -> Sequence[str]:
        """The keys of the services that are watched."""
        ...

    def versions(self, services: Sequence[str], *, now: datetime) -> Sequence[Version]:
        """The versions of these services as they stand."""
        ...

    def ahead(self, services: Sequence[str], *, now: datetime) -> Sequence[Event]:
        """Events whose day is still to come and which nothing has overtaken."""
        ...

    def ongoing(self, services: Sequence[str], *, now: datetime) -> Sequence[Event]:
        """Disturbances that nobody has called resolved."""
        ...

    def watch(self, *, since: datetime, until: datetime) -> Watch:
        """How our watching went."""
        ...


def render(claimed: Claimed, *, now: datetime, source: str, facts: Facts, calendar: Calendar | None = None) -> Rendered:
    """The bytes of a claimed delivery. Raises ValueError for one that has nothing to tell."""
    kind = channel(claimed.subscription.kind)
    made = draft(claimed, people=kind.people, now=now, source=source, facts=facts, calendar=calendar)
    return kind.render(made, plain=claimed.plain)


def draft(
    claimed: Claimed,
    *,
    people: bool,
    now: datetime,
    source: str,
    facts: Facts,
    calendar: Calendar | None = None,
) -> Draft:
    """What a claimed delivery tells, before a channel gives it its form."""
    delivery, events = claimed.delivery, claimed.events
    if delivery.kind not in ("event", "digest") or claimed.message is not None or claimed.data is not None:
        return Draft(
            id=delivery.message_id,
            kind=delivery.kind,
            type=delivery.kind,
            subject=delivery.subjects[0] if delivery.subjects else f"subscription:{claimed.subscription.id}",
            at=delivery.created_at,
            source=source,
            message=claimed.message,
            data=claimed.data or {},
        )
    if delivery.kind == "event" and not events:
        raise ValueError("there is no event to tell of")
    single = events[0] if len(events) == 1 else None
    return Draft(
        id=delivery.message_id,
        kind=delivery.kind,
        type=single.type if single is not None and delivery.kind == "event" else delivery.kind,
        subject=single.subject if single is not None else f"subscription:{claimed.subscription.id}",
        at=single.seen_at if single is not None else delivery.created_at,
        source=source,
        message=words(claimed, now=now, base_url=source, facts=facts) if people else None,
        data=to_wire(single) if single is not None and delivery.kind == "event" else {"events": to_wire(events)},
        calendar=calendar(events) if calendar is not None and people and events else None,
    )


def words(claimed: Claimed, *, now: datetime, base_url: str, facts: Facts) -> Message:
    """The words for a message of events: one announcement's, or what a bundle has gathered."""
    subscription, events = claimed.subscription, claimed.events
    lang = subscription.lang
    gathered = claimed.delivery.kind == "digest"
    if not gathered or (len(by_announcement(events)) == 1 and not claimed.delivery.key.startswith("digest:")):
        if events[-1].type == "event.retracted":
            wrong = next((event for event in claimed.corrected if event.id == events[-1].corrects), None)
            return correction(events[-1], lang=lang, base_url=base_url, wrong=wrong)
        return compose(events, lang=lang, base_url=base_url, now=now)
    until = claimed.delivery.due_at
    since = period_start(claimed)
    chosen = services_of(subscription, facts)
    return digest(
        lang=lang,
        start=since.astimezone(STOCKHOLM).date(),
        end=max(since, until - timedelta(minutes=1)).astimezone(STOCKHOLM).date(),
        services=chosen,
        events=events,
        ongoing=facts.ongoing(chosen, now=now),
        versions=facts.versions(chosen, now=now),
        watch=facts.watch(since=since, until=min(until, now)),
        base_url=base_url,
    )


def period_start(claimed: Claimed) -> datetime:
    """When the period of a digest began: a week or a day before it is due, a bundle's when its first event came."""
    delivery, wanted = claimed.delivery, claimed.subscription.digest
    if delivery.key.startswith("digest:") and wanted is not None:
        return delivery.due_at - (timedelta(days=7) if wanted.every == "weekly" else timedelta(days=1))
    return min((event.seen_at for event in claimed.events), default=delivery.created_at)


def services_of(subscription: Subscription, facts: Facts) -> tuple[str, ...]:
    """The services that a subscription is about: those of its filter, else all."""
    wanted = subscription.filter
    chosen = dict.fromkeys([*wanted.services, *(running.service for running in wanted.run)])
    return tuple(chosen) or tuple(facts.services())
