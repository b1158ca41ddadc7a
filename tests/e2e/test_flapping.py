"""A site that answers differently in turn: all of it is in the log, and people hear of it once and of how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db.engine import migrate, open_database
from db.store import Store
from monitor.check import check_page
from monitor.model import Event, Page, Snapshot
from tests.e2e.agency import OVERVIEW, RELEASED, START, Item, day, page, written

PAGE = Page(key="ssbtek-release", service="ssbtek", kind="release", url="https://agency.example/r", confirmed=True)


def closing(days: int) -> Item:
    return Item("Version 9 av SSBTEK stängs", day(-1), (f"Version 9 av SSBTEK stängs den {written(day(days))}.",))


ONE = page(closing(150), *START)
OTHER = page(closing(210), RELEASED, OVERVIEW)
THIRD = page(closing(150), *START, Item("Ny kontaktväg", day(-1), ("Frågor ställs till servicedesken.",)))


class Watched:
    """A page whose content and clock a test sets. `rung` are the events that people were told of."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
        self.rung: list[Event] = []

    async def fetch(self, page: Page, *, etag: str | None = None, last_modified: str | None = None) -> Snapshot:
        return Snapshot(page=page.key, url=page.url, fetched_at=self.now, body=self.body, content_type="text/html")

    def shows(self, html: str, *, minutes: float = 5) -> list[str]:
        """Look once at this content; the types of what people were told of it."""
        self.body = html.encode()
        self.now += timedelta(minutes=minutes)
        before = len(self.rung)

        def fan_out(_session: object, events: tuple[Event, ...]) -> None:
            self.rung += [event for event in events if event.pushed]

        def commit(observation: object) -> tuple[Event, ...]:
            return self.store.commit(observation, fan_out=fan_out)  # type: ignore[arg-type]

        asyncio.run(check_page(PAGE, fetcher=self, store=self.store, commit=commit, clock=lambda: self.now))
        return [event.type for event in self.rung[before:]]


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    database = open_database(f"sqlite:///{tmp_path}/flapping.db")
    migrate(database)
    store = Store(database)
    store.ensure_pages([PAGE], now=datetime(2026, 11, 23, tzinfo=UTC))
    found = Watched(store)
    assert found.shows(page(*START)) == []
    assert found.shows(ONE, minutes=3000) == ["closure.announced"]
    yield found
    database.close()


def turns(watched: Watched, times: int = 6) -> None:
    """The site turns to and fro."""
    for _ in range(times):
        assert watched.shows(ONE) == []
        assert watched.shows(OTHER) == []
        # Two answers of the same back end in a row, too.
        assert watched.shows(OTHER) == []


def test_the_first_turn_is_told_and_the_others_only_logged(watched: Watched) -> None:
    assert "closure.rescheduled" in watched.shows(OTHER)
    before = watched.store.last_seq()
    watched.shows(OTHER)
    turns(watched)
    assert watched.store.last_seq() > before
    assert len(watched.store.snapshots(PAGE.key)) == 15
    (nine,) = [event for event in watched.rung if event.type == "closure.rescheduled"]
    assert nine.date is not None
    assert nine.date.start == day(210)


def test_when_it_settles_where_people_were_told_nothing_more_is_said(watched: Watched) -> None:
    watched.shows(OTHER)
    watched.shows(OTHER)
    turns(watched)
    assert watched.shows(OTHER, minutes=90) == []
    assert watched.shows(OTHER, minutes=90) == []


def test_when_it_settles_elsewhere_people_are_told_after_an_hour_and_once(watched: Watched) -> None:
    watched.shows(OTHER)
    watched.shows(OTHER)
    turns(watched)
    assert watched.shows(ONE) == []
    assert watched.shows(ONE, minutes=30) == []
    told = watched.shows(ONE, minutes=40)
    assert told.count("closure.rescheduled") == 1
    last = [event for event in watched.rung if event.type == "closure.rescheduled"][-1]
    assert last.date is not None
    assert last.date.start == day(150)
    assert watched.shows(ONE, minutes=90) == []
    assert watched.shows(ONE, minutes=3000) == []


def test_something_new_is_told_at_once_with_what_was_held_back(watched: Watched) -> None:
    watched.shows(OTHER)
    watched.shows(OTHER)
    turns(watched)
    told = watched.shows(THIRD)
    assert "notice.published" in told
    assert told.count("closure.rescheduled") == 1


def test_a_return_after_more_than_a_day_is_news(watched: Watched) -> None:
    assert "closure.rescheduled" in watched.shows(OTHER)
    watched.shows(OTHER, minutes=30 * 60)
    assert "closure.rescheduled" in watched.shows(ONE, minutes=25 * 60)
