"""What packs take: their need and the loss, never more than there is, nothing that could be packed later."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.coop.actors import Role
from ledger.coop.errors import CommandError
from ledger.coop.goods.pack_amounts import amount_needed, sum_of, surplus, take_for_packs
from ledger.coop.goods.packed_from import PackedFrom, packed_from
from ledger.coop.goods.packing import Pack, pack
from ledger.coop.queries import lots_to_pack
from ledger.log.records import read_record
from ledger.trace.errors import GuardError

STEP = Decimal("0.001")
amounts = st.integers(1, 2_000_000).map(lambda count: count * STEP)
supplies = st.lists(amounts, max_size=4).map(lambda most: tuple((f"lô {n}", kg) for n, kg in enumerate(most)))
nets = st.sampled_from([Decimal(text) for text in ("0.1", "0.333333", "0.5", "1", "10")])
losses = st.none() | st.integers(0, 50_000).map(lambda count: count * STEP)


@given(supplies, supplies, nets, st.integers(1, 3000), losses)
def test_taken_is_packs_and_loss_and_never_more_than_what_is_there(said, offered, net, packs, loss):
    taken = take_for_packs(said, offered, net=net, packs=packs, loss=loss)
    assert taken[: len(said)] == said
    most = dict(offered)
    assert all(0 < kg <= most[lot] and kg == round(kg, 3) for lot, kg in taken[len(said) :])
    total, need, there = sum_of(taken), amount_needed(net, packs, loss), sum_of(said) + sum_of(offered)
    assert 0 <= need - net * packs - (loss or 0) < STEP
    if need >= there:
        assert total == there
    elif sum_of(said) > need:
        assert surplus(said, net, packs, loss) in (0, sum_of(said) - need)
        assert total == sum_of(said) or (loss is None and total == there)
    elif loss is None and there - need < net:
        assert total == there
    else:
        assert total == need


@given(supplies, nets, st.integers(1, 3000), losses)
def test_lots_are_emptied_in_their_order(offered, net, packs, loss):
    taken = dict(take_for_packs((), offered, net=net, packs=packs, loss=loss))
    touched = [lot for lot, _ in offered if lot in taken]
    assert touched == [lot for lot, _ in offered][: len(touched)]
    assert all(taken[lot] == dict(offered)[lot] for lot in touched[:-1])


@given(supplies, nets, st.integers(1, 3000), losses)
def test_surplus_begins_at_a_whole_pack(said, net, packs, loss):
    over = sum_of(said) - amount_needed(net, packs, loss)
    assert surplus(said, net, packs, loss) == (over if over >= net else 0)


# -- in the books -------------------------------------------------------------------------------------------


def packing(world, packs, *, said=(), offered=(), **more):
    command = Pack(
        product="NHO",
        inputs=tuple((lot, Decimal(kg)) for lot, kg in said),
        offered=tuple((lot, Decimal(kg)) for lot, kg in offered),
        net_per_pack=Decimal(500),
        packs=packs,
        packed_on=world.today,
        pack_type="box",
        **more,
    )
    return world.run(pack, command, Role.PACKER)


def left(world):
    return {card.lot: card.left for card in world.read(lots_to_pack, world.actors[Role.PACKER])}


def test_few_packs_leave_the_rest_of_the_lot_for_later(world):
    lot = world.harvested(kg="450")
    made = packing(world, 24, offered=[(lot, 450)])
    assert left(world) == {lot: 438}
    fields = world.read(read_record, made.index).body["sogoc:fields"]
    assert (fields["input_qty"], fields["input_batches"]) == ("12", [lot])
    (source,) = world.read(packed_from, world.actors[Role.PACKER], made.lot)
    assert source == PackedFrom(lot, lot.rpartition(".")[2], Decimal(12), Decimal(438), "KGM")
    packing(world, 876, offered=[(lot, 438)])
    assert left(world) == {}


def test_less_than_a_pack_goes_along_unless_a_loss_was_stated(world):
    lot = world.harvested(kg="120,3")
    packing(world, 240, offered=[(lot, "120.3")])
    assert left(world) == {}
    other = world.harvested(kg="120,3")
    packing(world, 240, offered=[(other, "120.3")], loss=Decimal(0))
    assert left(world) == {other: Decimal("0.3")}


def test_stated_loss_is_taken_too(world):
    lot = world.harvested(kg="450")
    packing(world, 24, offered=[(lot, 450)], loss=Decimal("2.5"))
    assert left(world) == {lot: Decimal("435.5")}


def test_the_oldest_lot_goes_first_and_one_that_is_not_needed_is_not_touched(world):
    old, new, newest = (world.harvested(kg="10", ago=ago) for ago in (3, 2, 1))
    made = packing(world, 30, offered=[(newest, 10), (new, 10), (old, 10)])
    assert left(world) == {new: 5, newest: 10}
    assert world.read(read_record, made.index).body["sogoc:fields"]["input_batches"] == [old, new]


def test_typed_amount_is_taken_before_what_is_offered(world):
    old, new = (world.harvested(kg="10", ago=ago) for ago in (3, 2))
    packing(world, 30, said=[(new, 8)], offered=[(old, 10)])
    assert left(world) == {old: 3, new: 2}


@pytest.mark.parametrize(
    ("loss", "needing", "need"), [(None, "24 gói", 12), (Decimal(2), "24 gói và hao hụt 2 kg", 14)]
)
def test_typed_amount_with_a_pack_to_spare_is_refused_with_both_ways_out(world, loss, needing, need):
    lot = world.harvested(kg="1.450")
    size = world.size()
    with pytest.raises(CommandError) as caught:
        packing(world, 24, said=[(lot, 1450)], loss=loss)
    (problem,) = caught.value.problems
    assert problem.field == "inputs"
    assert problem.sentence == (
        f"{needing} chỉ cần {need} kg, mà ghi lấy 1.450 kg. "
        f"Hãy sửa thành lấy {need} kg, hoặc ghi hao hụt 1.438 kg."
    )
    assert (world.size(), left(world)) == (size, {lot: 1450})
    packing(world, 24, said=[(lot, 1450)], loss=Decimal(1438))
    assert left(world) == {}


def test_typed_amount_with_less_than_a_pack_to_spare_is_believed(world):
    lot = world.harvested(kg="100")
    packing(world, 24, said=[(lot, "12.499")])
    assert left(world) == {lot: Decimal("87.501")}


def test_lot_of_which_somebody_took_meanwhile_is_refused_with_what_is_left(world):
    lot = world.harvested(kg="450")
    packing(world, 600, offered=[(lot, 450)])
    with pytest.raises(GuardError) as caught:
        packing(world, 400, offered=[(lot, 450)])
    assert "chỉ còn 150 kg" in caught.value.sentence
    assert left(world) == {lot: 150}


def test_too_many_packs_are_told_in_one_sentence(world):
    lot = world.harvested(kg="100")
    with pytest.raises(GuardError) as caught:
        packing(world, 300, offered=[(lot, 100)])
    assert [violation.guard for violation in caught.value.violations] == ["packs_le_input"]
    assert "nhiều nhất 200 gói" in caught.value.sentence


def test_loss_that_does_not_fit_is_told_by_the_balance(world):
    lot = world.harvested(kg="100")
    with pytest.raises(GuardError) as caught:
        packing(world, 190, offered=[(lot, 100)], loss=Decimal(50))
    assert [violation.guard for violation in caught.value.violations] == ["mass_balance"]
