"""Witnesses: other parties who cosign checkpoints they found consistent (C2SP tlog-cosignature). Pure.

A cosignature is a note signature that holds a time (uint64 big-endian, seconds since 1970) and a signature:

- type 0x04, ``cosignature/v1``: Ed25519 over the lines ``cosignature/v1`` and ``time <seconds>`` and the
  checkpoint's text;
- type 0x06, ``subtree/v1``: ML-DSA-44 over a structure of cosigner's name, time, origin, size and root hash.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Self

from ledger.log.checkpoints import parse_checkpoint
from ledger.log.errors import MalformedCheckpointError, WitnessError
from signing.canonical_base64 import format_base64, parse_base64
from signing.errors import BadSignatureError, MalformedBase64Error, MalformedKeyError
from signing.keys import KEY_ID_BYTES, PrivateKey, VerifierKey, check_name, is_signature
from signing.ml_dsa import MlDsaPrivateKey, check_ml_dsa_key, is_ml_dsa_signature
from signing.notes import Note

COSIGNATURE = b"\x04"
"""Signature type of Ed25519 cosignatures (C2SP signed-note, "Signature types")."""
ML_DSA_COSIGNATURE = b"\x06"
"""Signature type of ML-DSA-44 cosignatures (C2SP tlog-cosignature, "Format")."""
SUBTREE_LABEL = b"subtree/v1\n\0"
_TIME_BYTES = 8
_LAST_TIME = 253_402_300_799
"""The last second of the year 9999, where ``datetime`` ends."""


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """The key under which a witness's cosignatures verify. Raises ``MalformedKeyError``.

    ``public_key`` is 32 bytes of Ed25519, or 1,312 of ML-DSA-44 where ``signature_type`` is 0x06.
    """

    name: str
    public_key: bytes
    signature_type: bytes = COSIGNATURE
    key_id: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.signature_type == ML_DSA_COSIGNATURE:
            check_name(self.name)
            check_ml_dsa_key(self.public_key)
        elif self.signature_type == COSIGNATURE:
            VerifierKey(self.name, self.public_key)
        else:
            raise MalformedKeyError(f"no cosignatures of type {self.signature_type.hex()} are known")
        identity = self.name.encode() + b"\n" + self.signature_type + self.public_key
        object.__setattr__(self, "key_id", sha256(identity).digest()[:KEY_ID_BYTES])

    @classmethod
    def parse(cls, text: str) -> Self:
        """The key of ``name+hex8+base64(0x04 or 0x06 ‖ public key)``. Raises ``MalformedKeyError``."""
        try:
            name, _, encoded = text.split("+", 2)
            typed_key = parse_base64(encoded)
        except (ValueError, MalformedBase64Error) as error:
            raise MalformedKeyError(f"not a witness's key: {error}") from error
        key = cls(name, typed_key[1:], typed_key[:1])
        if key.format() != text:
            raise MalformedKeyError(f"a key id of another key: {text}")
        return key

    def format(self) -> str:
        """The line under which the key is published; the inverse of ``parse``."""
        return f"{self.name}+{self.key_id.hex()}+{format_base64(self.signature_type + self.public_key)}"

    def check(self, message: bytes, signature: bytes) -> None:
        """Raise ``BadSignatureError`` unless ``signature`` cosigns the checkpoint text ``message``."""
        stamped, signed = signature[:_TIME_BYTES], signature[_TIME_BYTES:]
        seconds = int.from_bytes(stamped, "big")
        is_good = is_ml_dsa_signature if self.signature_type == ML_DSA_COSIGNATURE else is_signature
        try:
            cosigned = _cosigned(self.signature_type, self.name, message, seconds)
        except MalformedCheckpointError as error:
            raise BadSignatureError(self.name, self.key_id) from error
        if seconds > _LAST_TIME or not is_good(self.public_key, cosigned, signed):
            raise BadSignatureError(self.name, self.key_id)


@dataclass(frozen=True, slots=True)
class Witness:
    """What signs as a witness at the moment ``now``: a ``NoteSigner`` for checkpoints.

    A log may be one for its own checkpoints, under its origin (C2SP tlog-checkpoint, "Signatures").
    """

    name: str
    private_key: PrivateKey | MlDsaPrivateKey
    now: datetime

    @property
    def key(self) -> WitnessKey:
        """The public half."""
        is_ml_dsa = isinstance(self.private_key, MlDsaPrivateKey)
        signature_type = ML_DSA_COSIGNATURE if is_ml_dsa else COSIGNATURE
        return WitnessKey(self.name, self.private_key.public_key, signature_type)

    @property
    def key_id(self) -> bytes:
        """The key id of type 0x04 or 0x06."""
        return self.key.key_id

    def sign(self, message: bytes) -> bytes:
        """The cosignature (72 bytes, or 2,428 of ML-DSA-44) of the checkpoint text ``message``."""
        seconds = int(self.now.timestamp())
        cosigned = _cosigned(self.key.signature_type, self.name, message, seconds)
        return seconds.to_bytes(_TIME_BYTES, "big") + self.private_key.sign(cosigned)


@dataclass(frozen=True, slots=True)
class WitnessPolicy:
    """At least ``wanted`` of the witnesses ``keys`` must have cosigned."""

    keys: tuple[WitnessKey, ...] = ()
    wanted: int = 0


def check_witnesses(checkpoint: Note, policy: WitnessPolicy) -> dict[str, datetime]:
    """When each witness of the policy cosigned, by name; one that signed twice counts once, at its latest.

    Raises ``WitnessError`` for too few, ``BadSignatureError`` when one by a known key fails.
    """
    latest = find_cosignatures(checkpoint, policy.keys)
    # One key under two names is one witness.
    if len({key.public_key for key in latest}) < policy.wanted:
        raise WitnessError(policy.wanted, tuple(key.name for key in latest))
    return {key.name: signed_at for key, signed_at in latest.items()}


def find_cosignatures(checkpoint: Note, keys: tuple[WitnessKey, ...]) -> dict[WitnessKey, datetime]:
    """When each of ``keys`` cosigned, at its latest, in the order of the lines.

    Lines by other keys are passed over. Raises ``BadSignatureError`` when one by a key of ``keys`` fails.
    """
    known = {(key.name, key.key_id): key for key in keys}
    latest: dict[WitnessKey, datetime] = {}
    for line in checkpoint.signatures:
        key = known.get((line.name, line.key_id))
        if key is not None:
            key.check(checkpoint.text, line.signature)
            signed_at = datetime.fromtimestamp(int.from_bytes(line.signature[:_TIME_BYTES], "big"), UTC)
            latest[key] = max(signed_at, latest.get(key, signed_at))
    return latest


def _cosigned(signature_type: bytes, name: str, text: bytes, seconds: int) -> bytes:
    if signature_type == COSIGNATURE:
        return b"cosignature/v1\ntime %d\n%b" % (seconds, text)
    checkpoint = parse_checkpoint(text)
    return b"".join(
        (
            SUBTREE_LABEL,
            _short(name),
            seconds.to_bytes(8, "big"),
            _short(checkpoint.origin),
            bytes(8),  # start: a checkpoint is about the tree from its first leaf
            checkpoint.size.to_bytes(8, "big"),
            checkpoint.root,
        )
    )


def _short(text: str) -> bytes:
    """``opaque<1..2^8-1>``; names and origins have at most 255 bytes (RFC 8446 §3.4)."""
    data = text.encode()
    return bytes([len(data)]) + data
