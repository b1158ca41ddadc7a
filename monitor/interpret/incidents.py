"""Disturbances, faulty data runs among them: each stage that an item tells, from the first word to the last."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from monitor.interpret.codes import affected
from monitor.interpret.mentions import AGENCY_SERVICES, owner_in
from monitor.interpret.moments import Moment, joined_span, moments_of
from monitor.interpret.operations import (
    FAULT,
    STANDSTILL,
    clean,
    environment_of,
    matter_of,
    quote,
    service_of,
)
from monitor.interpret.passages import Passage, Sentence
from monitor.interpret.vocabulary import words
from monitor.model import Claim, Incident, When
from monitor.words import heading_key

Stage = Literal["reported", "updated", "resolved"]

_RESOLVED = words(
    # the fault is gone
    "åtgärda… / löst / lösta / löstes / lösts / avhjälp… / rättad / rättade / rättat / rättats / rättades",
    "felrättad… / korrigera…",
    "(ärendet|störningen) ~ avslutas / avslutad / avslutat / avslutade / avslutades / avslutats",
    "(är|var) ~ (över|förbi|ur världen|borta)",
    "upphört / (har|är) backat…",
    "har backats / backades / (inte|ej) (längre )?kvar / återgått / klarmarkera… / stängt ärendet / ärendet ~ stängt",
    # the service is back
    "(fungerar|svarar|går|levererar|fungera|svara) ~ (nu|åter|igen|normalt|som vanligt|som (det|de|den) ska|"
    "utan problem|felfritt)",
    "(nu|åter) ~ (fungerar|svarar|levererar|fungera) / allt fungerar / igång igen / i gång igen / uppe igen",
    "tillbaka",
    "(åter|nu) ~ (igång|i gång|uppe|i drift|tillgänglig…|öppen|öppet|normal…|nåbar…)",
    "(är|var) ~ (igång|i gång|uppe)",
    "återställ… / normalläge… / (är|var) ~ (normala|normal|normalt) ~ (igen|nu)? / normaliserats",
    "normaliserad… / nu normala",
    "(tillgänglig…|öppen|öppet|nåbar…|stabil…|normala|normalt) igen / har ~ kommit igång / kommit i gång",
    "kan ~ (ansluta|anropa|logga in|hämta|nå) ~ igen / fungerade ~ (igen|åter|normalt|som vanligt|som det ska)",
    # what was missing has been sent
    "(omkörning…|omsändning…|rättning…|rättelse…|återställning…|kompletter…) ~ (är|har) ~ (klar|klara|klart|"
    "gjorts|genomför…|skickats)",
    "(rättade|rättad|korrekta|korrekt|nya|ny) ~ (uppgifter|fil|filer|filen|filerna|leverans|"
    "aviseringar) ~ (skickats|levererats|skickades)",
    "(skickats|levererats|skickades|levererades|skickade|körts) ~ (på nytt|i efterhand|om|igen) / skickats om",
    "nu skickats",
    "(är|har) ~ nu ~ (kompletterad…|kompletterats) / kompletterats / har ~ fungerat / störningsfri…",
    "har nu ~ (kommit|levererats|skickats|körts)",
    "(är|har) ~ nu ~ (levererad…|skickade|skickad|levererats)",
)
_NOT_RESOLVED = words(
    "(inte|ej|ännu|inte ännu|när|innan|tills|så snart|så fort|för att|hur|om|delvis|ska|skall|kan|bör|"
    "måste) ~ (åtgärda…|löst…|lösa)",
    "(inte|ej|ännu|när|innan|tills|så snart|så fort|för att|delvis|ska|skall|kan) ~ (rätta…|avhjälp…|återställ…|"
    "korrigera…|lös…)",
    "(inte|ej|ännu|när|innan|tills|så snart|så fort) ~ (är )?(igång|i gång|uppe|i drift|över|avslutad…|tillbaka|"
    "tillgänglig…|klar…)",
    "(inte|ej|ännu|när|innan|tills|så snart|ska|kommer) ~ (fungerar|fungera|svarar|svara|normal…)",
    "(fungerar|svarar) ~ (inte|ej)",
    "(vi )?(räknar|hoppas|räkna) ~ (med|på) ~ … ~ (löst|åtgärda…|igång|klar…|rättad|rättat)",
    "kommer att (åtgärda…|rätta…|återställ…)",
    "(beräknas|väntas|bedöms|planeras|förväntas) ~ vara ~ (tillgänglig…|igång|i gång|uppe|i drift|öppen|öppet|nåbar…|"
    "normal…|tillbaka) (igen|åter)?",
    "(beräknas|väntas|bedöms|planeras|förväntas) ~ … ~ (löst|åtgärda…|igång|klar…|rättad|rättat|rättas|tillbaka|"
    "fungera|åter)",
    "(beräknas|väntas|bedöms|planeras|förväntas) ~ (löst|åtgärda…|igång|klar…|rättad|rättat|rättas|tillbaka|"
    "fungera|åter|vara…)",
    "(en|ett|ny) (rättad|rättat|korrekt) ~ (fil|leverans) ~ (skickas|kommer|är under|tas fram|levereras)",
    "arbet… ~ att …",
    "som tidigare fungerat / (är )?delvis ~ (åter…|löst|åtgärda…) / under framtagning / (vi )?arbetar ~ (med|på)",
)
_DONE_AGAIN = re.compile(
    r"\b(?:omkörning|omsändning|rättning|rättelse|återställning)\w*\b[^.]{0,80}\b(?:är|har) (?:nu )?(?:klar|"
    r"genomförd|gjorts|skickats)"
)
_THE_OTHERS = words(
    "(övriga|andra|resten|resterande|produktion|produktionen|produktionsmiljön|skarp) ~ (fungerar|svarar|är|går|"
    "påverkas|berörs)",
    "(fungerar|svarar) ~ (övriga|andra|resten)",
)
_GOES_ON = words(
    "kvarstår / alltjämt / fortfarande / fortsätter / fortsatt… / ännu ~ (inte|ej|ingen) / (inte|ej) ~ över",
    "pågår ~ fortfarande",
    "(inte|ej) ~ (löst|åtgärda…|avhjälp…|avslutad…|rättat|rättade)",
)
_FOUND_OUT = words(
    "(felet|felen|orsaken|problemet|problemen|störningen|felkällan) ~ (hitta…|identifiera…|lokalisera…|ringats|"
    "spårats|känd|funnen|funnet|är)",
    "(hittat|identifierat|lokaliserat|funnit|ringat in|spårat) ~ (felet|orsaken|felkällan|problemet)",
    "(är|nu) ~ (lokalisera…|identifiera…)",
    "felet (beror|ligger|har|kan|hos) / leverantören ~ (inkopplad|arbetar|felsöker|byter|har) / felsökningen",
    "(har|är) startat om",
    "hittat ~ (ett|felet|en) ~ (fel|orsak|förklaring)? / har ~ (startat om|påbörjat|vidtagit|lagt in)",
    "(en )?(rättad|rättning) ~ (är )?under framtagning",
    "förbättr… / bättre",
    "vi (arbetar|felsöker|jobbar) (vidare|fortfarande) / fler… ~ (drabbade|berörda) / (lägre|färre) ~ än",
)
_HEADED_UPDATE = words(
    "uppdatering… / uppdaterad information / uppföljning… / mer om / mer information / ytterligare information",
    "ny information",
    "ny prognos / läget / lägesrapport… / lägesbild… / status / statusuppdatering… / fortfarande / fortsatt…",
    "alltjämt",
    "kvarstår / angående",
    "kompletterande information / kompletter… / nytt om / forts(ättning)? / senaste nytt / senaste om",
    "fortsätter / komplettering…",
)
_POINTS_BACK = words(
    "angående (tidigare|gårdagens|den|störningen|felet)",
    "(uppdatering|uppföljning|information|mer) ~ (tidigare|föregående)",
    "tidigare ~ (information|meddelad…|störning…|fel…|problem…|körning…|rapportera…|publicera…|avisera…|meddelande…)",
    "gårdagens / uppföljning… / …störningen / …störningarna / felet / felen / problemet / problemen",
    "avbrottet / felaktigheten / igen",
    "åtgärda… / löst… / avslutad / avhjälp… / rättad… / rättelse… / de felaktiga / den felaktiga / kvarstår",
    "åter / de långa / normal…",
)
_NEWS = words(
    # an indefinite noun introduces
    "(en|ett|vissa|flera|stora|nya|akut) ~ (…störning|…störningar|fel|problem|avbrott|incident)",
    "(har|haft|med|är) ~ störningar",
    "tekniskt fel / tekniska (fel|problem) / driftstörning / driftstörningar / avbrott / (har|haft) ~ problem",
    "långa svarstider",
    "svarar ~ (inte|ej) / (går|gick) ~ (inte|ej) att / (är|ligger) ~ nere / just nu / för närvarande / sedan",
)
_LABEL = re.compile(
    r"^\W{0,3}(?P<label>uppdatera\w+|uppdatering\w*|åtgärda\w+|löst|lösning|klart|avslut\w+|ny information|"
    r"återställ\w+|status|läget?|"
    r"statusuppdatering|nytt|lägesrapport|kl\.? ?\d{1,2}(?:[.:]\d\d)?|\d{1,2}[.:]\d\d|"
    r"(?:den )?\d{1,2} (?:jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec)[a-z]*|\d{1,2}/\d{1,2}|\d{4}-\d\d-\d\d)"
    r"(?P<more>(?:,? (?:den |kl\.? ?|klockan )?[\w.:/-]+){0,5}?)\s*(?::(?=\s|$)|\s-\s|(?<=\d) (?=rapporterades|"
    r"upptäcktes))"
)
_LABELLED_DONE = re.compile(r"åtgärda|löst|lösning|klart|avslut|återställ")
_LABELLED_UPDATE = re.compile(r"uppdater|ny information|status|läget?|nytt|lägesrapport")
_FORM_STATUS = re.compile(r"^status\W+(?:\|\s*)?(?P<value>.+)$")
_PAST = words(
    "var / blev / hade / kunde / gick / pågick / svarade / uteblev / saknades / drabbades / skickades",
    "levererades / låg",
)
_VALUES = re.compile(
    r"\b(?:för|avser|avsåg|gällande|gäller|perioden|månaden|i stället för|än)(?: perioden| månaden| period)?\s*$"
)
_NOT_OURS = words(
    "har ~ inte ~ haft / påverkas ~ (inte|ej) / berörs ~ (inte|ej) / drabbas ~ (inte|ej) / påverkar (inte|ej)",
    "använder (inte|ej)",
)


@dataclass(frozen=True, slots=True)
class _Segment:
    """A run of sentences at one stage of a disturbance."""

    stage: Stage
    sentences: list[Sentence]
    labelled: bool = False
    apart: bool = False
    """True for one of several disturbances, which is no stage of the others."""


def incidents(passage: Passage) -> Iterator[Claim]:
    """The stages of a disturbance that an item tells, one claim a labelled stage."""
    if not tells_of_fault(passage):
        return
    moments = list(moments_of(passage, "past", anchored=True))
    heading = passage.folded_heading
    segments = _several(passage) or _segments(passage, moments)
    places = sorted(segment.sentences[0].index for segment in segments)
    for place, segment in zip(places, segments, strict=True):
        sentence = next((s for s in segment.sentences if _words_of(segment.stage, s)), segment.sentences[0])
        service = _service(passage, sentence)
        yield Incident(
            service=service,
            evidence=quote(passage, sentence),
            date=_span(segment, moments, passage),
            affects=affected(passage, service),
            environment=environment_of(passage, sentence),
            order=place,
            stage=segment.stage,
            topic=heading_key(passage.item.heading),
            follows=segment.stage != "reported" or _POINTS_BACK.search(heading) is not None,
            owner=_owner(segment.sentences) if len(segments) > 1 and segment.apart else _owner(list(_told(passage))),
        )


def tells_of_fault(passage: Passage) -> bool:
    """Whether an item tells of a disturbance that reaches those who call the service."""
    told = (passage.heading, *passage.sentences)
    back = any(_is_resolved(s.folded) for s in told) and any(s.services for s in told)
    if matter_of(passage) != "fault" and not (back and matter_of(passage) is None and _came_back(passage)):
        return False
    if passage.page.kind == "release":
        return _on_a_release_page(passage)
    return not _reaches_nobody(passage)


def _came_back(passage: Passage) -> bool:
    """ "LEFI Online är igång igen" tells of a disturbance without naming it."""
    return (
        passage.page.kind == "drift"
        and re.search(r"\b(?:igen|åter\w*)\b", passage.folded_heading + passage.folded_text) is not None
    )


def _on_a_release_page(passage: Passage) -> bool:
    strong = words(
        "…störning… / driftproblem… / tekniskt (fel|problem) / felsök… / ligger nere / svarar ~ (inte|ej)",
        "långa svarstider",
    )
    ongoing = words(
        "just nu / för närvarande / felsök… / sedan / undersöker / tyvärr / åtgärda… / löst / fungerar ~ (igen|åter)"
    )
    text = clean(passage.folded_heading + "\n" + passage.folded_text)
    return FAULT.search(clean(passage.folded_heading)) is not None and bool(
        strong.search(text) and ongoing.search(text)
    )


def _reaches_nobody(passage: Passage) -> bool:
    """Whether somebody else's disturbance is told of, only to say that the services are not touched."""
    spared: set[str] = set()
    struck: set[str] = set()
    for sentence in (passage.heading, *passage.sentences):
        for clause in sentence.clauses:
            named = {m.service for m in sentence.services if clause.start <= m.start < clause.start + len(clause.text)}
            (spared if _NOT_OURS.search(clause.folded) else struck).update(named)
    return passage.own in spared and not struck - spared


