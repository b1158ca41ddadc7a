"""Making a subscription out of what a person gives: checked, with its secrets made, its first messages planned."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import get_args

from monitor.deliver import webhook
from monitor.deliver.guard import Egress, Resolve, check_receiver, resolve_name
from monitor.deliver.kinds import channel
from monitor.errors import UsageError
from monitor.model import (
    Destination,
    Digest,
    EventType,
    Filter,
    Language,
    QuietHours,
    Subscription,
)
from monitor.wording.severity import ORDER

EVENT_TYPES: tuple[str, ...] = get_args(EventType)
MAX_NAME = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody asks for: a channel as it is given on the command line, in the API or in the configuration."""

    kind: str
    address: str
    name: str | None = None
    owner: str | None = None
    lang: Language = "sv"
    filter: Filter = field(default_factory=Filter)
    operator: bool = False
    reminders: bool = True
    heartbeat: bool = False
    digest: Digest | None = None
    quiet: QuietHours | None = None
    mute_until: datetime | None = None
    headers: tuple[tuple[str, str], ...] = ()
    declared: bool = False

    def __repr__(self) -> str:
        # The address of most channels is their password.
        return f"Wish(kind={self.kind!r}, name={self.name!r})"


async def make(
    wish: Wish,
    *,
    now: datetime,
    egress: Egress,
    services: Sequence[str] = (),
    resolve: Resolve = resolve_name,
) -> tuple[Subscription, Destination]:
    """The subscription and its destination. Raises UsageError that says what was expected; never shows an address."""
    kind = channel(wish.kind)
    check_filter(wish.filter, services=services)
    check_times(wish)
    address = kind.check_address(wish.address.strip())
    if wish.kind != "email":
        address = await check_receiver(address, egress=egress, resolve=resolve)
    elif wish.headers:
        raise UsageError("headers go with channels over HTTP, not with e-mail")
    headers = webhook.check_headers(wish.headers)
    signing = (webhook.make_secret(secrets.token_bytes(webhook.SECRET_BYTES), at=now),) if kind.signed else ()
    name = (wish.name or f"{wish.kind} {kind.mask(address)}").strip()
    if not name.isprintable() or len(name) > MAX_NAME:
        raise UsageError(f"expected a name of at most {MAX_NAME} printable characters")
    subscription = Subscription(
        id=secrets.token_hex(4),
        kind=wish.kind,
        name=name,
        owner=wish.owner,
        lang=wish.lang,
        address=kind.mask(address),
        filter=wish.filter,
        operator=wish.operator,
        reminders=wish.reminders,
        heartbeat=wish.heartbeat,
        digest=wish.digest,
        quiet=wish.quiet,
        mute_until=wish.mute_until,
        created_at=now,
        declared=wish.declared,
    )
    return subscription, Destination(address=address, headers=headers, secrets=signing)


def check_filter(wanted: Filter, *, services: Sequence[str] = ()) -> None:
    """Raises UsageError for a service, type or severity that there is not. Without `services` any service is taken."""
    if services:
        for service in [*wanted.services, *(running.service for running in wanted.run)]:
            if service not in services:
                raise UsageError(f"expected a service ({', '.join(services)}), got {service!r}")
    for kind in wanted.types:
        if not any(known == kind or known.startswith(f"{kind}.") for known in EVENT_TYPES):
            raise UsageError(f"expected an event type such as closure.announced or closure, got {kind!r}")
    if wanted.min_severity is not None and wanted.min_severity not in ORDER:
        raise UsageError(f"expected a severity ({', '.join(ORDER)}), got {wanted.min_severity!r}")


def check_times(wish: Wish) -> None:
    """Raises UsageError for a time of day that is none, and for quiet hours without an end."""
    clocks = [wish.digest.at] if wish.digest is not None else []
    if wish.quiet is not None:
        clocks += [wish.quiet.start, wish.quiet.end]
        if wish.quiet.start == wish.quiet.end:
            raise UsageError("expected quiet hours that begin and end at different times")
    for clock in clocks:
        try:
            time.fromisoformat(clock)
        except ValueError as error:
            raise UsageError(f"expected a time of day such as 08:00, got {clock!r}") from error
        if len(clock) != 5:
            raise UsageError(f"expected a time of day such as 08:00, got {clock!r}")
    if wish.digest is not None and not 0 <= wish.digest.weekday <= 6:
        raise UsageError(f"expected a weekday from 0 (Monday) to 6, got {wish.digest.weekday}")


def with_new_secret(destination: Destination, *, now: datetime, overlap: timedelta = webhook.OVERLAP) -> Destination:
    """The destination with a fresh signing secret; the old one goes on beside it for a while."""
    new = webhook.make_secret(secrets.token_bytes(webhook.SECRET_BYTES), at=now)
    return replace(destination, secrets=webhook.rotated(destination.secrets, new, overlap=overlap))
