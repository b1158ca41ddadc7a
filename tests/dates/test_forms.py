"""One row for each way the agency and its like write a date."""

from __future__ import annotations

from datetime import date

import pytest

from monitor.dates import Found, Reference, Role, find_dates

STAMP = Reference(on=date(2026, 2, 10))
"""A Tuesday."""


def iso(found: Found) -> str:
    """`start..end precision`, minutes and offset where there are times."""

    def end(value: date | None) -> str:
        return "" if value is None else value.isoformat().replace(":00+", "+")

    return f"{end(found.when.start)}..{end(found.when.end)} {found.when.precision}"


def only(text: str, reference: Reference = STAMP) -> Found:
    (found,) = find_dates(text, reference)
    return found


DAYS = [
    ("Öppnar 2027-05-02.", "2027-05-02", "2027-05-02"),
    ("Öppnar 2027‑05‑02.", "2027‑05‑02", "2027-05-02"),
    ("Öppnar 20270502.", "20270502", "2027-05-02"),
    ("Öppnar 27-05-02.", "27-05-02", "2027-05-02"),
    ("Öppnar 1.5.2027.", "1.5.2027", "2027-05-01"),
    ("Öppnar 2027.05.01.", "2027.05.01", "2027-05-01"),
    ("Öppnar den 2 maj 2027.", "2 maj 2027", "2027-05-02"),
    ("Öppnar den 2\u00a0maj\u00a02027.", "2\u00a0maj\u00a02027", "2027-05-02"),
    ("Öppnar 02 maj 2027.", "02 maj 2027", "2027-05-02"),
    ("Öppnar den 2:a maj 2027.", "2:a maj 2027", "2027-05-02"),
    ("Öppnar den 3:e maj 2027.", "3:e maj 2027", "2027-05-03"),
    ("Öppnar 3 feb 2027.", "3 feb 2027", "2027-02-03"),
    ("Öppnar 3 febr. 2027.", "3 febr. 2027", "2027-02-03"),
    ("Öppnar 3 Okt 2027.", "3 Okt 2027", "2027-10-03"),
    ("Öppnar 3 juli -27.", "3 juli -27", "2027-07-03"),
    ("Öppnar 3 juli –27.", "3 juli –27", "2027-07-03"),
    ("Öppnar 17/5 2027.", "17/5 2027", "2027-05-17"),
    ("Öppnar 17/5-27.", "17/5-27", "2027-05-17"),
    ("Öppnar 17/5/2027.", "17/5/2027", "2027-05-17"),
    ("Öppnar lördag 1 maj 2027.", "lördag 1 maj 2027", "2027-05-01"),
    ("Öppnar lördagen den 1 maj 2027.", "lördagen den 1 maj 2027", "2027-05-01"),
    ("Öppnar lör 1/5 2027.", "lör 1/5 2027", "2027-05-01"),
    ("Öppnar måndag 1 maj 2027.", "måndag 1 maj 2027", "2027-05-01"),
    ("Öppnar sista maj 2027.", "sista maj 2027", "2027-05-31"),
    ("Öppnar 2 maj år 2027.", "2 maj år 2027", "2027-05-02"),
]


@pytest.mark.parametrize(("text", "span", "day"), DAYS)
def test_a_day(text: str, span: str, day: str) -> None:
    found = only(text)
    assert (found.when.text, iso(found)) == (span, f"{day}..{day} day")
    assert not found.when.year_inferred
    assert not found.tentative


