"""Stamps on paper: ordered for a lot, printed, printed again with a reason. The bytes never change."""

import secrets
from collections.abc import Iterator
from dataclasses import replace

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from labels import BUILT_IN, STAMPS_A_JOB, STOCKS, LabelError
from ledger.coop.actors import PACKING
from ledger.coop.errors import CommandError, LotStateError
from ledger.coop.goods.packed_from import packed_from
from ledger.coop.paper.print_specs import PrintSpec
from ledger.coop.stamps.fetching import FetchFile, fetch_file, is_fetching
from ledger.coop.stamps.job_queries import Job, read_job
from ledger.coop.stamps.stamp_room import packs_without_stamp
from ledger.coop.stamps.stamps import Reserve, mark_printed, reserve_stamps
from web.console.blueprint import console
from web.console.choices import account_names
from web.console.lot_reading import read_lot
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.console.stamps.label_gaps import gaps_of_lot
from web.console.stamps.print_options import Printing, read_printing
from web.console.stamps.print_orders import check_order
from web.console.stamps.stamp_choices import quota_options
from web.forms.form import KEY
from web.forms.stamp_codes import read_place
from web.forms.stamps import OrderForm, PrintedForm
from web.forms.typed import Typed
from web.languages import _
from web.paper.printing import print_job as print_job_file
from web.state import current


@console.route("/in-tem/<lot:lot>", methods=["GET", "POST"])
def order_stamps(lot: str) -> ResponseReturnValue:
    """Order stamps for a lot of packs; as many as packs are left without one, unless one says otherwise."""
    check_role(PACKING)
    state, who = current(), actor()
    found = state.ledger.read(read_lot, who, lot, state.today)
    left = state.ledger.read(packs_without_stamp, who, lot)
    printing, form = read_printing(), OrderForm()
    asked = form.inputs(
        {"quota": state.ledger.read(quota_options, who, state.today)}, {"count": str(left or "")}
    )
    page = FormPage(
        _("In tem"),
        (*(item for item in asked if item.required or item.options), *printing.inputs),
        _("Đặt in"),
        url_for("console.lot", lot=lot),
        template="console/stamps/order_stamps.html",
        more={
            "found": found,
            "left": left,
            "printing": printing,
            "gaps": gaps_of_lot(lot),
            "is_after_packing": request.method != "POST" and "dong" in request.args,
        },
    )
    return answer_form(
        page,
        lambda typed: _reserve(form, printing, typed, lot),
        reserve_stamps,
        lambda job: url_for("console.job", job_id=job.id, moi=1),
    )


def _reserve(form: OrderForm, printing: Printing, typed: Typed, lot: str) -> Reserve:
    """The command, once a stamp of it was drawn on trial. Raises ``CommandError``."""
    found, spec = form.values(typed), printing.parse(typed)
    names_seal = check_order(spec, lot)
    return Reserve(
        **found,
        lot=lot,
        spec=spec,
        url_base=current().config.public_url,
        names_seal=names_seal,
        idempotency_key=typed.one(KEY) or None,
    )


@console.get("/luot-in/<job_id>")
def job(job_id: str) -> ResponseReturnValue:
    """A print job: its file, and what became of its stamps."""
    check_role(PACKING)
    state, who = current(), actor()
    found = state.ledger.read(read_job, who, job_id)
    lot = None if found.lot is None else state.ledger.read(read_lot, who, found.lot, state.today)
    is_new = "moi" in request.args
    return render_template(
        "console/stamps/job.html",
        job=found,
        lot=lot,
        paper=_paper_title(found.spec),
        design=_design_title(found.spec),
        parts=tuple(_parts(found)),
        fetched=_fetched_parts(found),
        is_late="het" in request.args,
        names=state.ledger.read(account_names, who),
        is_new=is_new,
        taken=state.ledger.read(packed_from, who, found.lot) if is_new and found.lot is not None else (),
        key=secrets.token_urlsafe(16),
        back=url_for("console.rolls") if found.lot is None else url_for("console.lot", lot=found.lot),
    )


@console.post("/luot-in/<job_id>/in")
def print_job(job_id: str) -> ResponseReturnValue:
    """Note that the job, or a part of it, goes on paper, and go on to its file.

    The form's key makes a second tap the same printing. Who taps again later is asked for a reason.
    """
    check_role(PACKING)
    state = current()
    found = state.ledger.read(read_job, actor(), job_id)
    typed = Typed.of(request.form.lists())
    command = PrintedForm().read(typed, state.codes, job_id, found.first, found.last)
    try:
        state.ledger.write(mark_printed, actor(), command)
    except CommandError:
        return redirect(url_for("console.reprint", job_id=job_id), 303)
    return redirect(_file_address(found, command.first, command.last), 303)


