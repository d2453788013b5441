"""What a request tells of the device that made it, and no more than is needed to count it once. Pure."""

import ipaddress
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from zlib import crc32

from ledger.coop.scans.scan_rules import UNKNOWN_PROVINCE
from ledger.trace.provinces import is_province

DEVICES_BEHIND_AN_ADDRESS = 4
"""A browser may call itself what it likes, so behind one address at most so many are told apart."""

_IPV6_PREFIX = 64


def client_address(environ: Mapping[str, Any]) -> str:
    """Whom to count a request against.

    Behind a proxy on this machine or network, the address that the proxy saw (the last of
    ``X-Forwarded-For``; earlier ones are the client's own claim).
    """
    address: str = environ.get("REMOTE_ADDR") or ""
    forwarded: str = environ.get("HTTP_X_FORWARDED_FOR", "")
    if forwarded and is_near(address):
        return forwarded.rpartition(",")[2].strip()[:64]
    return address


@lru_cache(maxsize=1024)
def is_near(address: str) -> bool:
    """Whether a peer is on this machine or network, as a proxy of ours would be."""
    try:
        return ipaddress.ip_address(address).is_private
    except ValueError:
        return True  # a local socket has no address


def device_of(environ: Mapping[str, Any]) -> str:
    """What tells one device from another for half an hour; only ever hashed."""
    agent = crc32(environ.get("HTTP_USER_AGENT", "").encode()) % DEVICES_BEHIND_AN_ADDRESS
    return f"{network_of(client_address(environ))}/{agent}"


def province_of(environ: Mapping[str, Any], name: str) -> str:
    """The two-digit code that a proxy of ours wrote into the header ``name`` (as WSGI calls it), else empty.

    A peer that is not near could write there what it likes, and is not believed.
    """
    if not name:
        return UNKNOWN_PROVINCE
    code: str = environ.get(name, "")
    if is_province(code) and is_near(environ.get("REMOTE_ADDR") or ""):
        return code
    return UNKNOWN_PROVINCE


def is_counted(environ: Mapping[str, Any]) -> bool:
    """Whether somebody looks: not a browser that fetches ahead, nor a program that asks for headers only."""
    return environ["REQUEST_METHOD"] == "GET" and "HTTP_SEC_PURPOSE" not in environ


@lru_cache(maxsize=1024)
def network_of(address: str) -> str:
    """Whose an address is: an IPv6 customer has 2^64 to choose from; the network is what stays the same."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((int(parsed), _IPV6_PREFIX), strict=False))
