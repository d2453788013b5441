"""Stamp designs on their way from the books to paper, by the names that print jobs keep."""

from dataclasses import replace

from sqlalchemy.orm import Session

from labels.design_files import BUILT_IN, WITH_BARCODE, Design, own_design
from ledger.coop.actors import Actor
from ledger.coop.errors import NotFoundError
from ledger.coop.paper.label_designs import OwnDesign, find_design
from ledger.coop.paper.print_specs import OWN_DESIGN

SECRET_SLOT = "slot:secret"  # noqa: S105  # a place in a design
"""Where a design has it, there is a scratch code on every stamp."""
BARCODE_SLOT = "slot:barcode"
"""Where a design has it, an SSCC is printed as a bar code too."""


def open_design(session: Session, actor: Actor, name: str) -> Design:
    """The design that a print job names: a built-in one, or a version of one of the organisation's own.

    Raises ``NotFoundError``, also for what is another organisation's; ``labels.DesignError``.
    """
    if name.startswith(OWN_DESIGN):
        return as_design(find_design(session, actor, name.removeprefix(OWN_DESIGN)))
    if name not in BUILT_IN:
        raise NotFoundError("mẫu tem", name)
    return BUILT_IN[name]


def for_sscc(design: Design) -> Design:
    """What is printed where a job names ``design`` and GS1 gave its codes: a built-in one with their bars."""
    return design if design.is_own else WITH_BARCODE.get(design.name, design)


def as_design(own: OwnDesign) -> Design:
    """A version kept in the books as the room that draws wants it. Raises ``labels.DesignError``."""
    card = own.card
    design = own_design(card.name, own.html, own.css, float(card.width_mm), float(card.height_mm))
    return replace(design, title_vi=card.title_vi)


def has_secret(design: Design) -> bool:
    """Whether the design has a place for a scratch code."""
    return SECRET_SLOT in design.html


def has_barcode(design: Design) -> bool:
    """Whether the design has a place for the bar code of an SSCC."""
    return BARCODE_SLOT in design.html
