"""The list of versions with their dates, in whatever layout: panels, sections, headings with labels, a table.

A panel is known by its labels ("Driftsättningsdatum", "Stängning av versionen"), a table by its header. The title
is what stands right above the first label; where the layout lost it, a label that comes again begins the next panel.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from monitor.model import Entry, Panel
from monitor.parse import phrases
from monitor.parse.leaf import WEAK, Cell, Leaf, below, line_text
from monitor.words import fold

_LONGEST_LABEL = 60
_LONGEST_TITLE = 120
_INLINE = re.compile(r":| [-\u2010-\u2015] ")


@dataclass(slots=True)
class Cluster:
    """Panels that follow each other: leaves from `start` up to `end`, and where each panel begins and ends."""

    start: int
    end: int
    panels: list[tuple[int, int, Panel]] = field(default_factory=list)
    table: bool = False


@dataclass(slots=True)
class _Group:
    """One panel in the making."""

    start: int
    title: str
    level: int
    entries: list[tuple[str, list[str]]] = field(default_factory=list)
    end: int = 0


def clusters_of(leaves: Sequence[Leaf]) -> list[Cluster]:
    """The lists of versions on the page. Leaves of panels are numbered, so that their headings are no items.

    A panel's text is what its leaves say, and so stands in one piece in the item's text.
    """
    found = _tables(leaves) + _labelled(leaves)
    found.sort(key=lambda cluster: cluster.start)
    number = 0
    for cluster in found:
        for place, (start, end, panel) in enumerate(cluster.panels):
            number += 1
            for leaf in leaves[start:end]:
                leaf.panel = number
            text = "\n".join(leaf.text for leaf in leaves[start:end] if not leaf.fate)
            cluster.panels[place] = (start, end, replace(panel, text=text))
    return found


def _label(leaf: Leaf) -> tuple[str, str | None] | None:
    """The label that a leaf is, with the value where it stands on the same line."""
    if leaf.stamp or leaf.inner or leaf.fate:
        return None
    if leaf.kind == "row":
        shown = [cell.text for cell in leaf.cells if cell.text]
        if len(shown) == 2 and _is_label(shown[0]):
            return shown[0].rstrip(" :"), shown[1]
        return (shown[0].rstrip(" :"), None) if len(shown) == 1 and _is_label(shown[0]) else None
    if len(leaf.text) <= _LONGEST_LABEL and phrases.LABEL.fullmatch(leaf.words.strip(" :")):
        return leaf.text.rstrip(" :"), None
    if leaf.is_heading or not _INLINE.search(leaf.text, 0, _LONGEST_LABEL):
        return None
    found = phrases.INLINE_LABEL.fullmatch(leaf.words)
    if found:
        return leaf.text[: found.end("label")], leaf.text[found.start("value") :]
    return None


@lru_cache(maxsize=1024)
def _is_label(text: str) -> bool:
    return len(text) <= _LONGEST_LABEL and phrases.LABEL.fullmatch(fold(text).strip(" :")) is not None


@lru_cache(maxsize=1024)
def _is_core(label: str) -> bool:
    return phrases.CORE_LABEL.fullmatch(fold(label).strip(" :")) is not None


def _title(leaves: Sequence[Leaf], index: int) -> int | None:
    """Where the title of the panel stands whose first label is at `index`, if there is one."""
    at = index - 1
    while at >= 0 and leaves[at].fate == "boilerplate" and leaves[at].button:
        at -= 1
    if at < 0:
        return None
    leaf = leaves[at]
    if leaf.stamp or leaf.inner or leaf.title or leaf.fate or len(leaf.text) > _LONGEST_TITLE or _label(leaf):
        return None
    words = leaf.words
    if phrases.VERSION_TITLE.fullmatch(words):
        return at
    if (leaf.is_heading or leaf.strong) and not phrases.OVERVIEW.search(words):
        return at
    return None


def _labelled(leaves: Sequence[Leaf]) -> list[Cluster]:
    groups: list[_Group] = []
    group: _Group | None = None
    for index, leaf in enumerate(leaves):
        found = _label(leaf)
        if found is None:
            if group is not None and _stops(group, leaves, index):
                _close(groups, group, index)
                group = None
            elif group is not None and leaf.fate != "boilerplate":
                group.entries[-1][1].extend(_values(leaf))
            continue
        label, value = found
        titled = _title(leaves, index)
        again = group is not None and fold(label) in {fold(known) for known, _ in group.entries}
        if group is not None and titled is not None and not again and not leaves[titled].is_heading:
            titled = None
        if group is None or again or titled is not None:
            start = index if titled is None else titled
            if group is not None:
                if titled is not None and group.entries[-1][1][-1:] == [leaves[titled].text]:
                    group.entries[-1][1].pop()
                _close(groups, group, start)
            title = leaves[start] if titled is not None else None
            group = _Group(start, title.text if title else "", title.level or WEAK if title else leaf.level or WEAK)
        group.entries.append((label, [value] if value else []))
    if group is not None:
        _close(groups, group, len(leaves))
    return _clusters(leaves, groups)


def _close(groups: list[_Group], group: _Group, end: int) -> None:
    group.end = end
    groups.append(group)


def _stops(group: _Group, leaves: Sequence[Leaf], index: int) -> bool:
    """Whether a leaf that is no label lies beyond the panel. A date is one line, unless more of the panel follows."""
    leaf = leaves[index]
    if leaf.stamp or leaf.title:
        return True
    if leaf.is_heading:
        return leaf.level <= group.level or not leaf.toggle
    title = leaves[group.start]
    if group.title and leaf.kind == title.kind == "list_item" and leaf.level <= title.level:
        return True
    label, values = group.entries[-1]
    if not (_is_core(label) and values):
        return False
    if phrases.VERSION_TITLE.fullmatch(leaf.words):
        return True
    if leaf.kind == "list_item":
        return False
    known = {fold(label) for label, _ in group.entries}
    return not any((found := _label(other)) and fold(found[0]) not in known for other in below(leaves, index, 2))


def _values(leaf: Leaf) -> list[str]:
    if leaf.kind == "row":
        return [cell.text for cell in leaf.cells if cell.text]
    return [leaf.text]


def _clusters(leaves: Sequence[Leaf], groups: list[_Group]) -> list[Cluster]:
    clusters: list[Cluster] = []
    for group in groups:
        if not any(_is_core(label) for label, _ in group.entries):
            continue
        panel = Panel(
            title=group.title,
            entries=tuple(Entry(label=label, values=tuple(values)) for label, values in group.entries),
            text="",
        )
        previous = clusters[-1] if clusters else None
        if previous is None or not _adjoins(leaves, previous.end, group.start):
            previous = Cluster(group.start, group.end)
            clusters.append(previous)
        previous.panels.append((group.start, group.end, panel))
        previous.end = group.end
    return [cluster for cluster in clusters if len(cluster.panels) > 1 or _lone(leaves, cluster)]


def _adjoins(leaves: Sequence[Leaf], end: int, start: int) -> bool:
    between = leaves[end:start]
    return len(between) <= 3 and not any(leaf.is_heading or leaf.stamp for leaf in between)


def _lone(leaves: Sequence[Leaf], cluster: Cluster) -> bool:
    """A single panel counts only under a heading that says that versions are listed."""
    title = cluster.panels[0][2].title
    if not phrases.VERSION_TITLE.fullmatch(fold(title)):
        return False
    for index in range(cluster.start - 1, -1, -1):
        leaf = leaves[index]
        if leaf.is_heading and not leaf.title:
            return phrases.OVERVIEW.search(leaf.words) is not None
    return False


# --- tables ------------------------------------------------------------------------------------------------------


def _tables(leaves: Sequence[Leaf]) -> list[Cluster]:
    found: list[Cluster] = []
    index = 0
    while index < len(leaves):
        leaf = leaves[index]
        if leaf.kind != "row":
            index += 1
            continue
        end = index
        while end < len(leaves) and leaves[end].table == leaf.table and leaves[end].kind == "row":
            end += 1
        cluster = _table(leaves, index, end)
        if cluster is not None:
            found.append(cluster)
        index = end
    return found


def _table(leaves: Sequence[Leaf], start: int, end: int) -> Cluster | None:
    header = leaves[start]
    labels = [cell.text for cell in header.cells]
    known = [label for label in labels if _is_label(label)]
    core = [label for label in known if _is_core(label)]
    if len(labels) < 3 or not core:
        return None
    named = [column for column, label in enumerate(labels) if phrases.TITLE_LABEL.fullmatch(fold(label).strip(" :"))]
    first_is_title = not _is_label(labels[0])
    column = named[0] if named else 0 if first_is_title else None
    if len(core) < 2 and (not named or len(known) < 1):
        return None
    cluster = Cluster(start, end, table=True)
    for index in range(start + 1, end):
        leaf = leaves[index]
        texts = [cell.text for cell in leaf.cells]
        if [fold(text) for text in texts] == [fold(text) for text in labels]:
            continue
        _align(leaf, labels, column)
        panel = _row(leaf, labels, column)
        previous = cluster.panels[-1] if cluster.panels else None
        if previous is not None and _continues(leaf, labels, column):
            cluster.panels[-1] = (previous[0], index + 1, _merged(previous[2], panel))
        elif panel.entries:
            cluster.panels.append((index, index + 1, panel))
    return cluster if cluster.panels else None


def _align(leaf: Leaf, labels: list[str], column: int | None) -> None:
    """Put cells where they belong: a row that lacks its version's cell, or has it from the row above."""
    if column is None:
        return
    if len(leaf.cells) == len(labels) - 1:
        shifted = [*leaf.cells[:column], Cell([]), *leaf.cells[column:]]
        if _dated(shifted, labels) > _dated(leaf.cells, labels):
            leaf.cells = shifted
    if column < len(leaf.cells) and leaf.cells[column].filled:
        own = [cell for number, cell in enumerate(leaf.cells) if number != column]
        if any(cell.text and not cell.filled for number, cell in enumerate(own)):
            leaf.cells[column] = Cell([], filled=True)
            leaf.text = " | ".join(cell.text for cell in leaf.cells if cell.text)


