"""A recall at work: whom to tell and how, what came back, and its end."""

from dataclasses import replace

from flask import Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from labels.letters import letters_pdf
from ledger.coop.actors import MANAGEMENT, SHIPPING, Actor
from ledger.coop.errors import NotFoundError
from ledger.coop.quantities import unit_name
from ledger.coop.recalls.cases import RecallCase, end_recall, note_told, read_case
from ledger.coop.recalls.impact import Impact, read_impact
from ledger.coop.tracing.handed_on import HandedOn
from ledger.trace.derived.registers import find_statement
from ledger.trace.events.flows import EACH
from ledger.trace.events.statements import OrganisationRegistered
from ledger.trace.identifiers import parse_identifier, path_of
from signing.vault import Vault
from web.console.blueprint import console
from web.console.downloads import CSV, PDF, XLSX, download
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.forms.recalls import WAY_WORDS, CloseForm, ToldForm
from web.languages import _
from web.paper.recall_letters import recall_letters, recall_message
from web.paper.trace_sheets import as_csv, as_xlsx, contact_rows
from web.state import current


@console.get("/dot-thu-hoi/<lot:lot>")
def recall_case(lot: str) -> str:
    """A recall that was decided, with everybody to tell."""
    check_role(SHIPPING)
    impact, case, sender = _read(lot)
    page = current().config.public_url + path_of(parse_identifier(lot))
    return render_template(
        "console/recalls/case.html",
        impact=impact,
        case=case,
        ways=WAY_WORDS,
        messages={
            one.receiver.key: recall_message(case.statement, sender, one, page) for one in impact.to_tell
        },
        is_new="moi" in request.args,
        is_manager=not actor().roles.isdisjoint(MANAGEMENT),
        passport=path_of(parse_identifier(lot)),
        back=url_for("console.recalls"),
    )


@console.route("/dot-thu-hoi-bao/<code>/<lot:lot>", methods=["GET", "POST"])
def recall_told(lot: str, code: str) -> ResponseReturnValue:
    """Note that whoever got a shipment was told."""
    check_role(SHIPPING)
    impact, case, _sender = _read(lot)
    shipment, name = _find_shipment(impact, code)
    form = ToldForm()
    known = case.told_of(shipment.shipment)
    unit = _("gói") if shipment.uom == EACH else _(unit_name(shipment.uom))
    asked = form.inputs({}, {} if known is None else {"way": known.way, "answer": known.answer or ""})
    page = FormPage(
        _("Đã báo thu hồi"),
        tuple(replace(item, unit=unit) if item.name == "returned" else item for item in asked),
        _("Ghi đã báo"),
        url_for("console.recall_case", lot=lot),
        lead=_(
            "%(name)s, lô %(lot_code)s, chuyến %(code)s.", name=name, lot_code=shipment.lot_code, code=code
        ),
    )
    return answer_form(
        page,
        lambda typed: form.parse(typed, lot=lot, shipment=shipment.code),
        note_told,
        lambda done: url_for("console.recall_case", lot=done.lot),
    )


@console.route("/ket-thuc-thu-hoi/<lot:lot>", methods=["GET", "POST"])
def recall_end(lot: str) -> ResponseReturnValue:
    """Say in public how a recall ended."""
    check_role(MANAGEMENT)
    impact, _case, _sender = _read(lot)
    form = CloseForm()
    page = FormPage(
        _("Kết thúc thu hồi"),
        form.inputs({}, {"on": current().today.isoformat()}),
        _("Công bố kết quả"),
        url_for("console.recall_case", lot=lot),
        lead=_(
            "Lô %(code)s vẫn mang dấu thu hồi; trang tem nói thêm đợt thu hồi đã kết thúc ra sao. "
            "Việc này không lấy lại được.",
            code=impact.code,
        ),
        is_grave=True,
    )
    return answer_form(
        page,
        lambda typed: form.parse(typed, lot=lot),
        end_recall,
        lambda done: url_for("console.recall_case", lot=done.lot),
    )


@console.get("/dot-thu-hoi-thu/<lot:lot>")
def recall_letters_file(lot: str) -> Response:
    """The letters as PDF: to everybody, or to one whose key ``khach`` names."""
    check_role(SHIPPING)
    impact, case, sender = _read(lot)
    chosen = request.args.get("khach", "")
    told = [one for one in impact.to_tell if not chosen or one.receiver.key == chosen]
    letters = recall_letters(impact, case.statement, sender, told, current().today)
    if not letters:
        abort(404)
    return download(letters_pdf(letters), PDF, f"thu-thu-hoi-{impact.code}.pdf")


@console.get("/dot-thu-hoi-csv/<lot:lot>")
def recall_contacts_csv(lot: str) -> Response:
    """Whom to tell, as CSV."""
    check_role(SHIPPING)
    impact, case = current().ledger.read(_read_impact, current().ledger.vault, actor(), lot)
    (rows,) = contact_rows(impact, case).values()
    return download(as_csv(rows), CSV, f"lien-he-thu-hoi-{impact.code}.csv")


@console.get("/dot-thu-hoi-xlsx/<lot:lot>")
def recall_contacts_xlsx(lot: str) -> Response:
    """Whom to tell, as a workbook."""
    check_role(SHIPPING)
    impact, case = current().ledger.read(_read_impact, current().ledger.vault, actor(), lot)
    return download(as_xlsx(contact_rows(impact, case)), XLSX, f"lien-he-thu-hoi-{impact.code}.xlsx")


def _read(lot: str) -> tuple[Impact, RecallCase, OrganisationRegistered]:
    ledger = current().ledger
    impact, case = ledger.read(_read_impact, ledger.vault, actor(), lot)
    filed = ledger.read(find_statement, OrganisationRegistered, actor().organisation)
    if case is None or filed is None:
        raise NotFoundError(_("đợt thu hồi của lô"), impact.code)
    return impact, case, filed.statement


def _read_impact(session: Session, vault: Vault, who: Actor, lot: str) -> tuple[Impact, RecallCase | None]:
    return read_impact(session, vault, who, lot), read_case(session, vault, who, lot)


def _find_shipment(impact: Impact, code: str) -> tuple[HandedOn, str]:
    for one in impact.to_tell:
        for shipment in one.shipments:
            if shipment.code == code.upper():
                return shipment, one.receiver.name
    raise NotFoundError(_("chuyến hàng"), code[:40])
