import pytest

from ledger.trace.errors import RecallError, UnknownLotError
from ledger.trace.fact_queries import lot_facts
from ledger.trace.passports.verdicts import Verdict
from ledger.trace.queries import find_lot
from ledger.trace.recalling import recall_lot
from ledger.trace.units import local_day
from tests.support.farm import Farm, amount

NOTICE = {
    "reason": "Dư lượng thuốc vượt ngưỡng",
    "scope": "Toàn bộ lô",
    "decided_by": "Giám đốc hợp tác xã",
    "instruction": "Trả lại nơi mua",
    "contact": "0259 388 1122",
}


@pytest.fixture
def farm(sqlite_database):
    return Farm(sqlite_database)


@pytest.fixture
def story(farm):
    return farm.story()


def test_recall_reaches_everything_made_of_the_lot(farm, story):
    recalled = farm.write(recall_lot, story.first, **NOTICE)
    assert recalled.lots[0] == story.first
    assert set(recalled.lots) == {story.first, story.graded, story.pack}
    for lot, verdict in (
        (story.pack, Verdict.RECALLED),
        (story.graded, Verdict.RECALLED),
        (story.second, Verdict.VALID),
        (story.season, Verdict.VALID),
    ):
        assert farm.passport(lot).verdict is verdict
    recall = farm.passport(story.pack).passport.recall
    assert (recall.index, recall.statement.reason) == (recalled.index, NOTICE["reason"])
    assert recall.organisation.name == "HTX Nho Đồi Mây"
    farm.check()


def test_lot_made_of_a_recalled_lot_later_is_recalled(farm, story):
    farm.write(recall_lot, story.first, **NOTICE)
    (later,), _ = farm.sort([(story.first, 10)], [("261009-1", 10)], 40)
    assert farm.read(find_lot, later).recalled_index is not None
    assert farm.passport(later).verdict is Verdict.RECALLED
    (last,), _ = farm.sort([(later, 5)], [("261010-1", 5)], 41)
    assert farm.passport(last).verdict is Verdict.RECALLED
    farm.check()


def test_recall_reaches_what_other_systems_told_out_of_order(farm, story):
    """An imported lot was used before the event that makes it from a recalled one arrives."""
    foreign = "https://vi-du.example/lo/1"
    made = farm.lot("261009-1")
    farm.capture(farm.transformation("sogoc:sorting", 40, [(foreign, 5)], [(made, 5)]))
    farm.write(recall_lot, story.first, **NOTICE)
    event = farm.transformation("sogoc:sorting", 39, [(story.first, 10)], [(foreign, 9)])
    farm.capture(event)
    assert farm.read(find_lot, made).recalled_index is not None
    assert farm.passport(made).verdict is Verdict.RECALLED
    farm.check()


def test_recalled_lot_is_known_to_the_guards(farm, story):
    farm.write(recall_lot, story.first, **NOTICE)
    (facts,) = farm.read(lot_facts, farm.code, {story.pack: None})
    assert facts.recalled_on == local_day(farm.clock.now)


def test_recall_of_a_recalled_or_unknown_lot_is_refused(farm, story):
    farm.write(recall_lot, story.first, **NOTICE)
    with pytest.raises(RecallError):
        farm.write(recall_lot, story.pack, **NOTICE)
    with pytest.raises(UnknownLotError):
        farm.write(recall_lot, farm.lot("NONE"), **NOTICE)


def test_repeated_recall_returns_the_first(farm, story):
    first = farm.write(recall_lot, story.first, idempotency_key="r1", **NOTICE)
    again = farm.write(recall_lot, story.first, idempotency_key="r1", **NOTICE)
    assert (again.index, again.lots) == (first.index, first.lots)


def test_recall_of_very_many_lots_is_told_in_several_entries(farm, story):
    def split(unit):
        from ledger.trace.capture import capture_event

        for step in range(6):
            made = [(farm.lot(f"P-{step}-{n}"), None) for n in range(50)]
            event = farm.transformation("sogoc:sorting", 34, [(story.second, None)], made)
            event["inputQuantityList"] = [amount(story.second, None, None)]
            capture_event(unit, farm.code, event)

    farm.write(split)
    recalled = farm.write(recall_lot, story.second, **NOTICE)
    assert len(recalled.lots) == 303
    assert len(recalled.receipts) > 4
    assert all(len(receipt.entry) <= 8192 for receipt in recalled.receipts)
    assert farm.passport(farm.lot("P-5-49")).verdict is Verdict.RECALLED
    farm.check()
