"""The shapes of the answers, for the OpenAPI document and for generated clients.

The bytes come from `monitor.wire`; a test holds each of these against the noun that it describes.
"""

from __future__ import annotations

from datetime import UTC, datetime
from datetime import date as day
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from api.times import Moment
from monitor.model import (
    Basis,
    ClosingState,
    Component,
    DeliveryState,
    Digest,
    Environment,
    EventType,
    Filter,
    Hint,
    Known,
    Language,
    MessageKind,
    Origin,
    Outcome,
    PageKind,
    Precision,
    QuietHours,
    Severity,
    VersionStatus,
)

Stamp = day | datetime
RunText = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,80}@[A-Za-z0-9._+-]{1,40}$", examples=["ssbtek@8"])]
ClockText = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["08:00"])]
T = TypeVar("T")


class Out(BaseModel):
    """An answer; clients must expect that it grows."""

    model_config = ConfigDict(extra="allow", json_schema_serialization_defaults_required=True)


class ListOut(Out, Generic[T]):
    """A list, and where it goes on."""

    items: list[T]
    next: Annotated[str | None, Field(description="Cursor of the next part; null when this was the last.")]


class WhenOut(Out):
    """A date as the agency wrote it; ends are inclusive, null is open."""

    start: Stamp | None
    end: Stamp | None
    precision: Precision
    text: str
    year_inferred: bool

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "start": "2024-05-18",
                    "end": "2024-05-19",
                    "precision": "day",
                    "text": "18–19 maj 2024",
                    "year_inferred": False,
                }
            ]
        }
    )


class TextOut(Out):
    """A sentence in Swedish and English."""

    sv: str
    en: str


class QuotationOut(Out):
    """One place that says it, word for word."""

    page: str
    announcement_id: str
    evidence: str


class AffectedOut(Out):
    """A service that is concerned; no versions means the service as such."""

    service: str
    versions: list[str]


class ComponentOut(Out):
    """A sub-service inside a version."""

    service: str
    version: str | None


class EventOut(Out):
    """What an IT team acts on."""

    id: str
    seq: int
    type: EventType
    subject: str
    service: str
    page: str
    announcement_id: str | None
    statements: list[QuotationOut]
    published: Stamp | None
    seen_at: datetime
    revision: int
    origin: Origin
    basis: Basis
    derivation: str | None
    severity: Severity
    title: TextOut
    summary: TextOut
    action: TextOut | None
    evidence: str | None
    url: str
    version: str | None
    date: WhenOut | None
    previous_date: WhenOut | None
    state: ClosingState | None
    code_list: str | None
    code: str | None
    label: str | None
    owner: str | None
    affects: list[AffectedOut]
    environment: Environment | None
    components: list[ComponentOut]
    hints: list[Hint]
    corrects: str | None


class HistoryEntryOut(Out):
    """One statement ever read about a version."""

    type: str
    date: WhenOut | None
    state: ClosingState | None
    basis: Basis
    derivation: str | None
    page: str
    announcement_id: str
    published: Stamp | None
    known_on: day
    evidence: str


class ContradictionOut(Out):
    """Two statements that cannot both hold."""

    about: Literal["released", "closes"]
    holds: QuotationOut
    against: QuotationOut


class SourceNewestOut(Out):
    """How fresh the source is."""

    stamp: Stamp | None
    change_seen_at: datetime | None


class VersionOut(Out):
    """A version as it stands on the day asked."""

    service: str
    version: str
    status: VersionStatus
    is_current: bool
    released: WhenOut | None
    closes: WhenOut | None
    closing_state: ClosingState
    closing_confirmed: bool
    safe_until: day | None
    components: list[ComponentOut]
    contradictions: list[ContradictionOut]
    history: list[HistoryEntryOut]
    source_newest: SourceNewestOut
    known: Known | None


class ServiceOut(Out):
    """A service with what matters first."""

    service: str
    name: str
    pages: list[str]
    current: str | None
    next_closing: VersionOut | None
    versions: int


class AnnouncementOut(Out):
    """A heading with what stands under it, word for word."""

    id: str
    page: str
    service: str
    heading: str
    published: Stamp | None
    updated: Stamp | None
    text: str
    html: str
    url: str
    position: int
    removed_at: datetime | None
    kind: Literal["item", "overview"]
    ordinal: int
    first_seen_at: datetime
    changed_at: datetime
    absent: int
    edits: int
    reference_on: day | None


class PieceOut(Out):
    """A run of words that stayed, came or went."""

    op: Literal["equal", "insert", "delete"]
    text: str


class AnnouncementChangeOut(Out):
    """The words of an announcement at one time, and what was changed since the time before."""

    seen_at: datetime
    heading: str
    published: Stamp | None
    updated: Stamp | None
    text: str
    snapshot_id: str | None
    diff: list[PieceOut]


class AnnouncementHistoryOut(AnnouncementOut):
    """An announcement with all its texts, oldest first, and its events."""

    history: list[AnnouncementChangeOut]
    events: list[EventOut]


