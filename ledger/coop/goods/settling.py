"""Settling a shipment of which the receiver took in less than was sent: what came back, and what is lost.

A refusal gives nothing back by itself: the goods are on a vehicle. The sender counts what came home and says
so in its own chain; only then is it in its stock again. What did not come back is written off in the books.
"""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ledger.coop.actors import SHIPPING, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import NotFoundError, ShipmentStateError
from ledger.coop.events import DESPATCH_ADVICE, Amount, object_event, with_transactions
from ledger.coop.goods.receipt_tables import ReceiptDifferenceRow, ShipmentReturnRow
from ledger.coop.goods.shipping import RECEIVED, REJECTED
from ledger.coop.goods.stock_places import put_in_store, settle_places
from ledger.coop.lots import OwnLot, find_held_lot, template_of
from ledger.coop.quantities import unit_name
from ledger.coop.registers.places import find_place
from ledger.coop.steps import StepCommand, check_step_values, find_doer, find_occasion, write_step
from ledger.coop.tables import ShipmentRow
from ledger.coop.use_cases import use_case
from ledger.log.unit import Unit
from ledger.trace.events.flows import EACH
from ledger.trace.identifiers import transaction_uri
from ledger.trace.tables import TraceEvent
from ledger.trace.units import format_number

STEP = "goods_returned"
_NOTHING = Decimal(0)
_SETTLED = "Chuyến này bên giao đã giải quyết xong phần không nhận, nên không sửa được nữa. Hãy gọi bên giao."


@dataclass(frozen=True, slots=True, kw_only=True)
class Settle(StepCommand):
    """Of what the receiver of ``shipment`` (its code) did not take in, ``returned`` came back.

    The rest is lost. ``to_place``: the store (its code) in which it stands again.
    """

    shipment: str
    returned: Decimal
    to_place: str | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """A settled shipment: what came back by the entry at ``index`` (``None``: nothing did), what is lost."""

    code: str
    returned: Decimal
    lost: Decimal
    index: int | None


@use_case(SHIPPING)
def settle(unit: Unit, actor: Actor, command: Settle) -> Settled:
    """Say what became of goods that were not taken in; once for each shipment.

    Raises ``NotFoundError``, ``ShipmentStateError`` (nothing to settle, or settled before), ``CommandError``,
    ``DoneDateError``, ``ledger.trace.errors.FieldErrors``.
    """
    row = _unsettled(unit.session, actor, command.shipment)
    missing = row.quantity - (row.counted or _NOTHING)
    _check(row, command, missing)
    index = _take_back(unit, actor, command, row) if command.returned else None
    lost = missing - command.returned
    unit.session.add(
        ShipmentReturnRow(
            shipment_id=row.id,
            organisation=actor.organisation,
            returned=command.returned,
            lost=lost,
            index=index,
            settled_on=command.done_on,
        )
    )
    unit.session.flush()
    return Settled(row.code, command.returned, lost, index)


def check_not_settled(session: Session, shipment: str) -> None:
    """Raises ``ShipmentStateError`` for a shipment (its id) whose sender settled what was not taken in."""
    if session.get(ShipmentReturnRow, shipment) is not None:
        raise ShipmentStateError("settled by the sender", shipment=shipment, sentence=_SETTLED)


def check_settled_again(session: Session, index: int, quantity: Decimal | None) -> None:
    """Raises ``CommandError`` where the return at ``index`` cannot have been of so much."""
    row = session.scalar(select(ShipmentReturnRow).where(ShipmentReturnRow.index == index))
    if row is None:
        return
    most = row.returned + row.lost
    checks = Checks()
    if quantity is not None and quantity > most:
        checks.refuse("quantity", f"Phần không được nhận chỉ có {format_number(most)}. Hãy đếm lại.")
    checks.finish()


def undo_settlement(session: Session, index: int) -> None:
    """The return at ``index`` was taken back: the shipment waits to be settled again."""
    session.execute(delete(ShipmentReturnRow).where(ShipmentReturnRow.index == index))


