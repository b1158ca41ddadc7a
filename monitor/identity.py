"""Which announcement is which: a heading may be edited, a stamp corrected, two items may bear the same heading.

An announcement's id is minted from page, normalised heading, published stamp and its ordinal among twins, counted from
the bottom, when it is first seen. Later it is recognised by what it still has in common with what we remember.
"""

from __future__ import annotations

import hashlib
import itertools
import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime
from html import escape
from typing import cast

from monitor.labels import plain_label
from monitor.model import (
    Announcement,
    Blanket,
    Block,
    CertificateChange,
    Claim,
    Closing,
    ContentChange,
    Incident,
    Item,
    Maintenance,
    Notice,
    Reading,
    Release,
    Statement,
    Status,
    TypeCode,
    When,
)
from monitor.settle import NAMESPACE
from monitor.words import fold, heading_key, sentences

_SAME_TEXT = 0.9
_SIMILAR_TEXT = 0.5
_LONG_ENOUGH = 40
_TELLING_LINE = 25
"""Letters of a line by which an announcement is known; shorter ones ("Mer information") stand anywhere."""
WEAKEST_HEADING = 6


def announcement_id(page: str, item: Item, taken: Collection[str] = ()) -> str:
    """The id that an item gets when it is first seen; where a former twin of its has that one, the next."""
    stamp = item.published.isoformat() if item.published else "-"
    for ordinal in itertools.count(item.ordinal):
        id_ = str(uuid.uuid5(NAMESPACE, "|".join((page, heading_key(item.heading), stamp, str(ordinal)))))
        if id_ not in taken:
            break
    return id_


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

    take(_same_words)
    take(_same_key)
    take(lambda item, announcement: float(announcement.id == announcement_id(page, item)))
    take(_same_overview)
    take(_same_heading)
    take(_same_stamp)
    take(_same_text)
    return found


def astray(reading: Reading, known: Iterable[Announcement]) -> tuple[tuple[Item, Announcement], ...]:
    """Lines of known announcements that stand outside of any item, as items of their own, and whose they are.

    An editor or a converter that loses a heading makes an announcement's text look like the page's own. What we knew
    as an announcement stays one for as long as its words stand on the page.
    """
    inside = {fold(line) for item in reading.items for line in (item.heading, *item.text.split("\n"))}
    around = (*reading.boilerplate, *reading.outside)
    outside = {fold(text): text for text in around if fold(text) not in inside}
    found: list[tuple[Item, Announcement]] = []
    for announcement in known:
        lines = [] if announcement.removed_at else announcement.text.split("\n")
        telling = [fold(line) for line in lines if len(line) >= _TELLING_LINE and fold(line) not in inside]
        texts = [outside.pop(key) for key in tuple(outside) if any(line in key for line in telling)]
        if texts:
            heading = outside.pop(fold(announcement.heading), None)
            position = max((item.position for item in reading.items), default=0) + len(found) + 1
            found.append((_item_of(texts, heading, position=position), announcement))
    return tuple(found)


def _item_of(texts: Sequence[str], heading: str | None, *, position: int) -> Item:
    first = sentences(texts[0])[0]
    return Item(
        heading=heading or texts[0][first.start : first.end],
        level=WEAKEST_HEADING,
        published=None,
        updated=None,
        stamp_text="",
        blocks=tuple(Block(kind="paragraph", text=text) for text in texts),
        position=position,
        html="".join(f"<p>{escape(text)}</p>" for text in texts),
    )


def _same_words(item: Item, announcement: Announcement) -> float:
    """Word for word, so that of two with one heading and stamp each stays itself when the other is edited or goes."""
    if heading_key(item.heading) != heading_key(announcement.heading) or item.published != announcement.published:
        return 0.0
    same = item.kind == announcement.kind and fold(item.text) == fold(announcement.text)
    return (2.0 if item.ordinal == announcement.ordinal else 1.0) if same else 0.0


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
    """The same text under another heading, or without any: then its first sentence stands as heading."""
    text = likeness(item.text, announcement.text)
    if not item.text or not announcement.text:
        text = likeness(f"{item.heading} {item.text}", f"{announcement.heading} {announcement.text}")
    return text if text >= _SAME_TEXT and len(item.heading + item.text) > _LONG_ENOUGH else 0.0


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


def statement_topic(claim: Claim) -> tuple[str | None, ...]:
    """What a claim is about, whatever it says of it: a later one on the topic says the same again, or otherwise."""
    match claim:
        case Closing() | Status(closing_state=str()):
            return ("closing", claim.service, plain_label(claim.version or ""))
        case Release() | Status():
            return ("release", claim.service, plain_label(claim.version))
        case Blanket():
            return ("blanket", claim.service, claim.before)
        case TypeCode():
            return ("code", claim.service, claim.code_list, claim.code or claim.label)
        case Incident():
            return ("incident", claim.service, claim.stage)
        case _:
            return (claim.kind, claim.service)


def same_again(
    claims: Sequence[Claim], said: Sequence[Statement], *, overview: bool
) -> list[tuple[Claim, Statement | None]]:
    """Each claim of an announcement with the statement that said so already; None with those that are new.

    `said` is all the announcement ever said. Of several that say the same the one in the same words is meant, else
    the next in order. A statement that had left the text says so again when nothing else was said of its topic since.
    """
    free: dict[str, list[Statement]] = {}
    for statement in sorted(said, key=lambda s: (s.gone_at is not None, s.claim.order, s.id)):
        if statement.gone_at is None or _may_return(statement, said, overview=overview):
            free.setdefault(statement_key(statement.claim, overview=overview), []).append(statement)
    found: dict[int, Statement] = {}
    for same in (_in_same_words, _in_other_words):
        for index, claim in enumerate(claims):
            candidates = free.get(statement_key(claim, overview=overview), [])
            match = next((s for s in candidates if index not in found and same(claim, s)), None)
            if match is not None:
                found[index] = match
                candidates.remove(match)
    return [(claim, found.get(index)) for index, claim in enumerate(claims)]


def _may_return(statement: Statement, said: Sequence[Statement], *, overview: bool) -> bool:
    topic, key = statement_topic(statement.claim), statement_key(statement.claim, overview=overview)
    return not any(
        other.seen_at >= cast(datetime, statement.gone_at)
        and statement_topic(other.claim) == topic
        and statement_key(other.claim, overview=overview) != key
        and not _says_less(other.claim, statement.claim)
        for other in said
    )


def _says_less(claim: Claim, other: Claim) -> bool:
    """Whether a claim only lacks the date of the other: half a sentence does not contradict the whole."""
    return claim.kind == other.kind and claim.change == other.change == "stated" and claim.date is None


def _in_same_words(claim: Claim, statement: Statement) -> bool:
    return fold(claim.evidence) == fold(statement.claim.evidence)


def _in_other_words(claim: Claim, statement: Statement) -> bool:
    """Reworded; save that another update of a disturbance, in the place of the last one, is news."""
    if not isinstance(claim, Incident):
        return True
    if statement.gone_at is not None:
        return False
    return claim.stage != "updated" or likeness(claim.evidence, statement.claim.evidence) >= _SIMILAR_TEXT


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
