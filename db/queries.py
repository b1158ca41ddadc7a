"""What a filter means in SQL. The indexes of `db.tables` are there for these."""

from __future__ import annotations

from itertools import product
from typing import Any, get_args

from sqlalchemy import ColumnElement, Select, Table, and_, exists, select, union

from db.rows import SEVERITIES
from db.schema import metadata
from monitor.labels import plain_label
from monitor.model import EventFilter, EventType

EVENT: Table = metadata.tables["event"]
EVENT_SERVICE: Table = metadata.tables["event_service"]
EVENT_PAGE: Table = metadata.tables["event_page"]
EVENT_STATEMENT: Table = metadata.tables["event_statement"]


def select_events(
    wanted: EventFilter, *, after: int | None, before: int | None, limit: int, newest_first: bool
) -> Select[Any]:
    """`seq` and `body` of the wanted events with `after < seq < before`, at most `limit` of them, in order.

    Each service, or page, has its events in order in an index of its own. These are walked one by one to the limit
    and then joined, so that it does not matter how rare or common each of them is.
    """

    def in_order(query: Select[Any], number: ColumnElement[Any]) -> Select[Any]:
        if after is not None:
            query = query.where(number > after)
        if before is not None:
            query = query.where(number < before)
        return query.order_by(number.desc() if newest_first else number.asc()).limit(limit)

    conditions = _conditions(wanted)
    walks = _walks(wanted)
    if wanted.pages and (wanted.services or wanted.versions):
        conditions.append(exists().where(EVENT_PAGE.c.seq == EVENT.c.seq, EVENT_PAGE.c.page.in_(wanted.pages)))
    query = select(EVENT.c.seq, EVENT.c.body)
    if not walks:
        return in_order(query.where(*conditions), EVENT.c.seq)
    walked = [
        in_order(
            select(table.c.seq).distinct().join(EVENT, EVENT.c.seq == table.c.seq).where(place, *conditions),
            table.c.seq,
        ).subquery()
        for table, place in walks
    ]
    found = union(*(select(walk.c.seq) for walk in walked)).subquery()
    return in_order(query.where(EVENT.c.seq.in_(select(found.c.seq))), EVENT.c.seq)


def _walks(wanted: EventFilter) -> list[tuple[Table, ColumnElement[bool]]]:
    """The stretches of the indexes that together hold every event of the wanted services, versions or pages."""
    service, version = EVENT_SERVICE.c.service, EVENT_SERVICE.c.version
    versions = list(dict.fromkeys(plain_label(each) for each in wanted.versions))
    if wanted.services:
        pairs = product(dict.fromkeys(wanted.services), versions or [""])
        return [(EVENT_SERVICE, and_(service == one, version == other)) for one, other in pairs]
    if versions:
        return [(EVENT_SERVICE, version == each) for each in versions]
    return [(EVENT_PAGE, EVENT_PAGE.c.page == page) for page in dict.fromkeys(wanted.pages)]


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
