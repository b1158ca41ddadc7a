"""Backup and restore: a copy that is whole while the program goes on working, and the way back into an empty database.

SQLite is copied by its own online backup into a file that is a database. PostgreSQL is written out as gzipped lines of
JSON: a head, then one line a row, table by table, all as of one moment. Beside either stands its SHA-256 sum.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import hashlib
import json
import os
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Date,
    DateTime,
    LargeBinary,
    MetaData,
    Table,
    func,
    insert,
    inspect,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.types import TypeEngine

from db.engine import Database, migrate, revision_of, speaking_plainly
from db.outbox.rows import DELIVERY, DELIVERY_SUBJECT, chunks
from db.schema import metadata
from db.store import Store
from db.writing import DATA_VERSION
from monitor.errors import StoreError

FORMAT = "releasevakt-backup"
RESTORED_AT = "restored_at"
"""The key of the mark that a restored database carries, with the time."""

_SQLITE_HEAD = b"SQLite format 3\x00"
_GZIP_HEAD = b"\x1f\x8b"
_VERSIONS = "alembic_version"
_AT_ONCE = 200


def backup(database: Database, target: Path) -> Path:
    """Write a backup to `target`, and its sum to `target` + ".sha256"; return the latter.

    Nothing stands at `target` before the backup is whole. Raises StoreError when something stands there already.
    """
    if target.exists():
        raise StoreError(f"cannot write the backup {target}: expected a new file, but there is one")
    if not target.parent.is_dir():
        raise StoreError(f"cannot write the backup {target}: the directory {target.parent} does not exist")
    if revision_of(database) is None:
        raise StoreError(f"cannot back up {database.url}: there is nothing in it")
    partial = target.with_name(f".{target.name}.partial")
    try:
        with speaking_plainly(database):
            if database.dialect == "sqlite":
                _copy_sqlite(database, partial)
            else:
                _dump(database, partial)
        _settle(partial, target)
        checksum = target.with_name(f"{target.name}.sha256")
        checksum.write_text(f"{_sum(target)}  {target.name}\n")
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"cannot write the backup {target}: {error}") from error
    finally:
        partial.unlink(missing_ok=True)
    return checksum


def restore(source: Path, database: Database, *, now: datetime) -> int:
    """Fill an empty database from a backup of the same kind, bring it up to date, and mark it as restored at `now`.

    What waited to be sent may have been sent since, and is old news: it is listed as cancelled, and how many these are
    is returned. What was only to come later stays.

    Raises StoreError, and leaves the database as it was, when it is not empty or the backup is not whole.
    """
    head = _head(source)
    _check_sum(source)
    if not _is_empty(database):
        raise StoreError(f"cannot restore into {database.url}: expected an empty database, but it holds data")
    with speaking_plainly(database):
        if database.dialect == "sqlite" and head.startswith(_SQLITE_HEAD):
            _load_sqlite(source, database)
        elif database.dialect == "postgresql" and head.startswith(_GZIP_HEAD):
            _load_dump(source, database)
        else:
            raise StoreError(
                f"cannot restore {source} into {database.url}: expected a backup of a {database.dialect} database"
            )
    migrate(database)
    store = Store(database)
    store.set_meta(RESTORED_AT, value=now.isoformat())
    # Readers may remember a later state than the backup's; a number they have seen must not come back.
    store.set_meta(DATA_VERSION, value=str(max(store.data_version(), int(now.timestamp() * 1000))))
    return _lay_to_rest(store, now)


def _lay_to_rest(store: Store, now: datetime) -> int:
    with store.writing() as session:
        waiting = (DELIVERY.c.state == "pending", or_(DELIVERY.c.due_at <= now, DELIVERY.c.attempts > 0))
        old = session.execute(select(DELIVERY.c.id).where(*waiting)).scalars().all()
        for chunk in chunks(list(old)):
            session.execute(
                update(DELIVERY)
                .where(DELIVERY.c.id.in_(chunk))
                .values(state="cancelled", reason="restored", finished_at=now, lease_until=None, lease_owner=None)
            )
            session.execute(
                update(DELIVERY_SUBJECT).where(DELIVERY_SUBJECT.c.delivery_id.in_(chunk)).values(waiting=False)
            )
        return len(old)


# --- files -----------------------------------------------------------------------------------------------------------


def _head(source: Path) -> bytes:
    try:
        with source.open("rb") as file:
            return file.read(len(_SQLITE_HEAD))
    except OSError as error:
        raise StoreError(f"cannot read the backup {source}: {error.strerror}") from error


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_sum(source: Path) -> None:
    checksum = source.with_name(f"{source.name}.sha256")
    if not checksum.exists():
        return
    expected = checksum.read_text().partition(" ")[0].strip()
    found = _sum(source)
    if found != expected:
        raise StoreError(f"the backup {source} is damaged: expected the sum {expected}, got {found}")


def _settle(partial: Path, target: Path) -> None:
    """Move a finished file to its place, so that it survives a power cut from then on."""
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.rename(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _is_empty(database: Database) -> bool:
    """Whether the database has no tables, or ours with nothing in them."""
    with speaking_plainly(database), database.reader.connect() as connection:
        present = set(inspect(connection).get_table_names()) - {_VERSIONS}
        if not present <= set(metadata.tables):
            return False
        return all(
            connection.execute(select(metadata.tables[name]).limit(1)).first() is None for name in sorted(present)
        )


# --- SQLite ----------------------------------------------------------------------------------------------------------


def _copy_sqlite(database: Database, partial: Path) -> None:
    with database.reader.connect() as connection, closing(sqlite3.connect(partial)) as copy:
        _raw(connection).backup(copy)
        # A single file, which can be read where nothing may be written.
        copy.execute("PRAGMA journal_mode = DELETE")
        _refuse_damage(copy, partial)


def _load_sqlite(source: Path, database: Database) -> None:
    with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as copy:
        _refuse_damage(copy, source)
        names = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if _VERSIONS not in names:
            raise StoreError(f"{source} is no backup of ours: it has no table {_VERSIONS}")
        with database.writer.connect() as connection:
            copy.backup(_raw(connection))
    # Open connections have seen the empty file; new ones put the write-ahead log back in force.
    database.close()


def _raw(connection: Connection) -> sqlite3.Connection:
    raw = connection.connection.dbapi_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw


def _refuse_damage(copy: sqlite3.Connection, path: Path) -> None:
    try:
        (found,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        raise StoreError(f"the backup {path} is damaged: {error}") from error
    if found != "ok":
        raise StoreError(f"the backup {path} is damaged: {found}")


# --- PostgreSQL ------------------------------------------------------------------------------------------------------


def _dump(database: Database, partial: Path) -> None:
    with database.reader.connect() as connection, gzip.open(partial, "wt", encoding="ascii", compresslevel=6) as file:
        revision = connection.execute(text(f"SELECT version_num FROM {_VERSIONS}")).scalar_one()
        file.write(json.dumps({"format": FORMAT, "revision": revision}) + "\n")
        written = 0
        for table in _reflected(connection):
            streamed = connection.execution_options(yield_per=500).execute(select(table).order_by(*table.primary_key))
            for row in streamed.mappings():
                values = {name: _written(value) for name, value in row.items()}
                file.write(json.dumps({"table": table.name, "row": values}) + "\n")
                written += 1
        file.write(json.dumps({"rows": written}) + "\n")


def _load_dump(source: Path, database: Database) -> None:
    lines = _lines(source)
    head = next(lines, {})
    if head.get("format") != FORMAT:
        raise StoreError(f"{source} is no backup of ours: expected the format {FORMAT}")
    # The rows fit the schema they came from; it is brought up to date when they are in.
    with database.writer.begin() as connection:
        for name in (_VERSIONS, *(table.name for table in reversed(metadata.sorted_tables))):
            connection.execute(text(f'DROP TABLE IF EXISTS "{name}" CASCADE'))
    migrate(database, revision=str(head["revision"]))
    try:
        with database.writer.begin() as connection:
            _insert(connection, lines, source)
    except (StoreError, LookupError, ValueError):
        migrate(database)
        raise


def _insert(connection: Connection, lines: Iterator[dict[str, Any]], source: Path) -> None:
    tables = {table.name: table for table in _reflected(connection)}
    count, expected = 0, None
    for name, group in groupby(lines, key=lambda line: line.get("table")):
        if name is None:
            expected = next(group)["rows"]
            continue
        table = tables[name]
        readers = {column.name: _reader(column.type) for column in table.columns}
        rows = ({column: readers[column](value) for column, value in line["row"].items()} for line in group)
        while some := list(islice(rows, _AT_ONCE)):
            connection.execute(insert(table), some)
            count += len(some)
    if count != expected:
        raise StoreError(f"the backup {source} is damaged: expected {expected} rows, got {count}")
    for table in tables.values():
        _go_on_counting(connection, table)


def _go_on_counting(connection: Connection, table: Table) -> None:
    for column in table.primary_key:
        sequence = connection.execute(select(func.pg_get_serial_sequence(f'"{table.name}"', column.name))).scalar()
        if sequence is not None:
            highest = connection.execute(select(func.max(column))).scalar()
            if highest is not None:
                connection.execute(select(func.setval(sequence, highest)))


def _reflected(connection: Connection) -> list[Table]:
    """The tables as they are in this database, those that others refer to first."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name in metadata.tables)
    return found.sorted_tables


def _lines(source: Path) -> Iterator[dict[str, Any]]:
    try:
        with gzip.open(source, "rt", encoding="ascii") as file:
            for line in file:
                yield json.loads(line)
    except (OSError, EOFError, zlib.error, ValueError, binascii.Error) as error:
        raise StoreError(f"the backup {source} is damaged: {error}") from error


def _written(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode("ascii")
    return value


def _reader(kind: TypeEngine[Any]) -> Callable[[Any], Any]:
    def unless_null(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda value: None if value is None else read(value)

    match kind:
        case DateTime():
            return unless_null(datetime.fromisoformat)
        case Date():
            return unless_null(date.fromisoformat)
        case LargeBinary():
            return unless_null(base64.b64decode)
        case _:
            return lambda value: value
