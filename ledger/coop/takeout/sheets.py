"""The books as sheets for people: a register or a diary each, headings and rows of texts, all opened."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.money.entries import open_entries
from ledger.coop.money.money_tables import MoneyRow
from ledger.coop.order_tables import OrderRow
from ledger.coop.orders.queries import read_order
from ledger.coop.registers.certificates import list_certificates
from ledger.coop.registers.members import list_members
from ledger.coop.registers.partners import list_partners
from ledger.coop.registers.places import list_places
from ledger.coop.registers.products import list_products
from ledger.coop.reservations import order_code
from ledger.coop.setup.columns import PLACE_KIND_WORDS, SUPPLY_KIND_WORDS, TEMPLATE_WORDS
from ledger.coop.supplies.amounts import unit_name
from ledger.coop.supplies.tables import SupplyLotRow, SupplyPurchaseRow, SupplyRow
from ledger.coop.tables import SeasonRow, ShipmentRow, StampRangeRow
from ledger.coop.takeout.diary import Diary
from ledger.trace.identifiers import lot_code_of
from ledger.trace.tables import TraceLot
from ledger.trace.units import format_date, format_number, local_day
from signing.vault import Vault

Cells = tuple[str | int | Decimal | None, ...]
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class BookSheet:
    """A sheet: its title, its headings, its rows."""

    title: str
    headings: tuple[str, ...]
    rows: Iterator[Cells]


def book_sheets(session: Session, vault: Vault, actor: Actor, diary: Diary) -> Iterator[BookSheet]:
    """Every sheet, one after the other; the rows of one are read before the next is asked for."""
    for title, headings, rows in _SHEETS:
        yield BookSheet(title, headings, diary.lines() if rows is None else rows(session, vault, actor))


def _members(session: Session, vault: Vault, actor: Actor) -> Iterator[Cells]:
    for item in list_members(session, vault, actor.organisation):
        yield item.code, item.name or "Đã xóa theo yêu cầu", item.phone


def _places(session: Session, _: Vault, actor: Actor) -> Iterator[Cells]:
    for item in list_places(session, actor.organisation):
        yield item.code, item.name, PLACE_KIND_WORDS.get(item.kind, item.kind), item.area_m2


def _products(session: Session, _: Vault, actor: Actor) -> Iterator[Cells]:
    for item in list_products(session, actor.organisation):
        packs = "; ".join(format_number(Decimal(net_g)) for net_g in item.net_options_g)
        yield (
            item.code, item.name, TEMPLATE_WORDS.get(item.template, item.template), item.gtin,
            item.shelf_life_days, packs,
        )  # fmt: skip


def _certificates(session: Session, _: Vault, actor: Actor) -> Iterator[Cells]:
    for item in list_certificates(session, actor.organisation):
        yield item.scheme, item.number, format_date(item.valid_to)


def _partners(session: Session, vault: Vault, actor: Actor) -> Iterator[Cells]:
    for item in list_partners(session, vault, actor.organisation):
        yield item.name, item.kind, item.phone, item.province


def _seasons(session: Session, _: Vault, actor: Actor) -> Iterator[Cells]:
    rows = session.scalars(
        select(SeasonRow)
        .where(SeasonRow.organisation == actor.organisation)
        .order_by(SeasonRow.started_on)
        .execution_options(yield_per=_AT_ONCE)
    )
    for row in rows:
        yield (
            row.code, row.product, row.place, format_date(row.started_on),
            _day(row.expected_from), _day(row.closed_on), row.lot,
        )  # fmt: skip


def _lots(session: Session, _: Vault, actor: Actor) -> Iterator[Cells]:
    rows = session.execute(
        select(TraceLot)
        .where(TraceLot.chain_id == actor.organisation)
        .order_by(TraceLot.created_index)
        .execution_options(yield_per=_AT_ONCE)
    ).scalars()
    for row in rows:
        yield (
            lot_code_of(row.lot), row.kind, _moment(row.created_at), row.quantity, row.uom,
            _day(row.expires_on), "có" if row.sealed_index is not None else "",
            "có" if row.recalled_index is not None else "",
            row.lot,
        )  # fmt: skip


def _stamps(session: Session, _: Vault, actor: Actor) -> Iterator[Cells]:
    rows = session.scalars(
        select(StampRangeRow)
        .where(StampRangeRow.organisation == actor.organisation)
        .order_by(StampRangeRow.first)
        .execution_options(yield_per=_AT_ONCE)
    )
    for row in rows:
        yield row.first, row.last, row.last - row.first + 1, row.state, row.lot and lot_code_of(row.lot)


def _supplies(session: Session, _: Vault, actor: Actor) -> Iterator[Cells]:
    rows: Any = session.execute(  # an outer join: there may be no lot
        select(SupplyRow, SupplyLotRow)
        .join(SupplyLotRow, SupplyLotRow.supply_id == SupplyRow.id, isouter=True)
        .where(SupplyRow.organisation == actor.organisation)
        .order_by(SupplyRow.name_key, SupplyLotRow.came_at)
    )
    for row, lot in rows:
        kind = SUPPLY_KIND_WORDS.get(row.kind, row.kind)
        if lot is None:
            yield row.name, kind, unit_name(row.unit)
        else:
            yield row.name, kind, unit_name(row.unit), lot.code, _day(lot.expires_on), lot.left


def _purchases(session: Session, vault: Vault, actor: Actor) -> Iterator[Cells]:
    partners = {item.id: item.name for item in list_partners(session, vault, actor.organisation)}
    rows = session.execute(
        select(SupplyPurchaseRow, SupplyRow.name, SupplyRow.unit)
        .join(SupplyRow, SupplyRow.id == SupplyPurchaseRow.supply_id)
        .where(SupplyPurchaseRow.organisation == actor.organisation, SupplyPurchaseRow.withdrawn_at.is_(None))
        .order_by(SupplyPurchaseRow.bought_on)
        .execution_options(yield_per=_AT_ONCE)
    )
    for row, name, unit in rows:
        supplier = partners.get(row.supplier_id or "")
        yield (
            format_date(row.bought_on), name, row.amount, unit_name(unit), row.cost, supplier, row.invoice_no
        )  # fmt: skip


def _orders(session: Session, vault: Vault, actor: Actor) -> Iterator[Cells]:
    numbers = session.scalars(
        select(OrderRow.number).where(OrderRow.organisation == actor.organisation).order_by(OrderRow.number)
    ).all()
    for number in numbers:
        order = read_order(session, vault, actor, order_code(number))
        for line in order.lines:
            yield (
                order.code, order.state.value, order.customer, order.phone, order.destination,
                format_date(order.due_on), line.product_name, line.quantity, line.uom, line.price, line.sent,
                order.note,
            )  # fmt: skip


def _shipments(session: Session, _: Vault, actor: Actor) -> Iterator[Cells]:
    rows = session.scalars(
        select(ShipmentRow)
        .where(ShipmentRow.from_organisation == actor.organisation)
        .order_by(ShipmentRow.sent_index)
        .execution_options(yield_per=_AT_ONCE)
    )
    for row in rows:
        yield (
            row.code, format_date(row.sent_on), lot_code_of(row.lot), row.quantity, row.uom, row.state,
            row.counted,
        )  # fmt: skip


def _money(session: Session, vault: Vault, actor: Actor) -> Iterator[Cells]:
    rows = session.scalars(
        select(MoneyRow)
        .where(MoneyRow.organisation == actor.organisation, MoneyRow.withdrawn_at.is_(None))
        .order_by(MoneyRow.on)
        .execution_options(yield_per=_AT_ONCE)
    )
    for part in rows.partitions():
        for item in open_entries(session, vault, actor.organisation, part):
            yield (
                format_date(item.on), item.side.value, item.kind, item.amount, item.product,
                item.season and lot_code_of(item.season), item.partner, item.paper, item.note,
            )  # fmt: skip


def _day(day: date | None) -> str | None:
    return None if day is None else format_date(day)


def _moment(moment: datetime) -> str:
    return format_date(local_day(moment))


_Rows = Callable[[Session, Vault, Actor], Iterator[Cells]]
_SHEETS: tuple[tuple[str, tuple[str, ...], _Rows | None], ...] = (
    ("Thành viên", ("Mã", "Họ và tên", "Số điện thoại"), _members),
    ("Nơi sản xuất", ("Mã", "Tên", "Loại", "Diện tích (m²)"), _places),
    ("Sản phẩm", ("Mã", "Tên", "Quy trình", "GTIN", "Hạn dùng (ngày)", "Các loại gói (g)"), _products),
    ("Chứng nhận", ("Tên", "Số", "Hết hạn"), _certificates),
    ("Đối tác", ("Tên", "Loại", "Số điện thoại", "Tỉnh"), _partners),
    ("Vụ", ("Mã", "Sản phẩm", "Nơi", "Bắt đầu", "Dự kiến thu", "Kết thúc", "Định danh"), _seasons),
    ("Nhật ký", ("Dòng", "Ngày làm", "Ngày ghi", "Việc", "Vụ, lô", "Người làm", "Nội dung"), None),
    (
        "Lô hàng",
        ("Mã", "Loại", "Ngày", "Lượng", "Đơn vị", "Hạn dùng", "Đã ký", "Thu hồi", "Định danh"),
        _lots,
    ),
    ("Tem", ("Từ số", "Đến số", "Số tem", "Trạng thái", "Lô"), _stamps),
    ("Kho vật tư", ("Tên", "Loại", "Đơn vị", "Số lô", "Hạn dùng", "Còn"), _supplies),
    ("Mua vật tư", ("Ngày", "Vật tư", "Lượng", "Đơn vị", "Số tiền (đ)", "Mua của", "Hóa đơn"), _purchases),
    (
        "Đơn hàng",
        (
            "Đơn", "Trạng thái", "Khách", "Số điện thoại", "Nơi giao", "Hẹn giao", "Sản phẩm", "Số lượng",
            "Đơn vị", "Đơn giá (đ)", "Đã giao", "Ghi chú",
        ),
        _orders,
    ),
    (
        "Giao hàng",
        ("Mã chuyến", "Ngày", "Lô", "Số lượng", "Đơn vị", "Trạng thái", "Bên nhận đếm"),
        _shipments,
    ),
    (
        "Thu chi",
        (
            "Ngày", "Thu, chi", "Khoản", "Số tiền (đ)", "Sản phẩm", "Vụ", "Bên trả, nhận", "Chứng từ",
            "Ghi chú",
        ),
        _money,
    ),
)  # fmt: skip
