"""iCalendar (RFC 5545, 7986): closings, releases and maintenance windows, one entry per thing through all its moves.

The UID is the event's subject, so a move changes the entry and never adds one. SEQUENCE counts the changes, DTSTAMP
and LAST-MODIFIED are when we learnt the newest of them, cancelled things stay and are marked both by STATUS and in
words, because some clients hide the status. A calendar program asks when it likes: this is no channel for alarms.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from uuid import NAMESPACE_URL, uuid5

from icalendar import Alarm, Calendar, vUri
from icalendar import Event as Component

from monitor.labels import number_of
from monitor.model import Event, Language, Version, When
from monitor.publish.days import day_after, days_in, is_coarse
from monitor.publish.feeds import clean, entry_times, one_line
from monitor.publish.phrases import UNOFFICIAL, titled
from monitor.wording.names import in_language, version_name
from monitor.wording.when import say_stamp, say_when

MEDIA_TYPE = "text/calendar"

CalendarKind = Literal["closing", "release", "window"]

_KINDS: dict[str, CalendarKind] = {"closure": "closing", "release": "release", "maintenance": "window"}
_CALLED_OFF = ("closure.withdrawn", "release.withdrawn", "maintenance.cancelled")
_REFRESH = timedelta(hours=6)
_COLOURS = {"closing": "crimson", "release": "seagreen", "window": "darkorange"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One thing in the calendar: what holds of it now, and how often that changed."""

    uid: str
    kind: CalendarKind
    newest: Event
    when: When
    called_off: bool
    put_off: bool
    tentative: bool
    changes: int
    first_at: datetime
    changed_at: datetime


def calendar(
    events: Iterable[Event],
    versions: Iterable[Version] = (),
    *,
    lang: Language,
    self_url: str,
    home_url: str,
    about: tuple[str, ...] = (),
    kinds: frozenset[CalendarKind] = frozenset(("closing", "release", "window")),
    alarm: timedelta | None = None,
) -> bytes:
    """The calendar of some events. `versions` give the days of closings and releases, so that they equal every other
    output's; `alarm` asks for a reminder that long before each entry."""
    document = Calendar()
    document.add("prodid", "-//Releasevakt//inofficiell bevakning//SV")
    document.add("version", "2.0")
    document.add("calscale", "GREGORIAN")
    document.add("method", "PUBLISH")
    name = titled(about, lang)
    document.add("name", name)
    document.add("x-wr-calname", name)
    document.add("description", UNOFFICIAL[lang])
    document.add("x-wr-caldesc", UNOFFICIAL[lang])
    document.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    document.add("x-published-ttl", "PT6H")
    document.add("source", vUri(self_url), parameters={"VALUE": "URI"})
    document.add("url", vUri(home_url))
    document.add("color", "darkslateblue")
    for thing in planned(events, versions):
        if thing.kind in kinds:
            document.add_component(_component(thing, lang, alarm))
    written: bytes = document.to_ical()
    return written


def planned(events: Iterable[Event], versions: Iterable[Version] = ()) -> list[Planned]:
    """What is or was planned, by subject, soonest first; things without any day are left out."""
    kept = tuple(events)
    times = entry_times(kept)
    retracted = {event.corrects: times[event.id] for event in kept if event.type == "event.retracted"}
    by_subject: dict[str, list[Event]] = {}
    for event in sorted(kept, key=lambda event: (times[event.id], event.seq)):
        if event.type.split(".")[0] in _KINDS:
            by_subject.setdefault(event.subject, []).append(event)
    labelled = {(version.service, number_of(version.version)): version for version in versions}
    things = []
    for subject, told in by_subject.items():
        standing = [event for event in told if event.id not in retracted]
        moments = [times[event.id] for event in told]
        moments += [retracted[event.id] for event in told if event.id in retracted]
        thing = _planned(subject, told, standing, moments, labelled)
        if thing is not None:
            things.append(thing)
    return sorted(things, key=lambda thing: (days_in(thing.when) or (date.max, date.max), thing.uid))


def _planned(
    subject: str,
    told: list[Event],
    standing: list[Event],
    moments: list[datetime],
    labelled: dict[tuple[str, tuple[int, ...]], Version],
) -> Planned | None:
    newest = (standing or told)[-1]
    kind = _KINDS[newest.type.split(".")[0]]
    called_off = not standing or newest.type in _CALLED_OFF
    put_off = not called_off and newest.type.endswith(".rescheduled") and newest.date is None
    version = labelled.get((newest.service, number_of(newest.version))) if newest.version else None
    when = None
    if version is not None and not called_off and not put_off:
        when = version.closes if kind == "closing" else version.released
    when = when or newest.date or newest.previous_date
    if when is None or days_in(when) is None:
        when = next((event.date for event in reversed(told) if days_in(event.date) is not None), None)
    if when is None:
        return None
    state = version.closing_state if version is not None else newest.state
    return Planned(
        uid=_uid(subject),
        kind=kind,
        newest=newest,
        when=when,
        called_off=called_off,
        put_off=put_off,
        tentative=is_coarse(when) or (kind == "closing" and state == "planned"),
        changes=len(told) - 1 + sum(1 for event in told if event not in standing),
        first_at=min(moments),
        changed_at=max(moments),
    )


