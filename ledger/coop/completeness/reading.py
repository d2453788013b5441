"""Reading what the laws' sets ask for of an organisation's own products and lots of packs."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.completeness.legal_answers import answer_sets, is_passport, missing_facts
from ledger.coop.completeness.legal_facts import AnsweredSet, LegalFacts, MissingFact
from ledger.coop.errors import NotFoundError
from ledger.coop.goods.processed_food import PROCESSING_STEPS, is_food
from ledger.coop.lots import OwnLot, find_own_lot
from ledger.coop.paper.label_facts import label_facts
from ledger.coop.registers.certificates import filed_certificates
from ledger.coop.registers.product_mending import read_registration
from ledger.coop.registers.products import Product, find_product_by_uri, list_products
from ledger.trace.derived.registers import find_statement
from ledger.trace.events.statements import CertificateFiled, OrganisationRegistered, ProductRegistered
from ledger.trace.genealogy import Genealogy, trace_back
from ledger.trace.identifiers import lot_code_of
from ledger.trace.queries import lots_of
from ledger.trace.sectors.templates import Template, template
from ledger.trace.tables import LotKind, TraceEvent, TraceLotEntry, lot_key
from ledger.trace.units import local_day

LOTS_AT_ONCE = 10
"""Lots of a product on one page: each is traced back."""
_KEYS_AT_ONCE = 500
_HANDED_OVER = frozenset({"shipping", "distributor_receipt"})
"""Steps that name two parties in place of a place; whom goods went to is not for the public."""


@dataclass(frozen=True, slots=True)
class Completeness:
    """How a product (``lot`` is ``None``) or a lot stands against every set.

    ``is_passport``: it has a GTIN; without one its page is of tracing only. ``lot_index``: the entry that
    made the lot, in a list of lots.
    """

    product: Product
    lot: OwnLot | None
    sets: tuple[AnsweredSet, ...]
    is_passport: bool
    lot_index: int | None = None

    @property
    def missing(self) -> tuple[MissingFact, ...]:
        """What is missing, each thing once."""
        return missing_facts(self.sets)


class _Step(NamedTuple):
    code: str
    place: str | None


def products_completeness(session: Session, actor: Actor, today: date) -> tuple[Completeness, ...]:
    """Every product of the organisation, by code."""
    return tuple(
        _product(session, actor, product, today) for product in list_products(session, actor.organisation)
    )


def product_completeness(session: Session, actor: Actor, code: str, today: date) -> Completeness:
    """One product, without what only lots can say. Raises ``NotFoundError``."""
    said = read_registration(session, actor, code)
    return _product(session, actor, find_product_by_uri(session, actor.organisation, said.product), today)


def lots_completeness(
    session: Session, actor: Actor, code: str, today: date, *, before_index: int | None = None
) -> tuple[Completeness, ...]:
    """The newest lots of packs of a product, at most 10, before the entry ``before_index`` if given.

    Raises ``NotFoundError`` (the product).
    """
    product = read_registration(session, actor, code).product
    rows = lots_of(
        session,
        actor.organisation,
        LotKind.PACK,
        product=product,
        before_index=before_index,
        limit=LOTS_AT_ONCE,
    )
    return tuple(
        replace(lot_completeness(session, actor, row.lot, today), lot_index=row.created_index) for row in rows
    )


def lot_completeness(session: Session, actor: Actor, lot: str, today: date) -> Completeness:
    """One lot that the organisation made. Raises ``NotFoundError``, also for one of no product of its own."""
    own = find_own_lot(session, actor, lot)
    if own.kind is LotKind.SEASON or own.product is None:
        raise NotFoundError("lô", lot_code_of(lot))
    said = find_statement(session, ProductRegistered, own.product)
    product = find_product_by_uri(session, actor.organisation, own.product)
    if said is None:
        raise NotFoundError("sản phẩm", product.code)
    sector, traced = template(said.statement.template), trace_back(session, lot)
    steps = _steps_of(session, traced)
    made_on = local_day(own.created_at)
    origins = _origins(sector, steps)
    standards = _in_force(session, actor, own.product, origins, {made_on, today})
    facts = _facts(session, actor, said.statement, lot, standards)
    facts = replace(
        facts,
        steps=_names(sector, (step.code for step in steps if _is_tracked(sector, step.code))),
        lacking=_names(sector, _lacking(sector, {step.code for step in steps})),
        unplaced=_names(sector, (step.code for step in steps if _lacks_place(sector, step))),
    )
    return Completeness(product, own, answer_sets(facts), is_passport(facts))


def _product(session: Session, actor: Actor, product: Product, today: date) -> Completeness:
    said = find_statement(session, ProductRegistered, product.uri)
    if said is None:
        raise NotFoundError("sản phẩm", product.code)
    facts = _facts(session, actor, said.statement, "", _in_force(session, actor, product.uri, None, {today}))
    return Completeness(product, None, answer_sets(facts), is_passport(facts))


def _facts(
    session: Session, actor: Actor, said: ProductRegistered, lot: str, standards: tuple[str, ...]
) -> LegalFacts:
    """What is registered; of a lot what its label says as well."""
    label, sector = label_facts(session, actor.organisation, lot or None), template(said.template)
    if not lot:
        label = replace(
            label,
            product_name=said.name,
            product_code=said.code,
            gtin=said.gtin or "",
            origin=said.origin,
            ingredients=said.ingredients or "",
            warning=said.warning or "",
            storage=said.storage or "",
            is_processed=is_food(sector) and bool(PROCESSING_STEPS & set(sector.minimal_steps)),
        )
    maker = find_statement(session, OrganisationRegistered, actor.organisation)
    return LegalFacts(
        lot=lot,
        label=label,
        has_photo=said.photo is not None,
        tax_code="" if maker is None else maker.statement.tax_code or "",
        shelf_life_days=said.shelf_life_days,
        standards=standards,
        is_food=is_food(sector),
    )


def _in_force(
    session: Session, actor: Actor, product: str, places: set[str | None] | None, days: set[date]
) -> tuple[str, ...]:
    """Certificates that cover the product on all of ``days``, of a lot wherever it was taken from."""
    return tuple(
        f"{said.scheme} {said.number}"
        for said in filed_certificates(session, actor.organisation)
        if product in said.products
        and all(said.valid_from <= day <= said.valid_to for day in days)
        and _covers(said, places)
    )


def _covers(said: CertificateFiled, places: set[str | None] | None) -> bool:
    return said.places is None or places is None or places <= set(said.places)


def _origins(sector: Template, steps: Iterable[_Step]) -> set[str | None]:
    """Where what is in a lot was harvested or taken in; ``None`` stands for a place that nobody told."""
    taking = {step.code for step in sector.steps if step.level == "creates_batch"}
    return {step.place for step in steps if step.code in taking} or {None}


def _steps_of(session: Session, traced: Genealogy) -> tuple[_Step, ...]:
    """The steps that were recorded of a lot and of all it is made of, each with its place, once."""
    keys = [lot_key(node.lot) for node in traced.lots]
    found: dict[_Step, None] = {}
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        rows = session.execute(
            select(TraceEvent.step, TraceEvent.place)
            .join(TraceLotEntry, TraceLotEntry.index == TraceEvent.index)
            .where(TraceLotEntry.lot.in_(keys[start : start + _KEYS_AT_ONCE]), TraceEvent.step.is_not(None))
            .where(TraceEvent.corrects.is_(None), TraceEvent.corrected_by.is_(None))
            .distinct()
            .order_by(TraceEvent.step, TraceEvent.place)
        )
        found.update({_Step(step or "", place): None for step, place in rows})
    return tuple(found)


def _lacks_place(sector: Template, step: _Step) -> bool:
    return step.place is None and step.code not in _HANDED_OVER and _is_tracked(sector, step.code)


def _is_tracked(sector: Template, code: str) -> bool:
    return any(step.code == code and step.critical for step in sector.steps)


def _lacking(sector: Template, recorded: set[str]) -> tuple[str, ...]:
    """Steps that no lot of the sector goes without and that this one did."""
    return tuple(code for code in sector.minimal_steps if code not in recorded)


def _names(sector: Template, codes: Iterable[str]) -> tuple[str, ...]:
    """What steps are called, in the template's order; unknown ones by their codes."""
    wanted = set(codes)
    named = {step.code: step.name_vi for step in sector.steps}
    return tuple(named[code] for code in named if code in wanted) + tuple(sorted(wanted - named.keys()))
