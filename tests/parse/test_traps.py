# ruff: noqa: E501 - the samples are pages, and pages have long lines
"""Traps that only structure or words tell apart, each as small as it can be."""

from __future__ import annotations

from datetime import date

import pytest

from monitor.errors import UnreadablePage
from monitor.model import Reading
from monitor.parse import parse

URL = "https://www.example.se/lefi/driftinformation"
STAMPED = "<h2>{0}</h2><p>(publicerad 2026-0{1}-01)</p><p>Text {1} om SSBTEK.</p>"


def read(body: str, *, title: str = "Driftinformation för LEFI Online", h1: bool = True) -> Reading:
    heading = f"<h1>{title}</h1>" if h1 else ""
    page = f"<html><head><title>{title} - Myndigheten</title></head><body><main>{heading}{body}</main></body></html>"
    return parse(page.encode(), page="lefi-online-drift", url=URL)


def said(reading: Reading) -> list[tuple[str, str]]:
    assert reading.coverage.unaccounted == 0
    return [(item.heading, item.text) for item in reading.items]


def test_a_list_of_machine_dates_is_text_and_no_stamp() -> None:
    dates = "<ul><li><time datetime='2026-02-03'>3 februari 2026</time></li><li><time datetime='2026-03-03'>3 mars 2026</time></li></ul>"
    reading = read(f"<h2>Servicefönster</h2>{dates}")
    assert said(reading) == [("Servicefönster", "3 februari 2026\n3 mars 2026")]
    assert reading.items[0].published is None


def test_a_time_in_a_sentence_is_no_stamp() -> None:
    reading = read("<h2>Servicefönster</h2><p>Stängt <time datetime='2026-02-03'>3 februari 2026</time> kl. 18-20.</p>")
    assert said(reading) == [("Servicefönster", "Stängt 3 februari 2026 kl. 18-20.")]


def test_news_cards_with_machine_dates_are_items() -> None:
    card = "<li class='sv-channel-item'><time datetime='2026-0{0}-03'>3 {1} 2026</time><h3><a href='/n{0}'>Störning {0}</a></h3><p>Felet är rättat.</p></li>"
    reading = read(f"<h2>Nyheter</h2><ul>{card.format(3, 'mars')}{card.format(2, 'februari')}</ul>")
    assert [(item.heading, item.published, item.text) for item in reading.items] == [
        ("Störning 3", date(2026, 3, 3), "Felet är rättat."),
        ("Störning 2", date(2026, 2, 3), "Felet är rättat."),
    ]


def test_a_page_without_h1_is_named_by_its_first_heading() -> None:
    reading = read("<h2>Driftinformation för LEFI Online</h2>" + STAMPED.format("Stopp", 2), h1=False)
    assert reading.title == "Driftinformation för LEFI Online"
    assert [item.heading for item in reading.items] == ["Stopp"]


def test_a_standing_sentence_inside_a_text_stays_there() -> None:
    reading = read(
        "<div><h2>Nytt schema</h2><p>(publicerad 2026-02-01)</p><p>Schemat är klart.</p><p>På denna sida finns schemat att hämta.</p><p>Det gäller från 3 mars.</p></div>"
    )
    assert reading.items[0].text == "Schemat är klart.\nPå denna sida finns schemat att hämta.\nDet gäller från 3 mars."


def test_a_standing_sentence_between_items_in_one_container_is_dropped() -> None:
    reading = read(
        f"<div>{STAMPED.format('Ett', 3)}<p>På denna sida publiceras löpande driftinformation.</p>{STAMPED.format('Två', 2)}</div>"
    )
    assert said(reading) == [("Ett", "Text 3 om SSBTEK."), ("Två", "Text 2 om SSBTEK.")]


@pytest.mark.parametrize("heading", ["Kontakta er leverantör", "Logga in", "Om webbplatsen"])
def test_urgent_words_are_never_boilerplate_whatever_their_heading(heading: str) -> None:
    reading = read(f"<h2>{heading}</h2><p>SSBTEK version 10 stängs 30 juni 2027.</p>" + STAMPED.format("Ett", 3))
    assert any("stängs 30 juni 2027" in item.text for item in reading.items)


def test_urgent_words_below_a_grouping_heading_are_kept() -> None:
    reading = read(
        "<h2>Pågående störningar</h2><p>Just nu svarar inte LEFI Online, störningen felsöks.</p>"
        + STAMPED.format("Ett", 3).replace("h2", "h3")
    )
    assert [item.heading for item in reading.items] == ["Pågående störningar", "Ett"]


def test_a_list_of_links_headed_as_such_inside_an_item_stays_there() -> None:
    reading = read(
        "<h2>Nytt schema</h2><p>(publicerad 2026-02-01)</p><p>Klart.</p><h3>Länkar till scheman</h3><ul><li><a href='/x.xsd'>Schema</a></li></ul>"
        + STAMPED.format("Ett", 1)
    )
    assert reading.items[0].text == "Klart.\nLänkar till scheman\nSchema"
    assert reading.related == ()


