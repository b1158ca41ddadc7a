"""Leaves -> the allow-list form of HTML that is shown, sent and fed on.

It is written anew from the leaves, so that no id, class or style of the page can come along, and nh3 looks over the
result with a list of its own: what an agency's page says must never run in a reader's browser.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import nh3

from monitor.parse.leaf import BOLD, ITALIC, STRUCK, Leaf, Line

_TAGS = {
    "p", "ul", "ol", "li", "strong", "em", "del", "a", "br", "h3", "h4", "h5", "h6", "pre", "code",
    "table", "thead", "tbody", "tr", "th", "td", "caption",
}  # fmt: skip
_SCHEMES = {"http", "https", "mailto"}
_CLEANER = nh3.Cleaner(tags=_TAGS, attributes={"a": {"href"}}, url_schemes=_SCHEMES, link_rel=None)


def allowed_html(leaves: Iterable[Leaf]) -> str:
    """The leaves as HTML with paragraphs, headings, lists, tables, emphasis and links, and nothing else."""
    parts: list[str] = []
    writer = _Writer(parts)
    for leaf in leaves:
        writer.add(leaf)
    writer.close()
    return _CLEANER.clean("".join(parts))


class _Writer:
    """Puts consecutive list entries into lists and consecutive rows into tables."""

    def __init__(self, parts: list[str]) -> None:
        self._parts = parts
        self._lists: list[str] = []
        self._entry = 0
        self._table: int | None = None

    def add(self, leaf: Leaf) -> None:
        if leaf.kind == "row":
            self._close_lists()
            self._row(leaf)
            return
        self._close_table()
        if leaf.kind == "list_item":
            self._list_item(leaf)
            return
        self._close_lists()
        text = inline(leaf.runs)
        if leaf.kind == "heading":
            level = min(6, max(3, leaf.level))
            self._parts.append(f"<h{level}>{text}</h{level}>")
        elif leaf.kind == "preformatted":
            self._parts.append(f"<pre>{text}</pre>")
        else:
            self._parts.append(f"<p>{text}</p>")

    def close(self) -> None:
        self._close_lists()
        self._close_table()

    def _list_item(self, leaf: Leaf) -> None:
        depth = max(1, min(leaf.level, 8))
        text = inline(leaf.runs)
        if leaf.entry == self._entry and len(self._lists) == depth:
            self._parts.append(f"<br>{text}")
            return
        self._entry = leaf.entry
        name = "ol" if leaf.ordered else "ul"
        while len(self._lists) > depth or (len(self._lists) == depth and self._lists[-1] != name):
            self._parts.append(f"</li></{self._lists.pop()}>")
        if len(self._lists) == depth:
            self._parts.append("</li>")
        while len(self._lists) < depth:
            self._parts.append(f"<{name}>" if len(self._lists) + 1 == depth else f"<{name}><li>")
            self._lists.append(name)
        self._parts.append(f"<li>{text}")

    def _close_lists(self) -> None:
        while self._lists:
            self._parts.append(f"</li></{self._lists.pop()}>")
        self._entry = 0

    def _row(self, leaf: Leaf) -> None:
        if self._table != leaf.table:
            self._close_table()
            self._parts.append("<table><tbody>")
            self._table = leaf.table
        name = "th" if leaf.header else "td"
        cells = ("<br>".join(inline(line) for line in cell.lines) for cell in leaf.cells)
        self._parts.append("<tr>" + "".join(f"<{name}>{cell}</{name}>" for cell in cells) + "</tr>")

    def _close_table(self) -> None:
        if self._table is not None:
            self._parts.append("</tbody></table>")
            self._table = None


def inline(line: Line) -> str:
    """The runs of a line with their emphasis and their links."""
    parts = []
    for run in line:
        text = escape(run.text, quote=False)
        if run.style & BOLD:
            text = f"<strong>{text}</strong>"
        if run.style & ITALIC:
            text = f"<em>{text}</em>"
        if run.style & STRUCK:
            text = f"<del>{text}</del>"
        if run.href:
            text = f'<a href="{escape(run.href)}">{text}</a>'
        parts.append(text)
    return "".join(parts)
