"""Certificates, keys, addresses and protocols: what a client must change to go on calling."""

from __future__ import annotations

import pytest

from monitor.model import CertificateChange

PHRASES = "certificates.txt"
DRIFT = "ssbtek-drift"


def only(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("certificate")]


def test_changes_of_the_connection_are_read_as_they_are_written(phrase, saying) -> None:
    told = saying(phrase.heading, phrase.text, page=phrase.page, published=phrase.published)
    assert sorted(told) == phrase.expected


def test_the_day_of_the_exchange_comes_before_the_last_day_to_prepare(saying) -> None:
    text = "Den 16 mars kl 18.00 byter vi servercertifikat. Installera det nya rotcertifikatet senast den 15 mars."
    assert only(saying("Byte av certifikat", text, page=DRIFT)) == ["certificate ssbtek 2027-03-16T18:00"]


def test_day_and_hour_stand_behind_labels(saying) -> None:
    text = "Datum | 2027-03-16\nTid | kl.20.30\nHändelse | Byte av stämpelcertifikat i SSBTEK"
    assert only(saying("Nytt certifikat i mars", text, page=DRIFT)) == ["certificate ssbtek 2027-03-16T20:30"]


def test_the_environment_that_stays_as_it_is_does_not_count(say) -> None:
    text = "Vi byter publika nycklar i SSBTEK:s testmiljö den 15 mars. Nycklarna i produktion är oförändrade."
    (change,) = [c for c in say("Publika nycklar", text, page=DRIFT) if isinstance(c, CertificateChange)]
    assert change.environment == "test"


def test_an_exchange_is_no_window_when_it_stops_nothing(saying) -> None:
    text = "Den 16 mars byter vi servercertifikat för SSBTEK. Bytet innebär inget driftstopp."
    assert saying("Byte av servercertifikat", text, page=DRIFT) == ["certificate ssbtek 2027-03-16"]


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("CSN byter adress", "CSN:s bastjänst flyttar vecka 12. Flytten märks inte och ni behöver inte göra något."),
        ("Ny adress till supporten", "Supporten har fått en ny e-postadress."),
        ("Byte av brandvägg", "Planerat avbrott den 16 mars när vi byter brandvägg."),
        ("Certifikatbytet klart", "Bytet av certifikat i SSBTEK är genomfört."),
    ],
)
def test_what_asks_nothing_of_a_client_is_no_change_of_the_connection(heading, text, saying) -> None:
    assert only(saying(heading, text, page=DRIFT)) == []
