"""Watching all pages: what is due is claimed, looked at side by side, and set down for its next time.

What is due stands in the database with a lease. One process watches at a time, because two pages may tell the same
announcement and must not both be the first to say so.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Protocol

from monitor.check import Checked, CheckStore, PageFetcher, check_page
from monitor.errors import StoreError
from monitor.model import ClaimedPage, Event, EventFilter, Link, Observation, Page, PageState
from monitor.pages import interval
from monitor.schedule import next_due

log = logging.getLogger("releasevakt.watch")

LEASE = timedelta(minutes=2)
"""Longer than a check can last: a fetch has its deadline, and reading is quick."""
LEADER = "watch"
LEADING = timedelta(seconds=30)
"""How long nobody watches after a leader was killed; it says every second that it is still there."""
LOOK_UP_EVERY = timedelta(hours=12)
AT_ONCE = 6
INCIDENT_MEMORY = timedelta(days=7)
"""After this long without a word, an incident nobody called resolved no longer shortens the interval."""


class WatchStore(CheckStore, Protocol):
    """What watching needs of the store."""

    def ensure_pages(self, pages: Sequence[Page], *, now: datetime) -> None:
        """Begin to remember pages that are new."""
        ...

    def due_pages(
        self, now: datetime, *, owner: str, lease: timedelta, limit: int, intervals: Mapping[str, timedelta]
    ) -> tuple[ClaimedPage, ...]:
        """Claim pages that are due."""
        ...

    def schedule(self, page: str, *, due_at: datetime, fence: int | None = None) -> bool:
        """Set when a page is due next, and let go of it."""
        ...

    def release(self, page: str, *, fence: int) -> bool:
        """Let go of a page unseen."""
        ...

    def commit(
        self,
        observation: Observation,
        *,
        due_at: datetime | None = ...,
        fence: int | None = ...,
        fan_out: FanOut | None = ...,
    ) -> tuple[Event, ...]:
        """Store all that a check learnt."""
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

    def acquire_lease(self, name: str, *, owner: str, ttl: timedelta) -> int | None:
        """Become, or stay, the one who does a job."""
        ...

    def release_lease(self, name: str, *, owner: str, fence: int) -> bool:
        """Let somebody else do it."""
        ...


FanOut = Callable[..., None]
LookUp = Callable[[Page, Sequence[Link]], Awaitable[str | None]]


class Watcher:
    """Looks at the pages that are due. `told` is called with each check made, for logs and for waking others."""

    def __init__(
        self,
        *,
        store: WatchStore,
        pages: Sequence[Page],
        fetcher: PageFetcher,
        look_up: LookUp,
        fan_out: FanOut | None,
        clock: Callable[[], datetime],
        owner: str,
        told: Callable[[Checked], None],
        rng: Random | None = None,
    ) -> None:
        self._store = store
        self._pages = {page.key: page for page in pages}
        self._fetcher = fetcher
        self._look_up = look_up
        self._fan_out = fan_out
        self._clock = clock
        self._owner = owner
        self._told = told
        self._rng = rng or Random()
        self._related: dict[str, tuple[Link, ...]] = {}
        self._looked_up: dict[str, datetime] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._leader: int | None = None
        self._one_at_a_time = asyncio.Lock()

    async def tick(self) -> None:
        """Claim what is due and begin to look at it."""
        if len(self._running) >= AT_ONCE:
            return
        self._leader = await asyncio.to_thread(self._store.acquire_lease, LEADER, owner=self._owner, ttl=LEADING)
        if self._leader is None:
            return
        claimed = await asyncio.to_thread(
            self._store.due_pages,
            self._clock(),
            owner=self._owner,
            lease=LEASE,
            limit=AT_ONCE - len(self._running),
            intervals={page.key: page.every for page in self._pages.values()},
        )
        for page in claimed:
            task = asyncio.create_task(self._look(page), name=f"check {page.page}")
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def stop(self) -> None:
        """Give up what is under way; it is due as before."""
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        if self._leader is not None:
            with suppress(StoreError):
                await asyncio.to_thread(self._store.release_lease, LEADER, owner=self._owner, fence=self._leader)

    async def _look(self, claimed: ClaimedPage) -> None:
        page = self._pages[claimed.page]
        try:
            checked = await self._check(page, claimed)
            self._told(checked)
            await self._after(page, claimed, checked)
        except asyncio.CancelledError:
            with suppress(StoreError):
                self._store.release(claimed.page, fence=claimed.fence)
            raise
        except StoreError as error:
            log.error("%s: %s", page.key, error)
        except Exception:
            log.exception("%s: the check failed by a mistake of ours; the other pages go on", page.key)

    async def _check(self, page: Page, claimed: ClaimedPage) -> Checked:
        def commit(observation: Observation) -> tuple[Event, ...]:
            return self._store.commit(observation, fence=claimed.fence, fan_out=self._fan_out)

        return await check_page(
            page,
            fetcher=self._fetcher,
            store=self._store,
            commit=commit,
            clock=self._clock,
            one_at_a_time=self._one_at_a_time,
        )

    async def _after(self, page: Page, claimed: ClaimedPage, checked: Checked) -> None:
        if checked.related:
            self._related[page.key] = checked.related
        found = await self._found_elsewhere(page, checked.state)
        every = interval(replace(page, every=claimed.every), await asyncio.to_thread(self._incident_open, page))
        due_at = next_due(
            self._clock(), every, rng=self._rng, retry_after=checked.retry_after, failures=checked.state.failures
        )
        if found is not None:
            state = replace(checked.state, suggested_url=found, etag=None, last_modified=None)
            await asyncio.to_thread(self._store.commit, Observation(state=state), fence=claimed.fence)
            log.info("%s: seems to be at %s; looking there", page.key, found)
            due_at = self._clock()
        await asyncio.to_thread(self._store.schedule, page.key, due_at=due_at, fence=claimed.fence)

    async def _found_elsewhere(self, page: Page, state: PageState) -> str | None:
        """Where an address that does not work seems to have gone; searched for now and then, not at each failure."""
        if state.state not in ("unconfirmed", "moved") or state.failures == 0:
            return None
        last = self._looked_up.get(page.key)
        if last is not None and self._clock() - last < LOOK_UP_EVERY:
            return None
        self._looked_up[page.key] = self._clock()
        related = tuple(link for links in self._related.values() for link in links)
        return await self._look_up(page, related)

    def _incident_open(self, page: Page) -> bool:
        """Whether a disturbance of the page's service was reported of late and not called resolved."""
        wanted = EventFilter(
            services=(page.service,), types=("incident.reported", "incident.updated", "incident.resolved")
        )
        last: dict[str, Event] = {}
        for event in self._store.events(wanted, limit=50, newest_first=True):
            last.setdefault(event.subject, event)
        now = self._clock()
        return any(
            event.type != "incident.resolved" and event.pushed and now - event.seen_at < INCIDENT_MEMORY
            for event in last.values()
        )
