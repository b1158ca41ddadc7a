"""The digest: what a day or a week brought, also when it brought nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from monitor.model import Event, Fact, Language, Message, Version
from monitor.wording.message import Label, buttons_for, fit, footer_line, label_words
from monitor.wording.names import capital, listed, lower, service_name
from monitor.wording.overview import calls_for_action, following_words, next_closing, things_told, titles
from monitor.wording.watching import Watch, watch_line
from monitor.wording.when import say_day


def digest(
    *,
    lang: Language,
    start: date,
    end: date,
    services: Sequence[str],
    events: Sequence[Event],
    ongoing: Sequence[Event] = (),
    versions: Sequence[Version] = (),
    watch: Watch,
    base_url: str | None = None,
) -> Message:
    """What `events` brought from `start` to `end`, a day or a week; an empty one says that we looked.

    `ongoing` are disturbances that nobody has called resolved, `versions` tell the next closing ahead.
    """
    sv = lang == "sv"
    period = _period(start, end, lang)
    names = listed([service_name(service) for service in services], lang)
    to_do = [event for event in events if calls_for_action(event)]
    to_know = [event for event in events if event not in to_do and not event.type.startswith("page.")]
    facts = [
        *titles(to_do, lang, name="Att göra" if sv else "To do"),
        *titles(to_know, lang, name="Att veta" if sv else "Good to know"),
    ]
    following = next_closing(versions, after=end)
    if following is not None:
        facts.append(("Nästa stängning" if sv else "Next closing", following_words(following, lang)))
    facts += titles(ongoing, lang, name="Pågår" if sv else "Now", most=2) or [
        ("Pågår", "inget publicerat") if sv else ("Now", "nothing published")
    ]
    facts.append(("Bevakningen" if sv else "Our watch", watch_line(watch, lang)))
    counted = _counted(len(things_told(to_do)), len(things_told(to_know)), lang)
    if counted:
        toast = f"{period}: {counted} om {names}" if sv else f"{period}: {counted} on {names}"
        headline = f"{period} för {names}" if sv else f"{period} for {names}"
    else:
        toast = f"{period}: inget nytt om {names}" if sv else f"{period}: nothing new on {names}"
        headline = f"Inget nytt {lower(period)}" if sv else f"Nothing new in {lower(period)}"
    label: Label = "now" if ongoing else "action" if to_do else "know"
    return Message(
        lang=lang,
        toast=fit(toast),
        label=label_words(label, lang),
        headline=headline,
        facts=tuple(Fact(name=name, value=value) for name, value in facts),
        buttons=buttons_for(None, lang=lang, base_url=base_url, path="/"),
        footer=footer_line(names, lang),
    )


def _period(start: date, end: date, lang: Language) -> str:
    if (end - start).days >= 6:
        week = start.isocalendar().week
        return f"Vecka {week}" if lang == "sv" else f"Week {week}"
    if start == end:
        return capital(say_day(start, lang, year=False))
    first, last = say_day(start, lang, short=True, year=False), say_day(end, lang, short=True, year=False)
    return capital(f"{first} – {last}")


def _counted(to_do: int, to_know: int, lang: Language) -> str:
    parts = []
    if to_do:
        parts.append(f"{to_do} att göra" if lang == "sv" else f"{to_do} to do")
    if to_know:
        parts.append(f"{to_know} att veta" if lang == "sv" else f"{to_know} to know")
    return ", ".join(parts)
