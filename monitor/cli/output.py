"""How answers look: a table on a terminal, JSON elsewhere, CSV on request."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import click
from rich.console import Console
from rich.table import Table

Format = Literal["table", "json", "csv"]

UNBROKEN = 11
"""Characters of a cell, such as a date, that stays on one line in a narrow terminal: longer ones are folded instead."""

UNBOUNDED = 200
"""Columns of a table that no terminal bounds."""

format_option = click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "json", "csv"]),
    default=None,
    help="How the answer looks; a table on a terminal, JSON elsewhere.",
)


def on_terminal() -> bool:
    """Whether a person is looking at the output."""
    return sys.stdout.isatty()


def emit(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], *, format_: Format | None, whole: Any = None
) -> None:
    """Print rows. `columns` are those of table and CSV; JSON has `whole`, or else the rows as they are."""
    match format_ or ("table" if on_terminal() else "json"):
        case "json":
            emit_json(list(rows) if whole is None else whole)
        case "csv":
            buffer = io.StringIO()
            writer = csv.writer(buffer, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows([cell(row.get(column)) for column in columns] for row in rows)
            click.echo(buffer.getvalue(), nl=False)
        case "table":
            emit_table(rows, columns)


def emit_bytes(content: bytes) -> None:
    """Print what was made as a file, byte for byte."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def emit_json(value: Any) -> None:
    """Print a value as JSON that people can read."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def emit_table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Print rows as a table as wide as the terminal, every cell as plain text."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    cells = [[_plain(row.get(column)) for column in columns] for row in rows]
    for place, column in enumerate(columns):
        widest = max((len(row[place]) for row in cells), default=0)
        narrow = widest <= UNBROKEN
        table.add_column(column.replace("_", "\n" if narrow else " "), overflow="fold", no_wrap=narrow)
    for row in cells:
        table.add_row(*row)
    Console(file=sys.stdout, markup=False, highlight=False, width=None if on_terminal() else UNBOUNDED).print(table)


def _plain(value: Any) -> str:
    return "".join(letter for letter in cell(value) if letter.isprintable() or letter == "\n")


def cell(value: Any) -> str:
    """A value as one cell of a table or of CSV."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case dict() if set(value) == {"sv", "en"}:
            return str(value["sv"])
        case dict() if "precision" in value:
            return str(value["text"] if value["start"] is None or value["end"] is None else _span(value))
        case list() if all(isinstance(each, str) for each in value):
            return ", ".join(value)
        case dict() | list():
            return json.dumps(value, ensure_ascii=False)
        case str() if value[:1] in ("=", "+", "-", "@", "\t", "\r") and len(value) > 1:
            return "'" + value
        case _:
            return str(value)


def _span(when: Mapping[str, Any]) -> str:
    return str(when["start"]) if when["start"] == when["end"] else f"{when['start']}..{when['end']}"
