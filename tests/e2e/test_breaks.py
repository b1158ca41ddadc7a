"""Pages that break, move and mend: told once when it begins and once when it ends, to those who run the monitor."""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Iterator

import pytest

from tests.e2e.agency import CLOSING, OVERVIEW, RELEASED, START, Item, day, page
from tests.e2e.program import Program, Serving, until
from tests.e2e.receiver import Receiver
from tests.watch.site import Site

KEY = "ssbtek-release"
ERROR_PAGE = "<!DOCTYPE html><html><body><main><h1>Något gick fel</h1><p>Försök igen senare.</p></main></body></html>"


@pytest.fixture
def told(program: Program, receiver: Receiver) -> Program:
    """The program with a channel for those who run it and one for readers."""
    program.channels = [
        {"name": "Drift", "kind": "webhook", "address": receiver.url("/operators"), "operator": True},
        {"name": "Läsare", "kind": "webhook", "address": receiver.url("/readers")},
    ]
    return program


@pytest.fixture
def serving(told: Program) -> Iterator[Serving]:
    with told.serve() as running:
        yield running


def heard(receiver: Receiver) -> list[str]:
    return [
        got.type
        for got in receiver.told("/operators")
        if got.type.startswith("page.") and got.json["data"]["page"] == KEY
    ]


def versions(serving: Serving) -> object:
    return [
        {name: version[name] for name in ("version", "status", "closes", "released")}
        for version in serving.json("/v1/services/ssbtek/versions")["items"]
    ]


def test_a_page_that_fails_and_a_page_of_errors_are_told_once_each_and_what_we_knew_stands(
    serving: Serving, site: Site, receiver: Receiver
) -> None:
    knew = versions(serving)
    site.page("/release").status = 500
    until(lambda: heard(receiver) == ["page.failing"], what="word of the failing page")
    assert serving.page(KEY)["state"] == "failing"
    site.page("/release").status = 200
    until(lambda: heard(receiver) == ["page.failing", "page.recovered"], what="word of its recovery")

    site.page("/release").body = ERROR_PAGE
    until(lambda: heard(receiver)[2:] == ["page.unreadable"], what="word of the page of errors")
    assert serving.page(KEY)["state"] == "unreadable"
    assert serving.get("/readyz").status_code == 200
    site.page("/release").body = page(*START)
    until(lambda: heard(receiver)[2:] == ["page.unreadable", "page.readable"], what="word of errors and their end")

    whole = page(*START)
    site.page("/release").body = whole[: whole.index(OVERVIEW.heading) - 80]
    until(lambda: heard(receiver)[4:] == ["page.unreadable"], what="word of half a page")
    site.page("/release").body = ""
    assert serving.checked(KEY)[-1]["outcome"] == "unreadable"
    assert heard(receiver)[5:] == []
    assert versions(serving) == knew
    assert receiver.told("/readers") == []
    types = [event["type"] for event in serving.events() if event["type"].startswith("page.")]
    assert types == heard(receiver)


def test_a_page_that_lost_most_is_believed_only_when_an_operator_says_so(
    told: Program, serving: Serving, site: Site, receiver: Receiver
) -> None:
    knew = versions(serving)
    assert "a reading that waits" in told.run("accept", KEY).complaint
    site.page("/release").body = page(RELEASED)
    assert serving.checked(KEY)[-1]["outcome"] == "unreadable"
    assert "3 known" in serving.json(f"/v1/pages/{KEY}/checks")["items"][0]["detail"]
    assert versions(serving) == knew
    told.run("accept", KEY)
    until(lambda: serving.page(KEY)["state"] == "ok", what="the page believed")
    until(
        lambda: [got.type for got in receiver.told("/readers")] == ["announcement.removed"] * 2,
        what="word of what was cleaned away",
    )
    assert heard(receiver)[:2] == ["page.unreadable", "page.readable"]
    assert versions(serving) == knew


def test_a_page_that_hangs_holds_up_no_other_and_no_end(told: Program, site: Site, receiver: Receiver) -> None:
    def hang(connection: socket.socket) -> None:
        connection.settimeout(60)
        while connection.recv(1024):
            time.sleep(0.01)

    site.put("/hangs", raw=hang)
    told.pages["lefi-online-release"] = site.url("/hangs", host="localhost")
    with told.serve(read=[KEY]) as serving:
        site.put("/release", page(CLOSING, *START))
        until(lambda: len(receiver.told("/readers")) == 2, what="the other page's news", within=15)
        assert serving.page("lefi-online-release")["last_good_at"] is None
        begun = time.monotonic()
        assert serving.stop(signal.SIGINT) == 0
        assert time.monotonic() - begun < 10


def test_a_moved_page_is_looked_for_and_found_and_a_configured_address_wins(
    told: Program, site: Site, receiver: Receiver
) -> None:
    there = page(*START, related=[("Releaseinformation för SSBTEK", "/ny/releaseinformation-for-ssbtek")])
    site.page("/release").body = there
    with told.serve() as serving:
        site.put("/ny/releaseinformation-for-ssbtek", page(CLOSING, *START))
        site.remove("/release")
        until(lambda: heard(receiver) == ["page.moved", "page.recovered"], what="word of the move and that it is found")
        assert serving.page(KEY)["url"].endswith("/ny/releaseinformation-for-ssbtek")
        until(lambda: len(receiver.told("/readers")) == 2, what="the news at the new place")
        assert serving.checked(KEY)[-1]["outcome"] == "unchanged"

    notice = Item("Ny kontaktväg", day(-1), ("Frågor om tjänsten ställs från och med nu till servicedesken.",))
    site.put("/ny/releaseinformation-for-ssbtek", headers={"Location": "/3"}, status=301)
    site.put("/3", page(notice, CLOSING, *START))
    with told.serve() as serving:
        until(lambda: len(receiver.told("/readers")) == 3, what="the news behind the redirect")
        until(lambda: heard(receiver)[2:] == ["page.moved"], what="word of the redirect")
        assert serving.checked(KEY)[-1]["outcome"] == "unchanged"

    site.put("/4", page(notice, CLOSING, *START))
    told.pages[KEY] = site.url("/4")
    with told.serve() as serving:
        serving.checked(KEY)
        assert serving.page(KEY)["url"] == site.url("/4")
        assert heard(receiver)[3:] == []


def test_addresses_that_nobody_confirmed_disturb_nobody(program: Program, site: Site, receiver: Receiver) -> None:
    program.pages = {}
    program.shipped = True
    program.environ["PROXY"] = site.url()
    program.channels = [{"name": "Drift", "kind": "webhook", "address": receiver.url("/operators"), "operator": True}]
    with program.serve() as serving:
        until(lambda: "first round done" in serving.words(), what="the first round")
        states = [each["state"] for each in serving.json("/v1/pages")["items"]]
        assert states.count("unconfirmed") == len(states) == 6
        assert serving.get("/readyz").status_code == 200
        assert "address not confirmed yet" in serving.words()
        assert serving.events() == []
    assert receiver.told("/operators") == []
