"""Every guard of every template, asked with the facts of a real season: what it must refuse, it refuses."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from ledger.coop.actors import Role
from ledger.coop.recalls.recalls import Recall, recall
from ledger.coop.registers.places import RegisterPlace, register_place
from ledger.coop.supplies.catalogue import SaveSupply, save_supply
from ledger.trace.errors import GuardError
from ledger.trace.queries import passport_of
from ledger.trace.sectors.templates import GUARDS, TEMPLATES
from ledger.trace.units import format_date
from tests.support.sector_walks import begin

# Asked of stamps and partners, whatever the template: test_stamps.py, test_making_lots.py, test_shipping.py.
ELSEWHERE = {
    "stamps_le_packs", "range_unused", "batch_signed", "sign_batch", "one_step_back", "one_step_forward",
    "passport_shows_warning",
}  # fmt: skip
TREATING = {"phi_days": ("pest_control", "care"), "withdrawal_days": ("vet_treatment",)}
BEFORE_TAKING = {"planting", "stock_in"}


def refused(guard, work, *args, **options):
    """The sentence with which ``guard`` refuses ``work``."""
    with pytest.raises(GuardError) as caught:
        work(*args, **options)
    return next(one.sentence_vi for one in caught.value.violations if one.guard == guard)


def has(walk, code):
    return any(step.code == code for step in walk.sector.steps)


def taking(walk):
    """The step by which this sector takes from a season."""
    return next(step for step in walk.sector.steps if step.level == "creates_batch").code


def ready(walk, **changes):
    """A season of which something may be taken."""
    walk = replace(walk, done=[], told={}, **changes)
    walk.open()
    for code in BEFORE_TAKING:
        if has(walk, code):
            walk.record(code, on=walk.world.day(50))
    return walk


def treating(walk, key):
    return next(code for code in TREATING[key] if has(walk, code))


def interval_runs(key):
    def scenario(walk, guard):
        walk = ready(walk)
        walk.record(treating(walk, key), on=walk.world.day(3), **{key: "7"})
        sentence = refused(guard, walk.take, taking(walk))
        assert format_date(walk.world.today + timedelta(days=4)) in sentence
        walk.record(treating(walk, key), on=walk.world.day(30), **{key: "30"})
        walk.take(taking(walk), on=walk.world.day(51))

    return scenario


def treatment_told_late(key):
    """Only a manager goes on, with a reason that everybody reads on the passport."""

    def scenario(walk, guard):
        walk = ready(walk)
        walk.take(taking(walk))
        late = {"on": walk.world.day(3), key: "7"}
        assert "chưa hết thời gian chờ" in refused(guard, walk.record, treating(walk, key), **late)

    return scenario


def banned(walk, guard):
    for step in walk.sector.steps:
        if guard in step.guards:
            fresh, key = ready(walk), next(item.key for item in step.fields if item.ref == "input")
            for name in ("Gramoxone (paraquat)", "Chloramphenicol 10%"):
                assert "bị cấm" in refused(guard, fresh.record, step.code, **{key: name})


def unlisted(walk, guard):
    code = treating(walk, "phi_days")
    name = f"Thuốc lạ {walk.sector.id}"
    supply = SaveSupply(name=name, kind="pesticide", unit="ml", active_ingredient="Chất lạ")
    walk.world.run(save_supply, supply)
    walk = ready(walk)
    # What was typed goes before what the stock knows.
    typed = {"active_ingredient": ""} if walk.sector.step(code).field("active_ingredient") else {}
    walk.record(code, on=walk.world.day(40), input=name, **typed)
    assert guard in walk.told[code]


def undeclared(walk, guard):
    name = f"Thuốc đã khai {walk.sector.id}"
    supply = SaveSupply(name=name, kind="pesticide", unit="ml", products=(walk.code,))
    walk.world.run(save_supply, supply)
    walk = ready(walk)
    walk.record("pest_control", on=walk.world.day(40), input=name.upper(), dose="5 ml")
    assert guard not in walk.told.get("pest_control", ())
    walk.record("pest_control", on=walk.world.day(40), input="Thuốc khác", dose="5 ml")
    assert guard in walk.told["pest_control"]


def looks_short(walk, guard):
    walk, code = ready(walk), treating(walk, "phi_days")
    walk.record(code, on=walk.world.day(40), input="Abamectin 1.8EC", phi_days="1")
    assert guard in walk.told[code]


def nothing_planted(walk, guard):
    walk = replace(walk, place=young_plot(walk.world))
    walk.open()
    refused(guard, walk.take, taking(walk))


def nothing_stocked(walk, guard):
    walk = replace(walk)
    walk.open()
    refused(guard, walk.take, taking(walk))


def young_plot(world):
    """A plot that is no perennial garden."""
    plot = RegisterPlace(
        code=f"RUONG{world.size()}", name="Ruộng", kind="plot", province="Lạng Sơn", commune="x",
        area_m2=Decimal(2000),
    )  # fmt: skip
    return world.run(register_place, plot).code


def too_much_grown(walk, guard):
    walk, step = ready(walk), walk.sector.step(taking(walk))
    key = "volume" if step.field("volume") else "quantity"
    most = 100 if any(item.key == "colonies" for item in walk.sector.step("season_open").fields) else 10_000
    walk.take(step.code, **{key: str(most)})
    assert guard not in walk.told.get(step.code, ())
    walk.take(step.code, **{key: "1"})
    assert guard in walk.told[step.code]


def too_many_eggs(walk, guard):
    walk = ready(walk)
    walk.take("egg_collection", eggs="300")
    assert "egg_collection" not in walk.told
    walk.take("egg_collection", eggs="300")
    assert walk.told["egg_collection"] == (guard,)


def heads_do_not_add_up(walk, guard):
    walk = ready(walk)
    if has(walk, "mortality"):
        walk.record("mortality", on=walk.world.day(40), heads="100")
    for step in walk.sector.steps:
        if guard in step.guards:
            leave = walk.take if step.level == "creates_batch" else walk.record
            assert "chỉ còn 400 con" in refused(guard, leave, step.code, heads="401")


def in_hand(walk):
    """A lot of what this sector works on."""
    if walk.season or has(walk, "season_open"):
        walk = ready(walk)
    walk = replace(walk)
    if not walk.lot:
        walk.take(taking(walk))
    return walk


def more_comes_out(walk, guard):
    for step in walk.sector.steps:
        if guard in step.guards and step.code != "packing":
            fresh = in_hand(walk)
            refused(guard, fresh.transform, step.code, made=Decimal(99), taken=Decimal(10))


def outside_the_band(walk, guard):
    step = next(step for step in walk.sector.steps if guard in step.guards)
    low = Decimal(str(GUARDS[guard].params.get("min_pct", 0)))
    high = Decimal(str(GUARDS[guard].params["max_pct"]))
    walk = in_hand(walk)
    lot = walk.lot
    inside = {"made": (max(low, Decimal(5)) + min(high, Decimal(100))) / 2 / 100, "taken": Decimal(1)}
    walk.transform(step.code, **inside)
    assert step.code not in walk.told
    walk.lot = lot
    if high < 100:
        walk.transform(step.code, made=(high + 1) / 100, taken=Decimal(1))
    else:
        walk.transform(step.code, made=(high + 5) / 100, taken=Decimal(1))
    assert guard in walk.told[step.code]


def more_is_taken(walk, guard):
    step = next(s for s in walk.sector.steps if guard in s.guards and s.level == "transform")
    walk = in_hand(walk)
    too_much = (walk.held().quantity or 0) + 1
    if step.code == "packing":
        refused(guard, walk.pack, int(too_much // 2), taken=too_much)
    else:
        refused(guard, walk.transform, step.code, made=Decimal(1), taken=too_much)


def too_many_packs(walk, guard):
    walk = in_hand(walk)
    assert "Đóng được nhiều nhất 2 gói" in refused(guard, walk.pack, 3, taken=Decimal(4))


def failed_test(walk, guard):
    if not (has(walk, "lab_test") or has(walk, "quick_test")):
        return  # this sector records no test as a step
    walk = in_hand(walk)
    test = "lab_test" if has(walk, "lab_test") else "quick_test"
    walk.record(test, result="fail" if test == "lab_test" else "pos")
    assert "không đạt" in refused(guard, walk.pack if walk.has_packing else walk.ship)
    walk.record(test)
    if walk.has_packing:
        walk.pack()


def past_its_day(walk, guard):
    walk = in_hand(walk)
    walk.pack()
    walk.seal()
    clock, now = walk.world.clock, walk.world.clock.now
    clock.now += timedelta(days=4000)
    assert "hết hạn" in refused(guard, walk.ship)
    clock.now = now


def called_back(walk, guard):
    walk = in_hand(walk)
    if walk.has_packing:
        walk.pack()
    walk.seal()
    order = Recall(walk.lot, "Lý do thử", "Cả lô", "HTX", "Trả lại nơi mua", "0900 000 000")
    walk.world.run(recall, order)
    assert "thu hồi" in refused(guard, walk.ship)


SCENARIOS = {
    "phi_elapsed": interval_runs("phi_days"),
    "withdrawal_elapsed": interval_runs("withdrawal_days"),
    "phi_block_harvest": treatment_told_late("phi_days"),
    "withdrawal_block_release": treatment_told_late("withdrawal_days"),
    "phi_looks_short": looks_short,
    "input_not_banned": banned,
    "ingredient_listed": unlisted,
    "input_registered_for_crop": undeclared,
    "requires:planting": nothing_planted,
    "requires:planting_or_perennial_profile": nothing_planted,
    "requires:stock_in": nothing_stocked,
    "yield_plausible": too_much_grown,
    "lay_rate_plausible": too_many_eggs,
    "headcount_balance": heads_do_not_add_up,
    "mass_balance": more_comes_out,
    "mass_balance:drying": outside_the_band,
    "mass_balance:slaughter": outside_the_band,
    "mass_balance:cooking": outside_the_band,
    "mass_balance:drying_flour": outside_the_band,
    "mass_balance:sawing": outside_the_band,
    "input_available": more_is_taken,
    "packs_le_input": too_many_packs,
    "fail_blocks_release": failed_test,
    "not_expired": past_its_day,
    "not_recalled": called_back,
}


def test_every_guard_has_a_scenario():
    assert SCENARIOS.keys() | ELSEWHERE == GUARDS.keys()


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_guards_of_a_sector_speak_where_they_must(world, name):
    walk = begin(world, name)
    asked = {guard for step in walk.sector.steps for guard in step.guards} & SCENARIOS.keys()
    for guard in sorted(asked):
        if guard == "not_expired" and not walk.has_packing:
            continue  # what is not packed has no day by which to use it
        if guard == "input_available" and not any(s.level == "transform" for s in walk.sector.steps):
            continue  # nothing is made of it; shipping more than there is: test_shipping.py
        SCENARIOS[guard](walk, guard)


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ["fruit_nho", "pig_farm"])
def test_what_a_manager_lets_pass_stands_on_the_passport(world, name):
    from ledger.coop.field.diary import RecordStep, record_step

    walk = ready(begin(world, name))
    code = "pest_control" if name == "fruit_nho" else "vet_treatment"
    reason = "Thuốc tồn từ năm trước, đã báo trạm thú y và bảo vệ thực vật"
    command = RecordStep(
        lot=walk.season,
        step=code,
        done_on=world.day(30),
        values={**walk.typed(walk.sector.step(code)), "input": "Paraquat và chloramphenicol"},
        overrides={"input_not_banned": reason},
    )
    with pytest.raises(GuardError):
        world.run(record_step, command, Role.GROWER)
    world.run(record_step, command)
    walk.take(taking(walk))
    passport = world.read(passport_of, walk.lot, world.today).passport
    (shown,) = [step for step in passport.journey if step.step == code]
    assert [(one.guard, one.reason, one.by) for one in shown.overrides] == [
        ("input_not_banned", reason, "manager")
    ]
