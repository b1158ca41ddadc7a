"""Commands that answer as the API does: versions, events, and what must be upgraded by when."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from api.knowledge import Knowledge
from api.plans import made_plan
from monitor.cli.context import Context, now, parse_day, pass_context
from monitor.cli.output import Format, emit, emit_json, format_option
from monitor.errors import UsageError
from monitor.model import EventFilter, Severity
from monitor.publish.csv_table import plan_csv
from monitor.publish.inventory import read_inventory, read_run
from monitor.publish.plugin import plugin_output
from monitor.settings import parse_duration
from monitor.wire import to_wire
from monitor.wording.names import service_name

UNKNOWN = 3
VERSION_COLUMNS = (
    "service",
    "version",
    "status",
    "is_current",
    "released",
    "closes",
    "closing_state",
    "closing_confirmed",
    "safe_until",
)
EVENT_COLUMNS = ("seq", "published", "type", "service", "version", "date", "title")


@contextmanager
def _knowledge(context: Context) -> Iterator[Knowledge]:
    with context.store() as store:
        store.ensure_pages(context.pages, now=now())
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
        found = [to_wire(version) for version in knowledge.versions(service, as_of=day)]
    emit(found, VERSION_COLUMNS, format_=format_)


@click.command()
@click.option("--service", "services", multiple=True, help="Only events about this service.")
@click.option("--page", "pages", multiple=True, help="Only events of this page.")
@click.option("--type", "types", multiple=True, help="Only this type, such as closure or closure.rescheduled.")
@click.option("--subject", "subjects", multiple=True, help="Only this subject, such as closing:ssbtek:9.")
@click.option("--min-severity", type=click.Choice(["critical", "major", "minor", "info"]), help="At least this severe.")
@click.option("--after", type=int, metavar="SEQ", help="Walk the log: only events after this number.")
@click.option("--as-of", metavar="DATE", help="What the pages had said by the end of that day.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True)
@format_option
@pass_context
def events(
    context: Context,
    services: Sequence[str],
    pages: Sequence[str],
    types: Sequence[str],
    subjects: Sequence[str],
    min_severity: Severity | None,
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
        subjects=tuple(subjects),
        min_severity=min_severity,
    )
    with _knowledge(context) as knowledge:
        if as_of is not None:
            known = knowledge.events_as_of(wanted, parse_day(as_of, "--as-of"))
            found = [event for event, _ in known if event.seq > (after or 0)][:limit]
        else:
            found = list(knowledge.store.events(wanted, after=after, limit=limit, newest_first=after is None))
    emit([to_wire(event) for event in found], EVENT_COLUMNS, format_=format_)


@click.command()
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
        horizon, near = parse_duration(within), parse_duration(critical)
        if near > horizon:
            raise UsageError(f"--critical: expected at most --within ({within}), got {critical}")
        with _knowledge(context) as knowledge:
            made = made_plan(knowledge, wanted, within=horizon, critical=near)
    except Exception as error:
        click.echo(f"RELEASEVAKT UNKNOWN - {' '.join(str(error).split())}")
        sys.exit(UNKNOWN)
    match format_:
        case "json":
            emit_json(to_wire(made))
        case "csv":
            click.echo(plan_csv(made).decode(), nl=False)
        case _:
            click.echo(plugin_output(made))
            if format_ == "table":
                emit([_row(work) for work in to_wire(made.work)], PLAN_COLUMNS, format_="table")
    sys.exit(made.exit_code)


PLAN_COLUMNS = ("run", "customer", "what", "by", "days_left", "move_to", "level")


def _row(work: dict[str, Any]) -> dict[str, Any]:
    run = work["run"]
    return {
        "run": f"{service_name(run['service'])} {run['version']}",
        "customer": run["customer"],
        "what": work["detail_sv"] or work["kind"],
        "by": work["safe_until"],
        "days_left": work["days_left"],
        "move_to": work["move_to"],
        "level": work["level"],
    }


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: expected an inventory in UTF-8, got {error}") from error


COMMANDS = (versions, events, plan)
