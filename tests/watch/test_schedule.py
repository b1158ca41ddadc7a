from __future__ import annotations

import asyncio
import logging
import time
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from monitor.schedule import LONGEST_TRUST, Scheduler, next_due

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


class Even(Random):
    """Chance without chance: always the middle."""

    def uniform(self, a: float, b: float) -> float:
        return (a + b) / 2


def wait(every: timedelta = QUARTER, **how: float) -> timedelta:
    return next_due(NOW, every, rng=Even(), **how) - NOW  # type: ignore[arg-type]


def test_the_next_look_comes_after_the_interval_give_or_take_a_tenth() -> None:
    rng = Random(1)
    waits = {next_due(NOW, QUARTER, rng=rng) - NOW for _ in range(200)}
    assert QUARTER * 0.9 <= min(waits) < QUARTER * 0.93
    assert QUARTER * 1.07 < max(waits) <= QUARTER * 1.1


@pytest.mark.parametrize(("failures", "minutes"), [(0, 5), (1, 5), (2, 10), (3, 20), (4, 40), (5, 60), (99, 60)])
def test_failures_double_the_wait_up_to_an_hour(failures: int, minutes: int) -> None:
    assert wait(timedelta(minutes=5), failures=failures) == timedelta(minutes=minutes)


def test_an_interval_longer_than_an_hour_is_not_shortened_by_failures() -> None:
    assert wait(timedelta(hours=6), failures=9) == timedelta(hours=6)


def test_the_wait_a_server_asks_for_is_kept_and_never_undercut() -> None:
    assert wait(retry_after=60, failures=1) == QUARTER
    asked = timedelta(hours=2)
    for seed in range(50):
        due = next_due(NOW, QUARTER, rng=Random(seed), retry_after=asked.total_seconds(), failures=1)
        assert asked <= due - NOW <= asked * 1.1


def test_one_bad_answer_cannot_blind_us_for_long() -> None:
    waits = [wait(retry_after=86_400, failures=failures) for failures in (1, 2, 3, 4, 5)]
    assert [round(each / timedelta(hours=1.05)) for each in waits] == [4, 8, 16, 24, 24]


@given(
    every=some.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=30)),
    failures=some.integers(0, 10**9),
    retry_after=some.none() | some.floats(0, 1e15),
    seed=some.integers(),
)
def test_whatever_is_given_the_next_look_is_ahead_and_not_too_far(
    every: timedelta, failures: int, retry_after: float | None, seed: int
) -> None:
    due = next_due(NOW, every, rng=Random(seed), failures=failures, retry_after=retry_after)
    assert NOW < due <= NOW + max(every, LONGEST_TRUST) * 1.11


def test_a_job_runs_at_once_and_then_again_and_again() -> None:
    calls: list[float] = []

    async def job() -> None:
        calls.append(time.monotonic())

    async def main() -> None:
        async with Scheduler() as scheduler:
            scheduler.every(0.1, "job", job)
            await asyncio.sleep(0.45)

    asyncio.run(main())
    assert 3 <= len(calls) <= 6


def test_a_job_never_runs_twice_at_a_time_and_nobody_is_told_off(caplog: pytest.LogCaptureFixture) -> None:
    running = most = 0

    async def slow() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.25)
        running -= 1

    async def main() -> None:
        async with Scheduler() as scheduler:
            scheduler.every(0.05, "slow", slow)
            await asyncio.sleep(0.4)

    with caplog.at_level(logging.INFO):
        asyncio.run(main())
    assert most == 1
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_a_job_that_raises_is_logged_and_called_again_and_stops_no_other(caplog: pytest.LogCaptureFixture) -> None:
    calls = {"bad": 0, "good": 0}

    async def bad() -> None:
        calls["bad"] += 1
        raise RuntimeError("the page ate me")

    async def good() -> None:
        calls["good"] += 1

    async def main() -> None:
        async with Scheduler() as scheduler:
            scheduler.every(0.1, "bad", bad)
            scheduler.every(0.1, "good", good)
            await asyncio.sleep(0.35)

    asyncio.run(main())
    assert min(calls.values()) >= 2
    assert "the page ate me" in caplog.text


def test_a_job_can_be_woken_before_its_time() -> None:
    calls = 0

    async def job() -> None:
        nonlocal calls
        calls += 1

    async def main() -> None:
        async with Scheduler() as scheduler:
            scheduler.every(3600, "job", job)
            await asyncio.sleep(0.1)
            scheduler.wake("job")
            scheduler.wake("no such job")
            await asyncio.sleep(0.1)

    asyncio.run(main())
    assert calls == 2


def test_stopping_lets_short_work_finish_and_ends_long_work_within_the_grace(caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []

    async def short() -> None:
        await asyncio.sleep(0.2)
        done.append("short")

    async def long() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            done.append("cancelled")
            raise

    async def main() -> float:
        async with Scheduler(grace=0.5) as scheduler:
            scheduler.every(0.05, "short", short)
            scheduler.every(0.05, "long", long)
            await asyncio.sleep(0.1)
            started = time.monotonic()
        await scheduler.stop()
        return time.monotonic() - started

    assert asyncio.run(main()) < 1
    assert done == ["short", "cancelled"]
    assert "Traceback" not in caplog.text
