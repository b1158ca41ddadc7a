"""Closings out of running text: which versions close, when, how sure it is, and whether a day moved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from monitor.dates import Found
from monitor.interpret.lifecycle import Frame, as_point, dates_in, moves, nearest_mentions, own_life, weigh
from monitor.interpret.mentions import AGENCY_SERVICES, BlanketMention, VersionMention
from monitor.interpret.passages import Clause, Passage, Sentence, day_of
from monitor.interpret.vocabulary import (
    ASKS,
    CLOSED,
    CLOSES,
    CONDITIONAL,
    DECIDED,
    NO_LONGER,
    OLD,
    OPEN_UNTIL,
    PLANNED,
    PRODUCTION,
    PUT_OFF,
    TEST,
    UNDECIDED,
    UNUSABLE,
    WINDOW,
    WITHDRAWS,
    words,
)
from monitor.labels import number_of
from monitor.model import Affected, Blanket, Claim, Closing, ClosingState, Status, When

NEVER_CLOSING = frozenset({"lefi-prenumeration"})
"""Services with one schema version, where no version ever closes."""

_DENIED = words(
    # the closing itself is denied: "stängs inte", but not "stängs inte längre", "inte förrän"
    "(stängs|stänger|stängas|avvecklas|upphör|släcks|läggs|fasas|tas) ~ (inte|ej|aldrig)"
    "(?! (längre|förrän|före|innan|redan|tidigare än))",
    "(stängs|stänger|stängas|avvecklas|upphör|släcks) ~ (inte|ej)(?=[.,!]|$)",
    "(läggs|tas|fasas) ~ (inte|ej) (ne[rd]|ur|ut)",
    "(ska|skall|kommer|behöver) ~ (inte|ej) (längre )?(att )?(stänga|stängas|avveckla|avvecklas|släckas|"
    "fasas ut|tas ur|läggas ne[rd])",
    "beslutat (att )?(inte|ej) (att )?(stänga|avveckla|lägga ne[rd]|fasa ut)",
)
_NOT_BECAUSE_OF_THIS = words(
    "(innebär|medför|betyder|kräver|leder|påverkar) ~ (inte|ej)",
    "(ingen|inga|inget|någon|några) ~ (version…|versioner) ~ (stängs|stänger|avvecklas|upphör|släcks)",
    "(stängs|stänger|avvecklas|upphör) ~ (ingen|inga) ~ version…",
    "(inget|ingenting) ~ (stängs|avvecklas|upphör|släcks)",
    "utan att ~ stäng…",
)
_NO_PLANS = words(
    "(inga|ingen|inget) ~ (planer|plan|beslut) ~ (stäng…|avveckl…|släck…)",
    "(…stängning…|stängningen) ~ (är|har) ~ (inte|ej) ~ (planera…|beslutat…|inplanera…)",
    "(ingen|någon) …stängning… ~ (är|planeras|finns) ~ (inte|ej)? ?(planera…|inplanera…)?",
)
_FOR_SOME = words("för (nya|nyanslutna) (kunder|anslutningar|kommuner|användare|parter)")
_EXTENDED = words("förläng…")
_NOT_YET_DONE = words("därefter / efter det(ta)? / från och med dess / sedan (är|kommer|blir)")
_CONTINUES = re.compile(
    r"^\s*(?:och |men |så )?(?:den|det|de|dessa|båda|versionen|versionerna|stängning\w*|datumet|datum|dag|"
    r"dagen|tidpunkt|när|nytt|ny|"
    r"sista|planerat datum|preliminärt datum|gäller från|vi stänger|vi avvecklar|\W*\d|kl\.?|klockan|i stället|"
    r"istället)\b"
)
_AFTERWARDS = re.compile(r"\W*(?:därefter|sedan|efter det|efter detta|därpå|från och med då)\b")
_LATER_THE_SAME_DAY = words(
    "då", "samma (dag|datum|tidpunkt|tid|kväll|natt|helg)", "samtidigt", "därmed", "i samband med det(ta)?"
)
_ASIDE = re.compile(r",\s+(?:som|vilken|vilka|där)\b[^,]*(?:,|$)")
_OLD_PLAN = words("(senare|tidigare) än ~ planera… / som planerat / (tidigare|ursprungligen) planera…")
_HOURS = re.compile(r"\b(?:kl\.?|klockan|mellan)\s*\d{1,2}[.:]\d{2}\s*(?:-|och|till)\s*(?:kl\.?\s*)?\d{1,2}")
_WILL_CLOSE = words("(kommer|ska|skall) ~ (stängas|avvecklas|fasas ut|släckas|läggas ne[rd]|upphöra|tas ur)")
_WHETHER = re.compile(r"\b(?:när|om|huruvida|ifall)\b")
_STANDS = words("(ligger|står) ~ fast / kvarstår / gäller ~ (fortfarande|fortsatt) / blir")
_FOLLOWS = words("(följer|följa) ~ efter / likaså / detsamma gäller / samma (sak )?gäller")
_COMPARED = words("(senare|tidigare) än")
_THE_SAME_DAY = words(
    "samma (dag|datum|tidpunkt|kväll|natt|helg) / i samband med det(ta)? / i och med det(ta)? / det är då",
    "då (stänger|stängs) / vid den tidpunkten",
)
_TARGET_IS_SUBJECT = re.compile(
    r"\b(?:använda?|använder|användas|anropa|anrop (?:mot|till)|fråga mot|frågor (?:mot|till)|köra?|nå|"
    r"slut(?:et)? (?:med|på|för)|"
    r"livslängd\w*)\s+(?:\w+\s+)?$"
)
_WITH_A_VERSION = words("(ta|tas|tar|tagits|tagit|togs|tog) ~ bort", "borttagen", "livslängd… ~ slut")
_OF_A_SERVICE = words(
    "avveckl…", "stängs?", "stängas", "upphör…", "lägg(a|er|s|as) ~ ne[rd]", "släck(s|as)", "läggs ne[rd]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subject:
    """What closes: numbered versions of a service, versions without numbers, or the whole service."""

    service: str
    labels: tuple[str, ...] = ()
    blanket: BlanketMention | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame(Frame):
    """What one clause says of the closing of some versions."""

    subject: _Subject
    state: ClosingState
    words: str | None


def speaks_of_closing(folded: str) -> bool:
    """Whether a text has a word of closing."""
    return CLOSES.search(folded) is not None or NO_LONGER.search(folded) is not None


def denies_closing(passage: Passage) -> bool:
    """Whether every sentence with a word of closing says that nothing closes because of what the item tells."""
    told = [s for s in (passage.heading, *passage.sentences) if speaks_of_closing(s.folded)]
    return bool(told) and all(_NOT_BECAUSE_OF_THIS.search(sentence.folded) for sentence in told)


def closings(passage: Passage) -> Iterator[Claim]:
    """The closings that an item speaks of, one claim a version; blanket statements as such."""
    frames = tuple(_frames(passage))
    spared = _spared(passage)
    named = dict.fromkeys((frame.subject.service, label) for frame in frames for label in frame.subject.labels)
    for service, label in named:
        about = [frame for frame in frames if frame.subject.service == service and label in frame.subject.labels]
        claim = _closing(about, passage)
        if claim is None or ((service, label) in spared and claim.change in ("stated", "moved")):
            continue
        yield replace(claim, service=service, version=label)
    blankets = [frame for frame in frames if frame.subject.blanket is not None]
    only_titles = all(frame.index == 0 and frame.date is None for frame in blankets)
    yield from _blanket([] if named and only_titles else blankets, passage, spared)
    whole = [frame for frame in frames if not frame.subject.labels and frame.subject.blanket is None]
    if whole and len(whole) == len(frames) and (claim := _closing(whole, passage)) is not None:
        yield replace(claim, service=whole[0].subject.service)
    if not frames:
        yield from _not_planned(passage)


def _blanket(frames: Sequence[_Frame], passage: Passage, untouched: Sequence[tuple[str, str]]) -> Iterator[Claim]:
    claim = _closing(frames, passage) if frames else None
    if claim is None:
        return
    mentions = [frame.subject.blanket for frame in frames if frame.subject.blanket]
    blanket = max(mentions, key=lambda mention: mention.before is not None)
    service = frames[0].subject.service
    spared = [label for name, label in untouched if name == service]
    yield Blanket(
        service=service,
        evidence=claim.evidence,
        date=claim.date,
        previous_date=claim.previous_date,
        change=claim.change,
        derivation=next((frame.words for frame in frames if frame.words), None),
        order=claim.order,
        before=blanket.before or _newest_named(passage, service, spared),
        inclusive=blanket.inclusive,
        spared=tuple(dict.fromkeys((*blanket.spared, *spared))),
        state=claim.state,
    )


def _not_planned(passage: Passage) -> Iterator[Claim]:
    """ "Vi har inga planer på att stänga version 9": a fact about the version, no event."""
    for sentence in passage.sentences:
        if not _NO_PLANS.search(sentence.folded):
            continue
        mentions = sentence.versions or next(
            (s.versions for s in (*passage.sentences, passage.heading) if s.versions), ()
        )
        for mention in mentions:
            for label in mention.labels if own_life(mention.service, passage) else ():
                yield Status(
                    service=mention.service or passage.own,
                    version=label,
                    evidence=sentence.text,
                    closing_state="not_planned",
                    order=sentence.index,
                )
        return


def _spared(passage: Passage) -> tuple[tuple[str, str], ...]:
    """The versions that the item says are not concerned; a version that is said to stay open until a day is."""
    return tuple(
        dict.fromkeys(
            version
            for sentence in (passage.heading, *passage.sentences)
            for clause in sentence.clauses
            if not CLOSES.search(clause.folded) or clause.blankets
            if not clause.dates or clause.blankets
            for version in clause.untouched
        )
    )


def _newest_named(passage: Passage, service: str, spared: Sequence[str]) -> str | None:
    """The version that "tidigare versioner" is earlier than: the one the heading or else the text is about."""
    for group in ((passage.heading,), passage.sentences):
        labels = [
            label
            for sentence in group
            for mention in sentence.versions
            if mention.service == service and mention.role not in ("source", "replaced")
            for label in mention.labels
            if label not in spared
        ]
        if labels:
            return max(labels, key=number_of)
    return None


def _frames(passage: Passage) -> Iterator[_Frame]:
    reader = _Reader(passage)
    for sentence in (passage.heading, *passage.sentences):
        yield from reader.read(sentence)


class _Reader:
    """One reading of an item, clause by clause: what closes in one may be left unsaid in the next."""

    def __init__(self, passage: Passage) -> None:
        self._passage = passage
        self._topic = speaks_of_closing(passage.folded_heading)
        self._subject: tuple[_Subject, ...] = ()
        self._spoken_of: _Subject | None = None
        self._last: Found | None = None
        self._moved = self._topic and moves(passage.folded_heading) and not passage.heading.dates
        heading = passage.heading
        named = [
            mention for mention in heading.versions if mention.role != "target" and own_life(mention.service, passage)
        ]
        if named and self._topic:
            self._subject = (_subject_of(named),)
        elif self._topic and heading.blankets:
            self._subject = (_blanket_subject(heading.blankets[0], passage),)

    def read(self, sentence: Sentence) -> Iterator[_Frame]:
        """The frames of one sentence."""
        if self._is_denial(sentence):
            self._asked_about(sentence)
            return
        near: Found | None = None
        for clause in sentence.clauses:
            frames = tuple(self._read(clause, near))
            yield from frames
            near = next((frame.date for frame in frames if frame.date), clause.dates[-1] if clause.dates else near)
            self._last = near or self._last
            self._spoken_of = _spoken_of(clause) or self._spoken_of

    def _asked_about(self, sentence: Sentence) -> None:
        """Remember what a question was about: "Svaret är nej, 12 maj ligger fast" may follow."""
        mentions = [m for m in sentence.versions if own_life(m.service, self._passage)]
        if len(mentions) == 1:
            self._spoken_of = _subject_of(mentions)
        mentions = [mention for mention in mentions if mention.role == "subject"]
        if mentions and ASKS.search(sentence.folded) and speaks_of_closing(sentence.folded):
            self._subject = self._subject or (_subject_of(mentions),)

    def _is_denial(self, sentence: Sentence) -> bool:
        """Whether a sentence says that nothing closes, or only asks."""
        if sentence.dates:
            return False
        folded = sentence.folded
        asks = ASKS.search(folded) is not None and not DECIDED.search(folded) and not PUT_OFF.search(folded)
        undecided = UNDECIDED.search(folded) is not None and not WITHDRAWS.search(folded) and not PUT_OFF.search(folded)
        undecided = undecided and not self._will_close(sentence)
        return asks or undecided or _NOT_BECAUSE_OF_THIS.search(folded) is not None

    def _will_close(self, sentence: Sentence) -> bool:
        """Whether a sentence says for certain that a version closes, though not when."""
        told = _WILL_CLOSE.search(sentence.folded)
        return told is not None and _WHETHER.search(sentence.folded, 0, told.start()) is None

    def _read(self, clause: Clause, near: Found | None) -> Iterator[_Frame]:
        sentence, folded = clause.sentence, clause.folded
        about = _subjects(clause, self._passage)
        told_before = OLD.search(sentence.folded[: clause.start + len(clause.text)]) is not None
        moving = moves(folded) or (self._moved and CLOSES.search(folded) is not None and not told_before)
        if not self._speaks(clause, about, moving=moving):
            return
        if _NOT_BECAUSE_OF_THIS.search(folded) or _is_window(clause, about) or _only_in_test(clause):
            return
        titles = sentence.in_heading or (sentence.block is not None and sentence.block.kind == "heading")
        if titles and not about and not (sentence.in_heading and self._subject):
            return
        inherited = (self._spoken_of,) if self._spoken_of else ()
        subjects = about or self._subject or inherited or _whole_service(clause, self._passage)
        if not subjects:
            return
        self._subject = subjects
        for subject in subjects:
            lasts = subject.service in NEVER_CLOSING and (subject.labels or subject.blanket)
            if not lasts and own_life(subject.service, self._passage):
                last = self._last if _THE_SAME_DAY.search(folded) or _AFTERWARDS.match(folded) else near
                yield from _framed(clause, subject, moving, last)

    def _speaks(self, clause: Clause, about: Sequence[_Subject], *, moving: bool) -> bool:
        """Whether a clause speaks of a closing, in words of its own or going on from what was said."""
        sentence, folded = clause.sentence, clause.folded
        if CONDITIONAL.search(folded) and not clause.dates:
            return False
        if tells_of_closing(clause) or CLOSES.search(sentence.folded_lead):
            return True
        if self._subject and about and _FOLLOWS.search(folded):
            return True
        if OPEN_UNTIL.search(folded) and (about or self._subject or self._spoken_of):
            return True
        topic = self._topic or bool(self._subject) or speaks_of_closing(sentence.section.lower())
        return topic and _goes_on(clause, moving)


def tells_of_closing(clause: Clause) -> bool:
    """Whether a clause has a word of closing, or one that is such when it is said of a version."""
    folded = clause.folded
    if speaks_of_closing(folded):
        return True
    if clause.blankets and _WITH_A_VERSION.search(folded):
        return True
    if clause.versions and (_WITH_A_VERSION.search(folded) or _EXTENDED.search(folded)):
        return any(mention.role == "subject" for mention in clause.versions)
    dated = any(found.when.precision != "minute" and found.role in ("from", "after") for found in clause.dates)
    return dated and bool(clause.versions) and UNUSABLE.search(folded) is not None


def _goes_on(clause: Clause, moving: bool) -> bool:
    """Whether a clause without a closing word speaks on of the closing before it."""
    folded = clause.folded
    if PUT_OFF.search(folded) and (moving or not clause.versions) and not clause.dates:
        return moving or re.search(r"\bdatum\w*|\bdag\b|\btid|\bnär\b", folded) is not None
    if WITHDRAWS.search(folded) and not clause.versions and not clause.dates:
        return re.search(r"\b(?:stängning\w*|beslut\w*|den|det|detta)\b", folded) is not None
    if not clause.dates or clause.versions:
        return bool(clause.dates) and moving
    return bool(moving or OLD.search(folded) or _CONTINUES.search(folded) or _STANDS.search(folded))


def _spoken_of(clause: Clause) -> _Subject | None:
    """The one version a clause names, for a following "den stängs därför …"."""
    mentions = [mention for mention in clause.versions if mention.role == "subject"]
    if not mentions and len(clause.versions) == 1 and clause.versions[0].role != "target":
        mentions = list(clause.versions)
    return _subject_of(mentions[:1]) if mentions else None


def _only_in_test(clause: Clause) -> bool:
    folded = clause.sentence.folded
    if TEST.search(clause.folded):
        return not PRODUCTION.search(clause.folded)
    return TEST.search(folded) is not None and not PRODUCTION.search(folded)


def _subject_of(mentions: Sequence[VersionMention]) -> _Subject:
    service = mentions[0].service or ""
    labels = (label for mention in mentions if mention.service == service for label in mention.labels)
    return _Subject(service=service, labels=tuple(dict.fromkeys(labels)))


def _blanket_subject(mention: BlanketMention, passage: Passage) -> _Subject:
    return _Subject(service=mention.service or passage.own, blanket=mention)


def _subjects(clause: Clause, passage: Passage) -> tuple[_Subject, ...]:
    """What a clause says closes, in its own words."""
    if clause.blankets:
        return (_blanket_subject(clause.blankets[0], passage),)
    untouched: set[tuple[str, str]] = set() if clause.dates and CLOSES.search(clause.folded) else set(clause.untouched)
    mentions = [m for m in clause.versions if not {(m.service, label) for label in m.labels} <= untouched]
    subjects = [mention for mention in mentions if mention.role == "subject"]
    subjects = [m for m in subjects if own_life(m.service, passage)] or subjects
    subjects = [m for m in subjects if not _in_an_aside(m, clause)] or subjects
    told_of = _antecedent(clause, mentions)
    if told_of is not None:
        subjects = [told_of]
    if not subjects:
        subjects = [
            mention for mention in mentions if _TARGET_IS_SUBJECT.search(clause.folded[: mention.start - clause.start])
        ]
    if not subjects:
        subjects = [m for m in mentions if CLOSES.match(clause.folded, m.end - clause.start + 1)]
    if not subjects:
        return ()
    closes = tells_of_closing(clause) or OPEN_UNTIL.search(clause.folded)
    if not closes and len(subjects) > 1:
        return ()
    dates = clause.dates
    meant = nearest_mentions(subjects, clause, CLOSES, dates)
    if clause.paired(meant, dates):
        return tuple(_subject_of((mention,)) for mention in meant)
    if _respectively(clause, subjects):
        service = meant[0].service or passage.own
        return tuple(_Subject(service=service, labels=(label,)) for label in meant[0].labels)
    services = dict.fromkeys(mention.service for mention in meant)
    return tuple(_subject_of([mention for mention in meant if mention.service == service]) for service in services)


def _antecedent(clause: Clause, mentions: Sequence[VersionMention]) -> VersionMention | None:
    """The version before a relative clause with the only word of closing: "version 9.0, som stängs samma kväll"."""
    closes = [match.start() for match in CLOSES.finditer(clause.folded)]
    for match in _ASIDE.finditer(clause.folded):
        if closes and all(match.start() <= at < match.end() for at in closes):
            return next((m for m in mentions if 0 <= match.start() - (m.end - clause.start) <= 1), None)
    return None


def _in_an_aside(mention: VersionMention, clause: Clause) -> bool:
    """Whether a mention stands in a relative clause: "version 7.1, som innehåller CSN version 3, stängs"."""
    at = mention.start - clause.start
    return any(match.start() <= at < match.end() for match in _ASIDE.finditer(clause.folded))


def _whole_service(clause: Clause, passage: Passage) -> tuple[_Subject, ...]:
    """The service as such, when the clause says that it is closed down for good."""
    if clause.versions or not _OF_A_SERVICE.search(clause.folded):
        return ()
    if not clause.dates and not re.search(r"\bavveckl|\bläggs? (?:\w+ ){0,3}ne", clause.folded):
        return ()
    if re.search(r"\btjänsten\b", clause.folded) and not clause.sentence.services:
        return (_Subject(service=passage.own),)
    services = [m.service for m in clause.sentence.services if m.service in AGENCY_SERVICES | {passage.own}]
    return (_Subject(service=services[0]),) if services else ()


def _is_window(clause: Clause, about: Sequence[_Subject]) -> bool:
    """Whether something closes only for some hours."""
    timed = any(found.when.precision == "minute" and found.when.start != found.when.end for found in clause.dates)
    hours = not clause.versions and _HOURS.search(clause.folded) is not None
    if timed or hours:
        return True
    return not any(subject.labels for subject in about) and WINDOW.search(clause.sentence.folded) is not None


def _framed(clause: Clause, subject: _Subject, moving: bool, last: Found | None) -> Iterator[_Frame]:
    folded, sentence = clause.folded, clause.sentence
    withdraws = WITHDRAWS.search(folded) is not None or _DENIED.search(folded) is not None
    done = CLOSED.search(folded) is not None and not _NOT_YET_DONE.search(folded)
    puts_off = PUT_OFF.search(folded) is not None
    holds, old = dates_in(clause, CLOSES, past=done, corrects=moving or withdraws)
    own = _own_date(clause, subject)
    if own is not None:
        holds, old = own, None
    joined = sentence.folded[max(0, clause.start - len("samtidigt ")) : clause.start + len(clause.text)]
    if holds is None and old is None and last is not None:
        if _AFTERWARDS.match(folded):
            holds = last
        elif _LATER_THE_SAME_DAY.search(joined):
            holds = _as_day(last)
    if holds is None and old is None and sentence.lead_dates and sentence.block and sentence.block.kind != "paragraph":
        holds = sentence.lead_dates[0]
    if holds is not None and OPEN_UNTIL.search(folded):
        holds, old = as_point(holds), as_point(old) if old else None
    if holds is not None and old is not None:
        withdraws, moving = False, True
    if _FOR_SOME.search(folded) and holds is not None:
        if len(clause.dates) == 1:
            return
        holds = clause.dates_ahead[-1]
    if moving and puts_off and holds is not None and holds.role == "plain" and old is None:
        holds, old = None, holds
    planned = PLANNED.search(_OLD_PLAN.sub(" ", folded)) is not None and not DECIDED.search(folded)
    said = folded if moving else sentence.folded[: clause.start + len(clause.text)]
    yield _Frame(
        subject=subject,
        date=holds,
        old=old,
        moves=moving,
        puts_off=puts_off,
        withdraws=withdraws,
        reported=_is_reported(said, both=moving and holds is not None and old is not None) and not withdraws,
        state="closed" if done else "planned" if planned else "decided",
        evidence=sentence.text,
        index=sentence.index,
        words=_words(clause, subject.blanket),
    )


def _is_reported(said: str, *, both: bool) -> bool:
    """Whether a clause only tells what was said before."""
    return not both and OLD.search(said) is not None and not _COMPARED.search(said)


def _own_date(clause: Clause, subject: _Subject) -> Found | None:
    """The date of one of several versions that have a date each."""
    mentions = [mention for mention in clause.versions if mention.role == "subject"]
    dates = clause.dates_ahead
    if _respectively(clause, mentions) and subject.labels[:1]:
        return dates[mentions[0].labels.index(subject.labels[0])]
    if not clause.paired(mentions, dates):
        return None
    at = next(
        (i for i, m in enumerate(mentions) if m.service == subject.service and set(m.labels) == set(subject.labels)),
        None,
    )
    return dates[at] if at is not None else None


def _respectively(clause: Clause, mentions: Sequence[VersionMention]) -> bool:
    """Whether a list of versions has a list of dates: "version 8 och 9 stängs den 30 juni respektive 31 december"."""
    each = len(mentions) == 1 and len(mentions[0].labels) == len(clause.dates) > 1
    return each and not moves(clause.folded) and re.search(r"\bresp(?:ektive|\.)", clause.folded) is not None


def _as_day(found: Found) -> Found:
    """The day itself of "före den 30 juni, då version 9 stängs"."""
    when = found.when
    if when.start is not None or when.end is None or when.precision != "day":
        return found
    day = when.end + timedelta(days=1) if found.role == "before" else when.end
    return replace(found, when=replace(when, start=day, end=day), role="plain")


def _words(clause: Clause, blanket: BlanketMention | None) -> str | None:
    """The words that name no number, to be shown beside what we read them as."""
    if blanket is None or blanket not in clause.blankets:
        return None
    return clause.sentence.text[blanket.start : blanket.end].strip()


def _closing(frames: Sequence[_Frame], passage: Passage) -> Closing | None:
    outcome = weigh(frames)
    if outcome is None:
        return None
    frame = outcome.frame
    assert isinstance(frame, _Frame)
    service = frame.subject.service
    state = _state(frames, frame if frame.date is not None else None)
    if state == "closed" and _lies_ahead(outcome.date, passage):
        state = "decided"
    if outcome.change == "put_off" and state != "planned":
        state = "unknown"
    return Closing(
        service=service,
        evidence=frame.evidence if frame.index else passage.item.heading,
        date=outcome.date,
        previous_date=outcome.previous,
        change=outcome.change,
        state=state,
        affects=(Affected(service=passage.own),) if service != passage.own else (),
        order=frame.index,
    )


def _lies_ahead(when: When | None, passage: Passage) -> bool:
    """Whether a day is later than the announcement: then nothing has closed yet, whatever the tense."""
    first = (when.start or when.end) if when is not None else None
    return first is not None and passage.stamp is not None and day_of(first) > day_of(passage.stamp)


def _state(frames: Iterable[_Frame], chosen: _Frame | None) -> ClosingState:
    if chosen is not None and chosen.state != "decided":
        return chosen.state
    undated: list[ClosingState] = [frame.state for frame in frames if frame.date is None and not frame.reported]
    for state in ("closed", "planned"):
        if state in undated:
            return state
    return "decided"
