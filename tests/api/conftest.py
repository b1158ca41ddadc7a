"""The real application over a real database, driven in-process."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.channels import Channels
from db.cipher import Cipher
from db.engine import Database, open_database
from db.outbox import Outbox
from db.store import Store
from monitor.deliver.policy import DeliveryPolicy
from tests.api.story import LEFI, filled
from tests.deliver.world import KEY, LOOPBACK, Known
from tests.factories import (
    NOON,
    make_page,
)

BASE = "https://vakt.example"
ADMIN = "the-admin-token-of-the-tests"
NOW = NOON + timedelta(hours=1)


class Client:
    """Synchronous calls into the application."""

    def __init__(self, app: Any, *, raises: bool = True) -> None:
        self.app = app
        self._raises = raises

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """One request."""

        async def call() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=self._raises)
            async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
                return await client.request(method, path, **options)

        return asyncio.run(call())

    def get(self, path: str, **options: Any) -> httpx.Response:
        """One GET."""
        return self.request("GET", path, **options)

    def json(self, path: str, **options: Any) -> Any:
        """The body of a GET that must succeed."""
        answer = self.get(path, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def store(sqlite_database: Database) -> Store:
    """An SQLite store with the story in it, for tests that write."""
    return filled(Store(sqlite_database))


@pytest.fixture
def both_stores(database: Database) -> Store:
    """The same on SQLite and on PostgreSQL."""
    return filled(Store(database))


@pytest.fixture(scope="session")
def _read_only(
    _migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Store, Clock, Client]]:
    """A store with the story in it, a clock and a client, made once for all tests that only read."""
    path = tmp_path_factory.mktemp("api") / "releasevakt.db"
    shutil.copyfile(_migrated_sqlite, path)
    database = open_database(f"sqlite:///{path}")
    store, clock = filled(Store(database)), Clock()
    yield store, clock, Client(made_app(store, clock))
    database.close()


@pytest.fixture
def clock(_read_only: tuple[Store, Clock, Client]) -> Clock:
    """One hour after everything was seen; the client's."""
    _read_only[1].now = NOW
    return _read_only[1]


@pytest.fixture
def read_store(_read_only: tuple[Store, Clock, Client]) -> Store:
    """The client's store, to read from."""
    return _read_only[0]


@pytest.fixture
def client(_read_only: tuple[Store, Clock, Client], clock: Clock) -> Client:
    """A client of the application as it is by default, for tests that only read."""
    return _read_only[2]


@pytest.fixture
def build(clock: Clock, request: pytest.FixtureRequest) -> Callable[..., Client]:
    """Makes clients of applications with other settings; over a store of its own unless one is given."""

    def made(*, raises: bool = True, **settings: Any) -> Client:
        store = settings.pop("store", None) or request.getfixturevalue("store")
        return Client(made_app(store, clock, **settings), raises=raises)

    return made


def made_app(store: Store, told: Clock, **settings: Any) -> Any:
    """The application with the settings of the tests."""
    outbox = Outbox(store.database, cipher=Cipher([KEY]), policy=DeliveryPolicy(), clock=told)
    defaults = {
        "clock": told,
        "pages": [make_page(), LEFI],
        "base_url": BASE,
        "release": "0.1.0",
        "rate_per_second": 0,
        "channels": Channels(outbox=outbox, egress=LOOPBACK, facts=Known(keys=("ssbtek", "lefi-online"))),
        "admin_token": ADMIN,
    }
    return create_app(store=store, **{**defaults, **settings})
