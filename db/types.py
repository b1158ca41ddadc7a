"""Column types: how instants, stamps, words and JSON look in both databases."""

from __future__ import annotations

import json
import re
from datetime import UTC as UTC_ZONE
from datetime import date, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator

from monitor.wire import day_or_instant, to_wire

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The text with what a database cannot hold (NUL, lone surrogates) shown as U+FFFD, so that a page that contains
    such a thing is kept all the same."""
    return _UNSTORABLE.sub("\ufffd", text)


class UTC(TypeDecorator[datetime]):
    """An instant. Naive ones are refused with ValueError; what comes back is aware and in UTC, on SQLite too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: in UTC; SQLite keeps no zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"expected a datetime with a time zone, got the naive {value.isoformat()}")
        moment = value.astimezone(UTC_ZONE)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database: aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC_ZONE) if value.tzinfo is None else value.astimezone(UTC_ZONE)


class Stamp(TypeDecorator[date | datetime]):
    """A stamp of the agency: a day, or a local time with its offset; kept as the ISO text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | datetime | None, dialect: Dialect) -> str | None:
        """To the database. A stamp with a time and no zone is refused with ValueError."""
        if isinstance(value, datetime) and value.tzinfo is None:
            raise ValueError(f"expected a stamp with a time zone, got the naive {value.isoformat()}")
        text: str | None = to_wire(value)
        return text

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | datetime | None:
        """From the database."""
        return None if value is None else day_or_instant(value)


class Words(TypeDecorator[str]):
    """Text that people or pages wrote."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """To the database, see `storable`."""
        return None if value is None else storable(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """From the database, as it is."""
        return value


class Json(TypeDecorator[Any]):
    """JSON as ASCII text: the same bytes in both databases, in the order of the fields, and any character allowed."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """To the database."""
        return None if value is None else json.dumps(value, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """From the database."""
        return None if value is None else json.loads(value)
