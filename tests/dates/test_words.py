"""Folding, squeezing, keys and sentences."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.words import fold, heading_key, sentences, squeeze


def parts(text: str) -> list[str]:
    return [text[span.start : span.end] for span in sentences(text)]


@given(st.text())
def test_folding_keeps_the_length_of_any_text(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("dash", "‐‑‒–—―−-")
def test_every_dash_folds_to_a_hyphen(dash: str) -> None:
    assert fold(f"18{dash}19 MAJ") == "18-19 maj"


@pytest.mark.parametrize("space", "\u00a0\u202f\u2009\u3000\t ")
def test_every_space_folds_to_a_plain_one(space: str) -> None:
    assert fold(f"7{space}april") == "7 april"


def test_a_letter_whose_lower_case_is_longer_stays_as_it_is() -> None:
    assert fold("Straße İ") == "straße İ"


def test_squeezing_keeps_dashes_and_no_break_spaces_and_drops_what_cannot_be_seen() -> None:
    assert squeeze("  Stängs\n\t den\u00a07\u00a0april \u2011 kl.  18 \u00ad\u200b") == (
        "Stängs den\u00a07\u00a0april \u2011 kl. 18"
    )


def test_squeezing_joins_letters_typed_as_two_code_points() -> None:
    assert squeeze("Sta\u0308ngs") == "Stängs"


def test_headings_are_the_same_whatever_their_dashes_spaces_case_and_invisible_marks() -> None:
    typed = "Release\u2011information  för\u00a0SSBTEK"
    assert heading_key(typed) == heading_key("release-infor\u00admation för\nSSBTEK ")


def test_headings_with_other_numbers_differ() -> None:
    assert heading_key("Version 7") != heading_key("Version 7.1")


@given(st.text())
def test_a_heading_key_is_its_own_key(text: str) -> None:
    assert heading_key(heading_key(text)) == heading_key(text)


@pytest.mark.parametrize(
    "sentence",
    [
        "Version 7.1 är stängd.",
        "Stängt kl. 08.00 till 9.30 den 3 maj.",
        "Gäller fr.o.m. 1 maj t.o.m. Valborg.",
        "Det rör bl.a. SSBTEK, dvs. Alla.",
        "Det är ca. 20 rader i nr. 5.",
        "Den 1.5.2027 öppnar vi.",
        "Under v. 46 är det stängt.",
        "Schemat heter 9.0.4 nu.",
        "Den 3 feb. 2027 öppnar vi.",
    ],
)
def test_a_sentence_is_not_split_at_its_abbreviations_and_numbers(sentence: str) -> None:
    assert parts(f"{sentence} Nästa mening.") == [sentence, "Nästa mening."]


def test_a_full_stop_behind_a_version_or_a_year_ends_the_sentence() -> None:
    assert parts("Den ersätter 7.1. Stängning 2027. Vi hörs!") == ["Den ersätter 7.1.", "Stängning 2027.", "Vi hörs!"]


def test_blocks_end_sentences_and_white_space_belongs_to_none() -> None:
    assert parts(" Rubrik \n\n Text utan punkt\nMer?  Ja ") == ["Rubrik", "Text utan punkt", "Mer?", "Ja"]


@given(st.text(alphabet="aÅ.!? \n1kl"))
def test_sentences_hold_all_that_is_not_white_space_in_order(text: str) -> None:
    spans = sentences(text)
    assert all(before.end <= after.start for before, after in pairwise(spans))
    assert "".join("".join(parts(text)).split()) == "".join(text.split())
