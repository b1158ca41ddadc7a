"""Which service and which of its versions a sentence speaks of."""

from __future__ import annotations

import pytest

from monitor.interpret.mentions import blankets_in, labels_of, services_in, untouched_in, versions_in
from monitor.words import fold


def bound(text: str, own: str = "ssbtek") -> list[tuple[str | None, tuple[str, ...], str]]:
    return [(mention.service, mention.labels, mention.role) for mention in versions_in(fold(text), own)]


@pytest.mark.parametrize(
    ("text", "service", "labels"),
    [
        ("version 9", "ssbtek", ("9",)),
        ("version\u00a09", "ssbtek", ("9",)),
        ("Version 7.1 stängs.", "ssbtek", ("7.1",)),
        ("V4 av SSBTEK", "ssbtek", ("4",)),
        ("versionerna 5, 6 och 7", "ssbtek", ("5", "6", "7")),
        ("version 5 och 6 samt 7.1", "ssbtek", ("5", "6", "7.1")),
        ("versionerna 5–7", "ssbtek", ("5", "6", "7")),
        ("version 5 till 7", "ssbtek", ("5", "6", "7")),
        ("version 9 till 30 september", "ssbtek", ("9",)),
        ("version 9 - 30 september", "ssbtek", ("9",)),
        ("Version 7: 30 juni", "ssbtek", ("7",)),
        ("versionsnummer 2.0.4", "ssbtek", ("2.0.4",)),
        ("schemaversion 2.1", "ssbtek", ("2.1",)),
        ("en ny version (12)", "ssbtek", ("12",)),
        ("LEFI Online version 5.1", "lefi-online", ("5.1",)),
        ("Lefi-online 6", "lefi-online", ("6",)),
        ("version 6 av LEFI Online", "lefi-online", ("6",)),
        ("den nya versionen av LEFI Prenumeration, 2.2.0,", "lefi-prenumeration", ("2.2.0",)),
        ("CSN version 3", "csn", ("3",)),
    ],
)
def test_versions_are_found_and_bound(text: str, service: str, labels: tuple[str, ...]) -> None:
    assert [(found, numbers) for found, numbers, _ in bound(text)] == [(service, labels)]


@pytest.mark.parametrize(
    "text",
    [
        "30 juni 2027",
        "kl. 08.00–12.00",
        "1 000 kronor",
        "30 % av lönen",
        "65 år",
        "110 kap. 39 §",
        "FK 7263",
        "vecka 8",
        "releasen 18–19 maj",
        "version 3 av informationsspecifikationen",
        "se https://fk.example/v9/tjanst",
    ],
)
def test_other_numbers_are_no_versions(text: str) -> None:
    """Trap 19."""
    assert bound(text) == []


def test_each_number_belongs_to_its_nearest_service() -> None:
    """Trap 1."""
    assert bound("SSBTEK 12 och LEFI Online version 10 driftsätts") == [
        ("ssbtek", ("12",), "subject"),
        ("lefi-online", ("10",), "subject"),
    ]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("gå över till version 9", "target"),
        ("byt från version 9", "source"),
        ("version 10 ersätter version 9", "replaced"),
        ("visas inte i version 9", "inside"),
        ("version 9 stängs", "subject"),
    ],
)
def test_the_part_that_a_version_plays(text: str, role: str) -> None:
    assert bound(text)[-1][2] == role


@pytest.mark.parametrize(
    ("text", "before", "inclusive", "spared"),
    [
        ("samtliga tidigare versioner", None, False, ()),
        ("alla äldre versioner av SSBTEK", None, False, ()),
        ("alla versioner före 9", "9", False, ()),
        ("alla versioner som är äldre än version 9", "9", False, ()),
        ("versioner till och med 8", "8", True, ()),
        ("version 8 och äldre", "8", True, ()),
        ("alla versioner utom version 9 och 10", None, False, ("9", "10")),
    ],
)
def test_versions_meant_without_a_number(
    text: str, before: str | None, inclusive: bool, spared: tuple[str, ...]
) -> None:
    (found,) = blankets_in(fold(text), "ssbtek")
    assert (found.before, found.inclusive, found.spared) == (before, inclusive, spared)


def test_versions_that_are_not_concerned_keep_their_service() -> None:
    assert untouched_in(fold("SSBTEK 9, som använder LEFI Online version 6, berörs inte"), "lefi-online") == (
        ("ssbtek", "9"),
    )


def test_a_page_of_another_name_knows_its_own_service() -> None:
    assert [mention.service for mention in services_in("efos och shs", "efos")] == ["efos"]


@pytest.mark.parametrize(
    ("written", "labels"), [("5, 6 och 7", ("5", "6", "7")), ("7-5", ("7", "5")), ("9.0", ("9.0",))]
)
def test_lists_of_labels(written: str, labels: tuple[str, ...]) -> None:
    assert labels_of(written) == labels