def redo_settlement(session: Session, index: int, again: int, quantity: Decimal | None) -> None:
    """The return at ``index`` was said again at ``again``, of this quantity; the rest is lost."""
    row = session.scalar(select(ShipmentReturnRow).where(ShipmentReturnRow.index == index))
    if row is None:
        return
    missing = row.returned + row.lost
    returned = row.returned if quantity is None else quantity
    session.execute(
        update(ShipmentReturnRow)
        .where(ShipmentReturnRow.shipment_id == row.shipment_id)
        .values(index=again, returned=returned, lost=missing - returned)
    )


def forget_difference(session: Session, shipment: str) -> None:
    """The receiver took its count of a shipment (its id) back, and with it the reason."""
    session.execute(delete(ReceiptDifferenceRow).where(ReceiptDifferenceRow.shipment_id == shipment))


def _unsettled(session: Session, actor: Actor, code: str) -> ShipmentRow:
    row = session.scalar(
        select(ShipmentRow).where(
            ShipmentRow.code == code.strip().upper(), ShipmentRow.from_organisation == actor.organisation
        )
    )
    if row is None:
        raise NotFoundError("chuyến hàng", code[:40])
    if row.state not in (RECEIVED, REJECTED) or row.quantity == (row.counted or _NOTHING):
        sentence = "Chuyến này không có phần nào bị trả lại. Hãy xem lại danh sách giao nhận."
        raise ShipmentStateError(f"shipment is {row.state}", shipment=row.id, sentence=sentence)
    if session.get(ShipmentReturnRow, row.id) is not None:
        sentence = "Chuyến này đã giải quyết xong. Nếu ghi nhầm, hãy đính chính dòng nhận hàng trả về."
        raise ShipmentStateError("settled before", shipment=row.id, sentence=sentence)
    return row


def _check(row: ShipmentRow, command: Settle, missing: Decimal) -> None:
    checks = Checks()
    unit = "gói" if row.uom == EACH else unit_name(row.uom)
    if command.returned:
        checks.amount("returned", "số hàng về", command.returned)
    checks.finish()
    if row.uom == EACH and command.returned != command.returned.to_integral_value():
        checks.refuse("returned", "Số gói phải là số nguyên.")
    if command.returned > missing:
        most = f"{format_number(missing)} {unit}"
        checks.refuse("returned", f"Phần không được nhận chỉ có {most}. Hãy đếm lại.")
    checks.finish()


def _take_back(unit: Unit, actor: Actor, command: Settle, row: ShipmentRow) -> int:
    lot = find_held_lot(unit.session, actor, row.lot)
    settle_places(unit.session, actor, lot)
    index = _write(unit, actor, command, row, lot)
    if command.to_place is not None:
        place = find_place(unit.session, actor.organisation, command.to_place)
        put_in_store(unit.session, actor, lot, place.code, command.returned, index=index)
    return index


def _write(unit: Unit, actor: Actor, command: Settle, row: ShipmentRow, lot: OwnLot) -> int:
    sector = template_of(unit.session, lot)
    step = sector.step(STEP)
    doer = find_doer(unit, actor, command)
    said = {"quantity": format_number(command.returned)}
    values = check_step_values(unit, actor, step, command, doer=doer, computed=said)
    sent_at = unit.session.scalars(select(TraceEvent.done_at).where(TraceEvent.index == row.sent_index)).one()
    occasion = find_occasion(unit, actor, command, command.done_on, not_before=sent_at)
    event = object_event(step, sector.id, occasion, values, [Amount(row.lot, command.returned, row.uom)])
    advice = transaction_uri(unit.id_base, actor.organisation, row.code)
    event = with_transactions(event, {DESPATCH_ADVICE: advice})
    return write_step(unit, actor, step, event, (), lot=row.lot, done_on=command.done_on, doer=doer).index
