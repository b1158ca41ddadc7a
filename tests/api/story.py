"""A small story in a store: what the application's tests, and other people's programs, are shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from db.store import Store
from monitor.model import Announcement, Event, Page, Release, Statement, Status
from tests.factories import (
    NOON,
    made_id,
    make_announcement,
    make_claim,
    make_day,
    make_event,
    make_observation,
    make_page,
    make_snapshot,
    make_state,
    make_statement,
)

LEFI = Page(
    key="lefi-online-release", service="lefi-online", kind="release", url="https://fk.example/lefi/releaseinformation"
)


def announcement(number: int, day: date, **changes: Any) -> Announcement:
    """One of several announcements."""
    seen = {"first_seen_at": NOON, "changed_at": NOON}
    return make_announcement(
        **{"id": made_id("announcement", number), "published": day, "position": number, **seen, **changes}
    )


def statement(number: int, claim: Any, known_on: date, **changes: Any) -> Statement:
    """One of several statements."""
    about = {"announcement_id": made_id("announcement", number), "known_on": known_on, "position": number}
    return make_statement(**{"id": made_id("statement", number, claim.kind), "claim": claim, **about, **changes})


def story() -> tuple[tuple[Announcement, ...], tuple[Statement, ...], tuple[Event, ...]]:
    """SSBTEK 6 closed in 2020, 8 closes on 30 September 2026 (moved once), 9 is current, with no release day."""
    announcements = (
        announcement(1, date(2026, 5, 4), heading="Version 8 stängs senare"),
        announcement(2, date(2026, 2, 2), heading="Version 8 stängs"),
        announcement(3, date(2023, 11, 23), heading="Version 9"),
        announcement(4, date(2019, 1, 1), heading="Version 6"),
    )
    moved, first = make_day(date(2026, 9, 30)), make_day(date(2026, 6, 1))
    nine = {"service": "ssbtek", "version": "9", "evidence": "Version 9 är i produktion."}
    eight = Release(service="ssbtek", version="8", evidence="Version 8.", date=make_day(date(2019, 11, 17)))
    statements = (
        statement(1, make_claim(version="8", date=moved, previous_date=first, change="moved"), date(2026, 5, 4)),
        statement(2, make_claim(version="8", date=first), date(2026, 2, 2)),
        statement(3, Release(**nine, is_current=True), date(2023, 11, 23)),
        statement(3, Status(**nine, is_current=True), date(2023, 11, 23)),
        statement(4, make_claim(version="6", date=make_day(date(2020, 10, 31)), state="closed"), date(2019, 1, 1)),
        statement(4, eight, date(2019, 1, 1)),
    )
    events = (
        event(1, 4, "closure.announced", "6", date(2020, 10, 31), date(2019, 1, 1), pushed=False, state="closed"),
        event(2, 3, "release.announced", "9", None, date(2023, 11, 23), pushed=False, severity="major"),
        event(3, 2, "closure.announced", "8", date(2026, 6, 1), date(2026, 2, 2), pushed=False),
        event(4, 1, "closure.rescheduled", "8", date(2026, 9, 30), date(2026, 5, 4), previous_date=first),
        make_event(
            id=made_id("api", 5), type="type.added", subject="code:ssbtek:BeslutsTyp:PUS", version=None, state=None,
            code_list="BeslutsTyp", code="PUS", label="Prövning", owner="Migrationsverket", severity="minor",
            date=make_day(date(2026, 6, 15)), announcement_id=made_id("announcement", 2), published=date(2026, 2, 2),
        ),
    )  # fmt: skip
    return announcements, statements, events


def event(number: int, told: int, kind: str, version: str, day: date | None, published: date, **changes: Any) -> Event:
    """One of several events about a version."""
    subject = f"{'release' if kind.startswith('release') else 'closing'}:ssbtek:{version}"
    return make_event(
        **{
            "id": made_id("api", number),
            "type": kind,
            "subject": subject,
            "version": version,
            "date": make_day(day) if day else None,
            "published": published,
            "announcement_id": made_id("announcement", told),
            "affects": (),
            **changes,
        }
    )


def filled(store: Store) -> Store:
    """The store after it has learnt the story, and then seen one announcement reworded."""
    announcements, statements, events = story()
    store.ensure_pages([make_page(), LEFI], now=NOON)
    store.commit(make_observation(announcements=announcements, statements=statements, events=events), fan_out=None)
    later = NOON + timedelta(minutes=30)
    reworded = replace(announcements[0], text="Version 8 stängs den 1 oktober 2026.", changed_at=later)
    store.commit(
        make_observation(
            state=make_state(last_good_at=later, last_changed_at=later, digest="digest-2"),
            snapshot=make_snapshot(fetched_at=later, body=b"<html>2</html>"),
            digest="digest-2",
            announcements=(reworded,),
            statements=(),
            events=(),
        )
    )
    return store
