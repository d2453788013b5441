"""The chain of locks: stamps ≤ packs ≤ packed ≤ harvested, whoever tries what."""

import pytest

from ledger.log.queries import read_head
from ledger.log.records import read_record
from ledger.trace.correcting import correct_event
from ledger.trace.errors import (
    BalanceError,
    CorrectionError,
    GenealogyCycleError,
    GuardError,
    LotExistsError,
    MalformedIdentifierError,
    MalformedStatementError,
)
from ledger.trace.events.statements import StampsActivated, StampsVoided
from ledger.trace.recalling import recall_lot
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


def test_mass_balance_bypassed_by_taking_the_harvest_back(farm, story):
    refused(farm, BalanceError, index_of(farm, story.first, "harvest"), None)


def test_mass_balance_bypassed_by_another_unit(farm, story):
    event = farm.transformation("sogoc:sorting", 36, [], [(farm.lot("261009-1"), 5)])
    event["inputQuantityList"] = [amount(story.graded, 5, None)]
    with pytest.raises(BalanceError):
        farm.capture(event)


def test_packs_corrected_below_active_stamps(farm, story):
    index = index_of(farm, story.pack, "packing")
    event = event_at(farm, index)
    event["outputQuantityList"] = [amount(story.pack, 99, None)]
    refused(farm, BalanceError, index, event)


def test_season_taken_back_under_its_harvests(farm, story):
    refused(farm, CorrectionError, index_of(farm, story.season, "season_open"), None)


def test_corrected_twice(farm, story):
    index = index_of(farm, story.first, "fertilising")
    farm.write(correct_event, index, None, "Ghi nhầm vườn")
    refused(farm, CorrectionError, index, None)


def test_correction_of_a_statement(farm, story):
    refused(farm, CorrectionError, story.sealed.index, None)


def test_correction_takes_from_a_recalled_lot(farm, story):
    season, _ = farm.season("V260901-2")
    bad, _ = farm.harvest(season, "261008-1", 50, 35)
    farm.write(
        recall_lot, bad, reason="x", scope="x", decided_by="x", instruction="x", contact="0259 3 000 000"
    )
    index = index_of(farm, story.graded, "sorting")
    event = event_at(farm, index)
    event["inputQuantityList"] = [*event["inputQuantityList"], amount(bad, 10, "KGM")]
    refused(farm, CorrectionError, index, event)


def test_more_taken_than_there_is(farm, story):
    with pytest.raises(BalanceError):
        farm.sort([(story.graded, "5.001")], [("261009-1", 5)], 36)
    with pytest.raises(BalanceError):
        farm.ship(story.pack, 151, 36)
    farm.ship(story.pack, 150, 36)
    farm.check()


def test_lot_made_twice(farm, story):
    with pytest.raises(LotExistsError):
        farm.harvest(story.season, "261001-1", 10, 36)


def test_lot_made_of_itself(farm, story):
    event = farm.transformation("sogoc:sorting", 36, [(story.graded, 1)], [(story.graded, 1)])
    with pytest.raises((LotExistsError, GenealogyCycleError)):
        farm.capture(event)


def test_lot_of_another_organisation_made(farm, story):
    neighbour = Farm(farm.ledger.database, seed=2, beside=farm)
    event = neighbour.transformation("sogoc:sorting", 36, [], [(farm.lot("261009-9"), 5)])
    event["inputQuantityList"] = [amount(story.graded, None, None)]
    with pytest.raises(MalformedIdentifierError):
        neighbour.capture(event)


def test_lot_of_another_organisation_sealed_or_stamped(farm, story):
    neighbour = Farm(farm.ledger.database, seed=2, beside=farm)
    with pytest.raises(MalformedStatementError):
        neighbour.state(StampsActivated(lot=story.pack, first=9000, last=9001))


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (1001, 1100, "Những tem này đã kích hoạt trước đó."),
        (1050, 1051, "Những tem này đã kích hoạt trước đó."),
        (1050, 1050, "Tem này đã kích hoạt trước đó."),
        (900, 1001, "Trong dải này có 1 tem đã kích hoạt trước đó."),
        (1100, 2000, "Trong dải này có 1 tem đã kích hoạt trước đó."),
        (1, 9999, "Trong dải này có 100 tem đã kích hoạt trước đó."),
    ],
)
def test_stamps_activated_twice(farm, story, first, last, said):
    with pytest.raises(GuardError) as caught:
        farm.state(StampsActivated(lot=story.pack, first=first, last=last))
    assert caught.value.sentence.startswith(said)
    assert "Hãy quét lại tem đầu và tem cuối" in caught.value.sentence


def test_voided_stamps_activated_again(farm, story):
    day = farm.clock.now.date()
    farm.state(StampsVoided(first=1200, last=1210, reason="Tem rách", on=day))
    with pytest.raises(GuardError) as caught:
        farm.state(StampsActivated(lot=story.pack, first=1205, last=1220))
    assert caught.value.sentence.startswith("Trong dải này có 6 tem đã báo hủy.")


def test_stamps_of_a_neighbour_voided(farm, story):
    neighbour = Farm(farm.ledger.database, seed=2, beside=farm)
    with pytest.raises(GuardError) as caught:
        neighbour.state(StampsVoided(first=1050, last=1050, reason="x", on=farm.clock.now.date()))
    assert caught.value.sentence.startswith("Tem này là của đơn vị khác.")
