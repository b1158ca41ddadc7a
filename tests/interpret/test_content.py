"""Changes in what a service delivers that come without a new version."""

from __future__ import annotations

import pytest

PHRASES = "content.txt"


def only(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("content")]


def test_changes_of_content_are_read_as_they_are_written(phrase, saying) -> None:
    told = saying(phrase.heading, phrase.text, page=phrase.page, published=phrase.published)
    assert sorted(told) == phrase.expected


def test_the_service_is_the_one_whose_content_changes(saying) -> None:
    """Trap 1: the other is only touched by it."""
    text = (
        "I LEFI Online delas sjukersättning upp från den 5 april. SSBTEK påverkas. Det blir ingen ny version av SSBTEK."
    )
    assert only(saying("Sjukersättning", text)) == ["content lefi-online 2027-04-05.."]


def test_what_was_before_and_what_is_delivered_is_not_the_day_of_the_change(saying) -> None:
    text = "Perioden ändras från augusti–november till maj–augusti. Första leveransen görs i slutet av maj 2027."
    told = saying("Ny period", text, page="lefi-prenumeration-release")
    assert only(told) == ["content lefi-prenumeration 2027-05-01..2027-05-31"]


def test_a_release_occasion_behind_from_and_with_begins(saying) -> None:
    text = "Från och med releasetillfället den 20-21 mars 2027 ingår äldre utbetalningar."
    told = saying("Äldre utbetalningar", text, page="lefi-prenumeration-release")
    assert only(told) == ["content lefi-prenumeration 2027-03-20.."]


def test_the_future_tense_of_a_day_before_the_stamp_is_believed(saying) -> None:
    """Trap 12."""
    text = "Vid releasetillfället den 28 februari 2027 kommer avslutade sjukfall att levereras."
    told = saying("Avslutade sjukfall", text, page="lefi-prenumeration-release")
    assert only(told) == ["content lefi-prenumeration 2027-02-28"]


@pytest.mark.parametrize(
    "text",
    [
        "Garantipensionen höjs den 1 juli 2027. Höjningen ger ingen systempåverkan.",
        "Prisbasbeloppet höjs den 1 januari 2028. Höjningen medför inga ändringar i LEFI Online.",
        "Från och med den 1 januari 2028 gäller en ny prislista.",
        "Innehållet i tjänsten är oförändrat.",
        "Inga koder läggs till eller tas bort under sommaren.",
        "Användarrådet flyttas till den 20 april.",
    ],
)
def test_what_leaves_the_service_as_it_is_changes_nothing(text, saying) -> None:
    """Trap 29."""
    assert only(saying("Information", text)) == []
