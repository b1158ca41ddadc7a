"""Version labels: compared as numbers, ordered newest first, written so that they fit in addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable

from monitor.model import Version

_NUMBERS = re.compile(r"^[vV]?\s*(\d+(?:\.\d+)*)$")
_UNFIT = re.compile(r"[^a-z0-9.\-+_]+")

LabelKey = tuple[int, tuple[int, ...], str]


def label_key(label: str) -> LabelKey:
    """What labels compare by: 9 is 9.0 and V9, 7.1 is not 7, and 10 comes after 9. Words come before numbers."""
    match = _NUMBERS.match(label.strip())
    if match is None:
        return 0, (), label.strip().casefold()
    numbers = [int(part) for part in match.group(1).split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    return 1, tuple(numbers), ""


def newest_first(versions: Iterable[Version]) -> list[Version]:
    """Versions with the highest label first."""
    return sorted(versions, key=lambda version: label_key(version.version), reverse=True)


def slug(label: str) -> str:
    """The label as lifecycle clients take it in an address: lower case ASCII, no slash and no space."""
    return _UNFIT.sub("-", label.strip().lower()).strip("-") or "0"


def find(versions: Iterable[Version], label: str) -> Version | None:
    """The version that a label names, whichever way it is written."""
    wanted = label_key(label)
    for version in versions:
        if label_key(version.version) == wanted or slug(version.version) == label.lower():
            return version
    return None
