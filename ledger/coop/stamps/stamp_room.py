"""Never more stamps than packs: how many a lot still has room for."""

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.errors import LotStateError, StampCountError
from ledger.coop.lots import OwnLot, find_own_lot
from ledger.coop.stamps.stamp_ranges import StampState
from ledger.coop.tables import PrintJobRow, StampRangeRow


def packs_without_stamp(session: Session, actor: Actor, lot: str) -> int:
    """How many stamps may still be printed for a lot; 0 for what is not packs. Raises ``NotFoundError``."""
    own = find_own_lot(session, actor, lot)
    return max((own.packs or 0) - _taken(session, own.lot), 0)


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
            f"Lô {lot.code} có {lot.packs} gói, đã có {taken} tem. "
            f"Chỉ in thêm được {left} tem, không phải {count}. Hãy giảm số tem, hoặc báo hủy tem hỏng trước."
        )
        raise StampCountError(
            f"{taken} + {count} stamps for {lot.packs} packs",
            first=0,
            last=0,
            allowed=left,
            sentence=sentence,
        )


def _taken(session: Session, lot: str) -> int:
    """Stamps of the lot's jobs that are not voided, and stamps of rolls activated on it."""
    jobs = select(PrintJobRow.id).where(PrintJobRow.lot == lot)
    total = select(func.sum(StampRangeRow.last - StampRangeRow.first + 1)).where(
        StampRangeRow.state != StampState.VOIDED.value,
        or_(StampRangeRow.job_id.in_(jobs), StampRangeRow.lot == lot),
    )
    return int(session.scalar(total) or 0)
