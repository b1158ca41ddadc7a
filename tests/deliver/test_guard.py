"""Nobody reaches the inside through us: every known trick, at save and at connect, with no socket opened."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable, Sequence
from ipaddress import ip_address, ip_network

import httpcore
import pytest

from monitor.deliver.client import Client
from monitor.deliver.guard import (
    MAX_ADDRESSES,
    Egress,
    GuardedBackend,
    Unresolvable,
    check_receiver,
    is_public,
    judge,
    networks,
)
from monitor.deliver.model import Answer, Post
from monitor.errors import UsageError
from tests.deliver.receiver import Receiver, answer

pytestmark = pytest.mark.anyio
PUBLIC = "93.184.215.14"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Recorder(httpcore.AsyncNetworkBackend):
    """In the place of the network: notes where a connection would go, and makes none."""

    def __init__(self) -> None:
        self.opened: list[tuple[str, int]] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        self.opened.append((host, port))
        raise httpcore.ConnectError("no network in this test")

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        self.opened.append((path, 0))
        raise httpcore.ConnectError("no network in this test")


async def system(host: str, port: int) -> Sequence[str]:
    """The system's own understanding of odd spellings, which asks nobody outside; unknown names get no answer."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Unresolvable("no such name") from error
    return [str(entry[4][0]) for entry in found]


_INSIDE = """
127.0.0.1 127.1 127.0.0.1. 0 0.0.0.0 2130706433 0x7f000001 0177.0.0.1 017700000001 ①②⑦.⓪.⓪.① localhost localhost.
LOCALHOST foo.localhost [::1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1] [::127.0.0.1] [::ffff:0:127.0.0.1]
[64:ff9b::7f00:1] [64:ff9b::a9fe:a9fe] [64:ff9b:1::a9fe:a9fe] [2002:7f00:1::] [2001:0:7f00:1::] [fe80::1%25eth0]
[fc00::1] [fec0::1] [ff02::1] 169.254.169.254 169.254.170.2 [fd00:ec2::254] 100.100.100.200 168.63.129.16
192.0.0.192 100.64.0.1 10.0.0.1 172.16.0.1 192.168.0.1 192.88.99.1 198.18.0.1 203.0.113.1 224.0.0.1 240.0.0.1
255.255.255.255 [2001:db8::1] [3fff::1] [5f00::1] [2620:4f:8000::1] [2600::5efe:7f00:1] [2600::200:5efe:a00:1]
"""
INSIDE = _INSIDE.split()
"""Hosts that lie inside, in every spelling known to have got past somebody."""

MALFORMED = [
    "https://user:pw@127.0.0.1/",
    "https://good.example@127.0.0.1/",
    "https://good.example#@127.0.0.1/",
    "https://good.example\\@127.0.0.1/",
    "https://[good.example]/",
    "https://good.example/\r\nX: y",
    "https://good.exa\tmple/",
    "https://good.example\x00.evil/",
    "https://good.example/a b",
    "https://good.example/#part",
    "file:///etc/passwd",
    "gopher://127.0.0.1/",
    "ftp://good.example/",
    "unix:/var/run/docker.sock",
    "http+unix://%2Fvar%2Frun%2Fdocker.sock/",
    "//good.example/",
    "good.example",
    "https://",
    "https:///path",
    "https://good.example:22/",
    "https://good.example:25/",
    "https://good.example:6379/",
    "https://good.example:99999/",
    "https://good.example:80/",
    "http://good.example/",
    "https://-.example/",
    "https://" + "a" * 64 + ".example/",
    "https://" + ".".join(["a" * 60] * 5) + "/",
    "https://good.example/" + "x" * 2100,
]


@pytest.mark.parametrize("host", INSIDE)
async def test_an_inside_host_is_refused_at_save_and_never_connected_to(host: str) -> None:
    for url in (f"https://{host}/hook", f"https://{host}:8443/hook", f"http://{host}/hook"):
        with pytest.raises(UsageError):
            await check_receiver(url, egress=Egress(), resolve=_nothing_inside_resolves_to_public)
    recorder = Recorder()
    for plain in (False, True):
        backend = GuardedBackend(Egress(), plain=plain, resolve=system, connect=recorder)
        for port in (443, 80, 8443):
            with pytest.raises(httpcore.ConnectError):
                await backend.connect_tcp(host.strip("[]").replace("%25", "%"), port)
    assert recorder.opened == []


