"""Which announcement is which: a heading may be edited, a stamp corrected, two items may bear the same heading.

An announcement's id is minted from page, normalised heading, published stamp and its ordinal among twins, counted from
the bottom, when it is first seen. Later it is recognised by what it still has in common with what we remember.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from monitor.labels import plain_label
from monitor.model import (
    Announcement,
    Blanket,
    CertificateChange,
    Claim,
    Closing,
    ContentChange,
    Incident,
    Item,
    Maintenance,
    Notice,
    Release,
    Status,
    TypeCode,
    When,
)
from monitor.settle import NAMESPACE
from monitor.words import fold, heading_key

_SAME_TEXT = 0.9
_SIMILAR_TEXT = 0.5


def announcement_id(page: str, item: Item) -> str:
    """The id that an item gets when it is first seen."""
    stamp = item.published.isoformat() if item.published else "-"
    return str(uuid.uuid5(NAMESPACE, "|".join((page, heading_key(item.heading), stamp, str(item.ordinal)))))


def recognise(items: Sequence[Item], known: Iterable[Announcement], page: str) -> dict[int, Announcement]:
    """The remembered announcement behind each item, by the item's position; items that are new are left out."""
    remembered = {announcement.id: announcement for announcement in known}
    found: dict[int, Announcement] = {}

    def take(matches: Callable[[Item, Announcement], float]) -> None:
        pairs = [
            (score, -abs(item.position - announcement.position), item.position, announcement.id)
            for item in items
            if item.position not in found
            for announcement in remembered.values()
            if (score := matches(item, announcement)) > 0
        ]
        for _, _, position, id_ in sorted(pairs, reverse=True):
            if position not in found and id_ in remembered:
                found[position] = remembered.pop(id_)

    take(_same_key)
    take(lambda item, announcement: float(announcement.id == announcement_id(page, item)))
    take(_same_overview)
    take(_same_heading)
    take(_same_stamp)
    take(_same_text)
    return found


def _same_key(item: Item, announcement: Announcement) -> float:
    return float(
        heading_key(item.heading) == heading_key(announcement.heading)
        and item.published == announcement.published
        and item.ordinal == announcement.ordinal
        and item.kind == announcement.kind
    )


def _same_overview(item: Item, announcement: Announcement) -> float:
    return float(item.kind == announcement.kind == "overview")


def _same_heading(item: Item, announcement: Announcement) -> float:
    """The same heading with another stamp is the same when the text is, or when one of the two has no stamp."""
    if heading_key(item.heading) != heading_key(announcement.heading):
        return 0.0
    text = likeness(item.text, announcement.text)
    unstamped = item.published is None or announcement.published is None
    same_day = item.published == announcement.published
    return text if text >= _SAME_TEXT or ((unstamped or same_day) and text >= _SIMILAR_TEXT) else 0.0


def _same_stamp(item: Item, announcement: Announcement) -> float:
    if item.published is None or item.published != announcement.published:
        return 0.0
    text = likeness(item.text, announcement.text)
    return text if text >= _SIMILAR_TEXT else 0.0


def _same_text(item: Item, announcement: Announcement) -> float:
    text = likeness(item.text, announcement.text)
    return text if text >= _SAME_TEXT and len(item.text) > 40 else 0.0


def likeness(one: str, other: str) -> float:
    """How much of their words two texts share, from 0 to 1."""
    mine, theirs = set(fold(one).split()), set(fold(other).split())
    return len(mine & theirs) / max(1, len(mine | theirs))


def statement_key(claim: Claim, *, overview: bool) -> str:
    """What makes a claim the same claim after a rewording: what it is about and what it says, not how."""
    parts: tuple[str | None, ...]
    match claim:
        case Release():
            parts = (claim.service, plain_label(claim.version), claim.change, _date(claim.date))
        case Closing():
            state = None if overview else claim.state
            parts = (claim.service, plain_label(claim.version or ""), claim.change, _date(claim.date), state)
        case Blanket():
            parts = (
                claim.service,
                claim.before,
                str(claim.inclusive),
                ",".join(claim.spared),
                claim.change,
                _date(claim.date),
                claim.state,
            )
        case Status():
            parts = (claim.service, plain_label(claim.version), str(claim.is_current), claim.closing_state)
        case TypeCode():
            parts = (
                claim.service,
                claim.code_list,
                claim.code,
                None if claim.code else claim.label,
                str(claim.removed),
                _date(claim.date),
            )
        case ContentChange():
            parts = (claim.service, claim.environment, _date(claim.date))
        case Maintenance():
            parts = (claim.service, claim.change, claim.environment, _date(claim.date))
        case Incident():
            parts = (claim.service, claim.stage)
        case CertificateChange():
            parts = (claim.service, claim.change, _date(claim.date))
        case Notice():
            parts = (claim.service, ",".join(claim.hints))
    return "|".join((claim.kind, *(part or "-" for part in parts)))


def statement_id(announcement: str, key: str, occurrence: int) -> str:
    """A statement's id: its announcement, what it says, and the how-manieth time it says so."""
    return hashlib.sha256(f"{announcement}|{key}|{occurrence}".encode()).hexdigest()[:32]


def _date(when: When | None) -> str | None:
    """The date without its year where that was inferred: only the year's inference changing is no change."""
    if when is None:
        return None
    return "/".join(_moment(moment, yearless=when.year_inferred) for moment in (when.start, when.end))


def _moment(moment: date | datetime | None, *, yearless: bool) -> str:
    if moment is None:
        return ".."
    return moment.isoformat()[5:] if yearless else moment.isoformat()
