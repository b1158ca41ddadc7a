"""Plain text -> leaves: saved pages of which only the words are left.

There are no elements to go by. A line directly above a stamp is a heading; a line that begins or ends with a blank
was torn out of a sentence by an inline element and is joined with its neighbour again.
"""

from __future__ import annotations

import re
from itertools import pairwise

from monitor.errors import UnreadablePage
from monitor.parse.leaf import EDGES, MOST_LEAVES, WEAK, Leaf, Run, below, line_text, tidy
from monitor.parse.phrases import RELATED
from monitor.parse.stamps import line_stamp

_TAGS = re.compile(
    r"<(?:!doctype|html|head|body|title|div|p|br|h[1-6]|ul|ol|li|table|tr|td|span|a|main|section|article|strong|em|meta|script)\b[^<>]*>",
    re.I,
)
_TORN_START = re.compile(r" \S")
_LONGEST_HEADING = 250


def is_plain(text: str, content_type: str | None) -> bool:
    """Whether there is no HTML in the text. A header that says otherwise is not believed."""
    if _TAGS.search(text):
        return bool(content_type) and "text/plain" in str(content_type).lower() and not _TAGS.match(text.lstrip(EDGES))
    return True


def plain_leaves(text: str) -> list[Leaf]:
    """The lines of a plain text as leaves."""
    leaves = [
        Leaf(kind="paragraph", text=line_text(line), runs=line, main=True)
        for line in map(tidy, ([Run(part)] for part in _joined(text)))
        if line
    ]
    if len(leaves) > MOST_LEAVES:
        raise UnreadablePage(f"expected a page of at most {MOST_LEAVES} lines, got {len(leaves)}")
    for leaf, following in pairwise(leaves):
        if leaf.text == following.text or line_stamp(leaf.text):
            continue
        stamp = line_stamp(following.text) or line_stamp(following.text.split(")")[0] + ")")
        if stamp is not None and stamp.published is not None and len(leaf.text) <= _LONGEST_HEADING:
            leaf.kind, leaf.level = "heading", 2
        elif RELATED.fullmatch(leaf.words):
            leaf.kind, leaf.level, leaf.toggle = "heading", WEAK, True
    _mark_title(leaves)
    return leaves


def _joined(text: str) -> list[str]:
    """The lines with torn sentences mended. A lone blank between two torn pieces is a piece itself."""
    lines: list[str] = []
    torn = mended = False
    for line in text.splitlines():
        empty = not line.strip(EDGES)
        if mended and line == " ":
            torn = True
            lines[-1] += line
            continue
        mended = bool(
            lines and not empty and (torn or _TORN_START.match(line)) and not line_stamp(lines[-1].strip(EDGES))
        )
        if mended:
            lines[-1] += line
        else:
            lines.append(line)
        torn = line.endswith(" ") and not empty
    return lines


def _mark_title(leaves: list[Leaf]) -> None:
    """The first line is the page's title; where it names the site too, the same words stand once more as heading."""
    if not leaves:
        return
    first = leaves[0].text
    for leaf in below(leaves, 0):
        if (
            leaf.text
            and first.startswith(leaf.text)
            and first[len(leaf.text) :].lstrip(EDGES)[:1] in ("-", "–", "|", "—")
        ):
            leaf.kind, leaf.level, leaf.toggle = "heading", 1, False
            return
    if not line_stamp(leaves[1].text if len(leaves) > 1 else ""):
        leaves[0].kind, leaves[0].level, leaves[0].toggle = "heading", 1, False
