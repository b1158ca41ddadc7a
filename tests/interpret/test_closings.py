"""Closings out of Swedish text: every form the agency writes, and the traps."""

from __future__ import annotations

import time

import pytest

from monitor.model import Closing

PHRASES = "closings.txt"
KINDS = ("closing", "blanket", "status")


def only(lines: list[str]) -> list[str]:
    return sorted(line for line in lines if line.split(" ")[0] in KINDS)


def test_closings_are_read_as_they_are_written(phrase, saying) -> None:
    told = saying(phrase.heading, phrase.text, page=phrase.page, published=phrase.published)
    assert only(told) == phrase.expected


def test_the_quotation_stands_in_the_announcement(phrase, say) -> None:
    for claim in say(phrase.heading, phrase.text, page=phrase.page, published=phrase.published):
        assert claim.evidence == phrase.heading or claim.evidence in phrase.text.replace("- ", "") or "|" in phrase.text


@pytest.mark.parametrize("dash", ["\u2011", "\u2013", "\u2212"])
def test_dashes_and_no_break_spaces_make_no_difference(phrase, dash, saying) -> None:
    lines = [line if line.startswith("- ") else line.replace("-", dash) for line in phrase.text.split("\n")]
    text = "\n".join(lines).replace("version ", "version\u00a0").replace(" juni", "\u00a0juni")
    assert only(saying(phrase.heading, text, page=phrase.page, published=phrase.published)) == phrase.expected


def test_a_number_belongs_to_the_nearest_service_noun(saying) -> None:
    """Trap 1: versions 5, 6 and 7 under an SSBTEK heading are LEFI Online's."""
    told = saying(
        "Ändringar hos SSBTEK", "I LEFI Online stängs version 5, 6 och 7 den 30 juni 2027. SSBTEK påverkas inte."
    )
    assert only(told) == [f"closing lefi-online {n} 2027-06-30 decided" for n in (5, 6, 7)]


def test_versions_of_sub_services_are_not_closed_with_the_version_that_holds_them(saying) -> None:
    """Trap 2."""
    told = saying(
        "SSBTEK 7.1", "SSBTEK version 7.1, som innehåller CSN version 3 och AF version 2, stängs 30 juni 2027."
    )
    assert only(told) == ["closing ssbtek 7.1 2027-06-30 decided"]


@pytest.mark.parametrize("written", ["9", "9.0", "V9", "V.9"])
def test_labels_compare_as_numbers(written, saying) -> None:
    """Trap 3."""
    assert only(saying("Stängning", f"SSBTEK {written} stängs 2027-06-30.")) == ["closing ssbtek 9 2027-06-30 decided"]


def test_7_1_is_not_cut_at_its_full_stop(saying) -> None:
    """Trap 3."""
    assert only(saying("Stängning", "SSBTEK version 7.1 stängs.")) == ["closing ssbtek 7.1 decided"]


def test_lefi_prenumeration_never_closes_a_version(say) -> None:
    """Trap 5."""
    claims = say("Version 2.0", "Version 2.0 stängs den 30 juni 2027.", page="lefi-prenumeration-release")
    assert not any(isinstance(claim, Closing) for claim in claims)


def test_a_blanket_statement_names_what_it_is_earlier_than(say) -> None:
    """Trap 8."""
    told = say("SSBTEK version 9", "Vi planerar att stänga samtliga tidigare versioner av SSBTEK 30 juni 2024.")
    blanket = next(claim for claim in told if claim.kind == "blanket")
    assert (blanket.before, blanket.state, blanket.derivation) == ("9", "planned", "samtliga tidigare versioner")


def test_the_date_tied_to_the_new_day_holds_and_the_old_one_is_remembered(saying) -> None:
    """Trap 9."""
    told = saying(
        "Ändrat stängningsdatum för SSBTEK version 6",
        "Vi har tidigare meddelat att version 6 stängs den 29 maj. Den sker nu i stället 30 september.",
        published="2020-04-30",
    )
    assert only(told) == ["closing ssbtek 6 moved 2020-09-30 was:2020-05-29 decided"]


def test_a_deadline_for_users_is_not_the_closing_day(saying) -> None:
    """Trap 11."""
    told = saying(
        "Version 8 stängs",
        "Version 8 stängs den 30 juni 2027. Ni behöver gå över till version 9 senast den 15 maj 2027.",
    )
    assert only(told) == ["closing ssbtek 8 2027-06-30 decided"]


def test_a_day_before_the_stamp_is_no_mistake(saying) -> None:
    """Traps 12 and 13."""
    told = saying("Version 8", "SSBTEK version 8 stängs den 28 februari 2027.", published="2027-03-01")
    assert only(told) == ["closing ssbtek 8 2027-02-28 decided"]


@pytest.mark.parametrize(
    "text",
    [
        "Bidraget är 8 procent och lämnas i 12 månader enligt 7 kap. 3 §. Version 9 stängs 30 juni 2027.",
        "Handläggaren får högst 14 dagar på sig, se FK 7263. Version 9 stängs 30 juni 2027.",
    ],
)
def test_other_numbers_are_no_versions(text, saying) -> None:
    """Trap 19."""
    assert only(saying("SSBTEK", text)) == ["closing ssbtek 9 2027-06-30 decided"]


@pytest.mark.parametrize(
    "text",
    [
        "Ingen version av SSBTEK stängs i samband med detta.",
        "Ändringen innebär inte att någon version av SSBTEK stängs.",
        "SSBTEK version 9 berörs inte av detta.",
        "Vi får ofta frågan när version 9 stängs. Det är inte beslutat.",
    ],
)
def test_negative_statements_close_nothing(text, saying) -> None:
    """Trap 29."""
    assert not [line for line in saying("Information", text) if line.startswith(("closing", "blanket"))]


@pytest.mark.parametrize(
    "text",
    [
        "Lefi-online version 6 stängs 30 juni 2027.",
        "LEFI-Online V6 stängs 30 juni 2027.",
        "Lefi Online 6.0 stängs 2027-06-30.",
    ],
)
def test_mixed_spellings_of_a_service_are_one_service(text, saying) -> None:
    """Trap 33."""
    assert only(saying("Stängning", text)) == ["closing lefi-online 6 2027-06-30 decided"]


def test_what_closes_only_in_a_test_environment_is_no_closing(saying) -> None:
    assert only(saying("Kundtest", "Version 9 stängs i kundtestmiljön den 3 maj 2027.")) == []


def test_a_window_is_no_closing(saying) -> None:
    assert only(saying("Driftstopp", "SSBTEK stängs för underhåll lördagen den 6 mars 2027 kl. 08–12.")) == []


def test_a_very_long_sentence_is_read_in_bounded_time(saying) -> None:
    text = "Version 9 av SSBTEK stängs, och vi flyttar inte det som skjuts upp då " * 600
    started = time.process_time()
    saying("Stängning av version 9", text)
    assert time.process_time() - started < 8