def test_stamps_outside_the_main_content_are_reported() -> None:
    page = f"<html><body><main><h1>Driftinformation</h1>{STAMPED.format('Ett', 3)}</main><div>{STAMPED.format('Två', 2)}</div></body></html>"
    reading = parse(page.encode(), page="p", url=URL)
    assert reading.coverage.unaccounted == 1
    assert reading.coverage.unaccounted_texts == ("(publicerad 2026-02-01)",)


def test_content_beside_an_empty_main_is_read() -> None:
    page = f"<html><body><main></main><h1>Driftinformation</h1>{STAMPED.format('Ett', 3)}</body></html>"
    assert [item.heading for item in parse(page.encode(), page="p", url=URL).items] == ["Ett"]


def test_an_update_section_belongs_to_its_item_although_it_has_a_stamp() -> None:
    reading = read(
        "<h2>Störning</h2><p>(publicerad 2026-02-01)</p><p>Felsökning.</p><h3>Uppdatering</h3><p>(publicerad 2026-02-02)</p><p>Löst.</p>"
    )
    assert [item.heading for item in reading.items] == ["Störning"]
    assert "Löst." in reading.items[0].text


def test_updates_told_without_a_year_stay_in_the_text() -> None:
    reading = read(
        "<h2>Störning</h2><p>(publicerad 2026-02-01)</p><p><strong>Uppdatering 5 december:</strong> löst.</p><p>Uppdatering 4 december: felsökning.</p>"
    )
    assert reading.items[0].updated is None
    assert reading.items[0].text == "Uppdatering 5 december: löst.\nUppdatering 4 december: felsökning."


def test_an_update_line_alone_is_the_items_when_it_stands_below_its_heading() -> None:
    reading = read(
        "<h2>Störning i SSBTEK</h2><p>Uppdaterad: 2018-08-23 15.48</p><p>Felsökning.</p>" + STAMPED.format("Ett", 1)
    )
    assert reading.items[0].updated is not None
    assert reading.items[0].text == "Felsökning."


def test_h1_announcements_are_items_below_the_title_in_the_head() -> None:
    reading = read((STAMPED.format("Ett", 3) + STAMPED.format("Två", 2)).replace("h2", "h1"), h1=False)
    assert [item.heading for item in reading.items] == ["Ett", "Två"]
    assert reading.title == "Driftinformation för LEFI Online - Myndigheten"


def test_a_page_with_one_announcement_under_its_own_heading_is_read() -> None:
    reading = read(
        "<p>Publicerad 2026-02-01</p><p>SSBTEK är stängt 3 mars kl. 18.00-20.00.</p>",
        title="Planerat driftstopp i SSBTEK",
    )
    assert [(item.heading, item.published, item.text) for item in reading.items] == [
        ("Planerat driftstopp i SSBTEK", date(2026, 2, 1), "SSBTEK är stängt 3 mars kl. 18.00-20.00.")
    ]


def test_an_error_page_with_a_stamp_is_still_an_error_page() -> None:
    with pytest.raises(UnreadablePage):
        read("<h2>Publicerat nyligen</h2><p>Publicerad 2026-02-01</p><p>Annat.</p>", title="Sidan kunde inte hittas")


def test_emphasis_that_is_only_style_is_kept() -> None:
    reading = read(
        "<h2>Rättning</h2><p>(publicerad 2026-02-01)</p><p>Helgen <span style='font-style: italic'>21-22/3</span>.</p>"
    )
    assert reading.items[0].blocks[0].emphasised == ("21-22/3",)


def test_words_hidden_by_class_are_kept_when_they_are_more_than_a_trailer() -> None:
    long = "Version 10 stängs 30 juni 2027. " * 6
    reading = read(f"<h2>Nytt</h2><p>(publicerad 2026-02-01)</p><p><span class='sr-only'>{long}</span></p>")
    assert "stängs 30 juni 2027" in reading.items[0].text


def test_a_label_for_screen_readers_before_a_date_makes_a_stamp() -> None:
    reading = read(
        "<h2>Nytt i SSBTEK</h2><p><span class='sr-only'>Publicerad </span><time datetime='2026-02-01'>1 februari 2026</time></p><p>Text.</p>"
    )
    assert (reading.items[0].published, reading.items[0].text) == (date(2026, 2, 1), "Text.")


def test_a_broken_heading_does_not_swallow_what_follows() -> None:
    reading = read("<h2>Nytt i SSBTEK<p>(publicerad 2026-02-01)</p><p>Text.</p><ul><li>Ett</li></ul>")
    assert said(reading) == [("Nytt i SSBTEK", "Text.\nEtt")]


def test_a_heading_may_wrap_its_words_in_a_paragraph() -> None:
    assert said(
        read("<div role='heading' aria-level='2'><p>Nytt i SSBTEK</p></div><p>(publicerad 2026-02-01)</p><p>Text.</p>")
    ) == [("Nytt i SSBTEK", "Text.")]


def test_the_same_page_with_its_base_elsewhere_has_the_same_links() -> None:
    page = f"<html><head><base href='https://other.example/a/'></head><body><main><h1>Driftinformation</h1>{STAMPED.format('Ett', 3)}<p><a href='b'>B</a></p></main></body></html>"
    assert parse(page.encode(), page="p", url=URL).items[0].blocks[1].links[0].url == "https://other.example/a/b"
