from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from monitor.model import Component, Event, EventType, HistoryEntry, Language, Message, Text, Version, When
from monitor.wording import (
    Watch,
    channel_test,
    closure_reminder,
    compose,
    correction,
    digest,
    heartbeat,
    page_message,
    phrase,
    welcome,
)
from monitor.wording.message import PHONE_LINES, lines
from monitor.wording.severity import severity_of

NOW = datetime(2026, 11, 23, 8, 42, tzinfo=UTC)
BASE = "https://vakt.example.org"
LABELS = {"sv": {"Kräver åtgärd", "Bra att veta", "Pågår nu"}, "en": {"Action needed", "Good to know", "Happening now"}}
WATCH = Watch(pages=6, readings=672, last_good_at=NOW, source_newest=date(2026, 11, 20))
LONG = (
    "Planen är att samtliga tidigare versioner av tjänsten stängs den 31 mars 2027. Den som använder tjänsten behöver "
    "gå över till den nya versionen i god tid före den dagen, annars slutar tjänsten att fungera. " * 4
).strip()


def day(year: int, month: int, number: int) -> When:
    value = date(year, month, number)
    return When(start=value, end=value, precision="day", text="x")


def event(event_type: EventType, number: int = 1, **facts: Any) -> Event:
    base = Event(
        id=f"e{number}",
        type=event_type,
        subject="thing:ssbtek:1",
        service="ssbtek",
        page="ssbtek-release",
        announcement_id="a1",
        published=date(2026, 11, 20),
        seen_at=NOW,
        severity=severity_of(event_type, facts.get("hints", ())),
        title=Text(sv="", en=""),
        summary=Text(sv="", en=""),
        url="https://agency.example/page#one",
    )
    return phrase(replace(base, **facts))


def version_ten(**changes: Any) -> Version:
    entry = HistoryEntry(
        type="closing",
        date=day(2027, 3, 31),
        state="planned",
        basis="stated",
        derivation=None,
        page="ssbtek-release",
        announcement_id="a1",
        published=date(2026, 11, 20),
        known_on=date(2026, 11, 20),
        evidence="Version 10 stängs den 31 mars 2027",
    )
    base = Version(
        service="ssbtek",
        version="10",
        status="closing",
        is_current=True,
        released=None,
        closes=day(2027, 3, 31),
        closing_state="planned",
        closing_confirmed=False,
        safe_until=date(2027, 3, 30),
        history=(entry,),
    )
    return replace(base, **changes)


RELEASE = event("release.announced", 1, version="11", date=day(2026, 12, 13), evidence="Version 11 driftsätts 13/12.")
CLOSINGS = [
    event(
        "closure.announced",
        number,
        version=label,
        date=day(2027, 3, 31),
        state="planned",
        basis="derived",
        derivation='"tidigare versioner" läses som 8, 9 och 10',
        evidence=LONG,
    )
    for number, label in enumerate(("8", "9", "10"), start=2)
]
CODES = [
    event(
        "type.added",
        number,
        code=code,
        code_list=code_list,
        label=label,
        owner="Migrationsverket",
        date=replace(day(2026, 12, 16), end=None),
        evidence="Från och med den 16 december tillkommer nya typer.",
    )
    for number, (code_list, code, label) in enumerate(
        [
            ("ÄrendeTyp", "XS", "Uppskjuten start"),
            ("BeslutsTyp", "QXS", "Påbörjad uppskjuten start"),
            ("BeslutsTyp", "XG", "Utgången"),
            ("BeslutsTyp", "XS", "Uppskjuten"),
            ("BeslutsTyp", "UPPHÖR", "Beslutet upphör"),
        ]
    )
]


def test_a_release_with_three_closings_is_one_message_that_leads_with_the_closings() -> None:
    message = compose([RELEASE, *CLOSINGS], lang="sv", base_url=BASE, now=NOW)
    assert message.toast == "SSBTEK 8, 9 och 10 stängs ons 31 mars 2027 (planerat) – byt till SSBTEK 11"
    assert message.label == "Kräver åtgärd"
    assert message.headline == "SSBTEK 8, 9 och 10 stängs onsdag 31 mars 2027"
    assert ("Dessutom", "SSBTEK 11 driftsätts sön 13 dec 2026") in [(fact.name, fact.value) for fact in message.facts]
    assert "Gå över till SSBTEK 11 eller senare före 31 mars 2027." in message.advice[0]
    assert 'Vår tolkning: "tidigare versioner" läses som 8, 9 och 10.' in message.lead
    assert next(quote.value for quote in message.quotes if quote.value).startswith("Planen är att samtliga")


