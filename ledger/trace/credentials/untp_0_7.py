"""A sealed lot as UNTP Digital Product Passport 0.7.0 (UN/CEFACT): all that depends on that version. Pure.

It says what the passport's entries say up to the seal, and nothing that the schema would like to hear beside:
a category that we do not know is ours alone, and where goods were bought in, no country of origin is told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ledger.trace.credentials.lot_credential import digest_multibase
from ledger.trace.credentials.moments import format_moment
from ledger.trace.credentials.status_lists import (
    CREDENTIALS_CONTEXT,
    StatusPlace,
    StatusPurpose,
    status_entry,
)
from ledger.trace.errors import UnknownTemplateError
from ledger.trace.identifiers import GS1_RESOLVER
from ledger.trace.passports.passport_facts import OrganisationFact, OriginLot, Passport, ProductFact
from ledger.trace.sectors.templates import template
from ledger.trace.units import format_json_number

VERSION = "0.7.0"
UNTP_CONTEXT = "https://vocabulary.uncefact.org/untp/0.7.0/context/"
DPP_LINK_TYPE = "https://ref.gs1.org/voc/dpp"

_TRACEABILITY = "https://ref.gs1.org/voc/traceability"
_CPC = ("https://unstats.un.org/unsd/classifications/Econ/cpc/", "UN Central Product Classification (CPC)")
_SECTORS = ("urn:sogoc:ns:template", "Sổ Gốc sector templates")
_VIETNAM = {"countryCode": "VN", "countryName": "Viet Nam"}

# Subclasses of CPC 2.1 for the templates of which each product falls under one of them.
_CPC_CODES = {
    "duck_egg": ("02322", "Eggs of other birds in shell, fresh"),
    "flower_hoa": ("01962", "Cut flowers and flower buds"),
    "fruit_na": ("01319", "Other tropical and subtropical fruits"),
    "fruit_nho": ("01330", "Grapes"),
    "fruit_vai": ("01319", "Other tropical and subtropical fruits"),
    "honey": ("02910", "Natural honey"),
    "melon_dua": ("01229", "Cantaloupes and other melons"),
    "pig_farm": ("02140", "Swine / pigs"),
    "veg_dua_chuot": ("01232", "Cucumbers and gherkins"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedLot:
    """What the exporter needs: the passport as of its seal, who issues, and where things are.

    ``digest`` is that of the lot's credential in the seal, ``page`` the lot's address, ``place`` its status.
    """

    passport: Passport
    did: str
    public_url: str
    page: str
    digest: str
    place: StatusPlace | None
    sealed_at: datetime


def build_product_passport(sealed: SealedLot) -> dict[str, Any]:
    """The passport as a credential, to be put into a token (``application/vc+jwt``)."""
    told = sealed.passport
    credential: dict[str, Any] = {
        "@context": [CREDENTIALS_CONTEXT, UNTP_CONTEXT],
        "type": ["DigitalProductPassport", "VerifiableCredential"],
        "id": f"{told.lot}#dpp",
        "issuer": {"type": ["CredentialIssuer"], "id": sealed.did, "name": told.organisation.name},
        "validFrom": format_moment(sealed.sealed_at),
        "name": f"Hộ chiếu số: {told.product.name}, lô {told.lot_code}",
        "credentialSubject": _product(sealed),
    }
    if sealed.place is not None:
        entry = status_entry(sealed.public_url, sealed.place, StatusPurpose.REVOCATION)
        # UNTP's schema wants a number where W3C's recommendation has a string.
        credential["credentialStatus"] = entry | {"statusListIndex": sealed.place.position}
    return credential


def _product(sealed: SealedLot) -> dict[str, Any]:
    told = sealed.passport
    product = {
        "type": ["Product"],
        "id": told.lot,
        "name": told.product.name,
        "description": None if told.product.statement is None else told.product.statement.name_en,
        "idScheme": _scheme(sealed),
        "batchNumber": told.lot_code,
        "idGranularity": "batch",
        "productCategory": list(_categories(told.product)),
        "relatedDocument": _documents(sealed),
        "relatedParty": _parties(sealed),
        "producedAtFacility": _facility(sealed),
        "productionDate": _day(told.packed_on or told.harvested_on),
        "expiryDate": _day(told.expires_on),
        "countryOfProduction": _VIETNAM,
        "dimensions": _dimensions(told),
        "materialProvenance": _materials(told),
    }
    return {name: value for name, value in product.items() if value is not None}


def _scheme(sealed: SealedLot) -> dict[str, Any]:
    if sealed.passport.lot.startswith(GS1_RESOLVER):
        return {"type": ["IdentifierScheme"], "id": f"{GS1_RESOLVER}/01", "name": "GS1 GTIN and batch/lot"}
    organisation = sealed.passport.organisation
    name = f"Identifiers that {organisation.name} gives itself"
    return {"type": ["IdentifierScheme"], "id": f"{sealed.public_url}/{organisation.code}", "name": name}


def _categories(product: ProductFact) -> Iterator[dict[str, str]]:
    chosen = "" if product.statement is None else product.statement.template
    if chosen in _CPC_CODES:
        code, name = _CPC_CODES[chosen]
        yield {"code": code, "name": name, "schemeId": _CPC[0], "schemeName": _CPC[1]}
    try:
        named = template(chosen).name_en
    except UnknownTemplateError:
        return
    yield {"code": chosen, "name": named, "schemeId": _SECTORS[0], "schemeName": _SECTORS[1]}


def _documents(sealed: SealedLot) -> list[dict[str, str]]:
    return [
        {
            "linkURL": f"{sealed.page}/credential",
            "linkName": "Chứng thư của lô / Credential of the lot (Data Integrity)",
            # Its digest stands in the log, in the seal: what the token says is bound to the log by it.
            "digestMultibase": digest_multibase(sealed.digest),
            "mediaType": "application/vc",
            "linkType": DPP_LINK_TYPE,
        },
        {
            "linkURL": f"{sealed.page}/bundle",
            "linkName": "Gói bằng chứng / Proof bundle",
            "mediaType": "application/json",
            "linkType": _TRACEABILITY,
        },
    ]


def _parties(sealed: SealedLot) -> list[dict[str, Any]]:
    """Who grew it and, where that is somebody else, who made the lot of it."""
    maker = sealed.passport.organisation
    growers = {origin.organisation.code: origin.organisation for origin in _grown(sealed.passport)}
    roles = [("producer", grower) for grower in growers.values()]
    if maker.code not in growers:
        roles.append(("processor", maker))
    return [{"role": role, "party": _party(sealed, party)} for role, party in roles]


def _party(sealed: SealedLot, organisation: OrganisationFact) -> dict[str, Any]:
    base = sealed.did.rpartition(":")[0]
    return {"type": ["Party"], "id": f"{base}:{organisation.code}", "name": organisation.name}


def _facility(sealed: SealedLot) -> dict[str, Any]:
    """The place where the lot was last worked on before its seal, else its organisation."""
    told = sealed.passport
    places = {fact.place: fact.statement for fact in told.places}
    worked = [step.place for step in told.journey if told.lot in step.lots and not step.corrected]
    place = next((places[place] for place in reversed(worked) if place in places), None)
    if place is None:
        return {"type": ["Facility"], "id": sealed.did, "name": told.organisation.name}
    facility = {"type": ["Facility"], "id": place.place, "name": place.name}
    return facility | ({"registeredId": place.growing_area_code} if place.growing_area_code else {})


def _dimensions(told: Passport) -> dict[str, Any] | None:
    if told.weight_kg is None:
        return None
    return {"weight": {"value": format_json_number(told.weight_kg), "unit": "KGM"}}


def _materials(told: Passport) -> list[dict[str, Any]] | None:
    """What was harvested for it. Where some was bought in, nobody here knows its country: nothing is told."""
    kind = next(_categories(told.product), None)
    if kind is None or not told.origins or len(_grown(told)) < len(told.origins):
        return None
    return [
        {
            "name": origin.product_name,
            "originCountry": _VIETNAM,
            "materialType": kind,
            "massFraction": round(float(origin.share), 6),
        }
        for origin in told.origins
    ]


def _grown(told: Passport) -> list[OriginLot]:
    return [origin for origin in told.origins if origin.harvested_on is not None]


def _day(day: Any) -> str | None:
    return None if day is None else str(day.isoformat())