async def _nothing_inside_resolves_to_public(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


@pytest.mark.parametrize("url", MALFORMED)
async def test_a_malformed_or_forbidden_address_is_refused_at_save(url: str) -> None:
    with pytest.raises(UsageError):
        await check_receiver(url, egress=Egress(), resolve=_public)


async def _public(host: str, port: int) -> Sequence[str]:
    return [PUBLIC]


@pytest.mark.parametrize(
    "url", MALFORMED + [f"http://{host}/" for host in INSIDE] + [f"https://{host}/" for host in INSIDE]
)
async def test_the_client_opens_no_socket_for_any_of_them(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = _forbid_sockets(monkeypatch)
    async with Client(user_agent="test", egress=Egress(), resolve=_only_literals, deadline=2) as client:
        given = await client.post(Post(url=url, headers=(), body=b"{}"))
    assert given.status is None
    assert given.error in ("blocked", "dns", "protocol")
    assert opened == []


async def test_the_trap_of_the_test_above_does_catch_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = _forbid_sockets(monkeypatch)
    await _post("http://127.0.0.1:9/")
    assert opened == [("127.0.0.1", 9)]


async def _only_literals(host: str, port: int) -> Sequence[str]:
    """Names are not asked for; spellings of addresses are understood as the system would."""
    if host.endswith(("localhost", "localhost.")) or host[:1].isdigit():
        return await system(host, port)
    raise Unresolvable("no such name")


def _forbid_sockets(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    opened: list[object] = []

    async def connect(self: object, sock: socket.socket, address: object) -> None:
        opened.append(address)
        raise OSError("a connection was tried")

    monkeypatch.setattr(asyncio.SelectorEventLoop, "sock_connect", connect)
    return opened


async def test_a_name_with_one_bad_address_among_good_ones_is_refused() -> None:
    async def mixed(host: str, port: int) -> Sequence[str]:
        return [PUBLIC, "10.0.0.5"]

    recorder = Recorder()
    with pytest.raises(httpcore.ConnectError, match="public internet"):
        await GuardedBackend(Egress(), resolve=mixed, connect=recorder).connect_tcp("mixed.example", 443)
    with pytest.raises(UsageError):
        await check_receiver("https://mixed.example/", egress=Egress(), resolve=mixed)
    assert recorder.opened == []


async def test_a_name_that_has_only_a_private_ipv6_address_is_refused() -> None:
    async def private(host: str, port: int) -> Sequence[str]:
        return ["fd12::1"]

    recorder = Recorder()
    with pytest.raises(httpcore.ConnectError):
        await GuardedBackend(Egress(), resolve=private, connect=recorder).connect_tcp("six.example", 443)
    assert recorder.opened == []


async def test_a_rebinding_name_is_asked_once_a_connection_and_the_checked_address_is_used() -> None:
    answers = [[PUBLIC], ["127.0.0.1"]]
    asked: list[str] = []

    async def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return answers[len(asked) - 1]

    recorder = Recorder()
    backend = GuardedBackend(Egress(), resolve=rebinding, connect=recorder)
    with pytest.raises(httpcore.ConnectError):
        await backend.connect_tcp("rebind.example", 443)
    assert asked == ["rebind.example"]
    assert recorder.opened == [(PUBLIC, 443)]
    with pytest.raises(httpcore.ConnectError, match="public internet"):
        await backend.connect_tcp("rebind.example", 443)
    assert recorder.opened == [(PUBLIC, 443)]


async def test_a_name_with_two_hundred_addresses_is_tried_at_four() -> None:
    async def many(host: str, port: int) -> Sequence[str]:
        return [f"93.184.215.{number}" for number in range(200)]

    recorder = Recorder()
    with pytest.raises(httpcore.ConnectError):
        await GuardedBackend(Egress(), resolve=many, connect=recorder).connect_tcp("many.example", 443)
    assert len(recorder.opened) == MAX_ADDRESSES


async def test_local_sockets_are_never_connected_to() -> None:
    recorder = Recorder()
    with pytest.raises(httpcore.ConnectError):
        await GuardedBackend(Egress(), connect=recorder).connect_unix_socket("/var/run/docker.sock")
    assert recorder.opened == []


async def test_redirects_to_the_inside_are_not_followed() -> None:
    async with Receiver() as inside, Receiver() as outside:
        for status in (301, 302, 303, 307, 308):
            for location in (inside.url, f"//127.0.0.1:{inside.port}/", "http://169.254.169.254/"):
                outside.behaviour = answer(status, headers={"Location": location})
                given = await _post(outside.url)
                assert given.status == status
                assert given.location == location
        assert inside.connections == 0


async def _post(url: str, egress: Egress | None = None) -> Answer:
    allowed = egress or Egress(allow=networks("127.0.0.0/8"))
    async with Client(user_agent="test", egress=allowed, deadline=2) as client:
        return await client.post(Post(url=url, headers=(), body=b"{}"))


async def test_a_proxy_in_the_environment_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Receiver() as receiver, Receiver() as proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert (await _post(receiver.url)).status == 200
        assert proxy.connections == 0


async def test_an_allowed_network_takes_any_port_and_plain_http() -> None:
    async with Receiver() as receiver:
        url = await check_receiver(receiver.url, egress=Egress(allow=networks("127.0.0.0/8")))
        assert (await _post(url)).status == 200
        blocked = await _post(url, Egress(allow=networks("10.0.0.0/8")))
        assert blocked.error == "blocked"
        assert receiver.connections == 1


async def test_a_configured_proxy_is_asked_only_for_listed_hosts() -> None:
    async with Receiver() as proxy:
        egress = Egress(proxy=f"http://127.0.0.1:{proxy.port}", proxy_hosts=("hooks.slack.com", ".logic.azure.com"))
        refused = await _post("https://intranet.example/", egress)
        assert refused.error == "blocked"
        inside = await _post("https://127.0.0.1/", egress)
        assert inside.error == "blocked"
        assert proxy.connections == 0
        await _post("https://hooks.slack.com/services/x", egress)
        assert proxy.connections == 1
        with pytest.raises(UsageError):
            await check_receiver("https://intranet.example/", egress=egress)
        assert await check_receiver("https://prod-1.logic.azure.com/x?sig=a%2Fb", egress=egress)


async def test_odd_but_honest_addresses_are_kept_byte_for_byte() -> None:
    for url in (
        "https://prod-1.logic.azure.com:443/workflows/a/triggers/manual/paths/invoke?sp=%2Ftriggers%2Fmanual&sig=x%3D%2B",
        "https://hook.example:8443/a;b?c=d&e",
        "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/x",
    ):
        assert await check_receiver(url, egress=Egress(), resolve=_public) == url
    assert await check_receiver("https://räksmörgås.example/x", egress=Egress(), resolve=_public) == (
        "https://xn--rksmrgs-5wao1o.example/x"
    )


async def test_an_unresolvable_name_is_kept_when_it_is_https_and_asked_again_later() -> None:
    async def nobody(host: str, port: int) -> Sequence[str]:
        raise Unresolvable("no such name")

    assert await check_receiver("https://later.example/", egress=Egress(), resolve=nobody) == "https://later.example/"
    with pytest.raises(UsageError):
        await check_receiver("http://later.example/", egress=Egress(), resolve=nobody)


def test_the_table_denies_what_the_standard_library_calls_private() -> None:
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/8",
        "fc00::/7",
        "fe80::/10",
        "ff00::/8",
    ):
        for address in (ip_network(network)[0], ip_network(network)[-1], ip_network(network)[7]):
            assert not is_public(str(address)), address
    for address in (PUBLIC, "8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:400f:80a::200e"):
        assert is_public(address), address
        assert ip_address(address).is_global


def test_what_is_said_of_a_refusal_does_not_tell_what_is_inside() -> None:
    reasons = {
        judge([address], 443, plain=False, egress=Egress())
        for address in ("127.0.0.1", "10.0.0.1", "169.254.169.254", "::1")
    }
    assert len(reasons) == 1
