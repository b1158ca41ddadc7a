"""A badge for a README or an intranet page: a version's standing as SVG. Colour never says anything alone."""

from __future__ import annotations

from datetime import date
from html import escape

from monitor.model import Language, Version
from monitor.publish.days import closing_day, is_over, is_released
from monitor.publish.feeds import one_line
from monitor.wording.names import service_name

SVG_TYPE = "image/svg+xml"

# White on each of these has a contrast of at least 4.5 to 1.
_GREY, _GREEN, _AMBER, _RED = "#555555", "#1a7f37", "#9a5b00", "#b3261e"


def badge(service: str, label: str, version: Version | None, *, today: date, lang: Language = "sv") -> bytes:
    """The badge of one version; a version that we do not know gets one that says so."""
    left = one_line(f"{service_name(service)} {version.version if version else label}")[:60]
    right, colour = _standing(version, today, lang)
    return _drawn(left, right, colour)


def _standing(version: Version | None, today: date, lang: Language) -> tuple[str, str]:
    swedish = lang == "sv"
    if version is None:
        return ("okänd" if swedish else "unknown"), _GREY
    day = closing_day(version)
    planned = version.closing_state == "planned"
    if is_over(version, today):
        said = "stängd" if swedish else "closed"
        if day is not None:
            said = f"{said} {day.isoformat()}"
        if not version.closing_confirmed and planned:
            said += " (enligt plan, ej bekräftat)" if swedish else " (as planned, not confirmed)"
        return said, _RED
    if day is not None:
        said = f"{'stängs' if swedish else 'closes'} {day.isoformat()}"
        if planned:
            said += " (planerat)" if swedish else " (planned)"
        return said, _AMBER
    if not is_released(version):
        return ("planerad" if swedish else "planned"), _GREY
    if version.is_current:
        return ("gällande version" if swedish else "current version"), _GREEN
    return ("i drift" if swedish else "in use"), _GREEN


def _drawn(left: str, right: str, colour: str) -> bytes:
    left_width, right_width = _width(left), _width(right)
    whole = left_width + right_width
    said = escape(f"{left}: {right}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="20" viewBox="0 0 {whole} 20" role="img"'
        f' aria-label="{said}"><title>{said}</title>'
        f'<clipPath id="r"><rect width="{whole}" height="20" rx="3"/></clipPath><g clip-path="url(#r)">'
        f'<rect width="{left_width}" height="20" fill="#333333"/>'
        f'<rect x="{left_width}" width="{right_width}" height="20" fill="{colour}"/></g>'
        f'<g fill="#ffffff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">'
        f'<text x="{left_width / 2:g}" y="14" textLength="{left_width - 12}">{escape(left)}</text>'
        f'<text x="{left_width + right_width / 2:g}" y="14" textLength="{right_width - 12}">{escape(right)}</text>'
        f"</g></svg>\n"
    ).encode()


def _width(text: str) -> int:
    """Room for a text in 11 px Verdana, close enough: `textLength` sets the letters to it in any font."""
    narrow = sum(1 for letter in text if letter in "fijlrt.,:;!'|()[] I1")
    wide = sum(1 for letter in text if letter in "mwMWÅÄÖ@%")
    return round(12 + 7 * len(text) - 2.6 * narrow + 3 * wide)