def _uid(subject: str) -> str:
    if all(character.isascii() and (character.isalnum() or character in ":._-") for character in subject):
        return f"{subject}@releasevakt"
    return f"{uuid5(NAMESPACE_URL, subject)}@releasevakt"


def _component(thing: Planned, lang: Language, alarm: timedelta | None) -> Component:
    entry = Component()
    summary = _summary(thing, lang)
    entry.add("uid", thing.uid)
    entry.add("dtstamp", _whole_second(thing.changed_at))
    entry.add("created", _whole_second(thing.first_at))
    entry.add("last-modified", _whole_second(thing.changed_at))
    entry.add("sequence", thing.changes)
    entry.add("summary", summary)
    entry.add("description", _description(thing, lang))
    entry.add("status", _status(thing))
    entry.add("categories", [thing.kind, thing.newest.service])
    entry.add("url", vUri(clean(thing.newest.url)))
    entry.add("color", _COLOURS[thing.kind])
    _add_time(entry, thing.when)
    if alarm is not None and not thing.called_off and not thing.put_off:
        reminder = Alarm()
        reminder.add("action", "DISPLAY")
        reminder.add("description", summary)
        reminder.add("trigger", -alarm)
        entry.add_component(reminder)
    return entry


def _add_time(entry: Component, when: When) -> None:
    """Clock times in UTC; days as all-day with the format's exclusive end; coarse dates span their range."""
    if isinstance(when.start, datetime):
        entry.add("dtstart", when.start.astimezone(UTC))
        if isinstance(when.end, datetime) and when.end > when.start:
            entry.add("dtend", when.end.astimezone(UTC))
        entry.add("transp", "OPAQUE")
        return
    span = days_in(when)
    assert span is not None, "only things with a day come here"
    entry.add("dtstart", span[0])
    entry.add("dtend", day_after(max(span)))
    entry.add("transp", "TRANSPARENT")


def _status(thing: Planned) -> str:
    if thing.called_off or thing.put_off:
        return "CANCELLED"
    return "TENTATIVE" if thing.tentative else "CONFIRMED"


def _summary(thing: Planned, lang: Language) -> str:
    name = version_name(thing.newest.service, thing.newest.version)
    match thing.kind:
        case "closing":
            said = f"{name} stängs" if lang == "sv" else f"{name} closes"
        case "release":
            said = f"{name} i produktion" if lang == "sv" else f"{name} in production"
        case "window":
            said = f"{name}: underhåll" if lang == "sv" else f"{name}: maintenance"
    if thing.called_off:
        return f"Inställt: {said}" if lang == "sv" else f"Cancelled: {said}"
    if thing.put_off:
        return f"Uppskjutet: {said}" if lang == "sv" else f"Postponed: {said}"
    if thing.tentative:
        note = "planerat" if thing.kind == "closing" else "preliminärt"
        return f"{said} ({note})" if lang == "sv" else f"{said} ({'planned' if note == 'planerat' else 'tentative'})"
    return said


def _description(thing: Planned, lang: Language) -> str:
    event = thing.newest
    lines = [one_line(in_language(event.title, lang)), clean(in_language(event.summary, lang))]
    if thing.put_off:
        lines.append("Nytt datum är inte angivet." if lang == "sv" else "No new date has been given.")
    if event.action is not None:
        lines.append(clean(in_language(event.action, lang)))
    dated = "Datum" if lang == "sv" else "Date"
    lines.append(f"{dated}: {clean(say_when(thing.when, lang))}")
    if event.derivation:
        reading = "Vår tolkning" if lang == "sv" else "Our reading"
        lines.append(f"{reading}: {clean(event.derivation)}")
    if event.evidence:
        says = "Myndigheten skriver" if lang == "sv" else "The agency writes"
        lines.append(f"{says}: «{clean(event.evidence)}»")
    if event.published is not None:
        published = "Publicerat" if lang == "sv" else "Published"
        lines.append(f"{published}: {say_stamp(event.published, lang, short=False)}")
    lines.append(clean(event.url))
    lines.append(UNOFFICIAL[lang])
    return "\n".join(dict.fromkeys(line for line in lines if line))


def _whole_second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
