"""Commands that answer as the API does: versions, events, and what must be upgraded by when."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NoReturn, get_args

import click

from api.knowledge import Knowledge
from api.plans import made_plan
from monitor.cli.context import Context, now, parse_day, pass_context
from monitor.cli.output import Format, cell, emit, emit_bytes, emit_json, format_option
from monitor.errors import UsageError
from monitor.model import EventFilter, EventType, Severity
from monitor.publish.csv_table import events_csv, plan_csv, versions_csv
from monitor.publish.inventory import read_inventory, read_run
from monitor.publish.plugin import plugin_output
from monitor.settings import parse_duration
from monitor.wire import to_wire
from monitor.wording.names import service_name

UNKNOWN = 3
VERSION_COLUMNS = ("service", "version", "status", "released", "closes", "safe_until")
EVENT_COLUMNS = ("seq", "published", "type", "service", "version", "date", "title")


@contextmanager
def _knowledge(context: Context) -> Iterator[Knowledge]:
    with context.store() as store:
        yield Knowledge(store, context.pages, base_url=context.settings.base_url, clock=now)


@click.command()
@click.argument("service", required=False)
@click.option("--as-of", metavar="DATE", help="What the pages had said by the end of that day.")
@format_option
@pass_context
def versions(context: Context, service: str | None, as_of: str | None, format_: Format | None) -> None:
    """The versions of a service, or of all, as they stand today or stood on a day."""
    day = parse_day(as_of, "--as-of") if as_of else None
    with _knowledge(context) as knowledge:
        if service is not None and service not in knowledge.services():
            raise UsageError(f"service {service!r}: expected one of {', '.join(knowledge.services())}")
        found = knowledge.versions(service, as_of=day)
    if format_ == "csv":
        emit_bytes(versions_csv(found))
    else:
        whole = [to_wire(version) for version in found]
        emit([_in_words(row) for row in whole], VERSION_COLUMNS, format_=format_, whole=whole)


def _in_words(version: dict[str, Any]) -> dict[str, Any]:
    """A version as a row for people: a planned day that has passed says that nobody confirmed it."""
    state = {"unknown": "", "not_planned": "not planned"}.get(version["closing_state"], version["closing_state"])
    if version["status"] == "closed" and not version["closing_confirmed"]:
        state += ", not confirmed"
    return version | {
        "status": version["status"] + (", current" if version["is_current"] else ""),
        "closes": " ".join(filter(None, (cell(version["closes"]), state))),
    }


@click.command()
@click.option("--service", "services", multiple=True, help="Only events about this service.")
@click.option("--page", "pages", multiple=True, help="Only events of this page.")
@click.option("--type", "types", multiple=True, help="Only this type, such as closure or closure.rescheduled.")
@click.option("--version", "versions_", multiple=True, help="Only events about this version; 9 is 9.0.")
@click.option("--subject", "subjects", multiple=True, help="Only this subject, such as closing:ssbtek:9.")
@click.option("--min-severity", type=click.Choice(["critical", "major", "minor", "info"]), help="At least this severe.")
@click.option("--published-from", metavar="DATE", help="Only with a stamp from this day on.")
@click.option("--published-until", metavar="DATE", help="Only with a stamp until this day.")
@click.option("--date-from", metavar="DATE", help="Only what happens on this day or later.")
@click.option("--date-until", metavar="DATE", help="Only what happens on this day or earlier.")
@click.option("--text", help="Only with these words in a title, a summary or a quotation.")
@click.option("--after", type=click.IntRange(0), metavar="SEQ", help="Walk the log: only events after this number.")
@click.option("--as-of", metavar="DATE", help="What the pages had said by the end of that day.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True)
@format_option
@pass_context
def events(
    context: Context,
    services: Sequence[str],
    pages: Sequence[str],
    types: Sequence[str],
    versions_: Sequence[str],
    subjects: Sequence[str],
    min_severity: Severity | None,
    published_from: str | None,
    published_until: str | None,
    date_from: str | None,
    date_until: str | None,
    text: str | None,
    after: int | None,
    as_of: str | None,
    limit: int,
    format_: Format | None,
) -> None:
    """The events of the log, newest first; oldest first with --after."""
    wanted = EventFilter(
        services=tuple(services),
        pages=tuple(pages),
        types=tuple(types),
        versions=tuple(versions_),
        subjects=tuple(subjects),
        min_severity=min_severity,
        published_from=_day(published_from, "--published-from"),
        published_until=_day(published_until, "--published-until"),
        date_from=_day(date_from, "--date-from"),
        date_until=_day(date_until, "--date-until"),
        text=text or None,
    )
    with _knowledge(context) as knowledge:
        _check_names(knowledge, wanted)
        if as_of is not None:
            known = knowledge.events_as_of(wanted, parse_day(as_of, "--as-of"))
            told = [event for event, _ in known if event.seq > (after or 0)]
            found = (told if after is not None else told[::-1])[:limit]
        else:
            found = list(knowledge.store.events(wanted, after=after, limit=limit, newest_first=after is None))
    if format_ == "csv":
        emit_bytes(events_csv(found))
    else:
        emit([to_wire(event) for event in found], EVENT_COLUMNS, format_=format_)


def _day(text: str | None, option: str) -> date | None:
    return parse_day(text, option) if text else None


def _check_names(knowledge: Knowledge, wanted: EventFilter) -> None:
    """Refuse names that nothing has, because an empty answer would hide a slip of the pen. Raises UsageError."""
    check_types(wanted.types)
    watched = [page.key for page in knowledge.pages]
    for page in wanted.pages:
        if page not in watched and not knowledge.store.events(EventFilter(pages=(page,)), limit=1):
            raise UsageError(f"--page: expected one of {', '.join(watched)}, got {page!r}")
    services = knowledge.services()
    for service in wanted.services:
        if service not in services and not knowledge.store.events(EventFilter(services=(service,)), limit=1):
            raise UsageError(f"--service: expected one of {', '.join(services)}, got {service!r}")


def check_types(types: Sequence[str]) -> None:
    """Raises UsageError for what is neither a type of event nor the first half of one."""
    known: tuple[str, ...] = get_args(EventType)
    for kind in types:
        if kind not in known and not any(each.startswith(f"{kind}.") for each in known):
            halves = ", ".join(sorted({each.partition(".")[0] for each in known}))
            raise UsageError(f"--type: expected one of {halves}, or a whole type such as {known[0]}; got {kind!r}")


class Plugin(click.Command):
    """A command that a monitoring system runs: whatever is wrong, it answers UNKNOWN in its one line of output."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the options; what cannot be read is UNKNOWN too, and not what exit code 2 would mean."""
        try:
            return super().make_context(*args, **kwargs)
        except click.UsageError as error:
            _give_up(error.format_message())


