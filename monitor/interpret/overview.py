"""The overview of versions: panels or rows with a label for each date. Its silence and its states are facts too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from monitor.dates import Found, find_dates
from monitor.interpret.closings import NEVER_CLOSING
from monitor.interpret.mentions import AGENCY_SERVICES, labels_of, services_in, versions_in
from monitor.interpret.passages import Passage, day_of
from monitor.model import Claim, Closing, ClosingState, Component, Entry, Panel, Release, Status, When
from monitor.words import fold

_RELEASED = re.compile(
    r"driftsätt|driftsatt|produktionss|produktionsätt|driftstart|i drift|i bruk|i produktion|releasedatum|lanser|"
    r"tillgänglig från|gäller från"
)
_CLOSES = re.compile(
    r"stäng|avveckl|upphör|slutdatum|sista dag|utfas|ur (?:drift|bruk|produktion)|släck|läggs ne|tas ne|fasas ut"
)
_REPLACED = re.compile(r"\b(?:tidigare|gamm\w+|gamla|nuvarande|ursprunglig\w*|förra|förut)\b")
_VERSION = re.compile(r"^\W*version")
_SUMMARY = re.compile(r"sammanfattning|innehåll|beskrivning|nyheter|kommentar")
_TITLE = re.compile(r"(?:^|\bversion(?:en)?\s+|\bv\.?\s?|\b[a-zåäö-]+\s)(\d{1,2}(?:\.\d{1,3}){0,3})(?![\d-])")
_PLANNED = re.compile(r"\bplaner\w*|\bpreliminär\w*|\bprel\b|\btänkt\w*|\bberäkna\w*|\bmål\b|\bavse\w*")
_NOT_PLANNED = re.compile(
    r"\b(?:ej|inte|icke|inget|ingen)\b|\btills vidare\b|^\s*[-.?]*\s*$|\bsaknas\b|\böppen\b|\bdatum ej\b"
)
_CLOSED = re.compile(r"\b(?:stängd|stängdes|avvecklad|avvecklades|har stängts)\b")


def overview(passage: Passage, *, newest_stamp: date | None, released: Mapping[date, str]) -> Iterator[Claim]:
    """The claims of an overview, panel by panel.

    `newest_stamp` is the page's newest stamp: a bare closing date before it reads as closed. `released` tells which
    version went live on which day, so that a panel whose title the layout lost can be known by its date.
    """
    for index, panel in enumerate(passage.item.panels):
        yield from _panel(passage, panel, 2 * index, newest_stamp=newest_stamp, released=released)


def table_of_versions(passage: Passage, *, newest_stamp: date | None) -> Iterator[Claim]:
    """The claims of a table within an item whose header has a column of versions and one of days."""
    for index, panel in enumerate(_rows_as_panels(passage)):
        yield from _panel(passage, panel, 2 * index + 1, newest_stamp=newest_stamp, released={})


def _rows_as_panels(passage: Passage) -> Iterator[Panel]:
    header: tuple[str, ...] = ()
    table: int | None = None
    for block in passage.item.blocks:
        if block.kind != "row":
            continue
        if block.table != table:
            table, header = block.table, ()
            folded = [fold(cell) for cell in block.cells]
            named = any(_VERSION.search(cell) for cell in folded) and not any(re.search(r"\d", cell) for cell in folded)
            if named and any(_RELEASED.search(cell) or _CLOSES.search(cell) for cell in folded):
                header = block.cells
            continue
        if header and len(block.cells) == len(header):
            entries = tuple(Entry(label=label, values=(cell,)) for label, cell in zip(header, block.cells, strict=True))
            yield Panel(title="", entries=entries, text=block.text)


def _panel(
    passage: Passage, panel: Panel, order: int, *, newest_stamp: date | None, released: Mapping[date, str]
) -> Iterator[Claim]:
    service = _service(passage, panel)
    live = _cell(panel, _RELEASED)
    closes = _cell(panel, _CLOSES)
    was = _cell(panel, _CLOSES, replaced=True)
    live_on = _date(live, passage) if live else None
    label = _label(passage, panel, service) or (_known(live_on, released) if live_on else None)
    label = label or _label_inside(passage, panel, service)
    if label is None:
        return
    components = tuple(_components(passage, panel, service))
    if live_on is not None and live is not None:
        yield Release(
            service=service,
            version=label,
            evidence=_evidence(panel, live),
            date=live_on.when,
            components=components,
            order=order,
        )
    else:
        yield Status(
            service=service,
            version=label,
            evidence=_evidence(panel, live or panel.text),
            components=components,
            order=order,
        )
    if closes is None or service in NEVER_CLOSING:
        return
    closes_on = _date(closes, passage)
    if closes_on is None:
        if _NOT_PLANNED.search(fold(closes)):
            yield Status(
                service=service,
                version=label,
                evidence=_evidence(panel, closes),
                closing_state="not_planned",
                basis="stated" if re.search(r"\w", closes) else "derived",
                derivation=None if re.search(r"\w", closes) else "fältet för stängning är tomt",
                order=order,
            )
        return
    if live_on is not None and not _may_follow(closes_on.when, live_on.when):
        return
    was_on = _date(was, passage) if was else None
    yield Closing(
        service=service,
        version=label,
        evidence=_evidence(panel, closes),
        date=closes_on.when,
        previous_date=was_on.when if was_on else None,
        change="moved" if was_on else "stated",
        state=_state(fold(closes), closes_on.when, newest_stamp),
        order=order + 1,
    )


def _may_follow(closes: When, live: When) -> bool:
    """Whether a version can close then: not on or before the day it went live, where a row lost or doubled a cell."""
    last, first = closes.end or closes.start, live.start
    return last is None or first is None or day_of(last) > day_of(first)


def _service(passage: Passage, panel: Panel) -> str:
    named = _named(panel, passage.own)
    others = {_named(other, passage.own) for other in passage.item.panels if other is not panel}
    if named and (named in AGENCY_SERVICES or named == passage.own) and others <= {named}:
        return named
    return passage.default_service()


def _named(panel: Panel, own: str) -> str | None:
    """The service that a panel's title names, if any."""
    named = services_in(fold(panel.title), own)
    return named[0].service if named else None


