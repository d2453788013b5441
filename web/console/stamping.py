"""Sticking stamps: what is spoiled is voided and the rest activated, in one unit of work."""

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.coop.activation import Activate, activate_stamps
from ledger.coop.actors import PACKING, Actor
from ledger.coop.errors import CommandError, Problem
from ledger.coop.stamp_ranges import UNUSED, ranges_of_job
from ledger.coop.stamps import Void, find_own_job, void_stamps
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit

SPOILED = "Tem hỏng khi in hoặc dán"


@dataclass(frozen=True, slots=True, kw_only=True)
class StickStamps(Command):
    """The stamps of ``job`` are on packs of ``lot``: all, or from ``first`` to ``last``.

    ``spoiled`` are numbers that are not, and ``spoiled_last`` how many at the end of what is left of the job.
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
    """Void what is spoiled, then activate. Raises what ``void_stamps`` and ``activate_stamps`` raise."""
    job = find_own_job(unit.session, actor, command.job)
    spoiled = [(number, number) for number in dict.fromkeys(command.spoiled)]
    spoiled += _tail(unit, job.id, command.spoiled_last)
    for first, last in _joined(spoiled):
        void_stamps(unit, actor, Void(first=first, last=last, reason=SPOILED))
    wanted = Activate(lot=command.lot, job=job.id)
    if command.first is not None and command.last is not None:
        wanted = Activate(lot=command.lot, first=command.first, last=command.last)
    done = activate_stamps(unit, actor, wanted)
    voided = sum(last - first + 1 for first, last in _joined(spoiled))
    return Stuck(done.lot, done.count, voided, done.indexes[-1])


def _tail(unit: Unit, job_id: str, count: int) -> list[tuple[int, int]]:
    """The last ``count`` unused stamps of a job. Raises ``CommandError`` when there are fewer."""
    tail: list[tuple[int, int]] = []
    left = count
    for part in reversed(ranges_of_job(unit.session, job_id)):
        if left and part.state in UNUSED:
            taken = min(left, part.count)
            tail.append((part.last - taken + 1, part.last))
            left -= taken
    if left:
        sentence = f"Lượt in này chỉ còn {count - left} tem chưa dùng. Hãy ghi ít hơn."
        raise CommandError(Problem("spoiled_last", sentence))
    return tail


def _joined(ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges in order, touching and overlapping ones as one."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined
