import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.coop.actors import Role
from ledger.coop.errors import CoopError
from ledger.coop.stamps.activation import Activate, activate_stamps
from ledger.coop.stamps.job_queries import read_job
from ledger.coop.stamps.stamp_book import StampCounts, stamp_book
from ledger.coop.stamps.stamps import (
    MarkPrinted,
    MarkSold,
    Reserve,
    Void,
    mark_printed,
    mark_sold,
    reserve_stamps,
    void_stamps,
)
from ledger.trace.errors import GuardError


def book(world, who=Role.PACKER):
    return world.read(stamp_book, world.actor(who))


def test_book_without_stamps_is_empty(world):
    assert book(world).lines == ()
    assert book(world).total == StampCounts()


def test_book_tells_what_became_of_every_stamp(world):
    lot = world.sealed(100)
    job = world.printed(100, lot)
    spare = world.run(reserve_stamps, Reserve(20), Role.PACKER)
    world.run(void_stamps, Void(spare.first, spare.first + 4, "đặt nhầm"), Role.PACKER)
    world.run(void_stamps, Void(91, 100, "nhòe"), Role.PACKER)
    world.run(activate_stamps, Activate(lot, first=1, last=60), Role.PACKER)
    world.run(mark_sold, MarkSold(1, 25), Role.PACKER)
    newest, oldest = book(world).lines
    assert newest.counts == StampCounts(unprinted=15, cancelled=5)
    assert oldest.counts == StampCounts(in_hand=30, activated=35, sold=25, voided=10)
    assert (oldest.job, oldest.lot, oldest.first, oldest.last) == (job.id, lot, 1, 100)
    assert (oldest.counts.printed, oldest.counts.reserved, oldest.counts.waiting) == (100, 100, 30)
    total = book(world).total
    assert (total.reserved, total.printed, total.unprinted, total.cancelled) == (120, 100, 15, 5)
    assert world.read(read_job, world.actors[Role.PACKER], job.id).counts == oldest.counts


def test_book_shows_the_newest_and_counts_all(world):
    for _ in range(3):
        world.printed(10)
    shown = world.read(stamp_book, world.actors[Role.PACKER], limit=2)
    assert [line.first for line in shown.lines] == [21, 11]
    assert shown.total.printed == 30


def test_book_of_a_neighbour_stays_the_neighbours(world):
    world.printed(10)
    assert book(world, world.neighbour_manager).lines == ()
    assert book(world, world.neighbour_manager).total == StampCounts()


@pytest.fixture
def lot(world):
    """A sealed lot; two jobs of ten stamps stand beside it, one for it and one for none yet."""
    made = world.sealed(100)
    world.run(reserve_stamps, Reserve(10, made), Role.PACKER)
    world.run(reserve_stamps, Reserve(10), Role.PACKER)
    return made


_STEPS = st.lists(
    st.tuples(st.sampled_from(["print", "activate", "sell", "void"]), st.integers(1, 20), st.integers(1, 20)),
    max_size=10,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_STEPS)
def test_counts_reconcile_whatever_is_done(world, lot, steps):
    """Printed = activated + sold + voided + in hand, in every job and in all; nothing is lost."""
    for step, *ends in steps:
        low, high = sorted(ends)
        jobs = {line.first: line.job for line in book(world).lines}
        of_first = jobs[1 if low <= 10 else 11]
        use_case, command = {
            "print": (mark_printed, MarkPrinted(of_first, low, high, "in lại")),
            "activate": (activate_stamps, Activate(lot, first=low, last=high)),
            "sell": (mark_sold, MarkSold(low, high)),
            "void": (void_stamps, Void(low, high, "rách")),
        }[step]
        before = book(world)
        try:
            world.run(use_case, command, Role.PACKER)
        except (CoopError, GuardError):
            assert book(world) == before
    after = book(world)
    for counts in (*(line.counts for line in after.lines), after.total):
        assert counts.printed == counts.activated + counts.sold + counts.voided + counts.in_hand
        assert counts.reserved == counts.unprinted + counts.cancelled + counts.printed
    assert [line.counts.reserved for line in after.lines] == [10, 10]
    assert after.total.reserved == 20
