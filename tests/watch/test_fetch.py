from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import struct
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from monitor.errors import FetchError, UsageError
from monitor.fetch import (
    REASONS,
    Fetcher,
    NotModified,
    leads_inside,
    make_client,
    parse_retry_after,
    tls_context,
    user_agent,
)
from monitor.model import Page, Snapshot
from tests.watch.site import Site

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
TLS = tls_context()

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        yield site


def page_at(url: str) -> Page:
    return Page(key="ssbtek-release", service="ssbtek", kind="release", url=url)


@asynccontextmanager
async def fetcher(
    *, proxy: str | None = None, tls: ssl.SSLContext = TLS, contact: str | None = None, **how: Any
) -> AsyncIterator[Fetcher]:
    client = make_client(contact=contact, proxy=proxy, tls=tls)
    async with Fetcher(client, **{"pause": 0, "proxied": proxy is not None, "now": lambda: NOW, **how}) as fetcher:
        yield fetcher


async def fetch(url: str, **how: Any) -> Snapshot | NotModified:
    async with fetcher(**how) as one:
        return await one.fetch(page_at(url))


async def failure(url: str, **how: Any) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await fetch(url, **how)
    assert caught.value.kind in REASONS
    assert "\n" not in str(caught.value)
    return caught.value


async def test_a_page_is_fetched_with_what_is_needed_to_ask_again(site: Site) -> None:
    page = site.put("/p", "<h1>Hej</h1>", etag=True, modified="Mon, 04 May 2026 10:00:00 GMT")
    answer = await fetch(site.url("/p"))
    assert answer == Snapshot(
        page="ssbtek-release",
        url=site.url("/p"),
        fetched_at=NOW,
        body=b"<h1>Hej</h1>",
        content_type="text/html; charset=utf-8",
        etag=page.validator,
        last_modified="Mon, 04 May 2026 10:00:00 GMT",
    )


async def test_we_say_honestly_who_we_are_and_keep_no_cookies(site: Site) -> None:
    site.put("/p", "x", headers={"Set-Cookie": "JSESSIONID=1; Path=/"})
    async with fetcher(contact="mailto:drift@example.se") as one:
        for _ in range(2):
            await one.fetch(page_at(site.url("/p")))
    sent = site.requests[-1].headers
    assert sent["user-agent"] == user_agent("mailto:drift@example.se")
    assert sent["user-agent"].startswith("Releasevakt/")
    assert sent["user-agent"].endswith(" (+mailto:drift@example.se)")
    assert "cookie" not in sent


async def test_the_environment_decides_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    site.put("/p", "x")
    assert isinstance(await fetch(site.url("/p")), Snapshot)


@pytest.mark.parametrize("how", [{"etag": True}, {"modified": "Mon, 04 May 2026 10:00:00 GMT"}])
async def test_an_unchanged_page_is_asked_for_conditionally(site: Site, how: dict[str, Any]) -> None:
    site.put("/p", "x", **how)
    async with fetcher() as one:
        first = await one.fetch(page_at(site.url("/p")))
        assert isinstance(first, Snapshot)
        again = await one.fetch(page_at(site.url("/p")), etag=first.etag, last_modified=first.last_modified)
        assert isinstance(again, NotModified)
        assert (again.etag, again.last_modified) == (first.etag, first.last_modified)
        site.page("/p").body = "y"
        site.page("/p").modified = None
        changed = await one.fetch(page_at(site.url("/p")), etag=again.etag, last_modified=again.last_modified)
        assert isinstance(changed, Snapshot)


async def test_a_304_that_nobody_asked_for_is_an_error(site: Site) -> None:
    site.put("/p", "x", status=304)
    assert (await failure(site.url("/p"))).kind == "status"


async def test_a_strange_validator_is_not_sent_back(site: Site) -> None:
    site.put("/p", "x", headers={"ETag": '"å' + "x" * 2000 + '"'})
    async with fetcher() as one:
        first = await one.fetch(page_at(site.url("/p")))
        assert first.etag is None
        await one.fetch(page_at(site.url("/p")), etag='"å"')
    assert "if-none-match" not in site.requests[-1].headers


