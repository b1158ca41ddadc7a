"""`/v1/events`: the log, by any filter, backwards for people and forwards for programs."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.asking import EventQuery, Place, is_id
from api.knowledge import Knowledge
from api.problems import not_found
from api.replies import json_reply, next_link, reply
from api.schemas import EventOut, ListOut
from monitor.model import Event, EventFilter, Known
from monitor.publish.csv_table import CSV_TYPE, events_csv
from monitor.publish.encode import NDJSON_TYPE, ndjson
from monitor.wire import to_wire

FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}, NDJSON_TYPE: {"schema": {"type": "string"}}}}
}
"""The other forms of a list, for the OpenAPI document."""


def router(knowledge: Knowledge) -> APIRouter:
    """The routes of the log."""
    routes = APIRouter(prefix="/v1", tags=["events"])

    @routes.get("/events", response_model=ListOut[EventOut], responses=FILES)
    def list_events(asked: Annotated[EventQuery, Query()], request: Request) -> Response:
        """Events, newest first; with `after`, oldest first from that sequence number, without gaps.

        Go on with `next` until it is null. To follow the log, keep the last `seq` and ask with `after` again.
        """
        wanted = asked.filter()
        place = _place(asked)
        if asked.as_of is not None:
            known = knowledge.events_as_of(wanted, asked.as_of)
            return _answered(*_part(known, place, asked.limit), asked, request, knowledge)
        forward = place.way == "a"
        events = knowledge.store.events(
            wanted,
            after=place.seq if forward else None,
            before=place.seq if not forward and place.seq else None,
            limit=asked.limit + 1,
            newest_first=not forward,
        )
        more = len(events) > asked.limit
        shown: Shown = [(event, None) for event in events[: asked.limit]]
        return _answered(shown, more, place, asked, request, knowledge)

    @routes.get("/events/{event_id}", response_model=EventOut)
    def get_event(event_id: str) -> Response:
        """One event."""
        event = knowledge.store.event(event_id) if is_id(event_id) else None
        if event is None:
            raise not_found("There is no event with this id.")
        return json_reply(event, modified=knowledge.changed_at())

    return routes


def _place(asked: EventQuery) -> Place:
    if asked.cursor is not None:
        return Place.read(asked.cursor)
    if asked.after is not None:
        return Place(way="a", seq=asked.after)
    return Place(way="b", seq=0)


Shown = list[tuple[Event, Known | None]]


def _part(known: list[tuple[Event, Known]], place: Place, limit: int) -> tuple[Shown, bool, Place]:
    if place.way == "a":
        left: Shown = [pair for pair in known if pair[0].seq > place.seq]
    else:
        left = [pair for pair in reversed(known) if not place.seq or pair[0].seq < place.seq]
    return left[:limit], len(left) > limit, place


def _answered(
    shown: Shown, more: bool, place: Place, asked: EventQuery, request: Request, knowledge: Knowledge
) -> Response:
    cursor = str(Place(way=place.way, seq=shown[-1][0].seq)) if more else None
    headers = next_link(request, knowledge.base_url, cursor)
    modified = knowledge.changed_at()
    items = [to_wire(event) | ({"known": known} if known else {}) for event, known in shown]
    match asked.format:
        case "csv":
            return reply(events_csv(event for event, _ in shown), CSV_TYPE, modified=modified, headers=headers)
        case "ndjson":
            return reply(ndjson(items), NDJSON_TYPE, modified=modified, headers=headers)
        case "json":
            return json_reply({"items": items, "next": cursor}, modified=modified, headers=headers)


def newest(knowledge: Knowledge, wanted: EventFilter, limit: int) -> list[Event]:
    """The newest events of a kind, newest first."""
    return list(knowledge.store.events(wanted, limit=limit, newest_first=True))
