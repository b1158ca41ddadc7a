"""What every command promises: its forms, its exit codes, one line that names what is wrong, and no empty success."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.cli.conftest import KEY, Shell
from tests.e2e.receiver import Receiver


def today() -> str:
    return datetime.now(ZoneInfo("Europe/Stockholm")).date().isoformat()


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_without_a_command_the_help_is_shown_as_it_is_meant_to_be_read(shell: Shell) -> None:
    for words in ((), ("token",)):
        ran = shell(*words)
        assert ran.code == 2
        assert ran.err.startswith("Usage: ")
        assert len(ran.err.splitlines()) > 5


def test_lists_come_as_json_csv_or_table(told: Shell) -> None:
    for words in (
        ("versions",), ("events",), ("subscriptions",), ("handover",), ("deliveries",), ("token", "list"),
        ("doctor",), ("reread", "--dry-run"),
    ):  # fmt: skip
        found = told.ok(*words)
        assert isinstance(found, list), words
        assert len(rows(told(*words, "--format", "csv").out)) == len(found), words
        assert len(told(*words, "--format", "table").out.splitlines()) >= 1
        assert "'xml'" in told(*words, "--format", "xml").complaint


def test_csv_of_versions_and_events_is_that_of_the_api(shell: Shell) -> None:
    [closing] = [
        row for row in rows(shell("events", "--type", "closure", "--format", "csv").out) if row["version"] == "9"
    ]
    assert closing["date_start"] == closing["date_end"]
    assert closing["evidence"]
    versions = {row["version"]: row for row in rows(shell("versions", "ssbtek", "--format", "csv").out)}
    assert versions["9"]["closes"] == closing["date_end"]
    assert versions["9"]["is_current"] in ("true", "false")


def test_events_are_narrowed_as_in_the_api(shell: Shell) -> None:
    every = shell.ok("events")
    assert [event["seq"] for event in every] == sorted((event["seq"] for event in every), reverse=True)
    nine = shell.ok("events", "--version", "9.0")
    assert nine
    assert {event["version"] for event in nine} <= {"9", None}
    closing = next(event for event in nine if event["type"] == "closure.announced")
    day = closing["date"]["start"]
    assert closing in shell.ok("events", "--date-from", day, "--date-until", day)
    assert closing in shell.ok("events", "--published-from", closing["published"], "--text", "stängs")
    assert closing not in shell.ok("events", "--date-from", "2999-01-01")
    assert [event["seq"] for event in shell.ok("events", "--after", "0", "--limit", "2")] == [1, 2]
    newest, *_ = shell.ok("events", "--as-of", today())
    assert newest == every[0]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("events", "--type", "closing"), ("--type", "closure", "'closing'")),
        (("events", "--service", "ssbteck"), ("--service", "ssbtek", "'ssbteck'")),
        (("events", "--page", "ssbtek"), ("--page", KEY, "'ssbtek'")),
        (("events", "--date-from", "igår"), ("--date-from", "igår")),
        (("deliveries", "--state", "lost"), ("--state", "'lost'", "dead")),
        (("deliveries", "--subscription", "nobody"), ("--subscription", "'nobody'")),
        (("deliveries", "nothing"), ("delivery 'nothing'", "expected")),
        (("unsubscribe", "nobody"), ("subscription 'nobody'", "expected")),
        (("replay",), ("--subscription",)),
        (("subscribe", "fax", "1"), ("KIND", "'fax'", "teams")),
        (("subscribe", "webhook"), ("--address-file",)),
        (("subscribe", "webhook", "--address-file", "gone"), ("--address-file", "gone", "No such file")),
        (("subscribe", "webhook", "http://127.0.0.1:9/", "--run", "nio"), ("--run", "ssbtek@9", "'nio'")),
        (("subscribe", "webhook", "http://127.0.0.1:9/", "--service", "fk"), ("--service", "lefi-online", "'fk'")),
        (("subscribe", "webhook", "http://127.0.0.1:9/", "--type", "stäng"), ("--type", "closure", "'stäng'")),
        (("subscribe", "email", "Anna"), ("subscribe email", "name@example.org")),
        (("report", "--as-of", "2999-01-01"), ("--as-of", "2999-01-01")),
        (("report", "--as-of", "2026-01-01", "--service", "fk"), ("--service", "ssbtek", "'fk'")),
        (("report",), ("--as-of",)),
    ],
)
def test_a_wrong_word_is_named_with_what_was_expected(
    shell: Shell, words: tuple[str, ...], named: tuple[str, ...]
) -> None:
    ran = shell(*words)
    assert ran.code == 2
    assert [each for each in named if each not in ran.complaint] == [], ran.complaint
    assert ran.out == ""


def test_a_network_that_is_none_is_named_with_an_example(told: Shell) -> None:
    told.environ["EGRESS_ALLOW"] = "huset"
    assert told("versions").complaint == "RELEASEVAKT_EGRESS_ALLOW: expected networks such as 10.0.0.0/8, got 'huset'"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ssbtek@9", "--format", "xml"), "'xml'"),
        (("ssbtek@9", "--wihtin", "90d"), "--wihtin"),
        (("ssbtek@9", "--within", "snart"), "--within: expected a length of time"),
        (("ssbtek@9", "--inventory", "gone.csv"), "gone.csv: expected an inventory that can be read"),
        (("ssbtek",), "expected SERVICE@VERSION"),
        ((), "ingen version angiven"),
    ],
)
def test_a_plugin_that_cannot_answer_says_unknown_and_never_what_two_would_mean(
    shell: Shell, words: tuple[str, ...], said: str
) -> None:
    ran = shell("plan", *words)
    assert ran.code == 3
    assert ran.out.startswith("RELEASEVAKT UNKNOWN - ")
    assert said in ran.out
    assert len(ran.out.splitlines()) == 1


def test_a_plan_of_an_inventory_has_a_row_for_each_piece_of_work(shell: Shell) -> None:
    (shell.folder / "kunder.csv").write_text(
        "customer;environment;service;version;contact\nAle;prod;ssbtek;9;anna@ale.example\nBo;test;ssbtek;9.0;bo@bo.example\n",
        encoding="utf-8",
    )
    ran = shell("plan", "--inventory", "kunder.csv", "--within", "9999d", "--format", "csv")
    closings = [row for row in rows(ran.out) if row["kind"] == "closing"]
    wanted = ("customer", "environment", "service", "version", "contact")
    assert [[row[name] for name in wanted] for row in closings] == [
        ["Ale", "prod", "ssbtek", "9", "anna@ale.example"],
        ["Bo", "test", "ssbtek", "9.0", "bo@bo.example"],
    ]
    assert ran.code in (1, 2)


def test_a_secret_is_printed_once_and_an_address_only_masked(told: Shell, receiver: Receiver) -> None:
    (told.folder / "address").write_text(receiver.url("/a-secret-path") + "\n")
    made = told.ok("subscribe", "webhook", "--address-file", "address", "--header", "X-Key=another-secret")
    assert made["secret"].startswith("whsec_")
    said = "".join(
        f"{ran.out}{ran.err}"
        for ran in (told("subscriptions"), told("handover"), told("deliver"), told("deliveries"), told("doctor"))
    )
    assert made["id"] in said
    for hidden in ("a-secret-path", "another-secret", made["secret"]):
        assert hidden not in said


def test_what_was_sent_to_a_removed_channel_stays_listed_under_its_id(told: Shell) -> None:
    [channel] = told.ok("subscriptions")
    before = told.ok("deliveries", channel["id"])
    assert {each["state"] for each in before} == {"delivered"}
    told("unsubscribe", channel["id"])
    assert told.ok("subscriptions") == []
    assert told.ok("deliveries", channel["id"]) == before
    assert told.ok("deliveries", "--subscription", channel["id"], "--state", "dead") == []


def test_a_day_alone_is_the_whole_day_in_a_stretch_of_time(told: Shell, receiver: Receiver) -> None:
    [channel] = told.ok("subscriptions")
    day = datetime.fromisoformat(told.ok("deliveries")[0]["created_at"]).astimezone(ZoneInfo("Europe/Stockholm"))
    whole = ("--since", day.date().isoformat(), "--until", day.date().isoformat())
    sent = 3
    replayed = told.ok("replay", "--subscription", channel["id"], *whole)["replayed"]
    assert len(replayed) == sent
    assert told.ok("deliver")["outcomes"] == {"delivered": sent}
    assert {got.id for got in receiver.got} == {each["message_id"] for each in told.ok("deliveries")}


def test_a_test_message_that_waits_says_why(told: Shell, receiver: Receiver) -> None:
    [channel] = told.ok("subscriptions")
    assert [row["state"] for row in told.ok("test", channel["id"])] == ["delivered"]
    receiver.status = 500
    first = told("test", channel["id"])
    assert first.code == 1
    assert "was not taken" in first.complaint


def test_the_hand_over_sheet_tells_whose_a_channel_is_and_what_ends_with_the_person(
    told: Shell, receiver: Receiver
) -> None:
    told.ok("subscribe", "mattermost", receiver.url("/hooks/x"), "--name", "Jour", "--run", "ssbtek@9")
    jour, drift = told.ok("handover", "--lang", "en")
    assert (jour["name"], jour["owner"], jour["wants"]) == ("Jour", None, "SSBTEK 9")
    assert "nobody answers for it" in jour["attention"]
    assert "never tried" in jour["attention"]
    assert jour["proof_of_life"] == "has never taken a message"
    assert (drift["owner"], drift["attention"], drift["wants"]) == ("Anna Berg", "", "everything")
    assert str(datetime.now().year) in drift["proof_of_life"]  # noqa: DTZ005
    assert "signing secret" in drift["when_the_owner_leaves"]
    assert "ingen ansvarig" in told("handover").out


def test_a_doctor_with_another_key_names_the_channels_that_it_cannot_open(told: Shell) -> None:
    [channel] = told.ok("subscriptions")

    def channels() -> tuple[int, dict[str, Any]]:
        ran = told("doctor")
        return ran.code, next(row for row in ran.json if row["what"] == "channels")

    assert channels()[0] == 0
    told.environ["SECRET_KEY"] = "quite-another-key-than-before"
    code, row = channels()
    assert code == 1
    assert channel["id"] in row["value"]


def test_an_account_is_written_whole_and_never_over_a_file_unless_told_so(told: Shell) -> None:
    target = told.folder / "redovisning.html"
    assert told("report", "--as-of", today(), "--output", str(target)).code == 0
    first = target.read_bytes()
    assert b"Redovisning per" in first
    for expected in ("stängs", "Drift", "levererat", "SHA-256"):
        assert expected.encode() in first
    refused = told("report", "--as-of", today(), "--output", str(target), "--lang", "en")
    assert refused.code == 2
    assert "redovisning.html" in refused.complaint
    assert target.read_bytes() == first
    assert told("report", "--as-of", today(), "--output", str(target), "--lang", "en", "--force").code == 0
    assert b"Account as of" in target.read_bytes()
    nowhere = told("report", "--as-of", today(), "--output", str(Path("nowhere", "x.html")))
    assert nowhere.code == 2
    assert "--output" in nowhere.complaint
    assert sorted(path.name for path in told.folder.iterdir() if path.name.startswith(".")) == []


def test_an_account_of_a_day_before_the_first_look_has_only_what_stamps_say(shell: Shell) -> None:
    early = shell("report", "--as-of", "2000-01-01").out
    assert "Ingen version var känd." in early
    other = shell("report", "--as-of", today(), "--service", "lefi-prenumeration", "--lang", "en").out
    assert "LEFI Prenumeration" in other
    assert "SSBTEK 9 closes" not in other


def test_a_restore_pushes_nothing_and_says_what_it_kept_back(told: Shell, receiver: Receiver) -> None:
    told.ok("subscribe", "webhook", receiver.url("/second"), "--name", "Andra")
    told("backup", "copy.db")
    (told.folder / "data").rename(told.folder / "before")
    restored = told("restore", "copy.db")
    assert restored.code == 0
    assert "1 message had been waiting" in restored.err
    (told.folder / "data" / "secret.key").write_bytes((told.folder / "before" / "secret.key").read_bytes())
    assert told.ok("deliver")["attempts"] == 0
    assert receiver.got == []
    [kept] = told.ok("deliveries", "--state", "cancelled")
    assert kept["reason"] == "restored"
    told.ok("replay", kept["id"])
    assert told.ok("deliver")["outcomes"] == {"delivered": 1}


def test_an_event_is_taken_back_by_its_number_or_its_id(told: Shell) -> None:
    closing, release = (
        next(
            event
            for event in told.ok("events", "--type", kind)
            if event["published"] == told.ok("events")[0]["published"]
        )
        for kind in ("closure.announced", "release.announced")
    )
    [first] = [each for each in told.ok("retract", str(closing["seq"])) if each["type"] == "event.retracted"]
    [second] = [each for each in told.ok("retract", release["id"]) if each["type"] == "event.retracted"]
    assert (first["corrects"], second["corrects"]) == (closing["id"], release["id"])
    assert "'4711'" in told("retract", "4711").complaint


def test_a_folder_that_cannot_be_made_is_named_also_by_restore(told: Shell) -> None:
    told("backup", "copy.db")
    told.environ["DATA_DIR"] = "/proc/nothing"
    for words in (("versions",), ("restore", "copy.db")):
        assert "/proc/nothing: expected a folder" in told(*words).complaint