def _service(passage: Passage, sentence: Sentence) -> str:
    listed = sentence.block is not None and sentence.block.kind in ("list_item", "row")
    if listed and owner_in(sentence.folded) and not any(m.service in AGENCY_SERVICES for m in sentence.services):
        return passage.own
    key = FAULT if FAULT.search(clean(sentence.folded)) else STANDSTILL
    if sentence.services or not passage.heading_services:
        return service_of(passage, sentence, key)
    return service_of(passage, passage.heading, key)


def _told(passage: Passage) -> tuple[Sentence, ...]:
    return (passage.heading, *passage.sentences)


def _owner(told: list[Sentence]) -> str | None:
    """The authority at fault: the one a sentence with the fault names, not one that is only mentioned."""
    for sentence in told:
        faulty = FAULT.search(sentence.folded) or STANDSTILL.search(sentence.folded)
        if (faulty or _is_resolved(sentence.folded)) and (owner := owner_in(sentence.folded)):
            return owner
    return None


def _several(passage: Passage) -> list[_Segment]:
    """The disturbances of a list that names several things at fault: a service of ours, an authority's answers."""
    items = [s for s in passage.sentences if s.block is not None and s.block.kind in ("list_item", "row")]
    faulty = [s for s in items if FAULT.search(clean(s.folded)) or STANDSTILL.search(clean(s.folded))]
    about = {(_service(passage, s), owner_in(s.folded)) for s in faulty}
    if len(faulty) < 2 or len(about) < len(faulty) or any(_LABEL.match(s.folded) for s in faulty):
        return []
    return [_Segment(_stage_of([s], passage), [s], apart=True) for s in faulty]


