"""JSON as we write it everywhere: UTF-8, nothing escaped that need not be, and no letter that UTF-8 cannot hold."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from monitor.wire import to_wire

JSON_TYPE = "application/json"
NDJSON_TYPE = "application/x-ndjson"


def json_bytes(value: Any) -> bytes:
    """A JSON value, or nouns, as bytes."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def ndjson(items: Iterable[Any]) -> bytes:
    """Nouns or JSON values, one a line."""
    return b"".join(json_bytes(item) + b"\n" for item in items)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(element) for key, element in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(element) for element in value]
    return to_wire(value)
