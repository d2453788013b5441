"""Purchases: what was bought, from whom, for how much, on which paper. None of it enters the log."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ledger.coop.actors import Actor
from ledger.coop.attachments.photos import Photo
from ledger.coop.checks import Checks
from ledger.coop.errors import NotFoundError
from ledger.coop.registers.partners import find_partner
from ledger.coop.supplies.catalogue import KEEPERS, find_row
from ledger.coop.supplies.entering import Purchase, write_purchases
from ledger.coop.supplies.moves import Move, MoveKind, write_move
from ledger.coop.supplies.tables import SupplyPurchaseRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.units import local_day

MAX_COST = 10**12
"""Đồng."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuySupply(Command):
    """``amount`` of ``supply`` (its id), in its unit, bought for ``cost`` đồng in all.

    ``supplier`` is a partner's id; ``lot_code`` and ``expires_on`` are what the packet says.
    """

    supply: str
    amount: Decimal
    bought_on: date
    cost: int | None = field(default=None, repr=False)
    supplier: str | None = None
    invoice_no: str | None = None
    invoice: Photo | None = None
    lot_code: str | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class WithdrawPurchase(Command):
    """The purchase was entered by mistake."""

    id: str


@dataclass(frozen=True, slots=True)
class Bought:
    """A purchase that was entered or withdrawn, and what was bought."""

    id: str
    supply: str


@use_case(KEEPERS)
def buy_supply(unit: Unit, actor: Actor, command: BuySupply) -> Bought:
    """Enter a purchase: the stock grows by it, and what was used before it was entered is made good.

    Raises ``NotFoundError`` (supply, supplier), ``CommandError``.
    """
    supply = find_row(unit.session, actor, command.supply)
    purchase = check_purchase(command, local_day(unit.now))
    if command.supplier is not None:
        find_partner(unit.session, actor.organisation, command.supplier)
    (purchase_id,) = write_purchases(unit, actor, (purchase,))
    return Bought(purchase_id, supply.id)


@use_case(KEEPERS)
def withdraw_purchase(unit: Unit, actor: Actor, command: WithdrawPurchase) -> Bought:
    """Take a purchase back. Raises ``NotFoundError``, also for one that was withdrawn before."""
    row = unit.session.get(SupplyPurchaseRow, command.id)
    if row is None or row.organisation != actor.organisation or row.withdrawn_at is not None:
        raise NotFoundError("lần mua", command.id)
    row.withdrawn_at = unit.now
    move = Move(MoveKind.WITHDRAWN, local_day(unit.now), row.id)
    write_move(unit, actor, row.supply_id, row.lot_id, -row.amount, move=move)
    return Bought(row.id, row.supply_id)


def check_purchase(command: BuySupply, today: date) -> Purchase:
    """The purchase, every value in its one form. Raises ``CommandError``. Pure."""
    checks = Checks()
    checks.amount("amount", "lượng mua", command.amount)
    check_day(checks, "bought_on", command.bought_on, today)
    if command.cost is not None and not 0 <= command.cost <= MAX_COST:
        checks.refuse("cost", "Số tiền chưa đúng. Hãy ghi tổng tiền bằng đồng.")
    code = checks.optional_text("lot_code", "số lô", command.lot_code, 40)
    number = checks.optional_text("invoice_no", "số hóa đơn", command.invoice_no, 40)
    checks.finish()
    return Purchase(
        supply=command.supply,
        amount=command.amount,
        bought_on=command.bought_on,
        cost=command.cost,
        supplier=command.supplier,
        invoice_no=number,
        invoice_photo=None if command.invoice is None else command.invoice.digest,
        lot_code=code or "",
        expires_on=command.expires_on,
    )


def check_day(checks: Checks, name: str, day: date, today: date) -> None:
    """Note a day that is yet to come."""
    if day > today:
        checks.refuse(name, "Ngày này chưa tới. Hãy chọn từ hôm nay trở về trước.")
