"""Opening a database, bringing its schema up to date, and saying in one line what is wrong with it.

SQLite has two engines: a reader that cannot write, and a writer with a single connection that takes the write lock
when its transaction begins (a read that later wants to write fails at once, whatever the timeout). PostgreSQL has one
pool; its reader sees one consistent state through each transaction.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from monitor.errors import StoreError

Dialect = Literal["sqlite", "postgresql"]

MIGRATIONS = Path(__file__).parent / "migrations"

MIGRATION_LOCK = 7_305_001
"""PostgreSQL's advisory lock that a migration holds. The number means nothing and must never change."""

BUSY_SECONDS = 30
"""How long one writer waits for another before it gives up."""

_MASKED = "***"


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """An open database. `url` is safe to print; `path` is the file of a SQLite database."""

    url: str
    dialect: Dialect
    reader: Engine
    writer: Engine
    path: Path | None = None

    def close(self) -> None:
        """Close every connection. Transactions still open are rolled back."""
        self.reader.dispose()
        self.writer.dispose()


def open_database(url: str) -> Database:
    """Open the database at `url`: `sqlite:///file.db` or `postgresql://user:password@host/name`.

    Connects once, so that what is wrong is said now. Raises StoreError, one line and without the password.
    """
    parsed = _parse(url)
    database = _open_sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _open_postgresql(parsed)
    try:
        with speaking_plainly(database), database.reader.connect():
            pass
    except StoreError:
        database.close()
        raise
    return database


def migrate(database: Database, *, revision: str = "head") -> str:
    """Bring the schema up to `revision`, in one transaction, and return the revision it then has.

    Two processes that start together do it once: the second waits, and finds nothing to do. Raises StoreError where
    the schema is newer than this program.
    """
    config = _alembic()
    script = ScriptDirectory.from_config(config)
    known = {found.revision for found in script.walk_revisions()}
    with speaking_plainly(database), _migrating(database) as connection:
        before = _revision(connection)
        if before is not None and before not in known:
            raise StoreError(
                f"the database {database.url} has schema {before}, which is newer than this program "
                f"(schema {script.get_current_head()}): use a newer releasevakt"
            )
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        return _revision(connection) or ""


def revision_of(database: Database) -> str | None:
    """The revision of the schema, None when there is none yet."""
    with speaking_plainly(database), database.reader.connect() as connection:
        return _revision(connection)


def integrity(database: Database) -> tuple[str, ...]:
    """What is wrong inside a SQLite file, one line each; reads all of it. PostgreSQL looks after itself: nothing."""
    if database.dialect != "sqlite":
        return ()
    with speaking_plainly(database), database.reader.connect() as connection:
        found = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(20)")]
        found += [f"broken reference in {row[0]}" for row in connection.exec_driver_sql("PRAGMA foreign_key_check")]
    return tuple(line for line in found if line != "ok")


@contextmanager
def hold_serve_lock(database: Database) -> Iterator[None]:
    """Be the only `serve` on a SQLite file for as long as the block runs. PostgreSQL takes any number.

    The operating system lets go of the lock when the process ends, however it ends. Raises StoreError when another
    process has it.
    """
    if database.path is None:
        yield
        return
    lock_path = database.path.with_name(f"{database.path.name}.serve.lock")
    try:
        descriptor = os.open(lock_path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StoreError(f"cannot write the lock file {lock_path}: {error.strerror}") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(descriptor, 32).decode(errors="replace").strip()
            raise StoreError(
                f"the database {database.url} is already served by another process{f' ({holder})' if holder else ''}: "
                "SQLite allows one, PostgreSQL any number"
            ) from error
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"process {os.getpid()}".encode())
        yield
    finally:
        os.close(descriptor)


@contextmanager
def speaking_plainly(database: Database) -> Iterator[None]:
    """Turn what the database or its driver raises inside the block into a StoreError of one line."""
    try:
        yield
    except PoolTimeoutError as error:
        raise StoreError(f"the database {database.url} is busy: no connection came free in {BUSY_SECONDS} s") from error
    except DBAPIError as error:
        raise StoreError(_plain_words(str(database.path or database.url), error.orig)) from error
    except StatementError as error:
        # A value of ours that a column type refuses is our mistake, not the database's.
        if isinstance(error.orig, ValueError):
            raise error.orig from error
        raise


