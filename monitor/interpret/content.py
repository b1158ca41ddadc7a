"""Changes in what a service delivers that come without a new version."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.dates import Found
from monitor.interpret.codes import affected, delivering_service
from monitor.interpret.mentions import AGENCY_SERVICES, owner_in
from monitor.interpret.operations import environment_of
from monitor.interpret.passages import Passage, Sentence
from monitor.interpret.vocabulary import TEST
from monitor.model import Affected, Claim, ContentChange

_STRONG = re.compile(
    r"\bförändring\w*|\bändra[st]?\b|\bändring\w*|\brättning\w*|\bkorriger\w*|\bproduktionssätt\w*|\bdriftsätt\w*|\breleasetillfäll\w*|\bkompletter\w*|\bpåverka[srt]?\b|\blevereras\b|\bformat\w*|\bi produktion\b|\bfelrättning|\bjuster\w*|\butöka\w*|\btas bort\b|\bansluts\b|\blägg(?:s|er) till|\btillkommer\b|\bbörjar levereras|\bförsvinner\b"
)
_NO_EFFECT = re.compile(
    r"\b(?:ingen|inget|inga|inte någon|utan) (?:\w+ ){0,2}?(?:systempåverkan|påverkan|ändring\w*|förändring\w*|åtgärd\w*|effekt\w*)|\b(?:inte|ej) (?:\w+ ){0,2}?(?:påverka\w*|berör\w*)|\boförändra\w*|\bpåverkas (?:inte|ej)"
)
_DATA = re.compile(r"\binformation\w*|\buppgift\w*|\bfält\w*|\bförmån\w*|\bersättning\w*|\bbelopp\w*|\bpost(?:er|en|erna)?\b|\bxml\b|\bschema\w*|\bbastjänst\w*|\bavisering\w*|\bmeddelande\w*|\butbetalning\w*|\bdata\b|\bsvar(?:et|en)?\b|\bperiod\w*|\btjänsten\b|\bformat\w*|\bärende\w*|\bbeslut\b")


def content_changes(passage: Passage) -> Iterator[Claim]:
    """The change of content an item announces, at most one; items that say "no effect" give none."""
    sentences = (passage.heading, *passage.sentences)
    telling = [s for s in sentences if _STRONG.search(s.folded) and not _denied(s)]
    if not telling or _denies_all(passage):
        return
    chosen, date = _dated(telling, sentences)
    headed = _STRONG.search(passage.folded_heading) is not None and not _denied(passage.heading)
    if date is None and not (headed and _DATA.search(passage.folded_heading + "\n" + passage.folded_text)):
        return
    service = delivering_service(passage)
    environment = environment_of(passage, chosen) or ("test" if TEST.search(passage.folded_heading) else None)
    yield ContentChange(
        service=service,
        evidence=passage.item.heading if chosen.in_heading else chosen.text,
        date=date.when if date else None,
        affects=_affects(passage, service),
        environment=environment,
        order=chosen.index,
        owner=owner_in(passage.folded_heading),
    )


def _denied(sentence: Sentence) -> bool:
    return _NO_EFFECT.search(sentence.folded) is not None


def _denies_all(passage: Passage) -> bool:
    """Whether the item says that nothing changes for those who call the service."""
    return any(
        re.search(r"\b(?:ingen|inte någon|utan) (?:\w+ )?systempåverkan|\bingen påverkan på (?:tjänsten|ssbtek|lefi)|\b(?:tjänsten|ssbtek|lefi \w+) påverkas (?:inte|ej)|\boförändra[dt]", s.folded)
        for s in (passage.heading, *passage.sentences)
    )


def _dated(telling: list[Sentence], sentences: tuple[Sentence, ...]) -> tuple[Sentence, Found | None]:
    ranked: list[tuple[int, int, Sentence, Found]] = []
    for sentence in sentences:
        for found in sentence.dates:
            if re.search(r"\b(?:regeringen|riksdagen) (?:\w+ )?beslut|\bbeslutade\b|\bhar fattat\b", sentence.folded):
                continue
            score = 4 if sentence in telling else 0
            score += 2 if re.search(r"\bdriftsätt|\bproduktionss|\breleasetillfäll|\bi produktion\b|\blevereras\b|\binförs\b|\bändras\b|\brättas\b", sentence.folded) else 0
            score += 1 if _DATA.search(sentence.folded) else 0
            score += 1 if found.when.precision in ("day", "minute", "week") else 0
            ranked.append((-score, sentence.index, sentence, found))
    if not ranked:
        return next((s for s in telling if s.index), telling[0]), None
    best = min(ranked, key=lambda entry: (entry[0], entry[1]))
    return best[2], best[3]


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
