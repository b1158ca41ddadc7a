"""The same announcement twice: on two pages, with small differences in wording, or by a slip of the editor's on one.

It is one event and one message all the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from monitor.model import Announcement
from monitor.words import fold, heading_key

_ALIKE = 0.6


def canonical_of(announcements: Iterable[Announcement]) -> dict[str, str]:
    """For each announcement that repeats another, the id of the one it is told under: the first we saw."""
    known = tuple(announcements)
    doubles = _doubles(known)
    groups: dict[date, list[Announcement]] = defaultdict(list)
    for announcement in known:
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
    return {**canonical, **{double: canonical.get(first, first) for double, first in doubles.items()}}


def _doubles(announcements: Iterable[Announcement]) -> dict[str, str]:
    """Announcements that stand twice on their page, word for word and with one stamp, by the id of the first."""
    firsts: dict[tuple[object, ...], str] = {}
    doubles: dict[str, str] = {}
    for announcement in sorted(announcements, key=lambda a: (a.first_seen_at, a.ordinal, a.id)):
        first = firsts.setdefault(words_of(announcement), announcement.id)
        if announcement.kind == "item" and first != announcement.id:
            doubles[announcement.id] = first
    return doubles


def words_of(announcement: Announcement) -> tuple[object, ...]:
    """All that a reader of its page sees of an announcement."""
    return (announcement.page, announcement.published, heading_key(announcement.heading), fold(announcement.text))


def are_twins(one: Announcement, other: Announcement) -> bool:
    """Whether two announcements with one stamp are one told twice: alike in text, or in heading and partly in text."""
    texts = _likeness(one.text, other.text)
    return texts >= _ALIKE or (texts >= _ALIKE / 2 and _likeness(one.heading, other.heading) >= _ALIKE)


def _likeness(one: str, other: str) -> float:
    mine, theirs = set(fold(one).split()), set(fold(other).split())
    return len(mine & theirs) / max(1, len(mine | theirs))


def _day(stamp: date | datetime) -> date:
    return stamp.date() if isinstance(stamp, datetime) else stamp
