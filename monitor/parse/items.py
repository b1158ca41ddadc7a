"""Leaves -> announcements: where each begins, which stamp is whose, what stands under it.

An item begins at a heading. The heading's level decides what belongs to what, a stamp below it settles the matter,
and words help where an editor used the wrong level. Bold lines and the buttons of collapsible sections are headings
too, where nothing better is there or a stamp vouches for them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise

from monitor.model import Item
from monitor.parse import phrases
from monitor.parse.allowed import allowed_html
from monitor.parse.leaf import BOLD, WEAK, Leaf, below, cut, trim
from monitor.parse.overview import Cluster
from monitor.parse.shell import is_urgent
from monitor.parse.stamps import Moment, Stamp, free_update, later, leading_stamp, line_stamp, moment, trailing_stamp
from monitor.words import fold, heading_key, sentences

_LONGEST_HEADING = 250
_LONGEST_WEAK = 200


@dataclass(slots=True)
class _Draft:
    """An item in the making. `index` is None for one whose heading stands nowhere."""

    index: int | None
    start: int
    heading: str
    level: int
    section: bool = False
    stamps: list[int] = field(default_factory=list)
    clusters: list[Cluster] = field(default_factory=list)
    end: int = 0


def with_stamps(leaves: Sequence[Leaf]) -> list[Leaf]:
    """The leaves with their stamps known: whole lines, the end of a heading, the bracketed beginning of a text."""
    found: list[Leaf] = []
    for leaf in leaves:
        if leaf.kind in ("row", "preformatted"):
            found.append(leaf)
            continue
        leaf.stamp = line_stamp(leaf.text)
        if leaf.stamp is not None and (leaf.stamp.published or leaf.stamp.updated):
            leaf.moment = None
        elif leaf.moment is not None and (when := moment(leaf.text) or moment(leaf.moment[:10])):
            leaf.stamp = Stamp(when, None, leaf.text)
        if leaf.stamp is None and leaf.text[0] in "([" and (lead := leading_stamp(leaf.text)) is not None:
            stamp, end = lead
            first = replace(leaf, text=stamp.text, runs=cut(leaf.runs, end, len(leaf.text)), stamp=stamp)
            found.append(first)
            leaf.runs = trim(cut(leaf.runs, 0, end))
            leaf.text = "".join(run.text for run in leaf.runs)
        elif leaf.stamp is None and _may_be_heading(leaf) and (tail := trailing_stamp(leaf.text)) is not None:
            _cut_tail(leaf, *tail)
        found.append(leaf)
    _join_labels(found)
    _drop_bare_dates(found)
    _stamp_log(found)
    return found


def _stamp_log(leaves: Sequence[Leaf]) -> None:
    """In a log each heading is a point in time and nothing else: it is the heading and says when it was written.

    Not so on a page whose announcements have stamps of their own, nor below the heading of an announcement: there
    such a heading tells when something happens.
    """
    if any(stamp is not None and stamp.published for leaf in leaves for stamp in (leaf.stamp, leaf.inner)):
        return
    above = 0
    for leaf in leaves:
        if not leaf.is_heading:
            continue
        when = moment(leaf.text)
        if isinstance(when, datetime):
            if not above or leaf.level <= above:
                leaf.inner = Stamp(when, None, leaf.text)
        elif leaf.level == 1 or phrases.SECTION.fullmatch(leaf.words) or phrases.PAGE_NAME.fullmatch(leaf.words):
            above = 0
        else:
            above = leaf.level


def _drop_bare_dates(leaves: list[Leaf]) -> None:
    """A <time> without a label stamps only what it stands next to; in a list of dates it is what the list says."""
    cards = Counter(leaf.card for leaf in leaves)
    bare = [leaf.moment is not None and leaf.stamp is not None for leaf in leaves]
    for index in [index for index, is_bare in enumerate(bare) if is_bare]:
        beside = [at for at in (index - 1, index + 1) if 0 <= at < len(leaves)]
        leaf = leaves[index]
        headed = any(leaves[at].is_heading or leaves[at].strong for at in beside)
        in_card = leaf.card and cards[leaf.card] > 1
        if any(bare[at] for at in beside) or not (headed or in_card) or (leaf.card and not in_card):
            leaf.stamp = None


def _may_be_heading(leaf: Leaf) -> bool:
    return leaf.is_heading or (bool(leaf.runs[0].style & BOLD) and len(leaf.text) <= _LONGEST_HEADING)


def _cut_tail(leaf: Leaf, stamp: Stamp, start: int) -> None:
    """Take the stamp off the end of a heading, or of a bold line that thereby shows itself to be one."""
    runs = trim(cut(leaf.runs, start, len(leaf.text)))
    bold = replace(leaf, runs=runs)
    if leaf.is_heading or bold.strong:
        leaf.runs, leaf.inner = runs, stamp
        leaf.text = "".join(run.text for run in runs)


def _join_labels(leaves: list[Leaf]) -> None:
    """A label and its date in elements of their own: "Publicerad" above "2024-05-10"."""
    for label, value in pairwise(leaves):
        if len(label.text) > 30 or len(value.text) > 40 or label.stamp or label.is_heading or value.is_heading:
            continue
        stamp = line_stamp(f"{label.text.rstrip(' :')} {value.text}") if moment(value.text) else None
        if stamp is not None:
            label.stamp = Stamp(None, None, label.text)
            value.stamp = Stamp(stamp.published, stamp.updated, value.text)


def items_of(leaves: list[Leaf], clusters: list[Cluster], *, plain: bool) -> list[Item]:
    """The announcements in `leaves`, top to bottom. Marks the leaves it takes as kept."""
    owners = _stamp_owners(leaves, plain=plain)
    drafts = _with_overviews(leaves, _drafts(leaves, owners), clusters)
    if drafts:
        drafts = _with_headless(leaves, drafts)
    _close(leaves, drafts)
    items = [item for draft in drafts if not draft.section and (item := _item(leaves, draft)) is not None]
    return _numbered(items)


def items_from_title(leaves: list[Leaf], title: str) -> list[Item]:
    """One announcement of everything unclaimed, under the page's own heading."""
    at = next((index + 1 for index, leaf in enumerate(leaves) if leaf.title), len(leaves))
    stamps = []
    while at < len(leaves) and leaves[at].stamp is not None and not leaves[at].fate:
        stamps.append(at)
        at += 1
    draft = _Draft(None, 0, title, 1, stamps=stamps, end=len(leaves))
    item = _item(leaves, draft)
    return _numbered([item]) if item is not None and item.blocks else []


