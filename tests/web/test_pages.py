from __future__ import annotations

import asyncio
import itertools
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup

from api.web import STATIC
from db.store import Store
from monitor.check import check_page
from monitor.model import EventFilter, Page, Snapshot
from tests.factories import make_announcement, make_event, make_observation
from tests.web.conftest import BASE, START, Browser, browser_of, live_through, watched

PAGES = ["/", "/ssbtek", "/lefi-online", "/lefi-prenumeration", "/ssbtek/9", "/pages", "/subscribe"]
ENGLISH = ["/en", *(f"/en{path}" for path in PAGES[1:])]


def soup(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "lxml")


def text(html: str) -> str:
    main = soup(html).main
    assert main is not None
    return " ".join(main.get_text(" ").replace("\u00a0", " ").split())


def event_path(store: Store, kind: str) -> str:
    return f"/events/{store.events(EventFilter(types=(kind,)), limit=1, newest_first=True)[0].id}"


def announcement_path(store: Store, kind: str) -> str:
    return f"/announcements/{store.events(EventFilter(types=(kind,)), limit=1)[0].announcement_id}"


def every_path(store: Store) -> list[str]:
    return [
        *PAGES,
        event_path(store, "closure.rescheduled"),
        event_path(store, "type.added"),
        announcement_path(store, "type.added"),
    ]


def test_the_front_page_is_read_in_the_order_of_what_matters(browser: Browser) -> None:
    page = soup(browser.html("/"))
    assert page.h1 is not None
    assert page.h1.get_text().replace("\u00a0", " ") == "SSBTEK 9 stängs onsdag 23 juni 2027 (beslutat)."
    assert [heading.get_text(" ", strip=True).partition(" 24")[0] for heading in page.find_all("h2")] == [
        "Pågår nu",
        "Era versioner",
        "Ändrat sedan",
        "Tjänsterna",
        "Planerade avbrott, 30 dagar framåt",
        "Bevakningen",
        "Få veta direkt",
    ]


def test_an_open_disturbance_is_said_with_the_time_of_its_last_word(browser: Browser) -> None:
    now = soup(browser.html("/")).select_one("section.now.open")
    assert now is not None
    words = " ".join(now.get_text(" ").replace("\u00a0", " ").split())
    assert "SSBTEK: driftstörning 23 nov 2026" in words
    assert "senaste ordet sett mån 23 nov 2026 kl. 09.50" in words


def test_a_moved_date_is_struck_through_with_the_new_one_beside_it(browser: Browser) -> None:
    page = soup(browser.html("/"))
    moved = page.select_one(".change .moved")
    assert moved is not None
    assert moved.del_ is None
    assert moved.find("del").get_text(" ", strip=True) == "förut tisdag 23 mars 2027"  # type: ignore[union-attr]
    assert moved.find("ins").get_text(" ", strip=True) == "nu onsdag 23 juni 2027"  # type: ignore[union-attr]


def test_several_codes_of_one_announcement_are_one_line(browser: Browser) -> None:
    assert text(browser.html("/")).count("2 nya koder i SSBTEK från onsdag 23 december 2026") == 1


def test_ones_own_versions_are_remembered_in_the_address(browser: Browser) -> None:
    html = browser.html("/?run=ssbtek@9.0&run=lefi-online@%3F")
    page = soup(html)
    assert [option["value"] for option in page.select("option[selected]")] == ["ssbtek@9", "lefi-online@?"]
    work = page.select(".work li")
    assert "stängs onsdag 23 juni 2027. Sista säkra dag: tisdag 22 juni 2027. Gå över till SSBTEK 10" in " ".join(
        work[0].get_text(" ").replace("\u00a0", " ").split()
    )
    assert "fråga er it-drift eller leverantör" in text(html)
    assert 'href="/en?run=ssbtek@9.0&amp;run=lefi-online@%3F"' in html


@pytest.mark.parametrize(
    "query", ["run=", "run=@", "run=ssbtek@", "run=ssbtek@%00", "run=<script>@9", "since=nonsense", "since=", "x=1"]
)
def test_what_an_address_says_wrongly_is_left_out_and_never_shown_unescaped(browser: Browser, query: str) -> None:
    html = browser.html(f"/?{query}")
    assert "<script>@" not in html


