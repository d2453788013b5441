"""Forms of printers: which paper is in them, how fine they print, how far they miss."""

from decimal import Decimal
from typing import Any

from labels.ruler import Measured
from ledger.coop.errors import CommandError, Problem
from ledger.coop.paper.print_specs import GRID, PrintSpec
from ledger.coop.paper.printers import SavePrinter
from ledger.trace.units import format_number
from web.forms import fields
from web.forms.form import KEY, Form
from web.forms.inputs import Option
from web.forms.print_options import DPI_OPTIONS, FILE_OPTIONS
from web.forms.typed import Typed
from web.languages import _

OWN_PAPER = Option(GRID, _("Giấy khác, tự ghi số đo"), _("Đo bằng thước, tính bằng mm"))
GRID_QUESTIONS = (
    "page_width_mm",
    "page_height_mm",
    "cell_width_mm",
    "cell_height_mm",
    "columns",
    "rows",
    "left_mm",
    "top_mm",
    "pitch_x_mm",
    "pitch_y_mm",
)
"""In the order of ``PrintSpec.grid``; asked only for paper that has no name."""
_USUAL = Option("yes", _("Máy thường dùng"), _("Được chọn sẵn mỗi khi in"))


class PrinterForm(Form[SavePrinter]):
    """A printer and its paper."""

    command = SavePrinter
    name = fields.text(_("Tên máy in"), help=_("Ví dụ: Máy in tem ở kho, Máy Canon văn phòng."))
    paper = fields.pick(_("Giấy trong máy"), as_list=True)
    page_width_mm = fields.number(_("Bề ngang cả tờ"), unit="mm", required=False, needed=_("khi tự ghi"))
    page_height_mm = fields.number(_("Bề dọc cả tờ"), unit="mm", required=False, needed=_("khi tự ghi"))
    cell_width_mm = fields.number(_("Bề ngang một tem"), unit="mm", required=False, needed=_("khi tự ghi"))
    cell_height_mm = fields.number(_("Bề dọc một tem"), unit="mm", required=False, needed=_("khi tự ghi"))
    columns = fields.count(_("Số cột tem"), required=False, needed=_("khi tự ghi"))
    rows = fields.count(_("Số hàng tem"), required=False, needed=_("khi tự ghi"))
    left_mm = fields.number(
        _("Lề trái"),
        unit="mm",
        required=False,
        needed=_("khi tự ghi"),
        help=_("Từ mép trái tờ tới con tem đầu."),
    )
    top_mm = fields.number(
        _("Lề trên"),
        unit="mm",
        required=False,
        needed=_("khi tự ghi"),
        help=_("Từ mép trên tờ tới con tem đầu."),
    )
    pitch_x_mm = fields.number(
        _("Bước ngang"),
        unit="mm",
        required=False,
        needed=_("khi tự ghi"),
        help=_("Từ mép trái tem này tới mép trái tem bên cạnh, gồm cả khe."),
    )
    pitch_y_mm = fields.number(
        _("Bước dọc"),
        unit="mm",
        required=False,
        needed=_("khi tự ghi"),
        help=_("Từ mép trên tem này tới mép trên tem bên dưới, gồm cả khe."),
    )
    file = fields.pick(_("Loại tệp"), options=FILE_OPTIONS)
    dpi = fields.pick(_("Độ nét của máy in"), options=DPI_OPTIONS)
    is_default = fields.picks(_("Chọn sẵn"), options=(_USUAL,), required=False)

    def command_of(self, typed: Typed, known: PrintSpec, printer: str | None) -> SavePrinter:
        """The command; how far the printer misses is taken over from ``known``. Raises ``CommandError``."""
        found = self.values(typed)
        is_own = found["paper"] == GRID
        spec = PrintSpec(
            file=found["file"],
            paper=found["paper"],
            grid=_grid(found) if is_own else (),
            dpi=_dpi(found["dpi"]),
            offset_x_mm=known.offset_x_mm,
            offset_y_mm=known.offset_y_mm,
            scale_x=known.scale_x,
            scale_y=known.scale_y,
        )
        return SavePrinter(
            name=found["name"],
            spec=spec,
            is_default=bool(found["is_default"]),
            id=printer,
            idempotency_key=typed.one(KEY) or None,
        )


def answers_of(spec: PrintSpec) -> dict[str, str | tuple[str, ...]]:
    """What the form shows of a printer's spec."""
    grid = dict(zip(GRID_QUESTIONS, map(format_number, spec.grid), strict=False))
    return {"paper": spec.paper, "file": spec.file, "dpi": str(spec.dpi), **grid}


def _grid(found: dict[str, Any]) -> tuple[Decimal, ...]:
    missing = [Problem(name, _("Hãy ghi số đo này.")) for name in GRID_QUESTIONS if found[name] is None]
    if missing:
        raise CommandError(*missing)
    return tuple(Decimal(found[name]) for name in GRID_QUESTIONS)


def _dpi(chosen: str) -> int:
    if chosen not in {option.value for option in DPI_OPTIONS}:
        raise CommandError(Problem("dpi", _("Hãy chọn độ nét trong danh sách.")))
    return int(chosen)


class MeasureForm(Form[Any]):
    """What a ruler says of a printed ruler page."""

    left_mm = fields.number(_("Từ mép trái giấy tới dấu cộng thứ nhất"), unit="mm")
    top_mm = fields.number(_("Từ mép trên giấy tới dấu cộng thứ nhất"), unit="mm")
    width_mm = fields.number(_("Từ dấu cộng thứ nhất tới dấu cộng thứ hai, chiều ngang"), unit="mm")
    height_mm = fields.number(_("Từ dấu cộng thứ nhất tới dấu cộng thứ hai, chiều dọc"), unit="mm")

    def measured(self, typed: Typed) -> Measured:
        """The four lengths. Raises ``CommandError``."""
        return Measured(**{name: float(length) for name, length in self.values(typed).items()})
