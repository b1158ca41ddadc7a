"""Dates in words, in Swedish and English.

People read weekday and full date, never "in twelve days": what is written today may be read on Thursday. A coarse
date stays coarse, with its bounds beside it where they help; "slutet av maj" keeps its words. Times are Stockholm's.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from typing import Literal

from monitor.model import STOCKHOLM, Language, Precision, When

WEEKDAYS = {
    "sv": ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
SHORT_WEEKDAYS = {
    "sv": ("mån", "tis", "ons", "tors", "fre", "lör", "sön"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
MONTHS = {
    "sv": (
        "januari",
        "februari",
        "mars",
        "april",
        "maj",
        "juni",
        "juli",
        "augusti",
        "september",
        "oktober",
        "november",
        "december",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}
SHORT_MONTHS = {
    "sv": ("jan", "feb", "mars", "april", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec"),
    "en": ("Jan", "Feb", "March", "April", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"),
}
QUARTERS = {"sv": ("första", "andra", "tredje", "fjärde"), "en": ("first", "second", "third", "fourth")}
SEASONS = {3: ("våren", "spring"), 6: ("sommaren", "summer"), 9: ("hösten", "autumn"), 12: ("vintern", "winter")}
PARTS = {"början": ("början", "beginning"), "mitten": ("mitten", "middle"), "slutet": ("slutet", "end")}

_PART = re.compile(r"\b(början|mitten|slutet)\s+av\b", re.IGNORECASE)
_MONTHS_LONG: dict[Precision, int] = {"month": 1, "quarter": 3, "season": 3, "half_year": 6, "year": 12}

Role = Literal["noun", "adverb"]


def say_when(when: When, lang: Language, *, short: bool = False) -> str:
    """The date as it stands in a fact: "onsdag 31 mars 2027", "från och med 7 april 2027", "vecka 8 2020 (…)"."""
    return _say(when, lang, short=short, role="noun")


def at_when(when: When, lang: Language, *, short: bool = False) -> str:
    """The date as it follows a verb: "i mars 2027", "on Wednesday 31 March 2027", "by 30 June 2027"."""
    return _say(when, lang, short=short, role="adverb")


def say_day(value: date, lang: Language, *, short: bool = False, weekday: bool = True, year: bool = True) -> str:
    """One day in words: "onsdag 31 mars 2027", short "ons 31 mars 2027"."""
    day = stockholm_day(value)
    words = [f"{day.day} {_month(day, lang, short=short)}"]
    if weekday:
        words.insert(0, _weekday(day, lang, short=short))
    if year:
        words.append(str(day.year))
    return " ".join(words)


def say_moment(value: datetime, lang: Language, *, short: bool = True, year: bool = True) -> str:
    """An instant on Stockholm's clock: "mån 23 nov 2026 kl. 09.42", "Mon 23 Nov 2026 at 09:42"."""
    joint = " kl. " if lang == "sv" else " at "
    return say_day(value, lang, short=short, year=year) + joint + say_clock(value, lang)


def say_clock(value: datetime, lang: Language) -> str:
    """The time of day on Stockholm's clock: "09.42", "09:42"."""
    return _clock(value.astimezone(STOCKHOLM).time(), lang)


def say_stamp(value: date | datetime, lang: Language, *, short: bool = True) -> str:
    """A stamp of the agency's: a day, with its time of day only if it has one."""
    words = say_day(value, lang, short=short, weekday=False)
    if isinstance(value, datetime):
        words += (" kl. " if lang == "sv" else " at ") + say_clock(value, lang)
    return words


def stockholm_day(value: date | datetime) -> date:
    """The calendar day in Stockholm."""
    if isinstance(value, datetime):
        return value.astimezone(STOCKHOLM).date() if value.tzinfo else value.date()
    return value


def first_day(when: When) -> date | None:
    """The day it begins or, where only the end is known, the day it ends."""
    value = when.start if when.start is not None else when.end
    return None if value is None else stockholm_day(value)


def last_day(when: When) -> date | None:
    """The day it ends or, where only the start is known, the day it begins."""
    value = when.end if when.end is not None else when.start
    return None if value is None else stockholm_day(value)


def is_past(when: When, on: date) -> bool:
    """Whether all of it lies before the day `on`."""
    end = last_day(when)
    return end is not None and end < on


def brief_pair(before: When, after: When, lang: Language) -> tuple[str, str]:
    """Two dates side by side in a title, the year said once where it is the same: ("31 mars", "30 sep 2027")."""
    if _is_plain_day(before) and _is_plain_day(after):
        old, new = first_day(before), first_day(after)
        if old is not None and new is not None:
            return (
                say_day(old, lang, short=True, weekday=False, year=old.year != new.year),
                say_day(new, lang, short=True, weekday=False),
            )
    return say_when(before, lang, short=True), say_when(after, lang, short=True)


