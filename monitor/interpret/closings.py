"""Closings out of running text: which versions close, when, how sure it is, and whether a day moved.

An item is read clause by clause into frames; the frames about one version are then weighed into one claim: "was to
close 29 May" is the previous date, "new closing date is 30 September" the one that holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from monitor.dates import Found
from monitor.interpret.mentions import AGENCY_SERVICES, BlanketMention, VersionMention
from monitor.interpret.passages import Clause, Passage, day_of
from monitor.interpret.vocabulary import TEST
from monitor.labels import number_of
from monitor.model import Affected, Blanket, Change, Claim, Closing, ClosingState, When

NEVER_CLOSING = frozenset({"lefi-prenumeration"})
"""Services with one schema version, where no version ever closes."""

CLOSE = re.compile(
    r"\bstängning\w*|\w*stängningsd\w+|\b(?:av|ned|ner)?stäng(?:s|as|a|er|t|d|da|de|des|ts)\b|\b(?:ned|ner|av)stängning\w*|"
    r"\bavveckl\w+|\bupphör\w*|\bsluta[rdt]?\w* (?:att )?(?:fungera|svara|stödjas)|\bsläck(?:s|as|er|t|tes|ning\w*)\b|"
    r"\bfasa(?:s|des|ts) (?:nu |då )?ut\b|\butfas\w+|\bta(?:s|gits)? (?:\w+ )?(?:ur|ut ur) (?:drift|bruk|produktion|tjänst)|"
    r"\bläggs? (?:\w+ ){0,3}ne[rd]\b|\bsista (?:dag\w*|datum) (?:för|att|då|som)\b|"
    r"\bstöds? (?:\w+ )?(?:inte|ej) längre|\b(?:inte|ej) längre (?:att )?(?:kunna )?(?:stöd\w*|användas|anropas|anropa|svara|vara tillgänglig\w*)|"
    r"\bgår (?:det )?(?:inte|ej) (?:längre )?(?:att )?(?:anropa|använda|nå)"
)
OPEN_UNTIL = re.compile(
    r"\b(?:hålls?|hållas|är|vara|förblir|finns|lever|ligger|kan användas|går att (?:använda|anropa)|stöds|tillgänglig\w*)\b[^.]{0,40}?"
    r"\b(?:öppen|öppna|kvar|tillgänglig\w*|i drift)?\s*(?:till|t\.?\s?o\.?\s?m|fram till)\b"
)
_MOVE = re.compile(
    r"\bsenarelägg\w*|\btidigarelägg\w*|\bflytta(?:s|t|d|de|des|ts)?\b|\bframflytt\w*|\bskjuts? (?:\w+ )?(?:upp|fram|på)\b|"
    r"\bskjutits (?:upp|fram)|\buppskjut\w*|\buppskov|\bförläng\w*|\bändra[td]\w* (?:stängnings)?(?:datum|dag|tid)|"
    r"\b(?:ny|nytt|nya) (?:\w+ )?(?:datum|stängnings\w+|sista dag|dag|tidpunkt)|\bi ?stället\b|\bny tidplan|\bförsena\w*|\bdröjer"
)
_PUT_OFF = re.compile(
    r"\b(?:nytt|ett nytt|ny|exakt) (?:\w+ )?(?:datum|stängnings\w+|tid\w*|dag)\b[^.]{0,60}\b(?:meddela\w*|återkom\w*|komm\w*|beslut\w*|sätt\w*|"
    r"fastställ\w*|bestäm\w*|ännu|inte|senare|annonser\w*|publicer\w*)|\btills vidare\b|\bpå obestämd tid|\båterkommer (?:\w+ ){0,3}(?:med|om) (?:\w+ ){0,2}datum|"
    r"\bframtiden\b"
)
_WITHDRAW = re.compile(
    r"\b(?:ställs|ställts|ställer) (?:\w+ )?in\b|\binställ(?:d|t|da)\b|\bdras? (?:\w+ )?tillbaka|\bdragits tillbaka|\bavblås\w*|"
    r"\bblir (?:\w+ )?(?:inte|ej) av\b|\b(?:inte|ej) längre aktuell\w*|\bslopa\w*|\båterkalla\w*|\båterta\w*|\bupphäv\w*|"
    r"\b(?:stängs|stänger|stängas|avvecklas|upphör|släcks|läggs|fasas|tas) (?:\w+ ){0,3}?(?:inte|ej|aldrig)\b(?! längre)|\b(?:ska|skall|kommer|kommer att|behöver) (?:alltså |därmed )?(?:inte|ej) (?:längre )?(?:att )?"
    r"(?:stängas|stänga|avvecklas|släckas|fasas ut|tas ur)"
)
_NO_DECISION = re.compile(
    r"\b(?:inget|inga) (?:\w+ )?(?:beslut|datum|planer|stängnings\w+)|\b(?:inte|ej|ännu inte) (?:\w+ )?(?:besluta\w*|fastställ\w*|bestäm\w*|inplanera\w*|planera\w*|satt)\b"
)
_OLD = re.compile(
    r"\b(?:tidigare|ursprunglig\w*|förut|först|från början|sedan tidigare|dittills)\b[^.]{0,50}\b(?:kommunicer\w*|meddela\w*|avisera\w*|annonser\w*|"
    r"angiv\w*|angett|angivet|planera\w*|informera\w*|publicera\w*|beslut\w*|sagt|datum\w*|stängnings\w+|utlova\w*|besked\w*)|"
    r"\b(?:har|hade) (?:\w+ ){0,12}(?:kommunicer\w*|meddelat|aviserat|annonserat|informerat|angett|sagt)\b|"
    r"\bskulle (?:ha |egentligen |ursprungligen )*(?:stäng\w*|avvecklas|upphöra|sluta|ske|släckas)|"
    r"\b(?:det )?(?:tidigare|gamla|ursprungliga|förra) (?:datumet|stängningsdatumet|dagen|beskedet|planen)"
)
_INSTEAD_OF = re.compile(r"\bi ?stället för\s+(?:som planerat\s+)?(?:den\s+)?(?:\w+dag\w*\s+)?(?:den\s+)?$|\bfrån\s+(?:den\s+)?(?:\w+dag\w*\s+)?(?:den\s+)?$|\b(?:inte|ej)\s+(?:redan\s+)?(?:den\s+)?(?:\w+dag\w*\s+)?(?:den\s+)?$")
_DENIED_FIRST = re.compile(r"\b(?:inte|ej|blir inte av|ställs in)\b.*\b(?:utan|i ?stället)\b")
_PLANNED = re.compile(
    r"\bplan(?:en|er|erna|eras?|erad|erat|erade|erar)?\b|\bpreliminär\w*|\bavse[rs]\b|\bavsikt\w*|\btänkt\w*|\bmål(?:et|sättning\w*)\b|"
    r"\bsikta\w*|\bförvänta\w*|\bberäkna[sd]?\w*|\btroligen|\btroligtvis|\bsannolikt|\bföresl\w+|\bförslag\w*|\bräkna(?:r|s) med|\bämnar"
)
_CLOSED = re.compile(
    r"\bstängdes\b|\bhar (?:nu |den \d+ \w+ )?(?:stängts|avvecklats|släckts|upphört|tagits ur|fasats ut)|\bär (?:nu |numera |sedan [^,.]{3,30} )?"
    r"(?:stängd|stängda|avvecklad|avvecklade|släckt|nedstängd|nedstängda)\b|\bavvecklades\b|\bupphörde\b|\bsläcktes\b|\bfasades ut\b|\btogs ur\b|\bslutade\b|\bstängning\w* (?:gjordes|skedde|genomfördes|verkställdes|är (?:nu )?genomförd)"
)
_CONDITIONAL = re.compile(r"^\s*(?:annars|i annat fall|om (?:ni|du|man|inte)\b|den som inte|de som inte|i så fall)")
_WINDOW = re.compile(r"\bunderhåll\w*|\bservicefönster|\bdriftstopp|\bplanerat (?:stopp|avbrott)|\btillfälligt|\bunder tiden|\buppgradering\w*")
_ASKS = re.compile(r"\b(?:fråg\w+|undra\w*|när|huruvida|om) [^,.]{0,60}\b(?:stängs|ska stängas|avvecklas|upphör|släcks)\b")
_CONTINUES = re.compile(r"^\s*(?:och |men |så )?(?:den|det|de|dessa|båda|versionen|versionerna|stängning\w*|datumet|nytt|ny|sista)\b")
_DECIDED = re.compile(r"\bbeslut(?:at|ad|ade|ats|et|ades)?\b|\bfastställ\w*|\bdefinitiv\w*")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """What one clause says of the closing of some versions."""

    service: str
    labels: tuple[str, ...]
    blanket: BlanketMention | None
    date: Found | None
    old: Found | None
    moves: bool
    puts_off: bool
    withdraws: bool
    reported: bool
    state: ClosingState
    evidence: str
    index: int
    words: str | None


def closings(passage: Passage) -> Iterator[Claim]:
    """The closings that an item speaks of, one claim a version; blanket statements as such."""
    frames = tuple(_frames(passage))
    spared = _spared(passage)
    for key in dict.fromkeys((frame.service, label) for frame in frames for label in frame.labels):
        service, label = key
        about = [frame for frame in frames if frame.service == service and label in frame.labels]
        claim = _weigh(about, passage)
        if claim is not None and label not in spared:
            yield replace(claim, service=service, version=label)
    blankets = [frame for frame in frames if frame.blanket is not None]
    if blankets:
        claim = _weigh(blankets, passage)
        if claim is not None and claim.change != "withdrawn":
            blanket = max((frame.blanket for frame in blankets if frame.blanket), key=lambda mention: mention.before is not None)
            yield Blanket(
                service=blankets[0].service,
                evidence=claim.evidence,
                date=claim.date,
                previous_date=claim.previous_date,
                change=claim.change,
                derivation=next((frame.words for frame in blankets if frame.words), None),
                order=claim.order,
                before=blanket.before or _newest_named(passage, blankets[0].service, spared),
                inclusive=blanket.inclusive,
                spared=tuple(dict.fromkeys((*blanket.spared, *spared))),
                state=claim.state,
            )
    whole = [frame for frame in frames if not frame.labels and frame.blanket is None]
    if whole and not any(frame.labels or frame.blanket for frame in frames):
        claim = _weigh(whole, passage)
        if claim is not None:
            yield replace(claim, service=whole[0].service)


def _spared(passage: Passage) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            label
            for sentence in (passage.heading, *passage.sentences)
            for clause in sentence.clauses
            if not CLOSE.search(clause.folded) or clause.blankets
            for label in clause.untouched
        )
    )


def _newest_named(passage: Passage, service: str, spared: tuple[str, ...]) -> str | None:
    """The version that "tidigare versioner" is earlier than: the one the heading or else the text is about."""
    for group in ((passage.heading,), passage.sentences):
        labels = [
            label
            for sentence in group
            for mention in sentence.versions
            if mention.service == service and mention.role != "source"
            for label in mention.labels
            if label not in spared
        ]
        if labels:
            return max(labels, key=number_of)
    return None


def _frames(passage: Passage) -> Iterator[_Frame]:
    topic = CLOSE.search(passage.folded_heading) is not None
    subject: _Subject | None = None
    named = [mention for mention in passage.heading.versions if mention.role == "subject"]
    if named and topic:
        subject = (_service(named[0]), tuple(label for mention in named for label in mention.labels), None)
    elif topic and passage.heading.blankets:
        subject = (passage.heading.blankets[0].service or passage.own, (), passage.heading.blankets[0])
    spoken_of: _Subject | None = None
    for sentence in (passage.heading, *passage.sentences):
        in_section = CLOSE.search(sentence.section.lower()) is not None
        for clause in sentence.clauses:
            about = _subject(clause)
            spoken_of = _spoken_of(clause) or spoken_of
            cue = CLOSE.search(clause.folded) or CLOSE.search(sentence.lead.lower())
            moves = _MOVE.search(clause.folded) is not None
            if _CONDITIONAL.search(clause.folded) and not clause.dates:
                continue
            if not cue and not (OPEN_UNTIL.search(clause.folded) and (about or subject)):
                if not (topic or in_section or subject) or not _goes_on(clause, moves):
                    continue
            if (_NO_DECISION.search(clause.folded) or _ASKS.search(clause.folded)) and not clause.dates:
                continue
            if _is_window(clause, about) or _only_in_test(clause):
                continue
            subject = about or subject or spoken_of or _whole_service(clause, passage)
            if subject is None or subject[0] in NEVER_CLOSING or not _own_life(subject[0], passage):
                continue
            yield _frame(clause, subject, moves)


_Subject = tuple[str, tuple[str, ...], BlanketMention | None]


def _goes_on(clause: Clause, moves: bool) -> bool:
    """Whether a clause without a closing word speaks on of the closing before it."""
    if _PUT_OFF.search(clause.folded) and moves:
        return True
    if not clause.dates or clause.versions:
        return bool(clause.dates) and moves
    return bool(moves or _OLD.search(clause.folded) or _CONTINUES.search(clause.folded))


def _spoken_of(clause: Clause) -> _Subject | None:
    """The one version a clause names, for a following "den stängs därför …"."""
    if len(clause.versions) != 1:
        return None
    mention = clause.versions[0]
    return (_service(mention), mention.labels, None) if mention.role != "target" else None


def _only_in_test(clause: Clause) -> bool:
    folded = clause.sentence.folded
    return TEST.search(folded) is not None and not re.search(r"\bproduktion\w*|\bskarp", folded)


def _own_life(service: str, passage: Passage) -> bool:
    return service == passage.own or service in AGENCY_SERVICES


def _service(mention: VersionMention) -> str:
    return mention.service or ""


def _subject(clause: Clause) -> _Subject | None:
    untouched = set(clause.untouched)
    mentions = [
        mention for mention in clause.versions if mention.role == "subject" and not set(mention.labels) <= untouched
    ]
    if mentions and (CLOSE.search(clause.folded) or OPEN_UNTIL.search(clause.folded) or len(mentions) == 1):
        blanket = clause.blankets[0] if clause.blankets else None
        if blanket is None:
            service = _service(mentions[0])
            return service, tuple(label for mention in mentions if mention.service == service for label in mention.labels), None
    if clause.blankets:
        return clause.blankets[0].service or "", (), clause.blankets[0]
    return None


def _whole_service(clause: Clause, passage: Passage) -> _Subject | None:
    """The service as such, when the clause says that it is closed down for good."""
    if clause.versions or not (clause.dates or re.search(r"\bavveckl|\bläggs? ne", clause.folded)):
        return None
    if re.search(r"\btjänsten\b", clause.folded) and not clause.sentence.services:
        return passage.own, (), None
    services = [mention.service for mention in clause.sentence.services if mention.service in AGENCY_SERVICES | {passage.own}]
    closes = re.search(r"\bavveckl\w*|\bstängs?\b|\bupphör\w*|\bläggs? (?:\w+ ){0,3}ne[rd]|\bsläcks\b", clause.folded)
    return (services[0], (), None) if services and closes else None


def _is_window(clause: Clause, about: object) -> bool:
    if any(found.when.precision == "minute" and found.when.start != found.when.end for found in clause.dates):
        return True
    return about is None and _WINDOW.search(clause.sentence.folded) is not None


def _frame(clause: Clause, subject: _Subject, moves: bool) -> _Frame:
    folded = clause.folded
    sentence = clause.sentence
    said = folded if moves else sentence.folded[: clause.start + len(clause.text)]
    reported = _OLD.search(said) is not None
    withdraws = _WITHDRAW.search(folded) is not None
    holds, old = _dates(clause, moves=moves, withdraws=withdraws)
    if holds is not None and old is not None:
        withdraws, moves = False, True
    closed = _CLOSED.search(folded) is not None
    planned = _PLANNED.search(folded) is not None and not _DECIDED.search(folded)
    return _Frame(
        service=subject[0],
        labels=subject[1],
        blanket=subject[2],
        date=holds,
        old=old,
        moves=moves,
        puts_off=_PUT_OFF.search(folded) is not None,
        withdraws=withdraws,
        reported=reported and not (moves and holds is not None and old is not None),
        state="closed" if closed else "planned" if planned else "decided",
        evidence=sentence.text,
        index=sentence.index,
        words=_words(clause, subject[2]),
    )


def _words(clause: Clause, blanket: BlanketMention | None) -> str | None:
    """The words that name no number, to be shown beside what we read them as."""
    if blanket is None or blanket not in clause.blankets:
        return None
    return clause.sentence.text[blanket.start : blanket.end].strip()


def _dates(clause: Clause, *, moves: bool, withdraws: bool) -> tuple[Found | None, Found | None]:
    """The date that holds and the one it replaces, among the clause's dates."""
    old: Found | None = None
    holding: list[Found] = []
    for found in clause.dates:
        before = clause.folded[: found.start - clause.start]
        written = clause.folded[found.start - clause.start : found.end - clause.start]
        corrects = moves or withdraws or len(clause.dates) > 1
        denied = found is clause.dates[0] and len(clause.dates) > 1 and _DENIED_FIRST.search(clause.folded)
        replaced = _INSTEAD_OF.search(before) or written.startswith("från ")
        if old is None and corrects and replaced and not (withdraws and len(clause.dates) == 1):
            old = found
        elif old is None and denied:
            old = found
        else:
            holding.append(found)
    if not holding:
        return None, old
    plain = [found for found in holding if found.role in ("plain", "until", "from")]
    holds = _nearest(plain or holding, clause)
    if OPEN_UNTIL.search(clause.folded):
        holds, old = _point(holds), _point(old) if old else None
    return holds, _near(old, holds) if old else None


