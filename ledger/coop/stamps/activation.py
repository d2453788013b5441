"""Activating stamps: those that are on the packs of a sealed lot become genuine, publicly.

The lock held here: stamps active on a lot ≤ packs it was sealed with. A range is used once, and a stamp
printed for one lot never goes onto another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from ledger.coop.actors import PACKING, Actor
from ledger.coop.errors import CommandError, Problem, StampRangeError
from ledger.coop.holds.held_lots import facts_of_lots
from ledger.coop.lots import OwnLot, find_own_lot, template_of
from ledger.coop.stamp_codes import open_stamp_codec
from ledger.coop.stamps.print_jobs import find_own_job
from ledger.coop.stamps.stamp_holders import check_all_in_hand
from ledger.coop.stamps.stamp_ranges import (
    UNUSED,
    StampRange,
    StampState,
    join_ranges,
    move_range,
    ranges_of_job,
    used_ranges,
)
from ledger.coop.steps import ask_guards
from ledger.coop.tables import PrintJobRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.capture import capture_statement
from ledger.trace.derived.registers import find_statement
from ledger.trace.derived.stock import count_active_stamps
from ledger.trace.events.statements import LotSealed, StampsActivated
from ledger.trace.facts import Facts, StampFacts, TakenRange
from ledger.trace.identifiers import lot_code_of
from ledger.trace.units import local_day
from signing.errors import StampCodeError

STEP = "label_activation"
MAX_RANGES = 1000
"""Gaps that voided stamps may leave in a job before it must be activated in parts."""
_ON_PAPER = frozenset({StampState.PRINTED})


@dataclass(frozen=True, slots=True)
class Activate(Command):
    """Stamps that are on packs of ``lot``: a whole ``job``, or from one to another by code or by number."""

    lot: str
    job: str | None = None
    first_code: str | None = None
    last_code: str | None = None
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Activated:
    """What was activated: the ranges ``(first, last)`` and the log indexes of their statements."""

    lot: str
    ranges: tuple[tuple[int, int], ...]
    indexes: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many stamps."""
        return sum(last - first + 1 for first, last in self.ranges)


@use_case(PACKING)
def activate_stamps(unit: Unit, actor: Actor, command: Activate) -> Activated:
    """Bind stamps to a sealed lot, one statement a range.

    Raises ``NotFoundError`` (lot, job), ``StampRangeError`` (not the organisation's, not printed, printed
    for another lot, held by somebody else), ``signing.errors.StampCodeError``, and
    ``ledger.trace.errors.GuardError``: lot not sealed, recalled, expired, failed a test, fewer packs than
    stamps, or stamps used before.
    """
    lot = find_own_lot(unit.session, actor, command.lot)
    wanted = _wanted_ranges(unit, actor, command)
    today = local_day(unit.now)
    _ask_guards(unit, actor, lot, wanted, today)
    indexes = []
    for first, last in wanted:
        before = move_range(
            unit.session,
            actor.organisation,
            first,
            last,
            allowed=_ON_PAPER,
            to=StampState.ACTIVATED,
            on=today,
            lot=lot.lot,
        )
        check_all_in_hand(unit.session, actor, before)
        _check_printed_for(unit.session, before, lot.lot)
        statement = StampsActivated(lot=lot.lot, first=first, last=last)
        indexes.append(capture_statement(unit, actor.organisation, statement).index)
    return Activated(lot.lot, wanted, tuple(indexes))


def _wanted_ranges(unit: Unit, actor: Actor, command: Activate) -> tuple[tuple[int, int], ...]:
    """The ranges to activate, at least one. Of a job: all of it that was neither used nor voided."""
    if command.job is not None:
        return _unused_of_job(unit.session, find_own_job(unit.session, actor, command.job))
    if command.first_code is not None and command.last_code is not None:
        return ((_number(unit, command.first_code), _number(unit, command.last_code)),)
    if command.first is not None and command.last is not None:
        return ((command.first, command.last),)
    raise CommandError(Problem("first_code", "Hãy quét tem đầu và tem cuối, hoặc chọn lượt in."))


def _unused_of_job(session: Session, job: PrintJobRow) -> tuple[tuple[int, int], ...]:
    """Neighbouring ranges as one, so that a job costs as few statements as it has gaps."""
    parts = ranges_of_job(session, job.id)
    joined = join_ranges((part.first, part.last) for part in parts if part.state in _ON_PAPER)
    last = job.first + job.count - 1
    if not joined:
        sentence = "Cả lượt in này đã kích hoạt hoặc đã hủy. Hãy chọn lượt in khác."
        if any(part.state in UNUSED for part in parts):
            sentence = "Tem của lượt in này chưa in. Hãy in tem trước, rồi kích hoạt."
        raise StampRangeError("nothing of the job is left", first=job.first, last=last, sentence=sentence)
    if len(joined) > MAX_RANGES:
        sentence = "Lượt in này có quá nhiều tem hủy xen kẽ. Hãy quét tem đầu và tem cuối từng đoạn."
        raise StampRangeError("too many gaps", first=job.first, last=last, sentence=sentence)
    return tuple(joined)


def _number(unit: Unit, code: str) -> int:
    codec = open_stamp_codec(unit.session, unit.vault)
    if codec is None:
        raise StampCodeError("no code was ever issued", code=code)
    return codec.parse(code)


def _ask_guards(
    unit: Unit, actor: Actor, lot: OwnLot, wanted: Sequence[tuple[int, int]], today: date
) -> None:
    session = unit.session
    step = template_of(session, lot).step(STEP)
    taken = [
        TakenRange(part.first, part.last, _use_vi(part), _codes(unit, part))
        for first, last in wanted
        for part in used_ranges(session, actor.organisation, first, last)
    ]
    facts = Facts(
        done_on=today,
        lots=facts_of_lots(session, actor.organisation, {lot.lot: None}),
        stamps=StampFacts(
            asked=sum(last - first + 1 for first, last in wanted),
            active=count_active_stamps(session, lot.lot),
            packs=_packs_sealed(session, lot),
            taken=tuple(taken),
        ),
    )
    ask_guards(actor, step, facts, {})


def _packs_sealed(session: Session, lot: OwnLot) -> int:
    """The packs that the seal vouches for; some may have been sold before it.

    Before the seal, the packs there are: what is wrong then is that nobody signed, not their number.
    """
    seal = find_statement(session, LotSealed, lot.lot)
    return (lot.packs if seal is None else seal.statement.packs) or 0


def _codes(unit: Unit, part: StampRange) -> tuple[str, str] | None:
    codec = open_stamp_codec(unit.session, unit.vault)
    return None if codec is None else (codec.format(part.first), codec.format(part.last))


def _use_vi(part: StampRange) -> str:
    if part.state is StampState.VOIDED:
        return "đã báo hủy"
    return f"đã dán cho lô {lot_code_of(part.lot)}" if part.lot else "đã dùng"


def _check_printed_for(session: Session, before: tuple[StampRange, ...], lot: str) -> None:
    """Stamps printed with one lot's code on them never go onto another."""
    for part in before:
        job = session.get_one(PrintJobRow, part.job_id)
        if job.lot not in (None, lot):
            sentence = "Tem này đã in cho lô khác. Hãy lấy đúng cuộn tem của lô này."
            raise StampRangeError(
                f"printed for {job.lot}", first=part.first, last=part.last, sentence=sentence
            )
