# ruff: noqa: E501 - alternatives are easier to survey side by side than one under the other
"""Any bytes and any page: our own errors and no others, in bounded time and memory; and nothing that is not there."""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import MonitorError
from monitor.labels import number_of
from monitor.model import Page, Snapshot, When
from monitor.reading import PageRead, read

PAGES = tuple(
    Page(key=f"{service}-{kind}", service=service, kind=kind, url=f"https://fk.example/{service}/{kind}")
    for service in ("ssbtek", "lefi-online", "lefi-prenumeration")
    for kind in ("release", "drift")
)
SAMPLES = sorted((Path(__file__).parent.parent / "pages").glob("*/*.html"))
DEADLINE = 20.0
MEMORY = 1_500_000_000
AT = datetime(2027, 5, 10, 9, tzinfo=UTC)


def reading_of(body: bytes, page: Page = PAGES[0], content_type: str | None = None) -> PageRead | None:
    """What is read, None where one of our errors says why not; anything else fails the test."""
    snapshot = Snapshot(page=page.key, url=page.url, fetched_at=AT, body=body, content_type=content_type)
    try:
        return read(snapshot, page, at=AT, today=AT.date())
    except MonitorError:
        return None


# --- bytes ------------------------------------------------------------------------------------------------------

BROKEN = st.sampled_from(
    [b"<", b">", b"&", b"\x00", b"\xff\xfe", b"\xc3", b"<!--", b"]]>", b"<table>", b"</main>", b"<plaintext>", b"<svg>",
     b"&#99999999;", b"&#xD800;", b"<h2>", b"<p/>", b"<td rowspan=99999 colspan=99999>", b"\xe2\x80\x8f", b"<a href='"]
)  # fmt: skip


@given(
    st.binary(max_size=600), st.sampled_from([None, "text/html", "text/html; charset=utf-16", "text/plain; charset=x"])
)
@settings(max_examples=60, deadline=None)
def test_random_bytes_end_in_a_reading_or_in_our_own_error(body: bytes, content_type: str | None) -> None:
    reading_of(body, content_type=content_type)


