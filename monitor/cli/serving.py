"""Commands that run until they are stopped: the monitor itself, and the demo."""

from __future__ import annotations

import asyncio
import logging
import secrets
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import uvicorn

from api.app import create_app
from api.channels import Channels
from api.security import hash_of, new_secret
from db.engine import hold_serve_lock
from db.store import Store
from monitor.check import Checked
from monitor.cli.context import Context, configure_logs, now, pass_context, progress
from monitor.cli.work import declare, egress_for, fetcher_for, outbox_for, worker_for
from monitor.deliver.due import plan_due
from monitor.deliver.worker import Worker
from monitor.demo import DemoSite, demo_settings
from monitor.errors import MonitorError, UsageError
from monitor.fetch import REASONS, Fetcher
from monitor.model import Link, Page, Token
from monitor.pages import look_up
from monitor.parse.links import find_links
from monitor.schedule import Scheduler
from monitor.standing import Standing
from monitor.watch import LEADER, LEADING, Watcher
from monitor.wording.names import page_name, service_name

CHECK_EVERY = 1.0
CALENDAR_EVERY = 60.0
HOUSEKEEPING_EVERY = 6 * 3600.0
BEGIN_AGAIN_AFTER = 10.0
ALONE = "the only one"
"""Who serves a SQLite file. What an earlier one was busy with when it was killed is therefore ours at once."""
FIRST_TOKEN = "first-admin-token"

log = logging.getLogger("releasevakt")


@click.command()
@pass_context
def serve(context: Context) -> None:
    """Everything in one process: checks, deliveries, API, feeds and web pages. Ctrl-C stops it."""
    configure_logs(logging.INFO)
    with _listening(context) as listener, context.store() as store, hold_serve_lock(store.database):
        asyncio.run(_serve(context, store, listener))


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option(
    "--pace", type=click.FloatRange(0.05, 60), default=1.0, show_default=True, help="Seconds for a second of the story."
)
def demo(host: str, port: int, pace: float) -> None:
    """The monitor on a small made-up agency site whose pages change while you watch. Keeps nothing."""
    configure_logs(logging.INFO)
    with tempfile.TemporaryDirectory(prefix="releasevakt-demo-") as folder:
        site = DemoSite(pace=pace, home=f"http://{host}:{port}")
        site.start(host)
        try:
            context = Context({})
            context.__dict__["settings"] = demo_settings(site, data_dir=Path(folder), host=host, port=port)
            progress(f"the made-up agency       {site.base_url}")
            progress(f"what a subscriber gets   {site.base_url}/received")
            with _listening(context) as listener, context.store() as store, hold_serve_lock(store.database):
                asyncio.run(_serve(context, store, listener))
        finally:
            site.stop()


@contextmanager
def _listening(context: Context) -> Iterator[socket.socket]:
    """The socket we answer on, taken before anything else starts. Raises UsageError when the port is in use."""
    host, port = context.settings.host, context.settings.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(512)
        except OSError as error:
            raise UsageError(f"{host}:{port}: expected a free address to answer on, got {error.strerror}") from error
        listener.setblocking(False)
        yield listener
    finally:
        listener.close()


@dataclass(slots=True)
class _FirstRound:
    """The progress of the first look at every page after a start."""

    waiting: set[str]
    total: int
    unconfirmed: frozenset[str]

    def told(self, checked: Checked) -> None:
        """Say how a page went; only in the first round, later only what changed is worth a line."""
        check = checked.check
        name = page_name(check.page, "en")
        if check.page in self.waiting:
            self.waiting.discard(check.page)
            progress(f"[{self.total - len(self.waiting)}/{self.total}] {name}: {self._went(checked)}")
            if not self.waiting:
                progress("first round done; from here on by schedule")
        elif check.outcome == "changed" or (check.outcome in ("failed", "unreadable") and checked.events):
            log.info("%s: %s", name, self._went(checked))

    def _went(self, checked: Checked) -> str:
        check = checked.check
        match check.outcome:
            case "failed":
                reason = REASONS[check.reason].en if check.reason in REASONS else "could not be fetched"
                unsure = check.page in self.unconfirmed and checked.state.state == "unconfirmed"
                return f"{reason}{' (address not confirmed yet)' if unsure else ''}: {check.detail}"
            case "unreadable":
                return f"cannot be read: {check.detail}"
            case "changed":
                return f"read, {check.items} announcements, {check.events} new events"
            case _:
                return "unchanged"


