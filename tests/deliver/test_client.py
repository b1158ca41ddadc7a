"""Receivers that misbehave, on real sockets: every fault has an answer, in bounded time and memory."""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import resource
import socket
import ssl
import zlib
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from monitor.deliver.answers import judge_http
from monitor.deliver.client import KEPT_BYTES, Client
from monitor.deliver.guard import Unresolvable, networks
from monitor.deliver.model import Answer, Post
from tests.deliver.receiver import Behaviour, Receiver, answer, drip, hang, raw
from tests.deliver.world import LOOPBACK

pytestmark = pytest.mark.anyio
DEADLINE = 0.4


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def post(url: str, **options: object) -> Answer:
    async with Client(user_agent="test", **{"egress": LOOPBACK, "deadline": 10.0, **options}) as client:  # type: ignore[arg-type]
        return await client.post(Post(url=url, headers=(), body=b"{}"))


async def met(behaviour: Behaviour, **options: object) -> Answer:
    async with Receiver(behaviour) as receiver:
        return await post(receiver.url, **options)


async def test_a_receiver_that_takes_the_request_and_never_answers_is_left_at_the_deadline() -> None:
    started = monotonic()
    given = await met(hang(), deadline=DEADLINE)
    assert (given.error, given.status) == ("timeout", None)
    assert monotonic() - started < DEADLINE + 2


@pytest.mark.parametrize(
    ("start", "piece"),
    [(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"), (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"), (b"HTTP", b"")],
    ids=["endless headers", "endless 103s", "half a status line"],
)
async def test_a_receiver_that_never_comes_to_its_status_is_cut_off(start: bytes, piece: bytes) -> None:
    started = monotonic()
    given = await met(drip(start, piece, every=0.05), deadline=DEADLINE)
    assert given.status is None
    assert given.error in ("timeout", "protocol")
    assert monotonic() - started < DEADLINE + 2


async def test_a_success_with_a_dripping_body_counts_by_its_status() -> None:
    given = await met(drip(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x"), deadline=DEADLINE)
    assert (given.status, given.truncated) == (200, True)
    assert judge_http(given).outcome == "delivered"


@pytest.mark.parametrize("status", [200, 500])
async def test_a_connection_torn_down_in_the_body_counts_by_its_status(status: int) -> None:
    given = await met(raw(f"HTTP/1.1 {status} X\r\nContent-Length: 50\r\n\r\nshort".encode(), reset=True))
    assert (given.status, given.truncated) == (status, True)


async def test_a_body_shorter_than_promised_counts_by_its_status() -> None:
    given = await met(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort"))
    assert (given.status, given.body, given.truncated) == (200, b"short", True)


async def test_a_huge_body_is_read_for_16_kb_and_no_more() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    endless = drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65536 + b"\r\n", 0)
    given = await met(endless)
    assert (given.status, len(given.body), given.truncated) == (200, KEPT_BYTES, True)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000


async def test_a_compressed_bomb_is_not_unfolded() -> None:
    bomb = zlib.compress(b"\0" * 10_000_000)
    given = await met(answer(200, bomb, {"Content-Encoding": "deflate"}))
    assert given.body == bomb[:KEPT_BYTES]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "protocol"),
        (b"<html>HTTP 0.9</html>", "protocol"),
        (b"", "protocol"),
        (b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80", "protocol"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 300_000 + b"\r\n\r\n", "protocol"),
    ],
    ids=["another protocol", "HTTP 0.9", "an empty close", "HTTP/2 only", "a header of 300 kB"],
)
async def test_what_is_no_http_is_a_passing_fault(content: bytes, error: str) -> None:
    given = await met(raw(content))
    assert (given.status, given.error) == (None, error)
    assert judge_http(given).outcome == "retry"


async def test_a_connection_torn_down_before_the_status_is_a_reset() -> None:
    given = await met(raw(b"", reset=True))
    assert given.error in ("reset", "protocol")


async def test_a_closed_port_is_refused_and_an_unknown_name_is_dns() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        given = await post(f"http://127.0.0.1:{taken.getsockname()[1]}/")
    assert given.error == "refused"

    async def nobody(host: str, port: int) -> Sequence[str]:
        raise Unresolvable("the name has no address")

    assert (await post("https://nobody.example/", resolve=nobody)).error == "dns"


