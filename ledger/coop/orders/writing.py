"""Writing an order down: who wants what, how much of it, until when and for how much."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from ledger.coop.actors import OFFICE, Actor
from ledger.coop.checks import Checks
from ledger.coop.order_tables import OrderLineRow, OrderRow
from ledger.coop.orders.order_books import begin, keep_step, seal_details
from ledger.coop.orders.states import OrderAction, OrderState
from ledger.coop.quantities import CUBIC_METRE
from ledger.coop.registers.partners import find_partner
from ledger.coop.registers.products import find_product
from ledger.coop.reservations import order_code
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.events.flows import EACH, KILOGRAM
from ledger.trace.units import local_day

PIECE = "H87"
"""Loose pieces (eggs, stems, heads), where ``EA`` are packs; a unit of orders only (UN/ECE Rec. 20)."""
COUNTED = frozenset({EACH, PIECE})
UOMS = (EACH, PIECE, KILOGRAM, CUBIC_METRE)
MAX_LINES = 50
MAX_PRICE = 10**12
FAR_DAYS = 366
"""An order is due within a year; a later day is a typing error."""


@dataclass(frozen=True, slots=True)
class OrderLine:
    """So much of a product (its code), in ``uom``; ``net_g`` if only packs of that size will do.

    ``price`` is đồng for one of the unit.
    """

    product: str
    uom: str
    quantity: Decimal
    net_g: Decimal | None = None
    price: int | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOrder(Command):
    """What ``customer`` (a partner's id) wants; with ``order`` (its code) a draft is written anew."""

    customer: str
    due_on: date
    lines: tuple[OrderLine, ...]
    destination: str | None = field(default=None, repr=False)
    note: str | None = field(default=None, repr=False)
    order: str | None = None


@dataclass(frozen=True, slots=True)
class OrderDone:
    """An order and the state in which it is now."""

    order: str
    state: str


@use_case(OFFICE)
def write_order(unit: Unit, actor: Actor, command: WriteOrder) -> OrderDone:
    """Write an order down as a draft. Raises ``CommandError``, ``NotFoundError``, ``OrderStateError``."""
    destination, note = _check(unit, command)
    partner = find_partner(unit.session, actor.organisation, command.customer)
    for line in command.lines:
        find_product(unit.session, actor.organisation, line.product)
    if command.order is None:
        row = _new(unit, actor, partner.id, command.due_on)
    else:
        row = begin(unit, actor, command.order, OrderAction.WRITE)
        row.partner_id, row.due_on = partner.id, command.due_on
        unit.session.execute(delete(OrderLineRow).where(OrderLineRow.order_id == row.id))
    details = {"destination": destination, "note": note}
    row.details_sealed = seal_details(unit, actor.organisation, row.id, details)
    unit.session.flush()
    unit.session.add_all(
        OrderLineRow(
            order_id=row.id,
            number=number,
            product=line.product,
            uom=line.uom,
            net_g=line.net_g,
            quantity=line.quantity,
            price=line.price,
        )
        for number, line in enumerate(command.lines, start=1)
    )
    keep_step(unit, actor, row, OrderAction.WRITE, OrderState.DRAFT)
    return OrderDone(order_code(row.number), row.state)


def _new(unit: Unit, actor: Actor, partner: str, due_on: date) -> OrderRow:
    """The next order's row; the unit has the ledger's lock, and a number is unique in its organisation."""
    row = OrderRow(
        id=str(uuid4()),
        organisation=actor.organisation,
        number=_last_number(unit.session, actor.organisation) + 1,
        partner_id=partner,
        state=OrderState.DRAFT.value,
        due_on=due_on,
        details_sealed=b"",
        created_at=unit.now,
    )
    unit.session.add(row)
    return row


def _last_number(session: Session, organisation: str) -> int:
    query = select(func.max(OrderRow.number)).where(OrderRow.organisation == organisation)
    return session.scalar(query) or 0


def _check(unit: Unit, command: WriteOrder) -> tuple[str | None, str | None]:
    """Destination and note in their one form. Raises ``CommandError`` with every problem."""
    checks = Checks()
    today = local_day(unit.now)
    if not today - timedelta(days=FAR_DAYS) <= command.due_on <= today + timedelta(days=FAR_DAYS):
        checks.refuse("due_on", "Ngày giao phải trong vòng một năm. Hãy chọn lại ngày.")
    if not command.lines:
        checks.refuse("lines", "Đơn chưa có mặt hàng nào. Hãy chọn sản phẩm và ghi số lượng.")
    if len(command.lines) > MAX_LINES:
        checks.refuse("lines", f"Mỗi đơn tối đa {MAX_LINES} dòng. Hãy tách thành hai đơn.")
    for number, line in enumerate(command.lines[:MAX_LINES], start=1):
        _check_line(checks, number, line)
    destination = checks.optional_text("destination", "nơi giao", command.destination, 200)
    note = checks.optional_text("note", "ghi chú", command.note, 300)
    checks.finish()
    return destination, note


def _check_line(checks: Checks, number: int, line: OrderLine) -> None:
    checks.word("lines", f"đơn vị của dòng {number}", line.uom, UOMS)
    quantity = checks.amount("lines", f"số lượng của dòng {number}", line.quantity)
    if line.uom in COUNTED and quantity.is_finite() and quantity != quantity.to_integral_value():
        checks.refuse("lines", f"Dòng {number}: số gói, số cái phải là số nguyên.")
    checks.optional_amount("lines", f"cỡ gói của dòng {number}", line.net_g)
    if line.price is not None and not 0 <= line.price <= MAX_PRICE:
        checks.refuse("lines", f"Giá ở dòng {number} không hợp lý. Hãy ghi số đồng cho một đơn vị.")
