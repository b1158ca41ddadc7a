"""An account of what was said, what we knew, and what was sent to whom and answered, by the end of a day.

For audits: every fact with its quotation, the snapshot that showed it with its hash, and the version of the reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from monitor.model import (
    Announcement,
    AnnouncementVersion,
    Attempt,
    Delivery,
    Event,
    Known,
    Sighting,
    Subscription,
    Version,
)
from monitor.publish.days import day_after, midnight


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One message: to which channel, with every attempt made by then. `address` is masked."""

    delivery_id: str
    message_id: str
    kind: str
    channel: str
    channel_kind: str
    address: str
    created_at: datetime
    state: str
    reason: str | None
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldEvent:
    """An event, how we know that it had been told by then, and what was sent about it."""

    event: Event
    known: Known
    sent: tuple[Sent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldAnnouncement:
    """An announcement in the words that stood by then. `sha256` is of the snapshot that showed them first."""

    announcement: Announcement
    heading: str
    text: str
    seen_at: datetime
    sha256: str | None
    events: tuple[ToldEvent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole account. `others` are events of no announcement, `messages` what was sent about no event."""

    as_of: date
    release: str
    reader_version: int
    versions: tuple[Version, ...]
    announcements: tuple[ToldAnnouncement, ...]
    others: tuple[ToldEvent, ...]
    messages: tuple[Sent, ...]
    snapshots: tuple[Sighting, ...]


def report(
    as_of: date,
    events: Iterable[tuple[Event, Known]],
    *,
    versions: Iterable[Version],
    announcements: Iterable[Announcement],
    words: Mapping[str, Sequence[AnnouncementVersion]],
    snapshots: Iterable[Sighting],
    deliveries: Iterable[tuple[Delivery, Sequence[Attempt]]],
    subscriptions: Iterable[Subscription],
    release: str,
    reader_version: int,
) -> Report:
    """The account as of a day in Stockholm. `words` has the versions of each announcement's text, by its id.

    What happened after the end of the day is left out; a message that was still under way then is pending.
    """
    end = midnight(day_after(as_of))
    seen = tuple(sorted((each for each in snapshots if each.fetched_at < end), key=lambda each: each.fetched_at))
    hashes = {sighting.id: sighting.sha256 for sighting in seen}
    channels = {subscription.id: subscription for subscription in subscriptions}
    sent: dict[str, list[Sent]] = {}
    messages = []
    for delivery, attempts in deliveries:
        if delivery.created_at >= end:
            continue
        message = _sent(delivery, attempts, channels.get(delivery.subscription_id), end)
        if not delivery.events:
            messages.append(message)
        for event_id in delivery.events:
            sent.setdefault(event_id, []).append(message)
    told: dict[str | None, list[ToldEvent]] = {}
    for event, known in events:
        about = ToldEvent(event=event, known=known, sent=tuple(sent.get(event.id, ())))
        told.setdefault(event.announcement_id, []).append(about)
    shown = []
    for announcement in announcements:
        versions_then = [each for each in words.get(announcement.id, ()) if each.seen_at < end]
        mine = told.pop(announcement.id, [])
        if versions_then or mine:
            shown.append(_told(announcement, versions_then, hashes, mine))
    return Report(
        as_of=as_of,
        release=release,
        reader_version=reader_version,
        versions=tuple(versions),
        announcements=tuple(shown),
        others=tuple(event for rest in told.values() for event in rest),
        messages=tuple(messages),
        snapshots=seen,
    )


def _told(
    announcement: Announcement,
    words: Sequence[AnnouncementVersion],
    hashes: Mapping[str, str],
    events: Sequence[ToldEvent],
) -> ToldAnnouncement:
    newest = max(words, key=lambda each: each.seen_at, default=None)
    return ToldAnnouncement(
        announcement=announcement,
        heading=newest.heading if newest else announcement.heading,
        text=newest.text if newest else announcement.text,
        seen_at=newest.seen_at if newest else announcement.first_seen_at,
        sha256=hashes.get(newest.snapshot_id) if newest and newest.snapshot_id else None,
        events=tuple(events),
    )


def _sent(delivery: Delivery, attempts: Sequence[Attempt], channel: Subscription | None, end: datetime) -> Sent:
    over = delivery.finished_at is not None and delivery.finished_at < end
    return Sent(
        delivery_id=delivery.id,
        message_id=delivery.message_id,
        kind=delivery.kind,
        channel=channel.name if channel else delivery.subscription_id,
        channel_kind=channel.kind if channel else "",
        address=channel.address if channel else "",
        created_at=delivery.created_at,
        state=delivery.state if over else "pending",
        reason=delivery.reason if over else None,
        attempts=tuple(attempt for attempt in attempts if attempt.started_at < end),
    )
