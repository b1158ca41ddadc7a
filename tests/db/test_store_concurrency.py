"""Many writers at once, and writers killed midway: numbers have no gaps, a look is stored whole or not at all."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from db.engine import Database, integrity
from db.store import Store
from monitor.model import EventFilter
from tests.factories import made_id, make_announcement, make_event, make_observation, make_state, make_statement

ROUNDS = 3


def _commit(store: Store, writer: int, number: int) -> None:
    """One look of a writer: an announcement, a statement and two events that belong together."""
    page = f"page-{writer}"
    name = made_id(writer, number)
    store.commit(
        make_observation(
            state=make_state(page=page),
            check=None,
            snapshot=None,
            announcements=(make_announcement(id=name, page=page),),
            statements=(make_statement(id=name, announcement_id=name, page=page),),
            events=tuple(
                make_event(id=made_id(writer, number, part), announcement_id=name, page=page, statements=())
                for part in range(2)
            ),
        )
    )


def _assert_whole(store: Store) -> int:
    """Every number is there once, and every look has all of its parts. Returns the number of looks."""
    events = store.events(EventFilter(retired=True), limit=100_000)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert store.last_seq() == len(events)
    memory = store.memory()
    names = sorted(announcement.id for announcement in memory.announcements)
    assert sorted(statement.id for statement in memory.statements) == names
    assert sorted(str(event.announcement_id) for event in events) == sorted(names * 2)
    return len(names)


def test_threads_that_write_at_once_leave_no_gaps(database: Database) -> None:
    store = Store(database)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda job: _commit(store, *job), [(writer, n) for writer in range(6) for n in range(5)]))
    assert _assert_whole(store) == 30


@contextmanager
def _writers(url: str, *numbers: int, count: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    program = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parents[2])!r})\n"
        "from importlib.util import module_from_spec, spec_from_file_location\n"
        f"spec = spec_from_file_location('looks', {__file__!r})\n"
        "looks = module_from_spec(spec); spec.loader.exec_module(looks)\n"
        "from db.engine import open_database\n"
        "store = looks.Store(open_database(sys.argv[1]))\n"
        "print('ready', flush=True)\n"
        "for number in range(int(sys.argv[3])):\n"
        "    looks._commit(store, int(sys.argv[2]), number)\n"
        "    print('done', flush=True)\n"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", program, url, str(number), str(count)], stdout=subprocess.PIPE)
        for number in numbers
    ]
    try:
        for process in running:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
        yield running
    finally:
        for process in running:
            process.kill()
            process.communicate()


def test_processes_that_write_at_once_leave_no_gaps(database_url: str, database: Database) -> None:
    with _writers(database_url, 1, 2, count=10) as running:
        assert [process.wait(60) for process in running] == [0, 0]
    assert _assert_whole(Store(database)) == 20


def test_a_writer_killed_at_any_moment_leaves_all_or_nothing(database_url: str, database: Database) -> None:
    store = Store(database)
    looks = 0
    chance = random.Random(9)
    for round_number in range(ROUNDS):
        with _writers(database_url, round_number, count=10_000) as (process,):
            assert process.stdout is not None
            assert process.stdout.readline() == b"done\n"
            time.sleep(chance.uniform(0.0, 0.1))
            process.kill()
            process.wait()
        after = _assert_whole(store)
        assert after > looks
        looks = after
    _commit(store, 99, 0)
    assert _assert_whole(store) == looks + 1
    assert integrity(database) == ()
