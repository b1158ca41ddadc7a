"""What is said of versions: they go live, they close, and the days for it move."""

from __future__ import annotations

from monitor.model import Text
from monitor.wording.matter import Matter
from monitor.wording.names import version_name
from monitor.wording.parts import NOTHING, Phrase, days_en, days_sv, deadline, state_words, was
from monitor.wording.when import brief_pair, say_day, say_when, stockholm_day
from monitor.workdays import last_working_day_before

GO_LIVE = Text(sv="driftsättningen", en="go-live")
CLOSING = Text(sv="stängningen", en="closing")


def release_moved(matter: Matter) -> Phrase:
    """The day on which a version goes live was moved or put off."""
    return _moved(matter, GO_LIVE, _plan_release(matter))


def release_withdrawn(matter: Matter) -> Phrase:
    """A version will not go live after all."""
    return _called_off(matter, GO_LIVE, Text(sv="INSTÄLLD", en="CANCELLED"))


def closing_moved(matter: Matter) -> Phrase:
    """The day on which a version closes was moved or put off."""
    return _moved(matter, CLOSING, _replan_closing(matter))


def closing_withdrawn(matter: Matter) -> Phrase:
    """A version will not close after all."""
    return _called_off(matter, CLOSING, Text(sv="INSTÄLLD", en="CALLED OFF"))


def release_announced(matter: Matter) -> Phrase:
    """A version goes or went live."""
    name, when = matter.name, matter.when
    short, long = matter.at(short=True), matter.at()
    if when is None:
        title = Text(sv=f"{name.sv}: ny version, FK anger inget datum", en=f"{name.en}: new version, no date given")
        heading = Text(
            sv=f"{name.sv} är en ny version; FK anger inte när den driftsätts",
            en=f"{name.en} is a new version; the agency does not say when it goes live",
        )
    elif matter.is_past:
        title = Text(sv=f"{name.sv} driftsattes {short.sv}", en=f"{name.en} went live {short.en}")
        heading = Text(sv=f"{name.sv} driftsattes {long.sv}", en=f"{name.en} went live {long.en}")
    else:
        verb = "go live" if matter.many else "goes live"
        title = Text(sv=f"{name.sv} driftsätts {short.sv}", en=f"{name.en} {verb} {short.en}")
        heading = Text(sv=f"{name.sv} driftsätts {long.sv}", en=f"{name.en} {verb} {long.en}")
    contains = NOTHING
    if matter.components("sv"):
        contains = Text(
            sv=f" I versionen ingår {matter.components('sv')}.", en=f" It includes {matter.components('en')}."
        )
    summary = Text(sv=f"{heading.sv}.{contains.sv}", en=f"{heading.en}.{contains.en}")
    return Phrase(title=title, heading=heading, summary=summary, action=_plan_release(matter))


def _plan_release(matter: Matter) -> Text:
    name = matter.name
    if matter.is_past:
        return Text(
            sv=f"Ta reda på vilken version av {matter.service} ni kör; fråga leverantören om ni är osäkra.",
            en=f"Find out which version of {matter.service} you call; ask your supplier if you are not sure.",
        )
    return Text(
        sv=f"Fråga leverantören när ert system kan använda {name.sv}, och planera övergången.",
        en=f"Ask your supplier when your system can use {name.en}, and plan the move.",
    )


def closing_announced(matter: Matter) -> Phrase:
    """A version closes, closed, or was to close on a day that has passed without word."""
    event, name, when = matter.first, matter.name, matter.when
    short, long = matter.at(short=True), matter.at()
    verb = "close" if matter.many else "closes"
    if event.state == "closed" and (when is None or matter.is_past):
        if when is None:
            closed = Text(
                sv=f"{name.sv} är {'stängda' if matter.many else 'stängd'} enligt FK",
                en=f"{name.en} {'are' if matter.many else 'is'} closed, says the agency",
            )
            return _closing(matter, closed, closed)
        return _closing(
            matter,
            Text(sv=f"{name.sv} stängdes {short.sv}", en=f"{name.en} closed {short.en}"),
            Text(sv=f"{name.sv} stängdes {long.sv}", en=f"{name.en} closed {long.en}"),
        )
    if when is None:
        undated = Text(sv=f"{name.sv} ska stängas, FK anger inget datum", en=f"{name.en} to close, no date given")
        return _closing(matter, _with_state(undated, matter), undated)
    if matter.is_past:
        was = "were to close" if matter.many else "was to close"
        state = event.state if event.state in ("planned", "decided") else None
        sv_note = {"planned": " (planerat, inte bekräftat)", "decided": " (beslutat)"}.get(state or "", "")
        en_note = {"planned": " (planned, not confirmed)", "decided": " (decided)"}.get(state or "", "")
        return _closing(
            matter,
            Text(sv=f"{name.sv} skulle stängas {short.sv}{sv_note}", en=f"{name.en} {was} {short.en}{en_note}"),
            Text(sv=f"{name.sv} skulle stängas {long.sv}{sv_note}", en=f"{name.en} {was} {long.en}{en_note}"),
        )
    return _closing(
        matter,
        _with_state(Text(sv=f"{name.sv} stängs {short.sv}", en=f"{name.en} {verb} {short.en}"), matter),
        Text(sv=f"{name.sv} stängs {long.sv}", en=f"{name.en} {verb} {long.en}"),
    )


