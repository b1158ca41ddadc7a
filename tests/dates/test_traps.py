"""What looks like a date and is none, what hides a date, and where a missing year comes from."""

from __future__ import annotations

import os
import time
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from monitor.dates import Reference, combine, find_dates, find_recurrences, find_times, tense_of

STAMP = Reference(on=date(2026, 2, 10))


def days(text: str, on: date | None = date(2026, 2, 10)) -> list[tuple[str | None, str | None]]:
    return [
        (found.when.start and str(found.when.start), found.when.end and str(found.when.end))
        for found in find_dates(text, Reference(on=on))
    ]


def point(day: str) -> tuple[str, str]:
    return day, day


NO_DATES = [
    "Version 7.1 ersätter 9.0.4.",
    "Versionerna 5, 6 och 7 av LEFI Online.",
    "V4 av SSBTEK, SSBTEK v10 och v11 av tjänsten.",
    "Från version 9 till version 10.",
    "Schema version 2015-05-30.",
    "Höjs med upp till 1 000 kronor, 30% eller 30 %, från 65 år.",
    "Gäller upp till 14 dagar, från dag 14.",
    "Enligt 110 kap. 39 § och 2010:110.",
    "HSLF-FS 2026:23 och prop. 2023/24:100.",
    "Dokument 1/24 och dnr 2024-05-10.",
    "Diarienummer FK 2024/001234.",
    "P37 och ÅP37 (pdf 18 kB, 2.04 MB).",
    "Blankett FK 7263, koderna 200, 500 och 501.",
    "700 kr/dag och 10.50 kr.",
    "Ring 0771-524 524 eller 010-116 90 00, tel 08-12 34 56.",
    "Org.nr 202100-5521, personnummer 19850101-1234 och 850101-1234.",
    "IP-adress 10.20.30.40, port 8080.",
    "https://example.se/2026-02-21/release och www.example.se/2026-02-21",
    "/schema/2026-02-21/typer och typer_2026-02-21.xsd, ssbtek-2026-02-21.zip",
    "VAH-12 och VAH12.",
    "Öppet 24/7 och/eller i 1/2 dag.",
    "3/4 av ersättningen, 1/4 sjukersättning.",
    "Sida 2/5, steg 1/3.",
    "Listan är tom 3 maj",
    "Tabellen är tom.",
    "i vår tjänst och i vår tur",
    "2 000 under året",
    "30 februari 2026, 31 april, 2026-02-30 och 45 maj",
    "år 2010:110, 2027 kronor",
    "Måndag och onsdag",
    "TLS 1.2 och ISO 20022",
    "covid-19",
]


@pytest.mark.parametrize("text", NO_DATES)
def test_this_holds_no_date(text: str) -> None:
    found = find_dates(text, STAMP)
    if text == "Listan är tom 3 maj":
        assert [one.role for one in found] == ["plain"]
    else:
        assert [one.when.text for one in found] == []


RECURRING = [
    "varje torsdag kl. 19:00 till kl. 22:00",
    "första onsdagen varje månad",
    "andra (2) tisdagen varje månad",
    "varannan tisdag",
    "söndagar kl. 00.00 till 06.00",
    "dagligen",
    "vardagar kl. 8–16.30",
    "helgfria vardagar mellan kl. 9 och 12",
    "måndag–fredag kl. 8–16",
    "varje natt",
    "varje månad",
    "sista söndagen i månaden kl. 02–06",
]


@pytest.mark.parametrize("words", RECURRING)
def test_what_recurs_is_no_event(words: str) -> None:
    text = f"Service sker {words}."
    (span,) = find_recurrences(text)
    assert text[span.start : span.end] == words
    assert find_dates(text, STAMP) == ()
    assert find_times(text) == ()


def test_a_date_behind_a_recurrence_is_still_found() -> None:
    (found,) = find_dates("Service varje torsdag kl. 19–22 från och med den 7 maj 2026.", STAMP)
    assert (found.role, str(found.when.start), found.when.end) == ("from", "2026-05-07", None)


