"""Layout: the bytes of a page -> its announcements in its own words. Knows no Swedish beyond what a layout is known by.

The way of a page: `charset` makes text of bytes, `flatten` (or `plain`) makes leaves of text, `shell` takes out what
belongs to the portal, `overview` finds the list of versions, `items` finds where announcements begin and end.
"""

from monitor.parse.reading import digest, parse

__all__ = ["digest", "parse"]
