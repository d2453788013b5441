"""The facts of a passport as values. Each carries the index of the entry that says it. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from ledger.trace.events.statements import (
    CertificateFiled,
    LotRecalled,
    LotSealed,
    OrganisationRegistered,
    PlaceRegistered,
    ProductRegistered,
    RecallClosed,
)
from ledger.trace.passports.journey import JourneyStep
from ledger.trace.passports.sensors import SensorFact
from ledger.trace.passports.sources import Sources


@dataclass(frozen=True, slots=True)
class ProductFact:
    """What the lot is sold as; everything but the code is missing when the product was never registered."""

    code: str
    product: str | None = None
    statement: ProductRegistered | None = None
    index: int | None = None

    @property
    def name(self) -> str:
        """The product's name, or its code."""
        return self.code if self.statement is None else self.statement.name


@dataclass(frozen=True, slots=True)
class OrganisationFact:
    """An organisation that acts in the story."""

    code: str
    statement: OrganisationRegistered | None = None
    index: int | None = None

    @property
    def name(self) -> str:
        """The organisation's name, or its code."""
        return self.code if self.statement is None else self.statement.name


@dataclass(frozen=True, slots=True)
class PlaceFact:
    """A place of the story."""

    place: str
    statement: PlaceRegistered
    index: int


@dataclass(frozen=True, slots=True)
class CertificateFact:
    """A certificate that covers the lot, in force when it was made and on the day the passport is shown.

    ``organisation`` put it into the log on ``filed_on``; ``products`` and ``places`` are the names of what it
    covers, ``places`` empty where it names none: then it covers them all.
    """

    statement: CertificateFiled
    index: int
    organisation: OrganisationFact
    filed_on: date
    products: tuple[str, ...]
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OriginLot:
    """A harvest inside the lot: its ``share`` of the lot, and how much was harvested in all."""

    lot: str
    lot_code: str
    product_name: str
    organisation: OrganisationFact
    place_name: str | None
    harvested_on: date | None
    quantity: Decimal | None
    uom: str | None
    share: Fraction


@dataclass(frozen=True, slots=True)
class SealFact:
    """The seal: what was sealed, when it was recorded, and the keys that signed it."""

    statement: LotSealed
    index: int
    sealed_at: datetime
    signers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecallFact:
    """A recall of this lot or of something inside it; ``closed`` says how it ended, once it did."""

    statement: LotRecalled
    index: int
    recalled_at: datetime
    organisation: OrganisationFact
    closed: RecallClosed | None = None


@dataclass(frozen=True, slots=True)
class StampFact:
    """A range of stamps activated on this lot."""

    first: int
    last: int
    index: int
    activated_at: datetime


@dataclass(frozen=True, slots=True)
class HandoverFact:
    """The lot was shipped, or received and counter-signed. Whom it went to is sealed."""

    index: int
    kind: str
    done_on: date
    organisation: OrganisationFact
    quantity: Decimal | None
    uom: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passport:
    """Everything a lot's page tells. Weights in kilograms, ``net_g`` in grams; days are Việt Nam's."""

    lot: str
    lot_code: str
    gtin: str | None
    product: ProductFact
    organisation: OrganisationFact
    organisations: tuple[OrganisationFact, ...]
    places: tuple[PlaceFact, ...]
    certificates: tuple[CertificateFact, ...]
    harvested_from: date | None
    harvested_on: date | None
    packed_on: date | None
    expires_on: date | None
    packs: int | None
    net_g: Decimal | None
    weight_kg: Decimal | None
    journey: tuple[JourneyStep, ...]
    origins: tuple[OriginLot, ...]
    is_measured: bool
    sources: Sources
    sensors: tuple[SensorFact, ...]
    sealed: SealFact | None
    recall: RecallFact | None
    recalls: tuple[RecallFact, ...]
    stamps: tuple[StampFact, ...]
    handovers: tuple[HandoverFact, ...]
    entries: int

    @property
    def corrections(self) -> int:
        """How many steps were corrected."""
        return sum(step.corrected for step in self.journey)
