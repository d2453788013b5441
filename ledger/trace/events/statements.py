"""Statements: master data and key facts about lots (docs/spec/statements.md): ``sogoc/statement/v1``.

A statement repeated for the same ``subject`` replaces the earlier one in the register; the old one stays in
the log. ``body()`` and ``parse_statement`` are strict inverses. Pure.
"""

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Self

from ledger.log.record_notes import MEMBER as RECORD
from ledger.trace.errors import MalformedStatementError, TraceError
from ledger.trace.events.forms import (
    AMOUNT,
    COUNT,
    DAY,
    DIGEST,
    ORGANISATION,
    URI,
    Form,
    record_of,
    text,
    tuple_of,
    word,
)


@dataclass(frozen=True, slots=True)
class FileDigest:
    """A file that stays outside the log: its digest (``ni:///sha-256;…``), media type and size in bytes."""

    digest: str
    media_type: str
    size: int

    def body(self) -> dict[str, Any]:
        """The JSON object that stands for the file in an event or statement."""
        return {"digest": self.digest, "mediaType": self.media_type, "size": self.size}


@dataclass(frozen=True, slots=True)
class HistoryDigest:
    """A lot's history when it was sealed: how many entries, and the digest of their leaf hashes in order."""

    count: int
    digest: str


FILE = record_of(
    FileDigest, {"digest": ("digest", DIGEST), "mediaType": ("media_type", text(80)), "size": ("size", COUNT)}
)
HISTORY = record_of(HistoryDigest, {"count": ("count", COUNT), "digest": ("digest", DIGEST)})
LOTS = tuple_of(URI, at_least=1)
# Coarse on purpose: two places behind the point are about a kilometre, never a house.
COARSE = Form(lambda degrees: AMOUNT.write(round(degrees, 2)), AMOUNT.read)


def _member(name: str, form: Form) -> dict[str, Any]:
    return {"name": name, "form": form}


class Statement:
    """Base of all statements: the JSON body is ``type`` and one member per field that has a value."""

    __slots__ = ()
    register: ClassVar[str]
    subject_field: ClassVar[str]

    @property
    def subject(self) -> str:
        """What the statement is about; with ``register`` the key under which the latest one counts."""
        return str(getattr(self, self.subject_field))

    def body(self) -> dict[str, Any]:
        """The statement's JSON body. Raises ``MalformedStatementError`` if it would not be read back."""
        members: dict[str, Any] = {"type": type(self).__name__}
        for item in _fields(type(self)):
            value = getattr(self, item.name)
            if value is not None:
                members[item.metadata["name"]] = item.metadata["form"].write(value)
        if type(self).parse(members) != self:
            raise MalformedStatementError(type(self).__name__, "type", "a value has no JSON form")
        return members

    @classmethod
    def parse(cls, body: Mapping[str, Any]) -> Self:
        """The statement of this class whose body is exactly ``body``. Raises ``MalformedStatementError``.

        What a device signed beside it (``sogoc:record``) is no part of what it says.
        """
        known = {item.metadata["name"]: item for item in _fields(cls)}
        for name in body:
            if name not in ("type", RECORD) and name not in known:
                raise MalformedStatementError(cls.__name__, str(name), "no such member")
        values = {item.name: _read(cls.__name__, item, body) for item in known.values()}
        return cls(**{name: value for name, value in values.items() if value is not None})


def _fields(statement: type[Statement]) -> tuple[Field[Any], ...]:
    return fields(statement)  # type: ignore[arg-type]  # every subclass is a dataclass


