"""Quality: samples, where they are, what laboratories found, and lots that go on in spite of it."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import MANAGEMENT
from ledger.coop.lots import OwnLot, find_held_lot, find_own_lot, template_of
from ledger.coop.quality.criteria import RULE_NAMES, said
from ledger.coop.quality.queries import list_samples, read_sample, usual_criteria
from ledger.coop.quality.releasing import failed_tests, release_lot
from ledger.coop.quality.samples import QUALITY, SAMPLING, TESTING, file_result, send_sample, take_sample
from ledger.trace.fact_queries import RELEASE
from web.console.blueprint import console
from web.console.choices import step_options
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.forms.inputs import Input, InputKind
from web.forms.quality import (
    CRITERIA,
    RULE_OPTIONS,
    ReleaseForm,
    ResultForm,
    SampleForm,
    SendForm,
    criteria_rows,
)
from web.forms.typed import Typed
from web.languages import _
from web.state import current

STATES = {
    "taken": _("Mới lấy, chưa gửi"),
    "sent": _("Đang ở phòng thử nghiệm"),
    "pass": _("Đạt"),
    "fail": _("Không đạt"),
}


@console.get("/kiem-nghiem")
def samples() -> ResponseReturnValue:
    """All samples, newest first; ``cho`` shows those that wait for a result."""
    check_role(QUALITY)
    waiting = "cho" in request.args
    number = request.args.get("trang", 1, int)
    return render_template(
        "console/goods/samples.html",
        listed=current().ledger.read(list_samples, actor(), number=number, waiting=waiting),
        waiting=waiting,
        states=STATES,
        back=url_for("console.home"),
    )


@console.get("/mau/<sample_id>")
def sample(sample_id: str) -> ResponseReturnValue:
    """One sample: where it is, every criterion of its report."""
    check_role(QUALITY)
    page = current().ledger.read(read_sample, actor(), sample_id)
    return render_template(
        "console/goods/sample.html",
        page=page,
        states=STATES,
        rules=RULE_NAMES,
        said=said,
        is_changed="moi" in request.args,
        may_release=not actor().roles.isdisjoint(MANAGEMENT),
        back=url_for("console.samples"),
    )


@console.route("/kiem-nghiem/lay-mau/<lot:lot>", methods=["GET", "POST"])
def new_sample(lot: str) -> ResponseReturnValue:
    """A sample of a lot was taken."""
    check_role(QUALITY)
    state = current()
    own = state.ledger.read(find_held_lot, actor(), lot)
    form = SampleForm(state.ledger.read(template_of, own).step(SAMPLING))
    options = state.ledger.read(step_options, state.ledger.vault, actor())
    page = FormPage(
        _("Lấy mẫu"),
        form.inputs(options, {"done_on": state.today.isoformat()}),
        _("Ghi lấy mẫu"),
        url_for("console.lot", lot=lot),
        lead=_("Lô %(code)s. Máy đặt mã mẫu, hãy ghi mã ấy lên túi mẫu.", code=own.code),
    )
    return answer_form(
        page,
        lambda typed: form.parse(typed, lot=lot),
        take_sample,
        lambda done: url_for("console.sample", sample_id=done.id, moi=1),
    )


@console.route("/mau/<sample_id>/gui", methods=["GET", "POST"])
def hand_in_sample(sample_id: str) -> ResponseReturnValue:
    """A sample went to a laboratory."""
    check_role(QUALITY)
    state = current()
    found = state.ledger.read(read_sample, actor(), sample_id).card
    form = SendForm()
    page = FormPage(
        _("Gửi mẫu %(code)s", code=found.code),
        form.inputs({}, {"sent_on": state.today.isoformat(), "lab": found.lab or ""}),
        _("Ghi đã gửi"),
        url_for("console.sample", sample_id=sample_id),
        lead=_("Chỉ ghi trong sổ của hợp tác xã, không lên trang tem."),
    )
    return answer_form(
        page,
        lambda typed: form.parse(typed, sample=sample_id),
        send_sample,
        lambda done: url_for("console.sample", sample_id=done.id, moi=1),
    )


@console.route("/mau/<sample_id>/ket-qua", methods=["GET", "POST"])
def sample_result(sample_id: str) -> ResponseReturnValue:
    """The report on a sample."""
    check_role(QUALITY)
    found = current().ledger.read(read_sample, actor(), sample_id).card
    own = current().ledger.read(find_held_lot, actor(), found.lot)
    back = url_for("console.sample", sample_id=sample_id)
    return _ask_result(
        own, _("Kết quả mẫu %(code)s", code=found.code), back, {"lab": found.lab or ""}, sample=sample_id
    )


@console.route("/kiem-nghiem/phieu/<lot:lot>", methods=["GET", "POST"])
def lot_result(lot: str) -> ResponseReturnValue:
    """A report on a lot whose sampling nobody wrote down."""
    check_role(QUALITY)
    own = current().ledger.read(find_held_lot, actor(), lot)
    return _ask_result(own, _("Phiếu kiểm nghiệm"), url_for("console.lot", lot=lot), {}, lot=lot)


@console.route("/kiem-nghiem/cho-xuat/<lot:lot>", methods=["GET", "POST"])
def let_go(lot: str) -> ResponseReturnValue:
    """The manager lets a lot go on in spite of a failed test."""
    check_role(MANAGEMENT)
    state = current()
    own = state.ledger.read(find_own_lot, actor(), lot)
    failed = state.ledger.read(failed_tests, actor(), lot)
    form = ReleaseForm(state.ledger.read(template_of, own).step(RELEASE), leave_out=("place", "photos"))
    options = state.ledger.read(step_options, state.ledger.vault, actor())
    page = FormPage(
        _("Cho xuất dù kiểm không đạt"),
        form.inputs(options, {"done_on": state.today.isoformat()}),
        _("Ghi quyết định"),
        url_for("console.lot", lot=lot),
        lead=_(
            "Lô %(code)s. Quyết định và lý do hiện trên mọi trang tem của lô này và hàng làm từ lô này.",
            code=own.code,
        ),
        template="console/goods/let_go.html",
        is_grave=True,
        more={"failed": failed},
    )
    return answer_form(
        page,
        lambda typed: form.parse(typed, lot=lot),
        release_lot,
        lambda done: url_for("console.entry", index=done.index, moi=1),
    )


def _ask_result(
    own: OwnLot, title: str, back: str, known: dict[str, str], **given: Any
) -> ResponseReturnValue:
    """The form of a report, with the criteria that were asked before."""
    state = current()
    form = ResultForm(state.ledger.read(template_of, own).step(TESTING), leave_out=("place", "photos"))
    options = state.ledger.read(step_options, state.ledger.vault, actor())
    usual = state.ledger.read(usual_criteria, actor())
    typed = Typed.of(request.form.lists()) if request.method == "POST" else Typed()
    page = FormPage(
        title,
        (
            *form.inputs(options, {"done_on": state.today.isoformat(), **known}),
            Input(CRITERIA, _("Từng chỉ tiêu trên phiếu"), InputKind.LOTS),
        ),
        _("Ghi kết quả"),
        back,
        lead=_(
            "Lô %(code)s. Máy so từng chỉ tiêu với mức cho phép; một chỉ tiêu không đạt là cả phiếu "
            "không đạt.",
            code=own.code,
        ),
        template="console/goods/sample_result.html",
        more={"rows": criteria_rows(typed, usual), "rules": RULE_OPTIONS},
    )
    return answer_form(
        page,
        lambda answered: form.parse(answered, **given),
        file_result,
        lambda done: url_for("console.sample", sample_id=done.id, moi=1),
    )
