"""What seasons are called where money is reckoned: the season's code, its product, its place."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.tables import PLACE_OF_SEASON, PRODUCT_OF_SEASON, PlaceRow, ProductRow, SeasonRow

MAX_OFFERED = 300
_ASKED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class SeasonName:
    """A season in words."""

    lot: str
    code: str
    product: str
    product_name: str
    place_name: str
    started_on: date

    @property
    def title(self) -> str:
        """Product, place and code."""
        return f"{self.product_name}, {self.place_name} ({self.code})"


def season_names(session: Session, actor: Actor, lots: Collection[str]) -> dict[str, SeasonName]:
    """The organisation's seasons of these lots, by lot."""
    asked = sorted(lots)
    found: dict[str, SeasonName] = {}
    for at in range(0, len(asked), _ASKED_AT_ONCE):
        query = _seasons(actor).where(SeasonRow.lot.in_(asked[at : at + _ASKED_AT_ONCE]))
        found.update((row[0], SeasonName(*row)) for row in session.connection().execute(query))
    return found


def seasons_offered(session: Session, actor: Actor, *, of: str | None = None) -> tuple[SeasonName, ...]:
    """Seasons that an amount may be for: the one ``of`` a lot, or the newest 300."""
    query = _seasons(actor).order_by(SeasonRow.started_on.desc(), SeasonRow.lot).limit(MAX_OFFERED)
    if of:
        query = query.where(SeasonRow.lot == of)
    return tuple(SeasonName(*row) for row in session.execute(query))


def _seasons(actor: Actor) -> Select[str, str, str, str, str, date]:
    return (
        select(
            SeasonRow.lot, SeasonRow.code, SeasonRow.product, ProductRow.name, PlaceRow.name,
            SeasonRow.started_on,
        )
        .join(ProductRow, PRODUCT_OF_SEASON)
        .join(PlaceRow, PLACE_OF_SEASON)
        .where(SeasonRow.organisation == actor.organisation)
    )  # fmt: skip
