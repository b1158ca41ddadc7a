"""HTML -> leaves. The one place that knows elements, and the only one that walks the tree.

The walk is iterative, so that no nesting can exhaust the stack, and every state is restored on leaving an element.
Class names are looked at for one thing only: words meant for screen readers, and those are dropped only when short.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag
from bs4.exceptions import ParserRejectedMarkup

from monitor.errors import UnreadablePage
from monitor.model import BlockKind
from monitor.parse.leaf import (
    BOLD,
    ITALIC,
    MOST_LEAVES,
    STRUCK,
    TIME,
    WEAK,
    WITHIN,
    Cell,
    Leaf,
    Line,
    Run,
    line_text,
    tidy,
)

_MOST_TAGS = 300_000
"""A real page has a few thousand. Building the tree costs time and memory per tag, whatever the bytes."""

_DROPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "head",
        "iframe",
        "object",
        "embed",
        "audio",
        "video",
        "canvas",
        "map",
        "math",
        "select",
        "textarea",
        "input",
        "datalist",
        "option",
        "meter",
        "progress",
        "frameset",
    ]
)
_CONTAINERS = frozenset(
    [
        "div",
        "section",
        "article",
        "main",
        "header",
        "footer",
        "nav",
        "aside",
        "form",
        "fieldset",
        "figure",
        "details",
        "dialog",
        "hgroup",
        "center",
        "body",
        "blockquote",
        "td",
        "th",
        "address",
        "search",
    ]
)
_BLOCKS = _CONTAINERS | frozenset(
    [
        "p",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "caption",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "pre",
        "hr",
        "legend",
        "summary",
        "figcaption",
        "dir",
        "menu",
        "html",
        "optgroup",
    ]
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_NO_HEADINGS = frozenset(("p", "ul", "ol", "table", "dl", "pre"))
_STYLES = {
    "strong": BOLD, "b": BOLD, "em": ITALIC, "i": ITALIC, "cite": ITALIC, "dfn": ITALIC, "mark": ITALIC,
    "ins": ITALIC, "del": STRUCK, "s": STRUCK, "strike": STRUCK, "time": TIME,
}  # fmt: skip
_LANDMARKS = {
    "nav": "nav", "header": "header", "footer": "footer", "dialog": "dialog", "aside": "aside", "search": "search",
}  # fmt: skip
_ROLES = {
    "navigation": "nav", "banner": "header", "contentinfo": "footer", "dialog": "dialog", "alertdialog": "dialog",
    "complementary": "aside", "search": "search",
}  # fmt: skip
_TABLE_ROLES = {
    "table": "table", "grid": "table", "rowgroup": "tbody", "row": "tr", "cell": "td", "gridcell": "td",
    "columnheader": "th", "rowheader": "th",
}  # fmt: skip
_ROLE_BEARERS = frozenset(("div", "span", "p", "section", "ul", "ol", "li"))
"""What may be made part of a table by its role. The elements of real tables are what they are."""
_FLUSHING = frozenset(_ROLES) | {"main", "heading", "tab"}
_TOGGLING = ("aria-controls", "aria-expanded", "data-target", "data-toggle", "data-bs-toggle", "data-env-collapse")
_ASIDE_WORDS = re.compile(r"(?:^|[\s_-])(?:sr-only|assistive-text|visually-?hidden|screen-?reader|alttext)", re.I)
_STAMP_WORDS = re.compile(r"publicera|uppdatera|ändra|published|updated", re.I)
_MAY_BE_ASIDE = frozenset(("span", "small", "div", "em", "i", "abbr"))
_LONGEST_ASIDE = 120
_WIDEST_TABLE = 200
_XML_DECLARATION = re.compile(r"<\?xml\b[^>]*>", re.I)
_SESSION = re.compile(r";jsessionid=[^?#]*", re.I)
_ITALIC_STYLE = re.compile(r"font-style\s*:\s*italic", re.I)
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.I)


@dataclass(slots=True)
class Flat:
    """A page as leaves, with the words of its <title>."""

    leaves: list[Leaf]
    title: str


class _Place(NamedTuple):
    """Where the walk stands. `opened` is how many leaves there were when the heading around it began."""

    kind: BlockKind = "paragraph"
    level: int = 0
    opened: int = 0
    card: int = 0
    entry: int = 0
    depth: int = 0
    ordered: bool = False
    region: str = ""
    main: bool = False
    article: bool = False
    toggle: bool = False
    button: bool = False
    anchor: str | None = None


@dataclass(slots=True)
class _Table:
    """A data table being read."""

    number: int
    row: list[Cell] = field(default_factory=list)
    spans: dict[int, tuple[int, Cell]] = field(default_factory=dict)
    lines: list[Line] | None = None
    cell: Tag | None = None
    rows: int = 0
    head: bool = False


def flatten(text: str, url: str) -> Flat:
    """The leaves of an HTML text in page order; relative links are resolved against `url`.

    Raises UnreadablePage for markup that no tree can be built from, or far too much of it.
    """
    tags = text.count("<")
    if tags > _MOST_TAGS:
        raise UnreadablePage(f"expected a page of at most {_MOST_TAGS} tags, got {tags}")
    if "<?" in text:
        text = _XML_DECLARATION.sub("", text)
    try:
        soup = BeautifulSoup(text, "lxml", multi_valued_attributes=None)
    except (ParserRejectedMarkup, AssertionError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise UnreadablePage(f"expected a web page, got markup that cannot be read: {reason}") from error
    title = soup.title
    walk = _Walk(_base(soup, url) if "<base" in text or "<BASE" in text else url)
    walk.run(soup)
    words = tidy([Run(title.get_text())]) if title is not None else []
    return Flat(leaves=walk.leaves, title=line_text(words))


def _base(soup: BeautifulSoup, url: str) -> str:
    base = soup.find("base", href=True)
    return _resolved(url, str(base["href"])) or url if isinstance(base, Tag) else url


def _resolved(base: str, href: str) -> str | None:
    """The absolute address, or None for one that is no address to show: other schemes, or broken."""
    try:
        address = urljoin(base, href.strip())
        if urlsplit(address).scheme.lower() not in ("http", "https", "mailto"):
            return None
    except ValueError:
        return None
    return _SESSION.sub("", address) if "jsessionid" in address.lower() else address


def _name(tag: Tag) -> str:
    """The element that a tag stands for: its own, or the part of a table that its role makes it."""
    if tag.attrs and tag.name in _ROLE_BEARERS and (role := tag.attrs.get("role")):
        return _TABLE_ROLES.get(str(role), tag.name)
    return tag.name


def _is_layout(table: Tag) -> bool:
    """Whether a table arranges the page and holds no data: headings or tables inside, or a single cell."""
    if table.get("role") in ("presentation", "none"):
        return True
    cells = 0
    stack = [iter(table.contents)]
    while stack:
        for node in stack[-1]:
            if isinstance(node, Tag):
                name = _name(node)
                if name in ("td", "th"):
                    cells += 1
                elif name in ("table", "h1", "h2", "h3", "h4"):
                    return True
                stack.append(iter(node.contents))
                break
        else:
            stack.pop()
    return cells < 2


class _Walk:
    """One walk through one tree."""

    def __init__(self, base: str) -> None:
        self.leaves: list[Leaf] = []
        self._base = base
        self._addresses: dict[str, str | None] = {}
        self._place = _Place()
        self._style = 0
        self._href: str | None = None
        self._runs: Line = []
        self._moment: str | None = None
        self._table: _Table | None = None
        self._box = 0
        self._numbers = 0
        self._tables = 0

    def run(self, root: Tag) -> None:
        """Walk. Each level of the stack remembers the state to return to."""
        stack: list[tuple[Iterator[PageElement], Tag, _Place, int, int, str | None]] = [
            (iter(root.contents), root, self._place, 0, 0, None)
        ]
        while stack:
            children, parent, place, box, style, href = stack[-1]
            for node in children:
                if type(node) is NavigableString:
                    if self._runs or not node.isspace():
                        self._runs.append(Run(str(node), self._style, self._href))
                elif isinstance(node, Tag):
                    name = node.name
                    if name in _DROPPED:
                        continue
                    if name == "br":
                        self._break()
                    elif not (node.attrs and self._is_aside(node)):
                        before = (self._place, self._box, self._style, self._href)
                        self._enter(node)
                        stack.append((iter(node.contents), node, *before))
                        break
            else:
                stack.pop()
                self._leave(parent)
                self._place, self._box, self._style, self._href = place, box, style, href
        self._flush()

    def _is_aside(self, tag: Tag) -> bool:
        """Words for screen readers only: by their class, when short and no label of a stamp."""
        classes = tag.attrs.get("class")
        if not classes or tag.name not in _MAY_BE_ASIDE:
            return False
        if not _ASIDE_WORDS.search(str(classes)):
            return False
        if any(isinstance(child, Tag) and child.contents for child in tag.contents):
            return False
        words = "".join(str(child) for child in tag.contents if type(child) is NavigableString)
        return len(words) <= _LONGEST_ASIDE and not _STAMP_WORDS.search(words)

    def _break(self) -> None:
        if self._place.kind == "heading":
            if self._runs:
                self._runs.append(Run(" ", self._style, self._href))
        else:
            self._flush()

    def _number(self) -> int:
        self._numbers += 1
        return self._numbers

    def _name(self, tag: Tag) -> str:
        """What a tag stands for here: within a cell no role begins another row."""
        table = self._table
        within = table is not None and table.cell is not None and table.cell is not tag
        return tag.name if within else _name(tag)

    def _enter(self, tag: Tag) -> None:
        name = self._name(tag)
        attributes = tag.attrs
        if name == "a":
            self._enter_link(tag)
        elif name in _STYLES:
            self._style |= _STYLES[name]
            if name == "time":
                self._moment = str(attributes.get("datetime") or "")
        elif name in _BLOCKS:
            self._enter_block(tag, name)
        elif name == "button":
            self._enter_button(tag)
        if attributes:
            if "role" in attributes or "aria-level" in attributes:
                self._enter_role(tag)
            if "style" in attributes:
                self._enter_style(str(attributes["style"]))
            if self._place.kind == "heading" and not self._place.anchor and (anchor := attributes.get("id")):
                self._place = self._place._replace(anchor=str(anchor))

    def _enter_style(self, style: str) -> None:
        if _ITALIC_STYLE.search(style):
            self._style |= ITALIC
        if _BOLD_STYLE.search(style):
            self._style |= BOLD

    def _enter_link(self, tag: Tag) -> None:
        href = str(tag.get("href") or "")
        if href.startswith("#"):
            self._style |= WITHIN
            return
        if href not in self._addresses:
            self._addresses[href] = _resolved(self._base, href) if href.strip() else None
        self._href = self._addresses[href]

    def _enter_button(self, tag: Tag) -> None:
        if self._place.kind == "heading":
            return
        self._flush()
        if any(name in tag.attrs for name in _TOGGLING):
            self._place = self._heading(WEAK, toggle=True, button=True)
        else:
            self._place = self._place._replace(kind="paragraph", button=True)

    def _enter_role(self, tag: Tag) -> None:
        role = str(tag.get("role") or "")
        if role == "button" and tag.name in ("a", "span"):
            return
        if role in ("heading", "tab") or (role == "button" and tag.name != "button"):
            if self._place.kind != "heading":
                self._flush()
                level = str(tag.get("aria-level") or "")
                rank = int(level) if level in ("1", "2", "3", "4", "5", "6") else 2 if role == "heading" else WEAK
                self._place = self._heading(rank, toggle=role != "heading")
        elif role == "main":
            self._flush()
            self._place = self._place._replace(main=True, region="")
        elif role in _ROLES:
            self._flush()
            self._landmark(_ROLES[role])

    def _landmark(self, region: str) -> None:
        place = self._place
        if region in ("header", "footer") and (place.main or place.article or place.card):
            return
        if not place.region:
            self._place = place._replace(region=region)

    def _enter_block(self, tag: Tag, name: str) -> None:
        table = self._table
        if self._runs:
            self._flush()
        if table is not None and table.lines is not None and name not in ("td", "th", "tr"):
            return
        if name in _CONTAINERS:
            self._box = self._number()
            if name == "div":
                return
        self._place = self._place_in(name)
        if name in _LANDMARKS:
            self._landmark(_LANDMARKS[name])
        elif name == "table" and not _is_layout(tag):
            self._tables += 1
            self._table = _Table(self._tables)
        elif table is not None:
            if name == "thead":
                table.head = True
            elif name == "tr":
                table.row = []
            elif name in ("td", "th"):
                self._open_cell(table, tag)

    def _place_in(self, name: str) -> _Place:
        """Where the walk stands inside a block element."""
        place = self._place
        if name in _HEADINGS:
            return self._heading(_HEADINGS[name])
        if place.kind == "heading" and name in _NO_HEADINGS and (name != "p" or len(self.leaves) > place.opened):
            place = place._replace(kind="paragraph", level=0, toggle=False)
        match name:
            case "p" if place.kind == "caption":
                return place._replace(kind="paragraph")
            case "ul" | "ol" | "menu" | "dir":
                return place._replace(depth=place.depth + 1, ordered=name == "ol")
            case "li":
                number = self._number()
                return place._replace(
                    kind="list_item", level=max(1, place.depth), entry=number, card=place.card or number
                )
            case "article":
                return place._replace(article=True, card=self._number())
            case "main":
                return place._replace(main=True, region="")
            case "summary":
                return self._heading(WEAK, toggle=True)
            case "caption" | "figcaption":
                return place._replace(kind="caption")
            case "pre":
                return place._replace(kind="preformatted")
            case _:
                return place

    def _heading(self, level: int, *, toggle: bool = False, button: bool = False) -> _Place:
        return self._place._replace(
            kind="heading", level=level, opened=len(self.leaves), toggle=toggle, button=button, anchor=None
        )

    def _open_cell(self, table: _Table, tag: Tag) -> None:
        if table.cell is None:
            table.lines, table.cell = [], tag

    def _leave(self, tag: Tag) -> None:
        name = self._name(tag)
        if self._runs and (name in _BLOCKS or name == "button" or tag.attrs.get("role") in _FLUSHING):
            self._flush()
        table = self._table
        if table is None:
            return
        if tag is table.cell:
            self._close_cell(table, tag)
        elif name == "tr":
            self._close_row(table)
        elif name == "thead":
            table.head = False
        elif name == "table":
            self._close_row(table)
            self._table = None

    def _close_cell(self, table: _Table, tag: Tag) -> None:
        self._fill(table)
        cell = Cell(table.lines or [], header=_name(tag) == "th" or table.head)
        column = len(table.row)
        table.row.append(cell)
        rows = _span(tag, "rowspan")
        if rows > 1:
            table.spans[column] = (rows - 1, cell)
        for _ in range(min(_span(tag, "colspan") - 1, _WIDEST_TABLE - len(table.row))):
            table.row.append(Cell([], header=cell.header, filled=True))
        table.lines, table.cell = None, None

    def _fill(self, table: _Table) -> None:
        """Put in the cells that reach down from rows above."""
        while (column := len(table.row)) in table.spans and column < _WIDEST_TABLE:
            left, above = table.spans.pop(column)
            if left > 1:
                table.spans[column] = (left - 1, above)
            table.row.append(Cell(above.lines, header=above.header, filled=True))

    def _close_row(self, table: _Table) -> None:
        if not table.row:
            return
        self._fill(table)
        cells, table.row = table.row, []
        texts = [cell.text for cell in cells]
        words = [text for text in texts if text]
        if words:
            table.rows += 1
            shown = [cell for cell, text in zip(cells, texts, strict=True) if text]
            header = all(cell.header for cell in shown) or (
                table.rows == 1 and len(shown) > 1 and all(cell.strong for cell in shown)
            )
            self._emit("row", " | ".join(words), _row_runs(shown), cells=cells, header=header)

    def _flush(self) -> None:
        if not self._runs:
            return
        runs, self._runs = self._runs, []
        moment, self._moment = self._moment, None
        kind = self._place.kind
        if kind == "preformatted":
            for line in _lines(runs):
                self._emit("preformatted", line_text(line), line)
            return
        line = tidy(runs)
        if not line:
            return
        table = self._table
        if table is not None and table.lines is not None:
            table.lines.append(line)
            return
        if not all(run.style & TIME for run in line):
            moment = None
        self._emit(kind, line_text(line), line, moment=moment)

    def _emit(
        self,
        kind: BlockKind,
        text: str,
        runs: Line,
        *,
        cells: list[Cell] | None = None,
        header: bool = False,
        moment: str | None = None,
    ) -> None:
        place = self._place
        if len(self.leaves) >= MOST_LEAVES:
            raise UnreadablePage(f"expected a page of at most {MOST_LEAVES} lines of text, got more")
        self.leaves.append(
            Leaf(
                kind=kind,
                text=text,
                runs=runs,
                level=place.level if kind in ("heading", "list_item") else 0,
                cells=cells or [],
                header=header,
                table=self._table.number if self._table is not None else None,
                box=self._box,
                card=place.card,
                entry=place.entry,
                ordered=place.ordered,
                region=place.region,
                main=place.main,
                toggle=place.toggle,
                button=place.button,
                anchor=place.anchor if kind == "heading" else None,
                moment=moment,
            )
        )


def _span(tag: Tag, name: str) -> int:
    value = str(tag.get(name) or "1").strip()
    return max(1, min(int(value), 1000)) if value.isdecimal() and len(value) < 6 else 1


def _row_runs(cells: list[Cell]) -> Line:
    """The runs of a row as one line, for its links and its emphasis."""
    runs: Line = []
    for cell in cells:
        if runs:
            runs.append(Run(" | "))
        for number, line in enumerate(cell.lines):
            if number:
                runs.append(Run(" "))
            runs.extend(line)
    return runs


def _lines(runs: Line) -> Iterator[Line]:
    """Preformatted runs, line by line."""
    current: Line = []
    for run in runs:
        first, *others = run.text.split("\n")
        current.append(replace(run, text=first))
        for part in others:
            if tidied := tidy(current):
                yield tidied
            current = [replace(run, text=part)]
    if tidied := tidy(current):
        yield tidied
