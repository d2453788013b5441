from datetime import timedelta

import pytest

from ledger.coop.actors import Role
from ledger.coop.errors import CommandError, LotStateError, NotAllowedError, StampCountError, StampRangeError
from ledger.coop.goods.packing import Seal, seal
from ledger.coop.goods.shipping import Ship, ship
from ledger.coop.queries import jobs_to_activate
from ledger.coop.recalls.recalls import Recall, recall
from ledger.coop.scans.stamp_findings import look_up
from ledger.coop.stamps.activation import Activate, activate_stamps
from ledger.coop.stamps.stamps import MarkPrinted, Reserve, Void, mark_printed, reserve_stamps, void_stamps
from ledger.log.records import read_record
from ledger.trace.errors import GuardError
from ledger.trace.passports.verdicts import Verdict


def reserve(world, count=200, lot=None, **more):
    return world.run(reserve_stamps, Reserve(count, lot, **more), Role.PACKER)


def activate(world, lot, **range_):
    return world.run(activate_stamps, Activate(lot, **range_), Role.PACKER)


def void(world, first, last, reason="rách"):
    return world.run(void_stamps, Void(first, last, reason), Role.PACKER)


def find(world, number, days=0):
    codec = world.codec()
    return world.read(look_up, codec, codec.format(number), world.today + timedelta(days=days))


def test_numbers_are_given_once_across_organisations(world):
    first, second = reserve(world, 10), reserve(world, 5)
    other = world.run(reserve_stamps, Reserve(7), world.neighbour_manager)
    assert [(job.first, job.last) for job in (first, second, other)] == [(1, 10), (11, 15), (16, 22)]


def test_stamps_of_a_lot_are_not_more_than_its_packs(world):
    lot = world.packed(packs=100)
    reserve(world, 60, lot)
    with pytest.raises(StampCountError) as caught:
        reserve(world, 41, lot)
    assert caught.value.allowed == 40
    assert "40 tem" in caught.value.sentence
    reserve(world, 40, lot)


def test_voided_stamps_make_room_for_new_ones(world):
    lot = world.packed(packs=100)
    job = reserve(world, 100, lot)
    void(world, job.first, job.first + 4)
    assert reserve(world, 5, lot).last == 105


def test_stamps_from_a_roll_count_too(world):
    lot = world.sealed(100)
    roll = world.printed(1000)
    activate(world, lot, first=roll.first, last=roll.first + 29)
    with pytest.raises(StampCountError):
        reserve(world, 71, lot)
    reserve(world, 70, lot)


@pytest.mark.parametrize(
    "wrong",
    [
        {"count": 0},
        {"count": -5},
        {"count": 5_000_001},
        {"url_base": "javascript:x"},
        {"url_base": "http://"},
    ],
)
def test_order_with_bad_values_is_refused(world, wrong):
    with pytest.raises(CommandError):
        reserve(world, **wrong)


def test_limits_of_a_print_job_and_of_a_roll(world):
    lot = world.packed(packs=200)
    with pytest.raises(CommandError):
        reserve(world, 100_001, lot)
    assert reserve(world, 5_000_000).last == 5_000_000


def test_loose_lot_has_no_packs_to_put_stamps_on(world):
    with pytest.raises(LotStateError):
        reserve(world, 5, world.harvested())


def test_stamp_is_worth_something_only_when_activated(world):
    lot = world.sealed(200)
    job = reserve(world, 200, lot)
    assert find(world, 5).state is Verdict.NOT_ACTIVATED
    world.run(mark_printed, MarkPrinted(job.id), Role.PACKER)
    assert find(world, 5).state is Verdict.NOT_ACTIVATED
    activated = activate(world, lot, job=job.id)
    assert (activated.ranges, activated.count) == (((1, 200),), 200)
    found = find(world, 5)
    assert (found.state, found.lot, found.number, found.organisation) == (
        Verdict.VALID,
        lot,
        5,
        world.coop.code,
    )
    assert found.on == world.today
    expired = find(world, 5, days=30)
    assert (expired.state, expired.on) == (Verdict.EXPIRED, world.day(-10))
    statement = world.read(read_record, activated.indexes[0]).body
    assert statement == {"type": "StampsActivated", "lot": lot, "first": 1, "last": 200}


def test_range_is_named_by_the_codes_on_its_first_and_last_stamp(world):
    lot, codec = world.sealed(100), world.codec()
    world.printed(100, lot)
    activated = activate(world, lot, first_code=codec.format(11), last_code=codec.format(20).lower())
    assert activated.ranges == ((11, 20),)
    assert find(world, 21).state is Verdict.NOT_ACTIVATED


def test_range_needs_both_its_ends(world):
    lot = world.sealed(100)
    for wrong in ({}, {"first": 1}, {"last": 1}, {"first_code": "x"}):
        with pytest.raises(CommandError):
            activate(world, lot, **wrong)


