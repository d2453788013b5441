"""Sticking stamps: what is spoiled is voided and the rest activated, in one unit of work."""

from dataclasses import dataclass
from decimal import Decimal

from ledger.coop.actors import PACKING, Actor
from ledger.coop.errors import CommandError, Problem
from ledger.coop.stamps.activation import Activate, activate_stamps
from ledger.coop.stamps.print_jobs import find_own_job
from ledger.coop.stamps.stamp_ranges import StampState, clip_ranges, join_ranges, ranges_of_job
from ledger.coop.stamps.stamps import Void, void_stamps
from ledger.coop.tables import PrintJobRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.units import format_number

SPOILED = "Tem hỏng khi in hoặc dán"


@dataclass(frozen=True, slots=True, kw_only=True)
class StickStamps(Command):
    """The stamps of ``job`` are on packs of ``lot``: all, or from ``first`` to ``last``.

    ``spoiled`` are numbers that are not, and ``spoiled_last`` how many at the end of what is named.
    """

    lot: str
    job: str
    first: int | None = None
    last: int | None = None
    spoiled: tuple[int, ...] = ()
    spoiled_last: int = 0


@dataclass(frozen=True, slots=True)
class Stuck:
    """How many stamps were activated and voided, and the log index of the last activation."""

    lot: str
    activated: int
    voided: int
    index: int


@use_case(PACKING)
def stick_stamps(unit: Unit, actor: Actor, command: StickStamps) -> Stuck:
    """Void what is spoiled, then activate.

    Raises what ``void_stamps`` and ``activate_stamps`` raise, and ``CommandError`` for a spoiled stamp of
    another job: whoever names it would else activate the one that they meant.
    """
    job = find_own_job(unit.session, actor, command.job)
    if (command.first is None) is not (command.last is None):
        raise CommandError(Problem("first_code", "Hãy quét cả tem đầu và tem cuối."))
    _check_of_job(job, command.spoiled)
    spoiled = [(number, number) for number in command.spoiled]
    spoiled = join_ranges(spoiled + _tail(unit, job, command))
    for first, last in spoiled:
        void_stamps(unit, actor, Void(first=first, last=last, reason=SPOILED))
    done = [activate_stamps(unit, actor, wanted) for wanted in _wanted(command, spoiled)]
    voided = sum(last - first + 1 for first, last in spoiled)
    return Stuck(command.lot, sum(part.count for part in done), voided, done[-1].indexes[-1])


def _check_of_job(job: PrintJobRow, spoiled: tuple[int, ...]) -> None:
    strange = [number for number in spoiled if not job.first <= number < job.first + job.count]
    if strange:
        count = format_number(Decimal(len(strange)))
        sentence = f"{count} mã ở đây không phải tem của lượt in này. Hãy xem lại, hoặc hủy ở trang Hủy tem."
        raise CommandError(Problem("spoiled_codes", sentence))


def _wanted(command: StickStamps, spoiled: list[tuple[int, int]]) -> list[Activate]:
    """What is left to activate. Raises ``CommandError`` when every stamp of a range is spoiled."""
    if command.first is None or command.last is None:
        return [Activate(lot=command.lot, job=command.job)]
    if command.first > command.last:
        return [Activate(lot=command.lot, first=command.first, last=command.last)]  # refused there
    wanted, begin = [], command.first
    for first, last in [*spoiled, (command.last + 1, command.last + 1)]:
        end = min(first - 1, command.last)
        if begin <= end:
            wanted.append(Activate(lot=command.lot, first=begin, last=end))
        begin = max(begin, last + 1)
    if not wanted:
        raise CommandError(Problem("spoiled", "Mọi tem trong dải đều ghi là hỏng. Hãy hủy ở trang Hủy tem."))
    return wanted


def _tail(unit: Unit, job: PrintJobRow, command: StickStamps) -> list[tuple[int, int]]:
    """The last ``spoiled_last`` stamps in hand. Raises ``CommandError`` when there are fewer."""
    first = job.first if command.first is None else command.first
    last = job.first + job.count - 1 if command.last is None else command.last
    tail: list[tuple[int, int]] = []
    left = command.spoiled_last
    for part in reversed(clip_ranges(ranges_of_job(unit.session, job.id), first, last)):
        if left and part.state is StampState.PRINTED:
            taken = min(left, part.count)
            tail.append((part.last - taken + 1, part.last))
            left -= taken
    if left:
        there = format_number(Decimal(command.spoiled_last - left))
        sentence = f"Ở đây chỉ còn {there} tem đã in chưa dùng. Hãy ghi ít hơn."
        raise CommandError(Problem("spoiled_last", sentence))
    return tail
