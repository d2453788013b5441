"""Forms of goods that leave and goods that come."""

from decimal import Decimal
from typing import Any, TypeVar

from ledger.coop.attachments.documents import DocumentKind
from ledger.coop.errors import CommandError, Problem
from ledger.coop.goods.deliveries import Deliver
from ledger.coop.goods.receiving import Receive
from ledger.coop.goods.receiving_deliveries import Count, ReceiveDelivery
from ledger.coop.goods.settling import Settle
from ledger.coop.goods.shipping import Ship
from ledger.coop.registers.references import RETAIL
from ledger.trace.errors import MalformedNumberError
from ledger.trace.sectors.reference import PROVINCES
from ledger.trace.units import read_number
from web.forms import fields
from web.forms.inputs import InputKind, Option
from web.forms.lots import read_portions, read_stores
from web.forms.processing import together
from web.forms.typed import Typed
from web.forms.work import StepForm
from web.languages import _

C = TypeVar("C")

COUNTS = "counts"
"""The question beside which problems of counts stand."""
SHIPMENT, COUNTED, CONDITION = "counts-shipment", "counts-counted", "counts-condition"
REASON = "counts-reason"
"""Columns of the lines: the shipment's code, what came of it, how, and why not all."""
REFUSED = "refused"
"""The answer of who takes nothing in."""

TO_RETAIL = Option(RETAIL, _("Khách lẻ"), _("Bán lẻ, không ghi tên người mua"))
PROVINCE_OPTIONS = tuple(Option(province.code, province.name) for province in PROVINCES)
CONDITION_OPTIONS = (
    Option("ok", _("Đủ, tốt")),
    Option("short", _("Thiếu")),
    Option("damaged", _("Hư hỏng")),
    Option(REFUSED, _("Không nhận")),
)


class LeavingForm(StepForm[C]):
    """Base of the forms of goods that leave: when, whereto, on which vehicle, with which papers."""

    computed = frozenset({"to_party", "quantity", "to_province", "vehicle", "temp_c", "invoice_no", "order"})
    done_on = fields.day(_("Ngày giao"))
    to_province = fields.pick(_("Giao tới tỉnh"), required=False, help=_("Chỉ tỉnh đến hiện trên trang tem."))
    destination = fields.text(_("Giao đến đâu"), required=False, help=_("Chỉ đơn vị mình đọc được."))
    vehicle = fields.text(_("Biển số xe"), required=False)
    driver_phone = fields.text(_("Số điện thoại lái xe"), required=False, kind=InputKind.TELEPHONE)
    invoice_no = fields.text(_("Số hóa đơn điện tử"), required=False)
    temp_c = fields.number(_("Nhiệt độ thùng xe"), required=False, unit="°C")
    documents = fields.photos(
        _("Ảnh giấy tờ đi kèm"),
        help=_("Hóa đơn, giấy kiểm dịch. Không lên trang tem, chỉ đơn vị mình xem."),
        document=DocumentKind.DELIVERY,
    )

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers, with the photos of papers. Raises ``CommandError``."""
        found = super().values(typed)
        return {**found, "documents": typed.photos_of("documents"), "stores": read_stores(typed)}


class ShipForm(LeavingForm[Ship]):
    """Some of a lot goes to a partner."""

    command = Ship
    to_partner = fields.pick(_("Giao cho ai"))
    packs = fields.count(_("Số gói giao"), unit=_("gói"))
    weight_kg = fields.number(_("Khối lượng giao"), unit="kg")


class DeliverForm(LeavingForm[Deliver]):
    """Several lots go to a partner at once."""

    command = Deliver
    to_partner = fields.pick(_("Giao cho ai"))

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers with the lots. Raises ``CommandError`` with every problem."""
        return together(
            lambda: super(DeliverForm, self).values(typed), lambda: {"portions": read_portions(typed)}
        )


class ReceiptForm(StepForm[C]):
    """Base of the forms of goods that come: photos of what is less or not good are for both sides alone."""

    done_on = fields.day(_("Ngày nhận"))
    documents = fields.photos(
        _("Ảnh hàng thiếu, hỏng"),
        help=_("Chỉ bên giao và đơn vị mình xem được. Không lên trang tem."),
        document=DocumentKind.DELIVERY,
    )

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers, with the photos. Raises ``CommandError``."""
        return {**super().values(typed), "documents": typed.photos_of("documents")}


class ReceiveDeliveryForm(ReceiptForm[ReceiveDelivery]):
    """What came on a vehicle, lot by lot."""

    command = ReceiveDelivery

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers with the counts. Raises ``CommandError`` with every problem."""
        return together(
            lambda: super(ReceiveDeliveryForm, self).values(typed), lambda: {COUNTS: read_counts(typed)}
        )


def read_counts(typed: Typed) -> tuple[Count, ...]:
    """What was counted of each shipment. Raises ``CommandError`` beside the question ``counts``."""
    codes, texts, conditions = (typed.values.get(name, ()) for name in (SHIPMENT, COUNTED, CONDITION))
    reasons = (*typed.values.get(REASON, ()), *("" for _ in codes))
    counts: list[Count] = []
    problems: list[Problem] = []
    for code, text, condition, reason in zip(codes, texts, conditions, reasons, strict=False):
        try:
            counts.append(_count(code.strip(), text, condition, reason.strip()))
        except MalformedNumberError as error:
            problems.append(
                Problem(COUNTS, _("Chuyến %(code)s: %(sentence)s", code=code, sentence=error.sentence))
            )
    if problems:
        raise CommandError(*problems)
    return tuple(counts)


def _count(code: str, text: str, condition: str, reason: str) -> Count:
    """One count. Who takes nothing in need not count. Raises ``MalformedNumberError``."""
    if condition == REFUSED:
        return Count(code, Decimal(0), reason=reason or None)
    return Count(code, read_number(text), condition, reason or None)


class ReceiveForm(ReceiptForm[Receive]):
    """What came of a shipment, counted."""

    command = Receive
    computed = frozenset({"by_party", "quantity", "condition"})
    counted = fields.number(
        _("Đếm được bao nhiêu"),
        required=False,
        needed=_("đếm hàng thật"),
        help=_("Nhận bao nhiêu ghi bấy nhiêu. Không nhận thì để trống."),
    )
    condition = fields.pick(_("Tình trạng hàng"), options=CONDITION_OPTIONS)
    reason = fields.text(
        _("Lý do nhận thiếu, hỏng hoặc không nhận"),
        required=False,
        needed=_("khi không nhận đủ"),
        kind=InputKind.LONG_TEXT,
        help=_("Bên giao đọc được."),
    )

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers; who takes nothing in need not count. Raises ``CommandError``."""
        found = super().values(typed)
        if found["condition"] == REFUSED:
            return {**found, "condition": "ok", "counted": Decimal(0)}
        if found["counted"] is None:
            raise CommandError(Problem("counted", _("Chưa ghi đếm được bao nhiêu.")))
        return found


class SettleForm(StepForm[Settle]):
    """What became of goods that the receiver did not take in."""

    command = Settle
    computed = frozenset({"quantity"})
    returned = fields.number(
        _("Đã về lại bao nhiêu"), help=_("Đếm hàng đã về tới kho. Ghi 0 nếu không còn gì.")
    )
    to_place = fields.pick(
        _("Xếp vào kho nào"), required=False, needed=_("để hàng về đúng kho"), as_list=True
    )
    done_on = fields.day(_("Ngày hàng về"))
