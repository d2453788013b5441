"""Packing on one screen: from which lots, into what size, how many packs; and the stamps in the same tap."""

from dataclasses import dataclass, replace
from decimal import Decimal

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.coop.actors import PACKING, WORKSHOP, Actor
from ledger.coop.errors import CoopError
from ledger.coop.goods.packing import STEP, Pack, Packed, pack, packs_possible
from ledger.coop.goods.processing import Portion
from ledger.coop.lots import find_held_lot
from ledger.coop.registers.products import Product, list_products
from ledger.trace.errors import TraceError
from ledger.trace.sectors.templates import TEMPLATES, template
from web.console.blueprint import console
from web.console.goods.packing_page import SUGGESTED, Packing, packing_page, packs_typed
from web.console.goods.processing import lines_to_take
from web.console.goods.store_choice import with_stores
from web.console.lot_paths import lot_asked_for
from web.console.pages import FormPage, answer_form, read_form, show_form
from web.console.session import actor, check_role
from web.console.stamps.print_options import read_printing
from web.console.stamps.print_orders import order_for_packed
from web.forms.form import KEY
from web.forms.lots import fill_lines, read_stores, read_supplies
from web.forms.processing import PackForm, PackSizeForm, together
from web.forms.typed import Typed
from web.languages import _
from web.state import current

THEN, PRINT = "then", "print"
"""Which button was pressed, and what the one says that goes on to the stamps."""


@dataclass(frozen=True, slots=True)
class Sized:
    """What is to be taken and what may be, how much goes into a pack, how many packs that makes at most."""

    said: tuple[Portion, ...]
    offered: tuple[Portion, ...]
    net_per_pack: Decimal
    possible: int


@console.route("/dong-goi", methods=["GET", "POST"])
def pack_lots() -> ResponseReturnValue:
    """``lo``: the lot one comes from; ``sp``: the code of the product, where it is not the lot's."""
    check_role(WORKSHOP)
    state, lot = current(), lot_asked_for()
    products = state.ledger.read(_products, actor(), lot)
    product = _chosen(products, request.args.get("sp"))
    if product is None:
        return _choose_product(products, lot)
    may_print = not actor().roles.isdisjoint(PACKING)
    packing = Packing(
        product, template(product.template).step(STEP), lot, read_printing() if may_print else None
    )
    lines = with_stores(state.ledger.read(lines_to_take, actor(), lot))
    if request.method != "POST":
        return show_form(packing_page(packing, lines))
    lines = fill_lines(lines, Typed.of(request.form.lists()))
    return _answer(packing, packing_page(packing, lines))


def _answer(packing: Packing, page: FormPage) -> ResponseReturnValue:
    """Pack what was asked for; reckon again where the number of packs fits other answers than these."""
    typed = Typed.of(request.form.lists())
    try:
        sized = _size(typed)
    except (CoopError, TraceError) as error:
        return show_form(page, read_form(page), error)
    if _is_outdated(typed, sized):
        return show_form(_reckoned_again(page), _with_packs(read_form(page), sized.possible))
    form = PackForm(packing.step)
    printing = packing.printing if typed.one(THEN) == PRINT else None

    def parse(sent: Typed) -> Pack:
        command = form.parse(
            sent,
            product=packing.product.code,
            inputs=sized.said,
            offered=sized.offered,
            net_per_pack=sized.net_per_pack,
            stores=read_stores(sent),
        )
        if printing is not None:
            printing.parse(sent)  # what is wrong with the paper is said before anything is recorded
        return command

    def then(packed: Packed) -> str:
        if printing is None:
            return url_for("console.entry", index=packed.index, moi=1)
        count = int(form.values(typed)["packs"])
        return order_for_packed(packed.lot, count, printing.parse(typed), typed.one(KEY))

    return answer_form(page, parse, pack, then)


def _is_outdated(typed: Typed, sized: Sized) -> bool:
    """Whether the number of packs was reckoned from other sizes or amounts, and nobody changed it."""
    packs, suggested = typed.one("packs"), typed.one(SUGGESTED)
    return packs == suggested and packs != packs_typed(sized.possible)


def _with_packs(typed: Typed, possible: int) -> Typed:
    packs = (packs_typed(possible),)
    return replace(typed, values={**typed.values, "packs": packs, SUGGESTED: packs})


def _reckoned_again(page: FormPage) -> FormPage:
    return replace(page, more={**page.more, "is_reckoned_again": True})


def _products(session: Session, actor: Actor, lot: str) -> tuple[tuple[Product, ...], str | None]:
    """What the organisation may sell packs as, and the product of the lot. Raises ``NotFoundError``."""
    own = find_held_lot(session, actor, lot)
    packed = (
        product
        for product in list_products(session, actor.organisation)
        if any(step.code == STEP for step in TEMPLATES[product.template].steps)
    )
    return tuple(packed), own.product


def _chosen(products: tuple[tuple[Product, ...], str | None], code: str | None) -> Product | None:
    """The product that was asked for, else the lot's; ``None`` where neither is ours to pack."""
    offered, uri = products
    return next((item for item in offered if (item.code == code if code else item.uri == uri)), None)


def _choose_product(products: tuple[tuple[Product, ...], str | None], lot: str) -> ResponseReturnValue:
    """Ask what the packs are to be sold as: goods of another cooperative, or a product that is not packed."""
    return render_template(
        "console/choose_product.html",
        title=_("Đóng gói thành sản phẩm nào?"),
        products=products[0],
        address=lambda product: url_for("console.pack_lots", lo=lot, sp=product.code),
        back=url_for("console.lot", lot=lot),
    )


def _size(typed: Typed) -> Sized:
    """Raises ``CommandError`` with every problem of lots and size, and what ``packs_possible`` raises."""
    found = together(lambda: {"supplies": read_supplies(typed)}, lambda: PackSizeForm().values(typed))
    said, offered = found["supplies"]
    portions, net_per_pack = (*said, *offered), found["net_per_pack"]
    possible = current().ledger.read(packs_possible, actor(), portions, net_per_pack)
    return Sized(said, offered, net_per_pack, possible)