def _point(found: Found) -> Found:
    """ "Kvar till den 30 juni": the day it ends, as a point."""
    when = found.when
    lasting = re.search(r"till och med|\bt\.?\s?o\.?\s?m\b|\btom\b|\bsenast\b", when.text.lower())
    return replace(found, when=replace(when, start=when.end)) if when.start is None and when.end and not lasting else found


def _near(old: Found, holds: Found) -> Found:
    """The replaced date in the year nearest to the one that holds, when its own year is not written."""
    when, other = old.when, holds.when.end or holds.when.start
    if re.search(r"\d{4}|-\d\d$", when.text) or when.end is None or other is None:
        return old
    years = range(other.year - 1, other.year + 2)
    try:
        year = min(years, key=lambda y: abs((day_of(when.end).replace(year=y) - day_of(other)).days) if when.end else 0)
        start = when.start.replace(year=year - (when.end.year - when.start.year)) if when.start else None
        return replace(old, when=replace(when, start=start, end=when.end.replace(year=year)))
    except ValueError:
        return old


def _nearest(dates: list[Found], clause: Clause) -> Found:
    cue = CLOSE.search(clause.folded) or _MOVE.search(clause.folded)
    if cue is None:
        return dates[0]
    return min(dates, key=lambda found: abs(found.start - clause.start - cue.end()))


