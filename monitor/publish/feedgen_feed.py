"""A `Feed` as feedgen's own object, with every default that would read the clock or reverse the order set by hand."""

from __future__ import annotations

from typing import Any

from feedgen.feed import FeedGenerator

from monitor.publish.feeds import Feed


def generator(feed: Feed, *, media_type: str) -> Any:
    """feedgen's generator for one format; each format needs its own, since the self link differs."""
    made = FeedGenerator()
    made.id(feed.self_url)
    made.title(feed.title)
    made.subtitle(feed.description)
    made.description(feed.description)
    made.language(feed.lang)
    made.author(name="Releasevakt (inofficiell)" if feed.lang == "sv" else "Releasevakt (unofficial)")
    made.generator("Releasevakt")
    made.ttl(15)
    made.updated(feed.updated)
    made.lastBuildDate(feed.updated)
    made.link(href=feed.self_url, rel="self", type=media_type)
    made.link(href=feed.home_url, rel="alternate", type="text/html")
    for entry in feed.entries:
        item = made.add_entry(order="append")
        item.id(entry.id)
        item.title(entry.title)
        item.link(href=entry.link, rel="alternate")
        item.content(entry.html, type="html")
        item.published(entry.at)
        item.updated(entry.at)
        for scheme, term in entry.categories:
            # In RSS feedgen writes the label and in Atom the term: equal, so that no format loses the machine's word.
            item.category(term=term, scheme=scheme, label=term)
    return made
