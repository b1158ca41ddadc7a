"""Several events or versions at a glance: their titles in rows, what calls for action, the next closing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from monitor.model import Event, Language, Version
from monitor.wording.matter import Matter, matters_of
from monitor.wording.names import in_language, version_name
from monitor.wording.phrase import phrase_matter
from monitor.wording.severity import ORDER
from monitor.wording.when import first_day, say_when

MOST_LINES = 3


def things_told(events: Iterable[Event]) -> tuple[Matter, ...]:
    """What the events tell, the heaviest first; several versions or codes in one announcement are one thing."""
    announcements: dict[str, list[Event]] = {}
    for event in events:
        announcements.setdefault(event.announcement_id or event.id, []).append(event)
    matters = [matter for group in announcements.values() for matter in matters_of(group)]
    return tuple(sorted(matters, key=lambda matter: ORDER.index(matter.first.severity)))


def titles(events: Iterable[Event], lang: Language, *, name: str, most: int = MOST_LINES) -> list[tuple[str, str]]:
    """What the events tell under one name, a line each as long as there is room; the rest is counted."""
    said = list(dict.fromkeys(in_language(phrase_matter(matter).title, lang) for matter in things_told(events)))
    shown = said if len(said) <= most else said[: most - 1]
    rows = [(name, title) for title in shown]
    if len(said) > len(shown):
        left = len(said) - len(shown)
        rows.append((name, f"och {left} till" if lang == "sv" else f"and {left} more"))
    return rows


def calls_for_action(event: Event) -> bool:
    match event.type:
        case "closure.announced" | "certificate.changed" | "type.removed":
            return True
        case "closure.rescheduled":
            later = Matter((event,)).later_by
            return later is not None and later < 0
        case "notice.published":
            return bool(event.hints)
        case _:
            return False


def next_closing(versions: Iterable[Version], *, after: date) -> Version | None:
    """The version that closes first after this day."""
    coming = [
        (day, version)
        for version in versions
        if version.closes is not None and (day := first_day(version.closes)) is not None and day > after
    ]
    return min(coming, key=lambda pair: (pair[0], pair[1].version), default=(None, None))[1]


def following_words(version: Version, lang: Language) -> str:
    """A version with its closing day and how sure it is: "SSBTEK 10 onsdag 31 mars 2027 (planerat)"."""
    assert version.closes is not None
    sv = lang == "sv"
    sure = {"planned": ("planerat", "planned"), "decided": ("beslutat", "decided")}.get(version.closing_state)
    tail = f" ({sure[0 if sv else 1]})" if sure else ""
    return f"{version_name(version.service, version.version)}, {say_when(version.closes, lang)}{tail}"
