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
from web.languages import _

DPI_OPTIONS = (
    Option("203", "203 dpi", _("Phần lớn máy in tem")),
    Option("300", "300 dpi", _("Máy in tem nét hơn")),
    Option("600", "600 dpi", _("Máy in văn phòng")),
)
LEVEL_OPTIONS = (
    Option("M", _("Vừa"), _("Hợp với phần lớn tem")),
    Option("Q", _("Cao"), _("Chịu bẩn, xước hơn nhưng ô QR nhỏ hơn")),
)
WORDS = {
    "product_name": _("tên sản phẩm"),
    "lot": _("số lô"),
    "organisation": _("tên hợp tác xã"),
    "address": _("địa chỉ"),
    "origin": _("xuất xứ"),
    "packed_on": _("ngày đóng gói"),
    "made_on": _("ngày sản xuất"),
    "expires_on": _("hạn dùng"),
    "weight": _("khối lượng"),
    "content": _("số gói trong thùng"),
    "ingredients": _("thành phần"),
    "warning": _("cảnh báo"),
    "storage": _("cách bảo quản, sử dụng"),
    "grade": _("phân loại"),
    "sender": _("nơi gửi"),
    "order": _("đơn hàng"),
    "remark": _("ghi chú"),
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

    width_mm = fields.number(_("Bề ngang tem"), unit="mm")
    height_mm = fields.number(_("Bề dọc tem"), unit="mm")
    dpi = fields.pick(_("Thử cho máy in"), options=DPI_OPTIONS, as_list=True)
    level = fields.pick(_("Mức sửa lỗi của mã QR"), options=LEVEL_OPTIONS, as_list=True)
    html = fields.text(_("HTML của một con tem"), kind=InputKind.LONG_TEXT)
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
    title_vi = fields.text(_("Tên mẫu tem"), help=_("Ví dụ: Tem nho hộp 500 g."))
    name = fields.text(
        _("Mã mẫu"), kind=InputKind.CODE, help=_("Chữ không dấu và số. Lưu dưới mã đã có thì thành bản mới.")
    )

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers that the books keep."""
        found = super().values(typed)
        return {name: found[name] for name in found if name not in {"dpi", "level"}}
