"""Events between two ledgers: properties that hold for every page and every order of looking at it."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.diff import diff, events_of, fold_events, standings
from monitor.model import Memory
from monitor.settle import Ledger, settle
from tests.told import Told, html, ledger_of, look, over_time, snapshot

DAYS = ("28 februari 2027", "31 mars 2027", "30 juni 2027", "30 september 2027", "31 december 2027")
EMPTY = settle((), ())
TEXTS = st.one_of(
    st.builds(
        "SSBTEK version {} {} den {}.".format,
        st.sampled_from(("7", "7.1", "8", "9", "9.0")),
        st.sampled_from(("stängs", "driftsätts", "avvecklas", "släpps")),
        st.sampled_from(DAYS),
    ),
    st.builds(
        "{} av SSBTEK version {} {}.".format,
        st.sampled_from(("Stängningen", "Driftsättningen")),
        st.sampled_from(("7", "8", "9")),
        st.one_of(
            st.builds("flyttas till den {}".format, st.sampled_from(DAYS)),
            st.sampled_from(("skjuts upp, nytt datum meddelas senare", "är inställd")),
        ),
    ),
    st.builds("Alla tidigare versioner av SSBTEK stängs den {}.".format, st.sampled_from(DAYS)),
    st.builds(
        "Koden {} i kodlistan BeslutsTyp {} den {}.".format,
        st.sampled_from(("PUS", "UG", "SGI-0")),
        st.sampled_from(("läggs till", "tas bort")),
        st.sampled_from(DAYS),
    ),
    st.sampled_from(("Enkäten är öppen.", "Aktuell version är SSBTEK version 9.", "Ingen ny version driftsätts.")),
)
STAMPS = st.dates(min_value=date(2026, 1, 5), max_value=date(2026, 12, 20))
ITEMS = st.lists(
    st.builds(
        Told,
        st.sampled_from(("Version 9", "Stängning", "Nytt datum", "Ändrade koder", "Information")),
        STAMPS.map(str),
        st.lists(TEXTS, min_size=1, max_size=3).map("\n".join),
    ),
    min_size=1,
    max_size=6,
)
CASES = settings(max_examples=20, deadline=None)


def page(items: list[Told]) -> bytes:
    return html(*sorted(items, key=lambda item: item.published or "", reverse=True))


@CASES
@given(ITEMS, ITEMS)
def test_folding_a_diff_reproduces_the_ledger(first: list[Told], more: list[Told]) -> None:
    before = ledger_of(snapshot(page(first), "2027-01-04"))
    memory, _ = over_time(snapshot(page(first), "2027-01-04"), snapshot(page(first + more), "2027-01-05"))
    after = settle(memory.statements, memory.announcements)
    told = (*diff(EMPTY, before), *diff(before, after))
    folded = fold_events(sorted(told, key=lambda event: _place(event.id, after)))
    assert {subject: folded.get(subject) for subject in standings(after)} == standings(after)


def _place(id_: str, ledger: Ledger) -> int:
    order = [turn.id for turn in ledger.turns()]
    return order.index(id_) if id_ in order else -1


@CASES
@given(ITEMS)
def test_a_second_diff_is_empty(items: list[Told]) -> None:
    ledger = ledger_of(snapshot(page(items), "2027-01-04"))
    assert diff(ledger, ledger) == ()
    assert events_of(ledger, {event.id for event in diff(EMPTY, ledger)}) == ()


@CASES
@given(ITEMS)
def test_a_second_look_at_the_same_page_tells_nothing(items: list[Told]) -> None:
    first = look(Memory(), page(items), "2027-01-04")
    second = look(first.memory, page(items), "2027-01-05", known=[event.id for event in first.events])
    assert second.events == ()
    assert second.statements == ()
    assert second.memory == first.memory


@CASES
@given(ITEMS, st.sampled_from(("2027-01-04", "2029-07-02", "2033-02-28")))
def test_reading_in_a_later_year_gives_the_same_events(items: list[Told], day: str) -> None:
    early = ledger_of(snapshot(page(items), "2027-01-04"))
    late = ledger_of(snapshot(page(items), day))
    assert [turn.id for turn in early.turns()] == [turn.id for turn in late.turns()]


VARIANTS = {
    "another layout": lambda body: body.replace(b"<main>", b"<main><div class=x9><section>").replace(
        b"</main>", b"</section></div></main>"
    ),
    "white space": lambda body: body.replace(b"<p>", b"\n\t <p>\n  ").replace(b"</p>", b"  \n</p>"),
    "no-break spaces": lambda body: body.replace(b" version ", " version\u00a0".encode()),
    "dashes": lambda body: body.replace(b"2026-", "2026\u2011".encode()),
    "inline tags": lambda body: body.replace(b"SSBTEK", b"SS<strong>BT</strong>EK"),
    "soft hyphens": lambda body: body.replace("stängs".encode(), "stäng\u00ads".encode()),
    "attributes": lambda body: body.replace(b"<h2>", b'<h2 class="a7f" id="svid12_99">').replace(
        b"<p>", b"<p class=n>"
    ),
}


@pytest.mark.parametrize("variant", VARIANTS)
@settings(max_examples=8, deadline=None)
@given(items=ITEMS)
def test_ids_are_stable_under_another_layout(variant: str, items: list[Told]) -> None:
    body = page(items)
    plain = ledger_of(snapshot(body, "2027-01-04"))
    other = ledger_of(snapshot(VARIANTS[variant](body), "2027-01-04"))
    assert sorted(turn.id for turn in plain.turns()) == sorted(turn.id for turn in other.turns())
    assert sorted(plain.announcements) == sorted(other.announcements)


@settings(max_examples=10, deadline=None)
@given(ITEMS, ITEMS, ITEMS)
def test_the_order_of_ingestion_makes_no_difference(first: list[Told], second: list[Told], third: list[Told]) -> None:
    copies = [
        snapshot(page(first), "2027-01-04"),
        snapshot(page(first + second), "2027-02-01"),
        snapshot(page(first + second + third), "2027-03-01"),
    ]
    told = [over_time(*order) for order in permutations(copies)]
    ids = [[event.id for event in events] for _, events in told]
    assert all(other == ids[0] for other in ids)
    stands = [standings(settle(memory.statements, memory.announcements)) for memory, _ in told]
    assert all(other == stands[0] for other in stands)


def test_ids_name_the_event_and_nothing_of_the_machine() -> None:
    item = Told("Version 9 stängs", "2026-03-02", "SSBTEK version 9 stängs den 30 juni 2027.")
    (event,) = diff(EMPTY, ledger_of(snapshot(html(item), "2026-09-01")))
    assert event.id == diff(EMPTY, ledger_of(snapshot(html(item), "2030-09-01")))[0].id
    assert event.subject == "closing:ssbtek:9"


def test_a_diff_in_an_older_year_of_only_an_inferred_year_is_no_event() -> None:
    item = Told("Version 9 stängs", "2026-03-02", "SSBTEK version 9 stängs den 30 juni.")
    first = look(Memory(), html(item), "2026-03-02")
    again = look(first.memory, html(item), "2028-01-03", known=[event.id for event in first.events])
    assert again.events == ()


def test_origin_and_wording_are_told_with_the_event() -> None:
    item = Told("Version 9 stängs", "2026-03-02", "SSBTEK version 9 stängs den 30 juni 2027.")
    (event,) = diff(EMPTY, ledger_of(snapshot(html(item), "2026-09-01")), origin="reader")
    assert event.origin == "reader"
    assert event.severity == "critical"
    assert "9" in event.title.sv
    assert event.evidence == item.text
