"""Receiving: the other organisation counts what came and signs for it with its own key, in its own chain.

From then on it answers for what it took in. Whoever takes in less than was sent, or nothing, says why; the
sender reads it, and settles what became of the rest (``ledger.coop.goods.settling``).
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ledger.coop.actors import RECEIVING, Actor
from ledger.coop.attachments.photos import Photo
from ledger.coop.checks import Checks
from ledger.coop.errors import NotFoundError, ShipmentStateError
from ledger.coop.events import (
    DESPATCH_ADVICE,
    MAX_PHOTOS,
    RECEIVING_ADVICE,
    Amount,
    object_event,
    with_parties,
    with_transactions,
)
from ledger.coop.goods.differences import keep_difference
from ledger.coop.goods.shipping import RECEIVED, REJECTED, SENT
from ledger.coop.quantities import unit_name
from ledger.coop.steps import StepCommand, check_step_values, find_doer, find_occasion, write_step
from ledger.coop.tables import ProductRow, ShipmentRow
from ledger.coop.use_cases import use_case
from ledger.log.unit import Unit
from ledger.trace.derived.store import read_lots
from ledger.trace.events.flows import EACH
from ledger.trace.identifiers import party_uri, transaction_uri
from ledger.trace.passports.journey import REFUSED_DISPOSITION
from ledger.trace.sectors.templates import Template, template
from ledger.trace.tables import TraceEvent
from ledger.trace.units import format_number

STEP = "distributor_receipt"
CONDITIONS = ("ok", "short", "damaged")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receive(StepCommand):
    """What came of a shipment (its code or URI): ``counted`` in the lot's unit; none at all is a refusal.

    ``reason`` says why it is less than was sent, or not good; ``documents`` are photos of that. Sender and
    receiver read both.
    """

    shipment: str
    counted: Decimal
    condition: str = "ok"
    reason: str | None = field(default=None, repr=False)
    documents: tuple[Photo, ...] = ()


@dataclass(frozen=True, slots=True)
class Received:
    """A shipment that was counted: what was sent, what came, and whether it was taken in or refused."""

    index: int
    shipment: str
    expected: Decimal
    counted: Decimal
    state: str

    @property
    def missing(self) -> Decimal:
        """How much less came than was sent."""
        return self.expected - self.counted


@use_case(RECEIVING)
def receive(unit: Unit, actor: Actor, command: Receive) -> Received:
    """Count-sign a shipment to the actor's organisation.

    Raises ``NotFoundError``, ``ShipmentStateError`` (received before), ``CommandError`` (more than was sent),
    ``DoneDateError``, ``ledger.trace.errors.FieldErrors``.
    """
    return receive_shipment(unit, actor, command)


def receive_shipment(unit: Unit, actor: Actor, command: Receive) -> Received:
    """One shipment of those that came. Raises what ``receive`` does."""
    row = _shipment_to(unit.session, actor, command.shipment)
    if row.state != SENT:
        raise ShipmentStateError(f"shipment is {row.state}", shipment=row.id)
    reason = _check_count(row, command)
    # Fewer than were sent is short, whatever else was ticked.
    condition = "short" if command.counted < row.quantity and command.condition == "ok" else command.condition
    sector = _template(unit.session, row.lot)
    step = sector.step(STEP)
    doer = find_doer(unit, actor, command)
    said = {
        "by_party": actor.organisation,
        "quantity": format_number(command.counted),
        "condition": condition,
    }
    noted = replace(command, note=command.note or reason)
    values = check_step_values(unit, actor, step, noted, doer=doer, computed=said)
    sent_at = _sent_at(unit.session, row)
    occasion = find_occasion(unit, actor, command, command.done_on, not_before=sent_at)
    amount = Amount(row.lot, command.counted or None, row.uom)
    event = object_event(step, sector.id, occasion, values, [amount])
    if not command.counted:
        # The count is sealed; that nothing was taken in is not: the goods are still the sender's.
        event = {**event, "disposition": REFUSED_DISPOSITION}
    own_advice = transaction_uri(unit.id_base, actor.organisation, row.code)
    event = with_transactions(event, {DESPATCH_ADVICE: row.id, RECEIVING_ADVICE: own_advice})
    sender, receiver = (party_uri(unit.id_base, code) for code in (row.from_organisation, actor.organisation))
    event = with_parties(event, sender, receiver)
    receipt = write_step(unit, actor, step, event, (), lot=row.lot, done_on=command.done_on, doer=doer)
    row.state = RECEIVED if command.counted else REJECTED
    row.counted, row.condition, row.received_index = command.counted, condition, receipt.index
    if reason is not None:
        keep_difference(unit, actor, row.id, reason, command.documents)
    return Received(receipt.index, row.id, row.quantity, command.counted, row.state)


def _shipment_to(session: Session, actor: Actor, text: str) -> ShipmentRow:
    row = session.scalar(
        select(ShipmentRow).where(
            or_(ShipmentRow.id == text, ShipmentRow.code == text.strip().upper()),
            ShipmentRow.to_organisation == actor.organisation,
        )
    )
    if row is None:
        raise NotFoundError("chuyến hàng", text)
    return row


def _check_count(row: ShipmentRow, command: Receive) -> str | None:
    """Why it is less or not good; ``None`` where all came well. Raises ``CommandError``."""
    checks = Checks()
    checks.word("condition", "tình trạng hàng", command.condition, CONDITIONS)
    if command.counted:
        checks.amount("counted", "số đếm được", command.counted)
    checks.finish()
    if row.uom == EACH and command.counted != command.counted.to_integral_value():
        checks.refuse("counted", "Số gói phải là số nguyên.")
    if command.counted > row.quantity:
        sent = f"{format_number(row.quantity)} {unit_name(row.uom)}"
        checks.refuse("counted", f"Chuyến này chỉ gửi {sent}. Hãy đếm lại, hoặc hỏi bên gửi.")
    if len(command.documents) > MAX_PHOTOS:
        checks.refuse("documents", f"Mỗi lần nhận kèm tối đa {MAX_PHOTOS} ảnh. Hãy bỏ bớt ảnh.")
    is_whole = command.counted == row.quantity and command.condition == "ok"
    reason = checks.optional_text("reason", "lý do", command.reason, 500)
    if not is_whole and reason is None:
        what = "không nhận hàng" if not command.counted else "nhận thiếu hoặc hàng hỏng"
        checks.refuse("reason", f"Hãy ghi lý do {what}: bên giao sẽ đọc.")
    checks.finish()
    return None if is_whole else reason


def _template(session: Session, lot: str) -> Template:
    product = read_lots(session, (lot,))[lot].product
    return template(session.scalars(select(ProductRow.template).where(ProductRow.uri == product)).one())


def _sent_at(session: Session, row: ShipmentRow) -> datetime:
    return session.scalars(select(TraceEvent.done_at).where(TraceEvent.index == row.sent_index)).one()
