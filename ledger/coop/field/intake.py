"""Goods bought from outside this system: they become a lot of ours, and who they came from is known."""

from dataclasses import dataclass

from ledger.coop.actors import WORKSHOP, Actor
from ledger.coop.errors import CommandError, Problem
from ledger.coop.events import Amount, object_event
from ledger.coop.field.diary import ELSEWHERE
from ledger.coop.lot_codes import new_lot
from ledger.coop.quantities import made_by
from ledger.coop.registers.products import find_product
from ledger.coop.steps import (
    Notice,
    StepCommand,
    ask_guards,
    check_step_values,
    find_doer,
    find_occasion,
    notices,
    write_step,
)
from ledger.coop.use_cases import use_case
from ledger.log.unit import Unit
from ledger.trace.facts import Facts
from ledger.trace.templates import Step, template


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeIn(StepCommand):
    """Goods for ``product`` (its code) that came in by ``step``; the supplier is among the values."""

    product: str
    step: str = "raw_intake"
    lot_code: str | None = None


@dataclass(frozen=True, slots=True)
class TakenIn:
    """The lot that was made, its entry, and what the guards had to say."""

    lot: str
    index: int
    warnings: tuple[Notice, ...]


@use_case(WORKSHOP)
def take_in(unit: Unit, actor: Actor, command: TakeIn) -> TakenIn:
    """Make a lot of goods from outside. Goods of an organisation in this system come by ``receive``.

    Raises ``NotFoundError``, ``CommandError``, ``AlreadyExistsError``, ``DoneDateError``,
    ``ledger.trace.errors.FieldErrors`` and ``GuardError`` (nobody named as supplier).
    """
    product = find_product(unit.session, actor.organisation, command.product)
    sector = template(product.template)
    step = _intake_step(sector.step(command.step))
    doer = find_doer(unit, actor, command)
    lot = new_lot(unit.session, unit.id_base, product, command.done_on, command.lot_code)
    values = check_step_values(unit, actor, step, command, doer=doer, computed={"source_batches": [lot]})
    made = made_by(step, values)
    if made is None:
        raise CommandError(Problem("quantity", "Hãy ghi khối lượng nhập lớn hơn 0."))
    occasion = find_occasion(unit, actor, command, command.done_on)
    facts = Facts(done_on=command.done_on, values=values, unit_vi=made.unit_vi)
    warnings = ask_guards(actor, step, facts, command.overrides)
    event = object_event(step, sector.id, occasion, values, [Amount(lot, made.quantity, made.uom)])
    # The lot begins here: before, it was a number on somebody else's paper.
    event["action"] = "ADD"
    receipt = write_step(unit, actor, step, event, warnings, lot=lot, done_on=command.done_on, doer=doer)
    return TakenIn(lot, receipt.index, notices(warnings))


def _intake_step(step: Step) -> Step:
    is_intake = step.biz_step == "receiving" and step.level in ("creates_batch", "batch")
    if not is_intake or step.code in ELSEWHERE:
        raise CommandError(Problem("step", f"Việc “{step.name_vi}” không phải việc nhập hàng. Hãy chọn lại."))
    return step
