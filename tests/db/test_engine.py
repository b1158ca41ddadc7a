"""What is wrong with a database is said in one line, and nothing is spoilt."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import text

from db.engine import Database, hold_serve_lock, integrity, open_database
from db.store import Store
from monitor.errors import StoreError
from tests.factories import make_announcement, make_events, make_observation


def _refusal(url: str) -> str:
    with pytest.raises(StoreError) as raised:
        open_database(url)
    message = str(raised.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    "url",
    ["mysql://root@host/name", "nonsense", "", "sqlite://", "sqlite:///:memory:", "postgresql://host:port/name"],
)
def test_an_address_of_no_use_is_refused_with_what_was_expected(url: str) -> None:
    assert "expected" in _refusal(url)


def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    message = _refusal(f"sqlite:///{tmp_path}/nowhere/releasevakt.db")
    assert message.endswith(f"the directory {tmp_path}/nowhere does not exist")


def test_a_directory_is_no_database(tmp_path: Path) -> None:
    assert "it is a directory, expected a file" in _refusal(f"sqlite:///{tmp_path}")


@pytest.mark.parametrize(
    "content", [b"just some text, long enough to be looked at " * 40, b"\x89PNG\r\n" * 300], ids=["text", "picture"]
)
def test_a_file_that_is_no_database_is_refused_and_left_untouched(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    assert "the file is not a database" in _refusal(f"sqlite:///{path}")
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_the_database_of_another_program_is_refused_and_left_untouched(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()
    before = path.read_bytes()
    assert "it belongs to another program (it has the table recipes)" in _refusal(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_a_corrupt_file_is_called_corrupt(sqlite_database: Database) -> None:
    store = Store(sqlite_database)
    store.commit(make_observation(events=make_events(200)))
    sqlite_database.close()
    assert sqlite_database.path is not None
    size = sqlite_database.path.stat().st_size
    with sqlite_database.path.open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * (size - 8192))
    with pytest.raises(StoreError, match="the file is corrupt: restore a backup"):
        store.events()


def test_the_integrity_of_a_sound_file_has_nothing_to_say(sqlite_database: Database) -> None:
    Store(sqlite_database).commit(make_observation())
    assert integrity(sqlite_database) == ()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can try what another user may not do")
def test_a_directory_where_nothing_may_be_written_is_called_so() -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        folder.chmod(0o755)
        os.seteuid(65534)
        assert "not writable" in _refusal(f"sqlite:///{folder}/releasevakt.db")
        assert list(folder.iterdir()) == []
    finally:
        os.seteuid(0)
        shutil.rmtree(folder)


def test_a_server_that_is_away_is_said_without_the_password() -> None:
    message = _refusal("postgresql://vakt:hemligt@127.0.0.1:1/releasevakt")
    assert message.startswith("cannot reach the database postgresql://vakt:***@127.0.0.1:1/releasevakt: ")
    assert "hemligt" not in message


def test_a_password_in_the_options_is_masked_too() -> None:
    assert "hemligt" not in _refusal("postgresql://127.0.0.1:1/releasevakt?user=vakt&password=hemligt")


def test_a_wrong_password_is_called_so(postgresql_server: object) -> None:
    server = postgresql_server
    hba = server.folder / "data" / "pg_hba.conf"  # type: ignore[attr-defined]
    trusting = hba.read_text()
    server.execute("CREATE ROLE vakt LOGIN PASSWORD 'ratt'")  # type: ignore[attr-defined]
    hba.write_text("local all vakt scram-sha-256\n" + trusting)
    server.execute("SELECT pg_reload_conf()")  # type: ignore[attr-defined]
    try:
        url = server.url("postgres").replace("postgres@", "vakt:fel@")  # type: ignore[attr-defined]
        message = _refusal(url)
    finally:
        hba.write_text(trusting)
        server.execute("SELECT pg_reload_conf()")  # type: ignore[attr-defined]
        server.execute("DROP ROLE vakt")  # type: ignore[attr-defined]
    assert message.endswith("the user or the password is wrong")
    assert "fel@" not in message


def test_a_server_that_restarts_is_found_again(database: Database) -> None:
    if database.dialect != "postgresql":
        return
    store = Store(database)
    store.commit(make_observation())
    with database.writer.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"))
    assert store.last_seq() == 1


def test_who_waits_too_long_for_another_writer_is_told_that_the_database_is_busy(
    database: Database, database_url: str
) -> None:
    store = Store(database)
    wait = "PRAGMA busy_timeout = 50" if database.dialect == "sqlite" else "SET lock_timeout = 50"
    with database.writer.connect() as connection:
        connection.exec_driver_sql(wait)
        connection.commit()
    other = open_database(database_url)
    with other.writer.begin() as holding:
        if database.dialect == "postgresql":
            holding.execute(text("LOCK TABLE page"))
        with pytest.raises(StoreError, match=r"another process has held (the write|a) lock for more than"):
            store.commit(make_observation())
    assert store.last_seq() == 0
    store.commit(make_observation())
    assert store.last_seq() == 1
    other.close()


def test_a_full_disk_is_said_and_nothing_is_half_written(sqlite_database: Database) -> None:
    store = Store(sqlite_database)
    store.commit(make_observation(events=make_events(3)))
    with sqlite_database.writer.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
    big = make_announcement(text="ord " * 200_000)
    with pytest.raises(StoreError, match="the disk is full"):
        store.commit(make_observation(announcements=(big,), events=make_events(50, first=4)))
    assert store.last_seq() == 3
    assert store.announcement(big.id) == make_announcement()
    with sqlite_database.writer.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    store.commit(make_observation(announcements=(big,), events=make_events(50, first=4)))
    assert store.last_seq() == 53
    assert integrity(sqlite_database) == ()


def test_the_reader_cannot_write(database: Database) -> None:
    store = Store(database)
    with pytest.raises(StoreError), store.reading() as session:
        session.connection().execute(text("DELETE FROM event"))


def test_a_second_serve_on_the_same_file_is_refused_until_the_first_is_gone(sqlite_database: Database) -> None:
    with hold_serve_lock(sqlite_database):
        second = open_database(sqlite_database.url)
        with (
            pytest.raises(StoreError, match=f"already served by another process \\(process {os.getpid()}\\)"),
            hold_serve_lock(second),
        ):
            pass
        second.close()
    with hold_serve_lock(sqlite_database):
        pass


def test_the_serve_lock_is_free_after_kill_nine(sqlite_database: Database) -> None:
    program = (
        "import sys, time\nfrom db.engine import hold_serve_lock, open_database\n"
        "with hold_serve_lock(open_database(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", program, sqlite_database.url], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    with holder, holder.stdout:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(StoreError, match="already served"), hold_serve_lock(sqlite_database):
            pass
        holder.send_signal(signal.SIGKILL)
    with hold_serve_lock(sqlite_database):
        pass


def test_postgresql_takes_any_number_of_serves(database: Database) -> None:
    if database.dialect == "postgresql":
        with hold_serve_lock(database), hold_serve_lock(database):
            pass