def test_trap_14_dashes_and_no_break_spaces_make_no_difference() -> None:
    plain = "Stängs 18-19 maj 2024 kl. 18-20, 2024-05-10"
    for dash in "‐‑‒–—―−":
        for space in "\u00a0\u202f":
            assert days(plain.replace("-", dash).replace(" ", space)) == days(plain)


def test_trap_14_an_em_dash_with_a_space_on_one_side_parts_two_stamps() -> None:
    assert days("(Publicerad 2021-06-17— uppdaterad 2021-09-03)") == [point("2021-06-17"), point("2021-09-03")]
    assert days("(Publicerad 2021-06-17—uppdaterad 2021-09-03)") == [point("2021-06-17"), point("2021-09-03")]


@pytest.mark.parametrize(
    ("text", "stamp", "expected"),
    [
        ("Den 22 juni beslutade regeringen.", date(2022, 6, 28), point("2022-06-22")),
        ("Nya stängningsdatumet blir 31 oktober.", date(2020, 9, 10), point("2020-10-31")),
        ("Version 6 kommer att stängas 29 maj.", date(2020, 4, 30), point("2020-05-29")),
        ("Rättningen sätts i drift 17/5.", date(2020, 2, 14), point("2020-05-17")),
        ("Under kvällen 27/1 kördes jobbet om.", date(2020, 1, 28), point("2020-01-27")),
        ("Byt senast den 6 februari.", date(2020, 1, 22), (None, "2020-02-06")),
        ("Stängs den 10 januari.", date(2026, 12, 20), point("2027-01-10")),
        ("Felet åtgärdades den 28 december.", date(2027, 1, 4), point("2026-12-28")),
        ("Stängs den 31 mars.", date(2026, 9, 10), point("2027-03-31")),
        ("Införs vid releasen den 29 september.", date(2021, 9, 30), point("2021-09-29")),
        ("Driftstörning den 30 november", date(2026, 2, 3), point("2025-11-30")),
        ("Nytt datum: 14 november", date(2026, 2, 3), point("2026-11-14")),
        ("Driftsättning den 30 november", date(2026, 2, 3), point("2026-11-30")),
        ("Stängs den 29 februari.", date(2026, 2, 3), point("2028-02-29")),
        ("Stängs vecka 2.", date(2026, 12, 20), ("2027-01-11", "2027-01-17")),
    ],
)
def test_trap_15_a_missing_year_comes_from_the_stamp(
    text: str, stamp: date, expected: tuple[str | None, str | None]
) -> None:
    (found,) = find_dates(text, Reference(on=stamp))
    assert days(text, stamp) == [expected]
    assert found.when.year_inferred


def test_trap_15_without_a_stamp_a_date_without_year_is_left_out() -> None:
    assert days("Stängs 31 oktober, i kväll eller 2026-05-03.", on=None) == [point("2026-05-03")]


def test_trap_15_a_missing_stamp_is_bracketed_by_the_neighbours() -> None:
    narrow = Reference(on=None, earliest=date(2020, 4, 30), latest=date(2020, 9, 10))
    (found,) = find_dates("Stängs 31 oktober.", narrow)
    assert (found.when.start, found.when.year_inferred, found.tentative) == (date(2020, 10, 31), True, False)


def test_trap_15_neighbours_that_disagree_leave_two_readings() -> None:
    wide = Reference(on=None, earliest=date(2020, 4, 30), latest=date(2022, 9, 10))
    (found,) = find_dates("Stängs 31 oktober.", wide)
    assert found.when.start == date(2020, 10, 31)
    assert [other.start for other in found.alternatives] == [date(2022, 10, 31)]
    assert found.tentative


def test_trap_15_the_callers_tense_goes_before_the_verbs() -> None:
    (past,) = find_dates("Stängs 31 oktober.", STAMP, tense="past")
    assert past.when.start == date(2025, 10, 31)


