"""The plan: what somebody runs, what happens to it, and by when."""

from __future__ import annotations

import csv
import io
import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from monitor.errors import UsageError
from monitor.model import Affected, Component
from monitor.publish.csv_table import WORK_COLUMNS, plan_csv
from monitor.publish.inventory import read_inventory, read_run
from monitor.publish.plan import Plan, Run, Work, plan
from monitor.publish.plugin import plugin_output
from tests.factories import NOON, make_day, make_event
from tests.publish.nouns import TODAY, make_history, make_version, told

WITHIN, CRITICAL = timedelta(days=90), timedelta(days=30)


def closing(label, days, **changes):
    day = TODAY + timedelta(days=days)
    return make_version(
        label,
        **{
            "status": "closing",
            "closes": make_day(day),
            "closing_state": "decided",
            "safe_until": day - timedelta(days=1),
            **changes,
        },
    )


def made(runs, versions, events=(), **options):
    settings = {"today": TODAY, "within": WITHIN, "critical": CRITICAL}
    return plan(
        [read_run(run) if isinstance(run, str) else run for run in runs], versions, events, **settings | options
    )


def test_a_closing_far_off_is_listed_and_ok():
    result = made(["ssbtek@8"], [closing("8", 200), make_version("9", is_current=True)])
    [work] = result.work
    assert (result.level, result.exit_code) == ("ok", 0)
    assert (work.level, work.days_left, work.move_to) == ("ok", 199, "9")


@pytest.mark.parametrize(("days", "code"), [(92, 0), (91, 1), (32, 1), (31, 2), (1, 2), (0, 2), (-1, 2), (-900, 2)])
def test_the_exit_code_counts_to_the_last_safe_day(days, code):
    assert made(["ssbtek@8"], [closing("8", days)]).exit_code == code


def test_an_unknown_version_makes_the_whole_unknown_and_still_lists_the_rest():
    result = made(["ssbtek@8", "ssbtek@99"], [closing("8", 10)])
    assert result.exit_code == 3
    assert [work.level for work in result.work] == ["unknown", "critical"]


def test_no_run_and_stale_data_are_unknown():
    assert made([], [closing("8", 10)]).exit_code == 3
    assert made(["ssbtek@8"], [closing("8", 400)], stale=True).exit_code == 3


def test_labels_are_the_same_number_however_written():
    assert made(["ssbtek@V8.0"], [closing("8", 10)]).exit_code == 2


def test_components_are_followed():
    ending = closing("5.1", 20, service="lefi-online")
    version = make_version("7.1", components=(Component(service="lefi-online", version="5.1"),))
    newer = make_version("9", is_current=True, components=(Component(service="lefi-online", version="6"),))
    [work] = made(["ssbtek@7.1"], [version, newer, ending]).work
    assert work.via == Component(service="lefi-online", version="5.1")
    assert (work.level, work.move_to) == ("critical", "9")


def test_it_does_not_say_to_move_to_a_version_with_the_same_closing_component():
    ending = closing("5.1", 20, service="lefi-online")
    part = (Component(service="lefi-online", version="5.1"),)
    versions = [make_version("7", components=part), make_version("8", components=part, is_current=True), ending]
    [work] = made(["ssbtek@7"], versions).work
    assert work.move_to is None


def test_a_planned_version_is_proposed_only_when_nothing_else_is_left():
    planned = make_version("10", status="planned", released=make_day(date(2026, 11, 10)))
    [work] = made(["ssbtek@8"], [closing("8", 20), planned]).work
    assert (work.move_to, work.move_to_planned) == ("10", True)


def test_notice_counts_from_the_day_this_date_was_first_given():
    day = make_day(date(2026, 9, 30))
    version = closing(
        "8", 0, closes=day, safe_until=date(2026, 9, 29),
        history=(
            make_history(make_day(date(2026, 6, 1)), date(2026, 1, 1)),
            make_history(day, date(2026, 9, 1), evidence="Först sagt."),
            make_history(day, date(2026, 9, 20), evidence="Sagt igen."),
        ),
    )  # fmt: skip
    [work] = made(["ssbtek@8"], [version]).work
    assert work.notice_days == 29
    assert work.proof.evidence == "Sagt igen."


def test_moves_are_counted_and_the_event_is_named():
    events = [
        told(1, "closure.announced", date(2026, 6, 1), NOON, version="8", subject="closing:ssbtek:8"),
        told(2, "closure.rescheduled", date(2026, 7, 1), NOON + timedelta(days=1), version="8",
             subject="closing:ssbtek:8"),
    ]  # fmt: skip
    [work] = made(["ssbtek@8"], [closing("8", 58)], events).work
    assert (work.moves, work.event_id, work.type) == (1, events[1].id, "closure.rescheduled")


