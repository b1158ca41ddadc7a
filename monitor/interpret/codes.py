"""Values of code lists that come or go, out of tables and running text, and new kinds of benefit without a code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.dates import Found
from monitor.interpret.lifecycle import as_point, is_replaced
from monitor.interpret.mentions import AGENCY_SERVICES, owner_in
from monitor.interpret.moments import opened
from monitor.interpret.passages import Passage, Sentence
from monitor.interpret.vocabulary import words
from monitor.model import Affected, Block, Claim, TypeCode, When
from monitor.words import fold, word_set

# --- words ---------------------------------------------------------------------------------------------------------

_COMES = words(
    "ny(a|tt)? / fler / ytterligare",
    "kompletter… / utöka… / utvidga…",
    "tillkom… / tillförs / tillagd… / (läggs|lägger|lagts|lagt|lades|lade|la|lägga|läggas) ~ till",
    "inför(s|des|ts|er|as)?",
)
_SHOWN = words(
    "(börjar|började|kan) ~ (levereras|redovisas|användas|förekomma|skickas|lämnas)",
    "levererar?s? ~ (från|från och med|fr)",
    "(kan|ska|kommer) [^.]{0,60}(svara med|returnera)",
    "(kan|ska|kommer att) [^.]{0,60}(ha|innehålla|anta|få) ~ (värde…|kod…|typ…)",
    "(får|fick) ~ (värde…|kod…|typ…|en|ett|två|tre)",
    "följande (typer|koder|värden)",
)
"""A value comes; the latter words also stand with one that goes: "följande värden levereras inte längre"."""

_REMOVED = words(
    "(tas|tagits|togs|tar|ta) ~ bort / borttag…",
    "utgår / utgått / utgå",
    "försvinner / försvunnit",
    "slopas / slopats / avskaffa… / avvecklas",
    "upphör…",
    "(inte|ej) längre / (används|levereras|skickas) ~ (inte|ej)",
    "rensa(s|ts|de|d|t) / rensade",
    "avregistrer… / stryks / strukits / fasas ~ ut / fasar ~ ut / plocka(s|r|ts|de|des) ~ bort",
    "(slutar|slutade|slutat|sluta) ~ (använda|leverera|skicka|redovisa|lämna|visa|ange|avisera|förekomma)s?",
)
"""A value goes."""

_REPLACED_BY = words(
    "ersätts ~ (av|med) / ersatts ~ (av|med) / byts ~ mot / bytts ~ mot / blir i ?stället / heter i ?stället / "
    "slås ihop till"
)
_INSTEAD_USED = words(
    "i ?stället ~ (används|levereras|redovisas|använder|kommer) / (används|levereras|redovisas) i ?stället"
)
_REPLACES = words("ersätter / efterträder / träder i ~ ställe")
_UNCHANGED = words("oförändra… / ändras inte / (är|förblir) densamma / som tidigare")
_RELABELLED = words("benämning… / klartext… / beskrivning…")
_NEGATED = words(
    "(inga|ingen|inget) ~ (kod|koder|typ|typer|värde|värden|…typ|…typer|…kod|…koder|kodlist…)",
    "(inga|ingen|inget) ny(a|tt)? …(typ|kod|status|orsak|klass)(er|en)?",
)
_DELIVERED = words(
    "levereras? / levererar / redovisa… / skickas / informationen / börja… / kompletter… / utöka… / tillkom…",
    "från och med / försvinner / (tas|tagits) ~ bort / utgår / inför… / gäller / visas",
)
_PRONOUN = re.compile(r"\W*(?:den|de|det|koden|koderna|värdet|värdena|dessa)\b")
_OF_THE_LAW = re.compile(r"\bansök\w*|\bbeslutade\b|\be-tjänst\w*|\bwebben\b|\bersättas\b|\bansökning\w*")

# --- lists and codes -------------------------------------------------------------------------------------------------

_LIST_WORD = r"[a-zåäö]*(?:typ|kod|status|orsak|klass|form|sort|kategori|ersättningsgrund|avslagsgrund)"
_LIST_IN_TEXT = re.compile(rf"(?<![\w-])(?P<list>{_LIST_WORD})(?:er|en|erna|n|s|ens)?(?![\w-])")
_LIST_NAMED = re.compile(
    r"\b(?:[Kk]odlist\w*|[Ll]ist(?:an|or|orna)|[Kk]odverk\w*|[Ff]ältet|[Ee]lementet|[Vv]ärdelist\w*)\s+[\"”»']?"
    r"(?P<list>[A-ZÅÄÖ][a-zåäö]+(?:[A-ZÅÄÖ][a-zåäö]+)+|[A-ZÅÄÖ][a-zåäö]{3,})"
)
_CAMEL = re.compile(r"(?<![\w-])(?P<list>[A-ZÅÄÖ][a-zåäö]+[A-ZÅÄÖ][a-zåäö]+)(?![\w-])")
_GENERIC = word_set(
    "typ kod status orsak värde informationstyp typkod postkod källkod form klass "
    "kategori sort beslutsform plattform bidragsform ersättningsform stödform utbetalningsform löneform "
    "reform uniform streckkod programkod länkkod schemakod webbplattform"
)
"""Words that end like the name of a list and name none, unless they are written as a name."""

_CODE = r"(?:[A-ZÅÄÖ][A-ZÅÄÖ0-9_]{1,14}|[A-ZÅÄÖ])(?:-[A-ZÅÄÖ0-9]{1,6})*(?![\wåäö])"
_ANY_CODE = re.compile(rf"(?<![\w./-])(?:{_CODE}|\d{{3,4}}(?![\w.,:/-]))")
_NOT_CODES = word_set(
    "SSBTEK LEFI CSN AF SKV MIV SKR SKL FK TNS SO XML XSD SOAP REST HTTP HTTPS SHS ID API PDF OBS URL SAML "
    "TLS I A FPA IT PM UTF SSÅÅ MM DD ÅÅ ÅÅMMDD"
)
_INTRODUCED = re.compile(
    rf"(?<![\w-])(?:[A-Za-zÅÄÖåäö]*(?:[Tt]yp|[Kk]od|[Ss]tatus|[Oo]rsak|[Vv]ärde|[a-zåäö]Form|[Kk]lass)(?:erna|er|en|"
    rf"n|et|na|t)?|heter|benämns|kallas|"
    r"beteckning(?:en)?|förkortning(?:en)?)"
    r"(?:\s+(?:med|heter|är|får|som heter|namnet|beteckningen|kod|koden|id|värdet|värdena|"
    r"koderna))*\s*[,:(]?\s*[\"”»'(]?"
    rf"(?P<codes>(?:{_CODE}|\d{{2,4}}(?![\w.,:/-]*\d))[\"”»')]?(?:\s*(?:,|och|samt|eller|/|"
    rf"respektive)\s*(?:(?:koden|värdet)\s+)?"
    rf"[\"”»'(]?(?:{_CODE}|\d{{2,4}}(?!\w))[\"”»')]?)*)"
)
_NUMBERED = re.compile(r"(?<![\w./-])\d{2,4}(?=\s*\([^)\d])")
_COUNTED_UP = re.compile(
    r"\b(?:med|bort|till)\s+(?P<codes>\d{3,4}(?:(?:\s*,\s*|\s+(?:och|samt)\s+)\d{3,4})*)"
    r"(?=\s*(?:[,.;(]|$|den\b|från\b|fr\.|och\b|i\b))"
)
_CHANGED_LINE = re.compile(
    rf"^(?P<code>{_CODE}|\d{{2,4}}(?![\w-]))[\s,:–-]+(?P<label>[^.]{{0,80}}?)[\s,:–-]+"
    r"(?P<change>tillkommer|läggs till|är ny|ny|tas bort|utgår|upphör|försvinner|borttagen|slopas)[.;]?$"
)
_EACH = re.compile(rf"{_CODE}|\d{{2,4}}(?!\w)")
_LABEL_AFTER = re.compile(
    r"^\s*[\"”»')]?\s*(?:[(]\s*(?:=\s*)?(?P<paren>[^)]{2,120})[)]|(?: -|=|:)\s*(?P<dash>[^,;.\n]{2,120}))"
)
_LINE = re.compile(
    rf"^\W{{0,3}}(?P<code>{_CODE}|\d{{2,4}}(?![\w-]))\s*(?:\(\s*=?\s*(?P<paren>[^)]+)\)|"
    rf"\s[-–—=:]\s+(?P<dash>.+)|[:,]\s+(?P<colon>.+)|"
    r"\s*=\s*(?P<equals>.+))?\s*[.;,]?$"
)
_HEADER_LIST = re.compile(
    r"^(?P<list>\w+(?:typ|kod|status|orsak|klass|form|sort|kategori))(?:er|en|erna)?$", re.IGNORECASE
)
_HEADER_VALUE = re.compile(r"^(?:id|kod|koder|värde|värden|typ|typkod|beteckning|kodvärde|förkortning)$", re.IGNORECASE)
_HEADER_LISTS = re.compile(
    r"^(?:kod|värde)?list(?:a|an|ans namn)|^kodverk(?:et)?$|^(?:fält|element)(?:et)?$", re.IGNORECASE
)
_HEADER_LABEL = re.compile(r"beskriv|benämning|förklaring|klartext|betydelse|namn|text", re.IGNORECASE)
_HEADER_CHANGE = re.compile(r"^(?:ändring|förändring|status|åtgärd|vad händer|typ av ändring)$", re.IGNORECASE)

# --- kinds of benefit ------------------------------------------------------------------------------------------------

_BENEFIT = (
    r"\w*(?:penning|ersättning|förmån|bidrag|stöd|tillägg|pension|premie|bonus|utbetalningstyp|betalningstyp|"
    r"insatstyp|utbetalningssätt|"
    r"utbetalningsform|betalningsform|bidragsform|"
    r"lån)"
)
_AFTER_A_NAME = (
    r"i|inom|från och med|från|fr\.?\s?o\.?\s?m\.?|kommer|levereras|införs|börjar|visas|aviseras|"
    r"redovisas|har|är|ska|den|"
    r"till personer"
)
_NEW_BENEFIT = re.compile(
    rf"\bny(?:tt|a)?\s+(?:(?!version|koder|typer|beslut|uppgift|information|regler)[a-zåäö-]+\s+)?(?P<kind>{_BENEFIT})(?:en|et|n|er|ar)?(?!\w)"
    r"(?:\s*[-:,]\s*|\s+(?:som heter|kallad|för|vid)\s+|\s*\(|\s+[\"”»]|\s+)?(?P<label>[^.,\n(]{3,80})?"
)
_BENEFIT_COMES = re.compile(
    rf"\b(?:(?:förmånen|ersättningen|bidraget|stödet|tillägget)\s+(?P<named>[\w-]+)[^.]*?\b(?:införs|inför|"
    rf"levereras från|börjar)|"
    rf"(?:införs|inför vi|börjar)\s+(?:\w+\s+)?(?:förmånen|ersättningen|bidraget|stödet|"
    rf"tillägget)\s+(?P<after>[\w-]+)|"
    rf"(?P<own>{_BENEFIT})(?:\s+\w+){{0,3}}\s+införs)\b"
)
_BENEFIT_GOES = re.compile(
    rf"\b(?:förmånen|ersättningen|bidraget|stödet|tillägget|{_BENEFIT}(?:en|et)?)(?: (?!och|eller)[^\s.,]+){{0,6}}? "
    r"(?:levereras inte längre|visas inte längre|upphör|försvinner|utgår|avskaffas|tas bort)"
)
_OF_A_RIGHT = re.compile(
    r"\brätt(?:en)? till\b|\bfyll(?:er|t)\b|\bför (?:den|de|personer) som\b|\bbetalas ut\b|"
    r"\båldersgräns|\bregler(?:na)?\b"
)
_NOT_A_BENEFIT = re.compile(
    r"\bingen ny\b|\binga nya\b|\bny(?:tt|a)? (?:\w+ )?(?:version|regel|regler|nivå|tak|gräns|lag|prislista|belopp)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Value:
    code_list: str | None
    code: str
    label: str | None
    evidence: str
    order: int
    removed: bool
    date: When | None
    owner: str | None
    service: str | None


def codes(passage: Passage) -> Iterator[Claim]:
    """The code values an item brings or takes away; a new kind of benefit when it names no code."""
    values = list(_values(passage))
    seen: set[tuple[str | None, str, bool]] = set()
    for value in values:
        key = (value.code_list and fold(value.code_list), value.code, value.removed)
        if key not in seen:
            seen.add(key)
            yield _claim(passage, value)
    if not values:
        yield from _kinds_of_benefit(passage)


def _claim(passage: Passage, value: _Value) -> TypeCode:
    service = _service(passage, value.service)
    text = passage.folded_heading + "\n" + passage.folded_text
    return TypeCode(
        service=service,
        evidence=value.evidence,
        date=value.date or code_date(passage, removed=value.removed),
        affects=affected(passage, service),
        order=value.order,
        code_list=value.code_list,
        code=value.code,
        label=value.label,
        owner=value.owner or owner_in(passage.folded_heading) or owner_in(text),
        removed=value.removed,
    )


def _service(passage: Passage, told: str | None) -> str:
    if any(service in AGENCY_SERVICES or service == passage.own for service in passage.heading_services):
        return delivering_service(passage)
    return told or passage.own


def delivering_service(passage: Passage) -> str:
    """The service whose content an item is about: the first the heading names, else the page's own."""
    for service in passage.heading_services:
        if service in AGENCY_SERVICES or service == passage.own:
            return service
    return passage.own