WITHOUT_YEAR = [
    ("Stängs den 22 juni.", "22 juni", "2026-06-22..2026-06-22 day"),
    ("Stängs 17/5.", "17/5", "2026-05-17..2026-05-17 day"),
    ("Under kvällen 27/1 gick en körning fel.", "27/1", "2026-01-27..2026-01-27 day"),
    ("Helgen 21-22/3 stängs tjänsten.", "21-22/3", "2026-03-21..2026-03-22 day"),
    ("Den 21‑24 juli stängs tjänsten.", "21‑24 juli", "2026-07-21..2026-07-24 day"),
    ("Stängs 28 februari–1 mars.", "28 februari–1 mars", "2026-02-28..2026-03-01 day"),
    ("Stängs under vecka 12.", "vecka 12", "2026-03-16..2026-03-22 week"),
    ("Stängs under v. 12.", "v. 12", "2026-03-16..2026-03-22 week"),
    ("Stängs v.46.", "v.46", "2026-11-09..2026-11-15 week"),
    ("Stängs v46.", "v46", "2026-11-09..2026-11-15 week"),
    ("Stängs veckorna 12–13.", "veckorna 12–13", "2026-03-16..2026-03-29 week"),
    ("Stängs vecka 12 och 14.", None, "2026-03-16..2026-03-22 week"),
    ("Kommer med releasen i maj.", "maj", "2026-05-01..2026-05-31 month"),
    ("Kommer med maj-releasen.", "maj-releasen", "2026-05-01..2026-05-31 month"),
    ("Kommer med majreleasen.", "majreleasen", "2026-05-01..2026-05-31 month"),
    ("Kommer i mitten av mars.", "mitten av mars", "2026-03-01..2026-03-31 month"),
    ("Kommer under hösten.", "hösten", "2026-09-01..2026-11-30 season"),
    ("Kommer i höst.", "i höst", "2026-09-01..2026-11-30 season"),
    ("Kommer till hösten.", "hösten", "2026-09-01..2026-11-30 season"),
    ("Kommer under tredje kvartalet.", "tredje kvartalet", "2026-07-01..2026-09-30 quarter"),
    ("Kommer under andra halvåret.", "andra halvåret", "2026-07-01..2026-12-31 half_year"),
    ("Stängs vid halvårsskiftet.", "halvårsskiftet", "2026-06-30..2026-07-01 day"),
    ("Stängs vid årsskiftet.", "årsskiftet", "2026-12-31..2027-01-01 day"),
    ("Stängs månadsskiftet maj/juni.", "månadsskiftet maj/juni", "2026-05-31..2026-06-01 day"),
    ("Stängs i dag.", "i dag", "2026-02-10..2026-02-10 day"),
    ("Stängs imorgon.", "imorgon", "2026-02-11..2026-02-11 day"),
    ("Stängs i övermorgon.", "i övermorgon", "2026-02-12..2026-02-12 day"),
    ("Gick ned i går.", "i går", "2026-02-09..2026-02-09 day"),
    ("Gick ned i fredags.", "fredags", "2026-02-06..2026-02-06 day"),
    ("Stängs på måndag.", "måndag", "2026-02-16..2026-02-16 day"),
    ("Stängs nu på lördag.", "nu på lördag", "2026-02-14..2026-02-14 day"),
    ("Stängs nästa vecka.", "nästa vecka", "2026-02-16..2026-02-22 week"),
    ("Stängs nästa månad.", "nästa månad", "2026-03-01..2026-03-31 month"),
    ("Stängs i slutet av året.", "slutet av året", "2026-01-01..2026-12-31 year"),
    ("Stängs natten mellan lördag och söndag.", "natten mellan lördag och söndag", "2026-02-14..2026-02-15 day"),
    ("Stängs natten till söndag.", "natten till söndag", "2026-02-14..2026-02-15 day"),
    ("Stängs natten mot den 5 maj.", "natten mot den 5 maj", "2026-05-04..2026-05-05 day"),
    ("Stängs natten mellan 4–5 maj.", "natten mellan 4–5 maj", "2026-05-04..2026-05-05 day"),
]


@pytest.mark.parametrize(("text", "span", "expected"), WITHOUT_YEAR)
def test_a_date_without_year_is_counted_from_the_stamp(text: str, span: str | None, expected: str) -> None:
    found = find_dates(text, STAMP)[0]
    assert iso(found) == expected
    assert found.when.year_inferred
    if span is not None:
        assert found.when.text == span


