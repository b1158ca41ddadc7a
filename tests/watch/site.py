"""A small real web site for tests: pages from a dict, whose behaviour a test can flip while it runs.

    with Site() as site:
        site.put("/ssbtek/release", "<h1>…</h1>")
        site.page("/ssbtek/release").status = 503
        ...
        assert site.asked == ["/robots.txt", "/ssbtek/release"]

Addresses are `site.url("/ssbtek/release")`. The server listens on loopback, in threads of its own, so that it serves
a program in another process as well as code in the same one.
"""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit


@dataclass
class SitePage:
    """One page and how it is answered; change any of it while the site runs.

    `nonce` puts a new nonce into the markup of each response, at the words "{nonce}". `etag` and `modified` make
    answers carry validators, and make matching requests get 304. `raw` takes over the whole exchange: it is given the
    connection and may do with it what a bad server does.
    """

    body: str | bytes = ""
    status: int = 200
    content_type: str | None = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    etag: bool = False
    modified: str | None = None
    nonce: bool = False
    compressed: bool = False
    delay: float = 0.0
    raw: Callable[[socket.socket], object] | None = None

    @property
    def validator(self) -> str:
        """The ETag of the body as it is now."""
        return f'"{sha256(self.body.encode() if isinstance(self.body, str) else self.body).hexdigest()[:16]}"'


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    at: float


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that break off, or do not trust our certificate, are what tests are about."""


class Site:
    """The server. A context manager; `requests` has everything that was asked, in order."""

    def __init__(self, *, tls: ssl.SSLContext | None = None, robots: str | None = None) -> None:
        self.requests: list[Asked] = []
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        self._pages: dict[str, SitePage] = {}
        self._nonces = count(1)
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._scheme = "https" if tls else "http"
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        if robots is not None:
            self.put("/robots.txt", robots, content_type="text/plain")

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    @property
    def asked(self) -> list[str]:
        """The paths that were asked for, in order."""
        return [request.path for request in self.requests]

    def url(self, path: str = "/", *, host: str = "127.0.0.1") -> str:
        """The address of a path here."""
        return f"{self._scheme}://{host}:{self.port}{path}"

    def put(self, path: str, body: str | bytes = "", **how: object) -> SitePage:
        """Add or replace a page; `how` are the fields of SitePage."""
        page = SitePage(body=body, **how)  # type: ignore[arg-type]
        self._pages[path] = page
        return page

    def page(self, path: str) -> SitePage:
        """A page, to be changed."""
        return self._pages[path]

    def remove(self, path: str) -> None:
        """Let a page answer 404."""
        self._pages.pop(path, None)

    def _handler(site) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            def do_GET(self) -> None:
                # A proxy is asked with the whole address; this site then answers for any host.
                path = urlsplit(self.path).path if self.path.startswith("http") else self.path
                with site._lock:
                    site.requests.append(Asked(path, {k.lower(): v for k, v in self.headers.items()}, time.monotonic()))
                    site._at_once += 1
                    site.most_at_once = max(site.most_at_once, site._at_once)
                try:
                    self._answer(site._pages.get(path))
                except (ConnectionError, TimeoutError, ssl.SSLError):
                    self.close_connection = True
                finally:
                    with site._lock:
                        site._at_once -= 1

            def _answer(self, page: SitePage | None) -> None:
                if page is None:
                    page = SitePage("<h1>404</h1>", status=404)
                time.sleep(page.delay)
                if page.raw is not None:
                    self.close_connection = True
                    page.raw(self.connection)
                    return
                matches = page.etag and self.headers.get("If-None-Match") == page.validator
                unmoved = page.modified is not None and self.headers.get("If-Modified-Since") == page.modified
                status = 304 if page.status == 200 and (matches or unmoved) else page.status
                body = page.body.encode() if isinstance(page.body, str) else page.body
                if page.nonce:
                    body = body.replace(b"{nonce}", b"nonce-%d" % next(site._nonces))
                self.send_response(status)
                for name, value in page.headers.items():
                    self.send_header(name, value)
                if page.etag:
                    self.send_header("ETag", page.validator)
                if page.modified:
                    self.send_header("Last-Modified", page.modified)
                if status == 304:
                    self.end_headers()
                    return
                if page.content_type:
                    self.send_header("Content-Type", page.content_type)
                if page.compressed and "gzip" in self.headers.get("Accept-Encoding", ""):
                    body = gzip.compress(body)
                    self.send_header("Content-Encoding", "gzip")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing: the test asks `requests`."""

        return Handler