def test_five_codes_are_one_message_with_their_lists() -> None:
    message = compose(CODES, lang="en", base_url=BASE)
    assert message.toast == "SSBTEK: 5 new codes from Migrationsverket from Wed 16 Dec 2026"
    assert [fact.name for fact in message.facts] == ["ÄrendeTyp", "BeslutsTyp", "Data from"]
    assert message.facts[0].value == "XS – Uppskjuten start"
    assert message.label == "Good to know"
    assert len(message.quotes) == 1


def test_a_quotation_that_is_too_long_is_cut_visibly() -> None:
    quote = compose([RELEASE, *CLOSINGS], lang="sv").quotes[0].value
    assert quote.endswith("(förkortat)")
    assert LONG.startswith(quote.removesuffix(" … (förkortat)"))


def test_buttons_lead_to_the_agency_first_and_to_us_only_where_a_reader_can_reach_us() -> None:
    assert [button.text for button in compose([RELEASE], lang="sv", base_url=BASE).buttons] == [
        "Läs hos FK",
        "Bevis och historik",
    ]
    for hidden in (None, "http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000", "http://0.0.0.0"):
        assert [button.url for button in compose([RELEASE], lang="sv", base_url=hidden).buttons] == [RELEASE.url]
    assert compose([RELEASE], lang="en", base_url=f"{BASE}/").buttons[1].url == f"{BASE}/en/events/e1"
    assert compose(CLOSINGS, lang="sv", base_url=BASE).buttons[1].url == f"{BASE}/announcements/a1"


def test_a_disturbance_is_happening_now_and_says_where_the_next_word_comes() -> None:
    reported = event("incident.reported", subject="incident:ssbtek:2026-11-23", owner="Arbetsförmedlingen")
    message = compose([reported], lang="sv")
    assert (message.label, message.urgency) == ("Pågår nu", "now")
    assert message.lead == (
        "Felet ligger enligt FK hos Arbetsförmedlingen. "
        "Nästa besked kommer i denna kanal, märkt SSBTEK-störning 23 nov 2026.",
    )
    assert message.footer.startswith("SSBTEK-störning 23 nov 2026 · inofficiell bevakning · tysta")


def test_a_window_is_happening_now_only_from_a_day_before() -> None:
    start = NOW + timedelta(hours=20)
    window = event(
        "maintenance.scheduled", date=When(start=start, end=start + timedelta(hours=2), precision="minute", text="x")
    )
    assert compose([window], lang="sv", now=NOW).label == "Pågår nu"
    assert compose([window], lang="sv", now=NOW - timedelta(days=3)).label == "Bra att veta"
    assert compose([window], lang="sv").label == "Bra att veta"


def test_a_later_closing_is_good_to_know_and_an_earlier_one_needs_action() -> None:
    facts = {"version": "10", "previous_date": day(2027, 3, 31), "state": "decided"}
    later = compose([event("closure.rescheduled", date=day(2027, 9, 30), **facts)], lang="sv")
    earlier = compose([event("closure.rescheduled", date=day(2027, 1, 31), **facts)], lang="sv")
    assert (later.label, earlier.label) == ("Bra att veta", "Kräver åtgärd")
    assert [(fact.name, fact.value) for fact in later.facts][:2] == [
        ("Förut", "onsdag 31 mars 2027"),
        ("Nu", "torsdag 30 september 2027 (183 dagar senare)"),
    ]


