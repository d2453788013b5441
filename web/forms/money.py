"""The form of an amount of money, and what the kinds of amounts are called."""

from typing import Any

from ledger.coop.money.entries import KINDS, RecordMoney, Side
from ledger.coop.money.figures import ORCHARD, ORDER, USED_SUPPLY
from web.forms import fields
from web.forms.form import Form
from web.forms.inputs import Option
from web.forms.typed import Typed

KIND_NAMES = {
    "labour": "Công lao động",
    "supplies": "Vật tư mua dùng ngay",
    "service": "Thuê máy, dịch vụ",
    "energy": "Điện, nước, xăng dầu",
    "transport": "Vận chuyển",
    "packaging": "Bao bì, tem",
    "land": "Thuê đất, khấu hao",
    "fee": "Phí, thuế, kiểm nghiệm",
    "other_cost": "Chi khác",
    "goods": "Bán hàng",
    "by_product": "Bán phụ phẩm",
    "support": "Hỗ trợ, thưởng",
    "other_sale": "Thu khác",
    USED_SUPPLY: "Vật tư dùng theo nhật ký",
    ORDER: "Bán theo đơn hàng",
    ORCHARD: "Bán tại vườn",
}


class MoneyForm(Form[RecordMoney]):
    """Đồng spent or taken in. Seen by accountant and manager only."""

    command = RecordMoney
    kind = fields.pick("Khoản", as_list=True)
    amount = fields.count("Số tiền", unit="đ", help="Ghi bằng đồng, ví dụ 1.250.000.")
    on = fields.day("Ngày")
    season = fields.pick(
        "Cho vụ nào",
        required=False,
        needed="nên ghi",
        as_list=True,
        help="Ghi vụ thì sổ tính được lãi lỗ của vụ.",
    )
    product = fields.pick("Hoặc cho sản phẩm nào", required=False, as_list=True)
    photo = fields.photos("Ảnh chứng từ")
    paper = fields.text("Số chứng từ", required=False)
    partner = fields.text("Trả cho ai, nhận của ai", required=False)
    note = fields.text("Ghi chú", required=False)

    def __init__(self, side: Side) -> None:
        super().__init__()
        self.side = side

    def kinds(self) -> tuple[Option, ...]:
        """What it may be for."""
        return tuple(Option(kind, KIND_NAMES[kind]) for kind in KINDS[self.side])

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers, with the first photo."""
        return {**super().values(typed), "photo": next(iter(typed.photos_of("photo")), None)}