async def _serve(context: Context, store: Store, listener: socket.socket) -> None:
    settings = context.settings
    outbox = outbox_for(context, store)
    owner = ALONE if store.database.path is not None else secrets.token_hex(6)
    if owner == ALONE:
        outbox.let_go(ALONE)
    token = None if settings.admin_token else _first_token(store)
    store.ensure_pages(context.pages, now=now())
    if store.acquire_lease(LEADER, owner=owner, ttl=LEADING) is not None:
        # Only who watches looks at every page at once: another process's checks are not to be taken from it.
        for page in context.pages:
            store.schedule(page.key, due_at=now())
    try:
        await declare(context, store)
    except MonitorError as error:
        raise UsageError(f"[[subscription]]: {error}") from error
    _greet(context, token)
    stop = asyncio.Event()
    first = _FirstRound(
        waiting={page.key for page in context.pages},
        total=len(context.pages),
        unconfirmed=frozenset(page.key for page in context.pages if not page.confirmed),
    )
    async with (
        fetcher_for(settings) as fetcher,
        worker_for(context, store, outbox, owner=owner) as worker,
        Scheduler() as scheduler,
    ):

        def told(checked: Checked) -> None:
            first.told(checked)
            if checked.events:
                worker.wake()

        async def found_elsewhere(page: Page, related: Sequence[Link]) -> str | None:
            return await _look_up(page, related, fetcher)

        watcher = Watcher(
            store=store,
            pages=context.pages,
            fetcher=fetcher,
            look_up=found_elsewhere,
            fan_out=outbox.fan_out,
            clock=now,
            owner=owner,
            told=told,
        )
        facts = Standing(store, context.pages)
        loop = asyncio.get_running_loop()
        app = create_app(
            store=store,
            pages=context.pages,
            base_url=settings.base_url,
            clock=now,
            admin_token=settings.admin_token.get_secret_value() if settings.admin_token else None,
            release=version("releasevakt"),
            reading_open=settings.reading == "open",
            channels=Channels(
                outbox=outbox,
                egress=egress_for(settings),
                facts=facts,
                wake=lambda: _wake(loop, worker),
            ),
        )

        async def by_the_calendar() -> None:
            if await asyncio.to_thread(plan_due, outbox, facts, base_url=settings.base_url, now=now()):
                worker.wake()

        async def keep_house() -> None:
            await asyncio.to_thread(store.prune, now())

        scheduler.every(CHECK_EVERY, "checks", watcher.tick)
        scheduler.every(CALENDAR_EVERY, "calendar", by_the_calendar)
        scheduler.every(HOUSEKEEPING_EVERY, "housekeeping", keep_house)
        working = asyncio.create_task(_deliver(worker, stop), name="deliveries")
        try:
            await _answer(app, listener, stop)
        finally:
            stop.set()
            await scheduler.stop()
            await watcher.stop()
            await working


async def _deliver(worker: Worker, stop: asyncio.Event) -> None:
    """Send until it is time to stop. A mistake of ours is logged and deliveries begin again: they never just end."""
    while not stop.is_set():
        try:
            await worker.run(stop)
        except Exception:
            log.exception("deliveries broke off by a mistake of ours; they begin again")
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), BEGIN_AGAIN_AFTER)


class _Server(uvicorn.Server):
    """A server that leaves signals to us: one signal stops checks, deliveries and answers alike."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


async def _answer(app: Callable[..., Any], listener: socket.socket, stop: asyncio.Event) -> None:
    """Answer requests until a signal says stop."""
    server = _Server(
        uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=3,
            proxy_headers=False,
        )
    )
    loop = asyncio.get_running_loop()

    def quit_now() -> None:
        progress("stopping …")
        server.should_exit = True
        stop.set()

    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, quit_now)
    await server.serve(sockets=[listener])


async def _look_up(page: Page, related: Sequence[Link], fetcher: Fetcher) -> str | None:
    return await look_up(page, service_name(page.service), fetcher=fetcher, read_links=find_links, related=related)


def _wake(loop: asyncio.AbstractEventLoop, worker: Worker) -> None:
    loop.call_soon_threadsafe(worker.wake)


def _first_token(store: Store) -> str | None:
    """The admin token of the first start: made once, shown once, kept only as a hash."""
    if any(token.name == FIRST_TOKEN for token in store.tokens()):
        return None
    secret = new_secret()
    store.add_token(
        Token(id=secrets.token_hex(4), name=FIRST_TOKEN, scopes=("admin",), created_at=datetime.now(UTC)),
        hash=hash_of(secret),
    )
    return secret


def _greet(context: Context, token: str | None) -> None:
    base = context.settings.base_url
    lines = [
        f"Releasevakt {version('releasevakt')}, unofficial monitor of Försäkringskassan's release and operations pages",
        f"  web page    {base}/",
        f"  feeds       {base}/feeds/all.atom  {base}/feeds/all.rss",
        f"  calendar    {base}/calendar/all.ics",
        f"  API         {base}/v1/events  ({base}/v1/openapi.json)",
        f"  data        {context.settings.data_dir}",
    ]
    if token is not None:
        lines.append(f"  admin token {token}  (shown this once; more with: releasevakt token create)")
    for line in lines:
        progress(line)


COMMANDS = (serve, demo)
