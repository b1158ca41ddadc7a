"""Version labels in lists and addresses: ordered newest first, and written as lifecycle clients take them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from monitor.labels import number_of
from monitor.model import Version

_UNFIT = re.compile(r"[^a-z0-9.\-+_]+")


def newest_first(versions: Iterable[Version]) -> list[Version]:
    """Versions with the highest label first."""
    return sorted(versions, key=lambda version: number_of(version.version), reverse=True)


def slug(label: str) -> str:
    """The label as lifecycle clients take it in an address: lower case ASCII, no slash and no space."""
    return _UNFIT.sub("-", label.strip().lower()).strip("-") or "0"


def find(versions: Iterable[Version], label: str) -> Version | None:
    """The version that a label names, whichever way it is written; None also for a label without any number."""
    number = number_of(label)
    return next((version for version in versions if number and number_of(version.version) == number), None)
