"""`/v1/announcements`: what the pages say, word for word, and how the words changed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.asking import AnnouncementQuery, is_id
from api.knowledge import Knowledge
from api.problems import missing_place, not_found
from api.replies import json_reply, next_link
from api.schemas import AnnouncementHistoryOut, AnnouncementOut, ListOut
from monitor.model import AnnouncementVersion, EventFilter
from monitor.publish.diffwords import diff_words
from monitor.wire import to_wire


def router(knowledge: Knowledge) -> APIRouter:
    """The routes of announcements."""
    routes = APIRouter(prefix="/v1", tags=["announcements"])

    @routes.get("/announcements", response_model=ListOut[AnnouncementOut])
    def list_announcements(asked: Annotated[AnnouncementQuery, Query()], request: Request) -> Response:
        """Announcements, newest stamp first; with `removed`, also those that left their page."""
        with missing_place():
            found = knowledge.store.announcements(
                pages=(asked.page,) if asked.page else (),
                services=(asked.service,) if asked.service else (),
                include_removed=asked.removed,
                after=asked.cursor,
                limit=asked.limit + 1,
            )
        shown = found[: asked.limit]
        cursor = shown[-1].id if len(found) > asked.limit else None
        return json_reply(
            {"items": shown, "next": cursor},
            modified=knowledge.changed_at(),
            headers=next_link(request, knowledge.base_url, cursor),
        )

    @routes.get("/announcements/{announcement_id}", response_model=AnnouncementHistoryOut)
    def get_announcement(announcement_id: str) -> Response:
        """One announcement with every text it has had, each with what was changed, and the events it gave."""
        found = knowledge.store.announcement(announcement_id) if is_id(announcement_id) else None
        if found is None:
            raise not_found("There is no announcement with this id.")
        versions = knowledge.store.announcement_versions(announcement_id)
        events = knowledge.all_events(EventFilter(announcement_id=announcement_id))
        document = to_wire(found) | {"history": _history(versions), "events": list(events)}
        return json_reply(document, modified=knowledge.changed_at())

    return routes


def _history(versions: tuple[AnnouncementVersion, ...]) -> list[dict[str, Any]]:
    """The texts, oldest first; the first one's diff shows all of it as it was."""
    changes = []
    before: str | None = None
    for version in versions:
        whole = f"{version.heading}\n{version.text}"
        changes.append(
            {
                "seen_at": version.seen_at,
                "heading": version.heading,
                "published": version.published,
                "updated": version.updated,
                "text": version.text,
                "snapshot_id": version.snapshot_id,
                "diff": diff_words(whole if before is None else before, whole),
            }
        )
        before = whole
    return changes
