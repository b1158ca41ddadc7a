# needs: feedparser==6.0.14
# reads: RSS, Atom
import sys

import feedparser

seen = []
for path in ("/feeds/all.rss", "/feeds/all.atom", "/ssbtek.atom", "/feeds/ssbtek.rss?type=closure&lang=en"):
    first = feedparser.parse(sys.argv[1] + path)
    assert not first.bozo, (path, first.bozo_exception)
    again = feedparser.parse(sys.argv[1] + path, etag=first.etag, modified=first.get("modified"))
    assert again.status == 304, (path, again.status)
    seen.append(str(len(first.entries)))
print(f"entries {', '.join(seen)}; the second look 304 each time")
