from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest

from monitor.fetch import Fetcher, make_client
from monitor.model import Link, Page
from monitor.pages import (
    MOST_LOOKUPS,
    RESERVED,
    SHIPPED_PAGES,
    SHIPPED_SERVICES,
    PageOverride,
    ancestors,
    discover,
    interval,
    look_up,
    services_of,
    watched_pages,
)
from monitor.parse.links import find_links
from tests.watch.site import Site

BASE = "https://www.fk.example/e-tjanster"


def page(url: str = f"{BASE}/ssbtek/driftinformation-for-ssbtek", key: str = "ssbtek-drift") -> Page:
    service, _, kind = key.rpartition("-")
    return Page(key=key, service=service, kind="drift" if kind == "drift" else "release", url=url)


def links(*pairs: tuple[str, str]) -> list[Link]:
    return [Link(text=text, url=url) for text, url in pairs]


def test_six_pages_are_shipped_and_one_address_is_confirmed() -> None:
    assert [each.key for each in SHIPPED_PAGES] == [
        "ssbtek-release",
        "ssbtek-drift",
        "lefi-online-release",
        "lefi-online-drift",
        "lefi-prenumeration-release",
        "lefi-prenumeration-drift",
    ]
    assert [each.key for each in SHIPPED_PAGES if each.confirmed] == ["lefi-prenumeration-release"]
    assert all(each.url.startswith("https://www.forsakringskassan.se/") for each in SHIPPED_PAGES)
    assert not RESERVED & {service.key for service in SHIPPED_SERVICES}


def test_a_new_service_needs_no_code() -> None:
    pages = watched_pages([PageOverride(key="ens-2-release", url="http://10.0.0.8/ens")])
    assert pages[-1] == Page(
        key="ens-2-release",
        service="ens-2",
        kind="release",
        url="http://10.0.0.8/ens",
        every=timedelta(minutes=15),
        confirmed=True,
    )
    assert services_of(pages)[-1].name == "Ens 2"


def test_intervals_are_short_while_something_is_wrong() -> None:
    pages = {each.key: each for each in watched_pages()}
    release, drift = pages["ssbtek-release"], pages["ssbtek-drift"]
    assert interval(release) == interval(release, incident_open=True) == timedelta(minutes=15)
    assert interval(drift) == timedelta(minutes=5)
    assert interval(drift, incident_open=True) == timedelta(minutes=2)
    (_, own, *_rest) = watched_pages([PageOverride(key="ssbtek-drift", every=timedelta(hours=1))])
    assert interval(own, incident_open=True) == timedelta(hours=1)


# --- discovery


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("Driftinformation för SSBTEK", f"{BASE}/ssbtek/x"),
        ("Driftinformation", f"{BASE}/ssbtek/driftinformation"),
        ("Läs mer", f"{BASE}/ssbtek/driftinformation-for-ssbtek-2"),
        ("SSBTEK – drift-information", f"{BASE}/sida.4.18c3f1a9.html"),
        ("Driftinformation för SSBTEK", "https://fk.example/ny/plats"),
        ("Driftinformation för SSBTEK och LEFI Online", f"{BASE}/driftinformation"),
        ("DRIFTINFORMATION FÖR SSBTEK", f"{BASE}/x#del"),
    ],
)
def test_a_link_is_known_by_its_words_and_its_address(text: str, url: str) -> None:
    found = discover(links(("Start", BASE), (text, url), ("Kontakt", f"{BASE}/kontakt")), page(), "SSBTEK")
    assert found == url


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("Releaseinformation för SSBTEK", f"{BASE}/ssbtek/x"),
        ("Driftinformation för LEFI Online", f"{BASE}/ssbtek/driftinformation-for-lefi-online"),
        ("Driftinformation", f"{BASE}/ssbtek/driftinformation-for-lefi-online"),
        ("Driftinformation för SSBTEK", "https://elsewhere.example/ssbtek"),
        ("Driftinformation för SSBTEK", "http://www.fk.example/ssbtek"),
        ("Driftinformation för SSBTEK", "https://www.fk.example:8443/ssbtek"),
        ("Driftinformation för SSBTEK", "ftp://www.fk.example/ssbtek"),
        ("Driftinformation för SSBTEK", "https://[::bad/"),
        ("Driftinformation för SSBTEK (pdf)", f"{BASE}/download/driftinformation.pdf"),
        ("Driftinformation för SSBTEK", page().url),
        ("Driftinformation för SSBTEK", f"{page().url}#top"),
        ("Aktuellt om SSBTEK", f"{BASE}/ssbtek/aktuellt"),
        ("", ""),
    ],
)
def test_other_links_are_passed_over(text: str, url: str) -> None:
    assert discover(links((text, url)), page(), "SSBTEK") is None


def test_what_the_words_say_weighs_more_than_the_address() -> None:
    weak, strong = f"{BASE}/ssbtek/driftinformation-old", f"{BASE}/ny"
    assert discover(links(("Arkiv", weak), ("Driftinformation för SSBTEK", strong)), page(), "SSBTEK") == strong


