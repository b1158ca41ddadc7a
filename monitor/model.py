"""The nouns of Releasevakt. Standard library only.

Everything here is frozen, slotted and keyword-only. Instants are aware datetimes in UTC, except the ends of a
`When`, which carry Stockholm's offset because that is how the agency writes. Names end in `_at` for an instant
and in `_on` for a day; what the agency calls a date, with its precision, is a `When`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")

READER_VERSION = 1
"""Raised whenever the same page would be read differently, so that our progress never looks like the agency's news."""

PageKind = Literal["release", "drift"]
Precision = Literal["minute", "day", "week", "month", "quarter", "season", "half_year", "year"]
ClosingState = Literal["unknown", "not_planned", "planned", "decided", "closed"]
VersionStatus = Literal["planned", "active", "closing", "closed"]
Origin = Literal["agency", "reader", "operator"]
Basis = Literal["stated", "derived"]
Severity = Literal["critical", "major", "minor", "info"]
Urgency = Literal["now", "soon", "planned"]
Environment = Literal["production", "test"]
Hint = Literal["closing", "incident"]
Known = Literal["observed", "stamped", "overview"]
Outcome = Literal["changed", "unchanged", "not_modified", "unreadable", "failed"]
Language = Literal["sv", "en"]

EventType = Literal[
    "release.announced",
    "release.rescheduled",
    "release.withdrawn",
    "closure.announced",
    "closure.rescheduled",
    "closure.withdrawn",
    "type.added",
    "type.removed",
    "content.changed",
    "maintenance.scheduled",
    "maintenance.rescheduled",
    "maintenance.cancelled",
    "incident.reported",
    "incident.updated",
    "incident.resolved",
    "certificate.changed",
    "notice.published",
    "announcement.updated",
    "announcement.removed",
    "event.retracted",
    "page.confirmed",
    "page.unreadable",
    "page.readable",
    "page.failing",
    "page.recovered",
    "page.moved",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A date as the agency wrote it. `start` and `end` are inclusive; None means open on that side.

    Dates for day and coarser precision, datetimes with Stockholm's offset for `minute`. A point has
    `end == start`. `text` is the shortest span of the page that holds the date with its från/till/innan words.
    """

    start: date | datetime | None
    end: date | datetime | None
    precision: Precision
    text: str
    year_inferred: bool = False


# --- what a page looks like -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A watched page: its key, the service it is about, and where it is."""

    key: str
    service: str
    kind: PageKind
    url: str
    every: timedelta = timedelta(minutes=15)
    confirmed: bool = False
    """True where the address is known to be right; otherwise the page is `unconfirmed` until its first good reading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One body as it was fetched, with the validators to ask with next time."""

    page: str
    url: str
    fetched_at: datetime
    body: bytes
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link in the page: its visible words and its absolute address."""

    text: str
    url: str


BlockKind = Literal["heading", "paragraph", "list_item", "row", "caption", "preformatted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One leaf block of text, white space folded, screen-reader trailers dropped; dashes and NBSP as on the page.

    A `row` is a table row: `cells` has its cells (with spans filled in, empty ones as ""), `text` the non-empty
    ones joined by " | ", `table` the ordinal of its table within the item. `level` is a heading's level or a list
    item's depth. `emphasised` holds the words set in bold or italics.
    """

    kind: BlockKind
    text: str
    level: int = 0
    cells: tuple[str, ...] = ()
    header: bool = False
    table: int | None = None
    emphasised: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A label of an overview with the lines under it: ("Driftsättningsdatum", ("2014-05-18",))."""

    label: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One version's panel, or one version's row, of an overview. `title` is "" where the layout lost it.

    `text` is a contiguous substring of the item's text and holds everything of this panel.
    """

    title: str
    entries: tuple[Entry, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A heading with what stands under it. `position` 1 is the top; `ordinal` 1 is the lowest among twins.

    Twins share normalised heading and published stamp. `stamp_text` is the stamp line or lines as written.
    `kind` is "overview" for the list of versions with their dates, whose `panels` are then filled.
    `blocks` has every leaf block under the heading except the stamp lines, panels' blocks included, in page order.
    `text` is the blocks' texts, one a line. `html` is an allow-list form that keeps emphasis, lists, tables, links.
    """

    heading: str
    level: int
    published: date | datetime | None
    updated: date | datetime | None
    stamp_text: str
    blocks: tuple[Block, ...]
    panels: tuple[Panel, ...] = ()
    kind: Literal["item", "overview"] = "item"
    position: int
    ordinal: int = 1
    anchor: str | None = None
    html: str = ""

    @property
    def text(self) -> str:
        """The announcement's text: blocks on lines, as kept and quoted."""
        return "\n".join(block.text for block in self.blocks if block.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Where each leaf block of text in the main content went: `unaccounted` is 0, or `unaccounted_texts` says where."""

    blocks: int
    read: int
    kept: int
    boilerplate: int
    unaccounted: int
    unaccounted_texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A page in its own words: what parse hands to interpret.

    `title` is the h1, `page_updated` the page's own stamp, `related` the links of the related-links box,
    `boilerplate` the texts of blocks inside the main content that belong to no announcement, `outside` those of the
    blocks around the main content.
    """

    page: str
    title: str
    items: tuple[Item, ...]
    page_updated: date | datetime | None
    related: tuple[Link, ...] = ()
    boilerplate: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    coverage: Coverage


# --- what the items say ------------------------------------------------------------------------------------------

Change = Literal["stated", "moved", "put_off", "withdrawn"]
"""What a claim does to its subject: says it, moves it to `date`, puts it off with no new date yet, or calls it off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """A service that a statement concerns, and which of its versions; no versions means the service as such."""

    service: str
    versions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A sub-service's version inside a version: LEFI Online 5.1 in SSBTEK 7.1. `version` None when none is given."""

    service: str
    version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What every claim has: whose it is, the words that prove it, and what it says of time and reach.

    `evidence` is one contiguous substring of the item's heading or text; `order` its place within the item.
    `derivation` tells in Swedish words how a `derived` claim, or one of two possible readings, came about.
    """

    service: str
    evidence: str
    date: When | None = None
    previous_date: When | None = None
    change: Change = "stated"
    basis: Basis = "stated"
    derivation: str | None = None
    affects: tuple[Affected, ...] = ()
    environment: Environment | None = None
    order: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(Said):
    """A version goes or went into production. `version` is the label with leading "V" and ".0" kept as written."""

    kind: Literal["release"] = "release"
    version: str
    is_current: bool = False
    components: tuple[Component, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing(Said):
    """A version closes or closed; `version` None when the whole service does."""

    kind: Literal["closing"] = "closing"
    version: str | None = None
    state: ClosingState = "decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Blanket(Said):
    """Several versions close without being named: all `before` a version, save `spared`. Spread out by settle."""

    kind: Literal["blanket"] = "blanket"
    before: str | None = None
    inclusive: bool = False
    spared: tuple[str, ...] = ()
    state: ClosingState = "decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status(Said):
    """A fact about a version that is no event: it is current, its closing is not planned, what it contains."""

    kind: Literal["status"] = "status"
    version: str
    is_current: bool = False
    closing_state: ClosingState | None = None
    components: tuple[Component, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeCode(Said):
    """A value of a code list comes or goes, or a kind of benefit without a code."""

    kind: Literal["code"] = "code"
    code_list: str | None = None
    code: str | None = None
    label: str | None = None
    owner: str | None = None
    removed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentChange(Said):
    """What the service delivers changes without a new version."""

    kind: Literal["content"] = "content"
    owner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintenance(Said):
    """A planned window."""

    kind: Literal["maintenance"] = "maintenance"
    topic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident(Said):
    """A disturbance at one stage. `follows` says that the words point back to an earlier notice."""

    kind: Literal["incident"] = "incident"
    stage: Literal["reported", "updated", "resolved"] = "reported"
    topic: str = ""
    follows: bool = False
    owner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateChange(Said):
    """Certificates, keys or addresses that a client must change."""

    kind: Literal["certificate"] = "certificate"
    topic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Said):
    """Nothing else came out of the announcement; `hints` say what the independent word scan suspects in it."""

    kind: Literal["notice"] = "notice"
    hints: tuple[Hint, ...] = ()


Claim = (
    Release
    | Closing
    | Blanket
    | Status
    | TypeCode
    | ContentChange
    | Maintenance
    | Incident
    | CertificateChange
    | Notice
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A claim with its place and time. Statements are never taken back: an edit adds one and sets `gone_at`.

    `known_on` is the day that ranks it: the item's stamp; for an overview cell the overview's stamp at baseline and
    the retrieval day of the first snapshot with the new value afterwards. `position` is the item's, `seen_at` the
    retrieval time of the first snapshot with it. A `refuted` one was taken back by an operator and counts for nothing.
    """

    id: str
    page: str
    announcement_id: str
    claim: Claim
    overview: bool
    known_on: date
    stamped: bool
    seen_at: datetime
    gone_at: datetime | None = None
    position: int
    refuted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """All that was ever read: every announcement and every statement, of all pages."""

    announcements: tuple[Announcement, ...] = ()
    statements: tuple[Statement, ...] = ()


# --- what is told -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A sentence for people in both languages."""

    sv: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """One place that says it."""

    page: str
    announcement_id: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """A heading with what stands under it, kept word for word even when nothing could be read out of it.

    `published` and `updated` are the stamps: days, or datetimes in Stockholm's time when they carry one.
    `absent` counts the readable checks in a row without it; at two, `removed_at` is set. `edits` counts the changes,
    removals and returns we saw.
    `reference_on` is the day from which missing years were inferred, kept so that later readings agree.
    """

    id: str
    page: str
    service: str
    heading: str
    published: date | datetime | None
    updated: date | datetime | None
    text: str
    html: str
    url: str
    position: int
    removed_at: datetime | None = None
    kind: Literal["item", "overview"] = "item"
    ordinal: int = 1
    first_seen_at: datetime
    changed_at: datetime
    absent: int = 0
    edits: int = 0
    reference_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What an IT team acts on. Fields, meanings and types: the public contract, section 4.

    `seq` is 0 until the store has numbered it. An event does not change; `revision` counts repairs of our wording.
    `pushed` is False for history and for our own progress: such events fill lists and feeds and ring nowhere.
    """

    id: str
    seq: int = 0
    type: EventType
    subject: str
    service: str
    page: str
    announcement_id: str | None
    statements: tuple[Quotation, ...] = ()
    published: date | datetime | None = None
    seen_at: datetime
    revision: int = 0
    origin: Origin = "agency"
    basis: Basis = "stated"
    derivation: str | None = None
    severity: Severity
    title: Text
    summary: Text
    action: Text | None = None
    evidence: str | None = None
    url: str
    version: str | None = None
    date: When | None = None
    previous_date: When | None = None
    state: ClosingState | None = None
    code_list: str | None = None
    code: str | None = None
    label: str | None = None
    owner: str | None = None
    affects: tuple[Affected, ...] = ()
    environment: Environment | None = None
    components: tuple[Component, ...] = ()
    hints: tuple[Hint, ...] = ()
    corrects: str | None = None
    pushed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One statement ever read about a version: what it said, of which day, where, and since when we know it."""

    type: str
    published: date | datetime | None
    known_on: date
    date: When | None
    state: ClosingState | None
    basis: Basis
    derivation: str | None
    page: str
    announcement_id: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Two statements that cannot both hold: the one that won and the one that lost, in the page's words."""

    about: Literal["released", "closes"]
    holds: Quotation
    against: Quotation


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceNewest:
    """How fresh the source is: the newest stamp on its pages, and the newest change we saw there."""

    stamp: date | datetime | None = None
    change_seen_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of one service as it stands on the day asked: the public contract, section 5."""

    service: str
    version: str
    status: VersionStatus
    is_current: bool
    released: When | None
    closes: When | None
    closing_state: ClosingState
    closing_confirmed: bool
    safe_until: date | None
    components: tuple[Component, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    history: tuple[HistoryEntry, ...] = ()
    source_newest: SourceNewest = field(default_factory=SourceNewest)
    known: Known | None = None


# --- how watching goes ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One look at one page, whatever came of it. `reason` says in one Swedish-neutral word what failed
    (`name`, `connect`, `tls`, `proxy`, `robots`, `status`, `timeout`, `size`, `type`,
    `unreadable`), `detail` for people."""

    page: str
    started_at: datetime
    ended_at: datetime
    outcome: Outcome
    status_code: int | None = None
    reason: str | None = None
    detail: str | None = None
    final_url: str | None = None
    items: int | None = None
    events: int = 0
    bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageHealth:
    """How our watching of a page stands: the health line of the web page, of /readyz and of the metrics."""

    page: Page
    url: str
    state: Literal["unconfirmed", "ok", "unreadable", "failing", "moved"]
    since: datetime | None = None
    last_check: Check | None = None
    last_good_at: datetime | None = None
    last_changed_at: datetime | None = None
    page_updated: date | datetime | None = None
    announcements: int = 0
    failures: int = 0
    suggested_url: str | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageState:
    """What we remember of a page between checks; the page's health is shown from it.

    `digest` is the hash of the last good reading (not of the bytes). `suspect_digest` and `suspect_since` remember a
    reading that lost most of what we knew: it is accepted when it has stood for 24 hours, or by an operator.
    `reader_version` made the statements we hold; `baseline_at` is the first live good reading. `suggested_url` is where
    a lost page was found; it holds as long as `asked_url`, the configured address at that time, is still configured.
    `told_digest` is the last good reading that people were told of; it differs from `digest` while a page flaps.
    """

    page: str
    url: str
    state: Literal["unconfirmed", "ok", "unreadable", "failing", "moved"] = "unconfirmed"
    since: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None
    suspect_digest: str | None = None
    suspect_since: datetime | None = None
    reader_version: int = 0
    baseline_at: datetime | None = None
    last_good_at: datetime | None = None
    last_changed_at: datetime | None = None
    page_updated: date | datetime | None = None
    failures: int = 0
    told_at: datetime | None = None
    readers_told_at: datetime | None = None
    suggested_url: str | None = None
    asked_url: str | None = None
    told_digest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """All that one look at a page learnt; stored in one transaction or not at all.

    `snapshot` is set when its reading is new and its body is to be kept; `digest` is that reading's.
    `announcements` and `statements` hold the new and the changed ones, whole. `events` are new and have `seq` 0;
    `revisions` are known events with repaired wording or further quotations, `retired` ids of events that history
    has shown to be another's echo, `dropped` ids of statements that a newer reader does not make. `late` are known
    events that were held back and are told now.
    """

    state: PageState
    check: Check | None = None
    snapshot: Snapshot | None = None
    digest: str | None = None
    announcements: tuple[Announcement, ...] = ()
    statements: tuple[Statement, ...] = ()
    events: tuple[Event, ...] = ()
    revisions: tuple[Event, ...] = ()
    retired: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    late: tuple[Event, ...] = ()


# --- what people read -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A line of a message: its name and its value, plain text."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What people read, in plain text, before a channel gives it its form and its escaping.

    `toast` is at most 80 characters. `label` is one of the three labels. `lead` are the sentences after the headline,
    `advice` says what to do. `quotes` are the agency's own words, each with a line that says where and when.
    """

    lang: Language
    toast: str
    label: str
    headline: str
    facts: tuple[Fact, ...] = ()
    lead: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    quotes: tuple[Fact, ...] = ()
    buttons: tuple[Link, ...] = ()
    footer: str
    urgency: Urgency = "planned"


# --- who is told ------------------------------------------------------------------------------------------------

MessageKind = Literal[
    "event",
    "digest",
    "welcome",
    "test",
    "closure.reminder",
    "heartbeat",
    "watch.blind",
    "watch.restored",
    "channel.failing",
    "channel.disabled",
]
"""What a delivery carries. All but `event` are messages and no events of the log."""

DeliveryState = Literal["pending", "delivered", "accepted", "dead", "expired", "cancelled"]
"""`accepted`: an intermediary took it over and will not tell us how it went. `dead`: given up, and listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which events a subscription wants; an empty part does not narrow.

    `run` says what a team runs: for a service named there its versions and their components decide, other services
    are decided by `services`. `types` takes whole types ("closure.announced") and their first halves ("closure").
    """

    services: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    min_severity: Severity | None = None
    run: tuple[Component, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """One message a day or a week instead of one per announcement. `at` is "HH:MM" in Stockholm, `weekday` 0 Monday."""

    every: Literal["daily", "weekly"]
    at: str = "08:00"
    weekday: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """From `start` to `end`, "HH:MM" in Stockholm, only what happens now gets through; the rest waits, together."""

    start: str = "18:00"
    end: str = "07:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A channel, what it wants, and how it fares. Its address and secrets are apart, in its `Destination`.

    `address` is the masked form. `operator` channels also hear of our own watching. `failing_since` is the first of
    an unbroken run of `failures`; `parked_until` holds all its deliveries back. `verified_at` is the first time that
    the address took a message, `last_delivered_at` the last.
    """

    id: str
    kind: str
    name: str
    owner: str | None = None
    lang: Language = "sv"
    address: str
    filter: Filter = field(default_factory=Filter)
    operator: bool = False
    reminders: bool = True
    heartbeat: bool = False
    digest: Digest | None = None
    quiet: QuietHours | None = None
    mute_until: datetime | None = None
    created_at: datetime
    declared: bool = False
    """True for one that the configuration file declares; it is changed there."""
    verified_at: datetime | None = None
    disabled_at: datetime | None = None
    disabled_reason: str | None = None
    failing_since: datetime | None = None
    failures: int = 0
    parked_until: datetime | None = None
    last_delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A signing secret; an older one keeps signing beside the newest until `expires_at`."""

    value: str = field(repr=False)
    created_at: datetime
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where a subscription's messages go, in clear. Never logged, never shown: its repr is empty on purpose."""

    address: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    secrets: tuple[Secret, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message to one subscription, and what became of it. `attempts` counts every start, also interrupted ones.

    `key` is unique within the subscription, so that planning the same thing twice makes one message. `message_id` is
    what the receiver sees on every attempt: the event's id, or this delivery's own. `reason` says in one word why it
    ended as it did; `merged_into` names the newer message that took over what this one had to say.
    """

    id: str
    subscription_id: str
    kind: MessageKind
    key: str
    message_id: str
    state: DeliveryState = "pending"
    reason: str | None = None
    events: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    created_at: datetime
    due_at: datetime
    expires_at: datetime | None = None
    attempts: int = 0
    finished_at: datetime | None = None
    last_status: int | None = None
    merged_into: str | None = None
    replay_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try. `outcome` is one word; `answer` what the receiver said, trimmed, with everything secret struck out.

    `milliseconds` is the time from the start to the verdict. `fenced` tries came back after somebody else had taken
    over, and changed nothing.
    """

    number: int
    started_at: datetime
    milliseconds: int | None = None
    status: int | None = None
    outcome: str
    detail: str | None = None
    answer: str = ""
    truncated: bool = False
    address: str | None = None
    fenced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast an address may be sent to: one message per `interval`, `burst` at once, `at_once` in flight."""

    interval: timedelta = timedelta(0)
    burst: int = 1
    at_once: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A message to make: to whom, about what, and from when it may go.

    A message with the same `key` that waits takes the events in; one that has gone out is left alone. `cancelled` says
    in one word why it is only recorded and not sent. `message` and `data` are set where it is composed now and not
    from `events` at the first attempt; `message_id` where receivers know it by another id than the delivery's. With
    `merges`, an older message to the same channel on one of the same subjects that has not gone out is taken over.
    """

    subscription_id: str
    kind: MessageKind
    key: str
    message_id: str | None = None
    events: tuple[Event, ...] = ()
    subjects: tuple[str, ...] = ()
    due_at: datetime
    expires_at: datetime | None = None
    cancelled: str | None = None
    message: Message | None = None
    data: Mapping[str, Any] | None = None
    merges: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A delivery that one process may try now, with all that it takes.

    `fence` tells a holder who comes back too late. `destination` is None when it cannot be decrypted. `body` holds
    the bytes of an earlier attempt; without it the message is made from `events`, or from `message` and `data`.
    `corrected` are the events that its retractions take back.
    """

    row: int
    fence: int
    delivery: Delivery
    subscription: Subscription
    destination: Destination | None
    plain: bool = False
    media_type: str | None = None
    body: bytes | None = field(default=None, repr=False)
    events: tuple[Event, ...] = ()
    corrected: tuple[Event, ...] = ()
    message: Message | None = None
    data: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How an address has fared: what the policy of retries knows of it."""

    failures: int = 0
    failing_since: datetime | None = None
    denied_since: datetime | None = None
    parked_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What becomes of a delivery and of its address after one attempt.

    `tries` counts the attempts that the schedule counts; probes of an address that is down do not use it up. `plain`
    asks for the most modest form next time. `disable` says why the address is switched off. `release` makes all that
    waits for this address due at once, because it is back.
    """

    state: DeliveryState
    reason: str | None
    due_at: datetime | None
    tries: int
    plain: bool
    health: Health
    disable: str | None = None
    release: bool = False


# --- what is asked for -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Which events of the log to list; an empty part does not narrow.

    `services` match an event's own service or one that it affects, `versions` its version or one that it affects
    (of those services, when both are given). `types` takes whole types ("closure.announced") and their first halves
    ("closure"). All ends are inclusive: `published_…` and `date_…` are days in Stockholm, `date_…` overlaps with the
    event's own date (an event without one never does), `seen_…` are instants. `text` is looked for in titles,
    summaries and quotations, without regard to case. `retired` adds events that the reader has taken back.
    """

    services: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    min_severity: Severity | None = None
    subjects: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    origin: Origin | None = None
    announcement_id: str | None = None
    published_from: date | None = None
    published_until: date | None = None
    date_from: date | None = None
    date_until: date | None = None
    seen_from: datetime | None = None
    seen_until: datetime | None = None
    text: str | None = None
    retired: bool = False


# --- what the store knows beside the nouns above ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedPage:
    """A page that is due and ours for a while. `fence` proves it: who comes back with an older one is refused."""

    page: str
    fence: int
    due_at: datetime | None
    every: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One time a content stood on its page. `id` names the content, whose body is kept once however often it returns.

    `number` is this sighting's own, for paging. `size` is the body's, in bytes, before compression.
    """

    number: int
    id: str
    page: str
    url: str
    fetched_at: datetime
    digest: str
    sha256: str
    size: int
    content_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementVersion:
    """An announcement's words as they stood from `seen_at` on. `snapshot_id` is the content that showed them first."""

    announcement_id: str
    seen_at: datetime
    heading: str
    published: date | datetime | None
    updated: date | datetime | None
    text: str
    html: str
    snapshot_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """An access token without its secret."""

    id: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