def _weigh(frames: list[_Frame], passage: Passage) -> Closing | None:
    """One claim out of all that an item says of one closing; None when it only says what once was meant."""
    holding = [frame for frame in frames if frame.date is not None and not frame.reported and not frame.withdraws]
    moved = any(frame.moves for frame in frames)
    newest = next((frame for frame in reversed(holding) if frame.moves), None) if moved else None
    chosen = newest or next((frame for frame in holding if _is_point(frame)), holding[0] if holding else None)
    previous = _previous(frames, chosen)
    withdrawn = next((frame for frame in frames if frame.withdraws), None)
    put_off = next((frame for frame in frames if frame.puts_off and frame.date is None), None)
    state = _state(frames, chosen)
    if withdrawn is not None and newest is None and put_off is None:
        return _closing(passage, withdrawn, None, previous or _when(withdrawn.date), "withdrawn", state)
    if chosen is not None and not (put_off is not None and moved and newest is None):
        change: Change = "moved" if moved and (previous is not None or newest is not None) else "stated"
        return _closing(passage, chosen, _when(chosen.date), previous, change, state)
    if put_off is not None or (moved and chosen is None):
        frame = put_off or next(frame for frame in frames if frame.moves)
        previous = previous or (_when(withdrawn.date) if withdrawn is not None else _when(chosen.date if chosen else None))
        return _closing(passage, frame, None, previous, "put_off", "planned" if state == "planned" else "unknown")
    undated = [frame for frame in frames if not frame.reported]
    if undated:
        frame = next((frame for frame in undated if frame.index > 0), undated[0])
        return _closing(passage, frame, None, previous, "stated", state)
    reported = next((frame for frame in frames if frame.date is not None), None)
    if reported is not None:
        return _closing(passage, reported, _when(reported.date), None, "stated", state)
    return None


