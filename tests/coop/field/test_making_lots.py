from datetime import timedelta
from decimal import Decimal

import pytest

from ledger.coop.actors import Role
from ledger.coop.errors import AlreadyExistsError, CommandError, DoneDateError, LotStateError, NotFoundError
from ledger.coop.field.diary import RecordStep, record_step
from ledger.coop.field.harvesting import Harvest, harvest
from ledger.coop.field.intake import TakeIn, take_in
from ledger.coop.field.seasons import OpenSeason, open_season
from ledger.coop.goods.packing import Pack, Seal, pack, packs_possible, seal
from ledger.coop.goods.processing import Transform, transform
from ledger.coop.lots import find_own_lot
from ledger.coop.queries import lots_packed, lots_to_pack, lots_to_seal
from ledger.coop.registers.partners import AddPartner, add_partner
from ledger.coop.registers.products import RegisterProduct, register_product
from ledger.log.records import read_record
from ledger.trace.bundles.history import read_history
from ledger.trace.errors import FieldErrors, GuardError, NotSealableError
from ledger.trace.genealogy import trace_back
from ledger.trace.sealed_fields.disclosures import read_disclosures


def kg(text) -> Decimal:
    return Decimal(text)


def body(world, index):
    return world.read(read_record, index).body


def own(world, lot):
    return world.read(find_own_lot, world.actors[Role.MANAGER], lot)


def take(world, season, quantity="100", *, ago=0, **more):
    command = Harvest(season=season, done_on=world.day(ago), values={"quantity": quantity}, **more)
    return world.run(harvest, command, Role.GROWER)


def sort(world, inputs, outputs, *, ago=0, **more):
    command = Transform(step="sorting", inputs=inputs, outputs=outputs, done_on=world.day(ago), **more)
    return world.run(transform, command, Role.PACKER)


def packing(world, inputs, packs=100, net="500", *, ago=0, **more):
    return Pack(
        product="NHO",
        inputs=inputs,
        net_per_pack=kg(net),
        packs=packs,
        packed_on=world.day(ago),
        pack_type="box",
        **more,
    )


# -- harvest ------------------------------------------------------------------------------------------------


def test_harvest_makes_a_weighed_lot_with_the_next_code_of_the_day(world):
    season = world.season()
    codes = [own(world, take(world, season, "320,5").lot) for _ in range(2)]
    day = f"{world.today:%y%m%d}"
    assert [(lot.code, lot.quantity, lot.uom) for lot in codes] == [
        (f"{day}-1", kg("320.5"), "KGM"),
        (f"{day}-2", kg("320.5"), "KGM"),
    ]


def test_chosen_lot_code_is_kept_and_used_once(world):
    season = world.season()
    assert own(world, take(world, season, lot_code="sang-1").lot).code == "SANG-1"
    with pytest.raises(AlreadyExistsError):
        take(world, season, lot_code="SANG-1")
    with pytest.raises(CommandError):
        take(world, season, lot_code="V260101-1")


def test_code_that_somebody_chose_is_passed_over(world):
    season = world.season()
    take(world, season, lot_code=f"{world.today:%y%m%d}-1")
    assert own(world, take(world, season).lot).code.endswith("-2")


def test_harvest_of_nothing_or_of_words_is_refused(world):
    season = world.season()
    for quantity, error in (
        ("0", CommandError),
        ("", FieldErrors),
        ("nhiều", FieldErrors),
        ("-5", FieldErrors),
    ):
        with pytest.raises(error):
            take(world, season, quantity)


def test_harvest_before_the_season_began_is_refused(world):
    season = world.season(days=10)
    with pytest.raises(DoneDateError):
        take(world, season, ago=11)


def test_diary_of_the_same_day_comes_before_the_harvest(world):
    season = world.season()
    spray = world.spray(season, ago=5, phi_days=0)
    lot = take(world, season, ago=5).lot
    assert spray in world.read(read_history, lot)


def test_diary_after_a_harvest_belongs_to_later_harvests_only(world):
    season = world.season()
    first = take(world, season, ago=5).lot
    spray = world.spray(season, ago=3, phi_days=1)
    second = take(world, season, ago=1).lot
    assert spray not in world.read(read_history, first)
    assert spray in world.read(read_history, second)


def test_interval_holds_for_its_own_season_only(world):
    sprayed, clean = world.season(), world.season()
    world.spray(sprayed, ago=1, phi_days=30)
    assert take(world, clean).lot


def test_implausible_yield_is_written_with_its_warning(world):
    season = world.season()
    made = take(world, season, "9.000")
    assert [notice.guard for notice in made.warnings] == ["yield_plausible"]
    assert body(world, made.index)["sogoc:warnings"] == ["yield_plausible"]


