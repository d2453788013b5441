"""Holding a lot back, and letting it go: a manager's decision, at once, and nobody outside is told.

A hold is a suspicion. It stays in the books (ADR 0031): what it stops is what this organisation would do
next. Once it is more than a suspicion, the lot is recalled.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, PACKING, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import LotStateError, NotFoundError
from ledger.coop.holds.held_lots import MAX_STANDING
from ledger.coop.holds.hold_tables import HoldRow
from ledger.coop.lots import OwnLot, find_held_lot
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.identifiers import lot_code_of
from ledger.trace.sealed_fields.disclosures import ORGANISATION, open_private, seal_private
from signing.vault import Vault

MAX_REASON = 300
MAX_LISTED = 200
HOLDING = PACKING
"""Who may stop goods: whoever packs them. Letting them go again is the manager's."""


@dataclass(frozen=True, slots=True)
class HoldLot(Command):
    """A lot goes nowhere until a manager lets it go; the ``reason`` stays in the books."""

    lot: str
    reason: str

    def __repr__(self) -> str:
        return f"HoldLot(lot={self.lot!r})"


@dataclass(frozen=True, slots=True)
class LiftHold(Command):
    """A lot may go on; the ``reason`` stays in the books."""

    lot: str
    reason: str

    def __repr__(self) -> str:
        return f"LiftHold(lot={self.lot!r})"


@dataclass(frozen=True, slots=True)
class HoldDone:
    """The hold's id and its lot."""

    id: str
    lot: str


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold as the organisation's own people see it; ``placed_by`` and ``lifted_by`` are accounts."""

    id: str
    lot: str
    reason: str
    placed_at: datetime
    placed_by: str
    lifted_at: datetime | None
    lifted_by: str | None
    lift_reason: str | None

    @property
    def lot_code(self) -> str:
        """The lot's code, as people say it."""
        return lot_code_of(self.lot)

    def __repr__(self) -> str:
        return f"Hold(id={self.id!r}, lot={self.lot!r}, lifted_at={self.lifted_at!r})"


@use_case(HOLDING)
def hold_lot(unit: Unit, actor: Actor, command: HoldLot) -> HoldDone:
    """Hold a lot that the organisation made or received, with all that is made of it.

    From this commit on nothing of it is used, packed, sealed, stamped or shipped. Raises ``NotFoundError``,
    ``CommandError``, ``LotStateError`` (held already, recalled, or too many holds at once).
    """
    lot = find_held_lot(unit.session, actor, command.lot)
    checks = Checks()
    reason = checks.text("reason", "lý do tạm giữ", command.reason, MAX_REASON)
    checks.finish()
    _check_may_be_held(unit.session, actor, lot)
    hold_id = str(uuid4())
    unit.session.add(
        HoldRow(
            id=hold_id,
            organisation=actor.organisation,
            lot=lot.lot,
            reason_sealed=_seal(unit, actor, hold_id, "reason", reason),
            placed_at=unit.now,
            placed_by=actor.account_id,
            lifted_at=None,
            lifted_by=None,
            lift_reason_sealed=None,
        )
    )
    return HoldDone(hold_id, lot.lot)


@use_case(MANAGEMENT)
def lift_hold(unit: Unit, actor: Actor, command: LiftHold) -> HoldDone:
    """Let a lot go on. Raises ``NotFoundError`` (it is not held), ``CommandError``."""
    row = _standing(unit.session, actor, command.lot)
    if row is None:
        raise NotFoundError("lô đang tạm giữ", lot_code_of(command.lot))
    checks = Checks()
    reason = checks.text("reason", "vì sao thả lô", command.reason, MAX_REASON)
    checks.finish()
    row.lifted_at, row.lifted_by = unit.now, actor.account_id
    row.lift_reason_sealed = _seal(unit, actor, row.id, "lift", reason)
    return HoldDone(row.id, row.lot)


def holds_of(
    session: Session, vault: Vault, actor: Actor, lot: str | None = None, *, standing: bool = False
) -> tuple[Hold, ...]:
    """The organisation's holds, of one lot or of all, newest first; only those not lifted if ``standing``."""
    query = select(HoldRow).where(HoldRow.organisation == actor.organisation)
    if lot is not None:
        query = query.where(HoldRow.lot == lot)
    if standing:
        query = query.where(HoldRow.lifted_at.is_(None))
    rows = session.scalars(query.order_by(HoldRow.placed_at.desc(), HoldRow.id).limit(MAX_LISTED))
    return tuple(_hold(session, vault, row) for row in rows)


def _check_may_be_held(session: Session, actor: Actor, lot: OwnLot) -> None:
    if lot.recalled_index is not None:
        raise LotStateError("recalled", lot=lot.lot, sentence=f"Lô {lot.code} đã bị thu hồi rồi.")
    if _standing(session, actor, lot.lot) is not None:
        raise LotStateError("held", lot=lot.lot, sentence=f"Lô {lot.code} đang được tạm giữ rồi.")
    standing = select(func.count()).where(
        HoldRow.organisation == actor.organisation, HoldRow.lifted_at.is_(None)
    )
    if (session.scalar(standing) or 0) >= MAX_STANDING:
        sentence = f"Đang tạm giữ {MAX_STANDING} lô rồi. Hãy quyết định các lô cũ trước."
        raise LotStateError("too many holds", lot=lot.lot, sentence=sentence)


def _standing(session: Session, actor: Actor, lot: str) -> HoldRow | None:
    return session.scalar(
        select(HoldRow).where(
            HoldRow.organisation == actor.organisation, HoldRow.lot == lot, HoldRow.lifted_at.is_(None)
        )
    )


def _hold(session: Session, vault: Vault, row: HoldRow) -> Hold:
    def opened(what: str, sealed: bytes) -> str:
        purpose = _purpose(row.id, what)
        return open_private(session, vault, row.organisation, ORGANISATION, sealed, purpose=purpose).decode()

    return Hold(
        id=row.id,
        lot=row.lot,
        reason=opened("reason", row.reason_sealed),
        placed_at=row.placed_at,
        placed_by=row.placed_by,
        lifted_at=row.lifted_at,
        lifted_by=row.lifted_by,
        lift_reason=None if row.lift_reason_sealed is None else opened("lift", row.lift_reason_sealed),
    )


def _seal(unit: Unit, actor: Actor, hold_id: str, what: str, text: str) -> bytes:
    purpose = _purpose(hold_id, what)
    return seal_private(unit, actor.organisation, ORGANISATION, text.encode(), purpose=purpose)


def _purpose(hold_id: str, what: str) -> str:
    return f"ledger.coop/hold/{hold_id}/{what}"
