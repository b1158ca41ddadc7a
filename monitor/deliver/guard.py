"""Which addresses we may call for others: the guard against server-side request forgery.

People give us addresses and we call them from inside somebody's network. So a name is resolved once, every answer is
checked against the table below, and the connection goes to the very address that was checked; a name that answers
differently the next time gains nothing. The same rules are asked when an address is saved, for the person's sake, and
at every connection, for safety.

The table follows the IANA special-purpose registries (read 2026-11) and does not use `ipaddress.is_global`, whose
answers differ between patch releases of Python and call some tunnelled loopback addresses global.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

import anyio
import anyio.lowlevel
import anyio.to_thread
import httpcore

from monitor.errors import UsageError

Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

PORTS = frozenset({443, 8443})
MAX_URL = 2048
MAX_ADDRESSES = 4
"""How many of a name's addresses are tried, so that a name with two hundred of them is no lever."""

RESOLVE_SECONDS = 5.0

DENIED_V4: tuple[IPv4Network, ...] = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT; 100.100.100.200 is a metadata service
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's wire server: looks public, is inside
        "169.254.0.0/16",  # link-local, metadata services
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocol assignments; 192.0.0.192 is a metadata service
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relay, deprecated
        "192.168.0.0/16",
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)

GLOBAL_V6 = IPv6Network("2000::/3")
"""All other IPv6 space is denied as a whole: loopback, mapped and translated IPv4, private, link-local, multicast."""

DENIED_V6: tuple[IPv6Network, ...] = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments, Teredo and ORCHID among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4 carries any IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)

ISATAP = frozenset({0x00005EFE, 0x02005EFE})
"""The middle of an IPv6 address that carries an IPv4 address in its last 32 bits."""

_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*")
_NUMERIC_END = re.compile(r"(^|\.)(\d+|0[xX][0-9A-Fa-f]*)$")


class Blocked(httpcore.ConnectError):
    """The guard let no connection through."""


class Unresolvable(httpcore.ConnectError):
    """The name has no address, or nobody told us in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Egress:
    """What an operator has decided about calls to receivers.

    `allow` are networks where receivers may lie although they are private: any port and plain http go there. With
    `proxy` every other call goes through it and names are resolved there, so only `proxy_hosts` may be called; an
    entry ".example.org" stands for every name below it.
    """

    allow: tuple[Network, ...] = ()
    proxy: str | None = None
    proxy_hosts: tuple[str, ...] = ()

    def allows(self, address: str) -> bool:
        """True for an address in a network that the operator opened."""
        parsed = ip_address(address)
        return any(parsed.version == network.version and parsed in network for network in self.allow)

    def proxied(self, host: str) -> bool:
        """True for a host that may be called through the proxy."""
        host = host.lower()
        return any(host == name or (name.startswith(".") and host.endswith(name)) for name in self.proxy_hosts)


def networks(text: str) -> tuple[Network, ...]:
    """The networks of a comma-separated list. Raises UsageError that names the one that is none."""
    found: list[Network] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        try:
            found.append(ip_network(part))
        except ValueError as error:
            raise UsageError(f"EGRESS_ALLOW: expected a network such as 10.1.0.0/16, got {part!r} ({error})") from error
    return tuple(found)


def is_public(address: str) -> bool:
    """True for an address on the public internet, by our own table."""
    match ip_address(address):
        case IPv4Address() as four:
            return not any(four in network for network in DENIED_V4)
        case IPv6Address() as six:
            if six.scope_id is not None or six not in GLOBAL_V6 or any(six in network for network in DENIED_V6):
                return False
            return (int(six) >> 32) & 0xFFFFFFFF not in ISATAP


def split_url(url: str) -> SplitResult:
    """An address for receivers, taken apart. Raises UsageError that says what is wrong; strips nothing silently.

    The host comes back as it goes over the wire: ASCII, lower case, punycode.
    """
    if len(url) > MAX_URL:
        raise UsageError(f"expected an address of at most {MAX_URL} characters, got {len(url)}")
    if any(character.isspace() or ord(character) < 0x21 or character in '\\"<>^`{|}\x7f' for character in url):
        raise UsageError("expected an address without blanks, control characters, backslashes or quotation marks")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError(f"expected an address such as https://host/path ({error})") from error
    if parts.scheme not in ("https", "http"):
        raise UsageError(f"expected an address that starts with https://, got {parts.scheme or 'none'!r}")
    if "@" in parts.netloc:
        raise UsageError("expected an address without user name and password; use --header for authorization")
    if parts.fragment or url.endswith("#"):
        raise UsageError("expected an address without a fragment (#…)")
    if not host:
        raise UsageError("expected an address with a host name")
    host = _wire_host(host, bracketed=parts.netloc.startswith("["))
    netloc = (f"[{host}]" if ":" in host else host) + (f":{port}" if port is not None else "")
    return parts._replace(netloc=netloc)


def _wire_host(host: str, *, bracketed: bool) -> str:
    if bracketed:
        try:
            return str(IPv6Address(host))
        except ValueError as error:
            raise UsageError(f"expected an IPv6 address in the brackets, got {host!r}") from error
    try:
        name = host.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise UsageError(f"expected a host name, got {host!r}") from error
    if _NUMERIC_END.search(name):
        try:
            return str(IPv4Address(name))
        except ValueError as error:
            raise UsageError(f"expected a host name or four plain numbers, got {host!r}") from error
    if len(name) > 253 or not _HOST.fullmatch(name):
        raise UsageError(f"expected a host name, got {host!r}")
    return name


async def resolve_name(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, asked of the system once. Raises Unresolvable."""
    try:
        with anyio.fail_after(RESOLVE_SECONDS):
            found = await anyio.to_thread.run_sync(
                _lookup, host, port, abandon_on_cancel=True, limiter=_resolver_threads()
            )
    except TimeoutError as error:
        raise Unresolvable(f"the name {host} was not resolved in {RESOLVE_SECONDS:g} seconds") from error
    except OSError as error:
        raise Unresolvable(f"the name {host} has no address ({error.strerror or error})") from error
    return list(dict.fromkeys(found))


