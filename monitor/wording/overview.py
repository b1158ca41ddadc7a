"""Several events or versions at a glance: their titles in rows, what calls for action, the next closing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from monitor.model import Event, Language, Version
from monitor.wording.matter import Matter
from monitor.wording.names import in_language, version_name
from monitor.wording.severity import ORDER
from monitor.wording.when import first_day, say_when

MOST_LINES = 4


def titles(events: Sequence[Event], lang: Language, *, name: str) -> list[tuple[str, str]]:
    """The events' titles under one name, the heaviest first, a line each as long as there is room."""
    ordered = sorted(events, key=lambda event: ORDER.index(event.severity))
    titles = list(dict.fromkeys(in_language(event.title, lang) for event in ordered))
    shown = titles if len(titles) <= MOST_LINES else titles[: MOST_LINES - 1]
    rows = [(name, title) for title in shown]
    if len(titles) > len(shown):
        left = len(titles) - len(shown)
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
