"""Titles, summaries and advice for events, from their facts alone, in Swedish and English.

A title stands alone in a notification: service, version, verb and date come first, then what qualifies them. A
summary says the whole in a sentence or two and tells what the agency said from what we worked out. The advice
follows from the kind of event by rule; where there is nothing to do it is absent. Facts that the page did not give
are not filled in.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from monitor.model import Event, Text
from monitor.wording import content, notices, operations, versions
from monitor.wording.matter import Matter
from monitor.wording.message import fit
from monitor.wording.parts import Phrase, derivation_note, year_note

SUMMARY_LENGTH = 400


def phrase(event: Event) -> Event:
    """The event with its title, summary and action written from its facts."""
    said = phrase_matter(Matter((event,)))
    return replace(event, title=said.title, summary=said.summary, action=said.action)


def phrase_matter(matter: Matter) -> Phrase:
    """What is said of one or more events that are one thing to a reader."""
    said = _phrase(matter)
    tail = _how_we_know(matter)
    return Phrase(
        title=both_fit(said.title),
        heading=said.heading,
        summary=Text(
            sv=fit(f"{said.summary.sv} {tail.sv}", SUMMARY_LENGTH),
            en=fit(f"{said.summary.en} {tail.en}", SUMMARY_LENGTH),
        ),
        action=said.action,
    )


def both_fit(text: Text) -> Text:
    """Both languages cut to the length of a notification."""
    return Text(sv=fit(text.sv), en=fit(text.en))


def _how_we_know(matter: Matter) -> Text:
    notes = [note for note in (derivation_note(matter), year_note(matter)) if note is not None]
    return Text(sv=" ".join(note.sv for note in notes), en=" ".join(note.en for note in notes))


def _phrase(matter: Matter) -> Phrase:
    event_type = matter.first.type
    match event_type:
        case "release.announced":
            return versions.release_announced(matter)
        case "release.rescheduled":
            return versions.release_moved(matter)
        case "release.withdrawn":
            return versions.release_withdrawn(matter)
        case "closure.announced":
            return versions.closing_announced(matter)
        case "closure.rescheduled":
            return versions.closing_moved(matter)
        case "closure.withdrawn":
            return versions.closing_withdrawn(matter)
        case "type.added":
            return content.type_added(matter)
        case "type.removed":
            return content.type_removed(matter)
        case "content.changed":
            return content.content_changed(matter)
        case "maintenance.scheduled":
            return operations.maintenance_scheduled(matter)
        case "maintenance.rescheduled":
            return operations.maintenance_moved(matter)
        case "maintenance.cancelled":
            return operations.maintenance_cancelled(matter)
        case "incident.reported":
            return operations.incident_reported(matter)
        case "incident.updated":
            return operations.incident_updated(matter)
        case "incident.resolved":
            return operations.incident_resolved(matter)
        case "certificate.changed":
            return operations.certificate_changed(matter)
        case "notice.published":
            return notices.notice_published(matter)
        case "announcement.updated":
            return notices.announcement_updated(matter)
        case "announcement.removed":
            return notices.announcement_removed(matter)
        case "event.retracted":
            return notices.retracted(matter)
        case "page.confirmed" | "page.unreadable" | "page.readable" | "page.failing" | "page.recovered" | "page.moved":
            return notices.page_state(matter)
        case _:
            assert_never(event_type)