def test_household_is_a_member_and_sealed(world):
    season, grower = world.season(), world.actors[Role.GROWER].member_id
    command = Harvest(season=season, done_on=world.today, values={"quantity": "10", "household": "tv01"})
    made = world.run(harvest, command, Role.RECORDER)
    opened = world.read(read_disclosures, world.ledger.vault, made.index)
    assert {item.pointer: item.value for item in opened}["/sogoc:fields/household"] == grower
    assert grower not in str(body(world, made.index))


def test_what_is_no_harvest_is_not_harvested(world):
    season = world.season()
    for step in ("irrigation", "packing"):
        with pytest.raises(CommandError):
            take(world, season, step=step)


# -- transformation -----------------------------------------------------------------------------------------


def test_every_input_is_kept_and_the_fields_follow_from_the_lots(world):
    season = world.season()
    lots = [take(world, season).lot for _ in range(3)]
    made = sort(world, tuple((lot, kg(50)) for lot in lots), ((None, kg(90)), (None, kg("49.5"))))
    event = body(world, made.index)
    assert [item["epcClass"] for item in event["inputQuantityList"]] == lots
    fields = event["sogoc:fields"]
    assert (fields["input_kg"], fields["output_kg"], fields["input_batches"]) == ("150", "139.5", lots)
    assert "loss_kg" not in fields
    opened = {
        item.pointer: item.value for item in world.read(read_disclosures, world.ledger.vault, made.index)
    }
    assert opened["/sogoc:fields/loss_kg"] == "10.5"
    assert {node.lot for node in world.read(trace_back, made.lots[1]).lots} == {season, *lots, made.lots[1]}


def test_form_cannot_say_other_amounts_than_the_lots(world):
    lot = take(world, world.season()).lot
    made = sort(world, ((lot, kg(50)),), ((None, kg(40)),), values={"input_kg": "999", "output_kg": "998"})
    assert body(world, made.index)["sogoc:fields"]["input_kg"] == "50"


def test_more_than_the_lot_holds_is_refused_with_what_is_left(world):
    lot = take(world, world.season(), "100").lot
    sort(world, ((lot, kg(60)),), ((None, kg(60)),))
    with pytest.raises(GuardError) as caught:
        sort(world, ((lot, kg("40.001")),), ((None, kg(40)),))
    assert "còn 40 kg" in caught.value.sentence
    sort(world, ((lot, kg(40)),), ((None, kg(40)),))


def test_more_out_than_in_is_refused(world):
    lot = take(world, world.season(), "100").lot
    with pytest.raises(GuardError) as caught:
        sort(world, ((lot, kg(50)),), ((None, kg(52)),))
    assert caught.value.violations[0].guard == "mass_balance"


@pytest.mark.parametrize(
    "wrong",
    [
        {"inputs": ()},
        {"outputs": ()},
        {"inputs": "twice"},
        {"inputs": "nothing"},
        {"outputs": ((None, Decimal(0)),)},
        {"outputs": ((None, Decimal("1.0001")),)},
        {"outputs": ((None, Decimal("NaN")),)},
        {"outputs": ((None, Decimal(1)),) * 51},
        {"loss": Decimal(-1)},
    ],
)
def test_transformation_with_bad_values_is_refused(world, wrong):
    lot = take(world, world.season()).lot
    special = {"twice": ((lot, kg(1)), (lot, kg(2))), "nothing": ((lot, kg(0)),)}
    values = {"inputs": ((lot, kg(10)),), "outputs": ((None, kg(9)),)} | wrong
    values["inputs"] = (
        special.get(values["inputs"], values["inputs"]) if "inputs" in wrong else values["inputs"]
    )
    with pytest.raises(CommandError):
        sort(world, **values)


def test_season_and_packs_are_no_input(world):
    season = world.season()
    for lot in (season, world.packed(take(world, season).lot, 10)):
        with pytest.raises(LotStateError):
            sort(world, ((lot, kg(1)),), ((None, kg(1)),))


def test_lots_in_different_units_are_not_put_together(world):
    flowers = RegisterProduct(code="HOA", name="Hoa", template="flower_hoa", origin="x")
    world.run(register_product, flowers)
    season = world.run(open_season, OpenSeason(product="HOA", place="VUON1", started_on=world.day(60))).lot
    planting = {"variety": "x", "seed_source": "x", "quantity": "9"}
    world.run(record_step, RecordStep(lot=season, step="planting", done_on=world.day(50), values=planting))
    stems, grapes = take(world, season).lot, take(world, world.season()).lot
    assert own(world, stems).uom == "EA"
    with pytest.raises(CommandError) as caught:
        sort(world, ((stems, kg(5)), (grapes, kg(5))), ((None, kg(9)),))
    assert "đơn vị khác nhau" in caught.value.sentence
    assert world.read(packs_possible, world.actors[Role.PACKER], ((stems, kg(50)),), kg(8)) == 6