def _with_state(title: Text, matter: Matter) -> Text:
    match matter.first.state:
        case "planned":
            return Text(sv=f"{title.sv} (planerat)", en=f"{title.en} (planned)")
        case "decided":
            return Text(sv=f"{title.sv} (beslutat)", en=f"{title.en} (decided)")
        case _:
            return title


def _closing(matter: Matter, title: Text, heading: Text) -> Phrase:
    event = matter.first
    state = state_words(event)
    summary = Text(sv=f"{heading.sv}.", en=f"{heading.en}.")
    if matter.is_past and event.state == "planned":
        summary = Text(
            sv=f"{heading.sv}. Dagen har passerat, men FK har inte skrivit att stängningen är gjord.",
            en=f"{heading.en}. The day has passed, but the agency has not said that the closing took place.",
        )
    elif state is not None and event.state != "closed":
        summary = Text(sv=f"{heading.sv}. Läge: {state.sv}.", en=f"{heading.en}. Status: {state.en}.")
    return Phrase(title=title, heading=heading, summary=summary, action=_leave_version(matter))


def _leave_version(matter: Matter) -> Text:
    name, service = matter.name, matter.service
    over = matter.is_past or (matter.first.state == "closed" and matter.when is None)
    if matter.first.version is None and not matter.older_versions:
        return Text(
            sv=f"Fråga FK eller er leverantör vad som gäller när {service} stängs.",
            en=f"Ask the agency or your supplier what applies when {service} closes.",
        )
    to = _successor(matter)
    if over:
        old = name if matter.first.version is not None else Text(sv="en tidigare version", en="an earlier version")
        return Text(
            sv=f"Kör ni fortfarande {old.sv}: gå över till {to.sv} nu. Fråga leverantören om ni är osäkra.",
            en=f"If you still call {old.en}: move to {to.en} now. Ask your supplier if you are not sure.",
        )
    by, safe = deadline(matter.when), _last_safe_day(matter)
    return Text(
        sv=f"Ta reda på vilken version av {service} ni kör; fråga leverantören. Gå över till {to.sv}{by.sv}.{safe.sv}",
        en=f"Find out which version of {service} you call; ask your supplier. Move to {to.en}{by.en}.{safe.en}",
    )


def _successor(matter: Matter) -> Text:
    if matter.successor is None:
        return Text(sv="en senare version", en="a later version")
    name = version_name(matter.first.service, matter.successor)
    return Text(sv=f"{name} eller senare", en=f"{name} or later")


def _last_safe_day(matter: Matter) -> Text:
    """The last working day before the closing, to which plans and people count because the page gives no hour."""
    when = matter.when
    if when is None or when.start is None:
        return NOTHING
    safe = last_working_day_before(stockholm_day(when.start))
    sv, en = say_day(safe, "sv", year=False), say_day(safe, "en", year=False)
    if when.precision == "minute":
        return Text(sv=f" Räkna {sv} som sista säkra dag.", en=f" Treat {en} as the last safe day.")
    return Text(
        sv=f" FK anger inget klockslag; räkna {sv} som sista säkra dag.",
        en=f" The agency gives no time of day; treat {en} as the last safe day.",
    )


def _replan_closing(matter: Matter) -> Text:
    name = matter.name
    if matter.when is None:
        return Text(
            sv=f"Räkna inte med det gamla datumet för {name.sv}. Vänta in FK:s nya besked, men avbryt inte övergången.",
            en=f"Do not count on the old date for {name.en}. Await the agency's new date; do not stop the move.",
        )
    if matter.is_past:
        return _leave_version(matter)
    to, by, safe, later = _successor(matter), deadline(matter.when), _last_safe_day(matter), matter.later_by
    if later is not None and later < 0:
        return Text(
            sv=f"Ni har {days_sv(-later)} kortare tid. Gå över till {to.sv}{by.sv}.{safe.sv}",
            en=f"You have {days_en(-later)} less. Move to {to.en}{by.en}.{safe.en}",
        )
    return Text(
        sv=f"Ändra datumet i er plan. Gå över till {to.sv}{by.sv}.{safe.sv}",
        en=f"Change the date in your plan. Move to {to.en}{by.en}.{safe.en}",
    )


