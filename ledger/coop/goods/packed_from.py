"""What packs were made of, and what is left of it to pack."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.lots import available, find_held_lots, find_own_lot
from ledger.trace.genealogy import trace_back


@dataclass(frozen=True, slots=True)
class PackedFrom:
    """A lot that packs were made of: how much of it they took, and how much is left to pack, in ``uom``."""

    lot: str
    code: str
    taken: Decimal
    left: Decimal
    uom: str | None


def packed_from(session: Session, actor: Actor, lot: str) -> tuple[PackedFrom, ...]:
    """What the organisation's packs ``lot`` took from which lots, and what is left of each now.

    Empty for what is not packs. Raises ``NotFoundError``.
    """
    if find_own_lot(session, actor, lot).packs is None:
        return ()
    taken = {edge.parent: edge.quantity for edge in trace_back(session, lot).edges if edge.child == lot}
    found = []
    for own in find_held_lots(session, actor, taken):
        quantity, left = taken[own.lot], available(session, actor, own)
        if quantity is not None and left is not None:
            found.append(PackedFrom(own.lot, own.code, quantity, left, own.uom))
    return tuple(found)