def change(kind="type.added", days=10, **changes):
    return make_event(
        **{
            "seq": 5,
            "type": kind,
            "subject": "code:ssbtek:x",
            "version": None,
            "date": make_day(TODAY + timedelta(days=days)),
            "affects": (Affected(service="ssbtek"),),
            **changes,
        }
    )


def test_changes_ahead_are_listed_and_alarm_nobody():
    result = made(["ssbtek@9"], [make_version("9")], [change()])
    assert (result.exit_code, result.work[0].kind, result.work[0].days_left) == (0, "change", 10)


@pytest.mark.parametrize("days", [-1, 91])
def test_changes_past_or_far_off_are_not_listed(days):
    assert made(["ssbtek@9"], [make_version("9")], [change(days=days)]).work == ()


def test_a_certificate_counts_like_a_closing():
    assert made(["ssbtek@9"], [make_version("9")], [change("certificate.changed")]).exit_code == 2


def test_a_cancelled_window_and_a_retracted_event_are_gone():
    window = change("maintenance.scheduled", subject="maintenance:1")
    gone = replace(change("maintenance.cancelled", subject="maintenance:1"), seq=6, id="x", seen_at=NOON + CRITICAL)
    code = replace(change(), id="y")
    sorry = replace(change("event.retracted", subject="code:ssbtek:x"), id="z", corrects="y", date=None)
    assert made(["ssbtek@9"], [make_version("9")], [window, gone, code, sorry]).work == ()


def test_only_the_versions_that_an_event_names_are_concerned():
    named = change(affects=(Affected(service="ssbtek", versions=("8",)),))
    versions = [make_version("8"), make_version("9"), make_version("8.1")]
    assert made(["ssbtek@9"], versions, [named]).work == ()
    assert made(["ssbtek@8"], versions, [named]).work[0].may_concern is False
    assert made(["ssbtek@8.1"], versions, [named]).work[0].may_concern is True


def test_the_end_of_a_whole_service_ends_every_version_of_it():
    end = change("closure.announced", days=60, subject="closing:ssbtek", state="decided")
    [work] = made(["ssbtek@9"], [make_version("9")], [end]).work
    assert (work.kind, work.level, work.safe_until) == ("closing", "warning", date(2026, 7, 2))
    assert made(["ssbtek@9"], [make_version("9")], [replace(end, date=make_day(date(2026, 1, 1)))]).exit_code == 2


# --- the oracle ---------------------------------------------------------------------------------------------------


def random_world(dice: random.Random):
    versions = []
    for service in ("ssbtek", "lefi-online"):
        for label in dice.sample(["1", "2", "2.1", "3", "4", "5.1", "10"], dice.randint(1, 5)):
            closes = TODAY + timedelta(days=dice.randint(-400, 400)) if dice.random() < 0.6 else None
            status = "active"
            if closes is not None:
                status = "closed" if closes < TODAY else "closing"
            elif dice.random() < 0.2:
                status = dice.choice(["planned", "closed"])
            parts = tuple(
                Component(service="lefi-online", version=dice.choice(["1", "2", "2.1", "5", "5.1", None]))
                for _ in range(dice.randint(0, 2))
                if service == "ssbtek"
            )
            versions.append(
                make_version(
                    label,
                    service=service,
                    status=status,
                    closes=make_day(closes) if closes else None,
                    safe_until=closes - timedelta(days=dice.randint(1, 4)) if closes else None,
                    components=parts,
                )
            )
    runs = [
        Run(
            service=dice.choice(["ssbtek", "ssbtek", "lefi-online"]),
            version=dice.choice(["1", "2", "2.0", "2.1", "3", "4", "V4", "5.1", "10", "77"]),
            customer=f"k{place}",
        )
        for place in range(dice.randint(1, 6))
    ]
    return versions, runs


def numbers(label):
    found = [int(part) for part in label.lstrip("V").split(".")]
    return found[:-1] if len(found) > 1 and found[-1] == 0 else found


