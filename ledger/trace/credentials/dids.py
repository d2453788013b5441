"""``did:web`` documents: under which keys an organisation signs credentials, and until when. Pure.

Each key stands there twice, as Multikey for Data Integrity proofs and as JSON Web Key for tokens; the
fragment is the key itself or its thumbprint, so that it never dangles. Keys that were revoked stay, with the
moment: what they signed before it still verifies (controlled identifiers §2.2, ``revoked``; did:web §3).

>>> issuer_did("http://127.0.0.1:8000", "K7QM2X9T4D")
'did:web:127.0.0.1%3A8000:K7QM2X9T4D'
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from ledger.trace.credentials.moments import format_moment, parse_moment
from ledger.trace.errors import TraceError
from signing.data_integrity import multikey, parse_multikey
from signing.jose import jwk, parse_jwk, thumbprint

DID_CONTEXT = "https://www.w3.org/ns/did/v1"
MULTIKEY_CONTEXT = "https://w3id.org/security/multikey/v1"
JWK_CONTEXT = "https://w3id.org/security/jwk/v1"
MAX_METHODS = 2000


@dataclass(frozen=True, slots=True)
class DidKey:
    """A 32-byte Ed25519 public key, and the aware moment from which nothing signed with it counts."""

    public_key: bytes
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DidKeys:
    """The keys of a DID document that sign credentials, by the URL of their verification method."""

    did: str
    methods: Mapping[str, DidKey]


def issuer_did(public_url: str, organisation: str) -> str:
    """The ``did:web`` of an organisation at ``public_url``: host, percent-encoded port, path, code."""
    return ":".join([operator_did(public_url), organisation])


def operator_did(public_url: str) -> str:
    """The ``did:web`` of who runs the server at ``public_url``; its document is ``/.well-known/did.json``."""
    parts = urlsplit(public_url)
    path = [quote(segment, safe="") for segment in parts.path.split("/") if segment]
    return ":".join(["did:web", quote(parts.netloc, safe=""), *path])


def verification_method(did: str, public_key: bytes) -> str:
    """The URL of one key of ``did`` for Data Integrity proofs; its fragment is the Multikey."""
    return f"{did}#{multikey(public_key)}"


def token_method(did: str, public_key: bytes) -> str:
    """The URL of one key of ``did`` for tokens; its fragment is the thumbprint (RFC 7638)."""
    return f"{did}#{thumbprint(public_key)}"


def did_document(
    did: str,
    keys: Sequence[DidKey],
    *,
    services: Sequence[Mapping[str, str]] = (),
    asserts: bool = True,
) -> dict[str, Any]:
    """The DID document with these keys, oldest first (DID core §5). ``asserts``: they sign credentials."""
    methods = [method for key in keys for method in _methods(did, key)]
    document: dict[str, Any] = {
        "@context": [DID_CONTEXT, MULTIKEY_CONTEXT, JWK_CONTEXT],
        "id": did,
        "verificationMethod": methods,
    }
    if asserts:
        document["assertionMethod"] = [method["id"] for method in methods]
    if services:
        document["service"] = [dict(service) for service in services]
    return document


def parse_did_document(document: Mapping[str, Any]) -> DidKeys:
    """The keys of a DID document that may sign credentials, those revoked included.

    Methods of other kinds are passed over; what is not listed under ``assertionMethod`` signs no credential.
    Raises ``TraceError`` for what is no DID document, ``MalformedKeyError`` for a key that is none.
    """
    try:
        did, methods = document["id"], document["verificationMethod"]
        if not isinstance(did, str) or not did.startswith("did:") or len(methods) > MAX_METHODS:
            raise TraceError("no DID, or too many keys")
        asserting = set(document.get("assertionMethod", ()))
        listed = [method for method in methods if method["id"] in asserting]
        found = {
            method["id"]: _parse_method(method)
            for method in listed
            if method["controller"] == did and method["id"].startswith(f"{did}#")
        }
    except (LookupError, TypeError, AttributeError) as error:
        raise TraceError(f"not a DID document: {error!r}") from error
    if len({method["id"] for method in listed}) != len(listed):
        raise TraceError("a verification method twice")
    return DidKeys(did, {url: key for url, key in found.items() if key is not None})


def _methods(did: str, key: DidKey) -> tuple[dict[str, Any], dict[str, Any]]:
    revoked = {} if key.revoked_at is None else {"revoked": format_moment(key.revoked_at)}
    return (
        {
            "id": verification_method(did, key.public_key),
            "type": "Multikey",
            "controller": did,
            "publicKeyMultibase": multikey(key.public_key),
            **revoked,
        },
        {
            "id": token_method(did, key.public_key),
            "type": "JsonWebKey",
            "controller": did,
            "publicKeyJwk": jwk(key.public_key),
            **revoked,
        },
    )


def _parse_method(method: Mapping[str, Any]) -> DidKey | None:
    ends = [parse_moment(method[name]) for name in ("revoked", "expires") if name in method]
    match method["type"]:
        case "Multikey":
            return DidKey(parse_multikey(method["publicKeyMultibase"]), min(ends, default=None))
        case "JsonWebKey":
            return DidKey(parse_jwk(method["publicKeyJwk"]), min(ends, default=None))
    return None
