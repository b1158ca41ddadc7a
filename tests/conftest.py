"""Databases for tests: real ones, made by the migrations, a fresh one for each test.

`database` runs a test twice, on SQLite and on PostgreSQL; `sqlite_database` once, for tests that are not about the
store. PostgreSQL is a cluster in a temporary folder that this process starts and stops; without its programs such
tests are skipped, and fail in CI.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest

from db.engine import Database, migrate, open_database

_TEMPLATE = "releasevakt_template"
_serial = count(1)


@dataclass(frozen=True)
class PostgreSQLServer:
    """A running cluster that listens on a socket in its own folder."""

    folder: Path

    def url(self, name: str) -> str:
        """The address of one of its databases."""
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def execute(self, statement: str) -> None:
        """Run one statement as the superuser, outside of any transaction."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]

    def fresh(self, *, template: str = "template0") -> str:
        """Create a database and return its address."""
        name = f"test_{next(_serial)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Drop a database that `fresh` made, whoever is still connected."""
        name = url.partition("@/")[2].partition("?")[0]
        self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _postgresql_programs() -> Path | None:
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "postgres").exists()), None)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgreSQLServer]:
    """A PostgreSQL cluster for this process, started when the first test asks for it."""
    programs = _postgresql_programs()
    if programs is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not installed, and in CI it must be")
        pytest.skip("PostgreSQL is not installed")
    # PostgreSQL refuses to run as root; a folder under pytest's own would be closed to its user.
    user = "postgres" if os.getuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="releasevakt-pg-"))
    if user:
        owner = pwd.getpwnam(user)
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    data = folder / "data"
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
        user=user,
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    options = ["fsync=off", "full_page_writes=off", "listen_addresses=", "max_connections=200", "shared_buffers=32MB"]
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", folder, *(word for option in options for word in ("-c", option))],
            user=user,
            cwd=folder,
            stdout=output,
            stderr=output,
        )
    server = PostgreSQLServer(folder)
    try:
        _wait_for(server, process, log)
        yield server
    finally:
        process.send_signal(signal.SIGQUIT)  # at once, without writing out what nobody will read
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(server: PostgreSQLServer, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            server.execute("SELECT 1")
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")
            time.sleep(0.05)
        else:
            return


@pytest.fixture(scope="session")
def _migrated_postgresql(postgresql_server: PostgreSQLServer) -> PostgreSQLServer:
    postgresql_server.execute(f"CREATE DATABASE {_TEMPLATE} TEMPLATE template0")
    database = open_database(postgresql_server.url(_TEMPLATE))
    migrate(database)
    database.close()
    return postgresql_server


@pytest.fixture(scope="session")
def _migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "releasevakt.db"
    database = open_database(f"sqlite:///{path}")
    migrate(database)
    database.close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any schema, on each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: PostgreSQLServer = request.getfixturevalue("postgresql_server")
    url = server.fresh()
    yield url
    server.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with the present schema and nothing in it, on each engine."""
    if request.param == "sqlite":
        yield _copy_of(request.getfixturevalue("_migrated_sqlite"), tmp_path)
        return
    server: PostgreSQLServer = request.getfixturevalue("_migrated_postgresql")
    url = server.fresh(template=_TEMPLATE)
    yield url
    server.drop(url)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open, migrated, empty database, on each engine."""
    opened = open_database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_database(_migrated_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    """An open, migrated, empty SQLite database."""
    opened = open_database(_copy_of(_migrated_sqlite, tmp_path))
    yield opened
    opened.close()


def _copy_of(template: Path, folder: Path) -> str:
    path = folder / "releasevakt.db"
    shutil.copyfile(template, path)
    return f"sqlite:///{path}"
