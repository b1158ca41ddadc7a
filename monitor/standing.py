"""What holds now, for messages: versions as they stand, what is ahead, what is going on, and how our watching goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from monitor.model import (
    STOCKHOLM,
    Check,
    Component,
    Event,
    EventFilter,
    Memory,
    Page,
    PageHealth,
    PageKind,
    Version,
)
from monitor.settle import Ledger, settle
from monitor.versions import versions
from monitor.wording import Watch

OPEN_FOR = timedelta(days=14)
"""An incident that nobody called resolved is not shown as going on for longer than this."""
PAGE_EVENTS_SINCE = timedelta(days=30)
_BATCH = 500


class StandingStore(Protocol):
    """What is asked of the store."""

    def memory(self) -> Memory:
        """Everything ever read."""
        ...

    def data_version(self) -> int:
        """A number that grows whenever something changes."""
        ...

    def events(
        self,
        wanted: EventFilter | None = ...,
        *,
        after: int | None = ...,
        before: int | None = ...,
        limit: int = ...,
        newest_first: bool = ...,
    ) -> tuple[Event, ...]:
        """The wanted events."""
        ...

    def health(self, pages: Sequence[Page]) -> tuple[PageHealth, ...]:
        """How our watching of each page stands."""
        ...

    def checks(self, page: str, *, limit: int = ..., before: datetime | None = ...) -> tuple[Check, ...]:
        """The checks of a page, newest first."""
        ...


class Standing:
    """Answers from the store what messages say besides events."""

    def __init__(self, store: StandingStore, pages: Sequence[Page]) -> None:
        self._store = store
        self._pages = tuple(pages)
        self._ledger: tuple[int, Ledger] | None = None

    def services(self) -> tuple[str, ...]:
        """The keys of the services that are watched."""
        return tuple(dict.fromkeys(page.service for page in self._pages))

    def page_kinds(self) -> Mapping[str, PageKind]:
        """The watched pages' kinds, by key."""
        return {page.key: page.kind for page in self._pages}

    def versions(self, services: Sequence[str], *, now: datetime) -> tuple[Version, ...]:
        """The versions of these services as they stand."""
        today = now.astimezone(STOCKHOLM).date()
        ledger = self._current_ledger()
        return tuple(version for service in services for version in versions(ledger, service, today=today))

    def components(self) -> Mapping[tuple[str, str], Sequence[Component]]:
        """What the versions are made of."""
        return {
            (cycle.service, cycle.label): cycle.components
            for cycles in self._current_ledger().lifecycles.values()
            for cycle in cycles
        }

    def ahead(self, services: Sequence[str], *, now: datetime) -> tuple[Event, ...]:
        """Events whose day is still to come and which nothing has overtaken, the nearest first."""
        today = now.astimezone(STOCKHOLM).date()
        coming = self._all(EventFilter(services=tuple(services), date_from=today))
        standing = self._latest(
            EventFilter(services=tuple(services), types=("closure", "release", "maintenance", "certificate", "type"))
        )
        return tuple(
            sorted(
                (
                    event
                    for event in coming
                    if standing.get(event.subject) == event.id
                    and not event.type.endswith((".withdrawn", ".cancelled"))
                    and _begins(event) >= today
                ),
                key=lambda event: (_begins(event), event.seq),
            )
        )

    def ongoing(self, services: Sequence[str], *, now: datetime) -> tuple[Event, ...]:
        """Disturbances of late that nobody has called resolved: the last word on each."""
        last: dict[str, Event] = {}
        for event in self._all(EventFilter(services=tuple(services), types=("incident",))):
            last[event.subject] = event
        return tuple(
            event for event in last.values() if event.type != "incident.resolved" and now - _told(event) < OPEN_FOR
        )

    def page_events(self) -> tuple[Event, ...]:
        """The `page.*` events of late, in the order of the log."""
        newest = max((check.ended_at for check in self._last_checks()), default=None)
        since = newest - PAGE_EVENTS_SINCE if newest is not None else None
        return tuple(self._all(EventFilter(types=("page",), seen_from=since)))

    def watch(self, *, since: datetime, until: datetime) -> Watch:
        """How our watching went between two instants."""
        health = self._store.health(self._pages)
        readings = sum(
            since <= check.ended_at <= until and check.outcome in ("changed", "unchanged", "not_modified")
            for page in self._pages
            for check in self._checks_since(page.key, since)
        )
        return Watch(
            pages=len(self._pages),
            readings=readings,
            last_good_at=max((page.last_good_at for page in health if page.last_good_at), default=None),
            blind=tuple(page.page.key for page in health if page.state in ("failing", "unreadable", "moved")),
            unread=tuple(page.page.key for page in health if page.last_good_at is None),
            source_newest=max((page.page_updated for page in health if page.page_updated), key=_day, default=None),
        )

    def _current_ledger(self) -> Ledger:
        version = self._store.data_version()
        if self._ledger is None or self._ledger[0] != version:
            memory = self._store.memory()
            self._ledger = (version, settle(memory.statements, memory.announcements))
        return self._ledger[1]

    def _latest(self, wanted: EventFilter) -> dict[str, str]:
        return {event.subject: event.id for event in self._all(wanted)}

    def _all(self, wanted: EventFilter) -> Iterable[Event]:
        after = 0
        while part := self._store.events(wanted, after=after, limit=_BATCH):
            yield from part
            after = part[-1].seq

    def _last_checks(self) -> Iterable[Check]:
        return (page.last_check for page in self._store.health(self._pages) if page.last_check is not None)

    def _checks_since(self, page: str, since: datetime) -> Iterable[Check]:
        before: datetime | None = None
        while part := self._store.checks(page, limit=_BATCH, before=before):
            yield from (check for check in part if check.ended_at >= since)
            before = part[-1].started_at
            if part[-1].ended_at < since or len(part) < _BATCH:
                return


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _begins(event: Event) -> date:
    when = event.date
    moment = (when.start or when.end) if when is not None else None
    return _day(moment) if moment is not None else date.min


def _told(event: Event) -> datetime:
    """When the agency told it, as far as a stamp says; never later than we saw it."""
    if event.published is None:
        return event.seen_at
    return min(event.seen_at, datetime.combine(_day(event.published), datetime.max.time(), tzinfo=STOCKHOLM))
