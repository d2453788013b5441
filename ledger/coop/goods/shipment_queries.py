"""A shipment to the organisation, on its way or received. What goes to somebody else is not found."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.errors import NotFoundError
from ledger.coop.goods.shipping import SENT
from ledger.coop.registers.organisations import find_organisation
from ledger.coop.tables import ShipmentRow
from ledger.trace.derived.registers import find_statement
from ledger.trace.derived.store import read_lots
from ledger.trace.events.statements import ProductRegistered
from ledger.trace.sectors.templates import Template, template


@dataclass(frozen=True, slots=True)
class Coming:
    """A shipment: what, how much, from whom; ``received_index`` once it was counted."""

    code: str
    lot: str
    product: str
    template: Template
    sender: str
    quantity: Decimal
    uom: str | None
    sent_on: date
    received_index: int | None


def read_awaited(session: Session, actor: Actor) -> frozenset[str]:
    """The shipments sent to organisations that can sign for them here and have not: their ids."""
    ids = session.scalars(
        select(ShipmentRow.id).where(
            ShipmentRow.from_organisation == actor.organisation,
            ShipmentRow.to_organisation.is_not(None),
            ShipmentRow.state == SENT,
        )
    )
    return frozenset(ids)


def read_coming(session: Session, actor: Actor, code: str) -> Coming:
    """The shipment with this code. Raises ``NotFoundError``."""
    row = session.scalar(
        select(ShipmentRow).where(
            ShipmentRow.code == code.upper(), ShipmentRow.to_organisation == actor.organisation
        )
    )
    lot = None if row is None else read_lots(session, (row.lot,)).get(row.lot)
    filed = None if lot is None else find_statement(session, ProductRegistered, lot.product or "")
    if row is None or filed is None:
        raise NotFoundError("chuyến hàng", code)
    return Coming(
        code=row.code,
        lot=row.lot,
        product=filed.statement.name,
        template=template(filed.statement.template),
        sender=find_organisation(session, row.from_organisation).name,
        quantity=row.quantity,
        uom=row.uom,
        sent_on=row.sent_on,
        received_index=row.received_index,
    )
