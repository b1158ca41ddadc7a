"""The hand-over sheet: who answers for each channel, when it last took a message, what to do when a person leaves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from monitor.deliver.kinds import KINDS
from monitor.model import Filter, Language, Subscription
from monitor.wording.names import in_language, page_name, service_name, version_name
from monitor.wording.when import say_moment

KEPT_IN_FILE = ("i konfigurationsfilen", "in the configuration file")
KEPT_HERE = ("med releasevakt subscribe och unsubscribe", "by releasevakt subscribe and unsubscribe")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One channel of the sheet, in words for whoever takes over. `address` is masked."""

    name: str
    kind: str
    address: str
    owner: str | None
    wants: str
    proof_of_life: str
    attention: str
    when_the_owner_leaves: str
    changed: str
    id: str


def handover(subscriptions: Iterable[Subscription], *, now: datetime, lang: Language) -> tuple[Entry, ...]:
    """The sheet, by owner; those that need somebody's attention come first, and first of all those without an owner."""
    entries = [_entry(subscription, now=now, lang=lang) for subscription in subscriptions]
    return tuple(sorted(entries, key=lambda entry: (entry.owner or "", not entry.attention, entry.name.casefold())))


def _entry(subscription: Subscription, *, now: datetime, lang: Language) -> Entry:
    sv = lang == "sv"
    last = subscription.last_delivered_at
    never = "har aldrig tagit emot något" if sv else "has never taken a message"
    return Entry(
        name=subscription.name,
        kind=subscription.kind,
        address=subscription.address,
        owner=subscription.owner,
        wants=_wants(subscription.filter, lang),
        proof_of_life=say_moment(last, lang) if last is not None else never,
        attention="; ".join(_attention(subscription, now=now, lang=lang)),
        when_the_owner_leaves=in_language(KINDS[subscription.kind].leaving, lang),
        changed=(KEPT_IN_FILE if subscription.declared else KEPT_HERE)[not sv],
        id=subscription.id,
    )


def _attention(subscription: Subscription, *, now: datetime, lang: Language) -> list[str]:
    sv = lang == "sv"
    found = []
    if not subscription.owner:
        found.append("ingen ansvarig" if sv else "nobody answers for it")
    if subscription.disabled_at is not None:
        found.append(f"{'avstängd' if sv else 'switched off'}: {subscription.disabled_reason}")
    elif subscription.failing_since is not None:
        since = say_moment(subscription.failing_since, lang)
        found.append(f"tar inte emot sedan {since}" if sv else f"takes no messages since {since}")
    elif subscription.last_delivered_at is None:
        found.append("inte prövad: kör releasevakt test" if sv else "never tried: run releasevakt test")
    if subscription.mute_until is not None and subscription.mute_until > now:
        until = say_moment(subscription.mute_until, lang)
        found.append(f"tyst till {until}" if sv else f"muted until {until}")
    return found


def _wants(wanted: Filter, lang: Language) -> str:
    """What a channel is told of, in a few words."""
    parts = [version_name(running.service, running.version) for running in wanted.run]
    parts += [service_name(service) for service in wanted.services]
    parts += [page_name(page, lang) for page in wanted.pages]
    parts += wanted.types
    if wanted.min_severity is not None:
        parts.append(f"{'minst' if lang == 'sv' else 'at least'} {wanted.min_severity}")
    return ", ".join(parts) or ("allt" if lang == "sv" else "everything")