def _told_service(sentences: Sequence[Sentence], passage: Passage) -> str | None:
    """The first service that the sentences speaking of delivery name."""
    for sentence in sentences:
        for mention in sentence.services:
            if mention.service in AGENCY_SERVICES or mention.service == passage.own:
                return mention.service
    return None


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
        for found in _days(sentence):
            score = 2 if _DELIVERED.search(sentence.folded) else 0
            score += 2 if re.search(r"\blevererar?s?\b|\bkompletteras\b|\bredovisas\b", sentence.folded) else 0
            score += 1 if found.role == "from" else 0
            score += 2 if _COMES.search(sentence.folded) and _LIST_IN_TEXT.search(sentence.folded) else 0
            score += 3 if removed and _REMOVED.search(sentence.folded) else 0
            score -= 3 if _OF_THE_LAW.search(sentence.folded) else 0
            ranked.append((-score, sentence.index, opened(found, sentence)))
    return min(ranked, key=lambda entry: entry[:2])[2] if ranked else None


def _values(passage: Passage) -> Iterator[_Value]:
    if _NEGATED.search(passage.folded_heading):
        return
    yield from _from_tables(passage)
    yield from _from_text(passage)


def _polarity(folded: str) -> bool | None:
    """Whether a text takes values away (True) or brings them (False); None when it does neither."""
    removed, comes = _REMOVED.search(folded), _COMES.search(folded)
    if removed and comes:
        return removed.start() < comes.start()
    if removed:
        return True
    return False if comes or _SHOWN.search(folded) else None


