"""What seasons are called where money is reckoned: the season's code, its product, its place."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.tables import PlaceRow, ProductRow, SeasonRow

MAX_OFFERED = 300


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
    rows = _read(session, actor, SeasonRow.lot.in_(sorted(lots))) if lots else ()
    return {name.lot: name for name in rows}


def seasons_offered(session: Session, actor: Actor, *, of: str | None = None) -> tuple[SeasonName, ...]:
    """Seasons that an amount may be for: the one ``of`` a lot, or the newest 300."""
    return _read(session, actor, SeasonRow.lot == of if of else None)


def _read(session: Session, actor: Actor, only: object) -> tuple[SeasonName, ...]:
    query = (
        select(SeasonRow, ProductRow.name, PlaceRow.name)
        .join(
            ProductRow,
            (ProductRow.organisation == SeasonRow.organisation) & (ProductRow.code == SeasonRow.product),
        )
        .join(
            PlaceRow, (PlaceRow.organisation == SeasonRow.organisation) & (PlaceRow.code == SeasonRow.place)
        )
        .where(SeasonRow.organisation == actor.organisation)
        .order_by(SeasonRow.started_on.desc(), SeasonRow.lot)
        .limit(MAX_OFFERED)
    )
    if only is not None:
        query = query.where(only)  # type: ignore[arg-type]  # a column condition
    return tuple(
        SeasonName(row.lot, row.code, row.product, product, place, row.started_on)
        for row, product, place in session.execute(query)
    )
