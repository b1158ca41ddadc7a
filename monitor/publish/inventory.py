"""What somebody runs, read from an option, a CSV file or JSON."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from monitor.errors import UsageError
from monitor.publish.plan import Run

FIELDS = ("customer", "environment", "service", "version", "contact")


def read_run(text: str) -> Run:
    """A run written SERVICE@VERSION."""
    service, at, version = text.strip().partition("@")
    if not at or not service.strip() or not version.strip():
        raise UsageError(f"expected SERVICE@VERSION, such as ssbtek@9, got {text!r}")
    return Run(service=service.strip().lower(), version=version.strip())


def read_inventory(text: str, *, name: str) -> tuple[Run, ...]:
    """An inventory: CSV with a heading line, comma or semicolon, or a JSON list of objects. `name` is for the errors.

    `service` and `version` are needed, `customer`, `environment` and `contact` may be there, other columns are ignored.
    """
    text = text.removeprefix("\ufeff")
    if text.lstrip().startswith(("[", "{")):
        return _from_json(text, name)
    return _from_csv(text, name)


def _from_csv(text: str, name: str) -> tuple[Run, ...]:
    heading = text.split("\n", 1)[0]
    delimiter = ";" if heading.count(";") > heading.count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns = [column.strip().lower() for column in reader.fieldnames or ()]
    if not {"service", "version"} <= set(columns):
        raise UsageError(f"{name}: expected a heading line with service and version, got {heading.strip()[:80]!r}")
    reader.fieldnames = columns
    try:
        return tuple(_run(row, f"{name}, line {reader.line_num}") for row in reader if _is_filled(row))
    except csv.Error as error:
        raise UsageError(f"{name}: expected CSV, got {error} after line {reader.line_num}") from error


def _is_filled(row: dict[str, Any]) -> bool:
    return any(str(value or "").strip() for key, value in row.items() if key is not None)


def _from_json(text: str, name: str) -> tuple[Run, ...]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{name}: expected CSV or a JSON list, got broken JSON ({error})") from error
    if isinstance(data, dict):
        data = data.get("runs")
    if not isinstance(data, list):
        raise UsageError(f"{name}: expected a JSON list of objects with service and version")
    return tuple(_run(row, f"{name}, entry {place}") for place, row in enumerate(data, start=1))


def _run(row: Any, place: str) -> Run:
    if not isinstance(row, dict):
        raise UsageError(f"{place}: expected an object with service and version, got {type(row).__name__}")
    values = {field: str(row.get(field) or "").strip() for field in FIELDS}
    if not values["service"] or not values["version"]:
        raise UsageError(f"{place}: expected a service and a version, got {values['service'] or 'nothing'!r}")
    return Run(
        service=values["service"].lower(),
        version=values["version"],
        customer=values["customer"] or None,
        environment=values["environment"] or None,
        contact=values["contact"] or None,
    )