# --- tables --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """Where a table of values has what: the code, its list, its label and what happens to it."""

    code: int
    code_list: str | None
    label: int | None
    change: int | None
    lists: int | None = None
    """Where each row names the list of its own value."""


def _from_tables(passage: Passage) -> Iterator[_Value]:
    columns: _Columns | None = None
    table: int | None = None
    named: str | None = None
    for order, block in enumerate(passage.item.blocks, start=1):
        if block.kind != "row":
            continue
        found = _columns(block)
        if block.table != table or found is not None:
            table, columns, named = block.table, found, None
        if found is not None or columns is None or len(block.cells) <= columns.code:
            continue
        code = block.cells[columns.code].strip()
        named = _cell(block, columns.lists) or named
        lead = _lead_of(passage, block)
        removed = _row_polarity(block, columns, lead, passage)
        if not code or len(code) > 40 or removed is None:
            continue
        yield _Value(
            code_list=named or columns.code_list or _list_before(passage, block),
            code=code,
            label=_cell(block, columns.label),
            evidence=block.text,
            order=order,
            removed=removed,
            date=_date_of(lead),
            owner=next((owner for s in lead if (owner := owner_in(s.folded))), None),
            service=_told_service(lead, passage),
        )


def _cell(block: Block, column: int | None) -> str | None:
    return block.cells[column].strip() or None if column is not None and column < len(block.cells) else None


