"""Forms of the stock of supplies: what there is, bought, counted, gone, and what an entry used."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError

from ledger.coop.attachments.documents import DocumentKind
from ledger.coop.supplies.amounts import KEPT_IN, UNITS, read_amount
from ledger.coop.supplies.catalogue import SaveSupply, Supply
from ledger.coop.supplies.counting import CountSupply, SpendSupply
from ledger.coop.supplies.purchases import BuySupply
from ledger.coop.supplies.uses import StateUse
from ledger.trace.errors import MalformedNumberError
from ledger.trace.sectors.reference import PESTICIDES
from web.forms import fields
from web.forms.fields import Question
from web.forms.form import Form
from web.forms.inputs import Input, InputKind, Option
from web.forms.typed import Typed
from web.languages import _

KIND_NAMES = {
    "fertiliser": _("Phân bón"),
    "pesticide": _("Thuốc bảo vệ thực vật"),
    "feed": _("Thức ăn chăn nuôi"),
    "drug": _("Thuốc thú y, vắc xin"),
    "seed": _("Giống"),
    "packaging": _("Bao bì"),
    "other": _("Khác"),
}
KIND_OPTIONS = tuple(Option(kind, name) for kind, name in KIND_NAMES.items())
_UNIT_OPTIONS = tuple(Option(code, _(UNITS[code].name_vi)) for code in KEPT_IN)


class SupplyForm(Form[SaveSupply]):
    """A supply; its name is what diary entries say of it."""

    command = SaveSupply
    name = fields.text(
        _("Tên vật tư"), help=_("Như trên bao bì, ví dụ NPK 16-16-8. Tên này hiện trong nhật ký.")
    )
    kind = fields.pick(_("Loại"), options=KIND_OPTIONS, as_list=True)
    unit = fields.pick(
        _("Đếm theo"), options=_UNIT_OPTIONS, as_list=True, help=_("Có nhập kho rồi thì không đổi được.")
    )
    active_ingredient = fields.text(
        _("Hoạt chất"),
        required=False,
        suggestions=tuple(item.active_ingredient for item in PESTICIDES),
        help=_("Ghi theo nhãn để sổ đối chiếu chất cấm."),
    )
    registration_no = fields.text(_("Số đăng ký"), required=False, kind=InputKind.CODE)
    products = fields.picks(
        _("Nhãn ghi dùng cho sản phẩm nào"),
        required=False,
        help=_("Khai rồi thì sổ nhắc khi dùng thuốc cho cây không có trên nhãn."),
    )


class _Amount(Question):
    """An amount of a supply, in its own unit or one of the same measure: ``20 x 100 ml``."""

    def __init__(self, label: str, *, may_be_zero: bool = False, help: str = "") -> None:  # noqa: A002  # as in Input
        self.unit = KEPT_IN[0]
        self._may_be_zero = may_be_zero
        super().__init__(Input("", label, InputKind.NUMBER, required=True, help=help), lambda texts: texts[0])

    def _deserialize(
        self, value: tuple[str, ...], attr: str | None, data: Mapping[str, Any] | None, **more: Any
    ) -> Decimal:
        text: str = super()._deserialize(value, attr, data, **more)
        if self._may_be_zero and text.strip() == "0":
            return Decimal(0)
        try:
            return read_amount(text, self.unit)
        except MalformedNumberError as error:
            raise ValidationError(error.sentence) from error


class _AmountForm(Form[Any]):
    """Base of the forms that ask for an amount in the unit of one supply."""

    def __init__(self, supply: Supply) -> None:
        super().__init__()
        for field in self.fields.values():
            if isinstance(field, _Amount):
                field.unit = supply.unit

    def inputs(
        self,
        options: Mapping[str, tuple[Option, ...]] | None = None,
        defaults: Mapping[str, str | tuple[str, ...]] | None = None,
    ) -> tuple[Input, ...]:
        """The questions; a choice without options is not asked."""
        asked = super().inputs(options, defaults)
        return tuple(item for item in asked if item.kind is not InputKind.CHOICE or item.options)


class BuyForm(_AmountForm):
    """What was bought. Prices and suppliers stay in the books."""

    command = BuySupply
    amount = _Amount(_("Mua bao nhiêu"), help=_("Ghi 50, hoặc 4 x 25 là 4 gói, mỗi gói 25."))
    bought_on = fields.day(_("Ngày mua"))
    invoice = fields.photos(_("Ảnh hóa đơn"), document=DocumentKind.MONEY)
    lot_code = fields.text(_("Số lô trên bao bì"), required=False, kind=InputKind.CODE)
    expires_on = fields.day(_("Hạn dùng trên bao bì"), required=False)
    cost = fields.count(
        _("Tổng tiền"), required=False, unit=_("đ"), help=_("Chỉ kế toán và quản lý xem được.")
    )
    supplier = fields.pick(_("Mua của ai"), required=False, as_list=True)
    invoice_no = fields.text(_("Số hóa đơn"), required=False, kind=InputKind.CODE)

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers, with the first photo."""
        return {**super().values(typed), "invoice": next(iter(typed.photos_of("invoice")), None)}


class CountForm(_AmountForm):
    """What was counted in the store."""

    command = CountSupply
    lot = fields.pick(
        _("Đếm lô nào"), required=False, as_list=True, help=_("Để trống nếu đếm cả kho, mọi lô.")
    )
    counted = _Amount(_("Đếm được bao nhiêu"), may_be_zero=True, help=_("Cân, đếm thật trong kho."))
    counted_on = fields.day(_("Ngày kiểm kê"))
    reason = fields.text(
        _("Vì sao lệch"), suggestions=(_("Kiểm kê định kỳ"), _("Quên ghi lần dùng"), _("Đổ, vỡ, hao hụt"))
    )


class SpendForm(_AmountForm):
    """What went without a diary entry."""

    command = SpendSupply
    lot = fields.pick(
        _("Lấy ở lô nào"), required=False, as_list=True, help=_("Để trống thì lấy lô gần hết hạn trước.")
    )
    amount = _Amount(_("Xuất bao nhiêu"))
    spent_on = fields.day(_("Ngày xuất"))
    reason = fields.text(
        _("Vì sao"),
        suggestions=(_("Phát cho thành viên"), _("Đóng gói"), _("Gieo ươm"), _("Hỏng, hết hạn, đã hủy")),
    )


class UseForm(_AmountForm):
    """How much one diary entry used."""

    command = StateUse
    amount = _Amount(_("Đã dùng bao nhiêu"))
