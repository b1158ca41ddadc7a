"""The data version at a price that every request can pay: seen at once on SQLite, a moment later on PostgreSQL."""

from __future__ import annotations

import sqlite3
import time

import pytest

from db.engine import Database
from db.freshness import HELD_SECONDS, Freshness
from db.store import Store
from monitor.errors import StoreError
from tests.factories import make_observation


def test_a_commit_shows_and_between_commits_nobody_asks(database: Database) -> None:
    store = Store(database)
    asked = []

    def ask() -> int:
        asked.append(None)
        return store.data_version()

    fresh = Freshness(database, ask)
    first = fresh()
    for _ in range(100):
        assert fresh() == first
    assert len(asked) < 10
    store.commit(make_observation())
    if database.dialect == "postgresql":
        time.sleep(HELD_SECONDS)
    assert fresh() == store.data_version() != first


def test_a_database_that_is_gone_is_a_store_error(sqlite_database: Database) -> None:
    fresh = Freshness(sqlite_database, lambda: 1)
    assert sqlite_database.path is not None
    with sqlite3.connect(sqlite_database.path) as spoiler:
        spoiler.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    spoiler.close()
    sqlite_database.close()
    for leftover in sqlite_database.path.parent.glob(f"{sqlite_database.path.name}-*"):
        leftover.unlink()
    sqlite_database.path.write_bytes(b"this is no database" * 1000)
    with pytest.raises(StoreError):
        fresh()
