"""What a client may ask: the query parameters of the lists and feeds. An unknown parameter is refused, not ignored."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from api.problems import unusable
from api.schemas import RunText
from api.times import Day, Moment
from monitor.model import DeliveryState, EventFilter, Language, MessageKind, Origin, Severity
from monitor.publish.calendar import CalendarKind

ID = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"

Word = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Words = Annotated[list[Word], Field(max_length=100)]
Cursor = Annotated[str | None, Field(pattern=r"^[ab]\.[0-9]{1,15}$", description="`next` of the part before.")]
NumberCursor = Annotated[str | None, Field(pattern=r"^[0-9]{1,15}$", description="`next` of the part before.")]
IdCursor = Annotated[str | None, Field(pattern=ID, description="`next` of the part before.")]
Days = Annotated[str, Field(pattern=r"^[0-9]{1,4}d$", examples=["90d"])]
Format = Literal["json", "csv", "ndjson"]
Limit = Annotated[int, Field(ge=1, le=1_000)]

_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2900, 1, 1, tzinfo=UTC)


class Asked(BaseModel):
    """A query, whole."""

    model_config = ConfigDict(extra="forbid")


class FilterQuery(Asked):
    """Which events: an empty part does not narrow, several values of one part widen it."""

    service: Annotated[Words, Field(description="A service's own events and those that affect it.")] = []
    page: Annotated[Words, Field(description="Page key, such as `ssbtek-release`.")] = []
    type: Annotated[
        Words,
        Field(description="Event type, or its first half: `closure`.", examples=[["closure", "release.announced"]]),
    ] = []
    version: Annotated[Words, Field(description="Version label; 9 is 9.0.")] = []
    subject: Annotated[Words, Field(description="The stable key of the thing, such as `closing:ssbtek:6`.")] = []
    min_severity: Severity | None = None
    origin: Origin | None = None
    announcement: Annotated[Word | None, Field(description="Id of an announcement.")] = None
    published_from: Day | None = None
    published_until: Day | None = None
    date_from: Annotated[Day | None, Field(description="When it happens: the first day of interest.")] = None
    date_until: Annotated[Day | None, Field(description="When it happens: the last day of interest.")] = None
    seen_from: Annotated[Moment | None, Field(description="When we saw it first, from this instant.")] = None
    seen_until: Moment | None = None
    text: Annotated[Word | None, Field(description="Words in titles, summaries and quotations.")] = None

    def filter(self, *, service: str | None = None, types: tuple[str, ...] = ()) -> EventFilter:
        """The filter of the log; an address that names a service leaves no room for the parameter."""
        if service is not None and self.service:
            raise unusable("The address names the service already; leave the parameter out.")
        return EventFilter(
            services=(service,) if service is not None else tuple(self.service),
            pages=tuple(self.page),
            types=tuple(self.type) or types,
            versions=tuple(self.version),
            subjects=tuple(self.subject),
            min_severity=self.min_severity,
            origin=self.origin,
            announcement_id=self.announcement,
            published_from=self.published_from,
            published_until=self.published_until,
            date_from=self.date_from,
            date_until=self.date_until,
            seen_from=_within_reach(self.seen_from),
            seen_until=_within_reach(self.seen_until),
            text=self.text or None,
        )


def _within_reach(moment: datetime | None) -> datetime | None:
    """The instant in UTC; one so far off that UTC has no name for it becomes one that lies before or after all."""
    if moment is None:
        return None
    return min(max(moment, _EARLIEST), _LATEST).astimezone(UTC)


class EventQuery(FilterQuery):
    """A list of events."""

    after: Annotated[
        int | None, Field(ge=0, le=10**15, description="Walk the log: events after this sequence number, oldest first.")
    ] = None
    cursor: Cursor = None
    limit: Limit = 100
    as_of: Annotated[Day | None, Field(description="Only what the pages had told by the end of this day.")] = None
    format: Format = "json"


class FeedQuery(FilterQuery):
    """A feed."""

    lang: Language = "sv"
    limit: Annotated[int, Field(ge=1, le=500)] = 100


class CalendarQuery(FilterQuery):
    """A calendar."""

    lang: Language = "sv"
    kind: Annotated[list[CalendarKind], Field(max_length=3)] = []
    alarm: Annotated[
        str | None,
        Field(pattern=r"^P[0-9]{1,3}D$", description="A reminder so long before each entry.", examples=["P14D"]),
    ] = None


class VersionQuery(Asked):
    """A list of versions."""

    as_of: Day | None = None
    format: Format = "json"


class AsOfQuery(Asked):
    """One version."""

    as_of: Day | None = None


class PageQuery(Asked):
    """A part of a list."""

    cursor: NumberCursor = None
    limit: Limit = 100


class AnnouncementQuery(Asked):
    """A list of announcements."""

    cursor: IdCursor = None
    limit: Limit = 100
    service: Word | None = None
    page: Word | None = None
    removed: Annotated[bool, Field(description="Also those that left their page.")] = False


class CheckQuery(Asked):
    """A part of the checks."""

    cursor: Annotated[Moment | None, Field(description="`next` of the part before.")] = None
    limit: Limit = 100


class DeliveryQuery(Asked):
    """A list of deliveries."""

    subscription: Word | None = None
    state: Annotated[list[DeliveryState], Field(max_length=6)] = []
    kind: Annotated[list[MessageKind], Field(max_length=11)] = []
    event: Annotated[Word | None, Field(description="Id of an event.")] = None
    cursor: NumberCursor = None
    limit: Limit = 100


class DiffQuery(Asked):
    """Two days."""

    from_day: Annotated[Day, Field(alias="from", examples=["2024-01-01"])]
    to_day: Annotated[Day | None, Field(alias="to", description="Today when left out.")] = None
    service: Word | None = None


class PlanQuery(Asked):
    """What you run."""

    run: Annotated[
        list[RunText], Field(min_length=1, max_length=200, description="SERVICE@VERSION", examples=[["ssbtek@8"]])
    ]
    within: Days = "90d"
    critical: Days = "30d"
    format: Annotated[Literal["json", "csv", "plugin"], Field(description="`plugin`: one line for Icinga.")] = "json"
    lang: Language = "sv"


class LangQuery(Asked):
    """Swedish or English."""

    lang: Language = "sv"


class ServiceQuery(Asked):
    """One service or all."""

    service: Word | None = None


class Place(BaseModel):
    """A place in the log: `a` goes on after it, `b` before it."""

    way: Literal["a", "b"]
    seq: int

    @classmethod
    def read(cls, text: str) -> Self:
        """The place that a cursor, which has been checked, names."""
        way, _, seq = text.partition(".")
        return cls.model_validate({"way": way, "seq": int(seq)})

    def __str__(self) -> str:
        return f"{self.way}.{self.seq}"


def is_id(text: str) -> bool:
    """Whether a text can be an id of ours at all."""
    return re.fullmatch(ID, text) is not None
