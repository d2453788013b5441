"""Forms of the stock of supplies: what there is, bought, counted, gone, and what an entry used."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError

from ledger.coop.supplies.amounts import KEPT_IN, UNITS, read_amount
from ledger.coop.supplies.catalogue import SaveSupply, Supply
from ledger.coop.supplies.counting import CountSupply, SpendSupply
from ledger.coop.supplies.purchases import BuySupply
from ledger.coop.supplies.uses import StateUse
from ledger.trace.errors import MalformedNumberError
from ledger.trace.reference import PESTICIDES
from web.forms import fields
from web.forms.fields import Question
from web.forms.form import Form
from web.forms.inputs import Input, InputKind, Option
from web.forms.typed import Typed

KIND_NAMES = {
    "fertiliser": "Phân bón",
    "pesticide": "Thuốc bảo vệ thực vật",
    "feed": "Thức ăn chăn nuôi",
    "drug": "Thuốc thú y, vắc xin",
    "seed": "Giống",
    "packaging": "Bao bì",
    "other": "Khác",
}
KIND_OPTIONS = tuple(Option(kind, name) for kind, name in KIND_NAMES.items())
_UNIT_OPTIONS = tuple(Option(code, UNITS[code].name_vi) for code in KEPT_IN)


class SupplyForm(Form[SaveSupply]):
    """A supply; its name is what diary entries say of it."""

    command = SaveSupply
    name = fields.text("Tên vật tư", help="Như trên bao bì, ví dụ NPK 16-16-8. Tên này hiện trong nhật ký.")
    kind = fields.pick("Loại", options=KIND_OPTIONS, as_list=True)
    unit = fields.pick(
        "Đếm theo", options=_UNIT_OPTIONS, as_list=True, help="Có nhập kho rồi thì không đổi được."
    )
    active_ingredient = fields.text(
        "Hoạt chất",
        required=False,
        suggestions=tuple(item.active_ingredient for item in PESTICIDES),
        help="Ghi theo nhãn để sổ đối chiếu chất cấm.",
    )
    registration_no = fields.text("Số đăng ký", required=False, kind=InputKind.CODE)
    products = fields.picks(
        "Nhãn ghi dùng cho sản phẩm nào",
        required=False,
        help="Khai rồi thì sổ nhắc khi dùng thuốc cho cây không có trên nhãn.",
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
    amount = _Amount("Mua bao nhiêu", help="Ghi 50, hoặc 4 x 25 là 4 gói, mỗi gói 25.")
    bought_on = fields.day("Ngày mua")
    invoice = fields.photos("Ảnh hóa đơn")
    lot_code = fields.text("Số lô trên bao bì", required=False, kind=InputKind.CODE)
    expires_on = fields.day("Hạn dùng trên bao bì", required=False)
    cost = fields.count("Tổng tiền", required=False, unit="đ", help="Chỉ kế toán và quản lý xem được.")
    supplier = fields.pick("Mua của ai", required=False, as_list=True)
    invoice_no = fields.text("Số hóa đơn", required=False, kind=InputKind.CODE)

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers, with the first photo."""
        return {**super().values(typed), "invoice": next(iter(typed.photos_of("invoice")), None)}


class CountForm(_AmountForm):
    """What was counted in the store."""

    command = CountSupply
    lot = fields.pick("Đếm lô nào", required=False, as_list=True, help="Để trống nếu đếm cả kho, mọi lô.")
    counted = _Amount("Đếm được bao nhiêu", may_be_zero=True, help="Cân, đếm thật trong kho.")
    counted_on = fields.day("Ngày kiểm kê")
    reason = fields.text(
        "Vì sao lệch", suggestions=("Kiểm kê định kỳ", "Quên ghi lần dùng", "Đổ, vỡ, hao hụt")
    )


class SpendForm(_AmountForm):
    """What went without a diary entry."""

    command = SpendSupply
    lot = fields.pick(
        "Lấy ở lô nào", required=False, as_list=True, help="Để trống thì lấy lô gần hết hạn trước."
    )
    amount = _Amount("Xuất bao nhiêu")
    spent_on = fields.day("Ngày xuất")
    reason = fields.text(
        "Vì sao", suggestions=("Phát cho thành viên", "Đóng gói", "Gieo ươm", "Hỏng, hết hạn, đã hủy")
    )


class UseForm(_AmountForm):
    """How much one diary entry used."""

    command = StateUse
    amount = _Amount("Đã dùng bao nhiêu")
