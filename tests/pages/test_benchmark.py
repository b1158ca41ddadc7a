"""The reader against the gold: nothing wrong on the sample pages, next to nothing on the paraphrases."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import scorer

LEAST_EXACT = 0.95
MUST_BE_WHOLE = ("closure.", "release.", "type.")


@pytest.mark.parametrize("case", list(scorer.samples()), ids=lambda case: case.name)
def test_a_sample_page_is_read_as_its_gold_says(case: scorer.Case) -> None:
    total = scorer.score([case])
    assert total.wrong == []


@pytest.mark.parametrize("name", sorted(path.stem for path in Path(__file__).parent.glob("paraphrases/*.jsonl")))
def test_paraphrases_are_read_and_what_is_not_is_hinted(name: str) -> None:
    total = scorer.score(scorer.paraphrases(name))
    assert total.exact >= LEAST_EXACT * total.cases, total.wrong
    assert total.hinted == total.cases, total.wrong


def test_closings_releases_and_codes_of_the_sample_pages_are_all_found_and_none_invented() -> None:
    total = scorer.score(scorer.samples())
    for counted in (total.missed, total.invented):
        assert {kind: count for kind, count in counted.items() if kind.startswith(MUST_BE_WHOLE)} == {}
