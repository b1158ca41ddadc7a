"""Code lists as they grew, from the events that tell of their values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.model import Event, When


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A value, or a kind of benefit without a code, with the days it came and went and the events that tell so."""

    code: str | None
    label: str | None
    owner: str | None
    added: When | None
    removed: When | None
    is_removed: bool
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeList:
    """A list of a service; `code_list` None gathers what has no code."""

    service: str
    code_list: str | None
    codes: tuple[Code, ...]


def code_lists(events: Iterable[Event]) -> tuple[CodeList, ...]:
    """The lists, by service and name, their values in the order in which they were announced."""
    kept = sorted(events, key=lambda event: event.seq)
    retracted = {event.corrects for event in kept if event.type == "event.retracted"}
    told: dict[tuple[str, str | None], dict[str, list[Event]]] = {}
    for event in kept:
        if event.type in ("type.added", "type.removed") and event.id not in retracted:
            told.setdefault((event.service, event.code_list), {}).setdefault(event.subject, []).append(event)
    return tuple(
        CodeList(service=service, code_list=name, codes=tuple(_code(values[subject]) for subject in values))
        for (service, name), values in sorted(told.items(), key=lambda pair: (pair[0][0], pair[0][1] or ""))
    )


def _code(events: list[Event]) -> Code:
    newest = events[-1]
    added = next((event for event in reversed(events) if event.type == "type.added"), None)
    removed = newest if newest.type == "type.removed" else None
    return Code(
        code=newest.code,
        label=next((event.label for event in reversed(events) if event.label), None),
        owner=next((event.owner for event in reversed(events) if event.owner), None),
        added=added.date if added else None,
        removed=removed.date if removed else None,
        is_removed=removed is not None,
        events=tuple(event.id for event in events),
    )
