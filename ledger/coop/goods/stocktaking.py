"""Stocktaking: what was counted against what the books say; a difference is an event with its cause.

What is missing is written off (EPCIS ``ObjectEvent`` ``DELETE``). What is too much is only told: goods do not
come from nothing, so the harvest or packing that was weighed wrongly is corrected instead.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ledger.coop.actors import WORKSHOP, Actor
from ledger.coop.checks import Checks
from ledger.coop.events import Amount, object_event
from ledger.coop.goods.stock_places import settle_places, take_from_place
from ledger.coop.lots import OwnLot, find_held_lots, template_of
from ledger.coop.quantities import unit_name
from ledger.coop.registers.places import find_place
from ledger.coop.reservations import put_aside
from ledger.coop.steps import Notice, StepCommand, check_step_values, find_doer, find_occasion, write_step
from ledger.coop.use_cases import use_case
from ledger.log.unit import Unit
from ledger.trace.derived.stock import count_active_stamps
from ledger.trace.events.flows import EACH
from ledger.trace.tables import LotKind
from ledger.trace.units import format_number

STEP = "stock_taking"
MAX_LOTS = 200
CAUSES = ("shrinkage", "spoiled", "own_use", "lost", "miscounted")
_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Count:
    """So much of ``lot`` was counted, in its unit; ``cause`` says why it is not what the books say."""

    lot: str
    counted: Decimal
    cause: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeStock(StepCommand):
    """Lots were counted: in ``place`` (its code), or wherever they are without one."""

    counts: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class CountedLot:
    """A lot that was counted, its entry, and by how much less it is than the books said (below 0: more)."""

    lot: str
    index: int
    missing: Decimal


@dataclass(frozen=True, slots=True)
class StockTaken:
    """What was counted, an entry a lot, and what must be seen to now."""

    lots: tuple[CountedLot, ...]
    warnings: tuple[Notice, ...]


@use_case(WORKSHOP)
def take_stock(unit: Unit, actor: Actor, command: TakeStock) -> StockTaken:
    """Write down a count of lots, all or none.

    Raises ``NotFoundError`` (lot, place), ``CommandError`` with every problem, ``DoneDateError``.
    """
    _check(command)
    lots = {lot.lot: lot for lot in find_held_lots(unit.session, actor, (one.lot for one in command.counts))}
    place = (
        None if command.place is None else find_place(unit.session, actor.organisation, command.place).code
    )
    booked = {name: _booked(unit, actor, lot, place) for name, lot in lots.items()}
    _check_counts(command, lots, booked)
    taken: list[CountedLot] = []
    warnings: list[Notice] = []
    for one in command.counts:
        index = _write(unit, actor, command, lots[one.lot], one, booked=booked[one.lot])
        missing = booked[one.lot] - one.counted
        if place is not None and missing > 0:
            take_from_place(unit.session, actor, one.lot, place, missing, index=index)
        taken.append(CountedLot(one.lot, index, missing))
        warnings += _warnings(unit, actor, lots[one.lot], missing)
    return StockTaken(tuple(taken), tuple(warnings))


def _check(command: TakeStock) -> None:
    checks = Checks()
    if not 1 <= len(command.counts) <= MAX_LOTS:
        checks.refuse("counts", f"Chưa ghi số đếm, hoặc quá {MAX_LOTS} lô. Lô nào để trống thì không đếm.")
    if len({one.lot for one in command.counts}) < len(command.counts):
        checks.refuse("counts", "Có lô ghi hai lần. Hãy gộp lại thành một dòng.")
    checks.finish()


def _booked(unit: Unit, actor: Actor, lot: OwnLot, place: str | None) -> Decimal:
    there = settle_places(unit.session, actor, lot)
    return sum(there.values(), _NOTHING) if place is None else there.get(place, _NOTHING)


def _check_counts(command: TakeStock, lots: Mapping[str, OwnLot], booked: Mapping[str, Decimal]) -> None:
    checks = Checks()
    for one in command.counts:
        lot = lots[one.lot]
        if lot.kind is LotKind.SEASON:
            checks.refuse("counts", f"{lot.code} là vụ, không đếm như lô hàng.")
        if one.counted:
            checks.amount("counts", f"số đếm của lô {lot.code}", one.counted)
        if lot.uom == EACH and one.counted != one.counted.to_integral_value():
            checks.refuse("counts", f"Lô {lot.code}: số đếm phải là số nguyên.")
        if one.cause is not None:
            checks.word("cause", "vì sao lệch", one.cause, CAUSES)
        elif one.counted != booked[one.lot]:
            written, counted = format_number(booked[one.lot]), format_number(one.counted)
            sentence = f"Lô {lot.code}: sổ ghi {written}, đếm được {counted}. Hãy chọn vì sao lệch."
            checks.refuse("cause", sentence)
    checks.finish()


def _write(unit: Unit, actor: Actor, command: TakeStock, lot: OwnLot, one: Count, *, booked: Decimal) -> int:
    sector = template_of(unit.session, lot)
    step = sector.step(STEP)
    missing = booked - one.counted
    said = {"counted": format_number(one.counted), "booked": format_number(booked)}
    if missing > 0:
        said["quantity"] = format_number(missing)
    if missing and one.cause is not None:
        said["cause"] = one.cause
    doer = find_doer(unit, actor, command)
    values = check_step_values(unit, actor, step, command, doer=doer, computed=said)
    occasion = find_occasion(unit, actor, command, command.done_on, not_before=lot.created_at)
    amount = Amount(lot.lot, missing, lot.uom) if missing > 0 else Amount(lot.lot)
    event = object_event(step, sector.id, occasion, values, [amount])
    if missing > 0:
        event["action"] = "DELETE"
    return write_step(unit, actor, step, event, (), lot=lot.lot, done_on=command.done_on, doer=doer).index


def _warnings(unit: Unit, actor: Actor, lot: OwnLot, missing: Decimal) -> list[Notice]:
    """What must be seen to after a count: too much, promised to an order, stamps on packs that are gone."""
    if missing < 0:
        sentence = (
            f"Lô {lot.code}: đếm nhiều hơn sổ {format_number(-missing)} {_unit(lot)}. Sổ không cộng thêm: "
            "hãy đính chính việc đã cân, đếm sai (thu hoạch, chế biến hoặc đóng gói)."
        )
        return [Notice("stock_surplus", sentence, overridden=False)]
    if not missing:
        return []
    told = []
    left = sum(settle_places(unit.session, actor, lot).values(), _NOTHING)
    aside = put_aside(unit.session, actor.organisation, (lot.lot,))[lot.lot]
    if aside > left:
        sentence = (
            f"Lô {lot.code} còn {format_number(left)} {_unit(lot)} mà đã để dành {format_number(aside)} cho "
            "đơn hàng. Hãy chia lại lô của đơn."
        )
        told.append(Notice("stock_promised", sentence, overridden=False))
    if (
        lot.kind is LotKind.PACK
        and lot.chain_id == actor.organisation
        and count_active_stamps(unit.session, lot.lot)
    ):
        sentence = f"Lô {lot.code} có tem đang kích hoạt. Hãy hủy tem của những gói không còn."
        told.append(Notice("stock_stamps", sentence, overridden=False))
    return told


def _unit(lot: OwnLot) -> str:
    return "gói" if lot.kind is LotKind.PACK else unit_name(lot.uom)
