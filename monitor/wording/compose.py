"""One message for people out of the events of one announcement: the heaviest leads, the others stand beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from monitor.model import Event, Fact, Language, Message, Text, Urgency
from monitor.wording.content import code_values
from monitor.wording.letters import correction
from monitor.wording.matter import Matter, matters_of
from monitor.wording.message import (
    ADVICE,
    PHONE_LINES,
    TOAST_LENGTH,
    Label,
    buttons_for,
    fit,
    footer_line,
    label_words,
    lines,
)
from monitor.wording.names import in_language, version_name
from monitor.wording.operations import at_owner, incident_name
from monitor.wording.parts import derivation_note, state_words, year_note
from monitor.wording.phrase import phrase_matter
from monitor.wording.quoting import with_quotations
from monitor.wording.severity import urgency_of
from monitor.wording.versions import days_moved
from monitor.wording.watching import page_message
from monitor.wording.when import say_when

MOST_OTHERS = 3
QUOTATION_LINES = 2
"""A quotation and the line that says where it stands."""


def compose(
    events: Sequence[Event], *, lang: Language, base_url: str | None = None, now: datetime | None = None
) -> Message:
    """The message about one announcement, from its events; `now` only decides whether something is going on already.

    `base_url` is our own public address; without one, or with one that only this machine can open, the message has
    no link to us. Raises ValueError without events.
    """
    if not events:
        raise ValueError("expected at least one event to compose a message from, got none")
    first = events[0]
    if first.type == "event.retracted":
        return correction(first, lang=lang, base_url=base_url)
    if first.type.startswith("page."):
        return page_message(first, lang=lang, base_url=base_url)
    matters = matters_of(events)
    top = matters[0]
    said = phrase_matter(top)
    headline = in_language(said.heading, lang)
    advice = in_language(said.action, lang) if said.action else None
    message = Message(
        lang=lang,
        toast=_toast(in_language(said.title, lang), top, lang),
        label=label_words(_label(matters, now), lang),
        headline=headline,
        facts=_facts(top, lang),
        lead=_lead(top, lang),
        advice=(f"{in_language(ADVICE, lang)}: {advice}",) if advice else (),
        buttons=buttons_for(first.url, lang=lang, base_url=base_url, path=_path(events)),
        footer=footer_line(_thread(top, lang), lang),
        urgency=_urgency(top, now),
    )
    room = PHONE_LINES - len(lines(message)) - QUOTATION_LINES
    others = _others(matters[1:], lang, most=max(1, min(MOST_OTHERS, room)))
    return with_quotations(replace(message, facts=(*message.facts, *others)), events)


def _toast(title: str, top: Matter, lang: Language) -> str:
    """The title, with the version to move to where the announcement names it and there is room."""
    if top.successor is None or top.first.type != "closure.announced":
        return fit(title)
    target = version_name(top.first.service, top.successor)
    longer = f"{title} – {'byt till' if lang == 'sv' else 'move to'} {target}"
    return longer if len(longer) <= TOAST_LENGTH else fit(title)


def _label(matters: Sequence[Matter], now: datetime | None) -> Label:
    """The strongest label that any of the matters deserves."""
    labels = [_label_of(matter, now) for matter in matters]
    return min(labels, key=("now", "action", "know").index)


def _label_of(matter: Matter, now: datetime | None) -> Label:
    event = matter.first
    match event.type:
        case "incident.reported" | "incident.updated":
            return "now"
        case "closure.announced" | "certificate.changed" | "type.removed":
            return "action"
        case "closure.rescheduled":
            return "action" if matter.later_by is not None and matter.later_by < 0 else "know"
        case "notice.published" if event.hints:
            return "action"
        case "maintenance.scheduled" | "maintenance.rescheduled" if now is not None:
            return "now" if urgency_of(event, now=now, open_incident=False) == "now" else "know"
        case _:
            return "know"


def _urgency(top: Matter, now: datetime | None) -> Urgency:
    is_open = top.first.type in ("incident.reported", "incident.updated")
    if now is None:
        return "now" if is_open else "planned"
    return urgency_of(top.first, now=now, open_incident=is_open)


def _path(events: Sequence[Event]) -> str:
    """Our page with the evidence: the event's, or the announcement's where there are several."""
    first = events[0]
    if len(events) == 1 or first.announcement_id is None:
        return f"/events/{first.id}"
    return f"/announcements/{first.announcement_id}"


def _thread(top: Matter, lang: Language) -> str:
    """What later messages on the same thing are known by."""
    if top.first.type.startswith("incident."):
        return in_language(incident_name(top.first), lang)
    return in_language(top.name, lang)


# --- facts -------------------------------------------------------------------------------------------------------


def _facts(matter: Matter, lang: Language) -> tuple[Fact, ...]:
    event = matter.first
    kind = event.type.partition(".")[0]
    facts: list[tuple[str, str]] = []
    if event.type.endswith(".rescheduled") and matter.before is not None:
        facts.append(("Förut" if lang == "sv" else "Was", say_when(matter.before, lang)))
        if matter.when is not None:
            now = say_when(matter.when, lang) + in_language(days_moved(matter), lang)
            facts.append(("Nu" if lang == "sv" else "Now", now))
    elif kind == "incident" and matter.when is not None:
        facts.append(("Tid enligt FK" if lang == "sv" else "Time, says the agency", say_when(matter.when, lang)))
    if kind == "closure":
        state = state_words(event)
        if state is not None:
            facts.append(("Läge" if lang == "sv" else "Status", in_language(state, lang)))
        if event.type == "closure.announced":
            name = in_language(matter.name, lang)
            name = name if matter.versions else name[:1].lower() + name[1:] if matter.older_versions else name
            facts.append(
                ("Berör", f"den som anropar {name}") if lang == "sv" else ("Affects", f"anyone calling {name}")
            )
    if kind == "type":
        facts += [_values_fact(values, lang) for values in code_values(matter).split("; ") if values]
        if event.owner:
            facts.append(("Uppgifter från" if lang == "sv" else "Data from", event.owner))
    if event.components and kind == "release":
        facts.append(("Ingår" if lang == "sv" else "Includes", matter.components(lang)))
    if kind in ("content", "maintenance", "incident", "certificate", "release"):
        affected = matter.affected(lang)
        if affected:
            facts.append(("Berör" if lang == "sv" else "Affects", affected))
    if kind in ("content", "maintenance", "incident", "certificate"):
        if event.label:
            facts.append(("Vad" if lang == "sv" else "What (in Swedish)", event.label.rstrip(".")))
        if event.environment is not None:
            facts.append(_environment_fact(event, lang))
    return tuple(Fact(name=name, value=value) for name, value in facts)


def _values_fact(values: str, lang: Language) -> tuple[str, str]:
    name, colon, rest = values.partition(": ")
    return (name, rest) if colon else (("Koder" if lang == "sv" else "Codes"), values)


def _environment_fact(event: Event, lang: Language) -> tuple[str, str]:
    test = event.environment == "test"
    if lang == "sv":
        return "Miljö", "test" if test else "produktion"
    return "Environment", "test" if test else "production"


def _others(matters: Sequence[Matter], lang: Language, *, most: int) -> tuple[Fact, ...]:
    """What else the same announcement says, at most so many lines; what has no room is counted."""
    name = "Dessutom" if lang == "sv" else "Also"
    shown = matters if len(matters) <= most else matters[: most - 1]
    facts = [Fact(name=name, value=in_language(phrase_matter(matter).title, lang)) for matter in shown]
    left = len(matters) - len(shown)
    if left > 0:
        more = f"{left} till i samma meddelande" if lang == "sv" else f"{left} more in the same notice"
        facts.append(Fact(name=name, value=more))
    return tuple(facts)


def _lead(matter: Matter, lang: Language) -> tuple[str, ...]:
    event = matter.first
    sentences: list[Text] = []
    match event.type:
        case "closure.announced" if matter.is_past and event.state == "planned":
            sentences.append(
                Text(
                    sv="Dagen har passerat, men FK har inte skrivit att stängningen är gjord.",
                    en="The day has passed, but the agency has not said that the closing took place.",
                )
            )
        case "closure.rescheduled":
            sentences.append(
                Text(
                    sv="Våra påminnelser och kalendern är ändrade.",
                    en="Our reminders and the calendar have been changed.",
                )
            )
        case "type.added":
            sentences.append(Text(sv="Ingen ny version.", en="No new version."))
        case "incident.reported" | "incident.updated":
            name = incident_name(event)
            owner = at_owner(event)
            sentences.append(
                Text(
                    sv=f"{owner.sv} Nästa besked kommer i denna kanal, märkt {name.sv}.".strip(),
                    en=f"{owner.en} Further news comes in this channel, marked {name.en}.".strip(),
                )
            )
        case "notice.published" | "announcement.updated" | "announcement.removed":
            summary = phrase_matter(matter).summary
            sentences.append(Text(sv=_after_first(summary.sv), en=_after_first(summary.en)))
        case _:
            pass
    notes = [note for note in (derivation_note(matter), year_note(matter)) if note is not None]
    if notes:
        sentences.append(Text(sv=" ".join(note.sv for note in notes), en=" ".join(note.en for note in notes)))
    return tuple(words for sentence in sentences if (words := in_language(sentence, lang)))


def _after_first(summary: str) -> str:
    """A summary without its first sentence, which the headline says already."""
    return summary.partition(". ")[2]
