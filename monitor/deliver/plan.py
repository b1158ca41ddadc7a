"""Which messages new events make, for whom and from when. Pure: the clock and what is known come in as arguments."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from monitor.deliver.kinds import KINDS
from monitor.deliver.retry import expires_at
from monitor.model import STOCKHOLM, Component, Digest, Event, Filter, Planned, QuietHours, Subscription, Version
from monitor.wording.severity import ORDER, urgency_of

VersionKey = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What planning needs to know besides the events.

    `components` are the parts of a version, by service and label: what a filter on what a team runs follows. `told`
    says which subscriptions got, or may have got, the event with that id: a retraction follows them.
    """

    components: Mapping[VersionKey, Collection[Component]] = field(default_factory=dict)
    told: Mapping[str, Collection[str]] = field(default_factory=dict)


def plan(
    events: Sequence[Event], subscriptions: Iterable[Subscription], *, now: datetime, known: Known | None = None
) -> tuple[Planned, ...]:
    """The messages to make: one per event for programs, one per announcement for people.

    Events that are not `pushed` make none. A switched-off or muted channel's messages are planned too, as cancelled
    or held, so that nothing vanishes without a line in the list.
    """
    known = known or Known()
    pushed = [event for event in events if event.pushed]
    planned: list[Planned] = []
    for subscription in subscriptions:
        wanted = [event for event in pushed if wants(subscription, event, known=known)]
        people = KINDS[subscription.kind].people if subscription.kind in KINDS else True
        groups = by_announcement(wanted) if people else [(event,) for event in wanted]
        planned += [_message(subscription, group, people=people, now=now) for group in groups]
    return tuple(planned)


def wants(subscription: Subscription, event: Event, *, known: Known) -> bool:
    """True when the event is for this subscription."""
    if event.type.startswith("page."):
        return subscription.operator
    if event.type == "event.retracted" and event.corrects is not None:
        return subscription.id in known.told.get(event.corrects, ())
    return matches(subscription.filter, event, components=known.components)


def matches(wanted: Filter, event: Event, *, components: Mapping[VersionKey, Collection[Component]]) -> bool:
    """True when the event passes every part of the filter that says something."""
    if wanted.pages and not {event.page, *(quotation.page for quotation in event.statements)} & set(wanted.pages):
        return False
    if wanted.types and not any(event.type == kind or event.type.startswith(f"{kind}.") for kind in wanted.types):
        return False
    if wanted.min_severity and ORDER.index(event.severity) > ORDER.index(wanted.min_severity):
        return False
    if not wanted.services and not wanted.run:
        return True
    run_services = {component.service for component in wanted.run}
    concerned = {event.service, *(affected.service for affected in event.affects)}
    if concerned & (set(wanted.services) - run_services):
        return True
    return any(_concerns(event, running, components=components) for running in wanted.run)


def _concerns(event: Event, running: Component, *, components: Mapping[VersionKey, Collection[Component]]) -> bool:
    """True when the event concerns this version of a service, or a component of it as far as a component is named."""
    if _reaches(event, running.service, running.version, covers=False):
        return True
    newer = event.version is not None and running.version is not None
    if newer and event.type.startswith("release.") and event.service == running.service:
        # What one can move to concerns those who run something older.
        return numbers(event.version or "") > numbers(running.version or "")
    if event.service == running.service:
        return False
    parts = [
        part
        for (service, label), found in components.items()
        if service == running.service and running.version and numbers(label) == numbers(running.version)
        for part in found
    ]
    return any(_reaches(event, part.service, part.version, covers=True) for part in parts)


def _reaches(event: Event, service: str, version: str | None, *, covers: bool) -> bool:
    named = [affected.versions for affected in event.affects if affected.service == service]
    if event.service == service and not any(named):
        named = [(event.version,) if event.version else ()]
    if not named:
        return False
    if version is None or not all(named):
        return True
    ours = numbers(version)
    return any(
        numbers(label) == ours or (covers and len(numbers(label)) == 1 and numbers(label) == ours[:1])
        for versions in named
        for label in versions
    )


def concerns_version(
    wanted: Filter, version: Version, *, components: Mapping[VersionKey, Collection[Component]]
) -> bool:
    """True when a version's closing is for this filter, by the service and by what a team runs."""
    if wanted.types and not any(kind in ("closure", "closure.announced") for kind in wanted.types):
        return False
    if not wanted.services and not wanted.run:
        return True
    run_services = {running.service for running in wanted.run}
    if version.service in set(wanted.services) - run_services:
        return True
    runs = [*wanted.run]
    for running in wanted.run:
        for (service, label), found in components.items():
            if service == running.service and running.version and numbers(label) == numbers(running.version):
                runs += found
    return any(
        running.service == version.service
        and (running.version is None or numbers(running.version) == numbers(version.version))
        for running in runs
    )


