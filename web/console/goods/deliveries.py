"""Goods that leave and goods that come: shipping, the list of shipments, counting and signing for them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.coop.actors import RECEIVING, SHIPPING, Actor
from ledger.coop.errors import NotFoundError
from ledger.coop.goods.deliveries import deliver
from ledger.coop.goods.outcomes import unsettled_shipments
from ledger.coop.goods.receiving import STEP as RECEIVING_STEP
from ledger.coop.goods.receiving import receive
from ledger.coop.goods.receiving_deliveries import read_coming_together, receive_delivery
from ledger.coop.goods.shipment_queries import Coming, read_awaited, read_coming
from ledger.coop.goods.shipping import STEP as SHIPPING_STEP
from ledger.coop.goods.shipping import ship
from ledger.coop.quantities import unit_name
from ledger.coop.queries import (
    lots_packed,
    lots_to_pack,
    shipments_received,
    shipments_sent,
    shipments_to_receive,
)
from ledger.trace.events.flows import EACH
from ledger.trace.identifiers import lot_code_of
from ledger.trace.tables import LotKind
from web.console.blueprint import console
from web.console.choices import partner_options, step_options
from web.console.goods.store_choice import with_stores
from web.console.lot_reading import read_lot
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.formats import format_date, format_number
from web.forms.deliveries import (
    CONDITION,
    CONDITION_OPTIONS,
    COUNTED,
    COUNTS,
    PROVINCE_OPTIONS,
    REASON,
    SHIPMENT,
    TO_RETAIL,
    DeliverForm,
    ReceiveDeliveryForm,
    ReceiveForm,
    ShipForm,
)
from web.forms.inputs import Input, InputKind
from web.forms.lots import INPUTS, LotLine, fill_lines
from web.forms.typed import Typed
from web.languages import _
from web.state import current

_MAX_DIGITS = 7


@dataclass(frozen=True, slots=True)
class CountLine:
    """A shipment to be counted, with what was typed for it."""

    coming: Coming
    counted: str
    condition: str
    reason: str = ""

    @property
    def unit(self) -> str:
        """What it is counted in."""
        return _("gói") if self.coming.uom == EACH else _(unit_name(self.coming.uom))


@console.get("/giao-nhan")
def deliveries() -> ResponseReturnValue:
    """What is on its way here, and what left."""
    check_role(SHIPPING | RECEIVING)
    ledger = current().ledger
    return render_template(
        "console/goods/deliveries.html",
        to_receive=ledger.read(shipments_to_receive, actor()),
        sent=ledger.read(shipments_sent, actor()),
        awaited=ledger.read(read_awaited, actor()),
        unsettled=ledger.read(unsettled_shipments, actor()),
        received=ledger.read(shipments_received, actor()),
        is_received="moi" in request.args,
        may_send=not actor().roles.isdisjoint(SHIPPING),
        back=url_for("console.home"),
    )


@console.route("/giao-hang/<lot:lot>", methods=["GET", "POST"])
def ship_lot(lot: str) -> ResponseReturnValue:
    """Send some of a lot to a partner; all that is left unless one says otherwise."""
    check_role(SHIPPING)
    state = current()
    found = state.ledger.read(read_lot, actor(), lot, current().today)
    if found.template is None:
        raise NotFoundError(_("quy trình của lô"), found.own.code)
    counted = found.own.uom == EACH
    form = ShipForm(found.template.step(SHIPPING_STEP), leave_out=("weight_kg",) if counted else ("packs",))
    options = dict(state.ledger.read(step_options, state.ledger.vault, actor()))
    partners = state.ledger.read(partner_options, state.ledger.vault, actor())
    options |= {"to_partner": (*partners, TO_RETAIL), "to_province": PROVINCE_OPTIONS}
    left = "" if found.left is None else format_number(found.left)
    defaults = {"packs": left, "weight_kg": left, "done_on": state.today.isoformat()}
    line = LotLine(found.own.lot, found.own.code, "", found.left or Decimal(0), found.unit)
    page = FormPage(
        _("Giao hàng"),
        form.inputs(options, defaults),
        _("Ghi giao hàng"),
        url_for("console.lot", lot=lot),
        lead=_("Lô %(code)s còn %(left)s %(unit)s.", code=found.own.code, left=left, unit=found.unit)
        if left
        else _("Lô %(code)s", code=found.own.code),
        template="console/goods/ship.html",
        more={"stores": fill_lines(with_stores([line]), Typed.of(request.form.lists()))},
    )
    return answer_form(
        page,
        lambda typed: form.parse(typed, lot=lot),
        ship,
        lambda shipped: url_for("console.entry", index=shipped.index, moi=1, chuyen=shipped.code),
    )


@console.route("/giao-nhan/them", methods=["GET", "POST"])
def deliver_lots() -> ResponseReturnValue:
    """Send several lots to one partner on one vehicle, all of them or none."""
    check_role(SHIPPING)
    state = current()
    form = DeliverForm(None)
    options = dict(state.ledger.read(step_options, state.ledger.vault, actor()))
    partners = state.ledger.read(partner_options, state.ledger.vault, actor())
    options |= {"to_partner": (*partners, TO_RETAIL), "to_province": PROVINCE_OPTIONS}
    lines = with_stores(state.ledger.read(_lines_to_send, actor()))
    if request.method == "POST":
        lines = fill_lines(lines, Typed.of(request.form.lists()))
    page = FormPage(
        _("Giao nhiều lô một chuyến"),
        (
            Input(INPUTS, _("Giao những lô nào"), InputKind.LOTS),
            *form.inputs(options, {"done_on": state.today.isoformat()}),
        ),
        _("Ghi giao hàng"),
        url_for("console.deliveries"),
        template="console/goods/deliver.html",
        more={"lines": lines},
    )
    return answer_form(
        page, form.parse, deliver, lambda sent: url_for("console.delivery", code=sent.shipments[0].code)
    )


def _lines_to_send(session: Session, actor: Actor) -> tuple[LotLine, ...]:
    """The lots of packs and of loose goods that something is left of, newest first."""
    cards = (*lots_packed(session, actor), *lots_to_pack(session, actor))
    return tuple(
        LotLine(
            lot=card.lot,
            title=f"{card.product} {card.code}",
            sub=_("có từ %(made_on)s", made_on=format_date(card.made_on)),
            left=card.left,
            unit=_("gói") if card.kind == LotKind.PACK else _(unit_name(card.uom)),
        )
        for card in cards
        if card.left and not card.is_recalled
    )


@console.route("/nhan-hang/<code>", methods=["GET", "POST"])
def receive_shipment(code: str) -> ResponseReturnValue:
    """Count what came of a shipment to us, and sign for it."""
    check_role(RECEIVING)
    state = current()
    coming = state.ledger.read(read_coming, actor(), code)
    others = len(state.ledger.read(read_coming_together, actor(), code)) - 1
    if request.method != "POST" and coming.received_index is not None:
        return redirect(url_for("console.entry", index=coming.received_index), 303)
    form = ReceiveForm(coming.template.step(RECEIVING_STEP), leave_out=("place", "photos"))
    unit = _("gói") if coming.uom == EACH else _(unit_name(coming.uom))
    options = state.ledger.read(step_options, state.ledger.vault, actor())
    scanned = request.args.get("dem", "")
    defaults = {"counted": scanned if scanned.isdecimal() and len(scanned) <= _MAX_DIGITS else ""}
    asked = form.inputs(options, {"done_on": state.today.isoformat(), "condition": "ok", **defaults})
    page = FormPage(
        _("Nhận hàng"),
        _count_first(replace(item, unit=unit) if item.name == "counted" else item for item in asked),
        _("Ký nhận hàng"),
        url_for("console.deliveries"),
        lead=_(
            "%(product)s, lô %(lot_code)s, từ %(sender)s. Giao ngày %(sent_on)s.",
            product=coming.product,
            lot_code=lot_code_of(coming.lot),
            sender=coming.sender,
            sent_on=format_date(coming.sent_on),
        ),
        template="console/goods/receive.html",
        more={"coming": coming, "unit": unit, "others": others, "is_scanned": bool(defaults["counted"])},
    )
    return answer_form(
        page,
        lambda typed: form.parse(typed, shipment=coming.code),
        receive,
        lambda received: url_for("console.entry", index=received.index, moi=1),
    )


@console.route("/nhan-hang/<code>/ca-chuyen", methods=["GET", "POST"])
def receive_all(code: str) -> ResponseReturnValue:
    """Count everything that came on the vehicle of a shipment, and sign for it in one go."""
    check_role(RECEIVING)
    state = current()
    coming = state.ledger.read(read_coming_together, actor(), code)
    if request.method != "POST" and not coming:
        return redirect(url_for("console.receive_shipment", code=code), 303)
    form = ReceiveDeliveryForm(None, leave_out=("place", "photos"))
    options = state.ledger.read(step_options, state.ledger.vault, actor())
    page = FormPage(
        _("Nhận cả chuyến"),
        (
            Input(COUNTS, _("Đếm từng lô"), InputKind.LOTS, required=True),
            *_count_first(form.inputs(options, {"done_on": state.today.isoformat()})),
        ),
        _("Ký nhận cả chuyến"),
        url_for("console.deliveries"),
        lead=_(
            "Từ %(sender)s, giao ngày %(sent_on)s.",
            sender=coming[0].sender,
            sent_on=format_date(coming[0].sent_on),
        )
        if coming
        else "",
        template="console/goods/receive_all.html",
        more={"lines": _lines_to_count(coming), "conditions": CONDITION_OPTIONS},
    )
    return answer_form(page, form.parse, receive_delivery, lambda _done: url_for("console.deliveries", moi=1))


def _count_first(inputs: Iterable[Input]) -> tuple[Input, ...]:
    """What was counted and how it is, then the rest: the order in which goods are taken in."""
    order = ("counted", "condition", "reason", "documents")
    return tuple(
        sorted(inputs, key=lambda item: order.index(item.name) if item.name in order else len(order))
    )


def _lines_to_count(coming: tuple[Coming, ...]) -> tuple[CountLine, ...]:
    """The shipments with what was typed for them; at first with nothing, for it is to be counted."""
    typed = Typed.of(request.form.lists())
    columns = (typed.values.get(name, ()) for name in (SHIPMENT, COUNTED, CONDITION, REASON))
    counted = {code: said for code, *said in zip(*columns, strict=False)}
    return tuple(CountLine(one, *counted.get(one.code, ("", "ok", ""))) for one in coming)
