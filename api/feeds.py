"""Feeds and calendars, for everything, for one service, and by any filter of the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal, get_args

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.asking import CalendarQuery, FeedQuery
from api.events import newest
from api.knowledge import Knowledge
from api.replies import reply, requested_url
from api.services import known_service
from monitor.publish import atom, calendar, json_feed, rss
from monitor.publish.calendar import CalendarKind
from monitor.publish.feeds import feed

FeedFormat = Literal["rss", "atom", "json"]

_WRITERS = {
    "rss": (rss.rss, rss.MEDIA_TYPE),
    "atom": (atom.atom, atom.MEDIA_TYPE),
    "json": (json_feed.json_feed, json_feed.MEDIA_TYPE),
}
_PLANNED = ("closure", "release", "maintenance", "event.retracted")


def router(knowledge: Knowledge) -> APIRouter:
    """The routes of feeds and calendars."""
    routes = APIRouter(tags=["feeds"])

    @routes.get("/feeds/{name}.{form}", response_class=Response, responses=_kinds("rss", "atom", "json"))
    def get_feed(name: str, form: FeedFormat, asked: Annotated[FeedQuery, Query()], request: Request) -> Response:
        """The log as a feed. `name` is `all` or a service; the parameters narrow it as they narrow `/v1/events`."""
        return _feed(knowledge, name, form, asked, request)

    @routes.get("/{service}.atom", response_class=Response, responses=_kinds("atom"))
    def get_service_atom(service: str, asked: Annotated[FeedQuery, Query()], request: Request) -> Response:
        """The same feed where lifecycle clients look for it."""
        return _feed(knowledge, service, "atom", asked, request)

    @routes.get("/calendar/{name}.ics", response_class=Response, responses={200: {"content": {"text/calendar": {}}}})
    def get_calendar(name: str, asked: Annotated[CalendarQuery, Query()], request: Request) -> Response:
        """Closings, releases and windows to subscribe to. `name` is `all` or a service."""
        service = None if name == "all" else known_service(knowledge, name)
        wanted = asked.filter(service=service, types=_PLANNED)
        body = calendar.calendar(
            knowledge.all_events(wanted),
            knowledge.versions(),
            lang=asked.lang,
            self_url=requested_url(request, knowledge.base_url),
            home_url=_home(knowledge, service, asked.lang),
            about=wanted.services,
            kinds=frozenset(asked.kind or get_args(CalendarKind)),
            alarm=timedelta(days=int(asked.alarm[1:-1])) if asked.alarm else None,
        )
        headers = {"Content-Disposition": f'inline; filename="{name}.ics"'}
        return reply(body, calendar.MEDIA_TYPE, modified=knowledge.modified(), headers=headers)

    return routes


def _feed(knowledge: Knowledge, name: str, form: FeedFormat, asked: FeedQuery, request: Request) -> Response:
    service = None if name == "all" else known_service(knowledge, name)
    wanted = asked.filter(service=service)
    made = feed(
        newest(knowledge, wanted, asked.limit),
        lang=asked.lang,
        self_url=requested_url(request, knowledge.base_url),
        home_url=_home(knowledge, service, asked.lang),
        about=wanted.services,
    )
    write, media_type = _WRITERS[form]
    return reply(write(made), media_type, modified=made.updated)


def _home(knowledge: Knowledge, service: str | None, lang: str) -> str:
    parts = [part for part in ("en" if lang == "en" else None, service) if part]
    return f"{knowledge.base_url}/{'/'.join(parts)}"


def _kinds(*forms: FeedFormat) -> dict[int | str, dict[str, object]]:
    kinds = {_WRITERS[form][1]: {"schema": {"type": "object" if form == "json" else "string"}} for form in forms}
    return {200: {"content": kinds}}
