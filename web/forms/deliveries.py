"""Forms of goods that leave and goods that come."""

from ledger.coop.goods.receiving import Receive
from ledger.coop.goods.shipping import Ship
from ledger.coop.registers.references import RETAIL
from ledger.trace.reference import PROVINCES
from web.forms import fields
from web.forms.inputs import Option
from web.forms.work import StepForm

TO_RETAIL = Option(RETAIL, "Khách lẻ", "Bán lẻ, không ghi tên người mua")
PROVINCE_OPTIONS = tuple(Option(province.code, province.name) for province in PROVINCES)
CONDITION_OPTIONS = (
    Option("ok", "Đủ, tốt"),
    Option("short", "Thiếu"),
    Option("damaged", "Hư hỏng"),
)


class ShipForm(StepForm[Ship]):
    """Some of a lot goes to a partner."""

    command = Ship
    computed = frozenset({"to_party", "quantity", "to_province", "vehicle", "temp_c", "invoice_no", "order"})
    to_partner = fields.pick("Giao cho ai")
    packs = fields.count("Số gói giao", unit="gói")
    weight_kg = fields.number("Khối lượng giao", unit="kg")
    done_on = fields.day("Ngày giao")
    to_province = fields.pick("Giao tới tỉnh", required=False, help="Chỉ tỉnh đến hiện trên trang tem.")
    vehicle = fields.text("Biển số xe", required=False)
    invoice_no = fields.text("Số hóa đơn điện tử", required=False)
    temp_c = fields.number("Nhiệt độ thùng xe", required=False, unit="°C")


class ReceiveForm(StepForm[Receive]):
    """What came of a shipment, counted."""

    command = Receive
    computed = frozenset({"by_party", "quantity", "condition"})
    counted = fields.number("Đếm được bao nhiêu", help="Đếm hàng thật. Ghi 0 nếu không nhận gì.")
    condition = fields.pick("Tình trạng hàng", options=CONDITION_OPTIONS)
    done_on = fields.day("Ngày nhận")
