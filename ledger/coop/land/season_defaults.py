"""What the fields know that the form of a new season need not ask: the plot's drawn area, its area code."""

from decimal import Decimal
from typing import Protocol

from ledger.coop.actors import Actor
from ledger.coop.desks import Desk
from ledger.coop.land.growing_areas import code_in_force
from ledger.coop.land.land_tables import PlotOutlineRow
from ledger.trace.units import format_number, local_day


class Opening(Protocol):
    """The season to be opened: codes of its product and its place."""

    @property
    def product(self) -> str:
        """The product's code."""

    @property
    def place(self) -> str:
        """The place's code."""


def season_defaults(desk: Desk, actor: Actor, opening: Opening) -> dict[str, str]:
    """The values, as typed, that hold where nobody says otherwise; a stated area beats the drawn one."""
    outline = desk.session.get(PlotOutlineRow, (actor.organisation, opening.place))
    code = code_in_force(
        desk.session, actor.organisation, opening.place, opening.product, local_day(desk.now)
    )
    return as_defaults(None if outline is None else outline.area_m2, code)


def as_defaults(area_m2: Decimal | None, area_code: str | None) -> dict[str, str]:
    """The values of a season on a plot with this drawn area, under this growing area's code. Pure."""
    said = {"area": None if area_m2 is None else format_number(area_m2), "puc": area_code}
    return {key: text for key, text in said.items() if text is not None}
