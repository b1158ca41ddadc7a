"""A plan as the output of a monitoring plugin: one line for people, then the figures for graphs."""

from __future__ import annotations

from monitor.model import Language
from monitor.publish.days import last_day
from monitor.publish.plan import Plan, Work
from monitor.wording.names import service_name

_WORDS = {"ok": "OK", "warning": "WARNING", "critical": "CRITICAL", "unknown": "UNKNOWN"}


def plugin_output(plan: Plan, *, lang: Language = "sv") -> str:
    """The plugin's output; its exit code is `plan.exit_code`. Figures are days left until the last safe day."""
    pressing = [work for work in plan.work if work.level == plan.level and work.kind != "change"]
    if plan.stale:
        said = "uppgifterna är äldre än 24 timmar" if lang == "sv" else "the data is older than 24 hours"
    elif not plan.work and plan.level == "unknown":
        said = "ingen version angiven" if lang == "sv" else "no version given"
    elif plan.level == "ok":
        days = plan.within_days
        said = f"ingen stängning inom {days} dagar" if lang == "sv" else f"no closing within {days} days"
    else:
        said = "; ".join(dict.fromkeys(_sentence(work, lang) for work in pressing))
    figures = " ".join(_figures(plan))
    line = f"RELEASEVAKT {_WORDS[plan.level]} - {said.replace('|', '/')}"
    return f"{line} | {figures}" if figures else line


def _sentence(work: Work, lang: Language) -> str:
    name = f"{service_name(work.run.service)} {work.run.version}"
    if work.kind == "unknown":
        return f"okänd version {name}" if lang == "sv" else f"unknown version {name}"
    if work.kind == "certificate":
        return work.detail_sv if lang == "sv" else work.detail_en
    if work.via is not None:
        name = f"{name} ({service_name(work.via.service)} {work.via.version})"
    day = last_day(work.date)
    if work.is_over:
        said = f"{name} är stängd" if lang == "sv" else f"{name} is closed"
    else:
        said = f"{name} stängs" if lang == "sv" else f"{name} closes"
    if day is not None:
        said = f"{said} {day.isoformat()}"
    if work.closing_state == "planned":
        said += " (planerat)" if lang == "sv" else " (planned)"
    if work.safe_until is not None and not work.is_over:
        said += f", sista säkra dag {work.safe_until}" if lang == "sv" else f", last safe day {work.safe_until}"
    if work.move_to is not None:
        said += f", byt till {work.move_to}" if lang == "sv" else f", move to {work.move_to}"
    return said


def _figures(plan: Plan) -> list[str]:
    """Days left per version, each once: the least when several things close."""
    least: dict[str, int] = {}
    for work in plan.work:
        if work.kind == "closing" and work.days_left is not None:
            label = f"{work.run.service}@{work.run.version}".replace("'", "").replace("=", "")
            least[label] = min(work.days_left, least.get(label, work.days_left))
    # A range "30:" alerts below 30, and we alert at 30 too: hence one more.
    warn, crit = plan.within_days + 1, plan.critical_days + 1
    return [f"'{label}'={days};{warn}:;{crit}:" for label, days in least.items()]
