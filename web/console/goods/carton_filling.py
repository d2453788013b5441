"""Cartons and pallets that are full: what went in, what came out."""

from flask import url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import PACKING
from ledger.coop.paper.carton_codes import CartonKind
from ledger.coop.paper.carton_filling import (
    EMPTYING,
    FILLING,
    MAX_AT_ONCE,
    FullCarton,
    empty_carton,
    fill_cartons,
    find_full_carton,
    full_cartons,
    load_pallet,
)
from ledger.coop.paper.carton_jobs import CartonJob
from ledger.coop.paper.carton_queries import read_carton_job
from ledger.trace.identifiers import lot_code_of
from ledger.trace.sectors.templates import COMMON_STEPS
from web.console.blueprint import console
from web.console.choices import step_options
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.forms.cartons import EmptyForm, FillForm, LoadForm
from web.forms.inputs import Option
from web.languages import _
from web.state import current

_LEFT_OUT = ("place", "note", "photos")


@console.route("/luot-in-thung/<job_id>/xep", methods=["GET", "POST"])
def fill_job(job_id: str) -> ResponseReturnValue:
    """Packs went into cartons of a job; or cartons onto one of its pallets."""
    check_role(PACKING)
    state = current()
    job: CartonJob = state.ledger.read(read_carton_job, actor(), job_id)
    if job.kind is CartonKind.PALLET:
        return _load(job)
    full = {item.number for item in state.ledger.read(full_cartons, actor(), job=job_id)}
    free = [number for number in range(1, job.count + 1) if number not in full]
    first = free[0] if free else 1
    last = next(
        (n for n in range(first, job.count + 1) if n + 1 in full or n - first + 1 == MAX_AT_ONCE), job.count
    )
    form = FillForm(COMMON_STEPS[FILLING], leave_out=_LEFT_OUT)
    options = state.ledger.read(step_options, state.ledger.vault, actor())
    defaults = {"first": str(first), "last": str(last), "done_on": state.today.isoformat()}
    page = FormPage(
        _("Xếp gói vào thùng"),
        form.inputs(options, defaults),
        _("Ghi đã xếp thùng"),
        url_for("console.carton_job", job_id=job_id),
        lead=_(
            "Lô %(lot_code)s, mỗi thùng %(packs_each)s gói. Đã xếp %(full)s / %(count)s thùng.",
            lot_code=lot_code_of(job.lot),
            packs_each=job.packs_each,
            full=len(full),
            count=job.count,
        ),
    )
    return answer_form(
        page,
        lambda typed: form.parse(typed, job=job_id),
        fill_cartons,
        lambda _: url_for("console.carton_job", job_id=job_id),
    )


@console.route("/thung/<carton_code>/do", methods=["GET", "POST"])
def empty_one(carton_code: str) -> ResponseReturnValue:
    """Everything comes out of a carton, or off a pallet."""
    check_role(PACKING)
    state = current()
    found: FullCarton = state.ledger.read(find_full_carton, actor(), carton_code)
    name = _("pa-lét") if found.kind is CartonKind.PALLET else _("thùng")
    form = EmptyForm(COMMON_STEPS[EMPTYING], leave_out=_LEFT_OUT)
    options = state.ledger.read(step_options, state.ledger.vault, actor())
    page = FormPage(
        _("Dỡ %(name)s %(code)s", name=name, code=found.code),
        form.inputs(options, {"done_on": state.today.isoformat()}),
        _("Ghi đã dỡ %(name)s", name=name),
        url_for("console.cartons_of_lot", lot=found.lot),
        lead=_("Lô %(lot_code)s, %(packs)s gói.", lot_code=lot_code_of(found.lot), packs=found.packs),
    )
    return answer_form(
        page,
        lambda typed: form.parse(typed, code=found.code),
        empty_carton,
        lambda _: url_for("console.cartons_of_lot", lot=found.lot),
    )


def _load(job: CartonJob) -> ResponseReturnValue:
    state = current()
    held = state.ledger.read(full_cartons, actor(), lot=job.lot)
    loaded = {item.number for item in held if item.kind is CartonKind.PALLET}
    cartons = [item for item in held if item.kind is CartonKind.CARTON and item.pallet is None]
    form = LoadForm(COMMON_STEPS[FILLING], leave_out=_LEFT_OUT)
    options = dict(state.ledger.read(step_options, state.ledger.vault, actor()))
    free = [number for number in range(1, job.count + 1) if number not in loaded]
    options["number"] = tuple(Option(str(number), str(number), job.code(number - 1)) for number in free)
    options["cartons"] = tuple(
        Option(
            item.code,
            _("Thùng %(number)s", number=item.number),
            _("%(code)s · %(packs)s gói", code=item.code, packs=item.packs),
        )
        for item in cartons
    )
    fitting, room = [], job.packs_each
    for item in cartons:
        if item.packs <= room:
            fitting.append(item.code)
            room -= item.packs
    page = FormPage(
        _("Xếp thùng lên pa-lét"),
        form.inputs(
            options,
            {
                "number": str(free[0]) if free else "",
                "cartons": tuple(fitting[:MAX_AT_ONCE]),
                "done_on": state.today.isoformat(),
            },
        ),
        _("Ghi đã xếp pa-lét"),
        url_for("console.carton_job", job_id=job.id),
        lead=_(
            "Lô %(lot_code)s, mỗi pa-lét tối đa %(packs_each)s gói.",
            lot_code=lot_code_of(job.lot),
            packs_each=job.packs_each,
        ),
        template="console/goods/load_pallet.html",
        more={"cartons": cartons},
    )
    return answer_form(
        page,
        lambda typed: form.parse(typed, job=job.id),
        load_pallet,
        lambda _: url_for("console.carton_job", job_id=job.id),
    )
