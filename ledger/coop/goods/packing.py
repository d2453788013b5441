"""Packing: lots become packs for sale; then the lot of packs is sealed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from ledger.coop.actors import PACKING, WORKSHOP, Actor
from ledger.coop.checks import Checks
from ledger.coop.events import Amount, transformation_event
from ledger.coop.goods.processing import Portion, check_portions, common_unit, youngest
from ledger.coop.lot_codes import new_lot
from ledger.coop.lots import find_held_lots, find_own_lot
from ledger.coop.quantities import computed_amounts, loss_of, net_in_lot_unit, unit_name
from ledger.coop.registers.products import Product, find_product
from ledger.coop.steps import (
    Notice,
    StepDetails,
    ask_guards,
    check_step_values,
    find_doer,
    find_occasion,
    notices,
    write_step,
)
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.fact_queries import lot_facts
from ledger.trace.facts import Facts, FlowFacts
from ledger.trace.flows import EACH, KILOGRAM
from ledger.trace.sealing import seal_lot
from ledger.trace.templates import template
from ledger.trace.units import format_date, format_number

STEP = "packing"
MAX_PACKS = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack(StepDetails):
    """``packs`` packs of ``product`` (its code) out of ``inputs``.

    ``net_per_pack`` is in grams, or in pieces or m³ where the product is counted so. ``expires_on`` follows
    from the product's shelf life if it is not given.
    """

    product: str
    inputs: tuple[Portion, ...]
    net_per_pack: Decimal
    packs: int
    packed_on: date
    pack_type: str
    expires_on: date | None = None
    loss: Decimal | None = None
    lot_code: str | None = None


@dataclass(frozen=True, slots=True)
class Packed:
    """The lot of packs, its entry, and what the guards had to say."""

    lot: str
    index: int
    warnings: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class Seal(Command):
    """Sign the lot: from now on it is what it says."""

    lot: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed lot and the entry that seals it."""

    lot: str
    index: int


@use_case(WORKSHOP)
def pack(unit: Unit, actor: Actor, command: Pack) -> Packed:
    """Make a lot of packs.

    Raises ``NotFoundError``, ``CommandError``, ``LotStateError``, ``AlreadyExistsError``, ``DoneDateError``,
    ``ledger.trace.errors.UnknownTemplateError`` (not packed in this sector), ``FieldErrors``, ``GuardError``.
    """
    check_portions(command.inputs)
    product = find_product(unit.session, actor.organisation, command.product)
    sector = template(product.template)
    step = sector.step(STEP)
    expires_on = _expiry(command, product)
    inputs = find_held_lots(unit.session, actor, (lot for lot, _ in command.inputs))
    uom = common_unit(inputs)
    net = net_in_lot_unit(step, command.net_per_pack)
    taken = sum((quantity for _, quantity in command.inputs), Decimal(0))
    computed = computed_amounts(step, taken, net * command.packs, command.loss)
    doer = find_doer(unit, actor, command)
    values = check_step_values(
        unit,
        actor,
        step,
        command,
        doer=doer,
        computed={**computed, **_said(command, expires_on), "input_batches": [lot.lot for lot in inputs]},
    )
    occasion = find_occasion(unit, actor, command, command.packed_on, not_before=youngest(inputs))
    facts = Facts(
        done_on=command.packed_on,
        values=values,
        unit_vi=unit_name(uom),
        lots=lot_facts(unit.session, actor.organisation, dict(command.inputs)),
        flow=FlowFacts(
            output=net * command.packs, loss=loss_of(values), packs=command.packs, net_per_pack=net
        ),
    )
    warnings = ask_guards(actor, step, facts, command.overrides)
    lot = new_lot(unit.session, unit.id_base, product, command.packed_on, command.lot_code)
    taking = [Amount(name, amount, uom) for name, amount in command.inputs]
    outputs = [Amount(lot, Decimal(command.packs), EACH)]
    event = transformation_event(step, sector.id, occasion, values, inputs=taking, outputs=outputs)
    receipt = write_step(unit, actor, step, event, warnings, lot=lot, done_on=command.packed_on, doer=doer)
    return Packed(lot, receipt.index, notices(warnings))


@use_case(PACKING)
def seal(unit: Unit, actor: Actor, command: Seal) -> Sealed:
    """Sign a lot of packs, with its history and a credential.

    Raises ``NotFoundError``, ``ledger.trace.errors.NotSealableError``.
    """
    lot = find_own_lot(unit.session, actor, command.lot)
    return Sealed(lot.lot, seal_lot(unit, lot.lot).receipt.index)


def packs_possible(session: Session, actor: Actor, inputs: tuple[Portion, ...], net_per_pack: Decimal) -> int:
    """How many packs ``inputs`` would fill, ``net_per_pack`` as in ``Pack``.

    Raises ``NotFoundError``, ``CommandError`` and ``LotStateError``.
    """
    check_portions(inputs)
    uom = common_unit(find_held_lots(session, actor, (lot for lot, _ in inputs)))
    net = net_per_pack / 1000 if uom == KILOGRAM else net_per_pack
    return int(sum((quantity for _, quantity in inputs), Decimal(0)) / net) if net > 0 else 0


def _expiry(command: Pack, product: Product) -> date | None:
    checks = Checks()
    checks.count("packs", "số gói", command.packs, MAX_PACKS)
    checks.amount("net_per_pack", "lượng mỗi gói", command.net_per_pack)
    if command.loss is not None and command.loss != 0:
        checks.amount("loss", "hao hụt", command.loss)
    expires_on = command.expires_on
    if expires_on is None and product.shelf_life_days is not None:
        expires_on = command.packed_on + timedelta(days=product.shelf_life_days)
    checks.days_in_order("expires_on", "hạn dùng", command.packed_on, expires_on)
    checks.finish()
    return expires_on


def _said(command: Pack, expires_on: date | None) -> Mapping[str, str]:
    """The step's own fields, as a form would give them."""
    said = {
        "pack_type": command.pack_type,
        "net_per_pack": format_number(command.net_per_pack),
        "pack_count": str(command.packs),
        "packed_on": format_date(command.packed_on),
    }
    return said if expires_on is None else said | {"expires_on": format_date(expires_on)}
