"""The main job: from the agency's page to a feed, an answer and a message in a channel."""

from __future__ import annotations

import json

import feedparser
import pytest
import slackblocks
from slack_sdk.models.blocks import Block
from standardwebhooks import Webhook

from tests.conftest import PostgreSQLServer
from tests.deliver.test_channels import check_element, rebuilt, validator
from tests.e2e.agency import CLOSING, START, day, page
from tests.e2e.program import Program, Serving, until
from tests.e2e.receiver import Got, Receiver
from tests.watch.site import Site

CHANNELS = ("slack", "teams", "webhook")


def is_valid(got: Got, kind: str, secret: str) -> None:
    """Judge a message by the rules of the one who gets it."""
    match kind:
        case "slack":
            Block.parse_all(got.json["blocks"])
            built = [rebuilt(block) for block in got.json["blocks"]]
            assert slackblocks.WebhookMessage(text=got.json["text"], blocks=built)
        case "teams":
            (attachment,) = got.json["attachments"]
            assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
            check_element(attachment["content"])
        case "webhook":
            assert Webhook(secret).verify(got.body, got.headers)
            validator().validate(got.json)


def test_from_the_page_to_feeds_answers_and_channels(program: Program, site: Site, receiver: Receiver) -> None:
    assert [row["outcome"] for row in program.ok("check", "ssbtek-release")] == ["changed"]
    made = program.ok("subscribe", "webhook", receiver.url("/webhook"), "--name", "Program")
    assert receiver.got == []
    program.channels = [
        {"name": kind, "kind": kind, "address": receiver.url(f"/{kind}")} for kind in ("slack", "teams")
    ]
    with program.serve() as serving:
        baseline = serving.events()
        until(lambda: len(receiver.got) == 3, what="three words of welcome")
        assert [len(receiver.at(f"/{kind}")) for kind in CHANNELS] == [1, 1, 1]
        assert receiver.at("/webhook")[0].type == "welcome"

        site.put("/release", page(CLOSING, *START))
        serving.checked("ssbtek-release")
        until(lambda: len(receiver.got) == 7, what="the news in every channel", within=15)
        news = serving.events(after=baseline[-1]["seq"])
        assert [(event["type"], event["version"]) for event in news] == [
            ("closure.announced", "9"),
            ("release.announced", "11"),
        ]
        serving.checked("ssbtek-release", times=2)
        # People get one message for the announcement, a program one for each event.
        assert [len(receiver.at(f"/{kind}")) for kind in CHANNELS] == [2, 2, 3]
        told = receiver.told("/webhook")
        assert {got.id for got in told} == {event["id"] for event in news}
        assert [got.json["data"] for got in sorted(told, key=lambda got: got.json["data"]["seq"])] == news
        for kind in CHANNELS:
            for got in receiver.at(f"/{kind}"):
                is_valid(got, kind, made["secret"])
        for kind in ("slack", "teams"):
            words = receiver.at(f"/{kind}")[1].words
            assert "9" in words
            assert "11" in words
        the_answers_agree(serving, news)
    assert "127.0.0.1" in program.ok("subscriptions")[0]["address"]


def the_answers_agree(serving: Serving, news: list[dict[str, object]]) -> None:
    everything = serving.events()
    assert [event["seq"] for event in everything] == list(range(1, len(everything) + 1))
    for form in ("rss", "atom"):
        feed = feedparser.parse(serving.get(f"/feeds/all.{form}").content)
        assert not feed.bozo, feed.get("bozo_exception")
        assert [entry.id for entry in feed.entries[:2]] == [f"urn:uuid:{event['id']}" for event in news[::-1]]
        assert len(feed.entries) == len(everything)
    listed = json.loads(serving.get("/feeds/ssbtek.json").content)
    assert listed["version"] == "https://jsonfeed.org/version/1.1"
    assert listed["items"][0]["id"] == f"urn:uuid:{news[-1]['id']}"
    versions = {each["version"]: each for each in serving.json("/v1/services/ssbtek/versions")["items"]}
    assert set(versions) == {"8", "9", "10", "11"}
    assert versions["9"]["closes"]["start"] == day(150).isoformat()
    assert versions["9"]["status"] == "closing"
    assert versions["10"]["is_current"]
    assert versions["11"]["status"] == "planned"
    front = serving.get("/").text.replace("\N{NO-BREAK SPACE}", " ")
    assert "SSBTEK 9 stängs" in front, front
    assert serving.get("/readyz").status_code == 200


@pytest.fixture
def on_postgresql(program: Program, postgresql_server: PostgreSQLServer) -> Program:
    """The program on a database of its own in PostgreSQL."""
    program.environ["DATABASE_URL"] = postgresql_server.fresh()
    return program


def test_the_same_on_postgresql_and_two_processes_say_nothing_twice(
    on_postgresql: Program, site: Site, receiver: Receiver, tmp_path_factory: pytest.TempPathFactory
) -> None:
    one = on_postgresql
    one.environ["SECRET_KEY"] = "a key that both of them know well"
    one.channels = [{"name": kind, "kind": kind, "address": receiver.url(f"/{kind}")} for kind in CHANNELS]
    other = Program(tmp_path_factory.mktemp("other"), pages=one.pages, channels=one.channels, environ=dict(one.environ))
    with one.serve() as first, other.serve() as second:
        until(lambda: len(receiver.got) == 3, what="three words of welcome")
        known = first.last_seq()
        site.put("/release", page(CLOSING, *START))
        until(lambda: len(receiver.got) >= 7, what="the news in every channel")
        for serving in (first, second):
            serving.checked("ssbtek-release", times=2)
        assert [len(receiver.at(f"/{kind}")) for kind in CHANNELS] == [2, 2, 3]
        assert first.events() == second.events()
        assert [event["type"] for event in first.events(after=known)] == ["closure.announced", "release.announced"]
        assert [event["seq"] for event in first.events()] == list(range(1, first.last_seq() + 1))
