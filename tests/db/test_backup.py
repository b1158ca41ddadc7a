"""A backup is whole, goes back into an empty database only, and says when it is damaged."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from sqlalchemy import select

from db.backup import backup, restore
from db.engine import Database, open_database, revision_of
from db.schema import metadata
from db.store import Store
from monitor.errors import StoreError
from monitor.model import Digest
from tests.deliver.world import Clock, World, closing
from tests.factories import NOON, made_id, make_announcement, make_events, make_observation


@pytest.fixture
def filled(database: Database) -> Database:
    """A database with a bit of everything."""
    store = Store(database)
    hostile = make_announcement(id=made_id("hostile"), text='å "citat" \\ \u2028 😀\n' * 20)
    store.commit(make_observation(announcements=(make_announcement(), hostile), events=make_events(30)))
    store.acquire_lease("leader", owner="a", ttl=NOON - NOON)
    return database


@pytest.fixture
def target_url(database: Database, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The address of an empty database of the same kind."""
    if database.dialect == "sqlite":
        return f"sqlite:///{tmp_path / 'restored.db'}"
    url: str = request.getfixturevalue("postgresql_server").fresh()
    return url


def _contents(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.reader.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
            if table.name != "meta"
        }


def test_what_is_restored_equals_what_was_backed_up_and_goes_on_from_there(
    filled: Database, target_url: str, tmp_path: Path
) -> None:
    before = _contents(filled)
    assert before["event"]
    checksum = backup(filled, tmp_path / "copy")
    assert checksum.read_text().endswith("  copy\n")
    assert sorted(path.name for path in tmp_path.glob("*copy*")) == ["copy", "copy.sha256"]
    restored = open_database(target_url)
    restore(tmp_path / "copy", restored, now=NOON)
    assert _contents(restored) == before
    store = Store(restored)
    assert store.meta("restored_at") == NOON.isoformat()
    assert store.data_version() > Store(filled).data_version()
    new = make_announcement(id=made_id("new"))
    assert [event.seq for event in store.commit(make_observation(announcements=(new,), events=make_events(31)))] == [31]
    assert store.announcement(new.id) == new
    restored.close()


def test_a_migrated_database_with_nothing_in_it_is_empty_enough(
    filled: Database, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    copy = tmp_path / "copy"
    backup(filled, copy)
    if filled.dialect == "postgresql":
        url = request.getfixturevalue("_migrated_postgresql").fresh(template="releasevakt_template")
    else:
        (tmp_path / "other").mkdir()
        url = f"sqlite:///{tmp_path / 'other' / 'migrated.db'}"
        Path(str(tmp_path / "other" / "migrated.db")).write_bytes(
            Path(request.getfixturevalue("_migrated_sqlite")).read_bytes()
        )
    restored = open_database(url)
    restore(copy, restored, now=NOON)
    assert _contents(restored) == _contents(filled)
    restored.close()


def test_a_database_with_data_is_never_restored_into(filled: Database, tmp_path: Path) -> None:
    backup(filled, tmp_path / "copy")
    before = _contents(filled)
    with pytest.raises(StoreError, match="expected an empty database, but it holds data"):
        restore(tmp_path / "copy", filled, now=NOON)
    assert _contents(filled) == before


def test_a_file_that_stands_there_is_not_written_over(filled: Database, tmp_path: Path) -> None:
    (tmp_path / "copy").write_text("mine")
    with pytest.raises(StoreError, match="expected a new file, but there is one"):
        backup(filled, tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "mine"


def test_a_damaged_backup_is_refused_and_the_database_stays_empty(
    filled: Database, target_url: str, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    checksum = backup(filled, copy)
    body = copy.read_bytes()
    copy.write_bytes(body[: len(body) // 2])
    restored = open_database(target_url)
    with pytest.raises(StoreError, match="is damaged"):
        restore(copy, restored, now=NOON)
    checksum.unlink()
    with pytest.raises(StoreError, match="is damaged"):
        restore(copy, restored, now=NOON)
    assert revision_of(restored) is None or not any(_contents(restored).values())
    copy.write_bytes(body)
    restore(copy, restored, now=NOON)
    assert _contents(restored) == _contents(filled)
    restored.close()


@pytest.mark.parametrize(
    "content",
    [b"", b"notes", gzip.compress(b'{"format": "other"}\n', mtime=0), b"SQLite format 3\x00 not"],
    ids=["empty", "text", "other gzip", "broken database"],
)
def test_what_is_no_backup_is_refused(database: Database, tmp_path: Path, content: bytes) -> None:
    source = tmp_path / "copy"
    source.write_bytes(content)
    with pytest.raises(StoreError, match=r"expected a backup of a|is no backup of ours|is damaged"):
        restore(source, database, now=NOON)
    with pytest.raises(StoreError, match="cannot read the backup"):
        restore(tmp_path / "missing", database, now=NOON)


def test_a_backup_of_nothing_or_to_nowhere_is_refused(empty_database_url: str, tmp_path: Path) -> None:
    database = open_database(empty_database_url)
    with pytest.raises(StoreError, match="there is nothing in it"):
        backup(database, tmp_path / "copy")
    with pytest.raises(StoreError, match="does not exist"):
        backup(database, tmp_path / "nowhere" / "copy")
    database.close()


def test_what_waited_is_old_news_after_a_restore_and_what_was_to_come_later_still_comes(
    database: Database, target_url: str, tmp_path: Path
) -> None:
    world = World(database, clock=Clock())
    world.subscribe("webhook", "http://127.0.0.1:9/", name="at once")
    later = world.subscribe(
        "mattermost", "http://127.0.0.1:9/hooks/x", name="in the morning", digest=Digest(every="daily")
    )
    world.tell(closing())
    backup(database, tmp_path / "copy")
    restored = open_database(target_url)
    assert restore(tmp_path / "copy", restored, now=NOON) == 1
    after = World(restored, clock=Clock())
    states = {delivery.subscription_id: (delivery.state, delivery.reason) for delivery in after.deliveries()}
    assert states.pop(later.id) == ("pending", None)
    assert list(states.values()) == [("cancelled", "restored")]
    assert after.send_now() == {}
    [old] = after.deliveries(states=["cancelled"])
    after.outbox.replay([old.id])
    assert [delivery.state for delivery in after.deliveries(states=["pending"])] == ["pending", "pending"]
    restored.close()
