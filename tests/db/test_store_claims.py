"""Pages and jobs are claimed by one at a time, for a while."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from db.engine import open_database
from db.store import Store
from monitor.errors import StaleLease
from monitor.model import ClaimedPage, Page
from tests.factories import make_observation, make_page, make_state

MINUTE = timedelta(minutes=1)
PAGES = tuple(make_page(key=f"page-{number}") for number in range(6))
INTERVALS = {page.key: 5 * MINUTE for page in PAGES}


def _ensure(store: Store, *pages: Page) -> datetime:
    now = datetime.now(UTC)
    store.ensure_pages(pages or PAGES, now=now)
    return now


def _claim(store: Store, now: datetime, *, lease: timedelta = MINUTE, limit: int = 10) -> tuple[ClaimedPage, ...]:
    return store.due_pages(now, owner="a", lease=lease, limit=limit, intervals=INTERVALS)


def test_new_pages_are_due_at_once_and_known_ones_are_left_alone(store: Store) -> None:
    now = _ensure(store)
    store.schedule("page-3", due_at=now + MINUTE)
    version = store.data_version()
    store.ensure_pages(PAGES, now=now)
    assert store.data_version() == version
    claimed = _claim(store, now)
    assert [page.page for page in claimed] == ["page-0", "page-1", "page-2", "page-4", "page-5"]
    assert {(page.fence, page.due_at, page.every) for page in claimed} == {(1, now, 5 * MINUTE)}


def test_a_claimed_page_is_not_claimed_again_until_its_lease_is_over(store: Store) -> None:
    now = _ensure(store)
    assert len(_claim(store, now, lease=timedelta(seconds=0.3))) == 6
    assert _claim(store, now) == ()
    time.sleep(0.35)
    assert {page.fence for page in _claim(store, now)} == {2}


def test_the_longest_waiting_page_comes_first_and_unknown_ones_are_not_claimed(store: Store) -> None:
    now = _ensure(store)
    store.ensure_pages([make_page(key="gone-from-configuration")], now=now - MINUTE)
    store.schedule("page-4", due_at=now - MINUTE)
    assert [page.page for page in _claim(store, now, limit=2)] == ["page-4", "page-0"]


def test_scheduling_and_releasing_let_go_only_with_the_newest_fence(store: Store) -> None:
    now = _ensure(store, PAGES[0])
    (claimed,) = _claim(store, now)
    assert not store.release("page-0", fence=claimed.fence - 1)
    assert _claim(store, now) == ()
    assert store.release("page-0", fence=claimed.fence)
    (again,) = _claim(store, now)
    assert not store.schedule("page-0", due_at=now + MINUTE, fence=claimed.fence)
    assert store.schedule("page-0", due_at=now + MINUTE, fence=again.fence)
    assert _claim(store, now) == ()
    assert len(_claim(store, now + MINUTE)) == 1


def test_a_commit_puts_the_page_back_in_the_queue(store: Store) -> None:
    now = _ensure(store, PAGES[0])
    (claimed,) = _claim(store, now)
    observation = make_observation(state=make_state(page="page-0"))
    store.commit(observation, due_at=now + MINUTE, fence=claimed.fence)
    assert _claim(store, now) == ()
    (again,) = _claim(store, now + MINUTE)
    with pytest.raises(StaleLease):
        store.commit(observation, due_at=now + MINUTE, fence=claimed.fence)
    assert again.fence == claimed.fence + 1


def test_an_interval_of_its_own_goes_before_the_configured_one(store: Store) -> None:
    now = _ensure(store, PAGES[0])
    assert store.set_interval("page-0", every=2 * MINUTE)
    assert not store.set_interval("nowhere", every=MINUTE)
    (claimed,) = _claim(store, now, lease=-MINUTE)
    assert claimed.every == 2 * MINUTE
    store.set_interval("page-0", every=None)
    (claimed,) = _claim(store, now)
    assert claimed.every == 5 * MINUTE


def test_of_many_who_ask_at_once_each_page_goes_to_one(database_url: str) -> None:
    stores = [Store(open_database(database_url)) for _ in range(4)]
    now = _ensure(stores[0])
    with ThreadPoolExecutor(4) as pool:
        claims = [
            page.page for claimed in pool.map(lambda store: _claim(store, now, limit=2), stores) for page in claimed
        ]
    while more := _claim(stores[0], now, limit=2):
        claims += [page.page for page in more]
    assert sorted(claims) == sorted(INTERVALS)
    for store in stores:
        store.database.close()


def test_a_job_is_held_by_one_until_it_is_given_back_or_the_lease_is_over(store: Store) -> None:
    first = store.acquire_lease("prune", owner="a", ttl=MINUTE)
    assert first == 1
    assert store.acquire_lease("prune", owner="a", ttl=MINUTE) == first
    assert store.acquire_lease("prune", owner="b", ttl=MINUTE) is None
    assert store.acquire_lease("other", owner="b", ttl=MINUTE) == 1
    assert store.renew_lease("prune", owner="a", fence=first, ttl=timedelta(0))
    second = store.acquire_lease("prune", owner="b", ttl=MINUTE)
    assert second == 2
    assert not store.renew_lease("prune", owner="a", fence=first, ttl=MINUTE)
    assert not store.release_lease("prune", owner="a", fence=first)
    assert store.release_lease("prune", owner="b", fence=second)
    assert store.acquire_lease("prune", owner="a", ttl=MINUTE) == 3
