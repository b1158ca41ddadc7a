"""The answers of `/v1`: what holds, what was told, and what the pages say."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest

from monitor.wire import to_wire
from tests.factories import NOON, made_id, make_events, make_observation, make_page


def seqs(answer):
    return [item["seq"] for item in answer["items"]]


# --- services and versions ----------------------------------------------------------------------------------------


def test_services_tell_current_version_and_next_closing(client):
    answer = client.json("/v1/services")
    [ssbtek, lefi] = answer["items"]
    assert (ssbtek["service"], ssbtek["name"], ssbtek["current"]) == ("ssbtek", "SSBTEK", "9")
    assert ssbtek["next_closing"]["version"] == "8"
    assert (lefi["current"], lefi["next_closing"], lefi["versions"]) == (None, None, 0)
    assert client.json("/v1/services/ssbtek") == ssbtek


def test_versions_stand_as_on_the_day_in_stockholm(client, clock):
    def statuses():
        return {item["version"]: item["status"] for item in client.json("/v1/services/ssbtek/versions")["items"]}

    assert statuses() == {"6": "closed", "8": "closing", "9": "active"}
    clock.now = clock.now.replace(month=9, day=30, hour=21, minute=59)
    assert statuses()["8"] == "closing"
    clock.now += timedelta(minutes=2)
    assert statuses()["8"] == "closed"


@pytest.mark.parametrize("label", ["8", "8.0", "V8", "v8.0"])
def test_a_version_is_found_however_its_number_is_written(client, label):
    assert client.json(f"/v1/services/ssbtek/versions/{label}")["version"] == "8"


@pytest.mark.parametrize(
    "path", ["ssbtek/versions/8.1", "ssbtek/versions/x", "nope/versions", "nope/versions/8", "nope"]
)
def test_an_unknown_service_or_version_is_not_found(client, path):
    assert client.get(f"/v1/services/{path}").status_code == 404


def test_as_of_gives_what_the_pages_had_said_by_then(client):
    closes = client.json("/v1/services/ssbtek/versions/8?as_of=2026-03-01")["closes"]["start"]
    assert closes == "2026-06-01"
    before = client.json("/v1/services/ssbtek/versions?as_of=2020-01-01")["items"]
    assert {item["version"] for item in before} == {"6", "8"}


def test_versions_come_as_csv_and_ndjson(client):
    rows = list(csv.DictReader(io.StringIO(client.get("/v1/services/ssbtek/versions?format=csv").text)))
    assert [(row["version"], row["closes"]) for row in rows] == [("6", "2020-10-31"), ("8", "2026-09-30"), ("9", "")]
    lines = client.get("/v1/services/ssbtek/versions?format=ndjson").text.splitlines()
    assert [json.loads(line)["version"] for line in lines] == ["6", "8", "9"]


# --- events -------------------------------------------------------------------------------------------------------


def test_an_event_looks_as_the_wire_form_says(client, read_store):
    event = read_store.events(limit=1)[0]
    assert client.json(f"/v1/events/{event.id}") == to_wire(event)
    assert "pushed" not in client.json(f"/v1/events/{event.id}")


def test_events_come_newest_first_and_go_on_with_next(client):
    first = client.json("/v1/events?limit=2")
    assert seqs(first) == [5, 4]
    second = client.json(f"/v1/events?limit=2&cursor={first['next']}")
    third = client.json(f"/v1/events?limit=2&cursor={second['next']}")
    assert (seqs(second), seqs(third), third["next"]) == ([3, 2], [1], None)


def test_the_link_header_leads_through_the_same_parts_with_the_same_filter(client):
    found, path = [], "/v1/events?limit=2&service=ssbtek&type=closure"
    while path:
        answer = client.get(path)
        found += seqs(answer.json())
        path = answer.links.get("next", {}).get("url")
    assert found == [4, 3, 1]


def test_after_walks_the_log_forward_without_gaps(build, store):
    client = build()
    found, after = [], 0
    while part := client.json(f"/v1/events?after={after}&limit=2")["items"]:
        found += [item["seq"] for item in part]
        after = found[-1]
    assert found == [1, 2, 3, 4, 5]
    assert client.json("/v1/events?after=5") == {"items": [], "next": None}
    store.commit(make_observation(announcements=(), statements=(), snapshot=None, events=make_events(1, first=90)))
    assert seqs(client.json("/v1/events?after=5")) == [6]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("service=ssbtek", [5, 4, 3, 2, 1]),
        ("service=lefi-online", []),
        ("type=closure", [4, 3, 1]),
        ("type=closure.rescheduled&type=release", [4, 2]),
        ("type=nothing", []),
        ("version=8.0", [4, 3]),
        ("subject=closing:ssbtek:8", [4, 3]),
        ("min_severity=critical", [4, 3, 1]),
        ("min_severity=major", [4, 3, 2, 1]),
        ("page=ssbtek-release&type=type", [5]),
        ("published_from=2026-01-01&published_until=2026-02-28", [5, 3]),
        ("date_from=2026-06-10&date_until=2026-12-31", [5, 4]),
        ("seen_from=2026-05-04T12:00:01Z", []),
        ("seen_until=2026-05-04T14:00:00%2B02:00", [5, 4, 3, 2, 1]),
        ("text=PRÖVNING", [5]),
        ("origin=operator", []),
        (f"announcement={made_id('announcement', 1)}", [4]),
        ("as_of=2026-03-01", [5, 3, 2, 1]),
        ("as_of=2024-01-01", [2, 1]),
    ],
)
def test_every_filter_narrows(client, query, expected):
    # Every event's quotation names announcement 1 too, since the factories write it so; only its own counts here.
    found = seqs(client.json(f"/v1/events?{query}"))
    assert [seq for seq in found if seq in expected] == expected
    if not query.startswith("announcement"):
        assert found == expected


def test_as_of_says_how_each_event_is_known_and_pages_too(client):
    answer = client.json("/v1/events?as_of=2026-03-01&limit=3")
    assert {item["known"] for item in answer["items"]} == {"stamped"}
    assert seqs(client.json(f"/v1/events?as_of=2026-03-01&limit=3&cursor={answer['next']}")) == [1]
    assert {item["known"] for item in client.json("/v1/events?as_of=2026-05-04")["items"]} == {"observed"}


def test_events_come_as_csv_and_ndjson(client):
    answer = client.get("/v1/events?format=csv&limit=2")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'rel="next"' in answer.headers["link"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["seq"], row["code"]) for row in rows] == [("5", "PUS"), ("4", "")]
    lines = client.get("/v1/events?format=ndjson").text.splitlines()
    assert [json.loads(line)["seq"] for line in lines] == [5, 4, 3, 2, 1]


@pytest.mark.parametrize("cursor", ["x", "a.", "b.-1", "a.99999999999999999999", "%00", "c.1"])
def test_a_cursor_that_is_not_ours_is_refused(client, cursor):
    assert client.get(f"/v1/events?cursor={cursor}").status_code == 422


# --- announcements ------------------------------------------------------------------------------------------------


def test_announcements_come_newest_first_and_page(client):
    first = client.json("/v1/announcements?limit=3")
    assert [item["published"] for item in first["items"]] == ["2026-05-04", "2026-02-02", "2023-11-23"]
    rest = client.json(f"/v1/announcements?limit=3&cursor={first['next']}")
    assert [item["published"] for item in rest["items"]] == ["2019-01-01"]
    assert client.json("/v1/announcements?service=lefi-online")["items"] == []


def test_an_announcement_tells_how_its_words_changed_and_what_came_of_it(client):
    answer = client.json(f"/v1/announcements/{made_id('announcement', 1)}")
    assert [change["text"] for change in answer["history"]] == [
        "Version 6 stängs den 30 september 2026.",
        "Version 8 stängs den 1 oktober 2026.",
    ]
    ops = [(piece["op"], piece["text"]) for piece in answer["history"][1]["diff"]]
    assert ("delete", "30 september") in ops
    assert ("insert", "1 oktober") in ops
    assert 4 in [event["seq"] for event in answer["events"]]


@pytest.mark.parametrize(
    "path", ["announcements/x", f"announcements/{made_id('no')}", f"events/{made_id('no')}", "events/%00"]
)
def test_what_is_not_there_is_not_found(client, path):
    assert client.get(f"/v1/{path}").status_code == 404


# --- pages --------------------------------------------------------------------------------------------------------


def test_pages_tell_how_the_watching_stands(client):
    [seen, never] = client.json("/v1/pages")["items"]
    assert (seen["page"]["key"], seen["state"], seen["announcements"]) == ("ssbtek-release", "ok", 4)
    assert (never["page"]["key"], never["state"], never["last_check"]) == ("lefi-online-release", "unconfirmed", None)
    assert client.json("/v1/pages/ssbtek-release") == seen
    assert client.get("/v1/pages/nope").status_code == 404


def test_checks_and_snapshots_are_listed_and_page(client):
    checks = client.json("/v1/pages/ssbtek-release/checks?limit=1")
    older = client.json(f"/v1/pages/ssbtek-release/checks?limit=1&cursor={checks['next']}") if checks["next"] else None
    assert checks["items"][0]["outcome"] == "changed"
    assert older is None or len(older["items"]) <= 1
    first = client.json("/v1/pages/ssbtek-release/snapshots?limit=1")
    second = client.json(f"/v1/pages/ssbtek-release/snapshots?limit=1&cursor={first['next']}")
    assert first["items"][0]["fetched_at"] > second["items"][0]["fetched_at"]
    assert second["next"] is None


def test_a_snapshot_is_a_file_and_never_a_page_of_ours(client):
    [newest, _] = client.json("/v1/pages/ssbtek-release/snapshots")["items"]
    answer = client.get(f"/v1/pages/ssbtek-release/snapshots/{newest['id']}")
    assert answer.content == b"<html>2</html>"
    assert answer.headers["content-type"].startswith("application/octet-stream")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert client.get(f"/v1/pages/ssbtek-release/snapshots/{made_id('no')}").status_code == 404


# --- history, code lists, plan ------------------------------------------------------------------------------------


def test_diff_tells_what_became_known_between_two_days(client):
    answer = client.json("/v1/diff?from=2026-03-01&to=2026-05-04")
    assert seqs({"items": answer["events"]}) == [4]
    [eight] = answer["versions"]
    assert (eight["version"], eight["before"]["closes"]["start"], eight["after"]["closes"]["start"]) == (
        "8",
        "2026-06-01",
        "2026-09-30",
    )
    assert "closes" in eight["changed"]
    assert client.json("/v1/diff?from=2026-05-04&to=2026-03-01") == answer
    assert client.get("/v1/diff").status_code == 422


def test_code_lists_hold_every_value_announced(client):
    [found] = client.json("/v1/code-lists?service=ssbtek")["items"]
    assert (found["code_list"], found["codes"][0]["code"], found["codes"][0]["owner"]) == (
        "BeslutsTyp",
        "PUS",
        "Migrationsverket",
    )


def test_the_plan_says_what_happens_by_when_and_what_to_move_to(client):
    answer = client.json("/v1/plan?run=ssbtek@8&within=150d")
    work = answer["work"][0]
    assert (answer["level"], answer["exit_code"]) == ("warning", 1)
    assert (work["kind"], work["safe_until"], work["move_to"], work["moves"]) == ("closing", "2026-09-29", "9", 1)
    assert work["proof"]["url"].startswith("https://fk.example/")
    assert work["notice_days"] == 149


def test_the_plan_by_post_takes_an_inventory_and_needs_no_token(client):
    runs = [{"service": "SSBTEK", "version": "8", "customer": "A"}, {"service": "ssbtek", "version": "99"}]
    answer = client.request("POST", "/v1/plan", json={"runs": runs, "within": "10d"})
    assert answer.status_code == 200
    assert [(work["level"], work["run"]["customer"]) for work in answer.json()["work"]] == [
        ("unknown", None),
        ("ok", "A"),
    ]
    assert answer.json()["exit_code"] == 3


def test_the_plan_comes_as_csv_and_as_a_plugin_line(client):
    rows = list(csv.DictReader(io.StringIO(client.get("/v1/plan?run=ssbtek@8&format=csv").text)))
    assert rows[0]["safe_until"] == "2026-09-29"
    answer = client.get("/v1/plan?run=ssbtek@8&within=150d&format=plugin")
    assert answer.text.startswith("RELEASEVAKT WARNING - SSBTEK 8 stängs 2026-09-30")
    assert answer.headers["x-exit-code"] == "1"


def test_the_plan_does_not_know_when_its_data_is_a_day_old(client, clock):
    clock.now = NOON + timedelta(hours=25)
    assert client.json("/v1/plan?run=ssbtek@8")["exit_code"] == 3


@pytest.mark.parametrize("query", ["", "run=ssbtek", "run=@8", "run=ssbtek@8&within=1y", "run=ssbtek@8&within=-1d"])
def test_a_plan_that_cannot_be_made_is_a_problem(client, query):
    assert client.get(f"/v1/plan?{query}").status_code == 422


def test_the_answers_are_the_same_on_both_databases(both_stores, build):
    client = build(store=both_stores)
    for path in ("/v1/services/ssbtek/versions", "/feeds/all.rss", "/calendar/all.ics", "/v1/plan?run=ssbtek@8"):
        assert client.get(path).status_code == 200
    assert seqs(client.json("/v1/events?type=closure&date_from=2026-01-01")) == [4, 3]
    assert build(store=both_stores, pages=[make_page()]).json("/v1/pages")["items"][0]["state"] == "ok"
