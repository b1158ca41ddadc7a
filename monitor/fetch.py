"""Get a page once, like a good guest: honest about who we are, conditional, one request at a time per host, bounded.

Nothing that a server does may block or blow up the process: the whole exchange has a deadline, headers and body have
caps (the body also after decompression), redirects are few and never lead from https to http or from the internet
into a private network. Certificates are always verified.
"""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from monitor import robots
from monitor.deliver.guard import is_public
from monitor.errors import FetchError, UsageError
from monitor.model import Page, Snapshot, Text

MOST_BYTES = 10_000_000
MOST_REDIRECTS = 5
DEADLINE = 30.0
"""Seconds for one page, redirects included; waiting for our turn at the host does not count."""

PAUSE = 1.0
"""Seconds between the end of one request to a host and the start of the next."""

MOST_RETRY_AFTER = 24 * 3600.0

READABLE = frozenset({"text/html", "application/xhtml+xml", "text/plain"})

REASONS: dict[str, Text] = {
    "name": Text(sv="Webbplatsens namn gick inte att slå upp", en="The site's name could not be looked up"),
    "connect": Text(sv="Det gick inte att ansluta till webbplatsen", en="The site could not be connected to"),
    "proxy": Text(
        sv="Proxyn för utgående trafik släppte inte igenom oss", en="The outbound proxy did not let us through"
    ),
    "tls": Text(sv="Webbplatsens certifikat godtogs inte", en="The site's certificate was not accepted"),
    "robots": Text(
        sv="Webbplatsens robots.txt tillåter inte att vi hämtar sidan",
        en="The site's robots.txt does not allow us to fetch the page",
    ),
    "status": Text(sv="Webbplatsen svarade med en felkod", en="The site answered with an error code"),
    "timeout": Text(sv="Webbplatsen svarade inte i tid", en="The site did not answer in time"),
    "size": Text(sv="Svaret var orimligt stort", en="The answer was unreasonably large"),
    "type": Text(sv="Svaret var inte en webbsida", en="The answer was not a web page"),
    "redirect": Text(
        sv="Adressen skickade oss vidare dit vi inte kan följa med",
        en="The address sent us on to where we cannot follow",
    ),
    "protocol": Text(
        sv="Svaret gick inte att förstå eller avbröts", en="The answer could not be understood or broke off"
    ),
}
"""What people read for each kind of FetchError. The error's own message, in English, has the particulars."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """The server says that the page is as it was when the validators were given."""

    page: str
    url: str
    fetched_at: datetime
    etag: str | None = None
    last_modified: str | None = None


def user_agent(contact: str | None) -> str:
    """How we introduce ourselves: "Releasevakt/1.2.0 (+mailto:drift@example.se)"."""
    ours = f"{robots.AGENT}/{version('releasevakt')}"
    return f"{ours} (+{contact})" if contact else ours


def tls_context(ca_bundle: Path | None = None) -> ssl.SSLContext:
    """The one TLS context of the process: the usual authorities, and those of `ca_bundle` if the house has its own."""
    context = httpx.create_ssl_context(trust_env=False)
    if ca_bundle is not None:
        try:
            context.load_verify_locations(cafile=ca_bundle)
        except OSError as error:
            why = error.strerror or error
            raise UsageError(f"{ca_bundle}: expected certificates in PEM form, got {why}") from error
    return context


def make_client(
    *, contact: str | None = None, proxy: str | None = None, tls: ssl.SSLContext | None = None
) -> httpx.AsyncClient:
    """The one long-lived client: proxy and certificates as configured, never from the environment; no cookies kept."""
    tls = tls or tls_context()
    through = httpx.Proxy(proxy, ssl_context=tls if proxy.startswith("https:") else None) if proxy else None
    return httpx.AsyncClient(
        verify=tls,
        proxy=through,
        trust_env=False,
        http2=False,
        follow_redirects=False,
        timeout=httpx.Timeout(20.0, connect=10.0, pool=None),
        cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
        headers={
            "User-Agent": user_agent(contact),
            "Accept": "text/html, application/xhtml+xml;q=0.9, text/plain;q=0.5",
            "Accept-Language": "sv",
            "Accept-Encoding": "gzip",
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    url: httpx.URL
    status: int
    headers: httpx.Headers
    body: bytes


@dataclass(slots=True)
class _Turn:
    """Whose turn it is at one host, and from when (loop time) the next may go."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0


