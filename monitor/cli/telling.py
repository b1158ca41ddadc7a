"""Commands about channels: who is told, what was sent and how it went, and sending again."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, get_args

import click

from db.outbox import Outbox
from db.store import Store
from monitor.cli.answers import check_types
from monitor.cli.context import END_OF_DAY, START_OF_DAY, Context, now, parse_instant, pass_context, progress
from monitor.cli.output import Format, emit, emit_json, format_option, on_terminal
from monitor.cli.work import outbox_for, worker_for
from monitor.cli.work import subscribe as keep_channel
from monitor.deliver.due import plan_test
from monitor.deliver.handover import handover as sheet_of
from monitor.deliver.kinds import KINDS
from monitor.deliver.subscribe import Wish
from monitor.errors import MonitorError, UsageError
from monitor.model import (
    Component,
    Delivery,
    DeliveryState,
    Digest,
    Filter,
    Language,
    QuietHours,
    Severity,
    Subscription,
)
from monitor.settings import parse_run
from monitor.wire import to_wire

SUBSCRIPTION_COLUMNS = ("id", "kind", "name", "owner", "address", "state", "last_delivered_at")
DELIVERY_COLUMNS = ("id", "subscription_id", "kind", "state", "attempts", "created_at", "due_at", "reason")


class NotDelivered(MonitorError):
    """A test message did not get through."""

    exit_code = 1


@contextmanager
def _opened(context: Context) -> Iterator[tuple[Store, Outbox]]:
    with context.store() as store:
        yield store, outbox_for(context, store)


@click.command()
@click.argument("kind", metavar="KIND", type=click.Choice(sorted(KINDS)))
@click.argument("address", required=False)
@click.option("--address-file", type=click.Path(path_type=Path), help="A file with the address, which is a secret.")
@click.option("--name", help="What the channel is called.")
@click.option("--owner", help="Who answers for it.")
@click.option("--service", "services", multiple=True, help="Only about this service. May be given several times.")
@click.option("--page", "pages", multiple=True, help="Only from this page.")
@click.option("--type", "types", multiple=True, help="Only this type of event, such as closure.")
@click.option(
    "--min-severity", type=click.Choice(["critical", "major", "minor", "info"]), help="Only what is at least so severe."
)
@click.option("--run", "runs", multiple=True, metavar="SERVICE@VERSION", help="What you run: only what concerns it.")
@click.option("--lang", type=click.Choice(["sv", "en"]), default="sv", show_default=True)
@click.option("--header", "headers", multiple=True, metavar="K=V", help="A header to send along (webhook).")
@click.option("--operator", is_flag=True, help="Also hear of our own watching.")
@click.option("--digest", type=click.Choice(["daily", "weekly"]), help="Gather what is new into one message.")
@click.option("--at", default="08:00", show_default=True, help="When the digest comes, Stockholm's time.")
@click.option("--quiet", metavar="HH:MM-HH:MM", help="Hours in which only what is urgent comes.")
@click.option("--mute-until", metavar="DATETIME", help="Nothing before this.")
@click.option("--heartbeat", is_flag=True, help="A sign of life each week.")
@click.option("--no-reminders", is_flag=True, help="No reminders before closings.")
@pass_context
def subscribe(
    context: Context,
    kind: str,
    address: str | None,
    address_file: Path | None,
    name: str | None,
    owner: str | None,
    services: Sequence[str],
    pages: Sequence[str],
    types: Sequence[str],
    min_severity: Severity | None,
    runs: Sequence[str],
    lang: Language,
    headers: Sequence[str],
    operator: bool,
    digest: str | None,
    at: str,
    quiet: str | None,
    mute_until: str | None,
    heartbeat: bool,
    no_reminders: bool,
) -> None:
    """Add a channel. Prints its id and, for webhook, the signing secret: this once.

    The address of most channels is their password. Give it in a file, or on standard input with --address-file -.
    """
    for page in pages:
        context.page(page)
    known = tuple(dict.fromkeys(page.service for page in context.pages))
    for service in services:
        if service not in known:
            raise UsageError(f"--service: expected one of {', '.join(known)}, got {service!r}")
    check_types(types)
    wish = Wish(
        kind=kind,
        address=_address(address, address_file),
        name=name,
        owner=owner,
        lang=lang,
        filter=Filter(
            services=tuple(services),
            pages=tuple(pages),
            types=tuple(types),
            min_severity=min_severity,
            run=tuple(_run(text) for text in runs),
        ),
        operator=operator,
        reminders=not no_reminders,
        heartbeat=heartbeat,
        digest=_digest(digest, at),
        quiet=_quiet(quiet),
        mute_until=parse_instant(mute_until, "--mute-until", bare=START_OF_DAY) if mute_until else None,
        headers=tuple(_header(text) for text in headers),
    )
    with context.store() as store:
        try:
            subscription, secret = asyncio.run(keep_channel(context, store, wish))
        except UsageError as error:
            raise UsageError(f"subscribe {kind}: {error}") from error
    if on_terminal():
        click.echo(f"id      {subscription.id}\naddress {subscription.address}")
        if secret is not None:
            click.echo(f"secret  {secret}\n\nThe secret is shown this once. Receivers verify each message with it.")
    else:
        emit_json(
            {"id": subscription.id, "kind": subscription.kind, "address": subscription.address}
            | ({"secret": secret} if secret else {})
        )


def _address(given: str | None, file: Path | None) -> str:
    if (given is None) == (file is None):
        raise UsageError(
            "address: expected either ADDRESS or --address-file FILE, got " + ("both" if given else "neither")
        )
    if given is not None:
        return given
    try:
        text = sys.stdin.read() if str(file) == "-" else Path(str(file)).read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--address-file: expected a file with an address, got {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"--address-file: expected text in UTF-8, got other bytes in {file}") from error
    return text.strip()


def _run(text: str) -> Component:
    try:
        return parse_run(text)
    except UsageError as error:
        raise UsageError(f"--run: {error}") from error


def _header(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator or not name:
        raise UsageError("--header: expected NAME=VALUE, got something without a name or without a value")
    return name, value


def _digest(every: str | None, at: str) -> Digest | None:
    match every:
        case "daily":
            return Digest(every="daily", at=at)
        case "weekly":
            return Digest(every="weekly", at=at)
        case _:
            return None


def _quiet(text: str | None) -> QuietHours | None:
    if text is None:
        return None
    start, separator, end = text.partition("-")
    if not separator:
        raise UsageError(f"--quiet: expected hours such as 18:00-07:00, got {text!r}")
    return QuietHours(start=start.strip(), end=end.strip())


def _state(subscription: Subscription) -> str:
    if subscription.disabled_at is not None:
        return f"off ({subscription.disabled_reason})"
    if subscription.mute_until is not None and subscription.mute_until > now():
        return f"muted until {subscription.mute_until:%Y-%m-%d %H:%M}Z"
    if subscription.failing_since is not None:
        return f"failing since {subscription.failing_since:%Y-%m-%d %H:%M}Z"
    return "on"


@click.command()
@format_option
@pass_context
def subscriptions(context: Context, format_: Format | None) -> None:
    """The channels: whose they are, what they want, and their last proof of life."""
    with _opened(context) as (_, outbox):
        rows = [to_wire(found) | {"state": _state(found)} for found in outbox.subscriptions()]
    emit(rows, SUBSCRIPTION_COLUMNS, format_=format_)


HANDOVER_COLUMNS = ("name", "kind", "address", "owner", "wants", "proof_of_life", "attention", "when_the_owner_leaves")


@click.command()
@click.option("--lang", type=click.Choice(["sv", "en"]), default="sv", show_default=True)
@format_option
@pass_context
def handover(context: Context, lang: Language, format_: Format | None) -> None:
    """The hand-over sheet: whose each channel is, its last proof of life, what ends when a person leaves."""
    with _opened(context) as (_, outbox):
        rows = [asdict(entry) for entry in sheet_of(outbox.subscriptions(), now=now(), lang=lang)]
    emit(rows, HANDOVER_COLUMNS, format_=format_)


@click.command()
@click.argument("subscription")
@pass_context
def unsubscribe(context: Context, subscription: str) -> None:
    """Remove a channel and forget its address. What was sent stays listed."""
    with _opened(context) as (_, outbox):
        outbox.remove(subscription)
    progress(f"removed {subscription}")


@click.command()
@click.argument("subscription")
@click.option("--replay-missed", is_flag=True, help="Send what it missed while it was off.")
@pass_context
def enable(context: Context, subscription: str, replay_missed: bool) -> None:
    """Switch a channel on again."""
    with _opened(context) as (_, outbox):
        missed = outbox.enable(subscription, replay_missed=replay_missed)
    progress(f"enabled {subscription}; {len(missed)} missed messages will be sent")


@click.command()
@click.argument("subscription")
@pass_context
def disable(context: Context, subscription: str) -> None:
    """Switch a channel off. What comes is listed as cancelled."""
    with _opened(context) as (_, outbox):
        outbox.disable(subscription)
    progress(f"disabled {subscription}")


@click.command()
@click.argument("subscription")
@click.option("--until", required=True, metavar="DATETIME", help="When it may speak again.")
@pass_context
def mute(context: Context, subscription: str, until: str) -> None:
    """Hold a channel's messages back until a time."""
    moment = parse_instant(until, "--until", bare=START_OF_DAY)
    with _opened(context) as (_, outbox):
        outbox.change(replace(outbox.subscription(subscription), mute_until=moment if moment > now() else None))
    progress(f"muted {subscription} until {moment:%Y-%m-%d %H:%M}Z")


