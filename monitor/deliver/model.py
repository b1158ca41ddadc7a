"""The nouns between the outbox and the wire: what is drafted, rendered, sent, answered and judged."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from monitor.model import Destination, Message, MessageKind, Pace, Text

ErrorKind = Literal["dns", "blocked", "refused", "connect", "tls", "timeout", "reset", "protocol", "proxy", "smtp"]
"""Why there was no answer. `blocked`: the guard let no connection through."""

Outcome = Literal["delivered", "accepted", "retry", "unfit", "dead", "denied", "gone"]
"""What an answer means.

`retry`: try again by the schedule. `unfit`: this form will never be taken; send it once in the plainest form. `dead`:
this message will never be taken. `denied`: the address refuses us, perhaps by mistake; try on and switch it off when
that persists. `gone`: the address has ceased to exist; switch it off now.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message before a channel gives it its form.

    `message` is for people's channels, `data` for programs. `at` is when what it tells of became known. `link_base`
    is our own address for links, None when nobody else could open it. `calendar` holds an iCalendar body when there
    is a date to put into one.
    """

    id: str
    kind: MessageKind
    type: str
    subject: str
    at: datetime
    source: str
    message: Message | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    calendar: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """The bytes that go out, the same on every attempt."""

    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One attempt: the bytes, where to, and the time of this attempt."""

    message_id: str
    rendered: Rendered
    destination: Destination
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, bounded. Without `status`, `error` says why. `body` is at most 16 kB, as it came.

    `seconds_off` is how far the receiver's clock is from ours by its Date header.
    """

    status: int | None = None
    body: bytes = b""
    truncated: bool = False
    error: ErrorKind | None = None
    detail: str | None = None
    retry_after: str | None = None
    location: str | None = None
    address: str | None = None
    seconds_off: float | None = None

    @property
    def text(self) -> str:
        """The body as text, whatever it is."""
        return self.body.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an answer means for the delivery and for its address; `reason` is one word, `detail` for people."""

    outcome: Outcome
    reason: str
    detail: str | None = None
    retry_after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One HTTP request, ready to go."""

    url: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One e-mail, ready to go."""

    recipient: str
    content: bytes = field(repr=False)


class Poster(Protocol):
    """Sends one HTTP request; every failure to do so is an `Answer` too."""

    async def post(self, post: Post) -> Answer: ...


class Mailer(Protocol):
    """Sends one e-mail; every failure to do so is an `Answer` too."""

    @property
    def sender(self) -> str:
        """The address that mails come from."""
        ...

    async def mail(self, letter: Letter) -> Answer: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Carriers:
    """The ways out of this process. `mailer` is None where no mail server is configured."""

    poster: Poster
    mailer: Mailer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """All there is to know of one kind of channel.

    `people` channels get one message per announcement, the others one per event. `check_address` returns the address
    as it is kept or raises UsageError with the way out; `mask` is what is shown of it. `hosts` are the hosts that a
    kind's addresses lie on, as far as they are known beforehand: what a proxy may be asked for. With `plain`,
    `render` makes the most modest form the channel takes. `leaving` says what becomes of an address when the person
    who made it leaves.
    """

    kind: str
    people: bool
    pace: Pace
    check_address: Callable[[str], str]
    mask: Callable[[str], str]
    render: Callable[..., Rendered]
    send: Callable[[Parcel, Carriers], Awaitable[Answer]]
    classify: Callable[[Answer], Verdict]
    leaving: Text
    signed: bool = False
    hosts: tuple[str, ...] = ()
