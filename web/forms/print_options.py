"""How stamps go on paper, as a form asks it: every question answered beforehand as on most days.

A printer that was saved answers for paper, file and margins at once; what is typed beside it does not count.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from labels.errors import (
    BarcodeSlotError,
    CopiesError,
    DesignError,
    DesignTooLargeError,
    LabelError,
    LayoutError,
    PaperError,
    PayloadTooLongError,
    ProfileError,
    SecretSlotError,
    SlotOverflowError,
    TooManyStampsError,
    UsedCellsError,
)
from ledger.coop.errors import CommandError, Problem
from ledger.coop.paper.print_specs import PrintSpec
from web.forms import fields
from web.forms.form import Form
from web.forms.inputs import Option
from web.forms.typed import Typed
from web.languages import _

NO_PRINTER = "-"
"""The answer to the printer that means: paper and file are chosen below."""
FITTING = "fit"
"""The answer to the paper that means: whatever fits the design."""
FILE_OPTIONS = (
    Option("pdf", "PDF", _("Máy in nào cũng in được")),
    Option("zpl", "ZPL", _("Máy in tem Zebra và máy tương thích")),
)
DPI_OPTIONS = (
    Option("203", "203 dpi", _("Phần lớn máy in tem")),
    Option("300", "300 dpi", _("Máy in nét hơn")),
    Option("600", "600 dpi", _("Máy in văn phòng loại tốt")),
)
LEVEL_OPTIONS = (
    Option("M", _("Vừa"), _("Ô QR to, dễ quét. Hợp với phần lớn tem")),
    Option("Q", _("Cao"), _("Chịu bẩn, xước hơn, ô QR nhỏ hơn")),
)


class PrintOptionsForm(Form[Any]):
    """Design, printer, paper. Makes no command, but the spec that commands carry."""

    design = fields.pick(_("Mẫu tem"))
    printer = fields.pick(_("Máy in"), required=False)
    paper = fields.pick(_("Giấy in"), as_list=True)
    file = fields.pick(_("Loại tệp"), options=FILE_OPTIONS)
    dpi = fields.pick(_("Độ nét của máy in"), options=DPI_OPTIONS)
    level = fields.pick(_("Mức sửa lỗi của mã QR"), options=LEVEL_OPTIONS)
    used_cells = fields.count(
        _("Số ô đã dùng trên tờ đầu"),
        required=False,
        unit=_("ô"),
        help=_("Tờ tem in dở thì bỏ qua ngần ấy ô, tính từ trên xuống."),
    )
    copies = fields.count(_("Mỗi con tem in mấy bản"), required=False, unit=_("bản"))

    def spec(self, typed: Typed, on_printer: Callable[[str, PrintSpec], PrintSpec]) -> PrintSpec:
        """The spec; ``on_printer`` sets what the saved printer of an id answers for.

        Whether there is a scratch code is the design's to say. Raises ``CommandError``.
        """
        found = self.values(typed)
        spec = PrintSpec(
            design=found["design"],
            level=found["level"],
            used_cells=found["used_cells"] or 0,
            copies=1 if found["copies"] is None else found["copies"],
        )
        printer = found["printer"] or NO_PRINTER
        if printer != NO_PRINTER:
            return on_printer(printer, spec)
        return replace(spec, file=found["file"], paper=found["paper"], dpi=_dpi(found["dpi"]))


def options_of(spec: PrintSpec) -> dict[str, str | tuple[str, ...]]:
    """The answers that a form starts from: printed like this, on a fresh sheet."""
    return {
        "design": spec.design,
        "file": spec.file,
        "dpi": str(spec.dpi),
        "level": spec.level,
        "used_cells": "0",
        "copies": str(spec.copies),
    }


def _dpi(chosen: str) -> int:
    """Raises ``CommandError``: somebody sent what no list offers."""
    if chosen not in {option.value for option in DPI_OPTIONS}:
        raise CommandError(Problem("dpi", _("Hãy chọn độ nét trong danh sách.")))
    return int(chosen)


_ASKED_AS: Mapping[type[LabelError], str] = {
    PaperError: "paper",
    LayoutError: "dpi",
    ProfileError: "printer",
    UsedCellsError: "used_cells",
    CopiesError: "copies",
    DesignError: "design",
    DesignTooLargeError: "design",
    SecretSlotError: "design",
    PayloadTooLongError: "design",
    SlotOverflowError: "design",
    BarcodeSlotError: "design",
    TooManyStampsError: "count",
}


def problem_of(error: LabelError) -> Problem:
    """What paper refused, beside the question that can mend it; else, as a text too long, on the panel."""
    return Problem(_ASKED_AS.get(type(error), ""), str(error))
