"""The endoflife.date wire format, v0 and v1 (schema 1.2.1), so that its clients can be pointed at us unchanged.

v0 has no room for what is not known: keys are left out rather than null, and versions that are not in production are
left out whole, because Renovate and its like would propose them. In v1 they stand last, so that the first release of
the list, which clients call the latest, is one that can be called.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from monitor.model import Language, Version
from monitor.publish.days import closing_day, first_day, is_over, is_released, not_later_than
from monitor.publish.labels import find, newest_first, slug
from monitor.wire import instant
from monitor.wording.names import service_name

SCHEMA_VERSION = "1.2.1"
CATEGORY = "service"
TAG = "forsakringskassan"

Document = dict[str, Any]

_CLOSING_WORDS: Mapping[str, str] = {
    "unknown": "okänt",
    "not_planned": "ej planerat",
    "planned": "planerat",
    "decided": "beslutat",
    "closed": "stängd",
}


# --- v0 -----------------------------------------------------------------------------------------------------------


def v0_all(versions: Iterable[Version]) -> list[str]:
    """`/api/all.json`: the products that have something to list."""
    return sorted({version.service for version in versions if is_released(version)})


def v0_product(versions: Iterable[Version], *, today: date, link: str) -> list[Document]:
    """`/api/{product}.json`: the released versions of one service, newest first."""
    released = [version for version in versions if is_released(version)]
    return [_cycle(version, today=today, link=link) for version in newest_first(released)]


def v0_cycle(versions: Iterable[Version], label: str, *, today: date, link: str) -> Document | None:
    """`/api/{product}/{cycle}.json`: one version, without the `cycle` key; None for a version that is not listed."""
    version = find((version for version in versions if is_released(version)), label)
    if version is None:
        return None
    return {key: value for key, value in _cycle(version, today=today, link=link).items() if key != "cycle"}


def _cycle(version: Version, *, today: date, link: str) -> Document:
    closes = closing_day(version)
    over = is_over(version, today)
    cycle: Document = {"cycle": slug(version.version)}
    released = first_day(version.released)
    if released is not None:
        cycle["releaseDate"] = released.isoformat()
    cycle["eol"] = closes.isoformat() if closes is not None else over
    cycle["latest"] = version.version
    if released is not None:
        cycle["latestReleaseDate"] = released.isoformat()
    cycle["link"] = link
    cycle["lts"] = False
    # The sense of a boolean `support` is the opposite of `eol`: true means still supported.
    cycle["support"] = closes.isoformat() if closes is not None else not over
    cycle["closingState"] = version.closing_state
    return cycle


# --- v1 -----------------------------------------------------------------------------------------------------------


def v1_envelope(result: Any, *, changed_at: datetime, total: bool = False, last_modified: bool = False) -> Document:
    """What every v1 answer is wrapped in. `generated_at` is when the data last changed, or no ETag would ever match."""
    envelope: Document = {"schema_version": SCHEMA_VERSION, "generated_at": instant(changed_at)}
    if total:
        envelope["total"] = len(result)
    if last_modified:
        envelope["last_modified"] = instant(changed_at)
    envelope["result"] = result
    return envelope


def v1_uris(names: Iterable[str], *, base_url: str) -> list[Document]:
    """A list of names with their addresses under `base_url`."""
    return [{"name": name, "uri": f"{base_url}/{name}"} for name in names]


def v1_summary(service: str, *, base_url: str) -> Document:
    """A product in a list."""
    return {**_naming(service), "uri": f"{base_url}/api/v1/products/{service}"}


def v1_product(
    service: str, versions: Iterable[Version], *, today: date, base_url: str, link: str, lang: Language = "sv"
) -> Document:
    """A product with its releases."""
    return {
        **_naming(service),
        "versionCommand": None,
        "identifiers": [],
        "labels": {
            "eol": "Stängning" if lang == "sv" else "Closing",
            "eoas": None,
            "discontinued": None,
            "eoes": None,
        },
        "links": {"html": f"{base_url}/{service}", "icon": None, "releasePolicy": link},
        "releases": v1_releases(versions, today=today, link=link),
    }


def v1_releases(versions: Iterable[Version], *, today: date, link: str) -> list[Document]:
    """The releases of one service: newest first, the planned ones after all others; without any day left out."""
    ordered = newest_first(versions)
    ordered = [v for v in ordered if is_released(v)] + [v for v in ordered if not is_released(v)]
    made = (_release(version, today=today, link=link) for version in ordered)
    return [release for release in made if release is not None]


def v1_release(versions: Iterable[Version], name: str, *, today: date, link: str) -> Document | None:
    """One release by its name, or the newest one that is in production for `latest`; None when there is none."""
    kept = tuple(versions)
    if name == "latest":
        released = v1_releases([version for version in kept if is_released(version)], today=today, link=link)
        return released[0] if released else None
    version = find(kept, name)
    return _release(version, today=today, link=link) if version is not None else None


def _naming(service: str) -> Document:
    label = service_name(service)
    aliases = [label] if label != service else []
    return {
        "name": service,
        "label": label,
        "aliases": aliases,
        "category": CATEGORY,
        "tags": sorted({CATEGORY, TAG}),
    }


def _release(version: Version, *, today: date, link: str) -> Document | None:
    stated = first_day(version.released)
    released = stated or not_later_than(version)
    if not is_released(version):
        released = stated
    if released is None:
        return None
    over = is_over(version, today)
    closes = closing_day(version)
    planned = not is_released(version)
    name = slug(version.version)
    return {
        "name": name,
        "codename": None,
        "label": f"{version.version} (planerad)" if planned else version.version,
        "releaseDate": released.isoformat(),
        "isLts": False,
        "ltsFrom": None,
        "isEol": over,
        "eolFrom": closes.isoformat() if closes is not None else None,
        "isMaintained": not over,
        "latest": None if planned else _latest(version, stated, link),
        "custom": {
            "status": version.status,
            "closingState": version.closing_state,
            "closingStateLabel": _CLOSING_WORDS[version.closing_state],
            "closingConfirmed": "true" if version.closing_confirmed else "false",
            "safeUntil": version.safe_until.isoformat() if version.safe_until else None,
            "releaseDateBasis": "stated" if stated is not None else "not-later-than",
            "isCurrent": "true" if version.is_current else "false",
            "sourceUrl": link,
        },
    }


def _latest(version: Version, stated: date | None, link: str) -> Document:
    return {"name": version.version, "date": stated.isoformat() if stated else None, "link": link}
