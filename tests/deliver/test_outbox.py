"""The outbox and its worker, end to end: real databases, real sockets."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from standardwebhooks import Webhook

from db.engine import Database
from tests.deliver.receiver import Receiver, answer
from tests.deliver.world import Clock, World, closing

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_an_event_reaches_slack_teams_and_a_signed_webhook(database: Database) -> None:
    world = World(database)
    async with Receiver() as slack, Receiver(answer(202)) as teams, Receiver(answer(204)) as hook:
        world.subscribe("slack", slack.url)
        world.subscribe("teams", teams.url)
        receiver = world.subscribe("webhook", hook.url, headers=(("X-Team", "economy"),))
        (event,) = world.tell(closing())
        assert await world.send() == {"delivered": 2, "accepted": 1}

    assert "SSBTEK" in slack.received[0].json["text"]
    assert teams.received[0].json["attachments"][0]["content"]["type"] == "AdaptiveCard"
    request = hook.received[0]
    destination = world.outbox.destination(receiver.id)
    assert destination is not None
    verified = Webhook(destination.secrets[0].value).verify(request.body, request.headers)
    assert verified == request.json
    assert request.headers["webhook-id"] == event.id == request.json["id"]
    assert request.headers["x-team"] == "economy"
    assert request.headers["user-agent"] == "Releasevakt/test"
    assert request.json["data"]["seq"] == event.seq
    assert {delivery.state for delivery in world.deliveries()} == {"delivered", "accepted"}


async def test_a_receiver_that_was_down_gets_its_message_when_it_is_back(database: Database) -> None:
    clock = Clock()
    world = World(database, clock=clock)
    receiver = Receiver()
    await receiver.start()
    port = receiver.port
    url = receiver.url
    await receiver.stop()
    world.subscribe("webhook", url)
    world.tell(closing())
    assert await world.send() == {"retry": 1}
    assert await world.send() == {}
    clock.forward(seconds=7)
    assert await world.send() == {"retry": 1}
    await receiver.start(port)
    clock.forward(minutes=6)
    another_process = World(database, clock=clock)
    assert await another_process.send() == {"delivered": 1}
    await receiver.stop()
    (delivery,) = world.deliveries()
    assert delivery.attempts == 3
    assert [attempt.outcome for attempt in world.outbox.attempts(delivery.id)] == ["refused", "refused", "delivered"]


async def test_the_same_events_planned_twice_make_one_delivery_each(database: Database) -> None:
    world = World(database)
    world.subscribe("webhook", "http://127.0.0.1:9/x")
    world.tell(closing(1), closing(2))
    world.tell(closing(1), closing(2))
    assert len(world.deliveries()) == 2


async def test_every_attempt_sends_the_same_bytes_under_the_same_id_signed_afresh(database: Database) -> None:
    clock = Clock()
    world = World(database, clock=clock)
    async with Receiver() as receiver:
        receiver.script = [answer(500), answer(500)]
        world.subscribe("webhook", receiver.url)
        world.tell(closing())
        for _ in range(3):
            await world.send()
            clock.forward(minutes=10)
    assert len({request.body for request in receiver.received}) == 1
    assert len({request.headers["webhook-id"] for request in receiver.received}) == 1
    stamps = [int(request.headers["webhook-timestamp"]) for request in receiver.received]
    assert len(set(stamps)) == 3
    assert len({request.headers["webhook-signature"] for request in receiver.received}) == 3
    assert timedelta(seconds=stamps[2] - stamps[0]) == timedelta(minutes=20)
    assert json.loads(receiver.received[0].body)["specversion"] == "1.0"
