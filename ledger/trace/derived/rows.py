"""Rows of the projections as values: what ``ledger.trace.derived.projections`` derives from an entry. Pure.

Each row has the columns of its table in ``ledger.trace.tables``, under the same names.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ledger.trace.tables import LotKind


@dataclass(frozen=True, slots=True)
class EventRow:
    """A row of ``trace_event``, but for ``corrected_by``, which a later entry may set."""

    index: int
    event_id: str
    chain_id: str
    step: str | None
    biz_step: str | None
    event_type: str
    done_at: datetime
    recorded_at: datetime
    place: str | None
    corrects: int | None


@dataclass(frozen=True, slots=True)
class LotRow:
    """A row of ``trace_lot``; ``key`` is derived."""

    lot: str
    chain_id: str
    product: str | None
    kind: str
    created_index: int
    created_at: datetime
    quantity: Decimal | None = None
    uom: str | None = None
    net_g: Decimal | None = None
    sealed_index: int | None = None
    recalled_index: int | None = None
    expires_on: date | None = None

    @property
    def is_made(self) -> bool:
        """Whether an event that stands makes this lot."""
        return self.kind not in (LotKind.FOREIGN, LotKind.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class EdgeRow:
    """A row of ``trace_lot_edge``, but for ``corrected_by``."""

    child: int
    parent: int
    index: int
    quantity: Decimal | None
    uom: str | None


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A row of ``trace_lot_entry``."""

    lot: int
    index: int


@dataclass(frozen=True, slots=True)
class MoveRow:
    """A row of ``trace_move``."""

    lot: int
    index: int
    kind: str
    uom: str
    chain_id: str
    delta: Decimal


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A row of ``trace_register``."""

    kind: str
    subject: str
    index: int
    chain_id: str
    body: dict[str, Any] = field(hash=False)


@dataclass(frozen=True, slots=True)
class StampsRow:
    """A row of ``trace_stamps``."""

    index: int
    state: str
    first: int
    last: int
    chain_id: str
    lot: str | None


@dataclass(frozen=True, slots=True)
class Projection:
    """What one entry adds. ``lots`` are the new states of those it changes; ``corrects`` is taken back by it.

    ``is_complete`` is false when a quantity is sealed and erased, so that ``moves`` cannot be derived again.
    """

    event: EventRow | None = None
    lots: tuple[LotRow, ...] = ()
    edges: tuple[EdgeRow, ...] = ()
    entries: tuple[EntryRow, ...] = ()
    moves: tuple[MoveRow, ...] = ()
    registers: tuple[RegisterRow, ...] = ()
    stamps: tuple[StampsRow, ...] = ()
    corrects: int | None = None
    is_complete: bool = True
