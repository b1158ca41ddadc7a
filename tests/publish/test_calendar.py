"""The calendar: one entry per thing through all its moves, and the agency's days verbatim."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar

from monitor.model import When
from monitor.publish.calendar import calendar
from tests.factories import NOON, made_id, make_day
from tests.publish.nouns import make_version, told

MARCH, JUNE, SEPT = date(2027, 3, 31), date(2027, 6, 30), date(2027, 9, 30)


def made(events, versions=(), **options):
    settings = {"lang": "sv", "self_url": "https://vakt.example/calendar/all.ics", "home_url": "https://vakt.example/"}
    return calendar(events, versions, **{**settings, **options})


def entries(events, versions=(), **options):
    return Calendar.from_ical(made(events, versions, **options)).walk("VEVENT")


def moved_three_times():
    return [
        told(1, "closure.announced", MARCH, NOON),
        told(2, "closure.rescheduled", JUNE, NOON + timedelta(days=1)),
        told(3, "closure.rescheduled", SEPT, NOON + timedelta(days=2)),
        told(4, "closure.rescheduled", JUNE, NOON + timedelta(days=3)),
    ]


def window(**changes):
    start = datetime.fromisoformat("2026-10-25T01:00:00+02:00")
    end = datetime.fromisoformat("2026-10-25T05:00:00+01:00")
    date_ = When(start=start, end=end, precision="minute", text="natt mot söndag")
    return told(
        9, "maintenance.scheduled", None, NOON,
        **{"subject": "maintenance:ssbtek:1", "date": date_, "version": None, **changes},
    )  # fmt: skip


def test_a_closing_moved_three_times_is_one_entry_with_the_newest_day():
    [entry] = entries(moved_three_times())
    assert entry["UID"] == "closing:ssbtek:6@releasevakt"
    assert entry["SEQUENCE"] == 3
    assert entry.decoded("DTSTART") == JUNE
    assert entry.decoded("DTEND") == JUNE + timedelta(days=1)
    assert entry.decoded("DTSTAMP") == NOON + timedelta(days=3)


def test_sequence_grows_by_one_with_each_change():
    events = moved_three_times()
    assert [entries(events[:count])[0]["SEQUENCE"] for count in (1, 2, 3, 4)] == [0, 1, 2, 3]


def test_old_pages_read_later_do_not_move_the_entry_back():
    old = told(5, "closure.announced", date(2027, 1, 1), NOON + timedelta(days=9),
               pushed=False, published=date(2025, 1, 1))  # fmt: skip
    [entry] = entries([*moved_three_times(), old])
    assert entry.decoded("DTSTART") == JUNE


def test_a_withdrawn_closing_stays_and_is_marked_in_status_and_words():
    gone = told(2, "closure.withdrawn", None, NOON + timedelta(days=1), previous_date=make_day(MARCH))
    [entry] = entries([told(1, "closure.announced", MARCH, NOON), gone])
    assert entry["STATUS"] == "CANCELLED"
    assert entry["SUMMARY"].startswith("Inställt:")
    assert entry["SEQUENCE"] == 1
    assert entry.decoded("DTSTART") == MARCH


def test_a_closing_put_off_without_a_new_day_keeps_its_old_one_and_says_so():
    put_off = told(2, "closure.rescheduled", None, NOON + timedelta(days=1), previous_date=make_day(MARCH))
    [entry] = entries([told(1, "closure.announced", MARCH, NOON), put_off])
    assert entry["STATUS"] == "CANCELLED"
    assert entry["SUMMARY"].startswith("Uppskjutet:")


def test_a_retracted_event_no_longer_sets_the_day():
    wrong = told(2, "closure.rescheduled", SEPT, NOON + timedelta(days=1))
    sorry = told(3, "event.retracted", None, NOON + timedelta(days=2), corrects=wrong.id)
    [entry] = entries([told(1, "closure.announced", MARCH, NOON), wrong, sorry])
    assert entry.decoded("DTSTART") == MARCH
    assert entry["SEQUENCE"] == 2
    assert entry.decoded("LAST-MODIFIED") == NOON + timedelta(days=2)


def test_when_all_was_wrong_the_entry_is_cancelled():
    wrong = told(1, "closure.announced", SEPT, NOON)
    sorry = told(2, "event.retracted", None, NOON + timedelta(days=2), corrects=wrong.id)
    [entry] = entries([wrong, sorry])
    assert entry["STATUS"] == "CANCELLED"


def test_a_planned_closing_is_tentative_and_a_decided_one_confirmed():
    [planned] = entries([told(1, "closure.announced", MARCH, NOON, state="planned")])
    [decided] = entries([told(1, "closure.announced", MARCH, NOON)])
    assert (planned["STATUS"], decided["STATUS"]) == ("TENTATIVE", "CONFIRMED")
    assert planned["SUMMARY"] == "SSBTEK 6 stängs (planerat)"


def test_a_coarse_date_spans_its_range_and_is_tentative():
    may = When(start=date(2027, 5, 1), end=date(2027, 5, 31), precision="month", text="i maj 2027")
    [entry] = entries([told(1, "closure.announced", None, NOON, date=may)])
    assert (entry.decoded("DTSTART"), entry.decoded("DTEND")) == (date(2027, 5, 1), date(2027, 6, 1))
    assert entry["STATUS"] == "TENTATIVE"


def test_a_version_gives_the_day_that_every_other_output_gives():
    version = make_version("6", closes=make_day(SEPT), closing_state="decided")
    [entry] = entries([told(1, "closure.announced", MARCH, NOON)], [version])
    assert entry.decoded("DTSTART") == SEPT


def test_a_window_over_the_clock_change_has_utc_times():
    text = made([window()]).decode()
    assert "DTSTART:20261024T230000Z" in text
    assert "DTEND:20261025T040000Z" in text
    assert "VTIMEZONE" not in text


def test_a_cancelled_window_keeps_its_time():
    gone = told(10, "maintenance.cancelled", None, NOON + timedelta(days=1), subject="maintenance:ssbtek:1",
                version=None)  # fmt: skip
    [entry] = entries([window(), gone])
    assert entry["STATUS"] == "CANCELLED"
    assert entry.decoded("DTSTART") == datetime(2026, 10, 24, 23, tzinfo=UTC)


def test_a_release_without_any_day_is_no_entry():
    assert entries([told(1, "release.announced", None, NOON, subject="release:ssbtek:9", version="9")]) == []


def test_the_kinds_can_be_chosen():
    events = [*moved_three_times(), window()]
    assert len(entries(events)) == 2
    assert [entry["UID"] for entry in entries(events, kinds=frozenset({"window"}))] == [
        "maintenance:ssbtek:1@releasevakt"
    ]


def test_an_alarm_comes_only_when_asked_for_and_not_for_what_is_called_off():
    assert b"VALARM" not in made(moved_three_times())
    [entry] = entries(moved_three_times(), alarm=timedelta(days=14))
    [alarm] = entry.walk("VALARM")
    assert alarm.decoded("TRIGGER") == timedelta(days=-14)
    gone = told(5, "closure.withdrawn", None, NOON + timedelta(days=9))
    assert b"VALARM" not in made([*moved_three_times(), gone], alarm=timedelta(days=14))


def test_lines_are_folded_at_75_octets_and_end_with_crlf():
    long = told(1, "closure.announced", MARCH, NOON, evidence="Åäö; komma, och omvänt \\ snedstreck " * 20)
    body = made([long])
    lines = body.split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert "Åäö; komma" in Calendar.from_ical(body).walk("VEVENT")[0]["DESCRIPTION"]


def test_the_calendar_says_what_it_is_and_how_often_it_changes():
    text = made([]).decode()
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT6H" in text
    assert "X-PUBLISHED-TTL:PT6H" in text
    assert "SOURCE;VALUE=URI:https://vakt.example/calendar/all.ics" in text
    assert "X-WR-CALNAME:Releasevakt: alla tjänster" in text


def test_the_same_events_give_the_same_bytes():
    events = [*moved_three_times(), window()]
    assert made(events) == made(list(reversed(events)))


def test_a_subject_with_odd_letters_still_gives_a_plain_uid():
    [entry] = entries([window(subject="maintenance:ssbtek:natt, söndag")])
    assert entry["UID"].isascii()
    assert "," not in entry["UID"]


def test_ids_do_not_decide_anything():
    events = [replace(event, id=made_id("other", event.seq)) for event in moved_three_times()]
    assert made(events) == made(moved_three_times())
