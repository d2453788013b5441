"""A wrong step and the step said again: its values, amounts, moment, and what the guards judge it by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.done_dates import event_time
from ledger.coop.errors import CommandError, DoneDateError, NotFoundError, Problem
from ledger.coop.events import Amount
from ledger.coop.field.season_facts import ABOUT_SEASON, gather_season
from ledger.coop.goods.pack_amounts import amount_needed, sum_of, take_for_packs
from ledger.coop.goods.processing import Portion, check_gain, check_portions
from ledger.coop.lots import available, find_held_lots
from ledger.coop.quantities import INPUT_KEYS, computed_amounts, loss_of, made_by, net_in_lot_unit, unit_name
from ledger.coop.supplies.declared import know_supply
from ledger.coop.tables import WorkRow
from ledger.log.records import read_record
from ledger.log.unit import Unit
from ledger.trace.derived.projections import event_time as time_of
from ledger.trace.events import flows
from ledger.trace.events.sealed import FIELDS, MEMBER, unseal
from ledger.trace.fact_queries import lot_facts
from ledger.trace.facts import Facts, FlowFacts, LotFacts, SeasonFacts
from ledger.trace.identifiers import lot_code_of
from ledger.trace.sealed_fields.disclosures import read_disclosures
from ledger.trace.sectors.fields import decimal_of
from ledger.trace.sectors.templates import Step, template
from ledger.trace.tables import LotKind, TraceEvent, TraceLotEdge, lot_key
from ledger.trace.units import format_date, format_number, local_day

_PACKED = ("pack_count", "net_per_pack", "loss")
_ONLY_TAKEN_BACK = frozenset({"unpacking", "stock_taking", "sampling", "quality_release"})
"""Steps that are recorded anew after they were taken back: what they say follows from what was there."""


@dataclass(frozen=True, slots=True)
class WrongStep:
    """A recorded step that stands: its books' row, its step, the whole event and what that does to lots."""

    work: WorkRow
    step: Step
    event: dict[str, Any]
    flow: flows.Flow

    @property
    def season(self) -> str:
        """The season it is about, if it is about one."""
        return self.flow.inputs[0].lot if self.flow.inputs else self.work.lot


@dataclass(frozen=True, slots=True)
class Amounts:
    """What a step takes and gives: of a transformation both, of anything else only ``outputs``."""

    inputs: tuple[Amount, ...]
    outputs: tuple[Amount, ...]

    @property
    def taken(self) -> Decimal:
        """The sum of the inputs."""
        return sum((amount.quantity or Decimal(0) for amount in self.inputs), Decimal(0))

    @property
    def made(self) -> Decimal:
        """The sum of the outputs."""
        return sum((amount.quantity or Decimal(0) for amount in self.outputs), Decimal(0))


def find_wrong_step(unit: Unit, actor: Actor, index: int) -> WrongStep:
    """The step that the actor's organisation recorded at ``index``. Raises ``NotFoundError``."""
    work = unit.session.get(WorkRow, index)
    if work is None or work.organisation != actor.organisation:
        raise NotFoundError("việc đã ghi", str(index))
    record = read_record(unit.session, index)
    event = unseal(record.body, read_disclosures(unit.session, unit.vault, index))
    event.pop(MEMBER, None)  # what was erased since cannot be said again
    step = template(event["sogoc:template"]).step(event["sogoc:step"])
    return WrongStep(work, step, event, flows.read_flow(event))


def check_may_correct(wrong: WrongStep, *, did_not_occur: bool) -> None:
    """Raises ``CommandError`` for what is mended otherwise."""
    if wrong.event["type"] == "AggregationEvent":
        sentence = (
            "Việc xếp thùng không đính chính ở đây. Nếu xếp nhầm, hãy mở lượt in tem thùng và ghi dỡ thùng."
        )
        raise CommandError(Problem("index", sentence))
    if wrong.step.code in _ONLY_TAKEN_BACK and not did_not_occur:
        sentence = f"Việc “{wrong.step.name_vi}” không sửa từng số. Hãy báo việc này không có, rồi ghi lại."
        raise CommandError(Problem("index", sentence))


def amounts_of(wrong: WrongStep) -> Amounts:
    """What the wrong step takes and gives."""
    if wrong.event["type"] == "TransformationEvent":
        return Amounts(_amounts(wrong.flow.inputs), _amounts(wrong.flow.outputs))
    here = flows.read_flow({**wrong.event, "action": "ADD"}).outputs
    return Amounts((), _amounts(here))


