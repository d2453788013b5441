"""JSON Web Signatures in compact form with Ed25519 (RFC 7515 §3.1, RFC 8037 §3.1), and its keys as JWK.

One algorithm, ``EdDSA``, and four header members, ``alg``, ``kid``, ``typ`` and ``cty``, are read. Whatever
else a header may say (``crit``, ``b64``, a key or an address of one) is refused before anything is verified:
which key signs is for the reader to look up, and never for the token to bring along (RFC 8725 §3.1, §3.10).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from signing.base64url import format_base64url, parse_base64url
from signing.errors import (
    BadSignatureError,
    MalformedBase64Error,
    MalformedJwsError,
    MalformedKeyError,
)
from signing.keys import PUBLIC_KEY_BYTES, SIGNATURE_BYTES, PrivateKey, is_signature, key_id

ALGORITHM = "EdDSA"
MAX_TOKEN_LENGTH = 512 * 1024
MAX_HEADER_LENGTH = 4096

_MEMBERS = frozenset({"alg", "cty", "kid", "typ"})


@dataclass(frozen=True, slots=True)
class Jws:
    """A token taken apart and not verified: who says to have signed (``key``), what, and in which form."""

    key: str
    type: str
    content_type: str | None
    payload: bytes
    signed: bytes
    signature: bytes


def jwk(public_key: bytes) -> dict[str, str]:
    """The JSON Web Key of a 32-byte Ed25519 public key (RFC 8037 §2). Raises ``MalformedKeyError``."""
    if len(public_key) != PUBLIC_KEY_BYTES:
        raise MalformedKeyError(f"an Ed25519 public key is {PUBLIC_KEY_BYTES} bytes, not {len(public_key)}")
    return {"kty": "OKP", "crv": "Ed25519", "x": format_base64url(public_key)}


def parse_jwk(members: Mapping[str, Any]) -> bytes:
    """The 32-byte public key of a JSON Web Key; members that say nothing of the key itself are passed over.

    Raises ``MalformedKeyError`` for other kinds of key, and for a private one.
    """
    if (members.get("kty"), members.get("crv")) != ("OKP", "Ed25519") or "d" in members:
        raise MalformedKeyError("not the JSON Web Key of an Ed25519 public key")
    try:
        public_key = parse_base64url(str(members.get("x", "")))
    except MalformedBase64Error as error:
        raise MalformedKeyError(f"x of the JSON Web Key: {error}") from error
    if len(public_key) != PUBLIC_KEY_BYTES:
        raise MalformedKeyError(f"an Ed25519 public key is {PUBLIC_KEY_BYTES} bytes, not {len(public_key)}")
    return public_key


def thumbprint(public_key: bytes) -> str:
    """The JWK thumbprint of an Ed25519 public key: base64url of a SHA-256 (RFC 7638 §3, RFC 8037 A.3)."""
    members = json.dumps(jwk(public_key), sort_keys=True, separators=(",", ":"))
    return format_base64url(hashlib.sha256(members.encode()).digest())


def sign_jws(
    payload: bytes, private_key: PrivateKey, *, key: str, type_: str, content_type: str | None = None
) -> str:
    """The compact token over ``payload``; the same input always gives the same token (RFC 7515 §5.1).

    ``key`` is the URL under which verifiers find the public key (``kid``).
    """
    header = {"alg": ALGORITHM, "kid": key, "typ": type_}
    if content_type is not None:
        header["cty"] = content_type
    text = json.dumps(header, sort_keys=True, separators=(",", ":"))
    signed = f"{format_base64url(text.encode())}.{format_base64url(payload)}"
    return f"{signed}.{format_base64url(private_key.sign(signed.encode('ascii')))}"


def parse_jws(token: str) -> Jws:
    """The token in its parts. Says nothing of its signature. Raises ``MalformedJwsError``."""
    parts = token.split(".") if len(token) <= MAX_TOKEN_LENGTH else ()
    if len(parts) != 3:
        raise MalformedJwsError("not a compact token of at most 512 KiB")
    try:
        text, payload, signature = (parse_base64url(part) for part in parts)
    except MalformedBase64Error as error:
        raise MalformedJwsError(str(error)) from error
    if len(signature) != SIGNATURE_BYTES:
        raise MalformedJwsError(f"a signature is {SIGNATURE_BYTES} bytes, not {len(signature)}")
    header = _parse_header(text)
    signed = token.rpartition(".")[0].encode("ascii")
    return Jws(header["kid"], header["typ"], header.get("cty"), payload, signed, signature)


def check_jws(jws: Jws, public_key: bytes) -> None:
    """Raise ``BadSignatureError`` unless the 32-byte public key verifies the token (RFC 7515 §5.2)."""
    if not is_signature(public_key, jws.signed, jws.signature):
        raise BadSignatureError(jws.key, key_id(jws.key, public_key))


def _parse_header(text: bytes) -> dict[str, str]:
    try:
        header = (
            json.loads(text.decode("utf-8"), object_pairs_hook=_once)
            if len(text) <= MAX_HEADER_LENGTH
            else None
        )
    except (ValueError, RecursionError) as error:
        raise MalformedJwsError(f"the header is not JSON: {error}") from error
    if not isinstance(header, dict) or not all(isinstance(value, str) for value in header.values()):
        raise MalformedJwsError("the header is not an object of strings")
    # The algorithm first: "none", or a MAC keyed with what everyone may read, gets no further.
    if header.get("alg") != ALGORITHM:
        raise MalformedJwsError(f"the algorithm is {header.get('alg')!r}, not {ALGORITHM!r}")
    if not {"alg", "kid", "typ"} <= header.keys() <= _MEMBERS:
        raise MalformedJwsError(f"the header has {sorted(header)}")
    return header


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member twice")
    return members
