"""An order is packed, all that was put aside for it leaves at once, the customer counts what came."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ledger.coop.actors import SHIPPING, WORKSHOP, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import CommandError, NotFoundError, OrderStateError, Problem
from ledger.coop.goods.delivery_papers import DeliveryDetails, check_papers, keep_papers
from ledger.coop.goods.shipping import SENT, WITHDRAWN, Shipped, send_lot
from ledger.coop.goods.store_choice import settle_stores, take_from_stores
from ledger.coop.lots import find_held_lot, find_held_lots
from ledger.coop.order_tables import AllotmentRow, OrderRow, OrderTaskRow
from ledger.coop.orders.order_books import (
    DECLINED,
    DONE,
    begin,
    is_anything_missing,
    keep_step,
    wake_last_team,
)
from ledger.coop.orders.states import OrderAction, OrderState, after_shipping
from ledger.coop.orders.writing import OrderDone
from ledger.coop.quantities import unit_name
from ledger.coop.reservations import order_code
from ledger.coop.steps import Notice
from ledger.coop.tables import ShipmentRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.events.flows import EACH
from ledger.trace.identifiers import lot_code_of
from ledger.trace.units import format_number


@dataclass(frozen=True, slots=True, kw_only=True)
class PackOrder(Command):
    """Everything that was put aside stands ready."""

    order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipOrder(DeliveryDetails):
    """All that is put aside for an order leaves; ``to_partner`` is the order's customer whatever is said."""

    order: str
    to_partner: str = ""


@dataclass(frozen=True, slots=True)
class OrderShipped:
    """The order's new state, and its shipments, one a lot and line."""

    order: str
    state: str
    shipments: tuple[Shipped, ...]

    @property
    def warnings(self) -> tuple[Notice, ...]:
        """What the guards said of any lot."""
        return tuple(notice for one in self.shipments for notice in one.warnings)


@dataclass(frozen=True, slots=True)
class Counted:
    """How much of a shipment (its code) the customer counted, in the lot's unit."""

    shipment: str
    quantity: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveOrder(Command):
    """What a customer who does not sign here says came of an order's shipments."""

    order: str
    counted: tuple[Counted, ...]


@use_case(WORKSHOP)
def pack_order(unit: Unit, actor: Actor, command: PackOrder) -> OrderDone:
    """An order is ready to leave; its teams are done.

    Raises ``NotFoundError``, ``NotAllowedError`` (not in a team of the order), ``OrderStateError``.
    """
    row = begin(unit, actor, command.order, OrderAction.PACK)
    _finish_teams(unit.session, row.id)
    keep_step(unit, actor, row, OrderAction.PACK, OrderState.PACKED)
    return OrderDone(order_code(row.number), row.state)


@use_case(SHIPPING)
def ship_order(unit: Unit, actor: Actor, command: ShipOrder) -> OrderShipped:
    """Send all that is put aside for an order, in one delivery; what is missing still is worked on further.

    Raises ``NotFoundError``, ``OrderStateError``, and what ``ledger.coop.goods.shipping.ship`` raises for
    any of the lots.
    """
    row = begin(unit, actor, command.order, OrderAction.SHIP)
    papers = check_papers(command)
    leaving = _put_aside(unit.session, row.id)
    taken = _taken(leaving)
    stores = settle_stores(
        unit.session, actor, command.stores, find_held_lots(unit.session, actor, taken), taken
    )
    shipped = tuple(_send(unit, actor, command, row, allotment) for allotment in leaving)
    left = [(item.lot, one.index, item.quantity) for item, one in zip(leaving, shipped, strict=True)]
    take_from_stores(unit.session, actor, stores, left)
    keep_papers(unit, actor, papers, [one.shipment for one in shipped])
    is_missing = is_anything_missing(unit.session, row.id)
    _finish_teams(unit.session, row.id)
    if is_missing:
        wake_last_team(unit.session, row.id)
    keep_step(unit, actor, row, OrderAction.SHIP, after_shipping(is_anything_missing=is_missing))
    return OrderShipped(order_code(row.number), row.state, shipped)


