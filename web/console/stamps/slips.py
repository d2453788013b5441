"""A delivery on its way out: what is to be fetched for it, on screen and as a slip to carry."""

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue

from labels.errors import LabelError
from labels.slips import slip_pdf
from ledger.coop.actors import SHIPPING
from ledger.coop.errors import LotStateError
from ledger.coop.goods.delivery_papers import read_papers
from ledger.coop.goods.outcomes import read_outcome
from ledger.coop.paper.slips import PickSlip, read_slip
from web.console.blueprint import console
from web.console.session import actor, check_role
from web.paper.picking_slips import Page, slip_of
from web.state import current


@console.get("/giao-nhan/<code>")
def delivery(code: str) -> ResponseReturnValue:
    """The lines of a delivery, and its slip."""
    check_role(SHIPPING)
    state, found = current(), _read(code)
    return render_template(
        "console/stamps/delivery.html",
        slip=found,
        papers=state.ledger.read(read_papers, state.ledger.vault, actor(), found.shipment),
        outcome=state.ledger.read(read_outcome, state.ledger.vault, actor(), found.code),
        back=url_for("console.deliveries"),
    )


@console.get("/giao-nhan/<code>/phieu-<any(a4, a5):page>.pdf")
def picking_slip(code: str, page: Page) -> ResponseReturnValue:
    """The slip to carry through the store; its symbol opens the page where the receiver signs."""
    check_role(SHIPPING)
    found = _read(code)
    url = current().config.public_url + url_for("console.receive_shipment", code=found.code)
    try:
        pdf = slip_pdf(slip_of(found, url, page))
    except LabelError as error:
        raise LotStateError(str(error), lot=found.code, sentence=str(error)) from error
    name = f"phieu-soan-hang-{found.code}.pdf"
    return Response(
        pdf, mimetype="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _read(code: str) -> PickSlip:
    ledger = current().ledger
    return ledger.read(read_slip, actor(), code, ledger.vault)