# --- stages ----------------------------------------------------------------------------------------------------------


def _is_resolved(folded: str) -> bool:
    if _THE_OTHERS.search(folded):
        return False
    if _DONE_AGAIN.search(folded):
        return True
    return _RESOLVED.search(_GOES_ON.sub(" ", _NOT_RESOLVED.sub(" ", folded))) is not None


def _words_of(stage: Stage, sentence: Sentence) -> bool:
    if stage == "resolved":
        return _is_resolved(sentence.folded)
    pattern = FAULT if stage == "reported" else _FOUND_OUT
    return pattern.search(sentence.folded) is not None or (
        stage == "updated" and _GOES_ON.search(sentence.folded) is not None
    )


def _segments(passage: Passage, moments: list[Moment]) -> list[_Segment]:
    """The item cut at its labels ("Uppdatering kl. 10.30:", "Åtgärdat:"), oldest first."""
    cut: list[_Segment] = []
    for sentence in passage.sentences:
        label = _LABEL.match(sentence.folded)
        stage = _label_stage(label["label"], sentence) if label and not _form_label(sentence) else None
        if stage is not None and (label is None or not _is_heading_label(sentence)):
            cut.append(_Segment(stage, [sentence], labelled=True))
        elif cut and not _starts_anew(sentence, cut):
            cut[-1].sentences.append(sentence)
        else:
            cut.append(_Segment("reported", [sentence]))
    if not any(segment.labelled for segment in cut):
        return [_Segment(_only_stage(passage), list(passage.sentences) or [passage.heading])]
    newest_first = cut[0].labelled and not cut[-1].labelled and len(cut) > 1
    ordered = list(reversed(cut)) if newest_first or _descending(cut, moments) else cut
    ordered = _merged(ordered)
    first = ordered[0]
    if not first.labelled:
        told_whole = len(ordered) == 2 and ordered[1].stage == "resolved" and _told_as_past(first, moments)
        if told_whole or not any(FAULT.search(s.folded) or STANDSTILL.search(s.folded) for s in first.sentences):
            return [_preceded(ordered[1], first), *ordered[2:]]
        stage = _stage_of(first.sentences, passage)
        ordered[0] = _Segment(stage if stage != "resolved" or len(ordered) == 1 else "reported", first.sentences)
    return ordered


