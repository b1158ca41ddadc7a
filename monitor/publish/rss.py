"""RSS 2.0, with the RSS Advisory Board's profile."""

from __future__ import annotations

from threading import Lock

from monitor.publish.feedgen_feed import generator
from monitor.publish.feeds import Feed

MEDIA_TYPE = "application/rss+xml"

_LOCALE = Lock()
"""feedgen switches the locale of the whole process while it writes a date: one thread at a time may write RSS."""


def rss(feed: Feed) -> bytes:
    """The feed as RSS, UTF-8."""
    made = generator(feed, media_type=MEDIA_TYPE)
    with _LOCALE:
        written: bytes = made.rss_str()
    return written
