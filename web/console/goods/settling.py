"""What became of a shipment: the receiver's count, its reasons and photos, and settling what came back."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from flask import Response, redirect, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from ledger.coop.actors import RECEIVING, SHIPPING
from ledger.coop.attachments.photos import MEDIA_TYPE
from ledger.coop.errors import NotFoundError
from ledger.coop.goods.differences import read_difference_photo
from ledger.coop.goods.outcomes import Outcome, read_outcome
from ledger.coop.goods.settling import STEP, settle
from ledger.coop.quantities import unit_name
from ledger.trace.events.flows import EACH
from ledger.trace.identifiers import lot_code_of
from ledger.trace.sectors.templates import COMMON_STEPS
from web.console.blueprint import console
from web.console.choices import place_options, step_options
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.formats import format_quantity
from web.forms.deliveries import SettleForm
from web.forms.inputs import Input
from web.languages import _
from web.state import current

_SCHEME = "ni:///sha-256;"


@console.record_once
def know_digests(setup: BlueprintSetupState) -> None:
    """Teach templates the short form of a digest's name, as addresses carry it."""
    setup.app.jinja_env.filters["digest_name"] = lambda name: name.removeprefix(_SCHEME)


@console.route("/giao-nhan/<code>/hang-ve", methods=["GET", "POST"])
def settle_shipment(code: str) -> ResponseReturnValue:
    """Count what came home of a shipment that was not taken in whole; the rest is lost."""
    check_role(SHIPPING)
    state = current()
    found = state.ledger.read(read_outcome, state.ledger.vault, actor(), code)
    if not found.is_ours:
        raise NotFoundError(_("chuyến hàng"), code)
    if not found.is_open:
        return redirect(url_for("console.delivery", code=code), 303)
    form = SettleForm(COMMON_STEPS[STEP], leave_out=("place", "photos"))
    options = dict(state.ledger.read(step_options, state.ledger.vault, actor()))
    options["to_place"] = state.ledger.read(place_options, actor())
    asked = form.inputs(options, {"done_on": state.today.isoformat()})
    page = FormPage(
        _("Hàng trả về"),
        tuple(sorted(_counted_in(asked, found), key=lambda item: item.name not in ("returned", "to_place"))),
        _("Ghi hàng trả về"),
        url_for("console.delivery", code=found.code),
        lead=_(
            "Chuyến %(code)s, lô %(lot_code)s: %(receiver)s không nhận %(missing)s. "
            "Hàng về tới kho thì đếm rồi ghi; phần không về ghi là mất.",
            code=found.code,
            lot_code=lot_code_of(found.lot),
            receiver=found.receiver,
            missing=format_quantity(found.missing, found.uom),
        ),
        template="console/goods/settle.html",
        more={"outcome": found},
    )
    return answer_form(
        page,
        lambda typed: form.parse(typed, shipment=found.code),
        settle,
        lambda done: url_for("console.delivery", code=done.code, moi=1),
    )


@console.get("/giao-nhan/<code>/anh/<name>")
def difference_photo(code: str, name: str) -> ResponseReturnValue:
    """A photo of what was less or not good, for the people of both sides; ``name`` is a digest."""
    check_role(SHIPPING | RECEIVING)
    ledger = current().ledger
    data = ledger.read(read_difference_photo, ledger.vault, actor(), code, _SCHEME + name)
    return Response(data, mimetype=MEDIA_TYPE)


def _counted_in(asked: Iterable[Input], found: Outcome) -> Iterator[Input]:
    """The questions, with the unit in which the goods are counted."""
    for item in asked:
        yield replace(item, unit=_unit(found)) if item.name == "returned" else item


def _unit(found: Outcome) -> str:
    return _("gói") if found.uom == EACH else _(unit_name(found.uom))
