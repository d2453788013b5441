"""Never more stamps than packs: how many a lot still has room for."""

from collections.abc import Collection, Mapping
from decimal import Decimal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.errors import LotStateError, StampCountError
from ledger.coop.lots import OwnLot, find_own_lot
from ledger.coop.stamps.stamp_ranges import StampState
from ledger.coop.tables import PrintJobRow, StampRangeRow
from ledger.trace.derived.store import read_lots
from ledger.trace.tables import LotKind
from ledger.trace.units import format_number


def packs_without_stamp(session: Session, actor: Actor, lot: str) -> int:
    """How many stamps may still be printed for a lot; 0 for what is not packs. Raises ``NotFoundError``."""
    own = find_own_lot(session, actor, lot)
    return max((own.packs or 0) - _taken(session, own.lot), 0)


def bare_packs(session: Session, lots: Collection[str]) -> Mapping[str, int]:
    """How many packs of each lot of packs no stamp was printed for, nor taken from a roll."""
    taken = _stamps_of(session, lots)
    return {
        lot: max(int(row.quantity) - taken.get(lot, 0), 0)
        for lot, row in read_lots(session, lots).items()
        if row.kind == LotKind.PACK and row.quantity is not None
    }


def check_may_print(lot: OwnLot) -> None:
    """Raises ``LotStateError`` when the lot is recalled."""
    if lot.recalled_index is not None:
        sentence = f"Lô {lot.code} đang bị thu hồi, không in tem. Hãy để riêng lô này."
        raise LotStateError("recalled", lot=lot.lot, sentence=sentence)


def check_room(session: Session, lot: OwnLot, count: int) -> None:
    """Raises ``StampCountError`` unless ``count`` more stamps still are at most one a pack.

    Raises ``LotStateError`` for a lot that is not packs.
    """
    if lot.packs is None:
        sentence = f"Lô {lot.code} chưa đóng gói nên chưa có số gói để dán tem. Hãy đóng gói trước."
        raise LotStateError("no packs", lot=lot.lot, sentence=sentence)
    taken = _taken(session, lot.lot)
    left = max(lot.packs - taken, 0)
    if count > left:
        sentence = (
            f"Lô {lot.code} có {_said(lot.packs)} gói, đã có {_said(taken)} tem. Chỉ in thêm được "
            f"{_said(left)} tem, không phải {_said(count)}. Hãy giảm số tem, hoặc báo hủy tem hỏng trước."
        )
        raise StampCountError(
            f"{taken} + {count} stamps for {lot.packs} packs",
            first=0,
            last=0,
            allowed=left,
            sentence=sentence,
        )


def _stamps_of(session: Session, lots: Collection[str]) -> Mapping[str, int]:
    """Stamps of each lot's jobs that are not voided, and stamps of rolls activated on it; none: left out."""
    # A stamp printed for a lot is never activated on another.
    lot = func.coalesce(PrintJobRow.lot, StampRangeRow.lot)
    query = (
        select(lot, func.sum(StampRangeRow.last - StampRangeRow.first + 1))
        .join(PrintJobRow, PrintJobRow.id == StampRangeRow.job_id)
        .where(
            StampRangeRow.state != StampState.VOIDED.value,
            or_(PrintJobRow.lot.in_(lots), StampRangeRow.lot.in_(lots)),
        )
        .group_by(lot)
    )
    return {name: int(count) for name, count in session.execute(query)}


def _taken(session: Session, lot: str) -> int:
    return _stamps_of(session, (lot,)).get(lot, 0)


def _said(count: int) -> str:
    return format_number(Decimal(count))
