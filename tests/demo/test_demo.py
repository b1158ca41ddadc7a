"""The made-up agency: its story read by the real reader, and its receiver on a real socket."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from db.engine import migrate, open_database
from db.store import Store
from monitor.check import check_page
from monitor.demo import CHANNEL_PATH, WEBHOOK_PATH, DemoSite, demo_settings, load_story
from monitor.errors import UsageError
from monitor.model import Event, Page, Snapshot

TODAY = date(2026, 11, 23)


class Seconds:
    """A story clock that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def site(clock: Seconds) -> Iterator[DemoSite]:
    with DemoSite(today=TODAY, clock=clock) as started:
        started.start()
        yield started


def read_all(site: DemoSite) -> None:
    for page in site.story.pages:
        assert httpx.get(site.base_url + page.path).status_code == 200


def test_the_story_tells_everything_within_two_minutes() -> None:
    story = load_story(TODAY)
    assert story.seconds <= 120
    assert {page.key for page in story.pages} == {
        f"{service}-{kind}"
        for service in ("ssbtek", "lefi-online", "lefi-prenumeration")
        for kind in ("release", "drift")
    }


def test_the_story_waits_until_every_page_has_been_read_once(site: DemoSite, clock: Seconds) -> None:
    clock.now = 500.0
    assert site.seconds == 0
    read_all(site)
    clock.now = 509.0
    assert site.seconds == 9
    assert "version 11" in httpx.get(site.base_url + site.story.pages[0].path).text


def test_the_markup_differs_in_every_answer_and_the_words_do_not(site: DemoSite) -> None:
    url = site.base_url + site.story.pages[0].path
    first, second = httpx.get(url).text, httpx.get(url).text
    assert first != second
    assert "Påhittad sida" in first


def test_a_broken_page_answers_without_content_until_it_is_mended(site: DemoSite, clock: Seconds) -> None:
    read_all(site)
    url = site.base_url + "/lefi-online/releaseinformation-for-lefi-online"
    seen = []
    for second in (80, 95, 110):
        clock.now = second
        seen.append("LEFI Online version 8" in httpx.get(url).text)
    assert seen == [True, False, True]


def test_the_receiver_shows_what_came_and_whether_it_was_signed(site: DemoSite) -> None:
    card = {"text": "**Kräver åtgärd: SSBTEK 9 stängs** <b>"}
    assert httpx.post(site.base_url + CHANNEL_PATH, json=card).status_code == 200
    event = {"type": "closure.announced", "data": {"title": {"sv": "SSBTEK 9 stängs", "en": "SSBTEK 9 closes"}}}
    body = json.dumps(event)
    now = datetime.now(UTC)
    headers = {
        "webhook-id": "e1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(site.secret).sign("e1", now, body),
    }
    assert httpx.post(site.base_url + WEBHOOK_PATH, content=body, headers=headers).status_code == 200
    assert httpx.post(site.base_url + WEBHOOK_PATH, content=body).status_code == 200
    assert [message.signed for message in site.received if not message.for_people] == [True, False]
    page = httpx.get(site.received_url).text
    assert "Kräver åtgärd: SSBTEK 9 stängs &lt;b&gt;" in page
    assert "signaturen stämmer" in page
    assert "FEL SIGNATUR" in page


def test_the_receiver_takes_nothing_that_it_cannot_read(site: DemoSite) -> None:
    assert httpx.post(site.base_url + WEBHOOK_PATH, content=b"\xff").status_code == 400
    assert httpx.post(site.base_url + "/elsewhere", json={}).status_code == 400
    assert httpx.get(site.base_url + "/elsewhere").status_code == 404
    assert site.received == ()


def test_a_port_that_is_taken_is_said_in_one_line(site: DemoSite) -> None:
    port = int(site.base_url.rpartition(":")[2])
    with pytest.raises(UsageError, match=f"127.0.0.1:{port} to be free"):
        DemoSite(today=TODAY).start(port=port)


def test_the_settings_watch_the_site_and_tell_its_receiver(site: DemoSite, tmp_path: Path) -> None:
    settings = demo_settings(site, data_dir=tmp_path, port=8765)
    assert {page.url for page in settings.pages} == {site.base_url + page.path for page in site.story.pages}
    assert all(page.every == timedelta(seconds=2) for page in settings.pages)
    assert [channel.kind for channel in settings.subscription] == ["mattermost", "webhook"]
    assert base64.b64decode(site.secret.removeprefix("whsec_"))
    assert settings.base_url == "http://127.0.0.1:8765"


def test_the_reader_hears_the_whole_story_and_nothing_else(tmp_path: Path, clock: Seconds) -> None:
    """The story through the real parser, interpreter, settlement and store."""
    site = DemoSite(today=TODAY, clock=clock)
    store = Store(database := open_database(f"sqlite:///{tmp_path}/demo.db"))
    migrate(database)
    start = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    pages = [
        Page(
            key=page.key,
            service=page.key.rpartition("-")[0],
            kind="drift" if page.key.endswith("drift") else "release",
            url=f"https://agency.example{page.path}",
            confirmed=True,
        )
        for page in site.story.pages
    ]
    store.ensure_pages(pages, now=start)
    told: list[Event] = []

    class Fetcher:
        async def fetch(self, page: Page, *, etag: str | None = None, last_modified: str | None = None) -> Snapshot:
            body = site.page(page.url.removeprefix("https://agency.example"))
            assert body is not None
            return Snapshot(page=page.key, url=page.url, fetched_at=now(), body=body, content_type="text/html")

    def now() -> datetime:
        return start + timedelta(seconds=clock.now)

    async def look() -> None:
        for page in pages:
            checked = await check_page(page, fetcher=Fetcher(), store=store, commit=store.commit, clock=now)
            told.extend(event for event in checked.events if event.pushed)

    try:
        for second in (0.0, *(step.after + 1 for step in site.story.steps)):
            clock.now = second
            asyncio.run(look())
    finally:
        database.close()
    assert [event.type for event in told] == [
        "release.announced",
        "closure.announced",
        "type.added",
        "type.added",
        "incident.reported",
        "closure.rescheduled",
        "incident.resolved",
        "page.unreadable",
        "page.readable",
        "maintenance.scheduled",
    ]
    assert told[1].title.sv == "SSBTEK 9 stängs tis 23 mars 2027 (planerat)"
    assert told[5].title.sv == "SSBTEK 9: stängningen SENARELAGD, 23 mars → 23 juni 2027"
