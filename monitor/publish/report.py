"""An account of what was said, what we knew, and what was sent to whom and answered, by the end of a day.

For audits: every fact with its quotation, the snapshot that showed it with its hash, and the version of the reader.
`monitor.publish.report_page` makes the printable page of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from monitor.model import (
    Announcement,
    AnnouncementVersion,
    Attempt,
    Check,
    Delivery,
    DeliveryState,
    Event,
    Known,
    PageHealth,
    Sighting,
    Subscription,
    Version,
)
from monitor.publish.days import day_after, midnight


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One message as it stood by then: to which channel, about which events, with every attempt made.

    `address` is masked. `numbers` are the events' places in the log. `removed` channels are still named.
    """

    delivery: Delivery
    channel: str
    channel_kind: str
    address: str
    removed: bool
    numbers: tuple[int, ...]
    state: DeliveryState
    reason: str | None
    finished_at: datetime | None
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldEvent:
    """An event, how we know that it had been told by then, and what was sent about it.

    `retracted_at` is set when we had taken it back by then. `hidden` ones are in the log no more, because a newer
    reading no longer makes them, but something had been sent about them.
    """

    event: Event
    known: Known
    sent: tuple[Sent, ...]
    retracted_at: datetime | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldAnnouncement:
    """An announcement in the words that stood by then. `sha256` is of the snapshot that showed them first.

    `observed` is False when we only learnt of it later, from a copy or a page whose stamp lies before.
    """

    announcement: Announcement
    heading: str
    published: date | datetime | None
    updated: date | datetime | None
    text: str
    seen_at: datetime
    observed: bool
    edits: int
    left_at: datetime | None
    sha256: str | None
    events: tuple[ToldEvent, ...]

    @property
    def sent(self) -> tuple[Sent, ...]:
        """What was sent about any of its events, each message once, oldest first."""
        return _once(self.events)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A page, the last look at it by then, and every content that had stood on it."""

    page: str
    url: str
    last_check: Check | None
    snapshots: tuple[Sighting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole account. `others` are events of no announcement, `messages` what was sent about no event."""

    as_of: date
    services: tuple[str, ...]
    made_at: datetime
    release: str
    reader_version: int
    versions: tuple[Version, ...]
    announcements: tuple[ToldAnnouncement, ...]
    others: tuple[ToldEvent, ...]
    messages: tuple[Sent, ...]
    pages: tuple[Watched, ...]

    @property
    def events(self) -> tuple[ToldEvent, ...]:
        """Every event of the account."""
        return (*(event for told in self.announcements for event in told.events), *self.others)

    @property
    def sent(self) -> tuple[Sent, ...]:
        """Every message of the account, once."""
        return (*_once(self.events), *self.messages)


