"""Witnesses: other parties who cosign checkpoints they found consistent (C2SP tlog-cosignature, v1). Pure.

A cosignature is a note signature of type 0x04: a time (uint64 big-endian, seconds since 1970) and an Ed25519
signature over the lines ``cosignature/v1`` and ``time <seconds>`` and the checkpoint's text.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Self

from ledger.log.errors import WitnessError
from signing.canonical_base64 import format_base64, parse_base64
from signing.errors import BadSignatureError, MalformedBase64Error, MalformedKeyError
from signing.keys import KEY_ID_BYTES, SIGNATURE_BYTES, PrivateKey, VerifierKey, is_signature
from signing.notes import Note

COSIGNATURE = b"\x04"
"""Signature type of Ed25519 cosignatures (C2SP signed-note, "Signature types")."""
_TIME_BYTES = 8
_LAST_TIME = 253_402_300_799
"""The last second of the year 9999, where ``datetime`` ends."""


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """The key under which a witness's cosignatures verify. Raises ``MalformedKeyError``."""

    name: str
    public_key: bytes
    key_id: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        VerifierKey(self.name, self.public_key)
        object.__setattr__(self, "key_id", _key_id(self.name, self.public_key))

    @classmethod
    def parse(cls, text: str) -> Self:
        """The key of ``name+hex8+base64(0x04 ‖ public key)``. Raises ``MalformedKeyError``."""
        try:
            name, _, encoded = text.split("+", 2)
            key = cls(name, parse_base64(encoded).removeprefix(COSIGNATURE))
        except (ValueError, MalformedBase64Error) as error:
            raise MalformedKeyError(f"not a witness's key: {error}") from error
        if key.format() != text:
            raise MalformedKeyError(f"not the key of a witness, or a key id of another key: {text}")
        return key

    def format(self) -> str:
        """The line under which the key is published; the inverse of ``parse``."""
        return f"{self.name}+{self.key_id.hex()}+{format_base64(COSIGNATURE + self.public_key)}"

    def check(self, message: bytes, signature: bytes) -> None:
        """Raise ``BadSignatureError`` unless ``signature`` cosigns the checkpoint text ``message``."""
        stamped, signed = signature[:_TIME_BYTES], signature[_TIME_BYTES:]
        seconds = int.from_bytes(stamped, "big")
        fits = len(signed) == SIGNATURE_BYTES and seconds <= _LAST_TIME
        if not fits or not is_signature(self.public_key, _cosigned(message, seconds), signed):
            raise BadSignatureError(self.name, self.key_id)


@dataclass(frozen=True, slots=True)
class Witness:
    """What signs as a witness at the moment ``now``: a ``NoteSigner`` for checkpoints."""

    name: str
    private_key: PrivateKey
    now: datetime

    @property
    def key_id(self) -> bytes:
        """The key id of type 0x04."""
        return _key_id(self.name, self.private_key.public_key)

    def sign(self, message: bytes) -> bytes:
        """The cosignature (72 bytes) of the checkpoint text ``message``."""
        seconds = int(self.now.timestamp())
        return seconds.to_bytes(_TIME_BYTES, "big") + self.private_key.sign(_cosigned(message, seconds))


@dataclass(frozen=True, slots=True)
class WitnessPolicy:
    """At least ``wanted`` of the witnesses ``keys`` must have cosigned."""

    keys: tuple[WitnessKey, ...] = ()
    wanted: int = 0


def check_witnesses(checkpoint: Note, policy: WitnessPolicy) -> dict[str, datetime]:
    """When each witness of the policy cosigned, by name; one that signed twice counts once, at its latest.

    Raises ``WitnessError`` for too few, ``BadSignatureError`` when one by a known key fails.
    """
    known = {(key.name, key.key_id): key for key in policy.keys}
    latest: dict[WitnessKey, datetime] = {}
    for line in checkpoint.signatures:
        key = known.get((line.name, line.key_id))
        if key is not None:
            key.check(checkpoint.text, line.signature)
            signed_at = datetime.fromtimestamp(int.from_bytes(line.signature[:_TIME_BYTES], "big"), UTC)
            latest[key] = max(signed_at, latest.get(key, signed_at))
    # One key under two names is one witness.
    if len({key.public_key for key in latest}) < policy.wanted:
        raise WitnessError(policy.wanted, tuple(key.name for key in latest))
    return {key.name: signed_at for key, signed_at in latest.items()}


def _key_id(name: str, public_key: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + COSIGNATURE + public_key).digest()[:KEY_ID_BYTES]


def _cosigned(text: bytes, seconds: int) -> bytes:
    return b"cosignature/v1\ntime %d\n%b" % (seconds, text)
