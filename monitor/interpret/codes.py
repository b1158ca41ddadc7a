"""Values of code lists that come or go, out of tables and out of running text, and new kinds of benefit without a code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.dates import Found
from monitor.interpret.mentions import AGENCY_SERVICES, owner_in
from monitor.interpret.passages import Passage, Sentence
from monitor.model import Affected, Block, Claim, TypeCode, When
from monitor.words import fold

_LIST_WORD = r"[a-zåäö]*(?:typ|kod|status|orsak|klass)"
_HEADER_LIST = re.compile(r"^(?P<list>\w+(?:typ|kod|status|orsak|klass))(?:er|en|erna)?$", re.IGNORECASE)
_HEADER_VALUE = re.compile(r"^(?:id|kod|koder|värde|typ|typkod|beteckning|kodvärde)$", re.IGNORECASE)
_HEADER_LABEL = re.compile(r"beskriv|benämning|förklaring|klartext|betydelse|namn|text", re.IGNORECASE)
_ADDED = re.compile(
    r"\bny(?:a|tt)?\b|\bkompletter\w*|\btillkom\w*|\blägg(?:s|er)? till|\blagts till|\butöka\w*|\binför\w*|\blevereras?\b|\bföljande (?:typer|koder|värden)|\bredovisas\b|\bbörja\w*"
)
_REMOVED = re.compile(
    r"\btas? bort\b|\btagits bort|\btogs bort|\butgå(?:r|tt|tt)?\b|\bförsvinner\b|\bslopas\b|\bupphör\w*|\b(?:inte|ej) längre\b|\brensas\b|\bavregistrer\w*|\bersätts\b|\bborttag\w*"
)
_NEGATED = re.compile(r"\binga (?:nya |\w+ )?(?:koder|typer|värden|beslutstyper|ärendetyper)|\b(?:inga|ingen|inget) (?:ny\w* )?" + _LIST_WORD + r"(?:er)?\b")
_CODE = r"(?:[A-ZÅÄÖ][A-ZÅÄÖ0-9_]{0,14}|\d{2,4})"
_NAMED = re.compile(
    rf"\b(?P<list>[A-Za-zÅÄÖåäö]*(?:[Tt]yp|[Kk]od|[Ss]tatus|[Oo]rsak|[Vv]ärde)|[Vv]ärde)(?P<form>erna|er|en|n|et|na|t)?(?:na)?:?\s+(?:med (?:kod|id|värdet?)\s+)?"
    rf"[\"”»'(]?(?P<codes>{_CODE}[\"”»')]?(?:\s*(?:,|och|samt|eller|/)\s*[\"”»'(]?{_CODE}[\"”»')]?)*)(?![\wåäö])"
)
_EACH_CODE = re.compile(_CODE)
_LABEL_AFTER = re.compile(r"^\s*[\"”»')]?\s*(?:[(]\s*(?:=\s*)?(?P<paren>[^)]{2,120})[)]|(?:-|=|:)\s*(?P<dash>[^,;.\n]{2,120}))")
_LINE = re.compile(rf"^\W{{0,3}}(?P<code>{_CODE})\s*(?:\(\s*=?\s*(?P<paren>[^)]+)\)|\s[-–—=:]\s+(?P<dash>.+)|:\s+(?P<colon>.+)|\s*=\s*(?P<equals>.+))\s*[.;,]?$")
_LIST_IN_TEXT = re.compile(rf"\b(?P<list>{_LIST_WORD})(?:er|en|erna|n|s)?\b")
_GENERIC_LISTS = frozenset({"typ", "kod", "status", "orsak", "värde", "informationstyp", "typkod", "postkod", "källkod", "felkod", "ny typ"})
_NEW_KIND = re.compile(
    r"\bny(?:tt|a)?\s+(?P<kind>(?:ersättnings|förmåns|utbetalnings|belopps|bidrags|stöd|insats)typ\w*|ersättning|förmån|utbetalningstyp|bidragsform|utbetalning|stödform)\b"
    r"\s*(?:[-:]\s*|som heter\s+|kallad\s+|\(|[\"”»])?(?P<label>[^.\n(]{3,80})?"
)
_DELIVERED = re.compile(r"\blevereras?\b|\bredovisa\w*|\bskickas\b|\binformationen\b|\bbörja\w*|\bkompletter\w*|\btillkom\w*|\bfrån och med\b|\bförsvinner|\btas bort|\butgår|\binför\w*|\bgäller\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Value:
    code_list: str | None
    code: str
    label: str | None
    evidence: str
    order: int
    removed: bool
    date: Found | None
    owner: str | None


def codes(passage: Passage) -> Iterator[Claim]:
    """The code values an item brings or takes away; a new kind of benefit when it names no code."""
    values = list(_values(passage))
    seen: set[tuple[str | None, str, bool]] = set()
    for value in values:
        key = (value.code_list and fold(value.code_list), value.code, value.removed)
        if key in seen:
            continue
        seen.add(key)
        yield _claim(passage, value)
    if not values:
        yield from _new_kind(passage)


def _claim(passage: Passage, value: _Value) -> TypeCode:
    service = delivering_service(passage)
    return TypeCode(
        service=service,
        evidence=value.evidence,
        date=value.date.when if value.date else code_date(passage, removed=value.removed),
        affects=affected(passage, service),
        order=value.order,
        code_list=value.code_list,
        code=value.code,
        label=value.label,
        owner=value.owner or owner_in(passage.folded_heading) or owner_in(passage.folded_heading + "\n" + passage.folded_text),
        removed=value.removed,
    )


def delivering_service(passage: Passage) -> str:
    """The service whose content an item is about: the first the heading names, else the page's own."""
    for service in passage.heading_services:
        if service in AGENCY_SERVICES or service == passage.own:
            return service
    return passage.own