def report(
    as_of: date,
    events: Iterable[tuple[Event, Known]],
    *,
    hidden: Iterable[Event] = (),
    services: Collection[str],
    versions: Iterable[Version],
    announcements: Iterable[Announcement],
    words: Mapping[str, Sequence[AnnouncementVersion]],
    pages: Iterable[PageHealth],
    checks: Mapping[str, Check],
    snapshots: Iterable[Sighting],
    deliveries: Iterable[tuple[Delivery, Sequence[Attempt]]],
    subscriptions: Iterable[Subscription],
    removed: Iterable[Subscription] = (),
    made_at: datetime,
    release: str,
    reader_version: int,
) -> Report:
    """The account as of a day in Stockholm, about some services.

    `words` has the versions of each announcement's text, by its id; `checks` the last look at each page, by its key;
    `hidden` the events that are in the log no more. What happened after the end of the day is left out; a message that
    was still under way then is pending. Of messages about events, only those about the account's events are in it.
    """
    end = midnight(day_after(as_of))
    told = list(events)
    known = {event.id for event, _ in told}
    gone = [event for event in hidden if event.id not in known and event.seen_at < end]
    numbers = {event.id: event.seq for event in (*(event for event, _ in told), *gone)}
    retracted = {event.corrects: event.seen_at for event, _ in told if event.corrects and event.seen_at < end}
    seen = sorted((each for each in snapshots if each.fetched_at < end), key=lambda each: each.fetched_at)
    hashes = {sighting.id: sighting.sha256 for sighting in seen}
    channels = {channel.id: (channel, False) for channel in subscriptions}
    channels |= {channel.id: (channel, True) for channel in removed}
    sent: dict[str, list[Sent]] = {}
    messages = []
    for delivery, attempts in sorted(deliveries, key=lambda pair: pair[0].created_at):
        if delivery.created_at >= end:
            continue
        message = _sent(delivery, attempts, channels.get(delivery.subscription_id), numbers, end)
        if not delivery.events and _concerns(delivery, services):
            messages.append(message)
        for event_id in delivery.events:
            sent.setdefault(event_id, []).append(message)
    of_announcement: dict[str | None, list[ToldEvent]] = {}
    every = [(event, how, False) for event, how in told]
    every += [(event, "observed", True) for event in gone if event.id in sent]
    for event, how, is_hidden in sorted(every, key=lambda each: each[0].seq):
        about = ToldEvent(
            event=event,
            known=how,
            sent=tuple(sent.get(event.id, ())),
            retracted_at=retracted.get(event.id),
            hidden=is_hidden,
        )
        of_announcement.setdefault(event.announcement_id, []).append(about)
    shown = []
    for announcement in announcements:
        mine = of_announcement.pop(announcement.id, [])
        then = [each for each in words.get(announcement.id, ()) if each.seen_at < end]
        if mine or (then and announcement.service in services):
            shown.append(_told(announcement, then or words.get(announcement.id, ())[:1], hashes, mine, end))
    return Report(
        as_of=as_of,
        services=tuple(services),
        made_at=made_at,
        release=release,
        reader_version=reader_version,
        versions=tuple(versions),
        announcements=tuple(shown),
        others=tuple(event for rest in of_announcement.values() for event in rest),
        messages=tuple(messages),
        pages=tuple(
            Watched(
                page=health.page.key,
                url=health.url,
                last_check=checks.get(health.page.key),
                snapshots=tuple(each for each in seen if each.page == health.page.key),
            )
            for health in pages
        ),
    )


def _told(
    announcement: Announcement,
    words: Sequence[AnnouncementVersion],
    hashes: Mapping[str, str],
    events: Sequence[ToldEvent],
    end: datetime,
) -> ToldAnnouncement:
    newest = max(words, key=lambda each: each.seen_at, default=None)
    left = announcement.removed_at
    seen_at = newest.seen_at if newest else announcement.first_seen_at
    return ToldAnnouncement(
        announcement=announcement,
        heading=newest.heading if newest else announcement.heading,
        published=newest.published if newest else announcement.published,
        updated=newest.updated if newest else announcement.updated,
        text=newest.text if newest else announcement.text,
        seen_at=seen_at,
        observed=seen_at < end,
        edits=max(len(words) - 1, 0),
        left_at=left if left is not None and left < end else None,
        sha256=hashes.get(newest.snapshot_id) if newest and newest.snapshot_id else None,
        events=tuple(events),
    )


def _sent(
    delivery: Delivery,
    attempts: Sequence[Attempt],
    channel: tuple[Subscription, bool] | None,
    numbers: Mapping[str, int],
    end: datetime,
) -> Sent:
    over = delivery.finished_at is not None and delivery.finished_at < end
    subscription, removed = channel if channel is not None else (None, True)
    return Sent(
        delivery=delivery,
        channel=subscription.name if subscription else delivery.subscription_id,
        channel_kind=subscription.kind if subscription else "",
        address=subscription.address if subscription else "",
        removed=removed,
        numbers=tuple(sorted(numbers[event] for event in delivery.events if event in numbers)),
        state=delivery.state if over else "pending",
        reason=delivery.reason if over else None,
        finished_at=delivery.finished_at if over else None,
        attempts=tuple(attempt for attempt in attempts if attempt.started_at < end),
    )


def _concerns(delivery: Delivery, services: Collection[str]) -> bool:
    """Whether a message about no event is about one of the services: by its subjects, and when it has none, always."""
    about = {subject.split(":")[1] for subject in delivery.subjects if subject.count(":") > 1}
    return not about or bool(about & set(services))


def _once(events: Iterable[ToldEvent]) -> tuple[Sent, ...]:
    messages = {message.delivery.id: message for event in events for message in event.sent}
    return tuple(sorted(messages.values(), key=lambda message: message.delivery.created_at))
