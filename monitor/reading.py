"""One page, from bytes to events and versions, touching nothing: what `releasevakt parse` prints."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from monitor.model import STOCKHOLM, Announcement, Coverage, Event, Memory, Page, Snapshot, Version
from monitor.observe import Learnt, learn
from monitor.parse import parse
from monitor.versions import versions


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRead:
    """What one page says on its own, as at a first look."""

    page: str
    retrieved_at: datetime
    title: str
    page_updated: date | datetime | None
    announcements: tuple[Announcement, ...]
    events: tuple[Event, ...]
    versions: tuple[Version, ...]
    coverage: Coverage


def read(snapshot: Snapshot, page: Page, *, at: datetime | None, today: date) -> PageRead:
    """Read one page by itself. Raises UnreadablePage.

    `at` is when it was retrieved: the page's own stamp when not given, `today` when it has none either. Only versions'
    status and `seen_at` depend on it.
    """
    reading = parse(snapshot.body, page=page.key, url=snapshot.url, content_type=snapshot.content_type)
    moment = at or _noon(reading.page_updated or today)
    learnt = learn(Memory(), reading, page, at=moment, url=snapshot.url, known_events=())
    return PageRead(
        page=page.key,
        retrieved_at=moment,
        title=reading.title,
        page_updated=reading.page_updated,
        announcements=tuple(sorted(learnt.announcements, key=lambda announcement: announcement.position)),
        events=learnt.events,
        versions=versions(learnt.ledger, page.service, today=moment.astimezone(STOCKHOLM).date()),
        coverage=_coverage(reading.coverage, learnt),
    )


def _noon(stamp: date | datetime) -> datetime:
    if isinstance(stamp, datetime):
        return stamp.astimezone(UTC)
    return datetime.combine(stamp, time(12), tzinfo=STOCKHOLM).astimezone(UTC)


def _coverage(coverage: Coverage, learnt: Learnt) -> Coverage:
    """The blocks out of which a statement was read are counted as read, the rest of the announcements' as kept."""
    evidence: dict[str, list[str]] = {}
    for statement in learnt.statements:
        if statement.claim.kind != "notice":
            evidence.setdefault(statement.announcement_id, []).append(statement.claim.evidence)
    read = sum(
        any(line in quotation or quotation in line for quotation in evidence.get(announcement.id, ()))
        for announcement in learnt.announcements
        for line in announcement.text.split("\n")
        if line.strip()
    )
    read = min(read, coverage.kept)
    return replace(coverage, read=read, kept=coverage.kept - read)