def _give_up(why: str) -> NoReturn:
    click.echo(f"RELEASEVAKT UNKNOWN - {' '.join(why.split()).replace('|', '/')}")
    sys.exit(UNKNOWN)


@click.command(cls=Plugin)
@click.argument("runs", nargs=-1, metavar="SERVICE@VERSION…")
@click.option("--inventory", type=click.Path(path_type=Path), help="A CSV or JSON file of what many customers run.")
@click.option("--within", default="90d", show_default=True, help="Warn so long before the last safe day.")
@click.option("--critical", default="30d", show_default=True, help="Critical so long before the last safe day.")
@format_option
@pass_context
def plan(
    context: Context, runs: Sequence[str], inventory: Path | None, within: str, critical: str, format_: Format | None
) -> None:
    """What must be upgraded by when; a monitoring plugin by its exit code.

    0 OK, 1 WARNING, 2 CRITICAL or over, 3 UNKNOWN: any error, an unknown version, data older than 24 hours.
    """
    try:
        wanted = [read_run(text) for text in runs]
        if inventory is not None:
            wanted += read_inventory(_text(inventory), name=str(inventory))
        horizon, near = _length(within, "--within"), _length(critical, "--critical")
        if near > horizon:
            raise UsageError(f"--critical: expected at most --within ({within}), got {critical}")
        with _knowledge(context) as knowledge:
            made = made_plan(knowledge, wanted, within=horizon, critical=near)
    except Exception as error:
        _give_up(str(error))
    match format_:
        case "json":
            emit_json(to_wire(made))
        case "csv":
            emit_bytes(plan_csv(made))
        case _:
            click.echo(plugin_output(made))
            if format_ == "table":
                emit([_row(work) for work in to_wire(made.work)], PLAN_COLUMNS, format_="table")
    sys.exit(made.exit_code)


def _length(text: str, option: str) -> timedelta:
    try:
        return parse_duration(text)
    except UsageError as error:
        raise UsageError(f"{option}: {error}") from error


PLAN_COLUMNS = ("run", "customer", "environment", "what", "by", "days_left", "move_to", "level")


def _row(work: dict[str, Any]) -> dict[str, Any]:
    run = work["run"]
    return {
        "run": f"{service_name(run['service'])} {run['version']}",
        "customer": run["customer"],
        "environment": run["environment"],
        "what": work["detail_sv"] or work["kind"],
        "by": work["safe_until"],
        "days_left": work["days_left"],
        "move_to": work["move_to"],
        "level": work["level"],
    }


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: expected an inventory that can be read, got {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: expected an inventory in UTF-8, got other bytes at {error.start}") from error


COMMANDS = (versions, events, plan)
