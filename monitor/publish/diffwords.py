"""The difference between two texts of an announcement, word by word, so that people see what was changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_TOKEN = re.compile(r"\s+|[\w\d]+(?:[-–.:/]\w+)*|[^\w\s]", re.UNICODE)
_LONG = 4_000
"""Above this many words a changed passage is shown as replaced whole: matching takes quadratic time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of text that stands in both, or only in the earlier (`delete`) or the later (`insert`)."""

    op: Literal["equal", "insert", "delete"]
    text: str


def diff_words(before: str, after: str) -> tuple[Piece, ...]:
    """The pieces in reading order. The equal and deleted ones give `before`, the equal and inserted ones `after`."""
    return tuple(_joined(_lines(before, after)))


def _lines(before: str, after: str) -> Iterator[Piece]:
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for op, a1, a2, b1, b2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, came = "".join(old[a1:a2]), "".join(new[b1:b2])
        if op == "equal":
            yield Piece(op="equal", text=gone)
        else:
            yield from _words(gone, came)


def _words(before: str, after: str) -> Iterator[Piece]:
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    if len(old) > _LONG or len(new) > _LONG:
        yield Piece(op="delete", text=before)
        yield Piece(op="insert", text=after)
        return
    for op, a1, a2, b1, b2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, came = "".join(old[a1:a2]), "".join(new[b1:b2])
        if op == "equal":
            yield Piece(op="equal", text=gone)
            continue
        if gone:
            yield Piece(op="delete", text=gone)
        if came:
            yield Piece(op="insert", text=came)


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Folds neighbours of one kind, and single spaces between two changes into them, so that phrases stay whole."""
    same = gone = came = held = ""
    for piece in pieces:
        if piece.op == "equal":
            if (gone or came) and piece.text == " " and not held:
                held = " "
                continue
            if gone or came:
                yield from _passage(same, gone, came)
                same, gone, came = held, "", ""
            else:
                same += held
            same, held = same + piece.text, ""
            continue
        gone, came, held = gone + held, came + held, ""
        if piece.op == "delete":
            gone += piece.text
        else:
            came += piece.text
    yield from _passage(same, gone, came)
    if held:
        yield Piece(op="equal", text=held)


def _passage(same: str, gone: str, came: str) -> Iterator[Piece]:
    if same:
        yield Piece(op="equal", text=same)
    if gone:
        yield Piece(op="delete", text=gone)
    if came:
        yield Piece(op="insert", text=came)
