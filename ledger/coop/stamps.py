"""Stamps on paper: numbers are reserved in print jobs, printed, reprinted, and voided when spoiled or lost.

A printed stamp is worth nothing until it is activated on a sealed lot (``activation``).
"""

from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from ledger.coop.actors import PACKING, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import LotStateError, NotFoundError, StampCountError
from ledger.coop.lots import OwnLot, find_own_lot
from ledger.coop.stamp_ranges import StampState, add_range, give_numbers, move_range, ranges_of_job
from ledger.coop.tables import PrintJobRow, StampRangeRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.capture import capture_statement
from ledger.trace.statements import StampsVoided
from ledger.trace.units import local_day

MAX_JOB_STAMPS = 100_000
"""Stamps that one job prints."""
MAX_ROLL_STAMPS = 5_000_000
"""Stamps that may be ordered ahead on rolls, for lots yet to come."""
ROLL = "roll"
LAYOUTS = ("a4", ROLL, "crate")
_NOT_VOIDED = frozenset({StampState.RESERVED, StampState.PRINTED, StampState.ACTIVATED})


@dataclass(frozen=True, slots=True)
class Reserve(Command):
    """``count`` stamps: for a lot at most its packs; at most 100,000, ahead on rolls 5,000,000."""

    count: int
    layout: str
    lot: str | None = None
    design: str = "stamp_50x30"
    dpi: int = 203


@dataclass(frozen=True, slots=True)
class MarkPrinted(Command):
    """The job came out of the printer; marked again, it was reprinted (same numbers)."""

    job: str


@dataclass(frozen=True, slots=True)
class Void(Command):
    """Stamps ``first`` to ``last`` that are spoiled or lost; ``reason`` is published."""

    first: int
    last: int
    reason: str


@dataclass(frozen=True, slots=True)
class PrintJob:
    """An order to print stamps ``first`` to ``last``."""

    id: str
    lot: str | None
    first: int
    last: int
    layout: str
    design: str
    dpi: int
    is_printed: bool
    reprints: int


@dataclass(frozen=True, slots=True)
class Voided:
    """The range that was voided, and the log index of the statement."""

    first: int
    last: int
    index: int


@use_case(PACKING)
def reserve_stamps(unit: Unit, actor: Actor, command: Reserve) -> PrintJob:
    """Give out numbers for a print job.

    Raises ``NotFoundError`` (lot), ``LotStateError`` (recalled, no packs), ``StampCountError`` (more than
    packs), ``CommandError``.
    """
    checks = Checks()
    checks.word("layout", "khổ in", command.layout, LAYOUTS)
    is_ahead = command.lot is None and command.layout == ROLL
    checks.count("count", "số tem", command.count, MAX_ROLL_STAMPS if is_ahead else MAX_JOB_STAMPS)
    checks.count("dpi", "độ nét máy in", command.dpi, 2400)
    design = checks.text("design", "mẫu tem", command.design, 40)
    checks.finish()
    if command.lot is not None:
        lot = find_own_lot(unit.session, actor, command.lot)
        _check_may_print(lot)
        _check_room(lot, command.count, _printed_for(unit.session, lot.lot))
    first, last = give_numbers(unit.session, command.count)
    row = PrintJobRow(
        id=str(uuid4()),
        organisation=actor.organisation,
        lot=command.lot,
        first=first,
        count=command.count,
        layout=command.layout,
        design=design,
        dpi=command.dpi,
        created_at=unit.now,
        printed_at=None,
        reprints=0,
    )
    unit.session.add(row)
    add_range(unit.session, actor.organisation, row.id, first, last)
    return _job(row)


@use_case(PACKING)
def mark_printed(unit: Unit, actor: Actor, command: MarkPrinted) -> PrintJob:
    """Note that a job was printed, or printed again. Raises ``NotFoundError``."""
    row = find_own_job(unit.session, actor, command.job)
    if row.printed_at is not None:
        row.reprints += 1
        return _job(row)
    row.printed_at = unit.now
    on = local_day(unit.now)
    for part in ranges_of_job(unit.session, row.id):
        if part.state is StampState.RESERVED:
            move_range(
                unit.session,
                actor.organisation,
                part.first,
                part.last,
                allowed=frozenset({StampState.RESERVED}),
                to=StampState.PRINTED,
                on=on,
            )
    return _job(row)


@use_case(PACKING)
def void_stamps(unit: Unit, actor: Actor, command: Void) -> Voided:
    """Declare stamps spoiled or lost, publicly and for ever. Raises ``StampRangeError``, ``CommandError``."""
    checks = Checks()
    reason = checks.text("reason", "lý do hủy tem", command.reason, 300)
    checks.finish()
    on = local_day(unit.now)
    move_range(
        unit.session,
        actor.organisation,
        command.first,
        command.last,
        allowed=_NOT_VOIDED,
        to=StampState.VOIDED,
        on=on,
    )
    statement = StampsVoided(first=command.first, last=command.last, reason=reason, on=on)
    receipt = capture_statement(unit, actor.organisation, statement)
    return Voided(command.first, command.last, receipt.index)


def _check_may_print(lot: OwnLot) -> None:
    if lot.recalled_index is not None:
        sentence = f"Lô {lot.code} đang bị thu hồi, không in tem. Hãy để riêng lô này."
        raise LotStateError("recalled", lot=lot.lot, sentence=sentence)


def _check_room(lot: OwnLot, count: int, taken: int) -> None:
    """Raises ``StampCountError`` unless ``count`` more stamps still are at most one a pack."""
    if lot.packs is None:
        sentence = f"Lô {lot.code} chưa đóng gói nên chưa có số gói để dán tem. Hãy đóng gói trước."
        raise LotStateError("no packs", lot=lot.lot, sentence=sentence)
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


def _printed_for(session: Session, lot: str) -> int:
    """Stamps of the lot's jobs that are not voided, and stamps of rolls activated on it."""
    jobs = select(PrintJobRow.id).where(PrintJobRow.lot == lot)
    total = select(func.sum(StampRangeRow.last - StampRangeRow.first + 1)).where(
        StampRangeRow.state != StampState.VOIDED.value,
        or_(StampRangeRow.job_id.in_(jobs), StampRangeRow.lot == lot),
    )
    return int(session.scalar(total) or 0)


def find_own_job(session: Session, actor: Actor, job_id: str) -> PrintJobRow:
    """The organisation's print job with this id. Raises ``NotFoundError``."""
    row = session.get(PrintJobRow, job_id)
    if row is None or row.organisation != actor.organisation:
        raise NotFoundError("lượt in", job_id)
    return row


def find_print_job(session: Session, actor: Actor, job_id: str) -> PrintJob:
    """The organisation's print job as a value. Raises ``NotFoundError``."""
    return _job(find_own_job(session, actor, job_id))


def _job(row: PrintJobRow) -> PrintJob:
    last = row.first + row.count - 1
    return PrintJob(
        row.id,
        row.lot,
        row.first,
        last,
        row.layout,
        row.design,
        row.dpi,
        row.printed_at is not None,
        row.reprints,
    )
