"""Disturbances out of Swedish text, stage by stage, faulty data runs among them."""

from __future__ import annotations

import time

import pytest

from monitor.model import Incident

PHRASES = "incidents.txt"
DRIFT = "ssbtek-drift"


def only(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("incident")]


def found(claims) -> list[Incident]:
    return [claim for claim in claims if isinstance(claim, Incident)]


def test_disturbances_are_read_as_they_are_written(phrase, saying) -> None:
    told = saying(phrase.heading, phrase.text, page=phrase.page, published=phrase.published)
    assert sorted(told) == phrase.expected


def test_what_is_told_newest_first_comes_out_oldest_first(say) -> None:
    text = (
        "Uppdatering 1 mars kl. 15: Felet är åtgärdat.\n"
        "Uppdatering 1 mars kl. 11: Leverantören arbetar med felet.\n"
        "Sedan i morse saknas uppgifter från CSN i SSBTEK."
    )
    stages = [incident.stage for incident in found(say("Fel hos CSN", text, page=DRIFT))]
    assert stages == ["reported", "updated", "resolved"]


def test_labelled_updates_are_stages_of_one_notice(saying) -> None:
    text = (
        "Kl. 09.20 rapporterades att SSBTEK inte svarade.\n"
        "Uppdatering kl. 10.05: orsaken är känd.\n"
        "Kl. 10.45: SSBTEK fungerar igen."
    )
    stages = [line.split()[1] for line in only(saying("Avbrott den 1 mars", text, page=DRIFT))]
    assert stages == ["reported", "updated", "resolved"]


def test_a_story_told_in_the_past_is_one_resolved_disturbance(saying) -> None:
    text = "SSBTEK var otillgängligt i dag mellan 09:05 och 09:20.\nUppdatering: Allt fungerar igen."
    told = saying("Kort avbrott", text, page=DRIFT)
    assert only(told) == ["incident resolved ssbtek 2027-03-01T09:05..2027-03-01T09:20"]


def test_the_status_of_a_form_tells_the_stage(saying) -> None:
    text = "Datum\n2027-02-27\nDriftstörning\nkl 08:10 – 09:45\nHändelse\nLånga svarstider i SSBTEK\nStatus\nÅtgärdat"
    told = saying("Långa svarstider", text, page=DRIFT)
    assert only(told) == ["incident resolved ssbtek 2027-02-27T08:10..2027-02-27T09:45"]


@pytest.mark.parametrize(
    "text",
    [
        "Felet i SSBTEK är ännu inte åtgärdat.",
        "Vi räknar med att felet i SSBTEK är löst under kvällen.",
        "Störningen i SSBTEK väntas vara åtgärdad i morgon.",
        "Vi återkommer när felet i SSBTEK är rättat.",
        "En rättad fil skickas så snart felet i SSBTEK är hittat.",
    ],
)
def test_only_words_that_say_so_resolve(text, saying) -> None:
    """Trap 30."""
    assert not [line for line in only(saying("Störning", text, page=DRIFT)) if "resolved" in line]


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("Inga kända störningar", "Det finns inga kända störningar i SSBTEK."),
        ("Ingen störning", "I media har det stått om en driftstörning. SSBTEK har inte haft några avbrott."),
        ("Störningar hos BankID", "BankID har problem i dag. SSBTEK använder inte BankID och påverkas därför inte."),
        ("Felanmälan", "Vid fel, kontakta supporten för SSBTEK."),
        ("Om sidan", "Driftstörningar i SSBTEK beskrivs på den här sidan."),
        ("Nattens körning", "Körningen som skulle ha gjorts i går är genomförd. Inga uppgifter har gått förlorade."),
    ],
)
def test_what_is_denied_or_reaches_nobody_is_no_disturbance(heading, text, saying) -> None:
    assert saying(heading, text, page=DRIFT) == []


def test_the_owner_is_the_authority_named_at_fault(say) -> None:
    (incident,) = found(say("Störning", "Svar från CSN uteblir i SSBTEK. Felet ligger hos CSN.", page=DRIFT))
    assert incident.owner == "CSN"


def test_a_service_of_the_agency_is_the_one_at_fault(say) -> None:
    text = "Avbrott i LEFI Online gör att SSBTEK för närvarande inte får några uppgifter från Försäkringskassan."
    (incident,) = found(say("Information", text, page=DRIFT))
    assert incident.service == "lefi-online"
    assert [one.service for one in incident.affects] == ["ssbtek"]


def test_the_cause_and_the_promise_are_not_the_span(saying) -> None:
    text = "SSBTEK svarar inte sedan kl. 10 i dag. Det beror på en ändring den 18 februari. Nästa besked kommer kl. 14."
    told = saying("Störning i SSBTEK", text, page=DRIFT)
    assert only(told) == ["incident reported ssbtek 2027-03-01T10:00.."]


def test_the_value_that_was_wrong_is_not_the_span(saying) -> None:
    """Trap 16: of two dates, one is the error."""
    text = "Vid körningen den 20 februari lämnades uppgifter för mars i stället för april."
    told = saying("Felaktig körning", text, page="lefi-prenumeration-drift")
    assert only(told) == ["incident reported lefi-prenumeration 2027-02-20"]


def test_a_test_environment_that_fails_is_a_disturbance_there(say) -> None:
    (incident,) = found(say("Störning", "Testmiljön för SSBTEK svarar inte. Produktionen fungerar.", page=DRIFT))
    assert incident.environment == "test"
    assert incident.stage == "reported"


def test_words_slip_but_the_disturbance_is_seen(saying) -> None:
    assert only(saying("Driftstörnig", "Vi har en driftstörnig i SSBTEK.", page=DRIFT)) == ["incident reported ssbtek"]


def test_a_correction_of_data_on_a_release_page_is_no_disturbance(saying) -> None:
    text = "Fältet datum har i vissa fall varit felaktigt. Från och med den 8 mars rättas det."
    assert only(saying("Rättelse av fältet datum", text)) == []


def test_a_very_long_sentence_is_read_in_bounded_time(saying) -> None:
    text = "SSBTEK svarar inte och felet är ännu inte löst, men störningen sedan kl. 8 den 3 maj fungerar igen " * 300
    started = time.process_time()
    saying("Störning", text, page=DRIFT)
    assert time.process_time() - started < 8
