"""A manager lets goods go on in spite of a failed test: an entry with its reason, on every passport."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import LotStateError
from ledger.coop.events import Amount, object_event
from ledger.coop.lots import find_own_lot, template_of
from ledger.coop.steps import StepCommand, check_step_values, find_doer, find_occasion, write_step
from ledger.coop.use_cases import use_case
from ledger.log.unit import Unit
from ledger.trace.fact_queries import RELEASE, lot_facts
from ledger.trace.facts import FailedTest
from ledger.trace.guards import MAX_REASON, MIN_REASON


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseLot(StepCommand):
    """``lot`` goes on although a test failed, of itself or of what it is made of, for a public ``reason``."""

    lot: str
    reason: str


@dataclass(frozen=True, slots=True)
class Released:
    """The entry that lets a lot go on."""

    lot: str
    index: int


@use_case(MANAGEMENT)
def release_lot(unit: Unit, actor: Actor, command: ReleaseLot) -> Released:
    """Let a lot go on; a test that fails later holds it again.

    Raises ``NotFoundError``, ``LotStateError`` (nothing holds it), ``CommandError`` (no reason that says
    something), ``DoneDateError``.
    """
    lot = find_own_lot(unit.session, actor, command.lot)
    failed = failed_tests(unit.session, actor, lot.lot)
    if not failed:
        sentence = f"Lô {lot.code} không bị khóa vì kiểm nghiệm. Không cần quyết định gì."
        raise LotStateError("nothing failed", lot=lot.lot, sentence=sentence)
    checks = Checks()
    reason = checks.text("reason", "lý do", command.reason, MAX_REASON)
    if len(reason) < MIN_REASON:
        checks.refuse("reason", f"Lý do phải dài ít nhất {MIN_REASON} ký tự: ai xem trang tem cũng đọc được.")
    checks.finish()
    sector = template_of(unit.session, lot)
    step = sector.step(RELEASE)
    said = {"report_no": "; ".join(test.report_no for test in failed)[:500], "reason": reason}
    doer = find_doer(unit, actor, command)
    values = check_step_values(unit, actor, step, command, doer=doer, computed=said)
    occasion = find_occasion(unit, actor, command, command.done_on, not_before=lot.created_at)
    event = object_event(step, sector.id, occasion, values, [Amount(lot.lot)])
    receipt = write_step(unit, actor, step, event, (), lot=lot.lot, done_on=command.done_on, doer=doer)
    return Released(lot.lot, receipt.index)


def locked_lots(session: Session, actor: Actor, lots: Collection[str]) -> frozenset[str]:
    """Those of the lots that a failed test holds, of themselves or of what they are made of."""
    known = lot_facts(session, actor.organisation, dict.fromkeys(lots))
    return frozenset(lot for lot, facts in zip(lots, known, strict=True) if facts.failed_tests)


def failed_tests(session: Session, actor: Actor, lot: str) -> tuple[FailedTest, ...]:
    """The tests that hold a lot: its own and those of what it is made of, the latest first."""
    (facts,) = lot_facts(session, actor.organisation, {lot: None})
    return facts.failed_tests
