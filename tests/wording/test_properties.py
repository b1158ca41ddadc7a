"""Whatever the facts are: both languages, short titles, no machine words, no countdowns, the same every time."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import (
    STOCKHOLM,
    Affected,
    ClosingState,
    Component,
    Environment,
    Event,
    EventType,
    Hint,
    Language,
    Precision,
    Text,
    When,
)
from monitor.wording import compose, phrase, severity_of
from monitor.wording.message import PHONE_LINES, lines

FORBIDDEN_SV = re.compile(r"\b(flyttas fram|framflytt\w*|tom|incident|major|severity|minor|critical)\b", re.IGNORECASE)
COUNTDOWN = re.compile(r"\bom \d+ (dag|dagar|veckor|timmar)\b|\bin \d+ (day|days|weeks|hours)\b", re.IGNORECASE)
WORDS = st.text(alphabet="abcdefghijklmnoprstuvåäö ", min_size=1, max_size=60).map(str.strip).filter(bool)
DAYS = st.dates(min_value=date(2014, 1, 1), max_value=date(2035, 12, 28))
VERSIONS = st.sampled_from(["3", "7", "7.1", "10", "11.0"])
SERVICES = st.sampled_from(["ssbtek", "lefi-online", "lefi-prenumeration", "ny-tjanst"])


@st.composite
def whens(draw: Any) -> When:
    start = draw(DAYS)
    end = start + timedelta(days=draw(st.integers(0, 40)))
    precision: Precision = draw(st.sampled_from(get_args(Precision)))
    bounds: list[Any] = [start, end]
    if precision == "minute":
        bounds = [
            datetime(day.year, day.month, day.day, draw(st.integers(0, 23)), 15, tzinfo=STOCKHOLM)
            for day in (start, end)
        ]
        bounds.sort()
    open_side = draw(st.sampled_from([None, None, 0, 1]))
    if open_side is not None:
        bounds[open_side] = None
    text = draw(st.sampled_from(["den dagen", "slutet av maj", "halvårsskiftet", "innan årsskiftet"]))
    return When(start=bounds[0], end=bounds[1], precision=precision, text=text, year_inferred=draw(st.booleans()))


@st.composite
def events(draw: Any) -> Event:
    event_type: EventType = draw(st.sampled_from(get_args(EventType)))
    service = draw(SERVICES)
    hints = tuple(draw(st.sets(st.sampled_from(get_args(Hint))))) if event_type == "notice.published" else ()
    kind = {"closure": "closing", "type": "code"}.get(event_type.partition(".")[0], event_type.partition(".")[0])
    if event_type == "event.retracted":
        kind = draw(st.sampled_from(["closing", "release", "code", "maintenance", "incident", "notice"]))
    return Event(
        id="e1",
        type=event_type,
        subject=f"{kind}:{service}:1",
        service=service,
        page=f"{service}-{draw(st.sampled_from(['release', 'drift']))}",
        announcement_id=draw(st.sampled_from(["a1", None])),
        published=draw(st.one_of(st.none(), DAYS)),
        seen_at=datetime(2026, 11, 23, 8, 42, tzinfo=UTC),
        severity=severity_of(event_type, hints),
        title=Text(sv="", en=""),
        summary=Text(sv="", en=""),
        url="https://agency.example/page",
        version=draw(st.one_of(st.none(), VERSIONS)),
        date=draw(st.one_of(st.none(), whens())),
        previous_date=draw(st.one_of(st.none(), whens())),
        state=draw(st.one_of(st.none(), st.sampled_from(get_args(ClosingState)))),
        code_list=draw(st.one_of(st.none(), st.just("BeslutsTyp"))),
        code=draw(st.one_of(st.none(), st.sampled_from(["QAB", "P99", "UPPHÖR"]))),
        label=draw(st.one_of(st.none(), WORDS)),
        owner=draw(st.one_of(st.none(), st.just("Migrationsverket"))),
        basis=draw(st.sampled_from(["stated", "derived"])),
        derivation=draw(st.one_of(st.none(), WORDS)),
        evidence=draw(st.one_of(st.none(), WORDS, st.just("Alla tidigare versioner stängs"))),
        affects=draw(st.sampled_from([(), (Affected(service="csn", versions=("3",)), Affected(service="ssbtek"))])),
        components=draw(st.sampled_from([(), (Component(service="lefi-online", version="5.1"),)])),
        environment=draw(st.one_of(st.none(), st.sampled_from(get_args(Environment)))),
        hints=hints,
    )


def page_words(event: Event) -> str:
    return " ".join(word for word in (event.label, event.evidence, event.derivation) if word)


@settings(max_examples=150, deadline=None)
@given(event=events())
def test_every_event_is_told_in_both_languages_in_a_title_that_fits_a_notification(event: Event) -> None:
    said = phrase(event)
    texts = [said.title, said.summary, *([said.action] if said.action else [])]
    for text in texts:
        assert text.sv.strip()
        assert text.en.strip()
        for words in (text.sv, text.en):
            assert "None" not in words
            assert "  " not in words
            assert not COUNTDOWN.search(words)
        if not FORBIDDEN_SV.search(page_words(event)):
            assert not FORBIDDEN_SV.search(text.sv)
    assert len(said.title.sv) <= 80
    assert len(said.title.en) <= 80
    assert phrase(said) == said


@settings(max_examples=100, deadline=None)
@given(event=events())
def test_no_version_number_stands_without_its_service_in_front_of_it(event: Event) -> None:
    said = phrase(event)
    if event.version and event.type.startswith(("closure.", "release.")):
        for title in (said.title.sv, said.title.en):
            before, number, _ = title.partition(event.version)
            assert number
            assert before.strip()


@settings(max_examples=100, deadline=None)
@given(several=st.lists(events(), min_size=1, max_size=6), lang=st.sampled_from(get_args(Language)))
def test_any_mix_of_events_makes_one_message_that_fits_a_phone(several: list[Event], lang: Language) -> None:
    several = [phrase(event) for event in several]
    message = compose(several, lang=lang, base_url="https://vakt.example.org")
    assert message == compose(several, lang=lang, base_url="https://vakt.example.org")
    assert len(message.toast) <= 80
    assert len(lines(message)) <= PHONE_LINES
    assert "None" not in "\n".join(lines(message))
    assert message.buttons[0].url == several[0].url


def test_the_severity_table_is_the_contracts() -> None:
    table = {kind: severity_of(kind) for kind in get_args(EventType)}
    assert {kind for kind, weight in table.items() if weight == "critical"} == {
        "closure.announced",
        "closure.rescheduled",
        "closure.withdrawn",
    }
    assert table["type.removed"] == table["incident.reported"] == table["certificate.changed"] == "major"
    assert table["type.added"] == table["maintenance.cancelled"] == table["incident.resolved"] == "minor"
    assert table["notice.published"] == table["page.unreadable"] == table["announcement.removed"] == "info"
    assert severity_of("notice.published", ("closing",)) == "major"
    assert severity_of("event.retracted", (), "closure.announced") == "major"
    assert severity_of("event.retracted", (), "type.added") == "info"
