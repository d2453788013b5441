"""Digests as text: ``ni:///sha-256;`` and base64url without padding (RFC 6920 §3). Pure.

>>> digest_of(b"Hello World!")
'ni:///sha-256;f4OxZX_x_FO5LcGBSKHWXfwtSx-j1ncoSt3SABJtkGk'
"""

import base64
import binascii
import hashlib

from ledger.trace.errors import MalformedIdentifierError

_SCHEME = "ni:///sha-256;"


def format_digest(sha256: bytes) -> str:
    """The text of a SHA-256 digest of 32 bytes."""
    if len(sha256) != 32:
        raise MalformedIdentifierError("a SHA-256 digest has 32 bytes", text=sha256.hex())
    return _SCHEME + base64.urlsafe_b64encode(sha256).decode().rstrip("=")


def parse_digest(text: str) -> bytes:
    """The 32 bytes of a digest text; inverse of ``format_digest``. Raises ``MalformedIdentifierError``."""
    try:
        sha256 = base64.urlsafe_b64decode(text.removeprefix(_SCHEME) + "=")
    except (binascii.Error, ValueError) as error:
        raise MalformedIdentifierError("not a SHA-256 digest", text=text) from error
    if len(sha256) != 32 or format_digest(sha256) != text:
        raise MalformedIdentifierError("not a SHA-256 digest", text=text)
    return sha256


def digest_of(data: bytes) -> str:
    """The digest text of ``data``."""
    return format_digest(hashlib.sha256(data).digest())
