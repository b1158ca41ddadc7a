"""The data version at a price that every request can pay.

SQLite tells without a transaction whether any other connection has committed; only then the version is read again. With
PostgreSQL the version is read at most every few hundredths of a second, so an answer can be that much behind.
"""

from __future__ import annotations

import sqlite3
import time
import weakref
from collections.abc import Callable
from threading import Lock

from db.engine import Database
from monitor.errors import StoreError

HELD_SECONDS = 0.05


class Freshness:
    """Callable: the version of the data, as `ask` reads it. May be used by many threads. Raises StoreError."""

    def __init__(self, database: Database, ask: Callable[[], int]) -> None:
        self._ask = ask
        self._lock = Lock()
        self._version: int | None = None
        self._mark: float | None = None
        self._listener = _listener(database)
        if self._listener is not None:
            weakref.finalize(self, self._listener.close)

    def __call__(self) -> int:
        """The version, read again only when it may have changed."""
        with self._lock:
            # The mark is taken before the version is read: what is committed between the two is found the next time.
            mark = self._now()
            if self._version is None or not self._holds(mark):
                self._version = self._ask()
                self._mark = mark
            return self._version

    def _now(self) -> float:
        if self._listener is None:
            return time.monotonic()
        try:
            commits: int = self._listener.execute("PRAGMA data_version").fetchone()[0]
        except sqlite3.Error as error:
            raise StoreError(f"cannot read the database: {error}") from error
        return commits

    def _holds(self, mark: float) -> bool:
        if self._mark is None:
            return False
        return mark == self._mark if self._listener is not None else mark - self._mark < HELD_SECONDS


def _listener(database: Database) -> sqlite3.Connection | None:
    """A connection of its own that never writes, so that every commit of the others shows."""
    if database.path is None:
        return None
    return sqlite3.connect(database.path, check_same_thread=False, isolation_level=None)
