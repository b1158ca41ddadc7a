"""A store for the tests of the store."""

from __future__ import annotations

import pytest

from db.engine import Database
from db.store import Store


@pytest.fixture
def store(database: Database) -> Store:
    """A store on an empty database, on each engine."""
    return Store(database)