class Fetcher:
    """Fetches pages with one client, remembering between them the hosts' robots.txt and whose turn it is.

    An async context manager: leaving it closes the client. `proxied` says that a proxy looks up names for us.
    `pause`, `deadline` and `robots_age` are in seconds, `most_bytes` counts the body after decompression.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        *,
        proxied: bool = False,
        pause: float = PAUSE,
        deadline: float = DEADLINE,
        most_bytes: int = MOST_BYTES,
        robots_age: float = robots.MAX_AGE,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._client = client
        self._proxied = proxied
        self._pause = pause
        self._deadline = deadline
        self._most_bytes = most_bytes
        self._now = now
        self._robots = robots.Robots(self._ask_robots, max_age=robots_age)
        self._turns: dict[str, _Turn] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def fetch(
        self, page: Page, *, etag: str | None = None, last_modified: str | None = None
    ) -> Snapshot | NotModified:
        """Ask for a page, conditionally when validators are given. The answer's `url` is the one after redirects.

        Raises FetchError, with its `kind` among the keys of REASONS.
        """
        validators = {"If-None-Match": _usable(etag), "If-Modified-Since": _usable(last_modified)}
        asking = {name: value for name, value in validators.items() if value}
        answer = await self._follow(page.url, asking, most=self._most_bytes, obey_robots=True)
        given_etag, given_modified = answer.headers.get("etag"), answer.headers.get("last-modified")
        if answer.status == 304 and asking:
            return NotModified(
                page=page.key,
                url=str(answer.url),
                fetched_at=self._now(),
                etag=given_etag or etag,
                last_modified=given_modified or last_modified,
            )
        if answer.status != 200:
            raise self._refused(answer)
        content_type = answer.headers.get("content-type")
        if content_type and content_type.partition(";")[0].strip().lower() not in READABLE:
            raise FetchError(
                "type", f"{answer.url}: expected HTML or plain text, got {content_type[:100]!r}", status_code=200
            )
        return Snapshot(
            page=page.key,
            url=str(answer.url),
            fetched_at=self._now(),
            body=answer.body,
            content_type=content_type,
            etag=_usable(given_etag),
            last_modified=_usable(given_modified),
        )

    async def _ask_robots(self, url: str) -> robots.RobotsAnswer:
        try:
            answer = await self._follow(url, {}, most=robots.MOST_BYTES, obey_robots=False)
        except FetchError as error:
            if error.kind == "redirect":
                return robots.RobotsAnswer(status=404, body=b"")
            raise
        wait = parse_retry_after(answer.headers.get("retry-after"), now=self._now())
        return robots.RobotsAnswer(status=answer.status, body=answer.body, retry_after=wait)

    async def _follow(self, address: str, headers: Mapping[str, str], *, most: int, obey_robots: bool) -> _Answer:
        """Ask, and go where the answer sends us, within the limits. A robots.txt longer than `most` is cut there."""
        url = _parse(address)
        origin = url
        budget = self._deadline
        loop = asyncio.get_running_loop()
        for _ in range(MOST_REDIRECTS + 1):
            delay = await self._robots.delay_for(_origin(url), str(url)) if obey_robots else 0.0
            async with self._turn(url.host, delay):
                started = loop.time()
                answer = await self._exchange(url, headers, most=most, whole=obey_robots, deadline=budget)
                budget -= loop.time() - started
            if answer.status not in (301, 302, 303, 307, 308) or "location" not in answer.headers:
                return answer
            target = _target(url, answer.headers["location"])
            if not self._proxied and target.host != origin.host:
                await _refuse_inside(origin, target)
            url = target
        raise FetchError("redirect", f"{address}: more than {MOST_REDIRECTS} redirects, the last to {url}")

    @asynccontextmanager
    async def _turn(self, host: str, delay: float) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        turn = self._turns.setdefault(host, _Turn())
        async with turn.lock:
            await asyncio.sleep(max(0.0, turn.free_at - loop.time()))
            try:
                yield
            finally:
                turn.free_at = loop.time() + max(self._pause, delay)

    async def _exchange(
        self, url: httpx.URL, headers: Mapping[str, str], *, most: int, whole: bool, deadline: float
    ) -> _Answer:
        with self._plain_errors(url):
            async with (
                asyncio.timeout(max(deadline, 0.0)),
                self._client.stream("GET", url, headers=dict(headers)) as response,
            ):
                wanted = response.status_code == 200
                body = await _read_body(response, most=most, whole=whole) if wanted else b""
                return _Answer(url=url, status=response.status_code, headers=response.headers, body=body)

    @contextmanager
    def _plain_errors(self, url: httpx.URL) -> Iterator[None]:
        """Tell in plain words what went wrong between us and the host."""
        host = url.host
        try:
            yield
        except (TimeoutError, httpx.TimeoutException) as error:
            raise FetchError("timeout", f"no whole answer from {host} within {self._deadline:g} s") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            causes = list(_causes(error))
            certificate = next((cause for cause in causes if isinstance(cause, ssl.SSLError)), None)
            if certificate is not None:
                why = getattr(certificate, "verify_message", "") or certificate.reason or "TLS failed"
                raise FetchError("tls", f"no trusted connection to {host}: {_plain(why)}") from error
            if any(isinstance(cause, httpx.InvalidURL) for cause in causes):
                # httpx looks at a redirect's address even where it is told not to follow.
                raise FetchError("redirect", f"{url} sends us on to what is no address") from error
            numbered = (cause for cause in causes if isinstance(cause, OSError) and cause.errno)
            why = next(map(_system_words, numbered), "it did not answer")
            match error:
                case httpx.ProxyError():
                    raise FetchError("proxy", f"the proxy did not let us through to {host}: {_plain(error)}") from error
                case httpx.ConnectError() if self._proxied:
                    raise FetchError("proxy", f"no connection to the proxy: {why}") from error
                case httpx.ConnectError() if any(isinstance(cause, socket.gaierror) for cause in causes):
                    raise FetchError("name", f"the name {host} could not be looked up: {why}") from error
                case httpx.ConnectError():
                    raise FetchError("connect", f"no connection to {host}: {why}") from error
                case httpx.NetworkError():
                    raise FetchError("connect", f"{host} broke off the connection: {why}") from error
            raise FetchError("protocol", f"{host} did not answer as HTTP asks: {_plain(error)}") from error

    def _refused(self, answer: _Answer) -> FetchError:
        phrase = HTTPStatus(answer.status).phrase if answer.status in list(HTTPStatus) else "an unknown code"
        wait = parse_retry_after(answer.headers.get("retry-after"), now=self._now())
        asked = f", asking us to wait {wait:.0f} s" if wait is not None else ""
        kind = "proxy" if answer.status == 407 else "status"
        return FetchError(
            kind,
            f"{answer.url} answered {answer.status} {phrase}{asked}",
            retry_after=wait,
            status_code=answer.status,
        )


def parse_retry_after(value: str | None, *, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header, given in seconds or as a date; at most a day. None when unreadable."""
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:12]), MOST_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), MOST_RETRY_AFTER)