PERIODS = [
    ("Byts 18-19 september 2021.", "18-19 september 2021", "2021-09-18..2021-09-19 day"),
    ("Byts 18–19 maj 2024.", "18–19 maj 2024", "2024-05-18..2024-05-19 day"),
    ("Byts den 18 till 19 maj 2024.", "18 till 19 maj 2024", "2024-05-18..2024-05-19 day"),
    ("Byts 28 februari–1 mars 2026.", "28 februari–1 mars 2026", "2026-02-28..2026-03-01 day"),
    ("Byts 30 december – 2 januari 2027.", "30 december – 2 januari 2027", "2026-12-30..2027-01-02 day"),
    ("Byts 30 december 2026–2 januari.", "30 december 2026–2 januari", "2026-12-30..2027-01-02 day"),
    ("Byts 2027-05-03 – 2027-05-05.", "2027-05-03 – 2027-05-05", "2027-05-03..2027-05-05 day"),
    ("Byts 2027-05-03–05.", "2027-05-03–05", "2027-05-03..2027-05-05 day"),
    ("Mellan den 3 och 5 maj 2027.", "Mellan den 3 och 5 maj 2027", "2027-05-03..2027-05-05 day"),
    ("Mellan 3 april och 5 juni 2027.", "Mellan 3 april och 5 juni 2027", "2027-04-03..2027-06-05 day"),
    ("Mellan 20 december och 7 januari 2027.", "Mellan 20 december och 7 januari 2027", "2026-12-20..2027-01-07 day"),
    ("Lördag 1–söndag 2 maj 2027.", "Lördag 1–söndag 2 maj 2027", "2027-05-01..2027-05-02 day"),
    ("Rättas 2022-01.", "2022-01", "2022-01-01..2022-01-31 month"),
    ("Rättas september 2021.", "september 2021", "2021-09-01..2021-09-30 month"),
    ("Rättas september månad 2021.", "september månad 2021", "2021-09-01..2021-09-30 month"),
    ("Mars månads körning 2022.", "Mars månads körning 2022", "2022-03-01..2022-03-31 month"),
    ("Rättas feb 2020.", "feb 2020", "2020-02-01..2020-02-29 month"),
    ("Rättas slutet av maj 2022.", "slutet av maj 2022", "2022-05-01..2022-05-31 month"),
    ("Rättas april–juni 2027.", "april–juni 2027", "2027-04-01..2027-06-30 month"),
    ("Rättas okt-dec 2026.", "okt-dec 2026", "2026-10-01..2026-12-31 month"),
    ("Rättas oktober 2026–mars 2027.", "oktober 2026–mars 2027", "2026-10-01..2027-03-31 month"),
    ("Rättas vecka 14 2027.", "vecka 14 2027", "2027-04-05..2027-04-11 week"),
    ("Rättas vecka 14, 2027.", "vecka 14, 2027", "2027-04-05..2027-04-11 week"),
    ("Rättas v. 52–53 2026.", "v. 52–53 2026", "2026-12-21..2027-01-03 week"),
    ("Rättas kvartal 2 2027.", "kvartal 2 2027", "2027-04-01..2027-06-30 quarter"),
    ("Rättas Q2 2027.", "Q2 2027", "2027-04-01..2027-06-30 quarter"),
    ("Rättas 2027 Q2.", "2027 Q2", "2027-04-01..2027-06-30 quarter"),
    ("Rättas Q3–Q4 2027.", "Q3–Q4 2027", "2027-07-01..2027-12-31 quarter"),
    ("Rättas andra kvartalet 2027.", "andra kvartalet 2027", "2027-04-01..2027-06-30 quarter"),
    ("Rättas våren 2027.", "våren 2027", "2027-03-01..2027-05-31 season"),
    ("Rättas sommaren 2027.", "sommaren 2027", "2027-06-01..2027-08-31 season"),
    ("Rättas höst 2027.", "höst 2027", "2027-09-01..2027-11-30 season"),
    ("Rättas vintern 2027/28.", "vintern 2027/28", "2027-12-01..2028-02-29 season"),
    ("Rättas första halvåret 2027.", "första halvåret 2027", "2027-01-01..2027-06-30 half_year"),
    ("Rättas H2 2027.", "H2 2027", "2027-07-01..2027-12-31 half_year"),
    ("Rättas under 2027.", "2027", "2027-01-01..2027-12-31 year"),
    ("Rättas i början av 2027.", "början av 2027", "2027-01-01..2027-12-31 year"),
    ("Rättas halvårsskiftet 2027.", "halvårsskiftet 2027", "2027-06-30..2027-07-01 day"),
    ("Rättas årsskiftet 2026/2027.", "årsskiftet 2026/2027", "2026-12-31..2027-01-01 day"),
    ("Rättas årsskiftet 2026–2027.", "årsskiftet 2026–2027", "2026-12-31..2027-01-01 day"),
]


@pytest.mark.parametrize(("text", "span", "expected"), PERIODS)
def test_a_period_with_its_year(text: str, span: str, expected: str) -> None:
    found = only(text)
    assert (found.when.text, iso(found)) == (span, expected)
    assert not found.when.year_inferred