def _read(statement: str, item: Field[Any], body: Mapping[str, Any]) -> Any:
    name = item.metadata["name"]
    if name not in body:
        if item.default is None:
            return None
        raise MalformedStatementError(statement, name, "missing")
    try:
        return item.metadata["form"].read(body[name])
    except (ValueError, TraceError) as error:
        raise MalformedStatementError(statement, name, str(error)) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationRegistered(Statement):
    """Who an organisation is: a legal entity's public contact, never a person's."""

    register: ClassVar[str] = "organisation"
    subject_field: ClassVar[str] = "organisation"
    organisation: str = field(metadata=_member("organisation", ORGANISATION))
    name: str = field(metadata=_member("name", text(200)))
    kind: str = field(metadata=_member("kind", word("cooperative", "distributor", "alliance")))
    address: str = field(metadata=_member("address", text(300)))
    province: str = field(metadata=_member("province", text(80)))
    commune: str = field(metadata=_member("commune", text(80)))
    phone: str | None = field(default=None, metadata=_member("phone", text(30)))
    website: str | None = field(default=None, metadata=_member("website", URI))
    tax_code: str | None = field(default=None, metadata=_member("taxCode", text(20)))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRegistered(Statement):
    """A plot, pond, barn, workshop or store. Coordinates are coarse (2 decimals of a degree)."""

    register: ClassVar[str] = "place"
    subject_field: ClassVar[str] = "place"
    place: str = field(metadata=_member("place", URI))
    name: str = field(metadata=_member("name", text(120)))
    kind: str = field(metadata=_member("kind", text(40)))
    province: str = field(metadata=_member("province", text(80)))
    commune: str = field(metadata=_member("commune", text(80)))
    area_m2: Decimal | None = field(default=None, metadata=_member("areaM2", AMOUNT))
    growing_area_code: str | None = field(default=None, metadata=_member("growingAreaCode", text(60)))
    perennial_since: date | None = field(default=None, metadata=_member("perennialSince", DAY))
    latitude: Decimal | None = field(default=None, metadata=_member("latitude", COARSE))
    longitude: Decimal | None = field(default=None, metadata=_member("longitude", COARSE))

    def __post_init__(self) -> None:
        for name, degrees in (("latitude", self.latitude), ("longitude", self.longitude)):
            if degrees is not None and (abs(degrees) > 180 or degrees != round(degrees, 2)):
                raise MalformedStatementError("PlaceRegistered", name, "degrees with at most 2 decimals")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRegistered(Statement):
    """What is sold: name, code, origin, and what its passport says about storing and warnings."""

    register: ClassVar[str] = "product"
    subject_field: ClassVar[str] = "product"
    product: str = field(metadata=_member("product", URI))
    code: str = field(metadata=_member("code", text(20)))
    gtin: str | None = field(default=None, metadata=_member("gtin", text(14)))
    name: str = field(metadata=_member("name", text(120)))
    name_en: str | None = field(default=None, metadata=_member("nameEn", text(120)))
    template: str = field(metadata=_member("template", text(40)))
    origin: str = field(metadata=_member("origin", text(200)))
    storage: str | None = field(default=None, metadata=_member("storage", text(300)))
    shelf_life_days: int | None = field(default=None, metadata=_member("shelfLifeDays", COUNT))
    net_options_g: tuple[int, ...] | None = field(
        default=None, metadata=_member("netOptionsG", tuple_of(COUNT, limit=20))
    )
    warning: str | None = field(default=None, metadata=_member("warning", text(300)))
    ingredients: str | None = field(default=None, metadata=_member("ingredients", text(1000)))
    photo: FileDigest | None = field(default=None, metadata=_member("photo", FILE))
    max_yield_kg_per_m2: Decimal | None = field(default=None, metadata=_member("maxYieldKgPerM2", AMOUNT))


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFiled(Statement):
    """A certificate that a third party issued; the document itself stays outside the log.

    It covers ``products`` of ``places``, wherever they are from if none is named.
    """

    register: ClassVar[str] = "certificate"
    subject_field: ClassVar[str] = "certificate"
    certificate: str = field(metadata=_member("certificate", URI))
    scheme: str = field(metadata=_member("scheme", text(80)))
    number: str = field(metadata=_member("number", text(80)))
    issuer: str = field(metadata=_member("issuer", text(200)))
    valid_from: date = field(metadata=_member("validFrom", DAY))
    valid_to: date = field(metadata=_member("validTo", DAY))
    products: tuple[str, ...] = field(metadata=_member("products", tuple_of(URI, limit=50)))
    places: tuple[str, ...] | None = field(
        default=None, metadata=_member("places", tuple_of(URI, at_least=1, limit=100))
    )
    document: FileDigest | None = field(default=None, metadata=_member("document", FILE))

    def __post_init__(self) -> None:
        if self.valid_to < self.valid_from:
            raise MalformedStatementError("CertificateFiled", "validTo", "ends before it begins")


