"""Threads: which statements about windows, disturbances, certificates, contents and notices are about one thing.

These have no number that names them, as a version has. What ties them is the announcement, the day, and words alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

from monitor.model import CertificateChange, Claim, EventType, Incident, Maintenance, Notice, Statement, When
from monitor.turns import Turn, agrees, day_of, same_day, supported, turn_of

_FOLLOW_UP_DAYS = 45


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
    mine, theirs = set(one.split()), set(other.split())
    return len(mine & theirs) / max(1, len(mine | theirs))


def windows(ranked: list[Statement], told_under: Mapping[str, str]) -> dict[str, tuple[Turn, ...]]:
    """Planned windows: a subject each, with its moves and its cancelling."""
    threads: list[_Thread] = []
    for statement in ranked:
        claim = cast(Maintenance, statement.claim)
        host = told_under.get(statement.announcement_id, statement.announcement_id)
        mine = [
            t
            for t in threads
            if cast(Maintenance, t.standing.claim).service == claim.service or host in t.announcements
        ]
        mine = [
            t
            for t in mine
            if (t.standing.claim.environment or claim.environment)
            == (claim.environment or t.standing.claim.environment)
        ]
        thread = next(
            (t for t in reversed(mine) if _replaces(statement, t) and not same_day(claim.date, t.standing.date)), None
        )
        silent = thread is not None
        if thread is None:
            thread = _window_thread(claim, mine)
        kind: EventType = "maintenance.scheduled"
        if claim.change == "withdrawn":
            kind = "maintenance.cancelled"
        elif claim.change in ("moved", "put_off") or silent:
            kind = "maintenance.rescheduled"
        if thread is None:
            when = claim.previous_date or claim.date
            subject = f"maintenance:{claim.service}:{_key_of(when) or host[:8]}" + (
                ":test" if claim.environment == "test" else ""
            )
            taken = {t.subject for t in threads}
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
            threads.append(_Thread(subject, [turn], claim.topic, {host}))
            continue
        thread.announcements.add(host)
        told = kind == thread.standing.type and same_day(_kept(claim), thread.standing.date)
        if told or kind == "maintenance.scheduled":
            thread.turns[-1] = supported(thread.standing, statement)
            continue
        previous = claim.previous_date or thread.standing.date
        if (
            kind == "maintenance.rescheduled"
            and claim.date is not None
            and _only_end(claim.date)
            and previous is not None
            and previous.start
        ):
            claim_date: When | None = replace(claim.date, start=previous.start)
        else:
            claim_date = claim.date
        thread.turns.append(
            turn_of(
                kind,
                thread.subject,
                statement,
                told_under,
                date=(claim_date or thread.standing.date)
                if kind == "maintenance.cancelled"
                else _kept(replace(claim, date=claim_date)),
                previous=previous if kind == "maintenance.rescheduled" else None,
            )
        )
    return {thread.subject: tuple(thread.turns) for thread in threads}


def _only_end(when: When) -> bool:
    return when.start is None and when.end is not None


def _kept(claim: Maintenance) -> When | None:
    return None if claim.change == "put_off" else claim.date


def _key_of(when: When | None) -> str | None:
    moment = (when.start or when.end) if when is not None else None
    if moment is None:
        return None
    return moment.strftime("%Y-%m-%dT%H%M") if isinstance(moment, datetime) else moment.isoformat()


def _window_thread(claim: Maintenance, threads: list[_Thread]) -> _Thread | None:
    """The window that a statement speaks of: the one it names by its day, else the one alike in topic."""
    for thread in reversed(threads):
        for turn in (thread.standing, *thread.turns):
            if turn.type == "maintenance.cancelled" and claim.change == "stated":
                continue
            if (
                claim.change in ("stated", "withdrawn")
                and claim.date
                and turn.date
                and _starts_alike(claim.date, turn.date)
            ):
                return thread
            if claim.previous_date and turn.date and _starts_alike(claim.previous_date, turn.date):
                return thread
    if claim.change == "stated":
        return None
    open_ones = [t for t in threads if t.standing.type != "maintenance.cancelled"]
    if claim.date is not None and claim.change == "moved":
        on_that_day = [
            t
            for t in open_ones
            if t.standing.date
            and t.standing.date.start
            and claim.date.end
            and t.standing.date.end
            and day_of(t.standing.date.start) == day_of(claim.date.end)
        ]
        if on_that_day:
            return on_that_day[-1]
    best = max(open_ones, key=lambda t: _alike(t.topic, claim.topic), default=None)
    return (
        best
        if best is not None
        and _alike(best.topic, claim.topic) >= 0.3
        and claim.previous_date is None
        and (claim.date is None or claim.change == "moved")
        else None
    )


def _starts_alike(one: When, other: When) -> bool:
    if one.start is None or other.start is None:
        return False
    if isinstance(one.start, datetime) and isinstance(other.start, datetime):
        return one.start == other.start
    return day_of(one.start) == day_of(other.start)


def certificates(ranked: list[Statement], told_under: Mapping[str, str]) -> dict[str, tuple[Turn, ...]]:
    """Changes of certificates, keys and addresses: a subject each, with its moves."""
    threads: list[_Thread] = []
    for statement in ranked:
        claim = cast(CertificateChange, statement.claim)
        host = told_under.get(statement.announcement_id, statement.announcement_id)
        mine = [
            t
            for t in threads
            if cast(CertificateChange, t.standing.claim).service == claim.service or host in t.announcements
        ]
        thread = next((t for t in reversed(mine) if host in t.announcements), None)
        if thread is None and (claim.change != "stated" or claim.previous_date):
            thread = max(mine, key=lambda t: _alike(t.topic, claim.topic), default=None)
        if thread is None:
            subject = f"certificate:{claim.service}:{host[:8]}"
            turn = turn_of(
                "certificate.changed", subject, statement, told_under, date=claim.date, previous=claim.previous_date
            )
            threads.append(_Thread(subject, [turn], claim.topic, {host}))
            continue
        thread.announcements.add(host)
        if agrees(claim.date, thread.standing.date) and claim.change != "put_off":
            thread.turns[-1] = supported(thread.standing, statement)
            continue
        previous = claim.previous_date or thread.standing.date
        thread.turns.append(
            turn_of("certificate.changed", thread.subject, statement, told_under, date=claim.date, previous=previous)
        )
    return {thread.subject: tuple(thread.turns) for thread in threads}


def incidents(ranked: list[Statement], told_under: Mapping[str, str]) -> dict[str, tuple[Turn, ...]]:
    """Disturbances: one subject from the first word to the last, over items and over edits."""
    threads: list[_Thread] = []
    for statement in ranked:
        claim = cast(Incident, statement.claim)
        host = told_under.get(statement.announcement_id, statement.announcement_id)
        kind = cast(EventType, f"incident.{claim.stage}")
        thread = next((t for t in reversed(threads) if host in t.announcements), None)
        if thread is None and claim.follows:
            thread = _followed(claim, statement, threads)
        if thread is None:
            subject = f"incident:{claim.service}:{statement.known_on.isoformat()}:{host[:8]}"
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


def _followed(claim: Incident, statement: Statement, threads: list[_Thread]) -> _Thread | None:
    """The disturbance that a follow-up belongs to: the most alike of the service's recent ones, open ones first."""
    earliest = statement.known_on - timedelta(days=_FOLLOW_UP_DAYS)
    recent = [
        t
        for t in threads
        if cast(Incident, t.standing.claim).service == claim.service and t.standing.statement.known_on >= earliest
    ]
    return max(
        recent,
        key=lambda t: (
            t.standing.type != "incident.resolved",
            _alike(t.topic, claim.topic),
            t.standing.statement.known_on,
        ),
        default=None,
    )


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
