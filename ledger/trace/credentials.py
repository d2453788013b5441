"""The credential of a sealed lot: a W3C Verifiable Credential 2.0, without its proof. Pure.

``signing.data_integrity`` adds the proof with the cooperative's key. The issuer is ``did:web`` (did:web §3):
a verifier finds the keys at ``{public url}/{organisation}/did.json``.

>>> issuer_did("http://127.0.0.1:8000", "K7QM2X9T4D")
'did:web:127.0.0.1%3A8000:K7QM2X9T4D'
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlsplit

from ledger.log.canonical import format_canonical
from ledger.trace.digests import digest_of
from ledger.trace.epcis import NAMESPACE, PREFIX
from ledger.trace.statements import HistoryDigest
from ledger.trace.units import format_decimal

CREDENTIALS_CONTEXT = "https://www.w3.org/ns/credentials/v2"
DID_CONTEXT = "https://www.w3.org/ns/did/v1"
MULTIKEY_CONTEXT = "https://w3id.org/security/multikey/v1"
CREDENTIAL_TYPE = "LotCredential"

_TERMS = (
    CREDENTIAL_TYPE,
    "ProductLot",
    "count",
    "digest",
    "expiresOn",
    "gtin",
    "history",
    "lotCode",
    "netG",
    "packedOn",
    "packs",
    "producer",
    "weightKg",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LotClaim:
    """What the cooperative says of a sealed lot. ``net_g`` is a pack's net weight in grams."""

    lot: str
    lot_code: str
    product_name: str
    gtin: str | None
    organisation: str
    organisation_name: str
    packed_on: date
    expires_on: date | None
    packs: int | None
    net_g: Decimal | None
    weight_kg: Decimal | None
    history: HistoryDigest


def issuer_did(public_url: str, organisation: str) -> str:
    """The ``did:web`` of an organisation at ``public_url``: host, percent-encoded port, path, code."""
    parts = urlsplit(public_url)
    path = [quote(segment, safe="") for segment in parts.path.split("/") if segment]
    return ":".join(["did:web", quote(parts.netloc, safe=""), *path, organisation])


def verification_method(did: str, multikey: str) -> str:
    """The URL that names one key of ``did``; the fragment is the Multikey itself, so it never dangles."""
    return f"{did}#{multikey}"


def did_document(did: str, multikeys: Sequence[str]) -> dict[str, Any]:
    """The DID document with these Ed25519 keys, oldest first (DID core §5, Multikey)."""
    methods = [verification_method(did, key) for key in multikeys]
    return {
        "@context": [DID_CONTEXT, MULTIKEY_CONTEXT],
        "id": did,
        "verificationMethod": [
            {"id": method, "type": "Multikey", "controller": did, "publicKeyMultibase": key}
            for method, key in zip(methods, multikeys, strict=True)
        ],
        "assertionMethod": methods,
    }


def build_credential(claim: LotClaim, *, public_url: str, issued_at: datetime) -> dict[str, Any]:
    """The credential that says ``claim``; ``issued_at`` is aware (VC data model 2.0 §4)."""
    did = issuer_did(public_url, claim.organisation)
    return {
        "@context": [CREDENTIALS_CONTEXT, {PREFIX: NAMESPACE, **{t: f"{PREFIX}:{t}" for t in _TERMS}}],
        "id": f"{claim.lot}#credential",
        "type": ["VerifiableCredential", CREDENTIAL_TYPE],
        "issuer": {"id": did, "name": claim.organisation_name},
        "validFrom": issued_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "credentialSubject": _subject(claim, did),
    }


def credential_digest(credential: Mapping[str, Any]) -> str:
    """The digest that ``LotSealed`` gives of a credential: over its canonical JSON, proof included."""
    return digest_of(format_canonical(dict(credential)))


def _subject(claim: LotClaim, did: str) -> dict[str, Any]:
    subject = {
        "id": claim.lot,
        "type": "ProductLot",
        "name": claim.product_name,
        "gtin": claim.gtin,
        "lotCode": claim.lot_code,
        "producer": {"id": did, "name": claim.organisation_name},
        "packedOn": claim.packed_on.isoformat(),
        "expiresOn": claim.expires_on.isoformat() if claim.expires_on else None,
        "packs": claim.packs,
        "netG": format_decimal(claim.net_g) if claim.net_g is not None else None,
        "weightKg": format_decimal(claim.weight_kg) if claim.weight_kg is not None else None,
        "history": {"count": claim.history.count, "digest": claim.history.digest},
    }
    return {name: value for name, value in subject.items() if value is not None}
