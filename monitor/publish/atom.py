"""Atom (RFC 4287)."""

from __future__ import annotations

from monitor.publish.feedgen_feed import generator
from monitor.publish.feeds import Feed

MEDIA_TYPE = "application/atom+xml"


def atom(feed: Feed) -> bytes:
    """The feed as Atom, UTF-8."""
    written: bytes = generator(feed, media_type=MEDIA_TYPE).atom_str()
    return written
