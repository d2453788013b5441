"""Taking from a season: harvest, extraction, egg collection, release. Each makes a lot."""

from dataclasses import dataclass

from ledger.coop.actors import FIELD_WORK, Actor
from ledger.coop.errors import CommandError, Problem
from ledger.coop.events import Amount, transformation_event
from ledger.coop.field.season_facts import gather_season
from ledger.coop.field.typed_amounts import keep_typed_amounts
from ledger.coop.lot_codes import new_lot
from ledger.coop.lots import find_open_season, find_own_lot
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
from ledger.trace.templates import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvest(StepCommand):
    """Something taken from ``season`` (its lot) by ``step``; ``lot_code`` is the next if none is chosen."""

    season: str
    step: str = "harvest"
    lot_code: str | None = None


@dataclass(frozen=True, slots=True)
class Harvested:
    """The lot that was made, its entry, and what the guards had to say."""

    lot: str
    index: int
    warnings: tuple[Notice, ...]


@use_case(FIELD_WORK)
def harvest(unit: Unit, actor: Actor, command: Harvest) -> Harvested:
    """Make a lot of what a season gave.

    Raises ``NotFoundError``, ``LotStateError`` (season closed), ``CommandError``, ``AlreadyExistsError`` (lot
    code), ``DoneDateError``, ``ledger.trace.errors.FieldErrors``, and ``GuardError`` while an interval runs.
    """
    season = find_open_season(unit.session, actor, command.season)
    product = find_product(unit.session, actor.organisation, season.product)
    step = _taking_step(season.sector.step(command.step))
    doer = find_doer(unit, actor, command)
    values = check_step_values(unit, actor, step, command, doer=doer)
    made = made_by(step, values)
    if made is None:
        raise CommandError(Problem("quantity", "Hãy ghi sản lượng lớn hơn 0."))
    born = find_own_lot(unit.session, actor, season.lot).created_at
    occasion = find_occasion(unit, actor, command, command.done_on, not_before=born, place=season.place)
    facts = Facts(
        done_on=command.done_on,
        values=values,
        unit_vi=made.unit_vi,
        season=gather_season(unit.session, unit.vault, season.lot),
    )
    warnings = ask_guards(actor, step, facts, command.overrides)
    lot = new_lot(unit.session, unit.id_base, product, command.done_on, command.lot_code)
    outputs = [Amount(lot, made.quantity, made.uom)]
    event = transformation_event(
        step, season.sector.id, occasion, values, inputs=[Amount(season.lot)], outputs=outputs
    )
    receipt = write_step(unit, actor, step, event, warnings, lot=lot, done_on=command.done_on, doer=doer)
    keep_typed_amounts(unit, actor, receipt.index, step, command.values)
    return Harvested(lot, receipt.index, notices(warnings))


def _taking_step(step: Step) -> Step:
    if step.level != "creates_batch" or step.event_type != "TransformationEvent":
        raise CommandError(Problem("step", f"Việc “{step.name_vi}” không phải việc thu hoạch. Hãy chọn lại."))
    return step
