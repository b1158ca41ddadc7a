# ruff: noqa: E501 - the samples are pages, and pages have long lines
"""Whatever the bytes: a reading or UnreadablePage, in bounded time."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import UnreadablePage
from monitor.model import Reading
from monitor.parse import digest, parse
from monitor.wire import to_wire

URL = "https://www.example.se/ssbtek/release"

SAMPLE = """<!DOCTYPE html><html lang="sv"><head><meta charset="UTF-8"><script nonce="1f0c">a('x')</script><title>Releaseinformation för SSBTEK</title></head>
<body><div role="dialog"><h2>Kakor</h2><p>Vi använder kakor.</p></div><main id="content"><div class="a" id="svid12_1"><h1>Releaseinformation för SSBTEK</h1></div>
<div class="b" id="svid12_2"><h2 id="h-1">Version 12 av SSBTEK</h2><p>(publicerad 2027‑02‑03)</p><p>Driftsätts 14\xa0mars. <strong>i</strong>nga <em>nya</em> koder, se
<a href="/download/18.ab12/1715781233879/x.pdf">schemat<span class="sr-only">Pdf, öppnas i nytt fönster.</span></a>.</p><h3>Stängning av tidigare versioner</h3><ul><li>Version 10 stängs</li><li>Version 11 berörs inte</li></ul></div>
<div><p>På denna sida publiceras löpande information.</p></div>
<div><h2>Sammanställning över versioner</h2><p>(Publicerad 2019-08-23— uppdaterad 2026-01-02)</p></div>
<div><h3><button aria-controls="x1">  Version 8 <svg></svg>&nbsp;</button></h3><div id="x1" hidden><h4>Driftsättningsdatum</h4><p>2019-11-17</p><h4>Stängning av versionen</h4><p>Ej inplanerat</p></div></div>
<div><h3><button aria-controls="x2">  Version 9 <svg></svg>&nbsp;</button></h3><div id="x2" hidden><h4>Driftsättningsdatum</h4><p>2023-12-17</p><h4>Stängning av version</h4><p>2027-06-30</p></div></div>
<div><h2>Nya koder</h2><p>(publicerat 2020-12-16 10.15)</p><table class="c"><caption>Skriv tabellbeskrivning här</caption><thead><tr><th><p>ÄrendeTyp</p></th><th>Text</th></tr></thead>
<tbody><tr><td rowspan="2">US</td><td>A &lt;b&gt;</td></tr><tr><td>C</td></tr></tbody></table><p>Rad ett<br>Rad två</p></div>
<nav><h2>Relaterade länkar</h2><ul><li><a href="/drift">Drift</a></li></ul></nav><div><span>Senast uppdaterad </span><span>2 maj 2027</span></div></main><footer>x</footer></body></html>"""


def read(body: bytes | str) -> Reading | None:
    """The reading, None for an unreadable page; anything else that is raised fails the test."""
    try:
        reading = parse(body, page="ssbtek-release", url=URL)
    except UnreadablePage:
        return None
    assert reading.items
    assert len({(item.heading, item.published, item.ordinal) for item in reading.items}) == len(reading.items)
    coverage = reading.coverage
    assert coverage.blocks == coverage.read + coverage.kept + coverage.boilerplate + coverage.unaccounted
    for item in reading.items:
        assert item.heading.strip()
        text = item.text
        for panel in item.panels[:100]:
            assert panel.text in text
    assert len(to_wire(reading)["items"]) == len(reading.items)
    return reading


GOOD = digest(parse(SAMPLE, page="ssbtek-release", url=URL))


def test_the_sample_is_read_whole() -> None:
    reading = read(SAMPLE)
    assert reading is not None
    assert [(item.heading, len(item.panels)) for item in reading.items] == [
        ("Version 12 av SSBTEK", 0),
        ("Sammanställning över versioner", 2),
        ("Nya koder", 0),
    ]


@given(st.binary(max_size=400))
@settings(max_examples=100, deadline=None)
def test_any_bytes_end_in_a_reading_or_an_unreadable_page(body: bytes) -> None:
    read(body)


PIECES = st.sampled_from(
    ["<h1>", "</h1>", "<h2>", "</h2>", "<p>", "</p>", "<br>", "<strong>", "</strong>", "<table>", "<tr>", "<td rowspan=3>", "<th colspan=900>", "</table>", "<ul>", "<li>", "</ul>",
     "<button aria-controls=x>", "</button>", "<a href='//['>", "<a href=#x>", "</a>", "<details><summary>", "</summary>", "</details>", "<article>", "</article>", "<time datetime='x'>",
     "<main>", "</main>", "<nav>", "</nav>", "<pre>", "</pre>", "<caption>", "<base href='http://[x'>", "<dl><dt>", "<dd>", "<form>", "<div role=heading aria-level=9>", "</div>", "<svg>", "<!--", "-->", "<?xml version='1.0'?>", "<![CDATA[",
     "(publicerad 2024-05-10)", "Publicerad 2 maj 2025 10.15", "Publicerad", "2024-05-10", "Senast uppdaterad", "2 maj 2025", "Version 9 av SSBTEK", "Version 7.1", "Driftsättningsdatum", "Stängning av versionen",
     "Sammanfattning innehåll", "Ej inplanerat", "Sammanställning över versioner", "Relaterade länkar", "Läs mer", "Driftstörning just nu", "Länk till annan webbplats, öppnas i nytt fönster.", "\xa0", "&#x1;", "&#150;", "&#xD800;", "\u00ad", "e\u0301", "\ufeff", "\x00", "Text om SSBTEK. "]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join))
@settings(max_examples=300, deadline=None)
def test_any_heap_of_markup_ends_in_a_reading_or_an_unreadable_page(markup: str) -> None:
    read(markup)


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_white_space_nonces_classes_ids_and_wrappers_change_nothing(data: st.DataObject) -> None:
    noise = data.draw(st.text("abcdef0123456789", min_size=4, max_size=12))
    page = (
        SAMPLE.replace("1f0c", noise)
        .replace("svid12_", f"svid{noise}_")
        .replace('class="a"', f'class="{noise}"')
        .replace('id="h-1"', f'id="h-{noise}"')
    )
    if data.draw(st.booleans()):
        page = page.replace("<div", f"<section class='{noise}'><div").replace("</div>", "</div></section>")
    if data.draw(st.booleans()):
        for tag in ("<p>", "<h2", "<h3", "<h4", "<div", "<li>", "<td", "<tr", "</ul>"):
            page = page.replace(tag, f"\n\t {tag}")
    if data.draw(st.booleans()):
        page = page.replace(" ", "\n  ", data.draw(st.integers(0, 30)))
    reading = read(page)
    assert reading is not None
    assert digest(reading) == GOOD


@given(st.integers(0, 200), st.sampled_from(["b", "i", "span", "u", "font", "abbr"]))
@settings(max_examples=40, deadline=None)
def test_an_inline_element_around_any_words_leaves_the_text(at: int, tag: str) -> None:
    words = "Planen är att version 10 av SSBTEK stängs den 30 juni 2027, och version 11 berörs inte av det."
    start, end = sorted((at % len(words), (at * 7 + 3) % len(words)))
    page = f"<main><h1>Releaseinformation</h1><h2>Nytt</h2><p>(publicerad 2027-02-03)</p><p>{words[:start]}<{tag}>{words[start:end]}</{tag}>{words[end:]}</p></main>"
    reading = read(page)
    assert reading is not None
    assert reading.items[0].text == words


def test_what_matters_changes_the_digest() -> None:
    for old, new in (
        ("1715781233879", "1765877448325"),
        ("<em>nya</em>", "nya"),
        ("2019-11-17", "2019-11-24"),
        ("berörs inte", "berörs"),
        ("2026-01-02", "2026-01-03"),
        ("2 maj 2027", "3 maj 2027"),
        ("2027‑02‑03", "2027-02-03"),
    ):
        reading = read(SAMPLE.replace(old, new))
        assert reading is not None
        assert digest(reading) != GOOD, old


def test_mutated_bytes_never_break_the_reader() -> None:
    chance = random.Random(20270203)
    body = SAMPLE.encode()
    readable = 0
    for _ in range(300):
        mutant = bytearray(body)
        for _ in range(chance.randint(1, 12)):
            at = chance.randrange(len(mutant))
            match chance.randrange(4):
                case 0:
                    mutant[at] = chance.randrange(256)
                case 1:
                    del mutant[at : at + chance.randint(1, 200)]
                case 2:
                    mutant[at:at] = mutant[at : at + chance.randint(1, 200)]
                case _:
                    mutant[at:at] = chance.choice([b"<", b">", b"&", b"\x00", b"<table>", b"</main>", b"<!--", b"\xff"])
        readable += read(bytes(mutant)) is not None
    assert readable > 200


def test_a_page_cut_anywhere_is_read_or_unreadable() -> None:
    body = SAMPLE.encode()
    for end in range(0, len(body), 37):
        read(body[:end])


@pytest.mark.parametrize(
    "body",
    [
        b"<div>" * 100_000 + b"x",
        b"<b>" * 340_000,
        b"<h2>SSBTEK</h2><p>x</p>" * 3_000,
        b"<h1>Releaseinformation</h1>" + b"<h2>SSBTEK version 7</h2>" * 6_000,
        b"<h2>Ny</h2><p>(publicerad 2024-05-10)</p>" * 3_000,
        b"<p>(publicerad 2024-05-10)</p>" * 6_000,
        b"<p><strong>Driftst\xc3\xb6rning</strong></p>" * 6_000,
        b"<p>Drifts\xc3\xa4ttningsdatum</p>" * 6_000,
        b"<h3>Relaterade l\xc3\xa4nkar</h3><p>x</p>" * 3_000,
        b"<h3>L\xc3\xa4s mer</h3>" * 6_000 + b"<p>x</p>",
        b"<h2>2024</h2><p>x</p>" * 3_000 + b"<h3>x</h3>",
        b"<h2>Kontakt</h2>" * 6_000,
        b"<table>" * 20_000,
        b"<table><tr>" + b"<td colspan=1000 rowspan=65000>x</td>" * 2_000 + b"</tr>" + b"<tr><td>y</td></tr>" * 3_000,
        b"<ul><li>" * 20_000 + b"x",
        b"<li>" * 30_000,
        b"&amp;" * 300_000,
        b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;'>]><h1>&c;</h1>"
        + b"&c;" * 1000,
        b"(publicerad " * 100_000,
        b"<h2>Ny (publicerad " + b"2024-05-10 " * 100_000 + b")</h2>",
        b"<p>" + "öppnas i nytt fönster ".encode() * 50_000 + b"</p>",
        b"<p>" + b"pdf, 1 1 1 1 1 1 1 1 1 1 1" * 50_000 + " fönster</p>".encode(),
        b"<a href='" + b"a/../" * 100_000 + b"'>x</a>",
        b"\x00" * 1_000_000,
        b"%PDF-1.7 x",
        b"\xff\xfe" + "<h1>Releaseinformation</h1><h2>Ny</h2><p>(publicerad 2024-05-10)</p>".encode("utf-16-le"),
        b"a\n" * 6_000,
        b"Rubrik\n(publicerad 2024-05-10)\n" * 3_000,
        b"x \n" * 60_000,
        b"<h2>SSBTEK</h2>" * 40_000,
        b"<ul>" + b"<li><a href=/x>SSBTEK</a> <p>Publicerat 2018-01-26</p></li>" * 3_000,
        b"<h2>A</h2>" + b"<p>Text om SSBTEK.</p><p>Publicerat 2018-01-26</p>" * 3_000,
    ],
    ids=lambda body: repr(body[:30]) if isinstance(body, bytes) else None,
)
def test_huge_and_deep_pages_end_soon(body: bytes) -> None:
    started = time.perf_counter()
    read(body)
    assert time.perf_counter() - started < 20


@pytest.mark.parametrize(
    ("encoding", "declared", "header"),
    [
        ("utf-8", "utf-8", None),
        ("utf-8", "iso-8859-1", "text/html; charset=iso-8859-1"),
        ("utf-8-sig", "windows-1252", None),
        ("windows-1252", "utf-8", "text/html; charset=utf-8"),
        ("windows-1252", "iso-8859-1", None),
        ("utf-16", "utf-8", None),
        ("utf-16-le", "utf-8", None),
        ("utf-16-be", "utf-8", None),
        ("mac-roman", "x", "text/html; charset=macintosh"),
    ],
)
def test_the_charset_is_found_whatever_is_declared(encoding: str, declared: str, header: str | None) -> None:
    page = f"<html><head><meta charset='{declared}'></head><body><main><h1>Releaseinformation</h1><h2>Ändrat stängningsdatum för å och ö</h2><p>(publicerad 2024-05-10)</p><p>Räksmörgås – på väg.</p></main></body></html>"
    reading = parse(page.encode(encoding), page="p", url=URL, content_type=header)
    assert reading.items[0].heading == "Ändrat stängningsdatum för å och ö"
    assert reading.items[0].text == "Räksmörgås – på väg."


def test_a_few_broken_bytes_do_not_turn_the_page_into_another_charset() -> None:
    body = "<h1>Releaseinformation</h1><h2>Ändrad å ö ä</h2><p>(publicerad 2024-05-10)</p><p>Räksmörgås # på väg.</p>".encode().replace(
        b"#", b"\xc3"
    )
    assert parse(body, page="p", url=URL).items[0].heading == "Ändrad å ö ä"
