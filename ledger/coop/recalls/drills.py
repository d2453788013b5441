"""Practising a recall against the clock: the same screens on real lots, and nothing of it leaves the books.

Measured is the time from the start until somebody has the list of whom to tell in front of them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import LotStateError, NotFoundError
from ledger.coop.lots import find_own_lot
from ledger.coop.recalls.impact import read_impact
from ledger.coop.recalls.recall_tables import RecallRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.identifiers import lot_code_of
from ledger.trace.sealed_fields.disclosures import ORGANISATION, open_private, seal_private
from signing.vault import Vault

MAX_REMARK = 500
MAX_LISTED = 100
MAX_OPEN = 20


@dataclass(frozen=True, slots=True)
class StartDrill(Command):
    """The clock starts: somebody says that this lot is bad, for practice."""

    lot: str


@dataclass(frozen=True, slots=True)
class EndDrill(Command):
    """The list is there; ``remark`` says how it went and stays in the books."""

    drill: str
    remark: str | None = None

    def __repr__(self) -> str:
        return f"EndDrill(drill={self.drill!r})"


@dataclass(frozen=True, slots=True)
class DrillDone:
    """A drill's id."""

    id: str


@dataclass(frozen=True, slots=True)
class Drill:
    """A drill: when it began, when its list was there, what the list held, what was said of it after."""

    id: str
    lot: str
    started_at: datetime
    listed_at: datetime | None
    lots: int | None
    receivers: int | None
    remark: str | None

    @property
    def lot_code(self) -> str:
        """The lot's code, as people say it."""
        return lot_code_of(self.lot)

    @property
    def took(self) -> timedelta | None:
        """From the start to the list; ``None`` while it runs."""
        return None if self.listed_at is None else self.listed_at - self.started_at

    def __repr__(self) -> str:
        return f"Drill(id={self.id!r}, lot={self.lot!r}, listed_at={self.listed_at!r})"


@use_case(MANAGEMENT)
def start_drill(unit: Unit, actor: Actor, command: StartDrill) -> DrillDone:
    """Start the clock. Nothing is held, nothing published. Raises ``NotFoundError``, ``LotStateError``."""
    lot = find_own_lot(unit.session, actor, command.lot)
    running = select(func.count()).where(
        RecallRow.organisation == actor.organisation,
        RecallRow.is_drill.is_(True),
        RecallRow.listed_at.is_(None),
    )
    if (unit.session.scalar(running) or 0) >= MAX_OPEN:
        sentence = f"Đang có {MAX_OPEN} lần diễn tập chưa xong. Hãy kết thúc các lần trước."
        raise LotStateError("too many drills", lot=lot.lot, sentence=sentence)
    drill_id = str(uuid4())
    unit.session.add(
        RecallRow(
            id=drill_id,
            organisation=actor.organisation,
            lot=lot.lot,
            is_drill=True,
            started_at=unit.now,
            started_by=actor.account_id,
        )
    )
    return DrillDone(drill_id)


@use_case(MANAGEMENT)
def end_drill(unit: Unit, actor: Actor, command: EndDrill) -> DrillDone:
    """Stop the clock, and keep what the list held. Raises ``NotFoundError``, ``CommandError``."""
    row = _find(unit.session, actor, command.drill)
    checks = Checks()
    remark = checks.optional_text("remark", "nhận xét", command.remark, MAX_REMARK)
    checks.finish()
    if row.listed_at is None:
        impact = read_impact(unit.session, unit.vault, actor, row.lot)
        row.listed_at, row.lots, row.receivers = unit.now, len(impact.lots), len(impact.to_tell)
    if remark is not None:
        purpose = _purpose(row.id)
        row.remark_sealed = seal_private(
            unit, actor.organisation, ORGANISATION, remark.encode(), purpose=purpose
        )
    return DrillDone(row.id)


def read_drill(session: Session, vault: Vault, actor: Actor, drill_id: str) -> Drill:
    """One drill of the organisation's. Raises ``NotFoundError``."""
    return _drill(session, vault, _find(session, actor, drill_id))


def list_drills(session: Session, vault: Vault, actor: Actor) -> tuple[Drill, ...]:
    """The organisation's drills, newest first."""
    rows = session.scalars(
        select(RecallRow)
        .where(RecallRow.organisation == actor.organisation, RecallRow.is_drill.is_(True))
        .order_by(RecallRow.started_at.desc(), RecallRow.id)
        .limit(MAX_LISTED)
    )
    return tuple(_drill(session, vault, row) for row in rows)


def _find(session: Session, actor: Actor, drill_id: str) -> RecallRow:
    row = session.get(RecallRow, drill_id)
    if row is None or row.organisation != actor.organisation or not row.is_drill:
        raise NotFoundError("lần diễn tập", drill_id[:40])
    return row


def _drill(session: Session, vault: Vault, row: RecallRow) -> Drill:
    remark = None
    if row.remark_sealed is not None:
        purpose = _purpose(row.id)
        opened = open_private(
            session, vault, row.organisation, ORGANISATION, row.remark_sealed, purpose=purpose
        )
        remark = opened.decode()
    return Drill(row.id, row.lot, row.started_at, row.listed_at, row.lots, row.receivers, remark)


def _purpose(drill_id: str) -> str:
    return f"ledger.coop/drill/{drill_id}"
