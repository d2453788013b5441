"""Splitting, merging, opening, selling at the orchard; whose goods are in a lot; packing corrected."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from ledger.coop.actors import Role
from ledger.coop.corrections import Correct, correct
from ledger.coop.errors import CommandError, LotStateError
from ledger.coop.field.harvesting import Harvest, harvest
from ledger.coop.goods.goods_tables import OrchardSaleRow
from ledger.coop.goods.opening_packs import OpenPacks, open_packs
from ledger.coop.goods.orchard_sales import SellAtOrchard, sell_at_orchard
from ledger.coop.goods.packing import Pack, pack
from ledger.coop.goods.processing import Transform, transform
from ledger.coop.goods.shares import household_codes, lot_shares
from ledger.coop.lots import available, find_own_lot
from ledger.coop.stamps.job_queries import read_jobs
from ledger.coop.stamps.stamps import Void, void_stamps
from ledger.log.records import read_record
from ledger.trace.errors import GuardError
from ledger.trace.events.sealed import sealed_pointers
from ledger.trace.queries import passport_of

PACKER = Role.PACKER


def own(world, lot):
    return world.read(find_own_lot, world.actors[PACKER], lot)


def left(world, lot):
    return world.read(available, world.actors[PACKER], own(world, lot))


def harvested_by(world, kg, member):
    command = Harvest(
        season=world.season(), done_on=world.today, values={"quantity": kg, "household": member}
    )
    return world.run(harvest, command, Role.RECORDER).lot


def regroup(world, inputs, *outputs, loss=None):
    command = Transform(
        step="regroup",
        inputs=tuple((lot, Decimal(kg)) for lot, kg in inputs),
        outputs=tuple((None, Decimal(kg)) for kg in outputs),
        loss=loss,
        done_on=world.today,
    )
    return world.run(transform, command, PACKER)


def opened(world, lot, packs, **more):
    command = OpenPacks(lot=lot, packs=packs, reason="đóng lại cỡ khác", done_on=world.today, **more)
    return world.run(open_packs, command, PACKER)


def packing(world, lot, packs, net_g=500, **more):
    return Pack(
        product="NHO", inputs=((lot, Decimal(packs * net_g) / 1000),), net_per_pack=Decimal(net_g),
        packs=packs, packed_on=world.today, pack_type="box", **more,
    )  # fmt: skip


# -- splitting and merging ------------------------------------------------------------------------------


def test_a_lot_is_split_and_merged_again_and_each_keeps_its_shares(world):
    actors = world.actors
    first = harvested_by(world, "100", actors[Role.GROWER].member_id)
    second = harvested_by(world, "50", actors[Role.RECORDER].member_id)
    merged = regroup(world, [(first, 100), (second, 50)], 150).lots[0]
    parts = regroup(world, [(merged, 150)], 60, 90).lots
    assert [own(world, lot).quantity for lot in parts] == [60, 90]
    again = regroup(world, [(parts[0], 30), (parts[1], 60)], 90).lots[0]
    found = world.read(lot_shares, world.ledger.vault, actors[PACKER], again)
    assert [(part.member_id, part.share) for part in found.parts] == [
        (actors[Role.GROWER].member_id, Fraction(2, 3)),
        (actors[Role.RECORDER].member_id, Fraction(1, 3)),
    ]
    assert [part.quantity for part in found.parts] == [Decimal(60), Decimal(30)]
    assert found.is_measured


def test_shares_are_exact_where_no_decimal_is(world):
    actors = world.actors
    lots = [
        harvested_by(world, kg, actors[role].member_id)
        for kg, role in (("10", Role.GROWER), ("10", Role.RECORDER), ("10", Role.TEAM_LEAD))
    ]
    merged = regroup(world, [(lot, 10) for lot in lots], 29, loss=Decimal(1)).lots[0]
    found = world.read(lot_shares, world.ledger.vault, actors[PACKER], merged)
    assert {part.share for part in found.parts} == {Fraction(1, 3)}
    assert sum(part.share for part in found.parts) == 1


def test_nothing_gains_weight_by_being_split(world):
    lot = regroup(world, [(world.harvested(kg="100"), 100)], 100).lots[0]
    with pytest.raises(GuardError):
        regroup(world, [(lot, 100)], 60, 41)


# -- opening and packing again --------------------------------------------------------------------------


def test_packs_are_opened_and_packed_again_and_stay_as_old_as_they_were(world):
    lot = world.packed(packs=100, ago=3)
    loose = opened(world, lot, 40, loss=Decimal("0.5"))
    assert (loose.quantity, left(world, lot), left(world, loose.lot)) == (
        Decimal("19.5"),
        60,
        Decimal("19.5"),
    )
    event = world.read(read_record, loose.index).body
    assert (event["bizStep"], event["inputQuantityList"][0]["quantity"]) == ("unpacking", 40)
    assert "/sogoc:fields/reason" in sealed_pointers(event)
    again = world.run(pack, packing(world, loose.lot, 19, 1000), PACKER).lot
    assert own(world, again).expires_on == own(world, lot).expires_on
    later = own(world, lot).expires_on + timedelta(days=1)
    with pytest.raises(CommandError) as caught:
        world.run(pack, packing(world, loose.lot, 1, 500, expires_on=later), PACKER)
    assert "không muộn hơn" in caught.value.problems[0].sentence
    assert lot in {
        name for step in world.read(passport_of, again, world.today).passport.journey for name in step.lots
    }


def test_stamps_of_opened_packs_are_voided_first(world):
    lot = world.stamped(20)
    with pytest.raises(LotStateError) as caught:
        opened(world, lot, 5)
    assert "còn 5 tem đang kích hoạt" in caught.value.sentence
    first = world.read(read_jobs, world.actors[PACKER], lot)[0].first
    world.run(void_stamps, Void(first, first + 4, "mở gói"), PACKER)
    assert opened(world, lot, 5).quantity == Decimal("2.5")
    with pytest.raises(LotStateError):
        opened(world, lot, 1)


def test_more_packs_than_there_are_and_all_of_it_lost_are_refused(world):
    lot = world.packed(packs=10)
    with pytest.raises((CommandError, GuardError)):
        opened(world, lot, 11)
    with pytest.raises(CommandError):
        opened(world, lot, 1, loss=Decimal("0.5"))
    with pytest.raises(LotStateError):
        opened(world, world.harvested(), 1)


def test_opening_is_taken_back_whole(world):
    lot = world.packed(packs=10)
    loose = opened(world, lot, 4)
    with pytest.raises(CommandError):
        world.run(correct, Correct(index=loose.index, reason="ghi nhầm", values={"opened_count": "3"}))
    world.run(correct, Correct(index=loose.index, reason="chưa mở", did_not_occur=True))
    assert left(world, lot) == 10


# -- sold at the orchard --------------------------------------------------------------------------------


def test_harvest_and_sale_are_one_unit(world):
    season = world.season()
    command = SellAtOrchard(
        season=season,
        done_on=world.today,
        values={"quantity": "80"},
        to_partner=world.partner,
        paid=1_600_000,
    )
    sold = world.run(sell_at_orchard, command, Role.GROWER)
    assert left(world, sold.lot) == 0
    event = world.read(read_record, sold.index).body
    assert event["bizStep"] == "shipping"
    assert "/destinationList" in sealed_pointers(event)
    assert "1600000" not in str(event)
    with world.ledger.database.reading() as session:
        (row,) = session.query(OrchardSaleRow).all()
        assert (row.season, row.paid, row.organisation) == (season, 1_600_000, world.coop.code)
    retail = world.run(sell_at_orchard, replace(command, to_partner="khách lẻ", paid=None), Role.GROWER)
    assert left(world, retail.lot) == 0


def test_what_may_not_be_sold_is_not_harvested(world):
    season = world.season()
    world.spray(season, ago=2, phi_days=7)
    size = world.size()
    command = SellAtOrchard(season=season, done_on=world.today, values={"quantity": "80"})
    with pytest.raises(GuardError):
        world.run(sell_at_orchard, command, Role.GROWER)
    with pytest.raises(CommandError):
        world.run(sell_at_orchard, replace(command, paid=0), Role.GROWER)
    assert world.size() == size


# -- packing corrected ----------------------------------------------------------------------------------


def corrected(world, index, **values):
    command = Correct(index=index, reason="đếm nhầm gói", values={k: str(v) for k, v in values.items()})
    return world.run(correct, command)


def test_fewer_packs_give_back_what_they_do_not_need(world):
    raw = world.harvested(kg="100")
    packed = world.run(pack, packing(world, raw, 120), PACKER)
    assert left(world, raw) == 40
    again = corrected(world, packed.index, pack_count=100)
    assert (left(world, packed.lot), left(world, raw)) == (100, 50)
    event = world.read(read_record, again.index).body
    assert event["inputQuantityList"][0]["quantity"] == 50
    assert event["sogoc:fields"]["input_qty"] == "50"


def test_more_packs_take_what_is_left_of_the_same_lots(world):
    raw = world.harvested(kg="100")
    packed = world.run(pack, packing(world, raw, 120), PACKER)
    corrected(world, packed.index, pack_count=150)
    assert left(world, raw) == 25
    with pytest.raises(GuardError):
        corrected(world, world.size() - 1, pack_count=250)


def test_a_correction_that_says_nothing_of_amounts_takes_what_was_taken(world):
    raw = world.harvested(kg="100")
    packed = world.run(pack, packing(world, raw, 120), PACKER)
    corrected(world, packed.index, pack_type="bag")
    assert left(world, raw) == 40


def test_bigger_packs_need_more(world):
    raw = world.harvested(kg="100")
    packed = world.run(pack, packing(world, raw, 50), PACKER)
    corrected(world, packed.index, net_per_pack="1.000")
    assert left(world, raw) == 50


def test_a_screen_that_takes_lots_says_whose_each_is(world):
    actors = world.actors
    first = harvested_by(world, "10", actors[Role.GROWER].member_id)
    merged = regroup(world, [(first, 4)], 4).lots[0]
    found = world.read(household_codes, world.ledger.vault, actors[PACKER], (first, merged))
    assert found == {first: "TV01"}
    assert world.read(household_codes, world.ledger.vault, world.neighbour_manager, (first,)) == {}