def test_two_hundred_lots_at_most_go_into_one(world):
    many = tuple((f"{world.product.uri}/{number}", kg(1)) for number in range(201))
    with pytest.raises(CommandError) as caught:
        sort(world, many, ((None, kg(9)),))
    assert "200" in caught.value.sentence


def test_carcass_is_cut_and_the_table_of_cuts_follows_from_the_lots(world):
    for code, name in (("LON", "Thịt lợn"), ("VAI", "Vai"), ("THAN", "Thăn")):
        world.run(
            register_product, RegisterProduct(code=code, name=name, template="pork_processing", origin="x")
        )
    values = {"heads": "2", "live_weight": "180", "ante_mortem": "pass"}
    pigs = world.run(take_in, TakeIn(product="LON", step="receiving", done_on=world.today, values=values)).lot
    cutting = Transform(
        step="cutting",
        inputs=((pigs, kg(100)),),
        outputs=(("VAI", kg("40.5")), ("THAN", kg(50))),
        loss=kg("2.5"),
        done_on=world.today,
        product="LON",
    )
    event = body(world, world.run(transform, cutting, Role.PACKER).index)
    assert event["sogoc:fields"]["cuts"] == [{"name": "Vai", "kg": "40.5"}, {"name": "Thăn", "kg": "50"}]


def test_lot_is_not_sorted_before_it_was_harvested(world):
    lot = take(world, world.season(), ago=2).lot
    with pytest.raises(DoneDateError):
        sort(world, ((lot, kg(1)),), ((None, kg(1)),), ago=3)


def test_days_work_stands_in_order_though_every_day_is_only_a_noon(world):
    lot = take(world, world.season(), ago=3).lot
    made = sort(world, ((lot, kg(50)),), ((None, kg(50)),), ago=3).lots[0]
    packs = world.run(pack, packing(world, ((made, kg(50)),), ago=3), Role.PACKER).lot
    times = [own(world, each).created_at for each in (lot, made, packs)]
    assert times == sorted(times)
    assert len(world.read(read_history, packs)) == 4


def test_packing_has_a_form_of_its_own(world):
    lot = take(world, world.season()).lot
    with pytest.raises(CommandError):
        world.run(
            transform,
            Transform(step="packing", inputs=((lot, kg(1)),), outputs=((None, kg(1)),), done_on=world.today),
        )


def test_output_may_be_another_product_of_ours_and_never_a_neighbours(world):
    world.run(
        register_product, RegisterProduct(code="NHOKHO", name="Nho khô", template="fruit_nho", origin="x")
    )
    lot = take(world, world.season()).lot
    made = sort(world, ((lot, kg(10)),), (("NHOKHO", kg(3)), (None, kg(6))))
    assert "/class/NHOKHO." in made.lots[0]
    assert "/class/NHO." in made.lots[1]
    world.run(
        register_product,
        RegisterProduct(code="XOAI", name="Xoài", template="fruit_na", origin="x"),
        world.neighbour_manager,
    )
    with pytest.raises(NotFoundError):
        sort(world, ((lot, kg(10)),), (("XOAI", kg(3)),))


# -- intake -------------------------------------------------------------------------------------------------


def test_goods_from_outside_begin_as_a_lot_of_ours(world):
    world.run(register_product, RegisterProduct(code="MY", name="Mỳ", template="noodle_my", origin="x"))
    supplier = world.run(add_partner, AddPartner(name="Kho gạo", kind="supplier")).id
    values = {"material": "Gạo", "supplier": supplier, "supplier_lot": "G-77", "quantity": "1,5 tấn"}
    made = world.run(take_in, TakeIn(product="MY", done_on=world.today, values=values), Role.PACKER)
    assert own(world, made.lot).quantity == kg(1500)
    event = body(world, made.index)
    assert (event["action"], event["bizStep"]) == ("ADD", "receiving")
    assert supplier not in str(event)
    assert "G-77" not in str(event)
    with pytest.raises(FieldErrors):
        world.run(take_in, TakeIn(product="MY", done_on=world.today, values=values | {"supplier": ""}))
    for step in ("packing", "distributor_receipt"):
        with pytest.raises(CommandError):
            world.run(take_in, TakeIn(product="MY", step=step, done_on=world.today))


