"""Lots into lots: sorting, drying, slaughter, cutting, mixing, splitting, merging. Every input is kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from ledger.coop.actors import WORKSHOP, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import CommandError, LotStateError, Problem
from ledger.coop.events import Amount, transformation_event
from ledger.coop.holds.held_lots import facts_of_lots
from ledger.coop.lot_codes import new_lot
from ledger.coop.lots import OwnLot, find_held_lots
from ledger.coop.quantities import computed_amounts, loss_of, unit_name
from ledger.coop.registers.products import Product, find_product, find_product_by_uri
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
from ledger.trace.errors import GuardError, Violation
from ledger.trace.facts import Facts, FlowFacts
from ledger.trace.sectors.templates import GUARDS, Step, template
from ledger.trace.tables import LotKind
from ledger.trace.units import format_date, format_number

Portion = tuple[str, Decimal]
"""A lot and how much of it, in the lot's own unit (kg, or pieces)."""

_BALANCE = "mass_balance"
_OWN_FORMS = frozenset({"packing", "unpacking"})
MAX_INPUTS = 200
MAX_OUTPUTS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Transform(StepCommand):
    """``inputs`` become ``outputs`` by ``step``: products (``None``: the first input's) and their quantities.

    ``product`` is the code of the one whose template has the step; the first output's if none is given.
    """

    step: str
    inputs: tuple[Portion, ...]
    outputs: tuple[tuple[str | None, Decimal], ...]
    loss: Decimal | None = None
    product: str | None = None


@dataclass(frozen=True, slots=True)
class Transformed:
    """The lots that were made, their entry, and what the guards had to say."""

    lots: tuple[str, ...]
    index: int
    warnings: tuple[Notice, ...]


@use_case(WORKSHOP)
def transform(unit: Unit, actor: Actor, command: Transform) -> Transformed:
    """Make lots of lots.

    Raises ``NotFoundError``, ``CommandError``, ``LotStateError`` (a season or packs as input),
    ``DoneDateError``, ``ledger.trace.errors.FieldErrors`` and ``GuardError`` (balance, recall).
    """
    check_portions(command.inputs)
    _check_outputs(command)
    inputs = find_held_lots(unit.session, actor, (lot for lot, _ in command.inputs))
    uom = common_unit(inputs)
    products = _output_products(unit.session, actor, command, inputs[0])
    owner = products[0]
    if command.product is not None:
        owner = find_product(unit.session, actor.organisation, command.product)
    sector = template(owner.template)
    step = _transforming_step(sector.step(command.step))
    taken = sum((quantity for _, quantity in command.inputs), Decimal(0))
    made = sum((quantity for _, quantity in command.outputs), Decimal(0))
    computed = computed_amounts(step, taken, made, command.loss) | _cuts(step, command, products)
    doer = find_doer(unit, actor, command)
    values = check_step_values(
        unit,
        actor,
        step,
        command,
        doer=doer,
        computed={**computed, **_expiry(inputs), "input_batches": [lot.lot for lot in inputs]},
    )
    occasion = find_occasion(unit, actor, command, command.done_on, not_before=youngest(inputs))
    facts = Facts(
        done_on=command.done_on,
        values=values,
        unit_vi=unit_name(uom),
        lots=facts_of_lots(unit.session, actor.organisation, dict(command.inputs)),
        flow=FlowFacts(output=made, loss=loss_of(values)),
    )
    warnings = ask_guards(actor, step, facts, command.overrides)
    check_gain(step, zip(inputs, (quantity for _, quantity in command.inputs), strict=True), facts.flow)
    lots = _new_lots(unit, products, command.done_on)
    outputs = [Amount(lot, amount, uom) for lot, (_, amount) in zip(lots, command.outputs, strict=True)]
    taking = [Amount(lot, amount, uom) for lot, amount in command.inputs]
    event = transformation_event(step, sector.id, occasion, values, inputs=taking, outputs=outputs)
    receipt = write_step(unit, actor, step, event, warnings, lot=lots[0], done_on=command.done_on, doer=doer)
    return Transformed(lots, receipt.index, notices(warnings))


def check_portions(portions: Sequence[Portion]) -> None:
    """Check a list of lots and quantities: not empty, each lot once. Raises ``CommandError``."""
    checks = Checks()
    if not portions:
        checks.refuse("inputs", "Hãy chọn ít nhất một lô vào.")
    if len(portions) > MAX_INPUTS:
        checks.refuse("inputs", f"Mỗi lần chỉ gộp tối đa {MAX_INPUTS} lô. Hãy chia làm nhiều lần.")
    if len({lot for lot, _ in portions}) < len(portions):
        checks.refuse("inputs", "Có lô được chọn hai lần. Hãy gộp lại thành một dòng.")
    for _, quantity in portions[:MAX_INPUTS]:
        checks.amount("inputs", "lượng lấy ra", quantity)
    checks.finish()