def test_names_are_compared_without_their_hyphens_and_spaces() -> None:
    wanted = page(f"{BASE}/x", "lefi-online-release")
    for text in ("Lefi-online releaseinformation", "Releaseinformation för LEFI online", "releaseinfo LEFI_Online"):
        assert discover(links((text, f"{BASE}/y")), wanted, "LEFI Online") == f"{BASE}/y"


def test_the_addresses_above_a_page_lead_to_the_front_page() -> None:
    assert ancestors("https://fk.example/a/b/c?x=1#y") == (
        "https://fk.example/a/b",
        "https://fk.example/a",
        "https://fk.example/",
    )
    assert ancestors("https://fk.example/") == ("https://fk.example/",)


def test_links_are_read_with_their_visible_words_and_whole_addresses() -> None:
    body = """
    <html><head><base href="/bas/"></head><body>
    <a href="#content">Gå till innehåll</a><a name="ankare">x</a><a href="mailto:a@b.se">Mejla</a>
    <a href="javascript:void(0)">Skript</a><a href="http://[::bad">Trasig</a>
    <a href="ssbtek/drift#del">
        Drift<strong>information</strong>
        <svg></svg><span class="env-assistive-text"> Länk till annan webbplats.</span></a>
    <a href="https://skr.example/fr%C3%A5gor">SKR<span class="sr-only">Pdf</span></a>
    </body></html>
    """.encode()
    assert find_links(body, "https://fk.example/x/y") == (
        Link(text="Driftinformation", url="https://fk.example/bas/ssbtek/drift"),
        Link(text="SKR", url="https://skr.example/fr%C3%A5gor"),
    )


@pytest.mark.parametrize("body", [b"", b"\x00\xff" * 500, b"<?xml version='1.0'?><a href='/x'/>", b"<a href>" * 9000])
def test_what_is_no_page_has_few_links_or_none(body: bytes) -> None:
    assert len(find_links(body, "https://fk.example/")) <= 1


def test_deep_nesting_is_no_trap() -> None:
    body = b"<a href='/x'>" + b"<b>" * 50_000 + b"hej" + b"</b>" * 50_000 + b"</a>"
    assert len(find_links(body, "https://fk.example/")) <= 1


# --- looking up


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        yield site


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(make_client(), pause=0, deadline=2) as fetcher:
        yield fetcher


async def search(site: Site, fetcher: Fetcher, related: list[Link] | None = None) -> str | None:
    lost = page(site.url("/e-tjanster/ssbtek/driftinformation-for-ssbtek"))
    return await look_up(lost, "SSBTEK", fetcher=fetcher, read_links=find_links, related=related or [])


@pytest.mark.anyio
async def test_links_of_pages_already_read_are_enough(site: Site, fetcher: Fetcher) -> None:
    related = links(("Aktuellt", site.url("/a")), ("Driftinformation för SSBTEK", site.url("/ny/drift")))
    assert await search(site, fetcher, related) == site.url("/ny/drift")
    assert site.asked == []


@pytest.mark.anyio
async def test_a_lost_page_is_found_above_its_old_place(site: Site, fetcher: Fetcher) -> None:
    site.put("/e-tjanster", '<a href="/andra">Andra</a><a href="/ny">Driftinformation för SSBTEK</a>')
    assert await search(site, fetcher) == site.url("/ny")
    assert site.asked == ["/robots.txt", "/e-tjanster/ssbtek", "/e-tjanster"]


@pytest.mark.anyio
async def test_the_front_page_of_the_service_is_looked_at_on_the_way(site: Site, fetcher: Fetcher) -> None:
    site.put("/e-tjanster", '<a href="/tjanster/ssbtek">SSBTEK</a><a href="/lefi">LEFI Online</a>')
    site.put("/tjanster/ssbtek", '<a href="/tjanster/ssbtek/drift-1">Driftinformation för SSBTEK</a>')
    assert await search(site, fetcher) == site.url("/tjanster/ssbtek/drift-1")
    assert "/lefi" not in site.asked


@pytest.mark.anyio
async def test_a_search_is_short_and_may_find_nothing(site: Site, fetcher: Fetcher) -> None:
    for number in range(20):
        site.put(f"/{number}", f'<a href="/{number + 1}">SSBTEK</a>')
    site.put("/e-tjanster/ssbtek", '<a href="/0">SSBTEK</a>')
    assert await search(site, fetcher) is None
    assert len(site.asked) == 1 + MOST_LOOKUPS


@pytest.mark.anyio
async def test_a_site_that_cannot_be_reached_ends_the_search(site: Site, fetcher: Fetcher) -> None:
    site.put("/robots.txt", delay=30)
    async with Fetcher(make_client(), pause=0, deadline=0.2) as hurried:
        assert await search(site, hurried) is None
    assert site.asked == ["/robots.txt"]
