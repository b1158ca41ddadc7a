"""Releases out of running text: which version comes, when, and whether it is only for a test environment."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from monitor.dates import Found
from monitor.interpret.closings import speaks_of_closing, tells_of_closing
from monitor.interpret.lifecycle import Frame, dates_in, moves, nearest_mentions, own_life, weigh
from monitor.interpret.mentions import VersionMention
from monitor.interpret.passages import Clause, Passage, Sentence
from monitor.interpret.vocabulary import (
    CONTAINS,
    CURRENT,
    GOES_TO_TEST,
    NO_RELEASE,
    OLD,
    OPEN_UNTIL,
    PRODUCTION,
    PUT_OFF,
    RELEASES,
    TEST,
    UNUSABLE,
    WITHDRAWS,
    words,
)
from monitor.labels import number_of
from monitor.model import Affected, Claim, Component, ContentChange, Release

_DENIED = words(
    "(inte|ej|aldrig) ~ (driftsätta|produktionssätta|släppa|införa|lansera|driftsättas|släppas|införas|lanseras|"
    "produktionssättas)",
    "(driftsätts|släpps|införs|lanseras|produktionssätts|kommer) (inte|ej|aldrig)(?! (förrän|före|innan|redan|att))",
    "(inför|driftsätter|släpper|lanserar|produktionssätter) ~ (inte|ej|aldrig)",
    "(går|gick|tas|sätts|kommer|blir) ~ (inte|ej|aldrig) ~ (i drift|i produktion|live|ut|i bruk)",
    "(kommer|ska|skall) ~ (inte|ej|aldrig) (att )?(ges|komma|tas|sättas|gå|bli) ~ (ut|i drift|i produktion|live|av)",
    "(versionen|releasen|driftsättningen|lanseringen|den) utgår / version(en)? [0-9.]+ utgår",
    "lägg(s|er|as) ~ ne[rd]",
    "(det )?blir ~ (inte|ej|aldrig) ~ (någon|av)",
)
_BARE_VERSION = re.compile(
    r"^\W*(?:(?:om|ny|den nya|nya|nästa|kommande|planerad|nyheter i|nytt i|innehåll i)\s+)?"
    r"(?:(?:schema)?(?:version|release|v)(?:en)?\.?\s*[\d.]+(?:\s+(?:av|för|"
    r"i)\s+(?:tjänsten\s+)?\w+(?:[ -]online|[ -]prenumeration)?)?|"
    r"\w+(?:[ -]online|[ -]prenumeration)?,?\s+(?:(?:schema)?version(?:en)?\s+|v\.?)?[\d.]+)\s*(?:$|[-:,(].*|"
    r"kommer\b.*|är\b.*)"
)
_TROUBLE = re.compile(r"\b(?:rättning|fel|störning|avbrott|problem|underhåll|påminnelse)")
_PRESENTS = words(
    "nyhet… / nytt innehåll / innehåll… / nytt i / ingår / version(en|er)? / schema… / anpassning… / "
    "funktion… / release… / tjänsten"
)
_ARTICLE = re.compile(r"\W*(?:(?:den|vår|nya|nästa|planerade|aviserade|också|även)\s+)*")
_REPAIR_OF = re.compile(
    r"\b(?:\w*rättning|korrigering|ändring|justering|förbättring|uppdatering|omstart)\w*\s+(?:av|i|för|"
    r"till)\s+(?:\w+\s+)?$"
)
_CAN_USE = re.compile(
    r"\b(?:kan|går)\s+(?:\w+\s+){0,3}(?:anropa|använda|köra|anropas|användas)\s+$|"
    r"\b(?:går|gick)\s+(?!ni\b|alla\b|kommun|användar)(?:[\w-]+\s+){1,3}över\s+till\s+$|"
    r"\b(?:går|byter)\s+(?:vi|tjänsten)\s+(?:\w+\s+){0,2}till\s+$|\b(?:vi|tjänsten)\s+(?:går|"
    r"byter)\s+(?:över\s+)?till\s+$"
)
_AS_LONG_AS = re.compile(r"\b(?:så länge|medan|tills|förutsatt att)\s+(?:\w+\s+){0,3}$")
_NO_LONGER_CURRENT = words("(inte|ej) längre / blir")
_PAST = re.compile(r"\b(?:\w*sattes|\w*satte|lanserades|släpptes|har|togs|gick|var|blev|infördes|öppnades)\b")
_RELATIVE = re.compile(r",\s+(?:som|vilken)\b([^,]*)(?:,|$)")
_GOES_LIVE = re.compile(r"\W*(?:driftsättning\w*|produktionssättning\w*|lansering\w*|releasen|versionen|den)\b")
_A_NEW_ONE = words("(ny|nya|nästa) version…")
_NAMED_SO = words(
    "(får|har|heter|blir|är) ~ (nummer|versionsnummer|beteckning…|version…)", "(nummer|versionsnummer) (är|blir)"
)
_STARTS = re.compile(
    r"\W*(?:den|det|de|versionen|driftsättning\w*|datum\w*|dag|ny|nytt|lansering\w*|release\w*|produktion\w*|"
    r"planerat|preliminärt)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame(Frame):
    """What one clause says of the release of a version."""

    service: str
    label: str
    test: bool


def releases(passage: Passage, closed: Collection[tuple[str, tuple[int, ...]]] = ()) -> Iterator[Claim]:
    """The releases an item speaks of, one claim a version, and which version it calls current.

    `closed` are the versions whose closing the item tells: a heading that only names one of them announces no release.
    """
    frames = tuple(_frames(passage))
    frames = (*_heading_frames(passage, frames), *frames)
    if closed:
        spoken = {
            (f.service, number_of(f.label)) for f in frames if f.index > 0 or RELEASES.search(passage.folded_heading)
        }
        frames = tuple(f for f in frames if (key := (f.service, number_of(f.label))) in spoken or key not in closed)
    current = dict(_current(passage))
    for service, number in dict.fromkeys((frame.service, number_of(frame.label)) for frame in frames):
        about = [frame for frame in frames if frame.service == service and number_of(frame.label) == number]
        claim = _claim(about, passage, is_current=(service, number) in current)
        current.pop((service, number), None)
        if claim is not None:
            yield claim
    for (service, _), (label, sentence) in current.items():
        evidence = passage.item.heading if sentence.in_heading else sentence.text
        yield Release(service=service, evidence=evidence, version=label, is_current=True, order=sentence.index)


def _current(passage: Passage) -> Iterator[tuple[tuple[str, tuple[int, ...]], tuple[str, Sentence]]]:
    for sentence in (passage.heading, *passage.sentences):
        if not CURRENT.search(sentence.folded) or _NO_LONGER_CURRENT.search(sentence.folded):
            continue
        for mention in sentence.versions:
            if (
                mention.role in ("subject", "target")
                and own_life(mention.service, passage)
                and len(mention.labels) == 1
            ):
                label = mention.labels[0]
                yield (str(mention.service), number_of(label)), (label, sentence)
                break


def _frames(passage: Passage) -> Iterator[_Frame]:
    subject: VersionMention | None = None
    spoken_of: VersionMention | None = None
    unnamed: Found | None = None
    topic = _topic(passage)
    if len(topic) == 1 and len(topic[0].labels) == 1:
        subject = topic[0]
    for mention in topic:
        for label in mention.labels:
            yield _frame(passage.heading.clauses[0], mention.service or passage.own, label)
    for sentence in passage.sentences:
        if NO_RELEASE.search(sentence.folded) and not WITHDRAWS.search(sentence.folded):
            continue
        for clause in sentence.clauses:
            if _is_about_closing(clause):
                yield from _aside(clause, passage)
                continue
            mentions = _released(clause, passage, topic)
            if (
                not clause.versions
                and clause.dates
                and RELEASES.search(clause.folded)
                and _A_NEW_ONE.search(clause.folded)
            ):
                unnamed = clause.dates[0]
            if not mentions and unnamed is not None and not clause.dates and _NAMED_SO.search(clause.folded):
                named = [m for m in clause.versions if own_life(m.service, passage) and m.role == "subject"]
                for label in named[0].labels if named else ():
                    yield _frame(clause, named[0].service or passage.own, label, own=unnamed)
            if mentions:
                subject = mentions[0]
                for mention in mentions:
                    own = _own_date(clause, mention, mentions)
                    for label in mention.labels:
                        yield _frame(clause, mention.service or passage.own, label, own=own)
            elif subject is not None and not clause.versions and _goes_on(clause, topic=bool(topic)):
                for label in subject.labels:
                    yield _frame(clause, subject.service or passage.own, label)
            elif (
                spoken_of is not None
                and clause.dates
                and not clause.versions
                and _continues(clause, sentence, spoken_of)
            ):
                subject = spoken_of
                yield _frame(clause, subject.service or passage.own, subject.labels[0])
            single = [m for m in clause.versions if own_life(m.service, passage) and len(m.labels) == 1]
            spoken_of = single[0] if len(single) == 1 else spoken_of


def _aside(clause: Clause, passage: Passage) -> Iterator[_Frame]:
    """ "Version 6, som driftsattes den 16 september, stängs …": a release told in passing."""
    for match in _RELATIVE.finditer(clause.folded):
        mention = next((m for m in clause.versions if m.end - clause.start <= match.start()), None)
        if (
            mention is None
            or not own_life(mention.service, passage)
            or not RELEASES.search(match[1])
            or OLD.search(match[1])
        ):
            continue
        dates = [d for d in clause.dates if match.start() <= d.start - clause.start < match.end()]
        for label in mention.labels if len(dates) == 1 else ():
            yield _frame(clause, mention.service or passage.own, label, own=dates[0])


def _heading_frames(passage: Passage, frames: Sequence[_Frame]) -> Iterator[_Frame]:
    """What a heading without a version says of the only one in the text: "Driftsättningen den 10 juni ställs in"."""
    named = {(frame.service, frame.label) for frame in frames}
    heading = passage.heading
    if len(named) != 1 or heading.versions or not heading.dates or speaks_of_closing(heading.folded):
        return
    if RELEASES.search(heading.folded) or moves(heading.folded):
        ((service, label),) = named
        yield _frame(heading.clauses[0], service, label)


def _topic(passage: Passage) -> list[VersionMention]:
    """The versions whose release the heading announces, or that it is all about."""
    folded = passage.folded_heading
    if speaks_of_closing(folded) or NO_RELEASE.search(folded):
        return []
    mentions = [m for m in passage.heading.versions if m.role == "subject" and own_life(m.service, passage)]
    if (
        RELEASES.search(folded)
        or moves(folded)
        or PUT_OFF.search(folded)
        or _DENIED.search(folded)
        or WITHDRAWS.search(folded)
    ):
        return mentions
    if not _BARE_VERSION.search(folded) or _TROUBLE.search(folded):
        return []
    presents = any(
        (
            RELEASES.search(s.folded)
            or CONTAINS.search(s.folded)
            or _PRESENTS.search(s.folded)
            or CURRENT.search(s.folded)
        )
        and not speaks_of_closing(s.folded)
        for s in passage.sentences
    )
    return mentions if presents else []


def _is_about_closing(clause: Clause) -> bool:
    sentence = clause.sentence
    if tells_of_closing(clause) or UNUSABLE.search(clause.folded) or OPEN_UNTIL.search(clause.folded):
        return True
    led = speaks_of_closing(sentence.folded_lead) or speaks_of_closing(sentence.section.lower())
    return led and not RELEASES.search(clause.folded)


def _released(clause: Clause, passage: Passage, topic: Sequence[VersionMention]) -> tuple[VersionMention, ...]:
    """The versions that a clause says come, or came, or do not come."""
    sentence, folded = clause.sentence, clause.folded
    mentions = [m for m in clause.versions if own_life(m.service, passage) and _is_subject(m, clause)]
    if sentence.lead and CONTAINS.search(sentence.folded_lead):
        mentions = [m for m in mentions if m.service == passage.default_service(sentence.section)]
    cue = RELEASES.search(folded) or (sentence.lead and RELEASES.search(sentence.folded_lead)) or TEST.search(folded)
    usable = any(mention.role == "target" for mention in mentions)
    denied = WITHDRAWS.search(folded) or _DENIED.search(folded) or OLD.search(folded)
    if not (cue or usable or denied or _moves_a_release(mentions, clause, topic)):
        return ()
    return nearest_mentions(mentions, clause, RELEASES, clause.dates)


def _moves_a_release(mentions: Sequence[VersionMention], clause: Clause, topic: Sequence[VersionMention]) -> bool:
    """Whether a clause without a word of release moves one: its version comes first, or the heading is about it."""
    if not mentions or not moves(clause.folded):
        return False
    about = {(mention.service, mention.labels) for mention in topic}
    return bool(_ARTICLE.fullmatch(_before(mentions[0], clause))) or (mentions[0].service, mentions[0].labels) in about


def _is_subject(mention: VersionMention, clause: Clause) -> bool:
    before = _before(mention, clause)
    if _REPAIR_OF.search(before) or _AS_LONG_AS.search(before):
        return False
    return mention.role == "subject" or (mention.role == "target" and _CAN_USE.search(before) is not None)


def _before(mention: VersionMention, clause: Clause) -> str:
    return clause.folded[: max(0, mention.start - clause.start)]


def _goes_on(clause: Clause, *, topic: bool) -> bool:
    """Whether a clause that names no version speaks on of the release before it."""
    folded = clause.folded
    if PUT_OFF.search(folded) or WITHDRAWS.search(folded) or _DENIED.search(folded):
        return True
    if not clause.dates:
        return False
    changes = moves(folded) or OLD.search(folded) is not None
    return changes or RELEASES.search(folded) is not None or (topic and _STARTS.match(folded) is not None)


def _continues(clause: Clause, sentence: Sentence, spoken_of: VersionMention) -> bool:
    """Whether a clause without a version tells when the version spoken of before goes live."""
    if _GOES_LIVE.match(clause.folded):
        return True
    return spoken_of in sentence.versions and RELEASES.search(clause.folded) is not None


def _own_date(clause: Clause, mention: VersionMention, mentions: Sequence[VersionMention]) -> Found | None:
    dates = clause.dates_ahead if not _has_been(clause) else clause.dates
    return dates[mentions.index(mention)] if clause.paired(mentions, dates) else None


def _has_been(clause: Clause) -> bool:
    return _PAST.search(clause.folded) is not None


def _frame(clause: Clause, service: str, label: str, *, own: Found | None = None) -> _Frame:
    folded = clause.folded
    moving = moves(folded)
    withdraws = WITHDRAWS.search(folded) is not None or _DENIED.search(folded) is not None
    puts_off = PUT_OFF.search(folded) is not None
    past = not (moving or withdraws)
    holds, old = dates_in(clause, RELEASES, past=past, corrects=moving or withdraws)
    if own is not None:
        holds, old = own, None
    if holds is not None and holds.role in ("by", "before") and not RELEASES.search(folded):
        holds = None
    if holds is not None and old is not None:
        withdraws, moving = False, True
    if moving and puts_off and holds is not None and holds.role == "plain" and old is None:
        holds, old = None, holds
    test = TEST.search(clause.sentence.folded) is not None and not PRODUCTION.search(GOES_TO_TEST.sub(" ", folded))
    return _Frame(
        service=service,
        label=label,
        date=holds,
        old=old,
        moves=moving,
        puts_off=puts_off,
        withdraws=withdraws,
        reported=OLD.search(folded) is not None and not moving and not withdraws,
        test=test,
        evidence=clause.sentence.text,
        index=clause.sentence.index,
    )


def _claim(frames: Sequence[_Frame], passage: Passage, *, is_current: bool) -> Claim | None:
    """One claim out of all that an item says of one release."""
    live = [frame for frame in frames if not frame.test]
    only_named = all(frame.index == 0 and frame.date is None for frame in live)
    if not live or (only_named and len(live) < len(frames)):
        return _in_test(frames, passage)
    outcome = weigh(live)
    if outcome is None:
        return None
    frame = outcome.frame
    service, label = live[0].service, live[0].label
    environment = PRODUCTION.search(frame.evidence.lower()) if outcome.change == "stated" else None
    return Release(
        service=service,
        evidence=frame.evidence if frame.index else passage.item.heading,
        date=outcome.date,
        previous_date=outcome.previous,
        change=outcome.change,
        affects=(Affected(service=passage.own),) if service != passage.own else (),
        environment="production" if environment else None,
        order=frame.index,
        version=label,
        is_current=is_current,
        components=tuple(_components(passage, service)),
    )


def _in_test(frames: Sequence[_Frame], passage: Passage) -> Claim:
    tests = [frame for frame in frames if frame.test]
    frame = next((frame for frame in tests if frame.date is not None), tests[0])
    return ContentChange(
        service=frame.service,
        evidence=frame.evidence if frame.index else passage.item.heading,
        date=frame.date.when if frame.date else None,
        affects=(Affected(service=frame.service, versions=(frame.label,)),),
        environment="test",
        order=frame.index,
    )


def _components(passage: Passage, service: str) -> Iterator[Component]:
    """The sub-services' versions that a version is said to contain."""
    seen: set[tuple[str, str]] = set()
    for sentence in passage.sentences:
        told = CONTAINS.search(sentence.folded) or CONTAINS.search(sentence.folded_lead)
        if speaks_of_closing(sentence.folded) or not told:
            continue
        for mention in sentence.versions:
            if (
                not mention.service
                or mention.service == service
                or not mention.tight
                or len(mention.labels) != 1
                or mention.role == "replaced"
            ):
                continue
            if (key := (mention.service, mention.labels[0])) not in seen:
                seen.add(key)
                yield Component(service=mention.service, version=mention.labels[0])