ROLES: list[tuple[str, str, Role, str]] = [
    ("Gäller från och med 7 april 2027.", "från och med 7 april 2027", "from", "2027-04-07.. day"),
    ("Gäller fr o m 27-04-07.", "fr o m 27-04-07", "from", "2027-04-07.. day"),
    ("Gäller fr.o.m. 7 april 2027.", "fr.o.m. 7 april 2027", "from", "2027-04-07.. day"),
    ("Gäller f.o.m. 7 april 2027.", "f.o.m. 7 april 2027", "from", "2027-04-07.. day"),
    ("Gäller fr. o. m. 7 april 2027.", "fr. o. m. 7 april 2027", "from", "2027-04-07.. day"),
    ("Gäller from 7 april 2027.", "from 7 april 2027", "from", "2027-04-07.. day"),
    ("Gäller från 7 april 2027.", "från 7 april 2027", "from", "2027-04-07.. day"),
    ("Gäller med start den 7 april 2027.", "med start den 7 april 2027", "from", "2027-04-07.. day"),
    ("Gäller 7 april 2027 och framåt.", "7 april 2027 och framåt", "from", "2027-04-07.. day"),
    ("Gäller från och med augusti 2027.", "från och med augusti 2027", "from", "2027-08-01.. month"),
    ("Gäller från och med årsskiftet 2026/27.", "från och med årsskiftet 2026/27", "from", "2027-01-01.. day"),
    ("Gäller från och med halvårsskiftet 2027.", "från och med halvårsskiftet 2027", "from", "2027-07-01.. day"),
    ("Gäller från 2027.", "från 2027", "from", "2027-01-01.. year"),
    ("Öppen till och med 7 april 2027.", "till och med 7 april 2027", "until", "..2027-04-07 day"),
    ("Öppen t.o.m. 7 april 2027.", "t.o.m. 7 april 2027", "until", "..2027-04-07 day"),
    ("Öppen t o m 7 april 2027.", "t o m 7 april 2027", "until", "..2027-04-07 day"),
    ("Öppen tom 7 april 2027.", "tom 7 april 2027", "until", "..2027-04-07 day"),
    ("Öppen fram till den 7 april 2027.", "fram till den 7 april 2027", "until", "..2027-04-07 day"),
    ("Öppen till den 7 april 2027.", "till den 7 april 2027", "until", "..2027-04-07 day"),
    ("Öppen till årsskiftet 2026/27.", "till årsskiftet 2026/27", "until", "..2026-12-31 day"),
    ("Byt senast den 7 april 2027.", "senast den 7 april 2027", "by", "..2027-04-07 day"),
    ("Byt senast i maj 2027.", "senast i maj 2027", "by", "..2027-05-31 month"),
    ("Byt senast under vecka 14 2027.", "senast under vecka 14 2027", "by", "..2027-04-11 week"),
    ("Byt innan 7 april 2027.", "innan 7 april 2027", "before", "..2027-04-06 day"),
    ("Byt före den 7 april 2027.", "före den 7 april 2027", "before", "..2027-04-06 day"),
    ("Byt innan halvårsskiftet 2027.", "innan halvårsskiftet 2027", "before", "..2027-06-30 day"),
    ("Byt innan årsskiftet 2026/2027.", "innan årsskiftet 2026/2027", "before", "..2026-12-31 day"),
    ("Byt före maj 2027.", "före maj 2027", "before", "..2027-04-30 month"),
    ("Syns tidigast den 7 april 2027.", "tidigast den 7 april 2027", "earliest", "2027-04-07.. day"),
    ("Syns tidigast from 7 april -27.", "tidigast from 7 april -27", "earliest", "2027-04-07.. day"),
    ("Syns inte före den 7 april 2027.", "inte före den 7 april 2027", "earliest", "2027-04-07.. day"),
    ("Syns efter den 7 april 2027.", "efter den 7 april 2027", "after", "2027-04-08.. day"),
    ("Syns efter helgen 18–19 maj 2024.", "efter helgen 18–19 maj 2024", "after", "2024-05-20.. day"),
    ("Syns efter årsskiftet 2026/27.", "efter årsskiftet 2026/27", "after", "2027-01-01.. day"),
    ("Från 3 maj till 5 maj 2027.", "Från 3 maj till 5 maj 2027", "plain", "2027-05-03..2027-05-05 day"),
    ("Fr.o.m. 3 maj t.o.m. 5 maj 2027.", "Fr.o.m. 3 maj t.o.m. 5 maj 2027", "plain", "2027-05-03..2027-05-05 day"),
    (
        "Från och med den 3 maj 2027 och till och med den 5 maj 2027.",
        "Från och med den 3 maj 2027 och till och med den 5 maj 2027",
        "plain",
        "2027-05-03..2027-05-05 day",
    ),
    ("Stängs 3 maj 2027.", "3 maj 2027", "plain", "2027-05-03..2027-05-03 day"),
]


