"""How much of a lot an organisation has left: what it made and received, less what it used, shipped, removed.

Weights and packs of one lot are compared through its net weight per pack; exact, in kilograms.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from ledger.trace.derived.lot_memory import LETS_WAIT, LotMemory, Moved
from ledger.trace.derived.rows import LotRow
from ledger.trace.derived.store import NO_SIZE, read_lots
from ledger.trace.errors import BalanceError, UnknownLotError
from ledger.trace.events.flows import EACH, INCOMING, KILOGRAM, Flow, MoveKind
from ledger.trace.tables import StampState, TraceMove, TraceStamps, lot_key

_THOUSANDTH = Decimal("0.001")
_NOTHING: Moved = {}
_AWAY = frozenset({MoveKind.SHIPPED, MoveKind.RETURNED})
# Built once: a statement costs more to put together than this one to run. What was moved since is in memory:
# nothing need be written before this asks.
_MOVED = (
    select(TraceMove.lot, TraceMove.uom, TraceMove.kind, func.sum(TraceMove.delta))
    .where(TraceMove.lot.in_(bindparam("lots", expanding=True)), TraceMove.chain_id == bindparam("holder"))
    .where(TraceMove.index < bindparam("size"))
    .group_by(TraceMove.lot, TraceMove.uom, TraceMove.kind)
    .execution_options(**{LETS_WAIT: True})
)


@dataclass(frozen=True, slots=True)
class Holding:
    """What ``chain_id`` holds of a lot, unit by unit; ``is_counted`` when a quantity ever came in.

    ``away``: what it shipped and did not get back.
    """

    lot: str
    uom: str | None
    net_g: Decimal | None
    amounts: Mapping[str, Decimal]
    is_counted: bool
    away: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def quantity(self) -> Decimal | None:
        """What is left, in the lot's own unit; ``None`` when no quantity ever came in.

        Raises ``BalanceError`` when the units of its moves cannot be compared.
        """
        if not self.is_counted or self.uom is None:
            return None
        left = {uom: amount for uom, amount in self.amounts.items() if amount}
        if set(left) <= {self.uom}:
            return left.get(self.uom, Decimal(0))
        if not self.net_g or set(left) - {EACH, KILOGRAM} or self.uom not in (EACH, KILOGRAM):
            raise BalanceError(self.lot, left, self.uom)
        pack_kg = self.net_g / 1000
        weight_kg = left.get(KILOGRAM, Decimal(0)) + left.get(EACH, Decimal(0)) * pack_kg
        return weight_kg if self.uom == KILOGRAM else (weight_kg / pack_kg).quantize(_THOUSANDTH, ROUND_DOWN)


def read_holdings(session: Session, chain_id: str, lots: Iterable[LotRow]) -> dict[str, Holding]:
    """What an organisation holds of each of these lots, what the unit of work moved included."""
    by_key = {lot_key(lot.lot): lot for lot in lots}
    memory = LotMemory.find(session)
    if memory is None:
        moved = _select_moved(session, chain_id, by_key, NO_SIZE)
        return {lot.lot: _holding(lot, moved[key]) for key, lot in by_key.items()}
    _remember_moved(session, memory, chain_id, by_key)
    return {
        lot.lot: _holding(
            lot,
            memory.moved_before.get((chain_id, key), _NOTHING),
            memory.moved_since.get((chain_id, key), _NOTHING),
        )
        for key, lot in by_key.items()
    }


def _remember_moved(session: Session, memory: LotMemory, chain_id: str, by_key: Mapping[int, LotRow]) -> None:
    """Read what earlier units moved of these lots, where this one does not know yet."""
    asked = [
        key
        for key, lot in by_key.items()
        if (chain_id, key) not in memory.moved_before and not memory.is_new(lot.lot)
    ]
    size = NO_SIZE if memory.first_move is None else memory.first_move
    for key, moved in _select_moved(session, chain_id, asked, size).items():
        memory.moved_before[chain_id, key] = moved


def _select_moved(session: Session, chain_id: str, keys: Iterable[int], size: int) -> dict[int, Moved]:
    """What the entries before index ``size`` moved of the lots of these keys."""
    found: dict[int, Moved] = {key: {} for key in keys}
    if found:
        asked = {"lots": list(found), "holder": chain_id, "size": size}
        for key, uom, kind, delta in session.connection().execute(_MOVED, asked):
            found[key][uom, kind] = delta
    return found


def _holding(lot: LotRow, *parts: Moved) -> Holding:
    amounts: dict[str, Decimal] = {}
    away: dict[str, Decimal] = {}
    is_counted = False
    for moved in parts:
        for (uom, kind), delta in moved.items():
            amounts[uom] = amounts.get(uom, Decimal(0)) + delta
            is_counted = is_counted or kind in INCOMING
            if kind in _AWAY:
                away[uom] = away.get(uom, Decimal(0)) - delta
    return Holding(lot.lot, lot.uom, lot.net_g, amounts, is_counted, away)


def read_holding(session: Session, lot: str, chain_id: str | None = None) -> Holding:
    """What an organisation, or else the one that made it, holds of a lot. Raises ``UnknownLotError``."""
    row = read_lots(session, (lot,)).get(lot)
    if row is None:
        raise UnknownLotError(lot)
    return read_holdings(session, chain_id or row.chain_id, (row,))[lot]


def check_holdings(session: Session, chain_id: str, lots: Iterable[LotRow], flow: Flow | None = None) -> None:
    """Check that nothing is taken that is not there, now or, with ``flow``, after one more event.

    And that nothing comes back that was not sent away.

    Lots of which no quantity ever came in are passed over. Raises ``BalanceError``.
    """
    for holding in read_holdings(session, chain_id, lots).values():
        amounts, away = dict(holding.amounts), dict(holding.away)
        for kind, amount in () if flow is None else flow.moves:
            if amount.lot != holding.lot:
                continue
            uom = amount.uom or EACH
            if kind not in INCOMING:
                amounts[uom] = amounts.get(uom, Decimal(0)) - (amount.quantity or Decimal(0))
            elif kind is MoveKind.RETURNED:
                away[uom] = away.get(uom, Decimal(0)) - (amount.quantity or Decimal(0))
        for uom, quantity in away.items():
            if quantity < 0:
                raise BalanceError(holding.lot, quantity, uom)
        after = Holding(holding.lot, holding.uom, holding.net_g, amounts, holding.is_counted).quantity
        if after is not None and after < 0:
            raise BalanceError(holding.lot, after, holding.uom)


def count_active_stamps(session: Session, lot: str) -> int:
    """How many stamps are active on a lot: activated, and not voided since."""
    activated = session.execute(
        select(TraceStamps.first, TraceStamps.last).where(TraceStamps.lot == lot)
    ).all()
    count = 0
    for first, last in activated:
        voided = session.execute(
            select(TraceStamps.first, TraceStamps.last)
            .where(TraceStamps.state == StampState.VOIDED)
            .where(TraceStamps.first <= last, TraceStamps.last >= first)
        ).all()
        count += last - first + 1 - sum(min(last, end) - max(first, begin) + 1 for begin, end in voided)
    return count
