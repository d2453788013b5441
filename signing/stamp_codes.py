"""The code printed on a stamp: a stamp's number, encrypted and authenticated in 13 characters.

A code is 65 bits, ``tag (32 bits) ‖ masked number (33 bits)``, in Crockford's base 32, first character first:

- ``tag``  = first 32 bits of HMAC-SHA256(k1, number as 8 bytes big-endian)
- ``mask`` = first 33 bits of HMAC-SHA256(k2, tag as 4 bytes big-endian)
- masked number = number XOR mask

The tag is both the proof and the nonce (the SIV construction of RFC 5297), so the same number always has the
same code and nothing is stored per stamp. A guess or a typing error passes with probability 2^-32.
"""

import hashlib
import hmac
import re
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from signing.errors import StampCodeError
from signing.short_digests import SHORT_LENGTH
from signing.vault import derive_key

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 13
NUMBER_BITS = 33
TAG_BITS = 32
NUMBER_LIMIT = 1 << NUMBER_BITS
"""Stamp numbers are 0 to ``NUMBER_LIMIT - 1``: 8,589,934,591."""

MAX_TYPED_LENGTH = 64
SECRET_BYTES = 32

_TAG_LABEL = b"sogoc/stamp-code/v1/tag"
_MASK_LABEL = b"sogoc/stamp-code/v1/mask"
_PAIRS = ["".join(pair) for pair in product(ALPHABET, repeat=2)]
_VALUES = {char: value for value, char in enumerate(ALPHABET)}
# Crockford: O reads as 0, I and L read as 1, small letters as capitals; spaces and hyphens only group.
# A table of ASCII letters, since str.upper() would turn letters of other scripts into ours.
_AS_READ = str.maketrans("OILoil" + "abcdefghjkmnpqrstuvwxyz", "011011" + "ABCDEFGHJKMNPQRSTUVWXYZ", " -")
_NOT_IN_ALPHABET = re.compile(f"[^{ALPHABET}]")


def as_printed(typed: str) -> str:
    """``typed`` as Crockford reads it: capitals, O as 0, I and L as 1, without spaces and hyphens."""
    return typed.translate(_AS_READ)


class PrintedStamp(NamedTuple):
    """What the symbol of a stamp holds behind ``/S/``: its code, and before it a short digest or nothing."""

    code: str
    short: str = ""

    def format(self) -> str:
        """The one text of it, as printed."""
        return self.short + self.code


def canonical_code(typed: str) -> str:
    """The 13 characters that ``typed`` stands for, as printed: capitals, digits, no spaces or hyphens.

    A short digest before them is left out. Raises ``StampCodeError`` as ``read_printed`` does.
    """
    return read_printed(typed).code


def read_printed(typed: str) -> PrintedStamp:
    """What ``typed`` stands for: 13 characters are a code, 19 a short digest and a code (stamp-url.md).

    Raises ``StampCodeError`` for another length or a character that no code has. Says nothing about whether
    the code was ever issued, nor whether the digest is right.
    """
    if len(typed) > MAX_TYPED_LENGTH:
        raise StampCodeError(
            f"longer than {MAX_TYPED_LENGTH} characters",
            code=typed,
            sentence=f"Mã tem chỉ có {CODE_LENGTH} ký tự, mã vừa gõ quá dài. Hãy gõ lại mã in dưới ô QR.",
        )
    code = as_printed(typed)
    strange = _NOT_IN_ALPHABET.search(code)
    if strange is not None:
        raise StampCodeError(
            f"no code has the character {strange[0]!r}",
            code=typed,
            sentence=f"Mã tem không có ký tự “{strange[0]}”. Hãy nhìn lại ký tự đó trên tem rồi gõ lại.",
        )
    if len(code) not in (CODE_LENGTH, SHORT_LENGTH + CODE_LENGTH):
        raise StampCodeError(
            f"a code has {CODE_LENGTH} characters, not {len(code)}",
            code=typed,
            sentence=f"Mã tem có {CODE_LENGTH} ký tự, mã vừa gõ có {len(code)}. Hãy gõ lại cho đủ.",
        )
    return PrintedStamp(code[-CODE_LENGTH:], code[:-CODE_LENGTH])


class StampCodec:
    """Codes of stamp numbers under two secret keys. Shows neither in ``repr``."""

    __slots__ = ("_mask_key", "_tag_key")

    def __init__(self, k1: bytes, k2: bytes) -> None:
        """``k1`` makes tags and ``k2`` masks; each is 32 secret bytes, and they differ."""
        if len(k1) != SECRET_BYTES or len(k2) != SECRET_BYTES or k1 == k2:
            raise ValueError(f"a stamp codec needs two different keys of {SECRET_BYTES} bytes")
        self._tag_key = k1
        self._mask_key = k2

    @classmethod
    def from_secret(cls, secret: bytes) -> "StampCodec":
        """The codec of one 32-byte secret; both keys come from it by HKDF-SHA256."""
        if len(secret) != SECRET_BYTES:
            raise ValueError(f"a stamp secret is {SECRET_BYTES} bytes, not {len(secret)}")
        return cls(derive_key(secret, _TAG_LABEL), derive_key(secret, _MASK_LABEL))

    def format(self, number: int) -> str:
        """The code of ``number``. Raises ``ValueError`` unless 0 <= number < 2^33."""
        return next(self.format_range(number, 1))

    def format_range(self, first: int, count: int) -> Iterator[str]:
        """The codes of ``count`` numbers from ``first`` on, in order.

        Raises ``ValueError`` at once unless every number is below 2^33. Cost: two HMACs per code.
        """
        if first < 0 or count < 0 or first + count > NUMBER_LIMIT:
            raise ValueError(f"stamp numbers are 0 to {NUMBER_LIMIT - 1}: {first}, {count} of them")
        return self._codes(first, count)

    def parse(self, code: str) -> int:
        """The number of ``code``, which may have small letters, spaces, hyphens, and O for 0 or I, L for 1.

        Raises ``StampCodeError`` for every text that is not the code of a number under these keys.
        """
        canonical = canonical_code(code)
        value = 0
        for char in canonical:
            value = value << 5 | _VALUES[char]
        tag = (value >> NUMBER_BITS).to_bytes(4, "big")
        number = (value & NUMBER_LIMIT - 1) ^ self._mask(tag)
        if not hmac.compare_digest(tag, self._tag(number)):
            raise StampCodeError("not issued under these keys", code=code)
        return number

    def __repr__(self) -> str:
        return "StampCodec(…)"

    def _codes(self, first: int, count: int) -> Iterator[str]:
        pairs = _PAIRS
        for number in range(first, first + count):
            tag = self._tag(number)
            value = int.from_bytes(tag, "big") << NUMBER_BITS | (number ^ self._mask(tag))
            yield (
                pairs[value >> 55]
                + pairs[value >> 45 & 1023]
                + pairs[value >> 35 & 1023]
                + pairs[value >> 25 & 1023]
                + pairs[value >> 15 & 1023]
                + pairs[value >> 5 & 1023]
                + ALPHABET[value & 31]
            )

    def _tag(self, number: int) -> bytes:
        return hmac.digest(self._tag_key, number.to_bytes(8, "big"), hashlib.sha256)[:4]

    def _mask(self, tag: bytes) -> int:
        return int.from_bytes(hmac.digest(self._mask_key, tag, hashlib.sha256)[:5], "big") >> 7
