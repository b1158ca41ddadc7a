"""Versions as they stand on a day: status, current, safe until, contradictions, and how sure we are."""

from __future__ import annotations

from datetime import date

import pytest

from monitor.model import Version
from monitor.settle import settle
from monitor.versions import find_version, running, versions
from tests.told import OTHER, Told, day_of, html, over_time, snapshot

RELEASED = Told("Version 9", "2025-03-03", "SSBTEK version 9 driftsattes den 2 mars 2025.")
CLOSES = Told("Version 9 stängs", "2026-03-02", "SSBTEK version 9 stängs den 30 juni 2027.")
PLANNED = Told("Version 8", "2026-03-02", "Planen är att SSBTEK version 8 stängs den 30 juni 2026.")
COMES = Told("Version 12", "2026-03-02", "SSBTEK version 12 driftsätts den 4 april 2027.")


def standing(*items: Told, today: str = "2026-09-01", as_of: str | None = None) -> dict[str, Version]:
    """The versions of SSBTEK after a look at a page with these announcements."""
    memory, _ = over_time(snapshot(html(*items), "2026-09-01"))
    ledger = settle(memory.statements, memory.announcements, as_of=date.fromisoformat(as_of) if as_of else None)
    return {version.version: version for version in versions(ledger, "ssbtek", today=date.fromisoformat(today))}


def test_a_version_is_planned_active_closing_and_closed() -> None:
    def status(today: str) -> list[str]:
        found = standing(RELEASED, CLOSES, COMES, today=today)
        return [found["9"].status, found["12"].status]

    assert status("2026-09-01") == ["closing", "planned"]
    assert status("2027-04-04") == ["closing", "active"]
    assert status("2027-06-30") == ["closing", "active"]
    assert status("2027-07-01") == ["closed", "active"]


def test_a_planned_day_that_passed_is_closed_and_not_confirmed() -> None:
    version = standing(PLANNED)["8"]
    assert (version.status, version.closing_state, version.closing_confirmed) == ("closed", "planned", False)


def test_a_decided_day_is_confirmed() -> None:
    version = standing(CLOSES)["9"]
    assert (version.closing_state, version.closing_confirmed) == ("decided", True)


@pytest.mark.parametrize(
    ("day", "safe"),
    [("30 juni 2027", date(2027, 6, 29)), ("5 juli 2027", date(2027, 7, 2)), ("28 mars 2027", date(2027, 3, 25))],
)
def test_one_is_safe_until_the_last_working_day_before(day: str, safe: date) -> None:
    """28 March 2027 is Easter Day: Good Friday is no working day either."""
    item = Told("Stängning", "2026-03-02", f"SSBTEK version 9 stängs den {day}.")
    assert standing(item)["9"].safe_until == safe


def test_labels_compare_as_numbers_and_are_shown_as_first_seen() -> None:
    found = standing(Told("Nytt", "2025-03-03", "SSBTEK version 9.0 driftsattes den 2 mars 2025."), CLOSES)
    assert list(found) == ["9.0"]
    assert day_of(found["9.0"].closes) == "2027-06-30"
    assert find_version(found.values(), "V9") is found["9.0"]
    assert find_version(found.values(), "9.1") is None


def test_versions_come_in_the_order_of_their_numbers() -> None:
    items = [
        Told(
            f"Version {label}",
            f"2025-0{index + 1}-03",
            f"SSBTEK version {label} driftsattes den {index + 1} mars 2024.",
        )
        for index, label in enumerate(("10", "7.1", "9", "7", "7.10"))
    ]
    assert list(standing(*reversed(items))) == ["7", "7.1", "7.10", "9", "10"]


def test_the_page_says_which_version_is_current_else_it_is_the_highest_in_use() -> None:
    ten = Told("Version 10", "2025-09-01", "SSBTEK version 10 driftsattes den 31 augusti 2025.")
    assert [v.version for v in standing(RELEASED, ten, COMES).values() if v.is_current] == ["10"]
    said = Told("Aktuell version", "2026-01-12", "Aktuell version är SSBTEK version 9.")
    assert [v.version for v in standing(said, RELEASED, ten).values() if v.is_current] == ["9"]