async def test_a_resolver_that_hangs_is_cut_off_at_the_deadline() -> None:
    async def hanging(host: str, port: int) -> Sequence[str]:
        await asyncio.sleep(60)
        return []

    assert (await post("https://slow.example/", resolve=hanging, deadline=DEADLINE)).error == "timeout"


async def test_a_name_that_turns_private_is_blocked() -> None:
    async def private(host: str, port: int) -> Sequence[str]:
        return ["10.1.2.3"]

    given = await post("https://turned.example/", resolve=private)
    assert given.error == "blocked"


@pytest.mark.parametrize("status", [204, 202, 206, 299])
async def test_every_2xx_is_success(status: int) -> None:
    assert judge_http(await met(answer(status))).outcome == "delivered"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_a_failure_that_says_what_to_do(status: int) -> None:
    verdict = judge_http(await met(answer(status, headers={"Location": "https://elsewhere.example/"})))
    assert (verdict.outcome, verdict.reason) == ("retry", "redirect")
    assert "update the address" in (verdict.detail or "")


async def test_cookies_of_a_receiver_are_not_kept() -> None:
    async with Receiver(answer(200, headers={"Set-Cookie": "a=b"})) as receiver:
        async with Client(user_agent="test", egress=LOOPBACK) as client:
            for _ in range(2):
                await client.post(Post(url=receiver.url, headers=(), body=b"{}"))
        assert all("cookie" not in request.headers for request in receiver.received)


async def test_a_clock_that_is_off_is_seen_in_the_answer() -> None:
    late = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    given = await met(answer(200, headers={"Date": late.strftime("%a, %d %b %Y %H:%M:%S GMT")}))
    assert given.seconds_off is not None
    assert -3605 < given.seconds_off < -3595


# --- TLS ---------------------------------------------------------------------------------------------------------


def certificate(
    folder: Path, name: str, *, days: int = 30, key: ec.EllipticCurvePrivateKey | None = None
) -> tuple[Path, Path]:
    """A self-signed certificate for one name, valid from a day before yesterday for `days`."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start = dt.datetime.now(dt.UTC) - dt.timedelta(days=2)
    names: list[x509.GeneralName] = [x509.DNSName(name)]
    if name.replace(".", "").isdigit():
        names = [x509.IPAddress(ipaddress.ip_address(name))]
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / f"{name}.pem", folder / f"{name}.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return public, private


def serving(public: Path, private: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context


async def _loopback(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


async def test_a_good_certificate_of_a_name_is_accepted_and_the_name_is_asked_for(tmp_path: Path) -> None:
    public, private = certificate(tmp_path, "hook.example")
    trusted = ssl.create_default_context(cafile=str(public))
    async with Receiver(tls=serving(public, private)) as receiver:
        given = await post(f"https://hook.example:{receiver.port}/x", ssl_context=trusted, resolve=_loopback)
        assert given.status == 200
        assert receiver.received[0].headers["host"] == f"hook.example:{receiver.port}"


@pytest.mark.parametrize(
    ("name", "days", "is_trusted"),
    [("hook.example", 1, True), ("other.example", 30, True), ("hook.example", 30, False)],
    ids=["expired", "of another name", "signed by nobody we know"],
)
async def test_a_bad_certificate_is_never_accepted(tmp_path: Path, name: str, days: int, is_trusted: bool) -> None:
    public, private = certificate(tmp_path, name, days=days)
    context = ssl.create_default_context(cafile=str(public) if is_trusted else None)
    async with Receiver(tls=serving(public, private)) as receiver:
        given = await post(f"https://hook.example:{receiver.port}/x", ssl_context=context, resolve=_loopback)
        assert (given.error, given.status) == ("tls", None)
        assert receiver.received == []
    assert judge_http(given).outcome == "retry"


async def test_a_tls_handshake_that_hangs_is_cut_off() -> None:
    async with Receiver(hang()) as receiver:
        started = monotonic()
        given = await post(f"https://127.0.0.1:{receiver.port}/x", deadline=DEADLINE)
        assert given.error in ("timeout", "tls")
        assert monotonic() - started < DEADLINE + 2


async def test_plain_http_on_a_public_host_is_blocked_at_connect_too() -> None:
    async def public(host: str, port: int) -> Sequence[str]:
        return ["93.184.215.14"]

    given = await post("http://plain.example:443/", resolve=public, egress=LOOPBACK)
    assert given.error == "blocked"
    assert networks("127.0.0.0/8, 10.0.0.0/8")
