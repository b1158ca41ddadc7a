"""The web pages: what holds now, in Swedish at the root and in English under /en, by address and never by header.

They work without JavaScript, load nothing from elsewhere, and are served with a policy that forbids inline script and
style. The routes with a service's key in them take any single word, so they stand last.
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import nh3
from fastapi import APIRouter, Query, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import Response

from api.knowledge import Knowledge
from api.problems import not_found
from api.replies import LIVE
from api.sights import REASONS, front_page, latest_of_each, lines_of, reading_line, revisions, service_sight
from monitor.model import Announcement, Event, EventFilter, EventType, Language, Text, When
from monitor.versions import find_version
from monitor.wording.names import (
    affected_name,
    capital,
    component_name,
    in_language,
    listed,
    page_name,
    service_name,
    version_name,
)
from monitor.wording.when import say_day, say_moment, say_stamp, say_when

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
STATIC = TEMPLATES / "static"

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""What the pages may load: our own files, and nothing inline."""

_HEADERS = {"Content-Security-Policy": POLICY, "Referrer-Policy": "same-origin"}
_HELD = re.compile(r"(?<=\bkl\.) (?=\d)|(?<=\bat) (?=\d\d:)|(?<=\bSSBTEK) (?=\d)|(?<=\bOnline) (?=\d)")
"""The spaces that may not end a line."""

