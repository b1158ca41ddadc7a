# ruff: noqa: E501 - the samples are pages, and pages have long lines
"""The list of versions in every layout it has stood in, and some it may stand in next."""

from __future__ import annotations

from datetime import date
from itertools import chain

import pytest

from monitor.model import Item, Panel, Reading
from monitor.parse import parse

URL = "https://www.example.se/ssbtek/release"
ROWS = (
    ("Version 7", ("Pingfunktion", "LEFI Online version 5.0"), "2018-12-31", "Ej inplanerat"),
    ("Version 7.1", ("LEFI Online version 5.1",), "2019-03-17", "Ej inplanerat"),
    ("Version 8", ("Ny bastjänst",), "2019-11-17", "2026-06-30"),
)
BEFORE = "<h2>Ny kod i LEFI Online</h2><p>(publicerad 2026-03-16)</p><p>Koden heter P39.</p>"
HEAD = "<h2>Sammanställning över versioner</h2><p>(Publicerad 2019-08-23)</p><p>Kort om versionerna.</p>"
AFTER = "<h2>Äldre nyhet</h2><p>(publicerad 2018-01-16)</p><p>Koden heter P38.</p>"


def read(body: str) -> Reading:
    page = f"<html><head><title>Release</title></head><body><main><h1>Releaseinformation för SSBTEK</h1>{body}</main></body></html>"
    reading = parse(page.encode(), page="ssbtek-release", url=URL)
    assert reading.coverage.unaccounted == 0
    return reading


def overview(reading: Reading) -> Item:
    [found] = [item for item in reading.items if item.kind == "overview"]
    for panel in found.panels:
        assert panel.text in found.text
        for words in chain.from_iterable(entry.values for entry in panel.entries):
            assert words in panel.text
    return found


def rows(panels: tuple[Panel, ...]) -> list[tuple[str, dict[str, tuple[str, ...]]]]:
    return [(panel.title, {entry.label: entry.values for entry in panel.entries}) for panel in panels]


def gold(
    *, titles: bool = True, live: str = "Driftsättningsdatum", closing: str = "Stängning av versionen"
) -> list[object]:
    return [
        (title if titles else "", {"Sammanfattning innehåll": content, live: (start,), closing: (end,)})
        for title, content, start, end in ROWS
    ]


def inside(content: tuple[str, ...], start: str, end: str, *, tag: str = "h4") -> str:
    lines = "".join(f"<p>{line}</p>" for line in content)
    return f"<{tag}>Sammanfattning innehåll</{tag}>{lines}<{tag}>Driftsättningsdatum</{tag}><p>{start}</p><{tag}>Stängning av versionen</{tag}><p>{end}</p>"


PANELS = {
    "accordion": "<div class='e'><h3><button type='button' aria-expanded='false' aria-controls='x'>\n   {title}\n  <svg></svg>&nbsp;</button></h3><div id='x' hidden>{body}</div></div>",
    "details": "<details><summary>{title}</summary><div>{body}</div></details>",
    "collapsible": "<div><h3 class='e'><a role='button' href='#x' data-target='#x' aria-controls='x'><span>{title}</span></a></h3><div id='x'>{body}</div></div>",
    "bare button": "<div><button aria-expanded='true'>{title}</button><div>{body}</div></div>",
    "deeper headings": "<h3>{title}</h3>{body}",
    "bold titles": "<p><strong>{title}</strong></p>{body}",
    "headings of the items' level": "<h2>{title}</h2>{body}",
    "plain lines": "<p>{title}</p>{body}",
}


@pytest.mark.parametrize("layout", PANELS)
@pytest.mark.parametrize("label", ["h4", "strong", "p", "dt"])
def test_panels_in_every_layout(layout: str, label: str) -> None:
    panels = "".join(
        PANELS[layout].format(title=title, body=inside(content, start, end, tag=label))
        for title, content, start, end in ROWS
    )
    reading = read(BEFORE + HEAD + panels + AFTER)
    assert [item.heading for item in reading.items] == [
        "Ny kod i LEFI Online",
        "Sammanställning över versioner",
        "Äldre nyhet",
    ]
    found = overview(reading)
    assert rows(found.panels) == gold()
    assert found.published == date(2019, 8, 23)
    assert found.text.startswith("Kort om versionerna.")
    assert [item.text for item in reading.items if item.kind == "item"] == ["Koden heter P39.", "Koden heter P38."]


@pytest.mark.parametrize("label", ["h4", "strong", "p"])
def test_panels_whose_titles_are_lost(label: str) -> None:
    panels = "".join(
        f"<div class='panel'>{inside(content, start, end, tag=label)}</div>" for _, content, start, end in ROWS
    )
    reading = read(BEFORE + HEAD + panels + AFTER)
    assert rows(overview(reading).panels) == gold(titles=False)
    assert [item.heading for item in reading.items] == [
        "Ny kod i LEFI Online",
        "Sammanställning över versioner",
        "Äldre nyhet",
    ]


