"""Everything about one lot in one archive, for an authority that asks for it within a day.

The Law on Food Safety's Article 54 and 21 CFR 1.1455(c) both ask for records of a traced food in short time.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from ledger.coop.exchange.eudr import plots_of_land
from ledger.coop.exchange.event_queries import Asker
from ledger.coop.exchange.fsma204 import fsma_rows
from ledger.coop.exchange.lot_records import LotRecord
from ledger.coop.exchange.sheet_files import format_sheets
from ledger.coop.exchange.vietnam_sheet import vietnam_sheets
from ledger.trace.bundles.bundle import lot_bundle
from ledger.trace.events.epcis import document_of

_README = """HỒ SƠ TRUY XUẤT CỦA MỘT LÔ / TRACEABILITY RECORDS OF ONE LOT

truy-xuat.xlsx   thông tin và sự kiện theo Điều 23.5 Nghị định 37/2026/NĐ-CP
fsma204.xlsx     key data elements, 21 CFR 1.1455(c)(3)
epcis.json       every event as GS1 EPCIS 2.0
bundle.json      signed entries and proofs: sogoc verify bundle.json
plots.geojson    plots of land, Regulation (EU) 2023/1115, where they may be shown
SHA256SUMS       digests of these files

Bản ghi trong bundle.json có chữ ký và bằng chứng; các tệp khác chép lại từ đó để đọc cho tiện.
"""


def authority_archive(session: Session, asker: Asker, record: LotRecord) -> bytes:
    """The archive (ZIP). Raises what ``ledger.trace.bundles.bundle.lot_bundle`` raises."""
    bundle = lot_bundle(session, record.lot.lot)
    files = {
        "README.txt": _README.encode(),
        "truy-xuat.xlsx": format_sheets(vietnam_sheets(record)),
        "fsma204.xlsx": format_sheets({"FSMA 204": fsma_rows(record)}),
        "epcis.json": _json(epcis_document(record, asker.now)),
        "bundle.json": _json(bundle),
    }
    if record.plots:
        files["plots.geojson"] = _json(plots_of_land(record))
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()))
    return _zip({**files, "SHA256SUMS": sums.encode()}, asker.now)


def epcis_document(record: LotRecord, now: datetime) -> dict[str, object]:
    """The record's events as an ``EPCISDocument``."""
    return document_of([item.event for item in record.events], now)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _zip(files: Mapping[str, bytes], now: datetime) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, now.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()
