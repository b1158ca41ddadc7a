"""Swedish working days."""

from __future__ import annotations

from datetime import date

import pytest

from monitor.workdays import is_working_day, last_working_day_before, working_day_on_or_before


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 1),  # New Year's Day
        date(2026, 1, 6),  # Epiphany
        date(2026, 4, 3),  # Good Friday
        date(2026, 4, 6),  # Easter Monday
        date(2026, 5, 1),
        date(2026, 5, 14),  # Ascension
        date(2025, 6, 6),  # National Day, a Friday
        date(2026, 6, 19),  # Midsummer Eve
        date(2026, 12, 24),
        date(2026, 12, 25),
        date(2026, 12, 31),
        date(2026, 5, 2),  # a Saturday
        date(2026, 5, 3),  # a Sunday
    ],
)
def test_nobody_works_on_this_day(day: date) -> None:
    assert not is_working_day(day)


@pytest.mark.parametrize("day", [date(2026, 5, 4), date(2026, 6, 18), date(2026, 12, 23), date(2026, 4, 2)])
def test_people_work_on_this_day(day: date) -> None:
    assert is_working_day(day)


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (date(2024, 6, 30), date(2024, 6, 28)),  # a Sunday
        (date(2024, 7, 1), date(2024, 6, 28)),
        (date(2026, 6, 22), date(2026, 6, 18)),  # over Midsummer
        (date(2027, 1, 1), date(2026, 12, 30)),
        (date(2026, 4, 7), date(2026, 4, 2)),  # over Easter
        (date(2026, 5, 6), date(2026, 5, 5)),
    ],
)
def test_the_last_working_day_before(day: date, before: date) -> None:
    assert last_working_day_before(day) == before


def test_a_working_day_is_its_own() -> None:
    assert working_day_on_or_before(date(2026, 5, 5)) == date(2026, 5, 5)
    assert working_day_on_or_before(date(2026, 5, 3)) == date(2026, 4, 30)
