"""The credential of a sealed lot: a W3C Verifiable Credential 2.0, without its proof. Pure.

``signing.data_integrity`` adds the proof with the cooperative's key. The issuer is ``did:web``: a verifier
finds the keys at ``{public url}/{organisation}/did.json`` (``ledger.trace.credentials.dids``).

What its words mean stands in a document of its own at ``{public url}/ns/lot/v1``, with its digest signed
along: some verifiers compare contexts as texts and refuse one that is written out inside a credential. Those
sealed before have theirs inside.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ledger.log.canonical import format_canonical
from ledger.trace.credentials.dids import issuer_did
from ledger.trace.credentials.moments import format_moment
from ledger.trace.credentials.status_lists import CREDENTIALS_CONTEXT, StatusPlace, status_entries
from ledger.trace.digests import digest_of, parse_digest
from ledger.trace.events.epcis import NAMESPACE, PREFIX
from ledger.trace.events.statements import HistoryDigest
from ledger.trace.units import format_decimal
from signing.base64url import format_base64url

CREDENTIAL_TYPE = "LotCredential"

_MULTIBASE = "u"
_SHA2_256 = b"\x12\x20"
"""A multihash of SHA-256 begins so: the function, and 32 bytes (controlled identifiers §2.5)."""

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


CONTEXT_PATH = "/ns/lot/v1"
LOT_CONTEXT = format_canonical(
    {"@context": {"@protected": True, PREFIX: NAMESPACE, **{term: f"{PREFIX}:{term}" for term in _TERMS}}}
)
"""The JSON-LD context of a lot's credential, the same bytes everywhere and for ever."""


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


def build_credential(
    claim: LotClaim, *, public_url: str, issued_at: datetime, status: StatusPlace | None = None
) -> dict[str, Any]:
    """The credential that says ``claim``; ``issued_at`` is aware (VC data model 2.0 §4).

    ``status`` is where the issuer tells whether it still stands; what was sealed before there were lists has
    none.
    """
    did = issuer_did(public_url, claim.organisation)
    context = f"{public_url}{CONTEXT_PATH}"
    credential = {
        "@context": [CREDENTIALS_CONTEXT, context],
        "id": f"{claim.lot}#credential",
        "type": ["VerifiableCredential", CREDENTIAL_TYPE],
        "issuer": {"id": did, "name": claim.organisation_name},
        "validFrom": format_moment(issued_at),
        "credentialSubject": _subject(claim, did),
        "relatedResource": [{"id": context, "digestMultibase": digest_multibase(digest_of(LOT_CONTEXT))}],
    }
    if status is not None:
        credential["credentialStatus"] = status_entries(public_url, status)
    return credential


def digest_multibase(digest: str) -> str:
    """A digest text (``ni:///sha-256;…``) as ``digestMultibase``: the multihash in base64url."""
    return _MULTIBASE + format_base64url(_SHA2_256 + parse_digest(digest))


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
