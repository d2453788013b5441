"""What the fields know that the form of a new season need not ask: the plot's drawn area, its area code."""

from typing import Protocol

from ledger.coop.actors import Actor
from ledger.coop.land.growing_areas import code_in_force
from ledger.coop.land.land_tables import PlotOutlineRow
from ledger.log.unit import Unit
from ledger.trace.units import format_number, local_day


class Opening(Protocol):
    """The season to be opened: codes of its product and its place."""

    @property
    def product(self) -> str:
        """The product's code."""

    @property
    def place(self) -> str:
        """The place's code."""


def season_defaults(unit: Unit, actor: Actor, opening: Opening) -> dict[str, str]:
    """The values, as typed, that hold where nobody says otherwise; a stated area beats the drawn one."""
    found = {}
    outline = unit.session.get(PlotOutlineRow, (actor.organisation, opening.place))
    if outline is not None:
        found["area"] = format_number(outline.area_m2)
    code = code_in_force(
        unit.session, actor.organisation, opening.place, opening.product, local_day(unit.now)
    )
    if code is not None:
        found["puc"] = code
    return found
