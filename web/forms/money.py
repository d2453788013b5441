"""The form of an amount of money, and what the kinds of amounts are called."""

from typing import Any

from ledger.coop.attachments.documents import DocumentKind
from ledger.coop.money.entries import KINDS, RecordMoney, Side
from ledger.coop.money.figures import ORCHARD, ORDER, USED_SUPPLY
from web.forms import fields
from web.forms.form import Form
from web.forms.inputs import Option
from web.forms.typed import Typed
from web.languages import _

KIND_NAMES = {
    "labour": _("Công lao động"),
    "supplies": _("Vật tư mua dùng ngay"),
    "service": _("Thuê máy, dịch vụ"),
    "energy": _("Điện, nước, xăng dầu"),
    "transport": _("Vận chuyển"),
    "packaging": _("Bao bì, tem"),
    "land": _("Thuê đất, khấu hao"),
    "fee": _("Phí, thuế, kiểm nghiệm"),
    "other_cost": _("Chi khác"),
    "goods": _("Bán hàng"),
    "by_product": _("Bán phụ phẩm"),
    "support": _("Hỗ trợ, thưởng"),
    "other_sale": _("Thu khác"),
    USED_SUPPLY: _("Vật tư dùng theo nhật ký"),
    ORDER: _("Bán theo đơn hàng"),
    ORCHARD: _("Bán tại vườn"),
}


class MoneyForm(Form[RecordMoney]):
    """Đồng spent or taken in. Seen by accountant and manager only."""

    command = RecordMoney
    kind = fields.pick(_("Khoản"), as_list=True)
    amount = fields.count(_("Số tiền"), unit=_("đ"), help=_("Ghi bằng đồng, ví dụ 1.250.000."))
    on = fields.day(_("Ngày"))
    season = fields.pick(
        _("Cho vụ nào"),
        required=False,
        needed=_("nên ghi"),
        as_list=True,
        help=_("Ghi vụ thì sổ tính được lãi lỗ của vụ."),
    )
    product = fields.pick(_("Hoặc cho sản phẩm nào"), required=False, as_list=True)
    photo = fields.photos(_("Ảnh chứng từ"), document=DocumentKind.MONEY)
    paper = fields.text(_("Số chứng từ"), required=False)
    partner = fields.text(_("Trả cho ai, nhận của ai"), required=False)
    note = fields.text(_("Ghi chú"), required=False)

    def __init__(self, side: Side) -> None:
        super().__init__()
        self.side = side

    def kinds(self) -> tuple[Option, ...]:
        """What it may be for."""
        return tuple(Option(kind, KIND_NAMES[kind]) for kind in KINDS[self.side])

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers, with the first photo."""
        return {**super().values(typed), "photo": next(iter(typed.photos_of("photo")), None)}
