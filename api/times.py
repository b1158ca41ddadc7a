"""Days and instants as clients may write them: ISO 8601 in words of text, nothing else.

Left to itself the parser takes 0 for the first of January 1970, and a mistake becomes an answer.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:.]+([Zz]|[+-][0-9]{2}:[0-9]{2})")


def _only_day(value: Any) -> Any:
    if not isinstance(value, date) and not (isinstance(value, str) and _DAY.fullmatch(value)):
        raise ValueError("expected a day such as 2026-05-04")
    return value


def _only_moment(value: Any) -> Any:
    if not isinstance(value, date) and not (isinstance(value, str) and _MOMENT.fullmatch(value)):
        raise ValueError("expected an instant with its offset, such as 2026-05-04T12:00:00Z")
    return value


Day = Annotated[date, BeforeValidator(_only_day)]
Moment = Annotated[AwareDatetime, BeforeValidator(_only_moment)]
