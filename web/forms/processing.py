"""Forms of making lots of lots: processing and packing."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ledger.coop.errors import CommandError, Problem
from ledger.coop.goods.packing import Pack
from ledger.coop.goods.processing import Transform
from ledger.coop.quantities import INPUT_KEYS, LOSS_KEYS, OUTPUT_KEYS
from web.forms import fields
from web.forms.form import Form
from web.forms.inputs import InputKind
from web.forms.lots import read_outputs, read_portions
from web.forms.typed import Typed
from web.forms.work import StepForm
from web.languages import _

OTHER_NET = "other"
"""The answer to the pack's size that means: typed below."""
_AMOUNTS = frozenset({"input_batches", *INPUT_KEYS, *OUTPUT_KEYS, *LOSS_KEYS})


class TransformForm(StepForm[Transform]):
    """Lots become lots."""

    command = Transform
    computed = _AMOUNTS | {"cuts", "expires_on"}
    done_on = fields.day(_("Ngày làm"))
    loss = fields.number(
        _("Hao hụt, loại bỏ"), required=False, help=_("Để trống thì máy tính: lượng vào trừ lượng ra.")
    )

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers with inputs and outputs. Raises ``CommandError`` with every problem."""
        return together(
            lambda: super(TransformForm, self).values(typed),
            lambda: {"inputs": read_portions(typed)},
            lambda: {"outputs": read_outputs(typed)},
        )


class PackSizeForm(Form[Any]):
    """How much goes into a pack: one of the product's sizes, or another; makes no command."""

    net = fields.pick(_("Mỗi gói bao nhiêu"))
    net_other = fields.number(_("Khối lượng khác"), required=False)

    def values(self, typed: Typed) -> dict[str, Any]:
        """``net_per_pack``. Raises ``CommandError``."""
        found = super().values(typed)
        if found["net"] != OTHER_NET:
            return {"net_per_pack": _size(found["net"])}
        if found["net_other"] is None:
            raise CommandError(Problem("net_other", _("Chưa ghi mỗi gói bao nhiêu.")))
        return {"net_per_pack": found["net_other"]}


class PackForm(StepForm[Pack]):
    """Lots become packs: how many, of what kind, until when. Which lots and what size was asked before."""

    command = Pack
    computed = _AMOUNTS | {"pack_type", "net_per_pack", "pack_count", "packed_on", "expires_on"}
    packs = fields.count(_("Số gói đã đóng"), unit=_("gói"))
    packed_on = fields.day(_("Ngày đóng gói"))
    expires_on = fields.day(_("Hạn sử dụng"), required=False, needed=_("bắt buộc với hàng có hạn dùng"))
    pack_type = fields.pick(_("Quy cách"))
    loss = fields.number(_("Hao hụt"), required=False)
    lot_code = fields.text(
        _("Mã lô"), required=False, kind=InputKind.CODE, help=_("Để trống thì máy đặt mã theo ngày.")
    )


def _size(code: str) -> Decimal:
    if not (code.isascii() and code.isdigit() and len(code) < 9):
        raise CommandError(Problem("net", _("Hãy chọn lại cỡ gói.")))
    return Decimal(code)


def together(*readers: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What all readers give. Raises one ``CommandError`` with the problems of all."""
    found: dict[str, Any] = {}
    problems: list[Problem] = []
    for read in readers:
        try:
            found |= read()
        except CommandError as error:
            problems += error.problems
    if problems:
        raise CommandError(*problems)
    return found