# -- packing ------------------------------------------------------------------------------------------------


def test_packs_are_counted_and_expire_by_the_products_shelf_life(world):
    lot = take(world, world.season()).lot
    made = world.run(pack, packing(world, ((lot, kg(50)),)), Role.PACKER)
    packs = own(world, made.lot)
    assert (packs.packs, packs.uom, packs.net_per_pack) == (100, "EA", kg(500))
    assert packs.expires_on == world.today + timedelta(days=10)
    assert body(world, made.index)["outputQuantityList"] == [{"epcClass": made.lot, "quantity": 100}]


def test_date_on_the_label_wins_over_the_shelf_life(world):
    lot = take(world, world.season()).lot
    made = world.run(pack, packing(world, ((lot, kg(50)),), expires_on=world.day(-3)), Role.PACKER)
    assert own(world, made.lot).expires_on == world.day(-3)
    with pytest.raises(CommandError):
        world.run(pack, packing(world, ((lot, kg(10)),), 20, expires_on=world.day(1)), Role.PACKER)


def test_more_packs_than_the_input_fills_are_refused_with_the_most_that_do(world):
    lot = take(world, world.season()).lot
    with pytest.raises(GuardError) as caught:
        world.run(pack, packing(world, ((lot, kg(50)),), 102), Role.PACKER)
    assert "100 gói" in caught.value.sentence
    inputs = ((lot, kg("50.4")),)
    assert world.read(packs_possible, world.actors[Role.PACKER], inputs, kg(500)) == 100


@pytest.mark.parametrize("wrong", [{"packs": 0}, {"packs": 10_000_001}, {"net": "0"}, {"net": "-5"}])
def test_packing_with_bad_values_is_refused(world, wrong):
    lot = take(world, world.season()).lot
    with pytest.raises(CommandError):
        world.run(pack, packing(world, ((lot, kg(50)),), **wrong), Role.PACKER)


def test_lot_whose_test_failed_is_not_packed_until_it_passes(world):
    lot = take(world, world.season()).lot

    def test(result, number):
        values = {"lab": "Quatest 3", "report_no": number, "criteria": "dư lượng", "result": result}
        return world.run(
            record_step, RecordStep(lot=lot, step="lab_test", done_on=world.today, values=values)
        )

    assert [notice.guard for notice in test("fail", "PT-1").warnings] == ["fail_blocks_release"]
    with pytest.raises(GuardError) as caught:
        world.run(pack, packing(world, ((lot, kg(50)),)), Role.PACKER)
    assert "PT-1" in caught.value.sentence
    test("pass", "PT-2")
    assert world.run(pack, packing(world, ((lot, kg(50)),)), Role.PACKER).index


def test_lists_of_the_packing_house_follow_the_lot(world):
    packer = world.actors[Role.PACKER]
    lot = take(world, world.season()).lot
    assert [(card.lot, card.left) for card in world.read(lots_to_pack, packer)] == [(lot, kg(100))]
    packs = world.run(pack, packing(world, ((lot, kg(100)),), 200), Role.PACKER).lot
    assert world.read(lots_to_pack, packer) == ()
    assert [card.lot for card in world.read(lots_to_seal, packer)] == [packs]
    world.run(seal, Seal(packs), Role.PACKER)
    assert world.read(lots_to_seal, packer) == ()
    assert [card.is_sealed for card in world.read(lots_packed, packer)] == [True]
    assert world.read(lots_to_pack, world.neighbour_manager) == ()


def test_lot_is_sealed_once(world):
    lot = world.sealed()
    with pytest.raises(NotSealableError):
        world.run(seal, Seal(lot), Role.PACKER)


def test_lot_of_a_product_with_gtin_is_named_by_it(world):
    world.run(
        register_product,
        RegisterProduct(code="TRA", name="Nho", template="fruit_nho", origin="x", gtin="8938505974194"),
    )
    season = world.run(open_season, OpenSeason(product="TRA", place="VUON1", started_on=world.day(90))).lot
    lot = take(world, season).lot
    assert lot == f"https://id.gs1.org/01/08938505974194/10/{world.today:%y%m%d}-1"
    made = world.run(
        pack,
        Pack(
            product="TRA",
            inputs=((lot, kg(5)),),
            net_per_pack=kg(500),
            packs=10,
            packed_on=world.today,
            pack_type="box",
        ),
        Role.PACKER,
    )
    world.run(seal, Seal(made.lot), Role.PACKER)
    assert season in {node.lot for node in world.read(trace_back, made.lot).lots}
