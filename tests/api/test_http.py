"""What holds for every address: validators, headers, problems, limits, and who may do what."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from datetime import timedelta

import pytest
from fastapi.routing import APIRoute

from api import schemas
from api.security import hash_of, new_secret
from monitor import model
from monitor.model import Token
from monitor.publish.plan import Plan, Proof, Run, Work
from monitor.wire import INTERNAL
from tests.factories import NOON, made_id, make_events, make_observation

READS = [
    "/v1/services",
    "/v1/services/ssbtek/versions",
    "/v1/services/ssbtek/versions/9",
    "/v1/events",
    "/v1/announcements",
    "/v1/pages",
    "/v1/pages/ssbtek-release/checks",
    "/v1/pages/ssbtek-release/snapshots",
    "/v1/diff?from=2026-01-01",
    "/v1/plan?run=ssbtek@8",
    "/v1/code-lists",
    "/v1/openapi.json",
    "/feeds/all.rss",
    "/feeds/ssbtek.atom",
    "/feeds/lefi-online.json",
    "/ssbtek.atom",
    "/calendar/all.ics",
    "/api/all.json",
    "/api/ssbtek.json",
    "/api/ssbtek/9.json",
    "/api/v1",
    "/api/v1/products/ssbtek",
    "/renovate/ssbtek.json",
    "/badge/ssbtek/8.svg",
    "/timeline/ssbtek.svg",
    "/healthz",
    "/readyz",
]


@pytest.mark.parametrize("path", READS)
def test_every_read_has_head_etag_304_cors_and_the_security_headers(client, path):
    whole = client.get(path)
    assert whole.status_code == 200
    head = client.request("HEAD", path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers == whole.headers
    etag = whole.headers["etag"]
    assert re.fullmatch(r'"[0-9a-f]{32}"', etag)
    again = client.get(path, headers={"If-None-Match": f'"other", W/{etag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert again.headers["cache-control"] == whole.headers["cache-control"]
    assert client.get(path, headers={"If-None-Match": "*"}).status_code == 304
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    for answer in (whole, head, again):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", [path for path in READS if "pages" not in path and "?" not in path])
def test_slashes_too_many_are_tolerated(client, path):
    if not path.endswith((".json", ".rss", ".atom", ".ics", ".svg")):
        assert client.get(f"{path}/").status_code == 200
    # httpx takes a path that begins with two slashes for a host, so the whole address is given.
    assert client.get(f"https://vakt.example/{path}").status_code == 200


def test_if_modified_since_alone_gives_304_and_if_none_match_goes_before_it(client):
    whole = client.get("/feeds/all.rss")
    modified = whole.headers["last-modified"]
    assert client.get("/feeds/all.rss", headers={"If-Modified-Since": modified}).status_code == 304
    both = {"If-Modified-Since": modified, "If-None-Match": '"other"'}
    assert client.get("/feeds/all.rss", headers=both).status_code == 200
    for odd in ("yesterday", "Mon, 04 May 2026 11:59:59 GMT", ""):
        assert client.get("/feeds/all.rss", headers={"If-Modified-Since": odd}).status_code == 200


def test_last_modified_is_not_given_within_the_second_that_it_names(build, clock):
    client = build()
    clock.now = NOON + timedelta(seconds=1)
    assert "last-modified" not in client.get("/feeds/all.rss").headers
    clock.now = NOON + timedelta(seconds=2)
    assert "last-modified" in client.get("/feeds/all.rss").headers


def test_two_processes_give_the_same_bytes_and_the_same_etag(build):
    one, other = build(), build()
    for path in READS:
        first, second = one.get(path), other.get(path)
        assert (first.content, first.headers["etag"]) == (second.content, second.headers["etag"])


def test_a_ready_answer_is_dropped_when_the_data_changes(build, store):
    client = build()
    before = client.get("/feeds/all.rss")
    store.commit(make_observation(announcements=(), statements=(), snapshot=None, events=make_events(1, first=90)))
    after = client.get("/feeds/all.rss", headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert after.headers["etag"] != before.headers["etag"]


def test_a_ready_answer_is_dropped_at_midnight_in_stockholm(client, clock):
    clock.now = NOON.replace(month=9, day=30, hour=21, minute=59)
    before = client.get("/api/v1/products/ssbtek/releases/8")
    clock.now += timedelta(minutes=2)
    after = client.get("/api/v1/products/ssbtek/releases/8", headers={"If-None-Match": before.headers["etag"]})
    assert (before.json()["result"]["isEol"], after.status_code, after.json()["result"]["isEol"]) == (False, 200, True)


def test_a_preflight_is_answered(client):
    answer = client.request("OPTIONS", "/v1/events", headers={"Origin": "https://x.example"})
    assert answer.status_code == 204
    assert "GET" in answer.headers["access-control-allow-methods"]


# --- problems -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nope/nope/nope", 404),
        ("GET", "/v1/nope", 404),
        ("GET", "/v1/events/nope", 404),
        ("GET", "/feeds/nope.rss", 404),
        ("GET", "/feeds/all.pdf", 422),
        ("GET", "/api/nope.json", 404),
        ("GET", "/api/v1/products/nope", 404),
        ("GET", "/api/v1/products/ssbtek/releases/99", 404),
        ("GET", "/api/ssbtek/99.json", 404),
        ("GET", "/badge/nope/1.svg", 404),
        ("GET", "/v1/events?limit=0", 422),
        ("GET", "/v1/events?limit=100000", 422),
        ("GET", "/v1/events?servce=ssbtek", 422),
        ("GET", "/v1/events?as_of=2026-02-30", 422),
        ("GET", "/v1/events?as_of=0", 422),
        ("GET", "/v1/events?seen_from=0", 422),
        ("GET", "/v1/events?seen_from=2026-05-04T12:00:00", 422),
        ("GET", "/v1/events?text=%00", 422),
        ("GET", "/v1/events?after=-1", 422),
        ("GET", "/feeds/ssbtek.rss?service=lefi-online", 422),
        ("GET", "/calendar/all.ics?alarm=soon", 422),
        ("POST", "/v1/events", 405),
        ("DELETE", "/feeds/all.rss", 405),
        ("POST", "/v1/plan", 422),
        ("HEAD", "/v1/nope", 404),
    ],
)
def test_every_error_is_a_problem_document(client, method, path, status):
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    if method == "HEAD":
        assert answer.content == b""
        return
    document = answer.json()
    assert {"type", "title", "status", "detail", "instance"} <= set(document)
    assert document["status"] == status
    if status == 405:
        assert answer.headers["allow"]


@pytest.mark.parametrize(
    "path",
    ["/v1/<script>alert(1)</script>", "/v1/events?limit=<script>", "/v1/events?<script>=1", "/feeds/<script>.rss"],
)
def test_a_problem_never_gives_the_input_back_as_markup(client, path):
    answer = client.get(path)
    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_unexpected_failure_is_a_problem_with_the_security_headers_and_no_details(build):
    class Broken(Exception):
        pass

    def broken():
        raise Broken("secret detail")

    answer = build(raises=False, clock=broken).get("/v1/events")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-frame-options"] == "DENY"
    assert "secret" not in answer.text


def test_a_database_that_does_not_answer_is_a_503_and_we_are_still_alive(build, store):
    client = build()
    store.database.writer.dispose()
    store.database.reader.dispose()
    with store.database.writer.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE meta RENAME TO elsewhere")
    answer = client.get("/v1/services")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert answer.headers["retry-after"]
    assert client.get("/healthz").status_code == 200


# --- limits and doors ---------------------------------------------------------------------------------------------


def test_who_asks_too_often_is_told_when_to_come_back(build):
    client = build(rate_per_second=0.5, rate_burst=3)
    answers = [client.get("/v1/events") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 2
    assert answers[-1].headers["content-type"] == "application/problem+json"
    assert client.get("/healthz").status_code == 200


def made_token(store, *scopes):
    secret = new_secret()
    token = Token(id=made_id("token", *scopes), name="test", scopes=scopes, created_at=NOON)
    store.add_token(token, hash=hash_of(secret))
    return secret, token


def test_a_closed_door_opens_for_a_token_that_may_read(build, store, clock):
    client = build(reading_open=False)
    secret, token = made_token(store, "read")
    assert client.get("/healthz").status_code == 200
    for path in ("/v1/events", "/feeds/all.rss", "/api/all.json", "/nope"):
        refused = client.get(path)
        assert (refused.status_code, refused.headers["content-type"]) == (401, "application/problem+json")
        assert "Bearer" in refused.headers["www-authenticate"]
    assert client.get("/v1/events", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    assert client.get("/feeds/all.rss", auth=("any", secret)).status_code == 200
    assert client.get("/feeds/all.rss").status_code == 401
    assert client.get("/feeds/all.rss", auth=("any", "wrong")).status_code == 401
    assert client.get("/feeds/all.rss", headers={"Authorization": b"Basic \xe4"}).status_code == 401
    assert "private" in client.get("/v1/events", headers={"Authorization": f"Bearer {secret}"}).headers["cache-control"]
    assert store.tokens()[0].last_used_at == clock.now
    store.revoke_token(token.id, at=clock.now)
    assert client.get("/v1/events", headers={"Authorization": f"Bearer {secret}"}).status_code == 401


def test_the_token_of_the_configuration_opens_too(build):
    client = build(reading_open=False, admin_token="a-long-admin-token")
    assert client.get("/v1/events", headers={"Authorization": "Bearer a-long-admin-token"}).status_code == 200
    assert client.get("/v1/events", headers={"Authorization": "Bearer "}).status_code == 401


READS_BY_POST = {"/v1/plan"}
"""Asked by POST because an inventory does not fit in an address; they keep and change nothing."""


def test_every_change_and_every_private_read_refuses_without_a_token(client):
    for route in client.app.routes:
        if not isinstance(route, APIRoute):
            continue
        private = route.path.startswith(("/v1/subscriptions", "/v1/deliveries"))
        for method in route.methods:
            if (method in ("GET", "HEAD") and not private) or route.path in READS_BY_POST:
                continue
            path = re.sub(r"\{[^}]+\}", made_id("any"), route.path)
            for headers in ({}, {"Authorization": "Bearer rv_wrong"}, {"Authorization": "Basic eDp5"}):
                assert client.request(method, path, headers=headers).status_code == 401, (method, route.path)


# --- the OpenAPI document -----------------------------------------------------------------------------------------


def test_the_openapi_document_is_3_1_with_good_names_for_generated_clients(client):
    document = client.json("/v1/openapi.json")
    assert document["openapi"].startswith("3.1")
    names = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z][a-z0-9_]+", name) for name in names)
    assert {"list_events", "get_event", "list_versions", "get_plan"} <= set(names)
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert operation["tags"], path
            assert operation["summary"], path
    assert "/{service}" not in document["paths"]


@pytest.mark.parametrize(
    ("shape", "noun"),
    [
        (schemas.EventOut, model.Event),
        (schemas.VersionOut, model.Version),
        (schemas.AnnouncementOut, model.Announcement),
        (schemas.WhenOut, model.When),
        (schemas.HistoryEntryOut, model.HistoryEntry),
        (schemas.ContradictionOut, model.Contradiction),
        (schemas.SourceNewestOut, model.SourceNewest),
        (schemas.PageOut, model.Page),
        (schemas.PageHealthOut, model.PageHealth),
        (schemas.CheckOut, model.Check),
        (schemas.SightingOut, model.Sighting),
        (schemas.PlanOut, Plan),
        (schemas.WorkOut, Work),
        (schemas.RunOut, Run),
        (schemas.ProofOut, Proof),
    ],
)
def test_a_documented_shape_has_the_fields_of_its_noun(shape, noun):
    hidden = INTERNAL.get(noun.__name__, frozenset())
    assert set(shape.model_fields) == {field.name for field in fields(noun)} - hidden


def test_answers_fit_their_documented_shapes(client):
    for path, shape in (
        ("/v1/events", schemas.ListOut[schemas.EventOut]),
        ("/v1/services", schemas.ListOut[schemas.ServiceOut]),
        ("/v1/services/ssbtek/versions", schemas.ListOut[schemas.VersionOut]),
        ("/v1/announcements", schemas.ListOut[schemas.AnnouncementOut]),
        (f"/v1/announcements/{made_id('announcement', 1)}", schemas.AnnouncementHistoryOut),
        ("/v1/pages", schemas.ListOut[schemas.PageHealthOut]),
        ("/v1/pages/ssbtek-release/checks", schemas.ListOut[schemas.CheckOut]),
        ("/v1/pages/ssbtek-release/snapshots", schemas.ListOut[schemas.SightingOut]),
        ("/v1/diff?from=2026-01-01", schemas.DiffOut),
        ("/v1/plan?run=ssbtek@8", schemas.PlanOut),
        ("/v1/code-lists", schemas.ListOut[schemas.CodeListOut]),
    ):
        shape.model_validate_json(json.dumps(client.json(path)))
    shape = schemas.ProblemOut
    shape.model_validate_json(client.get("/v1/events?limit=0").text)
