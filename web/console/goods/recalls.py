"""Recalling a lot: which lots it reaches is shown first; it is public at once."""

from flask import url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import MANAGEMENT
from ledger.coop.goods.recalls import recall
from ledger.trace.derived.registers import find_statement
from ledger.trace.events.statements import OrganisationRegistered
from web.console.blueprint import console
from web.console.lot_reading import read_lot
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.forms.mending import RecallForm
from web.languages import _
from web.state import current


@console.route("/thu-hoi/<lot:lot>", methods=["GET", "POST"])
def recall_lot(lot: str) -> ResponseReturnValue:
    """Call back a lot with everything that was made of it."""
    check_role(MANAGEMENT)
    ledger = current().ledger
    found = ledger.read(read_lot, actor(), lot, current().today)
    filed = ledger.read(find_statement, OrganisationRegistered, actor().organisation)
    form = RecallForm()
    defaults = {
        "scope": _("Toàn bộ lô %(code)s", code=found.own.code),
        "decided_by": filed.statement.name if filed is not None else "",
        "contact": (filed.statement.phone or "") if filed is not None else "",
    }
    page = FormPage(
        _("Thu hồi lô"),
        form.inputs({}, defaults),
        _("Thu hồi lô này"),
        url_for("console.lot", lot=lot),
        lead=_("Mọi người quét tem sẽ thấy cảnh báo ngay. Việc này không lấy lại được."),
        template="console/goods/recall.html",
        is_grave=True,
        more={"found": found},
    )
    return answer_form(
        page,
        lambda typed: form.parse(typed, lot=lot),
        recall,
        lambda recalled: url_for("console.entry", index=recalled.indexes[0], moi=1),
    )