_STATIC_NAME = re.compile(r"[a-z0-9-]+\.(css|js|svg)")
_ALLOWED = {
    *("p", "br", "strong", "b", "em", "i", "ul", "ol", "li", "a", "h2", "h3", "h4", "h5", "h6", "pre", "code"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td", "blockquote", "sup", "sub"),
}
"""What an announcement's own markup may keep; checked again here, whatever was stored."""

_NAMED_TYPES: dict[EventType, Text] = {
    "release.announced": Text(sv="Driftsättning", en="Release"),
    "release.rescheduled": Text(sv="Driftsättning ändrad", en="Release moved"),
    "release.withdrawn": Text(sv="Driftsättning inställd", en="Release cancelled"),
    "closure.announced": Text(sv="Stängning", en="Closing"),
    "closure.rescheduled": Text(sv="Stängning ändrad", en="Closing moved"),
    "closure.withdrawn": Text(sv="Stängning inställd", en="Closing called off"),
    "type.added": Text(sv="Ny kod eller typ", en="New code or type"),
    "type.removed": Text(sv="Kod utgår", en="Code removed"),
    "content.changed": Text(sv="Ändrat innehåll", en="Content"),
    "maintenance.scheduled": Text(sv="Underhåll", en="Maintenance"),
    "maintenance.rescheduled": Text(sv="Underhåll ändrat", en="Maintenance moved"),
    "maintenance.cancelled": Text(sv="Underhåll inställt", en="Maintenance cancelled"),
    "incident.reported": Text(sv="Driftstörning", en="Disruption"),
    "incident.updated": Text(sv="Besked om störning", en="News of disruption"),
    "incident.resolved": Text(sv="Störning löst", en="Disruption resolved"),
    "certificate.changed": Text(sv="Certifikat eller adress", en="Certificate or address"),
    "notice.published": Text(sv="Meddelande", en="Notice"),
    "announcement.updated": Text(sv="Ändrad text", en="Edited text"),
    "announcement.removed": Text(sv="Borttaget", en="Removed"),
    "event.retracted": Text(sv="Vår rättelse", en="Our correction"),
}


def router(knowledge: Knowledge) -> APIRouter:
    """The routes of the web pages and their static files, those that take any word last."""
    routes = APIRouter(include_in_schema=False)
    pages = _Pages(knowledge)

    @routes.get("/static/{name}")
    def get_static(name: str) -> Response:
        return _static(name)

    @routes.get("/favicon.ico")
    def get_icon() -> Response:
        return _static("icon.svg")

    for lang, prefix in _LANGUAGES:
        _add(routes, pages, lang, prefix)
    for lang, prefix in _LANGUAGES:
        _add_services(routes, pages, lang, prefix)
    return routes


_LANGUAGES: tuple[tuple[Language, str], ...] = (("en", "/en"), ("sv", ""))


def _add(routes: APIRouter, pages: _Pages, lang: Language, prefix: str) -> None:
    @routes.get(prefix or "/")
    def get_front(
        request: Request, run: Annotated[list[str] | None, Query()] = None, since: str | None = None
    ) -> Response:
        return pages.front(request, lang, run or [], since)

    @routes.get(f"{prefix}/pages")
    def get_pages(request: Request) -> Response:
        return pages.health(request, lang)

    @routes.get(f"{prefix}/subscribe")
    def get_subscribe(request: Request) -> Response:
        return pages.subscribe(request, lang)

    @routes.get(f"{prefix}/announcements/{{announcement_id}}")
    def get_announcement(request: Request, announcement_id: str) -> Response:
        return pages.announcement(request, lang, announcement_id)

    @routes.get(f"{prefix}/events/{{event_id}}")
    def get_event(request: Request, event_id: str) -> Response:
        return pages.event(request, lang, event_id)


def _add_services(routes: APIRouter, pages: _Pages, lang: Language, prefix: str) -> None:
    @routes.get(f"{prefix}/{{service}}")
    def get_service(request: Request, service: str) -> Response:
        return pages.service(request, lang, service)

    @routes.get(f"{prefix}/{{service}}/{{version}}")
    def get_version(request: Request, service: str, version: str) -> Response:
        return pages.version(request, lang, service, version)


class _Pages:
    """Each method makes one page."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._templates = _environment()

    def front(self, request: Request, lang: Language, runs: Sequence[str], since: str | None) -> Response:
        sight = front_page(self._knowledge, runs=runs, since=_day(since), lang=lang)
        return self._page("front.html", request, lang, sight=sight)

    def service(self, request: Request, lang: Language, service: str) -> Response:
        knowledge = self._knowledge
        if service not in knowledge.services():
            return self._missing(request, lang)
        sight = service_sight(knowledge, service)
        wanted = EventFilter(services=(service,))
        events = knowledge.store.events(wanted, limit=100, newest_first=True)
        told = [event for event in events if not event.type.startswith("page.")]
        codes = knowledge.store.events(EventFilter(services=(service,), types=("type",)), limit=200, newest_first=True)
        groups: dict[str, list[Event]] = {}
        for event in sorted(told, key=_told_on, reverse=True):
            groups.setdefault(event.announcement_id or event.id, []).append(event)
        announcements = knowledge.ledger().announcements
        listing = [(announcements.get(key), group[0], lines_of(group)) for key, group in groups.items()]
        incidents = [
            event
            for event in latest_of_each(knowledge, "incident")
            if event.service == service and event.type != "incident.resolved"
        ]
        return self._page(
            "service.html",
            request,
            lang,
            service=sight,
            listing=listing,
            codes=[event for event in codes if event.code is not None],
            incidents=incidents,
        )

    def version(self, request: Request, lang: Language, service: str, label: str) -> Response:
        knowledge = self._knowledge
        version = find_version(knowledge.versions(service), label) if service in knowledge.services() else None
        if version is None:
            return self._missing(request, lang)
        announcements = knowledge.ledger().announcements
        history = tuple(reversed(version.history))
        return self._page("version.html", request, lang, version=version, history=history, announcements=announcements)

    def announcement(self, request: Request, lang: Language, announcement_id: str) -> Response:
        store = self._knowledge.store
        announcement = store.announcement(announcement_id)
        if announcement is None:
            return self._missing(request, lang)
        events = store.events(EventFilter(announcement_id=announcement_id), limit=200)
        return self._page(
            "announcement.html",
            request,
            lang,
            announcement=announcement,
            body=_clean(announcement),
            lines=lines_of(events) if events else (),
            revisions=revisions(self._knowledge, announcement),
        )

    def event(self, request: Request, lang: Language, event_id: str) -> Response:
        store = self._knowledge.store
        event = store.event(event_id)
        if event is None:
            return self._missing(request, lang)
        story = store.events(EventFilter(subjects=(event.subject,)), limit=100)
        corrections = [other for other in story if other.corrects == event.id]
        return self._page(
            "event.html",
            request,
            lang,
            event=event,
            story=sorted(story, key=lambda other: other.seq, reverse=True),
            corrections=corrections,
            announcements=self._knowledge.ledger().announcements,
        )

    def health(self, request: Request, lang: Language) -> Response:
        return self._page("pages.html", request, lang, pages=self._knowledge.health())

    def subscribe(self, request: Request, lang: Language) -> Response:
        return self._page("subscribe.html", request, lang, services=self._knowledge.services())

    def _missing(self, request: Request, lang: Language) -> Response:
        """A page for people who follow an old link; a problem document for programs."""
        if "text/html" not in request.headers.get("accept", ""):
            raise not_found("There is nothing at this address.")
        return self._page("missing.html", request, lang, status=404)

    def _page(self, name: str, request: Request, lang: Language, *, status: int = 200, **values: Any) -> Response:
        html = self._templates.get_template(name).render(
            **_words(lang),
            **values,
            base_url=self._knowledge.base_url,
            today=self._knowledge.today(),
            services_all=self._knowledge.services(),
            path=_path(request, lang),
            query=request.url.query,
        )
        headers = {**_HEADERS, "Cache-Control": LIVE, "Content-Language": lang}
        if status != 200:
            headers["Vary"] = "Accept"
        return Response(html, status, headers, "text/html; charset=utf-8")


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
    )
    environment.globals.update(
        asset=_asset,
        iso=lambda value: value.isoformat(),
        component_name=component_name,
        service_name=service_name,
        version_name=version_name,
    )
    return environment


def _words(lang: Language) -> dict[str, Any]:
    """The functions by which a template says things in one language."""

    def t(sv: str, en: str) -> str:
        return sv if lang == "sv" else en

    def said(text: Text) -> str:
        return _unbroken(in_language(text, lang))

    def when(value: When | None, *, short: bool = False) -> str:
        return _unbroken(say_when(value, lang, short=short)) if value is not None else ""

    functions: dict[str, Callable[..., Any]] = {
        "t": t,
        "said": said,
        "when": when,
        "day": lambda value, short=False, weekday=True: say_day(value, lang, short=short, weekday=weekday),
        "moment": lambda value: _unbroken(say_moment(value, lang)),
        "stamp": lambda value: _unbroken(say_stamp(value, lang, short=False)),
        "href": lambda path: path if lang == "sv" else f"/en{path}".rstrip("/"),
        "page_name": lambda key: capital(page_name(key, lang)),
        "affected": lambda several: listed([affected_name(one, lang) for one in several], lang),
        "reading": lambda page: _unbroken(reading_line(page, lang)),
        "reason": lambda word: in_language(REASONS[word], lang) if word in REASONS else None,
        "kind": lambda event: in_language(_NAMED_TYPES[event.type], lang) if event.type in _NAMED_TYPES else "",
    }
    return {**functions, "lang": lang}


def _unbroken(words: str) -> str:
    """Words in which a time of day stays on one line, and a version with its service."""
    return _HELD.sub("\u00a0", words)


def _path(request: Request, lang: Language) -> str:
    """The address without its language, for the link to the other one."""
    path: str = request.scope["path"]
    return (path.removeprefix("/en") or "/") if lang == "en" else path


def _static(name: str) -> Response:
    path = STATIC / name
    if not _STATIC_NAME.fullmatch(name) or not path.is_file():
        raise not_found("There is no such file.")
    kind = mimetypes.types_map.get(path.suffix, "application/octet-stream")
    charset = "" if path.suffix == ".svg" else "; charset=utf-8"
    return Response(path.read_bytes(), headers={"Cache-Control": "public, max-age=86400"}, media_type=kind + charset)


def _asset(name: str) -> str:
    """A static file's address, with a mark of its content so that a new one is fetched at once."""
    return f"/static/{name}?{sha256((STATIC / name).read_bytes()).hexdigest()[:8]}"


def _clean(announcement: Announcement) -> Markup:
    """The announcement's own markup, reduced once more to what cannot do anything."""
    return Markup(nh3.clean(announcement.html, tags=_ALLOWED, attributes={"a": {"href"}, "td": {"colspan", "rowspan"}}))


def _day(text: str | None) -> date | None:
    """A day in the address; what is none is left out rather than refused, for addresses that people keep."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _told_on(event: Event) -> tuple[datetime, int]:
    stamp = event.published or event.seen_at
    if not isinstance(stamp, datetime):
        stamp = datetime(stamp.year, stamp.month, stamp.day, tzinfo=UTC)
    return stamp.astimezone(UTC), event.seq
