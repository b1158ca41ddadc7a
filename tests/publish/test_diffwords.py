"""The word diff of two texts of an announcement."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from monitor.publish.diffwords import diff_words


def pieces(before, after):
    return [(piece.op, piece.text) for piece in diff_words(before, after)]


def test_a_moved_day_is_two_whole_phrases():
    assert pieces("Version 6 stängs den 30 september 2020.", "Version 6 stängs den 31 oktober 2020.") == [
        ("equal", "Version 6 stängs den "),
        ("delete", "30 september"),
        ("insert", "31 oktober"),
        ("equal", " 2020."),
    ]


def test_an_unchanged_text_is_one_piece():
    assert pieces("a\nb", "a\nb") == [("equal", "a\nb")]


def test_a_new_line_stands_alone():
    assert pieces("a\n", "a\nb\n") == [("equal", "a\n"), ("insert", "b\n")]


def test_nothing_becomes_something():
    assert pieces("", "a") == [("insert", "a")]
    assert pieces("", "") == []


def test_dates_and_versions_are_kept_whole():
    assert pieces("2026-05-04 7.1", "2026-05-05 7.2") == [("delete", "2026-05-04 7.1"), ("insert", "2026-05-05 7.2")]


@given(st.text(alphabet="ab \n.-å", max_size=60), st.text(alphabet="ab \n.-å", max_size=60))
def test_the_pieces_give_both_texts_back(before, after):
    made = diff_words(before, after)
    assert "".join(piece.text for piece in made if piece.op != "insert") == before
    assert "".join(piece.text for piece in made if piece.op != "delete") == after
    assert all(one.op != other.op for one, other in itertools.pairwise(made))
