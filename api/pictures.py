"""Badges and timelines, to put on other people's pages."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.asking import LangQuery
from api.knowledge import Knowledge
from api.replies import reply
from api.services import known_service
from monitor.publish.badge import SVG_TYPE, badge
from monitor.publish.timeline import timeline
from monitor.versions import find_version

_SVG: dict[int | str, dict[str, Any]] = {200: {"content": {SVG_TYPE: {"schema": {"type": "string"}}}}}
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


def router(knowledge: Knowledge) -> APIRouter:
    """The routes of pictures."""
    routes = APIRouter(tags=["pictures"])

    @routes.get("/badge/{service}/{version}.svg", response_class=Response, responses=_SVG)
    def get_badge(service: str, version: str, asked: Annotated[LangQuery, Query()]) -> Response:
        """Where a version stands, small. A version that no page mentions gets a badge that says so."""
        name = known_service(knowledge, service)
        found = find_version(knowledge.versions(name), version)
        body = badge(name, version, found, today=knowledge.today(), lang=asked.lang)
        return reply(body, SVG_TYPE, modified=knowledge.modified(), headers=_HEADERS)

    @routes.get("/timeline/{service}.svg", response_class=Response, responses=_SVG)
    def get_timeline(service: str, asked: Annotated[LangQuery, Query()]) -> Response:
        """A service's versions in time."""
        name = known_service(knowledge, service)
        body = timeline(name, knowledge.versions(name), today=knowledge.today(), lang=asked.lang)
        return reply(body, SVG_TYPE, modified=knowledge.modified(), headers=_HEADERS)

    return routes
