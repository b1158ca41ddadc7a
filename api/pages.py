"""`/v1/pages`: how our watching stands, every check that was made, and the pages as they were fetched."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.asking import CheckQuery, PageQuery, is_id
from api.knowledge import Knowledge
from api.problems import missing_place, not_found
from api.replies import LIVE, json_reply, next_link, reply
from api.schemas import CheckOut, ListOut, PageHealthOut, SightingOut
from monitor.model import Page, PageHealth
from monitor.wire import instant


def router(knowledge: Knowledge) -> APIRouter:
    """The routes of pages."""
    routes = APIRouter(prefix="/v1", tags=["pages"])

    def page_of(key: str) -> Page:
        for page in knowledge.pages:
            if page.key == key:
                return page
        raise not_found("There is no page with this key.")

    def health_of(key: str) -> PageHealth:
        [health] = knowledge.store.health([page_of(key)])
        return health

    @routes.get("/pages", response_model=ListOut[PageHealthOut])
    def list_pages() -> Response:
        """Every watched page and how the watching of it stands."""
        return json_reply({"items": knowledge.health(), "next": None}, cache=LIVE)

    @routes.get("/pages/{page}", response_model=PageHealthOut)
    def get_page(page: str) -> Response:
        """One page."""
        return json_reply(health_of(page), cache=LIVE)

    @routes.get("/pages/{page}/checks", response_model=ListOut[CheckOut])
    def list_checks(page: str, asked: Annotated[CheckQuery, Query()], request: Request) -> Response:
        """Every look at a page, newest first, whatever came of it."""
        found = knowledge.store.checks(page_of(page).key, limit=asked.limit + 1, before=asked.cursor)
        shown = found[: asked.limit]
        cursor = instant(shown[-1].started_at) if len(found) > asked.limit else None
        headers = next_link(request, knowledge.base_url, cursor)
        return json_reply({"items": shown, "next": cursor}, cache=LIVE, headers=headers)

    @routes.get("/pages/{page}/snapshots", response_model=ListOut[SightingOut])
    def list_snapshots(page: str, asked: Annotated[PageQuery, Query()], request: Request) -> Response:
        """What stood on a page and when, newest first; a content that came back is there again."""
        before = int(asked.cursor) if asked.cursor else None
        key = page_of(page).key
        with missing_place():
            found = knowledge.store.snapshots(key, limit=asked.limit + 1, before=before)
        shown = found[: asked.limit]
        cursor = str(shown[-1].number) if len(found) > asked.limit else None
        headers = next_link(request, knowledge.base_url, cursor)
        return json_reply({"items": shown, "next": cursor}, cache=LIVE, headers=headers)

    @routes.get(
        "/pages/{page}/snapshots/{snapshot_id}",
        response_class=Response,
        responses={200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}},
    )
    def get_snapshot(page: str, snapshot_id: str) -> Response:
        """The page as it was fetched, byte for byte, as a file: somebody else's markup is not shown from here."""
        key = page_of(page).key
        body = knowledge.store.snapshot_body(snapshot_id) if is_id(snapshot_id) else None
        if body is None:
            raise not_found("There is no snapshot with this id.")
        headers = {
            "Content-Disposition": f'attachment; filename="{key}-{snapshot_id}.html"',
            "Content-Security-Policy": "sandbox; default-src 'none'",
        }
        return reply(body, "application/octet-stream", headers=headers)

    return routes
