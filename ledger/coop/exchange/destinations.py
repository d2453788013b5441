"""Where subscriptions send: to the public Internet by HTTPS, and nowhere else.

An address is looked up once for each delivery, every address it has must be public, and the connection goes
to one of those that were checked: a name that changes its mind in between changes nothing. Nobody is followed
to another place.
"""

import contextlib
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from ledger.coop.exchange.errors import DestinationError

MAX_LENGTH = 500
EXCHANGE_S = 10.0
"""How long one delivery may take, from the connection to the answer's head."""
_PORTS_FROM = 1024
_HTTPS = 443
# What hides another address inside, and where an operator's translators stand (RFC 3056, 4380, 6052, 8215).
_WRAPPED = tuple(
    ipaddress.ip_network(net) for net in ("2002::/16", "2001::/32", "64:ff9b::/96", "64:ff9b:1::/48")
)


@dataclass(frozen=True, slots=True)
class Destination:
    """A parsed ``dest``: host, port, and path with query."""

    host: str
    port: int
    path: str


def parse_destination(url: str) -> Destination:
    """The destination ``url``. Raises ``DestinationError`` for all but https without user on a usual port."""
    if len(url) > MAX_LENGTH or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise DestinationError("not a plain address")
    try:
        parts = urlsplit(url)
        port = parts.port or _HTTPS
    except ValueError as error:
        raise DestinationError("not an address") from error
    host = parts.hostname or ""
    if parts.scheme != "https" or not host or "@" in parts.netloc or parts.fragment:
        raise DestinationError("https, without user and fragment")
    if port != _HTTPS and port < _PORTS_FROM:
        raise DestinationError(f"port {port}")
    with contextlib.suppress(ValueError):
        check_public(ipaddress.ip_address(host))
    if "." not in host and ":" not in host:
        raise DestinationError("a name of the own network")
    return Destination(host, port, f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}")


def check_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    """Raise ``DestinationError`` for an address that is not one of the public Internet's."""
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        check_public(mapped)
        return
    is_wrapped = any(address in network for network in _WRAPPED if network.version == address.version)
    if not address.is_global or address.is_multicast or is_wrapped:
        raise DestinationError(f"not a public address: {address}")


def look_up(host: str, port: int) -> Sequence[str]:
    """Every address of a name. Raises ``OSError``."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def send(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    find: Callable[[str, int], Sequence[str]] = look_up,
    context: ssl.SSLContext | None = None,
) -> int:
    """Post ``body``; the status of the answer, of which nothing else is read.

    Raises ``DestinationError`` where it may not go, ``OSError`` when no answer came within 10 seconds.
    """
    destination = parse_destination(url)
    addresses = find(destination.host, destination.port)
    for address in addresses:
        check_public(ipaddress.ip_address(address.partition("%")[0]))
    if not addresses:
        raise OSError("the name has no address")
    connection = _Pinned(destination, addresses[0], context or ssl.create_default_context())
    # A socket's timeout counts anew with every byte: one a second would hold us for ever.
    alarm = threading.Timer(EXCHANGE_S, connection.cut)
    alarm.daemon = True
    alarm.start()
    try:
        connection.request("POST", destination.path, body, {"User-Agent": "sogoc", **headers})
        return connection.getresponse().status
    except (HTTPException, ValueError) as error:
        raise OSError(f"no answer: {error}") from error
    finally:
        alarm.cancel()
        connection.close()


class _Pinned(HTTPSConnection):
    """A connection to one address, whose certificate must be for the name."""

    def __init__(self, destination: Destination, address: str, context: ssl.SSLContext) -> None:
        super().__init__(destination.host, destination.port, timeout=EXCHANGE_S, context=context)
        self._address, self._tls = address, context

    def connect(self) -> None:
        """Connect to the address that was checked, and to no other."""
        plain = socket.create_connection((self._address, self.port), self.timeout)
        try:
            self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise

    def cut(self) -> None:
        """End whatever is being waited for."""
        if self.sock is not None:
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)
