"""What is known, arranged for answering: the ledger and the versions, kept as long as the data has not changed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from threading import Lock
from typing import Any

from db.freshness import Freshness
from db.store import Store
from monitor.model import STOCKHOLM, Announcement, Event, EventFilter, Known, Page, PageHealth, Version
from monitor.publish.days import midnight
from monitor.settle import Ledger, settle
from monitor.versions import versions
from monitor.wording.when import stockholm_day

STALE_AFTER = timedelta(hours=24)
"""How long a page may go unread before an answer that rests on it says that it does not know."""

_BATCH = 1_000
_LEDGERS = 16


class Knowledge:
    """The store as the routes see it. Everything that depends on the time asks `clock`, which gives UTC.

    `data_version()` differs whenever something that we answer from has changed.
    """

    def __init__(self, store: Store, pages: Sequence[Page], *, base_url: str, clock: Callable[[], datetime]) -> None:
        self.store = store
        self.pages = tuple(pages)
        self.base_url = base_url.rstrip("/")
        self._clock = clock
        self.data_version = Freshness(store.database, store.data_version)
        self._ledgers: OrderedDict[tuple[Any, date | None], Ledger] = OrderedDict()
        self._lock = Lock()

    def now(self) -> datetime:
        """This instant, in UTC."""
        return self._clock().astimezone(UTC)

    def today(self) -> date:
        """The day it is in Stockholm."""
        return self._clock().astimezone(STOCKHOLM).date()

    def ledger(self, as_of: date | None = None) -> Ledger:
        """What holds, or what held by the end of a day."""
        key = (self.data_version(), as_of)
        with self._lock:
            if key in self._ledgers:
                self._ledgers.move_to_end(key)
                return self._ledgers[key]
        memory = self.store.memory()
        made = settle(memory.statements, memory.announcements, as_of=as_of)
        with self._lock:
            self._ledgers[key] = made
            while len(self._ledgers) > _LEDGERS:
                self._ledgers.popitem(last=False)
        return made

    def services(self) -> tuple[str, ...]:
        """The services that pages are about, in the pages' order, then those that only statements name a version of."""
        watched = dict.fromkeys(page.service for page in self.pages)
        return (*watched, *sorted(set(self.ledger().lifecycles) - set(watched)))

    def versions(self, service: str | None = None, *, as_of: date | None = None) -> tuple[Version, ...]:
        """The versions of one service or of all, as they stand today or stood on a day."""
        ledger = self.ledger(as_of)
        wanted = self.services() if service is None else (service,)
        day = as_of or self.today()
        return tuple(version for name in wanted for version in versions(ledger, name, today=day))

    def health(self) -> tuple[PageHealth, ...]:
        """How our watching of each page stands."""
        return tuple(self.store.health(self.pages))

    def source_url(self, service: str) -> str:
        """The agency's page to read about a service's versions: its release page, else any page, else ours."""
        mine = [health for health in self.health() if health.page.service == service]
        for health in sorted(mine, key=lambda health: health.page.kind != "release"):
            return health.url
        return f"{self.base_url}/{service}"

    def changed_at(self) -> datetime | None:
        """When the pages last told something new, as far as events and readings show it."""
        moments = [health.last_changed_at for health in self.health() if health.last_changed_at]
        moments += [event.seen_at for event in self.store.events(EventFilter(), limit=1, newest_first=True)]
        return max(moments, default=None)

    def modified(self) -> datetime | None:
        """When an answer that depends on the day last changed: with the data, or at midnight in Stockholm."""
        changed = self.changed_at()
        return max(changed, midnight(self.today())) if changed is not None else None

    def is_stale(self, services: Collection[str]) -> bool:
        """Whether what we know of some of these services is older than a day, or whether we never read of one.

        Pages that were never read do not count beside one of the same service that was.
        """
        read: dict[str, list[datetime]] = {service: [] for service in services}
        for health in self.health():
            seen = [moment for moment in (health.last_good_at, health.last_changed_at) if moment is not None]
            if health.page.service in read and seen:
                read[health.page.service].append(max(seen))
        watched = {health.page.service for health in self.health()}
        return any(
            not moments or self.now() - min(moments) > STALE_AFTER
            for service, moments in read.items()
            if service in watched
        )

    def is_blind(self, health: PageHealth) -> bool:
        """Whether a page has not been read well for a day; one that never was is unconfirmed, not blind."""
        if health.state == "unconfirmed":
            return False
        return health.last_good_at is None or self.now() - health.last_good_at > STALE_AFTER

    def all_events(self, wanted: EventFilter) -> Iterator[Event]:
        """Every event of a kind, oldest first, fetched in parts."""
        after = 0
        while True:
            part = self.store.events(wanted, after=after, limit=_BATCH)
            yield from part
            if len(part) < _BATCH:
                return
            after = part[-1].seq

    def events_as_of(self, wanted: EventFilter, as_of: date) -> list[tuple[Event, Known]]:
        """The events that the pages had told by the end of a day, oldest first, each with how we know that."""
        announcements = self.ledger().announcements
        found = []
        for event in self.all_events(wanted):
            known = known_by(event, announcements.get(event.announcement_id or ""), as_of)
            if known is not None:
                found.append((event, known))
        return found


def known_by(event: Event, announcement: Announcement | None, day: date) -> Known | None:
    """How we know that a page had told this by the end of a day in Stockholm; None when we do not.

    We had a snapshot; an item stamped by then says so; or only an overview of unknown age does, and that counts only
    for what lay before the day itself.
    """
    if stockholm_day(event.seen_at) <= day:
        return "observed"
    if announcement is None or announcement.kind == "item":
        return "stamped" if event.published is not None and stockholm_day(event.published) <= day else None
    end = event.date.end if event.date is not None else None
    return "overview" if end is not None and stockholm_day(end) < day else None
