"""Deciding a recall: what it would reach is shown first; once decided it is public at once."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import MANAGEMENT, PACKING, SHIPPING
from ledger.coop.holds.holding import holds_of
from ledger.coop.recalls.cases import list_cases, read_case
from ledger.coop.recalls.drills import list_drills
from ledger.coop.recalls.impact import read_impact
from ledger.coop.recalls.recalls import recall
from ledger.trace.derived.registers import find_statement
from ledger.trace.events.statements import OrganisationRegistered
from web.console.blueprint import console
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.forms.mending import RecallForm
from web.languages import _
from web.state import current

READERS = PACKING | SHIPPING


@console.get("/thu-hoi")
def recalls() -> str:
    """Goods held back, recalls that run, those that ended, and drills."""
    check_role(READERS)
    ledger = current().ledger
    is_manager = not actor().roles.isdisjoint(MANAGEMENT)
    return render_template(
        "console/recalls/list.html",
        holds=ledger.read(holds_of, ledger.vault, actor(), standing=True),
        cases=ledger.read(list_cases, actor()),
        drills=ledger.read(list_drills, ledger.vault, actor())[:5] if is_manager else (),
        is_manager=is_manager,
        back=url_for("console.home"),
    )


@console.route("/thu-hoi/<lot:lot>", methods=["GET", "POST"])
def recall_lot(lot: str) -> ResponseReturnValue:
    """Call back a lot with everything that was made of it."""
    check_role(MANAGEMENT)
    ledger = current().ledger
    impact = ledger.read(read_impact, ledger.vault, actor(), lot)
    if request.method != "POST" and ledger.read(read_case, ledger.vault, actor(), lot) is not None:
        return redirect(url_for("console.recall_case", lot=lot), 303)
    filed = ledger.read(find_statement, OrganisationRegistered, actor().organisation)
    form = RecallForm()
    defaults = {
        "scope": _("Toàn bộ lô %(code)s", code=impact.code),
        "decided_by": filed.statement.name if filed is not None else "",
        "contact": (filed.statement.phone or "") if filed is not None else "",
    }
    page = FormPage(
        _("Thu hồi lô"),
        form.inputs({}, defaults),
        _("Thu hồi lô này"),
        url_for("console.lot", lot=lot),
        lead=_("Mọi người quét tem sẽ thấy cảnh báo ngay. Việc này không lấy lại được."),
        template="console/recalls/decide.html",
        is_grave=True,
        more={"impact": impact},
    )
    return answer_form(
        page,
        lambda typed: form.parse(typed, lot=lot),
        recall,
        lambda recalled: url_for("console.recall_case", lot=recalled.lots[0], moi=1),
    )
