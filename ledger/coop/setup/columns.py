"""What the sheets of a set-up workbook are called, and their columns (pure; docs/setting-up.md).

The key of a column is the field of the command that its cell fills, so that a problem of a command finds its
cell again.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ledger.coop.supplies.amounts import KEPT_IN, UNITS
from ledger.trace.sectors.reference import PROVINCES
from ledger.trace.sectors.templates import TEMPLATES

PLACE_KIND_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "plot": "Ruộng",
        "greenhouse": "Nhà màng",
        "orchard": "Vườn cây",
        "forest": "Rừng",
        "pond": "Ao",
        "cage": "Lồng cá",
        "barn": "Chuồng",
        "apiary": "Trại ong",
        "workshop": "Xưởng",
        "store": "Kho",
    }
)
SUPPLY_KIND_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "fertiliser": "Phân bón",
        "pesticide": "Thuốc bảo vệ thực vật",
        "feed": "Thức ăn chăn nuôi",
        "drug": "Thuốc thú y",
        "seed": "Giống",
        "packaging": "Bao bì",
        "other": "Khác",
    }
)
TEMPLATE_WORDS: Mapping[str, str] = MappingProxyType({item.id: item.name_vi for item in TEMPLATES.values()})
UNIT_WORDS: Mapping[str, str] = MappingProxyType({code: UNITS[code].name_vi for code in KEPT_IN})
PROVINCE_WORDS: Mapping[str, str] = MappingProxyType({item.name: item.name for item in PROVINCES})
MENDING = "Chỗ cần sửa"
"""The column that a marked workbook says its faults in; read again, it says nothing."""
GUIDE, LISTS = "Hướng dẫn", "Danh mục"
"""Sheets of the blank workbook that hold nothing to import."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, the field it fills, how it is filled, and what may be chosen (code → word)."""

    heading: str
    key: str
    example: str = ""
    needed: bool = False
    help: str = ""
    words: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet: its title and columns; ``is_open``: fields of a template's step may be columns as well."""

    code: str
    title: str
    columns: tuple[Column, ...]
    lead: str
    is_open: bool = False

    def column(self, heading: str) -> Column | None:
        """The column with this heading, however it is spaced, capitalised or marked as needed."""
        wanted = fold(heading)
        return next((column for column in self.columns if fold(column.heading) == wanted), None)

    @property
    def first_needed(self) -> Column:
        """The column that a row cannot do without: where a problem of the whole row stands."""
        return next(column for column in self.columns if column.needed)


