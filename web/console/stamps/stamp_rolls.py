"""Rolls: stamps ordered ahead for lots yet to come, in whose hands they are, and who pays for them."""

from dataclasses import replace

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import MANAGEMENT, PACKING
from ledger.coop.stamps.job_queries import read_job, read_rolls
from ledger.coop.stamps.stamp_holders import assign_roll
from ledger.coop.stamps.stamp_quotas import give_quota, quotas
from ledger.coop.stamps.stamps import Reserve, reserve_stamps
from web.console.blueprint import console
from web.console.choices import account_names
from web.console.lot_paths import lot_asked_for
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.console.stamps.print_options import Printing, read_printing
from web.console.stamps.print_orders import check_order
from web.console.stamps.stamp_choices import holder_options, quota_options
from web.forms.form import KEY
from web.forms.stamps import HolderForm, QuotaForm, RollForm
from web.forms.typed import Typed
from web.languages import _
from web.state import current


@console.get("/cuon-tem")
def rolls() -> ResponseReturnValue:
    """The jobs ordered ahead, newest first; ``lo``: the lot whose packs wait for stamps of one of them."""
    check_role(PACKING)
    ledger, lot = current().ledger, lot_asked_for()
    return render_template(
        "console/stamps/rolls.html",
        rolls=ledger.read(read_rolls, actor()),
        names=ledger.read(account_names, actor()),
        lot=lot,
        back=url_for("console.lot", lot=lot) if lot else url_for("console.home"),
    )


@console.route("/cuon-tem/dat", methods=["GET", "POST"])
def order_roll() -> ResponseReturnValue:
    """Order stamps for no lot yet: pre-printed, or taken along to where there is no network."""
    check_role(PACKING)
    state, form, printing = current(), RollForm(), read_printing()
    options = {
        "holder": state.ledger.read(holder_options, actor()),
        "quota": state.ledger.read(quota_options, actor(), state.today),
    }
    asked = (item for item in form.inputs(options) if item.required or item.options)
    page = FormPage(
        _("Đặt cuộn tem trước"),
        (*asked, *printing.inputs),
        _("Đặt in"),
        url_for("console.rolls"),
        lead=_("Tem in trước chưa gắn lô nào. Đóng gói xong mới chọn lô và kích hoạt."),
        template="console/stamps/order_roll.html",
        more={"printing": printing},
    )
    return answer_form(
        page,
        lambda typed: _reserve(form, printing, typed),
        reserve_stamps,
        lambda job: url_for("console.job", job_id=job.id, moi=1),
    )


def _reserve(form: RollForm, printing: Printing, typed: Typed) -> Reserve:
    """The command, once a stamp of it was drawn on trial. Raises ``CommandError``."""
    found, spec = form.values(typed), printing.parse(typed)
    check_order(spec, None)
    return Reserve(
        **found,
        spec=spec,
        url_base=current().config.public_url,
        idempotency_key=typed.one(KEY) or None,
    )


@console.route("/luot-in/<job_id>/giao", methods=["GET", "POST"])
def hand_over(job_id: str) -> ResponseReturnValue:
    """Give a roll to somebody, or take it back."""
    check_role(PACKING)
    state, form = current(), HolderForm()
    found = state.ledger.read(read_job, actor(), job_id)
    asked = form.inputs(
        {"holder": state.ledger.read(holder_options, actor())}, {"holder": found.holder or ""}
    )
    page = FormPage(
        _("Giao cuộn tem"),
        tuple(replace(item, needed=_("để trống là trả về kho")) for item in asked),
        _("Lưu"),
        url_for("console.job", job_id=job_id),
        lead=_("Cuộn đã giao thì chỉ người giữ và người quản lý kích hoạt, in lại hay hủy tem của cuộn."),
    )
    return answer_form(page, lambda typed: form.parse(typed, job=job_id), assign_roll, lambda _: page.back)


@console.get("/han-muc-tem")
def stamp_quotas() -> ResponseReturnValue:
    """What sponsors granted, what was used of it and what is left."""
    check_role(PACKING)
    state = current()
    return render_template(
        "console/stamps/quotas.html",
        quotas=state.ledger.read(quotas, actor()),
        may_give=not actor().roles.isdisjoint(MANAGEMENT),
        new=request.args.get("moi"),
        today=state.today,
        back=url_for("console.stamp_book"),
    )


@console.route("/han-muc-tem/them", methods=["GET", "POST"])
def add_quota() -> ResponseReturnValue:
    """Note a sponsor's grant."""
    check_role(MANAGEMENT)
    form = QuotaForm()
    page = FormPage(
        _("Ghi hạn mức tài trợ"),
        form.inputs(),
        _("Lưu hạn mức"),
        url_for("console.stamp_quotas"),
        lead=_("Tem đặt in trên hạn mức được trừ dần. Hết hạn mức thì không đặt thêm được."),
    )
    return answer_form(
        page, form.parse, give_quota, lambda given: url_for("console.stamp_quotas", moi=given.id)
    )