@given(st.sampled_from(SAMPLES), st.lists(st.tuples(st.floats(0, 1), BROKEN), max_size=12), st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_a_page_with_broken_bytes_in_it_is_read_or_refused(
    path: Path, splices: list[tuple[float, bytes]], cut: float
) -> None:
    body = bytearray(path.read_bytes())
    for place, piece in splices:
        at = int(place * len(body))
        body[at:at] = piece
    reading_of(bytes(body[: int(cut * len(body)) + 1]))


def test_pieces_of_all_pages_in_any_order_are_read_or_refused() -> None:
    chance = random.Random(4)
    bodies = [path.read_bytes() for path in SAMPLES]
    for _ in range(40):
        pieces = []
        for _ in range(chance.randint(2, 6)):
            body = chance.choice(bodies)
            start = chance.randrange(len(body))
            pieces.append(body[start : start + chance.randint(1, 2000)])
        reading_of(b"".join(pieces), chance.choice(PAGES))


STAMP = b"<p>(Publicerad 2027-05-03)</p>"
HOSTILE = {
    "deep divs": b"<div>" * 100_000 + b"<h2>SSBTEK</h2>" + STAMP,
    "deep bold": b"<h1>Releaseinformation</h1><h2>Ny</h2>" + STAMP + b"<b>" * 100_000 + b"x",
    "deep lists": b"<h1>Releaseinformation</h1><h2>Ny</h2>" + STAMP + b"<ul><li>" * 100_000 + b"x",
    "deep tables": b"<h1>Releaseinformation</h1><h2>Ny</h2>" + STAMP + b"<table><tr><td>" * 30_000 + b"x",
    "deep quotes": b"<blockquote>" * 100_000 + b"version 9",
    "giant attribute": b"<h2 class='" + b"a " * 2_000_000 + b"'>Version 9</h2>" + STAMP,
    "many attributes": b"<p " + b" ".join(b"a%d=1" % number for number in range(100_000)) + b">x",
    "entities": b"<h2>Ny</h2>" + STAMP + b"<p>" + b"&aring;&#228;&notanentity;" * 50_000,
    "entity bomb": b"<!DOCTYPE x [<!ENTITY a 'xxxxxxxxxx'>"
    + b"".join(b"<!ENTITY %c '%b'>" % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><h1>&j;</h1>",
    "NULs": b"\x00" * 3_000_000,
    "NULs inside": STAMP.replace(b"P", b"\x00P\x00") * 5_000,
    "one line of dates": b"<h2>SSBTEK</h2><p>(Publicerad 2027-05-03)</p><p>"
    + "SSBTEK är stängt den 3–4 maj 2027 kl. 22.00–02.00, ".encode() * 4_000,
    "one line of versions": b"<h2>SSBTEK</h2>" + STAMP + b"<p>version 7, 8, 9.1 och 10 st" + b"version 9 och 10 " * 10_000,
    "many closings": "".join(
        f"<h2>Version {number} stängs</h2><p>(Publicerad 2027-05-03)</p><p>SSBTEK version {number} stängs den 30 juni"
        " 2027. Samtliga tidigare versioner stängs samma dag.</p>"
        for number in range(1, 400)
    ).encode(),
    "many incidents": (
        "<h2>Driftstörning i SSBTEK</h2><p>(Publicerad 2027-05-03)</p><p>SSBTEK svarar inte. Felet är löst.</p>" * 500
    ).encode(),
    "many updates": ("<h2>Driftstörning i SSBTEK</h2><p>(Publicerad 2027-05-03)</p>" + "".join(
        f"<p>Uppdatering kl. {n % 24:02}.{n % 60:02}: Felsökning {n} pågår.</p>" for n in range(1500)
    )).encode(),
    "brackets": b"<h2>Ny</h2>" + STAMP + b"(" * 500_000,
    "digits": b"<h2>Ny</h2>" + STAMP + b"<p>version " + b"9" * 100_000 + b"." + b"1." * 50_000,
    "spaces": b"<h2>Ny</h2>" + STAMP + "<p>stängs den".encode() + b" " * 1_000_000 + b"30 juni 2027",
    "one word": b"<h2>Ny</h2>" + STAMP + b"<p>" + "åäö".encode() * 300_000,
    "no spaces": b"<h2>Ny</h2>" + STAMP + b"<p>" + b"2027-05-03" * 60_000,
    "hyphens": b"<h2>Ny</h2>" + STAMP + b"<p>" + "1–".encode() * 100_000,
    "clocks": b"<h2>SSBTEK</h2>" + STAMP + b"<p>" + b"kl. 08.00-09.00 " * 10_000,
    "wide table": b"<h2>Ny</h2>" + STAMP + b"<table><tr>" + b"<td>Version</td>" * 20_000 + b"</tr></table>",
    "scripts": b"<script>" * 50_000 + b"<h2>Ny</h2>" + STAMP,
    "comments": b"<!--" * 200_000 + b"<h2>Ny</h2>" + STAMP,
    "utf-32": "<h1>Releaseinformation</h1><h2>Ny</h2><p>(Publicerad 2027-05-03)</p>".encode("utf-32"),
    "utf-7": b"<h2>Ny</h2>" + STAMP + b"<p>+AOQ- +AOU-" * 10_000,
}  # fmt: skip


GREEDY = ("deep divs", "giant attribute", "entities", "entity bomb", "NULs", "one word", "wide table", "comments")
"""Those that take the most memory, read one after the other in a process that may have no more of it."""


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_takes_bounded_time(name: str) -> None:
    started = time.perf_counter()
    reading_of(HOSTILE[name], PAGES[len(name) % 2])
    assert time.perf_counter() - started < DEADLINE


def test_hostile_pages_take_bounded_memory() -> None:
    child = subprocess.run([sys.executable, __file__], capture_output=True, text=True, check=False, timeout=110)
    assert child.returncode == 0, child.stderr[-2000:]
    assert json.loads(child.stdout) == len(GREEDY)


# --- pages that look like pages ------------------------------------------------------------------------------------

SERVICES = ["SSBTEK", "LEFI Online", "LEFI Prenumeration", "tjänsten", "CSN:s bastjänst", "SHS"]
DAYS = [
    "30 juni 2027",
    "den 3 maj",
    "2027-12-31",
    "måndag 14 juni",
    "18–19 maj 2027",
    "kvartal 3",
    "vecka 24",
    "hösten 2027",
    "slutet av maj",
    "i morgon",
    "senast 1 mars 2028",
    "från och med 7 april",
    "31/5",
    "30 februari 2027",
    "natten mellan den 5 och 6 juni",
    "årsskiftet",
]
HOURS = ["kl. 08.00–12.00", "klockan 22", "kl 23.30 till 01.15", "mellan 20 och 23", "", ""]
VERSIONS = [
    "version 9",
    "version 7.1",
    "versionerna 5, 6 och 7",
    "V10",
    "version 9.0",
    "samtliga tidigare versioner",
    "alla versioner före 9",
    "version 12.3.4",
    "version",
    "den nya versionen",
]
DEEDS = [
    "stängs",
    "driftsätts",
    "är stängd",
    "stängs inte",
    "avvecklas",
    "skjuts upp",
    "senareläggs till",
    "är inställt",
    "flyttas till",
    "ersätts av",
    "utgår",
    "tas i drift",
    "har problem",
    "svarar inte",
    "fungerar igen",
    "är otillgänglig",
    "införs",
    "byts",
    "uppdateras",
    "berörs inte",
    "planeras att stängas",
    "nytt datum meddelas",
]
NOUNS = [
    "Stängningen",
    "Driftsättningen",
    "Servicefönstret",
    "Driftstörningen",
    "Certifikatet",
    "Koden PUS",
    "Ärendetypen",
    "Driftstoppet",
    "Testmiljön",
    "Felet",
    "Underhållet",
    "IP-adressen",
]

WORDS = st.sampled_from(
    [
        *SERVICES,
        *DAYS,
        *HOURS,
        *VERSIONS,
        *DEEDS,
        *NOUNS,
        "och",
        "i stället för",
        "inte",
        "av",
        "den",
        "på grund av ett fel",
        "Uppdatering:",
    ]
)
SENTENCE = st.one_of(
    st.builds(
        "{} {} {} {} {}.".format,
        st.sampled_from([*NOUNS, *SERVICES]),
        st.sampled_from(VERSIONS),
        st.sampled_from(DEEDS),
        st.sampled_from(DAYS),
        st.sampled_from(HOURS),
    ),
    st.lists(WORDS, min_size=1, max_size=12).map(" ".join),
    st.text("åäöÅÄÖ aeio\u2011\u00a0–-.:,;()/|0123456789", max_size=40),
)
STAMPS = st.one_of(
    st.just(""),
    st.dates(date(2014, 1, 1), date(2031, 12, 31)).map("<p>(Publicerad {})</p>".format),
    st.tuples(st.dates(date(2014, 1, 1), date(2031, 1, 1)), st.dates(date(2014, 1, 1), date(2031, 1, 1))).map(
        lambda two: f"<p><em>(Publicerad {two[0]}— uppdaterad {two[1]})</em></p>"
    ),
    st.just("<p>Publicerad 2027-05-03 08:15</p>"),
    st.just("<p>(Publicerad 2027-02-30)</p>"),
)
ROW = st.lists(
    st.one_of(SENTENCE, st.sampled_from(["9", "10.1", "2027-06-30", "Ej inplanerat", "", "-", "PUS", "BeslutsTyp"])),
    max_size=5,
).map(lambda cells: "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
HEADER = st.sampled_from(
    [
        "<tr><th>Version</th><th>Driftsättningsdatum</th><th>Stängning av version</th></tr>",
        "<tr><th>Kod</th><th>Beskrivning</th></tr>",
        "<tr><th>Datum</th><th>Tid</th><th>Påverkan</th></tr>",
        "",
    ]
)
BLOCK = st.one_of(
    SENTENCE.map("<p>{}</p>".format),
    SENTENCE.map("<p><strong>{}</strong></p>".format),
    SENTENCE.map("<h3>{}</h3>".format),
    st.lists(SENTENCE, max_size=4).map(lambda lines: "<ul>" + "".join(f"<li>{line}</li>" for line in lines) + "</ul>"),
    st.builds("<table>{}{}</table>".format, HEADER, st.lists(ROW, max_size=4).map("".join)),
    st.builds(
        "<h3>Version {}</h3><h4>Driftsättningsdatum</h4><p>{}</p><h4>Stängning av versionen</h4><p>{}</p>".format,
        st.integers(1, 15),
        st.sampled_from(DAYS),
        st.sampled_from([*DAYS, "Ej inplanerat", "", "planerad till hösten 2028"]),
    ),
    st.tuples(SENTENCE, SENTENCE).map("<p>{0[0]}<br>{0[1]}</p>".format),
)
ITEM = st.builds("<h2>{}</h2>{}{}".format, SENTENCE, STAMPS, st.lists(BLOCK, max_size=5).map("".join))
PAGE = st.builds(
    "<html><body><main><h1>{}</h1>{}{}</main></body></html>".format,
    st.sampled_from(["Releaseinformation för SSBTEK", "Driftinformation", "Nyheter om LEFI Online"]),
    st.sampled_from(["", "<p>På denna sida publiceras information om releaser.</p>"]),
    st.lists(ITEM, min_size=1, max_size=6).map("".join),
)


@given(PAGE, st.sampled_from(PAGES))
@settings(max_examples=150, deadline=None)
def test_nothing_is_told_that_does_not_stand_there(body: str, page: Page) -> None:
    result = reading_of(body.encode(), page)
    if result is None:
        return
    announcements = {announcement.id: announcement for announcement in result.announcements}
    assert len(announcements) == len(result.announcements)
    assert len({event.id for event in result.events}) == len(result.events)
    assert len({(v.service, number_of(v.version)) for v in result.versions}) == len(result.versions)
    coverage = result.coverage
    assert coverage.blocks == coverage.read + coverage.kept + coverage.boilerplate + coverage.unaccounted
    texts = "\n".join(f"{announcement.heading}\n{announcement.text}" for announcement in announcements.values())
    for event in result.events:
        told = announcements[event.announcement_id or ""]
        own = f"{told.heading}\n{told.text}"
        assert event.evidence
        assert event.evidence in told.heading or event.evidence in told.text
        for quotation in event.statements:
            source = announcements[quotation.announcement_id]
            assert quotation.evidence in source.heading or quotation.evidence in source.text
        for when in (event.date, event.previous_date):
            assert when is None or _stands(when, own) or _stands(when, texts)
        assert event.version is None or event.version in texts
        assert event.title.sv
        assert event.title.en
        assert event.summary.sv
        assert event.summary.en


def _stands(when: When, text: str) -> bool:
    """Whether a date's words stand in a text; where day and hours stand apart, each of them."""
    return bool(when.text) and (when.text in text or all(part in text for part in when.text.split(" ") if part))


def test_each_announcement_is_told_of() -> None:
    for path in SAMPLES[::4]:
        key = path.parent.name
        service, _, kind = key.rpartition("-")
        page = Page(key=key, service=service, kind="drift" if kind == "drift" else "release", url="https://fk.example/")
        result = reading_of(path.read_bytes(), page)
        assert result is not None
        assert result.coverage.unaccounted == 0
        quoted = {quotation.announcement_id for event in result.events for quotation in event.statements}
        assert {a.id for a in result.announcements if a.kind == "item"} <= quoted


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for greedy in GREEDY:
        reading_of(HOSTILE[greedy])
    sys.stdout.write(str(len(GREEDY)))
