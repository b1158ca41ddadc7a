"""Pages in the agency's markup with made-up words, built from a few of them. Days are counted from today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import escape
from zoneinfo import ZoneInfo

MONTHS = (
    "januari februari mars april maj juni juli augusti september oktober november december".split()  # noqa: SIM905
)


def day(offset: int) -> date:
    """The day so many days from today, in Stockholm."""
    return datetime.now(ZoneInfo("Europe/Stockholm")).date() + timedelta(days=offset)


def written(on: date) -> str:
    """A day as the agency writes it in a sentence: "31 mars 2027"."""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


@dataclass(frozen=True)
class Item:
    """An announcement. `stamp` and `updated` are days; each paragraph is plain text."""

    heading: str
    stamp: date
    paragraphs: tuple[str, ...]
    updated: date | None = None

    def html(self, mark: str) -> str:
        """Its portlet; `mark` goes into what may differ in each answer."""
        stamp = f"(Publicerad {self.stamp.isoformat()}"
        stamp += f", uppdaterad {self.updated.isoformat()})" if self.updated else ")"
        text = "".join(f'<p class="sv-font-normal x{mark}">{escape(each)}</p>' for each in (stamp, *self.paragraphs))
        return _portlet(f'<h2 class="sv-font-h2" id="h-{mark}">{escape(self.heading)}</h2>{text}', mark)


@dataclass(frozen=True)
class Overview:
    """The list of versions: (version, day it went live, what stands under closing)."""

    stamp: date
    rows: tuple[tuple[str, date, str], ...]
    heading: str = "Översikt över versioner"

    def html(self, mark: str) -> str:
        """Its portlet with a table."""
        head = "".join(
            f"<td><p><strong>{name}</strong></p></td>"
            for name in ("Version", "Sammanfattning innehåll", "Driftsättningsdatum", "Stängning av version")
        )
        rows = "".join(
            f"<tr><td><p>{version}</p></td><td><p>Nya uppgifter</p></td>"
            f"<td><p>{live.isoformat()}</p></td><td><p>{closes}</p></td></tr>"
            for version, live, closes in self.rows
        )
        return _portlet(
            f'<h2 class="sv-font-h2">{self.heading}</h2><p>(Publicerad {self.stamp.isoformat()})</p>'
            f'<table class="sv-standard c{mark}"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>',
            mark,
        )


def page(
    *items: Item | Overview,
    title: str = "Releaseinformation för SSBTEK",
    updated: date | None = None,
    related: Sequence[tuple[str, str]] = (),
    mark: str = "a",
) -> str:
    """A whole page. With `mark` "{nonce}" and a site page that has `nonce` set, classes and ids differ each time."""
    links = "".join(f'<li><a href="{url}">{escape(text)}</a></li>' for text, url in related)
    box = f'<nav class="sv-related"><h2>Relaterade länkar</h2><ul>{links}</ul></nav>' if related else ""
    return f"""<!DOCTYPE html>
<html lang="sv"><head><meta charset="UTF-8"><title>{escape(title)}</title>
<script nonce="{mark}">document.documentElement.classList.add('sv-js')</script></head>
<body class="sv-responsive env-{mark}"><main id="innehall"><div class="pagecontent sv-layout" id="svid94_{mark}">
{_portlet(f'<h1 class="sv-font-h1">{escape(title)}</h1>', mark)}
{"".join(item.html(mark) for item in items)}
{box}</div><div class="sv-text-portlet"><p>Senast uppdaterad</p><p>{(updated or day(-1)).isoformat()}</p></div></main>
<script nonce="{mark}">AppRegistry.registerInitialState('12.{mark}',{{"route":"/"}});</script></body></html>"""


def _portlet(html: str, mark: str) -> str:
    inner = f'<div class="sv-text-portlet-content">{html}</div>'
    return f'<div class="sv-text-portlet sv-use-margins" id="svid12_{mark}">{inner}</div>\n'


# --- a page that most stories begin with --------------------------------------------------------------------------

RELEASED = Item(
    "SSBTEK version 10 är i drift",
    day(-120),
    (f"SSBTEK version 10 driftsattes den {written(day(-121))} och är aktuell version.",),
)
OVERVIEW = Overview(
    day(-120),
    (
        ("8", day(-1400), day(-90).isoformat()),
        ("9", day(-700), "Ej inplanerat"),
        ("10", day(-121), "Ej inplanerat"),
    ),
)
STAFFING = Item(
    "Bemanning under sommaren",
    day(-200),
    ("Under sommaren kan det ta längre tid att få svar på frågor till förvaltningen.",),
)
START = (RELEASED, OVERVIEW, STAFFING)

CLOSING = Item(
    "Version 9 av SSBTEK stängs",
    day(-1),
    (
        f"Version 9 av SSBTEK stängs den {written(day(150))}. Byt till version 10 i god tid.",
        f"SSBTEK version 11 driftsätts den {written(day(60))}.",
    ),
)
