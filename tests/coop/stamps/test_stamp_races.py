"""Many hands at once: what must happen once happens once, and whoever comes second is told."""

import pytest
from sqlalchemy import func, select

from ledger.coop.actors import Role
from ledger.coop.errors import StampCountError
from ledger.coop.stamps.activation import Activate, activate_stamps
from ledger.coop.stamps.stamps import MarkPrinted, Reserve, mark_printed, reserve_stamps
from ledger.coop.tables import PrintJobRow, ReprintRow
from ledger.trace.errors import GuardError
from tests.support.races import at_once

CLICKS = 100


def rows(world, table):
    return world.read(lambda session: session.scalar(select(func.count()).select_from(table)))


def test_a_hundred_clicks_make_one_job(world):
    lot = world.packed(packs=200)
    order = Reserve(200, lot, idempotency_key="phiếu-1")
    answers = at_once(CLICKS, lambda _: world.run(reserve_stamps, order, Role.PACKER))
    assert answers == [answers[0]] * CLICKS
    assert rows(world, PrintJobRow) == 1
    said = MarkPrinted(answers[0].id, idempotency_key="in-1")
    printed = at_once(CLICKS, lambda _: world.run(mark_printed, said, Role.PACKER))
    assert printed == [printed[0]] * CLICKS
    assert (printed[0].is_printed, rows(world, ReprintRow)) == (True, 0)


def test_orders_of_many_people_share_no_number(world):
    jobs = at_once(20, lambda number: world.run(reserve_stamps, Reserve(number + 1), Role.PACKER))
    numbers = [number for job in jobs for number in range(job.first, job.last + 1)]
    assert sorted(numbers) == list(range(1, sum(range(1, 21)) + 1))


def test_many_orders_at_once_never_exceed_the_packs(world):
    lot = world.packed(packs=100)
    answers = at_once(10, lambda _: world.run(reserve_stamps, Reserve(30, lot), Role.PACKER))
    refused = [answer for answer in answers if isinstance(answer, StampCountError)]
    assert len(refused) == 7
    assert {error.allowed for error in refused} == {10}


@pytest.mark.parametrize(("other", "crossing"), [((1, 50), (1, 50)), ((26, 75), (26, 50))])
def test_one_of_two_who_activate_the_same_stamps_wins(world, other, crossing):
    lot = world.sealed(100)
    world.printed(100)
    ranges = ((1, 50), other)
    people = (Role.PACKER, Role.TEAM_LEAD)
    answers = at_once(
        2,
        lambda n: world.run(activate_stamps, Activate(lot, first=ranges[n][0], last=ranges[n][1]), people[n]),
    )
    lost = [answer for answer in answers if isinstance(answer, GuardError)]
    (won,) = [answer for answer in answers if not isinstance(answer, GuardError)]
    (violation,) = lost[0].violations
    assert violation.guard == "range_unused"
    assert (violation.evidence["first"], violation.evidence["last"]) == crossing
    assert "Hãy chọn dải tem khác" in violation.sentence_vi
    assert won.count == 50