def test_labels_may_stand_on_the_line_of_their_values() -> None:
    panels = "".join(
        f"<h3>{title}</h3><p>Sammanfattning innehåll: {content[0]}</p><p><strong>Driftsättningsdatum:</strong> {start}</p><p>Stängning av versionen: {end}</p>"
        for title, content, start, end in ROWS
    )
    found = overview(read(HEAD + panels + AFTER))
    assert [
        (title, values["Driftsättningsdatum"], values["Stängning av versionen"]) for title, values in rows(found.panels)
    ] == [(title, (start,), (end,)) for title, _, start, end in ROWS]


def test_labels_may_stand_in_a_small_table_of_two_columns() -> None:
    panels = "".join(
        f"<h3>{title}</h3><table><tr><th>Sammanfattning innehåll</th><td>{content[0]}</td></tr><tr><th>Driftsättningsdatum</th><td>{start}</td></tr><tr><th>Stängning av version</th><td>{end}</td></tr></table>"
        for title, content, start, end in ROWS
    )
    found = overview(read(HEAD + panels + AFTER))
    assert [(title, values["Stängning av version"]) for title, values in rows(found.panels)] == [
        (title, (end,)) for title, _, _, end in ROWS
    ]


def table(header: str, body: str) -> str:
    return f"<table><caption>Skriv tabellbeskrivning här</caption>{header}<tbody>{body}</tbody></table>"


HEADERS = {
    "head": "<thead><tr><th>Version</th><th>Sammanfattning innehåll</th><th>Driftsättningsdatum</th><th>Stängning av version</th></tr></thead>",
    "bold": "<tr><td><strong>Version</strong></td><td><strong>Sammanfattning innehåll</strong></td><td><strong>Driftsättningsdatum</strong></td><td><strong>Stängning av version</strong></td></tr>",
    "plain": "<tr><td>Version</td><td>Sammanfattning innehåll</td><td>Driftsättningsdatum</td><td>Stängning av version</td></tr>",
    "unnamed": "<tr><th></th><th>Sammanfattning innehåll</th><th>Driftsättningsdatum</th><th>Stängning av version</th></tr>",
}
SECOND = {
    "empty": "<tr><td></td><td>{0}</td><td>{1}</td><td>{2}</td></tr>",
    "blank": "<tr><td><p>&nbsp;</p></td><td>{0}</td><td>{1}</td><td>{2}</td></tr>",
    "missing": "<tr><td>{0}</td><td>{1}</td><td>{2}</td></tr>",
    "spanned": "<tr><td>{0}</td><td>{1}</td><td>{2}</td></tr>",
}


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("second", SECOND)
def test_a_table_with_a_row_that_lacks_its_version(header: str, second: str) -> None:
    def cell(lines: tuple[str, ...]) -> str:
        return "<br>".join(lines)

    span = " rowspan='2'" if second == "spanned" else ""
    (first, one, start, end), (_, two, start2, end2), (third, three, start3, end3) = ROWS
    body = (
        f"<tr><td{span}>{first}</td><td>{cell(one)}</td><td>{start}</td><td>{end}</td></tr>"
        + SECOND[second].format(cell(two), start2, end2)
        + f"<tr><td>{third}</td><td>{cell(three)}</td><td>{start3}</td><td>{end3}</td></tr>"
    )
    found = overview(read(BEFORE + HEAD + table(HEADERS[header], body) + AFTER))
    expected = [
        (title, {"Sammanfattning innehåll": content, "Driftsättningsdatum": (live,), "Stängning av version": (closes,)})
        for title, (_, content, live, closes) in zip((first, "", third), ROWS, strict=True)
    ]
    assert [(panel.title, {entry.label: entry.values for entry in panel.entries}) for panel in found.panels] == [
        (title, values) for title, values in expected
    ]


def test_typed_bullets_in_cells_are_lines() -> None:
    body = "<tr><td>7</td><td><p>Pingfunktion</p><p>LEFI Online version 5.0<br>- Karensavdrag<br>- Pension</p></td><td>2018-12-31</td><td>Ej inplanerat</td></tr>"
    reading = parse(
        f"<main><h1>Releaseinformation</h1>{HEAD}{table(HEADERS['head'], body)}</main>".encode(),
        page="ssbtek-release",
        url=URL,
    )
    [panel] = reading.items[0].panels
    assert panel.entries[0].values == ("Pingfunktion", "LEFI Online version 5.0", "- Karensavdrag", "- Pension")
    assert panel.title == "7"


