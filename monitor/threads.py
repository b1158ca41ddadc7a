"""Threads: which statements about windows, disturbances, certificates, contents and notices are about one thing.

These have no number that names them, as a version has. What ties them is the announcement, the day, and words alike.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import cast

from monitor.model import CertificateChange, Claim, EventType, Incident, Maintenance, Notice, Statement, When
from monitor.turns import Turn, agrees, day_of, same_day, supported, turn_of

_FOLLOW_UP_DAYS = 45
_ALIKE = 0.5
_FILLING = re.compile(
    r"(?:nytt|nya|datum|dag|tid|tider|för|och|den|det|har|med|till|från|som|över|under|vid|ändra\w*|flytta\w*|framflytt\w*|inställ\w*|"
    r"uppskju\w*|uppdatering|information|angående|kring|tidigare|obs|planera\w*|senarelag\w*|tidigarelag\w*|åtgärda\w*|löst|igen|"
    r"avsluta\w*|mer|kvarstår|fortfarande|läget|ssbtek|lefi|online|prenumeration)$"
)


@dataclass(slots=True)
class _Thread:
    """A subject under construction: its turns, and what ties later statements to it."""

    subject: str
    turns: list[Turn]
    topic: str
    announcements: set[str]

    @property
    def standing(self) -> Turn:
        return self.turns[-1]


def _replaces(statement: Statement, thread: _Thread) -> bool:
    """Whether a statement took the place of the thread's last one by an edit of the same announcement."""
    last = thread.standing.statement
    return (
        last.announcement_id == statement.announcement_id
        and last.gone_at is not None
        and last.gone_at == statement.seen_at
    )


def _alike(one: str, other: str) -> float:
    """How much two headings have in common, by the beginnings of their telling words: 0 to 1."""
    mine, theirs = _telling(one), _telling(other)
    if not mine or not theirs:
        return 0.0
    shared = sum(any(_same_word(word, their) for their in theirs) for word in mine)
    return shared / min(len(mine), len(theirs))


def _telling(heading: str) -> set[str]:
    return {word for word in re.findall(r"[a-zåäö]{3,}", heading) if not _FILLING.match(word)}


def _same_word(one: str, other: str) -> bool:
    length = max(4, min(len(one), len(other)) - 2)
    return one[:length] == other[:length]


def _about_the_same(claim: Maintenance | CertificateChange, thread: _Thread, host: str) -> bool:
    """Whether a thread is of the claim's service and environment; a change need not name the environment again."""
    standing = thread.standing.claim
    here = (claim.environment == "test") == (standing.environment == "test")
    if claim.change != "stated":
        here = here or claim.environment is None
    return here and (standing.service == claim.service or host in thread.announcements)


def windows(ranked: list[Statement], told_under: Mapping[str, str]) -> dict[str, tuple[Turn, ...]]:
    """Planned windows: a subject each, with its moves and its cancelling."""
    threads: list[_Thread] = []
    for statement in ranked:
        claim = cast(Maintenance, statement.claim)
        host = told_under.get(statement.announcement_id, statement.announcement_id)
        mine = [thread for thread in threads if _about_the_same(claim, thread, host)]
        thread = _replaced(statement, mine)
        moved = claim.change in ("moved", "put_off") or thread is not None
        thread = thread or _window_thread(claim, statement, mine)
        kind: EventType = "maintenance.rescheduled" if moved else "maintenance.scheduled"
        if claim.change == "withdrawn":
            kind = "maintenance.cancelled"
        if thread is None:
            threads.append(_new_window(kind, claim, statement, told_under, {t.subject for t in threads}))
            continue
        thread.announcements.add(host)
        turn = _next_turn(kind, claim, statement, thread, told_under)
        if turn is None:
            thread.turns[-1] = supported(thread.standing, statement)
        else:
            thread.turns.append(turn)
    return {thread.subject: tuple(thread.turns) for thread in threads}


def _replaced(statement: Statement, threads: list[_Thread]) -> _Thread | None:
    """The window that an edit of its announcement moved without a word: the nearest of those that went just then."""
    when = statement.claim.date
    gone = [t for t in threads if _replaces(statement, t) and not same_day(when, t.standing.date)]
    return min(gone, key=lambda thread: _days_apart(when, thread.standing.date), default=None)


