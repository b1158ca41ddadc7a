"""What a script of an afternoon makes of the pages: BeautifulSoup, dateparser and a handful of regular expressions.

It stands beside our reader in the benchmark of reading, so that the distance is visible.
"""

from __future__ import annotations

import re
import warnings
from datetime import date, datetime
from typing import Any

import dateparser.search
from bs4 import BeautifulSoup

_VERSION = re.compile(r"version(?:en)?\s+(\d+(?:\.\d+)?)", re.IGNORECASE)
_STAMP = re.compile(r"\(?publicera[dt]\D{0,3}(\d{4}-\d{2}-\d{2})", re.IGNORECASE)
_KINDS = (
    ("closure.announced", re.compile(r"stäng(?:s|as|ning)|avvecklas", re.IGNORECASE)),
    ("release.announced", re.compile(r"driftsätt|produktionssätt|ny version", re.IGNORECASE)),
    ("maintenance.scheduled", re.compile(r"servicefönster|underhåll|driftstopp", re.IGNORECASE)),
    ("incident.reported", re.compile(r"störning|fel", re.IGNORECASE)),
    ("certificate.changed", re.compile(r"certifikat", re.IGNORECASE)),
    ("type.added", re.compile(r"ny(?:a|tt)? (?:kod|typ|värde)", re.IGNORECASE)),
)


def read(body: bytes, page: str, retrieved: date) -> dict[tuple[str, str | None], list[dict[str, Any]]]:
    """Each heading of level two with what follows it, and one event of the first kind whose word is found."""
    soup = BeautifulSoup(body, "lxml")
    service = page.rpartition("-")[0]
    found: dict[tuple[str, str | None], list[dict[str, Any]]] = {}
    for heading in soup.find_all("h2"):
        text = " ".join(
            element.get_text(" ", strip=True) for element in heading.find_all_next() if _belongs(element, heading)
        )
        stamp = _STAMP.search(text)
        published = stamp[1] if stamp else None
        title = " ".join(heading.get_text(" ", strip=True).casefold().split())
        found[title, published] = _events(title + " " + text, service, published, retrieved)
    return found


def _belongs(element: Any, heading: Any) -> bool:
    return element.name in ("p", "li", "td") and element.find_previous("h2") is heading


def _events(text: str, service: str, published: str | None, retrieved: date) -> list[dict[str, Any]]:
    kind = next((name for name, pattern in _KINDS if pattern.search(text)), None)
    if kind is None:
        return [{"type": "notice.published"}]
    base = datetime.fromisoformat(published) if published else datetime.combine(retrieved, datetime.min.time())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dates = dateparser.search.search_dates(
            _STAMP.sub("", text)[:2000], languages=["sv"], settings={"RELATIVE_BASE": base}
        )
    day = dates[0][1].date().isoformat() if dates else None
    when = {"start": day, "end": day, "precision": "day"} if day else None
    versions = _VERSION.findall(text) if kind.startswith(("closure", "release")) else [None]
    return [
        {"type": kind, "service": service, "version": version, "date": when, "state": "decided"}
        for version in dict.fromkeys(versions)
    ]
