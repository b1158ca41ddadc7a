"""Releases out of running text: which version comes, when, and whether it is only for a test environment."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from monitor.dates import Found
from monitor.interpret.vocabulary import CLOSES as CLOSE
from monitor.interpret.mentions import AGENCY_SERVICES, VersionMention
from monitor.interpret.passages import Clause, Passage
from monitor.interpret.vocabulary import PRODUCTION, TEST
from monitor.labels import number_of
from monitor.model import Affected, Change, Claim, Component, ContentChange, Release, When

RELEASE = re.compile(
    r"\bdriftsätt\w*|\bdriftsatt\w*|\bproduktions?sätt\w*|\bproduktions?satt\w*|\bdriftstart\w*|\bi (?:skarp )?(?:produktion|drift)\b|"
    r"\bta(?:s|gits)? (?:\w+ )?i (?:skarp )?(?:drift|bruk)|\btogs i (?:drift|bruk)|\blanser\w*|\bsläpp(?:s|er|te|tes|ts)?\b|"
    r"\bgår (?:\w+ )?(?:live|i (?:produktion|drift))|\binför(?:s|des|ts|er|ande\w*)?\b|\bny(?:a)? version\w*|\brelease\w*|"
    r"\b(?:blir|finns|är|blev) (?:nu |då |sedan |från )?(?:\w+ ){0,3}?(?:tillgänglig|i drift|igång|ute)\b|\böppna[rs]?\b|\böppnades\b|\brulla[sr]? ut\b|"
    r"\buppgraderas till\b|\bersätt(?:s|er) (?:av )?|\bkommer (?:ut )?(?:den|i|under|till)\b|\bstart(?:ar|as|ade|ades)\b|\bgår ut\b|\bproduktionsstart\w*|\bplanera\w* (?:till|att|för)\b|\bsätt(?:er|s) (?:\w+ ){0,3}"
)
CURRENT = re.compile(r"\b(?:aktuell|gällande|senaste|nuvarande|den version som gäller)\b(?: version)?\b")
_IS_CURRENT = re.compile(
    r"\bär (?:nu |numera |för närvarande |från och med [^,.]{4,20} )?(?:den |tjänstens |vår )?(?:aktuell\w*|gällande|senaste|nuvarande) version\w*|"
    r"\b(?:aktuell|gällande|nuvarande|senaste) version(?:en)? (?:av \S+(?: online)? )?(?:är|:)"
)
_NEGATED = re.compile(
    r"\bing(?:en|a|et) (?:ny\w* )?(?:version|versioner|release|releaser|driftsättning)\b(?! \d)|\b(?:inte|ej) (?:\w+ ){0,4}?(?:ny version|någon (?:ny )?version|nya versioner)|"
    r"\butan (?:att )?(?:\w+ )?(?:ny version|versionsbyte)"
)
_MOVE = re.compile(
    r"\bsenarelägg\w*|\btidigarelägg\w*|\bflytta(?:s|t|d|de|des|ts)?\b|\bframflytt\w*|\bskjuts? (?:\w+ )?(?:upp|fram|på)\b|\bskjutits (?:upp|fram)|\buppskjut\w*|"
    r"\bförsena\w*|\bnytt (?:\w+ )?(?:datum|driftsättningsdatum|produktionsdatum)|\bny (?:\w+ )?(?:driftsättningsdag|tidpunkt|dag|tid|tidplan)\b|"
    r"\bändra[td]\w* (?:\w*datum|\w*dag)|\bi ?stället (?:den|till|sätts|driftsätts|sker|blir|i|under|vecka|först)\b|\bdriftsätts i ?stället|\bdröjer"
)
_WITHDRAWN = re.compile(
    r"\b(?:ställs|ställts|ställer) (?:\w+ )?in\b|\binställ(?:d|t|da)\b|\bdras? (?:\w+ )?tillbaka|\bdragits tillbaka|\bavblås\w*|\bblir (?:\w+ )?(?:inte|ej) av\b|"
    r"\b(?:inte|ej) längre aktuell\w*|\bslopa\w*|\butgår\b|\bstr(?:yks|ukits|uken|ykas)\b|\bskrinl\w+|\bläggs? ne[rd]|\b(?:inte|ej) (?:\w+ )?(?:driftsätta|produktionssätta|släppa|införa|lansera)\b|\b(?:driftsätts|släpps|införs|lanseras) (?:\w+ )?(?:inte|ej)\b|\bkommer (?:\w+ )?(?:inte|ej) att (?:driftsättas|släppas|införas|lanseras)"
)
_PUT_OFF = re.compile(
    r"\b(?:nytt|ny|exakt) (?:\w+ )?(?:datum\w*|tid\w*|dag\w*)\b[^.]{0,50}\b(?:meddela\w*|återkom\w*|komm\w*|beslut\w*|senare|inte|ännu|annonser\w*)|\btills vidare\b|"
    r"\bpå obestämd tid|\båterkommer (?:\w+ ){0,3}(?:med|om) (?:\w+ ){0,2}datum|\bframtiden\b"
)
_OLD = re.compile(
    r"\b(?:angav|meddelade|aviserade|planerade|uppgav|sa|sade)s? (?:vi )?tidigare\b|\bgäller (?:inte|ej) längre|\b(?:tidigare|ursprunglig\w*)\b[^.]{0,50}\b(?:kommunicer\w*|meddela\w*|avisera\w*|annonser\w*|angiv\w*|angett|planera\w*|informera\w*|datum\w*)|"
    r"\bskulle (?:ha |egentligen |ursprungligen )*(?:driftsätt\w*|produktionssätt\w*|släpp\w*|lanser\w*|inför\w*|tas|gå)|\bvar planera\w*"
)
_INSTEAD_OF = re.compile(r"\b(?:i ?stället för|från|inte)\s+(?:som planerat\s+)?(?:den\s+)?(?:\w+dag\w*\s+)?(?:den\s+)?$")
_DENIED_FIRST = re.compile(r"\b(?:inte|ej|blir inte av|ställs in)\b.*\b(?:utan|i ?stället)\b")
_HEADING_IS_VERSION = re.compile(
    r"^\W*(?:(?:ny|den nya|nästa|kommande|planerad)\s+)?(?:(?:version|release|v)\.?\s*[\d.]+(?:\s+(?:av|för|i)\s+(?:tjänsten\s+)?\w+(?:[ -]online|[ -]prenumeration)?)?|"
    r"\w+(?:[ -]online|[ -]prenumeration)?\s+(?:version(?:en)?\s+|v\.?)?[\d.]+)\s*(?:$|[-:,(].*)"
)
_DEADLINE = re.compile(r"\b(?:innan|före|senast)\b")
_CONTAINS = re.compile(
    r"\bingår\b|\binnehåll\w*|\binnefatt\w*|\bbygger på|\banvänder\b|\banropar\b|\bomfatta\w*|\bhämta\w*|\bgår (?:\w+ )?(?:mot|över till)|\bmed (?:lefi|csn|af)\b|\bbastjänst\w*"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """What one clause says of the release of a version."""

    service: str
    label: str
    date: Found | None
    old: Found | None
    moves: bool
    puts_off: bool
    withdraws: bool
    reported: bool
    test: bool
    evidence: str
    index: int


def releases(passage: Passage, closed: Collection[tuple[str, tuple[int, ...]]] = ()) -> Iterator[Claim]:
    """The releases an item speaks of, one claim a version, and which version it calls current.

    `closed` are the versions whose closing the item tells: a heading that only names one of them announces no release.
    """
    frames = tuple(_frames(passage))
    if closed and all(frame.index == 0 for frame in frames) and not RELEASE.search(passage.folded_heading):
        frames = tuple(frame for frame in frames if (frame.service, _key(frame.label)) not in closed)
    current = dict(_current(passage))
    for service, label in dict.fromkeys((frame.service, _key(frame.label)) for frame in frames):
        about = [frame for frame in frames if frame.service == service and _key(frame.label) == label]
        claim = _weigh(about, passage, is_current=(service, label) in current)
        if claim is not None:
            current.pop((service, label), None)
            yield claim
    for (service, _), (label, evidence, order) in current.items():
        yield Release(service=service, evidence=evidence, version=label, is_current=True, order=order)


def _key(label: str) -> tuple[int, ...]:
    return number_of(label)


def _own_life(service: str | None, passage: Passage) -> bool:
    return service is not None and (service == passage.own or service in AGENCY_SERVICES)


def _current(passage: Passage) -> Iterator[tuple[tuple[str, tuple[int, ...]], tuple[str, str, int]]]:
    for sentence in (passage.heading, *passage.sentences):
        if not _IS_CURRENT.search(sentence.folded) or re.search(r"\b(?:inte|ej) längre\b|\bblir\b", sentence.folded):
            continue
        for mention in sentence.versions:
            if mention.role == "subject" and _own_life(mention.service, passage) and len(mention.labels) == 1:
                label = mention.labels[0]
                yield (str(mention.service), _key(label)), (label, sentence.text, sentence.index)
                break


def _frames(passage: Passage) -> Iterator[_Frame]:
    heading = [mention for mention in passage.heading.versions if _is_released(mention, passage)]
    heading_closes = CLOSE.search(passage.folded_heading) is not None
    topic = [mention for mention in heading if _heading_releases(passage)] if not heading_closes else []
    subject: VersionMention | None = topic[0] if len(topic) == 1 and len(topic[0].labels) == 1 else None
    for mention in topic:
        for label in mention.labels:
            yield _frame(passage.heading.clauses[0], mention.service or passage.own, label, whole=True)
    for sentence in passage.sentences:
        if _NEGATED.search(sentence.folded):
            continue
        for clause in sentence.clauses:
            mentions = [mention for mention in clause.versions if _is_released(mention, passage)]
            cue = RELEASE.search(clause.folded) or (sentence.lead and RELEASE.search(sentence.lead.lower()))
            changes = _MOVE.search(clause.folded) or _WITHDRAWN.search(clause.folded) or _OLD.search(clause.folded)
            if CLOSE.search(clause.folded) or (CLOSE.search(sentence.lead.lower()) and not RELEASE.search(clause.folded)):
                continue
            if mentions and (cue or changes):
                for mention in mentions:
                    subject = mention
                    for label in mention.labels:
                        yield _frame(clause, mention.service or passage.own, label, date=None)
            elif subject is not None and (cue or changes) and not clause.versions:
                if clause.dates or _PUT_OFF.search(clause.folded) or _WITHDRAWN.search(clause.folded):
                    for label in subject.labels:
                        yield _frame(clause, subject.service or passage.own, label)


def _is_released(mention: VersionMention, passage: Passage) -> bool:
    return mention.role == "subject" and _own_life(mention.service, passage)


def _heading_releases(passage: Passage) -> bool:
    folded = passage.folded_heading
    if _NEGATED.search(folded):
        return False
    return RELEASE.search(folded) is not None or (
        _HEADING_IS_VERSION.search(folded) is not None and not re.search(r"\b(?:rättning|fel|störning|avbrott|problem|underhåll)", folded)
    )


def _frame(
    clause: Clause, service: str, label: str, *, whole: bool = False, date: Found | None = None
) -> _Frame:
    folded = clause.sentence.folded if whole else clause.folded
    dates = list(clause.sentence.dates if whole else clause.dates)
    moves = _MOVE.search(folded) is not None
    withdraws = _WITHDRAWN.search(folded) is not None
    old = dates[0] if len(dates) > 1 and _DENIED_FIRST.search(folded) else None
    for found in () if old else dates:
        before = clause.sentence.folded[: found.start]
        if (moves or withdraws) and (_INSTEAD_OF.search(before) or (found.role == "from" and len(dates) > 1)):
            old = found
            break
    holding = [found for found in dates if found is not old and not _is_deadline(found)]
    if holding and old is not None:
        withdraws, moves = False, True
    return _Frame(
        service=service,
        label=label,
        date=date or _nearest(holding, clause),
        old=old,
        moves=moves,
        puts_off=_PUT_OFF.search(folded) is not None,
        withdraws=withdraws,
        reported=_OLD.search(folded) is not None and not moves,
        test=TEST.search(clause.sentence.folded) is not None and not PRODUCTION.search(folded),
        evidence=clause.sentence.text,
        index=clause.sentence.index,
    )


def _is_deadline(found: Found) -> bool:
    return found.role in ("by", "before")


def _nearest(dates: list[Found], clause: Clause) -> Found | None:
    if not dates:
        return None
    cue = RELEASE.search(clause.folded)
    if cue is None:
        return dates[0]
    return min(dates, key=lambda found: abs(found.start - clause.start - cue.end()))


def _weigh(frames: list[_Frame], passage: Passage, *, is_current: bool) -> Claim | None:
    """One claim out of all that an item says of one release."""
    live = [frame for frame in frames if not frame.test]
    if not live or (all(frame.index == 0 for frame in live) and len(live) < len(frames) and not any(f.date for f in live)):
        return _in_test(frames, passage)
    label = live[0].label
    service = live[0].service
    moved = any(frame.moves for frame in live)
    dated = [frame for frame in live if frame.date is not None and not frame.reported and not frame.withdraws]
    newest = next((frame for frame in reversed(dated) if frame.moves), None)
    chosen = newest or next((frame for frame in dated if frame.index > 0), dated[0] if dated else None)
    withdrawn = next((frame for frame in live if frame.withdraws), None)
    put_off = next((frame for frame in live if frame.puts_off and frame.date is None and moved), None)
    previous = next((frame.old.when for frame in live if frame.old is not None), None) or next(
        (frame.date.when for frame in live if frame.reported and frame.date is not None), None
    )
    change: Change = "stated"
    date: When | None = chosen.date.when if chosen is not None and chosen.date is not None else None
    frame = chosen or next((frame for frame in live if frame.index > 0), live[0])
    if withdrawn is not None and newest is None:
        change, frame, date = "withdrawn", withdrawn, None
        previous = previous or (withdrawn.date.when if withdrawn.date else None)
    elif put_off is not None and newest is None:
        change, frame = "put_off", put_off
        previous = previous or date
        date = None
    elif moved and (newest is not None or previous is not None):
        change = "moved" if date is not None else "put_off"
    elif moved and chosen is None:
        change = "put_off"
    if change == "stated" and date is None and is_current:
        frame = next((f for f in live if f.index > 0 and _IS_CURRENT.search(f.evidence.lower())), frame)
    return Release(
        service=service,
        evidence=frame.evidence if frame.index else passage.item.heading,
        date=date,
        previous_date=previous if previous != date else None,
        change=change,
        affects=(Affected(service=passage.own),) if service != passage.own else (),
        environment="production" if change == "stated" and PRODUCTION.search(frame.evidence.lower()) else None,
        order=frame.index,
        version=label,
        is_current=is_current,
        components=tuple(_components(passage, service, label)),
    )


def _in_test(frames: list[_Frame], passage: Passage) -> Claim:
    frame = next((frame for frame in frames if frame.test and frame.date is not None), None) or next(
        frame for frame in frames if frame.test
    )
    return ContentChange(
        service=frame.service,
        evidence=frame.evidence if frame.index else passage.item.heading,
        date=frame.date.when if frame.date else None,
        affects=(Affected(service=frame.service, versions=(frame.label,)),),
        environment="test",
        order=frame.index,
    )


def _components(passage: Passage, service: str, label: str) -> Iterator[Component]:
    for sentence in passage.sentences:
        if CLOSE.search(sentence.folded) or not _CONTAINS.search(sentence.folded):
            continue
        for mention in sentence.versions:
            if mention.service and mention.service != service and mention.tight and len(mention.labels) == 1:
                yield Component(service=mention.service, version=mention.labels[0])
