"""Answers made small for slow networks (gzip, RFC 1952), where the asker takes them so.

A passport that is kept for many stamps is compressed once: its parts are deflated apart, and a stamp's code
goes between them as it is. What is for one person alone is compressed each time anew and kept nowhere, behind
a name of random length (RFC 1952 §2.3.1, FNAME): the secrets in it are masked (``web.security``), and its
exact length is nobody's business either.
"""

import gzip
import io
import re
import secrets
import zlib
from collections.abc import Sequence
from functools import lru_cache

from flask import Flask, Response, request

MIN_BYTES = 1000
"""Below this a packet is a packet."""
TYPES = frozenset(
    {
        "application/did+json",
        "application/json",
        "application/ld+json",
        "application/linkset+json",
        "image/svg+xml",
        "text/css",
        "text/html",
        "text/javascript",
        "text/plain",
        "text/x-python",
    }
)
_LEVEL = 6
_LONGEST_NAME_BYTES = 16
_REFUSED = re.compile(r"gzip\s*;\s*q=0(?:\.0*)?\s*(?:,|$)")
_HEADER = (
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"  # RFC 1952 §2.3: deflate, no name, no time, unknown system
)
_END = b"\x03\x00"  # RFC 1951 §3.2.6: a last block with nothing in it


class GzipParts:
    """Parts of a document deflated once, and joined with a few bytes between them as often as asked."""

    def __init__(self, parts: Sequence[bytes]) -> None:
        self._parts = tuple(parts)
        self._deflated = tuple(map(_deflate, parts))

    def join(self, between: Sequence[bytes]) -> bytes:
        """The gzip member of the parts with ``between`` in between: one piece fewer than there are parts."""
        out, crc, size = [_HEADER], 0, 0
        for part, deflated, piece in zip(self._parts, self._deflated, (*between, b""), strict=True):
            out += (deflated, _store(piece)) if piece else (deflated,)
            crc = zlib.crc32(piece, zlib.crc32(part, crc))
            size += len(part) + len(piece)
        out += (_END, crc.to_bytes(4, "little"), (size & 0xFFFFFFFF).to_bytes(4, "little"))
        return b"".join(out)


def takes_gzip(accept_encoding: str) -> bool:
    """Whether an ``Accept-Encoding`` (RFC 9110 §12.5.3) takes gzip by name."""
    return "gzip" in accept_encoding and _REFUSED.search(accept_encoding) is None


def compress(response: Response) -> Response:
    """The response, compressed where that is asked for, worth it, and safe."""
    if response.mimetype not in TYPES:
        return response
    response.vary.add("Accept-Encoding")
    if not takes_gzip(request.headers.get("Accept-Encoding", "")) or not _is_fit(response):
        return response
    response.direct_passthrough = False
    data = response.get_data()
    if len(data) < MIN_BYTES:
        return response
    response.set_data(_compressed_apart(data) if _is_private(response) else _compressed(data))
    response.headers["Content-Encoding"] = "gzip"
    tag, is_weak = response.get_etag()
    if tag is not None and not is_weak:
        response.set_etag(tag, weak=True)
    return response


def register(app: Flask) -> None:
    """Compress behind everything else that is done to an answer."""
    app.after_request(compress)


def _is_fit(response: Response) -> bool:
    is_page = response.mimetype == "text/html" or not _is_private(response)
    return is_page and response.status_code == 200 and "Content-Encoding" not in response.headers


def _is_private(response: Response) -> bool:
    return bool(response.cache_control.no_store) or "Set-Cookie" in response.headers


def _compressed_apart(data: bytes) -> bytes:
    name = secrets.token_hex(secrets.randbelow(_LONGEST_NAME_BYTES) + 1)
    out = io.BytesIO()
    with gzip.GzipFile(name, "wb", _LEVEL, out, mtime=0) as packer:
        packer.write(data)
    return out.getvalue()


@lru_cache(maxsize=128)
def _compressed(data: bytes) -> bytes:
    return gzip.compress(data, _LEVEL, mtime=0)


def _deflate(part: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    # A full flush ends on a byte and forgets what came before, so that anything may follow.
    return packer.compress(part) + packer.flush(zlib.Z_FULL_FLUSH)


def _store(piece: bytes) -> bytes:
    """A block that is not compressed (RFC 1951 §3.2.4)."""
    length = len(piece)
    return b"\x00" + length.to_bytes(2, "little") + (length ^ 0xFFFF).to_bytes(2, "little") + piece