def affected(passage: Passage, service: str) -> tuple[Affected, ...]:
    """The other services an item names, the page's own always among them."""
    named = [name for name in passage.services if name in AGENCY_SERVICES and name != service]
    if passage.own != service and passage.own not in named:
        named.append(passage.own)
    return tuple(Affected(service=name) for name in named)


def code_date(passage: Passage, *, removed: bool = False) -> When | None:
    """The date from which values come or go: that of the sentence that speaks of delivery, else the heading's."""
    ranked: list[tuple[int, int, When]] = []
    for sentence in (passage.heading, *passage.sentences):
        for found in sentence.dates:
            score = 2 if _DELIVERED.search(sentence.folded) else 0
            score += 2 if re.search(r"\blevereras\b|\bkompletteras\b|\bredovisas\b", sentence.folded) else 0
            score += 1 if found.role == "from" else 0
            score += 2 if _ADDED.search(sentence.folded) and _LIST_IN_TEXT.search(sentence.folded) else 0
            score += 3 if removed and _REMOVED.search(sentence.folded) else 0
            score -= 3 if re.search(r"\bansök\w*|\bbeslutade\b|\be-tjänst\w*|\bwebben\b", sentence.folded) else 0
            ranked.append((-score, sentence.index, found.when))
    return min(ranked, key=lambda entry: entry[:2])[2] if ranked else None


def _values(passage: Passage) -> Iterator[_Value]:
    if _NEGATED.search(passage.folded_heading):
        return
    heading_speaks = _speaks(passage.folded_heading)
    yield from _from_tables(passage, heading_speaks)
    yield from _from_text(passage, heading_speaks)


def _speaks(folded: str) -> bool:
    return (_ADDED.search(folded) or _REMOVED.search(folded)) is not None


def _from_tables(passage: Passage, heading_speaks: bool) -> Iterator[_Value]:
    before: list[Block] = []
    header: tuple[int, str | None, int | None] | None = None
    table: int | None = None
    for order, block in enumerate(passage.item.blocks, start=1):
        if block.kind != "row":
            before.append(block)
            continue
        if block.table != table or _is_header(block):
            found = _header(block)
            if block.table != table or found is not None:
                table, header = block.table, found
            if found is not None:
                continue
        if header is None or len(block.cells) <= header[0]:
            continue
        column, code_list, label_column = header
        code = block.cells[column].strip()
        if not code or len(code) > 40:
            continue
        lead = " ".join(fold(earlier.text) for earlier in before[-4:])
        if not heading_speaks and not _speaks(lead):
            continue
        label = block.cells[label_column].strip() if label_column is not None and label_column < len(block.cells) else None
        yield _Value(
            code_list=code_list or _list_before(before, passage),
            code=code,
            label=label or None,
            evidence=block.text,
            order=order,
            removed=_is_removed(lead, passage),
            date=None,
            owner=None,
        )


def _is_header(block: Block) -> bool:
    return block.header or _header(block) is not None


def _header(block: Block) -> tuple[int, str | None, int | None] | None:
    """Where a header row has its values and labels: (column of the code, name of the list, column of the label)."""
    cells = [cell.strip() for cell in block.cells]
    label = next((index for index, cell in enumerate(cells) if _HEADER_LABEL.search(cell)), None)
    for index, cell in enumerate(cells):
        named = _HEADER_LIST.match(cell)
        if named and fold(named["list"]) not in _GENERIC_LISTS and index != label and (label is not None or block.header):
            return index, named["list"], label
        if _HEADER_VALUE.match(cell) and index != label and (label is not None or block.header):
            return index, None, label
    return None


def _list_before(blocks: list[Block], passage: Passage) -> str | None:
    for text in (*(block.text for block in reversed(blocks)), passage.item.heading):
        for match in reversed(list(_LIST_IN_TEXT.finditer(fold(text)))):
            name = text[match.start("list") : match.end("list")]
            if fold(name) not in _GENERIC_LISTS and len(name) > 4:
                return name
    return None


