"""What people reported about pages: read, looked into, answered, erased."""

from collections.abc import Mapping
from datetime import UTC, datetime

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import MANAGEMENT
from ledger.coop.reports.answering import EraseReport, answer_report, erase_report
from ledger.coop.reports.queries import PAGE, PageReport, find_report, open_reports
from ledger.coop.stamp_codes import open_stamp_codec
from ledger.trace.identifiers import parse_identifier, path_of
from ledger.trace.passports.verdicts import Verdict
from web.console.blueprint import console
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.forms.exchange import AnswerReportForm
from web.forms.form import KEY
from web.forms.inputs import Option
from web.languages import _
from web.public.report_words import OUTCOMES, REASONS
from web.state import current

VERDICT_WORDS: Mapping[Verdict, str] = {
    Verdict.TAMPERED: _("Dữ liệu không khớp chữ ký"),
    Verdict.RECALLED: _("Hàng đang bị thu hồi"),
    Verdict.VOIDED: _("Tem đã hủy"),
    Verdict.NOT_ACTIVATED: _("Tem chưa kích hoạt"),
    Verdict.EXPIRED: _("Hàng đã quá hạn dùng"),
    Verdict.SEEN_OFTEN: _("Tem thật, nhưng đã bị quét nhiều lần"),
    Verdict.VALID: _("Tem thật"),
    Verdict.UNKNOWN: _("Không tìm thấy mã tem này"),
}
"""What the page told when it was reported."""
_CHOICES = {"outcome": tuple(Option(outcome.value, words) for outcome, words in OUTCOMES.items())}


@console.get("/phan-anh")
def reports() -> ResponseReturnValue:
    """Those that wait; ``xong``: those answered; ``truoc``: reported before that moment."""
    check_role(MANAGEMENT)
    ledger, is_done = current().ledger, "xong" in request.args
    found = ledger.read(open_reports, ledger.vault, actor(), is_open=not is_done, before=_moment_asked_for())
    listed = found[:PAGE]
    return render_template(
        "console/exchange/reports.html",
        found=listed,
        older=listed[-1].reported_at.isoformat() if len(found) > PAGE else None,
        reasons=REASONS,
        outcomes=OUTCOMES,
        is_done=is_done,
        back=url_for("console.exchange"),
    )


@console.route("/phan-anh/<report_id>", methods=["GET", "POST"])
def report(report_id: str) -> ResponseReturnValue:
    """One of them; what was found takes it off the list."""
    check_role(MANAGEMENT)
    ledger, form = current().ledger, AnswerReportForm()
    found = ledger.read(find_report, ledger.vault, actor(), report_id)
    page = FormPage(
        _("Phản ánh %(reference)s", reference=found.reference),
        form.inputs(_CHOICES) if found.answered_at is None else (),
        _("Ghi kết quả"),
        url_for("console.reports"),
        template="console/exchange/report.html",
        more={
            "found": found,
            "reasons": REASONS,
            "verdicts": VERDICT_WORDS,
            "outcomes": OUTCOMES,
            "shown": _page_of(found),
            "code": _code(found.number),
        },
    )
    return answer_form(
        page,
        lambda typed: form.parse(typed, report_id=report_id),
        answer_report,
        lambda done: url_for("console.report", report_id=done.id),
    )


@console.route("/phan-anh/<report_id>/xoa", methods=["GET", "POST"])
def forget_report(report_id: str) -> ResponseReturnValue:
    """Destroy what somebody wrote: they asked for it, or nobody needs it any more."""
    check_role(MANAGEMENT)
    ledger = current().ledger
    found = ledger.read(find_report, ledger.vault, actor(), report_id)
    back = url_for("console.report", report_id=report_id)
    page = FormPage(
        _("Xóa lời của phản ánh %(reference)s", reference=found.reference),
        (),
        _("Xóa lời và số điện thoại"),
        back,
        lead=_("Lời viết và số điện thoại mất hẳn, không lấy lại được. Sổ chỉ còn ngày, lý do và kết quả."),
        is_grave=True,
    )
    return answer_form(
        page,
        lambda typed: EraseReport(report_id, idempotency_key=typed.one(KEY) or None),
        erase_report,
        lambda _: back,
    )


def _page_of(found: PageReport) -> str | None:
    """The path of the page that was reported."""
    code = _code(found.number)
    if code is not None:
        return f"/s/{code}"
    return None if found.lot is None else path_of(parse_identifier(found.lot))


def _code(number: int | None) -> str | None:
    if number is None:
        return None
    state = current()
    codec = state.ledger.read(open_stamp_codec, state.ledger.vault)
    return None if codec is None else codec.format(number)


def _moment_asked_for() -> datetime | None:
    try:
        moment = datetime.fromisoformat(request.args.get("truoc", "")[:40])
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
