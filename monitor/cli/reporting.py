"""The account for audits: what was said, what we knew and what was sent, by the end of a day, as one printable page."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

import click

from api.knowledge import Knowledge
from db.outbox import Outbox
from monitor.cli.context import Context, now, parse_day, pass_context, progress
from monitor.cli.work import outbox_for
from monitor.errors import UsageError
from monitor.model import READER_VERSION, Attempt, Delivery, EventFilter, Language, Sighting
from monitor.publish.days import day_after, midnight
from monitor.publish.report import Report
from monitor.publish.report import report as account_of
from monitor.publish.report_page import report_page

_AT_ONCE = 1_000


@click.command()
@click.option("--as-of", required=True, metavar="DATE", help="The day at whose end the account stands.")
@click.option("--service", "services", multiple=True, help="Only this service. May be given several times.")
@click.option("--lang", type=click.Choice(["sv", "en"]), default="sv", show_default=True)
@click.option("--output", type=click.Path(path_type=Path), help="The file to write; standard output when not given.")
@click.option("--force", is_flag=True, help="Write over the file if there is one.")
@pass_context
def report(
    context: Context, as_of: str, services: Sequence[str], lang: Language, output: Path | None, force: bool
) -> None:
    """For audits: what was said, known and sent by the end of a day, as one page to print.

    With quotations, the sums of the kept copies and every attempt to deliver. Receivers' addresses are masked.
    """
    day = parse_day(as_of, "--as-of")
    with context.store() as store:
        store.ensure_pages(context.pages, now=now())
        knowledge = Knowledge(store, context.pages, base_url=context.settings.base_url, clock=now)
        if day > knowledge.today():
            raise UsageError(f"--as-of: expected a day that has come, until {knowledge.today()}, got {day}")
        for service in services:
            if service not in knowledge.services():
                raise UsageError(f"--service: expected one of {', '.join(knowledge.services())}, got {service!r}")
        with _written(output, force=force) as file:
            account = _account(knowledge, outbox_for(context, store), day, services=services)
            page = report_page(account, lang=lang)
            file.write(page)
    if output is not None:
        progress(f"wrote {output}, SHA-256 {hashlib.sha256(page).hexdigest()}")


@contextmanager
def _written(output: Path | None, *, force: bool) -> Iterator[BinaryIO]:
    """Where the page goes. A file stands there whole or not at all, and never in place of another unless forced."""
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if output.exists() and not force:
        raise UsageError(f"--output: expected a new file (or --force), got {output}, which is there already")
    partial = output.with_name(f".{output.name}.partial")
    try:
        with partial.open("wb") as file:
            yield file
        partial.replace(output)
    except OSError as error:
        raise UsageError(f"--output: expected a file that can be written, got {output}: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)


def _account(knowledge: Knowledge, outbox: Outbox, day: date, *, services: Sequence[str]) -> Report:
    """Everything that the account is made of, gathered from the store and the outbox."""
    store = knowledge.store
    end = midnight(day_after(day))
    wanted = tuple(services) or knowledge.services()
    found = EventFilter(services=tuple(services))
    events = knowledge.events_as_of(found, day)
    standing = {event.id for event, _ in events}
    everything = knowledge.all_events(EventFilter(services=tuple(services), retired=True))
    pages = [health for health in knowledge.health() if health.page.service in wanted]
    announcements = list(knowledge.ledger().announcements.values())
    announcements.sort(key=lambda each: (each.published is not None, str(each.published or ""), each.id), reverse=True)
    return account_of(
        day,
        events,
        hidden=[event for event in everything if event.id not in standing],
        services=wanted,
        versions=[version for service in wanted for version in knowledge.versions(service, as_of=day)],
        announcements=announcements,
        words={announcement.id: store.announcement_versions(announcement.id) for announcement in announcements},
        pages=pages,
        checks={
            health.page.key: check for health in pages for check in store.checks(health.page.key, limit=1, before=end)
        },
        snapshots=[sighting for health in pages for sighting in _sightings(knowledge, health.page.key)],
        deliveries=list(_deliveries(outbox)),
        subscriptions=outbox.subscriptions(),
        removed=outbox.subscriptions(removed=True),
        made_at=knowledge.now(),
        release=version("releasevakt"),
        reader_version=READER_VERSION,
    )


def _sightings(knowledge: Knowledge, page: str) -> Iterator[Sighting]:
    before: int | None = None
    while True:
        part = knowledge.store.snapshots(page, limit=_AT_ONCE, before=before)
        yield from part
        if len(part) < _AT_ONCE:
            return
        before = part[-1].number


def _deliveries(outbox: Outbox) -> Iterator[tuple[Delivery, tuple[Attempt, ...]]]:
    cursor: str | None = None
    while True:
        part, cursor = outbox.deliveries(cursor=cursor, limit=_AT_ONCE)
        tries = outbox.attempts_of([delivery.id for delivery in part])
        yield from ((delivery, tries.get(delivery.id, ())) for delivery in part)
        if cursor is None:
            return


COMMANDS = (report,)
