# needs: reader==3.26 sgmllib3k
# reads: RSS, Atom, JSON Feed
import sys

from reader import make_reader

reader = make_reader(":memory:", feed_root=None)
for form in ("rss", "atom", "json"):
    reader.add_feed(f"{sys.argv[1]}/feeds/all.{form}")
reader.update_feeds()
counts = {feed.url.rpartition(".")[2]: reader.get_entry_counts(feed=feed).total for feed in reader.get_feeds()}
assert len(set(counts.values())) == 1, counts
assert min(counts.values()) > 0, counts
assert not [feed.last_exception for feed in reader.get_feeds() if feed.last_exception]
print("entries", counts)