def _say(when: When, lang: Language, *, short: bool, role: Role) -> str:
    if when.start is None and when.end is None:
        return when.text
    if when.start is None or when.end is None:
        return _open(when, lang, short=short)
    if isinstance(when.start, datetime) and isinstance(when.end, datetime):
        return _minutes(when.start, when.end, lang, short=short, role=role)
    start, end = stockholm_day(when.start), stockholm_day(when.end)
    turn = _turn(when.text, start, end, lang, short=short, role=role)
    if turn is not None:
        return turn
    if when.precision in ("day", "minute"):
        return _preposed("" if lang == "sv" or short else "on ", _days(start, end, lang, short=short), role)
    return _coarse(when, start, end, lang, short=short, role=role)


def _open(when: When, lang: Language, *, short: bool) -> str:
    from_start = when.start is not None
    edge = when.start if when.start is not None else when.end
    assert edge is not None
    if when.precision in ("day", "minute"):
        words = say_moment(edge, lang, short=short) if isinstance(edge, datetime) else say_day(edge, lang, short=short)
        if short and not isinstance(edge, datetime):
            words = say_day(edge, lang, short=True, weekday=False)
    else:
        start, end = _whole_period(stockholm_day(edge), when.precision, from_start=from_start)
        words = _coarse(when, start, end, lang, short=short, role="noun")
        if lang == "sv" and not from_start:
            in_words = _coarse(when, start, end, lang, short=short, role="adverb")
            words = in_words if in_words.startswith("i ") else words
    if from_start:
        return f"{'från' if short else 'från och med'} {words}" if lang == "sv" else f"from {words}"
    return f"senast {words}" if lang == "sv" else f"by {words}"


def _whole_period(edge: date, precision: Precision, *, from_start: bool) -> tuple[date, date]:
    """The period of which only the first or the last day is known."""
    if precision == "week":
        monday = edge - timedelta(days=edge.weekday())
        return monday, monday + timedelta(days=6)
    months = _MONTHS_LONG.get(precision, 1)
    if from_start:
        return edge, _add_months(edge.replace(day=1), months) - timedelta(days=1)
    return _add_months(edge.replace(day=1), 1 - months), edge


