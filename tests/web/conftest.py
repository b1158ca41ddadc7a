"""The web pages over a real store that has lived through the demo's story, as it stood at one moment."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_app
from db.engine import Database, open_database
from db.store import Store
from monitor.check import check_page
from monitor.demo import DemoSite, load_story
from monitor.model import Page, PageKind, Snapshot

BASE = "https://vakt.example"
TODAY = date(2026, 11, 23)
START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@dataclass(slots=True)
class Browser:
    """Fetches from the application in-process."""

    app: Any

    def get(self, path: str, **options: Any) -> httpx.Response:
        """One GET, as a browser asks."""
        return self.request("GET", path, **options)

    def request(self, method: str, path: str, headers: dict[str, str] | None = None, **options: Any) -> httpx.Response:
        """One request."""

        async def call() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
                return await client.request(method, path, headers={"Accept": "text/html", **(headers or {})}, **options)

        return asyncio.run(call())

    def html(self, path: str) -> str:
        """A page that must be there."""
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:300])
        return answer.text


def watched() -> list[Page]:
    pages = []
    for page in load_story(TODAY).pages:
        service, _, kind = page.key.rpartition("-")
        kinds: dict[str, PageKind] = {"release": "release", "drift": "drift"}
        url = f"https://agency.example{page.path}"
        pages.append(Page(key=page.key, service=service, kind=kinds[kind], url=url, confirmed=True))
    return pages


def live_through(store: Store, *, until: float) -> None:
    """Let the store watch the story, a minute for a second, up to a moment of it."""
    seconds = [0.0]
    site = DemoSite(today=TODAY, clock=lambda: seconds[0])
    pages = watched()
    store.ensure_pages(pages, now=START)

    def now() -> datetime:
        return START + timedelta(minutes=seconds[0])

    class Fetcher:
        async def fetch(self, page: Page, *, etag: str | None = None, last_modified: str | None = None) -> Snapshot:
            body = site.page(page.url.removeprefix("https://agency.example"))
            assert body is not None
            return Snapshot(page=page.key, url=page.url, fetched_at=now(), body=body, content_type="text/html")

    async def look() -> None:
        for page in pages:
            await check_page(page, fetcher=Fetcher(), store=store, commit=store.commit, clock=now)

    for second in (0.0, *(step.after for step in site.story.steps if step.after <= until)):
        seconds[0] = second
        asyncio.run(look())


def browser_of(store: Store, *, at: datetime | None = None) -> Browser:
    moment = at or START + timedelta(hours=3)
    app = create_app(store=store, pages=watched(), base_url=BASE, clock=lambda: moment, rate_per_second=0)
    return Browser(app)


@pytest.fixture(scope="session")
def _lived(_migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Path]]:
    path = tmp_path_factory.mktemp("web") / "lived.db"
    shutil.copyfile(_migrated_sqlite, path)
    database = open_database(f"sqlite:///{path}")
    store = Store(database)
    live_through(store, until=70)
    yield store, path
    database.close()


@pytest.fixture(scope="session")
def lived(_lived: tuple[Store, Path]) -> Store:
    """A store in the middle of the story: a closing was moved, and a disturbance is open. Only to read from."""
    return _lived[0]


@pytest.fixture(scope="session")
def browser(lived: Store) -> Browser:
    """A browser of the pages in the middle of the story."""
    return browser_of(lived)


@pytest.fixture
def empty_store(sqlite_database: Database) -> Store:
    """A store in which nothing has been read yet."""
    store = Store(sqlite_database)
    store.ensure_pages([replace(page, confirmed=False) for page in watched()], now=START)
    return store
