from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from ledger.coop.actors import Role
from ledger.coop.errors import CommandError, LotStateError, NotFoundError, StampRangeError
from ledger.coop.paper.label_designs import SaveDesign, save_design
from ledger.coop.paper.label_facts import label_facts
from ledger.coop.paper.print_specs import PrintSpec
from ledger.coop.recalls.recalls import Recall, recall
from ledger.coop.registers.products import RegisterProduct, register_product
from ledger.coop.stamps.activation import Activate, activate_stamps
from ledger.coop.stamps.job_queries import read_job, read_jobs, read_rolls
from ledger.coop.stamps.stamp_room import packs_without_stamp
from ledger.coop.stamps.stamps import (
    MarkPrinted,
    MarkSold,
    Reserve,
    Void,
    find_print_job,
    mark_printed,
    mark_sold,
    reserve_stamps,
    void_stamps,
)
from ledger.coop.tables import PrintJobRow
from ledger.log.records import read_record
from tests.support.world import GRAPES

ROLL = PrintSpec(file="zpl", paper="roll_50x30", dpi=300, offset_x_mm=Decimal("0.5"))


def reserve(world, count=10, lot=None, **more):
    return world.run(reserve_stamps, Reserve(count, lot, **more), Role.PACKER)


def printed(world, job, **more):
    return world.run(mark_printed, MarkPrinted(job.id, **more), Role.PACKER)


def void(world, first, last):
    return world.run(void_stamps, Void(first, last, "rách"), Role.PACKER)


def find(world, job):
    return world.read(find_print_job, world.actors[Role.PACKER], job.id)


def refused(world, error, do):
    """``do`` is refused with ``error`` and leaves no trace in log and books; gives the error."""
    size, jobs = world.size(), world.read(read_rolls, world.actors[Role.PACKER])
    with pytest.raises(error) as caught:
        do()
    assert (world.size(), world.read(read_rolls, world.actors[Role.PACKER])) == (size, jobs)
    return caught.value


def test_job_keeps_all_that_its_paper_says(world):
    lot = world.packed(packs=100)
    job = reserve(world, 100, lot, spec=ROLL, url_base="https://truyxuat.example/")
    assert (job.lot, job.count, job.spec, job.url_base) == (lot, 100, ROLL, "https://truyxuat.example")
    assert job.facts == world.read(label_facts, world.coop.code, lot)
    assert (job.is_printed, job.reprints, job.quota, job.holder) == (False, (), None, None)
    assert find(world, job) == job


def test_job_says_what_it_said_when_the_product_is_named_anew(world):
    lot = world.packed(packs=100)
    job = reserve(world, 10, lot)
    world.run(
        register_product, RegisterProduct(code="NHO2", name="Nho khác", template="fruit_nho", origin="x")
    )
    world.clock.now += timedelta(days=400)
    assert find(world, job).facts == job.facts
    assert job.facts.product_name == GRAPES.name


def test_order_that_is_sent_again_is_the_same_job(world):
    lot = world.packed(packs=100)
    first = reserve(world, 10, lot, spec=ROLL, url_base="http://localhost:8000", idempotency_key="phiếu")
    again = reserve(world, 10, lot, spec=ROLL, url_base="http://localhost:8000", idempotency_key="phiếu")
    assert again == first
    assert reserve(world).first == first.last + 1


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        ({"copies": 10_000_000}, "copies"),
        ({"paper": "no such/paper"}, "paper"),
        ({"offset_x_mm": Decimal(500)}, "offset_x_mm"),
        ({"dpi": 1}, "dpi"),
    ],
)
def test_order_that_no_printer_can_do_reserves_nothing(world, spec, field):
    error = refused(world, CommandError, lambda: reserve(world, spec=replace(ROLL, **spec)))
    assert [problem.field for problem in error.problems] == [field]
    assert reserve(world).first == 1


def test_own_design_must_be_the_organisations(world):
    command = SaveDesign("TEM", "Tem của vườn", "<p>$product_name</p>", "", Decimal(50), Decimal(30))
    card = world.run(save_design, command)
    job = reserve(world, spec=PrintSpec(design=card.spec_name))
    assert job.spec.own_design == card.id
    theirs = Reserve(5, spec=PrintSpec(design=card.spec_name))
    with pytest.raises(NotFoundError):
        world.run(reserve_stamps, theirs, world.neighbour_manager)
    refused(world, NotFoundError, lambda: reserve(world, spec=PrintSpec(design="own:nothing")))


def test_reprint_keeps_the_numbers_and_says_who_and_why(world):
    job = printed(world, reserve(world))
    assert (job.is_printed, job.reprints) == (True, ())
    again = printed(world, job, reason="giấy kẹt")
    assert (again.first, again.last) == (job.first, job.last)
    part = printed(world, job, first=3, last=4, reason="  rách  hai con ")
    packer = world.actors[Role.PACKER].account_id
    assert [(one.first, one.last, one.reason, one.by) for one in part.reprints] == [
        (1, 10, "giấy kẹt", packer),
        (3, 4, "rách hai con", packer),
    ]
    assert find(world, job) == part