@pytest.mark.parametrize(("text", "span", "role", "expected"), ROLES)
def test_the_words_before_a_date_leave_a_side_open(text: str, span: str, role: Role, expected: str) -> None:
    found = only(text)
    assert (found.when.text, found.role, iso(found)) == (span, role, expected)


TIMES = [
    ("3 maj 2027 kl 18.00", "2027-05-03T18:00+02:00..2027-05-03T18:00+02:00"),
    ("6 februari 2027  kl 18.00", "2027-02-06T18:00+01:00..2027-02-06T18:00+01:00"),
    ("3 maj 2027 kl.20.30", "2027-05-03T20:30+02:00..2027-05-03T20:30+02:00"),
    ("3 maj 2027 kl. 9.45", "2027-05-03T09:45+02:00..2027-05-03T09:45+02:00"),
    ("3 maj 2027 klockan 00:00", "2027-05-03T00:00+02:00..2027-05-03T00:00+02:00"),
    ("3 maj 2027, klockan 9", "2027-05-03T09:00+02:00..2027-05-03T09:00+02:00"),
    ("2027-05-03 10:11", "2027-05-03T10:11+02:00..2027-05-03T10:11+02:00"),
    ("2027-05-03 15.48", "2027-05-03T15:48+02:00..2027-05-03T15:48+02:00"),
    ("2027-05-03T10:11:12Z", "2027-05-03T12:11+02:00..2027-05-03T12:11+02:00"),
    ("2027-05-03T10:11:12", "2027-05-03T10:11+02:00..2027-05-03T10:11+02:00"),
    ("kl. 22.00 den 3 maj 2027", "2027-05-03T22:00+02:00..2027-05-03T22:00+02:00"),
    ("3 maj 2027 kl. 07:00 - 18:00", "2027-05-03T07:00+02:00..2027-05-03T18:00+02:00"),
    ("3 maj 2027 kl. 10:00-12:00", "2027-05-03T10:00+02:00..2027-05-03T12:00+02:00"),
    ("3 maj 2027 kl. 08.00-20:00", "2027-05-03T08:00+02:00..2027-05-03T20:00+02:00"),
    ("3 maj 2027 kl. 8–12", "2027-05-03T08:00+02:00..2027-05-03T12:00+02:00"),
    ("3 maj 2027 18:00-23:00", "2027-05-03T18:00+02:00..2027-05-03T23:00+02:00"),
    ("3 maj 2027 mellan kl. 00:01 och 06:00", "2027-05-03T00:01+02:00..2027-05-03T06:00+02:00"),
    ("3 maj 2027 från kl. 00.00 till 06.00", "2027-05-03T00:00+02:00..2027-05-03T06:00+02:00"),
    ("mellan kl. 9 och 12 den 3 maj 2027", "2027-05-03T09:00+02:00..2027-05-03T12:00+02:00"),
    ("3 maj 2027 kl. 19:00 till kl. 22:00", "2027-05-03T19:00+02:00..2027-05-03T22:00+02:00"),
    ("3 maj 2027 (kl. 17–19)", "2027-05-03T17:00+02:00..2027-05-03T19:00+02:00"),
    ("3 maj 2027 | 05.30-09.00", "2027-05-03T05:30+02:00..2027-05-03T09:00+02:00"),
    ("på kvällen den 3 maj 2027 kl. 20–22", "2027-05-03T20:00+02:00..2027-05-03T22:00+02:00"),
    ("20270119 kl 12:00 – 13:00", "2027-01-19T12:00+01:00..2027-01-19T13:00+01:00"),
    ("3 maj 2027 00.00-24.00", "2027-05-03T00:00+02:00..2027-05-04T00:00+02:00"),
    ("3 maj 2027 00.00−23.59", "2027-05-03T00:00+02:00..2027-05-03T23:59+02:00"),
    ("3 maj 2027 kl. 22.00–02.00", "2027-05-03T22:00+02:00..2027-05-04T02:00+02:00"),
    ("20 januari 2027 klockan 21.00–02.00 (CET)", "2027-01-20T21:00+01:00..2027-01-21T02:00+01:00"),
    ("20 maj 2027 klockan 21.00–02.00 (CEST)", "2027-05-20T21:00+02:00..2027-05-21T02:00+02:00"),
    ("20 maj 2027 klockan 21.00–23.00 UTC", "2027-05-20T23:00+02:00..2027-05-21T01:00+02:00"),
    ("21 - 22 februari 2027 16.00-11.00", "2027-02-21T16:00+01:00..2027-02-22T11:00+01:00"),
    ("9/5 2027 08.00 – 12/5 2027 18.00", "2027-05-09T08:00+02:00..2027-05-12T18:00+02:00"),
    ("3 maj 2027 22:00 till 4 maj 04:00", "2027-05-03T22:00+02:00..2027-05-04T04:00+02:00"),
    ("den 3 maj 2027 kl. 22 till kl. 06 den 4 maj", "2027-05-03T22:00+02:00..2027-05-04T06:00+02:00"),
    ("kl. 22.00 den 3 maj till kl. 06.00 den 4 maj 2027", "2027-05-03T22:00+02:00..2027-05-04T06:00+02:00"),
    ("lördag den 1 maj 2027 kl 22 – söndag den 2 maj kl 06", "2027-05-01T22:00+02:00..2027-05-02T06:00+02:00"),
    ("lördag 1 maj 2027 kl. 22 till söndag kl. 06", "2027-05-01T22:00+02:00..2027-05-02T06:00+02:00"),
    ("från den 1 maj 2027 kl. 08 till den 3 maj", "2027-05-01T08:00+02:00..2027-05-03T23:59+02:00"),
    ("natten mellan 1 och 2 maj 2027 kl. 23–04", "2027-05-01T23:00+02:00..2027-05-02T04:00+02:00"),
    ("natten till den 2 maj 2027 kl. 02.00-04.00", "2027-05-02T02:00+02:00..2027-05-02T04:00+02:00"),
    ("i kväll kl. 22–02", "2026-02-10T22:00+01:00..2026-02-11T02:00+01:00"),
    ("lördag kl. 8–12", "2026-02-14T08:00+01:00..2026-02-14T12:00+01:00"),
    ("senast den 6 februari 2027 kl 18.00", "..2027-02-06T18:00+01:00"),
    ("senast kl. 18 den 6 februari 2027", "..2027-02-06T18:00+01:00"),
    ("till den 8 januari 2027 kl 23.59", "..2027-01-08T23:59+01:00"),
    ("den 3 maj 2027 från kl. 18.00", "2027-05-03T18:00+02:00.."),
    ("från och med den 3 maj 2027 kl. 06.00", "2027-05-03T06:00+02:00.."),
    ("från kl. 18 den 3 maj 2027", "2027-05-03T18:00+02:00.."),
    ("den 3 maj 2027 till kl. 12", "..2027-05-03T12:00+02:00"),
    # The clocks go forward on 28 March 2027 and back on 31 October.
    ("28 mars 2027 kl. 01.00–04.00", "2027-03-28T01:00+01:00..2027-03-28T04:00+02:00"),
    ("28 mars 2027 kl. 02.30", "2027-03-28T03:30+02:00..2027-03-28T03:30+02:00"),
    ("31 oktober 2027 kl. 01.00–02.30", "2027-10-31T01:00+02:00..2027-10-31T02:30+01:00"),
    ("31 oktober 2027 kl. 02.30", "2027-10-31T02:30+02:00..2027-10-31T02:30+02:00"),
]


