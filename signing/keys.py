"""Ed25519 keys and their names (C2SP signed-note, "Verifier keys"; RFC 8032).

A verifier key is published as one line, ``name+hex8(key id)+base64(0x01 ‖ public key)``. The key id is the
first 4 bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key): it tells keys apart and proves nothing.
"""

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from signing.canonical_base64 import format_base64, parse_base64
from signing.errors import BadSignatureError, MalformedBase64Error, MalformedKeyError

ED25519 = b"\x01"
"""Signature type of plain Ed25519 (C2SP signed-note, "Signature types")."""

KEY_ID_BYTES = 4
PUBLIC_KEY_BYTES = 32
SEED_BYTES = 32
SIGNATURE_BYTES = 64
MAX_NAME_BYTES = 255

# The y coordinates (sign bit cleared) of the eight points of small order on edwards25519, with the two
# that can also be written unreduced: y = 0, 1, -1, p, p + 1 and the two of order 8.
_SMALL_ORDER_KEYS = frozenset(
    bytes.fromhex(y)
    for y in (
        "00" * 32,
        "01" + "00" * 31,
        "ec" + "ff" * 30 + "7f",
        "ed" + "ff" * 30 + "7f",
        "ee" + "ff" * 30 + "7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    )
)


@lru_cache(maxsize=4096)
def check_name(name: str) -> None:
    """Raise ``MalformedKeyError`` unless ``name`` can stand in a signature line and a verifier key.

    A name is 1 to 255 bytes of UTF-8 without white space, control characters or ``+``.
    """
    if not name or any(char == "+" or char.isspace() or char < " " or char == "\x7f" for char in name):
        raise MalformedKeyError(f"key name is empty or has a space, a control character or '+': {name!r}")
    try:
        encoded = name.encode()
    except UnicodeEncodeError as error:
        raise MalformedKeyError(f"key name is not Unicode text: {name!r}") from error
    if len(encoded) > MAX_NAME_BYTES:
        raise MalformedKeyError(f"key name is longer than {MAX_NAME_BYTES} bytes: {len(encoded)}")


def key_id(name: str, public_key: bytes) -> bytes:
    """The 4-byte key id of a 32-byte Ed25519 public key under ``name``."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public_key).digest()[:KEY_ID_BYTES]


@lru_cache(maxsize=4096)
def _load_public_key(public_key: bytes) -> Ed25519PublicKey:
    if len(public_key) != PUBLIC_KEY_BYTES:
        raise MalformedKeyError(f"an Ed25519 public key is {PUBLIC_KEY_BYTES} bytes, not {len(public_key)}")
    # Under a key of small order one signature fits many messages, so it would bind its holder to nothing.
    if public_key[:-1] + bytes([public_key[-1] & 0x7F]) in _SMALL_ORDER_KEYS:
        raise MalformedKeyError(f"public key has small order: {public_key.hex()}")
    return Ed25519PublicKey.from_public_bytes(public_key)


def is_signature(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` (64 bytes) is of ``message`` under the Ed25519 ``public_key`` (32 bytes).

    Raises ``MalformedKeyError`` for a public key of the wrong length or of small order.
    """
    try:
        _load_public_key(public_key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


class PrivateKey:
    """An Ed25519 private key. Its secret never shows in ``repr``."""

    __slots__ = ("_key", "public_key")

    public_key: bytes

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public_key = key.public_key().public_bytes_raw()

    @classmethod
    def generate(cls) -> Self:
        """A new key from the operating system's random numbers."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """The key of a 32-byte seed (RFC 8032 §5.1.5). Raises ``MalformedKeyError`` for another length."""
        if len(seed) != SEED_BYTES:
            raise MalformedKeyError(f"an Ed25519 seed is {SEED_BYTES} bytes, not {len(seed)}")
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def seed(self) -> bytes:
        """The 32 secret bytes from which the key is made."""
        return self._key.private_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """The 64-byte signature of ``message``; the same message always gives the same signature."""
        return self._key.sign(message)

    def __repr__(self) -> str:
        return f"PrivateKey(public_key={self.public_key.hex()})"


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with the name it signs under. Raises ``MalformedKeyError`` when either cannot be one."""

    name: str
    public_key: bytes
    key_id: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_name(self.name)
        _load_public_key(self.public_key)
        object.__setattr__(self, "key_id", key_id(self.name, self.public_key))

    @classmethod
    def parse(cls, text: str) -> Self:
        """The key of ``name+hex8(key id)+base64(0x01 ‖ public key)``.

        Raises ``MalformedKeyError`` for another signature type, a key id that is not the one computed, and
        any other spelling. The base64 may itself hold ``+``, so only the first two separate.
        """
        parts = text.split("+", 2)
        if len(parts) != 3:
            raise MalformedKeyError("a verifier key has the form name+key id+key")
        name, identifier, encoded = parts
        try:
            typed_key = parse_base64(encoded)
        except MalformedBase64Error as error:
            raise MalformedKeyError(f"verifier key of {name!r}: {error}") from error
        if typed_key[:1] != ED25519:
            raise MalformedKeyError(f"verifier key of {name!r} is not an Ed25519 key")
        key = cls(name, typed_key[1:])
        if identifier != key.key_id.hex():
            raise MalformedKeyError(f"verifier key of {name!r}: {identifier!r} is not the id of this key")
        return key

    def format(self) -> str:
        """The one line under which the key is published; the inverse of ``parse``."""
        return f"{self.name}+{self.key_id.hex()}+{format_base64(ED25519 + self.public_key)}"

    def check(self, message: bytes, signature: bytes) -> None:
        """Raise ``BadSignatureError`` unless ``signature`` is of ``message`` under this key."""
        if not is_signature(self.public_key, message, signature):
            raise BadSignatureError(self.name, self.key_id)


class KeySigner(Protocol):
    """What signs notes under a known Ed25519 key: ``NamedKey``, or a key that stays in a token."""

    @property
    def name(self) -> str:
        """The name in front of the signature."""

    @property
    def key_id(self) -> bytes:
        """The 4 bytes in front of the signature."""

    @property
    def verifier_key(self) -> VerifierKey:
        """The public half, with the name."""

    def sign(self, message: bytes, /) -> bytes:
        """The 64-byte signature of ``message``."""


@dataclass(frozen=True, slots=True)
class NamedKey:
    """A private key with the name it signs under: a signer of notes."""

    name: str
    private_key: PrivateKey
    verifier_key: VerifierKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "verifier_key", VerifierKey(self.name, self.private_key.public_key))

    @property
    def key_id(self) -> bytes:
        """The 4-byte key id of the public half under this name."""
        return self.verifier_key.key_id

    def sign(self, message: bytes) -> bytes:
        """The 64-byte signature of ``message``."""
        return self.private_key.sign(message)
