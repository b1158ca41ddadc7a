"""Events that are one thing to a reader: the same happening on the same day, for several versions or codes.

An announcement that closes three versions is three events and one sentence. A single event is a matter of one, so
titles and messages are worded in the same place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from monitor.model import Event, Language, Text, When
from monitor.wording.names import (
    affected_name,
    both,
    component_name,
    listed,
    service_name,
    version_order,
    versions_name,
)
from monitor.wording.severity import ORDER
from monitor.wording.when import at_when, first_day, is_past, last_day, say_when, stockholm_day

_OLDER_VERSIONS = re.compile(r"\b(tidigare|äldre|samtliga|alla|föregående)\b[^.]*\bversion", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Matter:
    """One or more events of one announcement that share type, service, dates and state."""

    events: tuple[Event, ...]
    successor: str | None = None
    """The version to move to, where the same announcement presents it."""

    @property
    def first(self) -> Event:
        """The event that stands for them all."""
        return self.events[0]

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions it is about, without doubles."""
        return tuple(dict.fromkeys(event.version for event in self.events if event.version is not None))

    @property
    def codes(self) -> tuple[str, ...]:
        """The code values it is about."""
        return tuple(dict.fromkeys(event.code for event in self.events if event.code is not None))

    @property
    def service(self) -> str:
        """The service's display name."""
        return service_name(self.first.service)

    @property
    def many(self) -> bool:
        """Whether the name is a plural, for the English verb."""
        return len(self.versions) > 1 or (not self.versions and self.older_versions)

    @property
    def older_versions(self) -> bool:
        """Whether versions close that the page does not number, rather than the service itself."""
        event = self.first
        return event.version is None and bool(_OLDER_VERSIONS.search(event.evidence or ""))

    @property
    def name(self) -> Text:
        """The service with its versions: "SSBTEK 7, 7.1 och 8"."""
        if self.versions:
            return both(lambda lang: versions_name(self.first.service, self.versions, lang))
        if self.first.type.startswith("closure.") and self.older_versions:
            return Text(sv=f"Tidigare versioner av {self.service}", en=f"Earlier versions of {self.service}")
        return Text(sv=self.service, en=self.service)

    @property
    def when(self) -> When | None:
        """The date, if it is a date at all."""
        return _dated(self.first.date)

    @property
    def before(self) -> When | None:
        """The date it had before."""
        return _dated(self.first.previous_date)

    @property
    def seen_on(self) -> date:
        """The day on which we first saw it; only what lay before that day is told in the past tense."""
        return stockholm_day(self.first.seen_at)

    @property
    def is_past(self) -> bool:
        """Whether it was over already when we saw it."""
        return self.when is not None and is_past(self.when, self.seen_on)

    @property
    def later_by(self) -> int | None:
        """By how many days the date moved; negative when it comes earlier; None when that cannot be said."""
        if self.when is None or self.before is None or self.when.precision != self.before.precision:
            return None
        old, new = first_day(self.before), first_day(self.when)
        if old is None or new is None:
            return None
        return (new - old).days

    @property
    def is_extended(self) -> bool:
        """Whether a window began as planned and only ends later."""
        if self.when is None or self.before is None or self.when.start is None:
            return False
        old, new = last_day(self.before), last_day(self.when)
        if old is None or new is None or self.when.start != self.before.start:
            return False
        ends = self.when.end, self.before.end
        return None not in ends and str(ends[0]) > str(ends[1])

    def at(self, *, short: bool = False) -> Text:
        """The date as it follows a verb; empty when there is none."""
        when = self.when
        return both(lambda lang: "" if when is None else at_when(when, lang, short=short))

    def dated(self, *, short: bool = False) -> Text:
        """The date as a fact."""
        when = self.when
        return both(lambda lang: "" if when is None else say_when(when, lang, short=short))

    def affected(self, lang: Language) -> str:
        """The services and versions the page names beside the page's own service, in words; "" when there are none."""
        own = {self.first.version} if self.first.version else set()
        named = [
            affected
            for affected in self.first.affects
            if affected.service != self.first.service or set(affected.versions) - own
        ]
        names = list(dict.fromkeys(affected_name(a, lang) for a in named))
        if len(names) < 2 or not any(affected.versions for affected in named):
            return listed(names, lang)
        return f"{', '.join(names[:-1])}{' samt' if lang == 'sv' else ', and'} {names[-1]}"

    def components(self, lang: Language) -> str:
        """What the version contains of other services, in words."""
        return listed([component_name(component) for component in self.first.components], lang)


def matters_of(events: Sequence[Event]) -> tuple[Matter, ...]:
    """Events sorted into matters, the heaviest and nearest first; the order within one is that of the page."""
    groups: dict[tuple[object, ...], list[Event]] = {}
    for event in events:
        groups.setdefault(_sameness(event), []).append(event)
    matters = [Matter(tuple(group), _successor(group, events)) for group in groups.values()]
    return tuple(sorted(matters, key=_weight))


def _successor(group: Sequence[Event], events: Sequence[Event]) -> str | None:
    """The newest version that the announcement presents, where it is newer than all that its closing is about."""
    closing = group[0]
    if not closing.type.startswith("closure.") or not all(event.version for event in group):
        return None
    offered = [
        event.version
        for event in events
        if event.type == "release.announced" and event.service == closing.service and event.version
    ]
    newest = max(offered, key=version_order, default=None)
    if newest is None or any(version_order(event.version or "") >= version_order(newest) for event in group):
        return None
    return newest


def _sameness(event: Event) -> tuple[object, ...]:
    joined = event.type.startswith(("closure.", "release.", "type."))
    return (
        event.type,
        event.service,
        _bounds(event.date),
        _bounds(event.previous_date),
        event.state,
        event.owner if event.type.startswith("type.") else None,
        event.environment,
        event.hints,
        (event.version is None) if event.type.startswith("closure.") else None,
        None if joined and not (event.type.startswith("type.") and event.code is None) else event.id,
    )


def _bounds(when: When | None) -> tuple[object, ...] | None:
    return None if when is None else (when.start, when.end, when.precision)


def _weight(matter: Matter) -> tuple[int, int, date, str]:
    day = None if matter.when is None else first_day(matter.when)
    kinds = ("incident.", "closure.")
    kind = next((rank for rank, prefix in enumerate(kinds) if matter.first.type.startswith(prefix)), len(kinds))
    return ORDER.index(matter.first.severity), kind, day or date.max, matter.first.type


def _dated(when: When | None) -> When | None:
    return None if when is None or (when.start is None and when.end is None) else when
