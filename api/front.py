"""What stands before the routes: tidy addresses, headers, the rate limit, the door, and ready answers.

Plain ASGI and few allocations, because every answer passes here. The routes know nothing of HEAD, ETag, 304 or the
cache: they answer GET, and `Answers` does the rest for all of them alike.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from threading import Lock

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import SECURITY_HEADERS, problem
from monitor.errors import StoreError

Clock = Callable[[], datetime]
RawHeaders = list[tuple[bytes, bytes]]

SHARED = "public, max-age=0, must-revalidate"
"""Whoever keeps an answer asks again each time, and an unchanged one costs a 304."""

CLOSED = "private, max-age=0, must-revalidate"
"""The same where reading needs a token, for the client alone."""

_SAFE = ("GET", "HEAD", "OPTIONS")
_SECURITY = [(name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
_CORS = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Last-Modified, Link, Retry-After"),
]
_PREFLIGHT = [
    *_CORS,
    (b"access-control-allow-methods", b"GET, HEAD, OPTIONS"),
    (b"access-control-allow-headers", b"Authorization, If-None-Match, If-Modified-Since"),
    (b"access-control-max-age", b"86400"),
    (b"content-length", b"0"),
]


class Tidy:
    """Takes `//api/v1/x/` for `/api/v1/x`: some clients put the slashes twice, and upstream answers both forms."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path: str = scope["path"]
            if path.startswith("//") or (path.endswith("/") and path != "/"):
                tidied = "/" + path.strip("/")
                scope = {**scope, "path": tidied, "raw_path": tidied.encode()}
        await self._app(scope, receive, send)


class Courtesy:
    """Security headers on everything, CORS on reading. A browser's preflight is answered here."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        reading = scope["method"] in _SAFE
        if scope["method"] == "OPTIONS":
            await send({"type": "http.response.start", "status": 204, "headers": [*_PREFLIGHT, *_SECURITY]})
            await send({"type": "http.response.body", "body": b""})
            return

        async def courteous(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers: RawHeaders = message["headers"]
                present = {name for name, _ in headers}
                headers.extend(pair for pair in _SECURITY if pair[0] not in present)
                if reading:
                    headers.extend(_CORS)
            await send(message)

        await self._app(scope, receive, courteous)


class Rate:
    """A token bucket per client, in memory; who asks too often gets 429 and is told when to come back."""

    def __init__(self, app: ASGIApp, *, per_second: float, burst: int, clock: Callable[[], float]) -> None:
        self._app = app
        self._per_second = per_second
        self._burst = float(burst)
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in ("/healthz", "/readyz"):
            client = scope.get("client")
            wait = self._wait(client[0] if client else "")
            if wait > 0:
                headers = {"Retry-After": str(math.ceil(wait))}
                refusal = problem(429, "Too many requests from this client.", path=scope["path"], headers=headers)
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _wait(self, client: str) -> float:
        """Takes one token; seconds until there is one when there is none."""
        now = self._clock()
        left, since = self._buckets.pop(client, (self._burst, now))
        left = min(self._burst, left + (now - since) * self._per_second)
        wait = 0.0 if left >= 1 else (1 - left) / self._per_second
        self._buckets[client] = (left - 1 if left >= 1 else left, now)
        if len(self._buckets) > 10_000:
            self._buckets.popitem(last=False)
        return wait


class Door:
    """Where reading is closed, everything but our own health needs a token that may read."""

    def __init__(
        self, app: ASGIApp, *, may_read: Callable[[Request], Awaitable[bool]], open_paths: Iterable[str]
    ) -> None:
        self._app = app
        self._may_read = may_read
        self._open_paths = frozenset(open_paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in self._open_paths:
            request = Request(scope)
            if not await self._may_read(request):
                headers = {"WWW-Authenticate": 'Bearer realm="releasevakt", Basic realm="releasevakt"'}
                refusal = problem(401, "Reading needs a token here.", path=scope["path"], headers=headers)
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished answer: the headers are as sent, the validators are there to compare with.

    `settled` is False where the data changed within the last seconds, and the answer goes without Last-Modified.
    """

    headers: RawHeaders
    body: bytes
    etag: bytes
    last_modified: datetime | None
    settled: bool