def test_job_is_activated_around_its_spoiled_stamps(world):
    lot = world.sealed(100)
    job = world.printed(100, lot)
    void(world, 11, 12)
    void(world, 50, 50)
    assert activate(world, lot, job=job.id).ranges == ((1, 10), (13, 49), (51, 100))
    assert find(world, 11).state is Verdict.VOIDED
    with pytest.raises(StampRangeError):
        activate(world, lot, job=job.id)


def test_parts_of_a_job_that_are_neighbours_cost_one_statement(world):
    lot = world.sealed(100)
    job = world.printed(100, lot)
    activate(world, lot, first=41, last=60)
    void(world, 1, 1)
    assert activate(world, lot, job=job.id).ranges == ((2, 40), (61, 100))


def test_voided_stamp_stays_voided_and_says_when_and_why(world):
    world.stamped(100)
    void(world, 7, 7, "dán hỏng")
    found = find(world, 7)
    assert (found.state, found.on, found.reason) == (Verdict.VOIDED, world.today, "dán hỏng")
    with pytest.raises(StampRangeError):
        void(world, 7, 8)


def test_spoiled_stamp_on_a_pack_may_be_replaced(world):
    lot = world.stamped(100)
    void(world, 7, 7)
    job = world.printed(1, lot)
    assert activate(world, lot, job=job.id).count == 1
    with pytest.raises(StampCountError):
        reserve(world, 1, lot)


def test_stamps_of_a_recalled_lot_say_so(world):
    lot = world.stamped(100)
    world.clock.now += timedelta(days=3)
    world.run(recall, Recall(lot, "dư lượng", "cả lô", "HTX", "đem trả", "0259 388 1122"))
    found = find(world, 7)
    assert (found.state, found.on) == (Verdict.RECALLED, world.today)
    with pytest.raises(LotStateError):
        world.run(reserve_stamps, Reserve(1, lot), Role.PACKER)


def test_recall_is_told_before_a_voided_stamp(world):
    lot = world.stamped(100)
    void(world, 7, 7)
    world.run(recall, Recall(lot, "dư lượng", "cả lô", "HTX", "đem trả", "0259 388 1122"))
    assert find(world, 7).state is Verdict.RECALLED


def test_code_in_small_letters_with_spaces_is_the_same_stamp(world):
    world.stamped(100)
    codec = world.codec()
    code = codec.format(9).lower()
    typed = f" {code[:4]} {code[4:8]}-{code[8:]} "
    assert world.read(look_up, codec, typed, world.today).number == 9


def test_system_that_gave_no_stamps_knows_none(world):
    assert world.read(look_up, None, "0000000000000", world.today).state is Verdict.UNKNOWN


def test_jobs_that_wait_are_listed_with_what_is_left_of_them(world):
    lot = world.sealed(100)
    job = world.printed(100, lot)
    activate(world, lot, first=1, last=30)
    card = world.read(jobs_to_activate, world.actors[Role.PACKER])[0]
    assert (card.job, card.waiting, card.active, card.is_printed, card.is_sealed) == (
        job.id,
        70,
        30,
        True,
        True,
    )
    activate(world, lot, job=job.id)
    assert world.read(jobs_to_activate, world.actors[Role.PACKER]) == ()
    assert world.read(jobs_to_activate, world.neighbour_manager) == ()


def test_packs_sold_before_the_seal_get_no_stamps(world):
    lot = world.packed(packs=100)
    world.run(ship, Ship(lot=lot, to_partner=world.partner, packs=40, done_on=world.today), Role.PACKER)
    world.run(seal, Seal(lot), Role.PACKER)
    job = world.printed(100, lot)
    with pytest.raises(GuardError):
        activate(world, lot, job=job.id)
    activate(world, lot, first=job.first, last=job.first + 59)


def test_lot_that_nobody_signed_is_refused_for_that_alone(world):
    lot = world.packed(packs=100)
    job = world.printed(100, lot)
    with pytest.raises(GuardError) as caught:
        activate(world, lot, job=job.id)
    assert [violation.guard for violation in caught.value.violations] == ["batch_signed"]


def test_stamps_in_use_are_told_by_their_codes(world):
    lot = world.sealed(100)
    job = world.printed(100, lot)
    codec = world.codec()
    activate(world, lot, first=job.first, last=job.first + 4)
    with pytest.raises(GuardError) as caught:
        activate(world, lot, first=job.first + 2, last=job.first + 9)
    ends = [codec.format(number) for number in (job.first + 2, job.first + 4)]
    assert caught.value.violations[0].sentence_vi.startswith(f"Tem {ends[0]} đến {ends[1]} đã dán cho lô")


def test_grower_activates_nothing(world):
    lot = world.sealed(10)
    with pytest.raises(NotAllowedError):
        world.run(activate_stamps, Activate(lot, first=1, last=2), Role.GROWER)
