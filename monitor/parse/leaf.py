"""What lies between the tree of a page and its items: a flat list of leaves, each one line of text with its place.

Everything that knows elements ends here. What follows decides on the words, the levels and the neighbours of leaves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from monitor.model import Block, BlockKind, Link
from monitor.parse.stamps import Stamp
from monitor.words import fold

BOLD, ITALIC, TIME, STRUCK, WITHIN = 1, 2, 4, 8, 16
"""Styles of a run, as bits. `WITHIN` marks the words of a link to another place in the same page."""

WEAK = 7
"""The rank of headings that no heading element vouches for: buttons of accordions, summaries, bold lines."""

EDGES = " \t\n\r\f\v\xa0\u202f\u200b\u2060\ufeff"


@dataclass(slots=True)
class Run:
    """Words of one leaf with one style and one link."""

    text: str
    style: int = 0
    href: str | None = None


Line = list[Run]

MOST_LEAVES = 20_000
"""A hundred times the longest page known; what is longer is something else, and would only cost time."""


@dataclass(slots=True)
class Cell:
    """A table cell: its lines, and whether it is there only because a cell above it spans rows."""

    lines: list[Line]
    header: bool = False
    filled: bool = False

    @property
    def text(self) -> str:
        return " ".join(line_text(line) for line in self.lines)

    @property
    def strong(self) -> bool:
        return bool(self.lines) and all(is_strong(line) for line in self.lines)


@dataclass(slots=True, eq=False)
class Leaf:
    """One line of text and where it stood. `level` is a heading's rank or a list item's depth.

    `box` numbers the innermost container, `card` the list entry or article around it, `region` the landmark that
    holds it ("" for none). `toggle` marks the button of a collapsible section, `moment` the machine date of a leaf
    that is nothing but a <time>. `stamp` is the stamp that the leaf is, `inner` the one that was cut off its end.
    `fate` is "" until somebody has claimed the leaf, then "kept" or "boilerplate"; `panel` numbers its panel.
    """

    kind: BlockKind
    text: str
    runs: Line
    level: int = 0
    cells: list[Cell] = field(default_factory=list)
    header: bool = False
    table: int | None = None
    box: int = 0
    card: int = 0
    entry: int = 0
    ordered: bool = False
    region: str = ""
    main: bool = False
    toggle: bool = False
    button: bool = False
    anchor: str | None = None
    moment: str | None = None
    stamp: Stamp | None = None
    inner: Stamp | None = None
    fate: Literal["", "kept", "boilerplate"] = ""
    panel: int = 0
    title: bool = False
    _folded: tuple[str, str] = ("", "")

    @property
    def words(self) -> str:
        """The text for matching: lower case, plain dashes and blanks (`monitor.words.fold`)."""
        if self._folded[0] is not self.text:
            self._folded = (self.text, fold(self.text))
        return self._folded[1]

    @property
    def is_heading(self) -> bool:
        return self.kind == "heading"

    @property
    def strong(self) -> bool:
        return is_strong(self.runs)

    @property
    def link_only(self) -> bool:
        runs = self.runs
        if not runs or (runs[0].href is None and len(runs) == 1):
            return False
        return all(run.href for run in runs if run.text.strip(EDGES))

    @property
    def within_page(self) -> bool:
        runs = self.runs
        if not runs or not runs[0].style & WITHIN:
            return False
        return all(run.style & WITHIN for run in runs if run.text.strip(EDGES))

    def block(self, table: int | None = None) -> Block:
        """The leaf as the rest of the program knows it."""
        return Block(
            kind=self.kind,
            text=self.text,
            level=min(self.level, 6),
            cells=tuple([cell.text for cell in self.cells]) if self.cells else (),
            header=self.header,
            table=table,
            emphasised=emphasised(self.runs),
            links=links(self.runs),
        )


def below(leaves: Sequence[Leaf], index: int, count: int | None = None) -> Iterator[Leaf]:
    """The leaves after the one at `index`, at most `count`, without copying the rest of a page."""
    end = len(leaves) if count is None else min(len(leaves), index + 1 + count)
    for at in range(index + 1, end):
        yield leaves[at]


def line_text(line: Line) -> str:
    """The words of a line."""
    return "".join([run.text for run in line])


def is_strong(line: Line) -> bool:
    """Bold from end to end."""
    if not line or not line[0].style & BOLD:
        return False
    found = False
    for run in line:
        if run.text.strip(EDGES + ".:"):
            if not run.style & BOLD:
                return False
            found = True
    return found


_BLANKS = re.compile(r"[^\S\u00a0\u202f]+")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u200b-\u200d\u2060\ud800-\udfff\ufeff\ufffe\uffff]")
_TRAILER_HINTS = ("fönster", "window", "webbplats")
_FILE = r"(?:pdf|word|excel|powerpoint|docx?|xlsx?|pptx?|zip|xsd|xml|txt|csv)(?:[ -]?(?:fil|dokument))?"
_SIZE = r"(?:,?[ \xa0]*\d[\d.,\xa0 ]*[ \xa0]*(?:[kKMG]i?B|bytes?))?"
_OPENS = (
    r"(?:öppnas|öppnar|opens)[ \xa0]+(?:i[ \xa0]+|in[ \xa0]+)?(?:(?:ett|a)[ \xa0]+)?"
    r"(?:nytt|new)[ \xa0]+(?:fönster|window)"
)
TRAILER = re.compile(
    rf"[ \xa0]*\((?:{_FILE}{_SIZE}|(?:extern[ \xa0])?länk[^()]{{0,40}})?,?[ \xa0]*{_OPENS}\.?\)"
    rf"|[ \xa0]*(?:(?<![\w])|(?=[A-ZÅÄÖ][a-z]+,))"
    rf"(?:Länk till annan webbplats|Extern länk|(?:Link to )?(?:another|external) (?:website|link)|{_FILE}{_SIZE})"
    rf",?[ \xa0]*{_OPENS}\.?"
    rf"|[ \xa0]*(?<!\w)Länk till annan webbplats\.?"
    rf"|^[ \xa0]*{_OPENS}\.?$",
    re.I,
)
"""What screen readers are told after a link, also where it is glued to the label: "avtalPdf, 727 kB, öppnas i …"."""

_GLUED = re.compile(rf"(?<=[\wåäö)])(?:Pdf|PDF|Word|Excel|Zip){_SIZE},?[ \xa0]*{_OPENS}\.?")


def _repair(found: re.Match[str]) -> str:
    """Numeric references between 128 and 159 mean windows-1252 to every browser; other controls mean nothing."""
    character = found[0]
    if "\x80" <= character <= "\x9f":
        return character.encode("latin-1").decode("windows-1252", "ignore")
    return ""


def tidy(runs: Line) -> Line:
    """The runs with white space folded and the screen readers' trailers cut; [] when no word is left.

    NBSP and dashes stay. Runs are joined as they stand, so that a word half in bold stays a word. The runs are used up.
    """
    tidied: Line = []
    blank = True
    previous: Run | None = None
    for run in runs:
        text = run.text
        if not text.isprintable() or "  " in text:
            # Blanks other than the plain one, control characters and invisible marks are all unprintable.
            text = _BLANKS.sub(" ", _CONTROLS.sub(_repair, text))
        if blank and text[:1] == " ":
            text = text[1:]
        if text:
            blank = text[-1] == " "
            if previous is not None and previous.style == run.style and previous.href == run.href:
                previous.text += text
            else:
                run.text = text
                tidied.append(run)
                previous = run
    tidied = trim(tidied)
    if tidied:
        text = tidied[0].text if len(tidied) == 1 else line_text(tidied)
        if any(hint in text for hint in _TRAILER_HINTS):
            tidied = _without_trailers(tidied, text)
    return tidied


def trim(line: Line) -> Line:
    """The line without blanks at its ends."""
    if len(line) == 1:
        line[0].text = line[0].text.strip(EDGES)
        return line if line[0].text else []
    start, end = 0, len(line)
    while start < end and not line[start].text.strip(EDGES):
        start += 1
    while end > start and not line[end - 1].text.strip(EDGES):
        end -= 1
    line = line[start:end]
    if line:
        line[0].text = line[0].text.lstrip(EDGES)
        line[-1].text = line[-1].text.rstrip(EDGES)
    return line


def _without_trailers(line: Line, text: str) -> Line:
    for pattern in (_GLUED, TRAILER):
        for found in reversed(list(pattern.finditer(text))):
            line = cut(line, found.start(), found.end())
        text = line_text(line)
    return trim(line)


def cut(line: Line, start: int, end: int) -> Line:
    """The line without its characters from `start` to `end`."""
    kept: Line = []
    at = 0
    for run in line:
        left = run.text[: max(0, start - at)]
        right = run.text[max(0, end - at) :]
        at += len(run.text)
        if left + right:
            kept.append(Run(left + right, run.style, run.href))
    return kept


def emphasised(line: Line) -> tuple[str, ...]:
    """The stretches set in bold or italics."""
    if len(line) == 1 and not line[0].style:
        return ()
    found: list[str] = []
    open_ = False
    for run in line:
        marked = bool(run.style & (BOLD | ITALIC))
        if marked and open_:
            found[-1] += run.text
        elif marked:
            found.append(run.text)
        open_ = marked
    return tuple(words for words in (stretch.strip(EDGES) for stretch in found) if words)


def links(line: Line) -> tuple[Link, ...]:
    """The links of the line; one that an editor split over two elements is one."""
    if len(line) == 1 and line[0].href is None:
        return ()
    found: list[Link] = []
    for run in line:
        if run.href is None:
            continue
        if found and found[-1].url == run.href:
            found[-1] = Link(text=found[-1].text + run.text, url=run.href)
        else:
            found.append(Link(text=run.text, url=run.href))
    return tuple(Link(text=words, url=link.url) for link in found if (words := link.text.strip(EDGES)))