def test_a_correction_says_that_the_agency_changed_nothing_and_what_holds() -> None:
    wrong = event("closure.announced", version="8", date=day(2027, 5, 1), state="planned")
    right = event(
        "closure.announced", 2, version="9", date=day(2027, 5, 1), state="planned", evidence="Version 9 stängs"
    )
    retracted = event(
        "event.retracted", 3, subject="closing:ssbtek:8", version="8", date=day(2027, 5, 1), corrects=wrong.id
    )
    message = correction(replace(retracted, severity="major"), lang="sv", wrong=wrong, right=right)
    assert message.toast == "RÄTTELSE: SSBTEK 8 stängs inte lör 1 maj 2027, vi läste fel"
    assert message.lead == (
        "Vårt meddelande mån 23 nov 2026 kl. 09.42 var fel. FK har inte ändrat något. "
        "Rätt är: SSBTEK 9 stängs lördag 1 maj 2027.",
    )
    assert message.quotes[0].value == "Version 9 stängs"
    assert compose([retracted], lang="en").toast.startswith("CORRECTION: SSBTEK 8 does not close")


def test_operators_and_readers_of_a_blind_page_are_told_different_things() -> None:
    blind = event("page.unreadable", page="ssbtek-drift", announcement_id=None)
    operator = page_message(blind, lang="sv", attempts=3, items=10)
    reader = page_message(blind, lang="sv", to_readers=True)
    assert operator.headline == "Bevakningen är blind på en sida: SSBTEK driftinformation"
    assert reader.headline == "Just nu ser vi inte SSBTEK driftinformation"
    assert [fact.name for fact in operator.facts] == ["Sedan", "Orsak"]
    assert "3 försök" in operator.facts[0].value
    assert "brukar ha 10 meddelanden" in operator.facts[1].value
    assert any("betyder inte att allt fungerar" in words for words in reader.lead)
    mended = event("page.readable", page="ssbtek-drift", announcement_id=None)
    assert page_message(mended, lang="sv", news=0).lead == ("Under avbrottet: inget nytt.",)


def test_a_welcome_says_what_holds_and_what_is_ahead() -> None:
    message = welcome(lang="sv", now=NOW, services=["ssbtek"], versions=[version_ten()], ahead=CLOSINGS[2:])
    assert [(fact.name, fact.value) for fact in message.facts] == [
        ("Aktuell version enligt FK", "SSBTEK 10"),
        ("Framöver", "SSBTEK 10 stängs ons 31 mars 2027 (planerat)"),
        ("Pågår", "ingen driftstörning publicerad"),
    ]


def test_a_welcome_does_not_call_empty_what_has_not_been_read() -> None:
    nothing = Watch(pages=6, readings=0, blind=("ssbtek-drift",))
    message = welcome(lang="sv", now=NOW, services=["ssbtek"], versions=[], watch=nothing)
    assert [(fact.name, fact.value) for fact in message.facts] == [
        ("Framöver", "FK:s sidor är inte lästa ännu"),
        ("Pågår", "FK:s sidor är inte lästa ännu"),
    ]
    some = replace(WATCH, blind=("ssbtek-release",), unread=("ssbtek-drift",))
    message = welcome(lang="sv", now=NOW, services=["ssbtek"], versions=[], watch=some)
    assert ("Vi ser inte", "SSBTEK releaseinformation och SSBTEK driftinformation") in [
        (fact.name, fact.value) for fact in message.facts
    ]


def test_a_digest_counts_what_to_do_and_what_to_know() -> None:
    message = digest(
        lang="sv",
        start=date(2026, 11, 23),
        end=date(2026, 11, 29),
        services=["ssbtek", "lefi-online"],
        events=[CLOSINGS[2], CODES[0], RELEASE],
        versions=[version_ten()],
        watch=WATCH,
    )
    assert message.toast == "Vecka 48: 1 att göra, 2 att veta om SSBTEK och LEFI Online"
    assert message.label == "Kräver åtgärd"
    assert message.facts[-1].value.startswith("6 sidor, 672 läsningar, senast mån 23 nov 2026 kl. 09.42, inget avbrott")


def test_a_digest_tells_several_versions_or_codes_of_one_announcement_as_one_thing() -> None:
    message = digest(
        lang="sv",
        start=date(2026, 11, 23),
        end=date(2026, 11, 29),
        services=["ssbtek"],
        events=[*CLOSINGS, *[replace(code, announcement_id="a2") for code in CODES]],
        watch=WATCH,
    )
    assert message.toast == "Vecka 48: 1 att göra, 1 att veta om SSBTEK"
    assert [fact.value for fact in message.facts][:2] == [
        "SSBTEK 8, 9 och 10 stängs ons 31 mars 2027 (planerat)",
        "SSBTEK: 5 nya koder från Migrationsverket från ons 16 dec 2026",
    ]