def leads_inside(origin: list[str], target: list[str]) -> bool:
    """True when a public address sends us to a private one: `origin` and `target` are IP addresses of the hosts."""
    return all(map(is_public, origin)) and not all(map(is_public, target))


async def _read_body(response: httpx.Response, *, most: int, whole: bool) -> bytes:
    """The body, decompressed, at most `most` bytes: beyond that an error when it must be `whole`, else cut off."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip", ""):
        raise FetchError("protocol", f"expected no compression or gzip, got {encoding[:40]!r}", status_code=200)
    unpack = _Gunzip() if "gzip" in encoding else None
    parts: list[bytes] = []
    size = raw = 0
    async for chunk in response.aiter_raw():
        raw += len(chunk)
        part = unpack.feed(chunk, most - size + 1) if unpack else chunk
        parts.append(part)
        size += len(part)
        if max(size, raw) > most:
            if whole:
                raise FetchError(
                    "size", f"expected at most {most / 1e6:g} MB, got more, and stopped reading", status_code=200
                )
            return b"".join(parts)[:most]
    if unpack and not unpack.ended:
        raise FetchError("protocol", "the compressed answer broke off", status_code=200)
    return b"".join(parts)


class _Gunzip:
    """Unpacks gzip bit by bit, never more than it is told, because a small bomb unpacks to gigabytes."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=31)
        self._begun = False

    @property
    def ended(self) -> bool:
        """True between two members of the stream: nothing is missing."""
        return not self._begun or self._member.eof

    def feed(self, data: bytes, most: int) -> bytes:
        out = b""
        while data and len(out) < most:
            if self._member.eof:
                self._member = zlib.decompressobj(wbits=31)
            self._begun = True
            try:
                out += self._member.decompress(data, most - len(out))
            except zlib.error as error:
                raise FetchError("protocol", "the answer is not the gzip it says it is", status_code=200) from error
            data = self._member.unused_data or self._member.unconsumed_tail
        return out


