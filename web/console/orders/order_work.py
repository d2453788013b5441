"""What is done to an order, station by station: agreeing, taking on, putting lots aside, sending, ending."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import OFFICE, SHIPPING, WORKSHOP, Actor, Role
from ledger.coop.orders.accepting import TeamAnswer, accept_order, agree_order, decline_order, finish_task
from ledger.coop.orders.allotting import allot_order
from ledger.coop.orders.cancelling import ReopenOrder, cancel_order, reopen_order
from ledger.coop.orders.choices import LineChoices, read_choices
from ledger.coop.orders.delivering import PackOrder, pack_order, receive_order, ship_order
from ledger.coop.orders.queries import Allotment, Order, read_order
from ledger.coop.orders.teams import list_teams
from ledger.coop.quantities import unit_name
from ledger.log.unit import Unit
from ledger.trace.events.flows import EACH
from web.console.blueprint import console
from web.console.choices import step_options
from web.console.goods.store_choice import with_stores
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.formats import format_number, type_number
from web.forms.deliveries import PROVINCE_OPTIONS
from web.forms.form import KEY
from web.forms.inputs import Input, InputKind, Option
from web.forms.lots import LotLine, fill_lines
from web.forms.order_goods import goods_amount, unit_word
from web.forms.orders import (
    AMOUNT,
    CAME,
    COUNTED,
    INPUTS,
    LINE,
    LOT,
    SHIPMENT,
    TEAM_KIND_NAMES,
    AgreeForm,
    AllotForm,
    CancelForm,
    DeclineForm,
    ReceiveOrderForm,
    ShipOrderForm,
)
from web.forms.typed import Typed
from web.languages import _, join
from web.state import current


@console.route("/don-hang/<order>/chot", methods=["GET", "POST"])
def agree_to_order(order: str) -> ResponseReturnValue:
    """The customer agreed; choose who does it."""
    found = _read(order, OFFICE)
    teams = current().ledger.read(list_teams, actor())
    form = AgreeForm(exclude=() if teams else ("teams",))
    options = {"teams": tuple(Option(team.id, team.name, TEAM_KIND_NAMES[team.kind]) for team in teams)}
    asked = tuple(task.team for task in found.tasks) or tuple(team.id for team in teams if len(teams) == 1)
    page = FormPage(
        _("Chốt đơn %(code)s", code=found.code),
        form.inputs(options, {"teams": asked} if teams else {}),
        _("Chốt đơn"),
        _address(found),
        lead=join(
            "",
            (
                _(
                    "%(customer)s. Chốt rồi thì không sửa mặt hàng nữa, chỉ hủy được.",
                    customer=found.customer,
                ),
                "" if teams else _(" Chưa lập tổ nào, nên ai ở xưởng cũng nhận được đơn này."),
            ),
        ),
    )
    return answer_form(page, lambda typed: form.parse(typed, order=found.code), agree_order, _then(found))


@console.route("/don-hang/<order>/nhan", methods=["GET", "POST"])
def accept_an_order(order: str) -> ResponseReturnValue:
    """A team (``to``) takes an order on."""
    return _confirm(order, WORKSHOP, _("Nhận đơn"), _("Nhận rồi thì tổ làm cho kịp ngày giao."), accept_order)


@console.route("/don-hang/<order>/xong-phan", methods=["GET", "POST"])
def finish_a_part(order: str) -> ResponseReturnValue:
    """A team (``to``) did its part."""
    lead = _("Báo xong để tổ sau làm tiếp. Sơ chế, chế biến đã ghi ở trang của lô.")
    return _confirm(order, WORKSHOP, _("Tổ làm xong phần mình"), lead, finish_task)


@console.route("/don-hang/<order>/khong-nhan", methods=["GET", "POST"])
def decline_an_order(order: str) -> ResponseReturnValue:
    """A team (``to``) cannot do it."""
    found, form = _read(order, WORKSHOP), DeclineForm()
    page = FormPage(
        _("Không nhận đơn %(code)s", code=found.code),
        form.inputs(),
        _("Không nhận"),
        _address(found),
        lead=_("Người quản lý thấy lý do và giao cho tổ khác."),
    )
    return answer_form(
        page,
        lambda typed: form.parse(typed, order=found.code, team=_team()),
        decline_order,
        lambda _: url_for("console.queue", team_id=_team()) if _team() else _address(found),
    )


@console.route("/don-hang/<order>/chia-lo", methods=["GET", "POST"])
def allot_lots(order: str) -> ResponseReturnValue:
    """Put lots aside; what is there now, else what should go first, stands in the form."""
    found, form = _read(order, WORKSHOP), AllotForm()
    state = current()
    choices = state.ledger.read(read_choices, actor(), found.code, state.today)
    page = FormPage(
        _("Chia lô cho đơn %(code)s", code=found.code),
        (Input(INPUTS, _("Lấy từ lô nào"), InputKind.LOTS),),
        _("Để dành cho đơn này"),
        _address(found),
        lead=_(
            "%(customer)s. Lô sắp hết hạn đứng trước, máy đã ghi sẵn số nên lấy.", customer=found.customer
        ),
        template="console/orders/allot.html",
        more={
            "lines": [_choices(choice, found, _typed_amounts()) for choice in choices],
            "amount": goods_amount,
            "today": state.today,
        },
    )
    return answer_form(page, lambda typed: form.parse(typed, order=found.code), allot_order, _then(found))


@console.route("/don-hang/<order>/soan-xong", methods=["GET", "POST"])
def order_is_packed(order: str) -> ResponseReturnValue:
    """Everything stands ready."""
    found = _read(order, WORKSHOP)
    page = FormPage(
        _("Đơn %(code)s đã soạn xong", code=found.code),
        (),
        _("Đã soạn xong"),
        _address(found),
        lead=_("Hàng đã đủ, đã dán tem, sẵn sàng lên xe."),
    )
    return answer_form(
        page, lambda typed: PackOrder(order=found.code, idempotency_key=_key(typed)), pack_order, _then(found)
    )


@console.route("/don-hang/<order>/giao", methods=["GET", "POST"])
def ship_an_order(order: str) -> ResponseReturnValue:
    """All that is put aside leaves on one vehicle."""
    found = _read(order, SHIPPING)
    state, form = current(), ShipOrderForm(None)
    options = dict(state.ledger.read(step_options, state.ledger.vault, actor()))
    options["to_province"] = PROVINCE_OPTIONS
    defaults = {"done_on": state.today.isoformat(), "destination": found.destination or ""}
    page = FormPage(
        _("Giao đơn %(code)s", code=found.code),
        form.inputs(options, defaults),
        _("Ghi giao hàng"),
        _address(found),
        lead=_("Giao cho %(customer)s.", customer=found.customer),
        template="console/orders/ship.html",
        more={"order": found, "stores": _stores(found)},
    )
    return answer_form(page, lambda typed: form.parse(typed, order=found.code), ship_order, _then(found))


@console.route("/don-hang/<order>/khach-nhan", methods=["GET", "POST"])
def customer_received(order: str) -> ResponseReturnValue:
    """What a customer who does not sign here counted."""
    found, form = _read(order, SHIPPING), ReceiveOrderForm()
    typed = Typed.of(request.form.lists())
    counted = dict(zip(typed.values.get(SHIPMENT, ()), typed.values.get(CAME, ()), strict=False))
    sent = [
        (item, counted.get(item.shipment or "", type_number(item.quantity)))
        for item in found.sent
        if item.is_awaited and not item.signs_here
    ]
    if request.method != "POST" and not sent:
        return render_template("console/orders/nothing_to_count.html", order=found, back=_address(found))
    page = FormPage(
        _("Khách nhận đơn %(code)s", code=found.code),
        (Input(COUNTED, _("Khách đếm được bao nhiêu"), InputKind.LOTS, required=True),),
        _("Ghi khách nhận"),
        _address(found),
        lead=_("%(customer)s báo nhận. Số này chỉ lưu trong sổ của hợp tác xã.", customer=found.customer),
        template="console/orders/receive.html",
        more={"sent": sent},
    )
    return answer_form(page, lambda sent: form.parse(sent, order=found.code), receive_order, _then(found))


@console.route("/don-hang/<order>/mo-lai", methods=["GET", "POST"])
def reopen_an_order(order: str) -> ResponseReturnValue:
    """Go on with an order of which something is missing."""
    found = _read(order, OFFICE)
    page = FormPage(
        _("Mở lại đơn %(code)s", code=found.code),
        (),
        _("Giao tiếp phần còn thiếu"),
        _address(found),
        lead=_("Đơn trở lại hàng chờ của tổ để giao nốt phần còn thiếu."),
    )
    return answer_form(
        page,
        lambda typed: ReopenOrder(order=found.code, idempotency_key=_key(typed)),
        reopen_order,
        _then(found),
    )


@console.route("/don-hang/<order>/huy", methods=["GET", "POST"])
def cancel_an_order(order: str) -> ResponseReturnValue:
    """Nothing more is sent."""
    found, form = _read(order, OFFICE), CancelForm()
    is_sent = any(item.is_sent for item in found.sent)
    page = FormPage(
        _("Thôi giao phần còn lại của %(code)s", code=found.code)
        if is_sent
        else _("Hủy đơn %(code)s", code=found.code),
        form.inputs(),
        _("Thôi giao") if is_sent else _("Hủy đơn"),
        _address(found),
        lead=join(
            "",
            (
                _("Hàng đang để dành cho đơn này được nhả ra cho đơn khác."),
                _(" Những chuyến đã giao vẫn giữ nguyên.") if is_sent else "",
            ),
        ),
        is_grave=True,
    )
    return answer_form(page, lambda typed: form.parse(typed, order=found.code), cancel_order, _then(found))


@dataclass(frozen=True, slots=True)
class ShownLot:
    """A lot that may serve a line, with what stands in its box."""

    lot: str
    code: str
    free: str
    note: str
    amount: str
    is_sealed: bool


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line with the lots that may serve it."""

    choice: LineChoices
    unit: str
    lots: tuple[ShownLot, ...]