def _state(frames: Iterable[_Frame], chosen: _Frame | None) -> ClosingState:
    states = {frame.state for frame in frames if frame is chosen or frame.index == 0 or frame.date is None}
    if chosen is not None and chosen.state != "decided":
        return chosen.state
    undated = [frame.state for frame in frames if frame.date is None and not frame.reported]
    if "closed" in undated or "planned" in undated:
        return "closed" if "closed" in undated else "planned"
    return "closed" if states == {"closed"} else "decided"


def _is_point(frame: _Frame) -> bool:
    return frame.date is not None and frame.date.role in ("plain", "from", "until")


def _previous(frames: list[_Frame], chosen: _Frame | None) -> When | None:
    if chosen is not None and chosen.old is not None:
        return chosen.old.when
    for frame in frames:
        if frame is chosen:
            continue
        if frame.old is not None:
            return frame.old.when
        if frame.reported and frame.date is not None and (chosen is None or frame.date.when != _when(chosen.date)):
            return frame.date.when
    return None


def _when(found: Found | None) -> When | None:
    return found.when if found is not None else None


def _closing(
    passage: Passage, frame: _Frame, date: When | None, previous: When | None, change: Change, state: ClosingState
) -> Closing:
    return Closing(
        service=frame.service,
        evidence=_evidence(frame, passage),
        date=date,
        previous_date=previous,
        change=change,
        state=state,
        affects=(Affected(service=passage.own),) if frame.service != passage.own else (),
        order=frame.index,
    )


def _evidence(frame: _Frame, passage: Passage) -> str:
    return frame.evidence if frame.index else passage.item.heading
