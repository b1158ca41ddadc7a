"""Planned windows out of Swedish text: announced, moved, called off, overrunning; and what is none."""

from __future__ import annotations

import time
from datetime import datetime

import pytest

from monitor.model import STOCKHOLM, Maintenance

PHRASES = "maintenance.txt"
DRIFT = "ssbtek-drift"


def only(lines: list[str]) -> list[str]:
    return sorted(line for line in lines if line.startswith("maintenance"))


def windows(claims) -> list[Maintenance]:
    return [claim for claim in claims if isinstance(claim, Maintenance)]


def test_windows_are_read_as_they_are_written(phrase, saying) -> None:
    told = saying(phrase.heading, phrase.text, page=phrase.page, published=phrase.published)
    assert sorted(told) == phrase.expected


def test_the_quotation_stands_in_the_announcement(phrase, say) -> None:
    for claim in say(phrase.heading, phrase.text, page=phrase.page, published=phrase.published):
        assert claim.evidence == phrase.heading or claim.evidence in phrase.text.replace("- ", "")


@pytest.mark.parametrize("dash", ["-", "\u2011", "\u2013", "\u2212"])
def test_any_dash_makes_a_range_of_hours(dash, saying) -> None:
    told = saying("Underhåll", f"SSBTEK har underhåll den 20 mars kl.\u00a020.00{dash}22.00.", page=DRIFT)
    assert only(told) == ["maintenance ssbtek 2027-03-20T20:00..2027-03-20T22:00"]


def test_a_window_over_midnight_ends_the_next_day(saying) -> None:
    told = saying("Underhåll", "Servicefönster i SSBTEK: onsdag 17 mars klockan 21.00–02.00 (CET).", page=DRIFT)
    assert only(told) == ["maintenance ssbtek 2027-03-17T21:00..2027-03-18T02:00"]


def test_midnight_at_the_end_is_the_next_day(saying) -> None:
    told = saying("Underhåll", "SSBTEK är stängt för underhåll 20 mars, 00.00–24.00.", page=DRIFT)
    assert only(told) == ["maintenance ssbtek 2027-03-20T00:00..2027-03-21T00:00"]


def test_the_hours_of_bare_weekdays_are_those_of_the_days_in_the_heading(saying) -> None:
    told = saying(
        "Underhåll natten mellan torsdag 18 och fredag 19 mars",
        "SSBTEK stängs kl. 23.00 på torsdagen och öppnar igen kl. 05.00 på fredagen.",
        page=DRIFT,
    )
    assert only(told) == ["maintenance ssbtek 2027-03-18T23:00..2027-03-19T05:00"]


def test_hours_stand_on_the_line_below_their_day(say) -> None:
    found = windows(
        say(
            "2027",
            "20 mars\nProduktion - service kl. 08.00-18.00\n3 april\nKundtest - service kl. 07.00–15:00",
            page=DRIFT,
        )
    )
    assert [(window.environment, window.date.start) for window in found] == [
        ("production", datetime(2027, 3, 20, 8, tzinfo=STOCKHOLM)),
        ("test", datetime(2027, 4, 3, 7, tzinfo=STOCKHOLM)),
    ]


def test_bare_days_under_a_year_are_windows_on_an_operations_page_only(saying) -> None:
    text = "13 mars 18:00-23:00\n03 april"
    told = saying("2027", text, page=DRIFT)
    assert only(told) == ["maintenance ssbtek 2027-03-13T18:00..2027-03-13T23:00", "maintenance ssbtek 2027-04-03"]
    assert only(saying("2027", text, page="ssbtek-release")) == []


def test_hours_over_two_days_can_be_read_in_two_ways_and_both_are_kept(say) -> None:
    text = "Lördag 20 mars – söndag 21 mars 2027 kl. 08.00-18.00 är SSBTEK otillgängligt."
    (window,) = windows(say("Underhåll", text, page=DRIFT))
    assert window.date.start == datetime(2027, 3, 20, 8, tzinfo=STOCKHOLM)
    assert window.date.end == datetime(2027, 3, 21, 18, tzinfo=STOCKHOLM)
    assert window.derivation is not None
    assert "2027-03-20 kl. 08.00 till 2027-03-20 kl. 18.00" in window.derivation