def changed_amounts(
    session: Session,
    actor: Actor,
    wrong: WrongStep,
    inputs: tuple[Portion, ...] | None,
    outputs: tuple[Portion, ...] | None,
) -> Amounts:
    """The wrong step's amounts with other inputs, or other quantities of the same outputs.

    Raises ``NotFoundError``, ``CommandError``.
    """
    old = amounts_of(wrong)
    if inputs is not None:
        check_portions(inputs)
        find_held_lots(session, actor, (lot for lot, _ in inputs))
        uom = old.inputs[0].uom if old.inputs else None
        old = replace(old, inputs=tuple(Amount(lot, quantity, uom) for lot, quantity in inputs))
    if outputs is not None:
        check_portions(outputs)
        quantities = dict(outputs)
        if quantities.keys() != {amount.lot for amount in old.outputs}:
            sentence = "Đính chính phải giữ nguyên các lô ra. Hãy chỉ sửa số lượng."
            raise CommandError(Problem("outputs", sentence))
        old = replace(old, outputs=tuple(replace(a, quantity=quantities[a.lot]) for a in old.outputs))
    return old


def computed_values(wrong: WrongStep, amounts: Amounts) -> dict[str, str | list[str]]:
    """The fields of a transformation that follow from its amounts."""
    if wrong.step.level != "transform":
        return {}
    said: dict[str, str | list[str]] = dict(computed_amounts(wrong.step, amounts.taken, amounts.made, None))
    said["input_batches"] = [amount.lot for amount in amounts.inputs]
    return {key: value for key, value in said.items() if wrong.step.field(key) is not None}


def taken_values(wrong: WrongStep, amounts: Amounts) -> dict[str, str | list[str]]:
    """The fields that say what a step takes."""
    said = {key: format_number(amounts.taken) for key in INPUT_KEYS if wrong.step.field(key) is not None}
    return {**said, "input_batches": [amount.lot for amount in amounts.inputs]}


def said_amounts(wrong: WrongStep, amounts: Amounts, values: Mapping[str, Any]) -> Amounts:
    """``amounts`` with the quantity that the values themselves state: a harvest's, a shipment's, packs'."""
    step = wrong.step
    quantity = None
    if step.biz_step == "packing":
        quantity = decimal_of(values, "pack_count")
    elif step.level == "creates_batch" or (wrong.event.get("action") == "ADD" and "season" not in step.code):
        made = made_by(step, values)
        quantity = None if made is None else made.quantity
    elif step.biz_step in ("shipping", "receiving") and amounts.outputs[0].quantity is not None:
        quantity = decimal_of(values, "quantity")
    if quantity is None:
        return amounts
    first, *rest = amounts.outputs
    return replace(amounts, outputs=(replace(first, quantity=quantity), *rest))


def packed_amounts(session: Session, actor: Actor, wrong: WrongStep, values: Mapping[str, Any]) -> Amounts:
    """What a packing takes where its packs, their size or its loss are said again: what these need, no more.

    More than before comes from the same lots, as far as something is left of them.
    """
    old, packs, net = amounts_of(wrong), decimal_of(values, "pack_count"), decimal_of(values, "net_per_pack")
    was = wrong.event.get(FIELDS, {})
    if packs is None or net is None or all(values.get(key) == was.get(key) for key in _PACKED):
        return old
    held = find_held_lots(session, actor, (amount.lot for amount in old.inputs))
    offered = [
        (
            lot.lot,
            (amount.quantity or Decimal(0)) + max(available(session, actor, lot) or Decimal(0), Decimal(0)),
        )
        for lot, amount in zip(held, old.inputs, strict=True)
    ]
    before = [(amount.lot, amount.quantity or Decimal(0)) for amount in old.inputs]
    net, loss = net_in_lot_unit(wrong.step, net), loss_of(values) or None
    is_enough = sum_of(before) >= amount_needed(net, int(packs), loss)
    taken = take_for_packs((), before if is_enough else offered, net=net, packs=int(packs), loss=loss)
    uom = old.inputs[0].uom
    return replace(old, inputs=tuple(Amount(lot, quantity, uom) for lot, quantity in taken))