@dataclass(frozen=True, slots=True, kw_only=True)
class LotSealed(Statement):
    """The lot is what it is from now on: totals, dates, the digest of its history and of its credential.

    Without ``weight_kg`` the lot was counted or measured otherwise: eggs, flowers, timber.
    """

    register: ClassVar[str] = "seal"
    subject_field: ClassVar[str] = "lot"
    lot: str = field(metadata=_member("lot", URI))
    product: str = field(metadata=_member("product", URI))
    packs: int | None = field(default=None, metadata=_member("packs", COUNT))
    net_g: Decimal | None = field(default=None, metadata=_member("netG", AMOUNT))
    weight_kg: Decimal | None = field(default=None, metadata=_member("weightKg", AMOUNT))
    packed_on: date = field(metadata=_member("packedOn", DAY))
    expires_on: date | None = field(default=None, metadata=_member("expiresOn", DAY))
    history: HistoryDigest = field(metadata=_member("history", HISTORY))
    credential: str | None = field(default=None, metadata=_member("credential", DIGEST))


class _StampRange(Statement):
    __slots__ = ()
    first: int
    last: int

    @property
    def subject(self) -> str:
        """The range of stamp numbers, both ends included."""
        return f"{self.first}-{self.last}"

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise MalformedStatementError(type(self).__name__, "last", "the last stamp is before the first")


@dataclass(frozen=True, slots=True, kw_only=True)
class StampsActivated(_StampRange):
    """The stamps ``first`` to ``last`` (numbers, both included) are on packs of a sealed lot."""

    register: ClassVar[str] = "activation"
    lot: str = field(metadata=_member("lot", URI))
    first: int = field(metadata=_member("first", COUNT))
    last: int = field(metadata=_member("last", COUNT))


@dataclass(frozen=True, slots=True, kw_only=True)
class StampsVoided(_StampRange):
    """The stamps ``first`` to ``last`` (numbers, both included) are spoiled or lost: never valid again."""

    register: ClassVar[str] = "voiding"
    first: int = field(metadata=_member("first", COUNT))
    last: int = field(metadata=_member("last", COUNT))
    reason: str = field(metadata=_member("reason", text(300)))
    on: date = field(metadata=_member("on", DAY))


@dataclass(frozen=True, slots=True, kw_only=True)
class LotRecalled(Statement):
    """A lot is called back, with every lot made from it (``lots``, itself included)."""

    register: ClassVar[str] = "recall"
    subject_field: ClassVar[str] = "lot"
    lot: str = field(metadata=_member("lot", URI))
    lots: tuple[str, ...] = field(metadata=_member("lots", LOTS))
    reason: str = field(metadata=_member("reason", text(500)))
    scope: str = field(metadata=_member("scope", text(300)))
    decided_by: str = field(metadata=_member("decidedBy", text(200)))
    instruction: str = field(metadata=_member("instruction", text(500)))
    contact: str = field(metadata=_member("contact", text(200)))


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallClosed(Statement):
    """A recall came to its end: what came back, what was destroyed. The lot stays recalled.

    ``told`` names the authority that the report went to, an office and never a person.
    """

    register: ClassVar[str] = "recall_closed"
    subject_field: ClassVar[str] = "lot"
    lot: str = field(metadata=_member("lot", URI))
    on: date = field(metadata=_member("on", DAY))
    result: str = field(metadata=_member("result", text(500)))
    recovered_kg: Decimal | None = field(default=None, metadata=_member("recoveredKg", AMOUNT))
    destroyed_kg: Decimal | None = field(default=None, metadata=_member("destroyedKg", AMOUNT))
    told: str | None = field(default=None, metadata=_member("told", text(200)))


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectErased(Statement):
    """The key that covered values about one subject (a random id) was destroyed; proofs stay valid."""

    register: ClassVar[str] = "erasure"
    subject_field: ClassVar[str] = "erased"
    erased: str = field(metadata=_member("subject", text(80)))
    disclosures: int = field(metadata=_member("disclosures", COUNT))


STATEMENTS: Mapping[str, type[Statement]] = {
    kind.__name__: kind
    for kind in (
        OrganisationRegistered,
        PlaceRegistered,
        ProductRegistered,
        CertificateFiled,
        LotSealed,
        StampsActivated,
        StampsVoided,
        LotRecalled,
        RecallClosed,
        SubjectErased,
    )
}


def is_trace_statement(body: Mapping[str, Any]) -> bool:
    """Whether the body is of a type defined here (key statements are the log's)."""
    return body.get("type") in STATEMENTS


def parse_statement(body: Mapping[str, Any]) -> Statement:
    """The statement whose body is exactly ``body``; the inverse of ``body()``.

    Raises ``MalformedStatementError`` for unknown types, missing, unknown and ill-formed members.
    """
    kind = STATEMENTS.get(str(body.get("type")))
    if kind is None:
        raise MalformedStatementError(str(body.get("type"))[:40], "type", "no such statement")
    return kind.parse(body)
