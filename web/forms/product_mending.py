"""The form of what a product's label says."""

from typing import Any

from ledger.coop.registers.product_mending import MendProduct
from web.forms import fields
from web.forms.form import Form
from web.forms.inputs import InputKind
from web.forms.typed import Typed
from web.languages import _


class MendProductForm(Form[MendProduct]):
    """Origin, storage, warnings, ingredients, shelf life, picture."""

    command = MendProduct
    origin = fields.text(_("Xuất xứ"), help=_("Ví dụ: Quang Lang, Lạng Sơn, Việt Nam."))
    storage = fields.text(
        _("Hướng dẫn sử dụng, bảo quản"), required=False, needed=_("luật đòi hỏi"), kind=InputKind.LONG_TEXT
    )
    warning = fields.text(
        _("Thông tin cảnh báo"),
        required=False,
        needed=_("luật đòi hỏi"),
        help=_("Ví dụ: Rửa sạch trước khi ăn. Hàng không có gì phải cảnh báo thì ghi “Không có”."),
    )
    ingredients = fields.text(
        _("Thành phần"),
        required=False,
        needed=_("với thực phẩm chế biến"),
        kind=InputKind.LONG_TEXT,
        help=_("Kể từ chất nhiều nhất đến ít nhất."),
    )
    shelf_life_days = fields.count(
        _("Hạn dùng"),
        required=False,
        needed=_("luật đòi hỏi"),
        unit=_("ngày"),
        help=_("Tính từ ngày đóng gói. Lô đã đóng giữ hạn cũ."),
    )
    photo = fields.photos(_("Ảnh sản phẩm"), help=_("Để trống thì giữ ảnh đang có."))

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers, with the first photo."""
        return {**super().values(typed), "photo": next(iter(typed.photos_of("photo")), None)}
