"""Counts of scans in the books, on both databases."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from ledger.coop.scans.scan_counts import (
    KEPT_DAYS,
    ScanKey,
    Tally,
    add_scans,
    fold_scans,
    is_seen_often,
    read_generation,
    read_tally,
)
from ledger.coop.scans.scan_rules import Phase, ScanLimits
from ledger.coop.scans.scan_tables import ScanDayRow
from ledger.coop.scans.stamp_findings import look_up
from ledger.trace.passports.verdicts import Verdict

LIMITS = ScanLimits(in_a_day=3, in_total=10)


def key(world, number=1, *, ago=0, province="", phase=Phase.ACTIVE):
    return ScanKey(number, world.coop.code, world.day(ago), province, phase)


def add(world, scans, limits=LIMITS):
    with world.ledger.database.writing() as session:
        return add_scans(session, scans, limits)


def days(world):
    with world.ledger.database.reading() as session:
        rows = session.scalars(select(ScanDayRow))
        return {(row.number, row.day, row.province, row.phase): row.count for row in rows}


def test_a_stamp_that_was_never_scanned_has_no_scans(world):
    assert world.read(read_tally, 1) == Tally(0, 0, is_often=False, generation=0)
    assert not world.read(is_seen_often, 1)


def test_scans_add_up_by_day_province_and_phase(world):
    today, before = key(world, province="01"), key(world, ago=1)
    add(world, {today: 2, before: 1})
    add(world, {today: 1, key(world, phase=Phase.UNUSED): 1})
    assert days(world) == {
        (1, today.day, "01", "active"): 3,
        (1, before.day, "", "active"): 1,
        (1, today.day, "", "unused"): 1,
    }
    assert world.read(read_tally, 1) == Tally(5, 1, is_often=False, generation=2)


def test_every_batch_is_a_generation(world):
    assert [add(world, {key(world, number): 1}) for number in (1, 2, 1)] == [1, 2, 3]
    assert world.read(read_generation) == 3
    assert world.read(read_tally, 2).generation == 3


def test_a_stamp_is_marked_when_a_rule_is_broken_and_stays_marked(world):
    add(world, {key(world): 3})
    assert not world.read(is_seen_often, 1)
    add(world, {key(world): 1})
    assert world.read(is_seen_often, 1)
    add(world, {key(world, ago=-1): 1}, ScanLimits())
    assert world.read(is_seen_often, 1)
    assert not world.read(is_seen_often, 2)


def test_a_batch_of_many_stamps_is_counted_whole(world):
    rng = random.Random(7)
    wanted, known = Counter(), []
    for _ in range(3):
        batch = {
            key(world, rng.randrange(1, 900), province=rng.choice(["", "01", "79"])): rng.randrange(1, 4)
            for _ in range(1500)
        }
        wanted.update({key.number: 0 for key in batch})
        for scanned, count in batch.items():
            wanted[scanned.number] += count
        known.append(add(world, batch))
    with world.ledger.database.reading() as session:
        found = {number: read_tally(session, number).total for number in wanted}
    assert found == wanted
    assert known == [1, 2, 3]


def test_nothing_is_counted_when_the_batch_fails(world):
    def fail():
        with world.ledger.database.writing() as session:
            add_scans(session, {key(world): 1}, LIMITS)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert days(world) == {}
    assert world.read(read_generation) == 0


def test_old_days_are_folded_into_the_sum(world):
    add(world, {key(world, ago=KEPT_DAYS + 1, province="31"): 2, key(world, ago=KEPT_DAYS, province="01"): 1})
    with world.ledger.database.writing() as session:
        assert fold_scans(session, world.today) == 1
    assert list(days(world).values()) == [1]
    assert world.read(read_tally, 1) == Tally(3, 2, is_often=False, generation=1)
    with world.ledger.database.writing() as session:
        assert fold_scans(session, world.today) == 0


def test_folded_scans_still_count_against_the_stamp(world):
    for ago in range(3):
        add(world, {key(world, ago=KEPT_DAYS + 1 + 3 * ago): 3})
    with world.ledger.database.writing() as session:
        fold_scans(session, world.today)
    add(world, {key(world): 1})
    assert not world.read(is_seen_often, 1)
    add(world, {key(world): 1})
    assert world.read(is_seen_often, 1)


def test_a_valid_stamp_that_was_seen_often_is_found_so(world):
    lot = world.stamped(20)
    codec = world.codec()
    add(world, {key(world): 4})
    found = world.read(look_up, codec, codec.format(1), world.today)
    assert (found.state, found.lot) == (Verdict.SEEN_OFTEN, lot)
    assert world.read(look_up, codec, codec.format(2), world.today).state is Verdict.VALID
    assert world.read(look_up, codec, codec.format(1), world.today + timedelta(days=4000)).state in {
        Verdict.EXPIRED,
        Verdict.SEEN_OFTEN,
    }
