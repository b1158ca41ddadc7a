from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from monitor.model import STOCKHOLM, Precision, When
from monitor.wording import at_when, say_when


def when(start: Any, end: Any, precision: Precision, text: str = "x") -> When:
    return When(start=start, end=end, precision=precision, text=text)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=STOCKHOLM)  # type: ignore[arg-type, misc]


D = date
CASES: list[tuple[When, str, str]] = [
    (when(D(2027, 3, 31), D(2027, 3, 31), "day"), "onsdag 31 mars 2027", "on Wednesday 31 March 2027"),
    (when(D(2027, 4, 7), None, "day"), "från och med onsdag 7 april 2027", "from Wednesday 7 April 2027"),
    (when(None, D(2027, 6, 30), "day"), "senast onsdag 30 juni 2027", "by Wednesday 30 June 2027"),
    (
        when(D(2027, 5, 15), D(2027, 5, 16), "day"),
        "lördag–söndag 15–16 maj 2027",
        "on Saturday–Sunday 15–16 May 2027",
    ),
    (
        when(D(2027, 7, 20), D(2027, 7, 23), "day"),
        "tisdag 20 – fredag 23 juli 2027",
        "on Tuesday 20 – Friday 23 July 2027",
    ),
    (
        when(D(2026, 12, 30), D(2027, 1, 2), "day"),
        "onsdag 30 december 2026 – lördag 2 januari 2027",
        "on Wednesday 30 December 2026 – Saturday 2 January 2027",
    ),
    (
        when(at(2026, 11, 28, 6), at(2026, 11, 28, 10), "minute"),
        "lördag 28 november 2026 kl. 06.00–10.00",
        "on Saturday 28 November 2026, 06:00–10:00",
    ),
    (
        when(at(2027, 2, 20, 22), at(2027, 2, 21, 6), "minute"),
        "lördag 20 februari kl. 22.00 – söndag 21 februari 2027 kl. 06.00",
        "on Saturday 20 February at 22:00 – Sunday 21 February 2027 at 06:00",
    ),
    (
        when(at(2027, 2, 20, 18), at(2027, 2, 21, 0), "minute"),
        "lördag 20 februari 2027 kl. 18.00–24.00",
        "on Saturday 20 February 2027, 18:00–24:00",
    ),
    (
        when(at(2027, 2, 4, 18), at(2027, 2, 4, 18), "minute"),
        "torsdag 4 februari 2027 kl. 18.00",
        "on Thursday 4 February 2027 at 18:00",
    ),
    (
        when(at(2027, 2, 4, 7, 40), None, "minute"),
        "från och med torsdag 4 februari 2027 kl. 07.40",
        "from Thursday 4 February 2027 at 07:40",
    ),
    (
        when(D(2020, 2, 17), D(2020, 2, 23), "week"),
        "vecka 8 2020 (17–23 februari)",
        "in week 8 of 2020 (17–23 February)",
    ),
    (
        when(D(2026, 12, 28), D(2027, 1, 3), "week"),
        "vecka 53 2026 (28 december 2026 – 3 januari 2027)",
        "in week 53 of 2026 (28 December 2026 – 3 January 2027)",
    ),
    (when(D(2027, 3, 1), D(2027, 3, 31), "month"), "i mars 2027", "in March 2027"),
    (when(D(2027, 9, 1), None, "month"), "från och med september 2027", "from September 2027"),
    (when(None, D(2027, 2, 28), "month"), "senast i februari 2027", "by February 2027"),
    (
        when(D(2022, 5, 1), D(2022, 5, 31), "month", "i slutet av maj"),
        "i slutet av maj 2022",
        "at the end of May 2022",
    ),
    (
        when(D(2022, 9, 1), D(2022, 11, 30), "season", "början av hösten"),
        "i början av hösten 2022",
        "at the beginning of autumn 2022",
    ),
    (when(D(2022, 8, 1), D(2022, 11, 30), "month"), "i augusti–november 2022", "in August–November 2022"),
    (
        when(D(2027, 4, 1), D(2027, 6, 30), "quarter"),
        "under andra kvartalet 2027",
        "in the second quarter of 2027",
    ),
    (when(D(2026, 12, 1), D(2027, 2, 28), "season"), "under vintern 2026/27", "in winter 2026/27"),
    (when(D(2027, 3, 1), None, "season"), "från och med våren 2027", "from spring 2027"),
    (
        when(D(2027, 7, 1), D(2027, 12, 31), "half_year"),
        "under andra halvåret 2027",
        "in the second half of 2027",
    ),
    (when(D(2027, 1, 1), D(2027, 12, 31), "year"), "under 2027", "in 2027"),
    (
        when(D(2024, 6, 30), D(2024, 7, 1), "day", "halvårsskiftet 2024"),
        "vid halvårsskiftet 2024 (30 juni – 1 juli)",
        "at mid-year 2024 (30 June – 1 July)",
    ),
    (
        when(D(2026, 12, 31), D(2027, 1, 1), "day", "årsskiftet"),
        "vid årsskiftet 2026/27 (31 december – 1 januari)",
        "at the turn of the year 2026/27 (31 December – 1 January)",
    ),
    (when(None, None, "day", "när det blir klart"), "när det blir klart", "när det blir klart"),
]


@pytest.mark.parametrize(("value", "sv", "en"), CASES)
def test_a_date_follows_a_verb_in_both_languages(value: When, sv: str, en: str) -> None:
    assert (at_when(value, "sv"), at_when(value, "en")) == (sv, en)


def test_short_forms_keep_weekday_day_and_year() -> None:
    assert say_when(CASES[0][0], "sv", short=True) == "ons 31 mars 2027"
    assert say_when(CASES[0][0], "en", short=True) == "Wed 31 March 2027"
    assert say_when(CASES[7][0], "sv", short=True) == "lör 20 feb 2027 kl. 22.00 – sön 06.00"


def test_times_are_stockholms_in_summer_and_winter() -> None:
    summer = datetime.fromisoformat("2027-06-30T22:30:00+00:00")
    assert say_when(when(summer, summer, "minute"), "sv") == "torsdag 1 juli 2027 kl. 00.30"
