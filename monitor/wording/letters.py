"""Messages that are not about one announcement: corrections, our own watching, welcome, test, digest, reminder.

None of them counts days from today: what is written now may be read on Thursday.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from monitor.model import Event, Fact, Language, Message, Text, Version
from monitor.wording.matter import Matter
from monitor.wording.message import ADVICE, buttons_for, fit, footer_line, label_words
from monitor.wording.names import capital, in_language, listed, page_name, service_name, version_name
from monitor.wording.overview import titles
from monitor.wording.phrase import phrase_matter
from monitor.wording.quoting import with_quotations
from monitor.wording.watching import Watch, watch_line
from monitor.wording.when import at_when, say_day, say_moment, say_stamp


def correction(
    event: Event,
    *,
    lang: Language,
    base_url: str | None = None,
    wrong: Event | None = None,
    right: Event | None = None,
) -> Message:
    """We were wrong. `wrong` is the event taken back, `right` what holds instead, where there is such a thing."""
    said = phrase_matter(Matter((event,)))
    sv = lang == "sv"
    lead = []
    if wrong is not None:
        seen = say_moment(wrong.seen_at, lang)
        lead.append(f"Vårt meddelande {seen} var fel." if sv else f"Our message of {seen} was wrong.")
    else:
        lead.append("Vårt tidigare meddelande var fel." if sv else "Our earlier message was wrong.")
    lead.append("FK har inte ändrat något." if sv else "The agency has changed nothing.")
    if right is not None:
        truth = in_language(phrase_matter(Matter((right,))).heading, lang)
        lead.append(f"Rätt är: {truth}." if sv else f"What holds: {truth}.")
    weighty = event.severity in ("critical", "major")
    message = Message(
        lang=lang,
        toast=in_language(said.title, lang),
        label=label_words("action" if weighty else "know", lang),
        headline=in_language(said.heading, lang),
        lead=(" ".join(lead),),
        advice=_advice(said.action, lang),
        buttons=buttons_for(event.url, lang=lang, base_url=base_url, path=f"/events/{event.id}"),
        footer=footer_line(version_name(event.service, event.version), lang),
    )
    return with_quotations(message, [right or event])


def welcome(
    *,
    lang: Language,
    now: datetime,
    services: Sequence[str],
    versions: Sequence[Version],
    ahead: Sequence[Event] = (),
    ongoing: Sequence[Event] = (),
    watch: Watch | None = None,
    base_url: str | None = None,
) -> Message:
    """The first message of a new subscription: what holds now and what is still ahead.

    `versions` are those of the chosen services, `ahead` the events whose day is to come, `ongoing` the disturbances
    that nobody has called resolved. `watch` tells whether we have seen the pages at all: what we have not read, we
    do not call empty.
    """
    sv = lang == "sv"
    names = listed([service_name(service) for service in services], lang)
    facts: list[tuple[str, str]] = []
    current = [version_name(version.service, version.version) for version in versions if version.is_current]
    if current:
        facts.append(("Aktuell version enligt FK" if sv else "Current, says the agency", listed(current, lang)))
    unread = watch is not None and watch.last_good_at is None
    not_read = "FK:s sidor är inte lästa ännu" if sv else "the agency's pages have not been read yet"
    to_come = titles(ahead, lang, name="Framöver" if sv else "Ahead")
    facts += to_come or [
        ("Framöver" if sv else "Ahead", not_read if unread else "inget publicerat" if sv else "nothing published")
    ]
    facts += titles(ongoing, lang, name="Pågår" if sv else "Now") or [
        (
            "Pågår" if sv else "Now",
            not_read if unread else "ingen driftstörning publicerad" if sv else "no disruption published",
        )
    ]
    unseen = dict.fromkeys((*watch.blind, *watch.unread)) if watch is not None and not unread else {}
    if unseen:
        blind = listed([page_name(key, lang) for key in unseen], lang)
        facts.append(("Vi ser inte" if sv else "We cannot see", blind))
    return Message(
        lang=lang,
        toast=fit(f"Bevakningen av {names} är igång" if sv else f"Now watching {names} for you"),
        label=label_words("know", lang),
        headline=f"Bevakningen av {names} är igång" if sv else f"Now watching {names} for you",
        facts=tuple(Fact(name=name, value=value) for name, value in facts),
        lead=(
            f"Så såg det ut {say_moment(now, lang)}. Härifrån hör ni av oss när FK ändrar något."
            if sv
            else f"As it stood {say_moment(now, lang)}. From here on you hear when the agency changes something.",
        ),
        buttons=buttons_for(None, lang=lang, base_url=base_url, path="/"),
        footer=footer_line(names, lang),
    )


def channel_test(*, lang: Language, name: str, sent_at: datetime, base_url: str | None = None) -> Message:
    """A message that proves that a channel works, and cannot be taken for news."""
    sv = lang == "sv"
    return Message(
        lang=lang,
        toast="Test från Releasevakt: kanalen fungerar" if sv else "Test from Releasevakt: the channel works",
        label=label_words("know", lang),
        headline="Detta är ett test från Releasevakt" if sv else "This is a test from Releasevakt",
        facts=(
            Fact(name="Kanal" if sv else "Channel", value=name),
            Fact(name="Skickat" if sv else "Sent", value=say_moment(sent_at, lang)),
        ),
        lead=(
            "Inget har hänt hos FK. Ser ni detta kommer även de riktiga meddelandena fram."
            if sv
            else "Nothing has happened at the agency. If you see this, real messages will reach you too.",
        ),
        buttons=buttons_for(None, lang=lang, base_url=base_url, path="/"),
        footer=footer_line("Test", lang),
    )


def closure_reminder(
    version: Version, *, lang: Language, today: date, base_url: str | None = None, url: str | None = None
) -> Message:
    """A reminder that a version closes, sent on working days; it counts to the last safe day.

    `today` only decides whether the last safe day lies behind; `url` is the agency's page. The version must have a
    closing day; raises ValueError otherwise.
    """
    if version.closes is None:
        raise ValueError(f"expected a version with a closing day, got {version.service} {version.version} without one")
    sv = lang == "sv"
    name = version_name(version.service, version.version)
    planned = {"planned": ("planerat", "planned"), "decided": ("beslutat", "decided")}.get(version.closing_state)
    state = f" ({planned[0 if sv else 1]})" if planned else ""
    short, long = at_when(version.closes, lang, short=True), at_when(version.closes, lang)
    facts: list[tuple[str, str]] = []
    if planned:
        words = {"planned": ("planerat, inte beslutat", "planned, not decided")}.get(version.closing_state, planned)
        facts.append(("Läge" if sv else "Status", words[0 if sv else 1]))
    if version.safe_until is not None:
        facts.append(("Sista säkra dag" if sv else "Last safe day", say_day(version.safe_until, lang)))
    late = version.safe_until is not None and today > version.safe_until
    if late:
        advice = Text(
            sv=f"Kör ni fortfarande {name}: gå över till en senare version nu.",
            en=f"If you still call {name}: move to a later version now.",
        )
    else:
        advice = Text(
            sv=f"Kör ni {name}: gå över till en senare version. Fråga leverantören om ni är osäkra.",
            en=f"If you call {name}: move to a later version. Ask your supplier if you are not sure.",
        )
    quotation = next((entry.evidence for entry in reversed(version.history) if entry.date == version.closes), None)
    page = next((entry for entry in reversed(version.history) if entry.date == version.closes), None)
    quotes: tuple[Fact, ...] = ()
    if quotation and page is not None:
        quotes = (Fact(name=_history_source(page.page, page.published, lang), value=fit(quotation, 240)),)
    return Message(
        lang=lang,
        toast=fit(f"Påminnelse: {name} stängs {short}{state}" if sv else f"Reminder: {name} closes {short}{state}"),
        label=label_words("action", lang),
        headline=f"{name} stängs {long} (påminnelse)" if sv else f"{name} closes {long} (reminder)",
        facts=tuple(Fact(name=fact, value=value) for fact, value in facts),
        advice=_advice(advice, lang),
        quotes=quotes,
        buttons=buttons_for(url, lang=lang, base_url=base_url, path=f"/{version.service}/{version.version}"),
        footer=footer_line(name, lang),
        urgency="now" if late else "soon",
    )


def heartbeat(
    *, lang: Language, now: datetime, watch: Watch, services: Sequence[str] = (), base_url: str | None = None
) -> Message:
    """A sign of life: we are here, we looked, and this is how it went."""
    sv = lang == "sv"
    names = listed([service_name(service) for service in services], lang) or "Releasevakt"
    headline = "Releasevakt är igång" if sv else "Releasevakt is alive"
    if watch.blind:
        headline = (
            "Releasevakt är igång, men ser inte allt" if sv else "Releasevakt is alive but does not see everything"
        )
    return Message(
        lang=lang,
        toast=fit(f"{headline} ({say_moment(now, lang)})"),
        label=label_words("know", lang),
        headline=headline,
        facts=(Fact(name="Bevakningen" if sv else "Our watch", value=watch_line(watch, lang)),),
        lead=(
            "Hör ni inget av oss på över en vecka är det något fel: kontakta den som driver Releasevakt hos er."
            if sv
            else "If you hear nothing from us for more than a week, something is wrong: tell whoever runs Releasevakt.",
        ),
        buttons=buttons_for(None, lang=lang, base_url=base_url, path="/pages"),
        footer=footer_line(names, lang),
    )


# --- small words -------------------------------------------------------------------------------------------------


def _advice(action: Text | None, lang: Language) -> tuple[str, ...]:
    return () if action is None else (f"{in_language(ADVICE, lang)}: {in_language(action, lang)}",)


def _history_source(page: str, published: date | datetime | None, lang: Language) -> str:
    place = capital(page_name(page, lang))
    if published is None:
        return place
    return f"{place}, {'publicerat' if lang == 'sv' else 'published'} {say_stamp(published, lang)}"