def _preceded(segment: _Segment, before: _Segment) -> _Segment:
    """A segment with the sentences of the one before it in front."""
    return _Segment(segment.stage, [*before.sentences, *segment.sentences], labelled=segment.labelled)


def _form_label(sentence: Sentence) -> bool:
    return re.fullmatch(r"status\W*", sentence.folded) is not None or (
        sentence.block is not None and sentence.block.kind == "row" and not re.match(r"uppdater|kl|\d", sentence.folded)
    )


def _is_heading_label(sentence: Sentence) -> bool:
    return re.fullmatch(r"\W*\w+\W*", sentence.folded) is not None


def _label_stage(label: str, sentence: Sentence) -> Stage | None:
    if _LABELLED_DONE.match(label) or _is_resolved(sentence.folded):
        return "resolved"
    if _LABELLED_UPDATE.match(label):
        return "updated"
    if _FOUND_OUT.search(sentence.folded) or _GOES_ON.search(sentence.folded):
        return "updated"
    return "reported"


def _starts_anew(sentence: Sentence, cut: list[_Segment]) -> bool:
    """Whether an unlabelled block below newest-first updates is the first report they follow."""
    if not cut[0].labelled or cut[0].stage == "reported" or not cut[-1].labelled:
        return False
    return sentence.block is not cut[-1].sentences[-1].block and FAULT.search(clean(sentence.folded)) is not None


