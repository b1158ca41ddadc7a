"""What the outbox promises, on both databases: order, merging, fences, leases, disabling, replay, secrets."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from db.cipher import Cipher
from db.engine import Database
from db.outbox import Outbox
from monitor.deliver.due import plan_due, plan_test, plan_welcome
from monitor.deliver.policy import DeliveryPolicy
from monitor.deliver.retry import DENIED_FOR
from monitor.deliver.subscribe import with_new_secret
from monitor.errors import StoreError, UsageError
from monitor.model import Attempt, Claimed, Component, Digest, Event, Filter, Planned, Settlement
from tests.deliver.receiver import Receiver, answer, hang
from tests.deliver.world import BASE_URL, Clock, World, closing
from tests.factories import NOON, made_id

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def world(database: Database) -> World:
    return World(database, clock=Clock())


def forward(world: World, **by: float) -> None:
    assert world.clock is not None
    world.clock.forward(**by)


def moved(number: int, step: int, **changes: object) -> Event:
    """A later word on the subject of `closing(number)`, in an announcement of its own."""
    return closing(
        number,
        **{
            "id": made_id("moved", number, step),
            "type": "closure.rescheduled",
            "announcement_id": made_id("announcement", number, step),
            **changes,
        },
    )


def delivered(claimed: Claimed) -> tuple[Claimed, Attempt, object]:
    """A try that went well."""
    from monitor.model import Health

    def decide(health: Health, *, tries: int, plain: bool, due_at: object, now: object) -> Settlement:
        return Settlement(state="delivered", reason=None, due_at=None, tries=tries + 1, plain=plain, health=Health())

    return claimed, Attempt(number=claimed.delivery.attempts, started_at=NOON, outcome="delivered"), decide


# --- order and merging -------------------------------------------------------------------------------------------


async def test_within_a_subject_programs_get_everything_in_order(world: World) -> None:
    async with Receiver() as receiver:
        receiver.script = [answer(500)]
        world.subscribe("webhook", receiver.url)
        first, other, second = world.tell(closing(1), closing(2), moved(1, 1))
        await world.send()
        assert [request.json["id"] for request in receiver.received][1:] == [other.id]
        forward(world, seconds=10)
        await world.send()
    assert [request.json["id"] for request in receiver.received] == [first.id, other.id, first.id, second.id]


async def test_people_get_one_message_with_what_an_older_one_could_not_say(world: World) -> None:
    async with Receiver(answer(503)) as receiver:
        world.subscribe("slack", receiver.url)
        (first,) = world.tell(closing(1))
        await world.send()
        (second,) = world.tell(moved(1, 1))
        receiver.behaviour = answer(200, "ok")
        forward(world, seconds=10)
        await world.send()
    assert len(receiver.received) == 2
    older, newer = world.deliveries()
    assert (older.state, older.reason, older.merged_into) == ("cancelled", "merged", newer.id)
    assert newer.state == "delivered"
    assert set(newer.events) == {first.id, second.id}


async def test_a_message_that_is_under_way_is_not_merged_but_waited_for(world: World) -> None:
    world.subscribe("slack", "http://127.0.0.1:9/x")
    world.tell(closing(1))
    ((claimed,), _) = world.outbox.claim(limit=5, owner="a")
    world.tell(moved(1, 1))
    assert world.outbox.claim(limit=5, owner="a")[0] == []
    world.outbox.finish([delivered(claimed)])  # type: ignore[list-item]
    ((second,), _) = world.outbox.claim(limit=5, owner="a")
    assert [event.type for event in second.events] == ["closure.rescheduled"]


async def test_a_message_that_ended_badly_does_not_hold_up_its_subject(world: World) -> None:
    async with Receiver() as receiver:
        receiver.script = [answer(500)]
        world.subscribe("webhook", receiver.url)
        world.tell(closing(1, type="incident.reported"), moved(1, 1))
        await world.send()
        forward(world, hours=25)
        await world.send()
    states = {delivery.key: delivery.state for delivery in world.deliveries()}
    assert sorted(states.values()) == ["delivered", "expired"]


# --- corrections -------------------------------------------------------------------------------------------------


async def test_a_correction_reaches_those_who_got_the_wrong_message_and_nobody_else(world: World) -> None:
    async with Receiver() as told, Receiver() as untold:
        world.subscribe("slack", told.url)
        (wrong,) = world.tell(closing(1))
        await world.send()
        world.subscribe("slack", untold.url)
        world.tell(moved(1, 1, type="event.retracted", corrects=wrong.id, origin="operator"))
        await world.send()
    assert len(told.received) == 2
    assert "RÄTTELSE" in told.received[1].json["text"]
    assert untold.received == []


async def test_a_wrong_message_that_nobody_has_seen_is_withdrawn_without_a_word(world: World) -> None:
    async with Receiver() as receiver:
        world.subscribe("slack", receiver.url)
        (wrong,) = world.tell(closing(1))
        world.tell(moved(1, 1, type="event.retracted", corrects=wrong.id))
        await world.send()
    assert receiver.received == []
    (delivery,) = world.deliveries()
    assert (delivery.state, delivery.reason) == ("cancelled", "retracted")


# --- leases and fences -------------------------------------------------------------------------------------------


async def test_a_claim_whose_holder_died_is_taken_over_and_the_lost_try_is_listed(world: World) -> None:
    world.subscribe("webhook", "http://127.0.0.1:9/x")
    world.tell(closing(1))
    ((lost,), _) = world.outbox.claim(limit=5, owner="a")
    assert world.outbox.claim(limit=5, owner="b")[0] == []
    forward(world, seconds=91)
    ((taken,), _) = world.outbox.claim(limit=5, owner="b")
    assert taken.delivery.id == lost.delivery.id
    assert taken.delivery.attempts == 2
    assert [attempt.outcome for attempt in world.outbox.attempts(taken.delivery.id)] == ["interrupted"]


async def test_a_holder_who_comes_back_after_its_lease_changes_nothing(world: World) -> None:
    world.subscribe("webhook", "http://127.0.0.1:9/x")
    world.tell(closing(1))
    ((late,), _) = world.outbox.claim(limit=5, owner="a")
    forward(world, seconds=91)
    ((present,), _) = world.outbox.claim(limit=5, owner="b")
    world.outbox.keep([(late, "application/json", b"too late")])
    world.outbox.finish([delivered(late)])  # type: ignore[list-item]
    assert world.outbox.delivery(late.delivery.id).state == "pending"
    assert world.outbox.sent(late.delivery.id) is None
    world.outbox.finish([delivered(present)])  # type: ignore[list-item]
    assert world.outbox.delivery(late.delivery.id).state == "delivered"
    assert [attempt.fenced for attempt in world.outbox.attempts(late.delivery.id)] == [False, True, False]


async def test_a_message_that_brings_every_sender_down_is_given_up(world: World) -> None:
    world.subscribe("webhook", "http://127.0.0.1:9/x")
    world.tell(closing(1))
    claims = 0
    while world.outbox.claim(limit=5, owner="x")[0]:
        claims += 1
        forward(world, seconds=91)
    assert claims == DeliveryPolicy.max_attempts
    (delivery,) = world.deliveries()
    assert (delivery.state, delivery.reason) == ("dead", "interrupted")


async def test_what_was_claimed_and_not_sent_can_be_given_back(world: World) -> None:
    world.subscribe("webhook", "http://127.0.0.1:9/x")
    world.tell(closing(1))
    claimed, _ = world.outbox.claim(limit=5, owner="a")
    world.outbox.release(claimed)
    ((again,), _) = world.outbox.claim(limit=5, owner="b")
    assert again.delivery.attempts == 1


async def test_many_claimers_at_once_never_share_a_delivery(database: Database) -> None:
    world = World(database)
    for _ in range(4):
        world.subscribe("webhook", "http://127.0.0.1:9/x")
    world.tell(*[closing(number) for number in range(10)])

    def claim_all(owner: str) -> list[str]:
        found: list[str] = []
        for _ in range(12):
            claimed, _ = world.outbox.claim(limit=3, owner=owner)
            found += [one.delivery.id for one in claimed]
            world.outbox.finish([delivered(one) for one in claimed])  # type: ignore[misc]
        return found

    taken = await asyncio.gather(*[asyncio.to_thread(claim_all, f"owner {number}") for number in range(4)])
    everything = [delivery for one in taken for delivery in one]
    assert len(everything) == len(set(everything)) == 40


# --- addresses that fail -----------------------------------------------------------------------------------------


async def test_an_address_that_is_gone_is_switched_off_and_others_are_told_once(world: World) -> None:
    async with Receiver(answer(410)) as gone, Receiver() as operator:
        lost = world.subscribe("webhook", gone.url, name="Ekonomi")
        world.subscribe("slack", operator.url, operator=True, filter=Filter(services=("lefi-online",)))
        world.tell(closing(1), closing(2), closing(3))
        await world.send()
        assert len(gone.received) <= 2
        assert world.outbox.subscription(lost.id).disabled_reason == "gone"
        states = [delivery.state for delivery in world.deliveries(subscription_id=lost.id)]
        assert set(states) <= {"dead", "cancelled"}
        for _ in range(3):
            plan_due(world.outbox, world.known, base_url=BASE_URL, now=world.now)
            await world.send()
            forward(world, minutes=1)
        world.tell(closing(4))
        assert await world.send() == {}
    assert len(operator.received) == 1
    assert "Ekonomi" in operator.received[0].json["text"]
    assert world.deliveries(subscription_id=lost.id)[-1].reason == "disabled"


async def test_enabling_again_can_send_what_was_missed(world: World) -> None:
    async with Receiver() as receiver:
        channel = world.subscribe("webhook", receiver.url)
        world.outbox.disable(channel.id)
        world.tell(closing(1), closing(2))
        assert await world.send() == {}
        missed = world.outbox.enable(channel.id, replay_missed=True)
        assert len(missed) == 2
        assert await world.send() == {"delivered": 2}
        world.outbox.disable(channel.id)
        world.tell(closing(3))
        assert world.outbox.enable(channel.id) == ()
        assert await world.send() == {}


async def test_a_refusing_address_is_switched_off_only_when_that_persists(world: World) -> None:
    async with Receiver(answer(404, "channel_not_found")) as receiver:
        channel = world.subscribe("slack", receiver.url)
        world.tell(closing(1))
        for _ in range(4):
            await world.send()
            forward(world, minutes=15)
        assert world.outbox.subscription(channel.id).disabled_at is None
        forward(world, seconds=DENIED_FOR.total_seconds())
        forward(world, hours=2)
        await world.send()
        assert world.outbox.subscription(channel.id).disabled_reason == "channel_not_found"


async def test_retry_after_parks_the_whole_address(world: World) -> None:
    async with Receiver() as receiver:
        receiver.script = [answer(429, headers={"Retry-After": "600"})]
        world.subscribe("webhook", receiver.url)
        world.tell(closing(1))
        assert await world.send() == {"retry": 1}
        world.tell(closing(2))
        forward(world, seconds=599)
        assert await world.send() == {}
        forward(world, seconds=2)
        assert await world.send() == {"delivered": 2}


async def test_a_dead_address_is_probed_with_one_message_and_gets_all_when_it_is_back(world: World) -> None:
    async with Receiver(answer(500)) as receiver:
        world.subscribe("webhook", receiver.url)
        world.tell(*[closing(number) for number in range(12)])
        await world.send()
        assert len(receiver.received) <= 12
        seen = len(receiver.received)
        forward(world, seconds=80)
        await world.send()
        assert len(receiver.received) == seen + 1
        receiver.behaviour = answer(204)
        forward(world, minutes=4)
        assert await world.send() == {"delivered": 12}


async def test_one_hanging_address_holds_up_nobody_else(database: Database) -> None:
    world = World(database, deadline=1.0)
    async with Receiver(hang()) as hanging, Receiver() as healthy:
        world.subscribe("webhook", hanging.url)
        for _ in range(5):
            world.subscribe("webhook", healthy.url)
        world.tell(*[closing(number) for number in range(6)])
        async with world.worker() as worker:
            stop = asyncio.Event()
            running = asyncio.create_task(worker.run(stop))
            async with asyncio.timeout(5):
                while len(healthy.received) < 30:
                    await asyncio.sleep(0.01)
            assert len(hanging.received) <= 4
            stop.set()
            await running


# --- what goes out -----------------------------------------------------------------------------------------------


async def test_a_form_that_is_not_taken_goes_once_more_in_plain_text(world: World) -> None:
    async with Receiver() as receiver:
        receiver.script = [answer(400, "invalid_blocks")]
        world.subscribe("slack", receiver.url)
        world.tell(closing(1))
        assert await world.send() == {"unfit": 1, "delivered": 1}
    assert "blocks" in receiver.received[0].json
    assert "blocks" not in receiver.received[1].json


async def test_what_was_sent_is_kept_and_the_same_bytes_only_once(world: World) -> None:
    async with Receiver() as receiver:
        for _ in range(3):
            world.subscribe("webhook", receiver.url)
        world.tell(closing(1))
        await world.send()
    for delivery in world.deliveries():
        sent = world.outbox.sent(delivery.id)
        assert sent is not None
        assert sent[1] == receiver.received[0].body
    with world.database.reader.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM rendered")).scalar() == 1


async def test_secrets_are_neither_in_the_database_nor_in_the_log_nor_in_answers(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with Receiver() as receiver:
        receiver.behaviour = answer(500, f"cannot post to {receiver.url} with Bearer hush-hush-hush")
        channel = world.subscribe("webhook", receiver.url, headers=(("Authorization", "Bearer hush-hush-hush"),))
        world.tell(closing(1))
        await world.send()
        destination = world.outbox.destination(channel.id)
    assert destination is not None
    secrets = ["very-secret-token", "hush-hush-hush", destination.secrets[0].value]
    (delivery,) = world.deliveries()
    shown = repr(world.outbox.attempts(delivery.id)) + repr(world.outbox.subscriptions()) + repr(delivery) + caplog.text
    with world.database.reader.connect() as connection:
        for table in ("subscription", "delivery", "attempt", "rendered"):
            shown += repr(connection.execute(text(f"SELECT * FROM {table}")).all())
    for secret in secrets:
        assert secret not in shown


async def test_with_another_key_an_address_cannot_be_read_and_others_go_on(world: World) -> None:
    async with Receiver() as receiver:
        lost = world.subscribe("webhook", receiver.url)
        world.outbox = Outbox(
            world.database, cipher=Cipher(["quite another key of the tests"]), policy=world.policy, clock=world.clock
        )
        world.subscribe("webhook", receiver.url)
        world.tell(closing(1))
        assert await world.send() == {"denied": 1, "delivered": 1}
        assert world.outbox.destination(lost.id) is None
        (delivery,) = world.deliveries(subscription_id=lost.id)
        assert world.outbox.attempts(delivery.id)[0].outcome == "undecryptable"
    old_and_new = Cipher(["quite another key of the tests", "a key of the tests, and of nobody else"])
    both = Outbox(world.database, cipher=old_and_new, policy=world.policy)
    assert both.destination(lost.id) is not None


def test_a_short_key_is_refused() -> None:
    with pytest.raises(StoreError, match="SECRET_KEY"):
        Cipher(["short"])


async def test_an_endpoint_that_is_edited_between_tries_is_used_as_it_is_now(world: World) -> None:
    async with Receiver(answer(500)) as old, Receiver() as new:
        channel = world.subscribe("webhook", old.url)
        world.tell(closing(1))
        await world.send()
        destination = world.outbox.destination(channel.id)
        assert destination is not None
        changed = with_new_secret(replace(destination, address=new.url), now=world.now)
        world.outbox.change(world.outbox.subscription(channel.id), changed)
        forward(world, seconds=10)
        await world.send()
    assert len(old.received) == 1
    assert new.received[0].body == old.received[0].body
    assert len(new.received[0].headers["webhook-signature"].split(" ")) == 2


async def test_a_removed_channel_gets_nothing_more_and_its_address_is_forgotten(world: World) -> None:
    async with Receiver(answer(500)) as receiver:
        channel = world.subscribe("webhook", receiver.url)
        world.tell(closing(1))
        await world.send()
        world.outbox.remove(channel.id)
        forward(world, days=1)
        assert await world.send() == {}
    assert world.outbox.subscriptions() == ()
    (delivery,) = world.deliveries()
    assert (delivery.state, delivery.reason) == ("cancelled", "removed")
    with world.database.reader.connect() as connection:
        assert connection.execute(text("SELECT destination FROM subscription")).scalar() is None
    with pytest.raises(UsageError):
        world.outbox.subscription(channel.id)


# --- replay ------------------------------------------------------------------------------------------------------


async def test_a_replay_sends_the_same_bytes_under_the_same_id_as_often_as_asked(world: World) -> None:
    async with Receiver() as receiver:
        channel = world.subscribe("webhook", receiver.url)
        world.tell(closing(1))
        await world.send()
        (delivery,) = world.deliveries()
        world.outbox.replay([delivery.id])
        world.outbox.replay([delivery.id])
        assert await world.send() == {"delivered": 2}
        assert len({request.body for request in receiver.received}) == 1
        assert len({request.headers["webhook-id"] for request in receiver.received}) == 1
        assert world.outbox.replayable(channel.id, since=NOON - timedelta(days=1)) == (delivery.id,)
        world.outbox.disable(channel.id)
        with pytest.raises(UsageError, match="enable it first"):
            world.outbox.replay([delivery.id])
    assert world.outbox.delivery(delivery.id).attempts == 1


async def test_a_replay_does_not_wait_for_the_schedule_nor_change_it(world: World) -> None:
    async with Receiver() as receiver:
        receiver.script = [answer(500)]
        world.subscribe("webhook", receiver.url)
        world.tell(closing(1))
        await world.send()
        (waiting,) = world.deliveries()
        world.outbox.replay([waiting.id])
        assert await world.send() == {"delivered": 1}
        assert world.outbox.delivery(waiting.id).due_at == waiting.due_at
        assert world.outbox.delivery(waiting.id).state == "pending"


# --- other messages ----------------------------------------------------------------------------------------------


async def test_welcome_and_test_go_to_people_and_programs(world: World) -> None:
    async with Receiver() as slack, Receiver() as hook:
        channels = [world.subscribe("slack", slack.url), world.subscribe("webhook", hook.url)]
        for channel in channels:
            world.outbox.enqueue([plan_welcome(channel, world.known, base_url=BASE_URL, now=world.now)])
            world.outbox.enqueue([plan_welcome(channel, world.known, base_url=BASE_URL, now=world.now)])
            world.outbox.enqueue([plan_test(channel, base_url=BASE_URL, now=world.now)])
        await world.send()
    assert [request.json["type"] for request in hook.received] == ["welcome", "test"]
    assert len(slack.received) == 2


async def test_a_digest_gathers_events_and_an_empty_one_says_that_we_looked(world: World) -> None:
    async with Receiver() as receiver:
        world.subscribe("slack", receiver.url, digest=Digest(every="daily", at="08:00"))
        plan_due(world.outbox, world.known, base_url=BASE_URL, now=world.now)
        world.tell(closing(1))
        world.tell(closing(2))
        assert await world.send() == {}
        forward(world, hours=20)
        plan_due(world.outbox, world.known, base_url=BASE_URL, now=world.now)
        assert await world.send() == {"delivered": 1}
        forward(world, days=1)
        plan_due(world.outbox, world.known, base_url=BASE_URL, now=world.now)
        assert await world.send() == {"delivered": 1}
    assert "att göra" in json.dumps(receiver.received[0].json, ensure_ascii=False).lower()
    assert "inget nytt" in receiver.received[1].json["text"]


async def test_what_a_team_runs_follows_the_components_that_the_log_knows(world: World) -> None:
    runs = Filter(run=(Component(service="ssbtek", version="8"),))
    async with Receiver() as receiver:
        world.tell(
            closing(
                90,
                type="release.announced",
                version="8",
                components=(Component(service="lefi-online", version="5.1"),),
                pushed=False,
            )
        )
        world.subscribe("webhook", receiver.url, filter=runs)
        from monitor.model import Affected

        (wanted, _) = world.tell(
            closing(
                1, service="lefi-online", version=None, affects=(Affected(service="lefi-online", versions=("5",)),)
            ),
            closing(
                2, service="lefi-online", version=None, affects=(Affected(service="lefi-online", versions=("6",)),)
            ),
        )
        await world.send()
    assert [request.json["id"] for request in receiver.received] == [wanted.id]


async def test_unmuting_lets_the_bundle_go_at_once(world: World) -> None:
    async with Receiver() as receiver:
        channel = world.subscribe("slack", receiver.url, mute_until=NOON + timedelta(days=3))
        world.tell(closing(1))
        world.tell(closing(2))
        assert await world.send() == {}
        world.outbox.change(replace(world.outbox.subscription(channel.id), mute_until=None))
        assert await world.send() == {"delivered": 1}
        assert len(world.deliveries()[0].events) == 2


async def test_a_message_is_let_go_when_it_is_too_old_to_be_of_use(world: World) -> None:
    world.subscribe("webhook", "http://127.0.0.1:9/x")
    world.tell(closing(1, type="incident.reported"))
    forward(world, hours=25)
    plan_due(world.outbox, world.known, base_url=BASE_URL, now=world.now)
    (delivery,) = world.deliveries()
    assert (delivery.state, delivery.reason) == ("expired", "too_old")


async def test_a_message_that_cannot_be_made_is_listed_as_dead_and_stops_nobody(world: World) -> None:
    async with Receiver() as receiver:
        channel = world.subscribe("webhook", receiver.url)
        world.outbox.enqueue(
            [
                Planned(
                    subscription_id=channel.id, kind="event", key="event:lost", events=(closing(77),), due_at=world.now
                )
            ]
        )
        world.tell(closing(1))
        assert await world.send() == {"dead": 1, "delivered": 1}
    assert {delivery.reason for delivery in world.deliveries()} == {None, "unrenderable"}
    assert world.outbox.subscription(channel.id).failures == 0


async def test_listing_pages_backwards_and_filters(world: World) -> None:
    channel = world.subscribe("webhook", "http://127.0.0.1:9/x")
    told = world.tell(*[closing(number) for number in range(7)])
    found, cursor = world.outbox.deliveries(limit=5)
    rest, end = world.outbox.deliveries(limit=5, cursor=cursor)
    assert [len(found), len(rest), end] == [5, 2, None]
    assert len({delivery.id for delivery in (*found, *rest)}) == 7
    assert len(world.deliveries(event_id=told[3].id)) == 1
    assert len(world.deliveries(states=["delivered"])) == 0
    assert len(world.deliveries(subscription_id=channel.id, kinds=["event"])) == 7
    assert world.outbox.backlog().pending == 7
    with pytest.raises(UsageError):
        world.outbox.deliveries(cursor="x")
