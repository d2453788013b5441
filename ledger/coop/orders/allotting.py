"""Putting lots aside for an order."""

from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import delete

from ledger.coop.actors import WORKSHOP, Actor
from ledger.coop.order_tables import AllotmentRow
from ledger.coop.orders.allotment_checks import LinePortion, check_portions
from ledger.coop.orders.order_books import begin, keep_step
from ledger.coop.orders.states import OrderAction, after_allotting
from ledger.coop.orders.writing import OrderDone
from ledger.coop.reservations import order_code
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class AllotOrder(Command):
    """What is put aside for an order, in place of what was before; nothing lets all go."""

    order: str
    portions: tuple[LinePortion, ...] = ()


@use_case(WORKSHOP)
def allot_order(unit: Unit, actor: Actor, command: AllotOrder) -> OrderDone:
    """Put lots aside for an order, never more than is free of them.

    That no two orders are promised the same goods follows from the ledger's one lock: whoever allots has
    seen what was allotted before. Raises ``NotFoundError``, ``NotAllowedError`` (not in a team of the order),
    ``OrderStateError``, ``CommandError`` with every problem.
    """
    row = begin(unit, actor, command.order, OrderAction.ALLOT)
    check_portions(unit, actor, row, command.portions)
    unit.session.execute(
        delete(AllotmentRow).where(AllotmentRow.order_id == row.id, AllotmentRow.shipment_id.is_(None))
    )
    unit.session.add_all(
        AllotmentRow(
            id=str(uuid4()),
            organisation=actor.organisation,
            order_id=row.id,
            line=portion.line,
            lot=portion.lot,
            quantity=portion.quantity,
            shipment_id=None,
            received=None,
        )
        for portion in command.portions
    )
    state = after_allotting(is_anything_aside=bool(command.portions))
    keep_step(unit, actor, row, OrderAction.ALLOT, state)
    return OrderDone(order_code(row.number), row.state)