async def test_a_compressed_page_comes_out_whole(site: Site) -> None:
    site.put("/p", "<p>Åäö</p>" * 50_000, compressed=True)
    answer = await fetch(site.url("/p"))
    assert isinstance(answer, Snapshot)
    assert answer.body == ("<p>Åäö</p>" * 50_000).encode()


async def test_gzip_in_several_members_comes_out_whole(site: Site) -> None:
    site.put("/p", gzip.compress(b"one ") + gzip.compress(b"two"), headers={"Content-Encoding": "gzip"})
    answer = await fetch(site.url("/p"))
    assert isinstance(answer, Snapshot)
    assert answer.body == b"one two"


@pytest.mark.parametrize(
    ("body", "encoding"),
    [(gzip.compress(b"x" * 1000)[:-9], "gzip"), (b"not gzip at all", "gzip"), (b"x", "br"), (b"x", "gzip, gzip")],
    ids=["broken off", "no compression", "not ours", "twice"],
)
async def test_a_compression_that_breaks_off_or_is_not_ours_is_told(site: Site, body: bytes, encoding: str) -> None:
    site.put("/p", body, headers={"Content-Encoding": encoding})
    assert (await failure(site.url("/p"))).kind == "protocol"


async def test_a_small_bomb_that_unpacks_to_gigabytes_is_stopped_at_the_cap(site: Site) -> None:
    bomb = gzip.compress(gzip.compress(b"\0" * 300_000_000, 9), 9)
    site.put("/p", gzip.decompress(bomb), headers={"Content-Encoding": "gzip"})
    started = time.monotonic()
    assert (await failure(site.url("/p"))).kind == "size"
    assert time.monotonic() - started < 5


async def test_a_page_of_fifty_megabytes_is_not_read_to_its_end(site: Site) -> None:
    sent = 0

    def pour(connection: socket.socket) -> None:
        nonlocal sent
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 50000000\r\n\r\n")
        for _ in range(500):
            connection.sendall(b"x" * 100_000)
            sent += 100_000

    site.put("/p", raw=pour)
    error = await failure(site.url("/p"))
    assert error.kind == "size"
    assert "10 MB" in str(error)
    assert sent < 40_000_000


@pytest.mark.parametrize("status", [400, 403, 404, 410, 500, 502, 599])
async def test_an_error_code_is_told_with_its_number(site: Site, status: int) -> None:
    site.put("/p", "x", status=status)
    error = await failure(site.url("/p"))
    assert (error.kind, error.status_code) == ("status", status)
    assert str(status) in str(error)


