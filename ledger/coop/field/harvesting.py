"""Taking from a season: harvest, extraction, egg collection, release. Each makes a lot."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from ledger.coop.actors import FIELD_WORK, Actor
from ledger.coop.desks import Desk
from ledger.coop.errors import CommandError, Problem
from ledger.coop.events import Amount, transformation_event
from ledger.coop.field.lot_making import CheckedMaking
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
from ledger.trace.facts import Facts, SeasonFacts, Taking
from ledger.trace.sectors.fields import RawValue, decimal_of
from ledger.trace.sectors.templates import Step, Template


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """What the books say to a harvest: the season's template and place (its URI), since when there is the
    season, its facts, and who did it. ``known`` are values whose references are resolved already.
    """

    sector: Template
    place: str
    born: datetime
    facts: SeasonFacts
    doer: str | None
    known: Mapping[str, RawValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered(CheckedMaking):
    """A harvest that may be written."""

    command: Harvest
    sector: Template

    def added_to(self, facts: SeasonFacts) -> SeasonFacts:
        """The facts of the season once this was taken from it."""
        taking = Taking(self.command.lot_code or "", self.command.done_on, self.made.quantity)
        return replace(
            facts,
            steps_done=facts.steps_done | {self.step.code},
            takings=(*facts.takings, taking),
            taken=facts.taken + self.made.quantity,
            heads_out=facts.heads_out + (decimal_of(self.values, "heads") or 0),
        )


@use_case(FIELD_WORK)
def harvest(unit: Unit, actor: Actor, command: Harvest) -> Harvested:
    """Make a lot of what a season gave.

    Raises ``NotFoundError``, ``LotStateError`` (season closed), ``CommandError``, ``AlreadyExistsError`` (lot
    code), ``DoneDateError``, ``ledger.trace.errors.FieldErrors``, and ``GuardError`` while an interval runs.
    """
    season = find_open_season(unit.session, actor, command.season)
    product = find_product(unit.session, actor.organisation, season.product)
    gathering = Gathering(
        sector=season.sector,
        place=season.place,
        born=find_own_lot(unit.session, actor, season.lot).created_at,
        facts=gather_season(unit.session, unit.vault, season.lot),
        doer=find_doer(unit, actor, command),
    )
    gathered = check_harvest(unit, actor, command, gathering)
    lot = new_lot(unit.session, unit.id_base, product, command.done_on, command.lot_code)
    return write_harvest(unit, actor, gathered, season.lot, lot)


def check_harvest(desk: Desk, actor: Actor, command: Harvest, gathering: Gathering) -> Gathered:
    """A harvest that may be written. Raises what ``harvest`` raises about its values, day and guards."""
    step = _taking_step(gathering.sector.step(command.step))
    values = check_step_values(desk, actor, step, command, doer=gathering.doer, computed=gathering.known)
    made = made_by(step, values)
    if made is None:
        raise CommandError(Problem("quantity", "Hãy ghi sản lượng lớn hơn 0."))
    occasion = find_occasion(
        desk, actor, command, command.done_on, not_before=gathering.born, place=gathering.place
    )
    facts = Facts(done_on=command.done_on, values=values, unit_vi=made.unit_vi, season=gathering.facts)
    return Gathered(
        command=command,
        sector=gathering.sector,
        step=step,
        values=values,
        made=made,
        occasion=occasion,
        warnings=ask_guards(actor, step, facts, command.overrides),
        doer=gathering.doer,
    )


def write_harvest(unit: Unit, actor: Actor, gathered: Gathered, season: str, lot: str) -> Harvested:
    """Make ``lot`` of what was taken from ``season``."""
    command, step, made = gathered.command, gathered.step, gathered.made
    event = transformation_event(
        step,
        gathered.sector.id,
        gathered.occasion,
        gathered.values,
        inputs=[Amount(season)],
        outputs=[Amount(lot, made.quantity, made.uom)],
    )
    warnings, doer = gathered.warnings, gathered.doer
    receipt = write_step(unit, actor, step, event, warnings, lot=lot, done_on=command.done_on, doer=doer)
    keep_typed_amounts(unit, actor, receipt.index, step, command.values)
    return Harvested(lot, receipt.index, notices(warnings))


def _taking_step(step: Step) -> Step:
    if step.level != "creates_batch" or step.event_type != "TransformationEvent":
        raise CommandError(Problem("step", f"Việc “{step.name_vi}” không phải việc thu hoạch. Hãy chọn lại."))
    return step