@use_case(SHIPPING)
def receive_order(unit: Unit, actor: Actor, command: ReceiveOrder) -> OrderDone:
    """Note what the customer counted. It stays in the books: only who signs for goods says so in the log.

    Raises ``NotFoundError``, ``OrderStateError``, ``CommandError`` (more than was sent, or the receiver
    signs here).
    """
    row = begin(unit, actor, command.order, OrderAction.RECEIVE)
    sent = {shipment.code: (allotment, shipment) for allotment, shipment in _sent(unit.session, row.id)}
    _check_counted(command, {code: shipment for code, (_, shipment) in sent.items()})
    for item in command.counted:
        sent[item.shipment][0].received = item.quantity
    state = OrderState(row.state)
    is_all = all(
        allotment.received is not None or shipment.state != SENT for allotment, shipment in sent.values()
    )
    if state is OrderState.SHIPPED and is_all:
        state = OrderState.RECEIVED
    keep_step(unit, actor, row, OrderAction.RECEIVE, state)
    return OrderDone(order_code(row.number), row.state)


def _send(unit: Unit, actor: Actor, command: ShipOrder, row: OrderRow, allotment: AllotmentRow) -> Shipped:
    lot = find_held_lot(unit.session, actor, allotment.lot)
    shipped = send_lot(
        unit, actor, replace(command, to_partner=row.partner_id), lot, allotment.quantity, order=row.id
    )
    unit.session.flush()  # the shipment's row, which the allotment names
    allotment.shipment_id = shipped.shipment
    unit.session.flush()
    return shipped


def _put_aside(session: Session, order_id: str) -> Sequence[AllotmentRow]:
    return session.scalars(
        select(AllotmentRow)
        .where(AllotmentRow.order_id == order_id, AllotmentRow.shipment_id.is_(None))
        .order_by(AllotmentRow.line, AllotmentRow.lot)
    ).all()


def _taken(leaving: Sequence[AllotmentRow]) -> dict[str, Decimal]:
    """How much of each lot leaves, for whichever lines."""
    taken: dict[str, Decimal] = {}
    for allotment in leaving:
        taken[allotment.lot] = taken.get(allotment.lot, Decimal(0)) + allotment.quantity
    return taken


def _sent(session: Session, order_id: str) -> Sequence[tuple[AllotmentRow, ShipmentRow]]:
    """What left for the order and was not taken back."""
    rows = session.execute(
        select(AllotmentRow, ShipmentRow)
        .join(ShipmentRow, ShipmentRow.id == AllotmentRow.shipment_id)
        .where(AllotmentRow.order_id == order_id, ShipmentRow.state != WITHDRAWN)
    )
    return [(allotment, shipment) for allotment, shipment in rows]


def _finish_teams(session: Session, order_id: str) -> None:
    session.execute(
        update(OrderTaskRow)
        .where(OrderTaskRow.order_id == order_id, OrderTaskRow.state != DECLINED)
        .values(state=DONE)
    )


def _check_counted(command: ReceiveOrder, shipments: dict[str, ShipmentRow]) -> None:
    if not shipments:
        sentence = f"Đơn {command.order} chưa giao chuyến nào. Hãy giao hàng trước."
        raise OrderStateError("nothing left", state="", sentence=sentence)
    if not command.counted:
        raise CommandError(Problem("counted", "Hãy ghi khách đếm được bao nhiêu."))
    checks = Checks()
    for item in command.counted:
        shipment = shipments.get(item.shipment)
        if shipment is None:
            raise NotFoundError("chuyến hàng", item.shipment)
        where = f"Lô {lot_code_of(shipment.lot)}"
        if shipment.to_organisation is not None:
            checks.refuse("counted", f"{where}: bên nhận tự ký nhận trên hệ thống. Hãy gọi họ ký.")
        elif item.quantity:
            checks.amount("counted", f"số khách đếm ở {where.lower()}", item.quantity)
        if item.quantity.is_finite() and item.quantity > shipment.quantity:
            unit = "gói" if shipment.uom == EACH else unit_name(shipment.uom)
            sent = f"{format_number(shipment.quantity)} {unit}"
            checks.refuse("counted", f"{where} chỉ giao {sent}. Hãy đếm lại.")
    checks.finish()
