"""A small store of supplies: one that was bought in a lot, and a diary entry that used some of it."""

from dataclasses import dataclass
from decimal import Decimal

from ledger.coop.actors import Actor, Role
from ledger.coop.field.diary import RecordStep, record_step
from ledger.coop.supplies.catalogue import SaveSupply, save_supply
from ledger.coop.supplies.moves import read_lots
from ledger.coop.supplies.purchases import BuySupply, buy_supply
from tests.support.world import World

NAME = "Phân của riêng hợp tác xã"


@dataclass(frozen=True)
class Store:
    """Ids of a supply, its lot and its purchase, and the entry that used some of it (``None``: none did)."""

    supply: str
    lot: str
    purchase: str
    used_at: int | None


def new_store(world: World, who: Role | Actor = Role.MANAGER, *, season: str | None = None) -> Store:
    """Fifty kilograms, of which an entry of ``season`` uses five."""
    supply = world.run(save_supply, SaveSupply(name=NAME, kind="fertiliser", unit="kg"), who)
    command = BuySupply(
        supply=supply.id, amount=Decimal(50), bought_on=world.today, cost=700_000, lot_code="A1"
    )
    purchase = world.run(buy_supply, command, who)
    (lot,) = world.read(read_lots, supply.id)
    used_at = None
    if season is not None:
        step = RecordStep(
            lot=season, step="fertilising", done_on=world.today, values={"input": NAME, "dose": "5"}
        )
        used_at = world.run(record_step, step, who).index
    return Store(supply.id, lot.id, purchase.id, used_at)
