"""The addresses that planning tools have hard-wired, as their clients use them."""

from __future__ import annotations

from datetime import timedelta

import feedparser
import pytest
from icalendar import Calendar
from jsonschema import Draft202012Validator, FormatChecker

from tests.factories import NOON
from tests.publish.lifecycle_schema import (
    DETAILS,
    RELEASE,
    SUMMARY,
    URI,
    V0_CYCLE,
    envelope,
    listed,
    renovate_faults,
)

V1 = {
    "/api/v1": envelope(listed(URI), "total"),
    "/api/v1/products": envelope(listed(SUMMARY), "total"),
    "/api/v1/products/full": envelope(listed(DETAILS), "total"),
    "/api/v1/products/ssbtek": envelope(DETAILS, "last_modified"),
    "/api/v1/products/ssbtek/releases/latest": envelope(RELEASE),
    "/api/v1/products/ssbtek/releases/8": envelope(RELEASE),
    "/api/v1/products/ssbtek/releases/9.0": envelope(RELEASE),
    "/api/v1/categories": envelope(listed(URI), "total"),
    "/api/v1/categories/service": envelope(listed(SUMMARY), "total"),
    "/api/v1/tags": envelope(listed(URI), "total"),
    "/api/v1/tags/forsakringskassan": envelope(listed(SUMMARY), "total"),
    "/api/v1/identifiers": envelope(listed(URI), "total"),
    "/api/v1/identifiers/purl": envelope({"type": "array"}, "total"),
}


def check(schema, document):
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(document)


@pytest.mark.parametrize("path", V1)
@pytest.mark.parametrize("slash", ["", "/"])
def test_v1_fits_the_schema_in_both_slash_forms(client, path, slash):
    document = client.json(path + slash)
    check(V1[path], document)
    if "total" in document:
        assert document["total"] == len(document["result"])


def test_generated_at_is_when_the_data_changed_and_not_the_clock(client, clock):
    first = client.get("/api/v1/products/ssbtek")
    clock.now += timedelta(hours=2)
    assert client.get("/api/v1/products/ssbtek").content == first.content
    assert first.json()["result"]["links"]["html"] == "https://vakt.example/ssbtek"


def test_every_address_that_v1_gives_leads_somewhere(client):
    for kind in client.json("/api/v1")["result"]:
        for found in client.json(kind["uri"])["result"]:
            assert client.get(found["uri"]).status_code == 200


def test_v0_has_the_list_the_product_and_each_cycle(client):
    assert client.json("/api/all.json") == ["ssbtek"]
    cycles = client.json("/api/ssbtek.json")
    check(listed(V0_CYCLE), cycles)
    for cycle in cycles:
        assert client.json(f"/api/ssbtek/{cycle['cycle']}.json") == {k: v for k, v in cycle.items() if k != "cycle"}
    assert client.json("/api/SSBTEK.json") == cycles


def test_v0_without_an_ending_leads_to_the_product(client):
    answer = client.get("/api/ssbtek")
    assert (answer.status_code, answer.headers["location"]) == (301, "https://vakt.example/api/ssbtek.json")
    assert client.get("/api/v1.json").status_code == 404


def test_renovate_takes_what_is_served(client):
    assert renovate_faults(client.json("/renovate/ssbtek.json"), NOON.date().isoformat()) == []


@pytest.mark.parametrize(
    "moment",
    ["2026-09-29T22:00:00+00:00", "2026-09-29T23:30:00+00:00", "2026-09-30T21:59:59+00:00"],
)
def test_the_closing_day_is_the_same_everywhere_and_ends_with_the_day_in_stockholm(client, clock, moment):
    clock.now = NOON.fromisoformat(moment)
    day = "2026-09-30"
    release = client.json("/api/v1/products/ssbtek/releases/8")["result"]
    assert (release["eolFrom"], release["isEol"]) == (day, False)
    assert client.json("/api/ssbtek/8.json")["eol"] == day
    assert client.json("/v1/services/ssbtek/versions/8")["closes"]["start"] == day
    assert f"closes {day}" in client.json("/renovate/ssbtek.json")["releases"][1]["changelogContent"]
    assert day in client.get("/badge/ssbtek/8.svg").text
    assert day in client.get("/timeline/ssbtek.svg").text
    entries = Calendar.from_ical(client.get("/calendar/ssbtek.ics").content).walk("VEVENT")
    assert day in {entry.decoded("DTSTART").isoformat() for entry in entries}
    assert 'releasevakt_version_closes_days{service="ssbtek",version="8"} 0' in client.get("/metrics").text
    assert client.json("/v1/plan?run=ssbtek@8")["work"][0]["date"]["start"] == day


def test_a_real_feed_reader_reads_every_feed_and_gets_304_the_second_time(client):
    for path in ("/feeds/all.rss", "/feeds/all.atom", "/feeds/ssbtek.rss", "/feeds/all.rss?type=closure&lang=en"):
        answer = client.get(path)
        parsed = feedparser.parse(answer.content, response_headers=dict(answer.headers))
        assert not parsed.bozo, path
        assert parsed.entries
        [own] = [link.href for link in parsed.feed.links if link.rel == "self"]
        assert own == f"https://vakt.example{path}"
        again = client.get(path, headers={"If-None-Match": parsed.headers["etag"]})
        assert again.status_code == 304


def test_the_feeds_narrow_like_the_log(client):
    items = client.json("/feeds/all.json?type=closure&limit=2")["items"]
    assert [item["_releasevakt"]["event"]["seq"] for item in items] == [4, 3]
    assert client.json("/feeds/lefi-online.json")["items"] == []
    assert client.json("/feeds/all.json?lang=en")["title"] == "Releasevakt: all services"


def test_types_of_content_are_what_clients_look_for(client):
    for path, kind in (
        ("/feeds/all.rss", "application/rss+xml; charset=utf-8"),
        ("/feeds/all.atom", "application/atom+xml; charset=utf-8"),
        ("/feeds/all.json", "application/feed+json; charset=utf-8"),
        ("/calendar/all.ics", "text/calendar; charset=utf-8"),
        ("/api/ssbtek.json", "application/json"),
        ("/metrics", "application/openmetrics-text; version=1.0.0; charset=utf-8"),
        ("/badge/ssbtek/8.svg", "image/svg+xml"),
    ):
        for accept in ("*/*", "application/rss+xml", "text/html", ""):
            answer = client.get(path, headers={"Accept": accept})
            assert (answer.status_code, answer.headers["content-type"]) == (200, kind)


def test_a_calendar_can_be_narrowed_and_given_alarms(client):
    [entry] = Calendar.from_ical(client.get("/calendar/all.ics?kind=closing&version=8&alarm=P14D").content).walk(
        "VEVENT"
    )
    assert entry["SEQUENCE"] == 1
    assert entry.walk("VALARM")
    assert "Releasevakt: SSBTEK" in client.get("/calendar/ssbtek.ics").text


def test_readyz_fails_when_a_page_has_not_been_read_for_a_day_and_not_for_unconfirmed_ones(client, clock):
    assert client.get("/readyz").status_code == 200
    clock.now = NOON + timedelta(hours=25)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    blind = {page["page"]: page["blind"] for page in answer.json()["pages"]}
    assert blind == {"ssbtek-release": True, "lefi-online-release": False}
    assert client.get("/healthz").status_code == 200
