"""The one base64 of every byte format here: standard alphabet, padded, canonical (RFC 4648 §3.5, §4).

>>> format_base64(b"lua")
'bHVh'
"""

import binascii

from signing.errors import MalformedBase64Error


def format_base64(data: bytes) -> str:
    """Base64 of ``data``, padded, without a newline."""
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def parse_base64(text: str) -> bytes:
    """The bytes whose base64 is exactly ``text``.

    Raises ``MalformedBase64Error`` for anything that ``format_base64`` would not have written: another
    alphabet, missing padding, white space, or bits set behind the last byte.
    """
    try:
        data = binascii.a2b_base64(text, strict_mode=True)
    except ValueError as error:
        raise MalformedBase64Error(f"not base64: {error}") from error
    # Strict mode lets unused trailing bits pass; comparing leaves one text per value.
    if format_base64(data) != text:
        raise MalformedBase64Error("base64 is not canonical")
    return data
