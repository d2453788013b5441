"""Calling a lot back: a manager's decision, public at once, for the lot and everything made of it."""

from dataclasses import dataclass

from ledger.coop.actors import MANAGEMENT, Actor
from ledger.coop.checks import Checks
from ledger.coop.lots import find_own_lot
from ledger.coop.recalls.cases import begin_case
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.recalling import recall_lot


@dataclass(frozen=True, slots=True)
class Recall(Command):
    """A lot is called back. All of it is published: name offices, never people."""

    lot: str
    reason: str
    scope: str
    decided_by: str
    instruction: str
    contact: str


@dataclass(frozen=True, slots=True)
class Recalled:
    """Every lot that the recall reached, the recalled one first, and the entries that tell it."""

    lots: tuple[str, ...]
    indexes: tuple[int, ...]


@use_case(MANAGEMENT)
def recall(unit: Unit, actor: Actor, command: Recall) -> Recalled:
    """Recall a lot with all its descendants, also those in other hands.

    Raises ``NotFoundError``, ``CommandError``, ``ledger.trace.errors.RecallError`` (recalled before).
    """
    lot = find_own_lot(unit.session, actor, command.lot)
    checks = Checks()
    reason = checks.text("reason", "lý do thu hồi", command.reason, 500)
    scope = checks.text("scope", "phạm vi thu hồi", command.scope, 300)
    decided_by = checks.text("decided_by", "nơi quyết định", command.decided_by, 200)
    instruction = checks.text("instruction", "hướng dẫn người mua", command.instruction, 500)
    contact = checks.text("contact", "nơi liên hệ", command.contact, 200)
    checks.finish()
    recalled = recall_lot(
        unit,
        lot.lot,
        reason=reason,
        scope=scope,
        decided_by=decided_by,
        instruction=instruction,
        contact=contact,
    )
    begin_case(unit, actor, lot.lot, recalled.index)
    return Recalled(recalled.lots, tuple(receipt.index for receipt in recalled.receipts))
