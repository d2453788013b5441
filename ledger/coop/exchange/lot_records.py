"""The record of one lot, as its holder may see it: what every export of one record is made from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.errors import NotFoundError
from ledger.coop.exchange.access_tokens import Scope, check_scope
from ledger.coop.exchange.errors import QueryTooLargeError
from ledger.coop.exchange.event_queries import Asker, SeenEvent
from ledger.coop.exchange.sight import seen_events, sees
from ledger.coop.land.plots import Plot, read_plots
from ledger.trace.bundles.history import read_history
from ledger.trace.derived.registers import find_statement, find_statements, statements_of
from ledger.trace.derived.rows import LotRow
from ledger.trace.errors import UnknownLotError
from ledger.trace.events.statements import (
    CertificateFiled,
    OrganisationRegistered,
    PlaceRegistered,
    ProductRegistered,
)
from ledger.trace.queries import find_lot
from ledger.trace.tables import TraceEvent, TraceLotEntry, lot_key

MAX_EVENTS = 5_000
_AT_ONCE = 900
_LAND = frozenset({"plot", "greenhouse", "orchard", "forest", "pond", "cage", "barn", "apiary"})
"""Kinds of places on which something grows."""


@dataclass(frozen=True, slots=True)
class LotRecord:
    """A lot, who made it, and the events of its history that the holder sees, in the order of the log.

    ``places`` are by their URIs. ``plots`` have outlines, and are there only for who may see the office's
    values; ``unmapped`` are the names of plots that nobody has drawn.
    """

    lot: LotRow
    organisation: OrganisationRegistered | None
    product: ProductRegistered | None
    places: Mapping[str, PlaceRegistered]
    certificates: tuple[CertificateFiled, ...]
    events: tuple[SeenEvent, ...]
    plots: tuple[Plot, ...] = ()
    unmapped: tuple[str, ...] = ()


def read_lot_record(session: Session, asker: Asker, name: str) -> LotRecord:
    """The record of the lot that ``name`` names.

    Raises ``ScopeError``; ``NotFoundError`` alike for what there is not and for what the holder is not told;
    ``QueryTooLargeError`` for a history of more than 5,000 events.
    """
    check_scope(asker.holder, Scope.QUERY)
    try:
        lot = find_lot(session, name)
    except UnknownLotError as error:
        raise NotFoundError("lô", name[:100]) from error
    events = _events(session, asker, lot.lot)
    if not events:
        raise NotFoundError("lô", name[:100])
    organisation = asker.holder.organisation
    registered = find_statement(session, OrganisationRegistered, organisation)
    product = None if lot.product is None else find_statement(session, ProductRegistered, lot.product)
    named = {uri for item in events for uri in _places_of(item.event)}
    places = {uri: filed.statement for uri, filed in find_statements(session, PlaceRegistered, named).items()}
    plots, unmapped = _plots(session, asker, places)
    return LotRecord(
        lot=lot,
        organisation=None if registered is None else registered.statement,
        product=None if product is None else product.statement,
        places=places,
        certificates=tuple(
            filed.statement
            for filed in statements_of(session, CertificateFiled, organisation)
            if lot.product in filed.statement.products
        ),
        events=events,
        plots=plots,
        unmapped=unmapped,
    )


def _events(session: Session, asker: Asker, lot: str) -> tuple[SeenEvent, ...]:
    entries = select(TraceLotEntry.index).where(TraceLotEntry.lot == lot_key(lot))
    own = set(session.scalars(entries))
    told = sorted({*read_history(session, lot), *own})
    seen: list[int] = []
    where = sees(session, asker.holder)
    for first in range(0, len(told), _AT_ONCE):
        asked = TraceEvent.index.in_(told[first : first + _AT_ONCE])
        seen += session.scalars(select(TraceEvent.index).where(asked, where).order_by(TraceEvent.index))
    if own.isdisjoint(seen):
        # What it is made of may be in another lot's history; of this one the holder is not told.
        return ()
    if len(seen) > MAX_EVENTS:
        raise QueryTooLargeError(f"{len(seen)} events")
    found = seen_events(session, asker.vault, asker.holder, seen)
    return tuple(SeenEvent(index, found[index]) for index in seen)


def _places_of(event: Mapping[str, Any]) -> list[str]:
    return [event[name]["id"] for name in ("bizLocation", "readPoint") if name in event]


def _plots(
    session: Session, asker: Asker, places: Mapping[str, PlaceRegistered]
) -> tuple[tuple[Plot, ...], tuple[str, ...]]:
    """The outlines of the land that the events name; coordinates are the office's to show."""
    holder = asker.holder
    land = {uri.rpartition("/")[2]: place for uri, place in places.items() if place.kind in _LAND}
    if holder.partner is not None or Scope.SEE_PRIVATE not in holder.scopes:
        return (), tuple(place.name for place in land.values())
    actor = Actor(holder.token_id, holder.organisation, None, frozenset())
    plots = read_plots(session, asker.vault, actor, sorted(land))
    drawn = {plot.code for plot in plots}
    return plots, tuple(place.name for code, place in land.items() if code not in drawn)
