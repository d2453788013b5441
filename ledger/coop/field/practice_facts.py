"""What the guards judge a practice season by: as ``season_facts``, from entries that are in no log. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ledger.coop.quantities import made_by
from ledger.trace.facts import SeasonFacts, Taking, Treatment
from ledger.trace.sectors.fields import decimal_of
from ledger.trace.sectors.templates import Template


@dataclass(frozen=True, slots=True)
class PracticeEntry:
    """A step recorded for practice: its checked values, when it was done and when it was written down."""

    id: str
    step: str
    done_on: date
    recorded_at: datetime
    values: Mapping[str, Any]


def practice_facts(
    sector: Template,
    entries: Iterable[PracticeEntry],
    *,
    size: Decimal | None,
    perennial_since: date | None,
    max_yield_per_unit: Decimal | None,
) -> SeasonFacts:
    """The facts of a practice season on a place of ``size`` m² with a product of this highest yield."""
    known = tuple(entries)
    taken = [entry for entry in known if sector.step(entry.step).level == "creates_batch"]
    made = [amount for entry in taken if (amount := made_by(sector.step(entry.step), entry.values))]
    return SeasonFacts(
        steps_done=frozenset(entry.step for entry in known),
        perennial_since=perennial_since,
        sprays=_treatments(known, "phi_days"),
        medicines=_treatments(known, "withdrawal_days"),
        takings=tuple(Taking("tập ghi", entry.done_on) for entry in taken),
        size=size,
        taken=sum((amount.quantity for amount in made), Decimal(0)),
        max_yield_per_unit=max_yield_per_unit,
        heads_in=_heads(entry for entry in known if entry.step == "stock_in"),
        heads_dead=_heads(entry for entry in known if entry.step == "mortality"),
        heads_out=_heads(taken),
    )


def _treatments(entries: Iterable[PracticeEntry], key: str) -> tuple[Treatment, ...]:
    found = []
    for entry in entries:
        days = decimal_of(entry.values, key)
        if days is not None:
            name = str(entry.values.get("input") or entry.values.get("active_ingredient") or "chưa rõ tên")
            found.append(Treatment(name, entry.done_on, int(days)))
    return tuple(found)


def _heads(entries: Iterable[PracticeEntry]) -> Decimal:
    return sum((decimal_of(entry.values, "heads") or Decimal(0) for entry in entries), Decimal(0))
