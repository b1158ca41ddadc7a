"""Which statements about windows, disturbances and certificates are about one thing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from monitor.model import STOCKHOLM, CertificateChange, Claim, Incident, Maintenance, Statement, When
from monitor.threads import certificates, incidents, windows

FIRST = date(2027, 3, 1)


def when(day: int, opens: int | None = None, closes: int | None = None) -> When:
    if opens is None or closes is None:
        return When(start=date(2027, 3, day), end=date(2027, 3, day), precision="day", text="")
    start, end = (datetime(2027, 3, day, hour, tzinfo=STOCKHOLM) for hour in (opens, closes))
    return When(start=start, end=end, precision="minute", text="")


def said(number: int, claim: Claim, *, days: int = 0, announcement: str | None = None) -> Statement:
    return Statement(
        id=str(number),
        page="ssbtek-drift",
        announcement_id=announcement or f"announcement-{number}",
        claim=claim,
        overview=False,
        known_on=FIRST + timedelta(days=days),
        stamped=True,
        seen_at=datetime(2027, 3, 1, tzinfo=UTC) + timedelta(days=days),
        position=1,
    )


def window(date_: When | None, topic: str = "underhåll", **more: Any) -> Maintenance:
    return Maintenance(service="ssbtek", evidence="", date=date_, topic=topic, **more)


def incident(stage: Any, topic: str = "driftstörning", **more: Any) -> Incident:
    return Incident(
        service="ssbtek", evidence=f"{stage} {topic}", stage=stage, topic=topic, follows=stage != "reported", **more
    )


def told(stories: Any) -> list[list[str]]:
    return [[turn.type.partition(".")[2] for turn in story] for story in stories.values()]


def test_a_moved_window_is_the_same_subject_with_its_previous_day() -> None:
    stories = windows([said(1, window(when(6, 8, 10))), said(2, window(when(13, 8, 10), change="moved"))], {})
    ((first, second),) = stories.values()
    assert (first.type, second.type) == ("maintenance.scheduled", "maintenance.rescheduled")
    assert second.previous_date == when(6, 8, 10)


def test_of_several_windows_the_one_that_is_named_moves() -> None:
    moved = window(when(27, 8, 10), change="moved", previous_date=when(20))
    stories = windows([said(1, window(when(6, 8, 10))), said(2, window(when(20, 8, 10))), said(3, moved)], {})
    assert told(stories) == [["scheduled"], ["scheduled", "rescheduled"]]


def test_of_several_windows_the_most_alike_moves_when_none_is_named() -> None:
    stories = windows(
        [
            said(1, window(when(20, 8, 10), "uppgradering i vår")),
            said(2, window(when(13, 8, 10), "byte av brandvägg")),
            said(3, window(when(27, 8, 10), "nytt datum för vårens uppgradering", change="moved")),
        ],
        {},
    )
    assert told(stories) == [["scheduled", "rescheduled"], ["scheduled"]]


def test_a_window_that_takes_longer_keeps_its_beginning() -> None:
    longer = When(start=None, end=datetime(2027, 3, 6, 15, tzinfo=STOCKHOLM), precision="minute", text="")
    stories = windows([said(1, window(when(6, 8, 10))), said(2, window(longer, change="moved"), days=5)], {})
    ((_, second),) = stories.values()
    assert second.date is not None
    assert second.date.start == datetime(2027, 3, 6, 8, tzinfo=STOCKHOLM)


def test_a_reminder_adds_nothing_and_hours_that_become_known_do() -> None:
    stories = windows([said(1, window(when(6))), said(2, window(when(6))), said(3, window(when(6, 8, 10)))], {})
    ((first, second),) = stories.values()
    assert (first.date, second.date) == (when(6), when(6, 8, 10))
    assert len(first.support) == 1


def test_a_window_in_the_test_environment_is_another() -> None:
    stories = windows([said(1, window(when(6))), said(2, window(when(6), environment="test"))], {})
    assert told(stories) == [["scheduled"], ["scheduled"]]


def test_a_cancelled_window_is_told_once_and_a_new_one_that_day_is_new() -> None:
    off = window(when(6, 8, 10), change="withdrawn")
    stories = windows(
        [said(1, window(when(6, 8, 10))), said(2, off), said(3, off), said(4, window(when(6, 8, 10)))], {}
    )
    assert told(stories) == [["scheduled", "cancelled"], ["scheduled"]]


def test_a_disturbance_is_one_subject_from_its_first_word_to_its_last() -> None:
    stages = ("reported", "updated", "resolved")
    stories = incidents([said(n, incident(stage), days=n) for n, stage in enumerate(stages)], {})
    assert told(stories) == [list(stages)]


def test_a_follow_up_goes_to_the_disturbance_of_its_authority() -> None:
    stories = incidents(
        [
            said(1, incident("reported", "svar saknas", owner="CSN")),
            said(2, incident("reported", "svar saknas", owner="Migrationsverket")),
            said(3, incident("resolved", "felet är löst", owner="CSN")),
        ],
        {},
    )
    assert told(stories) == [["reported", "resolved"], ["reported"]]


def test_what_is_over_is_taken_up_again_only_by_words_alike() -> None:
    earlier = [
        said(1, incident("reported", "långa svarstider")),
        said(2, incident("resolved", "långa svarstider"), days=1),
    ]
    other = said(3, incident("resolved", "felaktig fil rättad"), days=9)
    assert told(incidents([*earlier, other], {})) == [["reported", "resolved"], ["resolved"]]


@pytest.mark.parametrize(("owner", "subjects"), [("CSN", 2), (None, 2)])
def test_disturbances_beside_each_other_in_one_notice_are_subjects_of_their_own(owner, subjects) -> None:
    one = said(1, incident("reported", "svarar inte"), announcement="a")
    two = said(2, incident("reported", "svar dröjer", owner=owner), announcement="a")
    assert len(incidents([one, two], {})) == subjects


def test_a_moved_certificate_is_the_same_subject_and_a_reminder_adds_nothing() -> None:
    change = CertificateChange(service="ssbtek", evidence="", date=when(6), topic="nytt certifikat")
    moved = CertificateChange(
        service="ssbtek",
        evidence="",
        date=when(20),
        previous_date=when(6),
        change="moved",
        topic="certifikatbytet flyttas",
    )
    stories = certificates([said(1, change), said(2, change), said(3, moved)], {})
    ((first, second),) = stories.values()
    assert len(first.support) == 1
    assert (second.date, second.previous_date) == (when(20), when(6))


def test_a_certificate_that_is_not_changed_after_all_loses_its_day() -> None:
    change = CertificateChange(service="ssbtek", evidence="", date=when(6), topic="nytt certifikat")
    off = CertificateChange(
        service="ssbtek", evidence="", previous_date=when(6), change="withdrawn", topic="bytet ställs in"
    )
    ((_, second),) = certificates([said(1, change), said(2, off)], {}).values()
    assert (second.date, second.previous_date) == (None, when(6))