def moment_again(
    session: Session, actor: Actor, wrong: WrongStep, amounts: Amounts, *, done_on: date, now: datetime
) -> datetime:
    """When the step was done, said again: not before what it took, not after what was made of what it gave.

    Raises ``DoneDateError``.
    """
    before = time_of(wrong.event)
    lots = find_held_lots(session, actor, (amount.lot for amount in amounts.inputs))
    born = max((lot.created_at for lot in lots if lot.kind is not LotKind.SEASON), default=None)
    is_same_day = done_on == local_day(before)
    if not is_same_day or (born is not None and before < born):
        before = event_time(done_on, now, not_before=born)
    used = _first_use(session, amounts)
    if used is not None and used < before:
        day = format_date(local_day(used))
        raise DoneDateError(
            "after it was used",
            sentence=f"Lô này đã được dùng ngày {day}. Ngày làm không thể sau ngày đó.",
        )
    return before


def facts_again(
    unit: Unit, actor: Actor, wrong: WrongStep, amounts: Amounts, values: Mapping[str, Any], *, done_on: date
) -> Facts:
    """What the guards judge the step by, with what the wrong one took and gave left out."""
    old = amounts_of(wrong)
    facts = Facts(done_on=done_on, values=values, unit_vi=unit_name(amounts.outputs[0].uom))
    if not ABOUT_SEASON.isdisjoint(wrong.step.guards):
        season = gather_season(unit.session, unit.vault, wrong.season)
        facts = replace(facts, season=_without(season, wrong, old))
    facts = know_supply(unit.session, actor.organisation, wrong.step, facts, wrong.season)
    if wrong.step.level in {"batch", "transform"}:
        taken, was = (amounts.inputs, old.inputs) if amounts.inputs else (amounts.outputs, old.outputs)
        facts = replace(facts, lots=_lots_again(unit.session, actor, taken, was))
    if wrong.step.level == "transform":
        facts = replace(
            facts, unit_vi=unit_name(amounts.inputs[0].uom), flow=_flow(wrong.step, amounts, values)
        )
    return facts


def _without(season: SeasonFacts, wrong: WrongStep, old: Amounts) -> SeasonFacts:
    """The season as if the wrong step had not been."""
    heads = decimal_of(wrong.event.get(FIELDS, {}), "heads") or Decimal(0)
    if wrong.step.code == "mortality":
        return replace(season, heads_dead=season.heads_dead - heads)
    if wrong.step.level != "creates_batch":
        return season
    gave = {lot_code_of(amount.lot) for amount in old.outputs}
    return replace(
        season,
        taken=season.taken - old.made,
        heads_out=season.heads_out - heads,
        takings=tuple(taking for taking in season.takings if taking.lot_code not in gave),
    )


def check_gain_again(
    session: Session, actor: Actor, wrong: WrongStep, amounts: Amounts, facts: Facts
) -> None:
    """As ``processing.check_gain``, for what is said again. Packing has a guard of its own against it."""
    if wrong.step.biz_step != "packing":
        lots = find_held_lots(session, actor, (amount.lot for amount in amounts.inputs))
        quantities = (amount.quantity or Decimal(0) for amount in amounts.inputs)
        check_gain(wrong.step, zip(lots, quantities, strict=True), facts.flow)


def _lots_again(
    session: Session, actor: Actor, taken: Sequence[Amount], was: Sequence[Amount]
) -> tuple[LotFacts, ...]:
    back = {amount.lot: amount.quantity or Decimal(0) for amount in was}
    asked = {amount.lot: amount.quantity for amount in taken}
    found = zip(asked, lot_facts(session, actor.organisation, asked), strict=True)
    return tuple(replace(fact, available=fact.available + back.get(lot, Decimal(0))) for lot, fact in found)


def _flow(step: Step, amounts: Amounts, values: Mapping[str, Any]) -> FlowFacts:
    loss = loss_of(values)
    net, packs = decimal_of(values, "net_per_pack"), decimal_of(values, "pack_count")
    if net is None or packs is None:
        return FlowFacts(output=amounts.made, loss=loss)
    net = net_in_lot_unit(step, net)
    return FlowFacts(output=net * packs, loss=loss, packs=int(packs), net_per_pack=net)


def _first_use(session: Session, amounts: Amounts) -> datetime | None:
    """When something was first made of what the step gave."""
    made = [lot_key(amount.lot) for amount in amounts.outputs] if amounts.inputs else []
    return session.scalar(
        select(func.min(TraceEvent.done_at))
        .join(TraceLotEdge, TraceLotEdge.index == TraceEvent.index)
        .where(TraceLotEdge.parent.in_(made), TraceLotEdge.corrected_by.is_(None))
    )


def _amounts(flowing: Sequence[flows.Amount]) -> tuple[Amount, ...]:
    return tuple(Amount(amount.lot, amount.quantity, amount.uom) for amount in flowing)
