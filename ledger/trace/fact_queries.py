"""What guards judge by, read from the log: facts about a season and about the lots a step takes from.

The tables only say which entries to read; the values come from the entries. Events that were corrected do not
count, nor do the declarations that took them back.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.log.queries import read_entries
from ledger.log.tables import LogEntry
from ledger.trace.derived.projections import event_time
from ledger.trace.derived.reaching import Reaching
from ledger.trace.derived.registers import find_statement
from ledger.trace.derived.rows import LotRow
from ledger.trace.derived.stock import read_holdings
from ledger.trace.derived.store import read_lots
from ledger.trace.events.parsing import Parsed, parse_known
from ledger.trace.events.statements import PlaceRegistered, ProductRegistered
from ledger.trace.facts import FailedTest, LotFacts, SeasonFacts, Taking, Treatment
from ledger.trace.identifiers import lot_code_of
from ledger.trace.sectors.field_values import read_decimal
from ledger.trace.tables import TraceEvent, TraceLotEntry, lot_key
from ledger.trace.units import local_day

# Laboratories say pass or fail, quick tests positive or negative.
RELEASE = "quality_release"
"""The step by which a manager lets a lot go on in spite of a failed test, for a public reason."""
_FAILED, _PASSED = frozenset({"fail", "pos"}), frozenset({"pass", "neg"})
_TESTS = Reaching.back("""
SELECT DISTINCT m."index" FROM reached r
JOIN trace_lot_entry m ON m.lot = r.lot
JOIN trace_event t ON t."index" = m."index"
WHERE t.biz_step = 'inspecting' AND t.corrects IS NULL AND t.corrected_by IS NULL
""")


def season_facts(session: Session, season: str) -> SeasonFacts:
    """What is known of a season so far; everything empty for one that nothing was written about."""
    events = _standing_events(session, season)
    row = read_lots(session, (season,)).get(season)
    opening = next((item for item in events if item.flow and season in _made(item)), None)
    place = _place(session, opening)
    size, size_unit = _size(opening, place)
    takings = [item for item in events if item.flow and season in {used.lot for used in item.flow.inputs}]
    return SeasonFacts(
        steps_done=frozenset(step for item in events if (step := item.record.body.get("sogoc:step"))),
        perennial_since=None if place is None else place.perennial_since,
        sprays=_treatments(events, "phi_days"),
        medicines=_treatments(events, "withdrawal_days"),
        takings=tuple(taking for item in takings for taking in _takings(item)),
        size=size,
        size_unit=size_unit,
        taken=sum((_quantity(item) for item in takings), Decimal(0)),
        max_yield_per_unit=_max_yield(session, row),
        heads_in=_heads(events, "stock_in"),
        heads_dead=_heads(events, "mortality"),
        heads_out=sum((_number(item, "heads") for item in takings), Decimal(0)),
    )


def lot_facts(session: Session, chain_id: str, taken: Mapping[str, Decimal | None]) -> tuple[LotFacts, ...]:
    """What is known of each lot, and how much a step takes of it, in the lot's own unit.

    ``chain_id`` is the organisation whose stock is asked about. Of a lot whose quantity nobody ever stated as
    much is available as is taken. Lots that are not known have nothing. Tests of what a lot is made of count
    as its own.
    """
    rows = read_lots(session, taken)
    holdings = read_holdings(session, chain_id, rows.values())
    recalled = _recall_days(session, rows.values())
    facts = []
    for lot, quantity in taken.items():
        row, wanted = rows.get(lot), quantity or Decimal(0)
        if row is None:
            facts.append(LotFacts(code=lot_code_of(lot), taken=wanted))
            continue
        left = holdings[lot].quantity
        facts.append(
            LotFacts(
                code=lot_code_of(lot),
                available=wanted if left is None else left,
                taken=wanted,
                recalled_on=recalled.get(lot),
                expires_on=row.expires_on,
                failed_tests=_failed_tests(session, lot),
                is_sealed=row.sealed_index is not None,
            )
        )
    return tuple(facts)


def _standing_events(session: Session, lot: str) -> tuple[Parsed, ...]:
    indexes = session.scalars(
        select(TraceEvent.index)
        .join(TraceLotEntry, TraceLotEntry.index == TraceEvent.index)
        .where(TraceLotEntry.lot == lot_key(lot))
        .where(TraceEvent.corrects.is_(None), TraceEvent.corrected_by.is_(None))
    ).all()
    return _read(session, indexes)


def _read(session: Session, indexes: Sequence[int]) -> tuple[Parsed, ...]:
    return parse_known({stored.index: stored.entry for stored in read_entries(session, indexes)})


def _done_on(item: Parsed) -> date:
    return local_day(event_time(item.record.body))


def _number(item: Parsed, key: str) -> Decimal:
    return read_decimal(item.record.body.get("sogoc:fields", {}).get(key)) or Decimal(0)


def _made(item: Parsed) -> tuple[str, ...]:
    return () if item.flow is None else tuple(amount.lot for amount in item.flow.outputs)


def _takings(item: Parsed) -> Iterator[Taking]:
    for amount in () if item.flow is None else item.flow.outputs:
        yield Taking(lot_code_of(amount.lot), _done_on(item), amount.quantity or Decimal(0))


def _quantity(item: Parsed) -> Decimal:
    amounts = () if item.flow is None else item.flow.outputs
    return sum((amount.quantity or Decimal(0) for amount in amounts), Decimal(0))


def _size(opening: Parsed | None, place: PlaceRegistered | None) -> tuple[Decimal | None, str]:
    """The season's area or number of colonies, as its opening says; or else the area of its place."""
    if opening is not None:
        for key, unit in (("area", "m²"), ("colonies", "đàn")):
            if size := _number(opening, key):
                return size, unit
    return None if place is None else place.area_m2, "m²"


