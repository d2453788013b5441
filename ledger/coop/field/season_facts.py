"""What the guards need to know of a season beyond what everyone may read, and when an interval ends.

Deaths are not public: the log holds their number only sealed, so counting heads takes the vault.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from ledger.log.records import Record, read_records
from ledger.trace.derived.projections import event_time
from ledger.trace.events.sealed import FIELDS, unseal
from ledger.trace.events.statements import PlaceRegistered, ProductRegistered
from ledger.trace.fact_queries import season_facts
from ledger.trace.facts import SeasonFacts, Treatment
from ledger.trace.sealed_fields.disclosures import read_all_disclosures
from ledger.trace.sectors.field_values import read_decimal
from ledger.trace.sectors.fields import decimal_of
from ledger.trace.sectors.templates import TEMPLATES, Step
from ledger.trace.tables import TraceEvent, TraceLotEntry, lot_key
from ledger.trace.units import local_day
from signing.vault import Vault

ABOUT_SEASON = frozenset(
    {
        "phi_block_harvest",
        "phi_elapsed",
        "withdrawal_block_release",
        "withdrawal_elapsed",
        "input_registered_for_crop",
        "requires:planting",
        "requires:planting_or_perennial_profile",
        "requires:stock_in",
        "yield_plausible",
        "lay_rate_plausible",
        "headcount_balance",
    }
)
"""Guards that ask about the season; a step without any of these spares the reading."""

_DEATHS = frozenset({"mortality"})
_INTERVALS = ("phi_days", "withdrawal_days")
TREATING = frozenset(
    step.code for sector in TEMPLATES.values() for step in sector.steps if any(map(step.field, _INTERVALS))
)


def gather_season(session: Session, vault: Vault, lot: str) -> SeasonFacts:
    """The facts about the season whose lot is ``lot``, deaths counted."""
    records = list(_records(session, lot, _DEATHS))
    opened = read_all_disclosures(session, vault, [record.index for record in records])
    dead = Decimal(0)
    for record in records:
        fields = unseal(record.body, opened.get(record.index, ())).get(FIELDS, {})
        dead += read_decimal(fields.get("heads")) or 0
    return replace(season_facts(session, lot), heads_dead=dead)


def facts_at_opening(
    step: Step, values: Mapping[str, Any], place: PlaceRegistered | None, product: ProductRegistered | None
) -> SeasonFacts:
    """The facts about a season of which there is nothing but its opening. Pure."""
    area, colonies = (decimal_of(values, key) or None for key in ("area", "colonies"))
    size, unit = (colonies, "đàn") if area is None and colonies is not None else (area, "m²")
    return SeasonFacts(
        steps_done=frozenset({step.code}),
        perennial_since=None if place is None else place.perennial_since,
        size=size if size is not None or place is None else place.area_m2,
        size_unit=unit,
        max_yield_per_unit=None if product is None else product.max_yield_kg_per_m2,
    )


def interval_end(session: Session, lot: str, day: date) -> date | None:
    """The first day on which the season may be taken from again; ``None`` if it may be on ``day``."""
    return interval_ends(session, (lot,), day).get(lot)


def interval_ends(session: Session, lots: Collection[str], day: date) -> dict[str, date]:
    """For each season in which an interval runs on ``day``: the first day on which it may be taken from."""
    return interval_ends_each(session, lots, (day,))[0]


def interval_ends_each(
    session: Session, lots: Collection[str], days: Sequence[date]
) -> tuple[dict[str, date], ...]:
    """What ``interval_ends`` says for each of ``days``, by reading the treatments once."""
    ends: tuple[dict[str, date], ...] = tuple({} for _ in days)
    for lot, treatment in _treatments(session, lots):
        for day, found in zip(days, ends, strict=True):
            if treatment.is_running(day):
                found[lot] = max(treatment.free_on, found.get(lot, treatment.free_on))
    return ends


def _treatments(session: Session, lots: Collection[str]) -> Iterator[tuple[str, Treatment]]:
    """Every spraying and medication in these seasons that stands, each with its season."""
    keys = {lot_key(lot): lot for lot in lots}
    pairs = session.execute(_about(list(keys), TREATING)).all()
    records = {item.index: item for item in read_records(session, sorted({index for index, _ in pairs}))}
    for index, key in pairs:
        record = records[index]
        fields = record.body.get(FIELDS, {})
        for name in _INTERVALS:
            days = read_decimal(fields.get(name))
            if days:
                done_on = local_day(event_time(record.body))
                yield keys[key], Treatment(str(fields.get("input", "")), done_on, int(days))


def _records(session: Session, lot: str, steps: frozenset[str]) -> tuple[Record, ...]:
    """The events of these steps about the season that stand, in the order of the log."""
    return read_records(session, [index for index, _ in session.execute(_about([lot_key(lot)], steps))])


def _about(keys: list[int], steps: frozenset[str]) -> Select[int, int]:
    """Where in the log the events of these steps about these lots are, those that stand, and about which."""
    return (
        select(TraceEvent.index, TraceLotEntry.lot)
        .join(TraceLotEntry, TraceLotEntry.index == TraceEvent.index)
        .where(TraceLotEntry.lot.in_(keys), TraceEvent.step.in_(steps))
        .where(TraceEvent.corrects.is_(None), TraceEvent.corrected_by.is_(None))
        .order_by(TraceEvent.index)
    )
