from decimal import Decimal

import pytest

from ledger.trace.derived.inserts import INSERTS, ROW_TABLES, VALUES_OF
from ledger.trace.derived.rows import MoveRow
from ledger.trace.derived.stock import Holding, count_active_stamps
from ledger.trace.errors import BalanceError, UnknownLotError
from ledger.trace.events.statements import StampsVoided
from ledger.trace.queries import available, find_lot, lots_of
from ledger.trace.tables import LotKind, Thousandths
from tests.support.farm import Farm, amount


@pytest.fixture
def farm(sqlite_database):
    return Farm(sqlite_database)


def holding(uom, net_g, **amounts):
    return Holding(
        "lot", uom, net_g, {unit: Decimal(left) for unit, left in amounts.items()}, is_counted=True
    )


def test_packs_and_weights_are_compared_through_the_net_weight():
    assert holding("EA", Decimal(500), EA=200, KGM=-25).quantity == 150
    assert holding("KGM", Decimal(500), KGM=100, EA=-50).quantity == 75
    assert holding("EA", Decimal(300), EA=10, KGM="-0.5").quantity == Decimal("8.333")


@pytest.mark.parametrize(("uom", "net_g"), [("EA", None), ("LTR", Decimal(500))])
def test_units_that_cannot_be_compared_are_refused(uom, net_g):
    with pytest.raises(BalanceError):
        _ = holding(uom, net_g, EA=10, KGM=-1).quantity


def test_packs_used_by_weight(farm):
    story = farm.story()
    event = farm.transformation("sogoc:mixing", 36, [], [(farm.lot("M-1"), 10)])
    event["inputQuantityList"] = [amount(story.pack, 10, "KGM")]
    farm.capture(event)
    assert farm.read(available, story.pack) == 130
    farm.check()


def test_voided_stamps_are_not_active(farm):
    story = farm.story()
    day = farm.clock.now.date()
    farm.state(StampsVoided(first=990, last=1005, reason="Hỏng", on=day))
    farm.state(StampsVoided(first=1100, last=1200, reason="Hỏng", on=day))
    assert farm.read(count_active_stamps, story.pack) == 94
    assert farm.read(count_active_stamps, story.graded) == 0


def test_lots_are_listed_newest_first_page_by_page(farm):
    story = farm.story()
    first = farm.read(lots_of, farm.code, limit=2)
    assert [row.lot for row in first] == [story.pack, story.graded]
    rest = farm.read(lots_of, farm.code, before_index=first[-1].created_index)
    assert [row.lot for row in rest] == [story.second, story.first, story.season]
    assert farm.read(lots_of, farm.code, LotKind.PACK, product="http://x.vn/other") == ()


@pytest.mark.parametrize("identifier", ["urn:nothing", "http://127.0.0.1:8000/ABCDEFGHJK/class/NHO.1"])
def test_unknown_lots(farm, identifier):
    with pytest.raises(UnknownLotError):
        farm.read(find_lot, identifier)
    with pytest.raises(UnknownLotError):
        farm.read(available, identifier)


def test_thousandths_are_exact_or_refused():
    column = Thousandths()
    assert column.process_bind_param(Decimal("12.345"), None) == 12345
    assert column.process_result_value(12345, None) == Decimal("12.345")
    assert column.process_bind_param(None, None) is None
    with pytest.raises(ValueError, match="three decimals"):
        column.process_bind_param(Decimal("0.0005"), None)


def test_rows_have_the_columns_of_their_tables():
    row = MoveRow(1, 2, "made", "KGM", "X", Decimal(3))
    assert VALUES_OF[MoveRow](row) == (1, 2, "made", "KGM", "X", Decimal(3))
    assert set(ROW_TABLES) == set(INSERTS)
