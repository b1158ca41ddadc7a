"""What the three feed formats share: a feed as a value, made from events.

A feed is a public log, the same for every reader. An entry's time is when we saw it, and grows with the sequence
number, so that a reader who follows a date misses nothing when the agency back-dates. History, which was there before
we looked, carries its stamp instead, spread by seconds so that no two are equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape

from monitor.model import Event, Language
from monitor.publish.days import midnight
from monitor.publish.phrases import UNOFFICIAL, titled
from monitor.wording.names import in_language
from monitor.wording.when import say_stamp

EMPTY_SINCE = datetime(2026, 1, 1, tzinfo=UTC)
"""The time of a feed with nothing in it yet: a feed must have one, and it must not be the clock's."""

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One event as an entry. `html` holds escaped text in a few plain elements; `link` is the agency's page."""

    id: str
    at: datetime
    title: str
    summary: str
    html: str
    link: str
    categories: tuple[tuple[str, str], ...]
    event: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed before it has a format: entries newest first, `updated` from the newest of them."""

    title: str
    description: str
    lang: Language
    self_url: str
    home_url: str
    updated: datetime
    entries: tuple[FeedEntry, ...]


def feed(events: Iterable[Event], *, lang: Language, self_url: str, home_url: str, about: tuple[str, ...] = ()) -> Feed:
    """The feed of some events. `about` names the services it is limited to; none means all of them."""
    kept = tuple(events)
    times = entry_times(kept)
    entries = sorted((_entry(event, times[event.id], lang) for event in kept), key=_newest_first)
    return Feed(
        title=titled(about, lang),
        description=UNOFFICIAL[lang],
        lang=lang,
        self_url=self_url,
        home_url=home_url,
        updated=max((entry.at for entry in entries), default=EMPTY_SINCE),
        entries=tuple(entries),
    )


def entry_times(events: Iterable[Event]) -> dict[str, datetime]:
    """When each event entered the public log, by id.

    Two checks may finish in another order than they fetched, and one check finds several things at once; so a live
    event's time is raised just above its predecessor's, which keeps time and sequence number in the same order.
    """
    times: dict[str, datetime] = {}
    latest = datetime.min.replace(tzinfo=UTC)
    for event in sorted(events, key=lambda event: event.seq):
        if is_history(event):
            times[event.id] = _history_time(event)
        else:
            latest = max(event.seen_at, latest + timedelta(microseconds=1))
            times[event.id] = latest
    return times


def is_history(event: Event) -> bool:
    """Whether the event had been on the agency's page before we looked: baseline and saved pages."""
    return not event.pushed and event.origin == "agency" and not event.type.startswith("page.")


def _history_time(event: Event) -> datetime:
    seen = event.seen_at + timedelta(microseconds=event.seq % 1_000)
    if event.published is None:
        return seen
    if isinstance(event.published, datetime):
        stamp = event.published.astimezone(UTC) + timedelta(seconds=event.seq % 60)
    else:
        stamp = midnight(event.published) + timedelta(seconds=event.seq % 86_400)
    return min(stamp, seen)


def clean(text: str) -> str:
    """Text without the characters that XML cannot hold, which pages pasted from word processors do contain."""
    return _NOT_XML.sub("", text)


def one_line(text: str) -> str:
    """Clean text with all white space folded, for titles."""
    return _SPACE.sub(" ", clean(text)).strip()


def _newest_first(entry: FeedEntry) -> tuple[float, int]:
    return -entry.at.timestamp(), -entry.event.seq


def _entry(event: Event, at: datetime, lang: Language) -> FeedEntry:
    return FeedEntry(
        id=f"urn:uuid:{event.id}",
        at=at,
        title=one_line(in_language(event.title, lang)) or event.type,
        summary=one_line(in_language(event.summary, lang)),
        html=_html(event, lang),
        link=event.url,
        categories=(
            ("urn:releasevakt:type", event.type),
            ("urn:releasevakt:service", event.service),
            ("urn:releasevakt:severity", event.severity),
        ),
        event=event,
    )


def _html(event: Event, lang: Language) -> str:
    parts = [_paragraph(in_language(event.summary, lang))]
    if event.action is not None:
        parts.append(_paragraph(in_language(event.action, lang)))
    if event.derivation:
        label = "Vår tolkning" if lang == "sv" else "Our reading"
        parts.append(_paragraph(f"{label}: {event.derivation}"))
    if event.evidence:
        says = "Myndigheten skriver:" if lang == "sv" else "The agency writes (in Swedish):"
        parts.append(f"{_paragraph(says)}<blockquote><p>{_escaped(event.evidence)}</p></blockquote>")
    parts.append(_paragraph(_stamps(event, lang)))
    source = "Läs på myndighetens sida" if lang == "sv" else "Read on the agency's page"
    parts.append(f'<p><a href="{escape(clean(event.url))}">{source}</a></p>')
    parts.append(_paragraph(UNOFFICIAL[lang]))
    return "".join(part for part in parts if part)


def _stamps(event: Event, lang: Language) -> str:
    seen = say_stamp(event.seen_at, lang, short=False)
    if event.published is None:
        return f"Sett av oss {seen}." if lang == "sv" else f"Seen by us {seen}."
    published = say_stamp(event.published, lang, short=False)
    if lang == "sv":
        return f"Publicerat {published}. Sett av oss {seen}."
    return f"Published {published}. Seen by us {seen}."


def _paragraph(text: str) -> str:
    return f"<p>{_escaped(text)}</p>" if text.strip() else ""


def _escaped(text: str) -> str:
    return escape(clean(text).strip()).replace("\n", "<br>")