class PageOut(Out):
    """A watched page."""

    key: str
    service: str
    kind: PageKind
    url: str
    every: float
    confirmed: bool


class CheckOut(Out):
    """One look at one page."""

    page: str
    started_at: datetime
    ended_at: datetime
    outcome: Outcome
    status_code: int | None
    reason: str | None
    detail: str | None
    final_url: str | None
    items: int | None
    events: int
    bytes: int | None


class SightingOut(Out):
    """One time a content stood on its page; `id` names the content."""

    number: int
    id: str
    page: str
    url: str
    fetched_at: datetime
    digest: str
    sha256: str
    size: int
    content_type: str | None


class PageHealthOut(Out):
    """How our watching of a page stands."""

    page: PageOut
    url: str
    state: Literal["unconfirmed", "ok", "unreadable", "failing", "moved"]
    since: datetime | None
    last_check: CheckOut | None
    last_good_at: datetime | None
    last_changed_at: datetime | None
    page_updated: Stamp | None
    announcements: int
    failures: int
    suggested_url: str | None
    due_at: datetime | None


class CodeOut(Out):
    """A value of a code list, and the events that tell of it."""

    code: str | None
    label: str | None
    owner: str | None
    added: WhenOut | None
    removed: WhenOut | None
    is_removed: bool
    events: list[str]


class CodeListOut(Out):
    """A code list of a service as it grew; null for benefits and payments without a code."""

    service: str
    code_list: str | None
    codes: list[CodeOut]


class VersionChangeOut(Out):
    """A version before and after; null where it was not known."""

    service: str
    version: str
    before: VersionOut | None
    after: VersionOut | None
    changed: list[str]


class DiffOut(Out):
    """What was said between the ends of two days in Stockholm."""

    from_day: Annotated[day, Field(alias="from")]
    to_day: Annotated[day, Field(alias="to")]
    events: list[EventOut]
    versions: list[VersionChangeOut]


class RunOut(Out):
    """One installation."""

    service: str
    version: str
    customer: str | None
    environment: str | None
    contact: str | None


class ProofOut(Out):
    """Where the agency says so."""

    evidence: str
    page: str
    announcement_id: str
    published: Stamp | None
    url: str | None


class WorkOut(Out):
    """One piece of work for one run."""

    run: RunOut
    kind: Literal["closing", "certificate", "change", "window", "unknown"]
    level: Literal["ok", "warning", "critical", "unknown"]
    type: EventType | None
    event_id: str | None
    subject: str | None
    via: ComponentOut | None
    may_concern: bool
    date: WhenOut | None
    closing_state: ClosingState | None
    closing_confirmed: bool | None
    is_over: bool
    safe_until: day | None
    days_left: int | None
    move_to: str | None
    move_to_planned: bool
    notice_days: int | None
    moves: int
    basis: Basis | None
    derivation: str | None
    proof: ProofOut | None
    detail_sv: str
    detail_en: str


class PlanOut(Out):
    """What happens to what you run, the most pressing first."""

    today: day
    within_days: int
    critical_days: int
    level: Literal["ok", "warning", "critical", "unknown"]
    exit_code: Annotated[int, Field(description="0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN")]
    stale: bool
    work: list[WorkOut]


class RunIn(BaseModel):
    """One installation: which version of which service, whose it is and who answers for it."""

    model_config = ConfigDict(extra="forbid")

    service: Annotated[str, Field(min_length=1, max_length=80)]
    version: Annotated[str, Field(min_length=1, max_length=40)]
    customer: Annotated[str | None, Field(max_length=200)] = None
    environment: Annotated[str | None, Field(max_length=200)] = None
    contact: Annotated[str | None, Field(max_length=200)] = None


class PlanIn(BaseModel):
    """An inventory."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "runs": [
                        {
                            "customer": "Exempelkommun",
                            "environment": "produktion",
                            "service": "ssbtek",
                            "version": "8",
                            "contact": "drift@kommun.example",
                        }
                    ],
                    "within": "90d",
                    "critical": "30d",
                }
            ]
        },
    )

    runs: Annotated[list[RunIn], Field(min_length=1, max_length=10_000)]
    within: Annotated[str, Field(pattern=r"^[0-9]{1,4}d$")] = "90d"
    critical: Annotated[str, Field(pattern=r"^[0-9]{1,4}d$")] = "30d"


class FaultOut(Out):
    """What is wrong with one part of a request."""

    location: list[str]
    message: str


class ProblemOut(Out):
    """A problem document (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FaultOut] | None = None


# --- channels -----------------------------------------------------------------------------------------------------


class FilterOut(Out):
    """Which events a channel wants; an empty part does not narrow."""

    services: list[str]
    pages: list[str]
    types: list[str]
    min_severity: Severity | None
    run: list[ComponentOut]


class DigestOut(Out):
    """One message a day or a week."""

    every: Literal["daily", "weekly"]
    at: str
    weekday: int


class QuietHoursOut(Out):
    """When only what is happening now gets through."""

    start: str
    end: str


