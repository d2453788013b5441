"""Sponsors' quotas: stamps that somebody else pays for, how many were used, and how many are left.

A stamp counts against its quota from the moment its number is given out, whatever becomes of it: what the
sponsor pays for is the paper.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import CommandError, NotFoundError, Problem
from ledger.coop.tables import PrintJobRow, StampQuotaRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.units import format_date, format_number, local_day

MAX_GRANTED = 100_000_000


@dataclass(frozen=True, slots=True)
class GiveQuota(Command):
    """``sponsor`` pays for ``count`` stamps, ordered on ``valid_to`` at the latest."""

    sponsor: str
    count: int
    valid_to: date


@dataclass(frozen=True, slots=True)
class Quota:
    """What a sponsor granted, and how many stamps were ordered on it."""

    id: str
    sponsor: str
    granted: int
    used: int
    valid_to: date

    @property
    def left(self) -> int:
        """How many stamps may still be ordered on it."""
        return self.granted - self.used


@use_case(MANAGEMENT)
def give_quota(unit: Unit, actor: Actor, command: GiveQuota) -> Quota:
    """Note a sponsor's grant. Raises ``CommandError``."""
    checks = Checks()
    sponsor = checks.text("sponsor", "tên đơn vị tài trợ", command.sponsor, 120)
    checks.count("count", "số tem được tài trợ", command.count, MAX_GRANTED)
    if command.valid_to < local_day(unit.now):
        checks.refuse("valid_to", "Hạn dùng của hạn mức đã qua. Hãy chọn từ hôm nay trở đi.")
    checks.finish()
    row = StampQuotaRow(
        id=str(uuid4()),
        organisation=actor.organisation,
        sponsor=sponsor,
        granted=command.count,
        valid_to=command.valid_to,
        given_at=unit.now,
    )
    unit.session.add(row)
    return _quota(row, 0)


def quotas(session: Session, actor: Actor) -> tuple[Quota, ...]:
    """The organisation's quotas, those that last longest first, those used up or past their day included."""
    rows = session.scalars(
        select(StampQuotaRow)
        .where(StampQuotaRow.organisation == actor.organisation)
        .order_by(StampQuotaRow.valid_to.desc(), StampQuotaRow.given_at.desc())
    ).all()
    used = _used(session, [row.id for row in rows])
    return tuple(_quota(row, used.get(row.id, 0)) for row in rows)


def check_quota(session: Session, actor: Actor, quota_id: str, count: int, today: date) -> None:
    """Raises ``NotFoundError``, and ``CommandError`` when ``count`` stamps are more than are left of it."""
    row = session.get(StampQuotaRow, quota_id)
    if row is None or row.organisation != actor.organisation:
        raise NotFoundError("hạn mức tem", quota_id)
    if row.valid_to < today:
        sentence = (
            f"Hạn mức tem của {row.sponsor} đã hết hạn ngày {format_date(row.valid_to)}. "
            "Hãy chọn hạn mức khác, hoặc in không dùng hạn mức."
        )
        raise CommandError(Problem("quota", sentence))
    left = row.granted - _used(session, [row.id]).get(row.id, 0)
    if count > left:
        sentence = (
            f"Hạn mức tem của {row.sponsor} còn {format_number(Decimal(left))} tem, "
            f"không đủ {format_number(Decimal(count))} tem. "
            "Hãy giảm số tem, hoặc chọn hạn mức khác."
        )
        raise CommandError(Problem("quota", sentence))


def _used(session: Session, quota_ids: list[str]) -> dict[str, int]:
    rows = session.execute(
        select(PrintJobRow.quota, func.sum(PrintJobRow.count))
        .where(PrintJobRow.quota.in_(quota_ids))
        .group_by(PrintJobRow.quota)
    )
    return {quota: int(used) for quota, used in rows if quota is not None}


def _quota(row: StampQuotaRow, used: int) -> Quota:
    return Quota(row.id, row.sponsor, row.granted, used, row.valid_to)
