"""The diary: work in a season, and what is done to a lot without making another (tests, storing)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import FIELD_WORK, WORKSHOP, Actor, Role, check_may
from ledger.coop.errors import CommandError, NotFoundError, Problem
from ledger.coop.events import Amount, object_event
from ledger.coop.field.observations import note_expectation
from ledger.coop.field.season_facts import ABOUT_SEASON, gather_season
from ledger.coop.field.typed_amounts import keep_typed_amounts
from ledger.coop.holds.held_lots import facts_of_lots
from ledger.coop.lots import find_held_lot, find_held_lots, find_season, template_of
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
from ledger.coop.supplies.declared import know_supply
from ledger.coop.supplies.uses import take_supply
from ledger.coop.use_cases import use_case
from ledger.log.unit import Unit
from ledger.trace.events.sealed import FIELDS
from ledger.trace.facts import Facts
from ledger.trace.guards import GuardWarning
from ledger.trace.sectors.fields import RawValue
from ledger.trace.sectors.templates import Step, Template, template
from ledger.trace.tables import LotKind, TraceEvent, TraceLotEntry, lot_key

LOT_WORK = FIELD_WORK | WORKSHOP | {Role.DISTRIBUTOR}
# Steps of the same levels that have a use case of their own, with more to them than an event.
ELSEWHERE = frozenset(
    {"season_open", "season_close", "label_activation", "shipping", "distributor_receipt", "recall"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordStep(StepCommand):
    """Work done to ``lot``: a season (level ``unit``) or a lot (level ``batch``); ``step`` is its code.

    ``product`` is the code of the one whose template has the step, where that is not the lot's: the workshop
    receives what the barn released.
    """

    lot: str
    step: str
    product: str | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry that was written, and what the guards had to say."""

    index: int
    warnings: tuple[Notice, ...]


@use_case(LOT_WORK)
def record_step(unit: Unit, actor: Actor, command: RecordStep) -> Recorded:
    """Write one step into the diary of a season or lot.

    Raises ``NotFoundError``, ``LotStateError`` (season closed), ``CommandError`` (no diary step, or done
    already), ``DoneDateError``, ``ledger.trace.errors.FieldErrors`` and ``GuardError``.
    """
    return write_work(unit, actor, prepare_work(unit, actor, command))


@dataclass(frozen=True, slots=True)
class Work:
    """A step that was judged and may be written: its whole event, what the guards had to say, and the values
    as they were typed.
    """

    step: Step
    lot: str
    done_on: date
    doer: str | None
    event: Mapping[str, Any]
    warnings: tuple[GuardWarning, ...]
    typed: Mapping[str, RawValue]


def prepare_work(unit: Unit, actor: Actor, command: RecordStep) -> Work:
    """Judge one step and write nothing. Raises as ``record_step``."""
    subject = _find_subject(unit.session, actor, command)
    step = _diary_step(subject.sector, command.step)
    _check_fits(actor, step, subject)
    _check_not_done(unit.session, step, subject.lot)
    doer = find_doer(unit, actor, command)
    values = check_step_values(unit, actor, step, command, doer=doer, computed=_sources(step, command))
    subject = _with_sources(unit.session, actor, subject, values)
    occasion = find_occasion(
        unit, actor, command, command.done_on, not_before=subject.born, place=subject.place
    )
    facts = _facts(unit, actor, step, subject, command.done_on, values=values)
    warnings = ask_guards(actor, step, facts, command.overrides)
    event = object_event(step, subject.sector.id, occasion, values, [Amount(lot) for lot in subject.lots])
    return Work(step, subject.lot, command.done_on, doer, event, warnings, command.values)


