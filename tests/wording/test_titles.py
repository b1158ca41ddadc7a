"""A golden table: what each kind of event is called, in both languages. All facts are invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from monitor.model import STOCKHOLM, Affected, Event, EventType, Text, When
from monitor.wording import phrase

SEEN = datetime(2026, 11, 23, 8, 42, tzinfo=UTC)
MARCH = date(2027, 3, 31)


def day(value: date, **more: Any) -> When:
    return replace(When(start=value, end=value, precision="day", text="x"), **more)


def clock(start: tuple[int, int, int, int, int], end: tuple[int, int, int, int, int] | None) -> When:
    return When(
        start=datetime(*start, tzinfo=STOCKHOLM),
        end=datetime(*end, tzinfo=STOCKHOLM) if end else None,
        precision="minute",
        text="x",
    )


def event(event_type: EventType, **facts: Any) -> Event:
    base = Event(
        id="e1",
        type=event_type,
        subject="thing:ssbtek:1",
        service="ssbtek",
        page="ssbtek-release",
        announcement_id="a1",
        published=date(2026, 11, 20),
        seen_at=SEEN,
        severity="info",
        title=Text(sv="", en=""),
        summary=Text(sv="", en=""),
        url="https://agency.example/page",
    )
    return replace(base, **facts)


SATURDAY = clock((2026, 11, 28, 6, 0), (2026, 11, 28, 10, 0))
LATER = clock((2026, 12, 5, 6, 0), (2026, 12, 5, 10, 0))

TITLES: list[tuple[EventType, dict[str, Any], str, str]] = [
    (
        "closure.announced",
        {"version": "10", "date": day(MARCH), "state": "planned"},
        "SSBTEK 10 stängs ons 31 mars 2027 (planerat)",
        "SSBTEK 10 closes Wed 31 March 2027 (planned)",
    ),
    (
        "closure.announced",
        {"version": "10", "date": day(MARCH), "state": "decided"},
        "SSBTEK 10 stängs ons 31 mars 2027 (beslutat)",
        "SSBTEK 10 closes Wed 31 March 2027 (decided)",
    ),
    (
        "closure.announced",
        {"version": "8", "date": day(date(2024, 6, 30)), "state": "planned"},
        "SSBTEK 8 skulle stängas sön 30 juni 2024 (planerat, inte bekräftat)",
        "SSBTEK 8 was to close Sun 30 June 2024 (planned, not confirmed)",
    ),
    (
        "closure.announced",
        {"version": "6", "date": day(date(2020, 10, 31)), "state": "closed"},
        "SSBTEK 6 stängdes lör 31 okt 2020",
        "SSBTEK 6 closed Sat 31 Oct 2020",
    ),
    (
        "closure.announced",
        {"version": "6", "state": "closed"},
        "SSBTEK 6 är stängd enligt FK",
        "SSBTEK 6 is closed, says the agency",
    ),
    (
        "closure.announced",
        {"version": "10", "state": "planned"},
        "SSBTEK 10 ska stängas, FK anger inget datum (planerat)",
        "SSBTEK 10 to close, no date given (planned)",
    ),
    (
        "closure.announced",
        {"date": day(MARCH), "state": "decided"},
        "SSBTEK stängs ons 31 mars 2027 (beslutat)",
        "SSBTEK closes Wed 31 March 2027 (decided)",
    ),
    (
        "closure.announced",
        {"date": day(MARCH, start=None), "state": "planned", "evidence": "Alla äldre versioner stängs senast 31 mars"},
        "Tidigare versioner av SSBTEK stängs senast 31 mars 2027 (planerat)",
        "Earlier versions of SSBTEK close by 31 March 2027 (planned)",
    ),
    (
        "closure.announced",
        {
            "service": "lefi-online",
            "version": "5.1",
            "date": When(start=date(2027, 5, 1), end=date(2027, 5, 31), precision="month", text="i slutet av maj"),
        },
        "LEFI Online 5.1 stängs i slutet av maj 2027",
        "LEFI Online 5.1 closes at the end of May 2027",
    ),
    (
        "closure.rescheduled",
        {"version": "10", "date": day(date(2027, 9, 30)), "previous_date": day(MARCH), "state": "decided"},
        "SSBTEK 10: stängningen SENARELAGD, 31 mars → 30 sep 2027",
        "SSBTEK 10: closing POSTPONED, 31 March → 30 Sept 2027",
    ),
    (
        "closure.rescheduled",
        {"version": "10", "date": day(date(2026, 12, 31)), "previous_date": day(MARCH), "state": "decided"},
        "SSBTEK 10: stängningen TIDIGARELAGD, 31 mars 2027 → 31 dec 2026",
        "SSBTEK 10: closing now EARLIER, 31 March 2027 → 31 Dec 2026",
    ),
    (
        "closure.rescheduled",
        {"version": "10", "date": day(date(2027, 9, 30)), "state": "decided"},
        "SSBTEK 10: stängningen ÄNDRAD, nu tors 30 sep 2027",
        "SSBTEK 10: closing CHANGED, now Thu 30 Sept 2027",
    ),
    (
        "closure.rescheduled",
        {"version": "10", "previous_date": day(MARCH)},
        "SSBTEK 10: stängningen UPPSKJUTEN utan nytt datum (var ons 31 mars 2027)",
        "SSBTEK 10: closing PUT OFF, no new date (was Wed 31 March 2027)",
    ),
    (
        "closure.withdrawn",
        {"version": "10", "previous_date": day(MARCH)},
        "SSBTEK 10: stängningen INSTÄLLD (var ons 31 mars 2027)",
        "SSBTEK 10: closing CALLED OFF (was Wed 31 March 2027)",
    ),
    (
        "release.announced",
        {"version": "11", "date": day(date(2026, 12, 13))},
        "SSBTEK 11 driftsätts sön 13 dec 2026",
        "SSBTEK 11 goes live Sun 13 Dec 2026",
    ),
    (
        "release.announced",
        {"version": "8", "date": day(date(2019, 11, 17))},
        "SSBTEK 8 driftsattes sön 17 nov 2019",
        "SSBTEK 8 went live Sun 17 Nov 2019",
    ),
    (
        "release.announced",
        {"version": "9"},
        "SSBTEK 9: ny version, FK anger inget datum",
        "SSBTEK 9: new version, no date given",
    ),
    (
        "release.rescheduled",
        {"version": "11", "date": day(date(2027, 2, 14)), "previous_date": day(date(2026, 12, 13))},
        "SSBTEK 11: driftsättningen SENARELAGD, 13 dec 2026 → 14 feb 2027",
        "SSBTEK 11: go-live POSTPONED, 13 Dec 2026 → 14 Feb 2027",
    ),
    (
        "release.withdrawn",
        {"version": "11", "previous_date": day(date(2026, 12, 13))},
        "SSBTEK 11: driftsättningen INSTÄLLD (var sön 13 dec 2026)",
        "SSBTEK 11: go-live CANCELLED (was Sun 13 Dec 2026)",
    ),
    (
        "type.added",
        {
            "code": "QAB",
            "code_list": "BeslutsTyp",
            "owner": "Migrationsverket",
            "date": day(date(2026, 12, 16), end=None),
        },
        "SSBTEK: ny kod QAB från ons 16 dec 2026 (BeslutsTyp, Migrationsverket)",
        "SSBTEK: new code QAB from Wed 16 Dec 2026 (BeslutsTyp, Migrationsverket)",
    ),
    (
        "type.added",
        {"service": "lefi-online", "label": "väntetillägg", "date": day(date(2027, 4, 7), end=None)},
        "LEFI Online: ny typ av uppgift från ons 7 april 2027: väntetillägg",
        "LEFI Online: new type from Wed 7 April 2027: väntetillägg",
    ),
    (
        "type.removed",
        {"code": "QAB", "code_list": "BeslutsTyp", "date": day(date(2026, 12, 16), end=None)},
        "SSBTEK: koden QAB utgår från ons 16 dec 2026 (BeslutsTyp)",
        "SSBTEK: code QAB removed from Wed 16 Dec 2026 (BeslutsTyp)",
    ),
    (
        "content.changed",
        {"date": When(start=date(2027, 2, 22), end=date(2027, 2, 28), precision="week", text="vecka 8")},
        "SSBTEK: innehållet ändras vecka 8 2027 (22–28 feb)",
        "SSBTEK: content changes in week 8 of 2027 (22–28 Feb)",
    ),
    (
        "content.changed",
        {"service": "lefi-online", "date": day(date(2027, 5, 15), end=date(2027, 5, 16))},
        "LEFI Online: innehållet ändras lör–sön 15–16 maj 2027",
        "LEFI Online: content changes Sat–Sun 15–16 May 2027",
    ),
    (
        "content.changed",
        {"environment": "test"},
        "SSBTEK: innehållet i testmiljön ändras, FK anger inget datum",
        "SSBTEK: content in the test environment changes, no date given",
    ),
    (
        "maintenance.scheduled",
        {"date": SATURDAY},
        "SSBTEK: underhåll lör 28 nov 2026 kl. 06.00–10.00",
        "SSBTEK: maintenance Sat 28 Nov 2026, 06:00–10:00",
    ),
    (
        "maintenance.scheduled",
        {"service": "lefi-prenumeration", "date": clock((2027, 2, 20, 22, 0), (2027, 2, 21, 6, 0))},
        "LEFI Prenumeration: underhåll lör 20 feb 2027 kl. 22.00 – sön 06.00",
        "LEFI Prenumeration: maintenance Sat 20 Feb 2027 at 22:00 – Sun 06:00",
    ),
    (
        "maintenance.rescheduled",
        {"date": LATER, "previous_date": SATURDAY},
        "SSBTEK: underhållet FLYTTAT till lör 5 dec 2026 kl. 06.00–10.00",
        "SSBTEK: maintenance MOVED to Sat 5 Dec 2026, 06:00–10:00",
    ),
    (
        "maintenance.rescheduled",
        {"date": clock((2026, 12, 5, 6, 0), (2026, 12, 5, 14, 0)), "previous_date": LATER},
        "SSBTEK: underhållet FÖRLÄNGT till lör 5 dec 2026 kl. 14.00",
        "SSBTEK: maintenance EXTENDED to Sat 5 Dec 2026 at 14:00",
    ),
    (
        "maintenance.rescheduled",
        {"previous_date": SATURDAY},
        "SSBTEK: underhållet UPPSKJUTET utan ny tid (var lör 28 nov 2026 kl. 06.00–10.00)",
        "SSBTEK: maintenance PUT OFF, no new time (was Sat 28 Nov 2026, 06:00–10:00)",
    ),
    (
        "maintenance.cancelled",
        {"previous_date": LATER},
        "SSBTEK: underhållet INSTÄLLT (var lör 5 dec 2026 kl. 06.00–10.00)",
        "SSBTEK: maintenance CANCELLED (was Sat 5 Dec 2026, 06:00–10:00)",
    ),
    (
        "incident.reported",
        {"date": clock((2026, 11, 23, 7, 40), None), "label": "svar från Arbetsförmedlingen uteblir"},
        "SSBTEK: driftstörning 23 nov 2026 – svar från Arbetsförmedlingen uteblir",
        "SSBTEK: disruption 23 Nov 2026, says the agency",
    ),
    (
        "incident.updated",
        {"subject": "incident:ssbtek:2026-11-23:1", "published": date(2026, 11, 24)},
        "SSBTEK: nytt besked om störningen 23 nov 2026",
        "SSBTEK: news of the disruption of 23 Nov 2026",
    ),
    (
        "incident.resolved",
        {"subject": "incident:ssbtek:2026-11-23:1", "published": date(2026, 11, 24)},
        "SSBTEK: störningen 23 nov 2026 är löst enligt FK",
        "SSBTEK: disruption of 23 Nov 2026 resolved, says the agency",
    ),
    (
        "certificate.changed",
        {"date": clock((2027, 2, 4, 18, 0), (2027, 2, 4, 18, 0)), "evidence": "Nytt certifikat tas i bruk"},
        "SSBTEK: certifikat byts tors 4 feb 2027 kl. 18.00",
        "SSBTEK: new certificate Thu 4 Feb 2027 at 18:00",
    ),
    (
        "certificate.changed",
        {"date": day(date(2027, 2, 4)), "previous_date": day(date(2027, 1, 12))},
        "SSBTEK: byte av anslutningsuppgifter FLYTTAT till tors 4 feb 2027",
        "SSBTEK: new connection details MOVED to Thu 4 Feb 2027",
    ),
    (
        "notice.published",
        {"evidence": "Grundbeloppet höjs"},
        "SSBTEK: nytt meddelande 20 nov 2026: «Grundbeloppet höjs»",
        "SSBTEK: new notice of 20 Nov 2026: «Grundbeloppet höjs»",
    ),
    (
        "notice.published",
        {"hints": ("closing",)},
        "SSBTEK: meddelande 20 nov 2026 kan gälla en stängning – läs själv",
        "SSBTEK: notice of 20 Nov 2026 may concern a closing – read it yourself",
    ),
    (
        "notice.published",
        {"hints": ("incident",), "published": None},
        "SSBTEK: meddelande kan gälla en driftstörning – läs själv",
        "SSBTEK: notice may concern a disruption – read it yourself",
    ),
    (
        "notice.published",
        {"hints": ("closing", "incident"), "service": "lefi-prenumeration"},
        "LEFI Prenumeration: meddelande kan gälla stängning eller störning – läs själv",
        "LEFI Prenumeration: notice may concern closing or disruption – read it yourself",
    ),
    (
        "announcement.updated",
        {},
        "SSBTEK: FK har ändrat ett meddelande från 20 nov 2026",
        "SSBTEK: the agency has edited a notice from 20 Nov 2026",
    ),
    (
        "announcement.removed",
        {"published": None},
        "SSBTEK: ett meddelande är borttaget",
        "SSBTEK: a notice has been removed",
    ),
    (
        "announcement.removed",
        {"hints": ("incident",)},
        "SSBTEK: meddelandet från 20 nov 2026 om störningen är borttaget",
        "SSBTEK: the notice from 20 Nov 2026 of the disruption has been removed",
    ),
    (
        "event.retracted",
        {"subject": "closing:ssbtek:8", "version": "8", "date": day(date(2027, 5, 1))},
        "RÄTTELSE: SSBTEK 8 stängs inte lör 1 maj 2027, vi läste fel",
        "CORRECTION: SSBTEK 8 does not close Sat 1 May 2027; we misread the page",
    ),
    (
        "page.unreadable",
        {"page": "ssbtek-drift"},
        "Vi kan inte läsa SSBTEK driftinformation sedan mån 23 nov kl. 09.42",
        "We cannot read the SSBTEK operations page since Mon 23 Nov at 09:42",
    ),
    (
        "page.moved",
        {"page": "lefi-online-release"},
        "LEFI Online releaseinformation har fått ny adress",
        "The LEFI Online release page has a new address",
    ),
]


@pytest.mark.parametrize(("event_type", "facts", "sv", "en"), TITLES)
def test_a_title_says_service_version_verb_and_date_in_both_languages(
    event_type: EventType, facts: dict[str, Any], sv: str, en: str
) -> None:
    said = phrase(event(event_type, **facts))
    assert (said.title.sv, said.title.en) == (sv, en)


def test_a_planned_closing_that_passed_is_never_told_as_done() -> None:
    said = phrase(event("closure.announced", version="8", date=day(date(2024, 6, 30)), state="planned"))
    assert "inte skrivit att stängningen är gjord" in said.summary.sv
    assert "has not said that the closing took place" in said.summary.en


def test_an_inferred_year_and_a_derivation_are_told_as_ours() -> None:
    said = phrase(
        event(
            "closure.announced",
            version="10",
            date=day(MARCH, year_inferred=True),
            state="planned",
            basis="derived",
            derivation='"tidigare versioner" läses som 9 och 10',
        )
    )
    assert "Årtalet står inte på sidan; vi läser 2027." in said.summary.sv
    assert 'Vår tolkning: "tidigare versioner" läses som 9 och 10.' in said.summary.sv
    assert "The page does not give the year; we read it as 2027." in said.summary.en


def test_the_advice_counts_to_the_last_working_day_because_the_page_gives_no_hour() -> None:
    said = phrase(event("closure.announced", version="10", date=day(date(2027, 3, 28)), state="planned"))
    assert said.action is not None
    assert "räkna torsdag 25 mars som sista säkra dag" in said.action.sv
    assert "treat Thursday 25 March as the last safe day" in said.action.en


def test_an_earlier_closing_says_how_much_time_is_lost() -> None:
    said = phrase(event("closure.rescheduled", version="10", date=day(date(2027, 1, 31)), previous_date=day(MARCH)))
    assert said.action is not None
    assert said.action.sv.startswith("Ni har 59 dagar kortare tid.")
    assert said.action.en.startswith("You have 59 days less.")


def test_there_is_no_advice_where_there_is_nothing_to_do() -> None:
    kinds: list[EventType] = ["notice.published", "announcement.updated", "announcement.removed", "page.moved"]
    assert [phrase(event(kind)).action for kind in kinds] == [None] * len(kinds)


def test_what_a_statement_affects_is_named_with_its_service() -> None:
    said = phrase(
        event(
            "content.changed",
            service="lefi-online",
            date=day(MARCH),
            affects=(Affected(service="lefi-online", versions=("6", "5", "7")), Affected(service="ssbtek")),
        )
    )
    assert "Berör LEFI Online 5, 6 och 7 samt SSBTEK." in said.summary.sv
    assert "Concerns LEFI Online 5, 6 and 7, and SSBTEK." in said.summary.en


def test_a_removed_announcement_is_never_called_resolved() -> None:
    said = phrase(event("announcement.removed"))
    assert "betyder inte att något är löst" in said.summary.sv
    assert "does not mean that anything was resolved" in said.summary.en
