"""What is said of announcements as such, of our own mistakes, and of our own watching."""

from __future__ import annotations

from monitor.model import Event, Language, Text
from monitor.wording.matter import Matter
from monitor.wording.message import TOAST_LENGTH, fit
from monitor.wording.names import both, page_name, version_name
from monitor.wording.parts import NOTHING, Phrase
from monitor.wording.when import say_moment, say_stamp, stockholm_day


def notice_published(matter: Matter) -> Phrase:
    """An announcement of which nothing more is known, or in which a word scan suspects something that matters."""
    event, service = matter.first, matter.service
    if event.hints:
        return _hinted(matter)
    day = _stamp(event)
    heading = Text(sv=f"Nytt meddelande om {service}{day.sv}", en=f"New notice on {service}{day.en}")
    title = both(lambda lang: _with_words(f"{service}: {_notice(event, lang)}", event.evidence))
    return Phrase(
        title=title,
        heading=heading,
        summary=Text(
            sv=f"{heading.sv}. Vi har inte läst ut någon stängning, driftsättning eller störning ur det.",
            en=f"{heading.en}. We read no closing, go-live or disruption out of it.",
        ),
    )


def _hinted(matter: Matter) -> Phrase:
    event, service = matter.first, matter.service
    closing, incident = "closing" in event.hints, "incident" in event.hints
    if closing and incident:
        what = Text(sv="stängning eller störning", en="closing or disruption")
    elif closing:
        what = Text(sv="en stängning", en="a closing")
    else:
        what = Text(sv="en driftstörning", en="a disruption")
    title = Text(
        sv=_shortest(f"{service}: meddelande{{}} kan gälla {what.sv} – läs själv", _day_after(event, "sv")),
        en=_shortest(f"{service}: notice{{}} may concern {what.en} – read it yourself", _day_after(event, "en")),
    )
    heading = Text(
        sv=f"Ett meddelande om {service}{_from_day(event).sv} kan gälla {what.sv} – läs själv",
        en=f"A notice on {service}{_from_day(event).en} may concern {what.en} – read it yourself",
    )
    return Phrase(
        title=title,
        heading=heading,
        summary=Text(
            sv=f"{heading.sv}. Orden tyder på det, men vi kunde inte läsa ut vad som gäller.",
            en=f"{heading.en}. The words suggest it, but we could not make out what applies.",
        ),
        action=Text(
            sv="Läs meddelandet hos FK och avgör om det berör er.",
            en="Read the notice at the agency and decide whether it concerns you.",
        ),
    )


def announcement_updated(matter: Matter) -> Phrase:
    """The agency changed the text of an announcement."""
    event, service = matter.first, matter.service
    return Phrase(
        title=Text(
            sv=f"{service}: FK har ändrat ett meddelande{_from_day(event).sv}",
            en=f"{service}: the agency has edited a notice{_from_day(event).en}",
        ),
        heading=Text(
            sv=f"FK har ändrat ett meddelande om {service}{_from_day(event).sv}",
            en=f"The agency has edited a notice on {service}{_from_day(event).en}",
        ),
        summary=Text(
            sv=f"FK har ändrat texten i ett meddelande om {service}{_from_day(event).sv}. "
            "Det som ändrats står ord för ord i historiken.",
            en=f"The agency has edited the text of a notice on {service}{_from_day(event).en}. "
            "The history shows the change word for word.",
        ),
    )


def announcement_removed(matter: Matter) -> Phrase:
    """An announcement left the page, which says nothing about what it announced."""
    event, service = matter.first, matter.service
    if "incident" in event.hints:
        return _disturbance_removed(matter)
    return Phrase(
        title=Text(
            sv=f"{service}: ett meddelande{_from_day(event).sv} är borttaget",
            en=f"{service}: a notice{_from_day(event).en} has been removed",
        ),
        heading=Text(
            sv=f"Ett meddelande om {service}{_from_day(event).sv} är borttaget",
            en=f"A notice on {service}{_from_day(event).en} has been removed",
        ),
        summary=Text(
            sv=f"Meddelandet om {service}{_from_day(event).sv} står inte längre på FK:s sida, "
            "och FK skriver inte varför. Det betyder inte att något är löst, inställt eller tillbakadraget.",
            en=f"The notice on {service}{_from_day(event).en} is no longer on the agency's page, "
            "and it does not say why. That does not mean that anything was resolved, cancelled or withdrawn.",
        ),
    )


def _disturbance_removed(matter: Matter) -> Phrase:
    """The notice of a disturbance left the page, and people must not take that for good news."""
    service, day = matter.service, _from_day(matter.first)
    return Phrase(
        title=Text(
            sv=f"{service}: meddelandet{day.sv} om störningen är borttaget",
            en=f"{service}: the notice{day.en} of the disruption has been removed",
        ),
        heading=Text(
            sv=f"Meddelandet{day.sv} om störningen i {service} är borttaget",
            en=f"The notice{day.en} of the {service} disruption has been removed",
        ),
        summary=Text(
            sv=f"Meddelandet{day.sv} om störningen i {service} är borttaget. "
            "FK skriver inte att felet är löst. Läget är okänt; prova själva eller fråga FK.",
            en=f"The notice{day.en} of the {service} disruption has been removed. "
            "The agency does not say that the fault is fixed. Status unknown; try for yourselves or ask the agency.",
        ),
    )