def _columns(block: Block) -> _Columns | None:
    """The columns that a header row names; None for any other row."""
    cells = [cell.strip() for cell in block.cells]
    label = next((index for index, cell in enumerate(cells) if _HEADER_LABEL.search(cell)), None)
    change = next((index for index, cell in enumerate(cells) if index and _HEADER_CHANGE.match(cell)), None)
    if label is None and change is None and not block.header:
        return None
    lists = next((index for index, cell in enumerate(cells) if _HEADER_LISTS.search(cell)), None)
    if label == lists:
        label = next((index for index, cell in enumerate(cells) if index != lists and _HEADER_LABEL.search(cell)), None)
    for index, cell in enumerate(cells):
        if index in (label, change, lists):
            continue
        named = _HEADER_LIST.match(cell)
        if named and (fold(named["list"]) not in _GENERIC or _CAMEL.match(cell)):
            return _Columns(code=index, code_list=named["list"], label=label, change=change, lists=lists)
        if _HEADER_VALUE.match(cell):
            return _Columns(code=index, code_list=None, label=label, change=change, lists=lists)
    return None


def _row_polarity(block: Block, columns: _Columns, lead: Sequence[Sentence], passage: Passage) -> bool | None:
    if (change := _cell(block, columns.change)) is not None:
        return None if _UNCHANGED.search(fold(change)) else _polarity(fold(change))
    for sentence in lead:
        if (removed := _polarity(sentence.folded)) is not None:
            return removed
    return _polarity(passage.folded_heading)