def test_without_any_closing_or_reading_the_front_page_says_that_it_does_not_know(empty_store: Store) -> None:
    words = text(browser_of(empty_store).html("/"))
    assert "FK:s releasesidor är inte lästa ännu." in words
    assert "Vi har inte kunnat läsa någon av FK:s driftsidor, så vi vet inte." in words
    assert "SSBTEK driftinformation: inte läst ännu: adressen är obekräftad" in words


def test_a_closed_disturbance_is_no_longer_going_on_and_a_blind_page_is_said(empty_store: Store) -> None:
    live_through(empty_store, until=95)
    words = text(browser_of(empty_store).html("/"))
    assert "FK har inte publicerat någon driftstörning (läst mån 23 nov 2026 kl. 10.30)" in words
    assert "Vi ser inte allt just nu." in words
    assert "LEFI Online releaseinformation: svarar, men går inte att läsa; senast läst" in words


def test_a_disturbance_whose_notice_vanished_is_unknown_and_not_resolved(empty_store: Store) -> None:
    gone = make_announcement(service="ssbtek", removed_at=START)
    event = make_event(
        type="incident.reported",
        subject="incident:ssbtek:2026-11-23",
        announcement_id=gone.id,
        version=None,
        state=None,
        published=START.date(),
        seen_at=START,
    )
    empty_store.commit(make_observation(announcements=(gone,), events=(event,), statements=()))
    words = text(browser_of(empty_store).html("/"))
    assert "FK skriver inte att felet är löst; läget är okänt." in words


def test_an_old_disturbance_that_nobody_called_resolved_is_named_and_not_shown_as_going_on(lived: Store) -> None:
    words = text(browser_of(lived, at=START + timedelta(days=20)).html("/"))
    assert "FK har inte publicerat någon driftstörning" in words
    assert "Äldre störningar som FK inte har skrivit är lösta: 1" in words


def test_a_service_lists_its_versions_and_announcements(browser: Browser) -> None:
    page = soup(browser.html("/ssbtek"))
    rows = [row.get_text(" ", strip=True).replace("\u00a0", " ") for row in page.select("table.stack tbody th")]
    assert rows == ["SSBTEK 11", "SSBTEK 10 aktuell", "SSBTEK 9", "SSBTEK 8"]
    assert "Planen är att" not in page.get_text()
    assert len(page.select("link[type='application/atom+xml'][href='/feeds/ssbtek.atom']")) == 1


def test_a_version_shows_every_statement_newest_first_and_where_pages_disagree(browser: Browser) -> None:
    page = soup(browser.html("/ssbtek/9.0"))
    quotes = [quote.get_text() for quote in page.select(".story blockquote")]
    assert quotes[0] == "«Nytt stängningsdatum är den 23 juni 2027.»"
    assert quotes[1] == "«Planen är att SSBTEK version 9 stängs den 23 mars 2027.»"
    assert "FK:s sidor säger olika saker" in page.get_text()


def test_an_event_shows_its_evidence_and_the_whole_story(browser: Browser, lived: Store) -> None:
    page = soup(browser.html(event_path(lived, "closure.rescheduled")))
    assert page.select_one(".quote blockquote").get_text() == "«Nytt stängningsdatum är den 23 juni 2027.»"  # type: ignore[union-attr]
    assert len(page.select(".story li")) == 2


def test_an_edited_announcement_shows_its_history_word_by_word(empty_store: Store) -> None:
    first = make_announcement(text="Version 6 stängs den 30 september 2026.")
    empty_store.commit(make_observation(announcements=(first,)))
    later = make_announcement(text="Version 6 stängs den 31 oktober 2026.", changed_at=START)
    empty_store.commit(make_observation(announcements=(later,), snapshot=None, digest=None, statements=(), events=()))
    page = soup(browser_of(empty_store).html(f"/announcements/{first.id}"))
    newest = page.select_one(".revision .diff")
    assert newest is not None
    assert "30 september" in "".join(gone.get_text() for gone in newest.find_all("del"))
    assert "31 oktober" in "".join(come.get_text() for come in newest.find_all("ins"))


