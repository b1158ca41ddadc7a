"""What is said of planned windows, disturbances and certificates."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from monitor.model import Event, Language, Text, When
from monitor.wording.matter import Matter
from monitor.wording.names import both, service_name
from monitor.wording.parts import NOTHING, Phrase, was
from monitor.wording.when import at_when, first_day, say_day, say_when, stockholm_day

_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


def incident_name(event: Event) -> Text:
    """What a disturbance is called from its first word to its last: "SSBTEK-störning 23 nov 2026"."""
    service = service_name(event.service)
    day = _incident_day(event)
    if day is None:
        return Text(sv=f"{service}-störning", en=f"{service} disruption")
    return Text(
        sv=f"{service}-störning {say_day(day, 'sv', short=True, weekday=False)}",
        en=f"{service} disruption of {say_day(day, 'en', short=True, weekday=False)}",
    )


def _test_mark(event: Event) -> Text:
    return Text(sv=" (testmiljö)", en=" (test environment)") if event.environment == "test" else NOTHING


def _topic(event: Event) -> Text:
    """What the page says it is about, in its own words."""
    if not event.label:
        return NOTHING
    return Text(sv=f" Gäller: {event.label.rstrip('.')}.", en=f" Concerns (in Swedish): {event.label.rstrip('.')}.")


def maintenance_scheduled(matter: Matter) -> Phrase:
    """A planned window."""
    event, service, mark = matter.first, matter.service, _test_mark(matter.first)
    short, long = matter.dated(short=True), matter.at()
    if matter.when is None:
        title = heading = Text(
            sv=f"{service}: planerat underhåll, FK anger ingen tid{mark.sv}",
            en=f"{service}: planned maintenance, no time given{mark.en}",
        )
    else:
        title = Text(sv=f"{service}: underhåll {short.sv}{mark.sv}", en=f"{service}: maintenance {short.en}{mark.en}")
        heading = Text(
            sv=f"Planerat underhåll av {service} {long.sv}{mark.sv}",
            en=f"Planned maintenance of {service} {long.en}{mark.en}",
        )
    return Phrase(
        title=title,
        heading=heading,
        summary=Text(sv=f"{heading.sv}.{_topic(event).sv}", en=f"{heading.en}.{_topic(event).en}"),
        action=_keep_clear(matter),
    )


def _keep_clear(matter: Matter) -> Text:
    service = matter.service
    if matter.is_past:
        return Text(
            sv=f"Kör om frågor till {service} som misslyckades under tiden.",
            en=f"Run again what failed against {service} during that time.",
        )
    return Text(
        sv=f"Räkna med att {service} inte svarar under tiden. Lägg schemalagda körningar utanför den.",
        en=f"Expect no answers from {service} during that time. Keep scheduled jobs out of it.",
    )


def maintenance_moved(matter: Matter) -> Phrase:
    """A window that moved, was put off, or goes on for longer."""
    event, service, mark = matter.first, matter.service, _test_mark(matter.first)
    when, before = matter.when, matter.before
    formerly = was(before)
    if when is None:
        heading = Text(
            sv=f"Underhållet av {service} är uppskjutet, ny tid saknas{mark.sv}",
            en=f"The maintenance of {service} has been put off, without a new time{mark.en}",
        )
        return Phrase(
            title=Text(
                sv=f"{service}: underhållet UPPSKJUTET utan ny tid{formerly.sv}{mark.sv}",
                en=f"{service}: maintenance PUT OFF, no new time{formerly.en}{mark.en}",
            ),
            heading=heading,
            summary=Text(
                sv=f"{heading.sv}{formerly.sv}.{_topic(event).sv}", en=f"{heading.en}{formerly.en}.{_topic(event).en}"
            ),
            action=Text(
                sv=f"Stryk den gamla tiden i er plan för {service} och vänta in FK:s nya besked.",
                en=f"Strike the old time from your plan for {service} and await the agency's new one.",
            ),
        )
    short, long = matter.dated(short=True), matter.dated()
    if matter.is_extended:
        sv_end, en_end = _end_words(when, "sv"), _end_words(when, "en")
        title = Text(
            sv=f"{service}: underhållet FÖRLÄNGT till {sv_end}{mark.sv}",
            en=f"{service}: maintenance EXTENDED to {en_end}{mark.en}",
        )
        heading = Text(
            sv=f"Underhållet av {service} är förlängt till {sv_end}{mark.sv}",
            en=f"The maintenance of {service} has been extended to {en_end}{mark.en}",
        )
    else:
        title = Text(
            sv=f"{service}: underhållet FLYTTAT till {short.sv}{mark.sv}",
            en=f"{service}: maintenance MOVED to {short.en}{mark.en}",
        )
        heading = Text(
            sv=f"Underhållet av {service} är flyttat till {long.sv}{mark.sv}",
            en=f"The maintenance of {service} has been moved to {long.en}{mark.en}",
        )
    previously = NOTHING
    if before is not None:
        previously = Text(
            sv=f" Förut: {say_when(before, 'sv')}. Nu: {long.sv}.",
            en=f" Was: {say_when(before, 'en')}. Now: {long.en}.",
        )
    return Phrase(
        title=title,
        heading=heading,
        summary=Text(
            sv=f"{heading.sv}.{previously.sv}{_topic(event).sv}", en=f"{heading.en}.{previously.en}{_topic(event).en}"
        ),
        action=_keep_clear(matter),
    )


def _end_words(when: When, lang: Language) -> str:
    return say_when(replace(when, start=when.end), lang, short=True)


def maintenance_cancelled(matter: Matter) -> Phrase:
    """A window that will not be."""
    service, mark = matter.service, _test_mark(matter.first)
    formerly = was(matter.before or matter.when)
    heading = Text(
        sv=f"Underhållet av {service} är inställt{formerly.sv}{mark.sv}",
        en=f"The maintenance of {service} has been cancelled{formerly.en}{mark.en}",
    )
    return Phrase(
        title=Text(
            sv=f"{service}: underhållet INSTÄLLT{formerly.sv}{mark.sv}",
            en=f"{service}: maintenance CANCELLED{formerly.en}{mark.en}",
        ),
        heading=heading,
        summary=Text(sv=f"{heading.sv}.{_topic(matter.first).sv}", en=f"{heading.en}.{_topic(matter.first).en}"),
        action=Text(sv=f"Stryk tiden i er plan för {service}.", en=f"Strike the time from your plan for {service}."),
    )


def incident_reported(matter: Matter) -> Phrase:
    """A disturbance is heard of for the first time."""
    event, service, mark = matter.first, matter.service, _test_mark(matter.first)
    day, facts = _incident_day_words(event), _incident_facts(matter)
    topic = f" – {event.label.rstrip('.')}" if event.label else ""
    return Phrase(
        title=Text(
            sv=f"{service}: driftstörning{day.sv}{mark.sv}{topic}",
            en=f"{service}: disruption{day.en}{mark.en}, says the agency",
        ),
        heading=Text(sv=f"Driftstörning i {service}{mark.sv}", en=f"Disruption in {service}{mark.en}"),
        summary=Text(
            sv=f"FK uppger en driftstörning i {service}{mark.sv}.{facts.sv}",
            en=f"The agency reports a disruption in {service}{mark.en}.{facts.en}",
        ),
        action=Text(
            sv=f"Räkna med uteblivna eller felaktiga svar från {service}. "
            "Ett uteblivet svar betyder inte att uppgifter saknas.",
            en=f"Expect missing or wrong answers from {service}. "
            "A missing answer does not mean that there are no data.",
        ),
    )


def incident_updated(matter: Matter) -> Phrase:
    """More is said of a disturbance, and not that it is over."""
    event, service, mark = matter.first, matter.service, _test_mark(matter.first)
    day, facts = _incident_day_words(event), _incident_facts(matter)
    of = f" of{day.en}" if day.en else ""
    heading = Text(
        sv=f"Nytt besked om störningen i {service}{day.sv}{mark.sv}",
        en=f"News of the {service} disruption{of}{mark.en}",
    )
    return Phrase(
        title=Text(
            sv=f"{service}: nytt besked om störningen{day.sv}{mark.sv}",
            en=f"{service}: news of the disruption{of}{mark.en}",
        ),
        heading=heading,
        summary=Text(
            sv=f"{heading.sv}. FK skriver inte att felet är löst.{facts.sv}",
            en=f"{heading.en}. The agency does not say that the fault is fixed.{facts.en}",
        ),
        action=Text(
            sv=f"Fortsätt räkna med uteblivna eller felaktiga svar från {service}.",
            en=f"Keep expecting missing or wrong answers from {service}.",
        ),
    )


def incident_resolved(matter: Matter) -> Phrase:
    """The agency says that a disturbance is over."""
    event, service, mark = matter.first, matter.service, _test_mark(matter.first)
    day, facts = _incident_day_words(event), _incident_facts(matter)
    of = f" of{day.en}" if day.en else ""
    name = incident_name(event)
    return Phrase(
        title=Text(
            sv=f"{service}: störningen{day.sv} är löst enligt FK{mark.sv}",
            en=f"{service}: disruption{of} resolved, says the agency{mark.en}",
        ),
        heading=Text(sv=f"{name.sv}{mark.sv} är löst enligt FK", en=f"{name.en}{mark.en} is resolved, says the agency"),
        summary=Text(
            sv=f"FK skriver att störningen i {service}{day.sv} är löst.{facts.sv}",
            en=f"The agency says that the {service} disruption{of} has been resolved.{facts.en}",
        ),
        action=_run_again(matter),
    )


def _incident_facts(matter: Matter) -> Text:
    """What it is about, where the fault lies, and its times, as far as the page says."""
    event, when = matter.first, matter.when
    topic, owner = _topic(event), at_owner(event)
    span = NOTHING
    if when is not None:
        span = Text(
            sv=f" Tid enligt FK: {say_when(when, 'sv')}.", en=f" Time given by the agency: {say_when(when, 'en')}."
        )
    return Text(sv=f"{topic.sv}{owner.sv}{span.sv}", en=f"{topic.en}{owner.en}{span.en}")


def _run_again(matter: Matter) -> Text:
    when = matter.when
    if when is None or when.precision != "minute" or when.start is None or when.end is None or when.start == when.end:
        return Text(
            sv="Kör om frågor som misslyckades under störningen.", en="Run again what failed during the disruption."
        )
    return Text(
        sv=f"Kör om frågor som misslyckades {say_when(when, 'sv', short=True)}.",
        en=f"Run again what failed {at_when(when, 'en')}.",
    )


def at_owner(event: Event) -> Text:
    """Whose the fault is, by the agency's word."""
    if not event.owner:
        return NOTHING
    return Text(
        sv=f" Felet ligger enligt FK hos {event.owner}.",
        en=f" According to the agency the fault is with {event.owner}.",
    )