# --- addresses ----------------------------------------------------------------------------------------------------


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise StoreError(
            "the database address cannot be read: expected sqlite:///file.db or postgresql://user@host/name"
        ) from error
    name = parsed.drivername
    if name in ("sqlite", "sqlite+pysqlite"):
        if not parsed.database or parsed.database == ":memory:" or parsed.host or parsed.query:
            raise StoreError(f"expected a file, as in sqlite:///releasevakt.db, got {_printable(parsed)}")
        return parsed.set(drivername="sqlite+pysqlite")
    if name in ("postgres", "postgresql", "postgresql+psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    raise StoreError(f"expected a database address that begins with sqlite:/// or postgresql://, got {name}://")


def _printable(url: URL) -> str:
    hidden = {key: _MASKED for key in url.query if "password" in key}
    return (
        url.update_query_dict(hidden)
        .render_as_string(hide_password=True)
        .replace("+pysqlite", "")
        .replace("+psycopg", "")
    )


# --- SQLite -------------------------------------------------------------------------------------------------------


def _open_sqlite(url: URL) -> Database:
    path = Path(str(url.database)).absolute()
    if not path.parent.is_dir():
        raise StoreError(f"cannot open the database {path}: the directory {path.parent} does not exist")
    if path.is_dir():
        raise StoreError(f"cannot open the database {path}: it is a directory, expected a file")
    _refuse_foreign_file(path)
    target = URL.create("sqlite+pysqlite", database=str(path))
    options: dict[str, Any] = {"connect_args": {"timeout": BUSY_SECONDS}, "pool_timeout": BUSY_SECONDS}
    writer = create_engine(target, pool_size=1, max_overflow=0, **options)
    reader = create_engine(target, pool_size=5, max_overflow=20, **options)
    event.listen(writer, "connect", _prepare_writer)
    event.listen(reader, "connect", _prepare_reader)
    event.listen(writer, "begin", _begin_immediate)
    event.listen(reader, "begin", _begin_deferred)
    return Database(url=_printable(url), dialect="sqlite", reader=reader, writer=writer, path=path)


def _prepare(connection: sqlite3.Connection) -> None:
    # Transactions are begun by the listeners below; the driver would begin them late and deferred.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _prepare_writer(connection: sqlite3.Connection, _record: object) -> None:
    _prepare(connection)


def _prepare_reader(connection: sqlite3.Connection, _record: object) -> None:
    _prepare(connection)
    connection.execute("PRAGMA query_only = ON")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_deferred(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _refuse_foreign_file(path: Path) -> None:
    """Look before anything is touched: already switching a file to write-ahead logging changes it."""
    if not path.exists() or path.stat().st_size == 0:
        return
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)) as connection:
            rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            tables = {str(name) for (name,) in rows}
    except sqlite3.Error as error:
        raise StoreError(_plain_words(str(path), error)) from error
    if tables and "alembic_version" not in tables:
        raise StoreError(
            f"cannot use the database {path}: it belongs to another program (it has the table {min(tables)})"
        )


# --- PostgreSQL ---------------------------------------------------------------------------------------------------


def _open_postgresql(url: URL) -> Database:
    writer = create_engine(
        url,
        pool_size=5,
        max_overflow=15,
        pool_timeout=BUSY_SECONDS,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 10, "application_name": "releasevakt"},
    )
    event.listen(writer, "connect", _limit_waiting)
    reader = writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Database(url=_printable(url), dialect="postgresql", reader=reader, writer=writer)


def _limit_waiting(connection: Any, _record: object) -> None:
    """Nobody waits for ever, and who stands still inside a transaction (a frozen host) lets go of its locks."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
        cursor.execute(f"SET idle_in_transaction_session_timeout = '{2 * BUSY_SECONDS}s'")
    connection.commit()


# --- migrations ---------------------------------------------------------------------------------------------------


def _alembic() -> Config:
    config = Config()
    # Alembic interpolates percent signs, which a directory may have in its name.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


@contextmanager
def _migrating(database: Database) -> Iterator[Connection]:
    with database.writer.connect() as connection:
        if database.dialect == "postgresql":
            with connection.begin():
                # A migration may take long, and who waits for one shall wait.
                connection.execute(text("SET LOCAL lock_timeout = 0"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
                yield connection
            return
        # A batch migration rebuilds its table; with foreign keys on, that would delete what refers to it. The switch
        # has no effect inside a transaction, so it is thrown before one begins.
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                yield connection
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
                if broken is not None:
                    raise StoreError(f"the migration of {database.url} would break a reference in {broken[0]}")
        finally:
            raw.execute("PRAGMA foreign_keys = ON")


# --- what went wrong, in plain words ------------------------------------------------------------------------------

_SQLITE_WORDS = {
    "SQLITE_CANTOPEN": "the file cannot be opened: the directory or the file is not writable",
    "SQLITE_NOTADB": "the file is not a database",
    "SQLITE_CORRUPT": "the file is corrupt: restore a backup",
    "SQLITE_READONLY": "the file or its directory is not writable",
    "SQLITE_FULL": "the disk is full",
    "SQLITE_BUSY": f"another process has held the write lock for more than {BUSY_SECONDS} s",
    "SQLITE_IOERR": "the disk answers with an error",
}


def _plain_words(where: str, error: BaseException | None) -> str:
    subject = f"the database {where}"
    if isinstance(error, sqlite3.Error):
        name = getattr(error, "sqlite_errorname", "")
        for prefix, words in _SQLITE_WORDS.items():
            if name.startswith(prefix):
                return f"cannot use {subject}: {words}"
        return f"{subject} refused: {_first_line(error)}"
    reason = _first_line(error)
    code = getattr(error, "sqlstate", None)
    if code in ("28P01", "28000") or "authentication failed" in reason or "no password supplied" in reason:
        return f"cannot open {subject}: the user or the password is wrong"
    if code == "53100":
        return f"cannot use {subject}: the disk of the server is full"
    if code == "55P03":
        return f"{subject} is busy: another process has held a lock for more than {BUSY_SECONDS} s"
    if code is None:
        return f"cannot reach {subject}: {reason}"
    return f"{subject} refused: {reason}"


def _first_line(error: BaseException | None) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
