"""The tick of each process. What is due stands in the database with a lease; here is only what looks there, and when.

APScheduler 3.11 runs the ticks: a job that is still running is not started a second time, and ticks missed while the
process slept are one tick.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from random import Random
from types import TracebackType
from typing import Self

from apscheduler.schedulers.asyncio import AsyncIOScheduler

Job = Callable[[], Awaitable[object]]

LONGEST_BACK_OFF = timedelta(hours=1)
"""What failures alone can stretch an interval to."""

FIRST_TRUST = timedelta(hours=4)
"""How far a first Retry-After is believed; each further refusal doubles it, up to a day."""

LONGEST_TRUST = timedelta(hours=24)

JITTER = 0.1


def next_due(
    now: datetime,
    every: timedelta,
    *,
    rng: Random,
    retry_after: float | None = None,
    failures: int = 0,
) -> datetime:
    """When to look again: after `every`, give or take a tenth, so that pages do not march in step.

    `failures` counts the failed looks in a row, the one just made included. The second failure and each one after it
    doubles the interval, up to an hour (or `every`, where that is longer). `retry_after`, in seconds, is honoured; but
    one bad answer cannot blind us for long, so the first is believed up to four hours, and more when it is repeated.
    """
    doublings = min(max(failures - 1, 0), 16)
    wait: timedelta = min(every * 2**doublings, max(LONGEST_BACK_OFF, every))
    wait *= rng.uniform(1 - JITTER, 1 + JITTER)
    if retry_after is not None:
        trust = min(FIRST_TRUST * 2**doublings, LONGEST_TRUST)
        asked: timedelta = min(timedelta(seconds=min(retry_after, LONGEST_TRUST.total_seconds())), trust)
        wait = max(wait, asked * rng.uniform(1, 1 + JITTER))
    return now + wait


class Scheduler:
    """Calls each job again and again, at once when started. An async context manager: leaving it stops the ticks.

    A job that raises is logged, and called again at its next tick: one broken job never stops another.
    """

    def __init__(self, *, grace: float = 5.0) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            logger=_quiet("monitor.schedule.ticks", logging.ERROR),
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        _quiet("apscheduler.executors.default", logging.WARNING)
        self._grace = grace
        self._running: set[asyncio.Task[object]] = set()
        self._stopping = False

    async def __aenter__(self) -> Self:
        self._scheduler.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def every(self, seconds: float, name: str, job: Job) -> None:
        """Call `job` now and then every so many seconds, never twice at a time."""

        async def run() -> None:
            task = asyncio.current_task()
            assert task is not None
            self._running.add(task)
            try:
                await job()
            except asyncio.CancelledError:
                if not self._stopping:
                    raise
                # Its time is up; APScheduler would log that as an error.
            finally:
                self._running.discard(task)

        self._scheduler.add_job(run, "interval", seconds=seconds, id=name, name=name, next_run_time=datetime.now(UTC))

    def wake(self, name: str) -> None:
        """Let a job's next tick come now: there is work for it. Without effect while it is running."""
        job = self._scheduler.get_job(name)
        if job is not None:
            job.modify(next_run_time=datetime.now(UTC))

    async def stop(self) -> None:
        """Start nothing more, let what runs finish within the grace period, and cancel what does not."""
        if not self._scheduler.running:
            return
        self._stopping = True
        self._scheduler.pause()
        if self._running:
            await asyncio.wait(self._running, timeout=self._grace)
        left = tuple(self._running)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        self._scheduler.shutdown(wait=False)
        await asyncio.sleep(0)  # APScheduler shuts down in the loop's next round.


def _quiet(name: str, level: int) -> logging.Logger:
    """A logger without APScheduler's line for every tick that finds its job still running, or nothing to say."""
    logger = logging.getLogger(name)
    logger.setLevel(level)
    return logger
