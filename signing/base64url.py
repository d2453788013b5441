"""base64url without padding, canonical: for JOSE and multibase ``u`` (RFC 7515 §2, RFC 4648 §5).

>>> format_base64url("chè".encode())
'Y2jDqA'
"""

from signing.canonical_base64 import format_base64, parse_base64
from signing.errors import MalformedBase64Error

_TO_URL = str.maketrans("+/", "-_")
_FROM_URL = str.maketrans("-_", "+/")


def format_base64url(data: bytes) -> str:
    """base64url of ``data`` without padding."""
    return format_base64(data).rstrip("=").translate(_TO_URL)


def parse_base64url(text: str) -> bytes:
    """The bytes whose base64url is exactly ``text``; the inverse of ``format_base64url``.

    Raises ``MalformedBase64Error`` for the standard alphabet, padding, white space and loose bits.
    """
    if not text.isascii() or any(char in "+/=" for char in text):
        raise MalformedBase64Error("not base64url without padding")
    return parse_base64(text.translate(_FROM_URL) + "=" * (-len(text) % 4))