@pytest.mark.parametrize(("text", "expected"), TIMES)
def test_a_time(text: str, expected: str) -> None:
    found = only(f"Stopp {text}.")
    assert iso(found) == f"{expected} minute"
    assert found.when.text in text


def test_times_that_stand_apart_from_the_only_date_of_their_sentence_join_it() -> None:
    found = only("Lördag 3 februari 2027 byts servrar mellan kl. 09.00-12.00.")
    assert iso(found) == "2027-02-03T09:00+01:00..2027-02-03T12:00+01:00 minute"
    assert found.when.text == "Lördag 3 februari 2027 byts servrar mellan kl. 09.00-12.00"


def test_opening_hours_do_not_join_a_date() -> None:
    assert iso(only("Den 3 maj 2027 har vi öppet kl. 8–12.")) == "2027-05-03..2027-05-03 day"


def test_times_do_not_join_when_the_sentence_has_two_dates() -> None:
    text = "Den 3 maj 2027 byts A, och B byts kl. 9 efter den 5 juni 2027."
    assert [iso(found) for found in find_dates(text, STAMP)] == [
        "2027-05-03..2027-05-03 day",
        "2027-06-06.. day",
    ]


def test_times_for_two_days_are_one_stretch_or_two_windows() -> None:
    found = only("Stopp lördag 19 oktober – söndag 20 oktober 2024 kl. 08.00-18.00.")
    assert iso(found) == "2024-10-19T08:00+02:00..2024-10-20T18:00+02:00 minute"
    assert [(str(other.start), str(other.end)) for other in found.alternatives] == [
        ("2024-10-19 08:00:00+02:00", "2024-10-19 18:00:00+02:00"),
        ("2024-10-20 08:00:00+02:00", "2024-10-20 18:00:00+02:00"),
    ]
    assert found.tentative