class SubscriptionOut(Out):
    """A channel and how it fares; its address is masked."""

    id: str
    kind: str
    name: str
    owner: str | None
    lang: Language
    address: str
    filter: FilterOut
    operator: bool
    reminders: bool
    heartbeat: bool
    digest: DigestOut | None
    quiet: QuietHoursOut | None
    mute_until: datetime | None
    created_at: datetime
    declared: bool
    verified_at: datetime | None
    disabled_at: datetime | None
    disabled_reason: str | None
    failing_since: datetime | None
    failures: int
    parked_until: datetime | None
    last_delivered_at: datetime | None


class NewSubscriptionOut(SubscriptionOut):
    """A channel that was just added; `secret` verifies a webhook's signatures and is shown this once."""

    secret: str | None


class SecretOut(Out):
    """A signing secret, shown this once."""

    secret: str


class QueuedOut(Out):
    """The deliveries that were put in the queue."""

    deliveries: list[str]


class DeliveryOut(Out):
    """One message to one channel, and what became of it."""

    id: str
    subscription_id: str
    kind: MessageKind
    key: str
    message_id: str
    state: DeliveryState
    reason: str | None
    events: list[str]
    subjects: list[str]
    created_at: datetime
    due_at: datetime
    expires_at: datetime | None
    attempts: int
    finished_at: datetime | None
    last_status: int | None
    merged_into: str | None
    replay_of: str | None


class AttemptOut(Out):
    """One try; secrets in the answer are struck out."""

    number: int
    started_at: datetime
    milliseconds: int | None
    status: int | None
    outcome: str
    detail: str | None
    answer: str
    truncated: bool
    address: str | None
    fenced: bool


class DeliveryWithAttemptsOut(DeliveryOut):
    """A delivery with every try, first to last."""

    tries: list[AttemptOut]


Key = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Keys = Annotated[list[Key], Field(max_length=100)]


class FilterIn(BaseModel):
    """Which events; an empty part does not narrow."""

    model_config = ConfigDict(extra="forbid")

    services: Keys = []
    pages: Keys = []
    types: Keys = []
    min_severity: Severity | None = None
    run: Annotated[list[RunText], Field(max_length=100, description="SERVICE@VERSION")] = []

    def filter(self) -> Filter:
        """As the noun."""
        run = [text.partition("@") for text in self.run]
        return Filter(
            services=tuple(self.services),
            pages=tuple(self.pages),
            types=tuple(self.types),
            min_severity=self.min_severity,
            run=tuple(Component(service=service, version=version) for service, _, version in run),
        )


class DigestIn(BaseModel):
    """One message a day or a week instead of one per announcement; times are Stockholm's."""

    model_config = ConfigDict(extra="forbid")

    every: Literal["daily", "weekly"]
    at: ClockText = "08:00"
    weekday: Annotated[int, Field(strict=True, ge=0, le=6, description="0 is Monday.")] = 0


class QuietHoursIn(BaseModel):
    """From when to when only what is happening now gets through, Stockholm time. Equal times are no quiet hours."""

    model_config = ConfigDict(extra="forbid")

    start: ClockText = "18:00"
    end: ClockText = "07:00"


class SubscriptionChange(BaseModel):
    """What is to change; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str | None, Field(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f]*$")] = None
    owner: Annotated[str | None, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")] = None
    lang: Language | None = None
    filter: FilterIn | None = None
    operator: StrictBool | None = None
    reminders: StrictBool | None = None
    heartbeat: StrictBool | None = None
    digest: DigestIn | None = None
    quiet: QuietHoursIn | None = None
    mute_until: Moment | None = None

    def changes(self) -> dict[str, Any]:
        """The fields that were given, as the noun's. Null ends owner, digest, quiet and mute_until."""
        given: dict[str, Any] = {}
        for name in self.model_fields_set:
            value = getattr(self, name)
            if value is None and name not in ("owner", "digest", "quiet", "mute_until"):
                continue
            match value:
                case FilterIn():
                    given[name] = value.filter()
                case DigestIn():
                    given[name] = Digest(every=value.every, at=value.at, weekday=value.weekday)
                case QuietHoursIn():
                    given[name] = QuietHours(start=value.start, end=value.end) if value.start != value.end else None
                case datetime():
                    given[name] = value.astimezone(UTC)
                case _:
                    given[name] = value
        return given


class SubscriptionIn(SubscriptionChange):
    """A channel to add."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "kind": "webhook",
                    "address": "https://mottagare.example/krok",
                    "name": "Driftens krok",
                    "filter": {"services": ["ssbtek"], "types": ["closure"], "run": ["ssbtek@8"]},
                }
            ]
        },
    )

    kind: Literal["slack", "teams", "webhook", "email", "mattermost"]
    address: Annotated[str, Field(min_length=1, max_length=4_000)]
    headers: Annotated[dict[str, str], Field(max_length=20)] = {}

    def wish(self) -> dict[str, Any]:
        """The fields of a wish."""
        return {**self.changes(), "headers": tuple(self.headers.items())}


class PeriodIn(BaseModel):
    """A stretch of time."""

    model_config = ConfigDict(extra="forbid")

    since: Moment
    until: Moment | None = None
