"""From statements to what holds: ranks, moves, blanket statements, repeats, and what overviews say over time."""

from __future__ import annotations

from datetime import date

import pytest

from monitor.model import Memory
from monitor.settle import settle
from tests.told import RELEASE, Told, brief, html, ledger_of, look, over_time, snapshot

ANNOUNCED = Told("Version 9 stängs", "2026-03-02", "SSBTEK version 9 stängs den 30 juni 2027.")
MOVED = Told(
    "Nytt datum för version 9", "2026-05-04", "Stängningen av SSBTEK version 9 senareläggs till den 30 september 2027."
)
PUT_OFF = Told(
    "Version 9 stängs senare", "2026-06-01", "Stängningen av SSBTEK version 9 skjuts upp. Nytt datum meddelas senare."
)
WITHDRAWN = Told("Version 9 blir kvar", "2026-08-03", "Stängningen av SSBTEK version 9 är inställd.")
PANELS = (("8", "2019-11-17", "2024-06-30"), ("9", "2023-11-19", "Ej inplanerat"))


def told(*items: Told, day: str = "2026-09-01", panels: tuple[tuple[str, str, str], ...] = ()) -> list[str]:
    """The events of a first look at a page with these announcements, oldest first."""
    _, events = over_time(snapshot(html(*items, panels=panels), day))
    return [brief(event) for event in events]


def test_newest_stamp_wins_wherever_it_stands_on_the_page() -> None:
    for items in ((MOVED, ANNOUNCED), (ANNOUNCED, MOVED)):
        assert told(*items) == [
            "closure.announced 9 2027-06-30 decided",
            "closure.rescheduled 9 2027-09-30 was:2027-06-30 decided",
        ]


def test_a_closing_is_put_off_and_called_off() -> None:
    put_off, withdrawn = told(WITHDRAWN, PUT_OFF, MOVED, ANNOUNCED)[-2:]
    assert put_off.startswith("closure.rescheduled 9 was:2027-09-30")
    assert withdrawn.startswith("closure.withdrawn 9")


def test_all_events_of_one_closing_have_one_subject() -> None:
    _, events = over_time(snapshot(html(WITHDRAWN, PUT_OFF, MOVED, ANNOUNCED), "2026-09-01"))
    assert {event.subject for event in events} == {"closing:ssbtek:9"}
    assert [event.type for event in events] == [
        "closure.announced",
        "closure.rescheduled",
        "closure.rescheduled",
        "closure.withdrawn",
    ]


def test_what_is_said_again_is_a_notice_and_no_second_event() -> None:
    reminder = Told("Påminnelse", "2026-06-01", "Glöm inte att SSBTEK version 9 stängs den 30 juni 2027.")
    assert told(reminder, ANNOUNCED) == ["closure.announced 9 2027-06-30 decided", "notice.published"]


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [
        (
            "Planen är att SSBTEK version 9 stängs den 30 juni 2027.",
            "SSBTEK version 9 stängs den 30 juni 2027.",
            "decided",
        ),
        ("SSBTEK version 9 stängs den 28 februari 2026.", "SSBTEK version 9 stängdes den 28 februari 2026.", "closed"),
    ],
)
def test_a_firmer_state_is_an_event_of_its_own(first: str, second: str, state: str) -> None:
    lines = told(Told("Version 9, besked", "2026-05-04", second), Told("Version 9, stängning", "2026-02-02", first))
    assert [line.split(" ")[0] for line in lines] == ["closure.announced", "closure.announced"]
    assert lines[-1].endswith(state)


def test_a_blanket_statement_is_spread_over_the_open_versions_before_it() -> None:
    """Trap 8: 7 and 7.1 and 8 are open, 6 closed before, 9 is the one it is about."""
    panels = (
        ("6", "2018-09-16", "2020-10-31"),
        ("7", "2018-12-31", "Ej inplanerat"),
        ("7.1", "2019-03-17", "Ej inplanerat"),
        ("8", "2019-11-17", "Ej inplanerat"),
    )
    item = Told(
        "SSBTEK version 9",
        "2023-11-23",
        "Aktuell version är SSBTEK version 9.\n"
        "Vi planerar att stänga samtliga tidigare versioner av SSBTEK 30 juni 2024.",
    )
    ledger = ledger_of(snapshot(html(item, panels=panels, stamp="2022-01-03"), "2024-01-08"))
    closings = {subject: story[-1] for subject, story in ledger.stories.items() if subject.startswith("closing")}
    spread = {subject: turn for subject, turn in closings.items() if turn.claim.basis == "derived"}
    assert sorted(spread) == ["closing:ssbtek:7", "closing:ssbtek:7.1", "closing:ssbtek:8"]
    assert {turn.state for turn in spread.values()} == {"planned"}
    assert all("samtliga tidigare versioner" in (turn.derivation or "") for turn in spread.values())
    assert len({turn.statement.claim.evidence for turn in spread.values()}) == 1


