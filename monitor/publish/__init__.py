"""Publishing: events and versions in, bytes of a feed, a calendar, a badge out. The bytes depend on the data alone."""