def _choices(choice: LineChoices, order: Order, typed: dict[tuple[str, str], str] | None) -> ShownLine:
    aside = {(item.line, item.lot): item.quantity for item in order.aside}

    def amount(lot: str, suggested: Decimal) -> str:
        if typed is not None:
            return typed.get((str(choice.line), lot), "")
        known = aside.get((choice.line, lot), Decimal(0)) if aside else suggested
        return type_number(known) if known else ""

    return ShownLine(
        choice,
        unit_word(choice.uom, choice.template),
        tuple(
            ShownLot(
                lot=item.lot,
                code=item.code,
                free=format_number(item.free),
                note=""
                if item.left == item.free
                else _("tổng %(left)s, đơn khác giữ", left=format_number(item.left)),
                amount=amount(item.lot, item.suggested),
                is_sealed=item.is_sealed,
            )
            for item in choice.lots
        ),
    )


def _typed_amounts() -> dict[tuple[str, str], str] | None:
    """What was typed by line and lot; ``None`` before anything was."""
    if request.method != "POST":
        return None
    columns = (request.form.getlist(name) for name in (LINE, LOT, AMOUNT))
    return {(line, lot): text for line, lot, text in zip(*columns, strict=False)}


def _confirm(
    code: str,
    roles: frozenset[Role],
    title: str,
    lead: str,
    verb: Callable[[Unit, Actor, TeamAnswer], Any],
) -> ResponseReturnValue:
    """A page that asks nothing but whether to do it."""
    found = _read(code, roles)
    page = FormPage(f"{title}: {found.code}", (), title, _address(found), lead=lead)
    return answer_form(
        page,
        lambda typed: TeamAnswer(order=found.code, team=_team(), idempotency_key=_key(typed)),
        verb,
        _then(found),
    )


def _read(code: str, roles: frozenset[Role]) -> Order:
    """The order, for who may do this. Raises ``NotAllowedError``, ``NotFoundError``."""
    check_role(roles)
    ledger = current().ledger
    return ledger.read(read_order, ledger.vault, actor(), code)


def _stores(order: Order) -> tuple[LotLine, ...]:
    """The lots on the vehicle, with what may be chosen of those that lie in several stores."""
    lots = {item.lot: item for item in order.aside}
    lines = [LotLine(lot, item.lot_code, "", item.quantity, _unit(item)) for lot, item in lots.items()]
    return fill_lines(with_stores(lines), Typed.of(request.form.lists()))


def _unit(item: Allotment) -> str:
    return _("gói") if item.uom == EACH else _(unit_name(item.uom))


def _team() -> str | None:
    return request.args.get("to") or None


def _key(typed: Typed) -> str | None:
    return typed.one(KEY) or None


def _address(order: Order) -> str:
    return url_for("console.order", order=order.code)


def _then(order: Order) -> Callable[[Any], str]:
    return lambda _: url_for("console.order", order=order.code, moi=1)