def _descending(cut: list[_Segment], moments: list[Moment]) -> bool:
    labelled = [segment for segment in cut if segment.labelled]
    if len(labelled) < 2:
        return False
    hours = [_hour_of(segment) for segment in labelled]
    told = [hour for hour in hours if hour is not None]
    if len(told) == len(labelled) and told != sorted(told):
        return told == sorted(told, reverse=True)
    return labelled[0].stage == "resolved" and labelled[-1].stage != "resolved"


def _hour_of(segment: _Segment) -> tuple[int, int] | None:
    """The hour in a label; None where the label gives none, or a day as well."""
    label = segment.sentences[0].folded[:24]
    match = re.match(r"\W*(?:\w+ )?(?:kl\.? ?)?(\d{1,2})[.:](\d\d)\b", label)
    return (int(match[1]), int(match[2])) if match else None


def _merged(segments: list[_Segment]) -> list[_Segment]:
    merged: list[_Segment] = []
    for segment in segments:
        same = merged and merged[-1].stage == segment.stage and segment.stage in ("reported", "resolved")
        if same:
            merged[-1] = _Segment(
                segment.stage, [*merged[-1].sentences, *segment.sentences], labelled=merged[-1].labelled
            )
        else:
            merged.append(segment)
    return merged


def _told_as_past(segment: _Segment, moments: list[Moment]) -> bool:
    own = [m for m in moments if m.sentence in segment.sentences]
    past = any(_PAST.search(s.folded) for s in segment.sentences)
    return past and (any(m.is_window for m in own) or joined_span(own) is not None)


