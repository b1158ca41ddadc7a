"""The application: every route in its order, and what stands before them.

Everything it needs is given to `create_app`; nothing is read from the environment here. Start it by passing the object
to the server, never by name: `api` and `monitor` are names that a folder may shadow.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from api import (
    announcements,
    document,
    events,
    feeds,
    front,
    health,
    lifecycle,
    pictures,
    plans,
    problems,
    services,
    web,
)
from api import channels as telling
from api import pages as watched
from api.channels import Channels
from api.knowledge import Knowledge
from api.security import Guard
from db.store import Store
from monitor.model import Page

_ABOUT = """
Unofficial monitor of the release and operations pages of Försäkringskassan's services. **The source is the agency's
own page**, which every answer quotes and links.

* Lists answer `items` and `next`; go on with `cursor=<next>` or the `Link` header until `next` is null.
* To follow the log, keep the last `seq` and ask `/v1/events?after=<seq>`.
* Every read has an `ETag`; an unchanged answer costs a 304. Errors are problem documents (RFC 9457).
* Reading is open unless the operator closed it. Everything else needs a bearer token.
"""

_TAGS = [
    {"name": "events", "description": "The log: what an IT team acts on."},
    {"name": "services", "description": "Services, their versions and code lists."},
    {"name": "history", "description": "What was known when."},
    {"name": "plan", "description": "What you run, what happens to it, and by when."},
    {"name": "announcements", "description": "The agency's own words and how they changed."},
    {"name": "pages", "description": "How our watching stands."},
    {"name": "feeds", "description": "RSS, Atom, JSON Feed and iCalendar."},
    {"name": "planning tools", "description": "endoflife.date v0 and v1, and Renovate."},
    {"name": "pictures", "description": "Badges and timelines as SVG."},
    {"name": "subscriptions", "description": "Channels, and what was sent to them."},
    {"name": "health", "description": "How we are, for machines."},
]


def utc_now() -> datetime:
    """This instant."""
    return datetime.now(UTC)


def create_app(
    *,
    store: Store,
    pages: Sequence[Page],
    base_url: str,
    clock: Callable[[], datetime] = utc_now,
    reading_open: bool = True,
    admin_token: str | None = None,
    release: str = "",
    rate_per_second: float = 50.0,
    rate_burst: int = 500,
    channels: Channels | None = None,
    lifespan: Any = None,
) -> FastAPI:
    """The application over one store.

    `pages` are the watched pages, `base_url` the public address without a slash at its end, `release` our own version
    number. With `reading_open` False every read but our own health needs a token. `rate_per_second` and `rate_burst`
    limit each client; 0 sets no limit. Without `channels` there are no subscriptions and no deliveries.
    """
    knowledge = Knowledge(store, pages, base_url=base_url, clock=clock)
    guard = Guard(store, clock=clock, admin_token=admin_token)
    app = FastAPI(
        title="Releasevakt",
        version=release or "0",
        summary="Unofficial monitor of Försäkringskassan's release and operations pages",
        description=_ABOUT,
        openapi_tags=_TAGS,
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        servers=[{"url": knowledge.base_url}],
        generate_unique_id_function=_operation_id,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    problems.install(app)
    document.install(app)
    app.include_router(health.router(knowledge, release=release, queue=channels.queue if channels else None))
    app.include_router(events.router(knowledge))
    app.include_router(services.router(knowledge))
    app.include_router(plans.router(knowledge))
    app.include_router(announcements.router(knowledge))
    app.include_router(watched.router(knowledge))
    if channels is not None:
        app.include_router(telling.router(knowledge, channels, guard))
    app.include_router(lifecycle.router(knowledge))
    app.include_router(pictures.router(knowledge))
    app.include_router(feeds.router(knowledge))
    # Last, because a page's address is any single word.
    app.include_router(web.router(knowledge))
    _stand_before(app, knowledge, guard, reading_open, rate_per_second, rate_burst)
    return app


def _stand_before(
    app: FastAPI, knowledge: Knowledge, guard: Guard, reading_open: bool, rate_per_second: float, rate_burst: int
) -> None:
    """The layers in front, the innermost first."""
    app.add_middleware(
        front.Answers,
        data_version=knowledge.data_version,
        today=knowledge.today,
        clock=knowledge.now,
        shared=reading_open,
    )
    if not reading_open:
        app.add_middleware(front.Door, may_read=guard.may_read, open_paths=health.OPEN_PATHS)
    if rate_per_second > 0:
        app.add_middleware(front.Rate, per_second=rate_per_second, burst=rate_burst, clock=time.monotonic)
    app.add_middleware(front.Courtesy)
    app.add_middleware(front.Tidy)


def _operation_id(route: APIRoute) -> str:
    return route.name
