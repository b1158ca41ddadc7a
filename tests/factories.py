"""Ready-made nouns for tests: each function gives a whole, plausible one, and takes what should differ.

Without arguments a function gives the same noun every time. Tests that need several say `id` (or leave it to
`make_events`, which numbers them).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from monitor.model import (
    Affected,
    Announcement,
    Check,
    Closing,
    Event,
    Observation,
    Page,
    PageState,
    Quotation,
    Snapshot,
    Statement,
    Text,
    When,
)

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
"""The moment at which everything here was seen."""

PAGE_KEY = "ssbtek-release"
PAGE_URL = "https://fk.example/ssbtek/releaseinformation"


def made_id(*parts: object) -> str:
    """A UUID that is the same for the same parts."""
    return str(uuid5(NAMESPACE_URL, "/".join(map(str, parts))))


def make_day(day: date = date(2026, 9, 30), *, text: str | None = None) -> When:
    """A point in time: one day, in the words of the page."""
    return When(start=day, end=day, precision="day", text=text or day.isoformat())


def make_page(**changes: Any) -> Page:
    """A confirmed release page of SSBTEK."""
    return replace(
        Page(key=PAGE_KEY, service="ssbtek", kind="release", url=PAGE_URL, confirmed=True),
        **changes,
    )


def make_state(**changes: Any) -> PageState:
    """What is remembered of a page that has been read once."""
    return replace(
        PageState(
            page=PAGE_KEY,
            url=PAGE_URL,
            state="ok",
            since=NOON,
            digest="digest-1",
            reader_version=1,
            baseline_at=NOON,
            last_good_at=NOON,
            last_changed_at=NOON,
            page_updated=date(2026, 5, 4),
        ),
        **changes,
    )


def make_check(**changes: Any) -> Check:
    """A check that found something new, started at `NOON` and took a second."""
    return replace(
        Check(
            page=PAGE_KEY,
            started_at=NOON,
            ended_at=NOON + timedelta(seconds=1),
            outcome="changed",
            status_code=200,
            final_url=PAGE_URL,
            items=1,
            events=1,
            bytes=2048,
        ),
        **changes,
    )


def make_snapshot(**changes: Any) -> Snapshot:
    """A small body as it was fetched."""
    return replace(
        Snapshot(
            page=PAGE_KEY,
            url=PAGE_URL,
            fetched_at=NOON,
            body="<html><h2>Version 6 stängs</h2></html>".encode(),
            content_type="text/html; charset=utf-8",
            etag='"1"',
        ),
        **changes,
    )


def make_announcement(**changes: Any) -> Announcement:
    """An announcement of 4 May 2026: version 6 of SSBTEK closes."""
    return replace(
        Announcement(
            id=made_id("announcement", 1),
            page=PAGE_KEY,
            service="ssbtek",
            heading="Version 6 stängs",
            published=date(2026, 5, 4),
            updated=None,
            text="Version 6 stängs den 30 september 2026.",
            html="<p>Version 6 stängs den 30 september 2026.</p>",
            url=f"{PAGE_URL}#version-6",
            position=1,
            first_seen_at=NOON,
            changed_at=NOON,
        ),
        **changes,
    )


def make_claim(**changes: Any) -> Closing:
    """Version 6 closes on 30 September 2026."""
    return replace(
        Closing(
            service="ssbtek",
            version="6",
            evidence="Version 6 stängs den 30 september 2026.",
            date=make_day(text="30 september 2026"),
            affects=(Affected(service="ssbtek", versions=("6",)),),
        ),
        **changes,
    )


def make_statement(**changes: Any) -> Statement:
    """The claim of `make_claim`, made in the announcement of `make_announcement`."""
    return replace(
        Statement(
            id=made_id("statement", 1),
            page=PAGE_KEY,
            announcement_id=made_id("announcement", 1),
            claim=make_claim(),
            overview=False,
            known_on=date(2026, 5, 4),
            stamped=True,
            seen_at=NOON,
            position=1,
        ),
        **changes,
    )


def make_event(**changes: Any) -> Event:
    """The event that follows: `closure.announced` for version 6 of SSBTEK, a live change, not yet numbered."""
    return replace(
        Event(
            id=made_id("event", 1),
            type="closure.announced",
            subject="closing:ssbtek:6",
            service="ssbtek",
            page=PAGE_KEY,
            announcement_id=made_id("announcement", 1),
            statements=(
                Quotation(
                    page=PAGE_KEY,
                    announcement_id=made_id("announcement", 1),
                    evidence="Version 6 stängs den 30 september 2026.",
                ),
            ),
            published=date(2026, 5, 4),
            seen_at=NOON,
            severity="critical",
            title=Text(sv="SSBTEK version 6 stängs 2026-09-30", en="SSBTEK version 6 closes 2026-09-30"),
            summary=Text(
                sv="Försäkringskassan skriver att version 6 av SSBTEK stängs 2026-09-30.",
                en="Försäkringskassan states that version 6 of SSBTEK closes 2026-09-30.",
            ),
            action=Text(
                sv="Byt till en senare version före den 30 september 2026.",
                en="Move to a later version before 30 September 2026.",
            ),
            evidence="Version 6 stängs den 30 september 2026.",
            url=f"{PAGE_URL}#version-6",
            version="6",
            date=make_day(text="30 september 2026"),
            state="decided",
            affects=(Affected(service="ssbtek", versions=("6",)),),
            pushed=True,
        ),
        **changes,
    )


def make_events(count: int, *, first: int = 1, **changes: Any) -> tuple[Event, ...]:
    """`count` events that differ in id, subject and version: numbered from `first`."""
    return tuple(
        make_event(
            **{
                "id": made_id("event", number),
                "subject": f"closing:ssbtek:{number}",
                "version": str(number),
                "affects": (Affected(service="ssbtek", versions=(str(number),)),),
                **changes,
            }
        )
        for number in range(first, first + count)
    )


def make_observation(**changes: Any) -> Observation:
    """One look that learnt all of the above."""
    return replace(
        Observation(
            state=make_state(),
            check=make_check(),
            snapshot=make_snapshot(),
            digest="digest-1",
            announcements=(make_announcement(),),
            statements=(make_statement(),),
            events=(make_event(),),
        ),
        **changes,
    )