class Answers:
    """HEAD, ETag, Last-Modified and 304 for every read, and ready bytes for what was asked before.

    An answer is kept under its address, the version of the data and the day in Stockholm: nothing else decides its
    bytes. What says `no-cache` or `no-store` gets its validators and is not kept.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        data_version: Callable[[], object],
        today: Callable[[], object],
        clock: Clock,
        shared: bool = True,
        room: int = 64 * 1024 * 1024,
    ) -> None:
        self._app = app
        self._data_version = data_version
        self._today = today
        self._clock = clock
        self._cache_control = SHARED if shared else CLOSED
        self._room = room
        self._kept: OrderedDict[tuple[object, ...], Answer] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        try:
            key = (scope["path"], scope["query_string"], self._data_version(), self._today())
        except StoreError:
            # Routes that need no database still answer, and the others say what is the matter.
            await self._app(scope, receive, send)
            return
        answer = self._kept.get(key)
        if answer is None:
            answer = await self._made(scope, receive, send, key)
        if answer is not None:
            await self._sent(answer, scope, send)

    async def _made(self, scope: Scope, receive: Receive, send: Send, key: tuple[object, ...]) -> Answer | None:
        """Runs the route and finishes its answer; an error is passed on as it is, and then there is no answer."""
        start: Message = {}
        body = bytearray()
        head = scope["method"] == "HEAD"

        async def caught(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                if message["status"] != 200:
                    await send(message)
                return
            if start["status"] == 200:
                body.extend(message.get("body", b""))
            else:
                await send({**message, "body": b""} if head else message)

        await self._app({**scope, "method": "GET"}, receive, caught)
        if start.get("status") != 200:
            return None
        answer = self._finished(start["headers"], bytes(body))
        cache_control = Headers(raw=answer.headers)["cache-control"]
        if answer.settled and "no-store" not in cache_control and "no-cache" not in cache_control:
            self._keep(key, answer)
        return answer

    def _finished(self, raw: RawHeaders, body: bytes) -> Answer:
        headers = MutableHeaders(raw=list(raw))
        headers.setdefault("cache-control", self._cache_control)
        etag = f'"{sha256(body).hexdigest()[:32]}"'
        headers["etag"] = etag
        modified = parsedate_to_datetime(headers["last-modified"]) if "last-modified" in headers else None
        settled = modified is None or (self._clock() - modified).total_seconds() >= 2
        if not settled:
            # Within the second that it names, more may come: a client that came back with it would miss that.
            del headers["last-modified"]
            modified = None
        headers["content-length"] = str(len(body))
        return Answer(headers.raw, body, etag.encode(), modified, settled)

    def _keep(self, key: tuple[object, ...], answer: Answer) -> None:
        with self._lock:
            if key not in self._kept:
                self._kept[key] = answer
                self._size += len(answer.body) + 1_000
            while self._size > self._room:
                _, dropped = self._kept.popitem(last=False)
                self._size -= len(dropped.body) + 1_000

    async def _sent(self, answer: Answer, scope: Scope, send: Send) -> None:
        if _is_known(answer, scope["headers"]):
            headers = [pair for pair in answer.headers if pair[0] not in (b"content-length", b"content-type")]
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        await send({"type": "http.response.start", "status": 200, "headers": list(answer.headers)})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer.body})


def _is_known(answer: Answer, headers: RawHeaders) -> bool:
    """Whether the client has this answer already. If-None-Match, where it is given, decides alone (RFC 9110)."""
    since: bytes | None = None
    for name, value in headers:
        if name == b"if-none-match":
            tags = [tag.strip().removeprefix(b"W/") for tag in value.split(b",")]
            return answer.etag in tags or b"*" in tags
        if name == b"if-modified-since":
            since = value
    if since is None or answer.last_modified is None:
        return False
    try:
        known = parsedate_to_datetime(since.decode("latin-1"))
    except ValueError:
        return False
    if known.tzinfo is None:
        known = known.replace(tzinfo=UTC)
    return answer.last_modified <= known


def http_date(moment: datetime) -> str:
    """An instant as HTTP writes it."""
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0), usegmt=True)
