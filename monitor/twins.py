"""The same announcement on two pages, with small differences in wording: one event and one message all the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from monitor.model import Announcement
from monitor.words import fold

_ALIKE = 0.6


def canonical_of(announcements: Iterable[Announcement]) -> dict[str, str]:
    """For each announcement that repeats another page's, the id of the one it is told under: the first we saw."""
    groups: dict[date, list[Announcement]] = defaultdict(list)
    for announcement in announcements:
        if announcement.published is not None and announcement.kind == "item":
            groups[_day(announcement.published)].append(announcement)
    canonical: dict[str, str] = {}
    for group in groups.values():
        if len({announcement.page for announcement in group}) < 2:
            continue
        group.sort(key=lambda announcement: (announcement.first_seen_at, announcement.page, announcement.position))
        firsts: list[Announcement] = []
        for announcement in group:
            first = next(
                (other for other in firsts if other.page != announcement.page and are_twins(other, announcement)), None
            )
            if first is None:
                firsts.append(announcement)
            else:
                canonical[announcement.id] = first.id
    return canonical


def are_twins(one: Announcement, other: Announcement) -> bool:
    """Whether two announcements with one stamp are one told twice: alike in text, or in heading and partly in text."""
    texts = _likeness(one.text, other.text)
    return texts >= _ALIKE or (texts >= _ALIKE / 2 and _likeness(one.heading, other.heading) >= _ALIKE)


def _likeness(one: str, other: str) -> float:
    mine, theirs = set(fold(one).split()), set(fold(other).split())
    return len(mine & theirs) / max(1, len(mine | theirs))


def _day(stamp: date | datetime) -> date:
    return stamp.date() if isinstance(stamp, datetime) else stamp
