"""The chain of locks: stamps ≤ packs ≤ packed ≤ harvested. Corrections are no way round it."""

import pytest

from ledger.log.queries import read_head
from ledger.log.records import read_record
from ledger.trace.correcting import correct_event
from ledger.trace.errors import (
    BalanceError,
)
from ledger.trace.queries import available
from tests.support.farm import Farm, amount


@pytest.fixture
def farm(sqlite_database):
    return Farm(sqlite_database)


@pytest.fixture
def story(farm):
    return farm.story()


def event_at(farm, index):
    return dict(farm.read(read_record, index).body)


def index_of(farm, lot, step):
    return next(item.index for item in farm.passport(lot).passport.journey if item.step == step)


def refused(farm, error, index, corrected, reason="Ghi nhầm"):
    size = farm.read(read_head).size
    with pytest.raises(error):
        farm.write(correct_event, index, corrected, reason)
    assert farm.read(read_head).size == size
    farm.check()


def test_mass_balance_bypassed_by_correction(farm, story):
    """The harvest is corrected to less than was sorted already."""
    index = index_of(farm, story.first, "harvest")
    event = event_at(farm, index)
    event["outputQuantityList"] = [amount(story.first, 59, "KGM")]
    refused(farm, BalanceError, index, event)
    event["outputQuantityList"] = [amount(story.first, 60, "KGM")]
    farm.write(correct_event, index, event, "Cân lại")
    assert farm.read(available, story.first) == 0
    farm.check()