MEMBERS = Table(
    "members",
    "Thành viên",
    (
        Column("Họ và tên", "name", "Nguyễn Thị Hoa", needed=True),
        Column("Số điện thoại", "phone", "0912 345 678"),
        Column("Mã thành viên", "code", "TV01", help="Để trống thì máy đặt: TV01, TV02…"),
    ),
    "Mỗi người một dòng. Tên và số điện thoại được mã hóa, không lên trang tem.",
)
PRODUCTS = Table(
    "products",
    "Sản phẩm",
    (
        Column("Mã sản phẩm", "code", "NHO", needed=True, help="Chữ không dấu và số. Không đổi được."),
        Column("Tên sản phẩm", "name", "Nho hạ đen", needed=True),
        Column("Quy trình", "template", "Nho hạ đen (nhà màng)", needed=True, words=TEMPLATE_WORDS),
        Column("Xuất xứ", "origin", "Phước Thuận, Khánh Hòa, Việt Nam", needed=True),
        Column("Các loại gói (g)", "net_options_g", "500; 1.000", help="Cách nhau dấu chấm phẩy."),
        Column("Hạn dùng (ngày)", "shelf_life_days", "10", help="Tính từ ngày đóng gói."),
        Column("Cách bảo quản", "storage", "Ngăn mát 0–5 °C"),
        Column("Lưu ý cho người dùng", "warning"),
        Column("Thành phần", "ingredients"),
        Column("Tên tiếng Anh", "name_en", "Black summer grapes"),
        Column("Mã GTIN", "gtin", help="Chỉ ghi khi GS1 đã cấp."),
        Column("Năng suất cao nhất (kg/m²)", "max_yield_kg_per_m2", "4"),
    ),
    "Mỗi mặt hàng bán ra một dòng. Thông tin này hiện công khai trên trang tem.",
)
PLACES = Table(
    "places",
    "Nơi sản xuất",
    (
        Column("Tên nơi", "name", "Vườn nho số 1", needed=True, help="Đừng ghi tên người: công khai."),
        Column("Loại", "kind", "Nhà màng", needed=True, words=PLACE_KIND_WORDS),
        Column("Tỉnh, thành phố", "province", "Khánh Hòa", needed=True, words=PROVINCE_WORDS),
        Column("Xã, phường", "commune", "Phước Thuận", needed=True),
        Column("Diện tích", "area_m2", "2 sào", help="Ghi 2 sào, 1,5 ha, hoặc 3600 (m²)."),
        Column("Mã nơi", "code", "VUON1", help="Để trống thì máy đặt mã."),
        Column("Mã số vùng trồng", "growing_area_code"),
        Column("Cây lâu năm trồng từ", "perennial_since", "01/03/2021"),
        Column("Vĩ độ", "latitude", "11,56", help="Chỉ giữ hai số lẻ."),
        Column("Kinh độ", "longitude", "108,98"),
    ),
    "Mỗi thửa, nhà màng, ao, chuồng, xưởng, kho một dòng. Hiện công khai trên trang tem.",
)
SEASONS = Table(
    "seasons",
    "Vụ",
    (
        Column("Sản phẩm", "product", "NHO", needed=True, help="Mã hoặc tên sản phẩm."),
        Column("Nơi sản xuất", "place", "VUON1", needed=True, help="Mã hoặc tên nơi."),
        Column("Bắt đầu từ ngày", "started_on", "01/09/2026", needed=True),
        Column("Người làm", "done_by", "TV01", help="Mã thành viên."),
        Column("Ghi chú", "note"),
    ),
    "Mỗi vụ đang làm một dòng. Thêm được cột của quy trình, ví dụ “Sản lượng dự kiến”.",
    is_open=True,
)
SUPPLIES = Table(
    "supplies",
    "Kho vật tư",
    (
        Column("Tên vật tư", "name", "NPK 16-16-8", needed=True),
        Column("Loại", "kind", "Phân bón", needed=True, words=SUPPLY_KIND_WORDS),
        Column("Đếm theo", "unit", "kg", needed=True, words=UNIT_WORDS),
        Column("Còn trong kho", "amount", "250", needed=True, help="Ghi 250, hoặc 20 x 100 ml."),
        Column("Số lô", "lot_code", "A1203"),
        Column("Hạn dùng", "expires_on", "31/12/2027"),
        Column("Giá mua (đ)", "cost", "4.500.000", help="Tổng tiền. Chỉ kế toán và quản lý xem được."),
        Column("Ngày mua", "bought_on", "15/10/2026", help="Để trống thì là hôm nay."),
        Column("Hoạt chất", "active_ingredient"),
        Column("Số đăng ký", "registration_no"),
    ),
    "Mỗi lô vật tư còn trong kho một dòng. Kho vật tư chỉ hợp tác xã xem được.",
)
GOODS = Table(
    "goods",
    "Hàng trong kho",
    (
        Column("Sản phẩm", "product", "NHO", needed=True, help="Mã hoặc tên sản phẩm."),
        Column("Nơi sản xuất", "place", "VUON1", help="Nơi có vụ đã thu; để trống nếu nhập từ ngoài."),
        Column("Ngày thu", "done_on", "10/11/2026", needed=True, help="Hoặc ngày nhập hàng."),
        Column("Số lượng", "quantity", "320,5", needed=True, help="kg, hoặc đơn vị của quy trình."),
        Column("Mã lô", "lot_code", help="Để trống thì máy đặt mã theo ngày."),
        Column("Nhà cung cấp", "supplier", help="Tên đối tác trong sổ, khi nhập từ ngoài."),
        Column("Người làm", "done_by", "TV01", help="Mã thành viên."),
        Column("Ghi chú", "note"),
    ),
    "Mỗi lô hàng còn trong kho một dòng, như một lần thu của vụ đang mở. Hàng chế biến thì ghi ở Chế biến.",
    is_open=True,
)
TABLES = (MEMBERS, PRODUCTS, PLACES, SEASONS, SUPPLIES, GOODS)
"""In the order of the work: what a later sheet names, an earlier one may hold."""


def fold(text: str) -> str:
    """Headings, names and words compare whatever their case, spaces, and the way accents were composed."""
    return " ".join(unicodedata.normalize("NFC", text).replace("*", " ").split()).casefold()
