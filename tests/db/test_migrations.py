"""The schema: from nothing, twice at once, newer than the program, and the same as the tables say."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from db.engine import Database, migrate, open_database, revision_of
from db.schema import metadata
from monitor.errors import StoreError
from monitor.model import Announcement, Check, PageState, Statement, Token


def test_an_empty_database_gets_every_table(empty_database_url: str) -> None:
    database = open_database(empty_database_url)
    assert revision_of(database) is None
    revision = migrate(database)
    assert revision_of(database) == revision
    with database.reader.connect() as connection:
        assert set(metadata.tables) <= set(inspect(connection).get_table_names())
    database.close()


def test_migrating_again_changes_nothing(database: Database) -> None:
    before = revision_of(database)
    assert migrate(database) == before


def test_the_migrations_make_exactly_what_the_tables_say(database: Database) -> None:
    with database.writer.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


@pytest.mark.parametrize(
    ("noun", "table"),
    [
        (PageState, "page"),
        (Check, "check"),
        (Announcement, "announcement"),
        (Statement, "statement"),
        (Token, "token"),
    ],
)
def test_every_field_of_a_stored_noun_has_its_column(noun: type, table: str) -> None:
    names = {"public_id" if field.name == "id" else field.name for field in fields(noun)}
    missing = names - set(metadata.tables[table].columns.keys())
    assert not missing, f"add {missing} to the table {table} in db/tables.py, with a migration"


def test_two_that_migrate_at_once_do_it_once(empty_database_url: str) -> None:
    databases = [open_database(empty_database_url) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        revisions = list(pool.map(migrate, databases))
    assert revisions[0] == revisions[1] == revision_of(databases[0])
    for database in databases:
        database.close()


def test_a_schema_newer_than_the_program_is_refused_and_left_alone(database: Database) -> None:
    with database.writer.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="has schema 9999, which is newer than this program"):
        migrate(database)
    assert revision_of(database) == "9999"


def test_foreign_keys_hold_after_a_migration_on_the_same_connection(sqlite_database: Database) -> None:
    migrate(sqlite_database)
    with sqlite_database.writer.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
