"""The questions how labels of cartons go on paper: as with stamps, but larger."""

from dataclasses import replace

from sqlalchemy.orm import Session

from labels.design_files import BUILT_IN
from labels.errors import PaperError
from ledger.coop.actors import Actor
from ledger.coop.paper.carton_codes import CartonKind
from ledger.coop.paper.cartons import CARTON_SPEC, PALLET_SPEC
from ledger.coop.paper.label_designs import list_designs
from ledger.coop.paper.print_specs import PrintSpec
from ledger.coop.paper.printers import Printer
from web.console.session import actor
from web.console.stamps.print_options import Printing, read_printing
from web.forms.inputs import Input, Option
from web.forms.print_options import NO_PRINTER
from web.languages import _
from web.paper.print_layouts import paper_of
from web.state import current

SPECS = {CartonKind.CARTON: CARTON_SPEC, CartonKind.PALLET: PALLET_SPEC}
LARGE = ("carton_100x70", "pallet_148x105", "crate_100x70")
"""Designs that come with the program and are read from a step away."""


def read_carton_printing(kind: CartonKind) -> Printing:
    """The questions for whoever is signed in; the first printer whose paper is large enough is chosen."""
    printing, spec = read_printing(), SPECS[kind]
    design = BUILT_IN[spec.design]
    fitting = next(
        (item for item in printing.printers if _holds(item, design.width_mm, design.height_mm)), None
    )
    designs = current().ledger.read(_designs, actor(), spec)
    inputs = tuple(_asked(item, spec, designs, fitting) for item in printing.inputs)
    return replace(printing, inputs=inputs)


def _asked(item: Input, spec: PrintSpec, designs: tuple[Option, ...], fitting: Printer | None) -> Input:
    match item.name:
        case "design":
            return replace(item, options=designs, values=(spec.design,))
        case "printer":
            return replace(item, required=True, values=(NO_PRINTER if fitting is None else fitting.id,))
        case "paper":
            return replace(item, values=(spec.paper,))
        case "file":
            return replace(item, values=(spec.file,))
        case _:
            return item


def _designs(session: Session, actor: Actor, spec: PrintSpec) -> tuple[Option, ...]:
    built_in = sorted((BUILT_IN[name] for name in LARGE), key=lambda design: design.name != spec.design)
    own = list_designs(session, actor)
    return (
        *(Option(design.name, _(design.title_vi)) for design in built_in),
        *(
            Option(card.spec_name, card.title_vi, _("Mẫu riêng, bản %(version)s", version=card.version))
            for card in own
        ),
    )


def _holds(printer: Printer, width_mm: float, height_mm: float) -> bool:
    try:
        paper = paper_of(printer.spec)
    except PaperError:
        return False
    return paper.cell_width_mm >= width_mm and paper.cell_height_mm >= height_mm
