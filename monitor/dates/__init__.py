"""Swedish dates: every form the agency writes, as `When`s with their offsets, and never from a clock."""

from monitor.dates.find import combine, find_dates, find_times
from monitor.dates.nouns import Found, Reference, Role, Tense, Times
from monitor.dates.recurrence import find_recurrences
from monitor.dates.tense import tense_of

__all__ = [
    "Found",
    "Reference",
    "Role",
    "Tense",
    "Times",
    "combine",
    "find_dates",
    "find_recurrences",
    "find_times",
    "tense_of",
]
