"""Which lots a hold reaches: the lot it names, and all that is made of it, also what is made meanwhile."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.holds.hold_tables import HoldRow
from ledger.trace.derived.store import NO_SIZE, lots_made_of
from ledger.trace.fact_queries import lot_facts
from ledger.trace.facts import LotFacts
from ledger.trace.units import local_day

MAX_STANDING = 200
"""Holds of one organisation at a time."""


def held_since(session: Session, organisation: str, lots: Iterable[str]) -> dict[str, date]:
    """Those of the lots that the organisation holds back, each with the day since when.

    Cost: one look-up where nothing is held, else one walk for each hold.
    """
    asked = frozenset(lots)
    rows = session.execute(
        select(HoldRow.lot, HoldRow.placed_at)
        .where(HoldRow.organisation == organisation, HoldRow.lifted_at.is_(None))
        .order_by(HoldRow.placed_at)
        .limit(MAX_STANDING)
    ).all()
    found: dict[str, date] = {}
    for lot, placed_at in rows:
        for reached in asked.intersection((lot, *lots_made_of(session, lot, NO_SIZE))):
            found.setdefault(reached, local_day(placed_at))
    return found


def facts_of_lots(
    session: Session, organisation: str, taken: Mapping[str, Decimal | None]
) -> tuple[LotFacts, ...]:
    """What guards ask about lots that are taken from: what the log says, and whether the books hold them."""
    facts = lot_facts(session, organisation, taken)
    held = held_since(session, organisation, taken)
    if not held:
        return facts
    return tuple(replace(fact, held_on=held.get(lot)) for lot, fact in zip(taken, facts, strict=True))
