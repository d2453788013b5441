"""One season as its page shows it. What is another organisation's is not found."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.errors import NotFoundError
from ledger.coop.field.season_facts import interval_end
from ledger.coop.queries import EntryCard, SeasonCard, recent_entries
from ledger.coop.registers.places import find_place
from ledger.coop.registers.products import find_product
from ledger.coop.tables import SeasonRow
from ledger.trace.identifiers import lot_code_of
from ledger.trace.sectors.templates import Template, template


@dataclass(frozen=True, slots=True)
class SeasonPage:
    """A season with its template and what was recorded last; ``closed_on`` once it is over.

    ``product`` is its product's code.
    """

    card: SeasonCard
    template: Template
    closed_on: date | None
    entries: tuple[EntryCard, ...]
    product: str


def read_season(session: Session, actor: Actor, season: str, today: date) -> SeasonPage:
    """The season. Raises ``NotFoundError``."""
    row = session.get(SeasonRow, season)
    if row is None or row.organisation != actor.organisation:
        raise NotFoundError("vụ", lot_code_of(season))
    product = find_product(session, actor.organisation, row.product)
    place = find_place(session, actor.organisation, row.place)
    card = SeasonCard(
        lot=season,
        code=row.code,
        product=product.name,
        template=product.template,
        place=place.code,
        place_name=place.name,
        started_on=row.started_on,
        days_since_start=(today - row.started_on).days,
        days_to_harvest=(row.expected_from - today).days if row.expected_from else None,
        interval_ends_on=interval_end(session, season, today),
    )
    entries = recent_entries(session, actor, lot=season, limit=20)
    return SeasonPage(card, template(product.template), row.closed_on, entries, product.code)
