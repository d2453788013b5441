"""Goods bought from outside this system: they become a lot of ours, and who they came from is known."""

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.coop.actors import WORKSHOP, Actor
from ledger.coop.desks import Desk
from ledger.coop.errors import CommandError, Problem
from ledger.coop.events import Amount, object_event
from ledger.coop.field.diary import ELSEWHERE
from ledger.coop.field.lot_making import CheckedMaking
from ledger.coop.lot_codes import new_lot
from ledger.coop.quantities import made_by
from ledger.coop.registers.products import Product, find_product
from ledger.coop.steps import (
    NOTHING,
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
from ledger.trace.sectors.fields import RawValue
from ledger.trace.sectors.templates import Step, template

_SOURCES = "source_batches"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class CameIn(CheckedMaking):
    """Goods that may be taken in."""

    command: TakeIn
    product: Product


@use_case(WORKSHOP)
def take_in(unit: Unit, actor: Actor, command: TakeIn) -> TakenIn:
    """Make a lot of goods from outside. Goods of an organisation in this system come by ``receive``.

    Raises ``NotFoundError``, ``CommandError``, ``AlreadyExistsError``, ``DoneDateError``,
    ``ledger.trace.errors.FieldErrors`` and ``GuardError`` (nobody named as supplier).
    """
    product = find_product(unit.session, actor.organisation, command.product)
    doer = find_doer(unit, actor, command)
    lot = new_lot(unit.session, unit.id_base, product, command.done_on, command.lot_code)
    return write_intake(unit, actor, check_intake(unit, actor, command, product, doer=doer, lot=lot), lot)


def check_intake(
    desk: Desk,
    actor: Actor,
    command: TakeIn,
    product: Product,
    *,
    doer: str | None,
    lot: str,
    known: Mapping[str, RawValue] = NOTHING,
) -> CameIn:
    """Goods of ``product`` that may come in as ``lot``; ``known`` are values with references resolved.

    Raises what ``take_in`` raises about its values.
    """
    step = _intake_step(template(product.template).step(command.step))
    values = check_step_values(desk, actor, step, command, doer=doer, computed={**known, _SOURCES: [lot]})
    made = made_by(step, values)
    if made is None:
        raise CommandError(Problem("quantity", "Hãy ghi khối lượng nhập lớn hơn 0."))
    facts = Facts(done_on=command.done_on, values=values, unit_vi=made.unit_vi)
    return CameIn(
        command=command,
        product=product,
        step=step,
        values=values,
        made=made,
        occasion=find_occasion(desk, actor, command, command.done_on),
        warnings=ask_guards(actor, step, facts, command.overrides),
        doer=doer,
    )


def write_intake(unit: Unit, actor: Actor, came: CameIn, lot: str) -> TakenIn:
    """Make ``lot`` of what came in; what was checked under another name bears this one now."""
    step, done_on, made = came.step, came.command.done_on, came.made
    values = {**came.values, _SOURCES: [lot]} if _SOURCES in came.values else came.values
    amount = Amount(lot, made.quantity, made.uom)
    event = object_event(step, came.product.template, came.occasion, values, [amount])
    # The lot begins here: before, it was a number on somebody else's paper.
    event["action"] = "ADD"
    warnings = came.warnings
    receipt = write_step(unit, actor, step, event, warnings, lot=lot, done_on=done_on, doer=came.doer)
    return TakenIn(lot, receipt.index, notices(warnings))


def _intake_step(step: Step) -> Step:
    is_intake = step.biz_step == "receiving" and step.level in ("creates_batch", "batch")
    if not is_intake or step.code in ELSEWHERE:
        raise CommandError(Problem("step", f"Việc “{step.name_vi}” không phải việc nhập hàng. Hãy chọn lại."))
    return step
