"""Releases out of Swedish text: what comes, when, where, and what only looks like one."""

from __future__ import annotations

import pytest

from monitor.model import ContentChange, Release

PHRASES = "releases.txt"


def only(lines: list[str]) -> list[str]:
    return sorted(line for line in lines if line.startswith("release") or line.endswith(" test"))


def test_releases_are_read_as_they_are_written(phrase, saying) -> None:
    told = saying(phrase.heading, phrase.text, page=phrase.page, published=phrase.published)
    assert only(told) == phrase.expected


def test_what_a_version_contains_is_its_components(say) -> None:
    """Trap 2."""
    told = say(
        "SSBTEK 12",
        "Version 12 driftsätts den 4 april 2027. I versionen ingår LEFI Online version 10 och CSN version 4.",
    )
    release = next(claim for claim in told if isinstance(claim, Release))
    assert [(part.service, part.version) for part in release.components] == [("lefi-online", "10"), ("csn", "4")]
    assert [claim.version for claim in told if isinstance(claim, Release)] == ["12"]


def test_what_one_replaces_is_no_component(say) -> None:
    told = say(
        "SSBTEK 12",
        "Version 12 driftsätts den 4 april 2027.\nNytt i versionen:\n- LEFI Online version 5.0 ersätter LEFI "
        "Online version 4",
    )
    release = next(claim for claim in told if isinstance(claim, Release))
    assert [(part.service, part.version) for part in release.components] == [("lefi-online", "5.0")]


def test_a_version_that_reaches_only_a_test_environment_is_no_release(say) -> None:
    told = say("SSBTEK 13 i test", "SSBTEK version 13 finns i testmiljön från och med den 15 mars 2027.")
    assert not any(isinstance(claim, Release) for claim in told)
    change = next(claim for claim in told if isinstance(claim, ContentChange))
    assert change.environment == "test"


@pytest.mark.parametrize(
    "text",
    [
        "Ingen ny version av SSBTEK driftsätts.",
        "Det blir ingen ny version i vår.",
        "Ändringen görs utan ny version.",
        "Det kräver inte någon ny version av SSBTEK.",
    ],
)
def test_negative_statements_release_nothing(text, saying) -> None:
    """Trap 29."""
    assert only(saying("Information om SSBTEK", text)) == []


def test_a_heading_that_only_names_a_closing_version_releases_nothing(saying) -> None:
    assert only(saying("SSBTEK 9", "Version 9 stängs den 30 juni 2027.")) == []


def test_a_release_told_in_passing_is_read_beside_the_closing(saying) -> None:
    told = saying(
        "Version 6 stängs", "Version 6 av SSBTEK, som driftsattes den 16 september 2018, stängs den 31 oktober 2027."
    )
    assert only(told) == ["release ssbtek 6 2018-09-16"]


def test_a_version_of_a_document_is_no_release(saying) -> None:
    assert only(saying("Ny specifikation", "Version 3 av informationsspecifikationen finns nu att hämta.")) == []


def test_components_of_another_page_keep_their_service(saying) -> None:
    """Trap 1."""
    told = saying(
        "Nytt i LEFI Online", "LEFI Online version 10 driftsätts den 23 maj 2027. SSBTEK får ingen ny version."
    )
    assert only(told) == [] or only(told) == ["release lefi-online 10 2027-05-23"]
