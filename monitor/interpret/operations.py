"""Operations notices: planned windows, disturbances stage by stage, and certificates or addresses to change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from monitor.dates import Found, find_recurrences
from monitor.interpret.codes import affected, delivering_service
from monitor.interpret.mentions import owner_in
from monitor.interpret.passages import Passage, Sentence
from monitor.interpret.vocabulary import TEST
from monitor.model import CertificateChange, Change, Claim, Environment, Incident, Maintenance, When
from monitor.words import heading_key

Stage = Literal["reported", "updated", "resolved"]

MAINTENANCE = re.compile(
    r"\b(?:planera\w*|planlag\w*|aviserat|kommande|schemalag\w*) (?:\w+ ){0,2}?(?:\w*stopp\w*|\w*underhåll\w*|\w*avbrott\w*|arbete\w*|driftuppehåll\w*)|\bservicefönst\w*|"
    r"\b(?:service|system|drift)?underhåll\w*|\bdriftstopp\w*|\bdriftuppehåll\w*|\bsystemhelg\w*|\bservicestopp\w*|\bservicetid\w*|"
    r"\bstäng[td]\w* (?:för|på grund av|mellan|från|den|i samband)|\bstängs (?:\w+ ){0,3}(?:för|mellan|kl)|\b(?:är|vara|blir) (?:\w+ ){0,3}?(?:otillgänglig\w*|nere|stängd\w*|nedsläck\w*)|"
    r"\b(?:inte|ej) (?:vara )?(?:tillgänglig\w*|nåbar\w*|åtkomlig\w*)|\bsystemuppgradering\w*|\buppgradering\w*|\bavbrott\w*|\bnertid|\bnedtid|\bpatchning\w*|\bväxl(?:as|ing)\w*|\bflytt av (?:servrar|drift)"
)
_WINDOW_WORD = re.compile(
    r"\bservicefönst\w*|underhåll\w*|\w*stopp\b|\w*stoppet\b|avbrott\w*|\bstängd?\w*|otillgänglig\w*|\bnere\b|driftuppehåll\w*|systemhelg\w*|uppgrader\w*|\barbete\w*"
)
_INCIDENT = re.compile(
    r"\b\w*störning\w*|\btekniskt? (?:fel|problem)|\b(?:akut|oplanerat) (?:\w+ )?(?:avbrott|stopp)\w*|\bavbrott\w*|\bproblem (?:med|i|att|hos|vid)\b|\bfungera[rd]?e? (?:just nu |för närvarande |tyvärr )?(?:inte|ej)\b|"
    r"\bsvara[rd]?e? (?:just nu |för närvarande |tyvärr )?(?:inte|ej)\b|\blånga svarstider|\blångsam\w*|\bfelaktig\w* (?:\w+ ){0,2}?(?:körning\w*|information\w*|leverans\w*|uppgift\w*|svar|fil\w*|data|belopp|avisering\w*|utbetal\w*)|"
    r"\bfelkörning\w*|\bute(?:blir|blev|blivna|blivit|blivet)\b|\bsaknas\b|\b(?:driftavbrott|driftproblem)\w*|\bfelsökning\b|\btimeout\w*|\bfelmeddelande\w*|\bligger nere\b|\bär nere\b|\bfel i (?:\w+ )?(?:körning|leverans|avisering|data|utskick)\w*|\bfelet\b|\bdubbl\w* (?:poster|aviseringar|meddelanden)|\bfelaktigt\b"
)
_RESOLVED = re.compile(
    r"\båtgärda[dt]e?s?\b|\båtgärdades\b|\b(?:är|har blivit|blev|var) (?:nu |åter |sedan [^,.]{1,25})?(?:löst|rättat|rättad|rättade|avhjälpt|avhjälpta|avhjälpts|avslutad|åter igång)\b|\blöstes\b|\blöst\b|\bavhjälp\w*|"
    r"\bfungerar (?:nu|åter|igen|som (?:vanligt|de ska|det ska)|normalt)\b|\b(?:åter|nu) (?:i|igång|uppe|tillgänglig\w*|normal\w*)|\bigång igen\b|\buppe igen\b|\båterställ\w*|\bhar backats\b|\b(?:har|är) rättats?\b|\brättades\b|\bstörningen (?:är|var) (?:över|slut|avslutad)|"
    r"\bfelrättning\w*|\båter i drift|\bär avslutat\b|\bnormalläge\b|\bavslutad\b"
)
_NOT_RESOLVED = re.compile(r"\b(?:inte|ännu inte|ej|när|innan|tills|så snart|vi räknar med|beräknas|väntas|ska|kommer) (?:\w+ ){0,6}?(?:åtgärda\w*|löst|lösas|rätta\w*|avhjälp\w*|igång|återställ\w*|fungera)")
_UPDATED = re.compile(
    r"\buppdatering\b|\buppdaterad information|\buppföljning\w*|\bangående tidigare|\bytterligare information|\bmer information (?:om|kring|angående) (?:tidigare|den|störning)|\bkompletterande information|\bfortsatt\w*|\bfortfarande\b|\bprognos\b|\borsaken\b|"
    r"\bfelet är (?:hitta|identifiera|lokalisera)\w*|\bstatus\b"
)
_FOLLOWS = re.compile(
    r"\bangående (?:tidigare|gårdagens|den tidigare)|\b(?:uppdatering|uppföljning|information) (?:kring|om|av|angående|gällande) (?:den |det )?(?:tidigare|föregående)|\btidigare (?:\w+ ){0,2}?(?:information|meddelad\w*|störning\w*|fel\w*|problem\w*|körning|rapporterad\w*|publicerad\w*|aviserad\w*)|"
    r"\bgårdagens\b|\buppföljning\w*|\bavslutad\b|\bstörningen\b|\båtgärda\w*|\blöst\b"
)
_LABEL = re.compile(
    r"^\W*(?P<label>uppdatering\w*|uppdaterat|åtgärda[dt]\w*|löst|klart|avslutad\w*|ny information|återställ\w*|status|kl\.? ?\d{1,2}[.:]\d\d|\d{1,2}[.:]\d\d|\d{4}-\d\d-\d\d(?:,? (?:kl\.? ?)?\d{1,2}[.:]\d\d)?)"
    r"(?:\s+(?:den\s+)?[^:]{0,40}?)?(?::|\s-\s|\s+(?=kl)|$)"
)
_CANCELLED = re.compile(
    r"\b(?:ställs|ställts|ställer) (?:\w+ )?in\b|\binställ(?:d|t|da)\b|\bavblås\w*|\butgår\b|\bblir (?:\w+ )?(?:inte|ej) av\b|\bgenomförs (?:\w+ )?(?:inte|ej)\b|\bkommer (?:\w+ )?(?:inte|ej) att genomföras|\b(?:inte|ej) längre aktuell\w*"
)
_MOVED = re.compile(
    r"\bflytta(?:s|t|ts|d|de|des)?\b|\bnytt datum|\bny(?:a|tt)? (?:tid\w*|dag|tidpunkt|datum)|\bändra[td]\w* (?:tid\w*|datum|dag|servicefönst\w*)|\bsenarelägg\w*|\btidigarelägg\w*|\bskjuts? (?:\w+ )?(?:upp|fram)|\bskjutits|\bframflytt\w*|\bi ?stället (?:den|till|för|kl|sker|genomförs|på|blir|mellan|under)|\bombokat\w*|\bomplanera\w*"
)
_OVERRUN = re.compile(r"\bdrar ut på tiden|\bförläng\w*|\bpågår längre|\btar längre tid|\bblir försena\w*|\bräknar (?:nu )?med att vara klar\w*")
_PUT_OFF = re.compile(r"\bnytt? (?:\w+ )?(?:datum|tid\w*|dag)\b[^.]{0,50}\b(?:meddela\w*|återkom\w*|komm\w*|senare|inte)|\btills vidare\b|\bpå obestämd tid|\båterkommer (?:\w+ ){0,3}(?:med|om) (?:\w+ ){0,2}(?:datum|tid)")
_DONE = re.compile(r"\b(?:är|har|blev) (?:nu |planenligt )?(?:avsluta[td]\w*|genomför[td]\w*|klar[ta]?\b|slutför\w*)|\bgenomfördes\b|\bslutfördes\b|\bavslutades\b|\bgick (?:bra|som planerat|enligt plan)")
_NO_DOWNTIME = re.compile(
    r"\b(?:innebär|medför|ger|orsakar|krävs?|kräver|blir|får|påverkar) (?:\w+ )?(?:inget|ingen|inga|inte|ej) (?:\w+ ){0,2}?(?:driftstopp|nedtid|avbrott|stopp|störning\w*|driftpåverkan|påverkan)|\butan (?:driftstopp|avbrott|nedtid|driftpåverkan|påverkan)|\bingen (?:nedtid|driftpåverkan)|\binget (?:driftstopp|avbrott)"
)
_NO_INCIDENT = re.compile(r"\b(?:inga|ingen|inget) (?:\w+ ){0,2}?(?:kända |pågående |rapporterade |planerade )?(?:\w*störning\w*|driftproblem|fel|avbrott|driftstopp)|\bkan förekomma\b|\bkan komma att (?:förekomma|inträffa|störas)|\bmindre störningar\b|\brisk för\b")
_PLANNED_TONE = re.compile(r"\bplanera\w*|\bservicefönst\w*|\bunderhåll\w*|\buppgrader\w*|\bsystemhelg|\bkommer (?:\w+ ){0,4}(?:att )?(?:vara|stängas|genomföras|ske)|\bstängt för|\bgenomförs\b|\butförs\b|\bska (?:vi )?\w+")
_ONGOING = re.compile(r"\bjust nu\b|\bför närvarande\b|\bfelsök\w*|\bingen prognos|\bakut\w*|\boplanera\w*|\bsedan\b|\bvi (?:har|ser|undersöker|arbetar)|\btyvärr\b")
CERTIFICATE = re.compile(
    r"\b\w*certifikat\w*|\brot(?:certifikat|en|utfärdare)\b|\bpublika? nyck\w*|\bsigneringsnyck\w*|\bnyckelbyte\w*|\bip-?adress\w*|\bip-?nummer|\b(?:ny|nya|ändrad|ändrade|byte av|byter|ändring av) (?:\w+ )?(?:url|adress|adresser|webbadress|ändpunkt\w*|endpoint\w*|anropsadress\w*|domän\w*|brandväggsöppning\w*)\b|\btls ?1|\bchiffer\w*|\bciphers?\b"
)
_CERT_CHANGE = re.compile(r"\bbyt\w*|\bny(?:a|tt)?\b|\bändra\w*|\bersätt\w*|\bförny\w*|\buppdatera\w*|\binstaller\w*|\bladda ner|\bladda ned|\bupphör\w*|\bgår ut\b|\blöper ut\b|\bavvecklas\b|\btas bort\b|\bstöds\b|\bkräv\w*|\bflytt\w*|\bsenarelägg\w*|\btidigarelägg\w*")


@dataclass(frozen=True, slots=True)
class _Segment:
    """A run of sentences at one stage of a disturbance."""

    stage: Stage
    sentences: list[Sentence]


def certificates(passage: Passage) -> Iterator[Claim]:
    """A change of certificates, keys or addresses that clients must follow; at most one an item."""
    about = [s for s in (passage.heading, *passage.sentences) if CERTIFICATE.search(s.folded)]
    if not about or not (CERTIFICATE.search(passage.folded_heading) or _CERT_CHANGE.search(passage.folded_heading) or len(about) > 1 or _CERT_CHANGE.search(about[0].folded)):
        return
    if not any(_CERT_CHANGE.search(sentence.folded) for sentence in about):
        return
    if _INCIDENT.search(passage.folded_heading) and not CERTIFICATE.search(passage.folded_heading):
        return
    moved = next((s for s in (passage.heading, *passage.sentences) if _MOVED.search(s.folded)), None)
    holds, previous, sentence = _moving_dates(passage, moved is not None)
    chosen = sentence or next((s for s in about if s.index), about[0])
    service = delivering_service(passage)
    put_off = moved is not None and holds is None
    yield CertificateChange(
        service=service,
        evidence=_quote(chosen, passage),
        date=holds.when if holds else None,
        previous_date=previous,
        change="put_off" if put_off else "moved" if moved is not None else "stated",
        affects=affected(passage, service),
        environment=environment_of(passage),
        order=chosen.index,
        topic=heading_key(passage.item.heading),
    )


def _moving_dates(passage: Passage, moved: bool) -> tuple[Found | None, When | None, Sentence | None]:
    """The date an item gives for its change, the one it replaces, and the sentence with the first."""
    dated = [(sentence, found) for sentence in (*passage.sentences, passage.heading) for found in sentence.dates]
    if not dated:
        return None, None, None
    previous: When | None = None
    kept: list[tuple[Sentence, Found]] = []
    for sentence, found in dated:
        before = sentence.folded[: found.start]
        old = re.search(r"\b(?:i ?stället för|från|tidigare|skulle|ursprungligen|planerat)\b[^.]{0,40}$", before)
        if moved and previous is None and (old or found.role == "from") and len(dated) > 1:
            previous = found.when
        else:
            kept.append((sentence, found))
    cued = [entry for entry in kept if (_MOVED if moved else _CERT_CHANGE).search(entry[0].folded)] or kept
    points = [entry for entry in cued if entry[1].role in ("plain", "from")] or cued
    if not points:
        return None, previous, None
    if previous is not None and points[0][1].when.start == previous.start:
        points = points[1:] or points
    return points[0][1], previous, points[0][0]


def environment_of(passage: Passage, sentence: Sentence | None = None) -> Environment | None:
    """The environment a notice is about, when it names exactly one."""
    texts = (sentence.folded,) if sentence is not None else (passage.folded_heading, passage.folded_text)
    for folded in texts:
        test, production = TEST.search(folded), re.search(r"\bproduktion\w*|\bskarp\w* (?:drift|miljö)", folded)
        if test and not production:
            return "test"
        if production and not test:
            return "production"
    return None


def maintenance(passage: Passage) -> Iterator[Claim]:
    """The planned windows of an item, one claim each; recurring windows and finished ones give none."""
    heading = passage.folded_heading
    everything = heading + "\n" + passage.folded_text
    if not MAINTENANCE.search(everything) or find_recurrences(passage.item.heading):
        return
    if _NO_DOWNTIME.search(everything) and not re.search(r"\bservicefönst\w*|\bplanerat (?:drift)?stopp", heading):
        return
    cancelled = _CANCELLED.search(everything) is not None
    moved = _MOVED.search(everything) is not None
    overrun = _OVERRUN.search(everything) is not None
    if _DONE.search(everything) and not (cancelled or moved or overrun):
        return
    windows = _windows(passage)
    if cancelled and not (moved and len(windows) > 1):
        yield from _cancelled(passage, windows)
        return
    if moved or overrun:
        yield from _moved(passage, windows, overrun=overrun)
        return
    for sentence, found in windows:
        if MAINTENANCE.search(sentence.folded) or MAINTENANCE.search(heading) or MAINTENANCE.search(sentence.section.lower() + sentence.lead.lower()):
            yield _window(passage, sentence, found.when, derivation=_both_readings(found))


def _both_readings(found: Found) -> str | None:
    if not found.alternatives:
        return None
    readings = " eller ".join(f"{_span(when)}" for when in (found.when, *found.alternatives))
    return f"tiden kan läsas på två sätt: {readings}"


def _span(when: When) -> str:
    return " till ".join(
        end.strftime("%Y-%m-%d kl. %H.%M") if isinstance(end, datetime) else end.isoformat() for end in (when.start, when.end) if end
    )


def _windows(passage: Passage) -> list[tuple[Sentence, Found]]:
    """The windows that sentences give, the heading's day joined with the text's hours where they stand apart."""
    found: list[tuple[Sentence, Found]] = []
    for sentence in passage.sentences:
        if find_recurrences(sentence.text) or re.search(r"\b(?:information|besked|återkommer|uppdatera|publicera)\w*", sentence.folded) and not _WINDOW_WORD.search(sentence.folded):
            continue
        found += [(sentence, date) for date in sentence.dates if not _is_aside(sentence, date)]
    in_heading = [(passage.heading, date) for date in passage.heading.dates]
    timed = [entry for entry in found if entry[1].when.precision == "minute"]
    if timed:
        ranges = [entry for entry in timed if entry[1].when.start != entry[1].when.end]
        found = ranges or timed
    elif found and in_heading and all(entry[1].when.precision != "minute" for entry in in_heading):
        found = [entry for entry in found if entry[1].when.precision == "day"] or in_heading
    elif in_heading:
        found = in_heading
    unique: dict[tuple[object, object, Environment | None], tuple[Sentence, Found]] = {}
    for sentence, date in found:
        unique.setdefault((date.when.start, date.when.end, environment_of(passage, sentence)), (sentence, date))
    return [entry for entry in unique.values() if entry[1].when.precision in ("minute", "day", "week")]


def _is_aside(sentence: Sentence, found: Found) -> bool:
    before = sentence.folded[max(0, found.start - 40) : found.start]
    return re.search(r"\b(?:senast (?:uppdaterad|ändrad)|publicera\w*|version\w*)\s*$", before) is not None


def _cancelled(passage: Passage, windows: list[tuple[Sentence, Found]]) -> Iterator[Claim]:
    sentence = next((s for s in (*passage.sentences, passage.heading) if _CANCELLED.search(s.folded)), passage.heading)
    dates = windows or [(passage.heading, found) for found in passage.heading.dates]
    date = dates[0][1].when if dates else None
    yield _window(passage, sentence, date, change="withdrawn", previous=None)


def _moved(passage: Passage, windows: list[tuple[Sentence, Found]], *, overrun: bool) -> Iterator[Claim]:
    dated = windows or [(sentence, found) for sentence in passage.sentences for found in sentence.dates]
    old = next((entry for entry in dated if _is_old(*entry)), None)
    kept = [entry for entry in dated if entry is not old]
    holds = next((entry for entry in kept if _MOVED.search(entry[0].folded) or _OVERRUN.search(entry[0].folded)), kept[0] if kept else None)
    if old is None and holds is not None and len(kept) > 1 and not overrun:
        others = [entry for entry in kept if entry is not holds]
        old = others[0] if re.search(r"\bskulle\b|\bvar planera\w*|\btidigare\b|\bursprunglig\w*", others[0][0].folded) else None
    sentence = holds[0] if holds else next((s for s in (*passage.sentences, passage.heading) if _MOVED.search(s.folded) or _OVERRUN.search(s.folded)), passage.heading)
    yield _window(
        passage,
        sentence,
        holds[1].when if holds else None,
        change="moved" if holds else "put_off",
        previous=old[1].when if old else None,
    )


def _is_old(sentence: Sentence, found: Found) -> bool:
    before = sentence.folded[: found.start]
    return (
        re.search(r"\b(?:i ?stället för|från|inte|ersätter|tidigare (?:aviserade?|annonserade?|planerade?|meddelade?)?(?: \w+)?|skulle (?:\w+ ){0,4}|ursprungligen (?:\w+ ){0,3}|planerat(?: till)?|planerad(?:e|es)?(?: till)?)\s*(?:till )?(?:den )?(?:\w+dagen )?(?:den )?$", before)
        is not None
        or re.search(r"\bskulle (?:ha )?(?:ske|genomför|utför|äg|var|påbörja)\w*", sentence.folded) is not None
        and _MOVED.search(before) is None
    )


def _window(
    passage: Passage, sentence: Sentence, date: When | None, *, change: Change = "stated", previous: When | None = None, derivation: str | None = None
) -> Maintenance:
    service = delivering_service(passage)
    return Maintenance(
        service=service,
        evidence=_quote(sentence, passage),
        date=date,
        previous_date=previous,
        change=change,
        derivation=derivation,
        affects=affected(passage, service),
        environment=environment_of(passage, sentence) or environment_of(passage),
        order=sentence.index,
        topic=heading_key(passage.item.heading),
    )


def _quote(sentence: Sentence, passage: Passage) -> str:
    return passage.item.heading if sentence.in_heading else sentence.text


def incidents(passage: Passage) -> Iterator[Claim]:
    """The stages of a disturbance that an item tells, one claim a labelled stage."""
    if not _is_incident(passage):
        return
    service = delivering_service(passage)
    for segment in _segments(passage):
        sentence = next((s for s in segment.sentences if _stage_words(s, segment.stage)), segment.sentences[0])
        yield Incident(
            service=service,
            evidence=_quote(sentence, passage),
            date=_span_of(segment, passage),
            affects=affected(passage, service),
            environment=environment_of(passage),
            order=sentence.index,
            stage=segment.stage,
            topic=heading_key(passage.item.heading),
            follows=segment.stage != "reported" or _FOLLOWS.search(passage.folded_heading) is not None,
            owner=owner_in(passage.folded_heading + "\n" + passage.folded_text),
        )


def _is_incident(passage: Passage) -> bool:
    heading = passage.folded_heading
    everything = heading + "\n" + passage.folded_text
    if not _INCIDENT.search(everything):
        return False
    clean = _NO_INCIDENT.sub(" ", _NO_DOWNTIME.sub(" ", everything))
    if not _INCIDENT.search(clean):
        return False
    if _PLANNED_TONE.search(heading) or (MAINTENANCE.search(heading) and not _INCIDENT.search(heading)):
        return re.search(r"störning|oplanerat|akut|tekniskt fel|felaktig", heading) is not None
    if CERTIFICATE.search(heading) and not re.search(r"störning|problem|fel\b", heading):
        return False
    strong = re.search(
        r"störning|tekniskt? (?:fel|problem)|felaktig\w* (?:\w+ ){0,2}?(?:körning|leverans|avisering)|felkörning|akut|oplanera|driftproblem|driftavbrott|felsökning|ligger nere|uteblir|uteblivna|svarar (?:\w+ )?(?:inte|ej)|fungerar (?:\w+ ){0,2}(?:inte|ej)|långa svarstider",
        clean,
    )
    if passage.page.kind == "drift":
        planned = _PLANNED_TONE.search(clean) and not _ONGOING.search(clean) and not strong
        return not planned and (strong is not None or _INCIDENT.search(heading) is not None or _ONGOING.search(clean) is not None)
    return _INCIDENT.search(heading) is not None and strong is not None and _ONGOING.search(clean) is not None


def _stage_words(sentence: Sentence, stage: Stage) -> bool:
    pattern = {"resolved": _RESOLVED, "updated": _UPDATED, "reported": _INCIDENT}[stage]
    return pattern.search(sentence.folded) is not None


def _is_resolved(folded: str) -> bool:
    return _RESOLVED.search(_NOT_RESOLVED.sub(" ", folded)) is not None


def _segments(passage: Passage) -> list[_Segment]:
    """The item cut at its labels ("Uppdatering kl. 10.30:", "Åtgärdat:"); told from the first word to the last."""
    segments: list[_Segment] = []
    sentences = list(passage.sentences) or [passage.heading]
    for sentence in sentences:
        label = _LABEL.match(sentence.folded)
        stage = _label_stage(label["label"], sentence) if label else None
        if stage is not None:
            segments.append(_Segment(stage, [sentence]))
        elif segments:
            segments[-1].sentences.append(sentence)
        else:
            segments.append(_Segment(_first_stage(passage), [sentence]))
    merged: list[_Segment] = []
    for segment in segments:
        if merged and merged[-1].stage == segment.stage == "reported":
            merged[-1].sentences.extend(segment.sentences)
        else:
            merged.append(segment)
    first = merged[0]
    if len(merged) == 1 and first.stage == "reported":
        resolving = next((s for s in first.sentences if _is_resolved(s.folded)), None)
        if resolving is not None:
            merged = [_Segment("resolved", first.sentences)]
    newest_first = len(merged) > 1 and merged[-1].stage == "reported" and merged[0].stage != "reported"
    return list(reversed(merged)) if newest_first else merged


def _label_stage(label: str, sentence: Sentence) -> Stage | None:
    if re.match(r"åtgärda|löst|klart|avslutad|återställ", label) or _is_resolved(sentence.folded):
        return "resolved"
    if re.match(r"uppdater|ny information|status", label):
        return "updated"
    return "updated" if _UPDATED.search(sentence.folded) else None


def _first_stage(passage: Passage) -> Stage:
    heading = passage.folded_heading
    if _is_resolved(heading):
        return "resolved"
    first = passage.sentences[0].folded if passage.sentences else ""
    if re.search(r"\buppdatering\b|\buppföljning|\bangående tidigare|\bfortsatt\w*|\bfortfarande\b", heading):
        return "resolved" if any(_is_resolved(s.folded) for s in passage.sentences) else "updated"
    if re.search(r"\bangående tidigare|\buppdatering (?:kring|om|av)", first):
        return "updated"
    return "reported"


def _span_of(segment: _Segment, passage: Passage) -> When | None:
    """The disturbance's own span as far as the words give it: a window, or a start and an end apart."""
    found = [date for sentence in segment.sentences for date in sentence.dates if not re.search(r"\bprognos\w*|\båterkommer|\bnästa besked|\bberäknas\b|\bräknar med", sentence.folded)]
    if not found:
        found = list(passage.heading.dates)
    ranges = [date for date in found if date.when.start != date.when.end]
    return (ranges or found)[0].when if found else None

