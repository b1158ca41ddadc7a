"""Which messages new events make."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.deliver.plan import Known, by_announcement, matches, next_digest, numbers, plan, quiet_until
from monitor.model import Affected, Component, Digest, Event, Filter, QuietHours, Quotation, Subscription
from tests.deliver.world import closing
from tests.factories import NOON, made_id, make_day

SSBTEK_8 = {("ssbtek", "8"): (Component(service="lefi-online", version="5.1"), Component(service="csn"))}


def subscription(**changes: object) -> Subscription:
    """A Slack channel that wants everything."""
    return replace(
        Subscription(id="slack1", kind="slack", name="x", address="x", created_at=NOON - timedelta(days=1)),
        **changes,  # type: ignore[arg-type]
    )


def event(**changes: object) -> Event:
    return closing(1, **changes)


def keys(*events: Event, now: datetime = NOON, known: Known | None = None, **changes: object) -> list[str]:
    return [planned.key for planned in plan(events, [subscription(**changes)], now=now, known=known)]


def test_people_get_one_message_per_announcement_and_programs_one_per_event() -> None:
    events = [closing(number, announcement_id="a") for number in (1, 2, 3)] + [closing(4)]
    assert len(keys(*events)) == 2
    assert keys(*events, kind="webhook") == [f"event:{found.id}" for found in events]


def test_the_same_announcement_on_two_pages_is_one_message() -> None:
    here = Quotation(page="ssbtek-release", announcement_id="a", evidence="x")
    there = Quotation(page="lefi-online-release", announcement_id="b", evidence="x")
    both = closing(1, announcement_id="a", statements=(here, there))
    only_there = closing(2, announcement_id="b", statements=(there,))
    apart = closing(3, announcement_id="c")
    assert [len(group) for group in by_announcement([only_there, apart, both])] == [1, 2]


def test_events_that_are_not_pushed_make_no_message() -> None:
    assert keys(event(pushed=False)) == []


def test_news_of_our_own_watching_is_for_operators_only() -> None:
    blind = event(type="page.unreadable", announcement_id=None)
    assert keys(blind) == []
    assert len(keys(blind, operator=True)) == 1


def test_planning_twice_gives_the_same_keys() -> None:
    events = [closing(1), closing(2, announcement_id=closing(1).announcement_id)]
    assert keys(*events) == keys(*reversed(events))


@pytest.mark.parametrize(
    ("wanted", "passes"),
    [
        (Filter(), True),
        (Filter(services=("ssbtek",)), True),
        (Filter(services=("lefi-online",)), False),
        (Filter(pages=("ssbtek-release",)), True),
        (Filter(pages=("ssbtek-drift",)), False),
        (Filter(types=("closure",)), True),
        (Filter(types=("closure.announced",)), True),
        (Filter(types=("clos",)), False),
        (Filter(types=("release",)), False),
        (Filter(min_severity="critical"), True),
        (Filter(services=("ssbtek",), types=("release",)), False),
    ],
)
def test_each_part_of_a_filter_narrows(wanted: Filter, passes: bool) -> None:
    assert matches(wanted, event(type="closure.announced"), components={}) is passes


def test_the_least_severity_lets_the_heavier_through() -> None:
    minor = event(severity="minor")
    assert not matches(Filter(min_severity="major"), minor, components={})
    assert matches(Filter(min_severity="minor"), minor, components={})
    assert matches(Filter(min_severity="info"), minor, components={})


def test_a_service_that_is_only_affected_counts() -> None:
    elsewhere = event(affects=(Affected(service="ssbtek"), Affected(service="lefi-prenumeration")))
    assert matches(Filter(services=("lefi-prenumeration",)), elsewhere, components={})


@pytest.mark.parametrize(
    ("changes", "passes"),
    [
        ({"version": "8", "affects": (Affected(service="ssbtek", versions=("8",)),)}, True),
        ({"version": "V8.0", "affects": (Affected(service="ssbtek", versions=("V8.0",)),)}, True),
        ({"version": "7", "affects": (Affected(service="ssbtek", versions=("7",)),)}, False),
        ({"version": "8.1", "affects": (Affected(service="ssbtek", versions=("8.1",)),)}, False),
        ({"version": "7", "affects": (Affected(service="ssbtek"),)}, False),
        ({"version": None, "affects": (Affected(service="ssbtek"),)}, True),
        (
            {"version": "9", "type": "release.announced", "affects": (Affected(service="ssbtek", versions=("9",)),)},
            True,
        ),
        (
            {"version": "7", "type": "release.announced", "affects": (Affected(service="ssbtek", versions=("7",)),)},
            False,
        ),
    ],
)
def test_what_a_team_runs_decides_by_version(changes: dict[str, object], passes: bool) -> None:
    runs = Filter(run=(Component(service="ssbtek", version="8"),))
    assert matches(runs, event(**changes), components=SSBTEK_8) is passes


@pytest.mark.parametrize(
    ("versions", "passes"), [(("5",), True), (("5.1",), True), (("6",), False), (("5.2",), False), ((), True)]
)
def test_what_a_team_runs_follows_the_components(versions: tuple[str, ...], passes: bool) -> None:
    runs = Filter(run=(Component(service="ssbtek", version="8"),))
    below = event(service="lefi-online", version=None, affects=(Affected(service="lefi-online", versions=versions),))
    assert matches(runs, below, components=SSBTEK_8) is passes
    assert not matches(runs, below, components={})


def test_another_service_beside_what_is_run_is_wanted_whole() -> None:
    mixed = Filter(services=("ssbtek", "lefi-prenumeration"), run=(Component(service="ssbtek", version="8"),))
    other = event(service="lefi-prenumeration", affects=(Affected(service="lefi-prenumeration"),))
    assert matches(mixed, other, components={})
    assert not matches(mixed, event(version="7", affects=()), components={})


def test_labels_compare_as_numbers() -> None:
    assert numbers("9") == numbers("9.0") == numbers("V9") != numbers("9.1")
    assert numbers("10") > numbers("9.9")


def test_a_correction_goes_to_those_who_were_told_and_to_nobody_else() -> None:
    wrong = closing(1)
    correction = closing(2, type="event.retracted", corrects=wrong.id)
    told = Known(told={wrong.id: {"slack1"}})
    assert len(keys(correction, known=told, filter=Filter(services=("lefi-online",)))) == 1
    assert keys(correction) == []


def test_a_switched_off_channel_has_its_messages_listed_as_cancelled() -> None:
    (planned,) = plan([event()], [subscription(disabled_at=NOON)], now=NOON)
    assert planned.cancelled == "disabled"


def test_a_muted_channel_gets_everything_in_one_bundle_when_the_mute_ends() -> None:
    until = NOON + timedelta(days=2)
    found = plan([closing(1), closing(2)], [subscription(mute_until=until)], now=NOON)
    assert {planned.due_at for planned in found} == {until}
    assert {planned.kind for planned in found} == {"digest"}
    assert len({planned.key for planned in found}) == 1


def test_a_digest_gathers_until_its_hour() -> None:
    found = plan([closing(1), closing(2)], [subscription(digest=Digest(every="weekly", at="08:00"))], now=NOON)
    assert {planned.key for planned in found} == {"digest:2026-05-11"}
    assert {planned.due_at for planned in found} == {datetime(2026, 5, 11, 6, 0, tzinfo=UTC)}


def test_quiet_hours_hold_what_is_not_happening_now() -> None:
    night = datetime(2026, 5, 4, 20, 30, tzinfo=UTC)
    far = closing(1, date=make_day())
    (held,) = plan([far], [subscription(quiet=QuietHours())], now=night)
    assert held.due_at == datetime(2026, 5, 5, 5, 0, tzinfo=UTC)
    incident = closing(2, type="incident.reported", subject="incident:x", severity="major")
    (through,) = plan([incident], [subscription(quiet=QuietHours())], now=night)
    assert (through.due_at, through.kind) == (night, "event")


@pytest.mark.parametrize(
    ("quiet", "hour", "until"),
    [
        (QuietHours(start="18:00", end="07:00"), 12, None),
        (QuietHours(start="18:00", end="07:00"), 18, (5, 7)),
        (QuietHours(start="18:00", end="07:00"), 3, (4, 7)),
        (QuietHours(start="18:00", end="07:00"), 7, None),
        (QuietHours(start="12:00", end="13:00"), 12, (4, 13)),
    ],
)
def test_quiet_hours_end_on_the_right_morning(quiet: QuietHours, hour: int, until: tuple[int, int] | None) -> None:
    now = datetime(2026, 5, 4, hour, 0, tzinfo=UTC) - timedelta(hours=2)
    ends = None if until is None else datetime(2026, 5, until[0], until[1], 0, tzinfo=UTC) - timedelta(hours=2)
    assert quiet_until(quiet, now) == ends


def test_a_daily_digest_comes_at_the_same_local_hour_when_the_clocks_change() -> None:
    saturday = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)
    sunday = next_digest(Digest(every="daily", at="08:00"), after=saturday)
    monday = next_digest(Digest(every="daily", at="08:00"), after=sunday)
    assert sunday == datetime(2026, 10, 25, 7, 0, tzinfo=UTC)
    assert monday - sunday == timedelta(hours=24)
    assert next_digest(
        Digest(every="daily", at="02:30"), after=datetime(2026, 3, 28, 12, tzinfo=UTC)
    ) > saturday.replace(month=3, day=28)


def test_events_keep_the_order_of_the_log_within_a_message() -> None:
    later, earlier = closing(1, announcement_id="a", seq=9), closing(2, announcement_id="a", seq=3)
    (planned,) = plan([later, earlier], [subscription()], now=NOON)
    assert [found.seq for found in planned.events] == [3, 9]
    assert planned.subjects == ("closing:ssbtek:2", "closing:ssbtek:1")
    assert made_id("closing", 1) == later.id
