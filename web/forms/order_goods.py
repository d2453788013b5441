"""What can be ordered, in everyday words: a product in packs of a size, by weight, by the piece. Pure."""

from collections.abc import Iterable
from decimal import Decimal

from ledger.coop.orders.writing import PIECE
from ledger.coop.quantities import CUBIC_METRE, MADE_KEYS, unit_name, uom_of
from ledger.coop.registers.products import Product
from ledger.trace.events.flows import EACH, KILOGRAM
from ledger.trace.sectors.templates import TEMPLATES, Step, Template
from web.formats import format_net_g, format_number
from web.forms.inputs import Option
from web.forms.orders import format_goods
from web.languages import _

_PACKING = "packing"


def goods_options(products: Iterable[Product]) -> tuple[Option, ...]:
    """Every way in which each product can be ordered, the usual ones first."""
    return tuple(
        Option(
            format_goods(product.code, uom, net_g), f"{product.name}, {_way(product.template, uom, net_g)}"
        )
        for product in products
        for uom, net_g in _ways(product)
    )


def goods_amount(quantity: Decimal, uom: str, net_g: Decimal | None, template: str) -> str:
    """``50 gói (500 g)``, ``12,5 kg``, ``300 quả``: with a no-break space behind the number."""
    size = f" ({format_net_g(net_g)})" if net_g is not None else ""
    return f"{format_number(quantity)}\u00a0{unit_word(uom, template)}{size}"


def unit_word(uom: str, template: str) -> str:
    """The unit of a line as people say it."""
    match uom:
        case "EA":
            return _("gói")
        case "H87":
            piece = _piece(TEMPLATES[template])
            return _(piece) if piece else _("cái")
        case _:
            return _(unit_name(uom))


def _ways(product: Product) -> tuple[tuple[str, Decimal | None], ...]:
    sector = TEMPLATES[product.template]
    steps = {step.code: step for step in sector.steps}
    ways: list[tuple[str, Decimal | None]] = []
    if _PACKING in steps:
        if _is_weighed(steps[_PACKING]):
            ways += [(EACH, Decimal(net_g)) for net_g in product.net_options_g]
        ways.append((EACH, None))
    made = {uom_of(field) for step in sector.steps for key in MADE_KEYS if (field := step.field(key))}
    ways += [(uom, None) for uom in (KILOGRAM, CUBIC_METRE) if uom in made]
    if _piece(sector) is not None:
        ways.append((PIECE, None))
    return tuple(ways)


def _way(template: str, uom: str, net_g: Decimal | None) -> str:
    if net_g is not None:
        return _("gói %(net_g)s", net_g=format_net_g(net_g))
    return {EACH: _("gói (cỡ nào cũng được)"), KILOGRAM: _("cân kg, chưa đóng gói")}.get(
        uom, unit_word(uom, template)
    )


def _is_weighed(packing: Step) -> bool:
    field = packing.field("net_per_pack")
    return field is not None and field.unit in (None, "g")


def _piece(sector: Template) -> str | None:
    """What loose goods of the sector are counted in; ``None`` where they are weighed or measured."""
    fields = (field for step in sector.steps for key in MADE_KEYS if (field := step.field(key)))
    return next((field.unit for field in fields if uom_of(field) == EACH and field.unit), None)