def _close(leaves: Sequence[Leaf], drafts: list[_Draft]) -> None:
    """Set where each draft ends; a grouping heading that has urgent words of its own below it is an item after all."""
    ends = [draft.start for draft in drafts[1:]] + [len(leaves)]
    for draft, end in zip(drafts, ends, strict=False):
        draft.end = end
        if draft.section and any(_is_urgent(leaf) for leaf in leaves[draft.start : draft.end]):
            draft.section = False


def _is_urgent(leaf: Leaf) -> bool:
    return not leaf.fate and not leaf.is_heading and is_urgent(leaf)


def _with_headless(leaves: list[Leaf], drafts: list[_Draft]) -> list[_Draft]:
    """A notice without a heading above the first item is an item too; its first sentence is its heading."""
    top = next((index for index, leaf in enumerate(leaves) if leaf.title), -1) + 1
    for index in range(top, drafts[0].start):
        if _is_urgent(leaves[index]):
            first = sentences(leaves[index].text)[0]
            heading = leaves[index].text[first.start : first.end]
            whole = heading == leaves[index].text
            return [_Draft(index if whole else None, index, heading, drafts[0].level), *drafts]
    return drafts


# --- stamps and their headings -----------------------------------------------------------------------------------


def _is_hard(leaf: Leaf) -> bool:
    return leaf.is_heading and not leaf.toggle and not leaf.fate and not leaf.panel


