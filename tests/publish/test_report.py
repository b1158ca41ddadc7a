"""The account for audits: what was said, known and sent by the end of a day, and nothing later."""

from __future__ import annotations

from datetime import date, timedelta

from monitor.model import AnnouncementVersion, Attempt, Delivery, Sighting, Subscription
from monitor.publish.report import report
from tests.factories import NOON, make_announcement, make_event

DAY = NOON.date()
LATER = NOON + timedelta(days=1)


def words(seen_at, text, snapshot):
    return AnnouncementVersion(
        announcement_id=make_announcement().id, seen_at=seen_at, heading="Version 6 stängs", published=DAY,
        updated=None, text=text, html="", snapshot_id=snapshot,
    )  # fmt: skip


def sighting(number, fetched_at):
    return Sighting(
        number=number, id=f"s{number}", page="ssbtek-release", url="https://fk.example/", fetched_at=fetched_at,
        digest="d", sha256=f"hash-{number}", size=1,
    )  # fmt: skip


def delivery(**changes):
    settings = {
        "id": "d1", "subscription_id": "c1", "kind": "event", "key": "k", "message_id": make_event().id,
        "state": "delivered", "events": (make_event().id,), "created_at": NOON, "due_at": NOON, "finished_at": NOON,
    }  # fmt: skip
    return Delivery(**{**settings, **changes})


def made(as_of=DAY, deliveries=()):
    return report(
        as_of, [(make_event(), "observed")], versions=(), announcements=[make_announcement()],
        words={make_announcement().id: [words(NOON, "Då.", "s1"), words(LATER, "Sedan.", "s2")]},
        snapshots=[sighting(2, LATER), sighting(1, NOON)], deliveries=deliveries,
        subscriptions=[Subscription(id="c1", kind="slack", name="Drift", address="hooks…", created_at=NOON)],
        release="1.0", reader_version=3,
    )  # fmt: skip


def test_the_words_and_the_hash_are_those_of_the_day():
    [told] = made().announcements
    assert (told.text, told.sha256) == ("Då.", "hash-1")
    [later] = made(LATER.date()).announcements
    assert (later.text, later.sha256) == ("Sedan.", "hash-2")
    assert [sighting.number for sighting in made().snapshots] == [1]


def test_an_event_tells_what_was_sent_to_whom_and_answered():
    tried = (Attempt(number=1, started_at=NOON, status=200, outcome="delivered", answer="ok"),)
    [told] = made(deliveries=[(delivery(), tried)]).announcements
    [sent] = told.events[0].sent
    assert (sent.channel, sent.state, sent.attempts[0].answer) == ("Drift", "delivered", "ok")


def test_what_ended_after_the_day_was_pending_then():
    late = Attempt(number=2, started_at=LATER, status=200, outcome="delivered")
    first = Attempt(number=1, started_at=NOON, status=500, outcome="failed")
    [told] = made(deliveries=[(delivery(finished_at=LATER), (first, late))]).announcements
    [sent] = told.events[0].sent
    assert (sent.state, [attempt.number for attempt in sent.attempts]) == ("pending", [1])
    assert made(deliveries=[(delivery(created_at=LATER), ())]).announcements[0].events[0].sent == ()


def test_messages_about_no_event_and_events_of_no_announcement_are_listed():
    result = made(deliveries=[(delivery(kind="welcome", events=()), ())])
    assert [message.kind for message in result.messages] == ["welcome"]
    alone = report(
        date(2026, 5, 4), [(make_event(announcement_id=None), "observed")], versions=(), announcements=(), words={},
        snapshots=(), deliveries=(), subscriptions=(), release="", reader_version=1,
    )  # fmt: skip
    assert len(alone.others) == 1
