"""What a client may ask: the query parameters of the lists and feeds. An unknown parameter is refused, not ignored."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.problems import unusable
from monitor.model import EventFilter, Language, Origin, Severity
from monitor.publish.calendar import CalendarKind

Word = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Words = Annotated[list[Word], Field(max_length=100)]
Day = Annotated[date, Field(ge=date(1990, 1, 1), le=date(2199, 12, 31))]
Moment = Annotated[AwareDatetime, Field(ge=datetime(1990, 1, 1, tzinfo=UTC), le=datetime(2199, 12, 31, tzinfo=UTC))]
Days = Annotated[str, Field(pattern=r"^\d{1,4}d$", examples=["90d"])]
Format = Literal["json", "csv", "ndjson"]
Limit = Annotated[int, Field(ge=1, le=1_000)]

_CURSOR = re.compile(r"([ab])\.(\d{1,15})")
_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


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
            seen_from=self.seen_from.astimezone(UTC) if self.seen_from else None,
            seen_until=self.seen_until.astimezone(UTC) if self.seen_until else None,
            text=self.text or None,
        )


class EventQuery(FilterQuery):
    """A list of events."""

    after: Annotated[
        int | None, Field(ge=0, le=10**15, description="Walk the log: events after this sequence number, oldest first.")
    ] = None
    cursor: Annotated[str | None, Field(max_length=40, description="`next` of the part before.")] = None
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
        Field(pattern=r"^P\d{1,3}D$", description="A reminder so long before each entry.", examples=["P14D"]),
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

    cursor: Annotated[str | None, Field(max_length=40)] = None
    limit: Limit = 100


class AnnouncementQuery(PageQuery):
    """A list of announcements."""

    service: Word | None = None
    page: Word | None = None
    removed: Annotated[bool, Field(description="Also those that left their page.")] = False


class CheckQuery(Asked):
    """A part of the checks."""

    cursor: Annotated[Moment | None, Field(description="`next` of the part before.")] = None
    limit: Limit = 100


class DiffQuery(Asked):
    """Two days."""

    from_day: Annotated[Day, Field(alias="from", examples=["2024-01-01"])]
    to_day: Annotated[Day | None, Field(alias="to", description="Today when left out.")] = None
    service: Word | None = None


class PlanQuery(Asked):
    """What you run."""

    run: Annotated[
        list[Word], Field(min_length=1, max_length=200, description="SERVICE@VERSION", examples=[["ssbtek@8"]])
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


class Cursor(BaseModel):
    """A place in the log: `a` goes on after it, `b` before it."""

    way: Literal["a", "b"]
    seq: int

    @classmethod
    def read(cls, text: str) -> Self:
        """The place that a `next` of ours names."""
        match = _CURSOR.fullmatch(text)
        if match is None:
            raise unusable("cursor: expected the `next` of an earlier answer.")
        return cls.model_construct(way=match.group(1), seq=int(match.group(2)))

    def __str__(self) -> str:
        return f"{self.way}.{self.seq}"


def is_id(text: str) -> bool:
    """Whether a text can be an id of ours at all."""
    return _ID.fullmatch(text) is not None
