"""Packing, in two screens: from which lots into what size, then how many packs. Only the second writes."""

from dataclasses import dataclass, replace
from decimal import Decimal

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.coop.actors import WORKSHOP, Actor
from ledger.coop.errors import CoopError
from ledger.coop.lots import find_held_lot
from ledger.coop.packing import STEP, pack, packs_possible
from ledger.coop.processing import Portion
from ledger.coop.products import Product, list_products
from ledger.trace.errors import TraceError
from ledger.trace.templates import TEMPLATES, Step, template
from ledger.trace.units import format_number
from web.console.blueprint import console
from web.console.choices import step_options
from web.console.lot_paths import lot_asked_for
from web.console.pages import FormPage, answer_form, read_form, show_form
from web.console.processing import lines_to_take
from web.console.session import actor, check_role
from web.formats import format_net_g
from web.forms.inputs import Input, InputKind, Option
from web.forms.lots import INPUTS, LotLine, fill_lines, read_portions
from web.forms.processing import OTHER_NET, PackForm, PackSizeForm, together
from web.forms.typed import Typed
from web.state import current

STAGE, COUNTING = "stage", "counting"
"""The hidden field that the second screen sends, and what it says."""


@dataclass(frozen=True, slots=True)
class Sized:
    """The first screen's answers: what is taken, how much goes into a pack, how many packs that makes."""

    inputs: tuple[Portion, ...]
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
    step = template(product.template).step(STEP)
    lines = state.ledger.read(lines_to_take, actor(), lot)
    if request.method != "POST":
        return show_form(_sizing_page(product, step, lot, lines))
    lines = fill_lines(lines, Typed.of(request.form.lists()))
    sizing = _sizing_page(product, step, lot, lines)
    typed = read_form(sizing)
    try:
        sized = _size(typed)
    except (CoopError, TraceError) as error:
        return show_form(sizing, typed, error)
    form = PackForm(step)
    counting = _counting_page(form, product, lines, typed, sized)
    if typed.one(STAGE) != COUNTING:
        return show_form(counting)
    return answer_form(
        counting,
        lambda sent: form.parse(
            sent, product=product.code, inputs=sized.inputs, net_per_pack=sized.net_per_pack
        ),
        pack,
        lambda packed: url_for("console.entry", index=packed.index, moi=1),
    )


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
        title="Đóng gói thành sản phẩm nào?",
        products=products[0],
        address=lambda product: url_for("console.pack_lots", lo=lot, sp=product.code),
        back=url_for("console.lot", lot=lot),
    )


def _size(typed: Typed) -> Sized:
    """Raises ``CommandError`` with every problem of the first screen, and what ``packs_possible`` raises."""
    found = together(lambda: {"inputs": read_portions(typed)}, lambda: PackSizeForm().values(typed))
    possible = current().ledger.read(packs_possible, actor(), found["inputs"], found["net_per_pack"])
    return Sized(found["inputs"], found["net_per_pack"], possible)


def _sizing_page(product: Product, step: Step, lot: str, lines: tuple[LotLine, ...]) -> FormPage:
    sizes = _sizes(product, step)
    asked = PackSizeForm().inputs(
        {"net": (*sizes, Option(OTHER_NET, "Cỡ khác"))}, {"net": sizes[0].value if sizes else OTHER_NET}
    )
    return FormPage(
        f"Đóng gói {product.name}",
        (Input(INPUTS, "Lấy từ lô nào", InputKind.LOTS), *asked),
        "Tiếp tục",
        url_for("console.lot", lot=lot),
        template="console/pack_sizes.html",
        more={"lines": lines, "unit": _unit(step), "lot": lot},
    )


def _counting_page(
    form: PackForm, product: Product, lines: tuple[LotLine, ...], typed: Typed, sized: Sized
) -> FormPage:
    state, step = current(), form.step
    options = dict(state.ledger.read(step_options, state.ledger.vault, actor()))
    kinds = step.field("pack_type") if step is not None else None
    options["pack_type"] = tuple(Option(kind.code, kind.vi) for kind in kinds.options) if kinds else ()
    defaults = {
        "packed_on": state.today.isoformat(),
        "packs": format_number(Decimal(sized.possible)),
        "pack_type": options["pack_type"][0].value if options["pack_type"] else "",
    }
    return FormPage(
        f"Đóng gói {product.name}",
        tuple(_with_shelf_life(item, product) for item in form.inputs(options, defaults)),
        "Ghi đóng gói",
        url_for("console.goods"),
        template="console/pack_counts.html",
        more={
            "taken": [line for line in lines if line.taken],
            "sized": sized,
            "net_text": _size_text(sized.net_per_pack, _unit(step)),
            "net": (typed.one("net"), typed.one("net_other")),
        },
    )


def _with_shelf_life(item: Input, product: Product) -> Input:
    """The use-by date is left to the product's shelf life, for the day of packing may still be changed."""
    if item.name != "expires_on" or product.shelf_life_days is None:
        return item
    said = f"Để trống thì máy tính: ngày đóng gói cộng {product.shelf_life_days} ngày."
    return replace(item, help=said, needed="")


def _sizes(product: Product, step: Step) -> tuple[Option, ...]:
    """The sizes on offer: the product's in grams, or the template's in pieces."""
    if _unit(step) == "g":
        return tuple(Option(str(net_g), format_net_g(net_g)) for net_g in product.net_options_g)
    counts = template(product.template).label_defaults.net_options_count
    return tuple(Option(str(count), f"{count} {_unit(step)}") for count in counts)


def _unit(step: Step | None) -> str:
    field = step.field("net_per_pack") if step is not None else None
    return (field.unit if field is not None else None) or "g"


def _size_text(net: Decimal, unit: str) -> str:
    if unit == "g" and net == net.to_integral_value():
        return format_net_g(int(net))
    return f"{format_number(net)} {unit}"