def write_work(unit: Unit, actor: Actor, work: Work) -> Recorded:
    """Write what was judged. Raises what ``capture_event`` raises."""
    receipt = write_step(
        unit,
        actor,
        work.step,
        work.event,
        work.warnings,
        lot=work.lot,
        done_on=work.done_on,
        doer=work.doer,
    )
    keep_typed_amounts(unit, actor, receipt.index, work.step, work.typed)
    note_expectation(unit, actor, receipt.index, work.lot, work.event[FIELDS], said_on=work.done_on)
    told = take_supply(
        unit,
        actor,
        work.step,
        work.event[FIELDS],
        index=receipt.index,
        lot=work.lot,
        done_on=work.done_on,
    )
    return Recorded(receipt.index, (*notices(work.warnings), *told))


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a step is about: a season at its place, or lots; ``born`` is when the newest lot came to be.

    Work in a season may begin before it counts as planted, so a season has no such limit.
    """

    lots: tuple[str, ...]
    sector: Template
    is_season: bool
    place: str | None = None
    born: datetime | None = None

    @property
    def lot(self) -> str:
        return self.lots[0]


def _find_subject(session: Session, actor: Actor, command: RecordStep) -> _Subject:
    season = find_season(session, actor, command.lot)
    if season is not None:
        return _Subject((season.lot,), season.sector, is_season=True, place=season.place)
    lot = find_held_lot(session, actor, command.lot)
    if lot.kind is LotKind.SEASON:
        raise NotFoundError("vụ", lot.code)
    if command.product is None:
        sector = template_of(session, lot)
    else:
        sector = template(find_product(session, actor.organisation, command.product).template)
    return _Subject((lot.lot,), sector, is_season=False, born=lot.created_at)


def _with_sources(session: Session, actor: Actor, subject: _Subject, values: Mapping[str, Any]) -> _Subject:
    """The subject with the other lots that the values say were received together with it."""
    if "source_batches" not in values:
        return subject
    lots = find_held_lots(session, actor, (subject.lot, *values["source_batches"]))
    return replace(subject, lots=tuple(lot.lot for lot in lots), born=max(lot.created_at for lot in lots))


def _diary_step(sector: Template, code: str) -> Step:
    step = sector.step(code)
    if step.level not in ("unit", "batch") or code in ELSEWHERE:
        sentence = f"Việc “{step.name_vi}” có phiếu riêng. Hãy mở phiếu đó để ghi."
        raise CommandError(Problem("step", sentence))
    return step


def _check_fits(actor: Actor, step: Step, subject: _Subject) -> None:
    """Check that the step is done to such a subject, by such people."""
    if subject.is_season != (step.level == "unit"):
        wanted = "vụ đang làm" if step.level == "unit" else "lô hàng"
        raise CommandError(Problem("lot", f"Việc “{step.name_vi}” ghi cho {wanted}. Hãy chọn lại."))
    if subject.is_season:
        check_may(actor, FIELD_WORK)


def _check_not_done(session: Session, step: Step, lot: str) -> None:
    if step.repeatable:
        return
    done = (
        select(TraceEvent.index)
        .join(TraceLotEntry, TraceLotEntry.index == TraceEvent.index)
        .where(TraceLotEntry.lot == lot_key(lot), TraceEvent.step == step.code)
        .where(TraceEvent.corrects.is_(None), TraceEvent.corrected_by.is_(None))
    )
    if session.scalar(done.limit(1)) is not None:
        sentence = f"Việc “{step.name_vi}” đã ghi rồi, mỗi vụ chỉ ghi một lần. Nếu ghi sai, hãy đính chính."
        raise CommandError(Problem("step", sentence))


def _sources(step: Step, command: RecordStep) -> dict[str, str]:
    """What is received is the lot itself, where the form does not say."""
    if step.field("source_batches") is None or command.values.get("source_batches"):
        return {}
    return {"source_batches": command.lot}


def _facts(
    unit: Unit, actor: Actor, step: Step, subject: _Subject, done_on: date, *, values: Mapping[str, Any]
) -> Facts:
    """What the step's guards ask for, and no more: most steps of a diary have none."""
    facts = Facts(done_on=done_on, values=values)
    if not ABOUT_SEASON.isdisjoint(step.guards):
        facts = replace(facts, season=gather_season(unit.session, unit.vault, subject.lot))
    if "fail_blocks_release" in step.guards:
        taking = dict.fromkeys(subject.lots)
        facts = replace(facts, lots=facts_of_lots(unit.session, actor.organisation, taking))
    return know_supply(unit.session, actor.organisation, step, facts, subject.lot)