def test_weekdays_with_times_belong_to_the_span_before_them() -> None:
    days, window = find_dates("Stängt torsdag 9 maj - söndag 12 maj 2024, torsdag kl. 08.00-söndag kl. 18.00.", STAMP)
    assert iso(days) == "2024-05-09..2024-05-12 day"
    assert iso(window) == "2024-05-09T08:00+02:00..2024-05-12T18:00+02:00 minute"
    assert not window.when.year_inferred


LISTS = [
    ("21 och 28 mars 2026", [("21 och 28 mars 2026", "2026-03-21"), ("28 mars 2026", "2026-03-28")]),
    (
        "14, 15 och 16 mars 2027",
        [
            ("14, 15 och 16 mars 2027", "2027-03-14"),
            ("15 och 16 mars 2027", "2027-03-15"),
            ("16 mars 2027", "2027-03-16"),
        ],
    ),
    ("3 april och 5 juni 2027", [("3 april", "2027-04-03"), ("5 juni 2027", "2027-06-05")]),
    ("20 december och 7 januari 2027", [("20 december", "2026-12-20"), ("7 januari 2027", "2027-01-07")]),
    ("20 december 2026 och 7 januari", [("20 december 2026", "2026-12-20"), ("7 januari", "2027-01-07")]),
    ("30 september 2026 i stället för 31 maj", [("30 september 2026", "2026-09-30"), ("31 maj", "2026-05-31")]),
    ("2027-05-03, 2027-06-01", [("2027-05-03", "2027-05-03"), ("2027-06-01", "2027-06-01")]),
]


@pytest.mark.parametrize(("text", "expected"), LISTS)
def test_days_of_a_list_share_their_month_and_year(text: str, expected: list[tuple[str, str]]) -> None:
    found = find_dates(f"Stängs {text}.", STAMP)
    assert [(one.when.text, str(one.when.start)) for one in found] == expected
    assert not any(one.when.year_inferred for one in found)


def test_days_of_a_list_share_its_times() -> None:
    assert [iso(found) for found in find_dates("3 och 10 maj 2027 kl. 22–02", STAMP)] == [
        "2027-05-03T22:00+02:00..2027-05-04T02:00+02:00 minute",
        "2027-05-10T22:00+02:00..2027-05-11T02:00+02:00 minute",
    ]


def test_a_list_under_a_year_heading_takes_its_year() -> None:
    found = find_dates("13 januari 18:00-23:00\n03 februari\n30 december–2 januari", Reference(on=None), year=2027)
    assert [iso(one) for one in found] == [
        "2027-01-13T18:00+01:00..2027-01-13T23:00+01:00 minute",
        "2027-02-03..2027-02-03 day",
        "2027-12-30..2028-01-02 day",
    ]
    assert not any(one.when.year_inferred for one in found)


def test_a_target_coarser_than_a_day_is_tentative() -> None:
    assert only("Planerad till vecka 8.").tentative
    assert not only("Gäller från och med augusti 2027.").tentative


@pytest.mark.parametrize("word", ["preliminärt", "cirka", "ca.", "omkring"])
def test_a_rough_day_is_tentative(word: str) -> None:
    assert only(f"Stängs {word} den 3 maj 2027.").tentative