def _parse(address: str) -> httpx.URL:
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL as error:
        raise FetchError("redirect", f"expected an address, got {address[:200]!r}") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise FetchError("redirect", f"expected an address with https or http, got {address[:200]!r}")
    return url.copy_with(fragment=None)


def _target(url: httpx.URL, location: str) -> httpx.URL:
    try:
        target = _parse(str(url.join(location)))
    except httpx.InvalidURL as error:
        raise FetchError("redirect", f"{url} sends us on to {location[:200]!r}, which is no address") from error
    if url.scheme == "https" and target.scheme == "http":
        raise FetchError("redirect", f"{url} sends us on to {target}, from https to http")
    if target.userinfo:
        raise FetchError("redirect", f"{url} sends us on with a user name in the address, to {target.host}")
    return target


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


async def _refuse_inside(origin: httpx.URL, target: httpx.URL) -> None:
    try:
        ours, theirs = await _addresses(origin.host), await _addresses(target.host)
    except OSError:
        return  # The request itself will meet this and tell it better.
    if leads_inside(ours, theirs):
        raise FetchError("redirect", f"{origin} sends us on to {target}, from the internet into a private network")


async def _addresses(host: str) -> list[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [str(entry[4][0]).partition("%")[0] for entry in found]


def _usable(validator: str | None) -> str | None:
    """A validator that can be sent back; a strange or huge one is dropped and the page simply fetched whole."""
    if validator and len(validator) <= 1000 and validator.isascii() and validator.isprintable():
        return validator
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        cause = waiting.pop(0)
        if cause is None or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [cause.__cause__, cause.__context__]
        if isinstance(cause, BaseExceptionGroup):
            waiting += cause.exceptions


def _system_words(error: OSError) -> str:
    """The system's words for an error: "Connection refused"."""
    return os.strerror(error.errno) if error.errno and error.errno > 0 else str(error.strerror)


def _plain(words: object) -> str:
    """Somebody else's words on one printable line of our length."""
    return "".join(sign if sign.isprintable() else " " for sign in str(words))[:200] or "no reason given"
