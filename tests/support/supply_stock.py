"""A cooperative's supplies for tests: kept, bought, looked at."""

from decimal import Decimal

from sqlalchemy import func, select

from ledger.coop.actors import Role
from ledger.coop.supplies.catalogue import SaveSupply, save_supply
from ledger.coop.supplies.purchases import BuySupply, buy_supply
from ledger.coop.supplies.stock import read_supply
from ledger.coop.supplies.tables import SupplyLotRow, SupplyMoveRow

KEEPER = Role.RECORDER


def saved(world, name="NPK 16-16-8", kind="fertiliser", unit="kg", **more):
    return world.run(save_supply, SaveSupply(name=name, kind=kind, unit=unit, **more), KEEPER)


def bought(world, supply, amount="50", *, who=KEEPER, **more):
    command = BuySupply(supply=supply.id, amount=Decimal(amount), bought_on=world.today, **more)
    return world.run(buy_supply, command, who)


def page_of(world, supply, who=Role.MANAGER):
    return world.read(read_supply, world.ledger.vault, world.actors[who], supply.id)


def check_sums(world):
    """What is left of a lot is the sum of its moves."""
    with world.ledger.database.reading() as session:
        for lot in session.scalars(select(SupplyLotRow)):
            moved = select(func.sum(SupplyMoveRow.delta)).where(SupplyMoveRow.lot_id == lot.id)
            assert session.scalar(moved) == lot.left
