"""What a filter means in SQL. The indexes of `db.tables` are there for these."""

from __future__ import annotations

from typing import Any, get_args

from sqlalchemy import ColumnElement, Select, Table, and_, exists, select, union

from db.rows import SEVERITIES, label
from db.schema import metadata
from monitor.model import EventFilter, EventType

EVENT: Table = metadata.tables["event"]
EVENT_SERVICE: Table = metadata.tables["event_service"]
EVENT_PAGE: Table = metadata.tables["event_page"]
EVENT_STATEMENT: Table = metadata.tables["event_statement"]


def select_events(
    wanted: EventFilter, *, after: int | None, before: int | None, limit: int, newest_first: bool
) -> Select[Any]:
    """`seq` and `body` of the wanted events with `after < seq < before`, at most `limit` of them, in order."""
    query = select(EVENT.c.seq, EVENT.c.body)
    order: ColumnElement[Any] = EVENT.c.seq
    # With one service, or one page, its own index has the events in order: the walk stops at the limit, however
    # rare or common that service is. A list of them is tested event by event.
    if len(wanted.services) == 1 and len(wanted.versions) <= 1:
        version = label(wanted.versions[0]) if wanted.versions else ""
        query = query.join(EVENT_SERVICE, EVENT_SERVICE.c.seq == EVENT.c.seq)
        query = query.where(EVENT_SERVICE.c.service == wanted.services[0], EVENT_SERVICE.c.version == version)
        order = EVENT_SERVICE.c.seq
        query = query.where(*_pages(wanted))
    elif len(wanted.pages) == 1:
        query = query.join(EVENT_PAGE, EVENT_PAGE.c.seq == EVENT.c.seq).where(EVENT_PAGE.c.page == wanted.pages[0])
        order = EVENT_PAGE.c.seq
        query = query.where(*_services(wanted))
    else:
        query = query.where(*_services(wanted), *_pages(wanted))
    query = query.where(*_conditions(wanted))
    if after is not None:
        query = query.where(order > after)
    if before is not None:
        query = query.where(order < before)
    return query.order_by(order.desc() if newest_first else order.asc()).limit(limit)


def _services(wanted: EventFilter) -> list[ColumnElement[bool]]:
    if not wanted.services and not wanted.versions:
        return []
    conditions = [EVENT_SERVICE.c.seq == EVENT.c.seq]
    if wanted.services:
        conditions.append(EVENT_SERVICE.c.service.in_(wanted.services))
    versions = [label(version) for version in wanted.versions] or [""]
    conditions.append(EVENT_SERVICE.c.version.in_(versions))
    return [exists().where(and_(*conditions))]


def _pages(wanted: EventFilter) -> list[ColumnElement[bool]]:
    if not wanted.pages:
        return []
    return [exists().where(EVENT_PAGE.c.seq == EVENT.c.seq, EVENT_PAGE.c.page.in_(wanted.pages))]


def _conditions(wanted: EventFilter) -> list[ColumnElement[bool]]:
    column = EVENT.c
    conditions: list[ColumnElement[bool]] = []
    if not wanted.retired:
        conditions.append(column.retired.is_(False))
    if wanted.types:
        conditions.append(_one_of(column.type, _whole_types(wanted.types)))
    if wanted.min_severity:
        conditions.append(column.severity <= SEVERITIES.index(wanted.min_severity))
    if wanted.subjects:
        conditions.append(_one_of(column.subject, wanted.subjects))
    if wanted.origin:
        conditions.append(column.origin == wanted.origin)
    if wanted.announcement_id:
        conditions.append(column.seq.in_(_from_announcement(wanted.announcement_id)))
    if wanted.published_from:
        conditions.append(column.published_on >= wanted.published_from)
    if wanted.published_until:
        conditions.append(column.published_on <= wanted.published_until)
    if wanted.date_from:
        conditions.append(column.date_end >= wanted.date_from)
    if wanted.date_until:
        conditions.append(column.date_start <= wanted.date_until)
    if wanted.seen_from:
        conditions.append(column.seen_at >= wanted.seen_from)
    if wanted.seen_until:
        conditions.append(column.seen_at <= wanted.seen_until)
    if wanted.text:
        conditions.append(column.search.contains(wanted.text.casefold(), autoescape=True))
    return conditions


def _one_of(column: ColumnElement[Any], values: tuple[str, ...]) -> ColumnElement[bool]:
    return column == values[0] if len(values) == 1 else column.in_(values)


def _whole_types(asked: tuple[str, ...]) -> tuple[str, ...]:
    """The types that are asked for; what is no type and no first half of one matches nothing."""
    known: tuple[str, ...] = get_args(EventType)
    return tuple(kind for kind in known if kind in asked or kind.partition(".")[0] in asked) or ("",)


def _from_announcement(announcement_id: str) -> Select[Any]:
    """The numbers of the events of an announcement, also of those that another page told first."""
    either = union(
        select(EVENT.c.seq).where(EVENT.c.announcement_id == announcement_id),
        select(EVENT_STATEMENT.c.seq).where(EVENT_STATEMENT.c.announcement_id == announcement_id),
    ).subquery()
    return select(either.c.seq)
