"""What holds of dates in any text."""

from __future__ import annotations

import ast
from datetime import date, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

import monitor.dates
from monitor.dates import Reference, combine, find_dates, find_recurrences, find_times
from monitor.dates.lexicon import PHRASES, WORDS
from monitor.words import DASHES

SHAPES = (
    "och med o.m. t.o.m. - – , ( ) | / 1 3 9 12 31 2026 2027 27 17/5 21-22/3 2026-05-03 20270503 08.00 24.00 18:30 "
    ". \n version 7.1 stängs stängdes flyttas varje : -27 2026/27 v. v46 Q2"
)
WORD = st.sampled_from([*WORDS, *(first for first, _, _, _ in PHRASES), *SHAPES.split(" ")])
TEXT = st.one_of(
    st.lists(WORD, max_size=14).map(" ".join),
    st.lists(WORD, max_size=10).map("".join),
    st.text(max_size=60),
)
DAY = st.dates(date(1990, 1, 1), date(2090, 12, 31))
REFERENCE = st.one_of(
    DAY.map(lambda day: Reference(on=day)),
    st.builds(lambda a, b: Reference(on=None, earliest=min(a, b), latest=max(a, b)), DAY, DAY),
    st.just(Reference(on=None)),
)


def naive(value: date | None) -> tuple[date, ...]:
    return () if value is None else (value,)


@settings(max_examples=400, deadline=None)
@given(TEXT, REFERENCE, st.one_of(st.none(), st.integers(1990, 2090)))
def test_any_text_is_read_and_each_quotation_is_its_span(text: str, reference: Reference, year: int | None) -> None:
    found = find_dates(text, reference, year=year)
    for one in found:
        assert one.when.text == text[one.start : one.end]
        assert one.when.text.strip() == one.when.text != ""
        assert one.when.start is not None or one.when.end is not None
        if one.when.start is not None and one.when.end is not None:
            assert one.when.start <= one.when.end
        for end in (*naive(one.when.start), *naive(one.when.end)):
            assert isinstance(end, datetime) == (one.when.precision == "minute")
    assert [one.start for one in found] == sorted({one.start for one in found})
    for times in find_times(text):
        assert times.text == text[times.start : times.end]
        assert all(combine(one.when, times) for one in found)
    assert all(0 <= span.start < span.end <= len(text) for span in find_recurrences(text))


@settings(max_examples=200, deadline=None)
@given(TEXT, DAY, st.sampled_from(DASHES), st.sampled_from("\u00a0\u202f"))
def test_dashes_and_no_break_spaces_make_no_difference(text: str, day: date, dash: str, space: str) -> None:
    reference = Reference(on=day)
    other = text.replace("-", dash).replace(" ", space)

    def ends(read: str) -> list[tuple[object, ...]]:
        return [(one.when.start, one.when.end, one.role, one.start, one.end) for one in find_dates(read, reference)]

    assert ends(other) == ends(text)


def test_no_clock_is_ever_asked() -> None:
    for source in Path(next(iter(monitor.dates.__path__))).glob("*.py"):
        names = {
            node.attr for node in ast.walk(ast.parse(source.read_text("utf-8"))) if isinstance(node, ast.Attribute)
        }
        assert not names & {"now", "today", "utcnow", "time_ns", "localtime"}