def _lead_of(passage: Passage, block: Block) -> tuple[Sentence, ...]:
    """The sentences before a table, nearest first, rows left out."""
    before: list[Sentence] = []
    for sentence in passage.sentences:
        if sentence.block is block:
            break
        if sentence.block is not None and sentence.block.kind != "row":
            before.append(sentence)
    return tuple(reversed(before[-4:]))


def _date_of(sentences: Sequence[Sentence]) -> When | None:
    """The date of the nearest of the sentences that speaks of values and has one."""
    for sentence in sentences:
        if sentence.dates and (_polarity(sentence.folded) is not None or _DELIVERED.search(sentence.folded)):
            return opened(sentence.dates[0], sentence)
    return None


def _list_before(passage: Passage, block: Block) -> str | None:
    texts = [sentence.text for sentence in _lead_of(passage, block)]
    return next((name for text in (*texts, passage.item.heading) if (name := _list_in(text))), None)


def _list_in(text: str) -> str | None:
    """The list that a text names: after the word "listan", written as a name, or as a common word."""
    for pattern in (_LIST_NAMED, _CAMEL):
        if match := pattern.search(text):
            return match["list"]
    for match in reversed(list(_LIST_IN_TEXT.finditer(fold(text)))):
        if fold(match["list"]) not in _GENERIC and len(match["list"]) > 4:
            return text[match.start("list") : match.end("list")]
    return None


# --- running text ----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Context:
    """What the sentences before one have said: the list they named, and the line that leads a list of values in."""

    named: str | None = None
    lead: Sentence | None = None
    spoken_of: tuple[str, ...] = ()


def _from_text(passage: Passage) -> Iterator[_Value]:
    context = _Context(named=_named_list(passage.item.heading))
    for sentence in (passage.heading, *passage.sentences):
        if (sentence.block is not None and sentence.block.kind == "row") or _NEGATED.search(sentence.folded):
            continue
        changed = None if sentence.in_heading or context.named is None else _CHANGED_LINE.match(sentence.text)
        if changed is not None:
            yield _changed(changed, sentence, context, passage)
            continue
        line = None if sentence.in_heading else _LINE.match(sentence.text)
        if line is not None and context.lead is not None:
            yield _listed(line, sentence, context, passage)
            continue
        context.named = _named_list(sentence.text) or context.named
        yield from _told(sentence, context, passage)
        context.lead = _as_lead(sentence) or (context.lead if line is not None else None)


