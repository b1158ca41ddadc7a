"""Swedish working days, for plans and people who must be ready the working day before.

A public authority and its suppliers do not work on Saturdays, Sundays, public holidays, nor on Midsummer Eve,
Christmas Eve and New Year's Eve, which are no public holidays by law but are treated as such.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from holidays import DE_FACTO, PUBLIC, country_holidays

SATURDAY = 5


def is_working_day(day: date) -> bool:
    """Whether people work on this day in Sweden."""
    return day.weekday() < SATURDAY and day not in _days_off(day.year)


def working_day_on_or_before(day: date) -> date:
    """The day itself when people work then, else the nearest working day before it."""
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def last_working_day_before(day: date) -> date:
    """The working day before this day: by then one must be ready for what happens on it."""
    return working_day_on_or_before(day - timedelta(days=1))


@lru_cache(maxsize=64)
def _days_off(year: int) -> frozenset[date]:
    return frozenset(country_holidays("SE", years=year, categories=(PUBLIC, DE_FACTO)))
