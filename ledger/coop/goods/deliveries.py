"""A delivery: several lots leave on one vehicle, all of them or none."""

from dataclasses import dataclass
from decimal import Decimal

from ledger.coop.actors import SHIPPING, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import CommandError, Problem
from ledger.coop.goods.delivery_papers import DeliveryDetails, check_papers, keep_papers
from ledger.coop.goods.processing import Portion, check_portions
from ledger.coop.goods.shipping import Shipped, check_goods, send_lot
from ledger.coop.goods.store_choice import settle_stores, take_from_stores
from ledger.coop.lots import OwnLot, find_held_lots
from ledger.coop.steps import Notice
from ledger.coop.use_cases import use_case
from ledger.log.unit import Unit
from ledger.trace.events.flows import EACH

MAX_LOTS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliver(DeliveryDetails):
    """So much of each lot of ``portions``, in the lots' units, goes to one partner at once."""

    portions: tuple[Portion, ...]


@dataclass(frozen=True, slots=True)
class Delivered:
    """The shipments of a delivery, one a lot, in the order of the portions."""

    shipments: tuple[Shipped, ...]

    @property
    def warnings(self) -> tuple[Notice, ...]:
        """What the guards said of any lot."""
        return tuple(notice for one in self.shipments for notice in one.warnings)


@use_case(SHIPPING)
def deliver(unit: Unit, actor: Actor, command: Deliver) -> Delivered:
    """Send several lots off together. Raises what ``ledger.coop.goods.shipping.ship`` raises, for any lot."""
    papers = check_papers(command)
    check_portions(command.portions)
    if len(command.portions) > MAX_LOTS:
        raise CommandError(Problem("inputs", f"Một chuyến ghi tối đa {MAX_LOTS} lô. Hãy tách chuyến."))
    lots = find_held_lots(unit.session, actor, (lot for lot, _ in command.portions))
    _check_whole(lots, dict(command.portions))
    taken = dict(command.portions)
    stores = settle_stores(unit.session, actor, command.stores, lots, taken)
    shipped = tuple(
        send_lot(unit, actor, command, lot, quantity)
        for lot, (_, quantity) in zip(lots, command.portions, strict=True)
    )
    left = [(lot.lot, one.index, taken[lot.lot]) for lot, one in zip(lots, shipped, strict=True)]
    take_from_stores(unit.session, actor, stores, left)
    keep_papers(unit, actor, papers, [one.shipment for one in shipped])
    return Delivered(shipped)


def _check_whole(lots: tuple[OwnLot, ...], quantities: dict[str, Decimal]) -> None:
    checks = Checks()
    for lot in lots:
        check_goods(lot)
        quantity = checks.amount("inputs", f"số lượng giao của lô {lot.code}", quantities[lot.lot])
        if lot.uom == EACH and quantity.is_finite() and quantity != quantity.to_integral_value():
            checks.refuse("inputs", f"Lô {lot.code}: số gói phải là số nguyên.")
    checks.finish()
