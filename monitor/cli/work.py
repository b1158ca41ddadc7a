"""How settings become the things that work: fetcher, outbox, channels, and the commit that joins the two."""

from __future__ import annotations

import base64
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial

from db.cipher import Cipher
from db.outbox import Outbox
from db.store import Store
from monitor.cli.context import Context, now
from monitor.deliver.client import Client
from monitor.deliver.draft import render
from monitor.deliver.due import plan_welcome
from monitor.deliver.email import SmtpMailer, mailer_from_url
from monitor.deliver.guard import Egress
from monitor.deliver.kinds import known_hosts
from monitor.deliver.model import Carriers, Rendered
from monitor.deliver.policy import DeliveryPolicy
from monitor.deliver.subscribe import Wish, make
from monitor.deliver.webhook import given_secret
from monitor.deliver.worker import Worker
from monitor.errors import UsageError
from monitor.fetch import Fetcher, make_client, tls_context, user_agent
from monitor.model import Claimed, Event, Observation, Subscription
from monitor.publish.calendar import calendar, planned
from monitor.settings import Settings, SubscriptionTable, secret_key
from monitor.standing import Standing


def fetcher_for(settings: Settings) -> Fetcher:
    """A fetcher with its one client, proxy and certificates as configured."""
    proxy = settings.proxy.get_secret_value() if settings.proxy else None
    client = make_client(contact=settings.contact, proxy=proxy, tls=tls_context(settings.ca_bundle))
    return Fetcher(client, proxied=proxy is not None)


def outbox_for(context: Context, store: Store) -> Outbox:
    """The outbox in the store's database, its secrets under the configured key."""
    key = base64.urlsafe_b64encode(secret_key(context.settings)).decode()
    return Outbox(store.database, cipher=Cipher([key]), policy=DeliveryPolicy())


def committer(context: Context, store: Store) -> Callable[[Observation], tuple[Event, ...]]:
    """A commit that writes the deliveries of new events in the same transaction."""
    return partial(store.commit, fan_out=outbox_for(context, store).fan_out)


def egress_for(settings: Settings) -> Egress:
    """Where receivers may lie."""
    proxy = settings.proxy.get_secret_value() if settings.proxy else None
    return Egress(allow=settings.egress_allow, proxy=proxy, proxy_hosts=known_hosts())


@asynccontextmanager
async def worker_for(
    context: Context, store: Store, outbox: Outbox, *, owner: str | None = None
) -> AsyncIterator[Worker]:
    """A worker with its ways out, closed at the end."""
    settings = context.settings
    tls = tls_context(settings.ca_bundle)
    facts = Standing(store, context.pages)
    async with Client(user_agent=user_agent(settings.contact), egress=egress_for(settings), ssl_context=tls) as client:

        def rendered(claimed: Claimed, at: datetime) -> Rendered:
            return render(
                claimed,
                now=at,
                source=settings.base_url,
                facts=facts,
                calendar=lambda events: _attachment(events, claimed.subscription, settings.base_url),
            )

        yield Worker(
            outbox,
            render=rendered,
            carriers=Carriers(poster=client, mailer=_mailer(settings, tls)),
            clock=now,
            owner=owner,
        )


def _attachment(events: Sequence[Event], subscription: Subscription, base_url: str) -> bytes | None:
    """The calendar that goes with a mail; None when nothing in it has a day."""
    if not planned(events):
        return None
    address = f"{base_url}/calendar/all.ics"
    return calendar(events, lang=subscription.lang, self_url=address, home_url=base_url)


def _mailer(settings: Settings, tls: ssl.SSLContext) -> SmtpMailer | None:
    if settings.smtp_url is None:
        return None
    if settings.mail_from is None:
        raise UsageError("MAIL_FROM: expected an e-mail address beside SMTP_URL, found none")
    return mailer_from_url(settings.smtp_url.get_secret_value(), sender=settings.mail_from, context=tls)


async def subscribe(
    context: Context, store: Store, wish: Wish, *, secret: str | None = None
) -> tuple[Subscription, str | None]:
    """Keep a new channel with its welcome message; returns it and the signing secret, if its kind has one."""
    at = now()
    services = tuple(dict.fromkeys(page.service for page in context.pages))
    subscription, destination = await make(wish, now=at, egress=egress_for(context.settings), services=services)
    if secret is not None and destination.secrets:
        destination = replace(destination, secrets=(given_secret(secret, at=at),))
    facts = Standing(store, context.pages)
    welcome = plan_welcome(subscription, facts, base_url=context.settings.base_url, now=at)
    outbox_for(context, store).add(subscription, destination, [welcome])
    return subscription, destination.secrets[0].value if destination.secrets else None


async def declare(context: Context, store: Store) -> None:
    """Bring the channels that the configuration file declares in line with it: new ones added, lost ones removed."""
    outbox = outbox_for(context, store)
    known = {subscription.name: subscription for subscription in outbox.subscriptions() if subscription.declared}
    wanted = {table.name: table for table in context.settings.subscription}
    for name in known.keys() - wanted.keys():
        outbox.remove(known[name].id)
    for name, table in wanted.items():
        secret = table.secret.get_secret_value() if table.secret else None
        if name not in known:
            await subscribe(context, store, _wish(table), secret=secret)
            continue
        await _redeclare(context, outbox, known[name], table, secret=secret, at=now())


async def _redeclare(
    context: Context, outbox: Outbox, known: Subscription, table: SubscriptionTable, *, secret: str | None, at: datetime
) -> None:
    """Change a declared channel to what the file says now, keeping its id, its history and its signing secrets."""
    made, destination = await make(_wish(table), now=at, egress=egress_for(context.settings))
    before = outbox.destination(known.id)
    if secret is not None and destination.secrets:
        destination = replace(destination, secrets=(given_secret(secret, at=at),))
    elif before is not None:
        destination = replace(destination, secrets=before.secrets)
    same_secrets = before is not None and [s.value for s in before.secrets] == [s.value for s in destination.secrets]
    if before is not None and same_secrets:
        destination = replace(destination, secrets=before.secrets)
    changed = replace(
        known,
        kind=made.kind,
        owner=made.owner,
        lang=made.lang,
        address=made.address,
        filter=made.filter,
        operator=made.operator,
        reminders=made.reminders,
        heartbeat=made.heartbeat,
        digest=made.digest,
        quiet=made.quiet,
    )
    if changed != known or destination != before:
        outbox.change(changed, destination if destination != before else None)


def _wish(table: SubscriptionTable) -> Wish:
    return Wish(
        kind=table.kind,
        address=table.address.get_secret_value(),
        name=table.name,
        owner=table.owner,
        lang=table.lang,
        filter=table.filter,
        operator=table.operator,
        reminders=table.reminders,
        heartbeat=table.heartbeat,
        digest=table.digest,
        quiet=table.quiet,
        headers=tuple((name, value.get_secret_value()) for name, value in table.header.items()),
        declared=True,
    )
