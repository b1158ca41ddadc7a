"""Everything that delivering takes, put together as the program does: store, outbox, policy, client and worker."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import ip_network
from random import Random
from typing import Any
from uuid import uuid4

from db.cipher import Cipher
from db.engine import Database
from db.outbox import Outbox
from db.store import Store
from monitor.deliver.client import Client
from monitor.deliver.draft import render
from monitor.deliver.guard import Egress
from monitor.deliver.kinds import KINDS
from monitor.deliver.model import Carriers, Mailer
from monitor.deliver.policy import DeliveryPolicy
from monitor.deliver.webhook import make_secret
from monitor.deliver.worker import Worker
from monitor.model import Delivery, Destination, Event, Pace, Subscription, Version
from monitor.wording import Watch
from tests.factories import NOON, made_id, make_event, make_observation

LOOPBACK = Egress(allow=(ip_network("127.0.0.0/8"),))
BASE_URL = "https://releasevakt.example"
CONTEXT = ssl.create_default_context()
KEY = "a key of the tests, and of nobody else"


@dataclass
class Clock:
    """A clock that a test turns."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        """Let time pass."""
        self.now += timedelta(**by)


@dataclass
class Known:
    """What messages say besides events, as fixed by a test."""

    keys: tuple[str, ...] = ("ssbtek", "lefi-online", "lefi-prenumeration")
    found_versions: tuple[Version, ...] = ()
    ahead_events: tuple[Event, ...] = ()
    ongoing_events: tuple[Event, ...] = ()
    log: list[Event] = field(default_factory=list)

    def services(self) -> Sequence[str]:
        return self.keys

    def versions(self, services: Sequence[str], *, now: datetime) -> Sequence[Version]:
        return [version for version in self.found_versions if version.service in services]

    def ahead(self, services: Sequence[str], *, now: datetime) -> Sequence[Event]:
        return self.ahead_events

    def ongoing(self, services: Sequence[str], *, now: datetime) -> Sequence[Event]:
        return self.ongoing_events

    def watch(self, *, since: datetime, until: datetime) -> Watch:
        return Watch(pages=6, readings=672, last_good_at=until)

    def components(self) -> dict[tuple[str, str], tuple[Any, ...]]:
        return {}

    def page_kinds(self) -> dict[str, Any]:
        return {"ssbtek-release": "release", "ssbtek-drift": "drift"}

    def page_events(self) -> Sequence[Event]:
        return [event for event in self.log if event.type.startswith("page.")]


class Hasty(DeliveryPolicy):
    """The policy without the waits between messages, which would only make tests slow."""

    def pace(self, kind: str) -> Pace:
        return replace(KINDS[kind].pace, interval=timedelta(0))


@dataclass
class World:
    """The parts, and what tests do with them."""

    database: Database
    clock: Clock | None = None
    known: Known = field(default_factory=Known)
    egress: Egress = LOOPBACK
    deadline: float = 10.0
    mailer: Mailer | None = None
    lease: timedelta = timedelta(seconds=90)
    policy: DeliveryPolicy = field(default_factory=Hasty)

    def __post_init__(self) -> None:
        self.store = Store(self.database)
        self.outbox = Outbox(
            self.database, cipher=Cipher([KEY]), policy=self.policy, clock=self.clock, lease=self.lease
        )

    @property
    def now(self) -> datetime:
        return self.clock() if self.clock is not None else datetime.now(UTC)

    def subscribe(self, kind: str, address: str, **changes: Any) -> Subscription:
        """Add a channel as it would be after all checks."""
        headers = changes.pop("headers", ())
        channel = KINDS[kind]
        subscription = replace(
            Subscription(id=uuid4().hex[:8], kind=kind, name=kind, address=channel.mask(address), created_at=self.now),
            **changes,
        )
        secrets = (make_secret(b"s" * 32, at=self.now - timedelta(days=1)),) if channel.signed else ()
        self.outbox.add(subscription, Destination(address=address, headers=headers, secrets=secrets))
        return subscription

    def tell(self, *events: Event) -> tuple[Event, ...]:
        """Store events as a check does, with their deliveries, in one transaction."""
        observation = make_observation(events=events, announcements=(), statements=(), snapshot=None, digest=None)
        return self.store.commit(observation, fan_out=self.outbox.fan_out)

    @asynccontextmanager
    async def worker(self, **options: Any) -> AsyncIterator[Worker]:
        """A worker with a client of its own."""
        async with Client(
            user_agent="Releasevakt/test", egress=self.egress, deadline=self.deadline, ssl_context=CONTEXT
        ) as client:
            yield Worker(
                self.outbox,
                render=partial(_render, known=self.known),
                carriers=Carriers(poster=client, mailer=self.mailer),
                clock=self.clock or (lambda: datetime.now(UTC)),
                random=Random(1),
                **{"poll_seconds": 0.02, **options},
            )

    async def send(self, **options: Any) -> dict[str, int]:
        """Send what is due, once; returns how the attempts ended."""
        async with self.worker(**options) as worker:
            return (await worker.run_once()).outcomes

    def send_now(self, **options: Any) -> dict[str, int]:
        """The same for tests that are not asynchronous."""
        return asyncio.run(self.send(**options))

    def deliveries(self, **wanted: Any) -> tuple[Delivery, ...]:
        """The deliveries, oldest first."""
        return self.outbox.deliveries(**{"limit": 1000, **wanted})[0][::-1]


def _render(claimed: Any, now: datetime, *, known: Known) -> Any:
    return render(claimed, now=now, source=BASE_URL, facts=known)


def closing(number: int = 1, **changes: Any) -> Event:
    """A new event about the closing of a version, in an announcement of its own, not numbered yet."""
    return make_event(
        **{
            "id": made_id("closing", number),
            "seq": 0,
            "subject": f"closing:ssbtek:{number}",
            "announcement_id": made_id("announcement", number),
            "statements": (),
            "version": str(number),
            **changes,
        }
    )
