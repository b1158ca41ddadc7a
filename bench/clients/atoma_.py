# needs: atoma==0.0.17
# reads: RSS, Atom, JSON Feed
import sys
from urllib.request import urlopen

import atoma


def read(form):
    with urlopen(f"{sys.argv[1]}/feeds/all.{form}") as answer:
        return answer.read()


rss, atom, feed = (
    atoma.parse_rss_bytes(read("rss")), atoma.parse_atom_bytes(read("atom")), atoma.parse_json_feed_bytes(read("json")),
)  # fmt: skip
ids = [[item.guid for item in rss.items], [entry.id_ for entry in atom.entries], [item.id_ for item in feed.items]]
assert ids[0] == ids[1] == ids[2]
print(f"{len(ids[0])} entries with the same ids in all three")
