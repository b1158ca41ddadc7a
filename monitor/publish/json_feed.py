"""JSON Feed 1.1. What only we know of an event stands under `_releasevakt`, as the format asks of extensions."""

from __future__ import annotations

from typing import Any

from monitor.publish.encode import json_bytes
from monitor.publish.feeds import Feed, FeedEntry
from monitor.wire import instant

MEDIA_TYPE = "application/feed+json"


def json_feed(feed: Feed) -> bytes:
    """The feed as JSON Feed, UTF-8."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.description,
        "home_page_url": feed.home_url,
        "feed_url": feed.self_url,
        "language": feed.lang,
        "authors": [{"name": "Releasevakt", "url": feed.home_url}],
        "items": [_item(entry) for entry in feed.entries],
    }
    return json_bytes(document)


def _item(entry: FeedEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "url": entry.link,
        "title": entry.title,
        "summary": entry.summary,
        "content_html": entry.html,
        "date_published": instant(entry.at),
        "date_modified": instant(entry.at),
        "tags": [term for _, term in entry.categories],
        "_releasevakt": {
            "about": "https://jsonfeed.org/version/1.1#extensions",
            "event": entry.event,
        },
    }
