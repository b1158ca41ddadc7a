"""The saved page of May 2025, in its two forms. Only dates, codes and counts are asserted."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from monitor.model import Reading
from monitor.parse import digest, parse

FOLDER = os.environ.get("RELEASEVAKT_REAL_PAGES")
pytestmark = pytest.mark.skipif(not FOLDER, reason="RELEASEVAKT_REAL_PAGES is not set: the real page was NOT read")

STAMPS = [
    date(2024, 5, 10), date(2023, 11, 23), date(2022, 6, 28), date(2019, 8, 23), date(2021, 6, 17),
    date(2020, 12, 16), date(2020, 9, 10), date(2020, 4, 30), date(2020, 4, 2), date(2020, 2, 12),
]  # fmt: skip
VERSIONS = [
    ("1", "2014-05-18", "2017-01-17"),
    ("2", "2015-05-25", "2017-11-11"),
    ("3", "2016-11-13", "2019-05-02"),
    ("4", "2017-05-28", "2019-09-03"),
    ("6", "2018-09-16", "2020-10-31"),
    ("7", "2018-12-31", "Ej inplanerat"),
    ("7.1", "2019-03-17", "Ej inplanerat"),
    ("8", "2019-11-17", "Ej inplanerat"),
]


@pytest.fixture(params=["html", "txt"])
def reading(request: pytest.FixtureRequest) -> Reading:
    [path] = Path(FOLDER or "").glob(f"*.{request.param}")
    return parse(path.read_bytes(), page="ssbtek-release", url="https://www.forsakringskassan.se/ssbtek/release")


def test_every_announcement_has_its_stamp(reading: Reading) -> None:
    assert [item.published for item in reading.items] == STAMPS
    assert [item.updated for item in reading.items if item.updated] == [date(2021, 9, 3)]
    assert reading.page_updated == date(2025, 5, 2)
    assert [item.ordinal for item in reading.items] == [1] * 10


def test_the_overview_has_its_panels(reading: Reading) -> None:
    [overview] = [item for item in reading.items if item.kind == "overview"]
    assert overview.position == 4
    assert [panel.title for panel in overview.panels] == [f"Version {version}" for version, _, _ in VERSIONS]
    assert [(panel.entries[-2].values, panel.entries[-1].values) for panel in overview.panels] == [
        ((live,), (closes,)) for _, live, closes in VERSIONS
    ]
    for panel in overview.panels:
        assert panel.text in overview.text
        assert len(panel.entries) == 3
        assert all(entry.values for entry in panel.entries)
    assert "LEFI Online version 5.1" in overview.panels[6].entries[0].values


def test_nothing_is_unaccounted_for(reading: Reading) -> None:
    assert reading.coverage.unaccounted == 0
    assert reading.coverage.blocks == reading.coverage.kept + reading.coverage.boilerplate
    assert reading.coverage.kept > 160


def test_no_words_of_the_shell_are_left(reading: Reading) -> None:
    everything = "\n".join(item.text for item in reading.items)
    for words in (
        "fönster",
        "Skriv tabell",
        "löpande releaseinformation",
        "cookies",
        "Gå till innehåll",
        "Senast uppdaterad",
    ):
        assert words not in everything


def test_both_forms_say_the_same() -> None:
    readings = [
        parse(path.read_bytes(), page="p", url="https://www.forsakringskassan.se/")
        for path in sorted(Path(FOLDER or "").iterdir())
        if path.suffix in (".html", ".txt")
    ]
    first, second = (
        [(item.heading, item.published, item.panels and len(item.panels)) for item in reading.items]
        for reading in readings
    )
    assert first == second


def test_tables_samples_and_the_bold_words_survive() -> None:
    [path] = Path(FOLDER or "").glob("*.html")
    reading = parse(path.read_bytes(), page="p", url="https://www.forsakringskassan.se/")
    codes = [block for block in reading.items[5].blocks if block.kind == "row"]
    assert [(block.table, block.cells[0], block.header) for block in codes] == [
        (1, "ÄrendeTyp", True), (1, "US", False),
        (2, "BeslutsTyp", True), (2, "PUS", False), (2, "UG", False), (2, "US", False), (2, "FÖRFALLER", False),
    ]  # fmt: skip
    assert "<EXA:id>P38</EXA:id>" in reading.items[4].text
    assert reading.items[0].blocks[1].emphasised == ("Förebyggande sjukpenning", "förebyggande sjukpenning")
    assert [link.url for link in reading.items[1].blocks[3].links] == [
        "mailto:AnslutningExterntInformationsutbyte@forsakringskassan.se"
    ]
    assert len(reading.related) == 2


def test_a_new_nonce_is_no_change() -> None:
    [path] = Path(FOLDER or "").glob("*.html")
    body = path.read_bytes()
    other = body.replace(b"1f0c7a52-6f7e-4f0c-9a55-3f5f2f0f9d11", b"00000000-0000-4000-8000-000000000000").replace(
        b"svid12_", b"svid77_"
    )
    assert other != body
    url = "https://www.forsakringskassan.se/"
    assert digest(parse(other, page="p", url=url)) == digest(parse(body, page="p", url=url))
