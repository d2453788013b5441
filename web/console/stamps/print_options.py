"""The questions how stamps go on paper, with what this cooperative has: its printers, papers and designs."""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from labels import BUILT_IN, STOCKS, Design, LabelError, PaperError
from ledger.coop.actors import Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import CommandError, NotFoundError
from ledger.coop.paper.label_designs import list_designs
from ledger.coop.paper.print_specs import PrintSpec, check_spec
from ledger.coop.paper.printers import Printer, list_printers
from web.console.session import actor
from web.forms.inputs import Input, Option
from web.forms.print_options import FITTING, NO_PRINTER, PrintOptionsForm, options_of, problem_of
from web.forms.typed import Typed
from web.languages import _
from web.paper.label_designs import has_secret, open_design
from web.paper.print_layouts import fitting_paper, layout_of
from web.state import current

NOT_FOR_PACKS = ("carton_", "pallet_")
"""Designs of what holds packs: their labels are ordered with their own codes."""


@dataclass(frozen=True, slots=True)
class Printing:
    """The questions, already answered as this cooperative prints, and what its saved printers answer for."""

    inputs: tuple[Input, ...]
    printers: tuple[Printer, ...]

    @property
    def names(self) -> frozenset[str]:
        """What the questions are called."""
        return frozenset(item.name for item in self.inputs)

    def parse(self, typed: Typed) -> PrintSpec:
        """The spec that the answers make. Raises ``CommandError``, ``NotFoundError`` (printer, design)."""
        spec = PrintOptionsForm().spec(typed, self._on_printer)
        checks = Checks()
        check_spec(checks, spec)
        checks.finish()
        design = current().ledger.read(open_design, actor(), spec.design)
        spec = replace(spec, paper=_paper(spec, design), has_secret=has_secret(design))
        _check_layout(spec, design)
        return spec

    def _on_printer(self, printer_id: str, spec: PrintSpec) -> PrintSpec:
        for printer in self.printers:
            if printer.id == printer_id:
                return printer.fits(spec)
        raise NotFoundError(_("máy in"), printer_id)


def read_printing() -> Printing:
    """The questions for whoever is signed in, answered as the cooperative's first printer prints."""
    return current().ledger.read(_read, actor())


def _read(session: Session, actor: Actor) -> Printing:
    printers = list_printers(session, actor)
    default = next((printer for printer in printers if printer.is_default), None)
    answers = options_of(PrintSpec() if default is None else default.spec)
    answers |= {"paper": FITTING, "printer": NO_PRINTER if default is None else default.id}
    options = {
        "design": _designs(session, actor),
        "printer": (
            *(Option(printer.id, printer.name) for printer in printers),
            Option(NO_PRINTER, _("Máy khác"), _("Chọn giấy và loại tệp bên dưới")),
        ),
        "paper": (
            Option(FITTING, _("Giấy tự cắt hoặc cuộn, vừa mẫu tem")),
            *(Option(stock.name, _(stock.title_vi)) for stock in STOCKS.values()),
        ),
    }
    inputs = PrintOptionsForm().inputs(options, answers)
    return Printing(tuple(item for item in inputs if printers or item.name != "printer"), printers)


def _paper(spec: PrintSpec, design: Design) -> str:
    """The name of the paper that was chosen, or that fits. Raises ``CommandError`` where none does."""
    if spec.paper != FITTING:
        return spec.paper
    try:
        return fitting_paper(design, spec.file)
    except PaperError as error:
        raise CommandError(problem_of(error)) from error


def _check_layout(spec: PrintSpec, design: Design) -> None:
    """Raises ``CommandError`` where paper, file, design and cells do not go together."""
    try:
        layout_of(spec, design)
    except LabelError as error:
        raise CommandError(problem_of(error)) from error


def _designs(session: Session, actor: Actor) -> tuple[Option, ...]:
    built_in = (design for design in BUILT_IN.values() if not design.name.startswith(NOT_FOR_PACKS))
    own = list_designs(session, actor)
    return (
        *(Option(design.name, _(design.title_vi)) for design in built_in),
        *(
            Option(card.spec_name, card.title_vi, _("Mẫu riêng, bản %(version)s", version=card.version))
            for card in own
        ),
    )
