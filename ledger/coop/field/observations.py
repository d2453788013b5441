"""What a season is expected to bring and when: said at its opening, revised by observations, corrected.

The event stays the record; what the books keep of it is for lists and forecasts. The newest word counts: of
the entries that stand, the one about the latest day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.land.land_tables import ExpectationRow
from ledger.coop.tables import PLACE_OF_SEASON, PRODUCT_OF_SEASON, PlaceRow, ProductRow, SeasonRow
from ledger.log.unit import Unit
from ledger.trace.sectors.field_values import read_decimal
from ledger.trace.tables import TraceEvent

_FROM = ("new_expected_harvest", "expected_harvest_from")
_TO = ("expected_harvest_to",)
_YIELD = ("new_expected_yield", "expected_yield_kg")


@dataclass(frozen=True, slots=True)
class Expectation:
    """What was said on a day: harvest between two days (``None``: not said), so many kilograms."""

    index: int
    said_on: date
    harvest_from: date | None
    harvest_to: date | None
    yield_kg: Decimal | None


@dataclass(frozen=True, slots=True)
class ForecastLine:
    """An open season in a forecast: what it will bring, and how often that was revised."""

    lot: str
    code: str
    product: str
    place_name: str
    harvest_from: date | None
    yield_kg: Decimal | None
    revised: int


@dataclass(frozen=True, slots=True)
class ForecastMonth:
    """The seasons whose harvest begins in a month (its first day; ``None``: not said), and their sum.

    ``unsaid`` counts those of unknown yield: the sum is then too small.
    """

    month: date | None
    lines: tuple[ForecastLine, ...]

    @property
    def total_kg(self) -> Decimal:
        """The sum of what was said."""
        return sum((line.yield_kg for line in self.lines if line.yield_kg is not None), Decimal(0))

    @property
    def unsaid(self) -> int:
        """How many seasons nobody gave a yield for."""
        return sum(line.yield_kg is None for line in self.lines)


def note_expectation(
    unit: Unit, actor: Actor, index: int, lot: str, values: Mapping[str, Any], *, said_on: date
) -> None:
    """Keep what the entry at ``index`` expects of a season, and let it count if nothing newer stands."""
    if keep_expectation(unit, actor, index, lot, values, said_on=said_on):
        refresh_expectation(unit, actor, lot)


def keep_expectation(
    unit: Unit, actor: Actor, index: int, lot: str, values: Mapping[str, Any], *, said_on: date
) -> bool:
    """Keep what the entry at ``index`` expects of a season; whether it expects anything."""
    starts, ends, yield_kg = _day(values, _FROM), _day(values, _TO), _amount(values)
    if starts is None and ends is None and yield_kg is None:
        return False
    unit.session.add(
        ExpectationRow(
            index=index,
            organisation=actor.organisation,
            lot=lot,
            said_on=said_on,
            harvest_from=starts,
            harvest_to=ends,
            yield_kg=yield_kg,
        )
    )
    return True


def expected_days(values: Mapping[str, Any]) -> tuple[date | None, date | None]:
    """When a harvest is expected by what one entry says: from and to, which is left out if it is sooner."""
    starts, ends = _day(values, _FROM), _day(values, _TO)
    return starts, None if starts and ends and ends < starts else ends


def refresh_expectation(unit: Unit, actor: Actor, lot: str) -> None:
    """Put into the season's row what the entries that stand say."""
    row = unit.session.get(SeasonRow, lot)
    if row is None or row.organisation != actor.organisation:
        return
    unit.session.flush()
    standing = read_expectations(unit.session, actor, lot)
    if not standing:
        return
    newest = next((said for said in reversed(standing) if said.harvest_from is not None), None)
    ends = next((said for said in reversed(standing) if said.harvest_to is not None), None)
    row.expected_from = None if newest is None else newest.harvest_from
    row.expected_to = None if ends is None else ends.harvest_to
    if row.expected_from is not None and row.expected_to is not None and row.expected_to < row.expected_from:
        row.expected_to = None


def read_expectations(session: Session, actor: Actor, lot: str) -> tuple[Expectation, ...]:
    """What stands of what was said of a season, the oldest first."""
    rows = session.scalars(
        select(ExpectationRow)
        .join(TraceEvent, TraceEvent.index == ExpectationRow.index)
        .where(ExpectationRow.organisation == actor.organisation, ExpectationRow.lot == lot)
        .where(TraceEvent.corrected_by.is_(None), TraceEvent.corrects.is_(None))
        .order_by(ExpectationRow.said_on, ExpectationRow.index)
    )
    return tuple(
        Expectation(row.index, row.said_on, row.harvest_from, row.harvest_to, row.yield_kg) for row in rows
    )


def forecast(session: Session, actor: Actor, *, limit: int = 2000) -> tuple[ForecastMonth, ...]:
    """The open seasons by the month in which their harvest begins, those without a day last."""
    said = _newest_yields(session, actor)
    rows = session.execute(
        select(SeasonRow.lot, SeasonRow.code, ProductRow.name, PlaceRow.name, SeasonRow.expected_from)
        .join(ProductRow, PRODUCT_OF_SEASON)
        .join(PlaceRow, PLACE_OF_SEASON)
        .where(SeasonRow.organisation == actor.organisation, SeasonRow.closed_on.is_(None))
        .order_by(SeasonRow.expected_from.is_(None), SeasonRow.expected_from, SeasonRow.code)
        .limit(limit)
    )
    months: dict[date | None, list[ForecastLine]] = {}
    for lot, code, product, place, starts in rows:
        yield_kg, times = said.get(lot, (None, 0))
        line = ForecastLine(lot, code, product, place, starts, yield_kg, max(0, times - 1))
        months.setdefault(starts.replace(day=1) if starts else None, []).append(line)
    return tuple(ForecastMonth(month, tuple(lines)) for month, lines in months.items())


def _newest_yields(session: Session, actor: Actor) -> dict[str, tuple[Decimal | None, int]]:
    """For each open season the yield said last, and how many entries spoke of it."""
    rows = session.execute(
        select(ExpectationRow.lot, ExpectationRow.yield_kg)
        .join(TraceEvent, TraceEvent.index == ExpectationRow.index)
        .join(SeasonRow, SeasonRow.lot == ExpectationRow.lot)
        .where(SeasonRow.organisation == actor.organisation, SeasonRow.closed_on.is_(None))
        .where(ExpectationRow.organisation == actor.organisation)
        .where(TraceEvent.corrected_by.is_(None), TraceEvent.corrects.is_(None))
        .order_by(ExpectationRow.said_on, ExpectationRow.index)
    )
    newest: dict[str, tuple[Decimal | None, int]] = {}
    for lot, said in rows:
        known, times = newest.get(lot, (None, 0))
        newest[lot] = (known if said is None else said, times + 1)
    return newest


def _day(values: Mapping[str, Any], keys: tuple[str, ...]) -> date | None:
    said = next((values[key] for key in keys if values.get(key)), None)
    return None if said is None else date.fromisoformat(said)


def _amount(values: Mapping[str, Any]) -> Decimal | None:
    said = next((values[key] for key in _YIELD if values.get(key) is not None), None)
    return None if said is None else read_decimal(said)
