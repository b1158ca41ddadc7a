"""Which leaves belong to the page itself and to no announcement, and what the page says about itself.

Landmarks help where there are any, but the words decide: cookie dialogs, skip links, notices about old browsers, the
portal's own labels, standing sentences, the related links, the page's stamp.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.model import Link
from monitor.parse import phrases
from monitor.parse.leaf import WEAK, Leaf, below, links
from monitor.parse.stamps import Moment, moment, page_stamp
from monitor.words import fold

SHELL_REGIONS = frozenset(("header", "footer", "nav", "dialog", "search"))
"""Landmarks around the content."""

_LONGEST_PHRASE = 400
_LONGEST_LINE = 140


@dataclass(slots=True)
class Shell:
    """What the page says about itself."""

    title: str
    updated: Moment | None
    related: list[Link]


def content_of(leaves: Sequence[Leaf]) -> list[list[Leaf]]:
    """The places where the announcements may stand, most likely first."""
    everything = [leaf for leaf in leaves if leaf.region not in SHELL_REGIONS]
    main = [leaf for leaf in leaves if leaf.main and leaf.region != "dialog"]
    places = [main] if main else []
    if len(everything) != len(main):
        places.append(everything)
    return places


def title_of(leaves: Sequence[Leaf], everywhere: Sequence[Leaf], head_title: str) -> tuple[str, Leaf | None]:
    """The page's title: its first h1, unless that is an announcement with a stamp of its own; else the <title>."""
    for place in (leaves, everywhere):
        for index, leaf in enumerate(place):
            if leaf.is_heading and leaf.level == 1 and not phrases.SHELL_HEADING.fullmatch(leaf.words):
                following = place[index + 1] if index + 1 < len(place) else None
                others = any(other.level == 1 and other.is_heading for other in below(place, index))
                if others and (leaf.inner or (following is not None and following.stamp and following.stamp.published)):
                    return head_title, None
                return leaf.text, leaf
    return _untitled(leaves, head_title)


def _untitled(leaves: Sequence[Leaf], head_title: str) -> tuple[str, Leaf | None]:
    """Without any h1: the first heading where it says what the <title> says, or only what the page is."""
    first = next((leaf for leaf in leaves if leaf.is_heading and not leaf.toggle), None)
    if first is None or first.inner or any(leaf.stamp for leaf in below(leaves, leaves.index(first), 1)):
        return head_title, None
    words = first.words
    if (words and fold(head_title).startswith(words)) or phrases.PAGE_NAME.fullmatch(words):
        return first.text, first
    return head_title, None


def claim_shell(leaves: list[Leaf], everywhere: Sequence[Leaf], head_title: str) -> Shell:
    """Mark what is boilerplate by itself, wherever it stands, and gather what the page says about itself."""
    title, heading = title_of(leaves, everywhere, head_title)
    for leaf in leaves:
        if leaf is heading:
            leaf.title = True
            leaf.fate = "boilerplate"
        elif (leaf.within_page and not leaf.is_heading) or leaf.region in ("nav", "search", "dialog") or _is_line(leaf):
            leaf.fate = "boilerplate"
    _claim_intro(leaves)
    related = _claim_related(leaves)
    _claim_boxes(leaves)
    return Shell(title=title, updated=_claim_page_stamp(leaves), related=related)


def _is_line(leaf: Leaf) -> bool:
    if len(leaf.text) > _LONGEST_LINE or leaf.kind == "row" or leaf.stamp:
        return False
    words = leaf.words
    if phrases.SHELL_LINE.fullmatch(words):
        return not (leaf.is_heading and not leaf.button)
    return (leaf.button or leaf.link_only) and phrases.CONTROL.fullmatch(words) is not None