def _is_weak(leaf: Leaf) -> bool:
    """A heading that only its look vouches for."""
    if leaf.fate or leaf.panel or leaf.stamp or len(leaf.text) > _LONGEST_WEAK:
        return False
    if leaf.toggle:
        return True
    if leaf.inner is not None:
        return True
    if not leaf.strong:
        return False
    return (
        leaf.kind in ("paragraph", "list_item", "caption")
        and not leaf.text.endswith((":", ",", ";"))
        and not phrases.FIELD.fullmatch(leaf.words.strip(" :"))
    )


def _is_candidate(leaf: Leaf) -> bool:
    return _is_hard(leaf) or _is_weak(leaf)


def _groups(leaves: Sequence[Leaf]) -> list[tuple[int, int]]:
    """Runs of stamp lines, from and up to."""
    groups: list[tuple[int, int]] = []
    for index, leaf in enumerate(leaves):
        if leaf.stamp is None or leaf.fate:
            continue
        if groups and groups[-1][1] == index:
            groups[-1] = (groups[-1][0], index + 1)
        else:
            groups.append((index, index + 1))
    return groups


def _stamp_owners(leaves: list[Leaf], *, plain: bool) -> dict[int, list[int]]:
    """For each heading that has stamps: the leaves that are its stamps."""
    owners: dict[int, list[int]] = {index: [] for index, leaf in enumerate(leaves) if leaf.inner and not leaf.fate}
    headed = {leaf.card for leaf in leaves if leaf.card and _is_candidate(leaf)}
    loose: list[tuple[int, int]] = []
    for start, end in _groups(leaves):
        above = _above(leaves, start)
        card = leaves[start].card
        elsewhere = above is not None and card in headed and leaves[above].card != card
        if above is not None and _is_candidate(leaves[above]) and not elsewhere:
            owners.setdefault(above, []).extend(range(start, end))
        else:
            loose.append((start, end))
    below_heading = bool(owners)
    loose = _in_cards(leaves, loose, owners)
    published = [group for group in loose if _says_published(leaves, *group)]
    if published and not below_heading and not plain:
        _by_side(leaves, published, owners)
    else:
        for start, end in published:
            _implied(leaves, start, end, owners)
    for start, end in loose:
        if (start, end) not in published:
            _later_update(leaves, start, end, owners)
    return owners


def _above(leaves: Sequence[Leaf], index: int) -> int | None:
    index -= 1
    while index >= 0 and leaves[index].fate == "boilerplate" and not leaves[index].title:
        index -= 1
    return index if index >= 0 else None


def _says_published(leaves: Sequence[Leaf], start: int, end: int) -> bool:
    return any(leaf.stamp is not None and leaf.stamp.published for leaf in leaves[start:end])


def _in_cards(leaves: list[Leaf], loose: list[tuple[int, int]], owners: dict[int, list[int]]) -> list[tuple[int, int]]:
    """Stamps of list entries and articles belong to the heading in the same card, or make its first line one."""
    cards: dict[int, list[int]] = {}
    for index, leaf in enumerate(leaves):
        if leaf.card and not leaf.fate:
            cards.setdefault(leaf.card, []).append(index)
    left = []
    for start, end in loose:
        members = cards.get(leaves[start].card, []) if leaves[start].card else []
        heading = next((index for index in members if _is_candidate(leaves[index])), None)
        if heading is None and _says_published(leaves, start, end):
            heading = next((index for index in members if leaves[index].stamp is None), None)
            if heading is not None and len(leaves[heading].text) > _LONGEST_HEADING:
                heading = None
        if heading is None:
            left.append((start, end))
        else:
            leaf = leaves[heading]
            if not leaf.is_heading:
                leaf.kind, leaf.level, leaf.toggle = "heading", WEAK, True
            owners.setdefault(heading, []).extend(range(start, end))
    return left