def test_trap_15_one_sentence_can_speak_of_both_tenses() -> None:
    text = "Den 22 oktober beslutade riksdagen att beloppet höjs den 1 april."
    assert days(text) == [point("2025-10-22"), point("2026-04-01")]


def test_trap_16_years_come_first_last_and_detached() -> None:
    assert days("från 20-03-11, 3 juli -17, 2022-01, 18-19 september 2021, 2021-09-18") == [
        ("2020-03-11", None),
        point("2017-07-03"),
        ("2022-01-01", "2022-01-31"),
        ("2021-09-18", "2021-09-19"),
        point("2021-09-18"),
    ]


def test_trap_16_the_wrong_date_and_the_right_one_are_both_found() -> None:
    assert days("Utbetalt den 20 januari istället för 20 februari.") == [point("2026-01-20"), point("2026-02-20")]


def test_trap_17_from_is_swedish_here_and_tom_can_be_empty() -> None:
    (since,) = find_dates("Gäller from 3 maj tom 5 maj.", STAMP)
    assert (str(since.when.start), str(since.when.end), since.role) == ("2026-05-03", "2026-05-05", "plain")
    (plain,) = find_dates("Kön var tom den 3 februari.", STAMP)
    assert plain.role == "plain"


def test_trap_18_a_week_is_a_plan_with_the_day_to_come() -> None:
    (found,) = find_dates("Produktionssättning är planerad till vecka 8.", Reference(on=date(2020, 2, 12)))
    assert (found.when.text, found.when.precision, found.role, found.tentative) == ("vecka 8", "week", "plain", True)
    assert (found.when.start, found.when.end) == (date(2020, 2, 17), date(2020, 2, 23))


def test_trap_19_a_version_before_a_date_leaves_the_date_whole() -> None:
    assert days("Version 9, 30 juni 2027") == [point("2027-06-30")]
    assert days("Version 9 30 juni 2027") == [point("2027-06-30")]
    assert days("versionerna 7, 7.1 och 8 den 30 juni 2027") == [point("2027-06-30")]
    assert days("SSBTEK 9 november 2027") == [point("2027-11-09")]


@pytest.mark.parametrize(
    "text",
    [
        "Stängningen flyttas från den 30 juni till den 30 september.",
        "Stängningen senareläggs från 30 juni till 30 september.",
        "Datumet har ändrats från 30 juni till 30 september.",
    ],
)
def test_a_move_from_one_day_to_another_is_two_days(text: str) -> None:
    assert days(text) == [point("2026-06-30"), point("2026-09-30")]


def test_a_move_from_one_period_to_another_is_two_periods() -> None:
    assert days("Ändras från augusti‑november till maj-augusti från och med 2027.") == [
        ("2026-08-01", "2026-11-30"),
        ("2027-05-01", "2027-08-31"),
        ("2027-01-01", None),
    ]


def test_a_move_to_an_earliest_day_is_open_from_there() -> None:
    old, new = find_dates("Stängningen skjuts upp från 30 juni 2026 till tidigast 31 december 2026.", STAMP)
    assert (old.role, str(old.when.start), str(old.when.end)) == ("plain", "2026-06-30", "2026-06-30")
    assert (new.role, str(new.when.start), new.when.end) == ("earliest", "2026-12-31", None)


@pytest.mark.parametrize("verb", ["är planerad", "skjuts upp", "flyttas", "senareläggs", "är satt"])
def test_till_behind_a_plan_names_a_target(verb: str) -> None:
    (found,) = find_dates(f"Stängningen {verb} till den 3 maj.", STAMP)
    assert (found.role, found.when.text) == ("plain", "3 maj")


def test_a_weekday_that_contradicts_its_date_is_kept_as_it_is() -> None:
    (found,) = find_dates("Stängs måndag 3 maj 2026.", STAMP)
    assert (str(found.when.start), found.when.text) == ("2026-05-03", "måndag 3 maj 2026")