@console.post("/luot-in/<job_id>/tai-lai")
def fetch_again(job_id: str) -> ResponseReturnValue:
    """Hand the file out once more, which the books keep, and go on to it. Nothing is noted as printed."""
    check_role(PACKING)
    state = current()
    found = state.ledger.read(read_job, actor(), job_id)
    typed = Typed.of(request.form.lists())
    first, last = (
        read_place(state.codes, name, typed.one(name) or None, found.first)
        for name in ("from_stamp", "to_stamp")
    )
    # No key: whether it is the same download again is a matter of minutes, and ``fetch_file`` tells.
    state.ledger.write(fetch_file, actor(), FetchFile(job_id, first, last))
    return redirect(_file_address(found, first, last), 303)


@console.route("/luot-in/<job_id>/in-lai", methods=["GET", "POST"])
def reprint(job_id: str) -> ResponseReturnValue:
    """Print all or some stamps of a job again: the same numbers, and the books say why."""
    check_role(PACKING)
    state = current()
    found = state.ledger.read(read_job, actor(), job_id)
    form = PrintedForm()
    page = FormPage(
        _("In lại tem"),
        tuple(replace(item, required=item.name == "reason" or item.required) for item in form.inputs()),
        _("Tải tệp để in lại"),
        url_for("console.job", job_id=job_id),
        template="console/stamps/reprint.html",
        more={"job": found},
    )
    sent = Typed.of(request.form.lists())
    return answer_form(
        page,
        lambda typed: form.read(typed, state.codes, job_id, found.first, found.last),
        mark_printed,
        lambda _: _reprint_address(form, sent, found),
    )


@console.get("/luot-in/<job_id>.<any(pdf, zpl):file>")
def job_file(job_id: str, file: str) -> ResponseReturnValue:
    """The file, streamed; ``tu`` and ``den``: a part of it. What does not fit is said before a byte.

    Only whom it was handed out to minutes ago; everybody else is led to the job, where asking is noted.
    """
    check_role(PACKING)
    state = current()
    found = state.ledger.read(read_job, actor(), job_id)
    if file != found.spec.file:
        return redirect(url_for("console.job_file", job_id=job_id, file=found.spec.file), 303)
    first, last = (
        read_place(state.codes, name, request.args.get(name), found.first) for name in ("tu", "den")
    )
    part = first, last
    if not state.ledger.read(is_fetching, actor(), job_id, part, state.clock()):
        return redirect(url_for("console.job", job_id=job_id, het=1), 303)
    try:
        sheet, chunks = print_job_file(state.ledger, state.config.public_url, actor(), job_id, part)
    except LabelError as error:
        raise LotStateError(str(error), lot=job_id, sentence=str(error)) from error
    return Response(
        chunks,
        mimetype=sheet.media_type,
        headers={"Content-Disposition": f'attachment; filename="{sheet.file_name}"'},
    )


def _reprint_address(form: PrintedForm, sent: Typed, job: Job) -> str:
    command = form.read(sent, current().codes, job.id, job.first, job.last)
    return _file_address(job, command.first, command.last)


def _file_address(job: Job, first: int | None, last: int | None) -> str:
    """Where the file of stamps ``first`` to ``last`` is; places count from 1, as people do."""
    if first is None or last is None:
        return url_for("console.job_file", job_id=job.id, file=job.spec.file)
    tu, den = first - job.first + 1, last - job.first + 1
    return url_for("console.job_file", job_id=job.id, file=job.spec.file, tu=tu, den=den)


def _fetched_parts(job: Job) -> tuple[tuple[int, int], ...]:
    """Places of the files that were handed out, each once, in the order of the stamps.

    Of a job from before hand-outs were kept: of the files that it has.
    """
    if not job.hand_outs:
        return tuple(_parts(job)) if job.is_printed else ()
    parts = {(one.first - job.first + 1, one.last - job.first + 1) for one in job.hand_outs}
    return tuple(sorted(parts))


def _parts(job: Job) -> Iterator[tuple[int, int]]:
    """Places of the first and last stamp of each file: one file, unless it would be too large."""
    most = STAMPS_A_JOB // job.spec.copies
    for start in range(1, job.count + 1, most):
        yield start, min(start + most - 1, job.count)


def _paper_title(spec: PrintSpec) -> str:
    stock = STOCKS.get(spec.paper)
    return _("Khổ giấy riêng") if stock is None else _(stock.title_vi)


def _design_title(spec: PrintSpec) -> str:
    design = BUILT_IN.get(spec.design)
    return _("Mẫu riêng") if design is None else _(design.title_vi)