def _by_side(leaves: list[Leaf], groups: list[tuple[int, int]], owners: dict[int, list[int]]) -> None:
    """No stamp stands right below a heading: then all stand right above theirs, or at the end of theirs."""
    headings = [index for index, leaf in enumerate(leaves) if _is_candidate(leaf)]
    if not headings:
        for start, end in groups:
            _implied(leaves, start, end, owners)
        return
    above = groups[0][0] < headings[0]
    hard = [index for index in headings if _is_hard(leaves[index])] or headings
    for start, end in groups:
        lines = list(range(start, end))
        if above and (at := bisect_left(headings, end)) < len(headings):
            owners.setdefault(headings[at], lines)
        elif not above and (at := bisect_left(hard, start)) > 0:
            owners.setdefault(hard[at - 1], lines)


def _implied(leaves: list[Leaf], start: int, end: int, owners: dict[int, list[int]]) -> None:
    """A stamp below a plain line makes that line a heading; below a sentence it belongs to the heading before."""
    above = _above(leaves, start)
    if above is None or leaves[above].title or leaves[above].stamp or leaves[above].kind == "row":
        return
    leaf = leaves[above]
    if len(leaf.text) <= _LONGEST_HEADING and not leaf.text.endswith((".", ",", ";", "!")) and not leaf.panel:
        leaf.kind, leaf.level, leaf.toggle = "heading", leaf.level if leaf.is_heading else WEAK, leaf.toggle
        owners[above] = list(range(start, end))
        return
    heading = next((index for index in range(above, -1, -1) if _is_hard(leaves[index])), None)
    if heading is not None and heading not in owners:
        owners[heading] = list(range(start, end))


def _later_update(leaves: list[Leaf], start: int, end: int, owners: dict[int, list[int]]) -> None:
    """A line that says only when something was updated, at the end of an item."""
    heading = next((index for index in range(start, -1, -1) if index in owners), None)
    following = leaves[end] if end < len(leaves) else None
    if heading is not None and (following is None or _is_candidate(following)):
        owners[heading].extend(range(start, end))


# --- where items begin -------------------------------------------------------------------------------------------


def _drafts(leaves: list[Leaf], owners: dict[int, list[int]]) -> list[_Draft]:
    stamped = {index for index, marks in owners.items() if _has_published(leaves, index, marks)}
    hard_levels = Counter(leaves[index].level for index in stamped if _is_hard(leaves[index]))
    usual = hard_levels.most_common(1)[0][0] if hard_levels else None
    weak_counts = _weak_items(leaves, stamped)
    drafts: list[_Draft] = []
    for index, leaf in enumerate(leaves):
        if leaf.fate or leaf.panel or leaf.title:
            continue
        marks = owners.get(index, [])
        if index in stamped:
            if _is_update_of(leaf, drafts):
                continue
            level = leaf.level if _is_hard(leaf) else usual or WEAK
            drafts.append(_Draft(index, _first(index, marks), leaf.text, level, stamps=marks))
        elif _is_hard(leaf):
            _add_unstamped(leaves, index, drafts, stamped, marks, usual)
        elif _is_weak(leaf) and weak_counts and _begins(leaves, index, drafts):
            drafts.append(_Draft(index, index, leaf.text, usual or WEAK, stamps=marks))
    return drafts


def _first(index: int, marks: list[int]) -> int:
    """Where an item begins: at its heading, or at the stamp right above it."""
    start = index
    while start - 1 in marks:
        start -= 1
    return start


def _has_published(leaves: Sequence[Leaf], index: int, marks: list[int]) -> bool:
    inner = leaves[index].inner
    if inner is not None:
        return True
    return any((stamp := leaves[mark].stamp) is not None and (stamp.published or not stamp.updated) for mark in marks)


