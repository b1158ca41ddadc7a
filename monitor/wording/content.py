"""What is said of codes and of what a service delivers."""

from __future__ import annotations

from dataclasses import replace

from monitor.model import Text
from monitor.wording.matter import Matter
from monitor.wording.message import fit
from monitor.wording.names import both, listed
from monitor.wording.parts import LABEL_LENGTH, NOTHING, Phrase, owner_sentence
from monitor.wording.when import say_when


def _code_lists(matter: Matter) -> str:
    return ", ".join(dict.fromkeys(event.code_list for event in matter.events if event.code_list))


def _from(matter: Matter, *, short: bool) -> Text:
    """ "från onsdag 16 december 2026": a value exists from a day on, however the page dates it."""
    when = matter.when
    if when is None:
        return NOTHING
    if when.start is None:
        at = matter.at(short=short)
        return Text(sv=f" {at.sv}", en=f" {at.en}")
    begins = replace(when, end=when.start) if when.end is None and when.precision in ("day", "minute") else when
    if when.end is None and begins is when:
        at = matter.at(short=short)
        return Text(sv=f" {at.sv}", en=f" {at.en}")
    return both(lambda lang: f" {'från' if lang == 'sv' else 'from'} {say_when(begins, lang, short=short)}")


def type_added(matter: Matter) -> Phrase:
    """New values of a code list, or a new kind of data that has no code."""
    event, service = matter.first, matter.service
    short, long = _from(matter, short=True), _from(matter, short=False)
    lists = _code_lists(matter)
    owner = Text(sv=f" från {event.owner}", en=f" from {event.owner}") if event.owner else NOTHING
    action = Text(
        sv="Kontrollera att ert system tål värden det inte känner till och visar rätt text.",
        en="Check that your system accepts values it does not know and shows the right words.",
    )
    if not matter.codes:
        label = f": {fit(event.label, LABEL_LENGTH)}" if event.label else ""
        heading = Text(
            sv=f"Ny typ av uppgift i {service}{long.sv}{label}", en=f"New kind of data in {service}{long.en}{label}"
        )
        return Phrase(
            title=Text(sv=f"{service}: ny typ av uppgift{short.sv}{label}", en=f"{service}: new type{short.en}{label}"),
            heading=heading,
            summary=Text(
                sv=f"{heading.sv}. FK anger ingen kod.{owner_sentence(event).sv}",
                en=f"{heading.en}. The agency gives no code.{owner_sentence(event).en}",
            ),
            action=action,
        )
    if len(matter.codes) == 1:
        what = Text(sv=f"ny kod {matter.codes[0]}", en=f"new code {matter.codes[0]}")
        inside = ", ".join(part for part in (lists, event.owner) if part)
        title_tail = f" ({inside})" if inside else ""
        title = Text(sv=f"{service}: {what.sv}{short.sv}{title_tail}", en=f"{service}: {what.en}{short.en}{title_tail}")
        heading = Text(
            sv=f"Ny kod {matter.codes[0]} i {service}{long.sv}", en=f"New code {matter.codes[0]} in {service}{long.en}"
        )
    else:
        count = len(matter.events)
        title = Text(
            sv=f"{service}: {count} nya koder{owner.sv}{short.sv}",
            en=f"{service}: {count} new codes{owner.en}{short.en}",
        )
        heading = Text(sv=f"{count} nya koder i {service}{long.sv}", en=f"{count} new codes in {service}{long.en}")
    values = code_values(matter)
    summary = Text(
        sv=f"{heading.sv}: {values}.{owner_sentence(event).sv} Ingen ny version.",
        en=f"{heading.en}: {values}.{owner_sentence(event).en} No new version.",
    )
    return Phrase(title=title, heading=heading, summary=summary, action=action)


