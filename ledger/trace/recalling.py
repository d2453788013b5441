"""Recalling a lot with everything that was made of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from ledger.log.canonical import format_canonical
from ledger.log.entries import POLICY_ENTRY_BYTES
from ledger.log.unit import Receipt, Unit
from ledger.trace.capture import capture_event, capture_statement
from ledger.trace.derived.registers import find_statement
from ledger.trace.derived.store import read_lots
from ledger.trace.errors import RecallError, UnknownLotError
from ledger.trace.events.statements import LotRecalled, RecallClosed
from ledger.trace.genealogy import trace_forward
from ledger.trace.units import VIETNAM

MARGIN_BYTES = 1024
"""Left free in an entry for its header and signatures."""
_EVENT_BYTES_PER_LOT = 16
"""What an event's quantity element has around a lot, more than a statement's list has."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """The entries of the recall and every lot it reached, the recalled one first."""

    receipts: tuple[Receipt, ...]
    lots: tuple[str, ...]

    @property
    def index(self) -> int:
        """The log index of the first statement."""
        return self.receipts[0].index


def recall_lot(
    unit: Unit,
    lot: str,
    *,
    reason: str,
    scope: str,
    decided_by: str,
    instruction: str,
    contact: str,
    idempotency_key: str | None = None,
) -> Recalled:
    """Recall ``lot`` and all its descendants, other organisations' included, signed by who made it.

    A list too long for one entry is told in several, each naming the lot itself. Beside each statement stands
    an event with ``persistentDisposition`` recalled (CBV 2.0 §7.2). Raises ``UnknownLotError``, and
    ``RecallError`` for a lot recalled before.
    """
    row = read_lots(unit.session, (lot,)).get(lot)
    if row is None:
        raise UnknownLotError(lot)
    statement = LotRecalled(
        lot=lot,
        lots=(lot,),
        reason=reason,
        scope=scope,
        decided_by=decided_by,
        instruction=instruction,
        contact=contact,
    )
    first = None if idempotency_key is None else unit.find_receipt(row.chain_id, idempotency_key)
    if first is not None:
        return Recalled((first,), _reached(unit.session, lot))
    if row.recalled_index is not None:
        message = f"recalled by entry {row.recalled_index}"
        raise RecallError(lot, message, sentence="Lô này đã bị thu hồi rồi.")
    reached = _reached(unit.session, lot)
    receipts: list[Receipt] = []
    for lots in _parts(statement, reached):
        key = None if idempotency_key is None or receipts else idempotency_key
        part = replace(statement, lots=lots)
        receipts.append(capture_statement(unit, row.chain_id, part, idempotency_key=key))
        receipts.append(capture_event(unit, row.chain_id, _event(unit, lots)))
    return Recalled(tuple(receipts), reached)


def close_recall(unit: Unit, statement: RecallClosed) -> Receipt:
    """Say how the recall of a lot ended, signed by who made the lot. It stays recalled for ever.

    Raises ``UnknownLotError``, and ``RecallError`` for a lot that no statement recalls, or whose recall is
    closed.
    """
    lot = statement.lot
    row = read_lots(unit.session, (lot,)).get(lot)
    if row is None:
        raise UnknownLotError(lot)
    if find_statement(unit.session, LotRecalled, lot) is None:
        sentence = "Lô này không bị thu hồi, nên không có gì để kết thúc."
        raise RecallError(lot, "not recalled", sentence=sentence)
    if find_statement(unit.session, RecallClosed, lot) is not None:
        raise RecallError(lot, "closed before", sentence="Đợt thu hồi lô này đã kết thúc rồi.")
    return capture_statement(unit, row.chain_id, statement)


def _reached(session: Session, lot: str) -> tuple[str, ...]:
    return (lot, *(node.lot for node in trace_forward(session, lot).lots if node.lot != lot))


def _parts(statement: LotRecalled, reached: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """``reached`` in pieces that fit an entry each, the recalled lot in front of every piece."""
    room = POLICY_ENTRY_BYTES - MARGIN_BYTES - len(format_canonical(statement.body()))
    part: list[str] = []
    used = 0
    for lot in reached[1:]:
        size = len(lot) + _EVENT_BYTES_PER_LOT
        if part and used + size > room:
            yield (statement.lot, *part)
            part, used = [], 0
        part.append(lot)
        used += size
    yield (statement.lot, *part)


def _event(unit: Unit, lots: Sequence[str]) -> dict[str, object]:
    now = unit.now.astimezone(VIETNAM)
    return {
        "type": "ObjectEvent",
        "eventTime": now.isoformat(timespec="milliseconds"),
        "eventTimeZoneOffset": "+07:00",
        "action": "OBSERVE",
        "bizStep": "holding",
        "persistentDisposition": {"set": ["recalled"]},
        "quantityList": [{"epcClass": lot} for lot in lots],
        "sogoc:step": "recall",
        "sogoc:evidence": "self",
    }
