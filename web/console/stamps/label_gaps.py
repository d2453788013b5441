"""What the law asks of a label and nobody has said yet: told before printing, with the way to say it."""

from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, Actor
from ledger.coop.errors import NotFoundError
from ledger.coop.goods.processed_food import PROCESSING_STEPS, is_food
from ledger.coop.lots import find_held_lot
from ledger.coop.paper.label_facts import label_facts, missing_label_fields
from ledger.coop.registers.products import Product, find_product_by_uri
from ledger.trace.derived.registers import find_statement
from ledger.trace.events.statements import ProductRegistered
from ledger.trace.sectors.reference import LegalField
from ledger.trace.sectors.templates import template
from web.console.session import actor
from web.languages import _
from web.state import current


@dataclass(frozen=True, slots=True)
class LabelGaps:
    """What is missing on the label of a product, and who may say it. ``product`` is its code."""

    product: str
    missing: tuple[str, ...]
    may_mend: bool


def gaps_of_lot(lot: str) -> LabelGaps | None:
    """What labels of these packs lack; ``None``: nothing, or no product of ours."""
    return current().ledger.read(_of_lot, actor(), lot)


def gaps_of_product(product: Product) -> LabelGaps | None:
    """What labels will lack when this product is packed today; ``None``: nothing."""
    return current().ledger.read(_of_product, actor(), product)


def _of_lot(session: Session, actor: Actor, lot: str) -> LabelGaps | None:
    own = find_held_lot(session, actor, lot)
    try:
        product = find_product_by_uri(session, actor.organisation, own.product or "")
        facts = label_facts(session, actor.organisation, lot)
    except NotFoundError:
        return None
    return _gaps(actor, product, missing_label_fields(facts))


def _of_product(session: Session, actor: Actor, product: Product) -> LabelGaps | None:
    """Net weight and days are of the packs to come: they count as said."""
    filed = find_statement(session, ProductRegistered, product.uri)
    if filed is None:
        return None
    said, sector, today = filed.statement, template(product.template), current().today
    facts = replace(
        label_facts(session, actor.organisation, None),
        product_name=said.name,
        origin=said.origin,
        ingredients=said.ingredients or "",
        warning=said.warning or "",
        storage=said.storage or "",
        net_g=Decimal(1),
        made_on=today,
        expires_on=today,
        is_packed_food=is_food(sector),
        is_processed=bool(PROCESSING_STEPS & set(sector.minimal_steps)),
    )
    return _gaps(actor, product, missing_label_fields(facts))


def _gaps(actor: Actor, product: Product, missing: tuple[LegalField, ...]) -> LabelGaps | None:
    if not missing:
        return None
    may_mend = not actor.roles.isdisjoint(MANAGEMENT)
    return LabelGaps(product.code, tuple(_(field.vi) for field in missing), may_mend)
