"""Orders: the list, one order with what may be done next, and writing one down."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.coop.actors import OFFICE, Actor
from ledger.coop.orders.lists import GROUPS, list_orders
from ledger.coop.orders.payments import has_payment_account
from ledger.coop.orders.queries import Order, read_order
from ledger.coop.orders.writing import MAX_LINES, write_order
from ledger.coop.registers.products import list_products
from web.console.blueprint import console
from web.console.choices import partner_options
from web.console.orders.order_reading import ACTION_NAMES, READERS, STATE_NAMES, TASK_NAMES, read_order_page
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.formats import type_number
from web.forms.inputs import Input, InputKind, Option
from web.forms.order_goods import goods_amount, goods_options, unit_word
from web.forms.orders import LINES, OrderForm, TypedLine, format_goods, typed_lines
from web.forms.typed import Typed
from web.languages import _
from web.state import current

ROWS = 8
"""Lines that an order's form has; one that is full gets as many again."""
MAX_PAGE = 10_000


@console.get("/don-hang")
def orders() -> ResponseReturnValue:
    """Orders by how far they are, a page at a time; ``nhom`` is the group, ``trang`` the page."""
    check_role(READERS)
    ledger = current().ledger
    group = request.args.get("nhom", "open")
    page = request.args.get("trang", "1")
    if group not in GROUPS or not (page.isascii() and page.isdigit() and 0 < int(page[:6]) <= MAX_PAGE):
        abort(404)
    return render_template(
        "console/orders/list.html",
        found=ledger.read(list_orders, ledger.vault, actor(), group, int(page)),
        group=group,
        page=int(page),
        states=STATE_NAMES,
        amount=goods_amount,
        may_write=not actor().roles.isdisjoint(OFFICE),
        today=current().today,
        back=url_for("console.home"),
    )


@console.get("/don-hang/<order>")
def order(order: str) -> ResponseReturnValue:
    """An order: what is wanted, how far it is, what may be done next."""
    check_role(READERS)
    ledger = current().ledger
    page = ledger.read(read_order_page, ledger.vault, actor(), order)
    return render_template(
        "console/orders/order.html",
        page=page,
        order=page.order,
        states=STATE_NAMES,
        actions=ACTION_NAMES,
        task_states=TASK_NAMES,
        amount=goods_amount,
        unit_word=unit_word,
        total=page.order.amount_due() if page.sees_money else None,
        has_account=page.sees_money and ledger.read(has_payment_account, actor()),
        is_new="moi" in request.args,
        today=current().today,
        back=url_for("console.orders"),
    )


@console.route("/don-hang/them", methods=["GET", "POST"])
def add_order() -> ResponseReturnValue:
    """A new order, as a draft."""
    check_role(OFFICE)
    return _ask(_("Lập đơn hàng"), None, url_for("console.orders"))


@console.route("/don-hang/<order>/sua", methods=["GET", "POST"])
def change_order(order: str) -> ResponseReturnValue:
    """A draft, written anew."""
    check_role(OFFICE)
    ledger = current().ledger
    found = ledger.read(read_order, ledger.vault, actor(), order)
    return _ask(_("Sửa đơn %(code)s", code=found.code), found, url_for("console.order", order=found.code))


def _ask(title: str, known: Order | None, back: str) -> ResponseReturnValue:
    ledger, form = current().ledger, OrderForm()
    options: dict[str, tuple[Option, ...]] = {"customer": ledger.read(partner_options, ledger.vault, actor())}
    asked = form.inputs(options, {} if known is None else _answers(known))
    lines = typed_lines(Typed.of(request.form.lists())) if request.method == "POST" else _lines(known)
    page = FormPage(
        title,
        (*asked, Input(LINES, _("Khách cần gì"), InputKind.LOTS, required=True)),
        _("Lưu đơn"),
        back,
        template="console/orders/form.html",
        more={
            "lines": lines,
            "rows": min(MAX_LINES, ROWS + len(lines) // ROWS * ROWS),
            "goods": ledger.read(_goods, actor()),
        },
    )
    return answer_form(
        page,
        lambda typed: form.parse(typed, order=None if known is None else known.code),
        write_order,
        lambda done: url_for("console.order", order=done.order, moi=1),
    )


def _goods(session: Session, actor: Actor) -> tuple[Option, ...]:
    return goods_options(list_products(session, actor.organisation))


def _answers(known: Order) -> dict[str, str | tuple[str, ...]]:
    return {
        "customer": known.partner,
        "due_on": known.due_on.isoformat(),
        "destination": known.destination or "",
        "note": known.note or "",
    }


def _lines(known: Order | None) -> tuple[TypedLine, ...]:
    if known is None:
        return ()
    return tuple(
        TypedLine(
            format_goods(line.product, line.uom, line.net_g),
            type_number(line.quantity),
            "" if line.price is None else str(line.price),
        )
        for line in known.lines
    )
