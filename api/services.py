"""`/v1/services`: the services and their versions; `/v1/diff`: what two days differ in; `/v1/code-lists`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.asking import AsOfQuery, DiffQuery, ServiceQuery, VersionQuery
from api.events import FILES
from api.knowledge import Knowledge
from api.problems import not_found
from api.replies import json_reply, reply
from api.schemas import CodeListOut, DiffOut, ListOut, ServiceOut, VersionOut
from monitor.model import EventFilter, Version
from monitor.publish.codes import code_lists
from monitor.publish.csv_table import CSV_TYPE, versions_csv
from monitor.publish.days import closing_day
from monitor.publish.encode import NDJSON_TYPE, ndjson
from monitor.versions import find_version
from monitor.wire import to_wire
from monitor.wording.names import service_name

_NOT_COMPARED = ("source_newest", "history", "known")


def router(knowledge: Knowledge) -> APIRouter:
    """The routes of services and versions."""
    routes = APIRouter(prefix="/v1")

    @routes.get("/services", response_model=ListOut[ServiceOut], tags=["services"])
    def list_services() -> Response:
        """The services that are watched, each with its current version and its next closing."""
        items = [_service(knowledge, service) for service in knowledge.services()]
        return json_reply({"items": items, "next": None}, modified=knowledge.modified())

    @routes.get("/services/{service}", response_model=ServiceOut, tags=["services"])
    def get_service(service: str) -> Response:
        """One service."""
        return json_reply(_service(knowledge, known_service(knowledge, service)), modified=knowledge.modified())

    @routes.get("/services/{service}/versions", response_model=ListOut[VersionOut], responses=FILES, tags=["services"])
    def list_versions(service: str, asked: Annotated[VersionQuery, Query()]) -> Response:
        """The versions of a service as they stand today, or as far as the pages had told by the end of a day."""
        found = knowledge.versions(known_service(knowledge, service), as_of=asked.as_of)
        modified = knowledge.modified()
        match asked.format:
            case "csv":
                return reply(versions_csv(found), CSV_TYPE, modified=modified)
            case "ndjson":
                return reply(ndjson(found), NDJSON_TYPE, modified=modified)
            case "json":
                return json_reply({"items": found, "next": None}, modified=modified)

    @routes.get("/services/{service}/versions/{version}", response_model=VersionOut, tags=["services"])
    def get_version(service: str, version: str, asked: Annotated[AsOfQuery, Query()]) -> Response:
        """One version; 9 and 9.0 are the same."""
        found = find_version(knowledge.versions(known_service(knowledge, service), as_of=asked.as_of), version)
        if found is None:
            raise not_found("No page mentions this version of the service.")
        return json_reply(found, modified=knowledge.modified())

    @routes.get("/diff", response_model=DiffOut, tags=["history"])
    def diff_days(asked: Annotated[DiffQuery, Query()]) -> Response:
        """What became known after the earlier day and by the end of the later: events, and versions that changed."""
        since, until = sorted((asked.from_day, asked.to_day or knowledge.today()))
        service = known_service(knowledge, asked.service) if asked.service else None
        wanted = EventFilter(services=(service,) if service else ())
        before = {event.id for event, _ in knowledge.events_as_of(wanted, since)}
        events = [
            to_wire(event) | {"known": known}
            for event, known in knowledge.events_as_of(wanted, until)
            if event.id not in before
        ]
        versions = _changes(knowledge, service, since, until)
        document = {"from": since.isoformat(), "to": until.isoformat(), "events": events, "versions": versions}
        return json_reply(document, modified=knowledge.modified())

    @routes.get("/code-lists", response_model=ListOut[CodeListOut], tags=["services"])
    def list_code_lists(asked: Annotated[ServiceQuery, Query()]) -> Response:
        """The code lists as they grew: every value that the pages have announced, with its day and its events."""
        wanted = EventFilter(services=(asked.service,) if asked.service else (), types=("type", "event.retracted"))
        found = code_lists(knowledge.all_events(wanted))
        return json_reply({"items": found, "next": None}, modified=knowledge.changed_at())

    return routes


def known_service(knowledge: Knowledge, service: str) -> str:
    """The service of an address, or 404."""
    if service not in knowledge.services():
        raise not_found("There is no service with this key.")
    return service


def _service(knowledge: Knowledge, service: str) -> dict[str, Any]:
    versions = knowledge.versions(service)
    current = next((version.version for version in versions if version.is_current), None)
    return {
        "service": service,
        "name": service_name(service),
        "pages": [page.key for page in knowledge.pages if page.service == service],
        "current": current,
        "next_closing": to_wire(_next_closing(versions, knowledge.today())),
        "versions": len(versions),
    }


def _next_closing(versions: Iterable[Version], today: date) -> Version | None:
    ahead = [(day, version) for version in versions if (day := closing_day(version)) is not None and day >= today]
    return min(ahead, key=lambda pair: pair[0], default=(None, None))[1]


def _changes(knowledge: Knowledge, service: str | None, start: date, end: date) -> list[dict[str, Any]]:
    earlier = knowledge.versions(service, as_of=start)
    changes = []
    for after in knowledge.versions(service, as_of=end):
        before = find_version((version for version in earlier if version.service == after.service), after.version)
        changed = [field.name for field in fields(Version) if _differs(field.name, before, after)]
        if changed:
            changes.append(
                {
                    "service": after.service,
                    "version": after.version,
                    "before": to_wire(before),
                    "after": to_wire(after),
                    "changed": changed,
                }
            )
    return changes


def _differs(name: str, before: Version | None, after: Version) -> bool:
    return name not in _NOT_COMPARED and getattr(before, name, None) != getattr(after, name)
