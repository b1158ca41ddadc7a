from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from monitor.model import Event, EventType, Text, Urgency, When
from monitor.wording import urgency_of

NOW = datetime(2026, 11, 23, 8, 42, tzinfo=UTC)


def urgency(event_type: EventType, when: When | None, *, open_incident: bool = False) -> Urgency:
    event = Event(
        id="e1",
        type=event_type,
        subject="thing:ssbtek:1",
        service="ssbtek",
        page="ssbtek-release",
        announcement_id="a1",
        seen_at=NOW,
        severity="info",
        title=Text(sv="", en=""),
        summary=Text(sv="", en=""),
        url="https://agency.example/page",
        date=when,
    )
    return urgency_of(event, now=NOW, open_incident=open_incident)


def in_days(count: int) -> When:
    day = date(2026, 11, 23) + timedelta(days=count)
    return When(start=day, end=day, precision="day", text="x")


def window(hours: float, length: float = 2) -> When:
    start = NOW + timedelta(hours=hours)
    return When(start=start, end=start + timedelta(hours=length), precision="minute", text="x")


def test_a_closing_is_now_within_a_week_soon_within_thirty_days_and_else_planned() -> None:
    said = [urgency("closure.announced", in_days(count)) for count in (0, 7, 8, 30, 31)]
    assert said == ["now", "now", "soon", "soon", "planned"]


def test_a_window_is_now_within_a_day_and_while_it_lasts_and_not_when_it_is_over() -> None:
    said = [urgency("maintenance.scheduled", window(hours)) for hours in (-1, 23, 25, -3)]
    assert said == ["now", "now", "soon", "planned"]


def test_an_incident_is_now_only_while_it_is_open() -> None:
    assert urgency("incident.reported", None, open_incident=True) == "now"
    assert urgency("incident.reported", None, open_incident=False) == "planned"


def test_a_withdrawn_or_undated_thing_is_only_planned() -> None:
    assert urgency("closure.withdrawn", in_days(1)) == "planned"
    assert urgency("maintenance.cancelled", window(1)) == "planned"
    assert urgency("closure.announced", None) == "planned"


def test_an_open_date_counts_from_the_side_that_is_known() -> None:
    assert urgency("type.added", replace(in_days(3), end=None)) == "soon"
    assert urgency("closure.announced", replace(in_days(3), start=None)) == "now"
