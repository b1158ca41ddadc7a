"""A document for Renovate's `custom` datasource: a pull request when a service gets a new version.

One null in an optional key makes Renovate drop the whole product, so unknown keys are left out; a version that is not
in production is left out too, because Renovate drops a future timestamp and then proposes the version.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from monitor.model import Version
from monitor.publish.days import closing_day, first_day, is_over, is_released
from monitor.publish.labels import newest_first
from monitor.wording.names import service_name


def renovate(versions: Iterable[Version], *, today: date, home_url: str, source_url: str) -> dict[str, Any]:
    """The document for one service. `home_url` is our page about it, `source_url` the agency's."""
    released = [version for version in newest_first(versions) if is_released(version)]
    document: dict[str, Any] = {
        "releases": [_release(version, today=today, source_url=source_url) for version in reversed(released)],
        "homepage": home_url,
        "changelogUrl": source_url,
    }
    current = next((version.version for version in released if version.is_current), None)
    if current is not None:
        document["tags"] = {"latest": current}
    return document


def _release(version: Version, *, today: date, source_url: str) -> dict[str, Any]:
    release: dict[str, Any] = {"version": version.version}
    stated = first_day(version.released)
    if stated is not None and stated <= today:
        release["releaseTimestamp"] = f"{stated.isoformat()}T00:00:00Z"
    if is_over(version, today):
        release["isDeprecated"] = True
    release["changelogUrl"] = source_url
    content = _content(version)
    if content:
        release["changelogContent"] = content
    return release


def _content(version: Version) -> str:
    lines = [
        f"- {service_name(part.service)} {part.version}" if part.version else f"- {service_name(part.service)}"
        for part in version.components
    ]
    closes = closing_day(version)
    if closes is not None:
        state = "planned" if version.closing_state == "planned" else version.closing_state
        lines.append(f"- closes {closes.isoformat()} ({state})")
    return "\n".join(lines)
