"""The sheet of Decree 37/2026/NĐ-CP, Article 23.5: what a tracing system keeps about a lot. Pure.

Article 23.5 asks for the items of 23.7 and for the critical tracking events with their times, each with its
tracing code (Article 3.25: product, place, lot). The sheet says what there is; it claims no conformity.
"""

from collections.abc import Mapping
from typing import Any

from ledger.coop.exchange.lot_records import LotRecord
from ledger.trace.errors import UnknownTemplateError
from ledger.trace.identifiers import lot_code_of
from ledger.trace.sectors.templates import template

_NONE = "chưa có"
_STEPS = {
    "creating_class_instance": "Mở lô",
    "commissioning": "Tạo lô",
    "inspecting": "Kiểm tra",
    "packing": "Đóng gói",
    "shipping": "Xuất hàng",
    "receiving": "Nhận hàng",
    "storing": "Bảo quản",
    "transporting": "Vận chuyển",
}
"""Other systems' steps; ours have names in their templates."""
EVENT_HEADINGS = (
    "Sự kiện", "Thời gian thực hiện", "Thời gian ghi vào sổ", "Mã truy vết sản phẩm", "Mã truy vết địa điểm",
    "Số lô", "Địa điểm", "Bản ghi số",
)  # fmt: skip


def vietnam_sheets(record: LotRecord) -> dict[str, list[tuple[str, ...]]]:
    """Two sheets: the items of Article 23.7, and the events."""
    return {"Thông tin": _facts(record), "Sự kiện": [EVENT_HEADINGS, *_events(record)]}


def _facts(record: LotRecord) -> list[tuple[str, ...]]:
    product, maker, lot = record.product, record.organisation, record.lot
    standards = "; ".join(
        f"{one.scheme} số {one.number}, {one.issuer}, đến {one.valid_to:%d/%m/%Y}"
        for one in record.certificates
    )
    address = "" if maker is None else f"{maker.address}, {maker.commune}, {maker.province}"
    photo = "" if product is None or product.photo is None else product.photo.digest
    code = lot_code_of(lot.lot)
    expires_on = "" if lot.expires_on is None else f"{lot.expires_on:%d/%m/%Y}"
    rows = (
        ("Tên sản phẩm, hàng hóa", "" if product is None else product.name, "Điều 23.7.a"),
        ("Hình ảnh sản phẩm", photo, "Điều 23.7.b"),
        ("Tên đơn vị sản xuất, kinh doanh", "" if maker is None else maker.name, "Điều 23.7.c"),
        ("Địa chỉ đơn vị", address, "Điều 23.7.d"),
        ("Xuất xứ", "" if product is None else product.origin, "Điều 23.7.đ"),
        ("Số lô", code, "Điều 23.7.e"),
        ("Hạn sử dụng", expires_on, "Điều 23.7.g"),
        ("Tiêu chuẩn, quy chuẩn, chứng nhận", standards, "Điều 23.5.i"),
        ("Mã truy xuất nguồn gốc của lô", lot.lot, "Điều 23.10"),
    )
    return [("Mục", "Nội dung", "Căn cứ"), *((name, said or _NONE, law) for name, said, law in rows)]


def _events(record: LotRecord) -> list[tuple[str, ...]]:
    told = []
    for item in record.events:
        event = item.event
        if "errorDeclaration" in event:
            continue
        place = event.get("bizLocation", event.get("readPoint", {})).get("id", "")
        known = record.places.get(place)
        where = "" if known is None else f"{known.name}, {known.commune}, {known.province}"
        for lot in _lots(event) or [""]:
            code = lot_code_of(lot) if lot else ""
            told.append(
                (
                    _step(event),
                    event["eventTime"],
                    event["recordTime"],
                    lot,
                    place,
                    code,
                    where,
                    str(item.index),
                )
            )
    return sorted(told, key=lambda row: (row[1], row[7].zfill(12), row[3]))


def _lots(event: Mapping[str, Any]) -> list[str]:
    lists = ("outputQuantityList", "quantityList", "childQuantityList")
    return [item["epcClass"] for name in lists for item in event.get(name, ())]


def _step(event: Mapping[str, Any]) -> str:
    word = str(event.get("bizStep", ""))
    try:
        return template(str(event.get("sogoc:template"))).step(str(event.get("sogoc:step"))).name_vi
    except UnknownTemplateError:
        return _STEPS.get(word, word)
