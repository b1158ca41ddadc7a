"""What commands share: the settings in force, the open store, and how Stockholm's today is known."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from functools import cached_property
from pathlib import Path

import click

from db.engine import Database, migrate, open_database
from db.store import Store
from monitor.errors import UsageError
from monitor.model import STOCKHOLM, Page
from monitor.settings import Settings, load_settings


class Context:
    """Made once for each run of a command; opens nothing before it is needed."""

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self.environ = os.environ if environ is None else environ

    @cached_property
    def settings(self) -> Settings:
        """The settings in force. Raises UsageError."""
        return load_settings(self.environ)

    @property
    def pages(self) -> tuple[Page, ...]:
        """The watched pages."""
        return self.settings.pages

    def page(self, key: str) -> Page:
        """The watched page with this key. Raises UsageError that lists the keys there are."""
        found = next((page for page in self.pages if page.key == key), None)
        if found is None:
            raise UsageError(f"page {key!r}: expected one of {', '.join(page.key for page in self.pages)}")
        return found

    def database(self) -> Database:
        """The database as it is, opened; the folder of a SQLite file is made if need be. Raises StoreError."""
        url = self.settings.database_url.get_secret_value()
        if url.startswith("sqlite:///"):
            _make_folder(Path(url.removeprefix("sqlite:///")).parent)
        return open_database(url)

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The store, its database made and brought up to date if need be. Raises StoreError."""
        database = self.database()
        try:
            migrate(database)
            yield Store(database)
        finally:
            database.close()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: expected a folder for the database, got {error.strerror}") from error


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Today in Stockholm."""
    return now().astimezone(STOCKHOLM).date()


def parse_day(text: str, option: str) -> date:
    """A day as ISO 8601. Raises UsageError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option}: expected a day such as 2026-03-31, got {text!r}") from None


def parse_instant(text: str, option: str, *, bare: time = time(12)) -> datetime:
    """An instant as ISO 8601: a time without offset is Stockholm's, and so is `bare` on a day alone.

    Raises UsageError.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option}: expected a day or a time such as 2026-03-31T08:00, got {text!r}") from None
    if len(text) == len("2026-03-31"):
        moment = datetime.combine(moment, bare)
    return (moment if moment.tzinfo else moment.replace(tzinfo=STOCKHOLM)).astimezone(UTC)


def progress(line: str) -> None:
    """A line for somebody who waits: on a terminal as it is, elsewhere with its time, always beside the answer."""
    stamp = "" if sys.stderr.isatty() else f"{now().astimezone():%Y-%m-%d %H:%M:%S} "
    click.echo(stamp + line, err=True)


def configure_logs(level: int) -> None:
    """Log lines on standard error from this level on: with their time where no person is looking."""
    form = "%(message)s" if sys.stderr.isatty() else "%(asctime)s %(levelname)s %(name)s %(message)s"
    logging.basicConfig(format=form, datefmt="%Y-%m-%d %H:%M:%S")
    logging.getLogger().setLevel(level)
    for noisy in ("apscheduler", "httpx", "httpcore", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


START_OF_DAY, END_OF_DAY = time.min, time.max
"""What a day alone means for `bare` where a stretch of time begins or ends with it."""

pass_context = click.make_pass_decorator(Context, ensure=True)
