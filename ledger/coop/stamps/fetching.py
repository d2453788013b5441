"""Handing out the file of a print job: who may have it, and the line in the books that says who had it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from ledger.coop.actors import PACKING, Actor, check_may
from ledger.coop.errors import StampRangeError
from ledger.coop.lots import find_own_lot
from ledger.coop.stamps.hand_outs import HandOut, keep_hand_out, open_hand_out
from ledger.coop.stamps.print_jobs import find_own_job
from ledger.coop.stamps.stamp_holders import check_in_hand
from ledger.coop.stamps.stamp_ranges import StampState, clip_ranges, ranges_of_job
from ledger.coop.stamps.stamp_room import check_may_print
from ledger.coop.tables import PrintJobRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit


@dataclass(frozen=True, slots=True)
class FetchFile(Command):
    """The file of ``job`` is wanted once more: all of its stamps, or ``first`` to ``last``."""

    job: str
    first: int | None = None
    last: int | None = None


@use_case(PACKING)
def fetch_file(unit: Unit, actor: Actor, command: FetchFile) -> HandOut:
    """Hand the file out. A line is kept, unless it is the actor's own download of minutes ago, done again.

    Nothing is printed by this, as far as the books know: stamps that come on paper a second time are
    reported with their reason (``mark_printed``). Raises ``NotFoundError``, ``StampRangeError`` (not of this
    job, all void, held by another) and ``LotStateError`` (recalled).
    """
    row = find_own_job(unit.session, actor, command.job)
    part = command.first, command.last
    first, last = _check_part(unit.session, actor, row, part)
    found = open_hand_out(unit.session, actor, row.id, (first, last), unit.now)
    return found or keep_hand_out(unit, actor, row, first, last)


def is_fetching(
    session: Session, actor: Actor, job_id: str, part: tuple[int | None, int | None], now: datetime
) -> bool:
    """Whether the file was handed out to the actor minutes ago, so that its bytes may go out (again).

    Raises what ``fetch_file`` raises, and ``NotAllowedError``: what is right may have changed since.
    """
    check_may(actor, PACKING)
    row = find_own_job(session, actor, job_id)
    asked = _check_part(session, actor, row, part)
    return open_hand_out(session, actor, row.id, asked, now) is not None


def _check_part(
    session: Session, actor: Actor, row: PrintJobRow, part: tuple[int | None, int | None]
) -> tuple[int, int]:
    """The first and last number of a part that the actor may have."""
    check_in_hand(actor, row)
    if row.lot is not None:
        check_may_print(find_own_lot(session, actor, row.lot))
    end = row.first + row.count - 1
    first = row.first if part[0] is None else part[0]
    last = end if part[1] is None else part[1]
    if not row.first <= first <= last <= end:
        sentence = (
            f"Lượt in này có {row.count} tem, đếm từ 1. Hãy ghi lại tem đầu và tem cuối của phần cần in."
        )
        raise StampRangeError("not a part of the job", first=first, last=last, sentence=sentence)
    parts = clip_ranges(ranges_of_job(session, row.id), first, last)
    if all(one.state is StampState.VOIDED for one in parts):
        sentence = "Những tem này đã hủy, không in nữa. Hãy chọn tem khác."
        raise StampRangeError("all void", first=first, last=last, sentence=sentence)
    return first, last
