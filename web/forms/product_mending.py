"""The form of what a product's label says."""

from ledger.coop.registers.product_mending import MendProduct
from web.forms import fields
from web.forms.form import Form
from web.forms.inputs import InputKind


class MendProductForm(Form[MendProduct]):
    """Origin, storage, warnings, ingredients, shelf life."""

    command = MendProduct
    origin = fields.text("Xuất xứ", help="Ví dụ: Quang Lang, Lạng Sơn, Việt Nam.")
    storage = fields.text(
        "Hướng dẫn sử dụng, bảo quản", required=False, needed="luật đòi hỏi", kind=InputKind.LONG_TEXT
    )
    warning = fields.text(
        "Thông tin cảnh báo",
        required=False,
        needed="luật đòi hỏi",
        help="Ví dụ: Rửa sạch trước khi ăn. Hàng không có gì phải cảnh báo thì ghi “Không có”.",
    )
    ingredients = fields.text(
        "Thành phần",
        required=False,
        needed="với thực phẩm chế biến",
        kind=InputKind.LONG_TEXT,
        help="Kể từ chất nhiều nhất đến ít nhất.",
    )
    shelf_life_days = fields.count(
        "Hạn dùng",
        required=False,
        needed="luật đòi hỏi",
        unit="ngày",
        help="Tính từ ngày đóng gói. Lô đã đóng giữ hạn cũ.",
    )
