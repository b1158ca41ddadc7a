"""How much an event weighs, which never changes, and how near it is, which does.

The severity is a fixed table of the public contract, without a clock. The urgency is computed when asked or sent.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from monitor.model import STOCKHOLM, Event, EventType, Hint, Severity, Urgency, When
from monitor.wording.when import first_day

SEVERITIES: dict[EventType, Severity] = {
    "closure.announced": "critical",
    "closure.rescheduled": "critical",
    "closure.withdrawn": "critical",
    "release.announced": "major",
    "release.rescheduled": "major",
    "release.withdrawn": "major",
    "content.changed": "major",
    "type.removed": "major",
    "incident.reported": "major",
    "certificate.changed": "major",
    "type.added": "minor",
    "maintenance.scheduled": "minor",
    "maintenance.rescheduled": "minor",
    "maintenance.cancelled": "minor",
    "incident.updated": "minor",
    "incident.resolved": "minor",
}
"""Every type that is not here is `info`, save hinted notices and the corrections of what mattered."""

ORDER: tuple[Severity, ...] = ("critical", "major", "minor", "info")
"""From the heaviest to the lightest."""

NOW_WINDOW = timedelta(hours=24)
NOW_CLOSING = timedelta(days=7)
SOON = timedelta(days=30)


def severity_of(
    event_type: EventType, hints: Collection[Hint] = (), corrected_type: EventType | None = None
) -> Severity:
    """The severity of an event of this type; `corrected_type` is the type of the event that a retraction takes back."""
    if event_type == "notice.published" and hints:
        return "major"
    if event_type == "event.retracted" and corrected_type is not None:
        return "major" if severity_of(corrected_type, hints) in ("critical", "major") else "info"
    return SEVERITIES.get(event_type, "info")


def urgency_of(event: Event, *, now: datetime, open_incident: bool) -> Urgency:
    """How near it is: `now` for an open incident, a window within 24 hours, a closing within 7 days; `soon` within 30.

    `open_incident` says whether the event's subject is a disturbance that nobody has called resolved.
    """
    if event.type.startswith("incident."):
        return "now" if open_incident else "planned"
    if event.date is None or event.type.endswith((".withdrawn", ".cancelled")):
        return "planned"
    begins, ends = _bounds(event.date)
    if begins is None or ends is None or ends < now:
        return "planned"
    if event.type.startswith("maintenance.") and begins <= now + NOW_WINDOW:
        return "now"
    day = first_day(event.date)
    today = now.astimezone(STOCKHOLM).date()
    if event.type.startswith("closure.") and day is not None and day <= today + NOW_CLOSING:
        return "now"
    return "soon" if day is not None and day <= today + SOON else "planned"


def _bounds(when: When) -> tuple[datetime | None, datetime | None]:
    """First and last instant; an open side counts as a point at the known one."""
    start = when.start if when.start is not None else when.end
    end = when.end if when.end is not None else when.start
    return _instant(start), _instant(end, end_of_day=True)


def _instant(value: date | datetime | None, *, end_of_day: bool = False) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    midnight = datetime(value.year, value.month, value.day, tzinfo=STOCKHOLM)
    return midnight + timedelta(days=1) - timedelta(microseconds=1) if end_of_day else midnight
