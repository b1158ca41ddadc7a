"""Certificates, keys, addresses and protocols of the connection: what a client must change to go on calling."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.interpret.codes import affected
from monitor.interpret.moments import Moment, as_target, moments_of
from monitor.interpret.operations import CALLED_OFF, FAULT, clean, environment_of, quote, service_of
from monitor.interpret.passages import Passage, Sentence
from monitor.interpret.vocabulary import words
from monitor.model import CertificateChange, Change, Claim, When
from monitor.words import heading_key

CONNECTION = words(
    # proofs of identity
    "…certi?fikat… / …sertifikat… / …cert / root(en|cert…)? / rot(en|certifikat…|utfärdar…)? / …utfärdare(n)?",
    "(publik…|publika|privat…|offentlig…) nyck… / …nyckel / …nycklar(na)? / …nyckelbyte… / signering…",
    "kryptering… / truststore",
    # where one calls
    "ip-?adress… / ip-?nummer… / ip-?nät… / ip-?intervall… / brandväggs(öppning|regel|regler)…",
    "(i|er|era) ~ brandvägg…",
    "(ny…|ändra…|byte av|byter|ändring…|annan|uppdatera…) ~ (url|url:en|url:er|adress…|webbadress…|ändpunkt…|"
    "endpoint…|domän…|port)",
    "(shs|anrops|tjänste|webbtjänst|slutpunkts|logiska?)-?adress… / …adressbyte…",
    "(url|url:en|adressen|domänen) ~ (ändras|byts|är ny)",
    "ändpunkt… / endpoint… / url / url:en / url:er / url-adress… / domänen / anropsadress…",
    "(dns-?namn|värdnamn|domännamn|portnummer|hostnamn|slutpunkt)… / (ny|nya|annan|byte av) (port|domän|värd)",
    # how one calls
    "tls(-version…)? / tls ?1… / ssl… / mtls / chiffer… / krypteringsalgoritm… / ciphers? / kryptosvit…",
    "hashalgoritm… / sha-?1",
)
_CHANGE = words(
    "byt(e|et|s|er|a|t|ts|tes|as)? / utbyte… / ny / nya / nytt / ändra… / ändring… / ersätt… / ersatt…",
    "förny… / uppdatera…",
    "installera… / ladda (ner|ned|hem) / lägg… ~ (in|till) / importera… / öppna… / upphör… / går ut / gå ut",
    "gick ut / löper ut",
    "löpa ut / avveckl… / tas bort / slutar / sluta / stöd… / godta… / kräv… / flytt… / senarelägg…",
    "tidigarelägg… / behöver",
    "måste / revoker… / spärra… / utgår / giltig… / accepter… / tas ur bruk / stängs / roter…",
)
_EXCHANGED = words(
    "byt(s|er|a|t|ts|tes|as) / bytet / byte / sker / görs / genomförs / ändras / flyttar / flyttas / nås",
    "går ut / löper ut / upphör",
    "får / har / blir / slutar / tas bort / införs / aktivera… / gäller / krävs / ersätts / i bruk",
    "tas i drift / driftsätts / upphöra",
)
_LEAVES = words(
    "(gamla|tidigare|nuvarande|äldre|befintliga|förra) ~ (slutar|upphör|tas bort|stängs|utgår|fungerar|gäller)"
)
_FOR_CLIENTS = words(
    "installer… / ladda (ner|ned|hem) / behöver / måste / ska vara / öppna / lägg… ~ (in|till) / uppdatera er…",
    "ändra i / byt",
)
_LETTERS = words(
    "(e-?post|mejl|mail|post|besöks|faktura|kontakt)-?adress… / adress… (till|för) (support…|kontoret|oss)"
)
_FINISHED = words(
    "(är|har) ~ (genomförd|genomfört|genomförts|klar|klart|avslutad|avslutat) / har ~ (bytt|bytts|byttes)"
)
_NO_MATTER = words(
    "märks ~ (inte|ej) / behöver ~ (inte|ej|inget|inga) ~ (göra|vidta|ändra)? / kräver ~ (ingen|inga|inget)",
    "oförändra…",
)
_MOVED = words(
    "flytta(s|t|ts|d|de)? ~ (till|från|fram) / framflytt… / framskju… / uppskju… / skjuts / skjutits",
    "senarelägg… / senarelagt…",
    "senarelagd… / tidigarelägg… / tidigarelagt… / tidigarelagd… / nytt datum / ny (dag|tid|tidpunkt)",
    "i ?stället för ~ (den|kl)",
    "ombokad… / ombokas / ändrat datum / ändrad (dag|tid) / i ?stället den / förläng… / flyttas / flyttad / flyttat",
)


def certificates(passage: Passage) -> Iterator[Claim]:
    """A change of certificates, keys, addresses or protocols that clients must follow; at most one an item."""
    about = _about(passage)
    if not about:
        return
    moments = [m for m in moments_of(passage, "ahead") if m.cue != "aside"]
    headed = CONNECTION.search(passage.folded_heading) is not None
    if FAULT.search(clean(passage.folded_heading)) and not headed:
        return
    if _finished(passage, about) or _no_matter(passage):
        return
    change, holds, previous = _dates(passage, about, moments)
    chosen = holds.sentence if holds is not None else next((s for s in about if s.index), about[0])
    service = service_of(passage, chosen, CONNECTION)
    yield CertificateChange(
        service=service,
        evidence=quote(passage, chosen),
        date=holds.when if holds is not None else None,
        previous_date=previous,
        change=change,
        affects=affected(passage, service),
        environment=environment_of(passage, chosen),
        order=chosen.index,
        topic=heading_key(passage.item.heading),
    )


def _about(passage: Passage) -> list[Sentence]:
    """The sentences that tell of something in the connection that changes; none when it is only mentioned."""
    told = [s for s in (passage.heading, *passage.sentences) if CONNECTION.search(_LETTERS.sub(" ", s.folded))]
    changing = [s for s in told if _CHANGE.search(s.folded)]
    headed = any(s.in_heading for s in told)
    if not changing and not (headed and any(_CHANGE.search(s.folded) for s in passage.sentences)):
        return []
    if headed or passage.heading in changing:
        return told
    first = next((s for s in passage.sentences if s.dates or CONNECTION.search(s.folded)), None)
    leads = first in changing or len(changing) > 1 or any(s.dates and _EXCHANGED.search(s.folded) for s in changing)
    return told if leads else []


def _finished(passage: Passage, about: list[Sentence]) -> bool:
    told = [s for s in (passage.heading, *about) if _FINISHED.search(s.folded)]
    return bool(told) and not any(_FOR_CLIENTS.search(s.folded) for s in passage.sentences)


def _no_matter(passage: Passage) -> bool:
    return _NO_MATTER.search(passage.folded_text) is not None and not re.search(r"\bcert|\bnyck", passage.folded_text)


def _dates(passage: Passage, about: list[Sentence], moments: list[Moment]) -> tuple[Change, Moment | None, When | None]:
    """What becomes of the change's day: the moment that holds, and the one it replaces."""
    order = (passage.heading, *passage.sentences)
    moved = any(_MOVED.search(s.folded) and _of_time(s) for s in order)
    off = any(CALLED_OFF.search(s.folded) for s in order)
    old = [m for m in moments if m.cue == "old"]
    held = [m for m in moments if m.cue != "old"]
    previous = as_target(old[0].when) if old and (moved or off) else None
    if off and not (moved and held):
        first = (old or held)[:1]
        return "withdrawn", None, previous or (first[0].when if first else None)
    best = min(held, key=lambda m: _rank(m, about, moved), default=None)
    if moved and best is None:
        return "put_off", None, previous
    return ("moved" if moved else "stated"), best, previous


