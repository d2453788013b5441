"""Data Integrity proofs of the cryptosuite ``eddsa-jcs-2022`` (W3C vc-di-eddsa §3.3, RFC 8785, RFC 8032).

Signed are 64 bytes, SHA-256(canonical proof options) ‖ SHA-256(canonical document without proof). A public
key travels as a Multikey: ``z`` + base58btc(0xED 0x01 ‖ 32-byte key) (W3C controlled identifiers §2.2.2).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import base58
import rfc8785

from signing.errors import BadSignatureError, MalformedKeyError, MalformedProofError
from signing.keys import PUBLIC_KEY_BYTES, SIGNATURE_BYTES, PrivateKey, is_signature, key_id

CRYPTOSUITE = "eddsa-jcs-2022"
PROOF_TYPE = "DataIntegrityProof"
MAX_MULTIBASE_LENGTH = 128

_ED25519_HEADER = b"\xed\x01"
_BASE58BTC = "z"


@dataclass(frozen=True, slots=True)
class CheckedProof:
    """What a proof that held says of itself. The caller judges whether the method is the issuer's."""

    verification_method: str
    proof_purpose: str
    created: str | None


def multikey(public_key: bytes) -> str:
    """The Multikey of a 32-byte Ed25519 public key: ``z6Mk…``. Raises ``MalformedKeyError``."""
    if len(public_key) != PUBLIC_KEY_BYTES:
        raise MalformedKeyError(f"an Ed25519 public key is {PUBLIC_KEY_BYTES} bytes, not {len(public_key)}")
    return _format_multibase(_ED25519_HEADER + public_key)


def parse_multikey(text: str) -> bytes:
    """The 32-byte public key of ``text``; the inverse of ``multikey``. Raises ``MalformedKeyError``."""
    try:
        data = _parse_multibase(text)
    except MalformedProofError as error:
        raise MalformedKeyError(f"Multikey: {error}") from error
    if not data.startswith(_ED25519_HEADER) or len(data) != len(_ED25519_HEADER) + PUBLIC_KEY_BYTES:
        raise MalformedKeyError("not the Multikey of an Ed25519 public key")
    return data.removeprefix(_ED25519_HEADER)


def add_proof(
    document: Mapping[str, Any],
    private_key: PrivateKey,
    verification_method: str,
    created: datetime,
    proof_purpose: str = "assertionMethod",
) -> dict[str, Any]:
    """A copy of ``document`` with a ``proof`` by ``private_key`` (vc-di-eddsa §3.3.1).

    ``verification_method`` is the URL under which verifiers find the public key; ``created`` is an aware
    datetime, written in UTC to the second. Raises ``MalformedProofError`` when the document has a proof
    already or has no canonical JSON (integers above 2^53 - 1, NaN), ``ValueError`` for a naive datetime.
    """
    if "proof" in document:
        raise MalformedProofError("the document has a proof already")
    if created.utcoffset() is None:
        raise ValueError(f"a moment needs its offset from UTC: {created!r}")
    options: dict[str, Any] = {
        "type": PROOF_TYPE,
        "cryptosuite": CRYPTOSUITE,
        "created": created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "verificationMethod": verification_method,
        "proofPurpose": proof_purpose,
    }
    if "@context" in document:
        options["@context"] = document["@context"]
    signature = private_key.sign(_hash_data(document, options))
    return {**document, "proof": {**options, "proofValue": _format_multibase(signature)}}


def check_proof(
    document: Mapping[str, Any], public_key: bytes, proof_purpose: str = "assertionMethod"
) -> CheckedProof:
    """Check the one proof of ``document`` under a 32-byte public key (vc-di-eddsa §3.3.2).

    Raises ``MalformedProofError`` when there is not exactly one proof of this suite and purpose, or its
    context is not the document's; ``BadSignatureError`` when document or proof were changed.
    """
    proof = document.get("proof")
    if not isinstance(proof, dict):
        raise MalformedProofError("the document has not exactly one proof")
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    _check_options(options, proof_purpose)
    signature = _parse_proof_value(proof.get("proofValue"))
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    if "@context" in options:
        # §3.3.2 step 4: contexts added behind the signed ones are allowed, and are not signed.
        _check_context(unsecured.get("@context"), options["@context"])
        unsecured["@context"] = options["@context"]
    method: str = options["verificationMethod"]
    if not is_signature(public_key, _hash_data(unsecured, options), signature):
        raise BadSignatureError(method, key_id(method, public_key))
    return CheckedProof(method, proof_purpose, options.get("created"))


def _hash_data(document: Mapping[str, Any], options: Mapping[str, Any]) -> bytes:
    # §3.3.4: the proof options come first.
    return hashlib.sha256(_canonical(options)).digest() + hashlib.sha256(_canonical(document)).digest()


def _canonical(value: Mapping[str, Any]) -> bytes:
    try:
        return rfc8785.dumps(dict(value))
    except (rfc8785.CanonicalizationError, RecursionError) as error:
        raise MalformedProofError(f"no canonical JSON: {error}") from error


def _check_options(options: Mapping[str, Any], proof_purpose: str) -> None:
    required = {"type": PROOF_TYPE, "cryptosuite": CRYPTOSUITE, "proofPurpose": proof_purpose}
    for name, value in required.items():
        if options.get(name) != value:
            raise MalformedProofError(f"the proof's {name} is {options.get(name)!r}, not {value!r}")
    if not isinstance(options.get("verificationMethod"), str):
        raise MalformedProofError("the proof names no verificationMethod")
    if not isinstance(options.get("created", ""), str):
        raise MalformedProofError("the proof's created is not a string")


def _check_context(documents: Any, proofs: Any) -> None:
    signed = proofs if isinstance(proofs, list) else [proofs]
    shown = documents if isinstance(documents, list) else [documents]
    if shown[: len(signed)] != signed:
        raise MalformedProofError("the document's @context does not begin with the proof's")


def _parse_proof_value(value: Any) -> bytes:
    if not isinstance(value, str):
        raise MalformedProofError("the proof has no proofValue")
    signature = _parse_multibase(value)
    if len(signature) != SIGNATURE_BYTES:
        raise MalformedProofError(f"a signature is {SIGNATURE_BYTES} bytes, not {len(signature)}")
    return signature


def _format_multibase(data: bytes) -> str:
    return _BASE58BTC + base58.b58encode(data).decode("ascii")


def _parse_multibase(text: str) -> bytes:
    # Decoding costs the square of the length, so the length is limited first.
    if not text.startswith(_BASE58BTC) or len(text) > MAX_MULTIBASE_LENGTH:
        raise MalformedProofError("not base58btc in multibase form")
    try:
        data = base58.b58decode(text.removeprefix(_BASE58BTC))
    except ValueError as error:
        raise MalformedProofError(f"not base58btc: {error}") from error
    # The decoder passes over trailing white space.
    if _format_multibase(data) != text:
        raise MalformedProofError("base58btc is not canonical")
    return data
