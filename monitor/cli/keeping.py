"""Commands that keep it alive: access, the operator's word, backups, and what is wrong."""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from api.security import SCOPES, hash_of, new_secret
from db.backup import backup as back_up
from db.backup import restore as fill_from
from db.engine import integrity, revision_of
from db.outbox import Outbox
from db.store import Store
from monitor.cli.context import Context, now, pass_context, progress
from monitor.cli.output import Format, emit, emit_json, format_option, on_terminal
from monitor.cli.work import fetcher_for, outbox_for
from monitor.errors import FetchError, MonitorError, UsageError
from monitor.history import accepted, retraction, taken_back
from monitor.model import Event, EventFilter, Observation, PageState, Token
from monitor.wire import to_wire
from monitor.wording.names import count

TOKEN_COLUMNS = ("id", "name", "scopes", "created_at", "last_used_at", "revoked_at")


@click.group()
def token() -> None:
    """Access to subscriptions, deliveries and changes."""


@token.command("create")
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, type=click.Choice(list(SCOPES)), help="What it may do; read when not given."
)
@pass_context
def create_token(context: Context, name: str, scopes: Sequence[str]) -> None:
    """Make a token and show it, this once."""
    secret = new_secret()
    made = Token(id=secrets.token_hex(4), name=name, scopes=tuple(scopes) or ("read",), created_at=now())
    with context.store() as store:
        store.add_token(made, hash=hash_of(secret))
    if on_terminal():
        click.echo(f"id    {made.id}\ntoken {secret}\n\nThe token is shown this once.")
    else:
        emit_json({"id": made.id, "token": secret})


@token.command("list")
@format_option
@pass_context
def list_tokens(context: Context, format_: Format | None) -> None:
    """The tokens there are, without their secrets."""
    with context.store() as store:
        rows = [to_wire(found) for found in store.tokens()]
    emit(rows, TOKEN_COLUMNS, format_=format_)


@token.command("revoke")
@click.argument("token_id", metavar="ID")
@pass_context
def revoke_token(context: Context, token_id: str) -> None:
    """Make a token useless from now on."""
    with context.store() as store:
        if not store.revoke_token(token_id, at=now()):
            raise UsageError(f"token {token_id!r}: expected the id of a token that is in force, found none")
    progress(f"revoked {token_id}")


@click.command()
@click.argument("page")
@pass_context
def accept(context: Context, page: str) -> None:
    """Believe a page's next reading, although it lacks most of what we knew."""
    watched = context.page(page)
    with context.store() as store:
        state = store.page_state(watched.key) or PageState(page=watched.key, url=watched.url)
        store.commit(Observation(state=accepted(state)))
        store.schedule(watched.key, due_at=now())
    progress(f"{page}: its next reading will be believed")


@click.command()
@click.argument("event")
@pass_context
def retract(context: Context, event: str) -> None:
    """Take back an event that we got wrong, by its id or its number; those who were told get a correction."""
    with context.store() as store:
        wrong = _numbered(store, int(event)) if event.isdecimal() and len(event) < 16 else store.event(event)
        if wrong is None:
            raise UsageError(f"event {event!r}: expected the id or the number of an event, found none")
        if wrong.type.startswith(("event.", "page.")):
            raise UsageError(f"event {event!r}: expected an event of the agency's pages, got {wrong.type}")
        state = store.page_state(wrong.page) or PageState(page=wrong.page, url=wrong.url)
        statements, instead = taken_back(wrong, store.memory(), known_events=store.known_event_ids())
        told = store.commit(
            Observation(
                state=state, events=(retraction(wrong, at=now(), by="operator"), *instead), statements=statements
            ),
            fan_out=outbox_for(context, store).fan_out,
        )
    emit_json([to_wire(each) for each in told])


def _numbered(store: Store, seq: int) -> Event | None:
    """The event with this number in the log."""
    found = store.events(EventFilter(retired=True), after=seq - 1, before=seq + 1, limit=1)
    return found[0] if found else None


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@pass_context
def backup(context: Context, target: Path) -> None:
    """Write everything to a new file, while the monitor runs.

    Keep the key file beside it: without it the channels' addresses are lost.
    """
    with context.store() as store:
        total = back_up(store.database, target)
    progress(f"wrote {target} and {total}")


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@pass_context
def restore(context: Context, source: Path) -> None:
    """Fill an empty database from a backup. What waited to be sent is listed as cancelled, and not sent by itself."""
    database = context.database()
    try:
        old = fill_from(source, database, now=now())
    finally:
        database.close()
    progress(f"restored from {source}")
    if old:
        waited = count(old, "message", "messages")
        progress(f"{waited} had been waiting: cancelled, with the reason restored; what is still of use goes by replay")


@click.command()
@click.option("--network", is_flag=True, help="Also try to reach each page's site.")
@click.option("--pages", "show_pages", is_flag=True, help="Also show how watching each page stands.")
@format_option
@pass_context
def doctor(context: Context, network: bool, show_pages: bool, format_: Format | None) -> None:
    """What is in force and where it came from, secrets masked, and what is wrong. Exit 1 when something is."""
    rows = [{"what": row.name, "value": row.value, "from": row.origin} for row in context.settings.explain()]
    wrong = 0
    try:
        with context.store() as store:
            faults = integrity(store.database)
            rows.append(
                {
                    "what": "database",
                    "value": "; ".join(faults) or f"sound, schema {revision_of(store.database)}",
                    "from": "check",
                }
            )
            wrong += bool(faults)
            closed = _unreadable_channels(outbox_for(context, store))
            rows.append({"what": "channels", "value": closed or "every address can be read", "from": "check"})
            wrong += bool(closed)
            if show_pages:
                for health in store.health(context.pages):
                    seen = f"last read {health.last_good_at:%Y-%m-%d %H:%M}Z" if health.last_good_at else "never read"
                    rows.append(
                        {"what": f"page {health.page.key}", "value": f"{health.state}, {seen}", "from": health.url}
                    )
    except MonitorError as error:
        rows.append({"what": "database", "value": str(error), "from": "check"})
        wrong += 1
    if network:
        found = asyncio.run(_reach(context))
        rows += [{"what": f"network {page}", "value": value, "from": "check"} for page, value, _ in found]
        wrong += sum(not reached for _, _, reached in found)
    emit(rows, ("what", "value", "from"), format_=format_)
    sys.exit(1 if wrong else 0)


def _unreadable_channels(outbox: Outbox) -> str:
    """The channels whose address was locked with another key than the one in force; "" when there are none."""
    closed = [channel.id for channel in outbox.subscriptions() if outbox.destination(channel.id) is None]
    if not closed:
        return ""
    return f"locked with another key than the one in force: {', '.join(closed)}; bring the key back, or subscribe anew"


async def _reach(context: Context) -> list[tuple[str, str, bool]]:
    found = []
    async with fetcher_for(context.settings) as fetcher:
        for page in context.pages:
            try:
                answer = await fetcher.fetch(page)
                found.append((page.key, f"reached at {answer.url}", True))
            except FetchError as error:
                found.append((page.key, f"{error.kind}: {error}", False))
    return found


COMMANDS = (token, accept, retract, backup, restore, doctor)
