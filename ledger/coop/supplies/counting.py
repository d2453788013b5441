"""Counting the stock, and what goes from it without a diary entry: spilled, spoiled, given out."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ledger.coop.actors import Actor
from ledger.coop.checks import MAX_AMOUNT, Checks
from ledger.coop.supplies.allotting import NOTHING, SupplyLot
from ledger.coop.supplies.catalogue import KEEPERS, find_row
from ledger.coop.supplies.moves import Move, MoveKind, find_lot, open_lot, read_lots, take, write_move
from ledger.coop.supplies.purchases import check_day
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.units import PLACES, local_day


@dataclass(frozen=True, slots=True, kw_only=True)
class CountSupply(Command):
    """``counted`` of ``supply`` was really there: of one ``lot`` (its id), or of all lots together."""

    supply: str
    counted: Decimal
    counted_on: date
    reason: str
    lot: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendSupply(Command):
    """``amount`` of ``supply`` went without a diary entry; from ``lot`` (its id), or what expires first."""

    supply: str
    amount: Decimal
    spent_on: date
    reason: str
    lot: str | None = None


@dataclass(frozen=True, slots=True)
class StockChanged:
    """The supply, and by how much its stock changed."""

    supply: str
    delta: Decimal


@use_case(KEEPERS)
def count_supply(unit: Unit, actor: Actor, command: CountSupply) -> StockChanged:
    """Set the books right by a count; the difference is kept with its reason.

    Raises ``NotFoundError``, ``CommandError``.
    """
    supply = find_row(unit.session, actor, command.supply)
    checks = Checks()
    reason = checks.text("reason", "lý do", command.reason, 300)
    check_day(checks, "counted_on", command.counted_on, local_day(unit.now))
    if not 0 <= command.counted < MAX_AMOUNT or command.counted != round(command.counted, PLACES):
        checks.refuse("counted", "Số đếm được phải từ 0 trở lên và có tối đa 3 chữ số lẻ.")
    checks.finish()
    move = Move(MoveKind.COUNTED, command.counted_on, reason=reason)
    if command.lot is not None:
        lot = find_lot(unit.session, supply.id, command.lot)
        return _count_lot(unit, actor, supply.id, lot, command.counted, move=move)
    return _count_all(unit, actor, supply.id, command.counted, move)


@use_case(KEEPERS)
def spend_supply(unit: Unit, actor: Actor, command: SpendSupply) -> StockChanged:
    """Take something from the stock without a diary entry. Raises ``NotFoundError``, ``CommandError``."""
    supply = find_row(unit.session, actor, command.supply)
    checks = Checks()
    checks.amount("amount", "lượng xuất", command.amount)
    reason = checks.text("reason", "lý do", command.reason, 300)
    check_day(checks, "spent_on", command.spent_on, local_day(unit.now))
    checks.finish()
    move = Move(MoveKind.SPENT, command.spent_on, reason=reason)
    if command.lot is None:
        take(unit, actor, supply.id, command.amount, move)
    else:
        lot = find_lot(unit.session, supply.id, command.lot)
        write_move(unit, actor, supply.id, lot.id, -command.amount, move=move)
    return StockChanged(supply.id, -command.amount)


def _count_lot(
    unit: Unit, actor: Actor, supply_id: str, lot: SupplyLot, counted: Decimal, *, move: Move
) -> StockChanged:
    delta = counted - lot.left
    if delta:
        write_move(unit, actor, supply_id, lot.id, delta, move=move)
    return StockChanged(supply_id, delta)


def _count_all(unit: Unit, actor: Actor, supply_id: str, counted: Decimal, move: Move) -> StockChanged:
    """First no lot stays below zero, then what is too much goes, or what is more comes to the newest lot."""
    before = read_lots(unit.session, supply_id)
    for lot in before:
        if lot.left < 0:
            write_move(unit, actor, supply_id, lot.id, -lot.left, move=move)
    there = sum((max(lot.left, NOTHING) for lot in before), NOTHING)
    if counted < there:
        take(unit, actor, supply_id, there - counted, move)
    elif counted > there:
        newest = max(before, key=lambda lot: (lot.came_at, lot.id), default=None)
        lot_id = open_lot(unit, actor, supply_id, "", None) if newest is None else newest.id
        write_move(unit, actor, supply_id, lot_id, counted - there, move=move)
    return StockChanged(supply_id, counted - sum((lot.left for lot in before), NOTHING))
