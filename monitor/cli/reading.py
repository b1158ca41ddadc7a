"""Commands that read pages: parse one, check them, take in saved ones, read kept ones again."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path
from typing import Any

import click

from monitor.check import check_page
from monitor.cli.context import Context, now, parse_instant, pass_context, progress, today
from monitor.cli.output import Format, emit, emit_json, format_option
from monitor.cli.work import committer, fetcher_for
from monitor.errors import FetchError, UnreadablePage, UsageError
from monitor.fetch import NotModified
from monitor.history import ingest as take_in
from monitor.history import read_again
from monitor.model import STOCKHOLM, Page, Snapshot
from monitor.parse import parse as parse_page
from monitor.reading import PageRead, read
from monitor.wire import to_wire

MOST_BYTES = 10 * 1024 * 1024


@click.command()
@click.argument("source", metavar="FILE|URL|-")
@click.option("--source", "page_key", required=True, metavar="PAGE", help="Which page it is, such as ssbtek-release.")
@click.option("--retrieved", metavar="DATE", help="When it was retrieved; the page's own stamp when not given.")
@pass_context
def parse(context: Context, source: str, page_key: str, retrieved: str | None) -> None:
    """Read a saved or live page and print what it says; touches no database."""
    page = context.page(page_key)
    snapshot = _snapshot(context, source, page)
    at = parse_instant(retrieved, "--retrieved") if retrieved else None
    with _naming(source):
        reading = read(snapshot, page, at=at, today=today())
    emit_json(_wire(reading))


@contextmanager
def _naming(source: str) -> Iterator[None]:
    """Say in an error about a page's content which file it was."""
    try:
        yield
    except UnreadablePage as error:
        raise UnreadablePage(f"{source}: {error}") from error


def _wire(reading: PageRead) -> dict[str, Any]:
    return {
        "page": reading.page,
        "retrieved": to_wire(reading.retrieved_at),
        "title": reading.title,
        "page_updated": to_wire(reading.page_updated),
        "announcements": [to_wire(announcement) for announcement in reading.announcements],
        "events": [to_wire(event) for event in reading.events],
        "versions": [to_wire(version) for version in reading.versions],
        "coverage": to_wire(reading.coverage),
    }


def _snapshot(context: Context, source: str, page: Page) -> Snapshot:
    if source.startswith(("http://", "https://")):
        return asyncio.run(_fetched(context, source, page))
    body = _read_bytes(source)
    return Snapshot(page=page.key, url=page.url, fetched_at=now(), body=body, content_type=_type_of(source, body))


async def _fetched(context: Context, url: str, page: Page) -> Snapshot:
    async with fetcher_for(context.settings) as fetcher:
        answer = await fetcher.fetch(replace(page, url=url))
    if isinstance(answer, NotModified):
        raise FetchError("protocol", f"{url}: expected a page, got 304 to an unconditional request")
    return answer


def _read_bytes(source: str) -> bytes:
    if source == "-":
        body = sys.stdin.buffer.read(MOST_BYTES + 1)
    else:
        path = Path(source)
        try:
            with path.open("rb") as file:
                body = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise UsageError(f"{source}: expected a file that can be read, got {error.strerror}") from error
    if len(body) > MOST_BYTES:
        raise UsageError(f"{source}: expected a page of at most {MOST_BYTES // 1024 // 1024} MB, got a larger one")
    return body


def _type_of(source: str, body: bytes) -> str | None:
    return "text/plain" if source.endswith(".txt") and b"<html" not in body[:2000].lower() else None


@click.command()
@click.argument("pages", nargs=-1, metavar="[PAGE]…")
@format_option
@pass_context
def check(context: Context, pages: Sequence[str], format_: Format | None) -> None:
    """Look at the pages once, now. Exit 0: all read; 1: some unreachable; 3: some unreadable."""
    wanted = [context.page(key) for key in pages] or list(context.pages)
    rows = asyncio.run(_check_all(context, wanted))
    emit(rows, ("page", "outcome", "items", "events", "why"), format_=format_)
    outcomes = {str(row["outcome"]) for row in rows}
    sys.exit(3 if "unreadable" in outcomes else 1 if "failed" in outcomes else 0)


async def _check_all(context: Context, pages: Sequence[Page]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    with context.store() as store:
        store.ensure_pages(pages, now=now())
        commit = committer(context, store)
        async with fetcher_for(context.settings) as fetcher:
            for page in pages:
                progress(f"checking {page.key} …")
                checked = await check_page(page, fetcher=fetcher, store=store, commit=commit, clock=now)
                rows.append(
                    {
                        "page": page.key,
                        "outcome": checked.check.outcome,
                        "state": checked.state.state,
                        "items": checked.check.items,
                        "events": checked.check.events,
                        "why": checked.check.detail,
                    }
                )
    return rows


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--source", "page_key", required=True, metavar="PAGE", help="Which page they are copies of.")
@click.option("--retrieved", metavar="DATETIME", help="When they were retrieved; each page's own stamp when not given.")
@format_option
@pass_context
def ingest(
    context: Context, files: Sequence[str], page_key: str, retrieved: str | None, format_: Format | None
) -> None:
    """Take in saved pages as history. Pushes nothing; any order gives the same ids and versions."""
    page = context.page(page_key)
    at = parse_instant(retrieved, "--retrieved") if retrieved else None
    snapshots = []
    for file in files:
        body = _read_bytes(file)
        with _naming(file):
            reading = parse_page(body, page=page.key, url=page.url, content_type=_type_of(file, body))
        moment = at or _stamped(reading.page_updated)
        if moment is None:
            raise UsageError(f"{file}: expected a page with its own stamp, or --retrieved; got neither")
        snapshots.append(
            Snapshot(page=page.key, url=page.url, fetched_at=moment, body=body, content_type=_type_of(file, body))
        )
        progress(f"read {file}: {len(reading.items)} announcements")
    with context.store() as store:
        store.ensure_pages([page], now=now())
        outcome = take_in(store, context.pages, snapshots)
    rows = [
        {
            "page": page.key,
            "snapshots": len(snapshots),
            "announcements": outcome.announcements,
            "new_events": len(outcome.added),
        }
    ]
    emit(rows, ("page", "snapshots", "announcements", "new_events"), format_=format_)


def _stamped(stamp: Any) -> datetime | None:
    if stamp is None:
        return None
    day = stamp.date() if isinstance(stamp, datetime) else stamp
    return datetime.combine(day, time(12), tzinfo=STOCKHOLM).astimezone(now().tzinfo)


@click.command()
@click.argument("pages", nargs=-1, metavar="[PAGE]…")
@click.option("--dry-run", is_flag=True, help="Only show what would differ.")
@format_option
@pass_context
def reread(context: Context, pages: Sequence[str], dry_run: bool, format_: Format | None) -> None:
    """Read the kept copies again with the present reader, show what differs, then store it. Pushes nothing."""
    wanted = {context.page(key).key for key in pages} or {page.key for page in context.pages}
    with context.store() as store:
        outcome = read_again(store, context.pages, wanted, at=now(), dry_run=dry_run)
    rows = [
        {"change": "+", "type": e.type, "subject": e.subject, "date": to_wire(e.date), "title": e.title.sv}
        for e in outcome.added
    ]
    rows += [
        {"change": "-", "type": e.type, "subject": e.subject, "date": to_wire(e.date), "title": e.title.sv}
        for e in outcome.lost
    ]
    emit(rows, ("change", "type", "subject", "date", "title"), format_=format_)


COMMANDS = (parse, check, ingest, reread)
