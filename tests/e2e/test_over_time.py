"""What a page does over weeks, in seconds: each kind of change is told as what it is, and what is no change is not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from tests.e2e.agency import CLOSING, OVERVIEW, RELEASED, STAFFING, START, Item, Overview, day, page, written
from tests.e2e.program import Program, Serving, until
from tests.e2e.receiver import Receiver
from tests.watch.site import Site

KEY = "ssbtek-release"


class Story:
    """A served page, what is published on it, and what then is told."""

    def __init__(self, serving: Serving, site: Site, receiver: Receiver) -> None:
        self.serving = serving
        self.site = site
        self.receiver = receiver

    def publish(self, *items: Item | Overview, checks: int = 1, **how: object) -> list[dict[str, object]]:
        """Change the page; the events that the next checks make, oldest first."""
        before = self.serving.last_seq()
        self.site.put("/release", page(*items), **how)
        self.serving.checked(KEY, times=checks)
        return self.serving.events(after=before)

    def announcement(self, heading: str) -> dict[str, object]:
        """The announcement with this heading."""
        found = self.serving.json("/v1/announcements", params={"limit": 100})["items"]
        (one,) = [announcement for announcement in found if announcement["heading"] == heading]
        return dict(one)

    def snapshots(self) -> int:
        """How many different contents were kept."""
        return len(self.serving.json(f"/v1/pages/{KEY}/snapshots", params={"limit": 100})["items"])


@pytest.fixture
def story(program: Program, site: Site, receiver: Receiver) -> Iterator[Story]:
    program.channels = [
        {"name": "Slack", "kind": "slack", "address": receiver.url("/slack")},
        {"name": "Program", "kind": "webhook", "address": receiver.url("/hook")},
    ]
    with program.serve() as serving:
        until(lambda: len(receiver.got) == 2, what="two words of welcome")
        receiver.got.clear()
        yield Story(serving, site, receiver)


def types(events: list[dict[str, object]]) -> list[object]:
    return [event["type"] for event in events]


def test_what_is_no_change_is_neither_kept_nor_told(story: Story) -> None:
    known = story.serving.last_seq()
    story.site.put("/release", page(*START, mark="{nonce}"), nonce=True)
    assert {check["outcome"] for check in story.serving.checked(KEY, times=2)} == {"unchanged"}
    assert len({request.path for request in story.site.requests}) == 2
    story.site.put("/release", page(*START, mark="other"), etag=True)
    assert [check["outcome"] for check in story.serving.checked(KEY, times=2)][-1] == "not_modified"
    assert story.snapshots() == 1
    assert story.serving.last_seq() == known
    assert story.receiver.got == []


def test_edits_are_told_as_edits_and_keep_the_announcement(story: Story) -> None:
    reworded = replace(STAFFING, paragraphs=(STAFFING.paragraphs[0].replace("längre tid", "mycket längre tid"),))
    assert types(story.publish(RELEASED, OVERVIEW, reworded)) == ["announcement.updated"]
    first = story.announcement(STAFFING.heading)
    assert "mycket längre" in str(first["text"])

    stamped = replace(reworded, updated=day(-1))
    assert types(story.publish(RELEASED, OVERVIEW, stamped)) == ["announcement.updated"]

    renamed = replace(stamped, heading="Bemanning i juli och augusti")
    assert types(story.publish(RELEASED, OVERVIEW, renamed)) == ["announcement.updated"]
    now = story.announcement(renamed.heading)
    assert now["id"] == first["id"]
    whole = story.serving.json(f"/v1/announcements/{now['id']}")
    assert len(whole["history"]) == 4

    release = replace(RELEASED, paragraphs=(*RELEASED.paragraphs, "Tack för ert tålamod."))
    events = story.publish(release, OVERVIEW, renamed)
    assert types(events) == ["announcement.updated"]
    until(lambda: len(story.receiver.got) == 8, what="each edit in each channel")


def test_a_day_that_moves_silently_in_the_overview_is_told_with_the_day_before(story: Story) -> None:
    planned = Overview(OVERVIEW.stamp, (OVERVIEW.rows[0], ("9", day(-700), day(200).isoformat()), OVERVIEW.rows[2]))
    events = story.publish(RELEASED, planned, STAFFING)
    assert "closure.announced" in types(events)
    moved = Overview(OVERVIEW.stamp, (OVERVIEW.rows[0], ("9", day(-700), day(260).isoformat()), OVERVIEW.rows[2]))
    events = story.publish(RELEASED, moved, STAFFING)
    (event,) = [event for event in events if event["type"] == "closure.rescheduled"]
    assert event["date"]["start"] == day(260).isoformat()  # type: ignore[index]
    assert event["previous_date"]["start"] == day(200).isoformat()  # type: ignore[index]
    assert set(types(events)) <= {"closure.rescheduled", "announcement.updated"}
    until(lambda: len(story.receiver.at("/slack")) == 2, what="two messages for people")


def test_what_leaves_the_page_is_removed_and_nothing_else_and_may_return(story: Story) -> None:
    assert types(story.publish(CLOSING, *START)) == ["closure.announced", "release.announced"]
    gone = story.publish(*START, checks=1, etag=True)
    assert types(gone) == []
    known = story.serving.last_seq()
    checks = story.serving.checked(KEY, times=2)
    assert {check["outcome"] for check in checks} == {"not_modified"}
    # An answer that says "as before" is the second look that makes an absence a removal.
    assert types(story.serving.events(after=known)) == ["announcement.removed"]
    nine = story.serving.json("/v1/services/ssbtek/versions/9")
    assert nine["closes"]["start"] == day(150).isoformat()
    assert types(story.publish(CLOSING, *START, checks=2)) == ["announcement.updated"]
    assert story.announcement(CLOSING.heading)["removed_at"] is None


def test_an_announcement_on_two_pages_is_one_event_and_one_message(
    program: Program, site: Site, receiver: Receiver
) -> None:
    item = Item(
        "Nytt certifikat för SSBTEK och LEFI Online",
        day(-1),
        (f"Den {written(day(40))} byter vi certifikat för SSBTEK och LEFI Online. Läs in det nya före dess.",),
    )
    lefi = Item("LEFI Online version 8", day(-130), (f"LEFI Online version 8 driftsattes den {written(day(-131))}.",))
    site.put("/lefi", page(lefi, title="Releaseinformation för LEFI Online"))
    program.pages["lefi-online-release"] = site.url("/lefi", host="localhost")
    with both_told(program, receiver) as serving:
        known = serving.last_seq()
        site.put("/release", page(item, *START))
        site.put("/lefi", page(item, lefi, title="Releaseinformation för LEFI Online"))
        for key in program.pages:
            serving.checked(key, times=2)
        (event,) = serving.events(after=known)
        assert event["type"] == "certificate.changed"
        detail = serving.json(f"/v1/events/{event['id']}")
        assert {place["page"] for place in detail["statements"]} == set(program.pages)
        assert len(receiver.at("/slack")) == 1
        assert len(receiver.at("/hook")) == 1


@contextmanager
def both_told(program: Program, receiver: Receiver) -> Iterator[Serving]:
    program.channels = [
        {"name": "Slack", "kind": "slack", "address": receiver.url("/slack")},
        {"name": "Program", "kind": "webhook", "address": receiver.url("/hook")},
    ]
    with program.serve() as serving:
        until(lambda: len(receiver.got) == 2, what="two words of welcome")
        receiver.got.clear()
        yield serving
