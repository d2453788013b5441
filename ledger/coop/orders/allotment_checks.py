"""What may be put aside for an order: the right goods, good still, and promised to nobody else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.checks import Checks
from ledger.coop.holds.held_lots import held_since
from ledger.coop.lots import OwnLot, find_held_lots
from ledger.coop.order_tables import OrderLineRow, OrderRow
from ledger.coop.orders.order_books import lines_of, sent_by_line
from ledger.coop.orders.writing import PIECE
from ledger.coop.quality.releasing import locked_lots
from ledger.coop.quantities import unit_name
from ledger.coop.registers.products import find_product
from ledger.coop.reservations import put_aside
from ledger.log.unit import Unit
from ledger.trace.derived.rows import LotRow
from ledger.trace.derived.stock import read_holdings
from ledger.trace.derived.store import read_lots
from ledger.trace.events.flows import EACH
from ledger.trace.tables import LotKind
from ledger.trace.units import format_number, local_day

MAX_ALLOTMENTS = 200
_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class LinePortion:
    """So much of a lot, in its unit, for a line of the order (its number)."""

    line: int
    lot: str
    quantity: Decimal


def check_portions(unit: Unit, actor: Actor, order: OrderRow, portions: Sequence[LinePortion]) -> None:
    """Raises ``CommandError`` with every problem, ``NotFoundError`` for lots that are not ours."""
    checks = Checks()
    if len(portions) > MAX_ALLOTMENTS:
        checks.refuse("inputs", f"Mỗi đơn chia tối đa {MAX_ALLOTMENTS} phần. Hãy gộp bớt.")
    if len({(portion.line, portion.lot) for portion in portions}) < len(portions):
        checks.refuse("inputs", "Có lô ghi hai lần cho một dòng. Hãy gộp lại.")
    checks.finish()
    lots = {lot.lot: lot for lot in find_held_lots(unit.session, actor, [one.lot for one in portions])}
    lines = _Lines.read(unit.session, order, local_day(unit.now))
    for portion in portions:
        lines.check(checks, portion, lots[portion.lot])
    for name in sorted(locked_lots(unit.session, actor, list(lots))):
        checks.refuse(
            "inputs",
            f"Lô {lots[name].code} bị khóa vì kiểm nghiệm không đạt. Hãy chọn lô khác, hoặc kiểm lại trước.",
        )
    for name in sorted(held_since(unit.session, actor.organisation, lots)):
        checks.refuse("inputs", f"Lô {lots[name].code} đang tạm giữ. Hãy chọn lô khác, hoặc thôi giữ trước.")
    checks.finish()
    lines.check_sums(checks, portions)
    aside = put_aside(unit.session, actor.organisation, list(lots), but_for=order.id)
    holdings = read_holdings(unit.session, actor.organisation, read_lots(unit.session, lots).values())
    for name, lot in lots.items():
        total = sum((one.quantity for one in portions if one.lot == name), _NOTHING)
        _check_free(checks, lot, total, left=holdings[name].quantity, aside=aside[name])
    checks.finish()


def fits_line(lot: LotRow | OwnLot, line: OrderLineRow, product_uri: str) -> bool:
    """Whether a lot is what a line asks for: its product, its unit and, where one is wanted, its pack."""
    net = lot.net_g if isinstance(lot, LotRow) else lot.net_per_pack
    is_pack = lot.kind == LotKind.PACK
    unit = PIECE if lot.uom == EACH and not is_pack else lot.uom
    return lot.product == product_uri and unit == line.uom and line.net_g in (None, net)


def is_unfit(lot: LotRow | OwnLot, today: date) -> bool:
    """Whether nothing of a lot may be promised: recalled, or past its day."""
    return lot.recalled_index is not None or (lot.expires_on is not None and lot.expires_on < today)


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of an order with the products they ask for, and what left for them before."""

    rows: dict[int, OrderLineRow]
    products: dict[str, str]
    sent: dict[int, Decimal]
    today: date

    @classmethod
    def read(cls, session: Session, order: OrderRow, today: date) -> "_Lines":
        rows = {line.number: line for line in lines_of(session, order.id)}
        codes = {line.product for line in rows.values()}
        uris = {code: find_product(session, order.organisation, code).uri for code in codes}
        return cls(rows, uris, sent_by_line(session, order.id), today)

    def check(self, checks: Checks, portion: LinePortion, lot: OwnLot) -> None:
        """Note what is wrong with one portion by itself."""
        line = self.rows.get(portion.line)
        if line is None:
            checks.refuse("inputs", f"Đơn không có dòng {portion.line}. Hãy mở lại đơn.")
            return
        quantity = checks.amount("inputs", f"số lượng lấy ở lô {lot.code}", portion.quantity)
        if lot.uom == EACH and quantity.is_finite() and quantity != quantity.to_integral_value():
            checks.refuse("inputs", f"Lô {lot.code}: số gói phải là số nguyên.")
        if not fits_line(lot, line, self.products[line.product]):
            checks.refuse(
                "inputs", f"Lô {lot.code} không đúng hàng dòng {line.number} cần. Hãy chọn lô khác."
            )
        if is_unfit(lot, self.today):
            checks.refuse("inputs", f"Lô {lot.code} đã hết hạn hoặc đang thu hồi. Hãy chọn lô khác.")

    def check_sums(self, checks: Checks, portions: Sequence[LinePortion]) -> None:
        """Note lines that would get more than they lack."""
        for line in self.rows.values():
            missing = max(line.quantity - self.sent.get(line.number, _NOTHING), _NOTHING)
            total = sum((one.quantity for one in portions if one.line == line.number), _NOTHING)
            if total > missing:
                needed = f"{format_number(missing)} {_unit(line.uom)}"
                checks.refuse("inputs", f"Dòng {line.number} chỉ còn thiếu {needed}. Hãy lấy ít hơn.")


def _check_free(checks: Checks, lot: OwnLot, total: Decimal, *, left: Decimal | None, aside: Decimal) -> None:
    if left is None:
        checks.refuse("inputs", f"Lô {lot.code} chưa cân, chưa hứa được. Hãy cân rồi ghi vào sổ.")
    elif total > left - aside:
        free = f"{format_number(max(left - aside, _NOTHING))} {_unit(lot.uom)}"
        checks.refuse(
            "inputs", f"Lô {lot.code} chỉ còn {free} chưa hứa cho đơn khác. Hãy lấy ít hơn hoặc đổi lô."
        )


def _unit(uom: str | None) -> str:
    return "gói" if uom == EACH else unit_name(uom)