def retracted(matter: Matter) -> Phrase:
    """We were wrong. The agency has changed nothing, and the text must not look as if it had."""
    event = matter.first
    denial = _denial(event, matter)
    return Phrase(
        title=Text(sv=f"RÄTTELSE: {denial.sv}, vi läste fel", en=f"CORRECTION: {denial.en}; we misread the page"),
        heading=Text(sv=f"Rättelse – {denial.sv}", en=f"Correction – {denial.en}"),
        summary=Text(
            sv=f"Vi läste fel: {denial.sv}. FK har inte ändrat något.",
            en=f"We misread the page: {denial.en}. The agency has changed nothing.",
        ),
        action=Text(
            sv="Bortse från vårt tidigare besked, och rätta det som ni har ändrat efter det.",
            en="Disregard what we told you, and undo what you changed because of it.",
        ),
    )


def _denial(event: Event, matter: Matter) -> Text:
    """What does not hold, by the kind of thing the retracted event was about."""
    name = version_name(event.service, event.version)
    at = matter.at(short=True)
    sv_at, en_at = (f" {at.sv}", f" {at.en}") if at.sv else ("", "")
    match event.subject.partition(":")[0]:
        case "closing":
            return Text(sv=f"{name} stängs inte{sv_at}", en=f"{name} does not close{en_at}")
        case "release":
            return Text(sv=f"{name} driftsätts inte{sv_at}", en=f"{name} does not go live{en_at}")
        case "code" if event.code:
            return Text(
                sv=f"{matter.service}: koden {event.code} är inte ny",
                en=f"{matter.service}: code {event.code} is not new",
            )
        case "maintenance":
            return Text(sv=f"{matter.service}: inget underhåll{sv_at}", en=f"{matter.service}: no maintenance{en_at}")
        case "incident":
            return Text(sv=f"{matter.service}: ingen sådan driftstörning", en=f"{matter.service}: no such disruption")
        case _:
            return Text(
                sv=f"vårt besked om {matter.service} stämmer inte",
                en=f"what we told you about {matter.service} is wrong",
            )


def page_state(matter: Matter) -> Phrase:
    """How our own watching goes: what we see and since when."""
    event = matter.first
    page = Text(sv=page_name(event.page, "sv"), en=page_name(event.page, "en"))
    since = both(lambda lang: say_moment(event.seen_at, lang, year=False))
    at = both(lambda lang: say_moment(event.seen_at, lang))
    capital = page.en[:1].upper() + page.en[1:]
    match event.type:
        case "page.unreadable":
            title = Text(
                sv=f"Vi kan inte läsa {page.sv} sedan {since.sv}", en=f"We cannot read {page.en} since {since.en}"
            )
            rest = Text(
                sv="Sidan svarar, men vi känner inte igen innehållet. Det vi visste ligger kvar. "
                "Utebliven varning betyder inte att allt fungerar.",
                en="The page answers, but we do not recognise what is on it. What we knew stands. "
                "Silence from us does not mean that all is well.",
            )
        case "page.failing":
            title = Text(sv=f"Vi når inte {page.sv} sedan {since.sv}", en=f"We cannot reach {page.en} since {since.en}")
            rest = Text(
                sv="Det vi visste ligger kvar. Utebliven varning betyder inte att allt fungerar.",
                en="What we knew stands. Silence from us does not mean that all is well.",
            )
        case "page.readable":
            title = Text(
                sv=f"{page.sv} går att läsa igen sedan {since.sv}", en=f"{capital} can be read again since {since.en}"
            )
            rest = NOTHING
        case "page.recovered":
            title = Text(
                sv=f"{page.sv} går att nå igen sedan {since.sv}", en=f"{capital} can be reached again since {since.en}"
            )
            rest = NOTHING
        case "page.moved":
            title = Text(sv=f"{page.sv} har fått ny adress", en=f"{capital} has a new address")
            rest = Text(sv=f"Sett {at.sv}.", en=f"Seen {at.en}.")
        case _:
            title = Text(sv=f"{page.sv} är hittad och läst", en=f"{capital} has been found and read")
            rest = Text(sv=f"Första läsningen {at.sv}.", en=f"First reading {at.en}.")
    cause = _cause(event)
    return Phrase(
        title=title,
        heading=title,
        summary=Text(sv=f"{title.sv}. {cause.sv}{rest.sv}", en=f"{title.en}. {cause.en}{rest.en}"),
    )


def _cause(event: Event) -> Text:
    """Why a page cannot be seen, in the watcher's own Swedish words."""
    if not event.derivation:
        return NOTHING
    cause = event.derivation.rstrip(".")
    return Text(sv=f"Orsak: {cause}. ", en=f"Cause (in Swedish): {cause}. ")


def _notice(event: Event, lang: Language) -> str:
    """The words "nytt meddelande 12 feb 2026", with the day only where the page gives one."""
    return ("nytt meddelande" if lang == "sv" else "new notice") + _day_after(event, lang)


def _day_after(event: Event, lang: Language) -> str:
    if event.published is None:
        return ""
    return f"{' of' if lang == 'en' else ''} {_day(event, lang)}"


def _shortest(template: str, day: str) -> str:
    """The title with the day in it, or without where it would be cut: the advice at its end must stand."""
    dated = template.format(day)
    return dated if len(dated) <= TOAST_LENGTH else template.format("")


def _day(event: Event, lang: Language) -> str:
    assert event.published is not None
    return say_stamp(stockholm_day(event.published), lang)


def _stamp(event: Event) -> Text:
    if event.published is None:
        return NOTHING
    return Text(sv=f", publicerat {_day(event, 'sv')}", en=f", published {_day(event, 'en')}")


def _from_day(event: Event) -> Text:
    if event.published is None:
        return NOTHING
    return Text(sv=f" från {_day(event, 'sv')}", en=f" from {_day(event, 'en')}")


def _with_words(lead: str, words: str | None) -> str:
    """The lead followed by as much of the page's own words as a notification has room for."""
    room = TOAST_LENGTH - len(lead) - len(": «»")
    if not words or room < 15:
        return lead
    return f"{lead}: «{fit(words, room)}»"
