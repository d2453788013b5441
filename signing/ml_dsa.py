"""ML-DSA-44 keys (FIPS 204): signatures that a quantum computer does not forge, 2,420 bytes each.

A second kind of key beside Ed25519, for what must be believed for decades. The context string is empty; what
is signed, and under which name, is the business of upper rooms (C2SP tlog-cosignature).
"""

from functools import lru_cache
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from signing.errors import MalformedKeyError

PUBLIC_KEY_BYTES = 1312
SEED_BYTES = 32
SIGNATURE_BYTES = 2420


class MlDsaPrivateKey:
    """An ML-DSA-44 private key. Its secret never shows in ``repr``."""

    __slots__ = ("_key", "public_key")

    public_key: bytes

    def __init__(self, key: MLDSA44PrivateKey) -> None:
        self._key = key
        self.public_key = key.public_key().public_bytes_raw()

    @classmethod
    def generate(cls) -> Self:
        """A new key from the operating system's random numbers."""
        return cls(MLDSA44PrivateKey.generate())

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """The key of a 32-byte seed (FIPS 204 §5.1). Raises ``MalformedKeyError`` for another length."""
        if len(seed) != SEED_BYTES:
            raise MalformedKeyError(f"an ML-DSA-44 seed is {SEED_BYTES} bytes, not {len(seed)}")
        return cls(MLDSA44PrivateKey.from_seed_bytes(seed))

    @property
    def seed(self) -> bytes:
        """The 32 secret bytes from which the key is made again: only for the vault."""
        return self._key.private_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """A signature of ``message``, 2,420 bytes; another one every time (hedged, FIPS 204 §3.4)."""
        return self._key.sign(message)

    def __repr__(self) -> str:
        return f"MlDsaPrivateKey(public_key={self.public_key[:8].hex()}…)"


@lru_cache(maxsize=64)
def _load_public_key(public_key: bytes) -> MLDSA44PublicKey:
    if len(public_key) != PUBLIC_KEY_BYTES:
        raise MalformedKeyError(f"an ML-DSA-44 public key is {PUBLIC_KEY_BYTES} bytes, not {len(public_key)}")
    return MLDSA44PublicKey.from_public_bytes(public_key)


def check_ml_dsa_key(public_key: bytes) -> None:
    """Raise ``MalformedKeyError`` unless ``public_key`` is 1,312 bytes."""
    _load_public_key(public_key)


def is_ml_dsa_signature(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` is of ``message`` under the ML-DSA-44 ``public_key`` (1,312 bytes).

    Raises ``MalformedKeyError`` for a public key of another length.
    """
    try:
        _load_public_key(public_key).verify(signature, message)
    except InvalidSignature:
        return False
    return True
