"""A lot's passport: what anyone may know of it, made of verified entries alone. Pure.

No row of a table goes into it, so changing a table can change nothing that it says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from ledger.trace.derived.projections import event_time
from ledger.trace.errors import MalformedIdentifierError
from ledger.trace.events.flows import EACH, KILOGRAM
from ledger.trace.events.parsing import Parsed
from ledger.trace.events.statements import (
    CertificateFiled,
    LotRecalled,
    LotSealed,
    OrganisationRegistered,
    PlaceRegistered,
    ProductRegistered,
    RecallClosed,
    StampsActivated,
)
from ledger.trace.identifiers import (
    Gs1Identifier,
    Identifier,
    OwnIdentifier,
    lot_code_of,
    parse_identifier,
    product_uri,
)
from ledger.trace.passports.journey import tell_journey
from ledger.trace.passports.passport_facts import (
    CertificateFact,
    HandoverFact,
    OrganisationFact,
    OriginLot,
    Passport,
    PlaceFact,
    ProductFact,
    RecallFact,
    SealFact,
    StampFact,
)
from ledger.trace.passports.sensors import tell_sensors
from ledger.trace.passports.sources import tell_sources
from ledger.trace.passports.story import Said, Story, tell_story
from ledger.trace.sectors.field_values import read_day, read_net_g
from ledger.trace.units import local_day

__all__ = ["Passport", "build_passport"]

_PER_KG = 1000


def build_passport(lot: str, entries: Sequence[Parsed], today: date) -> Passport:
    """The passport of ``lot`` that these verified entries (in index order) tell, as seen on ``today``."""
    return _Builder(tell_story(lot, entries), today).build()


@dataclass(frozen=True, slots=True)
class _Totals:
    """What is in the lot: as its seal says or, where it was corrected since, its making event."""

    packed_on: date | None = None
    expires_on: date | None = None
    packs: int | None = None
    net_g: Decimal | None = None
    weight_kg: Decimal | None = None


class _Builder:
    """Holds what several facts need; ``build`` puts them together."""

    def __init__(self, story: Story, today: date) -> None:
        self._story = story
        self._today = today
        self._organisations = story.in_force(OrganisationRegistered)
        self._places = story.in_force(PlaceRegistered)
        self._products = story.in_force(ProductRegistered)
        self._closings = {said.statement.lot: said for said in story.said(RecallClosed)}
        self._seal = story.seal()

    def build(self) -> Passport:
        story, seal = self._story, self._seal
        product, totals = self._product(story.lot), self._totals()
        origins, is_measured = self._origins()
        harvests = [origin.harvested_on for origin in origins if origin.harvested_on]
        recalls = tuple(self._recall(said) for said in story.recalls())
        chains = dict.fromkeys(item.record.chain_id for item in story.entries)
        identifier = _identifier(story.lot)
        return Passport(
            lot=story.lot,
            lot_code=lot_code_of(story.lot),
            gtin=identifier.gtin if isinstance(identifier, Gs1Identifier) else None,
            product=product,
            organisation=self._organisation(story.chain_of(story.lot)),
            organisations=tuple(self._organisation(chain) for chain in chains),
            places=tuple(
                PlaceFact(place, said.statement, said.index) for place, said in self._places.items()
            ),
            certificates=self._certificates(product, harvests, totals.packed_on),
            harvested_from=min(harvests, default=None),
            harvested_on=max(harvests, default=None),
            packed_on=totals.packed_on,
            expires_on=totals.expires_on,
            packs=totals.packs,
            net_g=totals.net_g,
            weight_kg=totals.weight_kg,
            journey=tell_journey(story, self._names(), None if seal is None else seal.index),
            origins=origins,
            is_measured=is_measured,
            sources=tell_sources(story),
            sensors=tell_sensors(story),
            sealed=_seal_fact(seal),
            recall=recalls[0] if recalls else None,
            recalls=recalls,
            stamps=self._stamps(),
            handovers=self._handovers(),
            entries=len(story.entries),
        )

    # -- who and what --------------------------------------------------------------------------------

    def _organisation(self, code: str | None) -> OrganisationFact:
        said = self._organisations.get(code or "")
        if said is None:
            return OrganisationFact(code or "")
        return OrganisationFact(said.statement.organisation, said.statement, said.index)

    def _product(self, lot: str) -> ProductFact:
        identifier = _identifier(lot)
        if lot == self._story.lot and self._seal is not None:
            uri: str | None = self._seal.statement.product
        else:
            uri = self._product_of(identifier)
        said = self._products.get(uri or "")
        code = uri.rpartition("/")[2] if uri else lot_code_of(lot)
        if said is None:
            return ProductFact(code, uri)
        return ProductFact(said.statement.code, uri, said.statement, said.index)

    def _product_of(self, identifier: Identifier | None) -> str | None:
        match identifier:
            case OwnIdentifier(id_base=base, organisation=organisation, product_code=str(code)):
                return product_uri(base, organisation, code)
            case Gs1Identifier(gtin=gtin):
                return next(
                    (uri for uri, said in self._products.items() if said.statement.gtin == gtin), None
                )
        return None

    def _names(self) -> dict[str, str]:
        """What people call the things that identifiers stand for."""
        named = (lot for item in self._story.entries if item.flow for lot in item.flow.named)
        names = {lot: lot_code_of(lot) for lot in named}
        for register in (self._places, self._products, self._organisations):
            names |= {subject: said.statement.name for subject, said in register.items()}
        return names

    def _certificates(
        self, product: ProductFact, harvests: Sequence[date], packed_on: date | None
    ) -> tuple[CertificateFact, ...]:
        """Those that cover the product and every place it is from, in force today and when it was made."""
        days = {self._today, *harvests} | ({packed_on} if packed_on is not None else set())
        places = self._origin_places()
        return tuple(
            self._certificate(said)
            for said in self._story.in_force(CertificateFiled).values()
            if product.product in said.statement.products
            and all(said.statement.valid_from <= day <= said.statement.valid_to for day in days)
            and (said.statement.places is None or places <= set(said.statement.places))
        )

    def _certificate(self, said: Said[CertificateFiled]) -> CertificateFact:
        names = self._names()
        filed = said.statement
        return CertificateFact(
            filed,
            said.index,
            self._organisation(said.record.chain_id),
            local_day(said.record.recorded_at),
            tuple(names.get(product, product.rpartition("/")[2]) for product in filed.products),
            tuple(names.get(place, place.rpartition("/")[2]) for place in filed.places or ()),
        )

    def _origin_places(self) -> set[str | None]:
        """Where what is in the lot was harvested or taken in; ``None`` for what nobody told the place of."""
        if not self._story.ancestors & self._story.makers.keys():
            return {None}
        return {_place(self._story.maker(lot)) for lot in self._story.shares().parts}

    # -- how much and whence -------------------------------------------------------------------------

    def _totals(self) -> _Totals:
        maker, seal = self._story.maker(self._story.lot), self._seal
        if seal is not None and (maker is None or maker.index < seal.index):
            said = seal.statement
            return _Totals(said.packed_on, said.expires_on, said.packs, said.net_g, said.weight_kg)
        return _Totals() if maker is None else self._made(maker)

    def _made(self, maker: Parsed) -> _Totals:
        fields = maker.record.body.get("sogoc:fields", {})
        quantity, uom = self._quantity(maker)
        is_packing = maker.record.body.get("bizStep") == "packing"
        packs = int(quantity) if quantity is not None and uom == EACH and is_packing else None
        net_g = read_net_g(maker.record.body)
        weight_kg = quantity if uom == KILOGRAM else None
        if packs is not None and net_g is not None:
            weight_kg = packs * net_g / _PER_KG
        packed_on = local_day(event_time(maker.record.body)) if is_packing else None
        return _Totals(packed_on, read_day(fields.get("expires_on")), packs, net_g, weight_kg)

    def _quantity(self, maker: Parsed, lot: str | None = None) -> tuple[Decimal | None, str | None]:
        outputs = () if maker.flow is None else maker.flow.outputs
        found = next((amount for amount in outputs if amount.lot == (lot or self._story.lot)), None)
        return (None, None) if found is None else (found.quantity, found.uom)

    def _origins(self) -> tuple[tuple[OriginLot, ...], bool]:
        if not self._story.ancestors & self._story.makers.keys():
            return (), False
        shared = self._story.shares()
        origins = [self._origin(lot, shared.parts[lot]) for lot in sorted(shared.parts)]
        return tuple(sorted(origins, key=lambda origin: -origin.share)), shared.is_measured

    def _origin(self, lot: str, share: Fraction) -> OriginLot:
        maker = self._story.maker(lot)
        body = {} if maker is None else maker.record.body
        said = self._places.get(_place(maker) or "")
        quantity, uom = (None, None) if maker is None else self._quantity(maker, lot)
        return OriginLot(
            lot=lot,
            lot_code=lot_code_of(lot),
            product_name=self._product(lot).name,
            organisation=self._organisation(self._story.chain_of(lot)),
            place_name=None if said is None else said.statement.name,
            # What was bought in was harvested by others, on a day nobody told.
            harvested_on=local_day(event_time(body)) if body.get("type") == "TransformationEvent" else None,
            quantity=quantity,
            uom=uom,
            share=share,
        )

    # -- what became of it ---------------------------------------------------------------------------

    def _recall(self, said: Said[LotRecalled]) -> RecallFact:
        organisation = self._organisation(said.record.chain_id)
        closed = self._closings.get(said.statement.lot)
        # Only who recalled the lot says that the recall is over.
        by_same = closed is not None and closed.record.chain_id == said.record.chain_id
        end = closed.statement if closed is not None and by_same else None
        return RecallFact(said.statement, said.index, said.record.recorded_at, organisation, end)

    def _stamps(self) -> tuple[StampFact, ...]:
        lot, chain_id = self._story.lot, self._story.chain_of(self._story.lot)
        return tuple(
            StampFact(said.statement.first, said.statement.last, said.index, said.record.recorded_at)
            for said in self._story.said(StampsActivated)
            if said.statement.lot == lot and said.record.chain_id == chain_id
        )

    def _handovers(self) -> tuple[HandoverFact, ...]:
        return tuple(
            HandoverFact(
                item.index,
                kind,
                local_day(event_time(item.record.body)),
                self._organisation(item.record.chain_id),
                amount.quantity,
                amount.uom,
            )
            for item in self._story.entries
            if item.flow is not None and not item.flow.is_error and item.index not in self._story.corrections
            for kind, amount in item.flow.handed
            if amount.lot == self._story.lot
        )


def _place(maker: Parsed | None) -> str | None:
    body = {} if maker is None else maker.record.body
    found: str | None = body.get("bizLocation", body.get("readPoint", {})).get("id")
    return found


def _seal_fact(seal: Said[LotSealed] | None) -> SealFact | None:
    if seal is None:
        return None
    return SealFact(seal.statement, seal.index, seal.record.recorded_at, seal.record.signers)


def _identifier(lot: str) -> Identifier | None:
    try:
        return parse_identifier(lot)
    except MalformedIdentifierError:
        return None