def test_hostile_words_of_a_page_appear_literally_and_do_nothing(empty_store: Store) -> None:
    nasty = '<img src=x onerror="alert(1)"><script>alert(2)</script> {{ 7*7 }}'
    announcement = make_announcement(
        heading=nasty,
        text=nasty,
        html='<p onclick="alert(1)">Ord <a href="javascript:alert(1)">länk</a><script>alert(2)</script></p>',
    )
    event = make_event(evidence=nasty, announcement_id=announcement.id)
    empty_store.commit(make_observation(announcements=(announcement,), events=(event,)))
    browser = browser_of(empty_store)
    for path in (f"/announcements/{announcement.id}", f"/events/{event.id}", "/ssbtek", "/en/ssbtek"):
        page = soup(browser.html(path))
        assert not [script for script in page.find_all("script") if not script.get("src")]
        assert not page.select("[onclick], [onerror], a[href^='javascript']")
        assert nasty in page.get_text()
        assert "49" not in page.get_text()


def test_what_is_not_there_is_a_page_for_people_and_a_problem_for_programs(browser: Browser) -> None:
    for path in ("/nonsense", "/en/nonsense", "/ssbtek/99", "/events/nonsense", "/announcements/x"):
        answer = browser.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
        problem = browser.get(path, headers={"Accept": "application/json"})
        assert (problem.status_code, problem.headers["content-type"]) == (404, "application/problem+json")


def test_the_language_is_the_address_and_never_a_header(browser: Browser) -> None:
    asked = browser.get("/", headers={"Accept-Language": "en"})
    assert soup(asked.text).html["lang"] == "sv"  # type: ignore[index]
    page = soup(browser.html("/en"))
    assert page.html["lang"] == "en"  # type: ignore[index]
    assert "SSBTEK 9 closes on Wednesday 23 June 2027 (decided)." in text(str(page))


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_page_is_sound_for_people_who_do_not_see_it(browser: Browser, lived: Store, prefix: str) -> None:
    for path in every_path(lived):
        page = soup(browser.html((prefix + path).rstrip("/") or "/"))
        assert len(page.find_all("h1")) == 1, path
        assert page.find("main", id="main") is not None
        assert page.select_one("header nav[aria-label]") is not None
        assert page.select_one("a.skip[href='#main']") is not None
        assert page.title is not None
        assert page.title.get_text(strip=True)
        levels = [int(heading.name[1]) for heading in page.find_all(re.compile(r"^h[1-6]$"))]
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels)), (path, levels)
        assert all(image.get("alt") for image in page.find_all("img"))
        assert all(control.find_parent("label") for control in page.find_all("select"))
        assert all(cell.get("scope") for cell in page.select("main table:not(.agency table) th"))
        ids = [element["id"] for element in page.find_all(id=True)]
        assert len(ids) == len(set(ids)), path
        for labelled in page.select("[aria-labelledby]"):
            assert labelled["aria-labelledby"] in ids
        assert all(link.get_text(strip=True) or link.find("img") for link in page.find_all("a"))


def test_the_agencys_words_are_marked_as_swedish_on_english_pages(browser: Browser, lived: Store) -> None:
    for path in every_path(lived):
        page = soup(browser.html(f"/en{path}".rstrip("/")))
        for quote in page.select("blockquote, .agency, .diff"):
            assert quote["lang"] == "sv"
        for link in page.select("a[href^='/en/announcements/']"):
            assert link.get("lang") == "sv" or link.find(lang="sv") or "page" in link.get_text()


def test_nothing_is_inline_and_nothing_comes_from_elsewhere(browser: Browser, lived: Store) -> None:
    for path in every_path(lived):
        answer = browser.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        page = soup(answer.text)
        assert not page.find_all("style")
        assert not page.select("[style], [onclick], [onload]")
        loaded = [element.get("src") for element in page.select("script, img")]
        loaded += [element["href"] for element in page.select("link[rel=stylesheet], link[rel=icon]")]
        assert all(str(address).startswith(("/static/", "/timeline/")) for address in loaded)