def _of_time(sentence: Sentence) -> bool:
    """Whether what moves is a day, and not the service itself to an address of its own."""
    move = _MOVED.search(sentence.folded)
    if move is None or not re.match(r"flytta", move[0]):
        return move is not None
    rest = sentence.folded[move.start() :]
    return (
        re.match(
            r"flytta\w* (?:fram |upp |därför |nu )*(?:till (?:den |\d|på |vecka|en |nästa|senare|\w+dag)|"
            r"från (?:den |\d|\w+dag))|flytta\w*[.]?$",
            rest,
        )
        is not None
    )


def _rank(moment: Moment, about: list[Sentence], moved: bool) -> tuple[int, int, int, int]:
    """The lower the likelier: the exchange before the last day to prepare, text before heading, fine before coarse."""
    folded = moment.sentence.folded
    deadline = moment.role in ("by", "before", "until") or moment.cue == "expected"
    exchanged = (_MOVED if moved else _EXCHANGED).search(folded) is not None
    leaving = _LEAVES.search(folded) is not None and moment.role != "from"
    fine = 0 if moment.when.precision in ("minute", "day") else 1
    unlikely = 2 * deadline + (not exchanged) + moment.sentence.in_heading + leaving
    return fine, unlikely, int(not moment.timed), moment.sentence.index
