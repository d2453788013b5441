"""The packing screen: what it asks, and the answers that are in it before anybody types."""

from dataclasses import dataclass, replace
from decimal import Decimal

from flask import url_for

from ledger.coop.errors import CoopError
from ledger.coop.goods.packing import packs_possible
from ledger.coop.registers.products import Product
from ledger.trace.errors import TraceError
from ledger.trace.sectors.templates import Step, template
from web.console.choices import step_options
from web.console.pages import FormPage
from web.console.session import actor
from web.console.stamps.label_gaps import gaps_of_product
from web.console.stamps.print_options import Printing
from web.formats import format_net_g, type_number
from web.forms.inputs import Input, InputKind, Option
from web.forms.lots import INPUTS, LotLine
from web.forms.processing import OTHER_NET, PackForm, PackSizeForm
from web.languages import _
from web.state import current

SUGGESTED = "suggested"
"""The hidden field that tells a number of packs that was reckoned here from one that somebody counted."""
FIRST = (INPUTS, "net", "net_other", "packs")
"""What is asked in sight, besides photos and what must be answered; the rest waits behind one line."""


@dataclass(frozen=True, slots=True)
class Packing:
    """What is being packed into what, and how the stamps will be printed (``None``: not by this person)."""

    product: Product
    step: Step
    lot: str
    printing: Printing | None

    @property
    def unit(self) -> str:
        """What the size of a pack is counted in: ``g``, ``quả``, ``cành``, ``m3``."""
        field = self.step.field("net_per_pack")
        return (field.unit if field is not None else None) or "g"


def packing_page(packing: Packing, lines: tuple[LotLine, ...]) -> FormPage:
    """The screen with the answers that fit most days: all of the lot, its product's first size."""
    sizes = _sizes(packing)
    size, possible = _first_size(lines, sizes)
    asked = PackSizeForm().inputs({"net": (*sizes, Option(OTHER_NET, _("Cỡ khác")))}, {"net": size})
    inputs = (
        Input(INPUTS, _("Lấy từ lô nào"), InputKind.LOTS),
        *asked,
        *_counting(packing, packs_typed(possible)),
        *(packing.printing.inputs if packing.printing is not None else ()),
    )
    return FormPage(
        _("Đóng gói %(name)s", name=packing.product.name),
        inputs,
        _("Đóng gói và in tem") if packing.printing is not None else _("Ghi đóng gói"),
        url_for("console.lot", lot=packing.lot) if packing.lot else url_for("console.goods"),
        template="console/goods/pack.html",
        more={
            "lines": lines,
            "unit": packing.unit,
            "lot": packing.lot,
            "printing": packing.printing,
            "suggested": packs_typed(possible),
            "first": FIRST,
            "is_reckoned_again": False,
            "asked_line": next((line for line in lines if line.lot == packing.lot and line.is_all), None),
            "gaps": gaps_of_product(packing.product) if packing.printing is not None else None,
        },
    )


def _counting(packing: Packing, packs: str) -> tuple[Input, ...]:
    """The questions about the packs, with the answers that fit most days."""
    state = current()
    options = dict(state.ledger.read(step_options, state.ledger.vault, actor()))
    kinds = packing.step.field("pack_type")
    options["pack_type"] = tuple(Option(kind.code, _(kind.vi)) for kind in kinds.options) if kinds else ()
    defaults = {
        "packed_on": state.today.isoformat(),
        "packs": packs,
        "pack_type": options["pack_type"][0].value if options["pack_type"] else "",
    }
    asked: tuple[Input, ...] = PackForm(packing.step).inputs(options, defaults)
    return tuple(_with_shelf_life(item, packing.product) for item in asked)


def _with_shelf_life(item: Input, product: Product) -> Input:
    """The use-by date is left to the product's shelf life, for the day of packing may still be changed."""
    if item.name != "expires_on" or product.shelf_life_days is None:
        return item
    said = _(
        "Để trống thì máy tính: ngày đóng gói cộng %(shelf_life_days)s ngày.",
        shelf_life_days=product.shelf_life_days,
    )
    return replace(item, help=said, needed="")


def _first_size(lines: tuple[LotLine, ...], sizes: tuple[Option, ...]) -> tuple[str, int]:
    """The first size that what is taken fills a pack of, and how many; another size where none is offered."""
    taken = tuple((line.lot, line.left) for line in lines if line.is_all)
    if not taken or not sizes:
        return (sizes[0].value if sizes else OTHER_NET), 0
    for size in sizes:
        try:
            possible = current().ledger.read(packs_possible, actor(), taken, Decimal(size.value))
        except (TraceError, CoopError):
            break
        if possible:
            return size.value, possible
    return sizes[0].value, 0


def _sizes(packing: Packing) -> tuple[Option, ...]:
    """The sizes on offer: the product's in grams, or the template's in pieces."""
    if packing.unit == "g":
        return tuple(Option(str(net_g), format_net_g(net_g)) for net_g in packing.product.net_options_g)
    counts = template(packing.product.template).label_defaults.net_options_count
    return tuple(Option(str(count), f"{count} {packing.unit}") for count in counts)


def packs_typed(possible: int) -> str:
    """A number of packs as one would type it; nothing where not one pack can be filled."""
    return type_number(Decimal(possible)) if possible else ""
