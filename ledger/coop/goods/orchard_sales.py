"""Sold where it grew: a harvest and its sale in one go. The harvest makes a lot; all of it leaves at once."""

from dataclasses import dataclass

from ledger.coop.actors import FIELD_WORK, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import CommandError, Problem
from ledger.coop.field.harvesting import Harvest, harvest
from ledger.coop.goods.delivery_papers import DeliveryDetails, check_papers, keep_papers
from ledger.coop.goods.goods_tables import OrchardSaleRow
from ledger.coop.goods.shipping import send_lot
from ledger.coop.lots import find_open_season, find_own_lot
from ledger.coop.registers.references import RETAIL
from ledger.coop.steps import Notice, StepCommand
from ledger.coop.use_cases import use_case
from ledger.log.unit import Unit
from ledger.trace.sectors.fields import RawValue

MAX_PAID = 10**12
_BUYER = "buyer_on_site"


@dataclass(frozen=True, slots=True, kw_only=True)
class SellAtOrchard(StepCommand):
    """What ``season`` (its lot) gave by ``step`` goes to a partner (its id, or ``khách lẻ``) on the spot.

    ``values`` are those of the harvest; ``paid``: what was paid in all, in đồng, which stays in the books.
    """

    season: str
    step: str = "harvest"
    to_partner: str = RETAIL
    to_province: str | None = None
    paid: int | None = None


@dataclass(frozen=True, slots=True)
class SoldAtOrchard:
    """The lot, the entries of its harvest and of its leaving, the shipment's code, what the guards said."""

    lot: str
    harvested: int
    index: int
    code: str
    warnings: tuple[Notice, ...]


@use_case(FIELD_WORK)
def sell_at_orchard(unit: Unit, actor: Actor, command: SellAtOrchard) -> SoldAtOrchard:
    """Harvest and sell in one unit of work: what may not be sold is not harvested either.

    Raises what ``ledger.coop.field.harvesting.harvest`` and ``ledger.coop.goods.shipping.ship`` raise.
    """
    checks = Checks()
    if command.paid is not None and not 0 < command.paid < MAX_PAID:
        checks.refuse("paid", "Số tiền phải lớn hơn 0. Nếu cho, biếu thì để trống.")
    checks.finish()
    made = harvest(unit, actor, _harvest(unit, actor, command))
    lot = find_own_lot(unit.session, actor, made.lot)
    if lot.quantity is None:
        raise CommandError(Problem("quantity", "Hãy ghi sản lượng lớn hơn 0."))
    leaving = _leaving(command)
    shipped = send_lot(unit, actor, leaving, lot, lot.quantity)
    keep_papers(unit, actor, check_papers(leaving), (shipped.shipment,))
    unit.session.flush()
    unit.session.add(
        OrchardSaleRow(
            shipment_id=shipped.shipment,
            organisation=actor.organisation,
            season=command.season,
            paid=command.paid,
            sold_on=command.done_on,
        )
    )
    return SoldAtOrchard(
        lot.lot, made.index, shipped.index, shipped.code, (*made.warnings, *shipped.warnings)
    )


def _harvest(unit: Unit, actor: Actor, command: SellAtOrchard) -> Harvest:
    step = find_open_season(unit.session, actor, command.season).sector.step(command.step)
    values: dict[str, RawValue] = dict(command.values)
    if step.field(_BUYER) is not None and command.to_partner != RETAIL:
        values[_BUYER] = command.to_partner
    return Harvest(
        season=command.season,
        step=command.step,
        done_on=command.done_on,
        values=values,
        done_by=command.done_by,
        photos=command.photos,
        note=command.note,
        voice=command.voice,
        overrides=command.overrides,
    )


def _leaving(command: SellAtOrchard) -> DeliveryDetails:
    return DeliveryDetails(
        done_on=command.done_on,
        done_by=command.done_by,
        to_partner=command.to_partner,
        to_province=command.to_province,
        overrides=command.overrides,
    )
