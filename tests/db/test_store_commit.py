"""What one look at a page learnt is stored whole, once, and comes back as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from db.store import META, Store
from monitor.errors import StaleLease, StoreError
from monitor.model import EventFilter, Incident, Memory, PageState, Quotation, When
from tests.factories import (
    NOON,
    PAGE_KEY,
    made_id,
    make_announcement,
    make_check,
    make_event,
    make_events,
    make_observation,
    make_page,
    make_snapshot,
    make_state,
    make_statement,
)

STOCKHOLM_EVENING = datetime(2026, 2, 21, 22, 0, tzinfo=timezone(timedelta(hours=1)))


def test_every_noun_of_an_observation_comes_back_as_it_went_in(store: Store) -> None:
    observation = make_observation()
    (stored,) = store.commit(observation)
    assert stored == replace(make_event(), seq=1)
    assert store.page_state(PAGE_KEY) == observation.state
    assert store.pages() == (observation.state,)
    assert store.checks(PAGE_KEY) == (make_check(),)
    assert store.latest_snapshot(PAGE_KEY) == make_snapshot()
    assert store.memory() == Memory(announcements=observation.announcements, statements=observation.statements)
    assert store.events() == (stored,)
    assert store.event(stored.id) == stored
    assert store.announcement(make_announcement().id) == make_announcement()


def test_stamps_with_a_time_keep_their_offset(store: Store) -> None:
    window = When(start=STOCKHOLM_EVENING, end=None, precision="minute", text="från 22.00")
    announcement = make_announcement(published=STOCKHOLM_EVENING, updated=date(2026, 2, 22))
    claim = Incident(service="ssbtek", evidence="Störning", stage="updated", topic="svar", date=window)
    event = make_event(date=window, published=STOCKHOLM_EVENING)
    store.commit(
        make_observation(
            state=make_state(page_updated=STOCKHOLM_EVENING),
            announcements=(announcement,),
            statements=(make_statement(claim=claim),),
            events=(event,),
        )
    )
    assert store.memory().announcements == (announcement,)
    assert store.memory().statements[0].claim == claim
    assert store.events()[0].date == window
    state = store.page_state(PAGE_KEY)
    assert state is not None
    assert state.page_updated == STOCKHOLM_EVENING


def test_instants_come_back_in_utc_whatever_zone_they_came_in(store: Store) -> None:
    store.commit(make_observation(state=make_state(since=STOCKHOLM_EVENING)))
    state = store.page_state(PAGE_KEY)
    assert state is not None
    assert state.since == STOCKHOLM_EVENING
    assert state.since.tzinfo is UTC


def test_a_naive_datetime_is_refused_and_nothing_is_written(store: Store) -> None:
    with pytest.raises(ValueError, match="expected a datetime with a time zone, got the naive 2026-05-04T12:00:00"):
        store.commit(make_observation(check=make_check(started_at=datetime(2026, 5, 4, 12))))  # noqa: DTZ001
    assert store.pages() == ()


def test_characters_no_database_can_hold_do_not_lose_the_page(store: Store) -> None:
    announcement = make_announcement(heading="NUL\x00 och halv\ud83d")
    store.commit(make_observation(announcements=(announcement,)))
    kept = store.announcement(announcement.id)
    assert kept is not None
    assert kept.heading == "NUL\ufffd och halv\ufffd"
    store.commit(make_observation(announcements=(announcement,), events=()))
    assert len(store.announcement_versions(announcement.id)) == 1


def test_events_are_numbered_without_gaps_across_commits(store: Store) -> None:
    store.commit(make_observation(events=make_events(3)))
    store.commit(make_observation(events=make_events(2, first=4)))
    assert [event.seq for event in store.events()] == [1, 2, 3, 4, 5]
    assert store.last_seq() == 5


def test_an_event_that_is_known_is_not_stored_twice(store: Store) -> None:
    store.commit(make_observation())
    assert store.commit(make_observation(events=(make_event(evidence="other"), *make_events(1, first=2)))) == (
        replace(make_events(1, first=2)[0], seq=2),
    )
    assert store.event(make_event().id) == replace(make_event(), seq=1)


def test_an_event_twice_in_one_observation_is_stored_once(store: Store) -> None:
    assert len(store.commit(make_observation(events=(make_event(), make_event())))) == 1
    assert store.last_seq() == 1


def test_a_revision_replaces_the_event_and_keeps_its_number_and_whether_it_rang(store: Store) -> None:
    store.commit(make_observation())
    revised = make_event(revision=1, label="Ny etikett", service="lefi-online", affects=(), pushed=False)
    assert store.commit(make_observation(events=(), revisions=(revised,))) == ()
    assert store.event(revised.id) == replace(revised, seq=1, pushed=True)
    assert store.events(EventFilter(services=("ssbtek",))) == ()
    assert len(store.events(EventFilter(services=("lefi-online",)))) == 1


def test_a_revision_of_an_unknown_event_is_refused_and_nothing_is_written(store: Store) -> None:
    with pytest.raises(StoreError, match="to be revised"):
        store.commit(make_observation(revisions=(make_event(id=made_id("nobody")),)))
    assert store.pages() == ()
    assert store.last_seq() == 0


def test_a_retired_event_leaves_the_lists_and_can_be_asked_for(store: Store) -> None:
    store.commit(make_observation(events=make_events(2)))
    store.commit(make_observation(events=(), retired=(make_event().id,)))
    assert [event.seq for event in store.events()] == [2]
    assert [event.seq for event in store.events(EventFilter(retired=True))] == [1, 2]
    assert store.event(make_event().id) is not None


def test_a_retired_event_that_is_said_again_is_shown_again_under_its_number(store: Store) -> None:
    store.commit(make_observation())
    store.commit(make_observation(events=(), retired=(make_event().id,)))
    assert store.commit(make_observation()) == ()
    assert [event.seq for event in store.events()] == [1]


def test_a_content_that_comes_back_is_seen_again_and_kept_once(store: Store) -> None:
    times = [NOON + timedelta(hours=hour) for hour in range(3)]
    for moment, content in zip(times, ("A", "B", "A"), strict=True):
        body = f"<p>{content}</p><!-- nonce {moment} -->".encode()
        store.commit(make_observation(snapshot=make_snapshot(fetched_at=moment, body=body), digest=content, events=()))
    newest_first = store.snapshots(PAGE_KEY)
    assert [sighting.digest for sighting in newest_first] == ["A", "B", "A"]
    assert newest_first[0].id == newest_first[2].id != newest_first[1].id
    assert [snapshot.fetched_at for snapshot in store.all_snapshots(PAGE_KEY)] == times
    first, _, last = store.all_snapshots(PAGE_KEY)
    assert first.body == last.body
    assert store.snapshot_body(newest_first[0].id) == first.body
    latest = store.latest_snapshot(PAGE_KEY)
    assert latest is not None
    assert latest.fetched_at == times[2]
    assert store.snapshots(PAGE_KEY, limit=1, before=newest_first[0].number) == newest_first[1:2]


def test_the_same_bytes_read_by_a_newer_reader_are_kept_once_and_known_by_both_digests(store: Store) -> None:
    store.commit(make_observation(digest="old", events=()))
    store.commit(make_observation(state=make_state(reader_version=2), digest="new", events=()))
    body = b"other nonce"
    store.commit(
        make_observation(
            snapshot=make_snapshot(body=body, fetched_at=NOON + timedelta(hours=1)), digest="new", events=()
        )
    )
    sightings = store.snapshots(PAGE_KEY)
    assert len(sightings) == 2
    assert len({sighting.id for sighting in sightings}) == 1


def test_a_body_that_could_not_be_read_is_kept_by_its_bytes(store: Store) -> None:
    store.commit(make_observation(digest=None, events=()))
    assert [sighting.digest[:7] for sighting in store.snapshots(PAGE_KEY)] == ["sha256:"]


def test_each_version_of_an_announcements_words_is_kept(store: Store) -> None:
    later = NOON + timedelta(days=1)
    store.commit(make_observation())
    moved = make_announcement(position=2)
    store.commit(make_observation(announcements=(moved,), snapshot=None, events=()))
    edited = make_announcement(position=2, text="Nu den 31 oktober 2026.", changed_at=later)
    store.commit(
        make_observation(
            announcements=(edited,), snapshot=make_snapshot(fetched_at=later, body=b"b"), digest="2", events=()
        )
    )
    first, second = store.announcement_versions(edited.id)
    assert (first.text, first.seen_at) == (make_announcement().text, NOON)
    assert (second.text, second.seen_at) == (edited.text, later)
    assert second.snapshot_id == store.snapshots(PAGE_KEY)[0].id != first.snapshot_id
    assert store.announcement(edited.id) == edited


def test_a_statement_that_is_gone_is_written_over(store: Store) -> None:
    store.commit(make_observation())
    gone = make_statement(gone_at=NOON + timedelta(days=1))
    store.commit(make_observation(statements=(gone,), events=()))
    assert store.memory().statements == (gone,)


def test_a_statement_that_a_newer_reader_does_not_make_is_dropped(store: Store) -> None:
    store.commit(make_observation())
    store.commit(make_observation(statements=(), events=(), dropped=(make_statement().id,)))
    assert store.memory().statements == ()


def test_the_fan_out_gets_the_new_events_and_writes_with_them(store: Store) -> None:
    def remember(session: Session, events: tuple[object, ...]) -> None:
        session.execute(insert(META), {"key": "told", "value": str(len(events))})

    store.commit(make_observation(events=make_events(2)), fan_out=remember)
    assert store.meta("told") == "2"


def test_a_fan_out_that_fails_takes_the_events_with_it(store: Store) -> None:
    def fail(session: Session, events: tuple[object, ...]) -> None:
        assert session.execute(select(META)).all()
        raise RuntimeError("no channel")

    with pytest.raises(RuntimeError, match="no channel"):
        store.commit(make_observation(), fan_out=fail)
    assert store.last_seq() == 0
    assert store.pages() == ()


def test_a_commit_with_a_stale_fence_is_refused_and_nothing_is_written(store: Store) -> None:
    now = datetime.now(UTC)
    store.ensure_pages([make_page()], now=now)
    claim = {"lease": timedelta(seconds=-1), "limit": 1, "intervals": {PAGE_KEY: timedelta(minutes=5)}}
    (first,) = store.due_pages(now, owner="a", **claim)  # type: ignore[arg-type]
    (second,) = store.due_pages(now, owner="b", **claim)  # type: ignore[arg-type]
    with pytest.raises(StaleLease, match="somebody else has taken over"):
        store.commit(make_observation(), fence=first.fence, due_at=now + timedelta(minutes=5))
    assert store.last_seq() == 0
    assert store.page_state(PAGE_KEY) == PageState(page=PAGE_KEY, url=make_page().url)
    assert len(store.commit(make_observation(), fence=second.fence, due_at=now + timedelta(minutes=5))) == 1
    (health,) = store.health([make_page()])
    assert health.due_at == now + timedelta(minutes=5)


def test_the_data_version_moves_with_what_readers_see_and_with_nothing_else(store: Store) -> None:
    seen = [store.data_version()]

    def moved() -> bool:
        seen.append(store.data_version())
        return seen[-1] > seen[-2]

    quiet = make_observation(
        check=make_check(outcome="unchanged"), snapshot=None, announcements=(), statements=(), events=()
    )
    store.commit(make_observation())
    assert moved()
    store.commit(quiet)
    assert moved()
    store.commit(replace(quiet, state=make_state(last_good_at=NOON + timedelta(minutes=5), etag='"2"')))
    assert not moved()
    failed = make_check(outcome="failed", reason="connect")
    store.commit(replace(quiet, check=failed, state=make_state(failures=1)))
    assert moved()
    store.commit(replace(quiet, check=failed, state=make_state(failures=1, state="failing")))
    assert moved()
    store.set_meta("anything", value="else")
    assert not moved()
    store.commit(replace(quiet, check=None, retired=(make_event().id,)))
    assert moved()


def test_knowledge_is_replaced_as_a_whole_and_events_keep_their_numbers(store: Store) -> None:
    other_page = make_announcement(id=made_id("other"), page="lefi-online-release")
    store.commit(make_observation(announcements=(make_announcement(), other_page), events=make_events(2)))
    older = NOON - timedelta(days=900)
    announcement = make_announcement(id=made_id("old"), first_seen_at=older, changed_at=older)
    statement = make_statement(id=made_id("old statement"), announcement_id=announcement.id)
    first, second = make_events(2)
    better = replace(first, evidence="Version 6 stängs", revision=1, pushed=False)
    stored = store.replace_knowledge(
        [PAGE_KEY],
        announcements=(announcement,),
        statements=(statement,),
        events=(better, second, *make_events(1, first=3)),
        retired=(second.id,),
        states=(make_state(reader_version=2),),
        snapshots=((make_snapshot(fetched_at=older, body=b"old"), "old"),),
        reader_version=2,
    )
    assert [event.seq for event in stored] == [3]
    assert store.event(first.id) == replace(better, seq=1, pushed=True)
    assert [event.seq for event in store.events()] == [1, 3]
    assert store.memory() == Memory(announcements=(other_page, announcement), statements=(statement,))
    assert [snapshot.body for snapshot in store.all_snapshots(PAGE_KEY)] == [b"old", make_snapshot().body]
    state = store.page_state(PAGE_KEY)
    assert state is not None
    assert state.reader_version == 2


def test_an_event_is_linked_to_every_announcement_that_says_it(store: Store) -> None:
    twin = made_id("announcement", 2)
    quotations = (
        *make_event().statements,
        Quotation(page="ssbtek-drift", announcement_id=twin, evidence="Version 6 stängs den 30 september 2026."),
    )
    store.commit(make_observation(events=(make_event(statements=quotations), *make_events(1, first=2))))
    (found,) = store.events(EventFilter(announcement_id=twin))
    assert found.statements == quotations
    assert [event.seq for event in store.events(EventFilter(pages=("ssbtek-drift",)))] == [1]
    assert [event.seq for event in store.events(EventFilter(announcement_id=make_announcement().id))] == [1, 2]
