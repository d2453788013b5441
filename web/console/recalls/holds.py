"""Holding a lot back at once, and letting it go."""

from flask import url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import MANAGEMENT
from ledger.coop.holds.holding import HOLDING, hold_lot, lift_hold
from web.console.blueprint import console
from web.console.lot_reading import read_lot
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.forms.recalls import HoldForm, LiftForm
from web.languages import _
from web.state import current


@console.route("/tam-giu/<lot:lot>", methods=["GET", "POST"])
def hold(lot: str) -> ResponseReturnValue:
    """Stop a lot and all that is made of it; nobody outside is told."""
    check_role(HOLDING)
    found = current().ledger.read(read_lot, actor(), lot, current().today)
    form = HoldForm()
    page = FormPage(
        _("Tạm giữ lô %(code)s", code=found.own.code),
        form.inputs(),
        _("Tạm giữ ngay"),
        url_for("console.lot", lot=lot),
        lead=_(
            "Từ lúc bấm nút, lô này và mọi lô làm từ nó không dùng, không đóng gói, không ký, "
            "không kích hoạt tem, không giao được. Người mua không thấy gì."
        ),
    )
    return answer_form(
        page,
        lambda typed: form.parse(typed, lot=lot),
        hold_lot,
        lambda done: url_for("console.lot", lot=done.lot),
    )


@console.route("/tha-lo/<lot:lot>", methods=["GET", "POST"])
def lift(lot: str) -> ResponseReturnValue:
    """Let a lot go on."""
    check_role(MANAGEMENT)
    found = current().ledger.read(read_lot, actor(), lot, current().today)
    form = LiftForm()
    page = FormPage(
        _("Thả lô %(code)s", code=found.own.code),
        form.inputs(),
        _("Thả lô"),
        url_for("console.lot", lot=lot),
        lead=_("Lô này lại dùng, đóng gói và giao được."),
    )
    return answer_form(
        page,
        lambda typed: form.parse(typed, lot=lot),
        lift_hold,
        lambda done: url_for("console.lot", lot=done.lot),
    )
