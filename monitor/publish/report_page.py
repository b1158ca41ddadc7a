"""The account for audits as one page that can be saved and printed: HTML that needs nothing beside itself.

Bytes depend on the account and the language alone. The agency's words and receivers' answers are data, never markup.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from monitor.model import STOCKHOLM, DeliveryState, HistoryEntry, Known, Language, Outcome, Text, VersionStatus, When
from monitor.publish.report import Report
from monitor.wording.names import capital, component_name, in_language, listed, page_name, service_name, version_name
from monitor.wording.when import say_day, say_stamp, say_when

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"

KNOWN: dict[Known, Text] = {
    "observed": Text(sv="läst", en="read"),
    "stamped": Text(sv="enligt stämpel", en="by its stamp"),
    "overview": Text(sv="enligt översikt", en="by an overview"),
}
"""How we know that a page had said something by then, in a word or two; the page explains them."""

STATES: dict[DeliveryState, Text] = {
    "pending": Text(sv="väntade", en="waiting"),
    "delivered": Text(sv="levererat", en="delivered"),
    "accepted": Text(sv="mottaget för vidare befordran", en="accepted for forwarding"),
    "dead": Text(sv="gick inte fram", en="not delivered"),
    "expired": Text(sv="för gammalt, skickades inte", en="too old, not sent"),
    "cancelled": Text(sv="inställt", en="cancelled"),
}
STATUS: dict[VersionStatus, Text] = {
    "planned": Text(sv="kommande", en="planned"),
    "active": Text(sv="i drift", en="in service"),
    "closing": Text(sv="i drift, ska stängas", en="in service, closing"),
    "closed": Text(sv="stängd", en="closed"),
}
OUTCOMES: dict[Outcome, Text] = {
    "changed": Text(sv="läst, nytt innehåll", en="read, new content"),
    "unchanged": Text(sv="läst, oförändrad", en="read, unchanged"),
    "not_modified": Text(sv="oförändrad enligt servern", en="unchanged, says the server"),
    "unreadable": Text(sv="gick inte att tolka", en="could not be read"),
    "failed": Text(sv="gick inte att hämta", en="could not be fetched"),
}
SAID: dict[str, Text] = {
    "planned": Text(sv="planerat", en="planned"),
    "decided": Text(sv="beslutat", en="decided"),
    "closed": Text(sv="stängd", en="closed"),
    "not_planned": Text(sv="inte planerat", en="not planned"),
    "unknown": Text(sv="okänt", en="unknown"),
}
STORIES: dict[str, Text] = {
    "release": Text(sv="Driftsättning", en="Release"),
    "closing": Text(sv="Stängning", en="Closing"),
}


def report_page(report: Report, *, lang: Language = "sv") -> bytes:
    """The account as a printable page, UTF-8."""
    numbers = {told.announcement.id: number for number, told in enumerate(report.announcements, start=1)}
    html = (
        _environment()
        .get_template("report.html")
        .render(
            report=report,
            lang=lang,
            numbers=numbers,
            sent_states=Counter(message.state for message in report.sent),
            KNOWN=KNOWN,
            STATES=STATES,
            STATUS=STATUS,
            OUTCOMES=OUTCOMES,
            **_words(lang),
        )
    )
    return html.encode("utf-8", "replace")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _words(lang: Language) -> dict[str, Callable[..., Any]]:
    """The functions by which the template says things in one language."""

    def t(sv: str, en: str) -> str:
        return sv if lang == "sv" else en

    def when(value: When | None) -> str:
        return say_when(value, lang) if value is not None else ""

    def story(entry: HistoryEntry) -> str:
        said = STORIES.get(entry.type)
        name = in_language(said, lang) if said else t("Uppgift", "Fact")
        words = f"{name}: {when(entry.date)}" if entry.date else name
        return f"{words} ({in_language(SAID[entry.state], lang)})" if entry.state else words

    return {
        "t": t,
        "said": lambda text: in_language(text, lang),
        "sure": lambda state: in_language(SAID[state], lang),
        "when": when,
        "day": lambda value: say_day(value, lang),
        "stamp": lambda value: say_stamp(value, lang, short=False),
        "instant": _instant,
        "story": story,
        "listed": lambda several: listed(several, lang),
        "page_name": lambda key: capital(page_name(key, lang)),
        "service_name": service_name,
        "version_name": version_name,
        "component_name": component_name,
    }


def _instant(value: date | datetime) -> str:
    """An instant to the second on Stockholm's clock with its offset, because the hour of an audit must be certain."""
    if not isinstance(value, datetime):
        return value.isoformat()
    return value.astimezone(STOCKHOLM).isoformat(sep=" ", timespec="seconds")
