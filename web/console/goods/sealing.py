"""Sealing: what will be signed is shown in full, then one confirmation."""

from datetime import date

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.coop.actors import PACKING, Actor
from ledger.coop.goods.packing import Seal, seal
from ledger.trace.bundles.history import read_history
from web.console.blueprint import console
from web.console.lot_reading import LotPage, read_lot
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.forms.form import KEY
from web.languages import _
from web.state import current


@console.route("/ky-lo/<lot:lot>", methods=["GET", "POST"])
def seal_lot(lot: str) -> ResponseReturnValue:
    """What the cooperative signs for, and the one button."""
    check_role(PACKING)
    found, entries = current().ledger.read(_read, actor(), lot, current().today)
    page = FormPage(
        _("Ký lô"),
        (),
        _("Ký lô này"),
        url_for("console.lot", lot=lot),
        template="console/goods/seal.html",
        more={"found": found, "entries": entries},
    )
    return answer_form(
        page,
        lambda typed: Seal(lot=lot, idempotency_key=typed.one(KEY) or None),
        seal,
        lambda sealed: url_for("console.entry", index=sealed.index, moi=1),
    )


def _read(session: Session, actor: Actor, lot: str, today: date) -> tuple[LotPage, int]:
    """The lot, and how many entries its history has."""
    return read_lot(session, actor, lot, today), len(read_history(session, lot))
