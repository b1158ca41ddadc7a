"""The few words that feeds, calendars and pictures add to what an event already says, in both languages."""

from __future__ import annotations

from datetime import date, datetime

from monitor.model import STOCKHOLM, Language

SERVICE_NAMES = {
    "ssbtek": "SSBTEK",
    "lefi-online": "LEFI Online",
    "lefi-prenumeration": "LEFI Prenumeration",
}

_MONTHS: dict[Language, tuple[str, ...]] = {
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

UNOFFICIAL = {
    "sv": "Inofficiell bevakning. Källan är Försäkringskassans sida, som alltid gäller före denna text.",
    "en": "Unofficial monitoring. The source is the agency's own page, which always takes precedence over this text.",
}


def service_name(service: str) -> str:
    """The name people know a service by; a key that we have no name for is shown as it is."""
    return SERVICE_NAMES.get(service, service)


def long_day(day: date, lang: Language) -> str:
    """A day in words, such as "20 november 2026"."""
    return f"{day.day} {_MONTHS[lang][day.month - 1]} {day.year}"


def long_moment(moment: date | datetime, lang: Language) -> str:
    """A stamp in words; a clock time, where there is one, is Stockholm's."""
    if not isinstance(moment, datetime):
        return long_day(moment, lang)
    local = moment.astimezone(STOCKHOLM)
    if lang == "sv":
        return f"{long_day(local, lang)} kl. {local:%H.%M}"
    return f"{long_day(local, lang)} at {local:%H:%M}"