def _days_apart(one: When | None, other: When | None) -> int:
    starts = [when.start or when.end for when in (one, other) if when is not None]
    days = [day_of(start) for start in starts if start is not None]
    return abs((days[0] - days[1]).days) if len(days) == 2 else 0


def _new_window(
    kind: EventType, claim: Maintenance, statement: Statement, told_under: Mapping[str, str], taken: set[str]
) -> _Thread:
    host = told_under.get(statement.announcement_id, statement.announcement_id)
    place = ":test" if claim.environment == "test" else ""
    subject = f"maintenance:{claim.service}:{_key_of(claim.previous_date or claim.date) or host[:8]}{place}"
    if subject in taken:
        subject = f"{subject}:{host[:8]}"
    turn = turn_of(
        kind,
        subject,
        statement,
        told_under,
        date=_kept(claim),
        previous=claim.previous_date,
        derivation=claim.derivation,
    )
    return _Thread(subject, [turn], claim.topic, {host})


def _next_turn(
    kind: EventType, claim: Maintenance, statement: Statement, thread: _Thread, told_under: Mapping[str, str]
) -> Turn | None:
    """What a statement adds to a window's story; None when it only agrees with what stands."""
    standing = thread.standing
    when, previous = claim.date, claim.previous_date or standing.date
    if kind == "maintenance.scheduled":
        kind = _restated(when, standing.date)
    elif kind == standing.type and (kind == "maintenance.cancelled" or same_day(_kept(claim), standing.date)):
        return None
    if kind == "maintenance.scheduled" and not _is_finer(when, standing.date):
        return None
    if kind == "maintenance.cancelled":
        return turn_of(kind, thread.subject, statement, told_under, date=when or standing.date)
    if when is not None and when.start is None and previous is not None and previous.start is not None:
        when = replace(when, start=previous.start)
    return turn_of(
        kind,
        thread.subject,
        statement,
        told_under,
        date=None if claim.change == "put_off" else when,
        previous=previous if kind == "maintenance.rescheduled" else None,
    )


def _restated(when: When | None, standing: When | None) -> EventType:
    """A window told again as if for the first time: it moved without a word when its hours are others."""
    both = when is not None and standing is not None and when.precision == standing.precision == "minute"
    return "maintenance.rescheduled" if both and not same_day(when, standing) else "maintenance.scheduled"


def _is_finer(when: When | None, standing: When | None) -> bool:
    """Whether the hours of a window become known of which the day was told before."""
    return when is not None and when.precision == "minute" and standing is not None and standing.precision != "minute"


def _kept(claim: Maintenance) -> When | None:
    return None if claim.change == "put_off" else claim.date


def _key_of(when: When | None) -> str | None:
    moment = (when.start or when.end) if when is not None else None
    if moment is None:
        return None
    return moment.strftime("%Y-%m-%dT%H%M") if isinstance(moment, datetime) else moment.isoformat()


def _window_thread(claim: Maintenance, statement: Statement, threads: list[_Thread]) -> _Thread | None:
    """The window that a statement speaks of: the one it names by its day, else the likeliest open one."""
    named = claim.previous_date or (claim.date if claim.change in ("stated", "withdrawn") else None)
    for thread in reversed(threads):
        told = [turn for turn in (thread.standing, *thread.turns) if turn.date is not None]
        if thread.standing.type == "maintenance.cancelled" and claim.change == "stated":
            continue
        if named is not None and any(_is_the_same(named, cast(When, turn.date)) for turn in told):
            return thread
    if claim.change == "stated" or claim.previous_date is not None:
        return None
    return _likeliest(claim, statement, threads)


def _likeliest(claim: Maintenance, statement: Statement, threads: list[_Thread]) -> _Thread | None:
    if claim.change == "withdrawn" and claim.date is not None:
        return None
    still_open = [t for t in threads if t.standing.type != "maintenance.cancelled"]
    on_that_day = [t for t in still_open if claim.date is not None and _same_days(claim.date, t.standing.date)]
    if on_that_day:
        return on_that_day[-1]
    ahead = [t for t in still_open if (last := _last_day(t.standing.date)) is None or last >= statement.known_on]
    best = max(ahead, key=lambda thread: _alike(thread.topic, claim.topic), default=None)
    if best is None or (len(ahead) > 1 and _alike(best.topic, claim.topic) < _ALIKE):
        return None
    return best


