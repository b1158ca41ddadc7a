"""Feeds: one log in three formats that readers and validators take, whose bytes depend on the data alone."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

import feedparser
import pytest
from lxml import etree

from monitor.model import Text
from monitor.publish.atom import atom
from monitor.publish.feeds import EMPTY_SINCE, entry_times, feed
from monitor.publish.json_feed import json_feed
from monitor.publish.rss import rss
from tests.factories import NOON, make_event, make_events

SELF = "https://vakt.example/feeds/all.rss"
HOME = "https://vakt.example/"
ATOM = "{http://www.w3.org/2005/Atom}"


def numbered(count, **changes):
    return tuple(replace(event, seq=place) for place, event in enumerate(make_events(count, **changes), start=1))


def made(events, lang="sv"):
    return feed(events, lang=lang, self_url=SELF, home_url=HOME)


def test_the_same_events_give_the_same_bytes():
    for write in (rss, atom, json_feed):
        assert write(made(numbered(5))) == write(made(tuple(reversed(numbered(5)))))


def test_an_id_is_the_same_in_all_three_formats():
    events = numbered(3)
    from_rss = [entry.id for entry in feedparser.parse(rss(made(events))).entries]
    from_atom = [entry.id for entry in feedparser.parse(atom(made(events))).entries]
    from_json = [item["id"] for item in json.loads(json_feed(made(events)))["items"]]
    assert from_rss == from_atom == from_json
    assert set(from_rss) == {f"urn:uuid:{event.id}" for event in events}


def test_the_newest_entry_stands_first():
    events = numbered(3)
    assert [entry.event.seq for entry in made(events).entries] == [3, 2, 1]


def test_a_reader_that_knows_the_formats_finds_nothing_wrong():
    for write in (rss, atom):
        parsed = feedparser.parse(write(made(numbered(3))))
        assert not parsed.bozo
        assert len(parsed.entries) == 3
        assert parsed.entries[0].published_parsed is not None
        assert parsed.feed.language == "sv"


def test_entry_time_is_when_we_saw_it_and_never_the_planned_day():
    event = replace(make_event(), seq=1)
    [entry] = made([event]).entries
    assert entry.at == NOON


def test_a_back_dated_live_event_comes_last_in_the_order_of_time():
    first, second = numbered(2)
    second = replace(second, published=date(2019, 1, 1), seen_at=NOON + timedelta(hours=1))
    times = entry_times([first, second])
    assert times[second.id] > times[first.id]


def test_time_grows_with_the_sequence_number_also_when_two_checks_crossed():
    first, second = numbered(2)
    first = replace(first, seen_at=NOON + timedelta(seconds=3))
    times = entry_times([first, second])
    assert times[first.id] < times[second.id] < times[first.id] + timedelta(seconds=1)


def test_history_carries_its_stamp_spread_by_seconds():
    history = numbered(3, pushed=False, published=date(2024, 6, 1))
    times = sorted(entry_times(history).values())
    assert [time.astimezone(UTC) for time in times] == [
        datetime(2024, 5, 31, 22, 0, second, tzinfo=UTC) for second in (1, 2, 3)
    ]


def test_history_stamped_today_is_not_in_the_future():
    early = datetime(2026, 5, 3, 22, 0, 1, tzinfo=UTC)
    [history] = numbered(1, pushed=False, published=date(2026, 5, 4), seen_at=early)
    history = replace(history, seq=3000)
    assert entry_times([history])[history.id] <= early


def test_history_without_a_stamp_stands_where_it_was_seen_and_moves_nothing_live():
    [live] = numbered(1)
    [old] = numbered(1, first=9, pushed=False, published=None, seen_at=NOON - timedelta(days=900))
    times = entry_times([live, replace(old, seq=2)])
    assert times[old.id] - (NOON - timedelta(days=900)) < timedelta(milliseconds=1)
    assert times[live.id] == NOON


def test_no_two_entries_have_the_same_updated():
    live, old = numbered(4), numbered(4, first=9, pushed=False, published=date(2024, 6, 1))
    events = live + tuple(replace(event, seq=event.seq + 10) for event in old)
    updated = [node.text for node in etree.fromstring(atom(made(events))).iter(f"{ATOM}updated")][1:]
    assert len(set(updated)) == len(updated) == 8


def test_an_empty_feed_is_whole_and_has_a_fixed_time():
    for write in (rss, atom):
        parsed = feedparser.parse(write(made([])))
        assert not parsed.bozo
        assert parsed.entries == []
    assert made([]).updated == EMPTY_SINCE


@pytest.mark.parametrize("character", ["\x0b", "\x00", "\x1f", "\ud800", "\ufffe"])
def test_characters_that_xml_cannot_hold_are_left_out(character):
    bad = f"stängs{character} snart"
    event = replace(make_event(), seq=1, evidence=bad, title=Text(sv=bad, en=bad), summary=Text(sv=bad, en=bad))
    for write in (rss, atom):
        assert feedparser.parse(write(made([event]))).entries[0].title == "stängs snart"
    json_feed(made([event])).decode()


def test_markup_in_the_agencys_words_is_shown_and_never_obeyed():
    bad = '<script>alert(1)</script> & <b onclick="x">'
    event = replace(make_event(), seq=1, evidence=bad, title=Text(sv=bad, en=bad), summary=Text(sv=bad, en=bad))
    root = etree.fromstring(rss(made([event])))
    html = root.findtext("channel/item/{http://purl.org/rss/1.0/modules/content/}encoded") or root.findtext(
        "channel/item/description"
    )
    assert "<script" not in html
    assert "onclick" in html
    assert "&lt;script&gt;" in html


def test_the_text_holds_stamp_quotation_source_and_that_we_are_unofficial():
    event = replace(make_event(), seq=1)
    html = made([event]).entries[0].html
    assert "Publicerat 4 maj 2026" in html
    assert "<blockquote><p>Version 6 stängs den 30 september 2026.</p></blockquote>" in html
    assert event.url in html
    assert "Inofficiell" in html
    english = made([event], "en").entries[0].html
    assert "Published 4 May 2026" in english
    assert "Unofficial" in english


def test_rss_keeps_the_rules_of_the_validator():
    root = etree.fromstring(rss(made(numbered(3))))
    channel = root.find("channel")
    assert [channel.findtext(name) for name in ("title", "link", "language")] == [
        "Releasevakt: alla tjänster",
        HOME,
        "sv",
    ]
    own = channel.find(f"{ATOM}link")
    assert (own.get("rel"), own.get("href"), own.get("type")) == ("self", SELF, "application/rss+xml")
    guids = [node.text for node in channel.iter("guid")]
    assert len(set(guids)) == 3
    assert {node.get("isPermaLink") for node in channel.iter("guid")} == {"false"}
    for node in channel.iter("pubDate"):
        moment = parsedate_to_datetime(node.text)
        assert moment.tzinfo is not None
        assert node.text.startswith(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))
    assert {node.text for node in channel.iter("category")} == {"closure.announced", "ssbtek", "critical"}
    assert channel.findtext("lastBuildDate") == "Mon, 04 May 2026 12:00:00 +0000"


def test_atom_keeps_the_rules_of_the_validator():
    root = etree.fromstring(atom(made(numbered(2))))
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "sv"
    assert root.find(f"{ATOM}author/{ATOM}name") is not None
    for entry in root.iter(f"{ATOM}entry"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00", entry.findtext(f"{ATOM}updated"))
        assert entry.find(f"{ATOM}content").get("type") == "html"
        assert [link.get("rel", "alternate") for link in entry.findall(f"{ATOM}link")] == ["alternate"]
    terms = {category.get("term") for category in root.iter(f"{ATOM}category")}
    assert terms == {"closure.announced", "ssbtek", "critical"}


def test_json_feed_has_what_version_1_1_asks_for():
    document = json.loads(json_feed(made(numbered(2))))
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert document["language"] == "sv"
    for item in document["items"]:
        assert isinstance(item["id"], str)
        assert item["content_html"]
        assert item["url"].startswith("https://")
        assert datetime.fromisoformat(item["date_published"]).tzinfo is not None
        assert item["_releasevakt"]["event"]["seq"] > 0
        assert "pushed" not in item["_releasevakt"]["event"]