def common_unit(lots: Iterable[OwnLot]) -> str | None:
    """The one unit of all lots. Raises ``CommandError`` for several, ``LotStateError`` for no loose lot."""
    units = set()
    for lot in lots:
        if lot.kind is LotKind.SEASON:
            sentence = f"{lot.code} là vụ, chưa phải lô hàng. Hãy ghi thu hoạch trước."
            raise LotStateError("a season", lot=lot.lot, sentence=sentence)
        if lot.kind is LotKind.PACK:
            sentence = f"Lô {lot.code} đã đóng gói. Hãy chọn lô hàng rời."
            raise LotStateError("packs", lot=lot.lot, sentence=sentence)
        units.add(lot.uom)
    if len(units) != 1:
        sentence = "Các lô vào tính theo đơn vị khác nhau. Hãy chọn các lô cùng đơn vị."
        raise CommandError(Problem("inputs", sentence))
    return units.pop()


def check_gain(step: Step, taken: Iterable[tuple[OwnLot, Decimal]], flow: FlowFacts | None) -> None:
    """Raises ``GuardError`` where a lot that went through the scales before gains weight once more.

    ``mass_balance`` allows for the error of one weighing. Were it allowed at every step, sorting a lot again
    and again would make more of it each time; so it is allowed on what comes from the field only.
    """
    if flow is None or _BALANCE not in step.guards:
        return
    tolerance = Decimal(str(GUARDS[_BALANCE].params["tolerance_pct"])) / 100
    portions = tuple(taken)
    most = sum((quantity for _, quantity in portions), Decimal(0))
    most += tolerance * sum((quantity for lot, quantity in portions if lot.kind is LotKind.RAW), Decimal(0))
    made = flow.output + flow.loss
    if made > most:
        unit_vi = unit_name(portions[0][0].uom)
        sentence = (
            f"Ra và hao hụt {format_number(made)} {unit_vi} nhiều hơn vào {format_number(most)} {unit_vi}. "
            "Lô đã cân một lần rồi thì không nặng thêm được. Hãy cân lại."
        )
        violation = Violation(_BALANCE, sentence, {"output": str(made), "most": str(most)})
        raise GuardError(step.code, (violation,))


def youngest(lots: Iterable[OwnLot]) -> datetime:
    """When the newest of the lots came to be."""
    return max(lot.created_at for lot in lots)


def _check_outputs(command: Transform) -> None:
    checks = Checks()
    if not 1 <= len(command.outputs) <= MAX_OUTPUTS:
        checks.refuse("outputs", f"Hãy ghi từ 1 đến {MAX_OUTPUTS} lô ra.")
    for _, quantity in command.outputs[:MAX_OUTPUTS]:
        checks.amount("outputs", "lượng ra", quantity)
    if command.loss is not None and command.loss != 0:
        checks.amount("loss", "hao hụt", command.loss)
    checks.finish()


def _output_products(
    session: Session, actor: Actor, command: Transform, first_input: OwnLot
) -> tuple[Product, ...]:
    """The product of each output. ``None`` stands for the first input's, which must be our own."""
    return tuple(
        find_product_by_uri(session, actor.organisation, first_input.product or "")
        if code is None
        else find_product(session, actor.organisation, code)
        for code, _ in command.outputs
    )


def _expiry(inputs: Sequence[OwnLot]) -> dict[str, str]:
    """The first of the inputs' last days, for steps that leave the goods what they are."""
    days = [lot.expires_on for lot in inputs if lot.expires_on is not None]
    return {"expires_on": format_date(min(days))} if days else {}


def _cuts(step: Step, command: Transform, products: Sequence[Product]) -> dict[str, list[str]]:
    """A butcher's table of cuts, from the outputs, where the form does not give one."""
    if step.field("cuts") is None or command.values.get("cuts"):
        return {}
    weights = zip(products, command.outputs, strict=True)
    return {"cuts": [f"{product.name}: {format_number(weight)}" for product, (_, weight) in weights]}


def _new_lots(unit: Unit, products: Sequence[Product], day: date) -> tuple[str, ...]:
    return tuple(new_lot(unit.session, unit.id_base, product, day) for product in products)


def _transforming_step(step: Step) -> Step:
    if step.level != "transform" or step.biz_step in _OWN_FORMS:
        raise CommandError(Problem("step", f"Việc “{step.name_vi}” có phiếu riêng. Hãy mở phiếu đó để ghi."))
    return step