def _add_months(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return day.replace(year=day.year + years, month=month + 1)


def _minutes(start: datetime, end: datetime, lang: Language, *, short: bool, role: Role) -> str:
    start, end = start.astimezone(STOCKHOLM), end.astimezone(STOCKHOLM)
    on = "" if lang == "sv" or short else "on "
    if start == end:
        return _preposed(on, say_moment(start, lang, short=short), role)
    until = _clock(end.time(), lang)
    same_day = start.date() == end.date()
    if not same_day and end.time() == time() and end.date() - start.date() == timedelta(days=1):
        same_day, until = True, "24.00" if lang == "sv" else "24:00"
    since = _clock(start.time(), lang)
    if same_day:
        joint = " kl. " if lang == "sv" else ", "
        return _preposed(on, f"{say_day(start, lang, short=short)}{joint}{since}–{until}", role)
    clock = " kl. " if lang == "sv" else " at "
    if short and end.date() - start.date() == timedelta(days=1):
        return f"{say_day(start, lang, short=True)}{clock}{since} – {_weekday(end, lang, short=True)} {until}"
    first = say_day(start, lang, short=short, year=start.year != end.year)
    return _preposed(on, f"{first}{clock}{since} – {say_day(end, lang, short=short)}{clock}{until}", role)


def _days(start: date, end: date, lang: Language, *, short: bool) -> str:
    if start == end:
        return say_day(start, lang, short=short)
    month = _month(end, lang, short=short)
    if (start.year, start.month) == (end.year, end.month):
        if end - start == timedelta(days=1):
            weekdays = f"{_weekday(start, lang, short=short)}–{_weekday(end, lang, short=short)}"
            return f"{weekdays} {start.day}–{end.day} {month} {end.year}"
        if short:
            return f"{start.day}–{end.day} {month} {end.year}"
        return (
            f"{_weekday(start, lang, short=False)} {start.day} – {_weekday(end, lang, short=False)} {end.day} "
            f"{month} {end.year}"
        )
    first = say_day(start, lang, short=short, weekday=not short, year=start.year != end.year)
    return f"{first} – {say_day(end, lang, short=short, weekday=not short)}"


def _coarse(when: When, start: date, end: date, lang: Language, *, short: bool, role: Role) -> str:
    swedish = lang == "sv"
    part = _PART.search(when.text)
    period, preposition = _period(when.precision, start, end, lang, short=short)
    if part:
        word = PARTS[part.group(1).lower()]
        period = f"{word[0]} av {period}" if swedish else f"the {word[1]} of {period}"
        preposition = "i" if swedish else ("in" if word[1] == "middle" else "at")
    return _preposed(f"{preposition} " if preposition else "", period, role)


def _period(precision: Precision, start: date, end: date, lang: Language, *, short: bool) -> tuple[str, str]:
    """A coarse period's name, and the preposition it takes after a verb."""
    swedish = lang == "sv"
    match precision:
        case "week":
            return _weeks(start, end, lang, short=short), "" if swedish else "in"
        case "quarter" if start.month % 3 == 1 and _runs(start, end, 3):
            number = QUARTERS[lang][(start.month - 1) // 3]
            name = f"{number} kvartalet {start.year}" if swedish else f"the {number} quarter of {start.year}"
            return name, "under" if swedish else "in"
        case "season" if start.month in SEASONS and _runs(start, end, 3):
            name = SEASONS[start.month][0 if swedish else 1]
            years = str(start.year) if start.year == end.year else f"{start.year}/{end.year % 100:02d}"
            return f"{name} {years}", "under" if swedish else "in"
        case "half_year" if start.month in (1, 7) and _runs(start, end, 6):
            number = QUARTERS[lang][(start.month - 1) // 6]
            name = f"{number} halvåret {start.year}" if swedish else f"the {number} half of {start.year}"
            return name, "under" if swedish else "in"
        case "year" if start.month == 1:
            years = str(start.year) if start.year == end.year else f"{start.year}–{end.year}"
            return years, "under" if swedish else "in"
        case _:
            return _months(start, end, lang, short=short), "i" if swedish else "in"


def _weeks(start: date, end: date, lang: Language, *, short: bool) -> str:
    year, first, _ = start.isocalendar()
    last = end.isocalendar().week
    number = str(first) if first == last else f"{first}–{last}"
    days = _plain_days(start, end, lang, short=short, year=start.year != end.year)
    if lang == "sv":
        return f"vecka {number} {year} ({days})"
    return f"{'week' if first == last else 'weeks'} {number} of {year} ({days})"


def _plain_days(start: date, end: date, lang: Language, *, short: bool, year: bool) -> str:
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{say_day(end, lang, short=short, weekday=False, year=year)}"
    return " – ".join(say_day(day, lang, short=short, weekday=False, year=year) for day in (start, end))


def _months(start: date, end: date, lang: Language, *, short: bool) -> str:
    last = f"{_month(end, lang, short=short)} {end.year}"
    if (start.year, start.month) == (end.year, end.month):
        return last
    if start.year == end.year:
        return f"{_month(start, lang, short=short)}–{last}"
    return f"{_month(start, lang, short=short)} {start.year} – {last}"


def _turn(text: str, start: date, end: date, lang: Language, *, short: bool, role: Role) -> str | None:
    """The turn of the year or the half-year, which the page uses as if it were a day."""
    if "årsskifte" not in text.lower() or end - start != timedelta(days=1):
        return None
    days = _plain_days(start, end, lang, short=short, year=False)
    if "halvårsskifte" in text.lower():
        name = f"halvårsskiftet {end.year}" if lang == "sv" else f"mid-year {end.year}"
    elif lang == "sv":
        name = f"årsskiftet {start.year}/{end.year % 100:02d}"
    else:
        name = f"the turn of the year {start.year}/{end.year % 100:02d}"
    return _preposed("vid " if lang == "sv" else "at ", f"{name} ({days})", role)


def _preposed(preposition: str, words: str, role: Role) -> str:
    return preposition + words if role == "adverb" else words


def _runs(start: date, end: date, months: int) -> bool:
    stop = _add_months(start.replace(day=1), months - 1)
    return (end.year, end.month) == (stop.year, stop.month) and end.day >= monthrange(end.year, end.month)[1] - 1


def _is_plain_day(when: When) -> bool:
    return when.precision == "day" and (when.start is None or when.end is None or when.start == when.end)


def _weekday(day: date, lang: Language, *, short: bool) -> str:
    return (SHORT_WEEKDAYS if short else WEEKDAYS)[lang][day.weekday()]


def _month(day: date, lang: Language, *, short: bool) -> str:
    return (SHORT_MONTHS if short else MONTHS)[lang][day.month - 1]


def _clock(value: time, lang: Language) -> str:
    return value.strftime("%H.%M" if lang == "sv" else "%H:%M")