def test_an_empty_digest_says_that_we_looked() -> None:
    message = digest(
        lang="sv",
        start=date(2026, 11, 23),
        end=date(2026, 11, 29),
        services=["ssbtek"],
        events=[],
        versions=[version_ten()],
        watch=replace(WATCH, blind=("ssbtek-drift",)),
    )
    assert message.headline == "Inget nytt vecka 48"
    assert ("Nästa stängning", "SSBTEK 10, onsdag 31 mars 2027 (planerat)") in [
        (fact.name, fact.value) for fact in message.facts
    ]
    assert "vi ser inte SSBTEK driftinformation" in message.facts[-1].value


def test_a_reminder_counts_to_the_last_safe_day_and_gets_urgent_after_it() -> None:
    before = closure_reminder(version_ten(), lang="sv", today=date(2027, 3, 23), url="https://agency.example/page")
    after = closure_reminder(version_ten(), lang="sv", today=date(2027, 3, 31))
    assert before.toast == "Påminnelse: SSBTEK 10 stängs ons 31 mars 2027 (planerat)"
    assert ("Sista säkra dag", "tisdag 30 mars 2027") in [(fact.name, fact.value) for fact in before.facts]
    assert before.quotes[0].value == "Version 10 stängs den 31 mars 2027"
    assert (before.urgency, after.urgency) == ("soon", "now")
    with pytest.raises(ValueError, match="closing day"):
        closure_reminder(version_ten(closes=None), lang="sv", today=date(2027, 3, 23))


def test_a_test_message_cannot_be_taken_for_news() -> None:
    message = channel_test(lang="sv", name="Driftkanalen", sent_at=NOW)
    assert message.toast.startswith("Test från Releasevakt")
    assert "Inget har hänt hos FK" in message.lead[0]


def test_nothing_can_be_composed_of_nothing() -> None:
    with pytest.raises(ValueError, match="at least one event"):
        compose([], lang="sv")


def everything(lang: Language) -> list[Message]:
    blind = event("page.failing", page="lefi-online-drift", announcement_id=None)
    return [
        compose([RELEASE, *CLOSINGS], lang=lang, base_url=BASE, now=NOW),
        compose(CODES, lang=lang, base_url=BASE),
        compose([replace(RELEASE, components=(Component(service="csn", version="3"),))], lang=lang),
        compose([event("announcement.removed")], lang=lang),
        compose([event("notice.published", hints=("closing",), evidence="Version fyra fasas ut.")], lang=lang),
        compose([blind], lang=lang),
        page_message(blind, lang=lang, to_readers=True, cause="sidan svarar inte"),
        welcome(lang=lang, now=NOW, services=["ssbtek"], versions=[version_ten()], ahead=[*CLOSINGS, *CODES]),
        channel_test(lang=lang, name="K", sent_at=NOW),
        digest(
            lang=lang,
            start=date(2026, 11, 23),
            end=date(2026, 11, 23),
            services=["ssbtek"],
            events=[
                *CLOSINGS,
                *CODES,
                *[replace(RELEASE, id=f"r{n}", announcement_id=f"r{n}", version=str(20 + n)) for n in range(5)],
            ],
            ongoing=[
                event("incident.reported", number, subject=f"incident:ssbtek:2026-11-{20 + number}")
                for number in range(4)
            ],
            versions=[version_ten()],
            watch=WATCH,
        ),
        closure_reminder(version_ten(), lang=lang, today=date(2027, 3, 23)),
        heartbeat(lang=lang, now=NOW, watch=WATCH, services=["ssbtek"]),
    ]


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_every_message_has_one_label_a_short_toast_an_unofficial_footer_and_fits_a_phone(lang: Language) -> None:
    for message in everything(lang):
        assert message.label in LABELS[lang]
        assert 0 < len(message.toast) <= 80
        assert "\n" not in message.toast
        assert ("inofficiell bevakning" if lang == "sv" else "unofficial monitoring") in message.footer
        assert ("tysta" if lang == "sv" else "mute") in message.footer
        assert len(lines(message)) <= PHONE_LINES
        assert "None" not in "\n".join(lines(message))