def _claim_intro(leaves: list[Leaf]) -> None:
    """Standing sentences, and what else stands with them in a container of their own."""
    for index, leaf in enumerate(leaves):
        if leaf.fate or leaf.kind not in ("paragraph", "list_item") or len(leaf.text) > _LONGEST_PHRASE:
            continue
        words = leaf.words
        if phrases.INTRO.fullmatch(words) and not _inside_text(leaves, index):
            leaf.fate = "boilerplate"
            if index and leaf.box != leaves[index - 1].box:
                for other in below(leaves, index):
                    if other.box != leaf.box or other.is_heading or other.stamp or other.strong:
                        break
                    other.fate = "boilerplate"
        elif leaf.box and phrases.WEAK_INTRO.fullmatch(words) and _alone(leaves, index):
            leaf.fate = "boilerplate"


def _inside_text(leaves: list[Leaf], index: int) -> bool:
    """Whether a standing sentence has an announcement's text on both sides of it."""
    before = leaves[index - 1] if index else None
    if before is None or before.is_heading or before.stamp or before.fate or before.box != leaves[index].box:
        return False
    for leaf in below(leaves, index):
        if leaf.is_heading or leaf.strong or leaf.stamp or leaf.box != leaves[index].box:
            return False
        if not (phrases.INTRO.fullmatch(leaf.words) or phrases.WEAK_INTRO.fullmatch(leaf.words) or leaf.fate):
            return not page_stamp(leaf.text)
    return False


def _alone(leaves: list[Leaf], index: int) -> bool:
    """Whether the leaf has its container to itself, between others that hold headings of their own."""
    box = leaves[index].box
    before = leaves[index - 1] if index else None
    after = leaves[index + 1] if index + 1 < len(leaves) else None
    return (before is None or before.box != box) and (after is None or (after.box != box and after.is_heading))


def _claim_related(leaves: list[Leaf]) -> list[Link]:
    related: list[Link] = []
    for index, leaf in enumerate(leaves):
        if len(leaf.text) > _LONGEST_LINE or not (leaf.is_heading or leaf.strong):
            continue
        words = leaf.words.strip(" :")
        sure = phrases.RELATED.fullmatch(words)
        if not sure and not phrases.RELATED_WHEN_LINKS.fullmatch(words):
            continue
        box = _links_below(leaves, index, sure=bool(sure))
        if box is None:
            continue
        leaf.fate = "boilerplate"
        for member in box:
            member.fate = "boilerplate"
            related.extend(links(member.runs))
    return related


def _links_below(leaves: list[Leaf], index: int, *, sure: bool) -> list[Leaf] | None:
    """The links below a heading, or None where it is an announcement's own heading after all."""
    members: list[Leaf] = []
    heading = leaves[index]
    textual = not heading.box and not any(leaf.box for leaf in below(leaves, index, 1))
    for leaf in below(leaves, index):
        if leaf.is_heading or leaf.stamp or page_stamp(leaf.text):
            break
        if not (leaf.link_only or (textual and sure and len(leaf.text) < _LONGEST_LINE)):
            if not sure:
                return None
            break
        members.append(leaf)
    if sure or heading.region in ("nav", "aside"):
        return members
    last = index + len(members) + 1 >= len(leaves) or not any(leaf.is_heading for leaf in below(leaves, index))
    if not members or not heading.is_heading or not last:
        return None
    return None if any(_outranks(leaves[at], heading) for at in range(index)) else members


def _outranks(other: Leaf, heading: Leaf) -> bool:
    return other.is_heading and not other.title and other.level < min(heading.level, WEAK)


def _claim_boxes(leaves: list[Leaf]) -> None:
    """Boxes of the portal: a heading of theirs without a stamp, and what follows it in the same container.

    A bold line is such a heading only above the first real one; further down it belongs to an announcement.
    """
    level = min((leaf.level for leaf in leaves if leaf.is_heading and not leaf.fate and leaf.level > 1), default=WEAK)
    headed = False
    for index, leaf in enumerate(leaves):
        if leaf.fate or leaf.inner:
            continue
        if leaf.is_heading:
            if leaf.level > level:
                continue
        elif headed or not leaf.strong or len(leaf.text) > _LONGEST_LINE:
            continue
        if _is_box(leaves, index):
            leaf.fate = "boilerplate"
            for member in _box(leaves, index):
                member.fate = member.fate or "boilerplate"
        elif leaf.is_heading:
            headed = True


