"""Killed at any moment, or with nobody at the other end: started again, nothing is lost and ids stay what they were."""

from __future__ import annotations

import signal
import time
from collections import defaultdict
from random import Random

from tests.e2e.agency import START, Item, day, page, written
from tests.e2e.program import Program, Serving, until, wait_for
from tests.e2e.receiver import Receiver
from tests.watch.site import Site

KEY = "ssbtek-release"
ROUNDS = 4


def news(number: int) -> Item:
    """An announcement that makes one event."""
    version = 20 + number
    return Item(
        f"SSBTEK version {version}", day(-1), (f"SSBTEK version {version} driftsätts den {written(day(90 + number))}.",)
    )


def test_killed_at_any_moment_it_loses_no_event_and_no_delivery(
    program: Program, site: Site, receiver: Receiver
) -> None:
    program.channels = [
        {"name": "Program", "kind": "webhook", "address": receiver.url("/hook")},
        {"name": "Slack", "kind": "slack", "address": receiver.url("/slack")},
    ]
    with program.serve():
        pass
    random = Random(2027)
    items: list[Item] = []
    for number in range(ROUNDS):
        serving = program.start()
        wait_for(serving)
        items.insert(0, news(number))
        receiver.delay = random.uniform(0.0, 0.4)
        site.put("/release", page(*items, *START))
        time.sleep(random.uniform(0.0, 2.5))  # The moment is the point: somewhere between fetching and sending.
        serving.kill()
    receiver.delay = 0.0
    with program.serve() as serving:
        until(lambda: released(serving) == ROUNDS, what="every version known")
        expected = {event["id"] for event in serving.events(type="release.announced") if int(event["version"]) >= 20}
        until(lambda: expected <= {got.id for got in receiver.told("/hook")}, what="every event told")
        until(lambda: slack_knows(receiver) == ROUNDS, what="every announcement in the channel")
        states = [delivery["state"] for delivery in serving.asked("/v1/deliveries?limit=100")["items"]]
        assert set(states) == {"delivered"}
        seqs = [event["seq"] for event in serving.events()]
        assert seqs == list(range(1, len(seqs) + 1))
    bodies = defaultdict(set)
    for got in receiver.told("/hook"):
        bodies[got.id].add(got.body)
    # What was sent again, because nobody could know that it had arrived, was the same under the same id.
    assert set(bodies) == expected
    assert all(len(several) == 1 for several in bodies.values())


def released(serving: Serving) -> int:
    versions = serving.json("/v1/services/ssbtek/versions")["items"]
    return sum(int(version["version"]) >= 20 for version in versions if version["version"].isdigit())


def slack_knows(receiver: Receiver) -> int:
    return sum(any(f"SSBTEK {20 + number}" in got.words for got in receiver.at("/slack")) for number in range(ROUNDS))


def test_a_receiver_that_was_down_gets_its_message_when_it_is_back_also_across_a_restart(
    program: Program, site: Site, receiver: Receiver
) -> None:
    program.channels = [{"name": "Program", "kind": "webhook", "address": receiver.url("/hook")}]
    serving = program.start()
    wait_for(serving)
    until(lambda: receiver.got and serving.page(KEY)["last_good_at"], what="a welcome and a first reading")
    receiver.stop()
    site.put("/release", page(news(1), *START))
    until(lambda: attempts(serving) == [1], what="a first attempt in vain")
    serving.kill()
    receiver.start()
    with program.serve():
        (got,) = until(lambda: receiver.told("/hook"), what="the message that was missed")
        assert got.type == "release.announced"
        until(lambda: states(program) == ["delivered"], what="the delivery settled")
    (delivery,) = [row for row in program.ok("deliveries") if row["kind"] == "event"]
    assert delivery["message_id"] == got.id
    assert delivery["attempts"] >= 2


def attempts(serving: Serving) -> list[int]:
    return [each["attempts"] for each in serving.asked("/v1/deliveries")["items"] if each["kind"] == "event"]


def states(program: Program) -> list[str]:
    return [row["state"] for row in program.ok("deliveries") if row["kind"] == "event"]


def test_a_receiver_that_does_not_answer_holds_up_no_end(program: Program, receiver: Receiver) -> None:
    receiver.delay = 30.0
    program.channels = [{"name": "Program", "kind": "webhook", "address": receiver.url("/hook")}]
    serving = program.start()
    wait_for(serving)
    until(lambda: receiver.busy, what="a message under way")
    begun = time.monotonic()
    assert serving.stop(signal.SIGTERM) == 0
    assert time.monotonic() - begun < 10
    (delivery,) = program.ok("deliveries")
    assert delivery["state"] == "pending"
