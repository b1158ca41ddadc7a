"""Planning tools: endoflife.date v0 and v1, Renovate, metrics; and one closing day in all of them."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar
from jsonschema import Draft202012Validator, FormatChecker

from monitor.labels import number_of
from monitor.model import Check, Component, PageHealth, When
from monitor.publish.badge import badge
from monitor.publish.calendar import calendar
from monitor.publish.endoflife import (
    v0_all,
    v0_cycle,
    v0_product,
    v1_envelope,
    v1_product,
    v1_release,
    v1_releases,
    v1_summary,
)
from monitor.publish.labels import find, newest_first, slug
from monitor.publish.metrics import Queue, metrics
from monitor.publish.renovate import renovate
from monitor.publish.timeline import timeline
from tests.factories import NOON, make_day, make_page
from tests.publish.lifecycle_schema import DETAILS, SUMMARY, V0_CYCLE, envelope, listed, renovate_faults
from tests.publish.nouns import TODAY, make_history, make_version, told

LINK = "https://fk.example/ssbtek/releaseinformation"
BASE = "https://vakt.example"

OLD = make_version(
    "6", closes=make_day(date(2020, 10, 31)), closing_state="closed", closing_confirmed=True, status="closed"
)
ENDING = make_version(
    "8", closes=make_day(date(2027, 3, 31)), closing_state="planned", status="closing", safe_until=date(2027, 3, 30)
)
CURRENT = make_version(
    "9.0", released=None, is_current=True, history=(make_history(None, date(2023, 11, 23), type="release"),)
)
PLANNED = make_version("10", status="planned", released=make_day(date(2026, 11, 10)))
UNDATED = make_version("11", status="planned", released=None)
ALL = (OLD, ENDING, CURRENT, PLANNED, UNDATED)


def check(schema, document):
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(document)


def test_labels_compare_as_numbers():
    assert number_of("9") == number_of("9.0") == number_of("V9")
    assert [version.version for version in newest_first(ALL)] == ["11", "10", "9.0", "8", "6"]
    assert find(ALL, "9") is CURRENT
    assert find(ALL, "9.0") is CURRENT
    assert find(ALL, "99") is None
    assert slug("Höst 2026/2") == "h-st-2026-2"


def test_v0_fits_its_shape_and_has_no_null_anywhere():
    cycles = v0_product(ALL, today=TODAY, link=LINK)
    check(listed(V0_CYCLE), cycles)
    assert "null" not in json.dumps(cycles)


def test_v0_lists_what_is_in_production_newest_first():
    assert [cycle["cycle"] for cycle in v0_product(ALL, today=TODAY, link=LINK)] == ["9.0", "8", "6"]
    assert v0_all([*ALL, make_version("1", service="lefi-online", status="planned")]) == ["ssbtek"]


def test_v0_leaves_the_release_date_out_when_the_page_gives_none():
    cycle = v0_cycle(ALL, "9", today=TODAY, link=LINK)
    assert "releaseDate" not in cycle
    assert "cycle" not in cycle
    assert cycle["eol"] is False
    assert cycle["support"] is True


def test_v0_knows_no_planned_version():
    assert v0_cycle(ALL, "10", today=TODAY, link=LINK) is None


def test_v1_fits_the_schema():
    product = v1_product("ssbtek", ALL, today=TODAY, base_url=BASE, link=LINK)
    check(envelope(DETAILS, "last_modified"), v1_envelope(product, changed_at=NOON, last_modified=True))
    check(SUMMARY, v1_summary("ssbtek", base_url=BASE))


def test_v1_gives_the_day_of_the_statement_when_there_is_no_release_day():
    release = v1_release(ALL, "9", today=TODAY, link=LINK)
    assert release["releaseDate"] == "2023-11-23"
    assert release["custom"]["releaseDateBasis"] == "not-later-than"
    assert release["latest"]["date"] is None


def test_v1_puts_planned_versions_last_so_that_latest_can_be_called():
    assert [release["name"] for release in v1_releases(ALL, today=TODAY, link=LINK)] == ["9.0", "8", "6", "10"]
    assert v1_release(ALL, "latest", today=TODAY, link=LINK)["name"] == "9.0"
    planned = v1_release(ALL, "10", today=TODAY, link=LINK)
    assert planned["label"] == "10 (planerad)"
    assert planned["latest"] is None
    assert planned["custom"]["status"] == "planned"
    assert v1_release([PLANNED], "latest", today=TODAY, link=LINK) is None


def test_v1_ends_the_day_after_the_closing_day():
    day = date(2027, 3, 31)
    assert [v1_release(ALL, "8", today=day + timedelta(days=n), link=LINK)["isEol"] for n in (-1, 0, 1)] == [
        False,
        False,
        True,
    ]


def test_renovate_takes_the_document_whole():
    document = renovate(ALL, today=TODAY, home_url=f"{BASE}/ssbtek", source_url=LINK)
    assert renovate_faults(document, TODAY.isoformat()) == []
    assert "null" not in json.dumps(document)
    assert [release["version"] for release in document["releases"]] == ["6", "8", "9.0"]
    assert document["releases"][0]["isDeprecated"] is True
    assert document["tags"] == {"latest": "9.0"}
    assert "releaseTimestamp" not in document["releases"][-1]


def test_the_renovate_check_itself_sees_what_renovate_refuses():
    bad = {"releases": [{"version": 8, "changelogUrl": None, "releaseTimestamp": "2027-01-01T00:00:00Z"}]}
    assert len(renovate_faults(bad, TODAY.isoformat())) == 3


STATED = [date(2027, 3, 31), date(2026, 3, 29), date(2026, 10, 25)]


@pytest.mark.parametrize("day", STATED)
def test_the_closing_day_is_the_same_in_every_output(day):
    """At 23:30 UTC the day before, which is the day itself in Stockholm, and on both days when the clocks change."""
    version = make_version("8", closes=make_day(day), closing_state="decided", status="closing")
    now = datetime(day.year, day.month, day.day, 23, 30, tzinfo=UTC) - timedelta(days=1)
    stockholm_today = day
    [cycle] = v0_product([version], today=stockholm_today, link=LINK)
    [release] = v1_releases([version], today=stockholm_today, link=LINK)
    [entry] = Calendar.from_ical(
        calendar(
            [told(1, "closure.announced", day, NOON, version="8")],
            [version],
            lang="sv",
            self_url=f"{BASE}/c.ics",
            home_url=BASE,
        )
    ).walk("VEVENT")
    figures = metrics([version], [], now=now, today=stockholm_today, last_seq=0).decode()
    content = renovate([version], today=stockholm_today, home_url=BASE, source_url=LINK)["releases"][0]
    assert cycle["eol"] == release["eolFrom"] == entry.decoded("DTSTART").isoformat() == day.isoformat()
    assert day.isoformat() in content["changelogContent"]
    assert day.isoformat().encode() in badge("ssbtek", "8", version, today=stockholm_today)
    assert day.isoformat().encode() in timeline("ssbtek", [version], today=stockholm_today)
    [stamp] = re.findall(r"closes_timestamp_seconds\{[^}]*\} (\d+)", figures)
    assert (datetime.fromtimestamp(int(stamp), UTC) + timedelta(hours=2)).date() == day
    assert release["isEol"] is False
    assert "isDeprecated" not in content


def test_a_coarse_closing_gives_its_last_day_where_only_one_fits():
    may = When(start=date(2027, 5, 1), end=date(2027, 5, 31), precision="month", text="maj 2027")
    version = make_version("8", closes=may, closing_state="planned")
    assert v0_product([version], today=TODAY, link=LINK)[0]["eol"] == "2027-05-31"
    assert v1_releases([version], today=TODAY, link=LINK)[0]["eolFrom"] == "2027-05-31"


def test_closed_without_a_day_is_true_in_v0_and_has_no_day_in_v1():
    version = make_version("8", status="closed", closing_state="closed")
    assert v0_product([version], today=TODAY, link=LINK)[0]["eol"] is True
    release = v1_releases([version], today=TODAY, link=LINK)[0]
    assert (release["isEol"], release["eolFrom"]) == (True, None)


# --- metrics ------------------------------------------------------------------------------------------------------


def health(**changes):
    page = make_page()
    checked = Check(page=page.key, started_at=NOON, ended_at=NOON, outcome="unchanged")
    settings = {"page": page, "url": page.url, "state": "ok", "last_check": checked, "last_good_at": NOON}
    return PageHealth(**{**settings, **changes})


SAMPLE = re.compile(r'^([a-z_]+)(\{(?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)+\})? (-?\d+(?:\.\d+)?)$')


def test_every_line_of_the_metrics_is_open_metrics():
    body = metrics(
        ALL, [health()], now=NOON + timedelta(minutes=5), today=TODAY, last_seq=29, release="0.1.0",
        queue=Queue(by_state={"pending": 2, "dead": 1}, oldest_waiting_at=NOON),
    ).decode()  # fmt: skip
    lines = body.splitlines()
    assert lines[-1] == "# EOF"
    family = None
    seen = set()
    for line in lines[:-1]:
        if line.startswith("# TYPE "):
            family = line.split()[2]
            assert family not in seen
            seen.add(family)
        elif line.startswith(("# UNIT ", "# HELP ")):
            assert line.split()[2] == family
        else:
            match = SAMPLE.match(line)
            assert match, line
            assert match.group(1) in (family, f"{family}_total", f"{family}_info")
    assert "releasevakt_events_total 29" in lines
    assert 'releasevakt_version_closes_days{service="ssbtek",version="8"} 331' in lines
    assert 'releasevakt_page_last_good_age_seconds{page="ssbtek-release",service="ssbtek"} 300' in lines
    assert "releasevakt_oldest_undelivered_age_seconds 300" in lines


def test_a_label_with_quotes_and_line_breaks_is_escaped():
    body = metrics([make_version('6 "x"\n\\')], [], now=NOON, today=TODAY, last_seq=0).decode()
    assert r'version="6 \"x\"\n\\"' in body


# --- pictures -----------------------------------------------------------------------------------------------------


def test_the_badge_says_its_words_to_everybody():
    drawn = badge("ssbtek", "8", ENDING, today=TODAY).decode()
    assert 'role="img"' in drawn
    assert "<title>SSBTEK 8: stängs 2027-03-31 (planerat)</title>" in drawn
    assert "gällande version" in badge("ssbtek", "9", CURRENT, today=TODAY).decode()
    assert "unknown" in badge("ssbtek", "99", None, today=TODAY, lang="en").decode()


def test_a_day_that_passed_without_confirmation_is_told_as_such():
    assert "ej bekräftat" in badge("ssbtek", "8", ENDING, today=date(2028, 1, 1)).decode()


def test_markup_in_an_address_does_not_reach_the_picture():
    assert b"<script" not in badge("<script>", "<script>", None, today=TODAY)


def test_the_timeline_tells_in_words_what_it_draws():
    parts = (*ALL, make_version("7", components=(Component(service="csn"),)))
    drawn = timeline("ssbtek", parts, today=TODAY).decode()
    assert "prefers-color-scheme:dark" in drawn
    description = re.search(r'<desc id="d">(.*?)</desc>', drawn).group(1)
    assert "8: i produktion 2020-01-15, stängs 2027-03-31, planerat." in description
    assert "9.0: gällande." in description
    assert "11: inga datum angivna." in description


def test_a_timeline_without_versions_says_so():
    assert "Ingen version har lästs ännu." in timeline("ssbtek", [], today=TODAY).decode()
