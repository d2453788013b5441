"""Purchases on their way into the stock, one or hundreds: each lot is read once and written once.

The stock grows by them, and what was taken from no lot before they were entered is made good.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import uuid4

from sqlalchemy import select

from ledger.coop.actors import Actor
from ledger.coop.supplies.allotting import NOTHING
from ledger.coop.supplies.moves import Move, MoveKind
from ledger.coop.supplies.tables import SupplyLotRow, SupplyMoveRow, SupplyPurchaseRow
from ledger.log.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """What was bought, every value in its one form: see ``purchases.BuySupply``."""

    supply: str
    amount: Decimal
    bought_on: date
    cost: int | None = field(repr=False)
    supplier: str | None
    invoice_no: str | None
    invoice_photo: str | None
    lot_code: str
    expires_on: date | None


def write_purchases(unit: Unit, actor: Actor, purchases: Sequence[Purchase]) -> list[str]:
    """Enter purchases of known supplies, in turn; their ids."""
    shelf = _Shelf(unit, actor, {purchase.supply for purchase in purchases})
    written = [shelf.put(purchase) for purchase in purchases]
    unit.session.flush()
    return written


class _Shelf:
    """The lots of some supplies while purchases come in. It alone changes them meanwhile."""

    def __init__(self, unit: Unit, actor: Actor, supplies: Iterable[str]) -> None:
        self._unit = unit
        self._actor = actor
        # Other use cases of the unit change lots past the ORM: what it remembers may be older than they.
        asked = select(SupplyLotRow).where(SupplyLotRow.supply_id.in_(supplies))
        self._lots: dict[str, list[SupplyLotRow]] = {}
        for row in unit.session.scalars(asked.execution_options(populate_existing=True)):
            self._lots.setdefault(row.supply_id, []).append(row)

    def put(self, bought: Purchase) -> str:
        """Put what was bought on the shelf; the purchase's id."""
        lot = self._lot(bought)
        row = SupplyPurchaseRow(
            id=str(uuid4()),
            organisation=self._actor.organisation,
            supply_id=bought.supply,
            lot_id=lot.id,
            amount=bought.amount,
            bought_on=bought.bought_on,
            cost=bought.cost,
            supplier_id=bought.supplier,
            invoice_no=bought.invoice_no,
            invoice_photo=bought.invoice_photo,
            account_id=self._actor.account_id,
            recorded_at=self._unit.now,
            withdrawn_at=None,
        )
        self._unit.session.add(row)
        self._move(lot, bought.amount, Move(MoveKind.BOUGHT, bought.bought_on, row.id))
        self._settle(lot, bought.bought_on)
        return row.id

    def _lot(self, bought: Purchase) -> SupplyLotRow:
        """The lot with this code and last day, made if there is none."""
        lots = self._lots.setdefault(bought.supply, [])
        code = bought.lot_code.casefold()
        for lot in lots:
            if lot.code.casefold() == code and lot.expires_on == bought.expires_on:
                return lot
        made = SupplyLotRow(
            id=str(uuid4()),
            organisation=self._actor.organisation,
            supply_id=bought.supply,
            code=bought.lot_code,
            expires_on=bought.expires_on,
            left=NOTHING,
            came_at=self._unit.now,
        )
        self._unit.session.add(made)
        lots.append(made)
        return made

    def _settle(self, lot: SupplyLotRow, on: date) -> None:
        """Let ``lot`` make good what was taken from no lot before it came."""
        known = self._lots[lot.supply_id]
        unknown = next((each for each in known if not each.code and each.expires_on is None), None)
        if unknown is None or unknown is lot or unknown.left >= 0:
            return
        part = min(-unknown.left, lot.left)
        if part > 0:
            self._move(unknown, part, Move(MoveKind.SETTLED, on))
            self._move(lot, -part, Move(MoveKind.SETTLED, on))

    def _move(self, lot: SupplyLotRow, delta: Decimal, move: Move) -> None:
        lot.left += delta
        self._unit.session.add(
            SupplyMoveRow(
                id=str(uuid4()),
                organisation=self._actor.organisation,
                supply_id=lot.supply_id,
                lot_id=lot.id,
                kind=move.kind.value,
                delta=delta,
                moved_on=move.on,
                subject=move.subject,
                reason=move.reason,
                account_id=self._actor.account_id,
                recorded_at=self._unit.now,
            )
        )
