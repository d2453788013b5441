"""Forms of quality: a sample, where it went, the report that came, a lot that goes on in spite of one."""

from collections.abc import Sequence
from typing import Any

from ledger.coop.attachments.documents import DocumentKind
from ledger.coop.quality.criteria import RULE_NAMES, Criterion, LimitRule, said
from ledger.coop.quality.releasing import ReleaseLot
from ledger.coop.quality.samples import FileResult, SendSample, TakeSample
from web.forms import fields
from web.forms.form import Form
from web.forms.inputs import InputKind, Option
from web.forms.processing import together
from web.forms.typed import Typed
from web.forms.work import StepForm
from web.languages import _

CRITERIA = "criteria"
"""The question beside which problems of criteria stand."""
COLUMNS = ("crit-name", "crit-found", "crit-unit", "crit-rule", "crit-allowed")
RULE_OPTIONS = tuple(Option(rule.value, _(RULE_NAMES[rule])) for rule in LimitRule)
MIN_ROWS, SPARE_ROWS = 6, 3


class SampleForm(StepForm[TakeSample]):
    """A sample of a lot."""

    command = TakeSample
    computed = frozenset({"sample", "purpose"})
    purpose = fields.text(
        _("Để kiểm gì"),
        required=False,
        suggestions=(
            _("Dư lượng thuốc bảo vệ thực vật"),
            _("Kim loại nặng"),
            _("Vi sinh"),
            _("Kháng sinh, chất cấm"),
        ),
    )
    done_on = fields.day(_("Ngày lấy mẫu"))


class SendForm(Form[SendSample]):
    """A sample goes to a laboratory."""

    command = SendSample
    lab = fields.text(_("Phòng thử nghiệm"))
    sent_on = fields.day(_("Ngày gửi"))


class ResultForm(StepForm[FileResult]):
    """A laboratory's report."""

    command = FileResult
    computed = frozenset({"lab", "report_no", "criteria", "result", "report_file"})
    lab = fields.text(_("Phòng thử nghiệm"))
    report_no = fields.text(_("Số phiếu"), kind=InputKind.CODE)
    done_on = fields.day(_("Ngày trên phiếu"))
    documents = fields.photos(
        _("Ảnh chụp phiếu"),
        help=_("Chụp đủ các trang. Mã của ảnh vào sổ, để sau này đối chiếu được."),
        document=DocumentKind.LABORATORY,
    )

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers with the criteria and the photos of the report. Raises ``CommandError``."""
        found = together(
            lambda: super(ResultForm, self).values(typed), lambda: {"criteria": read_criteria(typed)}
        )
        return found | {"documents": typed.photos_of("documents")}


class ReleaseForm(StepForm[ReleaseLot]):
    """A manager's decision."""

    command = ReleaseLot
    computed = frozenset({"report_no", "reason"})
    reason = fields.text(
        _("Lý do"), kind=InputKind.LONG_TEXT, help=_("Ai xem trang tem cũng đọc được. Đừng ghi tên người.")
    )
    done_on = fields.day(_("Ngày quyết định"))


def read_criteria(typed: Typed) -> tuple[Criterion, ...]:
    """The lines on which anything was found."""
    return tuple(Criterion(*line) for line in _lines(typed) if line[0] and line[1])


def criteria_rows(
    typed: Typed, usual: Sequence[tuple[str, str, str, str]]
) -> tuple[tuple[str, str, str, str, str], ...]:
    """What stands on the lines: what was typed, else what earlier reports asked; and blank ones."""
    lines = list(_lines(typed)) or [
        (name, "", unit, rule, said(allowed)) for name, unit, rule, allowed in usual
    ]
    blank = ("", "", "", LimitRule.MAX.value, "")
    wanted = max(MIN_ROWS, len([line for line in lines if line[0]]) + SPARE_ROWS)
    return (*lines, *[blank] * (wanted - len(lines)))


def _lines(typed: Typed) -> Sequence[tuple[str, str, str, str, str]]:
    columns = ([text.strip() for text in typed.values.get(name, ())] for name in COLUMNS)
    return [
        (name, found, unit, rule, allowed) for name, found, unit, rule, allowed in zip(*columns, strict=False)
    ]
