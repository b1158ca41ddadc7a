"""A site whose back ends answer differently in turn: the log has it as it was, and people are not rung for each turn.

The rule. A reading that stood on the page before, and within the last 24 hours, is no news: what it tells is stored and
held back. When such a reading has stood for an hour, or when the page says something new, what was held back and holds
now is told: the last of each subject that still stands where the page puts it, unless the page is back at what people
were told last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import takewhile

from monitor.diff import Standing
from monitor.model import Event, Sighting

RETURNS_WITHIN = timedelta(hours=24)
SETTLED_AFTER = timedelta(hours=1)
LOOK_BACK = 50
"""How many earlier contents of a page, and ten times as many events, are looked at."""


def returns(digest: str, earlier: Sequence[Sighting], *, until: datetime, at: datetime) -> bool:
    """Whether a reading stood on the page of late. `earlier` are newest first, the first of them stood `until` then."""
    ended = until
    for sighting in earlier:
        if at - ended > RETURNS_WITHIN:
            return False
        if sighting.digest == digest:
            return True
        ended = sighting.fetched_at
    return False


def held_back(newest_first: Iterable[Event], standings: Mapping[str, Standing]) -> tuple[Event, ...]:
    """Of a page's events since the last that was told, the last of each subject that holds now, oldest first."""
    last: dict[str, Event] = {}
    for event in takewhile(lambda event: not event.pushed, newest_first):
        last.setdefault(event.subject, event)
    return tuple(sorted((event for event in last.values() if _holds(event, standings)), key=lambda event: event.seq))


def _holds(event: Event, standings: Mapping[str, Standing]) -> bool:
    if event.type.startswith("announcement."):
        return True
    standing = Standing(type=event.type, version=event.version, date=event.date, state=event.state)
    return standings.get(event.subject) == standing
