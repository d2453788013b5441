"""Set-up workbooks of thousands of rows, as a cooperative that comes from paper would send them."""

from __future__ import annotations

import io
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import xlsxwriter

from benchmarks._cooperative import Cooperative, cooperative
from benchmarks._rounds import set_apart
from ledger.coop.desks import Reader
from ledger.coop.setup.importing import ImportBooks, check_import, import_books
from ledger.coop.setup.planning import Plan
from ledger.coop.setup.reading import SetupFile, read_setup_file
from ledger.log.ledger import utc_now

KINDS = ("Ruộng", "Nhà màng", "Vườn cây")
MEMBERS = ("Thành viên", ("Họ và tên", "Số điện thoại", "Mã thành viên"))
PRODUCTS = (
    "Sản phẩm",
    ("Mã sản phẩm", "Tên sản phẩm", "Quy trình", "Xuất xứ", "Các loại gói (g)", "Hạn dùng (ngày)"),
)
PLACES = (
    "Nơi sản xuất",
    ("Tên nơi", "Loại", "Tỉnh, thành phố", "Xã, phường", "Diện tích", "Mã nơi", "Cây lâu năm trồng từ"),
)
SEASONS = (
    "Vụ",
    ("Sản phẩm", "Nơi sản xuất", "Bắt đầu từ ngày", "Người làm", "Ghi chú", "Sản lượng dự kiến"),
)
SUPPLIES = (
    "Kho vật tư",
    ("Tên vật tư", "Loại", "Đếm theo", "Còn trong kho", "Số lô", "Hạn dùng", "Giá mua (đ)"),
)
GOODS = ("Hàng trong kho", ("Sản phẩm", "Nơi sản xuất", "Ngày thu", "Số lượng"))


@dataclass(frozen=True, slots=True)
class Size:
    """How many things a file of ``rows`` rows names: the shares are those of a cooperative of 300 members."""

    rows: int

    @property
    def members(self) -> int:
        """A person for every seventeen rows."""
        return max(self.rows * 6 // 100, 2)

    @property
    def places(self) -> int:
        """Two fifths of the rows."""
        return max(self.rows * 2 // 5, 1)

    @property
    def products(self) -> int:
        """Few: twenty for five thousand rows."""
        return max(self.rows // 250, 1)

    @property
    def lots(self) -> int:
        """Lots of supplies in the store."""
        return max(self.rows * 6 // 100, 1)

    @property
    def goods(self) -> int:
        """Lots for sale: what is left of the rows."""
        return max(self.rows - self.members - self.products - 2 * self.places - self.lots, 1)


def import_rows(rows: int, *, mixed: bool) -> tuple[float, float]:
    """Seconds for a file of ``rows`` rows, read, checked and written as its page does it; of the check alone.

    ``mixed``: all registers at once, into empty books; otherwise seasons, on plots that are there.
    """
    size = Size(rows)
    with cooperative() as coop:
        if mixed:
            data = workbook(*registers(size), *work(coop, size, size.places))
        else:
            first = read_setup_file(workbook(*registers(size)))
            coop.run(import_books, ImportBooks(file=first))
            data = workbook((SEASONS, seasons(coop, size, rows)))
        with set_apart():
            begin = time.perf_counter()
            _plan(coop, read_setup_file(data))
            checked = time.perf_counter() - begin
            file = read_setup_file(data)
            coop.run(import_books, ImportBooks(file=file, plan=_plan(coop, file)))
            return time.perf_counter() - begin, checked


def registers(size: Size) -> Iterable[tuple[tuple[str, Sequence[str]], Iterable[Sequence[Any]]]]:
    """People, products and plots."""
    yield (
        MEMBERS,
        ((f"Nguyễn Văn {at}", f"09{at:08d}", None if at % 2 else f"M{at}") for at in range(size.members)),
    )
    sector = "Nho hạ đen (nhà màng)"
    yield (
        PRODUCTS,
        ((f"SP{at}", f"Nho số {at}", sector, "Khánh Hòa", "500; 1.000", 10) for at in range(size.products)),
    )
    yield (
        PLACES,
        (
            (f"Vườn số {at}", KINDS[at % 3], "Khánh Hòa", "Phước Thuận", "2 sào", f"V{at}", "01/03/2018")
            for at in range(size.places)
        ),
    )


def work(
    coop: Cooperative, size: Size, count: int
) -> Iterable[tuple[tuple[str, Sequence[str]], Iterable[Sequence[Any]]]]:
    """Seasons, supplies in the store, and goods of these seasons."""
    yield SEASONS, seasons(coop, size, count)
    yield (
        SUPPLIES,
        (
            (f"NPK {at % 200}", "Phân bón", "kg", "2 tạ", f"A{at}", "31/12/2037", 2_500_000)
            for at in range(size.lots)
        ),
    )
    yield (
        GOODS,
        (
            (f"SP{at % size.products}", f"V{at % size.places}", f"{coop.today:%d/%m/%Y}", f"{20 + at % 80},5")
            for at in range(size.goods)
        ),
    )


def seasons(coop: Cooperative, size: Size, count: int) -> Iterable[Sequence[Any]]:
    """Seasons that began in the last months, a third of them with a note."""
    for at in range(count):
        day = coop.today - timedelta(days=30 + at % 90)
        member = 2 * (at % (size.members // 2))
        yield (
            f"SP{at % size.products}", f"V{at % size.places}", f"{day:%d/%m/%Y}", f"M{member}",
            None if at % 3 else "ghi tay", 900,
        )  # fmt: skip


def workbook(*sheets: tuple[tuple[str, Sequence[str]], Iterable[Sequence[Any]]]) -> bytes:
    """An XLSX file."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for (title, headings), rows in sheets:
        sheet = book.add_worksheet(title)
        for number, row in enumerate([headings, *rows]):
            for place, value in enumerate(row):
                if value is not None:
                    sheet.write(number, place, value)
    book.close()
    return out.getvalue()


def _plan(coop: Cooperative, file: SetupFile) -> Plan:
    """What the page does beside the writers."""
    with coop.ledger.database.reading() as session:
        desk = Reader.at(session, coop.ledger.vault, coop.ledger.id_base, utc_now())
        return check_import(desk, coop.manager, file)
