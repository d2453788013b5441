"""Cartons and pallets: labels ordered for a lot of packs, printed, printed again, taken back."""

import secrets
from dataclasses import replace

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from labels.errors import LabelError
from ledger.coop.actors import MANAGEMENT, PACKING
from ledger.coop.errors import CommandError, LotStateError
from ledger.coop.paper.carton_codes import CartonKind
from ledger.coop.paper.carton_filling import full_cartons
from ledger.coop.paper.carton_queries import read_carton_job, read_carton_jobs, read_carton_reprints
from ledger.coop.paper.cartons import (
    MarkCartonsPrinted,
    ReserveCartons,
    mark_cartons_printed,
    packs_labelled,
    reserve_cartons,
    void_cartons,
)
from ledger.coop.paper.company_prefixes import find_prefix, save_prefix
from ledger.coop.paper.label_facts import label_facts
from ledger.coop.queries import lots_packed
from web.console.blueprint import console
from web.console.lot_reading import read_lot
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.console.stamps.carton_options import read_carton_printing
from web.console.stamps.print_options import Printing
from web.console.stamps.printers import paper_title
from web.forms.cartons import CartonForm, CartonsPrintedForm, PrefixForm, VoidCartonsForm
from web.forms.form import KEY
from web.forms.print_options import problem_of
from web.forms.typed import Typed
from web.languages import _
from web.paper.carton_printing import check_cartons_printable, print_cartons
from web.state import current

NAMES = {CartonKind.CARTON: _("tem thùng"), CartonKind.PALLET: _("tem pa-lét")}
PALLET_LABELS = {"packs_each": _("Mỗi pa-lét mấy gói")}
"""What is asked otherwise where the label goes on a pallet."""
HOLDERS = {CartonKind.CARTON: _("thùng"), CartonKind.PALLET: _("pa-lét")}


@console.get("/tem-thung")
def carton_jobs() -> ResponseReturnValue:
    """The lots that cartons are filled from, and whose codes their labels bear."""
    check_role(PACKING)
    ledger = current().ledger
    return render_template(
        "console/stamps/carton_lots.html",
        lots=ledger.read(lots_packed, actor()),
        prefix=ledger.read(find_prefix, actor().organisation),
        may_file=not actor().roles.isdisjoint(MANAGEMENT),
        is_filed="ma" in request.args,
        back=url_for("console.print_desk"),
    )


@console.route("/tem-thung/ma-gs1", methods=["GET", "POST"])
def file_prefix() -> ResponseReturnValue:
    """Note the company prefix of GS1."""
    check_role(MANAGEMENT)
    form = PrefixForm()
    found = current().ledger.read(find_prefix, actor().organisation)
    page = FormPage(
        _("Mã doanh nghiệp GS1"),
        form.inputs({}, {"prefix": "" if found is None else found.prefix}),
        _("Lưu mã"),
        url_for("console.carton_jobs"),
        lead=_(
            "Có mã này thì tem thùng mang mã SSCC, kho của siêu thị quét được. Chưa có thì để trống: "
            "tem dùng mã riêng của Sổ Gốc."
        ),
    )
    return answer_form(page, form.parse, save_prefix, lambda _: url_for("console.carton_jobs", ma=1))


@console.get("/tem-thung/<lot:lot>")
def cartons_of_lot(lot: str) -> ResponseReturnValue:
    """The labels that the cartons of a lot have."""
    check_role(PACKING)
    state = current()
    found = state.ledger.read(read_lot, actor(), lot, state.today)
    return render_template(
        "console/stamps/carton_jobs.html",
        found=found,
        jobs=state.ledger.read(read_carton_jobs, actor(), lot),
        names=NAMES,
        back=url_for("console.lot", lot=lot),
    )


@console.route("/tem-thung/<lot:lot>/in/<any(carton, pallet):kind>", methods=["GET", "POST"])
def order_cartons(lot: str, kind: str) -> ResponseReturnValue:
    """Order labels for the cartons (or pallets) of a lot, never for more packs than it has."""
    check_role(PACKING)
    state, wanted = current(), CartonKind(kind)
    found = state.ledger.read(read_lot, actor(), lot, state.today)
    if found.own.packs is None:
        sentence = _(
            "Lô %(code)s chưa đóng gói nên chưa xếp thùng được. Hãy đóng gói trước.", code=found.own.code
        )
        raise LotStateError("no packs", lot=lot, sentence=sentence)
    labelled = state.ledger.read(packs_labelled, actor().organisation, lot, wanted)
    form, printing = CartonForm(), read_carton_printing(wanted)
    asked = form.inputs()
    if wanted is CartonKind.PALLET:
        asked = tuple(replace(item, label=PALLET_LABELS.get(item.name, item.label)) for item in asked)
    page = FormPage(
        _("In %(names)s", names=NAMES[wanted]),
        (*asked, *printing.inputs),
        _("Đặt in"),
        url_for("console.cartons_of_lot", lot=lot),
        template="console/stamps/order_cartons.html",
        more={
            "found": found,
            "left": max(found.own.packs - labelled, 0),
            "holder": HOLDERS[wanted],
            "printing": printing,
        },
    )
    return answer_form(
        page,
        lambda typed: _order(form, printing, typed, lot, kind),
        reserve_cartons,
        lambda job: url_for("console.carton_job", job_id=job.id, moi=1),
    )


