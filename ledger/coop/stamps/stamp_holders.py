"""Rolls in somebody's hands: stamps taken along to pack where there is no network.

While a roll has a holder, only the holder or a manager says what became of its stamps: what two people
write down about one roll without seeing each other cannot both be true.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from ledger.coop.actors import PACKING, Actor, Role
from ledger.coop.errors import NotFoundError, StampRangeError
from ledger.coop.stamps.print_jobs import PrintJob, find_own_job, job_of
from ledger.coop.stamps.stamp_ranges import StampRange
from ledger.coop.tables import AccountRow, PrintJobRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit


@dataclass(frozen=True, slots=True)
class AssignRoll(Command):
    """The stamps of ``job`` are in the hands of the account ``holder``; ``None``: back in the store."""

    job: str
    holder: str | None


@use_case(PACKING)
def assign_roll(unit: Unit, actor: Actor, command: AssignRoll) -> PrintJob:
    """Give a roll to somebody, or take it back.

    Raises ``NotFoundError`` (job, account) and ``StampRangeError`` when another holds it.
    """
    row = find_own_job(unit.session, actor, command.job)
    check_in_hand(actor, row)
    if command.holder is not None:
        check_holder(unit.session, actor, command.holder)
    row.holder = command.holder
    return job_of(unit.session, row)


def check_holder(session: Session, actor: Actor, account_id: str) -> None:
    """Raises ``NotFoundError`` unless it is an open account of the organisation's that may pack."""
    row = session.get(AccountRow, account_id)
    if row is None or row.organisation != actor.organisation or row.closed_at is not None:
        raise NotFoundError("người giữ cuộn tem", account_id)
    if PACKING.isdisjoint(map(Role, row.roles.split(","))):
        raise NotFoundError("người đóng gói", row.login)


def check_in_hand(actor: Actor, job: PrintJobRow) -> None:
    """Raises ``StampRangeError`` when somebody else holds the job's roll and the actor is no manager."""
    if job.holder in (None, actor.account_id) or Role.MANAGER in actor.roles:
        return
    sentence = "Cuộn tem này đã giao cho người khác giữ. Hãy nhờ người giữ cuộn hoặc người quản lý làm."
    last = job.first + job.count - 1
    raise StampRangeError(f"held by {job.holder}", first=job.first, last=last, sentence=sentence)


def check_all_in_hand(session: Session, actor: Actor, parts: tuple[StampRange, ...]) -> None:
    """``check_in_hand`` for the jobs that the ranges are of."""
    for job_id in dict.fromkeys(part.job_id for part in parts):
        check_in_hand(actor, session.get_one(PrintJobRow, job_id))
