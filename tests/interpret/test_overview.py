"""The overview of versions: panels and rows with a label for each date, and what their silence says."""

from __future__ import annotations

from datetime import date

import pytest

from monitor.interpret import interpret
from monitor.model import Block, Claim, Closing, Entry, Item, Page, Panel, Release, Status

PAGE = Page(key="ssbtek-release", service="ssbtek", kind="release", url="https://fk.example/")
STAMP = date(2027, 3, 1)


def panel(title: str, *entries: tuple[str, *tuple[str, ...]]) -> Panel:
    lines = [title, *(line for label, *values in entries for line in (label, *values))]
    return Panel(
        title=title,
        entries=tuple(Entry(label=label, values=tuple(values)) for label, *values in entries),
        text="\n".join(filter(None, lines)),
    )


def overview(*panels: Panel, released: dict[date, str] | None = None, newest: date = STAMP) -> tuple[Claim, ...]:
    blocks = tuple(Block(kind="paragraph", text=line) for one in panels for line in one.text.split("\n"))
    item = Item(
        heading="Sammanställning över versioner för SSBTEK",
        level=2,
        published=STAMP,
        updated=None,
        stamp_text="",
        blocks=blocks,
        panels=panels,
        kind="overview",
        position=1,
    )
    return interpret(item, PAGE, reference_on=STAMP, newest=newest, released=released or {})


def closing(cell: str, *, label: str = "Stängning av versionen", title: str = "Version 9") -> Closing | None:
    claims = overview(panel(title, ("Driftsättningsdatum", "2023-11-19"), (label, cell)))
    return next((claim for claim in claims if isinstance(claim, Closing)), None)


@pytest.mark.parametrize("label", ["Stängning av version", "Stängning av versionen", "Stängs", "Avvecklas", "Upphör"])
def test_the_label_of_a_closing_varies(label: str) -> None:
    """Trap 6."""
    found = closing("2027-06-30", label=label)
    assert found is not None
    assert found.date is not None
    assert found.date.end == date(2027, 6, 30)


@pytest.mark.parametrize(
    ("cell", "state"),
    [
        ("2027-06-30", "decided"),
        ("2026-06-30", "closed"),
        ("Planeras till 2027-06-30", "planned"),
        ("Prel. 2027-06-30", "planned"),
    ],
)
def test_a_bare_day_is_closed_when_it_lies_before_the_newest_stamp(cell: str, state: str) -> None:
    found = closing(cell)
    assert found is not None
    assert found.state == state


@pytest.mark.parametrize("cell", ["Ej inplanerat", "Inte planerad", "-", "", "Tills vidare", "Datum ej satt"])
def test_no_day_is_a_fact_and_no_event(cell: str) -> None:
    claims = overview(panel("Version 9", ("Driftsättningsdatum", "2023-11-19"), ("Stängning av versionen", cell)))
    assert not [claim for claim in claims if isinstance(claim, Closing)]
    assert [claim.closing_state for claim in claims if isinstance(claim, Status)] == ["not_planned"]


def test_sub_services_in_a_panel_are_components() -> None:
    """Trap 2: LEFI Online 5.1 in SSBTEK 7.1 is an attribute, not a version of SSBTEK."""
    claims = overview(
        panel(
            "Version 7.1",
            ("Sammanfattning innehåll", "LEFI Online version 5.1", "- CSN version 3", "Transportstyrelsen", "Ping"),
            ("Driftsättningsdatum", "2019-03-17"),
        )
    )
    (release,) = (claim for claim in claims if isinstance(claim, Release))
    assert release.version == "7.1"
    assert [(part.service, part.version) for part in release.components] == [
        ("lefi-online", "5.1"),
        ("csn", "3"),
        ("transportstyrelsen", None),
    ]


def test_a_panel_without_a_title_is_known_by_its_day() -> None:
    """Trap 7: the version's day of going live, told elsewhere, names it."""
    untitled = panel("", ("Driftsättningsdatum", "2018-09-16"), ("Stängning av versionen", "2020-10-31"))
    claims = overview(untitled, released={date(2018, 9, 16): "6"})
    assert [(claim.kind, getattr(claim, "version", None)) for claim in claims] == [("release", "6"), ("closing", "6")]


def test_a_panel_without_a_title_is_known_by_the_version_it_names() -> None:
    untitled = panel("", ("Innehåll", "Nyheter i version 7 av SSBTEK: ping"), ("Driftsättningsdatum", "2018-12-31"))
    assert [claim.version for claim in overview(untitled) if isinstance(claim, Release)] == ["7"]


def test_no_version_is_made_up_for_a_panel_that_cannot_be_known() -> None:
    untitled = panel("", ("Innehåll", "LEFI Online version 3"), ("Driftsättningsdatum", "2016-11-13"))
    assert not [claim for claim in overview(untitled) if isinstance(claim, Release | Closing)]


def test_the_quotation_goes_from_the_title_to_the_cell() -> None:
    one = panel("Version 9", ("Driftsättningsdatum", "2023-11-19"), ("Stängning av versionen", "2027-06-30"))
    for claim in overview(one):
        assert one.text.startswith(claim.evidence)


def test_a_table_in_an_item_is_read_by_its_header(saying) -> None:
    told = saying(
        "Stängningar",
        "Version | Driftsatt | Stängs\nSSBTEK 11 | 2025-03-02 | 2027-06-30\nSSBTEK 12 | 2026-03-01 | Ej inplanerat",
    )
    assert sorted(told) == [
        "closing ssbtek 11 2027-06-30 decided",
        "release ssbtek 11 2025-03-02",
        "release ssbtek 12 2026-03-01",
        "status ssbtek 12 not_planned",
    ]
