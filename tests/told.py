"""A made-up page for tests of what is learnt over time: its announcements as short texts, read as the program reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html import escape

from monitor.model import Event, Memory, Page, Reading, Snapshot, When
from monitor.observe import Learnt, learn, observe_snapshots
from monitor.parse import parse
from monitor.settle import Ledger, settle

RELEASE = Page(key="ssbtek-release", service="ssbtek", kind="release", url="https://fk.example/ssbtek")
OTHER = Page(key="lefi-online-release", service="lefi-online", kind="release", url="https://fk.example/lefi-online")


@dataclass(frozen=True)
class Told:
    """An announcement: its heading, its stamp and its text, whose lines are paragraphs."""

    heading: str
    published: str | None
    text: str


def html(*items: Told, panels: Sequence[tuple[str, str, str]] = (), stamp: str = "2023-01-02") -> bytes:
    """A page with these announcements, the newest on top, and an overview of `(version, live, closes)` below them."""
    parts = []
    for item in items:
        published = f"<p>(Publicerad {item.published})</p>" if item.published else ""
        text = "".join(f"<p>{escape(line)}</p>" for line in item.text.split("\n"))
        parts.append(f"<h2>{escape(item.heading)}</h2>{published}{text}")
    if panels:
        rows = "".join(
            f"<h3>Version {version}</h3><p>Driftsättningsdatum</p><p>{live}</p>"
            f"<p>Stängning av versionen</p><p>{closes}</p>"
            for version, live, closes in panels
        )
        parts.append(f"<h2>Versioner för SSBTEK</h2><p>(Publicerad {stamp})</p>{rows}")
    title = "<h1>Releaseinformation för SSBTEK</h1>"
    return f"<!DOCTYPE html><html lang=sv><body><main>{title}{''.join(parts)}</main></body></html>".encode()


def moment(day: str) -> datetime:
    """Noon UTC of a day."""
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).replace(hour=12)


def snapshot(body: bytes, day: str, page: Page = RELEASE) -> tuple[Snapshot, Reading]:
    """A copy of a page fetched at noon of a day, and its reading."""
    copy = Snapshot(page=page.key, url=page.url, fetched_at=moment(day), body=body)
    return copy, parse(body, page=page.key, url=page.url)


def over_time(*copies: tuple[Snapshot, Reading]) -> tuple[Memory, tuple[Event, ...]]:
    """What copies of pages amount to, in whatever order they are given."""
    return observe_snapshots(copies, {page.key: page for page in (RELEASE, OTHER)})


def look(memory: Memory, body: bytes, day: str, *, known: Sequence[str] = (), page: Page = RELEASE) -> Learnt:
    """One more look at a page."""
    copy, reading = snapshot(body, day, page)
    return learn(memory, reading, page, at=copy.fetched_at, url=page.url, known_events=set(known))


def ledger_of(*copies: tuple[Snapshot, Reading]) -> Ledger:
    """The ledger of copies of pages."""
    memory, _ = over_time(*copies)
    return settle(memory.statements, memory.announcements)


def day_of(when: When | None) -> str | None:
    """The day of a date, or its span."""
    if when is None:
        return None
    start, end = (moment.isoformat() if moment else "" for moment in (when.start, when.end))
    return start if start == end else f"{start}..{end}"


def brief(event: Event) -> str:
    """An event in one short line."""
    parts = [event.type, event.version or event.code, day_of(event.date)]
    if event.previous_date is not None:
        parts.append(f"was:{day_of(event.previous_date)}")
    parts.append(event.state)
    return " ".join(part for part in parts if part)
