"""Practising a recall against the clock."""

import secrets

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import MANAGEMENT
from ledger.coop.recalls.drills import StartDrill, end_drill, list_drills, read_drill, start_drill
from ledger.coop.recalls.impact import read_impact
from web.console.blueprint import console
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.forms.form import KEY
from web.forms.recalls import DrillForm
from web.languages import _
from web.state import current


@console.get("/dien-tap")
def drills() -> str:
    """The drills so far, and how to begin one."""
    check_role(MANAGEMENT)
    ledger = current().ledger
    return render_template(
        "console/recalls/drills.html",
        drills=ledger.read(list_drills, ledger.vault, actor()),
        back=url_for("console.recalls"),
    )


@console.route("/dien-tap-lo/<lot:lot>", methods=["GET", "POST"])
def begin_drill(lot: str) -> ResponseReturnValue:
    """Ask whether to start the clock; start it."""
    check_role(MANAGEMENT)
    ledger = current().ledger
    impact = ledger.read(read_impact, ledger.vault, actor(), lot)
    if request.method == "POST":
        command = StartDrill(lot, idempotency_key=request.form.get(KEY) or None)
        done = ledger.write(start_drill, actor(), command)
        return redirect(url_for("console.drill", drill=done.id), 303)
    return render_template(
        "console/recalls/begin_drill.html",
        code=impact.code,
        lot=lot,
        key=secrets.token_urlsafe(16),
        back=url_for("console.lot", lot=lot),
    )


@console.route("/dien-tap/<drill>", methods=["GET", "POST"])
def drill(drill: str) -> ResponseReturnValue:
    """The list of a drill, and its report once the clock was stopped."""
    check_role(MANAGEMENT)
    ledger = current().ledger
    found = ledger.read(read_drill, ledger.vault, actor(), drill)
    form = DrillForm()
    page = FormPage(
        _("Diễn tập thu hồi"),
        form.inputs({}, {"remark": found.remark or ""}),
        _("Đã có danh sách, dừng đồng hồ") if found.took is None else _("Lưu nhận xét"),
        url_for("console.drills"),
        template="console/recalls/drill.html",
        more={"drill": found, "impact": ledger.read(read_impact, ledger.vault, actor(), found.lot)},
    )
    return answer_form(
        page,
        lambda typed: form.parse(typed, drill=found.id),
        end_drill,
        lambda done: url_for("console.drill", drill=done.id),
    )
