"""Stamps: ordering, printing, activating, voiding."""

from flask import Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from labels import LabelError
from ledger.coop.actors import PACKING
from ledger.coop.errors import LotStateError
from ledger.coop.job_queries import Job, read_job
from ledger.coop.stamps import MarkPrinted, mark_printed, reserve_stamps, void_stamps
from ledger.trace.identifiers import lot_code_of
from web.console.blueprint import console
from web.console.lot_reading import read_lot
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.console.stamping import StickStamps, stick_stamps
from web.forms.form import KEY
from web.forms.stamps import ActivateForm, PrintForm, VoidForm
from web.printing import print_job as print_job_file
from web.state import current


@console.route("/in-tem/<lot:lot>", methods=["GET", "POST"])
def order_stamps(lot: str) -> ResponseReturnValue:
    """Order stamps for a lot of packs; as many as packs are left without one, unless one says otherwise."""
    check_role(PACKING)
    found = current().ledger.read(read_lot, actor(), lot, current().today)
    form = PrintForm()
    defaults = {"count": str(found.stamps_left or ""), "layout": "a4", "dpi": "203"}
    page = FormPage(
        "In tem",
        form.inputs({}, defaults),
        "Đặt in",
        url_for("console.lot", lot=lot),
        template="console/order_stamps.html",
        more={"found": found},
    )
    return answer_form(
        page,
        lambda typed: form.parse(typed, lot=lot),
        reserve_stamps,
        lambda job: url_for("console.job", job_id=job.id),
    )


@console.get("/luot-in/<job_id>")
def job(job_id: str) -> ResponseReturnValue:
    """A print job: its file, and what became of its stamps."""
    check_role(PACKING)
    found = current().ledger.read(read_job, actor(), job_id)
    lot = None if found.lot is None else current().ledger.read(read_lot, actor(), found.lot, current().today)
    back = url_for("console.goods") if found.lot is None else url_for("console.lot", lot=found.lot)
    return render_template("console/job.html", job=found, lot=lot, back=back)


@console.post("/luot-in/<job_id>/in")
def print_job(job_id: str) -> ResponseReturnValue:
    """Note that the job is printed (again), and go on to its file."""
    current().ledger.write(mark_printed, actor(), MarkPrinted(job=job_id))
    return redirect(url_for("console.job_file", job_id=job_id), 303)


@console.get("/luot-in/<job_id>.pdf")
def job_file(job_id: str) -> ResponseReturnValue:
    """The file, streamed. What a design cannot hold is said before the first byte."""
    check_role(PACKING)
    state = current()
    try:
        sheet, chunks = print_job_file(state.ledger, state.config.public_url, actor(), job_id)
    except LabelError as error:
        raise LotStateError(str(error), lot=job_id, sentence=str(error)) from error
    name = f"tem-{sheet.job.first}-{sheet.job.last}.pdf"
    return Response(
        chunks, mimetype="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@console.route("/luot-in/<job_id>/kich-hoat", methods=["GET", "POST"])
def activate(job_id: str) -> ResponseReturnValue:
    """Say which stamps of a job are on packs."""
    check_role(PACKING)
    found = current().ledger.read(read_job, actor(), job_id)
    lot = _lot_of(found)
    form = ActivateForm()
    page = FormPage(
        "Kích hoạt tem",
        form.inputs({}, {"which": "all"}),
        "Kích hoạt tem",
        url_for("console.job", job_id=job_id),
        template="console/activate.html",
        more={"job": found, "lot_code": lot_code_of(lot)},
    )
    return answer_form(
        page,
        lambda typed: StickStamps(
            lot=lot,
            job=job_id,
            idempotency_key=typed.one(KEY) or None,
            **form.numbers(typed, current().codes),
        ),
        stick_stamps,
        lambda stuck: url_for("console.entry", index=stuck.index, moi=1),
    )


@console.route("/huy-tem", methods=["GET", "POST"])
def void() -> ResponseReturnValue:
    """Declare stamps spoiled or lost."""
    check_role(PACKING)
    form = VoidForm()
    page = FormPage(
        "Hủy tem",
        form.inputs(),
        "Hủy tem",
        url_for("console.goods"),
        lead="Tem đã hủy không bao giờ dùng lại được. Người quét tem sẽ thấy lý do.",
        template="console/void.html",
        is_grave=True,
    )
    return answer_form(
        page,
        lambda typed: form.read(typed, current().codes),
        void_stamps,
        lambda voided: url_for("console.entry", index=voided.index, moi=1),
    )


def _lot_of(job: Job) -> str:
    if job.lot is None:
        sentence = "Lượt in này chưa gắn với lô nào. Hãy in tem từ trang của lô."
        raise LotStateError("a job without a lot", lot="", sentence=sentence)
    return job.lot
