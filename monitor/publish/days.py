"""Which single day stands for a date the agency wrote: one rule for every output, so that none differs from another.

The closing day is passed on verbatim. endoflife.date reads it as the last usable day, Renovate as the first unusable
one; neither is reason to shift it. What people should count on is `Version.safe_until`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from monitor.model import STOCKHOLM, Version, When
from monitor.wording.when import stockholm_day


def midnight(day: date) -> datetime:
    """The instant, in UTC, at which a day begins in Stockholm."""
    return datetime.combine(day, time(), tzinfo=STOCKHOLM).astimezone(UTC)


def days_in(when: When | None) -> tuple[date, date] | None:
    """The first and last day that a date spans; an open end counts as a point. None without any day."""
    if when is None:
        return None
    first, last = when.start, when.end
    if first is None and last is None:
        return None
    if first is None:
        first = last
    elif last is None:
        last = first
    assert first is not None
    assert last is not None
    return stockholm_day(first), stockholm_day(last)


def last_day(when: When | None) -> date | None:
    """The one day for an output that takes only one day for an ending: `end`, else `start`."""
    span = days_in(when)
    return span[1] if span else None


def first_day(when: When | None) -> date | None:
    """The one day for an output that takes only one day for a beginning: `start`, else `end`."""
    span = days_in(when)
    return span[0] if span else None


def is_coarse(when: When) -> bool:
    """True where the agency gave no single day: a week, a month, a season, or several days to choose from."""
    return when.precision not in ("day", "minute")


def closing_day(version: Version) -> date | None:
    """The day a version closes, as every single-date output gives it."""
    return last_day(version.closes)


def is_over(version: Version, today: date) -> bool:
    """Whether a version is past its end on `today` in Stockholm: from the day after its closing day."""
    closes = closing_day(version)
    if closes is not None:
        return today > closes
    return version.status == "closed"


def not_later_than(version: Version) -> date | None:
    """A day by which the version was in production: its release day, else the day of the oldest statement about it."""
    released = first_day(version.released)
    if released is not None:
        return released
    known = [entry.known_on for entry in version.history if entry.type.startswith(("release", "status"))]
    known = known or [entry.known_on for entry in version.history]
    if known:
        return min(known)
    stamp = version.source_newest.stamp
    return stockholm_day(stamp) if stamp is not None else None


def is_released(version: Version) -> bool:
    """A version that its page calls current counts as released, also where the page gives no day."""
    return version.is_current or version.status != "planned"


def day_after(day: date) -> date:
    """The exclusive end of an all-day span."""
    return day + timedelta(days=1)
