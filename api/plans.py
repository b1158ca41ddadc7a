"""`/v1/plan`: what you run, what happens to it, and by when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.asking import PlanQuery
from api.knowledge import Knowledge
from api.replies import json_reply, reply
from api.schemas import PlanIn, PlanOut
from monitor.model import Event, EventFilter
from monitor.publish.csv_table import CSV_TYPE, plan_csv
from monitor.publish.inventory import read_run
from monitor.publish.plan import Plan, Run, plan
from monitor.publish.plugin import plugin_output

_FORMS: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}, "text/plain": {"schema": {"type": "string"}}}}
}
_CHANGES = ("content", "type", "certificate", "maintenance")


def router(knowledge: Knowledge) -> APIRouter:
    """The routes of the plan."""
    routes = APIRouter(prefix="/v1", tags=["plan"])

    @routes.get("/plan", response_model=PlanOut, responses=_FORMS)
    def get_plan(asked: Annotated[PlanQuery, Query()]) -> Response:
        """The plan for what you run, each `run` written SERVICE@VERSION."""
        made = made_plan(
            knowledge,
            [read_run(run) for run in asked.run],
            within=_days(asked.within),
            critical=_days(asked.critical),
        )
        match asked.format:
            case "csv":
                return reply(plan_csv(made), CSV_TYPE, cache="no-cache")
            case "plugin":
                line = plugin_output(made, lang=asked.lang).encode()
                headers = {"X-Exit-Code": str(made.exit_code)}
                return reply(line + b"\n", "text/plain", cache="no-cache", headers=headers)
            case "json":
                return json_reply(made, cache="no-cache")

    @routes.post("/plan", response_model=PlanOut)
    def make_plan(inventory: PlanIn) -> Response:
        """The plan for an inventory. It is answered and not kept."""
        runs = [
            Run(
                service=run.service.strip().lower(),
                version=run.version,
                customer=run.customer,
                environment=run.environment,
                contact=run.contact,
            )
            for run in inventory.runs
        ]
        made = made_plan(knowledge, runs, within=_days(inventory.within), critical=_days(inventory.critical))
        return json_reply(made, cache="no-store")

    return routes


def made_plan(knowledge: Knowledge, runs: Sequence[Run], *, within: timedelta, critical: timedelta) -> Plan:
    """The plan by what is known now."""
    today = knowledge.today()
    return plan(
        runs,
        knowledge.versions(),
        relevant_events(knowledge, today, within),
        today=today,
        within=within,
        critical=critical,
        stale=knowledge.is_stale({run.service for run in runs}),
    )


def relevant_events(knowledge: Knowledge, today: date, within: timedelta) -> list[Event]:
    """The events that a plan can rest on: all closings, and the whole story of what lies ahead within the horizon."""
    closings = knowledge.all_events(EventFilter(types=("closure", "event.retracted")))
    ahead = EventFilter(types=_CHANGES, date_from=today, date_until=today + within)
    subjects = sorted({event.subject for event in knowledge.all_events(ahead)})
    found = {event.id: event for event in closings}
    for start in range(0, len(subjects), 200):
        story = EventFilter(types=_CHANGES, subjects=tuple(subjects[start : start + 200]))
        found |= {event.id: event for event in knowledge.all_events(story)}
    return list(found.values())


def _days(text: str) -> timedelta:
    return timedelta(days=int(text.removesuffix("d")))
