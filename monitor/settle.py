"""Statements in, ledger out: what holds now for each thing, and the story that led there.

A ledger is a story for each subject: its turns, oldest first. A statement that says something new makes a turn, one
that agrees with what stands supports it. Statements are ranked by the day they became known; newest wins, at equal
day the item before the overview. Blanket statements are spread over versions here.

What a page says at its first look is taken by rank, whichever page was read first; what came later, in the order in
which we saw it. So a statement that turns up late with an old stamp never changes what was told before.
"""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import cast

from monitor.labels import number_of, plain_label
from monitor.model import (
    STOCKHOLM,
    Announcement,
    Blanket,
    CertificateChange,
    Claim,
    Closing,
    ClosingState,
    Component,
    ContentChange,
    EventType,
    Incident,
    Known,
    Maintenance,
    Notice,
    Release,
    Statement,
    Status,
    TypeCode,
    When,
)
from monitor.threads import certificates, contents, incidents, notices, windows
from monitor.turns import Turn, agrees, day_of, same_day, supported, turn_of
from monitor.twins import canonical_of
from monitor.words import heading_key

NAMESPACE = uuid.UUID("6b1f3a58-6d0c-5a0e-9a53-2f4f1f0c7a52")
_FIRST = datetime.min.replace(tzinfo=UTC)
_STRENGTH: dict[ClosingState, int] = {"unknown": 0, "not_planned": 0, "planned": 1, "decided": 2, "closed": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifecycle:
    """One version of one service: its release story, its closing story, and all that was ever said of it."""

    service: str
    label: str
    released: tuple[Turn, ...]
    closing: tuple[Turn, ...]
    statements: tuple[Statement, ...]
    components: tuple[Component, ...]
    current_by: tuple[date, int, int] | None

    @property
    def number(self) -> tuple[int, ...]:
        """The label as numbers."""
        return number_of(self.label)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What holds: the stories by subject, and the versions of each service in order."""

    stories: Mapping[str, tuple[Turn, ...]]
    lifecycles: Mapping[str, tuple[Lifecycle, ...]]
    announcements: Mapping[str, Announcement]
    first_looks: Mapping[str, datetime]

    def turns(self) -> Iterator[Turn]:
        """All turns, in the order in which they became known."""
        yield from sorted(
            (turn for story in self.stories.values() for turn in story),
            key=lambda turn: (_order(turn.statement, self.first_looks), turn.subject),
        )


def settle(
    statements: Iterable[Statement], announcements: Iterable[Announcement], *, as_of: date | None = None
) -> Ledger:
    """Weigh all that was said into what holds.

    With `as_of`, only what the pages had said by the end of that day in Stockholm counts. Raises ValueError when two
    turns come out with the same id, which would be a mistake in here.
    """
    by_id = {announcement.id: announcement for announcement in announcements}
    first_looks = _first_looks(by_id.values())
    ranked = sorted(
        (s for s in statements if not s.refuted and (as_of is None or known_by(s, as_of))),
        key=lambda statement: _order(statement, first_looks),
    )
    told_under = canonical_of(by_id.values())
    ranked = _without_doubles(ranked, told_under)
    lifecycles: dict[str, tuple[Lifecycle, ...]] = {}
    stories: dict[str, tuple[Turn, ...]] = {}
    for service, group in _by_service(ranked).items():
        lifecycles[service], lifecycle_stories = _lifecycles(service, group, told_under, first_looks)
        stories |= lifecycle_stories
    for kind, tell in (
        (TypeCode, _codes),
        (Maintenance, windows),
        (CertificateChange, certificates),
        (Incident, incidents),
        (ContentChange, contents),
        (Notice, notices),
    ):
        stories |= tell([s for s in ranked if isinstance(s.claim, kind)], told_under)
    stories |= notices(_repeating(ranked, stories, by_id, told_under), told_under)
    ledger = Ledger(
        stories=_numbered(stories, as_of), lifecycles=lifecycles, announcements=by_id, first_looks=first_looks
    )
    return replace(ledger, lifecycles=_with_final_turns(ledger))


def _repeating(
    ranked: Sequence[Statement],
    stories: Mapping[str, tuple[Turn, ...]],
    announcements: Mapping[str, Announcement],
    told_under: Mapping[str, str],
) -> list[Statement]:
    """A notice for each announcement that only says again what others said before: it is told, but is no new turn."""
    telling = {turn.announcement_id for story in stories.values() for turn in story}
    telling |= {announcement for announcement, canonical in told_under.items() if canonical in telling}
    found: dict[str, Statement] = {}
    for statement in ranked:
        announcement = announcements[statement.announcement_id]
        if announcement.kind == "item" and announcement.id not in telling and announcement.id not in found:
            claim = Notice(service=announcement.service, evidence=announcement.heading)
            found[announcement.id] = replace(statement, id=f"{statement.id}:notice", claim=claim)
    return list(found.values())


def known_by(statement: Statement, day: date) -> Known | None:
    """How we know that a page had said this by the end of a day; None when it is not known to have."""
    if statement.seen_at.astimezone(STOCKHOLM).date() <= day:
        return "observed"
    if not statement.overview and statement.stamped and statement.known_on <= day:
        return "stamped"
    when = statement.claim.date
    if statement.overview and when is not None and when.end is not None and day_of(when.end) < day:
        return "overview"
    return None


def _rank(statement: Statement) -> tuple[date, int, datetime, int, int, str]:
    return (
        statement.known_on,
        0 if statement.overview else 1,
        statement.seen_at,
        -statement.position,
        statement.claim.order,
        statement.id,
    )


def _without_doubles(ranked: Iterable[Statement], told_under: Mapping[str, str]) -> list[Statement]:
    """The statements without those that a copy of an announcement on the same page makes once more."""
    kept: list[Statement] = []
    said: set[tuple[str, str, Claim]] = set()
    for statement in ranked:
        host = told_under.get(statement.announcement_id, statement.announcement_id)
        key = (host, statement.page, statement.claim)
        if statement.announcement_id == host or key not in said:
            kept.append(statement)
        said.add(key)
    return kept


def _first_looks(announcements: Iterable[Announcement]) -> dict[str, datetime]:
    """When each page was first read."""
    found: dict[str, datetime] = {}
    for announcement in announcements:
        found[announcement.page] = min(
            found.get(announcement.page, announcement.first_seen_at), announcement.first_seen_at
        )
    return found


def _order(
    statement: Statement, first_looks: Mapping[str, datetime]
) -> tuple[datetime, date, int, datetime, int, int, str]:
    """The order in which statements are taken: those of first looks by rank, then the others as they came."""
    first = statement.seen_at <= first_looks[statement.page]
    return (_FIRST if first else statement.seen_at, *_rank(statement))


def _outranked(statement: Statement, standing: Turn | None) -> bool:
    """Whether a statement that came later ranks below what stands: it may agree with that, but not change it."""
    return standing is not None and (statement.known_on, not statement.overview) < (
        standing.statement.known_on,
        not standing.statement.overview,
    )


def _by_service(ranked: Sequence[Statement]) -> dict[str, list[Statement]]:
    groups: dict[str, list[Statement]] = defaultdict(list)
    for statement in ranked:
        if isinstance(statement.claim, Release | Closing | Blanket | Status):
            groups[statement.claim.service].append(statement)
    return groups


# --- versions ---------------------------------------------------------------------------------------------------


def _lifecycles(
    service: str, taken: list[Statement], told_under: Mapping[str, str], first_looks: Mapping[str, datetime]
) -> tuple[tuple[Lifecycle, ...], dict[str, tuple[Turn, ...]]]:
    labels: dict[tuple[int, ...], str] = {}
    for statement in taken:
        label = getattr(statement.claim, "version", None)
        if label:
            labels.setdefault(number_of(label), label.lstrip("vV"))
    spread = [*taken, *_spread(service, sorted(taken, key=_rank), labels)]
    spread.sort(key=lambda statement: _order(statement, first_looks))
    found: list[Lifecycle] = []
    stories: dict[str, tuple[Turn, ...]] = {}
    for number in sorted(labels):
        about = [s for s in spread if (label := getattr(s.claim, "version", None)) and number_of(label) == number]
        plain = plain_label(labels[number])
        released = _release_story(f"release:{service}:{plain}", labels[number], about, told_under)
        closing = _closing_story(f"closing:{service}:{plain}", labels[number], about, told_under)
        stories |= {turns[0].subject: turns for turns in (released, closing) if turns}
        found.append(
            Lifecycle(
                service=service,
                label=labels[number],
                released=released,
                closing=closing,
                statements=tuple(sorted(about, key=_rank)),
                components=_components(sorted(about, key=_rank)),
                current_by=_current_by(about),
            )
        )
    whole = [s for s in spread if isinstance(s.claim, Closing) and s.claim.version is None]
    turns = _closing_story(f"closing:{service}", None, whole, told_under)
    if turns:
        stories[turns[0].subject] = turns
    return tuple(found), stories


def _spread(service: str, ranked: list[Statement], labels: Mapping[tuple[int, ...], str]) -> Iterator[Statement]:
    """Blanket statements as derived closings of the versions they mean: those before it, still open that day."""
    for statement in ranked:
        claim = statement.claim
        if not isinstance(claim, Blanket):
            continue
        spared = {number_of(label) for label in claim.spared}
        limit = number_of(claim.before) if claim.before else _newest_known(statement, ranked)
        meant = [
            number
            for number in sorted(labels)
            if limit is not None
            and (number < limit or (claim.inclusive and number[:1] == limit[:1] and number <= (*limit, 999)))
            and number not in spared
            and not _closed_before(number, statement, ranked)
        ]
        derivation = f"”{claim.derivation or 'tidigare versioner'}” läst som {_listed([labels[n] for n in meant])}"
        closing = Closing(
            service=service,
            evidence=claim.evidence,
            date=claim.date,
            previous_date=claim.previous_date,
            change=claim.change,
            basis="derived",
            derivation=derivation if meant else None,
            affects=claim.affects,
            environment=claim.environment,
            order=claim.order,
            state=claim.state,
        )
        if not meant:
            yield replace(statement, claim=replace(closing, basis="stated"))
        for number in meant:
            yield replace(
                statement,
                id=f"{statement.id}:{'.'.join(map(str, number))}",
                claim=replace(closing, version=labels[number]),
            )


def _newest_known(statement: Statement, ranked: list[Statement]) -> tuple[int, ...] | None:
    known = [
        number_of(s.claim.version)
        for s in ranked
        if isinstance(s.claim, Release | Status) and s.known_on <= statement.known_on and s.claim.version
    ]
    return max(known, default=None)


def _closed_before(number: tuple[int, ...], statement: Statement, ranked: list[Statement]) -> bool:
    """Whether a version's last word before a statement was a closing day that had already passed."""
    last: Closing | None = None
    for earlier in ranked:
        claim = earlier.claim
        if (
            isinstance(claim, Closing)
            and claim.version
            and number_of(claim.version) == number
            and earlier is not statement
        ):
            if last is not None and claim.date is None and claim.change == "stated" and claim.state != "closed":
                continue
            overview_fact = earlier.overview and claim.date is not None and claim.date.end is not None
            if earlier.known_on <= statement.known_on or (
                overview_fact and claim.date and day_of(cast(date, claim.date.end)) < statement.known_on
            ):
                last = claim
    if last is None or last.change in ("withdrawn", "put_off") or last.date is None:
        return last is not None and last.state == "closed"
    end = last.date.end or last.date.start
    return end is not None and day_of(end) < statement.known_on


def _listed(labels: Sequence[str]) -> str:
    return " och ".join(filter(None, (", ".join(labels[:-1]), labels[-1] if labels else "")))


def _components(about: list[Statement]) -> tuple[Component, ...]:
    for statement in reversed(about):
        if isinstance(statement.claim, Release | Status) and statement.claim.components:
            return tuple(dict.fromkeys(statement.claim.components))
    return ()


def _current_by(about: list[Statement]) -> tuple[date, int, int] | None:
    """The rank of the newest statement that calls the version current."""
    return max(
        (
            (s.known_on, -s.position, s.claim.order)
            for s in about
            if isinstance(s.claim, Release | Status) and s.claim.is_current
        ),
        default=None,
    )


def _release_story(subject: str, label: str, about: list[Statement], told_under: Mapping[str, str]) -> tuple[Turn, ...]:
    said = _leading([s for s in about if isinstance(s.claim, Release)])
    turns: list[Turn] = []
    for statement in said:
        claim = cast(Release, statement.claim)
        standing = turns[-1] if turns else None
        kind: EventType | None = None
        when = claim.date
        if claim.change == "withdrawn":
            kind = None if standing and standing.type == "release.withdrawn" else "release.withdrawn"
        elif claim.change == "put_off":
            kind = (
                None
                if standing and standing.type == "release.rescheduled" and standing.date is None
                else "release.rescheduled"
            )
        elif standing is None:
            kind = "release.rescheduled" if claim.change == "moved" else "release.announced"
        elif not agrees(when, standing.date):
            kind = (
                "release.rescheduled" if standing.date or standing.type != "release.announced" else "release.announced"
            )
        elif standing.type == "release.withdrawn":
            kind = "release.announced"
        if kind is None and standing is not None:
            turns[-1] = supported(standing, statement)
            continue
        if _outranked(statement, standing):
            continue
        previous = claim.previous_date or (standing.date if standing else None)
        turns.append(
            turn_of(
                cast(EventType, kind),
                subject,
                statement,
                told_under,
                version=label,
                date=None if claim.change in ("withdrawn", "put_off") else when,
                previous=previous if kind != "release.announced" else None,
            )
        )
    return tuple(turns)


def _leading(said: list[Statement]) -> list[Statement]:
    """The statements with overview cells put behind an item of the same snapshot that says the same."""
    items = [s for s in said if not s.overview]
    first: list[Statement] = []
    later: list[tuple[Statement, Statement]] = []
    for statement in said:
        host = None
        if statement.overview and statement.claim.date is not None:
            host = next(
                (
                    item
                    for item in reversed(items)
                    if item.seen_at <= statement.seen_at and _says_same(item.claim, statement.claim)
                ),
                None,
            )
        if host is None:
            first.append(statement)
        else:
            later.append((host, statement))
    ordered: list[Statement] = []
    for statement in first:
        ordered.append(statement)
        ordered.extend(cell for host, cell in later if host is statement)
    return ordered


def _says_same(item: Claim, cell: Claim) -> bool:
    if item.date is None:
        return isinstance(item, Release) and item.change == "stated"
    return item.change not in ("withdrawn", "put_off") and (
        same_day(item.date, cell.date) or agrees(item.date, cell.date)
    )


def _closing_story(
    subject: str, label: str | None, about: list[Statement], told_under: Mapping[str, str]
) -> tuple[Turn, ...]:
    said = _leading([s for s in about if isinstance(s.claim, Closing) or _denies_closing(s)])
    turns: list[Turn] = []
    for statement in said:
        claim = statement.claim
        standing = turns[-1] if turns else None
        if not isinstance(claim, Closing):
            if (
                standing is not None
                and standing.type != "closure.withdrawn"
                and statement.known_on > standing.statement.known_on
            ):
                turns.append(
                    turn_of(
                        "closure.withdrawn",
                        subject,
                        statement,
                        told_under,
                        version=label,
                        previous=standing.date,
                        state="not_planned",
                    )
                )
            continue
        kind = _closing_turn(claim, statement, standing)
        if kind is None and standing is not None:
            turns[-1] = supported(standing, statement)
            continue
        if _outranked(statement, standing):
            continue
        moved = kind in ("closure.rescheduled", "closure.withdrawn")
        turns.append(
            turn_of(
                cast(EventType, kind),
                subject,
                statement,
                told_under,
                version=label,
                date=None if claim.change in ("withdrawn", "put_off") else claim.date,
                previous=(claim.previous_date or (standing.date if standing else None)) if moved else None,
                state=claim.state,
                derivation=claim.derivation,
            )
        )
    return tuple(turns)


def _denies_closing(statement: Statement) -> bool:
    """Whether words say that no closing is planned; a cell that is merely empty takes nothing back."""
    claim = statement.claim
    return isinstance(claim, Status) and claim.closing_state == "not_planned" and claim.basis == "stated"


def _closing_turn(claim: Closing, statement: Statement, standing: Turn | None) -> EventType | None:
    """Which turn a closing statement makes after what stands; None when it only agrees."""
    if claim.change == "withdrawn":
        return None if standing and standing.type == "closure.withdrawn" else "closure.withdrawn"
    if claim.change == "put_off":
        return (
            None
            if standing and standing.type == "closure.rescheduled" and standing.date is None
            else "closure.rescheduled"
        )
    if standing is None:
        return "closure.rescheduled" if claim.change == "moved" else "closure.announced"
    if standing.type == "closure.withdrawn":
        return "closure.announced"
    if not agrees(claim.date, standing.date):
        dateless = standing.date is None and standing.type == "closure.announced"
        return "closure.announced" if dateless else "closure.rescheduled"
    firmer = _STRENGTH[claim.state] > _STRENGTH[standing.state or "unknown"]
    return "closure.announced" if firmer and not statement.overview and claim.date is not None else None


# --- everything else --------------------------------------------------------------------------------------------


def _codes(ranked: list[Statement], told_under: Mapping[str, str]) -> dict[str, tuple[Turn, ...]]:
    stories: dict[str, list[Turn]] = defaultdict(list)
    homes: dict[tuple[str, str], str] = {}
    for statement in ranked:
        claim = cast(TypeCode, statement.claim)
        inner = _code_key(claim)
        host = told_under.get(statement.announcement_id, statement.announcement_id)
        subject = homes.setdefault((host, inner), f"code:{claim.service}:{inner}")
        story = stories[subject]
        kind: EventType = "type.removed" if claim.removed else "type.added"
        if story and story[-1].type == kind and agrees(claim.date, story[-1].date):
            story[-1] = supported(story[-1], statement)
            continue
        if story and _outranked(statement, story[-1]):
            continue
        moved = bool(story) and story[-1].type == kind
        story.append(
            turn_of(
                kind,
                subject,
                statement,
                told_under,
                date=claim.date,
                previous=story[-1].date if moved else claim.previous_date,
            )
        )
    return {subject: tuple(story) for subject, story in stories.items()}


def _code_key(claim: TypeCode) -> str:
    if claim.code is None:
        return slug(claim.label or claim.evidence)
    return f"{claim.code_list or '-'}:{claim.code}"


def slug(text: str) -> str:
    """A text as a short key: lower-case letters, digits and dashes."""
    return re.sub(r"[^a-z0-9]+", "-", heading_key(text).translate(str.maketrans("åäöé", "aaoe"))).strip("-")[:60]


# --- ids --------------------------------------------------------------------------------------------------------


def _numbered(stories: Mapping[str, tuple[Turn, ...]], as_of: date | None) -> dict[str, tuple[Turn, ...]]:
    """The stories with their ids: made of type, subject, date and announcement, and the how-manieth of these."""
    seen: dict[str, int] = defaultdict(int)
    numbered: dict[str, tuple[Turn, ...]] = {}
    for subject, story in stories.items():
        turns = []
        for turn in story:
            name = "|".join((turn.type, subject, _date_key(turn.date), turn.announcement_id))
            seen[name] += 1
            known: Known = (known_by(turn.statement, as_of) or "observed") if as_of is not None else "observed"
            times = f"|{seen[name]}" if seen[name] > 1 else ""
            turns.append(replace(turn, id=str(uuid.uuid5(NAMESPACE, name + times)), known=known))
        numbered[subject] = tuple(turns)
    ids = [turn.id for story in numbered.values() for turn in story]
    if len(ids) != len(set(ids)):
        raise ValueError("two turns with one id: the ledger does not hold together")
    return numbered


def _date_key(when: When | None) -> str:
    """The date without its year where that was inferred: a stamp that is put right makes no other event."""
    if when is None:
        return "-"
    moments = [moment.isoformat() if moment else ".." for moment in (when.start, when.end)]
    return "/".join(moment[5:] if when.year_inferred and len(moment) > 2 else moment for moment in moments)


def _with_final_turns(ledger: Ledger) -> dict[str, tuple[Lifecycle, ...]]:
    def final(turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
        return ledger.stories[turns[0].subject] if turns else ()

    return {
        service: tuple(replace(cycle, released=final(cycle.released), closing=final(cycle.closing)) for cycle in cycles)
        for service, cycles in ledger.lifecycles.items()
    }