def _moved(matter: Matter, what: Text, action: Text) -> Phrase:
    """A date that moved: later, earlier, or put off with none in its place."""
    name, when, before = matter.name, matter.when, matter.before
    of = Text(sv=f"{what.sv.capitalize()} av {name.sv}", en=f"The {what.en} of {name.en}")
    if when is None:
        formerly = was(before)
        return Phrase(
            title=Text(
                sv=f"{name.sv}: {what.sv} UPPSKJUTEN utan nytt datum{formerly.sv}",
                en=f"{name.en}: {what.en} PUT OFF, no new date{formerly.en}",
            ),
            heading=Text(
                sv=f"{of.sv} är uppskjuten, nytt datum saknas", en=f"{of.en} has been put off, without a new date"
            ),
            summary=Text(
                sv=f"{of.sv} är uppskjuten. FK anger inget nytt datum{formerly.sv}.",
                en=f"{of.en} has been put off. The agency gives no new date{formerly.en}.",
            ),
            action=action,
        )
    later = matter.later_by
    if later is not None and later > 0:
        capital, word = Text(sv="SENARELAGD", en="POSTPONED"), Text(sv="senarelagd", en="postponed")
    elif later is not None and later < 0:
        capital, word = Text(sv="TIDIGARELAGD", en="now EARLIER"), Text(sv="TIDIGARELAGD", en="made EARLIER")
    else:
        capital, word = Text(sv="ÄNDRAD", en="CHANGED"), Text(sv="ändrad", en="changed")
    if before is None:
        to = matter.dated(short=True)
        title = Text(
            sv=f"{name.sv}: {what.sv} {capital.sv}, nu {to.sv}", en=f"{name.en}: {what.en} {capital.en}, now {to.en}"
        )
        moved = Text(sv=f"Nu: {matter.dated().sv}.", en=f"Now: {matter.dated().en}.")
    else:
        sv_pair, en_pair = brief_pair(before, when, "sv"), brief_pair(before, when, "en")
        title = Text(
            sv=f"{name.sv}: {what.sv} {capital.sv}, {sv_pair[0]} → {sv_pair[1]}",
            en=f"{name.en}: {what.en} {capital.en}, {en_pair[0]} → {en_pair[1]}",
        )
        days = days_moved(matter)
        moved = Text(
            sv=f"Förut: {say_when(before, 'sv')}. Nu: {say_when(when, 'sv')}{days.sv}.",
            en=f"Was: {say_when(before, 'en')}. Now: {say_when(when, 'en')}{days.en}.",
        )
    heading = Text(sv=f"{of.sv} är {word.sv}", en=f"{of.en} has been {word.en}")
    return Phrase(
        title=title,
        heading=heading,
        summary=Text(sv=f"{heading.sv}. {moved.sv}", en=f"{heading.en}. {moved.en}"),
        action=action,
    )


def days_moved(matter: Matter) -> Text:
    """By how much a date moved, in brackets: " (183 dagar senare)"; empty where that cannot be counted."""
    later = matter.later_by
    if not later or matter.when is None or matter.when.precision not in ("day", "minute"):
        return NOTHING
    return Text(
        sv=f" ({days_sv(abs(later))} {'senare' if later > 0 else 'tidigare'})",
        en=f" ({days_en(abs(later))} {'later' if later > 0 else 'earlier'})",
    )


def _called_off(matter: Matter, what: Text, word: Text) -> Phrase:
    name = matter.name
    formerly = was(matter.before or matter.when)
    heading = Text(
        sv=f"{what.sv.capitalize()} av {name.sv} är {word.sv.lower()}",
        en=f"The {what.en} of {name.en} has been {word.en.lower()}",
    )
    return Phrase(
        title=Text(
            sv=f"{name.sv}: {what.sv} {word.sv}{formerly.sv}", en=f"{name.en}: {what.en} {word.en}{formerly.en}"
        ),
        heading=heading,
        summary=Text(sv=f"{heading.sv} enligt FK{formerly.sv}.", en=f"{heading.en}, says the agency{formerly.en}."),
        action=Text(
            sv=f"Stryk datumet i er plan för {name.sv}, och läs hos FK vad som gäller i stället.",
            en=f"Strike the date from your plan for {name.en}, and read what applies instead.",
        ),
    )
