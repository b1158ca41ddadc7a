"""What the benchmarks of delivery share: made-up events, a receiver that keeps a history, a worker as a process."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from time import monotonic
from uuid import NAMESPACE_URL, uuid5

from db.cipher import Cipher
from db.engine import Database, open_database
from db.outbox import Outbox
from db.store import Store
from monitor.deliver.client import Client
from monitor.deliver.draft import render
from monitor.deliver.guard import Egress
from monitor.deliver.model import Carriers
from monitor.deliver.policy import DeliveryPolicy
from monitor.deliver.webhook import make_secret
from monitor.deliver.worker import Worker
from monitor.model import (
    Affected,
    Check,
    Destination,
    Event,
    Observation,
    Pace,
    PageState,
    Subscription,
    Text,
    Version,
)
from monitor.wording import Watch

KEY = "the key of a benchmark"
EGRESS = Egress(allow=(ip_network("127.0.0.0/8"),))
SOURCE = "https://releasevakt.example"
CHUNK = 200


class Nothing:
    """Facts for messages that need none."""

    def services(self) -> Sequence[str]:
        return ("ssbtek",)

    def versions(self, services: Sequence[str], *, now: datetime) -> Sequence[Version]:
        return ()

    def ahead(self, services: Sequence[str], *, now: datetime) -> Sequence[Event]:
        return ()

    def ongoing(self, services: Sequence[str], *, now: datetime) -> Sequence[Event]:
        return ()

    def watch(self, *, since: datetime, until: datetime) -> Watch:
        return Watch(pages=1, readings=1)


@dataclass(frozen=True)
class AtOnce(DeliveryPolicy):
    """The policy with another number of requests at once to one address."""

    at_once: int = 2

    def pace(self, kind: str) -> Pace:
        return replace(super().pace(kind), at_once=self.at_once)


def events(count: int, subjects: int) -> Iterator[Event]:
    """Events that tell of `subjects` things by turns."""
    now = datetime.now(UTC)
    for number in range(count):
        subject = f"closing:ssbtek:{number % subjects}"
        words = Text(sv=f"SSBTEK {number % subjects} stängs (besked {number})", en=f"SSBTEK {number} closes")
        yield Event(
            id=str(uuid5(NAMESPACE_URL, f"bench:{number}")),
            type="closure.rescheduled",
            subject=subject,
            service="ssbtek",
            page="ssbtek-release",
            announcement_id=str(uuid5(NAMESPACE_URL, f"bench:announcement:{number}")),
            seen_at=now,
            severity="critical",
            title=words,
            summary=words,
            evidence="Version 6 stängs den 30 september 2026.",
            url="https://fk.example/ssbtek",
            affects=(Affected(service="ssbtek"),),
            pushed=True,
        )


def outbox_of(database: Database, *, lease: timedelta, at_once: int = 2) -> Outbox:
    """The outbox as the program has it."""
    return Outbox(database, cipher=Cipher([KEY]), policy=AtOnce(at_once=at_once), lease=lease)


def subscribe(outbox: Outbox, urls: Sequence[str]) -> None:
    """One signed webhook for each address."""
    now = datetime.now(UTC)
    for number, url in enumerate(urls):
        subscription = Subscription(id=f"bench{number:04d}", kind="webhook", name=url, address="masked", created_at=now)
        secret = make_secret(b"b" * 32, at=now - timedelta(days=1))
        outbox.add(subscription, Destination(address=url, secrets=(secret,)))


def tell(store: Store, outbox: Outbox, made: Sequence[Event]) -> None:
    """Store events with their deliveries, as checks do."""
    now = datetime.now(UTC)
    for start in range(0, len(made), CHUNK):
        state = PageState(page="ssbtek-release", url="https://fk.example/ssbtek", state="ok")
        check = Check(page="ssbtek-release", started_at=now, ended_at=now, outcome="changed")
        store.commit(
            Observation(state=state, check=check, events=tuple(made[start : start + CHUNK])), fan_out=outbox.fan_out
        )


@dataclass
class Reception:
    """One request that came in."""

    path: str
    message_id: str
    at: float


class Receiver:
    """A fast HTTP/1.1 receiver. Paths with `slow` take their time, paths with `dead` answer 500."""

    def __init__(self, *, slow_seconds: float = 0.2) -> None:
        self.history: list[Reception] = []
        self.url = ""
        self._slow = slow_seconds
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen on a free port of loopback."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=500)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            fields = dict(line.split(": ", 1) for line in head.lower().split("\r\n")[1:] if ": " in line)
            await reader.readexactly(int(fields.get("content-length", "0")))
            path = head.split(" ", 2)[1]
            self.history.append(Reception(path, fields.get("webhook-id", ""), monotonic()))
            if "slow" in path:
                await asyncio.sleep(self._slow)
            status = b"500 Dead" if "dead" in path else b"204 OK"
            writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


async def work(url: str, *, lease_seconds: float, in_flight: int) -> None:
    """Be a worker until SIGTERM."""
    database = open_database(url)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    outbox = outbox_of(database, lease=timedelta(seconds=lease_seconds))
    async with Client(user_agent="Releasevakt/bench", egress=EGRESS, deadline=2) as client:
        worker = Worker(
            outbox,
            render=lambda claimed, now: render(claimed, now=now, source=SOURCE, facts=Nothing()),
            carriers=Carriers(poster=client),
            in_flight=in_flight,
            poll_seconds=0.2,
        )
        await worker.run(stop)
    database.close()