def code_values(matter: Matter) -> str:
    """The codes by their lists, with the page's labels: "BeslutsTyp: PUS – Preliminärt utslag; ÄrendeTyp: US"."""
    lists: dict[str, list[str]] = {}
    for event in matter.events:
        value = event.code or event.label or ""
        if event.code and event.label and event.label != event.code:
            value = f"{event.code} – {fit(event.label, LABEL_LENGTH)}"
        lists.setdefault(event.code_list or "", []).append(value)
    return "; ".join(f"{name}: {', '.join(values)}" if name else ", ".join(values) for name, values in lists.items())


def type_removed(matter: Matter) -> Phrase:
    """Values that go away."""
    event, service = matter.first, matter.service
    short, long = _from(matter, short=True), _from(matter, short=False)
    lists = f" ({_code_lists(matter)})" if _code_lists(matter) else ""
    if len(matter.codes) > 1:
        what = Text(sv=f"{len(matter.codes)} koder utgår", en=f"{len(matter.codes)} codes removed")
        subject = Text(sv=f"koderna {listed(matter.codes, 'sv')}", en=f"the codes {listed(matter.codes, 'en')}")
    elif matter.codes:
        what = Text(sv=f"koden {matter.codes[0]} utgår", en=f"code {matter.codes[0]} removed")
        subject = Text(sv=f"koden {matter.codes[0]}", en=f"the code {matter.codes[0]}")
    else:
        label = f" {fit(event.label, LABEL_LENGTH)}" if event.label else ""
        what = Text(sv=f"typen{label} utgår" if label else "en typ utgår", en=f"type{label} removed")
        subject = Text(sv=f"typen{label}", en=f"the type{label}")
    heading = Text(
        sv=f"{service}: {what.sv}{long.sv}{lists}",
        en=f"{service}: {what.en}{long.en}{lists}",
    )
    return Phrase(
        title=Text(sv=f"{service}: {what.sv}{short.sv}{lists}", en=f"{service}: {what.en}{short.en}{lists}"),
        heading=heading,
        summary=Text(sv=f"{heading.sv}.{owner_sentence(event).sv}", en=f"{heading.en}.{owner_sentence(event).en}"),
        action=Text(
            sv=f"Kontrollera att ert system klarar sig utan {subject.sv}.",
            en=f"Check that your system can do without {subject.en}.",
        ),
    )


def content_changed(matter: Matter) -> Phrase:
    """What a service delivers changes without a new version."""
    event, service = matter.first, matter.service
    short, long = matter.at(short=True), matter.at()
    where = Text(sv=" i testmiljön", en=" in the test environment") if event.environment == "test" else NOTHING
    verb = Text(sv="ändrades", en="changed") if matter.is_past else Text(sv="ändras", en="changes")
    if matter.when is None:
        title = heading = Text(
            sv=f"{service}: innehållet{where.sv} ändras, FK anger inget datum",
            en=f"{service}: content{where.en} changes, no date given",
        )
    else:
        title = Text(
            sv=f"{service}: innehållet{where.sv} {verb.sv} {short.sv}",
            en=f"{service}: content{where.en} {verb.en} {short.en}",
        )
        heading = Text(
            sv=f"Innehållet i {service}{where.sv} {verb.sv} {long.sv}",
            en=f"What {service} delivers{where.en} {verb.en} {long.en}",
        )
    affected = matter.affected("sv"), matter.affected("en")
    concerns = Text(sv=f" Berör {affected[0]}.", en=f" Concerns {affected[1]}.") if affected[0] else NOTHING
    return Phrase(
        title=title,
        heading=heading,
        summary=Text(
            sv=f"{heading.sv}. Ingen ny version.{concerns.sv}{owner_sentence(event).sv}",
            en=f"{heading.en}. No new version.{concerns.en}{owner_sentence(event).en}",
        ),
        action=Text(
            sv="Läs vad som ändras, och kontrollera med leverantören att ert system klarar det.",
            en="Read what changes, and check with your supplier that your system can handle it.",
        ),
    )
