"""The code under a stamp's scratch foil: a second secret, unseen by whoever copies a stamp from a shelf.

A code is the first 40 bits of HMAC-SHA256(k, number as 8 bytes big-endian), in 8 characters of Crockford's
base 32, most significant first. ``k`` comes from the secret of the stamp codes by HKDF-SHA256 under a label
of its own, so one secret is kept for both and neither code tells anything of the other. Nothing is stored per
stamp. A guess passes with probability 2^-40.
"""

import hashlib
import hmac
import re
from collections.abc import Iterator

from signing.errors import ScratchCodeError
from signing.stamp_codes import ALPHABET, MAX_TYPED_LENGTH, NUMBER_LIMIT, SECRET_BYTES, as_printed
from signing.vault import derive_key

CODE_LENGTH = 8

_LABEL = b"sogoc/scratch-code/v1"
_BYTES = 5
_NOT_IN_ALPHABET = re.compile(f"[^{ALPHABET}]")


class ScratchCodec:
    """The scratch codes of stamp numbers under one secret key. Does not show it in ``repr``."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        """``key`` is 32 secret bytes, used for nothing else."""
        if len(key) != SECRET_BYTES:
            raise ValueError(f"a scratch codec needs a key of {SECRET_BYTES} bytes, not {len(key)}")
        self._key = key

    @classmethod
    def from_secret(cls, secret: bytes) -> "ScratchCodec":
        """The codec of the 32-byte secret behind the stamp codes; its key comes from it by HKDF-SHA256."""
        if len(secret) != SECRET_BYTES:
            raise ValueError(f"a stamp secret is {SECRET_BYTES} bytes, not {len(secret)}")
        return cls(derive_key(secret, _LABEL))

    def format(self, number: int) -> str:
        """The code of ``number``. Raises ``ValueError`` unless 0 <= number < 2^33."""
        return next(self.format_range(number, 1))

    def format_range(self, first: int, count: int) -> Iterator[str]:
        """The codes of ``count`` numbers from ``first`` on, in order. Cost: one HMAC per code.

        Raises ``ValueError`` at once unless every number is below 2^33.
        """
        if first < 0 or count < 0 or first + count > NUMBER_LIMIT:
            raise ValueError(f"stamp numbers are 0 to {NUMBER_LIMIT - 1}: {first}, {count} of them")
        return map(self._code, range(first, first + count))

    def check(self, number: int, typed: str) -> None:
        """Raise ``ScratchCodeError`` unless ``typed`` is the code of ``number``, in any spelling.

        Takes as long for a code that is nearly right as for one that is not.
        """
        code = canonical_scratch_code(typed)
        if not hmac.compare_digest(code, self._code(number)):
            raise ScratchCodeError("not the scratch code of this stamp")

    def __repr__(self) -> str:
        return "ScratchCodec(…)"

    def _code(self, number: int) -> str:
        value = int.from_bytes(hmac.digest(self._key, number.to_bytes(8, "big"), hashlib.sha256)[:_BYTES])
        return "".join(ALPHABET[value >> shift & 31] for shift in range(35, -1, -5))


def canonical_scratch_code(typed: str) -> str:
    """The 8 characters that ``typed`` stands for, as they are under the foil.

    Raises ``ScratchCodeError`` for another length or a character that no code has.
    """
    code = as_printed(typed[: MAX_TYPED_LENGTH + 1])
    strange = _NOT_IN_ALPHABET.search(code)
    if strange is not None:
        raise ScratchCodeError(
            "a character that no code has",
            sentence=f"Mã cào không có ký tự “{strange[0]}”. Hãy nhìn lại ký tự đó dưới lớp cào rồi gõ lại.",
        )
    if len(code) != CODE_LENGTH:
        raise ScratchCodeError(
            f"a code has {CODE_LENGTH} characters, not {len(code)}",
            sentence=f"Mã cào có {CODE_LENGTH} ký tự, mã vừa gõ có {len(code)}. Hãy gõ lại cho đủ.",
        )
    return code
