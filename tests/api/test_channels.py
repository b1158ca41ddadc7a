"""Subscriptions and deliveries: always behind a token, addresses never shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from standardwebhooks import Webhook

from api import schemas
from api.security import hash_of, new_secret
from monitor import model
from monitor.model import Token
from tests.api.conftest import ADMIN
from tests.factories import NOON, made_id

AUTH = {"Authorization": f"Bearer {ADMIN}"}
ADDRESS = "http://127.0.0.1:9/secret-path"


@pytest.fixture
def own(build):
    """A client over a store of its own, with an outbox."""
    return build()


def added(own, **changes):
    body = {"kind": "webhook", "address": ADDRESS, "name": "Krok", **changes}
    answer = own.request("POST", "/v1/subscriptions", json=body, headers=AUTH)
    assert answer.status_code == 201, answer.text
    return answer


def test_a_new_channel_gets_an_id_a_secret_shown_once_and_one_welcome(own):
    answer = added(own, filter={"services": ["ssbtek"], "types": ["closure"], "run": ["ssbtek@8"]})
    made = answer.json()
    assert made["secret"].startswith("whsec_")
    Webhook(made["secret"])
    assert answer.headers["location"] == f"https://vakt.example/v1/subscriptions/{made['id']}"
    assert made["filter"]["run"] == [{"service": "ssbtek", "version": "8"}]
    assert "secret-path" not in answer.text
    shown = own.get(f"/v1/subscriptions/{made['id']}", headers=AUTH)
    assert "whsec" not in shown.text
    assert "secret-path" not in shown.text
    [welcome] = own.json(f"/v1/deliveries?subscription={made['id']}", headers=AUTH)["items"]
    assert (welcome["kind"], welcome["state"]) == ("welcome", "pending")
    detail = own.json(f"/v1/deliveries/{welcome['id']}", headers=AUTH)
    assert detail["tries"] == []


def test_a_channel_is_changed_switched_off_and_on_tested_and_removed(own):
    made = added(own).json()
    path = f"/v1/subscriptions/{made['id']}"
    change = {"name": "Ny", "lang": "en", "filter": {"min_severity": "critical"}, "quiet": {"start": "20:00"}}
    changed = own.request("PATCH", path, json=change, headers=AUTH).json()
    assert (changed["name"], changed["lang"], changed["filter"]["min_severity"]) == ("Ny", "en", "critical")
    assert changed["quiet"] == {"start": "20:00", "end": "07:00"}
    assert own.request("PATCH", path, json={"quiet": None}, headers=AUTH).json()["quiet"] is None
    queued = own.request("POST", f"{path}/test", headers=AUTH)
    assert (queued.status_code, len(queued.json()["deliveries"])) == (202, 1)
    assert own.request("POST", f"{path}/disable", headers=AUTH).json()["disabled_at"] is not None
    [delivery, _] = own.json("/v1/deliveries", headers=AUTH)["items"]
    refused = own.request("POST", f"/v1/deliveries/{delivery['id']}/replay", headers=AUTH)
    assert refused.status_code == 409
    assert own.request("POST", f"{path}/enable", headers=AUTH).json()["disabled_at"] is None
    replayed = own.request("POST", f"/v1/deliveries/{delivery['id']}/replay", headers=AUTH)
    assert replayed.status_code == 202
    since = (NOON - timedelta(days=1)).isoformat()
    period = own.request("POST", f"{path}/replay", json={"since": since}, headers=AUTH)
    assert period.status_code == 202
    assert own.request("DELETE", path, headers=AUTH).status_code == 204
    assert own.get(path, headers=AUTH).status_code == 404


def test_a_secret_is_rotated_for_channels_that_sign(own):
    made = added(own).json()
    rotated = own.request("POST", f"/v1/subscriptions/{made['id']}/secret", headers=AUTH).json()
    assert rotated["secret"].startswith("whsec_")
    assert rotated["secret"] != made["secret"]


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "webhook", "address": "http://10.0.0.1/x"},
        {"kind": "webhook", "address": "file:///etc/passwd"},
        {"kind": "carrier-pigeon", "address": ADDRESS},
        {"kind": "webhook", "address": ADDRESS, "filter": {"services": ["nope"]}},
        {"kind": "webhook", "address": ADDRESS, "filter": {"types": ["nope"]}},
        {"kind": "webhook", "address": ADDRESS, "headers": {"X\r\nY": "z"}},
        {"kind": "webhook", "address": ADDRESS, "surprise": True},
        {"address": ADDRESS},
    ],
)
def test_a_channel_that_cannot_be_is_a_problem_that_shows_no_address(own, body):
    answer = own.request("POST", "/v1/subscriptions", json=body, headers=AUTH)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert "secret-path" not in answer.text


def test_quiet_hours_that_begin_and_end_at_once_are_none(own):
    body = {"kind": "webhook", "address": ADDRESS, "quiet": {"start": "07:00", "end": "07:00"}}
    answer = own.request("POST", "/v1/subscriptions", json=body, headers=AUTH)
    assert answer.status_code == 201
    assert answer.json()["quiet"] is None


def test_scopes_decide(own, store):
    tokens = {}
    for scope in ("read", "write"):
        tokens[scope] = new_secret()
        token = Token(id=made_id(scope), name=scope, scopes=(scope,), created_at=NOON)
        store.add_token(token, hash=hash_of(tokens[scope]))
    read, write = ({"Authorization": f"Bearer {tokens[scope]}"} for scope in ("read", "write"))
    body = {"kind": "webhook", "address": ADDRESS}
    assert own.get("/v1/subscriptions").status_code == 401
    assert own.get("/v1/subscriptions", headers=read).status_code == 200
    refused = own.request("POST", "/v1/subscriptions", json=body, headers=read)
    assert (refused.status_code, refused.headers["content-type"]) == (403, "application/problem+json")
    assert own.request("POST", "/v1/subscriptions", json=body, headers=write).status_code == 201


def test_private_answers_have_validators_and_are_not_kept_ready(own):
    first = own.get("/v1/subscriptions", headers=AUTH)
    assert first.headers["cache-control"] == "private, no-cache"
    assert own.get("/v1/subscriptions", headers={**AUTH, "If-None-Match": first.headers["etag"]}).status_code == 304
    assert own.get("/v1/subscriptions").status_code == 401
    added(own)
    assert len(own.json("/v1/subscriptions", headers=AUTH)["items"]) == 1


def test_deliveries_page_and_filter(own):
    for _ in range(3):
        added(own)
    first = own.json("/v1/deliveries?limit=2", headers=AUTH)
    rest = own.json(f"/v1/deliveries?limit=2&cursor={first['next']}", headers=AUTH)
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)
    assert own.json("/v1/deliveries?state=dead", headers=AUTH)["items"] == []
    assert len(own.json("/v1/deliveries?state=pending&kind=welcome", headers=AUTH)["items"]) == 3
    assert 'releasevakt_deliveries{state="pending"} 3' in own.get("/metrics").text


@pytest.mark.parametrize("path", ["subscriptions/nope", "deliveries/nope", "deliveries/%00"])
def test_what_is_not_there_is_not_found(client, path):
    assert client.get(f"/v1/{path}", headers=AUTH).status_code == 404


@pytest.mark.parametrize(
    ("shape", "noun"),
    [
        (schemas.SubscriptionOut, model.Subscription),
        (schemas.FilterOut, model.Filter),
        (schemas.DeliveryOut, model.Delivery),
        (schemas.AttemptOut, model.Attempt),
    ],
)
def test_a_documented_shape_has_the_fields_of_its_noun(shape, noun):
    assert set(shape.model_fields) == set(noun.__dataclass_fields__)