def _incident_day(event: Event) -> date | None:
    """The day a disturbance is called by: its own, else its subject's, which later words without a date share."""
    if event.date is not None and (day := first_day(event.date)) is not None:
        return day
    named = _DAY.search(event.subject)
    if named:
        return date.fromisoformat(named.group())
    if event.type == "incident.reported" and event.published is not None:
        return stockholm_day(event.published)
    return None


def _incident_day_words(event: Event) -> Text:
    day = _incident_day(event)
    if day is None:
        return NOTHING
    return both(lambda lang: f" {say_day(day, lang, short=True, weekday=False)}")


# --- certificates ------------------------------------------------------------------------------------------------


def certificate_changed(matter: Matter) -> Phrase:
    """Certificates, keys or addresses that a client must change."""
    event, service, mark = matter.first, matter.service, _test_mark(matter.first)
    what, when, before = _what_changes(event), matter.when, matter.before
    if when is None:
        heading = Text(
            sv=f"{service}: {what.sv} byts, FK anger inget datum{mark.sv}",
            en=f"{service}: new {what.en}, no date given{mark.en}",
        )
        title = heading
    elif before is not None:
        title = Text(
            sv=f"{service}: byte av {what.sv} FLYTTAT till {say_when(when, 'sv', short=True)}{mark.sv}",
            en=f"{service}: new {what.en} MOVED to {say_when(when, 'en', short=True)}{mark.en}",
        )
        heading = Text(
            sv=f"Bytet av {what.sv} för {service} är flyttat till {say_when(when, 'sv')}{mark.sv}",
            en=f"The change of {what.en} for {service} has been moved to {say_when(when, 'en')}{mark.en}",
        )
    else:
        title = Text(
            sv=f"{service}: {what.sv} byts {at_when(when, 'sv', short=True)}{mark.sv}",
            en=f"{service}: new {what.en} {at_when(when, 'en', short=True)}{mark.en}",
        )
        heading = Text(
            sv=f"{what.sv[:1].upper()}{what.sv[1:]} för {service} byts {at_when(when, 'sv')}{mark.sv}",
            en=f"New {what.en} for {service} {at_when(when, 'en')}{mark.en}",
        )
    by = NOTHING if when is None else both(lambda lang: f": {say_when(when, lang)}")
    return Phrase(
        title=title,
        heading=heading,
        summary=Text(
            sv=f"{heading.sv}{was(before).sv}.{_topic(event).sv}", en=f"{heading.en}{was(before).en}.{_topic(event).en}"
        ),
        action=Text(
            sv=f"Låt den som sköter anslutningen till {service} läsa beskedet och göra bytet i tid{by.sv}.",
            en=f"Have whoever runs your connection to {service} read the notice and make the change in time{by.en}.",
        ),
    )


def _what_changes(event: Event) -> Text:
    """What is to be changed, by the page's own word for it; a word for them all where it uses none."""
    words = f"{event.label or ''} {event.evidence or ''}".lower()
    if "certifikat" in words:
        return Text(sv="certifikat", en="certificate")
    if re.search(r"nyckel|nycklar", words):
        return Text(sv="nyckel", en="key")
    if re.search(r"adress|\burl\b|ändpunkt|endpoint", words):
        return Text(sv="adress", en="address")
    return Text(sv="anslutningsuppgifter", en="connection details")