async def test_too_many_requests_carries_the_wait_that_was_asked_for(site: Site) -> None:
    site.put("/p", "x", status=429, headers={"Retry-After": "120"})
    assert (await failure(site.url("/p"))).retry_after == 120
    site.put("/p", "x", status=503, headers={"Retry-After": format_datetime(NOW + timedelta(minutes=3), usegmt=True)})
    assert (await failure(site.url("/p"))).retry_after == 180


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("0", 0),
        ("30", 30),
        (" 30 ", 30),
        ("99999999", 86_400),
        ("9" * 400, 86_400),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("²", None),
        ("Mon, 04 May 2026 12:01:00 GMT", 60),
        ("Mon, 04 May 2026 14:01:00 +0200", 60),
        ("Mon, 04 May 2026 11:00:00 GMT", 0),
        ("Mon, 04 May 2099 11:00:00 GMT", 86_400),
        ("Mon, 99 May 2026 11:00:00 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(header: str | None, seconds: float | None) -> None:
    assert parse_retry_after(header, now=NOW) == seconds


async def test_only_pages_are_taken_for_pages(site: Site) -> None:
    site.put("/p", b"%PDF-1.7", content_type="application/pdf")
    error = await failure(site.url("/p"))
    assert error.kind == "type"
    assert "application/pdf" in str(error)
    for content_type in ("text/plain", "application/xhtml+xml", "TEXT/HTML;charset=iso-8859-1", None):
        site.put("/p", "x", content_type=content_type)
        assert isinstance(await fetch(site.url("/p")), Snapshot)


async def test_a_redirect_is_followed_and_where_it_led_is_told(site: Site) -> None:
    site.put("/old", status=301, headers={"Location": "/new#part"})
    site.put("/new", "here")
    answer = await fetch(site.url("/old"))
    assert answer.url == site.url("/new")


@pytest.mark.parametrize(
    "location",
    ["/loop", "ftp://example.se/", "file:///etc/passwd", "http://user:pw@127.0.0.1/", "http://[::", "javascript:x"],
)
async def test_a_redirect_to_nowhere_good_is_refused(site: Site, location: str) -> None:
    site.put("/loop", status=302, headers={"Location": location})
    assert (await failure(site.url("/loop"))).kind == "redirect"
    assert site.asked.count("/loop") <= 6


def test_a_public_address_may_not_send_us_into_a_private_network() -> None:
    assert leads_inside(["8.8.8.8"], ["169.254.169.254"])
    assert leads_inside(["8.8.8.8"], ["1.1.1.1", "10.0.0.1"])
    assert leads_inside(["8.8.8.8"], ["::ffff:127.0.0.1"])
    assert not leads_inside(["8.8.8.8"], ["1.1.1.1"])
    assert not leads_inside(["10.0.0.5"], ["10.0.0.6"])


# --- robots.txt


async def test_robots_is_asked_once_and_obeyed(site: Site) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /secret\n", content_type="text/plain")
    site.put("/p", "x")
    async with fetcher() as one:
        for _ in range(3):
            await one.fetch(page_at(site.url("/p")))
        with pytest.raises(FetchError, match=r"robots\.txt") as caught:
            await one.fetch(page_at(site.url("/secret/p")))
    assert caught.value.kind == "robots"
    assert site.asked == ["/robots.txt", "/p", "/p", "/p"]


async def test_robots_may_speak_to_us_by_name(site: Site) -> None:
    site.put("/robots.txt", "User-agent: releasevakt\nDisallow: /\n\nUser-agent: *\nAllow: /\n")
    assert (await failure(site.url("/p"))).kind == "robots"


async def test_robots_is_asked_again_when_it_is_old(site: Site) -> None:
    site.put("/p", "x")
    async with fetcher(robots_age=0) as one:
        await one.fetch(page_at(site.url("/p")))
        site.put("/robots.txt", "User-agent: *\nDisallow: /\n")
        with pytest.raises(FetchError):
            await one.fetch(page_at(site.url("/p")))


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_a_site_without_robots_allows_everything(site: Site, status: int) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /\n", status=status)
    site.put("/p", "x")
    assert isinstance(await fetch(site.url("/p")), Snapshot)


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_where_robots_cannot_be_known_nothing_is_fetched_until_it_can(site: Site, status: int) -> None:
    site.put("/robots.txt", status=status, headers={"Retry-After": "60"})
    site.put("/p", "x")
    async with fetcher() as one:
        with pytest.raises(FetchError) as caught:
            await one.fetch(page_at(site.url("/p")))
        assert (caught.value.kind, caught.value.retry_after) == ("robots", 60)
        assert "/p" not in site.asked
        site.put("/robots.txt", "")
        await one.fetch(page_at(site.url("/p")))


async def test_a_huge_robots_is_read_in_part_and_an_endless_redirect_of_it_is_none(site: Site) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /secret\n" + "# filler\n" * 200_000)
    site.put("/p", "x")
    assert isinstance(await fetch(site.url("/p")), Snapshot)
    assert (await failure(site.url("/secret"))).kind == "robots"
    site.put("/robots.txt", status=302, headers={"Location": "/robots.txt"})
    assert isinstance(await fetch(site.url("/p")), Snapshot)


async def test_robots_holds_where_a_redirect_leads_too(site: Site) -> None:
    with Site(robots="User-agent: *\nDisallow: /\n") as other:
        site.put("/p", status=302, headers={"Location": other.url("/q")})
        assert (await failure(site.url("/p"))).kind == "robots"
        assert other.asked == ["/robots.txt"]


async def test_pages_that_wait_for_an_unreachable_site_learn_it_together(site: Site) -> None:
    site.put("/robots.txt", "", delay=10)
    started = time.monotonic()
    async with fetcher(deadline=0.5) as one:
        answers = await asyncio.gather(
            *(one.fetch(page_at(site.url(f"/{number}"))) for number in range(6)), return_exceptions=True
        )
    assert [getattr(answer, "kind", None) for answer in answers] == ["timeout"] * 6
    assert time.monotonic() - started < 2


# --- turns


async def test_a_host_gets_one_request_at_a_time_with_a_pause_between(site: Site) -> None:
    for number in range(4):
        site.put(f"/{number}", "x", delay=0.02)
    async with fetcher(pause=0.1) as one:
        await asyncio.gather(*(one.fetch(page_at(site.url(f"/{number}"))) for number in range(4)))
    assert site.most_at_once == 1
    times = [request.at for request in site.requests]
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.1


async def test_a_pause_that_robots_asks_for_is_kept(site: Site) -> None:
    site.put("/robots.txt", "User-agent: *\nCrawl-delay: 0.3\n")
    site.put("/p", "x")
    async with fetcher() as one:
        for _ in range(2):
            await one.fetch(page_at(site.url("/p")))
    assert site.requests[-1].at - site.requests[-2].at >= 0.3


async def test_a_slow_host_does_not_hold_up_another(site: Site) -> None:
    with Site() as slow:
        slow.put("/p", "x", delay=1.0)
        site.put("/p", "x")
        async with fetcher() as one:
            waiting = asyncio.create_task(one.fetch(page_at(slow.url("/p", host="localhost"))))
            started = time.monotonic()
            await one.fetch(page_at(site.url("/p")))
            assert time.monotonic() - started < 0.8
            await waiting


# --- bad servers


def drip(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n")
    with suppress(OSError):
        for _ in range(200):
            connection.sendall(b"x")
            time.sleep(0.05)


def informational(connection: socket.socket) -> None:
    with suppress(OSError):
        for _ in range(200):
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            time.sleep(0.05)


def endless_headers(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        for _ in range(10_000):
            connection.sendall(b"X-More: " + b"y" * 1000 + b"\r\n")


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def reset_in_body(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc")
    time.sleep(0.05)
    reset(connection)


def short(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc")


def garbage(connection: socket.socket) -> None:
    connection.sendall(bytes(range(256)) * 100)


def silence(connection: socket.socket) -> None:
    connection.sendall(b"")


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (drip, "timeout"),
        (informational, "timeout"),
        (endless_headers, "protocol"),
        (reset, "connect"),
        (reset_in_body, "connect"),
        (short, "protocol"),
        (garbage, "protocol"),
        (silence, "protocol"),
    ],
)
async def test_a_bad_server_is_an_error_in_plain_words_and_in_time(site: Site, raw: Any, kind: str) -> None:
    site.put("/p", raw=raw)
    started = time.monotonic()
    assert (await failure(site.url("/p"), deadline=0.5)).kind == kind
    assert time.monotonic() - started < 3


async def test_redirects_share_one_deadline(site: Site) -> None:
    for number in range(5):
        site.put(f"/{number}", status=302, delay=0.2, headers={"Location": f"/{number + 1}"})
    assert (await failure(site.url("/0"), deadline=0.5)).kind == "timeout"


async def test_after_a_failure_the_same_client_fetches_again(site: Site) -> None:
    site.put("/p", raw=reset)
    async with fetcher(deadline=0.5) as one:
        with pytest.raises(FetchError):
            await one.fetch(page_at(site.url("/p")))
        site.put("/p", "x")
        assert isinstance(await one.fetch(page_at(site.url("/p"))), Snapshot)


async def test_a_closed_port_and_an_unknown_name_are_told_apart() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        error = await failure(f"http://127.0.0.1:{closed.getsockname()[1]}/p")
    assert error.kind == "connect"
    assert "refused" in str(error)
    error = await failure("http://no-such-host.invalid/p")
    assert error.kind == "name"
    assert "no-such-host.invalid" in str(error)


# --- TLS


class Authority:
    """A certificate authority of our own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "House authority")])
        basics = x509.BasicConstraints(ca=True, path_length=None)
        self._certificate = (
            self._begin(self._name, self._key.public_key(), days=10)
            .add_extension(basics, critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.bundle = folder / "authority.pem"
        self.bundle.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))

    def context(self, host: str, *, days: int = 10) -> ssl.SSLContext:
        """A server's side for `host`, valid for so many days; expired when negative."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        certificate = (
            self._begin(name, key.public_key(), days=days)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        file = self._folder / f"{host}{days}.pem"
        file.write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _begin(self, name: x509.Name, key: ec.EllipticCurvePublicKey, *, days: int) -> x509.CertificateBuilder:
        today = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(today - timedelta(days=20))
            .not_valid_after(today + timedelta(days=days))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        )


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


async def test_a_certificate_of_the_house_is_trusted_when_its_authority_is_configured(authority: Authority) -> None:
    with Site(tls=authority.context("localhost")) as site:
        site.put("/p", "x")
        address = site.url("/p", host="localhost")
        assert isinstance(await fetch(address, tls=tls_context(authority.bundle)), Snapshot)
        error = await failure(address)
        assert error.kind == "tls"
        assert "certificate" in str(error)


async def test_a_certificate_for_another_name_or_from_yesterday_is_refused(authority: Authority) -> None:
    trusting = tls_context(authority.bundle)
    with Site(tls=authority.context("other.example")) as site:
        error = await failure(site.url("/p", host="localhost"), tls=trusting)
        assert error.kind == "tls"
        assert "localhost" in str(error)
    with Site(tls=authority.context("localhost", days=-1)) as site:
        error = await failure(site.url("/p", host="localhost"), tls=trusting)
        assert error.kind == "tls"
        assert "expired" in str(error)


async def test_a_server_without_tls_behind_an_https_address_is_told(site: Site) -> None:
    assert (await failure(site.url("/p").replace("http:", "https:"), deadline=2)).kind == "tls"


async def test_https_never_leads_down_to_http(authority: Authority, site: Site) -> None:
    site.put("/p", "x")
    with Site(tls=authority.context("localhost")) as safe:
        safe.put("/p", status=302, headers={"Location": site.url("/p")})
        error = await failure(safe.url("/p", host="localhost"), tls=tls_context(authority.bundle))
        assert error.kind == "redirect"
        assert site.asked == []


def test_a_bundle_that_holds_no_certificates_is_an_error_of_the_operators(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("nothing")
    with pytest.raises(UsageError, match="certificates in PEM form"):
        tls_context(tmp_path / "empty.pem")


# --- the outbound proxy


async def test_pages_are_fetched_through_the_configured_proxy(site: Site) -> None:
    site.put("/p", "through the proxy")
    answer = await fetch("http://agency.invalid/p", proxy=site.url())
    assert isinstance(answer, Snapshot)
    assert answer.body == b"through the proxy"
    assert site.asked == ["/robots.txt", "/p"]


async def test_a_proxy_that_is_down_or_says_no_is_told_as_the_proxys_fault(site: Site) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        error = await failure("http://agency.invalid/p", proxy=f"http://user:hush@127.0.0.1:{closed.getsockname()[1]}")
    assert error.kind == "proxy"
    assert "hush" not in str(error)
    assert (await failure("http://agency.invalid/p", proxy="http://no-such-proxy.invalid:8080")).kind == "proxy"
    site.put("/p", "", status=407)
    assert (await failure("http://agency.invalid/p", proxy=site.url())).kind == "proxy"
    assert (await failure("https://agency.invalid/p", proxy=site.url())).kind == "proxy"


async def test_tls_through_the_proxy_is_between_us_and_the_site(authority: Authority) -> None:
    with Site(tls=authority.context("agency.invalid")) as safe, Tunnel(safe.port) as proxy:
        safe.put("/p", "x")
        assert isinstance(
            await fetch("https://agency.invalid/p", proxy=proxy, tls=tls_context(authority.bundle)), Snapshot
        )
        assert (await failure("https://agency.invalid/p", proxy=proxy)).kind == "tls"


class Tunnel:
    """A proxy that answers every CONNECT by a tunnel to one port here."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))

    def __enter__(self) -> str:
        threading.Thread(target=self._serve, daemon=True).start()
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            asked = b""
            while b"\r\n\r\n" not in asked:
                asked += client.recv(1000)
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            server = socket.create_connection(("127.0.0.1", self._port))
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    @staticmethod
    def _pump(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


async def test_an_address_that_is_none_is_told() -> None:
    for address in ("ftp://example.se/x", "http://", "http://[::bad/"):
        with pytest.raises(FetchError):
            async with fetcher() as one:
                await one.fetch(replace(page_at("http://x"), url=address))
