"""Versions and histories for the tests of publishing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from monitor.model import Event, HistoryEntry, Text, Version, When
from tests.factories import made_id, make_day, make_event

TODAY = date(2026, 5, 4)


def make_version(version: str = "6", **changes: Any) -> Version:
    """A version of SSBTEK that is in production and has no end."""
    return replace(
        Version(
            service="ssbtek",
            version=version,
            status="active",
            is_current=False,
            released=make_day(date(2020, 1, 15)),
            closes=None,
            closing_state="unknown",
            closing_confirmed=False,
            safe_until=None,
        ),
        **changes,
    )


def make_history(closes: When | None, known_on: date, **changes: Any) -> HistoryEntry:
    """A statement that a version closes."""
    return replace(
        HistoryEntry(
            type="closing",
            date=closes,
            state="planned",
            basis="stated",
            derivation=None,
            page="ssbtek-release",
            announcement_id=made_id("announcement", 1),
            published=known_on,
            known_on=known_on,
            evidence="Version 6 stängs.",
        ),
        **changes,
    )


def told(seq: int, kind: str, day: date | None, seen_at: datetime, **changes: Any) -> Event:
    """An event about the closing of SSBTEK 6, numbered and live."""
    return make_event(
        **{
            "id": made_id("told", seq),
            "seq": seq,
            "type": kind,
            "date": make_day(day) if day else None,
            "seen_at": seen_at,
            "published": seen_at.date(),
            "title": Text(sv=f"Nummer {seq}", en=f"Number {seq}"),
            **changes,
        }
    )
