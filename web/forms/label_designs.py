"""Forms of stamp designs: the source of one, and what it is tried out on."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from labels.qr_tables import Level
from ledger.coop.paper.label_designs import SaveDesign
from web.forms import fields
from web.forms.form import Form
from web.forms.inputs import InputKind, Option
from web.forms.typed import Typed

DPI_OPTIONS = (
    Option("203", "203 dpi", "Phần lớn máy in tem"),
    Option("300", "300 dpi", "Máy in tem nét hơn"),
    Option("600", "600 dpi", "Máy in văn phòng"),
)
LEVEL_OPTIONS = (
    Option("M", "Vừa", "Hợp với phần lớn tem"),
    Option("Q", "Cao", "Chịu bẩn, xước hơn nhưng ô QR nhỏ hơn"),
)
WORDS = {
    "product_name": "tên sản phẩm",
    "lot": "số lô",
    "organisation": "tên hợp tác xã",
    "address": "địa chỉ",
    "origin": "xuất xứ",
    "packed_on": "ngày đóng gói",
    "made_on": "ngày sản xuất",
    "expires_on": "hạn dùng",
    "weight": "khối lượng",
    "content": "số gói trong thùng",
    "ingredients": "thành phần",
    "warning": "cảnh báo",
    "storage": "cách bảo quản, sử dụng",
    "grade": "phân loại",
    "sender": "nơi gửi",
    "order": "đơn hàng",
    "remark": "ghi chú",
}
"""What a design may have put in for each lot, and what it means."""


NAMING = ("title_vi", "name")
"""Questions of the design itself; the others are tried out as one writes."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A design as it stands in the editor, and the printer that it is tried out for."""

    width_mm: Decimal
    height_mm: Decimal
    dpi: int
    level: Level
    html: str
    css: str


class TrialForm(Form[Any]):
    """What a picture of a design needs."""

    width_mm = fields.number("Bề ngang tem", unit="mm")
    height_mm = fields.number("Bề dọc tem", unit="mm")
    dpi = fields.pick("Thử cho máy in", options=DPI_OPTIONS, as_list=True)
    level = fields.pick("Mức sửa lỗi của mã QR", options=LEVEL_OPTIONS, as_list=True)
    html = fields.text("HTML của một con tem", kind=InputKind.LONG_TEXT)
    css = fields.text("CSS", kind=InputKind.LONG_TEXT)

    def trial(self, typed: Typed) -> Trial:
        """What is to be drawn. Raises ``CommandError``."""
        found = self.values(typed)
        dpi = next((int(option.value) for option in DPI_OPTIONS if option.value == found["dpi"]), 203)
        level: Level = "Q" if found["level"] == "Q" else "M"
        names = ("width_mm", "height_mm", "html", "css")
        return Trial(**{name: found[name] for name in names}, dpi=dpi, level=level)


class DesignForm(TrialForm):
    """A design to keep. For which printer it was tried out is not kept."""

    command = SaveDesign
    title_vi = fields.text("Tên mẫu tem", help="Ví dụ: Tem nho hộp 500 g.")
    name = fields.text(
        "Mã mẫu", kind=InputKind.CODE, help="Chữ không dấu và số. Lưu dưới mã đã có thì thành bản mới."
    )

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers that the books keep."""
        found = super().values(typed)
        return {name: found[name] for name in found if name not in {"dpi", "level"}}
