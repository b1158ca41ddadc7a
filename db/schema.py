"""The whole schema. Every module that defines tables is imported here; take `metadata` from nowhere else."""

from __future__ import annotations

from sqlmodel import SQLModel

import db.outbox_tables
import db.tables  # noqa: F401

metadata = SQLModel.metadata