@pytest.mark.parametrize(
    ("text", "environment"),
    [
        ("Kundtestmiljön är stängd för underhåll den 20 mars. Produktionen berörs inte.", "test"),
        ("Underhåll i produktionsmiljön den 20 mars. Testmiljön påverkas inte.", "production"),
        ("SSBTEK har underhåll den 20 mars.", None),
        ("SSBTEK har underhåll den 20 mars. Det gäller endast acceptanstestmiljön.", "test"),
    ],
)
def test_the_environment_is_the_one_that_is_touched(text, environment, say) -> None:
    (window,) = windows(say("Underhåll", text, page=DRIFT))
    assert window.environment == environment


@pytest.mark.parametrize(
    "text",
    [
        "Vi bytte databas den 20 februari. Bytet innebar inget driftstopp.",
        "Vi byter leverantör av nätverk den 20 mars. Bytet medför ingen nedtid.",
        "Flytten den 20 mars märks inte för er som använder SSBTEK.",
    ],
)
def test_work_that_nobody_notices_is_no_window(text, saying) -> None:
    """Trap 29: polarity changes the class."""
    assert only(saying("Information", text, page=DRIFT)) == []


def test_possible_disturbances_make_it_a_window_all_the_same(saying) -> None:
    text = "Vi flyttar datorhall den 20 mars. Flytten medför ingen nedtid, men korta störningar kan förekomma."
    assert only(saying("Flytt av datorhall", text, page=DRIFT)) == ["maintenance ssbtek 2027-03-20"]


def test_deliveries_that_come_later_are_no_windows(saying) -> None:
    text = "Systemhelgen 20–21 mars skickas inga aviseringar. De levereras i stället måndagen den 22 mars."
    told = saying("Systemhelg 20–21 mars", text, page="lefi-prenumeration-drift")
    assert only(told) == ["maintenance lefi-prenumeration 2027-03-20..2027-03-21"]


def test_a_year_is_that_of_the_stamp_also_over_the_turn_of_the_year(saying) -> None:
    """Trap 15."""
    text = "SSBTEK har servicefönster den 12 januari kl. 06–08."
    told = saying("Servicefönster", text, page=DRIFT, published="2026-12-14")
    assert only(told) == ["maintenance ssbtek 2027-01-12T06:00..2027-01-12T08:00"]


@pytest.mark.parametrize(
    "heading", ["Kontoret stängt 24–26 mars", "Supportens öppettider", "Möte", "Avtalet upphör", "Ändringsstopp i mars"]
)
def test_people_offices_and_freezes_are_no_windows(heading, saying) -> None:
    text = {
        "Kontoret stängt 24–26 mars": "Kontoret är stängt 24–26 mars. SSBTEK är öppet dygnet runt.",
        "Supportens öppettider": "Den 24 mars är supporten stängd kl. 12–16.",
        "Möte": "Den 24 mars kl. 13–15 berättar vi om arbetet med SSBTEK.",
        "Avtalet upphör": "Avtalet med leverantören upphör den 24 mars.",
        "Ändringsstopp i mars": "Från den 20 till den 24 mars görs inga ändringar i SSBTEK.",
    }[heading]
    assert only(saying(heading, text, page=DRIFT)) == []


def test_versions_that_close_or_go_live_are_no_windows(saying) -> None:
    told = saying("Version 9", "Version 9 av SSBTEK stängs den 30 juni 2027 och version 10 driftsätts den 3 maj.")
    assert only(told) == []


def test_a_very_long_sentence_is_read_in_bounded_time(saying) -> None:
    text = "Underhållet av SSBTEK flyttas inte och är nere, men avbrottet den 3 maj kl. 8 skjuts upp till " * 300
    started = time.process_time()
    saying("Underhåll", text, page=DRIFT)
    assert time.process_time() - started < 8
