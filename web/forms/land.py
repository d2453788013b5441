"""Forms of the fields: growing areas, outlines of plots, recurring work, sheets that were kept on paper."""

import re
from dataclasses import replace
from typing import Any

from marshmallow import ValidationError

from ledger.coop.errors import CommandError, Problem
from ledger.coop.field.paper_rows import DAYS, PaperStep
from ledger.coop.field.paper_sheets import BOXES, DAY, REMARK, WHO, WORK, KeyInSheet, PaperLine
from ledger.coop.land.area_codes import EXAMPLE
from ledger.coop.land.growing_areas import SaveGrowingArea
from ledger.coop.land.plots import TYPED, DrawPlot
from ledger.coop.reminders.rules import quiet_days_of
from ledger.coop.reminders.settings import AddRoutine, FinishRoutine, SetQuietDays
from ledger.trace.errors import MalformedNumberError
from ledger.trace.sectors.templates import TEMPLATES
from web.forms import fields
from web.forms.form import KEY, Form
from web.forms.inputs import Input, InputKind
from web.forms.typed import Typed
from web.languages import _

WAY = "way"
"""The hidden field that says how an outline came: drawn, walked or typed."""
_BOX_NAME = re.compile(r"r([0-9]{1,3})-([a-z]+)\Z")
_LABELS = {DAY: _("Ngày"), WORK: _("Việc"), WHO: _("Người"), REMARK: _("Ghi chú")}


class GrowingAreaForm(Form[SaveGrowingArea]):
    """A growing area with its code."""

    command = SaveGrowingArea
    code = fields.text(
        _("Mã số vùng trồng"),
        kind=InputKind.CODE,
        help=_("Chép đúng như giấy cấp, ví dụ %(example)s.", example=EXAMPLE),
    )
    name = fields.text(_("Tên vùng trồng"), help=_("Ví dụ: Vùng na Quang Lang 1."))
    product = fields.pick(_("Sản phẩm"))
    valid_to = fields.day(_("Có hiệu lực đến hết ngày"), required=False, help=_("Sổ nhắc trước 60 ngày."))
    places = fields.picks(_("Những thửa thuộc vùng"), required=False)
    market = fields.text(
        _("Thị trường"),
        required=False,
        suggestions=(_("Trong nước"), _("Trung Quốc"), _("Hoa Kỳ"), _("Nhật Bản"), _("Hàn Quốc"), _("Úc")),
    )
    area_m2 = fields.number(
        _("Diện tích theo giấy"), unit="m2", required=False, help=_("Ghi 2 sào, 1,5 ha hoặc 3.600.")
    )


class OutlineForm(Form[DrawPlot]):
    """The outline of a plot."""

    command = DrawPlot
    outline = fields.text(
        _("Các góc thửa"),
        kind=InputKind.LONG_TEXT,
        help=_("Mỗi dòng một góc, lần lượt theo một vòng: vĩ độ rồi kinh độ, ví dụ 21,85120 106,76340."),
    )

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers, and how the outline came."""
        return {**super().values(typed), "way": typed.one(WAY) or TYPED}


class RoutineForm(Form[AddRoutine]):
    """Recurring work."""

    command = AddRoutine
    title = fields.text(
        _("Việc gì"),
        suggestions=(
            _("Hiệu chuẩn cân"), _("Kiểm tra bình chữa cháy"), _("Lấy mẫu nước tưới"), _("Lấy mẫu đất"),
            _("Khám sức khỏe người đóng gói"), _("Tập huấn an toàn thực phẩm"),
            _("Diệt chuột, côn trùng ở kho"),
        ),
    )  # fmt: skip
    next_on = fields.day(_("Lần tới vào ngày"))
    every_days = fields.count(
        _("Lặp lại sau mỗi"),
        required=False,
        unit=_("ngày"),
        help=_("Ví dụ 365 là mỗi năm. Để trống thì chỉ một lần."),
    )


class FinishRoutineForm(Form[FinishRoutine]):
    """Recurring work that was done."""

    command = FinishRoutine
    done_on = fields.day(_("Đã làm ngày"))


class QuietDaysForm:
    """After how many days without a line each template asks; the templates are those in use."""

    def __init__(self, templates: tuple[str, ...]) -> None:
        self.templates = templates

    def inputs(self, said: dict[str, int]) -> tuple[Input, ...]:
        """A number a template."""
        return tuple(
            Input(
                name,
                _(TEMPLATES[name].name_vi),
                InputKind.NUMBER,
                required=True,
                unit=_("ngày"),
                values=(str(quiet_days_of(name, said)),),
            )
            for name in self.templates
        )

    def parse(self, typed: Typed) -> SetQuietDays:
        """The command. Raises ``CommandError`` with every number that is none."""
        days: list[tuple[str, int]] = []
        problems = []
        for name in self.templates:
            try:
                days.append((name, fields.read_count(typed.one(name))))
            except (MalformedNumberError, ValidationError):
                problems.append(Problem(name, _("Hãy ghi một số nguyên, ví dụ 14. Ghi 0 để không nhắc.")))
        if problems:
            raise CommandError(*problems)
        return SetQuietDays(days=tuple(days), idempotency_key=typed.one(KEY) or None)


class PaperSheetForm:
    """A grid: so many lines, each with the boxes of the paper. A box is named ``r<line>-<box>``."""

    def __init__(self, rows: int, steps: tuple[PaperStep, ...]) -> None:
        self.rows = rows
        self.steps = steps

    def inputs(self) -> tuple[Input, ...]:
        """Every box, line by line."""
        works = tuple(f"{item.number} {_(item.step.name_vi)}" for item in self.steps)
        bare = {
            box: Input("", _LABELS.get(box, ""), InputKind.NUMBER if box == DAYS else InputKind.TEXT)
            for box in BOXES
        }
        bare[WORK] = replace(bare[WORK], suggestions=works)
        return tuple(
            replace(bare[box], name=f"r{row}-{box}") for row in range(1, self.rows + 1) for box in BOXES
        )

    def parse(self, typed: Typed, season: str) -> KeyInSheet:
        """The command, of the lines in which something stands."""
        found: dict[int, list[tuple[str, str]]] = {}
        for match in filter(None, map(_BOX_NAME.match, typed.values)):
            row, text = int(match[1]), typed.one(match[0])
            if match[2] in BOXES and 1 <= row <= self.rows and text:
                found.setdefault(row, []).append((match[2], text))
        lines = tuple(PaperLine(row, tuple(sorted(found[row]))) for row in sorted(found))
        return KeyInSheet(season=season, lines=lines, idempotency_key=typed.one(KEY) or None)


def area_answers(area: Any) -> dict[str, str | tuple[str, ...]]:
    """A growing area as the answers to its form."""
    return {
        "code": area.code,
        "name": area.name,
        "product": area.product,
        "places": area.places,
        "market": area.market or "",
        "area_m2": "" if area.area_m2 is None else _typed(area.area_m2),
        "valid_to": "" if area.valid_to is None else area.valid_to.isoformat(),
    }


def _typed(number: Any) -> str:
    return format(number.normalize(), "f").replace(".", ",")
