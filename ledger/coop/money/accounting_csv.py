"""Amounts as a CSV file for accounting programs (RFC 4180, UTF-8 with a byte order mark; pure).

A text that a spreadsheet would take for a formula is written with an apostrophe before it.
"""

import csv
import io
from collections.abc import Iterable, Mapping

from ledger.coop.money.entries import Side
from ledger.coop.money.figures import Amount
from ledger.coop.spreadsheets.spreadsheet_texts import harmless
from ledger.trace.identifiers import lot_code_of
from ledger.trace.units import format_date

COLUMNS = (
    "Ngày", "Thu hay chi", "Khoản", "Số tiền", "Mã sản phẩm", "Vụ", "Bên trả, nhận", "Chứng từ", "Diễn giải",
)  # fmt: skip
SEPARATORS = {"phay": ",", "cham-phay": ";"}


def accounting_csv(amounts: Iterable[Amount], kinds: Mapping[str, str], *, separator: str = ",") -> bytes:
    """The file; ``kinds`` are the words for what an amount was for. Amounts are whole đồng without dots."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for item in amounts:
        writer.writerow(
            (
                format_date(item.on),
                "Thu" if item.side is Side.SALE else "Chi",
                harmless(kinds[item.kind]),
                item.dong,
                item.product or "",
                lot_code_of(item.season) if item.season else "",
                harmless(item.partner),
                harmless(item.paper),
                harmless(item.what),
            )
        )
    return out.getvalue().encode("utf-8-sig")
