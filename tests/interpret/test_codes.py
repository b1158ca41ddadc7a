"""Values of code lists, out of tables and of running text, and kinds of benefit without a code."""

from __future__ import annotations

import pytest

from monitor.model import TypeCode

PHRASES = "codes.txt"


def only(lines: list[str]) -> list[str]:
    return sorted(line for line in lines if line.startswith(("added", "removed")))


def test_codes_are_read_as_they_are_written(phrase, saying) -> None:
    told = saying(phrase.heading, phrase.text, page=phrase.page, published=phrase.published)
    assert only(told) == phrase.expected


def test_two_tables_back_to_back_may_share_a_code(saying) -> None:
    """Trap 27: the same code in two lists, a code that is its own description, header cells that repeat."""
    told = saying(
        "Nya typer i Migrationsverkets bastjänst",
        "Från och med den 16 december 2026 kompletteras bastjänsten med:\n"
        "ÄrendeTyp | Beskrivande text\nUS | UPPEHÅLLSRÄTT\n"
        "BeslutsTyp | Beskrivande text\nUS | UPPEHÅLLSRÄTT\nUPPHÖR | UPPHÖR\nBeslutsTyp | Beskrivande text",
        published="2026-12-16",
    )
    assert only(told) == [
        "added ssbtek BeslutsTyp UPPHÖR 2026-12-16.. Migrationsverket",
        "added ssbtek BeslutsTyp US 2026-12-16.. Migrationsverket",
        "added ssbtek ÄrendeTyp US 2026-12-16.. Migrationsverket",
    ]


def test_a_column_of_changes_tells_row_by_row_what_comes_and_goes(saying) -> None:
    told = saying(
        "Ändringar i kodlistan FormanKod",
        "Ändringarna gäller från och med den 1 oktober 2027.\n"
        "FormanKod | Benämning | Ändring\nAKB | Bonus | Ny\nTFX | Tillfällig | Utgår\nSP | Sjukpenning | Oförändrad",
        page="lefi-prenumeration-release",
    )
    assert only(told) == [
        "added lefi-prenumeration FormanKod AKB 2027-10-01..",
        "removed lefi-prenumeration FormanKod TFX 2027-10-01..",
    ]


def test_a_column_called_id_belongs_to_the_list_of_the_sentence_before(say) -> None:
    told = say(
        "Inkomst",
        "Från och med september 2027 levererar LEFI Online två nya värden för beloppstyp:\nID |"
        " Beskrivning\nP47 | Tillägg\nP48 | Avdrag",
    )
    codes = [claim for claim in told if isinstance(claim, TypeCode)]
    assert [(claim.service, claim.code_list, claim.code, claim.label) for claim in codes] == [
        ("lefi-online", "beloppstyp", "P47", "Tillägg"),
        ("lefi-online", "beloppstyp", "P48", "Avdrag"),
    ]


@pytest.mark.parametrize("code", ["SGI-0", "SGI-N", "A17", "FÖRFALLER", "B_2"])
def test_a_code_is_kept_whole(code, saying) -> None:
    told = saying("Ny kod", f"Värdet {code} läggs till i kodlistan SgiStatus den 3 maj 2027.")
    assert [line.split(" ")[3] for line in only(told)] == [code]


def test_the_owner_is_the_authority_as_the_page_names_it(say) -> None:
    told = say("Nytt från CSN", "CSN lägger till värdet KOM i kodlistan StödForm den 3 maj 2027.")
    assert [claim.owner for claim in told if isinstance(claim, TypeCode)] == ["CSN"]
    told = say("Nytt värde", "Värdet KOM läggs till i kodlistan StödForm den 3 maj 2027.")
    assert [claim.owner for claim in told if isinstance(claim, TypeCode)] == [None]


@pytest.mark.parametrize(
    "text",
    [
        "Benämningen på koden EGB i kodlistan FormanKod ändras den 16 september. Koden är densamma.",
        "Koden ETB finns i båda listorna.",
        "Anrop utan personnummer besvaras med felkod 500.",
        "Inga nya koder läggs till i kodlistan FormanKod.",
    ],
)
def test_what_neither_comes_nor_goes_is_no_event(text, saying) -> None:
    """Traps 19 and 29."""
    assert only(saying("Om kodlistor", text)) == []
