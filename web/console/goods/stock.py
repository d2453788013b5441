"""Goods in the house: what there is and where, put in another store, opened to be packed again."""

from decimal import Decimal

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import PACKING, SHIPPING, WORKSHOP
from ledger.coop.errors import LotStateError
from ledger.coop.goods.opening_packs import STEP as OPENING
from ledger.coop.goods.opening_packs import must_void, net_of, open_packs
from ledger.coop.goods.stock_places import STEP as STORING
from ledger.coop.goods.stock_places import store_goods
from ledger.coop.lots import available, find_held_lot, find_own_lot, template_of
from ledger.coop.quantities import unit_name
from ledger.coop.stock_queries import read_lot_places, read_stock
from ledger.trace.events.flows import EACH
from ledger.trace.tables import LotKind
from web.console.blueprint import console
from web.console.choices import place_options, step_options
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.formats import format_number, type_number
from web.forms.inputs import Option
from web.forms.stock import NOWHERE, OpenPacksForm, StoreForm
from web.languages import _
from web.state import current


@console.get("/kho")
def stock() -> ResponseReturnValue:
    """What is left of every lot, and where it stands; ``noi`` asks for one store."""
    check_role(WORKSHOP | SHIPPING)
    place = request.args.get("noi", "")[:20]
    found = current().ledger.read(read_stock, actor(), place=place, number=request.args.get("trang", 1, int))
    return render_template(
        "console/goods/stock.html",
        stock=found,
        place=place,
        nowhere=NOWHERE,
        may_count=not actor().roles.isdisjoint(WORKSHOP),
        back=url_for("console.home"),
    )


@console.route("/kho/chuyen/<lot:lot>", methods=["GET", "POST"])
def move_goods(lot: str) -> ResponseReturnValue:
    """Put some of a lot in a store, from another one or from none."""
    check_role(WORKSHOP)
    state = current()
    own = state.ledger.read(find_held_lot, actor(), lot)
    form = StoreForm(state.ledger.read(template_of, own).step(STORING), leave_out=("place", "photos"))
    there = state.ledger.read(read_lot_places, actor(), lot)
    unit = _("gói") if own.kind is LotKind.PACK else _(unit_name(own.uom))
    sources = tuple(
        Option(code or NOWHERE, _(name), f"{format_number(left)} {unit}") for code, name, left in there
    )
    options = dict(state.ledger.read(step_options, state.ledger.vault, actor()))
    options |= {"from_place": sources, "to_place": state.ledger.read(place_options, actor())}
    defaults = {
        "done_on": state.today.isoformat(),
        "from_place": sources[0].value if sources else "",
        "to_place": request.args.get("den", "")[:20],
    }
    page = FormPage(
        _("Nhập kho, chuyển kho"),
        form.inputs(options, defaults),
        _("Ghi chuyển kho"),
        url_for("console.lot", lot=lot),
        lead=_("Lô %(code)s. Số lượng tính bằng %(unit)s.", code=own.code, unit=unit),
        template="console/goods/move_goods.html",
    )
    return answer_form(
        page,
        lambda typed: form.parse(typed, lot=lot),
        store_goods,
        lambda stored: url_for("console.entry", index=stored.index, moi=1),
    )


@console.route("/mo-goi/<lot:lot>", methods=["GET", "POST"])
def open_lot(lot: str) -> ResponseReturnValue:
    """Open packs; the next screen packs what came out."""
    check_role(PACKING)
    state = current()
    own = state.ledger.read(find_own_lot, actor(), lot)
    if own.packs is None:
        sentence = _("Lô %(code)s là hàng rời, không có gói để mở. Hãy chọn lô đã đóng gói.", code=own.code)
        raise LotStateError("no packs", lot=lot, sentence=sentence)
    net, uom = state.ledger.read(net_of, own)
    left = state.ledger.read(available, actor(), own) or Decimal(0)
    form = OpenPacksForm(state.ledger.read(template_of, own).step(OPENING), leave_out=("place",))
    options = state.ledger.read(step_options, state.ledger.vault, actor())
    unit = _(unit_name(uom)) if uom != EACH else _("đơn vị")
    page = FormPage(
        _("Mở gói, đóng lại"),
        form.inputs(options, {"done_on": state.today.isoformat(), "packs": type_number(left)}),
        _("Ghi mở gói"),
        url_for("console.lot", lot=lot),
        lead=_(
            "Lô %(code)s còn %(left)s gói, mỗi gói %(net)s %(unit)s. Hàng mở ra thành một lô rời, "
            "giữ hạn dùng cũ.",
            code=own.code,
            left=format_number(left),
            net=format_number(net),
            unit=unit,
        ),
        template="console/goods/open_packs.html",
        more={"to_void": state.ledger.read(must_void, own, int(left)), "own": own},
    )
    return answer_form(
        page,
        lambda typed: form.parse(typed, lot=lot),
        open_packs,
        lambda opened: url_for("console.pack_lots", lo=opened.lot),
    )
