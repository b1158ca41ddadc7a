"""The one place that speaks HTTP to receivers: bounded in time and size, guarded, and never raising.

httpx's own timeouts are per read, so a peer that drips one byte at a time holds them off for ever; here a deadline
stands around the whole exchange, and a status line that came before it counts.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Self

import httpcore
import httpx

from monitor.deliver.guard import (
    Blocked,
    Egress,
    GuardedBackend,
    Resolve,
    Unresolvable,
    resolve_name,
    split_url,
)
from monitor.deliver.model import Answer, ErrorKind, Post
from monitor.errors import UsageError

ATTEMPT_SECONDS = 15.0
KEPT_BYTES = 16_384
IN_FLIGHT = 64


class Client:
    """An HTTP client for receivers. Use as an async context manager; every failure comes back as an `Answer`."""

    def __init__(
        self,
        *,
        user_agent: str,
        egress: Egress,
        ssl_context: ssl.SSLContext | None = None,
        resolve: Resolve = resolve_name,
        deadline: float = ATTEMPT_SECONDS,
    ) -> None:
        self._headers = {
            "user-agent": user_agent,
            "accept": "*/*",
            # A compressed answer could unfold into gigabytes; plain bytes are counted as they come.
            "accept-encoding": "identity",
        }
        self._egress = egress
        self._deadline = deadline
        context = ssl_context or ssl.create_default_context()
        pools = {"https": _pool(context, GuardedBackend(egress, resolve=resolve))}
        pools["http"] = _pool(context, GuardedBackend(egress, plain=True, resolve=resolve))
        if egress.proxy:
            pools["proxy"] = httpcore.AsyncHTTPProxy(
                proxy_url=egress.proxy, ssl_context=context, max_connections=IN_FLIGHT, max_keepalive_connections=0
            )
        self._pools = pools
        self._stack = AsyncExitStack()
        # A handshake that is cancelled from outside leaves its socket open (httpcore 1.0.9); one that times out by
        # itself does not, so connecting gets the shorter time.
        self._timeouts = {"connect": deadline * 0.8, "read": deadline, "write": deadline, "pool": deadline}
        # Not through httpx.AsyncClient: it writes every address into the log, and here the address is a password.
        # Without it there are also no redirects, no cookies and no proxies out of the environment.
        self._transport = _Transport(self)

    async def __aenter__(self) -> Self:
        for pool in self._pools.values():
            await self._stack.enter_async_context(pool)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    def pool_for(self, url: httpx.URL) -> httpcore.AsyncConnectionPool:
        """The connections that may be used for an address. Raises Blocked where the proxy may not be asked."""
        literal_or_plain = url.scheme == "http" or ":" in url.host or url.host.replace(".", "").isdigit()
        if self._egress.proxy is None or literal_or_plain:
            return self._pools[url.scheme]
        if not self._egress.proxied(url.host):
            raise Blocked("the host is not among those that may be called through the proxy")
        return self._pools["proxy"]

    async def post(self, post: Post) -> Answer:
        """Send one request and read at most 16 kB of the answer, all within the deadline."""
        try:
            split_url(post.url)
        except UsageError as refused:
            return Answer(error="blocked", detail=str(refused))
        response: httpx.Response | None = None
        body = bytearray()
        error: ErrorKind | None = None
        detail: str | None = None
        try:
            async with asyncio.timeout(self._deadline):
                request = httpx.Request(
                    "POST",
                    post.url,
                    headers=[*self._headers.items(), *post.headers],
                    content=post.body,
                    extensions={"timeout": self._timeouts},
                )
                response = await self._transport.handle_async_request(request)
                async for chunk in response.aiter_raw():
                    body += chunk[: KEPT_BYTES + 1 - len(body)]
                    if len(body) > KEPT_BYTES:
                        break
        except TimeoutError:
            error, detail = "timeout", f"no complete answer within {self._deadline:g} seconds"
        except (httpx.HTTPError, httpx.InvalidURL, httpcore.NetworkError, httpcore.TimeoutException) as failure:
            error, detail = classify(failure)
        except httpcore.ProxyError as failure:
            error, detail = "proxy", f"the proxy refused ({failure})"
        except (httpcore.ProtocolError, httpcore.UnsupportedProtocol, UnicodeError, ValueError) as failure:
            error, detail = "protocol", f"no HTTP that we understand ({type(failure).__name__})"
        finally:
            address = _peer(response) if response is not None else None
            if response is not None:
                await response.aclose()
        if response is None:
            return Answer(error=error, detail=detail)
        return Answer(
            status=response.status_code,
            body=bytes(body[:KEPT_BYTES]),
            truncated=error is not None or len(body) > KEPT_BYTES,
            detail=detail,
            retry_after=response.headers.get("retry-after"),
            location=response.headers.get("location"),
            address=address,
            seconds_off=_seconds_off(response.headers.get("date")),
        )


def classify(failure: Exception) -> tuple[ErrorKind, str]:
    """Which kind of failure an exception of the client is, and a sentence for people that holds no secret."""
    for cause in _causes(failure):
        match cause:
            case Blocked():
                return "blocked", str(cause)
            case Unresolvable():
                return "dns", str(cause)
            case ssl.SSLCertVerificationError():
                return "tls", f"the certificate was not accepted ({cause.verify_message})"
            case ssl.SSLError():
                return "tls", f"TLS failed ({cause.reason or 'no reason given'})"
            case ConnectionRefusedError():
                return "refused", "the connection was refused"
            case _:
                continue
    match failure:
        case httpcore.TimeoutException() | httpx.TimeoutException():
            return "timeout", "no answer in time"
        case httpcore.ConnectError():
            return "connect", "no connection could be made"
        case httpcore.NetworkError():
            return "reset", "the connection broke before an answer came"
        case _:
            return "protocol", f"no HTTP that we understand ({type(failure).__name__})"


def _causes(failure: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    waiting: list[BaseException | None] = [failure]
    while waiting:
        error = waiting.pop(0)
        if error is None or error in found:
            continue
        found.append(error)
        waiting += [error.__cause__, error.__context__]
        if isinstance(error, BaseExceptionGroup):
            waiting += error.exceptions
    return found


class _Transport(httpx.AsyncBaseTransport):
    """httpx above, httpcore with our guard below. httpx's own transport has no public place for a network backend."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.AsyncByteStream)
        answer = await self._client.pool_for(request.url).handle_async_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Stream(answer), extensions=answer.extensions
        )


class _Stream(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._answer.aiter_stream():
            yield part

    async def aclose(self) -> None:
        await self._answer.aclose()


def _pool(context: ssl.SSLContext, backend: httpcore.AsyncNetworkBackend) -> httpcore.AsyncConnectionPool:
    # No connection is kept: each one is a fresh look at where the name leads.
    return httpcore.AsyncConnectionPool(
        ssl_context=context, max_connections=IN_FLIGHT, max_keepalive_connections=0, network_backend=backend
    )


def _peer(response: httpx.Response) -> str | None:
    stream = response.extensions.get("network_stream")
    peer = stream.get_extra_info("server_addr") if stream is not None else None
    return str(peer[0]) if peer else None


def _seconds_off(date: str | None) -> float | None:
    try:
        stated = parsedate_to_datetime(date) if date else None
    except ValueError:
        return None
    if stated is None:
        return None
    stated = stated if stated.tzinfo else stated.replace(tzinfo=UTC)
    return (stated - datetime.now(UTC)).total_seconds()