def _label(passage: Passage, panel: Panel, service: str) -> str | None:
    titles = [
        panel.title,
        *(value for entry in panel.entries if _VERSION.search(fold(entry.label)) for value in entry.values[:1]),
    ]
    for title in titles:
        for mention in versions_in(fold(title), passage.own, default=service):
            if mention.service == service:
                return mention.labels[0]
        bare = _TITLE.search(fold(title).strip())
        if bare and not any(mention.service != service for mention in services_in(fold(title), passage.own)):
            return labels_of(bare[1])[0]
    return None


def _label_inside(passage: Passage, panel: Panel, service: str) -> str | None:
    """The one version of the page's own that a panel without a title names in its text."""
    named = {
        label
        for entry in panel.entries
        for line in entry.values
        for mention in versions_in(fold(line), passage.own, default="")
        if mention.service == service
        for label in mention.labels
    }
    return named.pop() if len(named) == 1 else None


def _known(found: Found, released: Mapping[date, str]) -> str | None:
    start = found.when.start
    return released.get(day_of(start)) if start is not None else None


def _cell(panel: Panel, label: re.Pattern[str], *, replaced: bool = False) -> str | None:
    """What stands under a label; with `replaced` under the label of the day that no longer holds."""
    for entry in panel.entries:
        if label.search(fold(entry.label)) and (_REPLACED.search(fold(entry.label)) is not None) is replaced:
            return entry.values[0] if entry.values else ""
    return None


def _date(cell: str, passage: Passage) -> Found | None:
    return next(iter(find_dates(cell, passage.reference)), None)


def _state(folded: str, when: When, newest_stamp: date | None) -> ClosingState:
    if _PLANNED.search(folded):
        return "planned"
    if _CLOSED.search(folded):
        return "closed"
    last = when.end or when.start
    return "closed" if newest_stamp and last and day_of(last) < newest_stamp else "decided"


def _evidence(panel: Panel, cell: str) -> str:
    """The panel from its title to the cell that says it."""
    end = panel.text.rfind(cell) if cell else -1
    return panel.text[: end + len(cell)] if end >= 0 else panel.text


def _components(passage: Passage, panel: Panel, service: str) -> Iterator[Component]:
    seen: set[Component] = set()
    for entry in panel.entries:
        label = fold(entry.label)
        if _RELEASED.search(label) or _CLOSES.search(label) or _VERSION.search(label):
            continue
        for line in entry.values:
            for component in _components_in(fold(line), passage, service):
                if component not in seen:
                    seen.add(component)
                    yield component


def _components_in(folded: str, passage: Passage, service: str) -> Iterator[Component]:
    for mention in versions_in(folded, passage.own, default=service):
        if mention.service and mention.service != service:
            for label in mention.labels:
                yield Component(service=mention.service, version=label)
    bare = services_in(folded, passage.own)
    if (
        len(bare) == 1
        and bare[0].service != service
        and not folded.replace(folded[bare[0].start : bare[0].end], "").strip(" -•*")
    ):
        yield Component(service=bare[0].service)