def _lookup(host: str, port: int) -> list[str]:
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


_limiters: anyio.lowlevel.RunVar[anyio.CapacityLimiter] = anyio.lowlevel.RunVar("resolver_threads")


def _resolver_threads() -> anyio.CapacityLimiter:
    # A resolver that hangs must not use up the threads that the database needs.
    try:
        return _limiters.get()
    except LookupError:
        limiter = anyio.CapacityLimiter(16)
        _limiters.set(limiter)
        return limiter


def judge(addresses: Iterable[str], port: int, *, plain: bool, egress: Egress) -> str | None:
    """Why a connection to one of these addresses of a name is refused, or None. Every address must be good."""
    addresses = list(addresses)
    if addresses and all(egress.allows(address) for address in addresses):
        return None
    for address in addresses:
        if not is_public(address) and not egress.allows(address):
            return "the address is not on the public internet"
    if plain:
        return "plain http goes only to networks in EGRESS_ALLOW"
    if port not in PORTS:
        return f"port {port} is not one of {', '.join(map(str, sorted(PORTS)))}"
    return None


async def check_receiver(url: str, *, egress: Egress, resolve: Resolve = resolve_name) -> str:
    """A receiver's address as it is kept, checked as it will be at every connection. Raises UsageError.

    A name that cannot be resolved right now is let through when it is https: the connection asks again.
    """
    parts = split_url(url)
    host, plain = parts.hostname or "", parts.scheme == "http"
    port = parts.port or (80 if plain else 443)
    if egress.proxy and not _literal(host):
        if plain or not egress.proxied(host):
            raise UsageError(f"{host} is not among the hosts that may be called through the proxy")
        return parts.geturl()
    try:
        addresses = [host] if _literal(host) else await resolve(host, port)
    except Unresolvable as error:
        if plain or port not in PORTS:
            raise UsageError(f"{error}, and only https on port 443 or 8443 may be kept without knowing it") from error
        return parts.geturl()
    if reason := judge(addresses, port, plain=plain, egress=egress):
        raise UsageError(
            f"{host} cannot be called: {reason}. Receivers lie on the public internet and speak https on port 443 or "
            "8443; an operator may open further networks with EGRESS_ALLOW"
        )
    return parts.geturl()


def _literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connections that go only where the guard has looked: resolve once, check every answer, connect to that address.

    TLS is negotiated above this seam with the name that was asked for, so certificates are checked as always.
    """

    def __init__(
        self,
        egress: Egress,
        *,
        plain: bool = False,
        resolve: Resolve = resolve_name,
        connect: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        self._egress = egress
        self._plain = plain
        self._resolve = resolve
        self._connect = connect or httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first of the checked addresses that answers."""
        addresses = [host] if _literal(host) else await self._resolve(host, port)
        if not addresses:
            raise Unresolvable(f"the name {host} has no address")
        if reason := judge(addresses, port, plain=self._plain, egress=self._egress):
            raise Blocked(reason)
        failure: Exception | None = None
        for address in addresses[:MAX_ADDRESSES]:
            try:
                return await self._connect.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        assert failure is not None
        raise failure

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Never."""
        raise Blocked("local sockets are not called")

    async def sleep(self, seconds: float) -> None:
        """Wait between the pool's own tries, of which we ask none."""
        await self._connect.sleep(seconds)
