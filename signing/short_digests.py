"""Six characters that stand for a digest where there is room for no more: on a printed stamp.

Thirty bits are tried through in a second, were they simply the beginning of the digest. So they are stretched
(PBKDF2, RFC 8018 §5.2): each try costs 200,000 blocks of SHA-256, and another digest with the same six
characters about 2^48 of them. Whoever checks pays for one.
"""

import hashlib
import hmac
from functools import lru_cache

SHORT_LENGTH = 6
"""Characters of a short digest, of Crockford's base 32: 30 bits."""
ITERATIONS = 100_000

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SALT = b"sogoc/stamp-url/v1"
_REMEMBERED = 4096


@lru_cache(maxsize=_REMEMBERED)
def short_digest(digest: bytes) -> str:
    """The six characters of ``digest`` (docs/spec/stamp-url.md). About 40 ms, then remembered."""
    stretched = hashlib.pbkdf2_hmac("sha256", digest, _SALT, ITERATIONS, 4)
    bits = int.from_bytes(stretched, "big") >> 2
    return "".join(_ALPHABET[bits >> shift & 31] for shift in range(25, -1, -5))


def is_short_digest(short: str, digest: bytes) -> bool:
    """Whether ``short``, as it is printed, stands for ``digest``."""
    return hmac.compare_digest(short.encode(), short_digest(digest).encode())
