"""When to try again and when to stop, as values in and values out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.deliver.model import Outcome, Verdict
from monitor.deliver.retry import (
    AFTER_TIMEOUT,
    BREAKER_OPENS,
    DENIED_FOR,
    DISABLED_AFTER,
    PROBE_LONGEST,
    RETRY_AFTER_CAP,
    SCHEDULE,
    expires_at,
    max_age,
    retry_after,
    settle,
)
from monitor.model import Health, Settlement
from tests.deliver.world import closing
from tests.factories import NOON

WORKS = Health()


def after(
    outcome: Outcome = "retry",
    *,
    health: Health = WORKS,
    tries: int = 0,
    reason: str = "status",
    hint: str | None = None,
    random: float = 0.0,
    plain: bool = False,
    now: datetime = NOON,
) -> Settlement:
    verdict = Verdict(outcome=outcome, reason=reason, retry_after=hint)
    return settle(verdict, health, tries=tries, plain=plain, due_at=NOON, now=now, random=random)


def test_the_schedule_is_the_published_one_of_ten_attempts_in_75_hours() -> None:
    assert len(SCHEDULE) == 10
    assert sum(SCHEDULE, timedelta()) == timedelta(hours=75, minutes=35, seconds=5)


@given(tries=st.integers(0, 8), random=st.floats(0, 1))
def test_jitter_is_only_ever_added(tries: int, random: float) -> None:
    settled = after(tries=tries, random=random)
    assert settled.due_at is not None
    assert SCHEDULE[tries + 1] <= settled.due_at - NOON <= SCHEDULE[tries + 1] * 1.2


def test_the_tenth_failure_is_the_last() -> None:
    assert after(tries=8).state == "pending"
    assert after(tries=9).state == "dead"


def test_a_receiver_that_timed_out_is_not_asked_again_within_a_minute() -> None:
    settled = after(reason="timeout")
    assert settled.due_at == NOON + AFTER_TIMEOUT


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        (None, None),
        ("1", timedelta(seconds=1)),
        (" 120 ", timedelta(seconds=120)),
        ("0", timedelta(0)),
        ("-5", None),
        ("1.5", None),
        ("1e9", None),
        ("1000000000", RETRY_AFTER_CAP),
        ("9" * 400, RETRY_AFTER_CAP),
        ("soon", None),
        ("", None),
        ("120, 120", None),
        ("Mon, 04 May 2026 12:10:00 GMT", timedelta(minutes=10)),
        ("Monday, 04-May-26 12:10:00 GMT", timedelta(minutes=10)),
        ("Mon May  4 12:10:00 2026", timedelta(minutes=10)),
        ("Mon, 04 May 2026 12:10:00 -0000", timedelta(minutes=10)),
        ("Mon, 04 May 2026 14:10:00 +0200", timedelta(minutes=10)),
        ("Mon, 04 May 2026 11:00:00 GMT", timedelta(0)),
        ("Mon, 04 May 2099 12:10:00 GMT", RETRY_AFTER_CAP),
        ("Mon, 99 May 2026 12:10:00 GMT", None),
    ],
)
def test_retry_after_is_read_in_both_forms_and_garbage_is_ignored(header: str | None, wait: timedelta | None) -> None:
    assert retry_after(header, now=NOON) == wait


@given(st.text(max_size=60))
def test_no_retry_after_header_raises_or_goes_beyond_a_day(header: str) -> None:
    wait = retry_after(header, now=NOON)
    assert wait is None or timedelta(0) <= wait <= RETRY_AFTER_CAP


def test_retry_after_is_a_floor_and_holds_the_whole_address_back() -> None:
    settled = after(hint="3600")
    assert settled.due_at == settled.health.parked_until == NOON + timedelta(hours=1)
    sooner = after(hint="1", tries=3)
    assert sooner.due_at == NOON + SCHEDULE[4]
    assert sooner.health.parked_until == NOON + timedelta(seconds=1)
    dated = after(hint=format_datetime(NOON.astimezone(UTC) + timedelta(hours=2), usegmt=True))
    assert dated.health.parked_until == NOON + timedelta(hours=2)


def test_after_five_failures_in_a_row_only_probes_are_sent_and_they_use_nothing_up() -> None:
    health, now, tries = WORKS, NOON, 0
    waits = []
    for number in range(1, 16):
        settled = after(health=health, tries=tries, now=now)
        assert settled.state == "pending"
        health, tries = settled.health, settled.tries
        if number >= BREAKER_OPENS:
            assert health.parked_until is not None
            waits.append(health.parked_until - now)
            now = health.parked_until
    assert tries == BREAKER_OPENS
    assert waits[0] == timedelta(seconds=30)
    assert waits[1] == timedelta(seconds=60)
    assert waits[-1] == PROBE_LONGEST
    assert sorted(waits) == waits


def test_a_success_closes_the_breaker_and_lets_everything_go_at_once() -> None:
    down = Health(failures=7, failing_since=NOON - timedelta(hours=1), parked_until=NOON)
    settled = after("delivered", health=down)
    assert settled.state == "delivered"
    assert settled.health == WORKS
    assert settled.release
    assert not after("delivered", health=Health(failures=1, failing_since=NOON)).release


def test_five_days_of_nothing_but_failures_switch_the_address_off() -> None:
    almost = Health(failures=50, failing_since=NOON - DISABLED_AFTER + timedelta(seconds=1))
    assert after(health=almost).disable is None
    assert after(health=Health(failures=50, failing_since=NOON - DISABLED_AFTER)).disable == "failing"


def test_an_address_that_is_gone_is_switched_off_at_once() -> None:
    settled = after("gone", reason="no_service")
    assert (settled.state, settled.disable) == ("dead", "no_service")


def test_an_address_that_refuses_us_is_switched_off_when_that_persists() -> None:
    first = after("denied", reason="channel_not_found")
    assert (first.state, first.disable, first.health.denied_since) == ("pending", None, NOON)
    still = after("denied", health=first.health, now=NOON + DENIED_FOR, reason="channel_not_found")
    assert still.disable == "channel_not_found"
    mended = after("retry", health=first.health, now=NOON + timedelta(minutes=30))
    assert mended.health.denied_since is None


def test_a_message_that_does_not_fit_goes_once_in_its_plainest_form() -> None:
    first = after("unfit")
    assert (first.state, first.plain, first.due_at, first.health) == ("pending", True, NOON, WORKS)
    assert after("unfit", plain=True).state == "dead"


def test_what_is_useless_later_expires_earlier() -> None:
    assert max_age("incident.reported") < max_age("maintenance.scheduled") < max_age("closure.announced")
    incident, announced = closing(1, type="incident.reported"), closing(2)
    assert expires_at("event", (incident, announced), due_at=NOON) == NOON + max_age("closure.announced")
    assert expires_at("event", (incident,), due_at=NOON) == NOON + timedelta(hours=24)
