"""Lists for spreadsheets: CSV (RFC 4180)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from monitor.model import Event, Version
from monitor.publish.days import first_day, last_day
from monitor.publish.plan import Plan
from monitor.wire import instant, to_wire

CSV_TYPE = "text/csv"

EVENT_COLUMNS = (
    "seq", "id", "type", "severity", "service", "version", "date_start", "date_end", "date_text", "previous_date_start",
    "previous_date_end", "state", "code_list", "code", "label", "owner", "published", "seen_at", "title_sv", "title_en",
    "evidence", "url", "subject", "page", "announcement_id", "origin", "basis", "derivation",
)  # fmt: skip
VERSION_COLUMNS = (
    "service", "version", "status", "is_current", "released", "closes", "closing_state", "closing_confirmed",
    "safe_until", "components", "known",
)  # fmt: skip
WORK_COLUMNS = (
    "customer", "environment", "service", "version", "contact", "level", "kind", "happens", "date", "closing_state",
    "closing_confirmed", "safe_until", "days_left", "move_to", "move_to_planned", "notice_days", "moves", "via",
    "may_concern", "basis", "derivation", "evidence", "published", "url", "subject", "event_id",
)  # fmt: skip


def events_csv(events: Iterable[Event]) -> bytes:
    """Events, one a line."""
    return table(EVENT_COLUMNS, (_event_row(event) for event in events))


def versions_csv(versions: Iterable[Version]) -> bytes:
    """Versions, one a line."""
    return table(VERSION_COLUMNS, (_version_row(version) for version in versions))


def plan_csv(plan: Plan) -> bytes:
    """A plan, one line per piece of work."""
    return table(WORK_COLUMNS, _work_rows(plan))


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """CSV with a heading line, UTF-8, CRLF. A cell that a spreadsheet would take for a formula gets an apostrophe."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return written.getvalue().encode("utf-8", "replace")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(to_wire(value)).replace("\x00", "")
    if not isinstance(value, int) and text.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{text}"
    return text


def _event_row(event: Event) -> tuple[Any, ...]:
    date, previous = event.date, event.previous_date
    return (
        event.seq, event.id, event.type, event.severity, event.service, event.version,
        date.start if date else None, date.end if date else None, date.text if date else None,
        previous.start if previous else None, previous.end if previous else None,
        event.state, event.code_list, event.code, event.label, event.owner,
        event.published, instant(event.seen_at), event.title.sv, event.title.en, event.evidence, event.url,
        event.subject, event.page, event.announcement_id, event.origin, event.basis, event.derivation,
    )  # fmt: skip


def _version_row(version: Version) -> tuple[Any, ...]:
    parts = " ".join(f"{part.service}@{part.version}" if part.version else part.service for part in version.components)
    return (
        version.service, version.version, version.status, version.is_current, first_day(version.released),
        last_day(version.closes), version.closing_state, version.closing_confirmed, version.safe_until, parts,
        version.known,
    )  # fmt: skip


def _work_rows(plan: Plan) -> Iterable[tuple[Any, ...]]:
    for work in plan.work:
        run, proof = work.run, work.proof
        via = f"{work.via.service}@{work.via.version}" if work.via else None
        yield (
            run.customer, run.environment, run.service, run.version, run.contact, work.level, work.kind,
            work.detail_sv, last_day(work.date) if work.kind == "closing" else first_day(work.date),
            work.closing_state, work.closing_confirmed, work.safe_until, work.days_left, work.move_to,
            work.move_to_planned, work.notice_days, work.moves, via, work.may_concern, work.basis, work.derivation,
            proof.evidence if proof else None, proof.published if proof else None, proof.url if proof else None,
            work.subject, work.event_id,
        )  # fmt: skip