def test_a_version_item_with_a_stamp_is_no_panel() -> None:
    panels = "".join(f"<h3>{title}</h3>{inside(content, start, end)}" for title, content, start, end in ROWS)
    item = "<h2>Version 9 av SSBTEK</h2><p>(publicerad 2023-11-23)</p><p>Version 9 är aktuell version.</p>"
    reading = read(item + HEAD + panels + AFTER)
    assert [(found.heading, found.kind) for found in reading.items] == [
        ("Version 9 av SSBTEK", "item"),
        ("Sammanställning över versioner", "overview"),
        ("Äldre nyhet", "item"),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "<div><p>Versioner</p></div>",
        "<div><strong>Versioner</strong></div>",
        "<h2>Versioner</h2>",
        "<h3>Versioner</h3>",
    ],
)
def test_panels_without_a_stamped_heading_take_the_nearest_title(name: str) -> None:
    panels = "".join(
        PANELS["details"].format(title=title, body=inside(content, start, end)) for title, content, start, end in ROWS
    )
    reading = read(BEFORE + name + panels + AFTER)
    assert [(item.heading, item.kind) for item in reading.items] == [
        ("Ny kod i LEFI Online", "item"),
        ("Versioner", "overview"),
        ("Äldre nyhet", "item"),
    ]
    assert rows(overview(reading).panels) == gold()


def test_panels_alone_on_the_page_are_an_overview() -> None:
    panels = "".join(
        PANELS["accordion"].format(title=title, body=inside(content, start, end)) for title, content, start, end in ROWS
    )
    reading = read(panels)
    assert [item.heading for item in reading.items] == ["Versioner"]
    assert rows(overview(reading).panels) == gold()


def test_labels_in_a_single_announcement_make_no_overview() -> None:
    reading = read(
        "<h2>SSBTEK version 12</h2><p>(publicerad 2027-02-03)</p><p><strong>Innehåll</strong></p><p>Nya koder.</p><p><strong>Driftsättningsdatum</strong></p><p>2027-03-14</p>"
        + AFTER
    )
    assert [item.kind for item in reading.items] == ["item", "item"]
    assert reading.items[0].text == "Innehåll\nNya koder.\nDriftsättningsdatum\n2027-03-14"


def test_an_entry_of_a_nested_list_that_names_a_version_begins_the_next_panel() -> None:
    listed = (
        "<ul><li>Version 7<ul><li>Driftsättningsdatum: 2018-12-31</li><li>Stängning av versionen: Ej inplanerat</li></ul></li>"
        "<li>Version 7.1<ul><li>Sammanfattning innehåll: Ny bastjänst</li><li>Driftsättningsdatum: 2019-03-17</li></ul></li>"
        "<li>Version 8<ul><li>Driftsättningsdatum: 2019-11-17</li><li>Innehåll: Pingfunktion</li></ul></li>"
        "<li>Version 9<ul><li>Stängning av versionen: 2026-06-30</li></ul></li></ul>"
    )
    assert rows(overview(read(HEAD + listed + AFTER)).panels) == [
        ("Version 7", {"Driftsättningsdatum": ("2018-12-31",), "Stängning av versionen": ("Ej inplanerat",)}),
        ("Version 7.1", {"Sammanfattning innehåll": ("Ny bastjänst",), "Driftsättningsdatum": ("2019-03-17",)}),
        ("Version 8", {"Driftsättningsdatum": ("2019-11-17",), "Innehåll": ("Pingfunktion",)}),
        ("Version 9", {"Stängning av versionen": ("2026-06-30",)}),
    ]


@pytest.mark.parametrize(("table", "cell"), [("table", "cell"), ("grid", "gridcell")])
def test_a_table_made_of_roles_is_read_as_one(table: str, cell: str) -> None:
    def line(role: str, *texts: str) -> str:
        return "<div role='row'>" + "".join(f"<span role='{role}'>{text}</span>" for text in texts) + "</div>"

    grid = (
        f"<div role='{table}' aria-label='Versioner'>"
        + line("columnheader", "Version", "Innehåll", "Togs i bruk", "Tas ur bruk")
        + "<div role='rowgroup'>"
        + line(cell, "11", "LEFI Online version 9", "2029-03-11", "2031-09-30")
        + line(cell, "12", "Rättningar", "2029-11-18", "Inget beslut")
        + "</div></div>"
    )
    card = f"<ul><li><article><h3>Versionernas livslängd</h3><dl><dt>Publicerad</dt><dd><time datetime='2032-01-07'>7 januari 2032</time></dd></dl>{grid}</article></li></ul>"
    found = overview(read(card))
    assert (found.heading, found.published) == ("Versionernas livslängd", date(2032, 1, 7))
    assert rows(found.panels) == [
        (
            "11",
            {"Innehåll": ("LEFI Online version 9",), "Togs i bruk": ("2029-03-11",), "Tas ur bruk": ("2031-09-30",)},
        ),
        ("12", {"Innehåll": ("Rättningar",), "Togs i bruk": ("2029-11-18",), "Tas ur bruk": ("Inget beslut",)}),
    ]


def test_roles_within_a_cell_do_not_break_its_row() -> None:
    cells = "<td>11</td><td><div role='row'><span role='cell'>Ny kod</span></div></td><td>2029-03-11</td><td>2031-09-30</td>"
    table = f"<table><tr><th>Version</th><th>Innehåll</th><th>Driftsättning</th><th>Stängning</th></tr><tr>{cells}</tr></table>"
    assert rows(overview(read(HEAD + table + AFTER)).panels) == [
        ("11", {"Innehåll": ("Ny kod",), "Driftsättning": ("2029-03-11",), "Stängning": ("2031-09-30",)})
    ]
