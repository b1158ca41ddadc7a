"""Deliveries per second through the durable outbox, beside a bare loop of the same client, in one run.

    python -m bench.throughput                    SQLite, and PostgreSQL where it is installed
    python -m bench.throughput --deliveries 2000 --pending 100000

Both post the same bodies to the same receiver with the same number of requests at once; the receiver is a process of
its own. The outbox runs from pending rows to settled ones, with rendering, signing, the log of attempts and fsync.
`latency` is from the commit of an event to its receipt while the worker is otherwise idle; `memory` is what the worker
grows by while `--pending` rows wait.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import multiprocessing
import os
import resource
import statistics
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event as Signal

from bench.delivering import EGRESS, SOURCE, Nothing, Receiver, events, outbox_of, subscribe, tell
from bench.postgresql import cluster, programs
from db.engine import migrate, open_database
from db.outbox import Outbox
from db.store import Store
from monitor.deliver.client import Client
from monitor.deliver.draft import render
from monitor.deliver.model import Carriers, Post
from monitor.deliver.webhook import make_secret, signature_headers
from monitor.deliver.worker import Worker

ENDPOINTS = 50
AT_ONCE = 2
IN_FLIGHT = 50


@dataclass
class Figures:
    """What one engine showed."""

    engine: str
    bare: float
    durable: float
    p50: float
    p99: float
    grown_kb: int
    pending: int

    def line(self) -> str:
        """One line for people."""
        return (
            f"{self.engine:10} bare loop {self.bare:.0f}/s, durable outbox {self.durable:.0f}/s, "
            f"ratio {self.durable / self.bare:.2f}; commit to receipt p50 {self.p50 * 1000:.0f} ms, "
            f"p99 {self.p99 * 1000:.0f} ms; memory +{self.grown_kb} kB with {self.pending} rows pending"
        )


def receive(told: Connection, stop: Signal) -> None:
    """Be a receiver until told to stop; then tell when each message came."""

    async def serve() -> None:
        receiver = Receiver()
        await receiver.start()
        told.send(receiver.url)
        while not stop.is_set():
            await asyncio.sleep(0.05)
        told.send({(one.path, one.message_id): one.at for one in receiver.history})
        await receiver.stop()

    asyncio.run(serve())


async def bare(url: str, count: int) -> float:
    """The same client, the same bodies and signatures, the same concurrency, and no database."""
    secret = make_secret(b"b" * 32, at=datetime.now(UTC))
    bodies = _bodies(count)
    async with Client(user_agent="Releasevakt/bench", egress=EGRESS, deadline=10) as client:

        async def one_by_one() -> None:
            while bodies:
                path, message_id, body = bodies.pop()
                signed = signature_headers(message_id, body, [secret], at=datetime.now(UTC))
                headers = (("content-type", "application/json"), *signed)
                answer = await client.post(Post(url=url + path, headers=headers, body=body))
                assert answer.status == 204, answer

        started = time.perf_counter()
        await asyncio.gather(*[one_by_one() for _ in range(IN_FLIGHT)])
        return count / (time.perf_counter() - started)


def _bodies(count: int) -> list[tuple[str, str, bytes]]:
    import json

    from monitor.wire import to_wire

    made = [
        (event.id, json.dumps({"type": event.type, "data": to_wire(event)}, ensure_ascii=False).encode())
        for event in events(count // ENDPOINTS, subjects=count)
    ]
    return [(f"/well/{number}", message_id, body) for message_id, body in made for number in range(ENDPOINTS)]


def worker_of(outbox: Outbox, client: Client) -> Worker:
    """The worker as the program has it."""
    return Worker(
        outbox,
        render=lambda claimed, now: render(claimed, now=now, source=SOURCE, facts=Nothing()),
        carriers=Carriers(poster=client),
        in_flight=IN_FLIGHT,
    )


async def durable(url: str, database_url: str, count: int) -> float:
    """From pending rows to settled ones."""
    database = open_database(database_url)
    outbox = outbox_of(database, lease=timedelta(seconds=90), at_once=AT_ONCE)
    subscribe(outbox, [f"{url}/well/{number}" for number in range(ENDPOINTS)])
    tell(Store(database), outbox, list(events(count // ENDPOINTS, subjects=count)))
    async with Client(user_agent="Releasevakt/bench", egress=EGRESS, deadline=10) as client:
        started = time.perf_counter()
        tally = await worker_of(outbox, client).run_once()
        seconds = time.perf_counter() - started
    assert tally.outcomes == {"delivered": count}, tally.outcomes
    database.close()
    return count / seconds


async def latency(url: str, database_url: str, count: int) -> dict[tuple[str, str], float]:
    """When each of some events was committed, one after the other, while an idle worker waits for them."""
    database = open_database(database_url)
    outbox = outbox_of(database, lease=timedelta(seconds=90), at_once=AT_ONCE)
    store = Store(database)
    committed: dict[tuple[str, str], float] = {}
    made = list(events(10_000 + count, subjects=10_000 + count))[-count:]
    async with Client(user_agent="Releasevakt/bench", egress=EGRESS, deadline=10) as client:
        worker, stop = worker_of(outbox, client), asyncio.Event()
        running = asyncio.create_task(worker.run(stop))
        for event in made:
            await asyncio.to_thread(tell, store, outbox, [event])
            now = time.monotonic()
            committed |= {(f"/well/{number}", event.id): now for number in range(ENDPOINTS)}
            worker.wake()
            await asyncio.sleep(0.25)
        stop.set()
        await running
    database.close()
    return committed


async def memory(url: str, database_url: str, pending: int) -> int:
    """How many kB the process grows by while it sends with `pending` rows waiting."""
    database = open_database(database_url)
    outbox = outbox_of(database, lease=timedelta(seconds=90), at_once=AT_ONCE)
    store = Store(database)
    made = list(events(20_000 + pending // ENDPOINTS, subjects=50_000))[-(pending // ENDPOINTS) :]
    await asyncio.to_thread(tell, store, outbox, made)
    del made
    async with Client(user_agent="Releasevakt/bench", egress=EGRESS, deadline=10) as client:
        worker, stop = worker_of(outbox, client), asyncio.Event()
        running = asyncio.create_task(worker.run(stop))
        await asyncio.sleep(5)
        before = _resident()
        await asyncio.sleep(15)
        grown = _resident() - before
        stop.set()
        await running
    database.close()
    return grown


def _resident() -> int:
    with suppress(OSError), open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def measure(database_url: str, *, deliveries: int, pending: int) -> Figures:
    """All figures for one database."""
    database = open_database(database_url)
    migrate(database)
    database.close()
    ours, theirs = multiprocessing.Pipe()
    stop = multiprocessing.Event()
    process = multiprocessing.Process(target=receive, args=(theirs, stop))
    process.start()
    url = ours.recv()
    asyncio.run(bare(url, min(deliveries, 500)))
    first = asyncio.run(bare(url, deliveries))
    through = asyncio.run(durable(url, database_url, deliveries))
    second = asyncio.run(bare(url, deliveries))
    committed = asyncio.run(latency(url, database_url, 40))
    grown = asyncio.run(memory(url, database_url, pending)) if pending else 0
    stop.set()
    received: dict[tuple[str, str], float] = ours.recv()
    process.join()
    took = sorted(received[key] - at for key, at in committed.items())
    return Figures(
        engine=database_url.partition(":")[0],
        bare=(first + second) / 2,
        durable=through,
        p50=statistics.median(took),
        p99=took[int(len(took) * 0.99)],
        grown_kb=grown,
        pending=pending,
    )


def main() -> None:
    """Measure what is there, and print one line each."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--deliveries", type=int, default=5000)
    options.add_argument("--pending", type=int, default=0)
    options.add_argument("--engine", choices=["sqlite", "postgresql", "both"], default="both")
    given = options.parse_args()
    logging.disable(logging.CRITICAL)
    if given.engine in ("sqlite", "both"):
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/bench.db"
            print(measure(url, deliveries=given.deliveries, pending=given.pending).line())
    if given.engine in ("postgresql", "both") and programs() is not None:
        with cluster() as url:
            print(measure(url, deliveries=given.deliveries, pending=given.pending).line())


if __name__ == "__main__":
    main()
