"""What clients ask of a lifecycle document, written down as checks: endoflife.date v1 1.2.1, v0, and Renovate."""

from __future__ import annotations

import re
from typing import Any

DATE = {"type": "string", "format": "date"}
MAYBE_DATE = {"type": ["string", "null"], "format": "date"}
MAYBE_TEXT = {"type": ["string", "null"]}
NAMES = {"type": "array", "items": {"type": "string"}}


def _object(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": {**required, **(optional or {})}}


URI = _object({"name": {"type": "string"}, "uri": {"type": "string", "format": "uri"}})
VERSION = _object(
    {"name": {"type": "string"}, "date": MAYBE_DATE, "link": {"type": ["string", "null"], "format": "uri"}}
)
RELEASE = _object(
    {
        "name": {"type": "string", "pattern": r"^[a-z0-9.\-+_]+$"},
        "codename": MAYBE_TEXT,
        "label": {"type": "string"},
        "releaseDate": DATE,
        "isLts": {"type": "boolean"},
        "ltsFrom": MAYBE_DATE,
        "isEol": {"type": "boolean"},
        "eolFrom": MAYBE_DATE,
        "isMaintained": {"type": "boolean"},
        "latest": {"anyOf": [VERSION, {"type": "null"}]},
    },
    {"custom": {"type": ["object", "null"], "additionalProperties": MAYBE_TEXT}},
)
_NAMING = {
    "name": {"type": "string", "pattern": r"^[a-z0-9\-]+$"},
    "label": {"type": "string"},
    "aliases": NAMES,
    "category": {"type": "string"},
    "tags": {**NAMES, "minItems": 1},
}
SUMMARY = _object({**_NAMING, "uri": {"type": "string", "format": "uri"}})
DETAILS = _object(
    {
        **_NAMING,
        "identifiers": {"type": "array", "items": _object({"type": {"type": "string"}, "id": {"type": "string"}})},
        "labels": _object(
            {"eol": {"type": "string"}, "eoas": MAYBE_TEXT, "discontinued": MAYBE_TEXT, "eoes": MAYBE_TEXT}
        ),
        "links": _object(
            {
                "html": {"type": "string", "format": "uri"},
                "icon": {"type": ["string", "null"], "format": "uri"},
                "releasePolicy": {"type": ["string", "null"], "format": "uri"},
            }
        ),
        "releases": {"type": "array", "items": RELEASE},
    },
    {"versionCommand": MAYBE_TEXT},
)


def envelope(result: dict[str, Any], *extras: str) -> dict[str, Any]:
    """The schema of a whole answer."""
    known = {"total": {"type": "integer"}, "last_modified": {"type": "string", "format": "date-time"}}
    return _object(
        {
            "schema_version": {"type": "string"},
            "generated_at": {"type": "string", "format": "date-time"},
            **{extra: known[extra] for extra in extras},
            "result": result,
        }
    )


def listed(schema: dict[str, Any]) -> dict[str, Any]:
    """A list of what the schema describes."""
    return {"type": "array", "items": schema}


V0_CYCLE = {
    "type": "object",
    "required": ["cycle", "eol", "lts", "support"],
    "properties": {
        "cycle": {"type": "string"},
        "releaseDate": DATE,
        "eol": {"anyOf": [{"type": "boolean"}, DATE]},
        "latest": {"type": "string"},
        "latestReleaseDate": DATE,
        "link": {"type": "string", "format": "uri"},
        "lts": {"anyOf": [{"type": "boolean"}, DATE]},
        "support": {"anyOf": [{"type": "boolean"}, DATE]},
    },
}

_RENOVATE_TEXTS = ("releaseTimestamp", "changelogUrl", "changelogContent", "sourceUrl", "sourceDirectory", "digest")


def renovate_faults(document: Any, today: str) -> list[str]:
    """What Renovate 44's own schema refuses, and what it takes and then does wrong with."""
    faults = []
    if not isinstance(document.get("releases"), list):
        faults.append("releases is no list")
    faults += [
        f"{key} is no string"
        for key in ("sourceUrl", "sourceDirectory", "changelogUrl", "homepage")
        if key in document and not isinstance(document[key], str)
    ]
    tags = document.get("tags", {})
    faults += [f"tag {name} is no string" for name, tag in tags.items() if not isinstance(tag, str)]
    for release in document.get("releases", []):
        name = release.get("version")
        if not isinstance(name, str):
            faults.append(f"version {name!r} is no string")
        faults += [
            f"{name}: {key} is no string"
            for key in _RENOVATE_TEXTS
            if key in release and not isinstance(release[key], str)
        ]
        faults += [
            f"{name}: {key} is no boolean"
            for key in ("isDeprecated", "isStable")
            if key in release and not isinstance(release[key], bool)
        ]
        stamp = release.get("releaseTimestamp")
        if stamp is not None and not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp):
            faults.append(f"{name}: {stamp} is no timestamp")
        if stamp is not None and stamp[:10] > today:
            faults.append(f"{name}: proposed although it is not released")
    return faults