@console.get("/luot-in-thung/<job_id>")
def carton_job(job_id: str) -> ResponseReturnValue:
    """A carton job: its file, its codes, how often it was printed."""
    check_role(PACKING)
    ledger = current().ledger
    job = ledger.read(read_carton_job, actor(), job_id)
    return render_template(
        "console/stamps/carton_job.html",
        job=job,
        name=NAMES[job.kind],
        holder=HOLDERS[job.kind],
        paper=paper_title(job.spec),
        reprints=ledger.read(read_carton_reprints, actor(), job_id),
        full=ledger.read(full_cartons, actor(), job=job_id),
        is_new="moi" in request.args,
        key=secrets.token_urlsafe(16),
        back=url_for("console.cartons_of_lot", lot=job.lot),
    )


@console.post("/luot-in-thung/<job_id>/in")
def print_carton_job(job_id: str) -> ResponseReturnValue:
    """Note that the job goes on paper, and go on to its file; who did before is asked for a reason."""
    key = Typed.of(request.form.lists()).one(KEY) or None
    command = MarkCartonsPrinted(job=job_id, idempotency_key=key)
    try:
        current().ledger.write(mark_cartons_printed, actor(), command)
    except CommandError:
        return redirect(url_for("console.reprint_cartons", job_id=job_id), 303)
    return redirect(_file_of(job_id), 303)


@console.route("/luot-in-thung/<job_id>/in-lai", methods=["GET", "POST"])
def reprint_cartons(job_id: str) -> ResponseReturnValue:
    """Print the same labels once more; the books keep the reason."""
    check_role(PACKING)
    current().ledger.read(read_carton_job, actor(), job_id)
    form = CartonsPrintedForm()
    page = FormPage(
        _("In lại tem thùng"),
        form.inputs(),
        _("Tải tệp để in lại"),
        url_for("console.carton_job", job_id=job_id),
        lead=_("Vẫn những mã ấy. Hãy bỏ tem cũ, đừng để hai thùng mang cùng một mã."),
    )
    return answer_form(
        page, lambda typed: form.parse(typed, job=job_id), mark_cartons_printed, lambda _: _file_of(job_id)
    )


@console.route("/luot-in-thung/<job_id>/huy", methods=["GET", "POST"])
def void_carton_job(job_id: str) -> ResponseReturnValue:
    """Take the labels of a job back: whoever scans one is told."""
    check_role(PACKING)
    job = current().ledger.read(read_carton_job, actor(), job_id)
    form = VoidCartonsForm()
    page = FormPage(
        _("Hủy lượt in %(names)s", names=NAMES[job.kind]),
        form.inputs(),
        _("Hủy lượt in này"),
        url_for("console.carton_job", job_id=job_id),
        lead=_("Ai quét những tem này sẽ thấy tem đã hủy. Hãy gỡ tem khỏi thùng."),
        is_grave=True,
    )
    return answer_form(
        page,
        lambda typed: form.parse(typed, job=job_id),
        void_cartons,
        lambda voided: url_for("console.carton_job", job_id=voided.id),
    )


@console.get("/luot-in-thung/<job_id>.<any(pdf, zpl):kind>")
def carton_file(job_id: str, kind: str) -> ResponseReturnValue:
    """The file, streamed. What a design cannot hold is said before the first byte."""
    check_role(PACKING)
    try:
        sheet, chunks = print_cartons(current().ledger, actor(), job_id)
    except LabelError as error:
        raise LotStateError(str(error), lot=job_id, sentence=str(error)) from error
    if kind != sheet.job.spec.file:
        return redirect(_file_of(job_id), 303)
    return Response(
        chunks,
        mimetype=sheet.media_type,
        headers={"Content-Disposition": f'attachment; filename="{sheet.file_name}"'},
    )


def _order(form: CartonForm, printing: Printing, typed: Typed, lot: str, kind: str) -> ReserveCartons:
    """The command, once a label of it was drawn on trial. Raises ``CommandError``."""
    found, spec = form.values(typed), printing.parse(typed)
    state = current()
    facts = state.ledger.read(label_facts, actor().organisation, lot)
    try:
        check_cartons_printable(
            state.ledger, state.config.public_url, actor(), spec, facts, found["packs_each"]
        )
    except LabelError as error:
        raise CommandError(problem_of(error)) from error
    return ReserveCartons(
        **found,
        lot=lot,
        kind=kind,
        spec=spec,
        url_base=state.config.public_url,
        idempotency_key=typed.one(KEY) or None,
    )


def _file_of(job_id: str) -> str:
    job = current().ledger.read(read_carton_job, actor(), job_id)
    return url_for("console.carton_file", job_id=job_id, kind=job.spec.file)