def _dated(cells: Sequence[Cell], labels: list[str]) -> int:
    """How many of the columns for dates hold what belongs there."""
    return sum(
        1
        for label, cell in zip(labels, cells, strict=False)
        if _is_core(label) and phrases.DATED.match(fold(cell.text))
    )


def _row(leaf: Leaf, labels: list[str], column: int | None) -> Panel:
    """A row as a panel. One with more cells than the header has lost its columns: its dates are nobody's."""
    astray = any(cell.text for cell in leaf.cells[len(labels) :])
    entries = [
        Entry(label=label.rstrip(" :"), values=tuple(line_text(line) for line in cell.lines))
        for number, (label, cell) in enumerate(zip(labels, leaf.cells, strict=False))
        if number != column and label and cell.lines and not (astray and _is_core(label))
    ]
    title = leaf.cells[column].text if column is not None and column < len(leaf.cells) else ""
    return Panel(title=title, entries=tuple(entries), text="")


def _continues(leaf: Leaf, labels: list[str], column: int | None) -> bool:
    """Whether a row only adds to the one above: no version of its own and no dates of its own."""
    if column is None or (column < len(leaf.cells) and leaf.cells[column].text):
        return False
    return not any(
        _is_core(label) and cell.text and not cell.filled for label, cell in zip(labels, leaf.cells, strict=False)
    )


def _merged(above: Panel, below: Panel) -> Panel:
    values = {entry.label: list(entry.values) for entry in above.entries}
    for entry in below.entries:
        known = values.setdefault(entry.label, [])
        known.extend(value for value in entry.values if value not in known)
    entries = tuple(Entry(label=label, values=tuple(lines)) for label, lines in values.items())
    return Panel(title=above.title, entries=entries, text="")