def _named_list(text: str) -> str | None:
    match = _LIST_NAMED.search(text) or _CAMEL.search(text)
    return match["list"] if match else None


def _as_lead(sentence: Sentence) -> Sentence | None:
    """The sentence, when a list of values may follow it."""
    ended = sentence.text.rstrip().endswith((".", "!", "?"))
    open_ended = not ended or re.search(r"\b(?:nedan\w*|följande)\b", sentence.folded) is not None
    return sentence if open_ended and _polarity(sentence.folded) is not None else None


def _changed(line: re.Match[str], sentence: Sentence, context: _Context, passage: Passage) -> _Value:
    """A line that tells itself whether its value comes or goes: "16 Rättad tillkommer"."""
    found = sentence.dates or sentence.lead_dates
    return _Value(
        code_list=context.named or _list_in(passage.item.heading),
        code=line["code"],
        label=line["label"].strip() or None,
        evidence=sentence.text,
        order=sentence.index,
        removed=bool(_polarity(fold(line["change"]))),
        date=found[0].when if found else None,
        owner=owner_in(sentence.folded_lead),
        service=_told_service((sentence,), passage),
    )


def _listed(line: re.Match[str], sentence: Sentence, context: _Context, passage: Passage) -> _Value:
    lead = context.lead or sentence
    label = next((part for part in (line["paren"], line["dash"], line["colon"], line["equals"]) if part), None)
    following = [s for s in passage.sentences if s.index > sentence.index and s.dates and len(s.text) < 60]
    dated = lead if lead.dates or not following else following[0]
    found = _days(dated)
    return _Value(
        code_list=_list_in(lead.text) or context.named or _list_in(passage.item.heading),
        code=line["code"],
        label=label.strip() if label else None,
        evidence=sentence.text,
        order=sentence.index,
        removed=bool(_polarity(lead.folded)),
        date=opened(found[0], dated) if found else None,
        owner=owner_in(lead.folded),
        service=_told_service((lead,), passage),
    )


def _told(sentence: Sentence, context: _Context, passage: Passage) -> Iterator[_Value]:
    """The values that a sentence of running text names."""
    polarity = _polarity(sentence.folded)
    if polarity is None and _LIST_IN_TEXT.search(passage.folded_heading) and _DELIVERED.search(sentence.folded):
        polarity = _polarity(passage.folded_heading)
    replaced = _REPLACED_BY.search(sentence.folded) or _INSTEAD_USED.search(sentence.folded)
    replaces = _REPLACES.search(sentence.folded)
    if polarity is None and not replaced and not replaces:
        if any(mark in sentence.folded for mark in (" kod", " värde", " typ")):
            context.spoken_of = tuple(match[0] for match in _tokens(sentence, context, replacing=False))
        return
    if sentence.in_heading and not _LIST_NAMED.search(sentence.text):
        return
    if _RELABELLED.search(sentence.folded) and _UNCHANGED.search(passage.folded_text):
        return
    told = list(_tokens(sentence, context, bool(replaced or replaces)))
    if not told and context.spoken_of and _PRONOUN.match(sentence.folded) and sentence.dates:
        yield from _of_before(sentence, context, passage, bool(polarity))
    for match in told:
        removed = _goes(sentence, match.start(), replaced, replaces, polarity)
        if removed is None:
            continue
        after = sentence.text[match.end() :]
        label = _LABEL_AFTER.match(after)
        found = _own_date(sentence, match.start())
        yield _Value(
            code_list=_list_of(sentence, match.start(), context, passage),
            code=match[0],
            label=(label["paren"] or label["dash"]).strip(" \"”»'") if label else None,
            evidence=sentence.text,
            order=sentence.index,
            removed=removed,
            date=opened(found, sentence) if found else None,
            owner=owner_in(sentence.folded),
            service=_told_service((sentence,), passage),
        )