def _heads(events: Iterable[Parsed], step: str) -> Decimal:
    counted = (_number(item, "heads") for item in events if item.record.body.get("sogoc:step") == step)
    return sum(counted, Decimal(0))


def _treatments(events: Iterable[Parsed], key: str) -> tuple[Treatment, ...]:
    found = []
    for item in events:
        fields = item.record.body.get("sogoc:fields", {})
        days = read_decimal(fields.get(key))
        if days is not None:
            name = str(fields.get("input") or fields.get("active_ingredient") or "chưa rõ tên")
            found.append(Treatment(name, _done_on(item), int(days)))
    return tuple(found)


def _place(session: Session, opening: Parsed | None) -> PlaceRegistered | None:
    """The place of the season, as it was registered."""
    body = {} if opening is None else opening.record.body
    place = body.get("bizLocation", body.get("readPoint", {})).get("id")
    filed = None if place is None else find_statement(session, PlaceRegistered, place)
    return None if filed is None else filed.statement


def _max_yield(session: Session, row: LotRow | None) -> Decimal | None:
    product = None if row is None else row.product
    filed = None if product is None else find_statement(session, ProductRegistered, product)
    return None if filed is None else filed.statement.max_yield_kg_per_m2


def _recall_days(session: Session, rows: Iterable[LotRow]) -> dict[str, date]:
    lots: dict[int, list[str]] = {}
    for row in rows:
        if row.recalled_index is not None:
            lots.setdefault(row.recalled_index, []).append(row.lot)
    found = session.execute(
        select(LogEntry.index, LogEntry.recorded_at).where(LogEntry.index.in_(list(lots)))
    )
    return {lot: local_day(recorded_at) for index, recorded_at in found for lot in lots[index]}


def _failed_tests(session: Session, lot: str) -> tuple[FailedTest, ...]:
    """Tests that failed, unless the lot passed one done later, or the manager let it go; the latest first.

    A release of ``lot`` itself is about all that it is made of; one of a lot inside it about that alone.
    """
    indexes = [row[0] for row in _TESTS.run(session, lot)]
    failed: dict[str, FailedTest] = {}
    tests = [item for item in _read(session, indexes) if item.flow is not None]
    for item in sorted(tests, key=lambda test: (event_time(test.record.body), test.index)):
        fields = item.record.body.get("sogoc:fields", {})
        is_release = item.record.body.get("sogoc:step") == RELEASE
        for name in item.flow.named if item.flow else ():
            if is_release and name == lot:
                failed.clear()
            elif is_release:
                failed.pop(name, None)
            elif fields.get("result") in _FAILED:
                failed[name] = FailedTest(str(fields.get("report_no", "?")), _done_on(item))
            elif fields.get("result") in _PASSED:
                failed.pop(name, None)
    return tuple(sorted(failed.values(), key=lambda test: test.done_on, reverse=True))