@click.command("test")
@click.argument("subscription")
@format_option
@pass_context
def send_test(context: Context, subscription: str, format_: Format | None) -> None:
    """Send a test message now, and say how it went. Exit 0 when the channel took it."""
    with _opened(context) as (store, outbox):
        channel = outbox.subscription(subscription)
        (delivery_id,) = outbox.enqueue([plan_test(channel, base_url=context.settings.base_url, now=now())])
        asyncio.run(_send_due(context, store, outbox))
        delivery = outbox.delivery(delivery_id)
        attempts = outbox.attempts(delivery_id)
        channel = outbox.subscription(subscription)
    emit([_delivery_row(delivery)], DELIVERY_COLUMNS, format_=format_)
    if delivery.state not in ("delivered", "accepted"):
        last = attempts[-1] if attempts else None
        why = (last.detail or last.outcome) if last else f"it waits, the channel is {_state(channel)}"
        raise NotDelivered(f"subscription {subscription}: the test message was not taken: {why}")


@click.command()
@pass_context
def deliver(context: Context) -> None:
    """Send what is due, once."""
    with _opened(context) as (store, outbox):
        tally = asyncio.run(_send_due(context, store, outbox))
    emit_json({"attempts": sum(tally.values()), "outcomes": tally})


async def _send_due(context: Context, store: Store, outbox: Outbox) -> dict[str, int]:
    async with worker_for(context, store, outbox) as worker:
        return dict((await worker.run_once()).outcomes)


