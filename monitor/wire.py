"""How the nouns look as JSON: the one mapper between dataclasses and what is stored, answered and sent.

Dates and datetimes are ISO 8601 strings (UTC instants end in "Z"), tuples are lists, absent values are null.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from monitor import model

T = TypeVar("T")

INTERNAL = {"Event": frozenset({"pushed"})}
"""Fields that belong to the machinery and not to the public shape of a noun."""


def to_wire(value: Any, *, internal: bool = False) -> Any:
    """Turn a noun, or anything made of nouns, into what `json.dumps` takes. With `internal`, nothing is left out."""
    if is_dataclass(value) and not isinstance(value, type):
        hidden = frozenset() if internal else INTERNAL.get(type(value).__name__, frozenset())
        return {
            field.name: to_wire(getattr(value, field.name), internal=internal)
            for field in fields(value)
            if field.name not in hidden
        }
    if isinstance(value, datetime):
        return instant(value) if value.tzinfo is UTC else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, tuple | list):
        return [to_wire(element, internal=internal) for element in value]
    return value


def instant(value: datetime) -> str:
    """An instant in UTC, ending in "Z"."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def from_wire(kind: type[T], data: Any) -> T:
    """Turn what `to_wire` made back into a noun of `kind`. Raises ValueError where the data does not fit."""
    decoded: T = _decode(kind, data)
    return decoded


def day_or_instant(text: str) -> date | datetime:
    """An ISO day, or an ISO datetime; UTC instants come back in UTC."""
    if len(text) == 10:
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if text.endswith("Z") else moment


@cache
def _hints(kind: type) -> dict[str, Any]:
    # Twice: otherwise a class's own field called `date` would hide the type of that name.
    return get_type_hints(kind, vars(model), vars(model))


def _decode(kind: Any, data: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return _decode_union(get_args(kind), data)
    if origin is Literal:
        if data not in get_args(kind):
            raise ValueError(f"expected one of {', '.join(map(str, get_args(kind)))}, got {data!r}")
        return data
    if origin is tuple:
        return tuple(_decode(get_args(kind)[0], element) for element in data)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{name: _decode(hints[name], value) for name, value in data.items() if name in hints})
    if kind in (date, datetime):
        return day_or_instant(data)
    if kind is timedelta:
        return timedelta(seconds=data)
    return data


def _decode_union(members: tuple[Any, ...], data: Any) -> Any:
    if data is None and NoneType in members:
        return None
    members = tuple(member for member in members if member is not NoneType)
    if len(members) > 1 and isinstance(data, dict):
        for member in members:
            if data.get("kind") in get_args(_hints(member).get("kind")):
                return _decode(member, data)
        raise ValueError(f"no kind of claim is called {data.get('kind')!r}")
    return _decode(members[0], data)