def _is_box(leaves: list[Leaf], index: int) -> bool:
    words = leaves[index].words
    if phrases.SHELL_HEADING.fullmatch(words):
        said = [leaves[index], *_box(leaves, index)]
        return not any(leaf.stamp for leaf in said[1:2]) and not any(is_urgent(leaf) for leaf in said)
    if phrases.CONTENTS.fullmatch(words):
        members = _box(leaves, index)
        return bool(members) and all(member.within_page for member in members)
    return False


def is_urgent(leaf: Leaf) -> bool:
    """Whether a line speaks of a stop or a closing at some point in time: such a line is nobody's boilerplate."""
    return phrases.URGENT.search(leaf.words) is not None and phrases.POINT_IN_TIME.search(leaf.words) is not None


def _box(leaves: list[Leaf], index: int) -> list[Leaf]:
    members: list[Leaf] = []
    box = leaves[index].box
    for leaf in below(leaves, index):
        if leaf.is_heading or leaf.title or (box and leaf.box < box):
            break
        members.append(leaf)
    return members


def _claim_page_stamp(leaves: list[Leaf]) -> Moment | None:
    """The page's own stamp stands before the first announcement or after the last, never right below a heading."""
    headings = [
        index for index, leaf in enumerate(leaves) if leaf.is_heading and not leaf.fate and not _says_when(leaf)
    ]
    first, last = (headings[0], headings[-1]) if headings else (len(leaves), -1)
    updated: Moment | None = None
    published: Moment | None = None
    for index, leaf in enumerate(leaves):
        if first < index < last or leaf.kind == "row" or (leaf.is_heading and not _says_when(leaf)):
            continue
        found = page_stamp(leaf.text)
        if found is None or (index > last and not _is_pages(leaves, index, found[0])):
            continue
        if index < first and found[0] == "published" and not _stands_apart(leaves, index):
            continue
        kind, when = found
        following = leaves[index + 1] if index + 1 < len(leaves) else None
        if when is None and following is not None and not following.is_heading:
            when = moment(following.text)
            if when is not None:
                following.fate, following.stamp = "boilerplate", None
        if when is None and kind != "updated":
            continue
        leaf.fate, leaf.stamp = "boilerplate", None
        if kind == "updated":
            updated = when or updated
        else:
            published = when or published
    return updated or published


def _says_when(leaf: Leaf) -> bool:
    found = page_stamp(leaf.text)
    return found is not None and found[0] == "updated" and found[1] is not None


def _stands_apart(leaves: list[Leaf], index: int) -> bool:
    """Whether a "Publicerad …" above the first heading is not that heading's: it has a stamp of its own below it."""
    following = [leaf for leaf in below(leaves, index, 3) if not leaf.fate]
    if not following or not following[0].is_heading:
        return any(leaf.is_heading and not leaf.fate for leaf in below(leaves, index))
    return following[0].inner is not None or (len(following) > 1 and following[1].stamp is not None)


def _is_pages(leaves: list[Leaf], index: int, kind: str) -> bool:
    """Whether a stamp below the last heading is the page's: not right below a heading or another stamp."""
    before = index - 1
    while before >= 0 and leaves[before].fate and not leaves[before].title:
        before -= 1
    if before < 0 or leaves[before].title:
        return kind != "published"
    if kind == "published" and not leaves[index].words.startswith(("sidan", "denna", "innehåll")):
        return False
    neighbour = leaves[before]
    if neighbour.box and neighbour.box != leaves[index].box and not neighbour.is_heading:
        return True
    return not (neighbour.is_heading or neighbour.stamp)