def test_reprint_without_a_reason_is_refused(world):
    job = printed(world, reserve(world))
    for reason in (None, "", "   ", "x" * 301):
        error = refused(world, CommandError, lambda reason=reason: printed(world, job, reason=reason))
        assert error.problems[0].field == "reason"
    told = refused(world, CommandError, lambda: printed(world, job, first=2, last=5)).sentence
    assert told.startswith("Tem thứ 2 đến 5 của lượt in đã in rồi.")
    assert find(world, job).reprints == ()


def test_reprint_leaves_the_log_alone(world):
    job = printed(world, reserve(world))
    size = world.size()
    printed(world, job, reason="giấy kẹt")
    assert world.size() == size


def test_second_click_on_print_is_no_reprint(world):
    job = reserve(world)
    first = printed(world, job, idempotency_key="in-1")
    assert printed(world, job, idempotency_key="in-1") == first
    assert find(world, job).reprints == ()


def test_job_is_printed_in_parts(world):
    lot = world.sealed(100)
    job = reserve(world, 100, lot)
    printed(world, job, first=1, last=40)
    printed(world, job, first=61, last=100)
    counts = world.read(read_job, world.actors[Role.PACKER], job.id).counts
    assert (counts.printed, counts.unprinted) == (80, 20)
    whole = printed(world, job, reason="in cả lượt")
    assert [(one.first, one.last) for one in whole.reprints] == [(1, 40), (61, 100)]


@pytest.mark.parametrize(("first", "last"), [(0, 5), (5, 11), (6, 5), (11, 20), (-1, -1), (1, 10**12)])
def test_part_outside_the_job_is_refused(world, first, last):
    job = reserve(world)
    reserve(world)
    error = refused(world, StampRangeError, lambda: printed(world, job, first=first, last=last))
    assert "không nằm trong lượt in này" in error.sentence


def test_part_needs_both_its_ends(world):
    job = reserve(world)
    for ends in ({"first": 1}, {"last": 1}):
        refused(world, CommandError, lambda ends=ends: printed(world, job, **ends))


def test_void_stamps_are_not_printed_again(world):
    job = printed(world, reserve(world))
    void(world, 3, 4)
    error = refused(world, StampRangeError, lambda: printed(world, job, first=3, last=4, reason="x"))
    assert "đã hủy" in error.sentence
    assert printed(world, job, first=2, last=5, reason="rách").reprints[0].last == 5


def test_stamps_of_a_recalled_lot_are_not_printed(world):
    lot = world.sealed(100)
    job = reserve(world, 50, lot)
    world.run(recall, Recall(lot, "x", "x", "x", "x", "x"))
    refused(world, LotStateError, lambda: printed(world, job))


def test_stamps_are_sold_after_they_are_active(world):
    lot = world.sealed(100)
    job = world.printed(100, lot)
    error = refused(world, StampRangeError, lambda: world.run(mark_sold, MarkSold(1, 5), Role.ACCOUNTANT))
    assert "Hãy kích hoạt trước" in error.sentence
    world.run(activate_stamps, Activate(lot, job=job.id), Role.PACKER)
    size = world.size()
    world.run(mark_sold, MarkSold(1, 5), Role.ACCOUNTANT)
    assert world.size() == size
    refused(world, StampRangeError, lambda: world.run(mark_sold, MarkSold(5, 6), Role.ACCOUNTANT))
    counts = world.read(read_job, world.actors[Role.PACKER], job.id).counts
    assert (counts.activated, counts.sold) == (95, 5)


def test_stamp_of_a_pack_that_came_back_is_voided(world):
    world.stamped(100)
    world.run(mark_sold, MarkSold(1, 5), Role.ACCOUNTANT)
    index = void(world, 1, 2).index
    assert world.read(read_record, index).body["type"] == "StampsVoided"


def test_void_needs_a_reason(world):
    reserve(world)
    for reason in ("", "  ", "x" * 301, "a\u202eb"):
        command = Void(1, 2, reason)
        refused(world, CommandError, lambda c=command: world.run(void_stamps, c, Role.PACKER))


def test_roll_ordered_ahead_is_bound_later(world):
    lot = world.sealed(100)
    roll = world.printed(1000)
    assert world.read(packs_without_stamp, world.actors[Role.PACKER], lot) == 100
    world.run(activate_stamps, Activate(lot, first=11, last=40), Role.PACKER)
    assert world.read(packs_without_stamp, world.actors[Role.PACKER], lot) == 70
    assert [job.id for job in world.read(read_rolls, world.actors[Role.PACKER])] == [roll.id]
    assert world.read(read_jobs, world.actors[Role.PACKER], lot) == ()
    assert world.read(read_rolls, world.neighbour_manager) == ()


def test_loose_lot_has_room_for_no_stamp(world):
    assert world.read(packs_without_stamp, world.actors[Role.PACKER], world.harvested()) == 0


@pytest.mark.parametrize("is_taken_back", [False, True])
def test_job_from_before_facts_were_kept_says_what_the_log_says(world, is_taken_back):
    lot = world.packed(packs=100)
    job = reserve(world, 10, lot)
    values = {"facts": None, "url_base": None} | ({"lot": f"{lot}X"} if is_taken_back else {})
    world.ledger.write(lambda unit: unit.session.execute(update(PrintJobRow).values(**values)))
    found = find(world, job)
    assert found.facts == world.read(label_facts, world.coop.code, None if is_taken_back else lot)
    assert found.url_base == ""