def _is_update_of(leaf: Leaf, drafts: list[_Draft]) -> bool:
    """ "Uppdatering" with a date, deeper than the item it stands in."""
    return bool(
        drafts
        and not drafts[-1].section
        and leaf.is_heading
        and leaf.level > drafts[-1].level
        and leaf.words.startswith("uppdatering")
    )


def _add_unstamped(
    leaves: list[Leaf],
    index: int,
    drafts: list[_Draft],
    stamped: set[int],
    marks: list[int],
    usual: int | None,
) -> None:
    leaf = leaves[index]
    current = drafts[-1] if drafts else None
    level = leaf.level
    if _is_section(leaves, index, stamped):
        drafts.append(_Draft(index, index, leaf.text, level, section=True))
        return
    if current is not None and not current.section:
        if level > current.level:
            return
        siblings = sum(1 for other in stamped if leaves[other].level == level)
        if current.index in stamped and siblings and level == current.level and phrases.PART.match(leaf.words):
            return
        if usual is not None and level > usual:
            return
    drafts.append(_Draft(index, index, leaf.text, level, stamps=marks))


def _is_section(leaves: Sequence[Leaf], index: int, stamped: set[int]) -> bool:
    """Whether a heading only groups the items below it: deeper headings follow, with stamps or at once."""
    leaf = leaves[index]
    deeper: list[int] = []
    text_between = False
    for at in range(index + 1, len(leaves)):
        other = leaves[at]
        if other.fate or other.panel:
            continue
        if _is_hard(other) and other.level <= leaf.level:
            break
        if _is_hard(other) or at in stamped or other.toggle:
            deeper.append(at)
            if at in stamped:
                break
        elif not deeper:
            text_between = True
            if len(leaves[at].text) > 2000:
                break
    if not deeper:
        return False
    words = leaf.words.strip(" :")
    if any(at in stamped for at in deeper):
        return not text_between or phrases.SECTION.fullmatch(words) is not None
    if phrases.YEAR.fullmatch(words) or text_between:
        return False
    return phrases.SECTION.fullmatch(words) is not None


def _weak_items(leaves: Sequence[Leaf], stamped: set[int]) -> bool:
    """Whether bold lines without a stamp are headings here: where no real heading is, or most items have such ones."""
    hard = sum(1 for leaf in leaves if _is_hard(leaf) and not leaf.title)
    if not hard:
        return True
    weak_stamped = sum(1 for index in stamped if not _is_hard(leaves[index]))
    sections_only = all(
        phrases.SECTION.fullmatch(leaf.words.strip(" :")) for leaf in leaves if _is_hard(leaf) and not leaf.title
    )
    return weak_stamped > len(stamped) - weak_stamped or (sections_only and not stamped)


def _begins(leaves: Sequence[Leaf], index: int, drafts: list[_Draft]) -> bool:
    """Whether a bold line without a stamp begins an item: it opens its container, and text follows."""
    leaf = leaves[index]
    following = next((other for other in below(leaves, index) if not other.fate), None)
    if following is None or following.panel:
        return False
    if leaf.toggle or not drafts:
        return True
    if any(draft.stamps for draft in drafts):
        before = leaves[index - 1]
        return bool(leaf.box) and before.box != leaf.box and following.box == leaf.box
    return not phrases.PART.match(leaf.words) and not _is_weak(following)


# --- overviews ---------------------------------------------------------------------------------------------------


def _with_overviews(leaves: list[Leaf], drafts: list[_Draft], clusters: list[Cluster]) -> list[_Draft]:
    """Give each list of versions to the item it stands in, or make it one of its own."""
    for cluster in clusters:
        owner = next((draft for draft in reversed(drafts) if draft.start <= cluster.start), None)
        if owner is not None and not owner.section and not _detached(leaves, owner, cluster):
            owner.clusters.append(cluster)
            continue
        title = _nearest_title(leaves, cluster.start, owner)
        if title is not None:
            draft = _Draft(title, title, leaves[title].text, leaves[title].level or WEAK, clusters=[cluster])
        elif owner is not None and owner.section and not owner.clusters:
            owner.section = False
            owner.clusters.append(cluster)
            continue
        else:
            draft = _Draft(None, cluster.start, "Versioner", WEAK, clusters=[cluster])
        drafts = sorted([*drafts, draft], key=lambda each: each.start)
    return drafts


