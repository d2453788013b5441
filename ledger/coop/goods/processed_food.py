"""Whether a lot is processed food: its label then names the ingredients (Decree 37/2026, Annex I.2.d).

The Law on Food Safety 55/2010/QH12, Art. 2, tells processing (clause 4) from preparing fresh food (clause
19): sorting, cutting, slaughtering, chilling, filtering and packing leave the food fresh.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.trace.genealogy import Genealogy
from ledger.trace.sectors.templates import Template
from ledger.trace.tables import LotKind, TraceEvent, TraceLotEntry, lot_key

PROCESSING_STEPS = frozenset(
    {"cut_dry", "drying", "mix_steam", "mixing", "salting", "soak_grind", "steaming"}
)
"""Steps of any template that make another food of what goes into them."""
NOT_FOOD = frozenset({"crop.flower", "forestry"})
"""Sectors whose goods nobody eats."""
LOTS_AT_ONCE = 500


def is_food(sector: Template) -> bool:
    """Whether what the sector packs is food."""
    return sector.sector not in NOT_FOOD


def is_processed(session: Session, sector: Template, genealogy: Genealogy) -> bool:
    """Whether a standing step processed the lot or anything in it, or no lot of its sector goes without.

    Cost: one index look-up for each lot of the genealogy that is not a season.
    """
    if PROCESSING_STEPS & set(sector.minimal_steps):
        return True
    keys = [lot_key(node.lot) for node in genealogy.lots if node.kind != LotKind.SEASON]
    return any(
        _has_processing(session, keys[start : start + LOTS_AT_ONCE])
        for start in range(0, len(keys), LOTS_AT_ONCE)
    )


def _has_processing(session: Session, keys: list[int]) -> bool:
    found = session.scalar(
        select(TraceEvent.index)
        .join(TraceLotEntry, TraceLotEntry.index == TraceEvent.index)
        .where(TraceLotEntry.lot.in_(keys), TraceEvent.step.in_(PROCESSING_STEPS))
        .where(TraceEvent.corrects.is_(None), TraceEvent.corrected_by.is_(None))
        .limit(1)
    )
    return found is not None