def test_a_version_known_only_by_its_closing_is_not_called_current() -> None:
    assert not any(version.is_current for version in standing(CLOSES).values())


def test_a_withdrawn_closing_leaves_the_version_open() -> None:
    back = Told("Version 9 blir kvar", "2026-05-04", "Stängningen av SSBTEK version 9 är inställd.")
    version = standing(back, CLOSES, RELEASED)["9"]
    assert (version.status, version.closes, version.closing_state) == ("active", None, "not_planned")


def test_a_closing_that_is_put_off_has_no_day() -> None:
    later = Told("Version 9", "2026-05-04", "Stängningen av SSBTEK version 9 skjuts upp. Nytt datum meddelas senare.")
    version = standing(later, CLOSES, RELEASED)["9"]
    assert (version.status, version.closes) == ("active", None)


def test_an_overview_that_says_otherwise_is_a_contradiction_that_is_shown() -> None:
    body = html(CLOSES, panels=(("9", "2025-03-02", "Ej inplanerat"),))
    memory, _ = over_time(snapshot(body, "2026-09-01"))
    (version,) = versions(settle(memory.statements, memory.announcements), "ssbtek", today=date(2026, 9, 1))
    (contradiction,) = version.contradictions
    assert contradiction.holds.evidence == CLOSES.text
    assert contradiction.against.evidence.endswith("Ej inplanerat")


def test_every_statement_about_a_version_is_in_its_history() -> None:
    moved = Told("Nytt datum", "2026-05-04", "Stängningen av SSBTEK version 9 flyttas till den 30 september 2027.")
    history = standing(moved, CLOSES, RELEASED)["9"].history
    assert [(entry.type, day_of(entry.date)) for entry in history] == [
        ("release", "2025-03-02"),
        ("closing", "2027-06-30"),
        ("closing", "2027-09-30"),
    ]


def test_as_of_tells_what_was_known_and_how() -> None:
    moved = Told("Nytt datum", "2026-05-04", "Stängningen av SSBTEK version 9 flyttas till den 30 september 2027.")
    before = standing(moved, CLOSES, as_of="2026-04-01", today="2026-04-01")["9"]
    assert (day_of(before.closes), before.known) == ("2027-06-30", "stamped")
    after = standing(moved, CLOSES, as_of="2026-09-01")["9"]
    assert (day_of(after.closes), after.known) == ("2027-09-30", "observed")


def test_an_overview_of_unknown_age_counts_only_for_days_that_lie_before() -> None:
    body = html(panels=(("7", "2018-12-31", "2024-06-30"), ("9", "2023-11-19", "2027-06-30")))
    memory, _ = over_time(snapshot(body, "2026-09-01"))
    ledger = settle(memory.statements, memory.announcements, as_of=date(2025, 1, 7))
    found = {version.version: version for version in versions(ledger, "ssbtek", today=date(2025, 1, 7))}
    assert (day_of(found["7"].closes), found["7"].known) == ("2024-06-30", "overview")
    assert found["9"].closes is None


def test_the_freshness_of_the_source_is_told() -> None:
    memory, _ = over_time(snapshot(html(CLOSES, RELEASED), "2026-09-01"), snapshot(html(RELEASED), "2026-09-02", OTHER))
    (version,) = versions(settle(memory.statements, memory.announcements), "ssbtek", today=date(2026, 9, 3))
    assert version.source_newest.stamp == date(2026, 3, 2)
    assert version.source_newest.change_seen_at is not None


def test_a_whole_number_covers_its_minor_versions() -> None:
    found = standing(
        Told("Version 7", "2025-03-03", "SSBTEK version 7 driftsattes den 2 mars 2024."),
        Told("Version 7.1", "2025-04-07", "SSBTEK version 7.1 driftsattes den 7 april 2024."),
    )
    assert [version.version for version in running(found.values(), "7")] == ["7", "7.1"]
    assert [version.version for version in running(found.values(), "7.1")] == ["7.1"]
