"""The agency's own page of May 2025, read whole: every date, code and count that is known of it.

Its sentences are the agency's and stand in no file here; the page is read from the folder that
`RELEASEVAKT_REAL_PAGES` names.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.model import Event, Page, Snapshot, Version, When
from monitor.reading import PageRead, read

FOLDER = os.environ.get("RELEASEVAKT_REAL_PAGES")
pytestmark = pytest.mark.skipif(not FOLDER, reason="RELEASEVAKT_REAL_PAGES is not set: the real page was NOT read")


@pytest.fixture(scope="module")
def page() -> PageRead:
    """The page as at a first look on the day of its own stamp."""
    watched = Page(key="ssbtek-release", service="ssbtek", kind="release", url="https://fk.example/")
    at = datetime(2025, 5, 2, 10, tzinfo=UTC)
    body = (Path(FOLDER or "") / "ssbtek-release.html").read_bytes()
    snapshot = Snapshot(page=watched.key, url=watched.url, fetched_at=at, body=body)
    return read(snapshot, watched, at=at, today=date(2025, 5, 2))


def events(page: PageRead, published: str) -> list[Event]:
    """The events told under the announcement with this stamp."""
    ids = {item.id for item in page.announcements if item.published and item.published.isoformat() == published}
    return [event for event in page.events if event.announcement_id in ids]


def day(text: str) -> tuple[str, str]:
    return text, text


def ends(when: When | None) -> tuple[str | None, str | None] | None:
    return (str(when.start) if when.start else None, str(when.end) if when.end else None) if when else None


def affected(event: Event) -> dict[str, tuple[str, ...]]:
    return {entry.service: entry.versions for entry in event.affects}


def test_the_whole_page_is_accounted_for(page: PageRead) -> None:
    assert len(page.announcements) == 10
    assert len(page.events) == 29
    assert len(page.versions) == 9
    assert page.coverage.unaccounted == 0
    assert page.page_updated == date(2025, 5, 2)
    assert [item.updated for item in page.announcements if item.updated] == [date(2021, 9, 3)]


def test_every_quotation_is_a_substring_of_its_announcement(page: PageRead) -> None:
    texts = {item.id: (item.heading, item.text) for item in page.announcements}
    for event in page.events:
        heading, text = texts[str(event.announcement_id)]
        assert event.evidence
        assert event.evidence in heading or event.evidence in text


def test_the_system_change_of_2024_closes_nothing(page: PageRead) -> None:
    (event,) = events(page, "2024-05-10")
    assert (event.type, event.service, ends(event.date)) == (
        "content.changed",
        "lefi-online",
        ("2024-05-18", "2024-05-19"),
    )
    assert affected(event) == {"lefi-online": ("5", "6", "7"), "ssbtek": ()}
    assert not [e for e in page.events if e.type.startswith("closure.") and e.service == "lefi-online"]


def test_version_9_is_there_and_closes_what_was_before_it(page: PageRead) -> None:
    release, *closures = events(page, "2023-11-23")
    assert (release.type, release.version, release.date, release.components) == ("release.announced", "9", None, ())
    assert [(e.type, e.version, ends(e.date), e.state, e.basis) for e in closures] == [
        ("closure.announced", label, day("2024-06-30"), "planned", "derived") for label in ("7", "7.1", "8")
    ]
    assert len({event.evidence for event in closures}) == 1
    assert all(event.derivation for event in closures)


def test_the_pensions_of_2022_are_a_notice(page: PageRead) -> None:
    (event,) = events(page, "2022-06-28")
    assert (event.type, event.hints, event.date) == ("notice.published", (), None)


def test_the_overview_tells_releases_closings_and_components(page: PageRead) -> None:
    told = events(page, "2019-08-23")
    released = {e.version: ends(e.date) for e in told if e.type == "release.announced"}
    assert released == {
        "1": day("2014-05-18"),
        "2": day("2015-05-25"),
        "3": day("2016-11-13"),
        "4": day("2017-05-28"),
        "6": day("2018-09-16"),
        "7": day("2018-12-31"),
        "7.1": day("2019-03-17"),
        "8": day("2019-11-17"),
    }
    closed = {e.version: (ends(e.date), e.state) for e in told if e.type == "closure.announced"}
    assert closed == {
        "1": (day("2017-01-17"), "closed"),
        "2": (day("2017-11-11"), "closed"),
        "3": (day("2019-05-02"), "closed"),
        "4": (day("2019-09-03"), "closed"),
    }
    assert len(told) == 12
    parts = {e.version: [(c.service, c.version) for c in e.components] for e in told if e.type == "release.announced"}
    assert parts == {
        "1": [],
        "2": [("lefi-online", None)],
        "3": [("lefi-online", "3")],
        "4": [("csn", "3"), ("af", "2")],
        "6": [("transportstyrelsen", "1"), ("lefi-online", "4")],
        "7": [("lefi-online", "5.0")],
        "7.1": [("lefi-online", "5.1")],
        "8": [("lefi-online", "6.0")],
    }


def code(event: Event) -> tuple[Any, ...]:
    return event.type, event.service, event.code_list, event.code, event.owner, ends(event.date)


def test_the_income_pension_supplement_brings_two_codes_and_no_version(page: PageRead) -> None:
    assert [code(event) for event in events(page, "2021-06-17")] == [
        ("type.added", "lefi-online", "beloppstyp", value, None, ("2021-09-01", None)) for value in ("P37", "P38")
    ]


def test_the_migration_agency_brings_codes_of_two_lists(page: PageRead) -> None:
    since = ("2020-12-16", None)
    assert [code(event) for event in events(page, "2020-12-16")] == [
        ("type.added", "ssbtek", "ÄrendeTyp", "US", "Migrationsverket", since),
        ("type.added", "ssbtek", "BeslutsTyp", "PUS", "Migrationsverket", since),
        ("type.added", "ssbtek", "BeslutsTyp", "UG", "Migrationsverket", since),
        ("type.added", "ssbtek", "BeslutsTyp", "US", "Migrationsverket", since),
        ("type.added", "ssbtek", "BeslutsTyp", "FÖRFALLER", "Migrationsverket", since),
    ]


@pytest.mark.parametrize(
    ("published", "to", "previous"),
    [("2020-09-10", "2020-10-31", "2020-09-30"), ("2020-04-30", "2020-09-30", "2020-05-29")],
)
def test_the_closing_of_version_6_moves_twice(page: PageRead, published: str, to: str, previous: str) -> None:
    (event,) = events(page, published)
    assert (event.type, event.version, event.state) == ("closure.rescheduled", "6", "decided")
    assert (ends(event.date), ends(event.previous_date)) == (day(to), day(previous))
    assert event.date is not None
    assert event.date.year_inferred
    assert event.subject == "closing:ssbtek:6"


def test_the_compensation_of_2020_is_a_kind_without_a_code(page: PageRead) -> None:
    (event,) = events(page, "2020-04-02")
    assert code(event) == ("type.added", "lefi-online", None, None, None, ("2020-04-07", None))
    assert set(affected(event)) == {"lefi-prenumeration", "ssbtek"}


def test_the_agreement_of_2020_changes_the_content_in_a_week(page: PageRead) -> None:
    (event,) = events(page, "2020-02-12")
    assert (event.type, event.service, event.environment) == ("content.changed", "ssbtek", "production")
    assert ends(event.date) == ("2020-02-17", "2020-02-23")
    assert event.date is not None
    assert event.date.precision == "week"


def test_the_versions_on_that_day(page: PageRead) -> None:
    versions = {version.version: version for version in page.versions}
    assert list(versions) == ["1", "2", "3", "4", "6", "7", "7.1", "8", "9"]
    for label in ("7", "7.1", "8"):
        version = versions[label]
        assert (version.status, version.closing_state, version.closing_confirmed) == ("closed", "planned", False)
        assert ends(version.closes) == day("2024-06-30")
        assert version.contradictions, "the overview says that no closing is planned"
    assert ends(versions["6"].closes) == day("2020-10-31")
    assert versions["6"].status == "closed"
    nine: Version = versions["9"]
    assert (nine.status, nine.is_current, nine.released, nine.closes) == ("active", True, None, None)
    assert [version.version for version in page.versions if version.is_current] == ["9"]


def test_reading_in_a_later_year_gives_the_same_events(page: PageRead) -> None:
    watched = Page(key="ssbtek-release", service="ssbtek", kind="release", url="https://fk.example/")
    at = datetime(2031, 1, 5, 10, tzinfo=UTC)
    body = (Path(FOLDER or "") / "ssbtek-release.html").read_bytes()
    later = read(Snapshot(page=watched.key, url=watched.url, fetched_at=at, body=body), watched, at=at, today=at.date())
    assert {event.id for event in later.events} == {event.id for event in page.events}