def _last_day(when: When | None) -> date | None:
    moment = (when.end or when.start) if when is not None else None
    return day_of(moment) if moment is not None else None


def _same_days(one: When, other: When | None) -> bool:
    if other is None or other.start is None:
        return False
    mine = one.start or one.end
    return mine is not None and day_of(other.start) <= day_of(mine) <= (_last_day(other) or day_of(other.start))


def _is_the_same(one: When, other: When) -> bool:
    """Whether two dates name one window: the same day, and hours that overlap where both have hours."""
    if one.start is None or other.start is None:
        return False
    if one.precision != "minute" or other.precision != "minute":
        return day_of(one.start) == day_of(other.start)
    start, end = cast(datetime, one.start), cast(datetime, one.end or one.start)
    begins, ends = cast(datetime, other.start), cast(datetime, other.end or other.start)
    return start == begins or (start < ends and begins < end)


def certificates(ranked: list[Statement], told_under: Mapping[str, str]) -> dict[str, tuple[Turn, ...]]:
    """Changes of certificates, keys and addresses: a subject each, with its moves."""
    threads: list[_Thread] = []
    for statement in ranked:
        claim = cast(CertificateChange, statement.claim)
        host = told_under.get(statement.announcement_id, statement.announcement_id)
        mine = [thread for thread in threads if _about_the_same(claim, thread, host)]
        thread = next((t for t in reversed(mine) if host in t.announcements), None)
        if thread is None and claim.date is not None and claim.change == "stated":
            thread = next((t for t in reversed(mine) if same_day(claim.date, t.standing.date)), None)
        if thread is None and (claim.change != "stated" or claim.previous_date):
            thread = _certificate_thread(claim, mine)
        if thread is None:
            subject = f"certificate:{claim.service}:{host[:8]}"
            turn = turn_of(
                "certificate.changed", subject, statement, told_under, date=claim.date, previous=claim.previous_date
            )
            threads.append(_Thread(subject, [turn], claim.topic, {host}))
            continue
        thread.announcements.add(host)
        if agrees(claim.date, thread.standing.date) and claim.change not in ("put_off", "withdrawn"):
            thread.turns[-1] = supported(thread.standing, statement)
            continue
        previous = claim.previous_date or thread.standing.date
        thread.turns.append(
            turn_of("certificate.changed", thread.subject, statement, told_under, date=claim.date, previous=previous)
        )
    return {thread.subject: tuple(thread.turns) for thread in threads}


def _certificate_thread(claim: CertificateChange, threads: list[_Thread]) -> _Thread | None:
    """The change that was moved: the one on the day that no longer holds, else the most alike."""
    was = claim.previous_date
    named = next((t for t in reversed(threads) if was is not None and same_day(was, t.standing.date)), None)
    return named or max(threads, key=lambda thread: _alike(thread.topic, claim.topic), default=None)


def incidents(ranked: list[Statement], told_under: Mapping[str, str]) -> dict[str, tuple[Turn, ...]]:
    """Disturbances: one subject from the first word to the last, over items and over edits."""
    threads: list[_Thread] = []
    for statement in ranked:
        claim = cast(Incident, statement.claim)
        host = told_under.get(statement.announcement_id, statement.announcement_id)
        kind = cast(EventType, f"incident.{claim.stage}")
        thread = next((t for t in reversed(threads) if host in t.announcements and not _beside(statement, t)), None)
        if thread is None and claim.follows:
            thread = _followed(claim, statement, threads)
        if thread is None:
            subject = f"incident:{claim.service}:{statement.known_on.isoformat()}:{host[:8]}"
            taken = sum(t.subject.startswith(subject) for t in threads)
            subject = f"{subject}:{taken + 1}" if taken else subject
            turn = turn_of(kind, subject, statement, told_under, date=claim.date)
            threads.append(_Thread(subject, [turn], claim.topic, {host}))
            continue
        thread.announcements.add(host)
        twin = next(
            (
                index
                for index, turn in enumerate(thread.turns)
                if turn.type == kind
                and turn.announcement_id == host
                and (turn.statement.announcement_id != statement.announcement_id or kind != "incident.updated")
            ),
            None,
        )
        if twin is not None:
            thread.turns[twin] = supported(thread.turns[twin], statement)
            continue
        thread.turns.append(turn_of(kind, thread.subject, statement, told_under, date=claim.date))
    return {thread.subject: tuple(thread.turns) for thread in threads}


