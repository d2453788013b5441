"""Forms of goods that leave and goods that come."""

from typing import Any, TypeVar

from ledger.coop.goods.deliveries import Deliver
from ledger.coop.goods.receiving import Receive
from ledger.coop.goods.shipping import Ship
from ledger.coop.registers.references import RETAIL
from ledger.trace.reference import PROVINCES
from web.forms import fields
from web.forms.inputs import InputKind, Option
from web.forms.lots import read_portions
from web.forms.processing import together
from web.forms.typed import Typed
from web.forms.work import StepForm

C = TypeVar("C")

TO_RETAIL = Option(RETAIL, "Khách lẻ", "Bán lẻ, không ghi tên người mua")
PROVINCE_OPTIONS = tuple(Option(province.code, province.name) for province in PROVINCES)
CONDITION_OPTIONS = (
    Option("ok", "Đủ, tốt"),
    Option("short", "Thiếu"),
    Option("damaged", "Hư hỏng"),
)


class LeavingForm(StepForm[C]):
    """Base of the forms of goods that leave: when, whereto, on which vehicle, with which papers."""

    computed = frozenset({"to_party", "quantity", "to_province", "vehicle", "temp_c", "invoice_no", "order"})
    done_on = fields.day("Ngày giao")
    to_province = fields.pick("Giao tới tỉnh", required=False, help="Chỉ tỉnh đến hiện trên trang tem.")
    destination = fields.text("Giao đến đâu", required=False, help="Chỉ hợp tác xã đọc được.")
    vehicle = fields.text("Biển số xe", required=False)
    driver_phone = fields.text("Số điện thoại lái xe", required=False, kind=InputKind.TELEPHONE)
    invoice_no = fields.text("Số hóa đơn điện tử", required=False)
    temp_c = fields.number("Nhiệt độ thùng xe", required=False, unit="°C")
    documents = fields.photos(
        "Ảnh giấy tờ đi kèm", help="Hóa đơn, giấy kiểm dịch. Không lên trang tem, chỉ hợp tác xã xem."
    )

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers, with the photos of papers. Raises ``CommandError``."""
        return {**super().values(typed), "documents": typed.photos_of("documents")}


class ShipForm(LeavingForm[Ship]):
    """Some of a lot goes to a partner."""

    command = Ship
    to_partner = fields.pick("Giao cho ai")
    packs = fields.count("Số gói giao", unit="gói")
    weight_kg = fields.number("Khối lượng giao", unit="kg")


class DeliverForm(LeavingForm[Deliver]):
    """Several lots go to a partner at once."""

    command = Deliver
    to_partner = fields.pick("Giao cho ai")

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers with the lots. Raises ``CommandError`` with every problem."""
        return together(
            lambda: super(DeliverForm, self).values(typed), lambda: {"portions": read_portions(typed)}
        )


class ReceiveForm(StepForm[Receive]):
    """What came of a shipment, counted."""

    command = Receive
    computed = frozenset({"by_party", "quantity", "condition"})
    counted = fields.number("Đếm được bao nhiêu", help="Đếm hàng thật. Ghi 0 nếu không nhận gì.")
    condition = fields.pick("Tình trạng hàng", options=CONDITION_OPTIONS)
    done_on = fields.day("Ngày nhận")
