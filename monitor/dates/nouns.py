"""What the reading of dates takes and gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from monitor.model import When

Role = Literal["plain", "from", "until", "by", "before", "after", "earliest"]
Tense = Literal["ahead", "past"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """The day from which missing years are counted: an item's stamp, never a clock.

    Without a stamp (`on` None) the stamps of the neighbours bracket it: the item is not younger than `latest` and not
    older than `earliest`. Words like "i kväll" are counted from `on` alone.
    """

    on: date | None
    latest: date | None = None
    earliest: date | None = None

    @property
    def days(self) -> tuple[date, ...]:
        """The days to infer from: the stamp, else the ends of the bracket, else none."""
        if self.on is not None:
            return (self.on,)
        return tuple(day for day in (self.earliest, self.latest) if day is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A date found in a text; `when.text` is exactly `text[start:end]`.

    `role` tells which words stand with it: "from" (från och med), "until" (till och med), "by" (senast), "before"
    (innan, före), "after" (efter), "earliest" (tidigast). `alternatives` are the other readings of words that can be
    read in several ways. `tentative` is set for those, for "cirka" and "preliminärt", and for a target coarser than a
    day ("planerad till vecka 8").
    """

    when: When
    start: int
    end: int
    role: Role
    alternatives: tuple[When, ...] = ()
    tentative: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Times of day without a date. `opens` and `closes` are minutes after midnight (24.00 is 1440), None where open.

    A point has both equal. Where `closes` is not after `opens` the window goes over midnight. `zone` is the offset
    from UTC in minutes when CET, CEST or UTC is written, else None: Swedish time.
    """

    opens: int | None
    closes: int | None
    text: str
    start: int
    end: int
    zone: int | None = None

    @property
    def is_window(self) -> bool:
        """Whether both a beginning and an end are given."""
        return self.opens is not None and self.closes is not None and self.opens != self.closes