def _beside(statement: Statement, thread: _Thread) -> bool:
    """Whether an announcement reports a disturbance beside another one: then it is none of the other's stages."""
    claim = cast(Incident, statement.claim)
    for turn in thread.turns:
        other = cast(Incident, turn.claim)
        same_words = (turn.statement.announcement_id, turn.statement.seen_at) == (
            statement.announcement_id,
            statement.seen_at,
        )
        if same_words and "reported" in (claim.stage, other.stage) and claim.stage == other.stage:
            return claim.evidence != other.evidence
        if same_words and (claim.service, claim.owner) != (other.service, other.owner) and claim.stage == "reported":
            return True
    return False


def _followed(claim: Incident, statement: Statement, threads: list[_Thread]) -> _Thread | None:
    """The disturbance that a follow-up belongs to: the most alike of the service's recent ones, open ones first.

    One that is over already is taken up again only by words that are alike or on its own days.
    """
    earliest = statement.known_on - timedelta(days=_FOLLOW_UP_DAYS)
    recent = [
        thread for thread in threads if _may_follow(claim, thread) and thread.standing.statement.known_on >= earliest
    ]
    best = max(
        recent,
        key=lambda t: (_is_open(t), _alike(t.topic, claim.topic), t.standing.statement.known_on),
        default=None,
    )
    if best is None or _is_open(best) or _alike(best.topic, claim.topic) >= _ALIKE:
        return best
    began = next((turn.date for turn in best.turns if turn.date is not None), None)
    return best if claim.date is not None and began is not None and _same_days(claim.date, began) else None


def _is_open(thread: _Thread) -> bool:
    return thread.standing.type != "incident.resolved"


def _may_follow(claim: Incident, thread: _Thread) -> bool:
    """Whether a follow-up can be about a thread: its service and environment, no other authority, no later day."""
    standing = cast(Incident, thread.standing.claim)
    if standing.service != claim.service or (standing.environment == "test") != (claim.environment == "test"):
        return False
    owners = {turn_claim.owner for turn in thread.turns if (turn_claim := cast(Incident, turn.claim)).owner}
    if claim.owner and owners and claim.owner not in owners:
        return False
    began = next((turn.date.start for turn in thread.turns if turn.date is not None and turn.date.start), None)
    last = (claim.date.end or claim.date.start) if claim.date is not None else None
    return began is None or last is None or day_of(last) >= day_of(began)


def contents(ranked: list[Statement], told_under: Mapping[str, str]) -> dict[str, tuple[Turn, ...]]:
    """Changes of content: one subject an announcement."""
    return _one_each(ranked, told_under, "content", "content.changed")


def notices(ranked: list[Statement], told_under: Mapping[str, str]) -> dict[str, tuple[Turn, ...]]:
    """Notices: one subject an announcement."""
    return _one_each(ranked, told_under, "notice", "notice.published")


def _one_each(
    ranked: list[Statement], told_under: Mapping[str, str], prefix: str, kind: EventType
) -> dict[str, tuple[Turn, ...]]:
    """One subject an announcement; another turn only when its date moves, or its hints grow."""
    stories: dict[str, list[Turn]] = {}
    for statement in ranked:
        host = told_under.get(statement.announcement_id, statement.announcement_id)
        subject = f"{prefix}:{statement.claim.service}:{host[:13]}"
        subject = next(
            (known for known in stories if known.startswith(f"{prefix}:") and known.endswith(f":{host[:13]}")), subject
        )
        story = stories.setdefault(subject, [])
        if not story:
            story.append(
                turn_of(
                    kind,
                    subject,
                    statement,
                    told_under,
                    date=statement.claim.date,
                    previous=statement.claim.previous_date,
                )
            )
        elif agrees(statement.claim.date, story[-1].date) and not _new_hints(statement.claim, story[-1].claim):
            story[-1] = supported(story[-1], statement)
        else:
            story.append(
                turn_of(kind, subject, statement, told_under, date=statement.claim.date, previous=story[-1].date)
            )
    return {subject: tuple(story) for subject, story in stories.items()}


def _new_hints(claim: Claim, standing: Claim) -> bool:
    return isinstance(claim, Notice) and isinstance(standing, Notice) and not set(claim.hints) <= set(standing.hints)
