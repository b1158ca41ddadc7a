"""What is due by the calendar: reminders, signs of life, word of failing channels and of blind pages."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from db.engine import Database
from monitor.deliver.due import plan_due
from monitor.deliver.plan import concerns_version
from monitor.deliver.reminders import due_reminders, outages, troubles
from monitor.model import ClosingState, Component, Event, Filter, Subscription, Version, When
from tests.deliver.receiver import Receiver
from tests.deliver.world import BASE_URL, Clock, World, closing
from tests.factories import NOON, made_id


def version(day: date | None, *, state: ClosingState = "decided", label: str = "8") -> Version:
    when = When(start=day, end=day, precision="day", text="x") if day else None
    return Version(
        service="ssbtek",
        version=label,
        status="closing",
        is_current=False,
        released=None,
        closes=when,
        closing_state=state,
        closing_confirmed=False,
        safe_until=None,
    )


def morning(day: date, hours: float = 0) -> datetime:
    return datetime(day.year, day.month, day.day, 6, 1, tzinfo=UTC) + timedelta(hours=hours)


def days_due(closes: date, on: date) -> list[int]:
    return [reminder.days for reminder in due_reminders([version(closes)], now=morning(on))]


@pytest.mark.parametrize(
    ("on", "days"),
    [
        (date(2026, 6, 16), [90]),
        (date(2026, 8, 14), [30]),
        (date(2026, 9, 7), [7]),
        (date(2026, 9, 11), [1]),
        (date(2026, 9, 14), [0]),
        (date(2026, 6, 15), []),
        (date(2026, 7, 14), []),
        (date(2026, 9, 15), [0]),
        (date(2026, 9, 18), []),
    ],
)
def test_reminders_come_on_working_days_before_a_monday(on: date, days: list[int]) -> None:
    assert days_due(date(2026, 9, 14), on) == days


def test_a_reminder_for_midsummer_comes_on_the_working_day_before() -> None:
    """Midsummer Eve 2026 is 19 June, and nobody works."""
    assert days_due(date(2026, 6, 20), date(2026, 6, 18)) == [0]
    assert days_due(date(2026, 6, 20), date(2026, 6, 17)) == []


def test_reminders_come_at_eight_and_not_at_midnight() -> None:
    closes = date(2026, 9, 14)
    assert due_reminders([version(closes)], now=morning(closes, -0.1)) != due_reminders(
        [version(closes)], now=morning(closes)
    )


@pytest.mark.parametrize("state", ["closed", "unknown", "not_planned"])
def test_a_version_that_does_not_close_is_not_reminded_of(state: ClosingState) -> None:
    assert due_reminders([version(date(2026, 9, 14), state=state)], now=morning(date(2026, 9, 14))) == ()
    assert due_reminders([version(None)], now=NOON) == ()


def test_a_closing_concerns_those_who_run_it_or_something_made_of_it() -> None:
    closes = replace(version(date(2026, 9, 14)), service="lefi-online", version="5.1")
    parts = {("ssbtek", "8"): (Component(service="lefi-online", version="5.1"),)}
    assert concerns_version(Filter(), closes, components=parts)
    assert concerns_version(Filter(run=(Component(service="ssbtek", version="8.0"),)), closes, components=parts)
    assert not concerns_version(Filter(run=(Component(service="ssbtek", version="9"),)), closes, components=parts)
    assert not concerns_version(Filter(types=("incident",)), closes, components=parts)


def test_reminders_are_sent_once_and_made_anew_when_the_day_moves(sqlite_database: Database) -> None:
    clock = Clock(morning(date(2026, 8, 14)))
    world = World(sqlite_database, clock=clock)
    world.subscribe("webhook", "http://127.0.0.1:9/x", created_at=NOON)
    world.known.found_versions = (version(date(2026, 9, 14)),)
    for _ in range(3):
        plan_due(world.outbox, world.known, base_url=BASE_URL, now=clock())
    (first,) = world.deliveries(kinds=["closure.reminder"])
    world.tell(closing(8, type="closure.rescheduled", id=made_id("moved")))
    assert world.outbox.delivery(first.id).reason == "moved"
    world.known.found_versions = (version(date(2026, 12, 14)),)
    clock.now = morning(date(2026, 11, 13))
    plan_due(world.outbox, world.known, base_url=BASE_URL, now=clock() + timedelta(hours=1))
    keys = [delivery.key for delivery in world.deliveries(kinds=["closure.reminder"])]
    assert keys == ["reminder:closing:ssbtek:8:2026-09-14:30", "reminder:closing:ssbtek:8:2026-12-14:30"]


def test_a_subscription_that_came_after_the_day_gets_no_old_reminder(sqlite_database: Database) -> None:
    clock = Clock(morning(date(2026, 8, 16)))
    world = World(sqlite_database, clock=clock)
    world.subscribe("webhook", "http://127.0.0.1:9/x")
    world.known.found_versions = (version(date(2026, 9, 14)),)
    plan_due(world.outbox, world.known, base_url=BASE_URL, now=clock())
    assert world.deliveries() == ()


def test_a_sign_of_life_comes_on_monday_morning_and_once(sqlite_database: Database) -> None:
    clock = Clock(datetime(2026, 5, 4, 6, 0, tzinfo=UTC))
    world = World(sqlite_database, clock=clock)
    world.subscribe("slack", "http://127.0.0.1:9/x", heartbeat=True, created_at=NOON - timedelta(days=30))
    world.subscribe("slack", "http://127.0.0.1:9/y", created_at=NOON - timedelta(days=30))
    seen = []
    for hours in (0, 0.9, 1.1, 2, 24, 48):
        plan_due(world.outbox, world.known, base_url=BASE_URL, now=clock() + timedelta(hours=hours))
        seen.append(len(world.deliveries(kinds=["heartbeat"])))
    assert seen == [0, 0, 1, 1, 1, 1]


def channel(**changes: object) -> Subscription:
    made = Subscription(id="a", kind="slack", name="Ekonomi", address="x", created_at=NOON)
    return replace(made, **changes)  # type: ignore[arg-type]


def test_others_hear_of_a_failing_channel_after_an_hour_after_a_day_and_when_it_is_switched_off() -> None:
    failing = channel(failing_since=NOON, failures=3)
    assert troubles([failing], now=NOON + timedelta(minutes=59)) == ()
    keys = {troubles([failing], now=NOON + timedelta(hours=hours))[0].key for hours in (1, 2, 23, 24, 30)}
    assert len(keys) == 2
    off = channel(disabled_at=NOON, disabled_reason="gone")
    (trouble,) = troubles([off], now=NOON + timedelta(hours=1))
    assert trouble.disabled
    assert troubles([channel(disabled_at=NOON, disabled_reason="operator")], now=NOON) == ()


def page_event(kind: str, at: datetime, page: str = "ssbtek-drift") -> Event:
    return closing(
        1,
        id=made_id(kind, at),
        type=kind,
        page=page,
        subject=f"page:{page}",
        seen_at=at,
        announcement_id=None,
        severity="info",
        version=None,
    )


def test_an_outage_lasts_from_its_first_word_to_its_last() -> None:
    began = page_event("page.unreadable", NOON)
    again = page_event("page.failing", NOON + timedelta(hours=1))
    ended = page_event("page.readable", NOON + timedelta(hours=2))
    (open_,) = outages([began, again])
    assert (open_.began, open_.ended) == (began, None)
    (closed,) = outages([began, again, ended])
    assert (closed.began, closed.ended) == (began, ended)


async def _blind(world: World, clock: Clock) -> list[str]:
    async with Receiver() as reader, Receiver() as operator:
        world.subscribe("slack", reader.url)
        world.subscribe("slack", operator.url, operator=True)
        world.known.log.append(page_event("page.unreadable", NOON))
        for _ in range(4):
            clock.forward(hours=1)
            plan_due(world.outbox, world.known, base_url=BASE_URL, now=clock())
            await world.send()
        world.known.log.append(page_event("page.readable", clock()))
        for _ in range(2):
            plan_due(world.outbox, world.known, base_url=BASE_URL, now=clock())
            await world.send()
        assert operator.received == []
        return [request.json["text"] for request in reader.received]


def test_readers_of_a_blind_page_hear_it_after_a_while_and_when_it_can_be_seen_again(
    sqlite_database: Database,
) -> None:
    clock = Clock()
    told = asyncio.run(_blind(World(sqlite_database, clock=clock), clock))
    assert len(told) == 2
