"""Forms of what holds packs: labels of cartons and pallets, and the company prefix that GS1 gave."""

from typing import Any

from ledger.coop.paper.carton_filling import EmptyCarton, FillCartons, LoadPallet
from ledger.coop.paper.cartons import MarkCartonsPrinted, VoidCartons
from ledger.coop.paper.company_prefixes import SavePrefix
from web.forms import fields
from web.forms.form import Form
from web.forms.inputs import InputKind, Option
from web.forms.typed import Typed
from web.forms.work import StepForm

KIND_OPTIONS = (
    Option("carton", "Tem thùng", "Dán ngoài thùng, bên trong là các gói"),
    Option("pallet", "Tem pa-lét", "Dán trên pa-lét đã xếp hàng"),
)


class CartonForm(Form[Any]):
    """How many labels, and how much is under each."""

    packs_each = fields.count("Mỗi thùng mấy gói", unit="gói")
    count = fields.count("Số tem cần in", unit="tem")


class CartonsPrintedForm(Form[MarkCartonsPrinted]):
    """The labels are printed again."""

    command = MarkCartonsPrinted
    reason = fields.text(
        "Lý do in lại", suggestions=("Máy in kẹt giấy", "Tem bị ướt, rách", "Mất tệp, chưa in được")
    )


class VoidCartonsForm(Form[VoidCartons]):
    """A job that is taken back."""

    command = VoidCartons
    reason = fields.text(
        "Lý do hủy", suggestions=("Ghi nhầm số gói mỗi thùng", "Xếp lại thùng", "Đặt in nhầm")
    )


class FillForm(StepForm[FillCartons]):
    """Packs went into cartons."""

    command = FillCartons
    first = fields.count("Từ thùng số")
    last = fields.count("Đến thùng số")
    done_on = fields.day("Ngày xếp")


class LoadForm(StepForm[LoadPallet]):
    """Cartons went onto a pallet."""

    command = LoadPallet
    number = fields.pick("Pa-lét số", as_list=True)
    cartons = fields.picks("Những thùng nào")
    done_on = fields.day("Ngày xếp")

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers, the pallet's number as a number. Raises ``CommandError``."""
        found = super().values(typed)
        number = found["number"]
        return found | {"number": int(number) if number.isascii() and number.isdigit() else 0}


class EmptyForm(StepForm[EmptyCarton]):
    """Everything comes out."""

    command = EmptyCarton
    done_on = fields.day("Ngày dỡ")


class PrefixForm(Form[SavePrefix]):
    """The prefix on the certificate of GS1."""

    command = SavePrefix
    prefix = fields.text(
        "Mã doanh nghiệp GS1",
        kind=InputKind.CODE,
        help="Chép đúng trên giấy chứng nhận của GS1 Việt Nam, thường bắt đầu bằng 893.",
    )
