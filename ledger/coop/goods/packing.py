"""Packing: lots become packs for sale; then the lot of packs is sealed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from ledger.coop.actors import PACKING, WORKSHOP, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import CommandError, Problem
from ledger.coop.events import Amount, transformation_event
from ledger.coop.goods.pack_amounts import amount_needed, sum_of, surplus, take_for_packs
from ledger.coop.goods.processing import Portion, check_portions, common_unit, youngest
from ledger.coop.goods.store_choice import FromStore, settle_stores, take_from_stores
from ledger.coop.holds.held_lots import facts_of_lots
from ledger.coop.lot_codes import new_lot
from ledger.coop.lots import OwnLot, find_held_lots, find_own_lot
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
from ledger.trace.derived.store import read_lots
from ledger.trace.errors import GuardError, Violation
from ledger.trace.events.flows import EACH, KILOGRAM
from ledger.trace.facts import Facts, FlowFacts
from ledger.trace.genealogy import trace_back
from ledger.trace.guards import RULES
from ledger.trace.sealing import seal_lot
from ledger.trace.sectors.templates import GUARDS, template
from ledger.trace.tables import LotKind
from ledger.trace.units import format_date, format_number, local_day

STEP = "packing"
_TESTED = "fail_blocks_release"
_HELD = "not_recalled"
MAX_PACKS = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack(StepDetails):
    """``packs`` packs of ``product`` (its code) out of ``inputs`` and, as far as is needed, of ``offered``.

    Of ``inputs`` exactly that much is taken; of ``offered`` what packs and loss need beyond it, at most that
    much, the lot that expires or was made first before the others (``pack_amounts``).
    ``net_per_pack`` is in grams, or in pieces or m³ where the product is counted so. ``expires_on`` follows
    from the product's shelf life if it is not given.
    """

    product: str
    inputs: tuple[Portion, ...] = ()
    offered: tuple[Portion, ...] = ()
    net_per_pack: Decimal
    packs: int
    packed_on: date
    pack_type: str
    expires_on: date | None = None
    loss: Decimal | None = None
    lot_code: str | None = None
    stores: tuple[FromStore, ...] = ()


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
    check_portions((*command.inputs, *command.offered))
    product = find_product(unit.session, actor.organisation, command.product)
    sector = template(product.template)
    step = sector.step(STEP)
    expires_on = _expiry(command, product)
    net = net_in_lot_unit(step, command.net_per_pack)
    held = find_held_lots(unit.session, actor, (lot for lot, _ in (*command.inputs, *command.offered)))
    uom = common_unit(held)
    portions = _portions(command, held, net)
    used = dict(portions)
    inputs = tuple(lot for lot in held if lot.lot in used)
    stores = settle_stores(unit.session, actor, command.stores, inputs, used)
    expires_on = _no_later_than_before(unit.session, command, inputs, expires_on)
    computed = computed_amounts(step, sum_of(portions), net * command.packs, command.loss)
    doer = find_doer(unit, actor, command)
    values = check_step_values(
        unit,
        actor,
        step,
        command,
        doer=doer,
        computed={**computed, **_said(command, expires_on), "input_batches": list(used)},
    )
    occasion = find_occasion(unit, actor, command, command.packed_on, not_before=youngest(inputs))
    facts = Facts(
        done_on=command.packed_on,
        values=values,
        unit_vi=unit_name(uom),
        lots=facts_of_lots(unit.session, actor.organisation, used),
        flow=FlowFacts(
            output=net * command.packs, loss=loss_of(values), packs=command.packs, net_per_pack=net
        ),
    )
    warnings = ask_guards(actor, step, facts, command.overrides)
    lot = new_lot(unit.session, unit.id_base, product, command.packed_on, command.lot_code)
    taking = [Amount(name, amount, uom) for name, amount in portions]
    outputs = [Amount(lot, Decimal(command.packs), EACH)]
    event = transformation_event(step, sector.id, occasion, values, inputs=taking, outputs=outputs)
    receipt = write_step(unit, actor, step, event, warnings, lot=lot, done_on=command.packed_on, doer=doer)
    take_from_stores(unit.session, actor, stores, [(name, receipt.index, used[name]) for name in used])
    return Packed(lot, receipt.index, notices(warnings))


@use_case(PACKING)
def seal(unit: Unit, actor: Actor, command: Seal) -> Sealed:
    """Sign a lot of packs, with its history and a credential.

    Raises ``NotFoundError``, ``ledger.trace.errors.NotSealableError``, and ``GuardError`` for a lot that
    failed a test, or has something in it that did; and for one that is held back.
    """
    lot = find_own_lot(unit.session, actor, command.lot)
    _check_may_be_sold(unit, actor, lot)
    return Sealed(lot.lot, seal_lot(unit, lot.lot).receipt.index)


def _check_may_be_sold(unit: Unit, actor: Actor, lot: OwnLot) -> None:
    """A seal says that a lot may be sold: the same guards hold it as hold the packs.

    Of a lot that was recalled ``seal_lot`` says so itself.
    """
    facts = Facts(
        done_on=local_day(unit.now), lots=facts_of_lots(unit.session, actor.organisation, {lot.lot: None})
    )
    for guard in (_TESTED, _HELD) if facts.lots[0].recalled_on is None else (_TESTED,):
        finding = RULES[guard](GUARDS[guard], facts)
        if finding is not None:
            raise GuardError("seal", (Violation(guard, finding.sentence_vi, finding.evidence),))


def packs_possible(session: Session, actor: Actor, inputs: tuple[Portion, ...], net_per_pack: Decimal) -> int:
    """How many packs ``inputs`` would fill, ``net_per_pack`` as in ``Pack``.

    Raises ``NotFoundError``, ``CommandError`` and ``LotStateError``.
    """
    check_portions(inputs)
    uom = common_unit(find_held_lots(session, actor, (lot for lot, _ in inputs)))
    net = net_per_pack / 1000 if uom == KILOGRAM else net_per_pack
    return int(sum((quantity for _, quantity in inputs), Decimal(0)) / net) if net > 0 else 0


def _portions(command: Pack, held: Sequence[OwnLot], net: Decimal) -> tuple[Portion, ...]:
    """What is taken of which lot. Raises ``CommandError`` where somebody says that more is than is needed."""
    if surplus(command.inputs, net, command.packs, command.loss):
        need = amount_needed(net, command.packs, command.loss)
        raise CommandError(Problem("inputs", _too_much(command, unit_name(held[0].uom), need)))
    by_age = {lot.lot: (lot.expires_on or date.max, lot.created_at, lot.code) for lot in held}
    offered = sorted(command.offered, key=lambda portion: by_age[portion[0]])
    return take_for_packs(command.inputs, offered, net=net, packs=command.packs, loss=command.loss)


def _too_much(command: Pack, unit_vi: str, need: Decimal) -> str:
    """The sentence with both ways out: take less, or say what became of the rest."""

    def amount(quantity: Decimal) -> str:
        return f"{format_number(quantity)} {unit_vi}"

    said, stated = sum_of(command.inputs), command.loss or Decimal(0)
    packs = f"{format_number(Decimal(command.packs))} gói"
    needing = f"{packs} và hao hụt {amount(stated)}" if stated else packs
    return (
        f"{needing} chỉ cần {amount(need)}, mà ghi lấy {amount(said)}. "
        f"Hãy sửa thành lấy {amount(need)}, hoặc ghi hao hụt {amount(said - need + stated)}."
    )


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


def _no_later_than_before(
    session: Session, command: Pack, inputs: Sequence[OwnLot], expires_on: date | None
) -> date | None:
    """The last day, never after that of packs which were opened for this: packing again makes nothing fresh.

    Raises ``CommandError`` where somebody says a later one.
    """
    processed = [lot.lot for lot in inputs if lot.kind is LotKind.PROCESSED]
    packs = {
        node.lot for lot in processed for node in trace_back(session, lot).lots if node.kind == LotKind.PACK
    }
    days = [row.expires_on for row in read_lots(session, packs).values() if row.expires_on is not None]
    if not days or (expires_on is not None and expires_on <= min(days)):
        return expires_on
    if command.expires_on is not None:
        sentence = f"Hàng này đã đóng gói một lần, hạn dùng {format_date(min(days))}. Hãy ghi không muộn hơn."
        raise CommandError(Problem("expires_on", sentence))
    return min(days)


def _said(command: Pack, expires_on: date | None) -> Mapping[str, str]:
    """The step's own fields, as a form would give them."""
    said = {
        "pack_type": command.pack_type,
        "net_per_pack": format_number(command.net_per_pack),
        "pack_count": str(command.packs),
        "packed_on": format_date(command.packed_on),
    }
    return said if expires_on is None else said | {"expires_on": format_date(expires_on)}
