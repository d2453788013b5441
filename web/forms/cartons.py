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
from web.languages import _

KIND_OPTIONS = (
    Option("carton", _("Tem thùng"), _("Dán ngoài thùng, bên trong là các gói")),
    Option("pallet", _("Tem pa-lét"), _("Dán trên pa-lét đã xếp hàng")),
)


class CartonForm(Form[Any]):
    """How many labels, and how much is under each."""

    packs_each = fields.count(_("Mỗi thùng mấy gói"), unit=_("gói"))
    count = fields.count(_("Số tem cần in"), unit=_("tem"))


class CartonsPrintedForm(Form[MarkCartonsPrinted]):
    """The labels are printed again."""

    command = MarkCartonsPrinted
    reason = fields.text(
        _("Lý do in lại"),
        suggestions=(_("Máy in kẹt giấy"), _("Tem bị ướt, rách"), _("Mất tệp, chưa in được")),
    )


class VoidCartonsForm(Form[VoidCartons]):
    """A job that is taken back."""

    command = VoidCartons
    reason = fields.text(
        _("Lý do hủy"), suggestions=(_("Ghi nhầm số gói mỗi thùng"), _("Xếp lại thùng"), _("Đặt in nhầm"))
    )


class FillForm(StepForm[FillCartons]):
    """Packs went into cartons."""

    command = FillCartons
    first = fields.count(_("Từ thùng số"))
    last = fields.count(_("Đến thùng số"))
    done_on = fields.day(_("Ngày xếp"))


class LoadForm(StepForm[LoadPallet]):
    """Cartons went onto a pallet."""

    command = LoadPallet
    number = fields.pick(_("Pa-lét số"), as_list=True)
    cartons = fields.picks(_("Những thùng nào"))
    done_on = fields.day(_("Ngày xếp"))

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers, the pallet's number as a number. Raises ``CommandError``."""
        found = super().values(typed)
        number = found["number"]
        return found | {"number": int(number) if number.isascii() and number.isdigit() else 0}


class EmptyForm(StepForm[EmptyCarton]):
    """Everything comes out."""

    command = EmptyCarton
    done_on = fields.day(_("Ngày dỡ"))


class PrefixForm(Form[SavePrefix]):
    """The prefix on the certificate of GS1."""

    command = SavePrefix
    prefix = fields.text(
        _("Mã doanh nghiệp GS1"),
        kind=InputKind.CODE,
        help=_("Chép đúng trên giấy chứng nhận của GS1 Việt Nam, thường bắt đầu bằng 893."),
    )
