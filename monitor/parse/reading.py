"""The story of reading a page: bytes, leaves, shell, panels, items; and whether it is such a page at all."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from monitor.errors import UnreadablePage
from monitor.model import Coverage, Item, Reading
from monitor.parse import phrases
from monitor.parse.charset import clean, decode
from monitor.parse.flatten import flatten
from monitor.parse.items import items_from_title, items_of, with_stamps
from monitor.parse.leaf import Leaf
from monitor.parse.overview import clusters_of
from monitor.parse.plain import is_plain, plain_leaves
from monitor.parse.shell import SHELL_REGIONS, Shell, claim_shell, content_of
from monitor.parse.stamps import line_stamp
from monitor.words import fold


def parse(body: bytes | str, *, page: str, url: str, content_type: str | None = None) -> Reading:
    """Read a page into its announcements, in its own words.

    `page` is the page's key, `url` where it was found: relative links are resolved against it. Raises UnreadablePage,
    and nothing else whatever the bytes, when nothing that belongs on such a page can be recognised.
    """
    text = clean(body) if isinstance(body, str) else decode(body, content_type)
    if not text.strip():
        raise UnreadablePage("expected a page with announcements, got an empty one")
    plain = is_plain(text, content_type)
    if plain:
        everywhere, head_title = plain_leaves(text), ""
    else:
        flat = flatten(text, url)
        everywhere, head_title = flat.leaves, flat.title
    for leaves in content_of(everywhere):
        reading = _read(leaves, everywhere, head_title, page=page, plain=plain)
        if reading is not None:
            return reading
        for leaf in everywhere:
            leaf.fate, leaf.panel, leaf.title = "", 0, False
    raise UnreadablePage(_what_came(everywhere, head_title))


def digest(reading: Reading) -> str:
    """A hash of what the page says: equal as long as no reader could tell the difference.

    Emphasis and link targets count, because an edit may show in nothing else; levels, anchors, positions of blocks
    in the markup and everything around the announcements do not.
    """
    said: list[object] = [reading.title, str(reading.page_updated), len(reading.items)]
    said.extend(sorted((link.text, link.url) for link in reading.related))
    for item in reading.items:
        said += (
            item.heading,
            str(item.published),
            str(item.updated),
            item.stamp_text,
            len(item.panels),
            len(item.blocks),
        )
        for panel in item.panels:
            said.append((panel.title, [(entry.label, entry.values) for entry in panel.entries]))
        for block in item.blocks:
            said += (block.text, block.cells, block.emphasised, [(link.text, link.url) for link in block.links])
    return hashlib.sha256(repr(said).encode("utf-8", "backslashreplace")).hexdigest()


def _read(leaves: list[Leaf], everywhere: Sequence[Leaf], head_title: str, *, page: str, plain: bool) -> Reading | None:
    """What the leaves hold, or None when they hold no announcements."""
    leaves = with_stamps(leaves)
    shell = claim_shell(leaves, everywhere, head_title)
    clusters = clusters_of(leaves)
    items = items_of(leaves, clusters, plain=plain)
    if not items:
        items = _from_title(leaves, shell)
    if not items or not _recognised(items, shell.title, head_title):
        return None
    for leaf in leaves:
        if not leaf.fate and not (leaf.stamp is not None and leaf.stamp.published):
            leaf.fate = "boilerplate"
    kept = sum(1 for leaf in leaves if leaf.fate == "kept")
    boilerplate = tuple(leaf.text for leaf in leaves if leaf.fate == "boilerplate")
    inside = {id(leaf) for leaf in leaves}
    missed = (*(leaf.text for leaf in leaves if not leaf.fate), *_missed_outside(everywhere, leaves))
    return Reading(
        page=page,
        title=shell.title,
        items=tuple(items),
        page_updated=shell.updated,
        related=tuple(dict.fromkeys(shell.related)),
        boilerplate=boilerplate,
        outside=tuple(leaf.text for leaf in everywhere if id(leaf) not in inside),
        coverage=Coverage(
            blocks=kept + len(boilerplate) + len(missed),
            read=0,
            kept=kept,
            boilerplate=len(boilerplate),
            unaccounted=len(missed),
            unaccounted_texts=missed,
        ),
    )


def _missed_outside(everywhere: Sequence[Leaf], leaves: Sequence[Leaf]) -> list[str]:
    """Stamps that stand outside the content that was read: announcements that were missed."""
    if len(everywhere) == len(leaves):
        return []
    read = {id(leaf) for leaf in leaves}
    return [
        leaf.text
        for leaf in everywhere
        if id(leaf) not in read
        and leaf.region not in SHELL_REGIONS
        and (stamp := line_stamp(leaf.text)) is not None
        and stamp.published
    ]


def _from_title(leaves: list[Leaf], shell: Shell) -> list[Item]:
    """A page whose only heading is its own: what stands under it is one announcement, if it is any.

    So a page that says "inga kända störningar" is read, and a bare calendar too.
    """
    body = [leaf for leaf in leaves if not leaf.fate]
    words = fold(" ".join(leaf.text for leaf in body)[:4000])
    empty = any(len(leaf.text) < 300 and phrases.EMPTY.match(fold(leaf.text)) for leaf in body)
    dated = phrases.POINT_IN_TIME.search(words) and (
        phrases.MATTER.search(words) or phrases.TOPIC.search(fold(shell.title))
    )
    if not shell.title or not (empty or dated) or phrases.ERROR.search(fold(shell.title)):
        return []
    return items_from_title(leaves, shell.title)


def _recognised(items: Sequence[Item], title: str, head_title: str) -> bool:
    """Whether the items are announcements: a stamp or an overview proves it, else titles and words must agree."""
    titles = fold(f"{title} {head_title}")
    failed = phrases.ERROR.search(titles) is not None
    if any(item.published is not None or item.panels for item in items):
        return not failed or phrases.TOPIC.search(titles) is not None
    if failed or any(phrases.ERROR.search(fold(item.heading)) for item in items[:1]):
        return False
    texts = [fold(f"{item.heading} {item.text[:2000]}") for item in items]
    if phrases.TOPIC.search(titles):
        return any(
            phrases.MATTER.search(text) or phrases.POINT_IN_TIME.search(text) or len(text) > 80 for text in texts
        )
    return any(phrases.MATTER.search(text) and phrases.POINT_IN_TIME.search(text) for text in texts)


def _what_came(leaves: Sequence[Leaf], head_title: str) -> str:
    """One line for people: what was expected, what came."""
    expected = "expected announcements with headings or a list of versions"
    if not leaves:
        named = f' titled "{head_title[:80]}"' if head_title else ""
        return f"{expected}, got a page{named} without any text"
    heading = next((leaf.text for leaf in leaves if leaf.is_heading), head_title or leaves[0].text)
    return f'{expected}, got {len(leaves)} lines of text under "{heading[:80]}"'
