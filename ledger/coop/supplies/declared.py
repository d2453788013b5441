"""What the books know of an input beyond what a diary step says: its ingredient, and the crops on its label.

Guards ask for it as facts; they never look in the books themselves.
"""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.supplies.catalogue import supply_of
from ledger.coop.supplies.tables import SupplyRow
from ledger.coop.supplies.uses import find_named, input_named
from ledger.coop.tables import SeasonRow
from ledger.trace.facts import Facts
from ledger.trace.sectors.templates import Step

_REGISTERED = "input_registered_for_crop"
_ABOUT_INGREDIENT = frozenset({"input_not_banned", "ingredient_listed", "phi_looks_short"})


def know_supply(session: Session, organisation: str, step: Step, facts: Facts, season: str) -> Facts:
    """``facts`` with what the stock says of the input that the step names.

    ``season`` is the season that the step is about; a step without such a guard spares the reading.
    """
    name = input_named(step, facts.values)
    if name is None:
        return facts
    if not _ABOUT_INGREDIENT.isdisjoint(step.guards):
        found = find_named(session, organisation, name)
        if found is not None and found.active_ingredient:
            facts = replace(facts, known_ingredient=found.active_ingredient)
    if _REGISTERED in step.guards and facts.season is not None:
        declared = declared_inputs(session, organisation, season)
        facts = replace(facts, season=replace(facts.season, registered_inputs=declared))
    return facts


def declared_inputs(session: Session, organisation: str, season: str) -> frozenset[str] | None:
    """The names of the pesticides declared for the crop of a season; ``None`` where none was declared."""
    product = session.scalar(
        select(SeasonRow.product).where(SeasonRow.lot == season, SeasonRow.organisation == organisation)
    )
    rows = session.scalars(
        select(SupplyRow).where(
            SupplyRow.organisation == organisation, SupplyRow.kind == "pesticide", SupplyRow.products != ""
        )
    )
    names = frozenset(row.name for row in rows if product in supply_of(row).products)
    return names or None
