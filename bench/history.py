"""Kill -9 at random while deliveries go out, and check the history that the receivers saw.

    python bench/history.py                       SQLite with one worker, PostgreSQL with three
    python bench/history.py --events 20 --kills 3 --engine sqlite

Each event goes to every endpoint. Of the endpoints some are dead (500 for ever) and some slow. What is checked:

* lost: a message to an endpoint that is alive, that never came; or a delivery of whatever endpoint that is not listed.
* duplicates: at most the kills times what one worker has in flight, and each under the same id.
* order: within a subject no receiver ever sees an older event after a newer one.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bench.delivering import Receiver, events, outbox_of, subscribe, tell, work
from bench.postgresql import cluster
from db.engine import migrate, open_database
from db.store import Store
from monitor.model import Event

LEASE_SECONDS = 4.0


@dataclass
class Result:
    """What a run showed."""

    engine: str
    seed: int
    events: int
    endpoints: int
    kills: int
    bound: int
    lost: int
    unlisted: int
    duplicates: int
    out_of_order: int
    seconds: float

    @property
    def good(self) -> bool:
        """True when every promise held."""
        return not (self.lost or self.unlisted or self.out_of_order) and self.duplicates <= self.bound

    def line(self) -> str:
        """One line for people."""
        return (
            f"{self.engine:10} seed {self.seed}: {self.events} events x {self.endpoints} endpoints, "
            f"{self.kills} kills, {self.seconds:.0f} s: lost {self.lost}, unlisted {self.unlisted}, "
            f"duplicates {self.duplicates} (bound {self.bound}), out of order {self.out_of_order} "
            f"-> {'held' if self.good else 'BROKEN'}"
        )


async def run(
    url: str,
    *,
    count: int,
    endpoints: int,
    dead: int,
    slow: int,
    workers: int,
    kills: int,
    seed: int,
    in_flight: int = 16,
    lease_seconds: float = LEASE_SECONDS,
    limit_seconds: float = 540,
) -> Result:
    """One run against a migrated, empty database."""
    chance = random.Random(seed)
    database = open_database(url)
    outbox = outbox_of(database, lease=timedelta(seconds=lease_seconds))
    receiver = Receiver()
    await receiver.start()
    kinds = ["dead"] * dead + ["slow"] * slow + ["well"] * (endpoints - dead - slow)
    paths = [f"/{kind}/{number}" for number, kind in enumerate(kinds)]
    subscribe(outbox, [receiver.url + path for path in paths])
    made = list(events(count, subjects=max(count // 5, 1)))
    await asyncio.to_thread(tell, Store(database), outbox, made)
    alive = [path for path in paths if "dead" not in path]
    expected = {(path, event.id) for path in alive for event in made}
    started = time.monotonic()
    processes = [_start(url, in_flight, lease_seconds) for _ in range(workers)]
    killed = 0
    try:
        while time.monotonic() - started < limit_seconds:
            await asyncio.sleep(chance.uniform(0.3, 1.5))
            if killed < kills:
                victim = chance.randrange(workers)
                processes[victim].send_signal(signal.SIGKILL)
                processes[victim].wait()
                killed += 1
                processes[victim] = _start(url, in_flight, lease_seconds)
            elif expected <= {(seen.path, seen.message_id) for seen in receiver.history}:
                break
        await asyncio.sleep(1)
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            await asyncio.to_thread(process.wait, 40)
    await receiver.stop()
    listed, _ = outbox.deliveries(limit=count * endpoints + 1)
    database.close()
    seen = Counter((one.path, one.message_id) for one in receiver.history if "dead" not in one.path)
    return Result(
        engine=url.partition(":")[0],
        seed=seed,
        events=count,
        endpoints=endpoints,
        kills=killed,
        bound=killed * in_flight,
        lost=len(expected - set(seen)),
        unlisted=count * endpoints - len(listed),
        duplicates=sum(seen.values()) - len(seen),
        out_of_order=_out_of_order(receiver, made),
        seconds=time.monotonic() - started,
    )


def _start(url: str, in_flight: int, lease_seconds: float) -> subprocess.Popen[bytes]:
    root = Path(__file__).parents[1]
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "bench.history",
            "--worker",
            url,
            "--in-flight",
            str(in_flight),
            "--lease",
            str(lease_seconds),
        ],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    )


def _out_of_order(receiver: Receiver, made: list[Event]) -> int:
    number = {event.id: place for place, event in enumerate(made)}
    subject = {event.id: event.subject for event in made}
    newest: dict[tuple[str, str], int] = {}
    wrong = 0
    for one in receiver.history:
        thing = (one.path, subject[one.message_id])
        wrong += number[one.message_id] < newest.get(thing, -1)
        newest[thing] = max(newest.get(thing, -1), number[one.message_id])
    return wrong


def main() -> None:
    """Run what is asked for; exit 1 when a promise did not hold."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--engine", choices=["sqlite", "postgresql", "both"], default="both")
    options.add_argument("--events", type=int, default=200, help="200 to 50 endpoints are 10,000 deliveries")
    options.add_argument("--endpoints", type=int, default=50)
    options.add_argument("--kills", type=int, default=40)
    options.add_argument("--seed", type=int, default=random.randrange(10**6))
    options.add_argument("--in-flight", type=int, default=16)
    options.add_argument("--lease", type=float, default=LEASE_SECONDS, help="seconds")
    options.add_argument("--worker", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.worker:
        logging.disable(logging.CRITICAL)
        asyncio.run(work(given.worker, lease_seconds=given.lease, in_flight=given.in_flight))
        return
    good = True
    tenth = max(given.endpoints // 10, 1)
    common = {"count": given.events, "endpoints": given.endpoints, "dead": tenth, "slow": tenth, "kills": given.kills}
    with tempfile.TemporaryDirectory() as folder:
        if given.engine in ("sqlite", "both"):
            url = f"sqlite:///{folder}/history.db"
            _migrate(url)
            result = asyncio.run(run(url, workers=1, seed=given.seed, in_flight=given.in_flight, **common))
            print(result.line())
            good &= result.good
    if given.engine in ("postgresql", "both"):
        with cluster() as url:
            _migrate(url)
            result = asyncio.run(run(url, workers=3, seed=given.seed, in_flight=given.in_flight, **common))
            print(result.line())
            good &= result.good
    sys.exit(0 if good else 1)


def _migrate(url: str) -> None:
    database = open_database(url)
    migrate(database)
    database.close()


if __name__ == "__main__":
    main()
