"""OpenMetrics 1.0: what Prometheus and its kin read. Figures that grow old by themselves come as timestamps too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from monitor.model import PageHealth, Version
from monitor.publish.days import closing_day, first_day, is_over, midnight

MEDIA_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"

PAGE_STATES = ("unconfirmed", "ok", "unreadable", "failing", "moved")

Labels = Mapping[str, str]
Sample = tuple[Labels, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """How the outbox stands: deliveries by state, and when the oldest one that still waits was made."""

    by_state: Mapping[str, int]
    oldest_waiting_at: datetime | None = None


def metrics(
    versions: Iterable[Version],
    health: Iterable[PageHealth],
    *,
    now: datetime,
    today: date,
    last_seq: int,
    queue: Queue | None = None,
    release: str = "",
    reader_version: int = 0,
) -> bytes:
    """The whole exposition. `release` is our own version number; `queue` None leaves its figures out."""
    kept, pages = tuple(versions), tuple(health)
    families = [
        _build(release, reader_version),
        *_versions(kept, today),
        *_pages(pages, now),
        _family("releasevakt_events", "counter", "Events in the log.", [({}, last_seq)], suffix="_total"),
        *(_queue(queue, now) if queue is not None else ()),
    ]
    return ("".join(families) + "# EOF\n").encode()


def _build(release: str, reader_version: int) -> str:
    labels = {"version": release, "reader_version": str(reader_version)}
    return _family("releasevakt_build", "info", "The running program.", [(labels, 1)], suffix="_info")


def _versions(versions: tuple[Version, ...], today: date) -> list[str]:
    info, closes, days, safe, released, maintained = [], [], [], [], [], []
    for version in versions:
        labels = {"service": version.service, "version": version.version}
        info.append(({
            **labels, "status": version.status, "closing_state": version.closing_state,
            "is_current": _true(version.is_current), "closing_confirmed": _true(version.closing_confirmed),
        }, 1.0))  # fmt: skip
        maintained.append((labels, 0.0 if is_over(version, today) else 1.0))
        begins, ends = first_day(version.released), closing_day(version)
        if begins is not None:
            released.append((labels, midnight(begins).timestamp()))
        if ends is not None:
            closes.append((labels, midnight(ends).timestamp()))
            days.append((labels, float((ends - today).days)))
        if version.safe_until is not None:
            safe.append((labels, float((version.safe_until - today).days)))
    return [
        _family("releasevakt_version", "info", "A version and where it stands.", info, suffix="_info"),
        _family("releasevakt_version_maintained", "gauge", "1 until the day after the version closed.", maintained),
        _family(
            "releasevakt_version_released_timestamp_seconds", "gauge", "The release day, 00:00 in Stockholm.", released,
            unit="seconds",
        ),
        _family(
            "releasevakt_version_closes_timestamp_seconds", "gauge", "The closing day, 00:00 in Stockholm.", closes,
            unit="seconds",
        ),
        _family("releasevakt_version_closes_days", "gauge", "Days to the closing day; negative when past.", days,
                unit="days"),
        _family("releasevakt_version_safe_days", "gauge", "Days to the last working day before the closing.", safe,
                unit="days"),
    ]  # fmt: skip


def _pages(pages: tuple[PageHealth, ...], now: datetime) -> list[str]:
    good, age, states, announcements, failures = [], [], [], [], []
    for health in pages:
        labels = {"page": health.page.key, "service": health.page.service}
        states += [({**labels, "releasevakt_page_state": state}, float(state == health.state)) for state in PAGE_STATES]
        announcements.append((labels, float(health.announcements)))
        failures.append((labels, float(health.failures)))
        if health.last_good_at is not None:
            good.append((labels, health.last_good_at.timestamp()))
            age.append((labels, max((now - health.last_good_at).total_seconds(), 0.0)))
    return [
        _family("releasevakt_page_state", "stateset", "How our watching of a page stands.", states),
        _family(
            "releasevakt_page_last_good_timestamp_seconds", "gauge", "When a page was last read well.", good,
            unit="seconds",
        ),
        _family("releasevakt_page_last_good_age_seconds", "gauge", "Seconds since a page was last read well.", age,
                unit="seconds"),
        _family("releasevakt_page_announcements", "gauge", "Announcements on the page.", announcements),
        _family("releasevakt_page_failures", "gauge", "Checks in a row that failed.", failures),
    ]  # fmt: skip


def _queue(queue: Queue, now: datetime) -> list[str]:
    states = [({"state": state}, float(count)) for state, count in sorted(queue.by_state.items())]
    oldest = (now.astimezone(UTC) - queue.oldest_waiting_at).total_seconds() if queue.oldest_waiting_at else 0.0
    return [
        _family("releasevakt_deliveries", "gauge", "Deliveries by state.", states),
        _family(
            "releasevakt_oldest_undelivered_age_seconds", "gauge", "Age of the oldest waiting delivery.",
            [({}, max(oldest, 0.0))], unit="seconds",
        ),
    ]  # fmt: skip


def _family(
    name: str, kind: str, about: str, samples: Sequence[Sample], *, suffix: str = "", unit: str | None = None
) -> str:
    if not samples:
        return ""
    lines = [f"# TYPE {name} {kind}"]
    if unit is not None:
        lines.append(f"# UNIT {name} {unit}")
    lines.append(f"# HELP {name} {about}")
    lines += [f"{name}{suffix}{_labels(labels)} {_number(value)}" for labels, value in samples]
    return "\n".join(lines) + "\n"


def _labels(labels: Labels) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{key}="{_escaped(value)}"' for key, value in labels.items()) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(round(value, 3))


def _true(value: bool) -> str:
    return "true" if value else "false"
