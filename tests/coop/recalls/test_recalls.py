import pytest

from ledger.coop.actors import Actor, Role
from ledger.coop.errors import CommandError, NotAllowedError
from ledger.coop.field.harvesting import Harvest, harvest
from ledger.coop.goods.packing import Seal, seal
from ledger.coop.goods.shipping import Ship, ship
from ledger.coop.queries import lots_to_pack, lots_to_seal
from ledger.coop.recalls.recalls import Recall, recall
from ledger.log.records import read_record
from ledger.trace.errors import GuardError, NotSealableError, RecallError
from tests.coop.goods.test_shipping import send, take


def order(lot, **changes):
    values = {
        "reason": "Dư lượng vượt mức",
        "scope": "Toàn bộ lô",
        "decided_by": "HTX Nho Đồi Mây",
        "instruction": "Không ăn, đem trả nơi mua",
        "contact": "0259 388 1122",
    }
    return Recall(lot, **values | changes)


def test_recall_reaches_everything_made_of_the_lot(world):
    season = world.season()
    raw = world.harvested(season)
    packs = world.packed(raw, packs=100)
    other = world.packed(world.harvested(season), packs=100)
    done = world.run(recall, order(raw))
    assert set(done.lots) == {raw, packs}
    statement = world.read(read_record, done.indexes[0]).body
    assert (statement["type"], statement["lot"]) == ("LotRecalled", raw)
    assert other not in done.lots
    assert world.read(lots_to_seal, world.actors[Role.PACKER])[0].lot == other


def test_recalled_lot_goes_nowhere(world):
    raw = world.harvested()
    packs = world.sealed(10)
    unsealed = world.packed(raw, packs=10)
    for lot in (raw, packs):
        world.run(recall, order(lot))
    with pytest.raises(GuardError):
        world.packed(raw, packs=10)
    with pytest.raises(GuardError):
        send(world, packs, 1)
    with pytest.raises(NotSealableError):
        world.run(seal, Seal(unsealed), Role.PACKER)
    assert world.read(lots_to_pack, world.actors[Role.PACKER])[0].lot != raw


def test_recall_holds_for_goods_in_other_hands(world):
    lot = world.sealed(100)
    take(world, send(world, lot, 50).code, 50)
    world.run(recall, order(lot))
    trader = Actor("a", world.distributor.code, None, frozenset({Role.MANAGER}))
    with pytest.raises(GuardError):
        world.run(ship, Ship(lot=lot, to_partner="khách lẻ", packs=1, done_on=world.today), trader)


def test_lot_is_recalled_once(world):
    lot = world.harvested()
    world.run(recall, order(lot))
    with pytest.raises(RecallError):
        world.run(recall, order(lot))


def test_harvest_of_a_recalled_lots_season_goes_on(world):
    season = world.season()
    world.run(recall, order(world.harvested(season)))
    command = Harvest(season=season, done_on=world.today, values={"quantity": "5"})
    assert world.run(harvest, command, Role.GROWER).lot


@pytest.mark.parametrize("wrong", ["reason", "scope", "decided_by", "instruction", "contact"])
def test_recall_says_everything_people_need(world, wrong):
    lot = world.harvested()
    with pytest.raises(CommandError) as caught:
        world.run(recall, order(lot, **{wrong: " "}))
    assert caught.value.problems[0].field == wrong


def test_only_a_manager_recalls(world):
    lot = world.harvested()
    for role in (Role.PACKER, Role.TEAM_LEAD, Role.ACCOUNTANT):
        with pytest.raises(NotAllowedError):
            world.run(recall, order(lot), role)
