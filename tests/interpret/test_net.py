"""The second net: it catches what the interpreters cannot know, and is silent where nobody has to do anything."""

from __future__ import annotations

import time

import pytest

from monitor.interpret.net import hints
from monitor.model import Block, Item


def item(heading: str, text: str) -> Item:
    blocks = tuple(
        Block(kind="row" if " | " in line else "paragraph", text=line, cells=tuple(line.split(" | ")))
        for line in text.split("\n")
    )
    return Item(heading=heading, level=2, published=None, updated=None, stamp_text="", blocks=blocks, position=1)


@pytest.mark.parametrize(
    "text",
    [
        "Version 9 går i graven till sommaren.",
        "SSBTEK 9 tackar för sig den 30 juni.",
        "Vi drar ur kontakten för version 9.",
        "Efter den 30 juni kan version 9 inte längre anropas.",
        "Version 9 läggs ned.",
        "Sista dagen för version 9 är i juni.",
        "Gränssnittet släcks vid årsskiftet.",
        "Version 9 avveklas i juni.",
        "Version 9 stägs den 30 juni.",
        "Version 9 stängs inte förrän den 30 juni.",
    ],
)
def test_a_closing_in_odd_words_is_suspected(text) -> None:
    assert hints(item("Information", text), "release") == ("closing",)


@pytest.mark.parametrize(
    "text",
    [
        "SSBTEK har lagt sig igen, vi har ett haveri.",
        "Just nu har vi en driftsörning.",
        "Ett avbrot har inträffat.",
        "Tjänsten är otillgänglig.",
        "Aviseringarna uteblev i natt.",
    ],
)
def test_a_disturbance_in_odd_words_is_suspected(text) -> None:
    assert hints(item("Information", text), "drift") == ("incident",)


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("Ersättning till riskgrupper", "Rätten till ersättning upphör den 30 april. Ansökan stängs samma dag."),
        ("Bostadsbidrag", "Förmånen upphör när barnet fyller 18 år."),
        ("Nya typer i bastjänsten", "BeslutsTyp | Text\nTSU | TILLFÄLLIGT SKYDD UPPHÖRT"),
        ("Ingen stängning", "Någon stängning av version 9 är inte planerad."),
        ("Fråga", "När stängs version 9?"),
        ("Fält", "Uppgift om kön tas bort ur svaret från SSBTEK."),
        ("Avtal", "Avtalet upphör den 30 juni."),
        ("Drift", "Det finns inga kända störningar."),
        ("Underhåll", "Korta avbrott kan förekomma."),
        ("Om sidan", "Driftstörningar beskrivs på en egen sida."),
    ],
)
@pytest.mark.parametrize("kind", ["release", "drift"])
def test_the_net_is_silent_where_nobody_has_to_do_anything(heading, text, kind) -> None:
    assert hints(item(heading, text), kind) == ()


def test_an_item_that_is_understood_gets_no_hint(saying) -> None:
    assert saying("Störning", "SSBTEK svarar inte.", page="ssbtek-drift") == ["incident reported ssbtek"]


def test_what_only_the_net_sees_is_a_notice_with_a_hint(saying) -> None:
    assert saying("Läs detta", "Det gamla gränssnittet hamnar i malpåse.") == ["hint closing"]


def test_a_very_long_text_is_scanned_in_bounded_time() -> None:
    long = item("Information", "version stängning avbrott inte längre kan något annat som fel och problem " * 4000)
    started = time.process_time()
    hints(long, "drift")
    assert time.process_time() - started < 8
