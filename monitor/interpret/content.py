"""Changes in what a service delivers that come without a new version, and what only reaches a test environment."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.dates import Found
from monitor.interpret.codes import affected
from monitor.interpret.mentions import AGENCY_SERVICES, owner_in
from monitor.interpret.moments import OLD_ANYWAY, opened
from monitor.interpret.operations import quote, service_of
from monitor.interpret.passages import Clause, Passage, Sentence
from monitor.interpret.vocabulary import PRODUCTION_ENVIRONMENT, TEST_ENVIRONMENT, UNTOUCHED, words
from monitor.model import Affected, Claim, ContentChange, Environment, When
from monitor.words import fold

_DELIVERS = words(
    # comes, is there, is shown
    "leverera(r|s|t|ts)? / lämna(r|s)? ~ / lämnar / lämnas / skicka(r|s)? / visa(r|s)? / redovisa(r|s)?",
    "hämta(r|s)? / anger / anges",
    "presentera(r|s) / ingår / tas med / tar med / omfatta(r|s) / innehåller / tillhandahåll… / returnera(r|s)",
    "rapportera(r|s)",
    "avisera(r|s) / blir en del av / blir ~ (egen|egna|del) / finns med / kommer ~ med / följer med",
    "särredovisa… / ansluts / ansluter",
    "börjar / tillkommer / läggs till / lägger till / lägger vi till / utöka(r|s|t|ts)",
    "komplettera(r|s|d|t|ts) / införs / inför",
    # goes
    "plocka(r|s) ~ bort / tar ~ bort / tas ~ bort / (är|blir|lämnas) ~ tom(t|ma)? / syns / framgår",
    "kan ~ (se|hämta|få)",
    "utgår / tas bort / tar bort / försvinner / upphör / slutar / döljs / utelämna(s|des)? / begränsa(r|s)",
    "rensas / stryks / plockas bort / slår ~ ihop / slås ihop",
    # becomes different
    "ändra(r|s|d|t|ts|de|des)? / förändra(r|s|t|ts) / ersätts / ersätter / byts / byter / får",
    "flytta(r|s|t|ts) / delas / delar / slås / ges / fyller / skriver / sätter / räknar",
    "(kan|ska|kommer att) ~ (bestå|få|vara|ha|anta|bli) / innehålla / rymma / rymmer / består av",
    "blir ~ (längre|kortare|fler|färre|obligatorisk…|frivillig…|större|mindre)",
    "avrunda(r|s) / räknas / beräkna(r|s) / sättas? / sätts / grupperas / sorteras / förlängs / kortas",
    "förtydliga(r|s) / benämns",
    "rätta(r|s|t|ts|de|des)? / korrigera(r|s|d|t|ts|de|des)? / justera(r|s|t|ts) / anpassa(r|s|t|ts) / görs om",
    "skrivs / fylls / heter",
    "produktionssätt(s|er)? / driftsätt(s|er)? / går i produktion / i produktion / tas i drift",
    "träder i kraft / fr(ågas|ågar)",
    "(ändring|rättning|rättelse|korrigering|justering|förändring|leverans)(en|ar|arna|er|erna)? ~ (görs|gjordes|"
    "sker|genomförs|införs)",
    "(ändring|rättning|rättelse|korrigering|justering|förändring|leverans)(en|ar|arna|er|erna)? ~ (av|i|gäller|"
    "produktion…|drift…)",
    "inför ~ (rättning|rättelse|ändring|korrigering) / förs över / kopplas / anslut… / uppdelning… / uppdelad…",
    "slopas / upphörde",
)
_DATA = words(
    "…uppgift(en|er|erna)? / …information(en)? / fält(et|en)? / element(et|en)? / attribut(et|en)? / tagg…",
    "…format(et|en)?",
    "…förmån(en|er|erna)? / förmånsmängd… / …ersättning(en|ar|arna)? / …belopp(et|en)? / …period(en|er|erna)?",
    "…datum(et)?",
    "post / posten / poster / posterna / rad / raden / rader / raderna / decimal… / kronor / ören?",
    "…historik(en)? / saldo… / värde…",
    "…utbetalning(en|ar|arna|s…)? / …ärende(n|t|na)? / …beslut(et|en)? / …avisering(en|ar|arna)? / fil / filen",
    "filer / filerna",
    "svar(et|en|smeddelande…|sstruktur…)? / …schema(t|n|na)? / xml… / kodlist… / kod / koden / benämning…",
    "beteckning… / meddelande…",
    "…penning(en)? / …bidrag(et|en)? / …stöd(et|en)? / …tillägg(et|en)? / …pension(en|er)? / studiemedel…",
    "studielån… / …lån(et|en)?",
    "filnamn… / löpnummer… / inkomst… / skuld… / levnadsintyg… / sjukfall… / …intyg / …garanti(n)? / kapital…",
    "insats(er|en|erna)?",
    "…dagar(na)? / avrundning…",
    "bastjänst… / data(n)? / personnummer… / samordningsnummer… / adress(uppgift…)? / sjuklön… / …bonus",
    "…försäkring(en)? / …mängd",
    "…status / uppehållstillstånd… / …omfattning(en)? / …tid(en|er|erna)? / …typ(en|er|erna)?",
    "…orsak(en|er|erna)? / tjänsten",
)
_ELSEWHERE = words(
    "…prislist… / …priset / priser(na)? / avgift(en|er)? / …avtal(et|en)? / …möte(t|n)? / …råd(et|en)?",
    "enkät… / …blankett…",
    "…dokument(et|en)? / dokumentation… / …specifikation(en|er)? / …handbok(en)? / …beskrivning(en|ar)?",
    "…vägledning…",
    "support(en)? / servicedesk… / utbildning(en|ar)? / …webbinari… / …seminari… / …kurs(en|er)?",
    "kontaktuppgift… / nyhetsbrev…",
    "undersökning… / inbjudan… / anmälan / anmäl er / telefon… / …kontor(et|en)? / semester… / e-post…",
    "webbplats… / logotyp…",
    "…statistik(en)? / användarforum… / nätverksträff… / …träff(en|ar)? / konferens… / testfil… / exempelfil…",
    "testdata",
)
_OF_LAW = words(
    "(riksdagen|regeringen|lagen|lagändring…|förordning…) / beslutade / har ~ (beslutat|fattat)",
    "propositionen / föreslår / budget…",
    "rätt till / rätten till / har rätt / åldersgräns… / (den|de) som (fyller|har|får) / beviljas / villkor… för",
    "ansöka / ansökan / ansöker / (ny|nya) (lag|regler|regel) / lagstiftning…",
)
_DENIED = words(
    "(inga|ingen|inget) ~ (ändring…|förändring…|koder|fält|nya|läggs|tas|ändras|påverkan|systempåverkan)",
    "(ändras|byts|berörs) ~ (inte|ej)",
    "(påverka…|berör…|omfatta…|ändra…) (inte|ej) / utan ~ (påverkan|ändring…) / oförändra… / märks (inte|ej)",
    "densamma / detsamma",
    "(några|någon|något) ~ (ändring…|förändring…|justering…|rättning…|ny|nya|nytt) ~ (inte|ej)",
    "(görs|sker|införs|planeras|genomförs|läggs|tas) ~ (inte|ej)",
    "(blir|krävs|kräver|behövs|innebär|medför|ger|får|har) ~ (inga|ingen|inget)",
    "(inte|ej) ~ (påverka…|ändra…|levererats|skickas)",
)
_DENIES_ALL = words(
    "(ingen|inte någon|utan) ~ systempåverkan / ingen (teknisk )?påverkan",
    "(inte|ej) ~ (någon )?(system)?påverkan / märks (inte|ej)",
    "(inga|utan) ~ (ändringar|förändringar|justeringar) ~ (i|för|av) (?!xml|…schema|…struktur|gränssnitt|format|"
    "anrop)[^ .]+ / påverka(r|s) ~ (inte|ej)",
    "(innehåll…|tjänsten|svaret|svaren|leverans…|ssbtek|online|prenumeration) (är|förblir) ~ oförändra…",
    "berörs ~ (inte|ej)",
)
_OF_VERSIONS = words(
    "version… ~ (tas|försvinner|utgår|upphör|slutar|släcks|kopplas|läggs|stängs|avveckl…|fasas|plockas)",
    "(äldre|gamla|tidigare) ~ version… ~ (bort|ned|ner|ur)",
)
_BEFORE = words("tidigare / hittills / dittills / förut / i dag / idag / nu / har ~ (alltid|aldrig|inte)")
_IN_TEST = words(
    "finns / går att (testa|prova|anropa) / kan (testas|provas|anropas) / öppna… / stängs / stänger",
    "stängning… / driftsätt… / är på plats",
    "installera… / uppdatera(s|r)? / släpp… / tillgänglig… / läggs / avveckla… / lägger / upphör… / börja…",
    "byt(s|er) / får / ändras / nås",
    "sätts upp / uppgradera… / testa / provas / blir / tas (bort|i drift) / kommer / rulla… / produktions…",
    "utvärder… / slutar",
)
_DELIVERING = words(
    "levereras / levererar / redovisas / redovisar / lämnas / skickas / visas / hämtas / hämtar / anges",
    "ingår / i produktion / införs",
    "driftsätt… / produktionssätt… / releasetillfäll… / ändras / rättas / börjar / görs / gjordes / gäller",
    "utgår / tas bort / träder i kraft",
)
_VALUES = re.compile(r"\b(?:ändra|byt|flytta|förläng|kort|utök)\w*\b[^.]{0,40}\bfrån\b")
_TODAY = frozenset({"i dag", "idag", "nu"})


def content_changes(passage: Passage) -> Iterator[Claim]:
    """The change of content an item announces, at most one; items that say "no effect" give none."""
    sentences = (passage.heading, *passage.sentences)
    tested = next((s for s in passage.sentences if _in_test(s)), None) or (
        passage.heading if _in_test(passage.heading) else None
    )
    telling = [tested] if tested is not None else [s for s in sentences if _tells(s)]
    if not telling or (tested is None and _denies_all(passage, telling)):
        return
    chosen, date = _dated(telling, sentences, passage)
    if date is None and not _stands_undated(passage, telling):
        return
    heading = [name for name in passage.heading_services if name in AGENCY_SERVICES]
    service = (
        heading[0] if heading else service_of(passage, telling[0] if tested else _naming(telling, chosen), _DELIVERS)
    )
    yield ContentChange(
        service=service,
        evidence=quote(passage, chosen),
        date=date,
        affects=_affects(passage, service),
        environment=_environment(chosen, tested),
        order=chosen.index,
        owner=owner_in(passage.folded_heading) or owner_in(chosen.folded),
    )


def changes_in_test(passage: Passage, told: list[Claim]) -> Iterator[Claim]:
    """What reaches or leaves a test environment on a day of its own, beside what an item tells of production."""
    days = {day for claim in told for day in (claim.date, claim.previous_date) if day is not None}
    known = {(day.start, day.end) for day in days} | {(day.end, day.end) for day in days}
    for sentence in passage.sentences:
        for clause in sentence.clauses:
            dated = (found for found in clause.dates if _is_day_of_change(found, sentence))
            found = next((found for found in dated if _is_of_test(found, clause)), None)
            if found is None or not _clause_in_test(clause):
                continue
            if (found.when.start, found.when.end) in known:
                continue
            service = service_of(passage, sentence, _DELIVERS)
            yield ContentChange(
                service=service,
                evidence=quote(passage, sentence),
                date=opened(found, sentence),
                environment="test",
                order=sentence.index,
            )
            return


def _is_of_test(found: Found, clause: Clause) -> bool:
    """Whether a day is that of the test environment: the nearest named before it, else the only one in the clause."""
    before = clause.folded[: found.start - clause.start]
    named = [
        max((match.end() for match in pattern.finditer(before)), default=-1)
        for pattern in (TEST_ENVIRONMENT, PRODUCTION_ENVIRONMENT)
    ]
    if named == [-1, -1]:
        return PRODUCTION_ENVIRONMENT.search(clause.folded) is None
    return named[0] > named[1]


def _is_day_of_change(found: Found, sentence: Sentence) -> bool:
    fine = found.when.precision in ("minute", "day", "week")
    return fine and found.role in ("plain", "from") and not _is_before(sentence, found)


def _environment(chosen: Sentence, tested: Sentence | None) -> Environment | None:
    """The environment of a change; what is tested now and has its day for production happens in production."""
    if re.search(r"\bskarp\w* (?:drift|miljö)|\bi produktion\b", chosen.folded):
        return "production"
    return "test" if tested is not None else None


def _in_test(sentence: Sentence) -> bool:
    """Whether something is there, or goes, in a test environment."""
    return any(_clause_in_test(clause) for clause in sentence.clauses)


def _clause_in_test(clause: Clause) -> bool:
    return (
        TEST_ENVIRONMENT.search(clause.folded) is not None
        and _IN_TEST.search(clause.folded) is not None
        and UNTOUCHED.search(clause.folded) is None
    )


def _tells(sentence: Sentence) -> bool:
    """Whether a sentence says that what is delivered becomes another: a verb of delivery or change with its matter."""
    if _ELSEWHERE.search(sentence.folded) or _OF_LAW.search(sentence.folded):
        return False
    if _OF_VERSIONS.search(sentence.folded):
        return False
    return any(_clause_tells(clause, sentence) for clause in sentence.clauses)


def _clause_tells(clause: Clause, sentence: Sentence) -> bool:
    if _DENIED.search(clause.folded) or not _DELIVERS.search(clause.folded):
        return False
    return (
        _DATA.search(clause.folded) is not None
        or bool(sentence.services)
        or "de " in clause.folded
        or "det " in clause.folded
    )


def _denies_all(passage: Passage, telling: list[Sentence]) -> bool:
    """Whether the item says that nothing changes for those who call the service that it tells of."""
    told = {service_of(passage, sentence, _DELIVERS) for sentence in telling}
    for sentence in (passage.heading, *passage.sentences):
        for clause in sentence.clauses:
            if not _DENIES_ALL.search(clause.folded):
                continue
            named = {m.service for m in sentence.services if clause.start <= m.start < clause.start + len(clause.text)}
            if not named & AGENCY_SERVICES or told <= named:
                return True
    return False


def _stands_undated(passage: Passage, telling: list[Sentence]) -> bool:
    """Whether an item without a day still announces a change: its heading does, and its text tells of data."""
    return _tells(passage.heading) and any(_DATA.search(s.folded) for s in telling if s.index)


def _naming(telling: list[Sentence], chosen: Sentence) -> Sentence:
    """The sentence whose service counts: the one with the day if it names one, else the first that does."""
    return chosen if chosen.services else next((s for s in telling if s.services), chosen)


def _dated(telling: list[Sentence], sentences: tuple[Sentence, ...], passage: Passage) -> tuple[Sentence, When | None]:
    ranked: list[tuple[int, int, Sentence, When]] = []
    for sentence in sentences:
        if _OF_LAW.search(sentence.folded) or (_ELSEWHERE.search(sentence.folded) and sentence not in telling):
            continue
        for found in sentence.dates:
            if fold(found.when.text) in _TODAY or _is_before(sentence, found):
                continue
            score = 4 * (sentence in telling) + 2 * (_DELIVERING.search(sentence.folded) is not None)
            score += (
                (found.role == "from") + (found.when.precision in ("day", "minute", "week")) - (sentence.in_heading)
            )
            score -= 6 * _is_value(sentence, found)
            if score >= 1:
                ranked.append((-score, sentence.index, sentence, opened(found, sentence)))
    if not ranked:
        return next((s for s in telling if s.index), telling[0]), None
    best = min(ranked, key=lambda entry: entry[:2])
    return best[2], best[3]


def _is_before(sentence: Sentence, found: Found) -> bool:
    before = sentence.folded[max(0, found.start - 30) : found.start]
    if OLD_ANYWAY.search(before + fold(found.when.text)):
        return True
    return _BEFORE.search(before) is not None and found.role not in ("from", "earliest")


def _is_value(sentence: Sentence, found: Found) -> bool:
    """Whether a date is part of what is delivered: "ändras från augusti–november till maj–augusti"."""
    if found.when.precision in ("day", "minute", "week"):
        return False
    before, after = sentence.folded[: found.start + 4], sentence.folded[found.start :]
    if _VALUES.search(before) is None:
        return False
    return re.search(r"\btill\b", after) is not None or re.search(r"\bfrån\b.*\btill\b", before) is not None


def _affects(passage: Passage, service: str) -> tuple[Affected, ...]:
    """The services named, with the versions that the text ties to them."""
    versions: dict[str, dict[str, None]] = {}
    for sentence in passage.sentences:
        for mention in sentence.versions:
            if mention.service in AGENCY_SERVICES or mention.service == passage.own:
                versions.setdefault(str(mention.service), {}).update(dict.fromkeys(mention.labels))
    named = [Affected(service=service), *affected(passage, service)]
    found = tuple(Affected(service=entry.service, versions=tuple(versions.get(entry.service, ()))) for entry in named)
    return found if found[0].versions else found[1:]