def test_spared_versions_are_not_closed_by_a_blanket_statement() -> None:
    older = [
        Told(f"SSBTEK version {n}", f"2024-0{n - 6}-05", f"SSBTEK version {n} driftsattes den 1 {month} 2023.")
        for n, month in ((7, "mars"), (8, "april"), (9, "maj"))
    ]
    item = Told(
        "Äldre versioner", "2026-03-02", "Alla versioner före 10 stängs den 30 juni 2027. Version 9 berörs inte."
    )
    lines = [line for line in told(item, *reversed(older)) if line.startswith("closure")]
    assert lines == ["closure.announced 7 2027-06-30 decided", "closure.announced 8 2027-06-30 decided"]


def test_a_blanket_statement_with_no_version_known_closes_none_by_number() -> None:
    item = Told("SSBTEK version 13", "2026-03-02", "Alla tidigare versioner av SSBTEK stängs den 30 juni 2027.")
    assert told(item) == ["closure.announced 2027-06-30 decided"]


def test_an_overview_that_agrees_with_an_item_makes_no_event_of_its_own() -> None:
    panels = (("9", "2023-11-19", "2027-06-30"),)
    lines = told(ANNOUNCED, panels=panels)
    assert sorted(lines) == ["closure.announced 9 2027-06-30 decided", "release.announced 9 2023-11-19"]


def test_a_day_moved_silently_in_the_overview_is_a_moved_closing() -> None:
    """Trap 10: the stamp stays, the cell changes."""
    before = html(panels=(("9", "2023-11-19", "2027-06-30"),))
    after = html(panels=(("9", "2023-11-19", "2027-09-30"),))
    first = look(Memory(), before, "2026-03-02")
    second = look(first.memory, after, "2026-05-04", known=[event.id for event in first.events])
    moved = [brief(event) for event in second.events if event.type.startswith("closure")]
    assert moved == ["closure.rescheduled 9 2027-09-30 was:2027-06-30 decided"]


def test_a_cell_that_loses_its_day_after_an_item_withdraws_the_closing() -> None:
    before = html(ANNOUNCED, panels=(("9", "2023-11-19", "2027-06-30"),))
    after = html(ANNOUNCED, panels=(("9", "2023-11-19", "Ej inplanerat"),))
    first = look(Memory(), before, "2026-03-02")
    second = look(first.memory, after, "2026-05-04", known=[event.id for event in first.events])
    assert [event.type for event in second.events if event.type.startswith("closure")] == ["closure.withdrawn"]


def test_an_older_not_planned_loses_against_an_item() -> None:
    lines = told(ANNOUNCED, panels=PANELS)
    assert "closure.announced 9 2027-06-30 decided" in lines
    assert not [line for line in lines if line.startswith("closure.withdrawn")]


def test_a_release_moves_and_comes() -> None:
    lines = told(
        Told("Version 12 dröjer", "2026-05-04", "Driftsättningen av SSBTEK version 12 flyttas till den 6 juni 2027."),
        Told("Version 12", "2026-03-02", "SSBTEK version 12 driftsätts den 4 april 2027."),
    )
    assert lines == ["release.announced 12 2027-04-04", "release.rescheduled 12 2027-06-06 was:2027-04-04"]


def test_what_was_known_by_a_day_leaves_out_what_came_later() -> None:
    memory, _ = over_time(snapshot(html(MOVED, ANNOUNCED), "2026-09-01"))
    early = settle(memory.statements, memory.announcements, as_of=date(2026, 4, 1))
    (story,) = early.stories.values()
    assert [turn.type for turn in story] == ["closure.announced"]
    assert story[-1].known == "stamped"
    late = settle(memory.statements, memory.announcements, as_of=date(2026, 9, 1))
    assert {turn.known for story in late.stories.values() for turn in story} == {"observed"}


def test_lefi_prenumeration_never_closes_a_version() -> None:
    item = Told("Version 2.0", "2026-03-02", "LEFI Prenumeration version 2.0 stängs den 30 juni 2027.")
    assert not [line for line in told(item) if line.startswith("closure")]


def test_subjects_are_stable_keys_of_the_thing() -> None:
    ledger = ledger_of(
        snapshot(
            html(ANNOUNCED, Told("Version 9.0", "2025-03-03", "SSBTEK version 9.0 driftsattes den 2 mars 2025.")),
            "2026-09-01",
        )
    )
    assert sorted(ledger.stories) == ["closing:ssbtek:9", "release:ssbtek:9"]
    assert RELEASE.service in ledger.lifecycles
