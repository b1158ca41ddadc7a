# ruff: noqa: E501 - the samples are pages, and pages have long lines
"""One small page for each layout and each structural trap; the words are our own, the shapes are the agency's."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from monitor.errors import UnreadablePage
from monitor.model import STOCKHOLM, Item, Reading
from monitor.parse import digest, parse

URL = "https://www.example.se/myndigheter/ssbtek/releaseinformation"


def read(body: str, *, title: str = "Releaseinformation för SSBTEK", content_type: str | None = None) -> Reading:
    """The reading of a page whose main content is `body`."""
    page = f"<!DOCTYPE html><html lang='sv'><head><title>{title}</title></head><body><main><h1>{title}</h1>{body}</main></body></html>"
    return whole(page, content_type=content_type)


def whole(page: str, *, content_type: str | None = None) -> Reading:
    reading = parse(page.encode(), page="ssbtek-release", url=URL, content_type=content_type)
    assert reading.coverage.unaccounted == 0, reading.coverage.unaccounted_texts
    assert reading.coverage.blocks == reading.coverage.kept + reading.coverage.boilerplate
    for item in reading.items:
        for panel in item.panels:
            assert panel.text in item.text
    return reading


def headings(reading: Reading) -> list[str]:
    return [item.heading for item in reading.items]


def only(reading: Reading) -> Item:
    assert len(reading.items) == 1, headings(reading)
    return reading.items[0]


TWO = (
    "<h2 id='h-Nytt'>Nytt schema för version 12</h2><p>(publicerad 2027-02-03)</p><p>Schemat är klart.</p>"
    "<h2>Ändrad adress till testmiljön</h2><p>(publicerad 2026-11-20)</p><p>Adressen byts den 3 december.</p>"
)


# --- items and their boundaries ----------------------------------------------------------------------------------


def test_flat_headings_with_stamps_are_items() -> None:
    reading = read(TWO)
    assert headings(reading) == ["Nytt schema för version 12", "Ändrad adress till testmiljön"]
    first, second = reading.items
    assert (first.published, second.published) == (date(2027, 2, 3), date(2026, 11, 20))
    assert first.text == "Schemat är klart."
    assert (first.position, second.position, first.anchor, second.anchor) == (1, 2, "h-Nytt", None)
    assert first.stamp_text == "(publicerad 2027-02-03)"
    assert reading.title == "Releaseinformation för SSBTEK"


def test_a_heading_without_stamp_among_stamped_ones_is_an_item() -> None:
    reading = read("<h2>Rutin för levnadsintyg ändras</h2><p>Gäller från maj.</p>" + TWO)
    assert headings(reading)[0] == "Rutin för levnadsintyg ändras"
    assert reading.items[0].published is None


def test_deeper_headings_belong_to_their_item() -> None:
    reading = read(
        "<h2>Version 12 av SSBTEK</h2><p>(publicerad 2027-02-03)</p><p>Ny version.</p>"
        "<h3>Stängning av tidigare versioner</h3><p>Version 10 stängs 30 juni 2027.</p><h3>För dig som handläggare</h3><p>Fråga er leverantör.</p>"
        "<h2>Ändrad adress</h2><p>(publicerad 2026-11-20)</p><p>Text.</p>"
    )
    assert headings(reading) == ["Version 12 av SSBTEK", "Ändrad adress"]
    assert "Stängning av tidigare versioner\nVersion 10 stängs 30 juni 2027." in reading.items[0].text


def test_subheadings_of_the_items_own_level_belong_to_it_by_their_words() -> None:
    reading = read(
        "<h2>Version 12 av SSBTEK</h2><p>(publicerad 2027-02-03)</p><p>Ny version.</p>"
        "<h2>Stängning av tidigare versioner</h2><p>Version 10 stängs.</p><h2>För dig som handläggare</h2><p>Fråga.</p>"
        "<h2>Ändrad adress</h2><p>(publicerad 2026-11-20)</p><p>Text.</p>"
    )
    assert headings(reading) == ["Version 12 av SSBTEK", "Ändrad adress"]


def test_bold_paragraphs_can_be_headings() -> None:
    reading = read(
        "<p><strong>Nytt schema för version 12</strong></p><p>(publicerad 2027-02-03)</p><p>Schemat är <strong>klart</strong>.</p>"
        "<p><strong>Observera</strong></p><p>Mer text.</p>"
        "<p><strong>Ändrad adress</strong></p><p>(publicerad 2026-11-20)</p><p>Adressen byts.</p>"
    )
    assert headings(reading) == ["Nytt schema för version 12", "Ändrad adress"]
    assert "Observera" in reading.items[0].text


def test_one_paragraph_may_end_one_item_and_begin_the_next() -> None:
    reading = read(
        "<p><strong>Nytt schema</strong><br>(publicerad 2027-02-03)<br>Schemat är klart.<br><br><strong>Ändrad adress</strong><br>"
        "(publicerad 2026-11-20)<br>Adressen byts.</p>"
    )
    assert [(item.heading, item.text) for item in reading.items] == [
        ("Nytt schema", "Schemat är klart."),
        ("Ändrad adress", "Adressen byts."),
    ]


def test_one_item_in_several_portlets_and_several_in_one() -> None:
    reading = read(
        "<div class='portlet'><h2>Nytt schema</h2><p>(publicerad 2027-02-03)</p><p>Del ett.</p></div><div class='portlet'><p>Del två.</p></div>"
        "<div class='portlet'><p>Del tre.</p><h2>Ändrad adress</h2><p>(publicerad 2026-11-20)</p><p>Adressen byts.</p></div>"
    )
    assert [item.text for item in reading.items] == ["Del ett.\nDel två.\nDel tre.", "Adressen byts."]


def test_two_items_with_the_same_heading_are_told_apart_from_the_bottom() -> None:
    same = "<h2>Ändrat datum</h2><p>(Publicerat 2026-01-{day})</p><p>Nytt datum är {day} mars.</p>"
    reading = read(same.format(day="20") + same.format(day="20") + same.format(day="10"))
    assert [item.ordinal for item in reading.items] == [2, 1, 1]


def test_items_in_articles_keep_their_stamps_above_or_below() -> None:
    reading = read(
        "<article><header><time datetime='2026-08-06T09:00:00+02:00'>6 augusti 2026</time><h2>Driftstopp i LEFI Online</h2></header><p>Kl. 18.</p></article>"
        "<article><h2>Avbrott i SSBTEK</h2><p>Det är löst.</p><footer>Publicerad 2026-07-01 08.30</footer></article>"
    )
    assert [(item.heading, item.published) for item in reading.items] == [
        ("Driftstopp i LEFI Online", date(2026, 8, 6)),
        ("Avbrott i SSBTEK", datetime(2026, 7, 1, 8, 30, tzinfo=STOCKHOLM)),
    ]
    assert reading.items[1].text == "Det är löst."


def test_news_in_a_list_have_their_stamp_below() -> None:
    reading = read(
        "<ul><li><a href='/a'>Planerat driftstopp lördag 3 februari</a><p>Mellan kl. 09.00-12.00 görs service...</p><p>Publicerat 2018-01-26</p></li>"
        "<li><a href='/b'>Release lördag 24 februari</a><p>Inga scheman påverkas...</p><p>Publicerat 2018-01-10</p></li></ul>",
        title="Driftinformation",
    )
    assert headings(reading) == ["Planerat driftstopp lördag 3 februari", "Release lördag 24 februari"]
    assert reading.items[0].published == date(2018, 1, 26)
    assert reading.items[0].text == "Mellan kl. 09.00-12.00 görs service..."


def test_stamps_below_their_texts_belong_to_the_heading_above() -> None:
    reading = read(
        "<h3>Driftstopp i februari</h3><p>Service görs.</p><p>Publicerat 2018-01-26</p><h3>Ny release</h3><p>Inget påverkas.</p><p>Publicerat 2018-01-10</p>",
        title="Driftinformation",
    )
    assert [(item.heading, item.published) for item in reading.items] == [
        ("Driftstopp i februari", date(2018, 1, 26)),
        ("Ny release", date(2018, 1, 10)),
    ]


def test_stamps_above_their_headings_belong_to_the_heading_below() -> None:
    reading = read(
        "<p>Publicerat 2018-01-26</p><h3>Driftstopp i februari</h3><p>Service görs.</p><p>Publicerat 2018-01-10</p><h3>Ny release</h3><p>Inget påverkas.</p>",
        title="Driftinformation",
    )
    assert [(item.heading, item.published, item.text) for item in reading.items] == [
        ("Driftstopp i februari", date(2018, 1, 26), "Service görs."),
        ("Ny release", date(2018, 1, 10), "Inget påverkas."),
    ]


def test_a_heading_may_group_items() -> None:
    reading = read(
        "<h2>Pågående störningar</h2><h3>Långa svarstider i SSBTEK</h3><p>Felsökning pågår sedan kl 8.00.</p>"
        "<h2>Planerade driftstopp</h2><h3>Servicefönster 3 maj</h3><p>Tjänsten är stängd kl. 22.00-23.00.</p>",
        title="Driftinformation för SSBTEK",
    )
    assert headings(reading) == ["Långa svarstider i SSBTEK", "Servicefönster 3 maj"]


def test_a_year_over_bare_dates_is_an_item_with_its_lines() -> None:
    reading = read(
        "<h2>2027</h2><ul><li>13 januari 18:00-23:00</li><li>03 februari</li></ul><h2>2026</h2><p>9 december 18:00-23:00</p>",
        title="Servicefönster LEFI Online",
    )
    assert [(item.heading, item.text) for item in reading.items] == [
        ("2027", "13 januari 18:00-23:00\n03 februari"),
        ("2026", "9 december 18:00-23:00"),
    ]


def test_a_year_over_stamped_items_only_groups_them() -> None:
    reading = read("<h2>2027</h2>" + TWO.replace("h2", "h3"))
    assert headings(reading) == ["Nytt schema för version 12", "Ändrad adress till testmiljön"]


def test_fields_of_a_form_are_no_headings() -> None:
    reading = read(
        "<h2>Driftstörning i SSBTEK</h2><p><strong>Datum</strong></p><p>20210119 kl 12:00 – 13:00</p><p><strong>Händelse</strong></p><p>Svar uteblev.</p>"
        "<dl><dt>Orsak</dt><dd>Nätverksfel.</dd></dl>",
        title="Driftinformation",
    )
    item = only(reading)
    assert [block.text for block in item.blocks] == [
        "Datum", "20210119 kl 12:00 – 13:00", "Händelse", "Svar uteblev.", "Orsak", "Nätverksfel.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "section",
    [
        "<div class='sv-collapsible-content'><h2><a class='env-collapse-header' role='button' data-env-collapse href='#p{n}' aria-controls='p{n}'>"
        "<span>{title}</span><span class='icons'></span></a></h2><div class='env-collapse' id='p{n}'><p>{stamp}</p><p>{text}</p></div></div>",
        "<details><summary>{title}</summary><p>{stamp}</p><p>{text}</p></details>",
        "<div><h3><button aria-controls='p{n}' aria-expanded='false'>\n   {title}\n  <svg><use/></svg>&nbsp;</button></h3><div id='p{n}' hidden><p>{stamp}</p><p>{text}</p></div></div>",
        "<div><button aria-expanded='false'>{title}</button><div hidden><p>{stamp}</p><p>{text}</p></div></div>",
        "<div role='heading' aria-level='2'>{title}</div><p>{stamp}</p><p>{text}</p>",
    ],
)
@pytest.mark.parametrize("stamped", [True, False])
def test_collapsible_sections_are_items(section: str, stamped: bool) -> None:
    page = "".join(
        section.format(n=number, title=title, stamp=f"(publicerad 2026-0{number}-01)" if stamped else "", text=text)
        for number, title, text in (
            (2, "Störning i SSBTEK", "Felet rättades 1/2."),
            (1, "Stopp i LEFI Online", "Kl. 18.00."),
        )
    )
    reading = read(page, title="Driftinformation")
    assert [(item.heading, item.text) for item in reading.items] == [
        ("Störning i SSBTEK", "Felet rättades 1/2."),
        ("Stopp i LEFI Online", "Kl. 18.00."),
    ]


def test_a_notice_without_any_heading_is_never_lost() -> None:
    reading = read("<p>Just nu är det störningar i SSBTEK. Felsökning pågår.</p>" + TWO)
    assert len(reading.items) == 3
    assert reading.items[0].heading == "Just nu är det störningar i SSBTEK."
    assert reading.items[0].text == "Just nu är det störningar i SSBTEK. Felsökning pågår."


def test_a_page_that_says_there_is_nothing_is_read() -> None:
    item = only(read("<p>Just nu finns inga kända störningar.</p>", title="Driftinformation för SSBTEK"))
    assert item.heading == "Driftinformation för SSBTEK"
    assert item.text == "Just nu finns inga kända störningar."


def test_a_bare_table_under_the_title_is_one_item() -> None:
    item = only(
        read(
            "<table><tr><td><strong>Datum</strong></td><td><strong>Tid</strong></td></tr><tr><td>5/1</td><td>kl 04.00-07.00</td></tr></table>",
            title="Planerade driftstopp i LEFI Online",
        )
    )
    assert [block.text for block in item.blocks] == ["Datum | Tid", "5/1 | kl 04.00-07.00"]
    assert [block.header for block in item.blocks] == [True, False]


# --- stamps ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stamp", "published", "updated"),
    [
        ("(publicerad 2024‑05‑10)", date(2024, 5, 10), None),
        ("(Publicerat 2020-09-10)", date(2020, 9, 10), None),
        ("(Publicerad 2021-06-17— uppdaterad 2021-09-03)", date(2021, 6, 17), date(2021, 9, 3)),
        ("(Publicerad 2021-06-17, senast uppdaterad 2021-09-03)", date(2021, 6, 17), date(2021, 9, 3)),
        ("Publicerad: 2 december 2019", date(2019, 12, 2), None),
        ("Publicerad 27 mars 2024", date(2024, 3, 27), None),
        ("Publicerad\xa027\xa0mars\xa02024", date(2024, 3, 27), None),
        ("Publicerad 2019-11-05 10:11", datetime(2019, 11, 5, 10, 11, tzinfo=STOCKHOLM), None),
        (
            "Publicerad 2018-08-20 | Uppdaterad: 2018-08-23 15.48",
            date(2018, 8, 20),
            datetime(2018, 8, 23, 15, 48, tzinfo=STOCKHOLM),
        ),
        ("Publicerad <time datetime='2026-03-16'>16 mars 2026</time>", date(2026, 3, 16), None),
        ("Publicerad <strong>2026</strong>-03-16", date(2026, 3, 16), None),
        ("(publicerad 2017-02-01)<br>(senast uppdaterad 2017-08-30)", date(2017, 2, 1), date(2017, 8, 30)),
        ("(publicerad 2017-02-01)</p><p>(senast uppdaterad 2017-08-30)", date(2017, 2, 1), date(2017, 8, 30)),
        ("<span>Publicerad</span></p><p><span>2026-03-16</span>", date(2026, 3, 16), None),
    ],
)
def test_stamps_in_every_form(stamp: str, published: date, updated: date | None) -> None:
    item = only(read(f"<h2>Ny version av SSBTEK</h2><p>{stamp}</p><p>Text.</p>"))
    assert (item.published, item.updated) == (published, updated)
    assert item.text == "Text."


@pytest.mark.parametrize(
    "heading",
    [
        "<h2>Ny version av SSBTEK (publicerad 2026-03-16)</h2>",
        "<h2>Ny version av SSBTEK <span>Publicerad 2026-03-16</span></h2>",
        "<h2>Ny version av SSBTEK<br>(publicerad 2026-03-16)</h2>",
        "<p><strong>Ny version av SSBTEK</strong> (publicerad 2026-03-16)</p>",
        "<h2>Ny version av SSBTEK – publicerad 16 mars 2026</h2>",
    ],
)
def test_a_stamp_may_stand_in_the_heading(heading: str) -> None:
    item = only(read(f"{heading}<p>Text.</p>"))
    assert (item.heading, item.published, item.text) == ("Ny version av SSBTEK", date(2026, 3, 16), "Text.")
    assert "ublicerad" in item.stamp_text


def test_a_stamp_before_the_text_on_the_same_line_is_taken_off() -> None:
    item = only(read("<h2>Ny version</h2><p>(publicerad 2026-03-16) Driftsättning sker 3 maj.</p>"))
    assert (item.published, item.text) == (date(2026, 3, 16), "Driftsättning sker 3 maj.")


def test_an_update_told_in_a_sentence_stays_in_the_text() -> None:
    item = only(
        read(
            "<h2>Rättning</h2><p>(Publicerad 2020-03-18)</p><p>Texten är uppdaterad 2020-04-17, se kursiv text.</p><p>Helgen <em>21-22/3</em>.</p>"
        )
    )
    assert (item.published, item.updated) == (date(2020, 3, 18), date(2020, 4, 17))
    assert item.text.startswith("Texten är uppdaterad 2020-04-17")
    assert item.blocks[1].emphasised == ("21-22/3",)


def test_a_date_that_is_none_stays_in_the_text() -> None:
    item = only(read("<h2>Ny version av SSBTEK</h2><p>(publicerad 2026-13-45)</p><p>Gäller 1 maj.</p>"))
    assert item.published is None
    assert "2026-13-45" in item.text + item.stamp_text


@pytest.mark.parametrize(
    "mark",
    [
        "<div><span>Senast uppdaterad </span>\n<span>2 maj 2025</span></div>",
        "<div>Senast uppdaterad</div><div>2 maj 2025</div>",
        "<p>Sidan uppdaterades: 2025-05-02</p>",
        "<p>Senast uppdaterad: <time datetime='2025-05-02'>2 maj 2025</time></p>",
    ],
)
@pytest.mark.parametrize("top", [True, False])
def test_the_pages_stamp_is_never_an_items(mark: str, top: bool) -> None:
    reading = read(mark + TWO if top else TWO + mark)
    assert reading.page_updated == date(2025, 5, 2)
    assert [item.updated for item in reading.items] == [None, None]
    assert [item.text for item in reading.items] == [item.text for item in read(TWO).items]


def test_the_day_of_a_window_is_no_stamp() -> None:
    item = only(
        read("<h2>Servicefönster LEFI Online</h2><p>2026-05-02</p><p>Kl. 22.00-23.00.</p>", title="Driftinformation")
    )
    assert item.published is None
    assert item.text == "2026-05-02\nKl. 22.00-23.00."


# --- what is not the announcements' ------------------------------------------------------------------------------

SHELL = (
    "<div role='dialog'><h2>Kakor hos oss</h2><p>Vi använder kakor.</p><button>Ja, jag godkänner alla</button></div>"
    "<a href='#content'>Gå till innehåll</a><div role='alert'><strong>Tänk på att...</strong><p>Din webbläsare är gammal.</p></div>"
    "<header><nav><ul><li><a href='/'>Start</a></li></ul></nav><form role='search'><input><button>Sök</button></form></header>"
)


def test_the_portal_around_the_text_is_dropped() -> None:
    page = (
        f"<html><body>{SHELL}<main><nav aria-label='Brödsmulor'><a href='/'>Start</a> / <a href='/ssbtek'>SSBTEK</a></nav><h1>Releaseinformation för SSBTEK</h1>"
        f"<ul><li><a href='#a'>Nytt schema</a></li><li><a href='#b'>Ändrad adress</a></li></ul>{TWO}<div><button>Skriv ut</button><a href='#top'>Till toppen</a></div>"
        "<section><h2>Hjälpte informationen dig?</h2><button>Ja</button><button>Nej</button></section></main><footer><h2>Kontakt</h2><p>Ring oss.</p></footer></body></html>"
    )
    assert digest(whole(page)) == digest(read(TWO))


def test_a_page_without_main_is_read_the_same() -> None:
    page = f"<html><body>{SHELL}<h1>Releaseinformation för SSBTEK</h1>{TWO}<footer><p>Ring oss 2026-01-01.</p></footer></body></html>"
    assert digest(whole(page)) == digest(read(TWO))


def test_a_cookie_box_without_any_landmark_is_dropped_by_its_words() -> None:
    box = "<div class='x'><h2>Kakor på webbplatsen</h2><p>Vi använder kakor för analys.</p><button>Ja</button></div>"
    assert digest(read(box + TWO)) == digest(read(TWO))
    page = f"<html><body>{box}<div><h1>Releaseinformation för SSBTEK</h1>{TWO}</div>{box}</body></html>"
    assert digest(whole(page)) == digest(read(TWO))


def test_the_intro_in_the_middle_is_no_part_of_the_item_above() -> None:
    first, second = TWO.split("<h2>Ändrad")
    intro = "<div><p>På denna sida publiceras löpande information om nya versioner.</p></div>"
    reading = read(f"{first}{intro}<h2>Ändrad{second}")
    assert digest(reading) == digest(read(TWO))
    assert any("löpande" in text for text in reading.boilerplate)


@pytest.mark.parametrize(
    "box",
    [
        "<nav><h2>Relaterade länkar</h2><ul><li><a href='/drift'>Driftinformation</a></li></ul></nav>",
        "<div><h2>\n   Relaterade länkar\n </h2><p><a href='/drift'>Driftinformation</a></p></div>",
        "<aside><h3>Läs mer</h3><ul><li><a href='/drift'>Driftinformation</a></li></ul></aside>",
        "<div><p><strong>Relaterad information</strong></p><ul><li><a href='/drift'>Driftinformation</a></li></ul></div>",
    ],
)
@pytest.mark.parametrize("place", ["top", "middle", "bottom"])
def test_related_links_are_told_apart_wherever_they_stand(box: str, place: str) -> None:
    first, second = TWO.split("<h2>Ändrad")
    page = {"top": box + TWO, "middle": f"{first}{box}<h2>Ändrad{second}", "bottom": TWO + box}[place]
    reading = read(page)
    assert [(link.text, link.url) for link in reading.related] == [("Driftinformation", "https://www.example.se/drift")]
    assert [item.text for item in reading.items] == [item.text for item in read(TWO).items]


def test_read_more_inside_an_item_stays_there() -> None:
    reading = read(
        "<h2>Version 12</h2><p>(publicerad 2027-02-03)</p><p>Text.</p><h3>Läs mer</h3><p><a href='/x'>Schema</a></p><p>Fråga gärna.</p>"
        + TWO
    )
    assert "Läs mer\nSchema\nFråga gärna." in reading.items[0].text
    assert reading.related == ()


# --- the form of the text ----------------------------------------------------------------------------------------


def test_inline_elements_never_break_or_glue_words() -> None:
    item = only(
        read(
            "<h2>Ny version</h2><p>(publicerad 2026-03-16)</p><p><strong>i</strong>nga <em>nya\n   koder</em>, se<b> \xa0P37</b></p>"
        )
    )
    assert item.text == "inga nya koder, se \xa0P37"
    assert item.blocks[0].emphasised == ("i", "nya koder", "P37")


@pytest.mark.parametrize(
    "link",
    [
        "<a href='https://skr.se/x'>Frågor och svar<svg></svg><span class='env-assistive-text'> Länk till annan webbplats, öppnas i nytt fönster.</span></a>",
        "<a href='https://skr.se/x'>Frågor och svar<span> Länk till annan webbplats, öppnas i nytt fönster.</span></a>",
        "<a href='https://skr.se/x'>Frågor och svarPdf, 727 kB, öppnas i nytt fönster.</a>",
        "<a href='https://skr.se/x'>\n  Frågor och svar\n <span class='sr-only'>Pdf, öppnas i nytt fönster.</span></a>",
        "<a href='https://skr.se/x'>Frågor och svar (pdf 18 kB, öppnar nytt fönster)</a>",
        "<a href='https://skr.se/x'>Frågor och svar<span class='e'> pdf, 233.2 kB, öppnas i nytt fönster.</span></a>",
        "<a href='https://skr.se/x'>Frågor</a><span class='sr-only'> Länk till annan webbplats, öppnas i nytt fönster.</span><a href='https://skr.se/x'> och svar</a>",
    ],
)
def test_what_is_said_to_screen_readers_is_dropped(link: str) -> None:
    item = only(read(f"<h2>Ny version</h2><p>(publicerad 2026-03-16)</p><p>{link}</p>"))
    assert item.text == "Frågor och svar"
    assert [(found.text, found.url) for found in item.blocks[0].links] == [("Frågor och svar", "https://skr.se/x")]


def test_escaped_samples_stay_text() -> None:
    item = only(
        read(
            "<h2>Ny kod</h2><p>(publicerad 2026-03-16)</p><p>&lt;EXA:id&gt;P39&lt;/EXA:id&gt;<br>&lt;script&gt;x&lt;/script&gt;</p><pre>&lt;a&gt;\n  &lt;b/&gt;</pre>"
        )
    )
    assert item.text == "<EXA:id>P39</EXA:id>\n<script>x</script>\n<a>\n<b/>"
    assert "&lt;script&gt;" in item.html
    assert "<script" not in item.html


def test_tables_back_to_back_are_two_with_repeated_headers() -> None:
    table = "<table><caption>Skriv tabellbeskrivning här</caption><thead><tr><th><p>{name}</p></th><th><p>Text</p></th></tr></thead><tbody><tr><td>US</td><td></td></tr><tr><td>KLAR</td><td>KLAR</td></tr></tbody></table>"
    item = only(
        read(
            f"<h2>Nya koder</h2><p>(publicerad 2026-03-16)</p>{table.format(name='ÄrendeTyp')}{table.format(name='BeslutsTyp')}"
        )
    )
    assert [(block.table, block.header, block.text, block.cells) for block in item.blocks] == [
        (1, True, "ÄrendeTyp | Text", ("ÄrendeTyp", "Text")),
        (1, False, "US", ("US", "")),
        (1, False, "KLAR | KLAR", ("KLAR", "KLAR")),
        (2, True, "BeslutsTyp | Text", ("BeslutsTyp", "Text")),
        (2, False, "US", ("US", "")),
        (2, False, "KLAR | KLAR", ("KLAR", "KLAR")),
    ]


def test_spanned_cells_are_filled_in() -> None:
    item = only(
        read(
            "<h2>Fönster</h2><p>(publicerad 2026-03-16)</p><table><tr><th>Miljö</th><th>Dag</th><th>Tid</th></tr>"
            "<tr><td rowspan='2'>Produktion</td><td>3 maj</td><td>22.00</td></tr><tr><td>4 maj</td><td>23.00</td></tr><tr><td colspan='2'>Test</td><td>20.00</td></tr></table>"
        )
    )
    assert [block.cells for block in item.blocks][1:] == [
        ("Produktion", "3 maj", "22.00"),
        ("Produktion", "4 maj", "23.00"),
        ("Test", "", "20.00"),
    ]


def test_links_are_absolute_and_only_such_as_may_be_followed() -> None:
    item = only(
        read(
            "<h2>Ny version</h2><p>(publicerad 2026-03-16)</p><p><a href='/download/18.ab/1715781233879/x.pdf'>Schema</a> <a href='mailto:a@example.se'>Mejla</a> "
            "<a href='javascript:alert(1)'>Kör</a> <a href='http://[broken'>Trasig</a> <a href='#h-x'>Här</a> <a href='/b;jsessionid=1F?x=1'>Session</a></p>"
        )
    )
    assert [link.url for link in item.blocks[0].links] == [
        "https://www.example.se/download/18.ab/1715781233879/x.pdf",
        "mailto:a@example.se",
        "https://www.example.se/b?x=1",
    ]
    assert "javascript" not in item.html
    assert '<a href="mailto:a@example.se">Mejla</a>' in item.html


def test_the_html_form_keeps_structure_and_drops_the_rest() -> None:
    item = only(
        read(
            "<h2>Ny version</h2><p>(publicerad 2026-03-16)</p><p class='x' id='y' style='color:red' onclick='z()'>Se <strong>fetstil</strong> &amp; <em>kursiv</em>.</p>"
            "<ul class='normal'><li>Ett<ul><li>Under</li></ul></li><li>Två</li></ul><ol><li>Först</li></ol><h3 id='h-d'>Detaljer</h3><table class='t'><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>"
        )
    )
    assert item.html == (
        "<p>Se <strong>fetstil</strong> &amp; <em>kursiv</em>.</p><ul><li>Ett<ul><li>Under</li></ul></li><li>Två</li></ul><ol><li>Först</li></ol>"
        "<h3>Detaljer</h3><table><tbody><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></tbody></table>"
    )
    assert [block.level for block in item.blocks if block.kind == "list_item"] == [1, 2, 1, 1]


# --- eras --------------------------------------------------------------------------------------------------------


def test_the_older_portals_markup_is_read() -> None:
    page = (
        "<html><head><title>Releaseinformation</title></head><body><div id='layoutContainers'><section class='ibmPortalControl'><header><h2><span>Webbinnehållsvisning (JSR 286)</span></h2>"
        "<a href='javascript:void(0)'><span class='wpthemeAltText'>Actions</span></a></header><div class='wpthemeControlBody'><span>Loading...</span><!-- asa.overlay --><div class='analytics overlay'></div>"
        f"<h1>Releaseinformation</h1><ul><li><a href='#nytt'>Nytt schema</a></li></ul><table><tr><td>{TWO}</td><td></td></tr></table></div></section></div></body></html>"
    )
    reading = whole(page)
    assert [(item.heading, item.text) for item in reading.items] == [
        (item.heading, item.text) for item in read(TWO).items
    ]


def test_plain_text_is_read_as_well_as_can_be() -> None:
    text = (
        "Releaseinformation för SSBTEK - Myndigheten\nGå till innehåll\nReleaseinformation för SSBTEK\nNytt schema för version 12\n(publicerad 2027-02-03)\n"
        "Den \nnya koden\n heter P39.\nMejla till \na@example.se\n \nför mer.\nPå denna sida publiceras löpande information.\nSammanställning över versioner\n(Publicerad 2019-08-23)\n Här är de.\n"
        "        Version 7\n    \nSammanfattning innehåll\nLEFI Online version 5.0\nDriftsättningsdatum\n2018-12-31\nStängning av version\nEj inplanerat\n        Version 7.1\nDriftsättningsdatum\n2019-03-17\n"
        "Stängning av versionen\nEj inplanerat\nÄldre nyhet\n(Publicerad 2018-01-01)\nText.\n        Relaterade länkar\n    \nAktuellt\nSenast uppdaterad \n2 maj 2025\n"
    )
    for content_type in ("text/plain; charset=utf-8", None):
        reading = whole(text, content_type=content_type)
        assert headings(reading) == ["Nytt schema för version 12", "Sammanställning över versioner", "Äldre nyhet"]
        assert reading.items[0].text == "Den nya koden heter P39.\nMejla till a@example.se för mer."
        assert [panel.title for panel in reading.items[1].panels] == ["Version 7", "Version 7.1"]
        assert reading.page_updated == date(2025, 5, 2)
        assert reading.title == "Releaseinformation för SSBTEK"


def test_a_time_element_that_holds_the_label_too_is_a_stamp_wherever_it_stands() -> None:
    folds = "".join(
        f"<details><summary><h2>Nyhet {day}</h2></summary><p>Koden P{day} tillkommer.</p><p><time datetime='2029-03-{day}'>{label} 2029-03-{day}</time></p></details>"
        for day, label in ((17, "Publicerad"), (16, "Publicerad 2029-03-01, uppdaterad"), (15, "Publicerad"))
    )
    assert [(item.heading, item.published, item.updated, len(item.blocks)) for item in read(folds).items] == [
        ("Nyhet 17", date(2029, 3, 17), None, 1),
        ("Nyhet 16", date(2029, 3, 1), date(2029, 3, 16), 1),
        ("Nyhet 15", date(2029, 3, 15), None, 1),
    ]


@pytest.mark.parametrize(
    ("stamp", "published", "updated"),
    [
        ("(publicerd 2028-12-05)", date(2028, 12, 5), None),
        ("(Pubilcerad 2028-12-05)", date(2028, 12, 5), None),
        ("Publlicerat: 5 december 2028", date(2028, 12, 5), None),
        ("(publicerad:2028-12-05, uppdatead 2028-12-06)", date(2028, 12, 5), date(2028, 12, 6)),
        ("(publicerad 2028-12-05 - senast updaterad 2028-12-06)", date(2028, 12, 5), date(2028, 12, 6)),
        ("Publiceras 2028-12-05", None, None),
        ("Uppdateras 2028-12-05", None, None),
    ],
)
def test_a_stamp_may_have_one_letter_wrong(stamp: str, published: date | None, updated: date | None) -> None:
    [item] = read(f"<h2>Nytt certifikat</h2><p>{stamp}</p><p>Certifikatet byts den 11 december 2028.</p>").items
    assert (item.published, item.updated) == (published, updated)
    assert len(item.blocks) == (1 if published else 2)


def test_headings_that_are_points_in_time_are_the_stamps_of_a_log() -> None:
    log = "<h2>2026</h2><h3>2026-02-11 kl.22.05</h3><p>Störningen är över.</p><h3>11 februari 2026 kl. 19:55</h3><p>SSBTEK går inte att nå.</p>"
    assert [(item.heading, item.published, item.level, len(item.blocks)) for item in read(log).items] == [
        ("2026-02-11 kl.22.05", datetime(2026, 2, 11, 22, 5, tzinfo=STOCKHOLM), 3, 1),
        ("11 februari 2026 kl. 19:55", datetime(2026, 2, 11, 19, 55, tzinfo=STOCKHOLM), 3, 1),
    ]


@pytest.mark.parametrize("stamp", ["", "<p>(Publicerad 2026-02-10)</p>"])
def test_a_point_in_time_below_the_heading_of_an_announcement_is_no_stamp(stamp: str) -> None:
    body = f"<h2>Driftstörning i SSBTEK</h2>{stamp}<h3>2026-02-11 kl.22.05</h3><p>Vi startar om SSBTEK.</p>"
    assert [(item.heading, item.published) for item in read(body).items] == [
        ("Driftstörning i SSBTEK", date(2026, 2, 10) if stamp else None)
    ]


# --- pages that are not the page ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "page",
    [
        "",
        "   \n ",
        "<html></html>",
        "<html><head><title>Releaseinformation för SSBTEK</title></head><body><div id='root'></div><noscript>Aktivera JavaScript</noscript><script>app()</script></body></html>",
        "<html><head><title>Fel</title></head><body><h1>Sidan kunde inte hittas</h1><p>Felkod 404.</p><h2>Sök</h2><h2>Kontakta oss</h2><p>Ring.</p></body></html>",
        "<html><body><h1>Tekniskt fel</h1><p>Ett fel har uppstått 2026-01-01. Försök igen om ett par minuter.</p></body></html>",
        "<html><body><h1>Logga in</h1><h2>Mobilt BankID</h2><p>Starta appen.</p><h2>Hjälp</h2><p>Ring oss.</p></body></html>",
        "<html><body><h1>Underhåll pågår</h1><p>Webbplatsen är stängd för underhåll kl. 08-10.</p></body></html>",
        "<html><head><title>Releaseinformation för SSBTEK</title></head><body><header><h2>Meny</h2><a href='/'>Start</a></header><main>",
        "<html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1></body></html>",
        "<html><head><title>Releaseinformation för SSBTEK</title></head><body><main><h1>Releaseinformation för SSBTEK</h1></main></body></html>",
        "<html><body><h1>Våra öppettider</h1><h2>Måndag</h2><p>8-16</p><h2>Tisdag</h2><p>8-16</p></body></html>",
        '{"error": "not found"}',
    ],
)
def test_a_page_with_nothing_of_ours_is_unreadable(page: str) -> None:
    with pytest.raises(UnreadablePage, match=r"expected .*got") as caught:
        parse(page.encode(), page="ssbtek-release", url=URL)
    assert "\n" not in str(caught.value)
