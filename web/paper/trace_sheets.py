"""Traces and recalls as rows for a spreadsheet: CSV (RFC 4180, with a byte order mark) or XLSX. Pure."""

import csv
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal

from ledger.coop.exchange.sheet_files import format_sheets
from ledger.coop.recalls.cases import RecallCase, Told
from ledger.coop.recalls.impact import Impact, ToTell
from ledger.coop.spreadsheets.spreadsheet_texts import harmless
from ledger.coop.tracing.came_from import CameFrom
from ledger.coop.tracing.handed_on import HandedOn
from ledger.coop.tracing.lot_trace import LotTrace, TracedLot
from ledger.trace.tables import LotKind
from ledger.trace.units import local_day
from web.formats import format_date, format_quantity, format_share
from web.languages.catalogues import SOURCE
from web.languages.speaking import speaking

Rows = Sequence[Sequence[str]]

KINDS: Mapping[LotKind, str] = {
    LotKind.SEASON: "Vụ",
    LotKind.RAW: "Hàng rời",
    LotKind.PROCESSED: "Sơ chế, chế biến",
    LotKind.PACK: "Đóng gói",
    LotKind.FOREIGN: "Lô ngoài",
    LotKind.WITHDRAWN: "Đã gạch bỏ",
}
_WAYS: Mapping[str, str] = {
    "phone": "Gọi điện",
    "message": "Nhắn Zalo, SMS",
    "letter": "Gửi thư",
    "visit": "Tới tận nơi",
}


_LOT_HEADS = (
    *("Bậc", "Số lô", "Sản phẩm", "Loại", "Đơn vị làm", "Ngày", "Đã làm", "Còn", "Phần", "Đã nhận"),
    *("Tình trạng", "Mã định danh"),
)
_CAME_HEADS = ("Số lô", "Từ ai, nơi nào", "Ngày", "Số lượng", "Số lô của bên giao", "Dòng sổ")
_WENT_HEADS = ("Số lô", "Cho ai", "Điện thoại", "Ngày", "Đã giao", "Bên nhận đếm", "Mã chuyến", "Dòng sổ")
_CONTACT_HEADS = (
    *("Nơi nhận", "Điện thoại", "Tỉnh", "Số lô", "Sản phẩm", "Đã giao", "Ngày giao", "Mã chuyến"),
    *("Đã báo", "Cách báo", "Thu về", "Trả lời"),
)


@speaking(SOURCE)
def trace_rows(trace: LotTrace) -> dict[str, Rows]:
    """A sheet of the lots, one of where they came from, one of where they went."""
    return {
        "Các lô": [_LOT_HEADS, *map(_lot_row, trace.lots)],
        "Từ đâu": [_CAME_HEADS, *map(_came_row, trace.came_from)],
        "Tới đâu": [_WENT_HEADS, *map(_went_row, trace.handed_on)],
    }


@speaking(SOURCE)
def contact_rows(impact: Impact, case: RecallCase | None) -> dict[str, Rows]:
    """Whom to tell: a row for each shipment, with what came of it so far."""
    products = {found.lot: found.product for found in impact.lots}
    rows = [
        _contact_row(
            one, shipment, products.get(shipment.lot, ""), case.told_of(shipment.shipment) if case else None
        )
        for one in impact.to_tell
        for shipment in one.shipments
    ]
    return {"Liên hệ": [_CONTACT_HEADS, *rows]}


def as_csv(rows: Rows) -> bytes:
    """The first sheet's rows; no cell is a formula."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(sheets: Mapping[str, Rows]) -> bytes:
    """A workbook of all the sheets."""
    return format_sheets(sheets)


def _lot_row(lot: TracedLot) -> Sequence[str]:
    state = [
        word
        for word, holds in (("thu hồi", lot.is_recalled), ("tạm giữ", lot.is_held), ("đã ký", lot.is_sealed))
        if holds
    ]
    return (
        _level(lot.level),
        lot.code,
        lot.product,
        KINDS[lot.kind],
        lot.organisation_name,
        format_date(lot.made_on),
        _quantity(lot.quantity, lot.uom),
        _quantity(lot.left, lot.uom),
        "" if lot.share is None else format_share(lot.share).replace("\u00a0", " "),
        ", ".join(lot.holders),
        ", ".join(state),
        lot.lot,
    )


def _level(level: int) -> str:
    """In words: a minus sign would begin a formula."""
    if level == 0:
        return "lô này"
    return f"ngược {-level}" if level < 0 else f"xuôi {level}"


def _came_row(one: CameFrom) -> Sequence[str]:
    amount = _quantity(one.quantity, one.uom)
    return (one.lot_code, one.name, format_date(one.on), amount, one.supplier_lot or "", str(one.index))


def _went_row(one: HandedOn) -> Sequence[str]:
    return (
        one.lot_code,
        one.receiver.name,
        one.receiver.phone or "",
        format_date(one.sent_on),
        _quantity(one.quantity, one.uom),
        _quantity(one.counted, one.uom),
        one.code,
        str(one.sent_index),
    )


def _contact_row(one: ToTell, shipment: HandedOn, product: str, told: Told | None) -> Sequence[str]:
    sent = (
        one.receiver.name,
        one.receiver.phone or "",
        one.receiver.province or "",
        shipment.lot_code,
        product,
        _quantity(shipment.arrived, shipment.uom),
        format_date(shipment.sent_on),
        shipment.code,
    )
    if told is None:
        return (*sent, "", "", "", "")
    came = _quantity(told.returned, shipment.uom)
    return (*sent, format_date(local_day(told.told_at)), _WAYS[told.way], came, told.answer or "")


def _quantity(quantity: Decimal | None, uom: str | None) -> str:
    return "" if quantity is None else format_quantity(quantity, uom).replace("\u00a0", " ")