def _of_before(sentence: Sentence, context: _Context, passage: Passage, removed: bool) -> Iterator[_Value]:
    """The values that the sentence before named: "Den införs därför den 3 maj"."""
    dates = [found for clause in sentence.clauses for found in clause.dates if not is_replaced(found, clause)]
    for code in context.spoken_of:
        yield _Value(
            code_list=context.named or _list_in(passage.item.heading),
            code=code,
            label=None,
            evidence=sentence.text,
            order=sentence.index,
            removed=removed,
            date=dates[0].when if dates else None,
            owner=None,
            service=_told_service((sentence,), passage),
        )


def _tokens(sentence: Sentence, context: _Context, replacing: bool) -> Iterator[re.Match[str]]:
    """The codes in a sentence: those a word like "koden" introduces; where a list is named, all that look like one."""
    text = sentence.text
    spans = [(found.start, found.end) for found in sentence.dates] + [(m.start, m.end) for m in sentence.versions]
    seen: set[int] = set()

    def fresh(match: re.Match[str]) -> bool:
        inside = any(start <= match.start() < end for start, end in spans)
        if inside or match.start() in seen or match[0] in _NOT_CODES:
            return False
        seen.add(match.start())
        return True

    for introduced in _INTRODUCED.finditer(text):
        numeric = introduced["codes"][:1].isdigit()
        if numeric and not (context.named or _list_in(text) or re.search(r"\b(?:kod|värde)", fold(introduced[0]))):
            continue
        for match in _EACH.finditer(text, introduced.start("codes"), introduced.end("codes")):
            if fresh(match):
                yield match
    named = _LIST_NAMED.search(text) or _CAMEL.search(text)
    for match in _NUMBERED.finditer(text) if named else ():
        if fresh(match):
            yield match
    for counted in _COUNTED_UP.finditer(text) if named else ():
        for match in _EACH.finditer(text, counted.start("codes"), counted.end("codes")):
            if fresh(match):
                yield match
    if named or (context.named and replacing) or seen:
        for match in _ANY_CODE.finditer(text):
            if len(match[0]) > 1 and not match[0].isdigit() and _stands_alone(text, match, seen) and fresh(match):
                yield match


def _stands_alone(text: str, match: re.Match[str], seen: set[int]) -> bool:
    """Whether a word in capitals is a code and not the label of one: not in brackets, not in a run of capitals."""
    before, after = text[: match.start()], text[match.end() :]
    opened = before.rfind("(") > before.rfind(")")
    run = (
        re.match(r"\s+[A-ZÅÄÖ]{2,}\b", after)
        or re.search(r"\b[A-ZÅÄÖ]{2,}\s+$", before)
        or re.search(r"\b[A-ZÅÄÖ0-9]{2,}[\"”»')]?\s*[-=:]\s*$", before)
    )
    return not opened and not run


def _goes(
    sentence: Sentence,
    offset: int,
    replaced: re.Match[str] | None,
    replaces: re.Match[str] | None,
    polarity: bool | None,
) -> bool | None:
    """Whether the value at an offset goes (True) or comes (False); None when it only was there before."""
    if replaced is not None:
        return offset < replaced.end()
    if replaces is not None:
        return offset > replaces.start()
    supplemented = re.search(r"\b(?:har )?(?:kompletter|utök)(?:as|ats|ades|at)\b", sentence.folded)
    with_ = re.search(r"\bmed\b", sentence.folded[supplemented.end() :]) if supplemented else None
    if (
        supplemented
        and offset < supplemented.start()
        and (with_ or not _goes_to_a_list(sentence, supplemented.start()))
    ):
        return None
    for clause in sentence.clauses:
        if clause.start <= offset < clause.start + len(clause.text) and (told := _polarity(clause.folded)) is not None:
            return told
    return polarity


def _goes_to_a_list(sentence: Sentence, end: int) -> bool:
    return re.search(r"\b(?:med|av)\b", sentence.folded[:end]) is not None


