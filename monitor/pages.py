"""The watched pages: the services, the pages that tell about them, their addresses, and how a lost one is found.

Addresses are configuration with shipped defaults. Of the six, one has been seen at its present place: the release
page of LEFI Prenumeration. The others are formed after it, in the agency's own pattern of 2021 and later
(`…/<tjänst>/<sida>-for-<tjänst>`), and stand as unconfirmed until they have been read once. In ten years the agency
has moved these pages through four address trees, so an address that fails is looked up by what links say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, get_args
from urllib.parse import unquote, urlsplit

from monitor.errors import FetchError, UsageError
from monitor.model import Link, Page, PageKind, Snapshot, Text
from monitor.wording.names import service_name

if TYPE_CHECKING:
    from monitor.fetch import Fetcher

SITE = "https://www.forsakringskassan.se"
BRANCH = f"{SITE}/myndigheter-och-samarbetspartner/e-tjanster-for-myndigheter-och-samarbetspartner"
"""Where the agency keeps the pages about its e-services for other authorities."""

RESERVED = frozenset(
    {"api", "v1", "feeds", "calendar", "renovate", "cle", "metrics", "badge", "timeline"}
    | {"healthz", "readyz", "static", "en", "all", "latest"}
)
"""Words that stand where a service key could stand in our own addresses."""

KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

DEFAULT_EVERY: dict[PageKind, timedelta] = {"release": timedelta(minutes=15), "drift": timedelta(minutes=5)}
INCIDENT_EVERY = timedelta(minutes=2)

MOST_LOOKUPS = 6
"""How many pages one search for a lost page may fetch: a guest does not crawl the house."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service whose pages are watched, with the nouns that people and pages use for it."""

    key: str
    nouns: tuple[str, ...]
    about: Text

    @property
    def name(self) -> str:
        """The name people know it by."""
        return service_name(self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageOverride:
    """What a `[[page]]` table says: the key, and what is to differ from, or be added to, the shipped pages.

    `service` and `kind` follow from the key (`<service>-release`, `<service>-drift`) and may be left out.
    """

    key: str
    service: str | None = None
    kind: PageKind | None = None
    url: str | None = None
    every: timedelta | None = None


SHIPPED_SERVICES = (
    Service(
        key="ssbtek",
        nouns=("SSBTEK", "Sammansatt bastjänst ekonomiskt bistånd"),
        about=Text(
            sv="Sammansatt bastjänst för ekonomiskt bistånd: en fråga, svar från åtta myndigheter och organisationer.",
            en="Composite base service for municipal social assistance: one request, answers from eight agencies.",
        ),
    ),
    Service(
        key="lefi-online",
        nouns=("LEFI Online",),
        about=Text(
            sv="Förmånsinformation på begäran; också Försäkringskassans egen bastjänst i SSBTEK.",
            en="Benefit information on request; also the agency's own base service inside SSBTEK.",
        ),
    ),
    Service(
        key="lefi-prenumeration",
        nouns=("LEFI Prenumeration",),
        about=Text(
            sv="Förmånsinformation som prenumeration; en schemaversion, aldrig flera samtidigt.",
            en="Benefit information by subscription; one schema version, never several in parallel.",
        ),
    ),
)

WORDS: dict[PageKind, str] = {"release": "releaseinformation", "drift": "driftinformation"}
"""The agency's word for each kind of page, in headings, links and addresses alike."""

CONFIRMED = frozenset({"lefi-prenumeration-release"})


def _shipped(service: str, kind: PageKind) -> Page:
    key = f"{service}-{kind}"
    return Page(
        key=key,
        service=service,
        kind=kind,
        url=f"{BRANCH}/{service}/{WORDS[kind]}-for-{service}",
        every=DEFAULT_EVERY[kind],
        confirmed=key in CONFIRMED,
    )


SHIPPED_PAGES = tuple(_shipped(service.key, kind) for service in SHIPPED_SERVICES for kind in get_args(PageKind))


def watched_pages(overrides: Sequence[PageOverride] = ()) -> tuple[Page, ...]:
    """The shipped pages with the operator's changes and additions, the shipped ones first.

    An address that the operator gives counts as confirmed: whoever typed it wants to hear when it fails. Raises
    UsageError, naming the key, for what cannot be a page.
    """
    pages = {page.key: page for page in SHIPPED_PAGES}
    given: set[str] = set()
    for override in overrides:
        if override.key in given:
            raise UsageError(f"page {override.key}: expected one table for each key, got two")
        given.add(override.key)
        pages[override.key] = _overridden(pages.get(override.key), override)
    return tuple(pages.values())


def services_of(pages: Sequence[Page]) -> tuple[Service, ...]:
    """The services that some page is about, the shipped ones first and the deployment's own after them."""
    shipped = {service.key: service for service in SHIPPED_SERVICES}
    keys = dict.fromkeys([*shipped, *(page.service for page in pages)])
    watched = {page.service for page in pages}
    return tuple(shipped.get(key) or _plain_service(key) for key in keys if key in watched)


def interval(page: Page, incident_open: bool = False) -> timedelta:
    """How long to wait between two looks at a page. An operator's own interval always holds."""
    if incident_open and page.kind == "drift" and page.every == DEFAULT_EVERY["drift"]:
        return INCIDENT_EVERY
    return page.every


def _overridden(known: Page | None, override: PageOverride) -> Page:
    where = f"page {override.key}"
    service, _, kind = override.key.rpartition("-")
    if not KEY.fullmatch(override.key) or not service or kind not in get_args(PageKind):
        raise UsageError(f"{where}: expected a key like ssbtek-release or ssbtek-drift, got {override.key!r}")
    if service in RESERVED:
        raise UsageError(f"{where}: expected a service key other than {service!r}, which our own addresses use")
    if override.service not in (None, service) or override.kind not in (None, kind):
        raise UsageError(
            f"{where}: expected service {service!r} and kind {kind!r} as the key says, "
            f"got {override.service or service!r} and {override.kind or kind!r}"
        )
    if override.url is not None:
        _check_address(where, override.url)
    if override.every is not None and override.every < timedelta(seconds=1):
        raise UsageError(f"{where}: expected every to be at least 1s, got {override.every.total_seconds():g}s")
    if known is None:
        if override.url is None:
            raise UsageError(f"{where}: expected a url, because no page of that key is shipped, got none")
        known = _shipped(service, "drift" if kind == "drift" else "release")
    return replace(
        known,
        url=override.url or known.url,
        every=override.every or known.every,
        confirmed=known.confirmed or override.url is not None,
    )


def _check_address(where: str, url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or any(ord(sign) <= 32 for sign in url):
        raise UsageError(f"{where}: expected a url that starts with https:// or http://, got {url!r}")
    if parts.username or parts.password:
        raise UsageError(f"{where}: expected a url without a user name or password, because addresses are shown")


def _plain_service(key: str) -> Service:
    name = service_name(key)
    return Service(key=key, nouns=(name,), about=Text(sv=f"Tjänsten {name}.", en=f"The service {name}."))


# --- finding a page that is not where it was ----------------------------------------------------------------------

_SEPARATORS = re.compile(r"[\s_\-‐‑–/.+]+")
_DOCUMENTS = (".pdf", ".doc", ".docx", ".xls", ".xlsx", ".zip", ".xml", ".xsd")
_KIND_WORDS: dict[PageKind, tuple[str, ...]] = {
    "release": ("releaseinformation", "releaseinfo"),
    "drift": ("driftinformation", "driftinfo"),
}


def discover(links: Sequence[Link], page: Page, service: str) -> str | None:
    """The address among `links` that is most likely the page we look for, or None.

    A link is known by its words and its address: they must say the kind of page (release-/driftinformation) and name
    the service, given by its display name. What the visible words say weighs more than the address. Links to other
    sites, to documents, to other services and to the address we already have are passed over.
    """
    scored = [(score, link.url) for link in links if (score := _likeness(link, page, service))]
    return max(scored, key=lambda pair: pair[0])[1] if scored else None


async def look_up(
    page: Page,
    service: str,
    *,
    fetcher: Fetcher,
    read_links: Callable[[bytes, str], Sequence[Link]],
    related: Sequence[Link] = (),
) -> str | None:
    """Search for a page that is not where we thought, and return where it seems to be, or None.

    First come the links we already have (`related`, of pages already read), then the pages above the address on its
    own site, nearest first, and what those link to under the service's name. Pages that cannot be had are passed
    over; a site that cannot be reached at all ends the search.
    """
    if found := discover(related, page, service):
        return found
    waiting = [*_about(related, page, service), *ancestors(page.url)]
    seen = {page.url}
    fetched = 0
    while waiting and fetched < MOST_LOOKUPS:
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        fetched += 1
        try:
            answer = await fetcher.fetch(replace(page, url=address))
        except FetchError as error:
            if error.kind in ("name", "connect", "proxy", "tls", "timeout"):
                return None
            continue
        links = read_links(answer.body, answer.url) if isinstance(answer, Snapshot) else ()
        if found := discover(links, page, service):
            return found
        waiting = [*_about(links, page, service), *waiting]
    return None


def ancestors(url: str) -> tuple[str, ...]:
    """The addresses above one on its own site, nearest first, the front page last."""
    parts = urlsplit(url)
    steps = [step for step in parts.path.split("/") if step][:-1]
    paths = ["/" + "/".join(steps[:length]) for length in range(len(steps), 0, -1)]
    return tuple(f"{parts.scheme}://{parts.netloc}{path}" for path in [*paths, "/"])


def _likeness(link: Link, page: Page, service: str) -> int:
    if not _same_site(link.url, page.url) or link.url.split("#")[0] == page.url:
        return 0
    parts = urlsplit(link.url)
    path = unquote(parts.path)
    if path.casefold().endswith(_DOCUMENTS):
        return 0
    name, words, last = _folded(service), _folded(link.text), _folded(path.rstrip("/").rpartition("/")[2])
    others = [_folded(known.name) for known in SHIPPED_SERVICES if _folded(known.name) != name]
    if any(other in said and name not in said for other in others for said in (words, last)):
        return 0
    others_kinds = [word for kind, several in _KIND_WORDS.items() if kind != page.kind for word in several]
    if any(word in words for word in others_kinds):
        return 0
    kinds = _KIND_WORDS[page.kind]
    kind_said = 4 * any(word in words for word in kinds) + any(word in last for word in kinds)
    name_said = 4 * (name in words) + 2 * (name in last) + (name in _folded(path))
    return kind_said * 10 + name_said if kind_said and name_said else 0


def _about(links: Sequence[Link], page: Page, service: str) -> Iterator[str]:
    """Links on the page's own site whose words are the service's name: they lead to its own front page."""
    name = _folded(service)
    for link in links:
        words = _folded(link.text)
        if name in words and len(words) <= len(name) + 20 and _same_site(link.url, page.url):
            yield link.url.split("#")[0]


def _same_site(url: str, other: str) -> bool:
    try:
        parts, others = urlsplit(url), urlsplit(other)
        ours, theirs = (parts.hostname or "", parts.port), (others.hostname or "", others.port)
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or (others.scheme == "https" and parts.scheme != "https"):
        return False
    return (ours[0].removeprefix("www."), ours[1]) == (theirs[0].removeprefix("www."), theirs[1])


def _folded(words: str) -> str:
    return _SEPARATORS.sub("", words.casefold())
