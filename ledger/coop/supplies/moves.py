"""Movements of stock: every change of what is left of a lot is one row that says why. Never below a use case.

What no lot has is taken from a lot without a code, which falls below zero; what is bought later settles it
(``entering``).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.errors import NotFoundError
from ledger.coop.supplies.allotting import NOTHING, Allotted, SupplyLot, allot
from ledger.coop.supplies.tables import SupplyLotRow, SupplyMoveRow
from ledger.log.unit import Unit


class MoveKind(StrEnum):
    """Why something came or went."""

    BOUGHT = "bought"
    USED = "used"
    """By a diary entry."""
    RETURNED = "returned"
    """The entry that used it was corrected, or its amount was said anew."""
    SPENT = "spent"
    """Without a diary entry: spilled, spoiled, given out, packed with."""
    COUNTED = "counted"
    """What a count found more or less than the books."""
    SETTLED = "settled"
    """What was used before it was entered, taken from the lot that was entered later."""
    WITHDRAWN = "withdrawn"
    """A purchase that was entered by mistake."""


@dataclass(frozen=True, slots=True)
class Move:
    """What a movement says of itself: why, on which day, for which purchase or entry."""

    kind: MoveKind
    on: date
    subject: str | None = None
    reason: str | None = None


def read_lots(session: Session, supply_id: str) -> tuple[SupplyLot, ...]:
    """The lots of a supply, the first to expire first; those without a date last."""
    rows = session.scalars(select(SupplyLotRow).where(SupplyLotRow.supply_id == supply_id))
    lots = [SupplyLot(row.id, row.code, row.expires_on, row.left, row.came_at) for row in rows]
    return tuple(sorted(lots, key=lambda lot: (lot.expires_on or date.max, lot.came_at, lot.id)))


def find_lot(session: Session, supply_id: str, lot_id: str) -> SupplyLot:
    """The supply's lot with this id. Raises ``NotFoundError``."""
    found = next((lot for lot in read_lots(session, supply_id) if lot.id == lot_id), None)
    if found is None:
        raise NotFoundError("lô vật tư", lot_id)
    return found


def open_lot(unit: Unit, actor: Actor, supply_id: str, code: str, expires_on: date | None) -> str:
    """The id of the supply's lot with this code and last day, made if there is none."""
    for lot in read_lots(unit.session, supply_id):
        if lot.code.casefold() == code.casefold() and lot.expires_on == expires_on:
            return lot.id
    row = SupplyLotRow(
        id=str(uuid4()),
        organisation=actor.organisation,
        supply_id=supply_id,
        code=code,
        expires_on=expires_on,
        left=NOTHING,
        came_at=unit.now,
    )
    unit.session.add(row)
    unit.session.flush()
    return row.id


def write_move(unit: Unit, actor: Actor, supply_id: str, lot_id: str, delta: Decimal, *, move: Move) -> None:
    """Change what is left of a lot, and say why."""
    unit.session.add(
        SupplyMoveRow(
            id=str(uuid4()),
            organisation=actor.organisation,
            supply_id=supply_id,
            lot_id=lot_id,
            kind=move.kind.value,
            delta=delta,
            moved_on=move.on,
            subject=move.subject,
            reason=move.reason,
            account_id=actor.account_id,
            recorded_at=unit.now,
        )
    )
    unit.session.flush()
    unit.session.execute(
        update(SupplyLotRow).where(SupplyLotRow.id == lot_id).values(left=SupplyLotRow.left + delta)
    )


def take(
    unit: Unit, actor: Actor, supply_id: str, amount: Decimal, move: Move, *, named: str = ""
) -> Allotted:
    """Take ``amount`` of a supply, first from the lot whose code is ``named``; what is short, from no lot."""
    allotted = allot(read_lots(unit.session, supply_id), amount, move.on, named=named)
    for lot, part in allotted.taken:
        write_move(unit, actor, supply_id, lot.id, -part, move=move)
    if allotted.short:
        unknown = open_lot(unit, actor, supply_id, "", None)
        write_move(unit, actor, supply_id, unknown, -allotted.short, move=move)
    return allotted


def return_all(unit: Unit, actor: Actor, subject: str, on: date) -> None:
    """Give back to its lots what ``subject`` (a diary entry) took from them."""
    rows = unit.session.scalars(
        select(SupplyMoveRow).where(
            SupplyMoveRow.organisation == actor.organisation, SupplyMoveRow.subject == subject
        )
    )
    taken: dict[tuple[str, str], Decimal] = {}
    for row in rows:
        key = (row.supply_id, row.lot_id)
        taken[key] = taken.get(key, NOTHING) + row.delta
    for (supply_id, lot_id), delta in taken.items():
        if delta:
            move = Move(MoveKind.RETURNED, on, subject)
            write_move(unit, actor, supply_id, lot_id, -delta, move=move)