def _list_of(sentence: Sentence, offset: int, context: _Context, passage: Passage) -> str | None:
    """The list a value belongs to: the one named in the sentence, the one named before, the common word beside it."""
    if named := _LIST_NAMED.search(sentence.text):
        return named["list"]
    before = [m for m in _CAMEL.finditer(sentence.text) if m.start() < offset]
    if before:
        return before[-1]["list"]
    words_ = [
        (abs(match.start() - offset), sentence.text[match.start("list") : match.end("list")])
        for match in _LIST_IN_TEXT.finditer(sentence.folded)
        if match["list"] not in _GENERIC
    ]
    same = next((w for _, w in sorted(words_) if context.named and fold(context.named) == fold(w)), None)
    if same is not None:
        return context.named
    if words_:
        return min(words_)[1]
    return context.named or _list_in(passage.item.heading)


def _own_date(sentence: Sentence, offset: int) -> Found | None:
    for clause in sentence.clauses:
        own = [found for found in clause.dates if not _is_since(found, sentence)]
        if clause.start <= offset < clause.start + len(clause.text) and own:
            return _added_on(own[0], sentence)
    days = _days(sentence)
    return _added_on(days[0], sentence) if days else None


def _days(sentence: Sentence) -> list[Found]:
    """The dates of a sentence on which something may come or go: not those since when something was so."""
    return [found for found in sentence.dates if not _is_since(found, sentence)]


def _is_since(found: Found, sentence: Sentence) -> bool:
    """Whether a date only tells since when nothing came: "har inte använts sedan 2024"."""
    read = sentence.folded[: found.start] + fold(found.when.text)
    return re.search(r"\b(?:har|hade)\b[^.;]*\b(?:inte|ej|aldrig)\b[^.;]*\bsedan\b", read) is not None


def _added_on(found: Found, sentence: Sentence) -> Found:
    """The date; the "till" of "läggs till den 1 maj" is the verb's."""
    return as_point(found) if re.search(r"\b(?:lägg|lag)\w+\b.*\btill\b", sentence.folded) else found


# --- kinds of benefit ------------------------------------------------------------------------------------------------


def _kinds_of_benefit(passage: Passage) -> Iterator[Claim]:
    """A kind of benefit or payment that comes or goes without a code, at most one an item."""
    sentences = (passage.heading, *passage.sentences)
    if any(_NEGATED.search(s.folded) for s in sentences[:1]):
        return
    told = [sentence for sentence in sentences if _kind_in(sentence, sentences)]
    if not told:
        return
    sentence = next((s for s in told if _label(s)), told[0])
    removed = _BENEFIT_GOES.search(sentence.folded) is not None and not _NEW_BENEFIT.search(sentence.folded)
    service = _service(passage, _told_service([s for s in sentences if _DELIVERED.search(s.folded)], passage))
    yield TypeCode(
        service=service,
        evidence=passage.item.heading if sentence.in_heading else sentence.text,
        date=code_date(passage, removed=removed),
        affects=affected(passage, service),
        label=_label(sentence),
        owner=owner_in(passage.folded_heading),
        order=sentence.index,
        removed=removed,
    )


def _kind_in(sentence: Sentence, sentences: Sequence[Sentence]) -> bool:
    """Whether a sentence speaks of a kind of benefit that comes or goes; what is said of a version is none."""
    if any(mention.role == "subject" for mention in sentence.versions):
        return False
    if sentence.block is not None and sentence.block.kind == "row":
        return False
    if _OF_A_RIGHT.search(sentence.folded):
        return False
    if _BENEFIT_GOES.search(sentence.folded):
        return True
    if _NOT_A_BENEFIT.search(sentence.folded):
        return False
    if _NEW_BENEFIT.search(sentence.folded):
        return True
    delivered = any(_DELIVERED.search(other.folded) for other in sentences[1:])
    return delivered and _BENEFIT_COMES.search(sentence.folded) is not None


def _label(sentence: Sentence) -> str | None:
    """The name of a kind of benefit as the page writes it."""
    for pattern in (_BENEFIT_COMES, _NEW_BENEFIT):
        match = pattern.search(sentence.folded)
        groups = match.groupdict() if match else {}
        name = next((name for name in ("label", "named", "after", "own") if groups.get(name)), None)
        if match is not None and name is not None:
            text = sentence.text[match.start(name) : match.end(name)]
            plain = re.split(rf"(?:^|\s+)(?:{_AFTER_A_NAME})(?:\s+|$)", text)[0].strip(" -–—:\"”»'")
            return plain or None
    return None
