"""Stamps in use: stuck on packs and activated, sold, voided."""

from dataclasses import replace

from flask import request, url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import PACKING, SHIPPING
from ledger.coop.stamps.job_queries import Job, read_job
from ledger.coop.stamps.stamps import mark_sold, void_stamps
from ledger.coop.stamps.sticking import StickStamps, stick_stamps
from ledger.trace.identifiers import lot_code_of
from web.console.blueprint import console
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.console.stamps.stamp_choices import sealed_lot_options
from web.forms.form import KEY
from web.forms.inputs import Input
from web.forms.sticking import ActivateForm, SoldForm, VoidForm
from web.forms.typed import Typed
from web.languages import _
from web.state import current


@console.route("/luot-in/<job_id>/kich-hoat", methods=["GET", "POST"])
def activate(job_id: str) -> ResponseReturnValue:
    """Say which stamps of a job are on packs; of a roll ordered ahead, also of which lot."""
    check_role(PACKING)
    found = current().ledger.read(read_job, actor(), job_id)
    form = ActivateForm()
    page = FormPage(
        _("Kích hoạt tem"),
        _asked(form, found),
        _("Kích hoạt tem"),
        url_for("console.job", job_id=job_id),
        template="console/stamps/activate.html",
        more={"job": found, "lot_code": None if found.lot is None else lot_code_of(found.lot)},
    )

    def parse(typed: Typed) -> StickStamps:
        chosen = form.numbers(typed if found.lot is None else _with_lot(typed, found.lot), current().codes)
        return StickStamps(job=job_id, idempotency_key=typed.one(KEY) or None, **chosen)

    return answer_form(
        page, parse, stick_stamps, lambda stuck: url_for("console.entry", index=stuck.index, moi=1)
    )


_ENDS = frozenset({"first_code", "last_code"})


def _asked(form: ActivateForm, job: Job) -> tuple[Input, ...]:
    """The questions; a lot is asked for only where the job has none. A roll is seldom used up in one go.

    Both ends of a range are asked for only where it was chosen, and then neither may be left out.
    """
    defaults = {"which": "all" if job.lot is not None else "range", "lot": request.args.get("lo", "")}
    options = {} if job.lot is not None else {"lot": current().ledger.read(sealed_lot_options, actor())}
    asked = (item for item in form.inputs(options, defaults) if item.name != "lot" or job.lot is None)
    return tuple(replace(item, needed=_("cần ghi")) if item.name in _ENDS else item for item in asked)


def _with_lot(typed: Typed, lot: str) -> Typed:
    return replace(typed, values={**typed.values, "lot": (lot,)})


@console.route("/ban-tem", methods=["GET", "POST"])
def sell() -> ResponseReturnValue:
    """Note which stamped packs were sold."""
    check_role(SHIPPING)
    form = SoldForm()
    page = FormPage(
        _("Ghi tem đã bán"),
        form.inputs(),
        _("Ghi đã bán"),
        url_for("console.stamp_book"),
        lead=_("Ghi để sổ tem khớp với hàng còn trong kho. Người mua vẫn quét tem như thường."),
        template="console/stamps/void.html",
    )
    return answer_form(
        page,
        lambda typed: form.read(typed, current().codes),
        mark_sold,
        lambda sold: url_for("console.stamp_book", ban=sold.last - sold.first + 1),
    )


@console.route("/huy-tem", methods=["GET", "POST"])
def void() -> ResponseReturnValue:
    """Declare stamps spoiled or lost."""
    check_role(PACKING)
    form = VoidForm()
    page = FormPage(
        _("Hủy tem"),
        form.inputs(),
        _("Hủy tem"),
        url_for("console.goods"),
        lead=_("Tem đã hủy không bao giờ dùng lại được. Người quét tem sẽ thấy lý do."),
        template="console/stamps/void.html",
        is_grave=True,
    )
    return answer_form(
        page,
        lambda typed: form.read(typed, current().codes),
        void_stamps,
        lambda voided: url_for("console.entry", index=voided.index, moi=1),
    )