def _detached(leaves: Sequence[Leaf], owner: _Draft, cluster: Cluster) -> bool:
    """Whether panels follow an item without being its own: another container, and no word of versions above them."""
    if cluster.table or owner.clusters or phrases.OVERVIEW.search(fold(owner.heading)):
        return False
    if _nearest_title(leaves, cluster.start, owner) is not None:
        return True
    if not owner.stamps or owner.index is None:
        return False
    first = leaves[cluster.start]
    return (
        bool(first.box) and all(leaf.box != first.box for leaf in leaves[owner.start : cluster.start]) and first.toggle
    )


def _nearest_title(leaves: Sequence[Leaf], start: int, owner: _Draft | None) -> int | None:
    """A short line right above the panels that names them: "Versioner"."""
    lowest = owner.index + 1 if owner is not None and owner.index is not None else 0
    for index in range(start - 1, max(lowest, start - 4) - 1, -1):
        leaf = leaves[index]
        if leaf.stamp is not None or leaf.title:
            return None
        if len(leaf.text) <= 80 and not leaf.text.endswith(".") and phrases.OVERVIEW.search(leaf.words):
            return index
    return None


# --- making the items --------------------------------------------------------------------------------------------


def _item(leaves: list[Leaf], draft: _Draft) -> Item | None:
    marks = set(draft.stamps)
    body = []
    for index in range(draft.start, draft.end):
        leaf = leaves[index]
        if leaf.fate:
            continue
        leaf.fate = "kept"
        if index != draft.index and index not in marks:
            body.append(leaf)
    published, updated, words = _dates(leaves, draft)
    for leaf in body:
        said = free_update(leaf.text)
        if said is not None and (updated is None or later(said, updated)):
            updated = said
    tables: dict[int, int] = {}
    blocks = []
    for leaf in body:
        number = tables.setdefault(leaf.table, len(tables) + 1) if leaf.table is not None else None
        blocks.append(leaf.block(number))
    anchor = leaves[draft.index].anchor if draft.index is not None else None
    return Item(
        heading=draft.heading,
        level=min(draft.level, 6),
        published=published,
        updated=updated,
        stamp_text=words,
        blocks=tuple(blocks),
        panels=tuple(panel for cluster in draft.clusters for _, _, panel in cluster.panels),
        kind="overview" if draft.clusters else "item",
        position=0,
        anchor=anchor,
        html=allowed_html(body),
    )


def _dates(leaves: Sequence[Leaf], draft: _Draft) -> tuple[Moment | None, Moment | None, str]:
    stamps = [stamp for mark in draft.stamps if (stamp := leaves[mark].stamp) is not None]
    if draft.index is not None and (inner := leaves[draft.index].inner) is not None:
        stamps.insert(0, inner)
    published = next((stamp.published for stamp in stamps if stamp.published), None)
    updates = [stamp.updated for stamp in stamps if stamp.updated]
    updated = updates[0] if updates else None
    for other in updates[1:]:
        if updated is not None and later(other, updated):
            updated = other
    return published, updated, "\n".join(stamp.text for stamp in stamps)


def _numbered(items: list[Item]) -> list[Item]:
    """Positions from the top; ordinals among twins from the bottom, because what is new comes on top."""
    seen: Counter[tuple[str, Moment | None]] = Counter()
    numbered: list[Item] = []
    for position in range(len(items), 0, -1):
        item = items[position - 1]
        key = (heading_key(item.heading), item.published)
        seen[key] += 1
        numbered.append(replace(item, position=position, ordinal=seen[key]))
    numbered.reverse()
    return numbered
