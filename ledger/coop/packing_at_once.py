"""Packing with a roll in hand: packed, signed and stamped in one go, also far from any network.

One unit of work: a lot whose stamps cannot be activated is not packed either.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from ledger.coop.actors import PACKING, Actor
from ledger.coop.attachments.photos import Photo
from ledger.coop.errors import CommandError, Problem
from ledger.coop.goods.packing import Pack, Seal, pack, seal
from ledger.coop.lots import find_held_lot
from ledger.coop.quantities import unit_name
from ledger.coop.queries import lots_to_pack
from ledger.coop.registers.products import list_products
from ledger.coop.stamps.print_jobs import find_own_job
from ledger.coop.stamps.sticking import StickStamps, stick_stamps
from ledger.coop.steps import Notice
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.sectors.templates import TEMPLATES
from ledger.trace.units import format_number


@dataclass(frozen=True, slots=True, kw_only=True)
class PackWithRoll(Command):
    """``packs`` packs out of ``lot``, with the stamps ``first`` to ``last`` of the roll ``job`` on them.

    ``net_per_pack`` as in ``Pack``. What packs and loss need is taken of the lot, at most what is left.
    """

    lot: str
    job: str
    net_per_pack: Decimal
    packs: int
    packed_on: date
    pack_type: str
    first: int
    last: int
    loss: Decimal | None = None
    done_by: str | None = None
    photos: tuple[Photo, ...] = ()


@dataclass(frozen=True, slots=True)
class PackedWithRoll:
    """The new lot, the log index of its packing, how many stamps are active on it, what the guards said."""

    lot: str
    index: int
    activated: int
    warnings: tuple[Notice, ...]


@use_case(PACKING)
def pack_with_roll(unit: Unit, actor: Actor, command: PackWithRoll) -> PackedWithRoll:
    """Pack, seal, activate. Raises what ``pack``, ``seal`` and ``stick_stamps`` raise.

    And ``CommandError`` for a roll that was printed for a lot, and for a product that is not packed.
    """
    if find_own_job(unit.session, actor, command.job).lot is not None:
        raise CommandError(Problem("first_code", "Tem này in sẵn cho một lô. Hãy dùng cuộn chưa gắn lô."))
    packed = pack(unit, actor, _packing(unit.session, actor, command))
    seal(unit, actor, Seal(packed.lot))
    stamps = StickStamps(lot=packed.lot, job=command.job, first=command.first, last=command.last)
    stuck = stick_stamps(unit, actor, stamps)
    return PackedWithRoll(packed.lot, packed.index, stuck.activated, packed.warnings)


def _packing(session: Session, actor: Actor, command: PackWithRoll) -> Pack:
    """The packing, of all that is left of the lot as far as it is needed. Raises ``NotFoundError``."""
    own = find_held_lot(session, actor, command.lot)
    products = list_products(session, actor.organisation)
    product = next((item.code for item in products if item.uri == own.product), None)
    left = next((card.left for card in lots_to_pack(session, actor) if card.lot == own.lot), None)
    if product is None or not left:
        raise CommandError(Problem("lot", f"Lô {own.code} không còn hàng để đóng gói. Hãy chọn lô khác."))
    if command.packs < command.last - command.first + 1:
        stamps = format_number(Decimal(command.last - command.first + 1))
        sentence = f"Có {stamps} tem mà chỉ {format_number(Decimal(command.packs))} gói. Mỗi gói một tem."
        raise CommandError(Problem("packs", sentence))
    return Pack(
        product=product,
        offered=((own.lot, left),),
        net_per_pack=command.net_per_pack,
        packs=command.packs,
        packed_on=command.packed_on,
        pack_type=command.pack_type,
        loss=command.loss,
        done_by=command.done_by,
        photos=command.photos,
    )


@dataclass(frozen=True, slots=True)
class PackableLot:
    """A loose lot of a product that is packed: how much is left, in which unit's Vietnamese name."""

    lot: str
    code: str
    product: str
    left: Decimal
    unit: str
    net_options: tuple[int, ...]


def packable_lots(session: Session, actor: Actor) -> tuple[PackableLot, ...]:
    """The loose lots that can be packed as what they are, newest first."""
    packed = {
        item.uri: item
        for item in list_products(session, actor.organisation)
        if any(step.code == "packing" for step in TEMPLATES[item.template].steps)
    }
    return tuple(
        PackableLot(
            card.lot,
            card.code,
            card.product,
            card.left,
            unit_name(card.uom),
            packed[card.product_uri].net_options_g,
        )
        for card in lots_to_pack(session, actor)
        if card.left and card.product_uri in packed
    )
