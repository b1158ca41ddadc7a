"""Run by Alembic for every migration. The connection, with its transaction and its lock, comes from `db.engine`."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import DateTime, LargeBinary, String, Text
from sqlalchemy.types import TypeDecorator

from db.schema import metadata


def plain_type(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Write plain SQL types into new migrations: they must mean the same when our own types have changed."""
    if kind != "type" or not isinstance(item, TypeDecorator):
        return False
    match item.impl_instance:
        case DateTime():
            return "sa.DateTime(timezone=True)"
        case Text():
            return "sa.Text()"
        case String():
            return "sa.String()"
        case LargeBinary():
            return "sa.LargeBinary()"
        case other:
            raise TypeError(f"no plain SQL type is known for {other!r}")


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    render_item=plain_type,
    transactional_ddl=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
