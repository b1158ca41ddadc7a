"""What each web page shows, gathered from what is known: no markup here, and no knowledge in the templates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from api.knowledge import Knowledge
from monitor.labels import number_of
from monitor.model import (
    STOCKHOLM,
    Announcement,
    Event,
    EventFilter,
    Language,
    PageHealth,
    Severity,
    Text,
    Version,
)
from monitor.pages import services_of
from monitor.publish.diffwords import Piece, diff_words
from monitor.publish.plan import Plan, Run, Work, plan
from monitor.versions import find_version
from monitor.wording.matter import Matter, matters_of
from monitor.wording.names import service_name, versions_name
from monitor.wording.overview import next_closing
from monitor.wording.parts import Phrase
from monitor.wording.phrase import phrase_matter
from monitor.wording.severity import ORDER
from monitor.wording.when import at_when, first_day, last_day, say_moment, say_when, stockholm_day

LOOK_BACK = timedelta(days=30)
LOOK_AHEAD = timedelta(days=30)
OPEN_FOR = timedelta(days=14)
"""How long a disturbance that nobody called resolved is shown as going on; older ones are named as unresolved."""

UNKNOWN_RUN = "?"
"""What stands for the version of somebody who does not know which one they run."""

_MOST_EVENTS = 300
_WITHIN, _CRITICAL = timedelta(days=90), timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One matter of an announcement as a line: its words, and the two dates of one that moved."""

    matter: Matter
    said: Phrase
    severity: Severity
    before: Text | None
    after: Text | None

    @property
    def path(self) -> str:
        """Our page with the evidence."""
        return f"/events/{self.matter.first.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one announcement brought."""

    announcement: Announcement | None
    first: Event
    lines: tuple[Line, ...]
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The versions of a service to choose one's own from; `chosen` is a label, `UNKNOWN_RUN`, or "" for none."""

    service: str
    name: str
    versions: tuple[Version, ...]
    chosen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSight:
    """A service at a glance."""

    key: str
    name: str
    about: Text | None
    versions: tuple[Version, ...]
    current: Version | None
    pages: tuple[PageHealth, ...]

    @property
    def newest_stamp(self) -> date | datetime | None:
        """The newest stamp on the service's pages."""
        stamps = [version.source_newest.stamp for version in self.versions if version.source_newest.stamp]
        return max(stamps, key=stockholm_day, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontPage:
    """The front page, in the order in which it is read. `vanished` are events of `ongoing`, by id."""

    closing: Text
    is_closing: bool
    unconfirmed: Text | None
    release_read: bool
    release_unread: tuple[PageHealth, ...]
    ongoing: tuple[Event, ...]
    vanished: frozenset[str]
    unresolved: int
    drift_read_at: datetime | None
    drift_blind: tuple[PageHealth, ...]
    drift_unread: tuple[PageHealth, ...]
    choices: tuple[Choice, ...]
    runs: tuple[Run, ...]
    not_known: tuple[str, ...]
    plan: Plan | None
    work: tuple[Work, ...]
    changes: tuple[Change, ...]
    since: date
    services: tuple[ServiceSight, ...]
    windows: tuple[Event, ...]
    pages: tuple[PageHealth, ...]
    blind: tuple[PageHealth, ...]
    unread: tuple[PageHealth, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One version of an announcement's words, with what differs from the one before it."""

    seen_at: datetime
    heading: tuple[Piece, ...]
    text: tuple[Piece, ...]
    is_first: bool


def front_page(knowledge: Knowledge, *, runs: Sequence[str], since: date | None, lang: Language) -> FrontPage:
    """All that the front page says."""
    today, now = knowledge.today(), knowledge.now()
    versions = knowledge.versions()
    pages = knowledge.health()
    since = since or today - LOOK_BACK
    chosen, not_known = _chosen(runs, versions)
    latest = latest_of_each(knowledge, "incident")
    open_incidents = [event for event in latest if event.type != "incident.resolved"]
    ongoing = [event for event in open_incidents if now - event.seen_at <= OPEN_FOR and _is_recent(event, today)]
    planned = _plan(knowledge, chosen, versions) if chosen else None
    closing, is_closing = _closing_sentence(versions, today, pages)
    release = [page for page in pages if page.page.kind == "release"]
    drift = [page for page in pages if page.page.kind == "drift"]
    read = [page.last_good_at for page in drift if page.last_good_at is not None]
    return FrontPage(
        closing=closing,
        is_closing=is_closing,
        unconfirmed=_unconfirmed_sentence(versions),
        release_read=any(page.last_good_at for page in release),
        release_unread=tuple(page for page in release if page.last_good_at is None),
        ongoing=tuple(ongoing),
        vanished=_vanished(knowledge, ongoing),
        unresolved=len(open_incidents) - len(ongoing),
        drift_read_at=min(read, default=None),
        drift_unread=tuple(page for page in drift if page.last_good_at is None),
        drift_blind=tuple(page for page in drift if page.state in ("unreadable", "failing", "moved")),
        choices=tuple(_choice(knowledge, service, runs) for service in knowledge.services()),
        runs=chosen,
        not_known=not_known,
        plan=planned,
        work=_work(planned),
        changes=changes(knowledge, since=since),
        since=since,
        services=tuple(service_sight(knowledge, service, pages) for service in knowledge.services()),
        windows=_windows(knowledge, today),
        pages=pages,
        blind=tuple(page for page in pages if page.state in ("unreadable", "failing", "moved")),
        unread=tuple(page for page in pages if page.state == "unconfirmed"),
    )


def service_sight(knowledge: Knowledge, service: str, pages: Sequence[PageHealth] | None = None) -> ServiceSight:
    """One service at a glance."""
    versions = knowledge.versions(service)
    pages = knowledge.health() if pages is None else pages
    return ServiceSight(
        key=service,
        name=service_name(service),
        about=next((known.about for known in services_of(knowledge.pages) if known.key == service), None),
        versions=versions,
        current=next((version for version in versions if version.is_current), None),
        pages=tuple(page for page in pages if page.page.service == service),
    )


def lines_of(events: Iterable[Event]) -> tuple[Line, ...]:
    """The events of one announcement as lines, the heaviest first."""
    return tuple(_line(matter) for matter in matters_of(tuple(events)))


def changes(knowledge: Knowledge, *, since: date) -> tuple[Change, ...]:
    """What the agency changed since a day, by announcement, newest first: what we saw happen, or is stamped so late."""
    midnight = datetime(since.year, since.month, since.day, tzinfo=STOCKHOLM)
    wanted = EventFilter(seen_from=midnight, origin="agency")
    found = knowledge.store.events(wanted, limit=_MOST_EVENTS, newest_first=True)
    groups: dict[str, list[Event]] = {}
    for event in found:
        stamped = event.published is not None and stockholm_day(event.published) >= since
        if event.type.startswith("page.") or not (event.pushed or stamped):
            continue
        groups.setdefault(event.announcement_id or event.id, []).append(event)
    announcements = knowledge.ledger().announcements
    return tuple(
        Change(
            announcement=announcements.get(group[0].announcement_id or ""),
            first=group[0],
            lines=lines_of(group),
            seen_at=max(event.seen_at for event in group),
        )
        for group in groups.values()
    )


def latest_of_each(knowledge: Knowledge, kind: str) -> tuple[Event, ...]:
    """The last word on each disturbance or window, the newest first."""
    found = knowledge.store.events(EventFilter(types=(kind,)), limit=_MOST_EVENTS, newest_first=True)
    latest: dict[str, Event] = {}
    for event in sorted(found, key=_told_at, reverse=True):
        latest.setdefault(event.subject, event)
    return tuple(latest.values())


def revisions(knowledge: Knowledge, announcement: Announcement) -> tuple[Revision, ...]:
    """How an announcement's words changed, the latest version first."""
    found = knowledge.store.announcement_versions(announcement.id)
    made: list[Revision] = []
    for index, version in enumerate(found):
        before = found[index - 1] if index else None
        made.append(
            Revision(
                seen_at=version.seen_at,
                heading=diff_words(before.heading if before else version.heading, version.heading),
                text=diff_words(before.text if before else version.text, version.text),
                is_first=before is None,
            )
        )
    return tuple(reversed(made))


def _line(matter: Matter) -> Line:
    before = after = None
    if matter.first.type.endswith(".rescheduled") and matter.before is not None and matter.when is not None:
        before = Text(sv=say_when(matter.before, "sv"), en=say_when(matter.before, "en"))
        after = Text(sv=say_when(matter.when, "sv"), en=say_when(matter.when, "en"))
    return Line(
        matter=matter,
        said=phrase_matter(matter),
        severity=min((event.severity for event in matter.events), key=ORDER.index),
        before=before,
        after=after,
    )


def _closing_sentence(versions: Sequence[Version], today: date, pages: Sequence[PageHealth]) -> tuple[Text, bool]:
    """The one sentence that everybody comes for, and whether there is a closing to tell of."""
    first = next_closing(versions, after=today - timedelta(days=1))
    if first is None and not any(page.last_good_at for page in pages if page.page.kind == "release"):
        return Text(
            sv="FK:s releasesidor är inte lästa ännu.", en="The agency’s release pages have not been read yet."
        ), False
    if first is None or first.closes is None:
        return Text(sv="Ingen kommande stängning publicerad.", en="No coming closing has been published."), False
    same = [
        version
        for version in versions
        if version.service == first.service
        and version.closes is not None
        and (version.closes.start, version.closes.end) == (first.closes.start, first.closes.end)
    ]
    labels = [version.version for version in same]
    sure = {"planned": ("planerat", "planned"), "decided": ("beslutat", "decided")}.get(first.closing_state)
    sv_sure, en_sure = (f" ({sure[0]})", f" ({sure[1]})") if sure else ("", "")
    verb = "closes" if len(labels) == 1 else "close"
    return Text(
        sv=f"{versions_name(first.service, labels, 'sv')} stängs {at_when(first.closes, 'sv')}{sv_sure}.",
        en=f"{versions_name(first.service, labels, 'en')} {verb} {at_when(first.closes, 'en')}{en_sure}.",
    ), True


def _unconfirmed_sentence(versions: Sequence[Version]) -> Text | None:
    """Planned closings whose day has passed without a word: the latest of them."""
    passed = [
        version
        for version in versions
        if version.status == "closed" and not version.closing_confirmed and version.closes is not None
    ]
    if not passed:
        return None
    day = max(last_day(version.closes) or date.min for version in passed if version.closes)
    same = [version for version in passed if version.closes and last_day(version.closes) == day]
    labels, service, closes = [version.version for version in same], same[0].service, same[0].closes
    assert closes is not None
    was = "was" if len(labels) == 1 else "were"
    return Text(
        sv=f"{versions_name(service, labels, 'sv')} skulle stängas {at_when(closes, 'sv')}. "
        "Det var planerat; FK har inte skrivit att det är gjort.",
        en=f"{versions_name(service, labels, 'en')} {was} to close {at_when(closes, 'en')}. "
        "That was planned; the agency has not said that it took place.",
    )


def _chosen(runs: Sequence[str], versions: Sequence[Version]) -> tuple[tuple[Run, ...], tuple[str, ...]]:
    """The versions that the address says somebody runs, and the services where they do not know."""
    chosen: dict[str, Run] = {}
    not_known: dict[str, None] = {}
    for run in runs[:20]:
        service, _, label = run.partition("@")
        if not service or not label:
            continue
        if label == UNKNOWN_RUN:
            not_known[service] = None
            continue
        known = find_version([version for version in versions if version.service == service], label)
        chosen[run] = Run(service=service, version=known.version if known else label)
    return tuple(chosen.values()), tuple(not_known)


def _choice(knowledge: Knowledge, service: str, runs: Sequence[str]) -> Choice:
    versions = tuple(reversed(knowledge.versions(service)))
    wanted = next((run.partition("@")[2] for run in runs if run.partition("@")[0] == service), "")
    known = find_version(versions, wanted) if number_of(wanted) else None
    return Choice(
        service=service,
        name=service_name(service),
        versions=versions,
        chosen=known.version if known else (UNKNOWN_RUN if wanted == UNKNOWN_RUN else ""),
    )


def _plan(knowledge: Knowledge, runs: Sequence[Run], versions: Sequence[Version]) -> Plan:
    relevant = EventFilter(types=("closure", "certificate", "content", "type", "maintenance", "event.retracted"))
    return plan(
        runs,
        versions,
        knowledge.all_events(relevant),
        today=knowledge.today(),
        within=_WITHIN,
        critical=_CRITICAL,
        stale=knowledge.is_stale({run.service for run in runs}),
    )


def _work(planned: Plan | None) -> tuple[Work, ...]:
    """Closings first, however far off, then what else lies ahead, each told once."""
    if planned is None:
        return ()
    told: dict[str, Work] = {}
    for work in planned.work:
        told.setdefault(work.event_id or f"{work.run.service}@{work.run.version}:{work.subject}", work)
    return tuple(sorted(told.values(), key=lambda work: work.kind not in ("closing", "unknown")))


def _windows(knowledge: Knowledge, today: date) -> tuple[Event, ...]:
    """Planned windows from today on, the nearest first."""
    coming = []
    for event in latest_of_each(knowledge, "maintenance"):
        if event.type == "maintenance.cancelled" or event.date is None:
            continue
        first, last = first_day(event.date), last_day(event.date)
        if first is not None and last is not None and last >= today and first <= today + LOOK_AHEAD:
            coming.append((first, event))
    return tuple(event for _, event in sorted(coming, key=lambda pair: (pair[0], pair[1].subject)))


def _vanished(knowledge: Knowledge, ongoing: Iterable[Event]) -> frozenset[str]:
    """The disturbances whose notice left the page without a word that they are over: how it stands is unknown."""
    announcements = knowledge.ledger().announcements
    told = ((event.id, announcements.get(event.announcement_id or "")) for event in ongoing)
    return frozenset(key for key, announcement in told if announcement is not None and announcement.removed_at)


def _is_recent(event: Event, today: date) -> bool:
    stamp = event.published or event.seen_at
    return stockholm_day(stamp) >= today - OPEN_FOR


def _told_at(event: Event) -> tuple[date, int]:
    return stockholm_day(event.published or event.seen_at), event.seq


def reading_line(page: PageHealth, lang: Language) -> str:
    """How our watching of a page stands, in plain words."""
    sv = lang == "sv"
    good = say_moment(page.last_good_at, lang) if page.last_good_at else None
    match page.state:
        case "unconfirmed":
            return "inte läst ännu: adressen är obekräftad" if sv else "not read yet: the address is unconfirmed"
        case "ok":
            return f"läst {good}" if sv else f"read {good}"
        case "unreadable":
            problem = "svarar, men går inte att läsa" if sv else "answers, but cannot be read"
        case "failing":
            problem = "går inte att nå" if sv else "cannot be reached"
        case "moved":
            problem = "har flyttat" if sv else "has moved"
    if good is None:
        return f"{problem}; aldrig läst" if sv else f"{problem}; never read"
    return f"{problem}; senast läst {good}" if sv else f"{problem}; last read {good}"


REASONS = {
    "name": Text(sv="namnet gick inte att slå upp", en="the name could not be looked up"),
    "connect": Text(sv="ingen kontakt med servern", en="no connection to the server"),
    "tls": Text(sv="certifikatet godkändes inte", en="the certificate was not accepted"),
    "proxy": Text(sv="proxyn svarade inte som den ska", en="the proxy did not answer as it should"),
    "robots": Text(sv="robots.txt tillåter det inte", en="robots.txt does not allow it"),
    "status": Text(sv="servern svarade med ett fel", en="the server answered with an error"),
    "timeout": Text(sv="servern svarade inte i tid", en="the server did not answer in time"),
    "size": Text(sv="sidan var för stor", en="the page was too large"),
    "type": Text(sv="svaret var ingen webbsida", en="the answer was no web page"),
    "unreadable": Text(sv="inget på sidan gick att känna igen", en="nothing on the page could be recognised"),
}
"""Why a page could not be read, in plain words, by the check's one-word reason."""
