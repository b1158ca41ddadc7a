"""Saved pages taken in as history, kept ones read again, wrong events taken back, and everything saved and restored."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.agency import CLOSING, OVERVIEW, RELEASED, STAFFING, START, Item, Overview, day, page, written
from tests.e2e.program import Program, until
from tests.e2e.receiver import Receiver
from tests.watch.site import Site

KEY = "ssbtek-release"


@pytest.fixture
def copies(tmp_path: Path) -> dict[str, Path]:
    """A page as it was saved four times: a closing is announced, edited and moved, an item leaves and comes back."""
    edited = replace(CLOSING, paragraphs=(CLOSING.paragraphs[0] + " Hör av er vid frågor.", CLOSING.paragraphs[1]))
    moved = Item(
        "Version 9 stängs senare",
        day(-10),
        (f"Version 9 av SSBTEK stängs i stället den {written(day(210))}.",),
    )
    first = replace(CLOSING, stamp=day(-60))
    pages = {
        "a": page(*START, updated=day(-100)),
        "b": page(first, *START, updated=day(-59)),
        "c": page(replace(edited, stamp=day(-60)), RELEASED, OVERVIEW, updated=day(-40)),
        "d": page(moved, replace(edited, stamp=day(-60)), *START, updated=day(-9)),
    }
    files = {}
    for name, html in pages.items():
        files[name] = tmp_path / f"{name}.html"
        files[name].write_text(html, encoding="utf-8")
    return files


def knowledge(program: Program) -> dict[str, Any]:
    """All that can be asked for, without the numbers that tell in which order we learnt it."""
    with program.serve(read=()) as serving:
        announcements = serving.json("/v1/announcements", params={"removed": "true", "limit": 100})["items"]
        known = {
            "versions": serving.json("/v1/services/ssbtek/versions")["items"],
            "announcements": [serving.json(f"/v1/announcements/{each['id']}") for each in announcements],
            "events": sorted(serving.events(), key=lambda event: str(event["id"])),
        }
    for event in [*known["events"], *(event for each in known["announcements"] for event in each["events"])]:
        event.pop("seq")
        event.pop("revision")
    for each in known["announcements"]:
        each["events"].sort(key=lambda event: event["id"])
    for version in known["versions"]:
        # How fresh the source is, is about the moment of asking.
        version.pop("source_newest", None)
    return known


def taken_in(folder: Path, groups: Sequence[Sequence[Path]]) -> Program:
    folder.mkdir()
    program = Program(folder, pages={KEY: "http://127.0.0.2:9/"}, every="1d")
    for group in groups:
        program.ok("ingest", *map(str, group), "--source", KEY)
    return program


def test_saved_pages_give_the_same_in_any_order(tmp_path: Path, copies: dict[str, Path]) -> None:
    at_once = knowledge(taken_in(tmp_path / "at-once", [list(copies.values())]))
    (closing,) = [each for each in at_once["announcements"] if each["heading"] == CLOSING.heading]
    assert [len(version["text"]) for version in closing["history"]] == sorted(
        {len(v["text"]) for v in closing["history"]}
    )
    assert len(closing["history"]) == 2
    assert all(version["snapshot_id"] for version in closing["history"])
    types = [event["type"] for event in at_once["events"]]
    assert types.count("closure.rescheduled") == 1
    assert types.count("announcement.updated") == 1
    nine = next(version for version in at_once["versions"] if version["version"] == "9")
    assert nine["closes"]["start"] == day(210).isoformat()
    for order in ("dbca",):
        one_by_one = knowledge(taken_in(tmp_path / order, [[copies[name]] for name in order]))
        for part, found in at_once.items():
            assert one_by_one[part] == found, (order, part)


def test_every_order_of_saved_pages_gives_the_same_events(tmp_path: Path, copies: dict[str, Path]) -> None:
    """All the orders, in one process, because there are many."""
    from datetime import UTC, datetime, time

    from db.engine import migrate, open_database
    from db.store import Store
    from monitor.history import ingest
    from monitor.model import Page, Snapshot

    watched = Page(key=KEY, service="ssbtek", kind="release", url="https://agency.example/release", confirmed=True)
    stamps = {"a": -100, "b": -59, "c": -40, "d": -9}
    snapshots = {
        name: Snapshot(
            page=KEY,
            url=watched.url,
            fetched_at=datetime.combine(day(stamps[name]), time(11), tzinfo=UTC),
            body=path.read_bytes(),
        )
        for name, path in copies.items()
    }
    seen = []
    for order in permutations(snapshots):
        database = open_database(f"sqlite:///{tmp_path}/{''.join(order)}.db")
        migrate(database)
        store = Store(database)
        for name in order:
            ingest(store, [watched], [snapshots[name]])
        events = {event.id: replace(event, seq=0, revision=0) for event in store.events(limit=1000)}
        histories = {each.id: store.announcement_versions(each.id) for each in store.memory().announcements}
        seen.append((events, frozenset(store.memory().statements), histories))
        assert not any(event.pushed for event in store.all_events())
        database.close()
    assert all(found == seen[0] for found in seen)


def test_parsing_a_page_says_what_checking_it_stores(program: Program, site: Site, tmp_path: Path) -> None:
    html = page(CLOSING, *START)
    site.put("/release", html)
    (tmp_path / "saved.html").write_text(html, encoding="utf-8")
    program.ok("check", KEY)
    parsed = program.ok("parse", "saved.html", "--source", KEY)
    assert parsed == {**program.ok("parse", "-", "--source", KEY, stdin=html.encode()), **address_of(parsed)}
    stored = program.ok("events")
    assert {event["id"]: event["title"] for event in parsed["events"]} == {
        event["id"]: event["title"] for event in stored
    }
    assert parsed["coverage"]["unaccounted"] == 0
    live = program.ok("parse", site.url("/release"), "--source", KEY)
    assert [event["id"] for event in live["events"]] == [event["id"] for event in parsed["events"]]
    assert [version["version"] for version in program.ok("versions", "ssbtek")] == [
        version["version"] for version in parsed["versions"]
    ]


def address_of(parsed: dict[str, Any]) -> dict[str, Any]:
    return {"page": parsed["page"]}


def test_a_live_history_reads_the_same_again_and_survives_backup_and_old_copies(
    program: Program, site: Site, receiver: Receiver, tmp_path: Path, copies: dict[str, Path]
) -> None:
    program.channels = [{"name": "Program", "kind": "webhook", "address": receiver.url("/hook")}]
    planned = Overview(OVERVIEW.stamp, (OVERVIEW.rows[0], ("9", day(-700), day(200).isoformat()), OVERVIEW.rows[2]))
    with program.serve() as serving:
        for items in ((CLOSING, *START), (CLOSING, RELEASED, planned, STAFFING), (CLOSING, RELEASED, planned), START):
            site.put("/release", page(*items))
            serving.checked(KEY, times=2)
        told = receiver.told("/hook")
        known = serving.events()
        wrong = next(event for event in known if event["type"] == "closure.announced" and event["version"] == "9")
        assert program.ok("reread", "--dry-run") == []
        saved = tmp_path / "saved.db"
        program.run("backup", str(saved))
        assert "expected a new file" in program.run("backup", str(saved)).complaint

        until(lambda: wrong["id"] in [got.id for got in receiver.told("/hook")], what="the wrong event told")
        late = program.ok("subscribe", "webhook", receiver.url("/late"))
        (correction, *instead) = program.ok("retract", wrong["id"])
        assert correction["corrects"] == wrong["id"]
        assert {event["origin"] for event in instead} == {"operator"}
        until(lambda: "event.retracted" in [got.type for got in receiver.told("/hook")], what="the correction")
        assert receiver.told("/late") == [], late
        assert program.ok("reread", "--dry-run") == []
        assert day(150).isoformat() not in json.dumps(program.ok("versions", "ssbtek")[1]["closes"])

        before = len(receiver.got)
        program.ok("ingest", str(copies["a"]), "--source", KEY)
        again = [event["id"] for event in program.ok("events", "--limit", "1000")]
        assert {event["id"] for event in known} <= set(again)
        assert program.ok("reread", "--dry-run") == []
        serving.checked(KEY)
        assert len(receiver.got) == before
        assert len(told) >= 4
    restored = Program(tmp_path / "restored", pages=program.pages)
    restored.folder.mkdir()
    restored.run("restore", str(saved))
    assert restored.ok("events", "--limit", "1000")[::-1] == known
    refused = restored.run("restore", str(saved))
    assert refused.code == 2
    assert "empty" in refused.complaint
    past = restored.ok("versions", "ssbtek", "--as-of", day(-110).isoformat())
    assert {version["version"] for version in past} == {"8", "9", "10"}
    assert {version["known"] for version in past} <= {"stamped", "overview", "observed"}
    assert restored.ok("versions", "ssbtek", "--as-of", day(-3000).isoformat()) == []