@click.command()
@click.argument("delivery", required=False)
@click.option("--subscription", help="Only this channel's.")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice(get_args(DeliveryState)),
    help="Only in this state.",
)
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@format_option
@pass_context
def deliveries(
    context: Context,
    delivery: str | None,
    subscription: str | None,
    states: Sequence[DeliveryState],
    limit: int,
    format_: Format | None,
) -> None:
    """What was sent and how it went, newest first; one delivery with all its attempts.

    The id of a channel, also of one that was removed, lists what was sent to it.
    """
    with _opened(context) as (_, outbox):
        channels = {found.id for removed in (False, True) for found in outbox.subscriptions(removed=removed)}
        if delivery in channels:
            delivery, subscription = None, delivery
        if subscription is not None and subscription not in channels:
            raise UsageError(f"--subscription: expected the id of a channel, found none with {subscription!r}")
        if delivery is None:
            found, _ = outbox.deliveries(subscription_id=subscription, states=tuple(states), limit=limit)
            emit([_delivery_row(each) for each in found], DELIVERY_COLUMNS, format_=format_)
            return
        one, attempts, sent = outbox.delivery(delivery), outbox.attempts(delivery), outbox.sent(delivery)
    whole = to_wire(one) | {
        "attempts": [to_wire(attempt) for attempt in attempts],
        "sent": {"media_type": sent[0], "body": sent[1].decode("utf-8", "replace")} if sent else None,
    }
    emit(
        [to_wire(attempt) for attempt in attempts],
        ("number", "started_at", "outcome", "status", "detail"),
        format_=format_,
        whole=whole,
    )


def _delivery_row(delivery: Delivery) -> dict[str, Any]:
    row: dict[str, Any] = to_wire(delivery)
    return row


@click.command()
@click.argument("deliveries_", nargs=-1, metavar="[DELIVERY]…")
@click.option("--subscription", help="Everything of this channel in a stretch of time.")
@click.option("--since", metavar="DATETIME", help="From when, with --subscription.")
@click.option("--until", metavar="DATETIME", help="Until when, with --subscription.")
@pass_context
def replay(
    context: Context, deliveries_: Sequence[str], subscription: str | None, since: str | None, until: str | None
) -> None:
    """Send again, under the same ids: some deliveries, or all of a channel in a stretch of time."""
    if bool(deliveries_) == bool(subscription):
        raise UsageError("replay: expected either deliveries or --subscription with --since")
    with _opened(context) as (_, outbox):
        chosen = tuple(deliveries_)
        if subscription is not None:
            if since is None:
                raise UsageError("replay: expected --since beside --subscription")
            end = parse_instant(until, "--until", bare=END_OF_DAY) if until else None
            start = parse_instant(since, "--since", bare=START_OF_DAY)
            chosen = outbox.replayable(subscription, since=start, until=end)
        made = outbox.replay(chosen)
    emit_json({"replayed": list(made)})


COMMANDS = (
    subscribe,
    subscriptions,
    handover,
    unsubscribe,
    enable,
    disable,
    mute,
    send_test,
    deliver,
    deliveries,
    replay,
)