def expected(versions, runs):
    """The same answer by brute force: every version against every run."""
    rows = set()
    worst = 0
    for run in runs:
        holder = None
        for version in versions:
            if version.service == run.service and numbers(version.version) == numbers(run.version):
                holder = version
        if holder is None:
            rows.add((run.customer, "unknown", None, None, None))
            worst = max(worst, 3)
            continue
        for version in versions:
            touched = version is holder
            for part in holder.components:
                if part.version is None or part.service != version.service:
                    continue
                same = numbers(part.version) == numbers(version.version)
                whole = len(numbers(version.version)) == 1 and numbers(part.version)[0] == numbers(version.version)[0]
                touched = touched or same or whole
            if not touched or (version.closes is None and version.status != "closed"):
                continue
            left = (version.safe_until - TODAY).days if version.safe_until else None
            code = 0
            if left is None or left <= 90:
                code = 1
            if left is None or left <= 30:
                code = 2
            worst = max(worst, code)
            rows.add((run.customer, "closing", version.service, version.version, left))
    return rows, worst


def test_the_plan_equals_a_brute_force_oracle_on_10000_random_inventories():
    dice = random.Random(20260504)
    for _ in range(10_000):
        versions, runs = random_world(dice)
        result = made(runs, versions)
        rows = {
            (
                work.run.customer,
                work.kind,
                *((work.subject.split(":")[1], work.subject.split(":")[2]) if work.kind == "closing" else (None, None)),
                work.days_left,
            )
            for work in result.work
        }
        assert (rows, result.exit_code) == expected(versions, runs)


# --- inventories, rows and the plugin -----------------------------------------------------------------------------


def test_an_inventory_is_read_from_csv_with_comma_or_semicolon_and_from_json():
    runs = (Run(service="ssbtek", version="8", customer="Kommun A", environment="prod", contact="a@example.se"),)
    comma = "customer,environment,service,version,contact\r\nKommun A,prod,SSBTEK,8,a@example.se\r\n\r\n"
    assert read_inventory(comma, name="i.csv") == runs
    assert read_inventory("\ufeff" + comma.replace(",", ";"), name="i.csv") == runs
    entry = '{"customer":"Kommun A","environment":"prod","service":"ssbtek","version":"8","contact":"a@example.se"}'
    assert read_inventory(f"[{entry}]", name="i.json") == runs


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "i.csv: expected a heading line with service and version"),
        ("a,b\n1,2\n", "i.csv: expected a heading line with service and version, got 'a,b'"),
        ("service,version\nssbtek,\n", "i.csv, line 2: expected a service and a version, got 'ssbtek'"),
        ("[1]", "i.csv, entry 1: expected an object"),
        ("[", "i.csv: expected CSV or a JSON list"),
        ('service,version\n"ssb', "i.csv: expected CSV, got unexpected end of data after line 1"),
        ("{}", "i.csv: expected a JSON list"),
    ],
)
def test_a_bad_inventory_is_told_with_its_place(text, said):
    with pytest.raises(UsageError) as caught:
        read_inventory(text, name="i.csv")
    assert said in str(caught.value)


def test_a_run_must_be_service_at_version():
    with pytest.raises(UsageError):
        read_run("ssbtek")


def test_csv_has_one_row_per_piece_of_work_and_no_formula():
    runs = [Run(service="ssbtek", version="8", customer="=cmd()"), Run(service="ssbtek", version="9", customer="B")]
    rows = list(csv.DictReader(io.StringIO(plan_csv(made(runs, [closing("8", 10), closing("9", 50)])).decode())))
    assert tuple(rows[0]) == WORK_COLUMNS
    assert [(row["customer"], row["safe_until"], row["days_left"]) for row in rows] == [
        ("'=cmd()", "2026-05-13", "9"),
        ("B", "2026-06-22", "49"),
    ]


def test_the_plugin_says_one_line_and_figures_that_agree_with_its_code():
    result = made(["ssbtek@8"], [closing("8", 60, closing_state="planned"), make_version("9", is_current=True)])
    line = plugin_output(result)
    assert line == (
        "RELEASEVAKT WARNING - SSBTEK 8 stängs 2026-07-03 (planerat), sista säkra dag 2026-07-02, byt till 9"
        " | 'ssbtek@8'=59;91:;31:"
    )
    assert "\n" not in line
    assert plugin_output(made(["ssbtek@9"], [make_version("9")])).startswith("RELEASEVAKT OK - ingen stängning inom 90")
    assert "okänd version SSBTEK 99" in plugin_output(made(["ssbtek@99"], []))
    assert "äldre än 24 timmar" in plugin_output(made(["ssbtek@9"], [make_version("9")], stale=True))
    assert "move to 9" in plugin_output(result, lang="en")


def test_the_most_pressing_work_stands_first():
    result = made(["ssbtek@7", "ssbtek@8"], [closing("8", 10), closing("7", 300)])
    assert [work.run.version for work in result.work] == ["8", "7"]
    assert isinstance(result, Plan)
    assert isinstance(result.work[0], Work)