def links(html: str) -> Iterator[str]:
    for element in soup(html).select("[href], [src]"):
        address = str(element.get("href") or element.get("src"))
        parts = urlsplit(address)
        if address.startswith(BASE) or not parts.netloc:
            yield (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def test_every_link_of_ours_leads_somewhere_in_both_languages(browser: Browser) -> None:
    waiting, seen = ["/", "/en"], set()
    while waiting:
        path = waiting.pop()
        if path in seen or path.startswith("#"):
            continue
        seen.add(path)
        answer = browser.get(path)
        assert answer.status_code == 200, path
        if answer.headers["content-type"].startswith("text/html"):
            assert "None" not in soup(answer.text).get_text(), path
            waiting.extend(links(answer.text))
    assert len(seen) > 60


def test_an_unchanged_page_costs_a_304_and_a_head_has_no_body(browser: Browser) -> None:
    first = browser.get("/ssbtek")
    again = browser.get("/ssbtek", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert browser.request("HEAD", "/ssbtek").content == b""


@pytest.mark.parametrize("name", ["../base.html", "..%2fbase.html", "site.css.map", "%2e%2e", "base.html", "a/b.css"])
def test_only_the_static_files_are_served(browser: Browser, name: str) -> None:
    assert browser.get(f"/static/{name}").status_code == 404
    assert browser.get("/static/site.css").headers["content-type"] == "text/css; charset=utf-8"


def luminance(colour: str) -> float:
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_pair_of_text_and_ground_has_enough_contrast_in_light_and_dark() -> None:
    css = (STATIC / "site.css").read_text(encoding="utf-8")
    themes = [
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))
        for block in re.findall(r":root \{[^}]*--paper[^}]*\}", css)
    ]
    assert len(themes) >= 2
    for theme in themes[:2]:
        for text_colour in ("ink", "soft", "link", "gone", "come"):
            for ground in ("paper", "sheet", "mark", "alarm"):
                if text_colour in ("gone", "come") and ground in ("mark", "alarm"):
                    continue
                assert contrast(theme[text_colour], theme[ground]) >= 4.5, (text_colour, ground)
        assert contrast(theme["paper"], theme["link"]) >= 4.5
        assert contrast(theme["gone"], theme["gone-paper"]) >= 4.5
        assert contrast(theme["come"], theme["come-paper"]) >= 4.5
        assert contrast(theme["plain-line"], theme["paper"]) >= 2


REAL_PAGES = os.environ.get("RELEASEVAKT_REAL_PAGES")


@pytest.mark.skipif(REAL_PAGES is None, reason="RELEASEVAKT_REAL_PAGES names no folder with the agency's real page")
def test_every_text_about_a_planned_closing_that_passed_says_that_it_is_not_confirmed(empty_store: Store) -> None:
    body = (Path(REAL_PAGES or "") / "ssbtek-release.html").read_bytes()
    at = datetime(2025, 5, 2, 10, tzinfo=UTC)
    page = next(page for page in watched() if page.key == "ssbtek-release")

    class Fetcher:
        async def fetch(self, page: Page, *, etag: str | None = None, last_modified: str | None = None) -> Snapshot:
            return Snapshot(page=page.key, url=page.url, fetched_at=at, body=body, content_type="text/html")

    asyncio.run(check_page(page, fetcher=Fetcher(), store=empty_store, commit=empty_store.commit, clock=lambda: at))
    browser = browser_of(empty_store, at=at + timedelta(hours=1))
    front = text(browser.html("/?run=ssbtek@8"))
    assert "SSBTEK 7, 7.1 och 8 skulle stängas söndag 30 juni 2024. Det var planerat; FK har inte skrivit" in front
    assert "SSBTEK 8 skulle stängas söndag 30 juni 2024 (planerat, inte bekräftat)" in front
    assert "8 (skulle vara stängd)" in front
    assert text(browser.html("/ssbtek")).count("(planerat, inte bekräftat)") >= 3
    version = text(browser.html("/en/ssbtek/7.1"))
    assert "Sunday 30 June 2024 (planned, not confirmed)" in version
    assert "The day has passed, but the agency has not said that the closing took place." in version
