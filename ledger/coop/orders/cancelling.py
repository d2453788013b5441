"""An order ends early, or is worked on again."""

from dataclasses import dataclass, field

from sqlalchemy import delete

from ledger.coop.actors import OFFICE, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import OrderStateError
from ledger.coop.order_tables import AllotmentRow
from ledger.coop.orders.order_books import begin, is_anything_missing, keep_step, sent_by_line, wake_last_team
from ledger.coop.orders.states import OrderAction, OrderState, after_cancelling
from ledger.coop.orders.writing import OrderDone
from ledger.coop.reservations import order_code
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOrder(Command):
    """Nothing more will be sent of an order, and why."""

    order: str
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenOrder(Command):
    """An order is worked on again: a delivery was taken back, or the rest is wanted after all."""

    order: str


@use_case(OFFICE)
def cancel_order(unit: Unit, actor: Actor, command: CancelOrder) -> OrderDone:
    """End an order before its last delivery; what was put aside for it is free again.

    What left already stays shipped: such an order ends as shipped, with less than was ordered.
    Raises ``NotFoundError``, ``OrderStateError``, ``CommandError``.
    """
    checks = Checks()
    reason = checks.text("reason", "lý do hủy", command.reason, 300)
    checks.finish()
    row = begin(unit, actor, command.order, OrderAction.CANCEL)
    unit.session.execute(
        delete(AllotmentRow).where(AllotmentRow.order_id == row.id, AllotmentRow.shipment_id.is_(None))
    )
    state = after_cancelling(is_anything_sent=bool(sent_by_line(unit.session, row.id)))
    keep_step(unit, actor, row, OrderAction.CANCEL, state, reason=reason)
    return OrderDone(order_code(row.number), row.state)


@use_case(OFFICE)
def reopen_order(unit: Unit, actor: Actor, command: ReopenOrder) -> OrderDone:
    """Work on an order again of which something is missing. Raises ``NotFoundError``, ``OrderStateError``."""
    row = begin(unit, actor, command.order, OrderAction.REOPEN)
    if not is_anything_missing(unit.session, row.id):
        sentence = f"Đơn {command.order} đã giao đủ. Khách lấy thêm thì hãy lập đơn mới."
        raise OrderStateError("nothing is missing", state=row.state, sentence=sentence)
    wake_last_team(unit.session, row.id)
    keep_step(unit, actor, row, OrderAction.REOPEN, OrderState.ACCEPTED)
    return OrderDone(order_code(row.number), row.state)
