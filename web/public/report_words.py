"""What may be wrong with a page, and what came of a report about it, in a few words each. Pure."""

from collections.abc import Mapping

from ledger.coop.reports.answering import ReportOutcome
from ledger.coop.reports.reporting import ReportReason
from web.languages import _

REASONS: Mapping[ReportReason, str] = {
    ReportReason.FACTS: _("Thông tin trên trang không đúng với hàng"),
    ReportReason.GOODS: _("Tem này dán trên hàng khác"),
    ReportReason.STAMP: _("Tem rách, bị dán lại, hoặc nghi là tem giả"),
    ReportReason.PAGE: _("Trang thiếu thông tin, hoặc khó đọc"),
    ReportReason.OTHER: _("Điều khác"),
}
"""In the order in which the form asks."""

OUTCOMES: Mapping[ReportOutcome, str] = {
    ReportOutcome.MENDED: _("Đúng là sai, đã sửa"),
    ReportOutcome.RIGHT: _("Đã xem, trang ghi đúng"),
    ReportOutcome.PASSED_ON: _("Đã chuyển người lo việc này"),
    ReportOutcome.EMPTY: _("Không có gì để xem"),
}
"""In the order in which the manager chooses."""