def _is_removed(lead: str, passage: Passage) -> bool:
    for folded in (lead, passage.folded_heading):
        removed, added = _REMOVED.search(folded), _ADDED.search(folded)
        if removed and not (added and added.start() > removed.start()):
            return True
        if added:
            return False
    return False


def _from_text(passage: Passage, heading_speaks: bool) -> Iterator[_Value]:
    code_list: str | None = None
    removed = False
    for sentence in (passage.heading, *passage.sentences):
        if sentence.block is not None and sentence.block.kind == "row":
            continue
        if _NEGATED.search(sentence.folded):
            continue
        if sentence.text.rstrip().endswith(":") or sentence.in_heading or (sentence.block and sentence.block.kind == "heading"):
            named = _list_in(sentence.text)
            code_list = named or code_list
            removed = _is_removed(sentence.folded, passage)
        if sentence.block is not None and sentence.block.kind == "list_item":
            value = _line(sentence, code_list, removed or _is_removed(fold(sentence.lead), passage))
            if value is not None and (heading_speaks or _speaks(fold(sentence.lead)) or _speaks(fold(sentence.section))):
                yield value
                continue
        if _speaks(sentence.folded) or (heading_speaks and not sentence.in_heading):
            yield from _named(sentence, passage)


def _list_in(text: str) -> str | None:
    for match in reversed(list(_LIST_IN_TEXT.finditer(fold(text)))):
        name = text[match.start("list") : match.end("list")]
        if fold(name) not in _GENERIC_LISTS:
            return name
    return None


def _line(sentence: Sentence, code_list: str | None, removed: bool) -> _Value | None:
    match = _LINE.match(sentence.text)
    if match is None:
        return None
    label = next(part for part in (match["paren"], match["dash"], match["colon"], match["equals"]) if part)
    return _Value(
        code_list=_list_in(sentence.lead) or code_list,
        code=match["code"],
        label=label.strip(),
        evidence=sentence.text,
        order=sentence.index,
        removed=removed,
        date=None,
        owner=None,
    )


def _named(sentence: Sentence, passage: Passage) -> Iterator[_Value]:
    for match in _NAMED.finditer(sentence.text):
        name = match["list"]
        generic = fold(name) in _GENERIC_LISTS
        code_list = (_list_near(sentence, match.start()) or _list_in(passage.item.heading)) if generic else name
        found = list(_EACH_CODE.finditer(match["codes"]))
        if all(code[0].isdigit() for code in found) and not (generic or code_list):
            continue
        for code in found:
            after = sentence.text[match.start("codes") + code.end() :]
            label = _LABEL_AFTER.match(after)
            yield _Value(
                code_list=code_list,
                code=code[0],
                label=(label["paren"] or label["dash"]).strip(" \"”»'") if label else None,
                evidence=sentence.text,
                order=sentence.index,
                removed=_clause_removes(sentence, match.start(), passage),
                date=_own_date(sentence),
                owner=owner_in(sentence.folded),
            )


def _clause_removes(sentence: Sentence, offset: int, passage: Passage) -> bool:
    for clause in sentence.clauses:
        if clause.start <= offset < clause.start + len(clause.text):
            if _REMOVED.search(clause.folded):
                return True
            if _ADDED.search(clause.folded):
                return False
    return _is_removed(sentence.folded, passage)


def _list_near(sentence: Sentence, offset: int) -> str | None:
    names = [
        (abs(match.start() - offset), sentence.text[match.start("list") : match.end("list")])
        for match in _LIST_IN_TEXT.finditer(sentence.folded)
        if sentence.folded[match.start("list") : match.end("list")] not in _GENERIC_LISTS
    ]
    return min(names)[1] if names else None


def _own_date(sentence: Sentence) -> Found | None:
    return sentence.dates[0] if sentence.dates and not sentence.in_heading else None


def _new_kind(passage: Passage) -> Iterator[Claim]:
    match = _NEW_KIND.search(passage.folded_heading)
    if match is None or re.search(r"\bingen ny\b|\binga nya\b", passage.folded_heading):
        return
    label = passage.item.heading[match.start("label") : match.end("label")].strip(" -–—:\"”»") if match["label"] else None
    service = delivering_service(passage)
    yield TypeCode(
        service=service,
        evidence=passage.item.heading,
        date=code_date(passage),
        affects=affected(passage, service),
        label=_without_place(label) if label else None,
        owner=owner_in(passage.folded_heading),
        order=0,
    )


def _without_place(label: str) -> str:
    return re.split(r"\s+(?:i|inom|från och med|från|fr\.?\s?o\.?\s?m)\s+", label)[0].strip()
