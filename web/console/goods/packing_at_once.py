"""Packing with a roll in hand, on one form that also works without a network."""

from decimal import Decimal

from flask import url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import PACKING
from ledger.coop.errors import NotFoundError
from ledger.coop.packing_at_once import PackableLot, pack_with_roll, packable_lots
from ledger.coop.stamps.job_queries import read_job
from web.console.blueprint import console
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.formats import format_number, type_number
from web.forms.inputs import Option
from web.forms.packing_at_once import PACK_TYPES, PackWithRollForm
from web.languages import _
from web.state import current


@console.route("/cuon-tem/<job_id>/dong-goi", methods=["GET", "POST"])
def pack_roll(job_id: str) -> ResponseReturnValue:
    """Pack, sign and activate in one go with stamps of a roll that was ordered ahead."""
    check_role(PACKING)
    state, who = current(), actor()
    job = state.ledger.read(read_job, who, job_id)
    if job.lot is not None:
        raise NotFoundError(_("cuộn tem chưa gắn lô"), job_id)
    lots, form = state.ledger.read(packable_lots, who), PackWithRollForm()
    page = FormPage(
        _("Đóng gói và kích hoạt"),
        form.inputs({"lot": tuple(map(_option, lots))}, _defaults(lots)),
        _("Đóng gói, ký lô, kích hoạt"),
        url_for("console.rolls"),
        lead=_(
            "Cuộn %(count)s tem, còn %(waiting)s tem chưa dùng.",
            count=_count(job.count),
            waiting=_count(job.waiting),
        ),
        template="console/goods/pack_with_roll.html",
        more={"job": job, "lots": lots},
    )
    return answer_form(
        page,
        lambda typed: form.read(typed, state.codes, job_id),
        pack_with_roll,
        lambda packed: url_for("console.entry", index=packed.index, moi=1),
    )


def _count(stamps: int) -> str:
    return type_number(Decimal(stamps))


def _option(lot: PackableLot) -> Option:
    return Option(
        lot.lot,
        f"{lot.product} {lot.code}",
        _("còn %(left)s %(unit)s", left=format_number(lot.left), unit=lot.unit),
    )


def _defaults(lots: tuple[PackableLot, ...]) -> dict[str, str]:
    """What fits most days: the newest lot in its product's first size, today."""
    sizes = lots[0].net_options if lots else ()
    return {
        "lot": lots[0].lot if lots else "",
        "net_per_pack": type_number(Decimal(sizes[0])) if sizes else "",
        "pack_type": PACK_TYPES[0].value,
        "packed_on": current().today.isoformat(),
    }
