"""`/healthz`, `/readyz` and `/metrics`: how we are, for machines."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter
from starlette.responses import Response

from api.knowledge import Knowledge
from api.problems import MEDIA_TYPE as PROBLEM_TYPE
from api.replies import json_reply, reply
from monitor.errors import StoreError
from monitor.model import READER_VERSION
from monitor.publish import metrics
from monitor.publish.metrics import Queue

OPEN_PATHS = ("/healthz", "/readyz")
"""Answered also where reading is closed: an orchestrator has no token."""


def router(knowledge: Knowledge, *, release: str, queue: Callable[[], Queue] | None) -> APIRouter:
    """The routes of health. `release` is our version number, `queue` tells how the outbox stands."""
    routes = APIRouter(tags=["health"])

    @routes.get("/healthz")
    def is_alive() -> Response:
        """The process answers."""
        return json_reply({"status": "ok", "version": release}, cache="no-store")

    @routes.get("/readyz", responses={503: {"content": {PROBLEM_TYPE: {}}, "description": "Not ready."}})
    def is_ready() -> Response:
        """The database answers, and no page that has been read once has been unreadable to us for a day.

        Unconfirmed pages are listed and do not count.
        """
        try:
            health = knowledge.health()
        except StoreError:
            return _ready("unavailable", [], "The database does not answer.")
        blind = [each.page.key for each in health if knowledge.is_blind(each)]
        pages: list[dict[str, object]] = [
            {
                "page": each.page.key,
                "state": each.state,
                "last_good_at": each.last_good_at,
                "blind": each.page.key in blind,
            }
            for each in health
        ]
        if blind:
            return _ready("blind", pages, f"Not read for 24 hours: {', '.join(blind)}.")
        return _ready("ok", pages, None)

    @routes.get(
        "/metrics",
        response_class=Response,
        responses={200: {"content": {"application/openmetrics-text": {"schema": {"type": "string"}}}}},
    )
    def get_metrics() -> Response:
        """OpenMetrics 1.0."""
        body = metrics.metrics(
            knowledge.versions(),
            knowledge.health(),
            now=knowledge.now(),
            today=knowledge.today(),
            last_seq=knowledge.store.last_seq(),
            queue=queue() if queue is not None else None,
            release=release,
            reader_version=READER_VERSION,
        )
        return reply(body, metrics.MEDIA_TYPE, cache="no-store")

    return routes


def _ready(status: str, pages: list[dict[str, object]], detail: str | None) -> Response:
    answer = json_reply({"status": status, "detail": detail, "pages": pages}, cache="no-store")
    answer.status_code = 200 if status == "ok" else 503
    return answer