def test_the_turn_of_a_year_named_by_one_year_can_be_either() -> None:
    (found,) = find_dates("Stängs vid årsskiftet 2026.", Reference(on=date(2026, 9, 1)))
    assert str(found.when.start) == "2026-12-31"
    assert [str(other.start) for other in found.alternatives] == ["2025-12-31"]


@pytest.mark.parametrize(
    ("sentence", "tense"),
    [
        ("Tjänsten kommer att stängas.", "ahead"),
        ("Vi ska byta certifikat.", "ahead"),
        ("Version 9 driftsätts.", "ahead"),
        ("Ny version planeras.", "ahead"),
        ("Tjänsten stängdes.", "past"),
        ("Felet åtgärdades.", "past"),
        ("Felet har åtgärdats.", "past"),
        ("En störning inträffade.", "past"),
        ("Version 9 driftsattes.", "past"),
        ("Planerat servicefönster", "ahead"),
        ("Driftstörning i SSBTEK", "past"),
        ("Frågor och svar", None),
    ],
)
def test_verbs_tell_the_tense(sentence: str, tense: str | None) -> None:
    assert tense_of(sentence) == tense


def test_times_are_found_on_their_own_and_combined_with_a_day() -> None:
    text = "Tjänsten är stängd mellan kl. 22.00 och 02.00."
    (times,) = find_times(text)
    assert (times.opens, times.closes, times.text) == (22 * 60, 2 * 60, "mellan kl. 22.00 och 02.00")
    assert times.is_window
    (day,) = find_dates("Stopp lördag 3 oktober 2026", STAMP)
    (window,) = combine(day.when, times)
    assert (str(window.start), str(window.end)) == ("2026-10-03 22:00:00+02:00", "2026-10-04 02:00:00+02:00")
    assert (window.precision, window.text) == ("minute", "lördag 3 oktober 2026")


def test_an_open_or_coarse_day_takes_no_times() -> None:
    (times,) = find_times("kl. 8–12")
    for text in ("från 3 oktober 2026", "vecka 8 2026"):
        (day,) = find_dates(text, STAMP)
        assert combine(day.when, times) == (day.when,)


def test_dotted_numbers_alone_are_no_times() -> None:
    assert find_times("Punkt 10.11 och 9.30") == ()


REPEATED = ["1, ", "3 maj ", "från ", "den ", "1-", "10.", "varje ", "x@", "18:00-", "i slutet ", "("]


@pytest.mark.parametrize("unit", REPEATED)
def test_a_long_line_takes_time_in_proportion_to_its_length(unit: str) -> None:
    def seconds(length: int) -> float:
        text = unit * (length // len(unit))
        start = time.process_time()
        find_dates(text, STAMP)
        return time.process_time() - start

    # Four times the text; quadratic time would be sixteen times as long.
    assert min(seconds(40_000) for _ in range(3)) < 10 * max(min(seconds(10_000) for _ in range(3)), 0.002)


@pytest.mark.skipif("RELEASEVAKT_REAL_PAGES" not in os.environ, reason="RELEASEVAKT_REAL_PAGES is not set")
def test_the_real_page_gives_its_dates() -> None:
    (page,) = Path(os.environ["RELEASEVAKT_REAL_PAGES"]).glob("*.txt")
    found = find_dates(page.read_text(encoding="utf-8"), Reference(on=None))
    counted = Counter(str(one.when.start) for one in found if one.when.precision == "day" and one.role == "plain")
    panels = "2014-05-18 2017-01-17 2015-05-25 2017-11-11 2016-11-13 2019-05-02 2017-05-28 2019-09-03 2018-09-16"
    stamps = "2024-05-10 2023-11-23 2022-06-28 2019-08-23 2021-06-17 2021-09-03 2020-12-16 2020-09-10 2020-04-30"
    others = "2018-12-31 2020-10-31 2019-03-17 2019-11-17 2020-04-02 2020-02-12 2025-05-02 2024-05-18 2024-06-30"
    assert set(f"{panels} {stamps} {others} 2020-04-07".split()) == set(counted)
    assert all(1 <= count <= 2 for count in counted.values())
    assert len(found) == 36
