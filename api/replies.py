"""How a route answers: bytes, their kind, and what the layers in front need to know. ETag and 304 are added there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import Response

from api.front import http_date
from monitor.publish.encode import JSON_TYPE, json_bytes

LIVE = "no-cache"
"""For what changes without the data changing, such as ages and queues: validated each time, and never kept ready."""

PRIVATE = "private, no-cache"
"""For what only the holder of a token sees."""


def reply(
    body: bytes,
    media_type: str,
    *,
    modified: datetime | None = None,
    cache: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Bytes as an answer. `modified` is when they last changed."""
    extra = dict(headers or {})
    if modified is not None:
        extra["Last-Modified"] = http_date(modified)
    if cache is not None:
        extra["Cache-Control"] = cache
    kind = media_type if media_type.startswith(("image/", "application/json")) or "charset" in media_type else ""
    return Response(body, headers=extra, media_type=kind or f"{media_type}; charset=utf-8")


def json_reply(
    value: Any,
    *,
    modified: datetime | None = None,
    cache: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Nouns or JSON values as an answer."""
    return reply(json_bytes(value), JSON_TYPE, modified=modified, cache=cache, headers=headers)


def requested_url(request: Request, base_url: str) -> str:
    """The public address of what was asked for, with its query as it came."""
    query = request.scope["query_string"].decode("ascii", "ignore")
    return f"{base_url}{request.scope['path']}{'?' if query else ''}{query}"


def next_link(request: Request, base_url: str, cursor: str | None) -> dict[str, str]:
    """The `Link` header to the next part of a list."""
    if cursor is None:
        return {}
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in ("cursor", "after")]
    query = urlencode([*kept, ("cursor", cursor)])
    return {"Link": f'<{base_url}{request.scope["path"]}?{query}>; rel="next"'}