def numbers(label: str) -> tuple[int, ...]:
    """A version label as it compares: V4 is 4, 9.0 is 9, 7.1 is not 7."""
    parts = [int(part) for part in label.strip().lstrip("vV").split(".") if part.isdigit()]
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def by_announcement(events: Sequence[Event]) -> list[tuple[Event, ...]]:
    """The events in groups that one message can tell: those of one announcement, on whatever pages it stands."""
    groups: list[tuple[set[str], list[Event]]] = []
    for event in events:
        places = {quotation.announcement_id for quotation in event.statements} | {event.announcement_id or event.id}
        told_together = [group for group in groups if group[0] & places]
        merged_events = [other for group in told_together for other in group[1]] + [event]
        groups = [group for group in groups if group not in told_together]
        groups.append((places.union(*(group[0] for group in told_together)), merged_events))
    return [tuple(sorted(found, key=lambda event: event.seq)) for _, found in groups]


def _message(subscription: Subscription, events: tuple[Event, ...], *, people: bool, now: datetime) -> Planned:
    subjects = tuple(dict.fromkeys(event.subject for event in events))
    due_at, bundle = (hold(subscription, events, now=now)) if people else (mute_end(subscription, now), None)
    return Planned(
        subscription_id=subscription.id,
        kind="event" if bundle is None else "digest",
        key=bundle or event_key(events, people=people),
        message_id=None if people else events[0].id,
        events=events,
        # A bundle tells of many subjects and holds none of them up.
        subjects=subjects if bundle is None else (),
        due_at=due_at,
        expires_at=expires_at("event" if bundle is None else "digest", events, due_at=due_at),
        cancelled="disabled" if subscription.disabled_at is not None else None,
        merges=people and bundle is None,
    )


def event_key(events: Sequence[Event], *, people: bool) -> str:
    """What makes a message of these events one and the same, however often it is planned."""
    if not people:
        return f"event:{events[0].id}"
    digest = hashlib.sha256("\n".join(sorted(event.id for event in events)).encode()).hexdigest()
    return f"announcement:{digest[:32]}"


def mute_end(subscription: Subscription, now: datetime) -> datetime:
    """When a message may go to a channel that is perhaps muted."""
    return max(now, subscription.mute_until) if subscription.mute_until else now


def hold(subscription: Subscription, events: Sequence[Event], *, now: datetime) -> tuple[datetime, str | None]:
    """When a message for people may go, and the key of the bundle it waits in, None when it goes by itself.

    A mute holds everything; a digest holds everything but corrections; quiet hours hold what is not happening now.
    """
    if subscription.mute_until is not None and subscription.mute_until > now:
        return subscription.mute_until, f"mute:{subscription.mute_until.isoformat()}"
    if any(event.type == "event.retracted" for event in events):
        return now, None
    if subscription.digest is not None:
        at = next_digest(subscription.digest, after=now)
        return at, digest_key(at)
    if subscription.quiet is not None and (until := quiet_until(subscription.quiet, now)) is not None:
        urgent = any(
            urgency_of(event, now=now, open_incident=not event.type.endswith(".resolved")) == "now" for event in events
        )
        if not urgent:
            return until, f"quiet:{until.isoformat()}"
    return now, None


def digest_key(at: datetime) -> str:
    """The key of the digest that is sent at that time."""
    return f"digest:{at.astimezone(STOCKHOLM).date().isoformat()}"


def next_digest(digest: Digest, *, after: datetime) -> datetime:
    """The next time of a digest after a moment: its hour in Stockholm, whatever the clocks do that day."""
    day = after.astimezone(STOCKHOLM).date()
    while True:
        at = _local(day, digest.at)
        if at > after and (digest.every == "daily" or day.weekday() == digest.weekday):
            return at
        day += timedelta(days=1)


def quiet_until(quiet: QuietHours, now: datetime) -> datetime | None:
    """When the quiet hours that it is now will end; None when it is not quiet."""
    local = now.astimezone(STOCKHOLM)
    start, end, clock = time.fromisoformat(quiet.start), time.fromisoformat(quiet.end), local.time()
    if start <= end:
        is_quiet, same_day = start <= clock < end, True
    else:
        is_quiet, same_day = clock >= start or clock < end, clock < end
    if not is_quiet:
        return None
    return _local(local.date() + timedelta(days=0 if same_day else 1), quiet.end)


def _local(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=STOCKHOLM).astimezone(UTC)
