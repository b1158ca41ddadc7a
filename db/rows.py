"""The one mapper between nouns and rows. Columns and fields of the same name go straight across."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date, datetime, time
from typing import Any, TypeVar, get_args

from monitor.labels import plain_label
from monitor.model import (
    STOCKHOLM,
    Announcement,
    Claim,
    Event,
    Severity,
    Sighting,
    Snapshot,
    Statement,
    Token,
    When,
)
from monitor.wire import from_wire, to_wire

T = TypeVar("T")
Values = dict[str, Any]
Cells = Mapping[Any, Any]

SEVERITIES: tuple[str, ...] = get_args(Severity)
"""From the gravest to the least; a column holds the place in this row."""

ALWAYS = (date.min, date.max)
"""What stands in the columns for the open ends of a date."""

WORDING = ("heading", "published", "updated", "text", "html")
"""The fields of an announcement that make a new version of its words when one of them changes."""


def columns(noun: Any) -> Values:
    """The fields of a noun, by name, `id` as `public_id`."""
    values = {field.name: getattr(noun, field.name) for field in fields(noun)}
    if "id" in values:
        values["public_id"] = values.pop("id")
    return values


def noun(kind: type[T], row: Cells) -> T:
    """The noun of `kind` whose fields are the columns of `row`."""
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    return kind(**{name: row["public_id" if name == "id" else name] for name in names})


# --- announcements and statements ---------------------------------------------------------------------------------


def announcement_columns(announcement: Announcement) -> Values:
    """The row of an announcement."""
    return {**columns(announcement), "sorted_at": _instant(announcement.published) or announcement.first_seen_at}


def statement_columns(statement: Statement) -> Values:
    """The row of a statement; the claim is its JSON."""
    claim = statement.claim
    return {
        **columns(statement),
        "kind": claim.kind,
        "service": claim.service,
        "evidence": claim.evidence,
        "claim": to_wire(claim, internal=True),
    }


def statement_from(row: Cells) -> Statement:
    """The statement of a row."""
    return noun(Statement, {**row, "claim": from_wire(Claim, row["claim"])})  # type: ignore[arg-type]


# --- events -------------------------------------------------------------------------------------------------------


def event_body(event: Event) -> Values:
    """The whole event as JSON. It is the same before and after it is numbered."""
    body: Values = to_wire(replace(event, seq=0), internal=True)
    return body


def event_columns(event: Event) -> Values:
    """The row of an event that has its number."""
    start, end = date_span(event.date)
    return {
        "seq": event.seq,
        "public_id": event.id,
        "type": event.type,
        "subject": event.subject,
        "service": event.service,
        "page": event.page,
        "announcement_id": event.announcement_id,
        "published_on": None if event.published is None else stockholm_day(event.published),
        "seen_at": event.seen_at,
        "date_start": start,
        "date_end": end,
        "severity": SEVERITIES.index(event.severity),
        "origin": event.origin,
        "pushed": event.pushed,
        "retired": False,
        "revision": event.revision,
        "search": _searchable(event),
        "body": event_body(event),
    }


def event_from(row: Cells) -> Event:
    """The event of a row with `seq` and `body`."""
    return from_wire(Event, {**row["body"], "seq": row["seq"]})


def event_services(event: Event) -> frozenset[tuple[str, str]]:
    """The services an event concerns, each with "" and with every version named."""
    pairs = {(event.service, "")}
    if event.version is not None:
        pairs.add((event.service, plain_label(event.version)))
    for affected in event.affects:
        pairs.add((affected.service, ""))
        pairs.update((affected.service, plain_label(version)) for version in affected.versions)
    return frozenset(pairs)


def event_pages(event: Event) -> frozenset[str]:
    """The pages that say what an event tells."""
    return frozenset({event.page, *(quotation.page for quotation in event.statements)})


def date_span(when: When | None) -> tuple[date | None, date | None]:
    """The first and the last day of a date, in Stockholm; open ends as `ALWAYS`, no date at all as None."""
    if when is None:
        return None, None
    start = ALWAYS[0] if when.start is None else stockholm_day(when.start)
    end = ALWAYS[1] if when.end is None else stockholm_day(when.end)
    return start, end


def stockholm_day(moment: date | datetime) -> date:
    """The day it is in Stockholm."""
    return moment.astimezone(STOCKHOLM).date() if isinstance(moment, datetime) else moment


def _searchable(event: Event) -> str:
    words = [event.title.sv, event.title.en, event.summary.sv, event.summary.en, event.evidence]
    words += [event.code_list, event.code, event.label, event.owner]
    words += [quotation.evidence for quotation in event.statements]
    return "\n".join(dict.fromkeys(word for word in words if word)).casefold()


def _instant(stamp: date | datetime | None) -> datetime | None:
    if stamp is None or isinstance(stamp, datetime):
        return stamp
    return datetime.combine(stamp, time(), STOCKHOLM)


# --- snapshots and tokens -----------------------------------------------------------------------------------------


def sighting_from(row: Cells) -> Sighting:
    """The sighting of a joined row of `sighting` and `snapshot`."""
    return noun(Sighting, row)


def snapshot_from(row: Cells, *, body: bytes) -> Snapshot:
    """The snapshot of a joined row of `sighting` and `snapshot`, with its body as it was fetched."""
    return noun(Snapshot, {**row, "body": body})


def token_from(row: Cells) -> Token:
    """The token of a row."""
    return noun(Token, {**row, "scopes": tuple(row["scopes"])})