def _only_stage(passage: Passage) -> Stage:
    form = [s.folded.strip(" :") for s in passage.sentences]
    for index, line in enumerate(form):
        status = _FORM_STATUS.match(line)
        value = status["value"] if status else form[index + 1] if line == "status" and index + 1 < len(form) else None
        if value is not None:
            return "resolved" if _is_resolved(value) or _LABELLED_DONE.match(value) else "reported"
    return _stage_of(list(passage.sentences), passage)


def _stage_of(sentences: list[Sentence], passage: Passage) -> Stage:
    heading = passage.folded_heading
    told = [s.folded for s in sentences]
    if any(_is_resolved(s) for s in told) or _is_resolved(heading):
        later = [s for s in told if _GOES_ON.search(s)]
        if not later or (_is_resolved(told[-1]) and later[-1] != told[-1]):
            return "resolved"
    if _FOUND_OUT.search(heading):
        return "updated"
    if _HEADED_UPDATE.search(heading) and not re.match(r"nytt? (?:fel|problem|avbrott)", heading):
        return "updated"
    first = told[0] if told else ""
    if re.match(r"(?:uppdatering|uppföljning|angående tidigare)\b", first):
        return "updated"
    introduced = _NEWS.search(heading) is not None or _NEWS.search(_GOES_ON.sub(" ", first)) is not None
    going_on = any(_GOES_ON.search(s) for s in told) or any(_FOUND_OUT.search(s) for s in told[:1])
    return "updated" if going_on and not introduced else "reported"


# --- the span --------------------------------------------------------------------------------------------------------


def _span(segment: _Segment, moments: list[Moment], passage: Passage) -> When | None:
    """The disturbance's own span as far as the words give it: a window, or a beginning and an end that stand apart."""
    own = [m for m in moments if m.sentence in segment.sentences and m.cue not in ("aside", "expected")]
    own = [m for m in own if m.cue != "old"] or own
    own = [m for m in own if m.when.precision in ("minute", "day", "week") or not _is_value(m)]
    if not own and not _is_stamp(passage):
        own = [m for m in moments if m.sentence.in_heading and m.cue not in ("aside", "expected", "old")]
    window = next((m.when for m in own if m.is_window), None) or joined_span(own)
    if window is not None:
        return window
    begins = next((m for m in own if m.cue == "begin"), None)
    if begins is not None:
        return replace(begins.when, end=None) if begins.when.start is not None else begins.when
    ends = next((m for m in own if m.cue == "end"), None)
    plain = sorted((m for m in own if m.cue == "plain"), key=lambda m: _coarseness(m.when))
    if plain:
        return plain[0].when
    return replace(ends.when, start=None, end=ends.when.end or ends.when.start) if ends is not None else None


def _is_stamp(passage: Passage) -> bool:
    """Whether the heading is nothing but a date, the day of the note and not of the disturbance."""
    dates = passage.heading.dates
    return bool(dates) and len(dates[0].when.text) >= len(passage.item.heading.strip()) - 2


def _is_value(moment: Moment) -> bool:
    return _VALUES.search(moment.sentence.folded[: moment.start]) is not None


def _coarseness(when: When) -> int:
    return 0 if when.precision == "minute" else 1 if when.precision == "day" else 2 if when.precision == "week" else 3
