"""Kill -9, SIGTERM: what receivers saw is complete, in order, and no more often than promised."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

from bench.delivering import Receiver, events, outbox_of, subscribe, tell
from bench.history import run
from db.engine import Database
from db.store import Store

ROOT = Path(__file__).parents[2]


def test_nothing_is_lost_or_out_of_order_when_workers_are_killed(database_url: str) -> None:
    workers = 3 if database_url.startswith("postgresql") else 1
    result = asyncio.run(
        run(
            database_url,
            count=6,
            endpoints=8,
            dead=1,
            slow=1,
            workers=workers,
            kills=2,
            seed=7,
            in_flight=8,
            lease_seconds=2.5,
            limit_seconds=90,
        )
    )
    assert result.good, result.line()


def test_sigterm_lets_what_is_under_way_finish_and_leaves_no_lease(sqlite_database: Database) -> None:
    asyncio.run(_stop_politely(sqlite_database, f"sqlite:///{sqlite_database.path}"))


async def _stop_politely(database: Database, url: str) -> None:
    outbox = outbox_of(database, lease=timedelta(seconds=60))
    receiver = Receiver(slow_seconds=0.7)
    await receiver.start()
    subscribe(outbox, [f"{receiver.url}/slow/{number}" for number in range(4)])
    await asyncio.to_thread(tell, Store(database), outbox, list(events(8, subjects=8)))
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.history", "--worker", url],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    async with asyncio.timeout(60):
        while not receiver.history:
            await asyncio.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    stopped = time.monotonic()
    assert await asyncio.to_thread(process.wait, 30) == 0
    assert time.monotonic() - stopped < 10
    await asyncio.sleep(0.1)
    await receiver.stop()
    found, _ = outbox.deliveries(limit=100)
    sent = {one.message_id + one.path for one in receiver.history}
    assert len(receiver.history) == len(sent)
    assert sum(delivery.state == "delivered" for delivery in found) == len(sent)
    assert outbox.claim(limit=100, owner="next")[0] != []
    assert all(delivery.attempts <= 1 for delivery in found)
