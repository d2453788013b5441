"""Corrections: a recorded step is taken back publicly and, unless it never happened, said again, rightly.

A correction is no way around a guard: the step said again is judged like a new one, with what the wrong one
took and gave left out of the reckoning.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ledger.coop.actors import CORRECTING, Actor
from ledger.coop.checks import Checks
from ledger.coop.corrected_steps import (
    Amounts,
    WrongStep,
    changed_amounts,
    check_gain_again,
    check_may_correct,
    computed_values,
    facts_again,
    find_wrong_step,
    moment_again,
    packed_amounts,
    said_amounts,
    taken_values,
)
from ledger.coop.errors import CommandError, Problem, ShipmentStateError
from ledger.coop.events import format_event_time
from ledger.coop.field.observations import note_expectation, refresh_expectation
from ledger.coop.goods.processing import Portion
from ledger.coop.goods.settling import (
    check_not_settled,
    check_settled_again,
    forget_difference,
    redo_settlement,
    undo_settlement,
)
from ledger.coop.goods.shipping import RECEIVED, REJECTED, SENT, WITHDRAWN
from ledger.coop.goods.stock_places import redo_move, redo_takings, undo_move, undo_takings
from ledger.coop.quality.samples import forget_entry, retell_result
from ledger.coop.registers.references import resolve_references
from ledger.coop.review.marking import mark_entry
from ledger.coop.spreadsheets.typed_values import type_again
from ledger.coop.steps import Notice, StepDetails, ask_guards, find_doer, keep_work, notices
from ledger.coop.supplies.uses import correct_supply, return_supply
from ledger.coop.tables import SeasonRow, ShipmentRow
from ledger.coop.use_cases import use_case
from ledger.log.unit import Unit
from ledger.trace.correcting import correct_event
from ledger.trace.events.sealed import FIELDS, rules_for
from ledger.trace.guards import event_members
from ledger.trace.sectors.fields import RawValue, check_values, decimal_of
from ledger.trace.units import format_date, local_day

# What a step is about stays: something else would be another step.
_FIXED = frozenset({"product", "house", "to_party", "by_party", "source_batches", "input_batches"})
_SAID_ANEW = frozenset({"eventID", "sogoc:warnings", "sogoc:override"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct(StepDetails):
    """The step at ``index`` was wrong, for a public ``reason``: it never happened, or was other.

    ``values`` are the fields that change; ``inputs`` and ``outputs`` the portions of a transformation, if
    they change; ``done_on`` the right day.
    """

    index: int
    reason: str
    did_not_occur: bool = False
    done_on: date | None = None
    inputs: tuple[Portion, ...] | None = None
    outputs: tuple[Portion, ...] | None = None


@dataclass(frozen=True, slots=True)
class Corrected:
    """The entry that takes the step back, the one that says it again (if any), and what the guards said."""

    declaration: int
    index: int | None
    warnings: tuple[Notice, ...]


@use_case(CORRECTING)
def correct(unit: Unit, actor: Actor, command: Correct) -> Corrected:
    """Correct a recorded step.

    Raises ``NotFoundError``, ``CommandError``, ``DoneDateError``, ``ShipmentStateError`` (received
    meanwhile), ``ledger.trace.errors.CorrectionError``, ``BalanceError``, ``FieldErrors``, ``GuardError``.
    """
    return correct_step(unit, actor, command)


def correct_step(unit: Unit, actor: Actor, command: Correct) -> Corrected:
    """``correct`` for whoever may: the caller has asked. Raises as ``correct``."""
    wrong = find_wrong_step(unit, actor, command.index)
    check_may_correct(wrong, did_not_occur=command.did_not_occur)
    reason = _check(command)
    shipment = _find_shipment(unit.session, wrong)
    if command.did_not_occur:
        done = correct_event(unit, command.index, None, reason)
        _undo_books(unit.session, wrong, shipment)
        undo_move(unit.session, command.index)
        undo_takings(unit.session, command.index)
        undo_settlement(unit.session, command.index)
        forget_entry(unit.session, command.index)
        return_supply(unit, actor, command.index)
        refresh_expectation(unit, actor, wrong.work.lot)
        return Corrected(done.declaration.index, None, ())
    amounts = changed_amounts(unit.session, actor, wrong, command.inputs, command.outputs)
    values = _values_again(unit, actor, wrong, command, amounts)
    if wrong.step.biz_step == "packing" and command.inputs is None:
        amounts = packed_amounts(unit.session, actor, wrong, values)
        values = _values_again(unit, actor, wrong, command, amounts, is_reckoned=True)
    amounts = said_amounts(wrong, amounts, values)
    _check_shipment(shipment, wrong, amounts)
    check_settled_again(unit.session, command.index, amounts.outputs[0].quantity)
    done_on = _day_again(wrong, command, values)
    moment = moment_again(unit.session, actor, wrong, amounts, done_on=done_on, now=unit.now)
    facts = facts_again(unit, actor, wrong, amounts, values, done_on=done_on)
    warnings = ask_guards(actor, wrong.step, facts, command.overrides)
    check_gain_again(unit.session, actor, wrong, amounts, facts)
    event = _event_again(wrong, amounts, values, moment) | event_members(warnings)
    done = correct_event(unit, command.index, event, reason, sealed=rules_for(wrong.step, event))
    index = done.replacement.index if done.replacement else done.declaration.index
    doer = values.get("done_by")
    keep_work(unit, actor, index, wrong.step, lot=wrong.work.lot, done_on=done_on, doer=doer)
    mark_entry(unit, actor, index, wrong.step, event, warnings=warnings, done_on=done_on, doer=doer)
    redo_move(unit.session, command.index, index, decimal_of(values, "quantity"))
    redo_takings(unit.session, actor, command.index, index, _taken_again(amounts))
    redo_settlement(unit.session, command.index, index, decimal_of(values, "quantity"))
    retell_result(unit.session, command.index, index, values)
    _redo_books(unit.session, wrong, values, shipment, amounts=amounts, index=index, done_on=done_on)
    note_expectation(unit, actor, index, wrong.work.lot, values, said_on=done_on)
    refresh_expectation(unit, actor, wrong.work.lot)
    told = correct_supply(
        unit, actor, command.index, wrong.step, values, index=index, lot=wrong.work.lot, done_on=done_on
    )
    return Corrected(done.declaration.index, index, (*notices(warnings), *told))


def _check(command: Correct) -> str:
    checks = Checks()
    reason = checks.text("reason", "lý do đính chính", command.reason, 300)
    for key in _FIXED & command.values.keys():
        sentence = (
            "Không đổi được sản phẩm, lô hay nơi giao nhận. Hãy báo việc này không có, rồi ghi việc mới."
        )
        checks.refuse(key, sentence)
    checks.finish()
    return reason


def _values_again(
    unit: Unit,
    actor: Actor,
    wrong: WrongStep,
    command: Correct,
    amounts: Amounts,
    *,
    is_reckoned: bool = False,
) -> dict[str, Any]:
    raw: dict[str, RawValue] = type_again(wrong.step, wrong.event.get(FIELDS, {}))
    if is_reckoned:
        raw |= taken_values(wrong, amounts)
    if command.inputs is not None or command.outputs is not None:
        raw |= computed_values(wrong, amounts)
    if command.done_on is not None and "packed_on" in raw:
        raw["packed_on"] = format_date(command.done_on)
    raw |= resolve_references(unit.session, actor, wrong.step, command.values)
    raw["recorded_by"] = actor.member_id or actor.account_id
    if command.done_by is not None:
        raw["done_by"] = find_doer(unit, actor, command) or ""
    if command.note is not None:
        raw["note"] = command.note
    return check_values(wrong.step, raw)


def _day_again(wrong: WrongStep, command: Correct, values: Mapping[str, Any]) -> date:
    if command.done_on is not None:
        return command.done_on
    if "packed_on" in values:
        return date.fromisoformat(values["packed_on"])
    return local_day(datetime.fromisoformat(wrong.event["eventTime"]))


def _event_again(
    wrong: WrongStep, amounts: Amounts, values: Mapping[str, Any], moment: datetime
) -> dict[str, Any]:
    event = {key: value for key, value in wrong.event.items() if key not in _SAID_ANEW}
    event["eventTime"] = format_event_time(moment)
    event[FIELDS] = dict(values)
    if event["type"] == "TransformationEvent":
        event["inputQuantityList"] = [amount.element() for amount in amounts.inputs]
        event["outputQuantityList"] = [amount.element() for amount in amounts.outputs]
    else:
        event["quantityList"] = [amount.element() for amount in amounts.outputs]
    return event


def _find_shipment(session: Session, wrong: WrongStep) -> ShipmentRow | None:
    """The shipment that the step sent or received.

    Raises ``ShipmentStateError`` when it was sent by this step and received since, or received by it and
    settled by the sender since.
    """
    index = wrong.work.index
    row = session.scalar(
        select(ShipmentRow).where(or_(ShipmentRow.sent_index == index, ShipmentRow.received_index == index))
    )
    if row is not None and row.sent_index == index and row.state != SENT:
        raise ShipmentStateError(f"shipment is {row.state}", shipment=row.id)
    if row is not None and row.received_index == index:
        check_not_settled(session, row.id)
    return row


def _taken_again(amounts: Amounts) -> dict[str, Decimal]:
    """What a step that is said again takes out of the hands, by lot: of a transformation its inputs."""
    given = amounts.inputs or amounts.outputs
    return {amount.lot: amount.quantity or Decimal(0) for amount in given}


def _check_shipment(row: ShipmentRow | None, wrong: WrongStep, amounts: Amounts) -> None:
    counted = amounts.outputs[0].quantity or Decimal(0)
    if row is not None and row.received_index == wrong.work.index and counted > row.quantity:
        raise CommandError(Problem("quantity", "Số nhận không thể nhiều hơn số gửi. Hãy đếm lại."))


def _undo_books(session: Session, wrong: WrongStep, shipment: ShipmentRow | None) -> None:
    season = session.get(SeasonRow, wrong.work.lot)
    if season is not None and wrong.step.code == "season_open":
        session.delete(season)
    if season is not None and wrong.step.code == "season_close":
        season.closed_on = None
    session.flush()
    if shipment is None:
        return
    if shipment.sent_index == wrong.work.index:
        shipment.state = WITHDRAWN
    else:
        shipment.state = SENT
        shipment.counted = shipment.condition = shipment.received_index = None
        forget_difference(session, shipment.id)


def _redo_books(
    session: Session,
    wrong: WrongStep,
    values: Mapping[str, Any],
    shipment: ShipmentRow | None,
    *,
    amounts: Amounts,
    index: int,
    done_on: date,
) -> None:
    season = session.get(SeasonRow, wrong.work.lot)
    if season is not None and wrong.step.code == "season_open":
        season.started_on = _day(values, "started_on") or season.started_on
        season.expected_from = _day(values, "expected_harvest_from")
        season.expected_to = _day(values, "expected_harvest_to")
    if shipment is None:
        return
    quantity = amounts.outputs[0].quantity or Decimal(0)
    if shipment.sent_index == wrong.work.index:
        shipment.quantity, shipment.sent_index, shipment.sent_on = quantity, index, done_on
    else:
        shipment.counted, shipment.received_index = quantity, index
        shipment.condition = values.get("condition")
        shipment.state = RECEIVED if quantity else REJECTED


def _day(values: Mapping[str, Any], key: str) -> date | None:
    return date.fromisoformat(values[key]) if key in values else None
