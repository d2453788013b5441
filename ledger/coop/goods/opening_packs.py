"""Opening packs: what was packed becomes a loose lot, to be packed again. Its last day stays what it was.

The lock held here: stamps active on a lot ≤ packs of it that are still closed. So the stamps of what is
opened are voided first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.coop.actors import PACKING, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import CommandError, LotStateError, Problem
from ledger.coop.events import Amount, transformation_event
from ledger.coop.holds.held_lots import facts_of_lots
from ledger.coop.lot_codes import new_lot
from ledger.coop.lots import OwnLot, available, find_own_lot, template_of
from ledger.coop.quantities import net_in_lot_unit
from ledger.coop.registers.products import find_product_by_uri
from ledger.coop.reservations import check_not_promised
from ledger.coop.steps import (
    Notice,
    StepCommand,
    ask_guards,
    check_step_values,
    find_doer,
    find_occasion,
    notices,
    write_step,
)
from ledger.coop.use_cases import use_case
from ledger.log.records import read_record
from ledger.log.unit import Unit
from ledger.trace.derived.stock import count_active_stamps
from ledger.trace.derived.store import read_lots
from ledger.trace.events.flows import EACH, MoveKind
from ledger.trace.facts import Facts
from ledger.trace.genealogy import trace_back
from ledger.trace.sectors.fields import decimal_of
from ledger.trace.sectors.templates import template
from ledger.trace.tables import TraceMove, lot_key
from ledger.trace.units import PLACES, format_date, format_number, normalise

STEP = "unpacking"
_GONE = (MoveKind.USED, MoveKind.REMOVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPacks(StepCommand):
    """``packs`` packs of ``lot`` are opened, for a ``reason``; ``loss``: what is not good any more, in kg
    (or pieces).
    """

    lot: str
    packs: int
    reason: str
    loss: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """The loose lot that was made, its entry, how much it is, and what the guards had to say."""

    lot: str
    index: int
    quantity: Decimal
    warnings: tuple[Notice, ...]


@use_case(PACKING)
def open_packs(unit: Unit, actor: Actor, command: OpenPacks) -> Opened:
    """Make a loose lot of packs.

    Raises ``NotFoundError``, ``CommandError``, ``LotStateError`` (no packs, promised to an order, stamps
    active still), ``DoneDateError``, ``ledger.trace.errors.FieldErrors`` and ``GuardError`` (recalled).
    """
    own = find_own_lot(unit.session, actor, command.lot)
    opened = _check(unit.session, actor, own, command)
    product = find_product_by_uri(unit.session, actor.organisation, own.product or "")
    sector = template_of(unit.session, own)
    step = sector.step(STEP)
    doer = find_doer(unit, actor, command)
    values = check_step_values(unit, actor, step, command, doer=doer, computed=_said(own, command))
    occasion = find_occasion(unit, actor, command, command.done_on, not_before=own.created_at)
    taken = {own.lot: Decimal(command.packs)}
    facts = Facts(
        done_on=command.done_on,
        values=values,
        unit_vi="gói",
        lots=facts_of_lots(unit.session, actor.organisation, taken),
    )
    warnings = ask_guards(actor, step, facts, command.overrides)
    lot = new_lot(unit.session, unit.id_base, product, command.done_on)
    event = transformation_event(
        step,
        sector.id,
        occasion,
        values,
        inputs=[Amount(own.lot, Decimal(command.packs), EACH)],
        outputs=[Amount(lot, opened.quantity, opened.uom)],
    )
    receipt = write_step(unit, actor, step, event, warnings, lot=lot, done_on=command.done_on, doer=doer)
    return Opened(lot, receipt.index, opened.quantity, notices(warnings))


def must_void(session: Session, own: OwnLot, packs: int) -> int:
    """How many stamps must be voided before so many packs are opened."""
    gone = session.scalar(
        select(func.sum(-TraceMove.delta)).where(
            TraceMove.lot == lot_key(own.lot),
            TraceMove.chain_id == own.chain_id,
            TraceMove.kind.in_([kind.value for kind in _GONE]),
        )
    )
    closed = (own.packs or 0) - int(gone or 0) - packs
    return max(count_active_stamps(session, own.lot) - closed, 0)


@dataclass(frozen=True, slots=True)
class _Loose:
    """What comes out of packs: so much, in this unit."""

    quantity: Decimal
    uom: str


def net_of(session: Session, own: OwnLot) -> tuple[Decimal, str]:
    """What is in one pack, and its unit: that of the lots it was filled from. Raises ``LotStateError``."""
    row = read_lots(session, (own.lot,))[own.lot]
    body = read_record(session, row.created_index).body
    values: Mapping[str, Any] = body.get("sogoc:fields", {})
    net = decimal_of(values, "net_per_pack")
    uoms = {edge.uom for edge in trace_back(session, own.lot).edges if edge.child == own.lot}
    if net is None or len(uoms) != 1 or (uom := uoms.pop()) is None:
        sentence = (
            f"Lô {own.code} không rõ mỗi gói bao nhiêu nên chưa mở gói được. Hãy đính chính lô này trước."
        )
        raise LotStateError("no net content", lot=own.lot, sentence=sentence)
    step = template(str(body["sogoc:template"])).step(str(body["sogoc:step"]))
    return net_in_lot_unit(step, net), uom


def _check(session: Session, actor: Actor, own: OwnLot, command: OpenPacks) -> _Loose:
    if own.packs is None:
        sentence = f"Lô {own.code} là hàng rời, không có gói để mở. Hãy chọn lô đã đóng gói."
        raise LotStateError("no packs", lot=own.lot, sentence=sentence)
    checks = Checks()
    checks.count("packs", "số gói mở", command.packs, own.packs)
    checks.text("reason", "lý do mở gói", command.reason, 300)
    if command.loss:
        checks.amount("loss", "hao hụt", command.loss)
    checks.finish()
    net, uom = net_of(session, own)
    quantity = normalise(round(net * command.packs - (command.loss or Decimal(0)), PLACES))
    if quantity <= 0:
        raise CommandError(Problem("loss", "Hao hụt không thể bằng hoặc hơn cả hàng trong gói. Hãy ghi lại."))
    left = available(session, actor, own)
    check_not_promised(session, actor.organisation, own, left, Decimal(command.packs))
    if count := must_void(session, own, command.packs):
        sentence = (
            f"Lô {own.code} còn {format_number(Decimal(count))} tem đang kích hoạt trên những gói sẽ mở. "
            "Hãy hủy những tem ấy trước (Hủy tem), rồi ghi mở gói."
        )
        raise LotStateError("stamps are active", lot=own.lot, sentence=sentence)
    return _Loose(quantity, uom)


def _said(own: OwnLot, command: OpenPacks) -> dict[str, str | list[str]]:
    said: dict[str, str | list[str]] = {
        "input_batches": [own.lot],
        "opened_count": str(command.packs),
        "reason": command.reason,
    }
    if own.expires_on is not None:
        said["expires_on"] = format_date(own.expires_on)
    if command.loss:
        said["loss"] = format_number(command.loss)
    return said
