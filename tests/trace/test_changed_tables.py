"""Every way to change what was derived from the log: what the pages say, and what fsck names."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import delete, update

from ledger.trace.errors import MalformedStatementError
from ledger.trace.passports.verdicts import Verdict
from ledger.trace.queries import find_lot, stamp_status
from ledger.trace.recalling import recall_lot
from ledger.trace.tables import (
    TraceCredential,
    TraceEvent,
    TraceLot,
    TraceLotEdge,
    TraceLotEntry,
    TraceMove,
    TraceRegister,
    TraceStamps,
    lot_key,
)
from tests.support.farm import NOTICE, Farm

TODAY = date(2026, 10, 10)


@pytest.fixture
def farm(sqlite_database):
    return Farm(sqlite_database)


@pytest.fixture
def story(farm):
    return farm.story()


def tables_of(farm):
    return {(finding.where, finding.index) for finding in farm.findings()}


def test_stamp_range_widened(farm, story):
    row = TraceStamps.index == story.activated_index
    farm.tamper(update(TraceStamps).where(row).values(last=5000))
    status = farm.read(stamp_status, 4000)
    assert status.lot is None
    assert not status.integrity.ok
    assert ("trace_stamps", story.activated_index) in tables_of(farm)


def test_stamp_row_pointed_at_other_entry(farm, story):
    row = TraceStamps.index == story.activated_index
    farm.tamper(update(TraceStamps).where(row).values(index=story.sealed.index))
    status = farm.read(stamp_status, 1050)
    assert status.lot is None
    assert not status.integrity.ok


def test_entry_added_to_passport(farm, story):
    later = farm.diary(story.season, 40).index
    farm.tamper(
        update(TraceEvent).where(TraceEvent.index == later).values(done_at=farm.clock.now.replace(year=2020))
    )
    # It is shown, since it claims an old date, but the seal's history stays what it was.
    assert farm.passport(story.pack).integrity.ok
    farm.tamper(
        update(TraceLotEntry).where(TraceLotEntry.index == later).values(lot=lot_key(story.pack), index=3)
    )
    assert farm.passport(story.pack).integrity.step == 9


def test_edge_removed_from_genealogy(farm, story):
    cut = (TraceLotEdge.child == lot_key(story.graded)) & (TraceLotEdge.parent == lot_key(story.second))
    farm.tamper(delete(TraceLotEdge).where(cut))
    assert farm.passport(story.pack).verdict is Verdict.TAMPERED
    assert "trace_lot_edge" in {where for where, _ in tables_of(farm)}


def test_product_replaced_by_neighbour(farm, story):
    neighbour = Farm(farm.ledger.database, seed=2, beside=farm)
    statement = farm.product_statement(name="Nho của người khác")
    with pytest.raises(MalformedStatementError):
        neighbour.state(statement)


def test_recall_hidden_behind_mentions(farm, story):
    recalled = farm.write(recall_lot, story.first, **NOTICE)
    farm.tamper(delete(TraceLotEntry).where(TraceLotEntry.index == recalled.index))
    assert farm.passport(story.pack).verdict is Verdict.RECALLED
    assert ("trace_lot_entry", recalled.index) in tables_of(farm)


def test_seal_hidden(farm, story):
    farm.tamper(update(TraceLot).values(sealed_index=None))
    assert farm.passport(story.pack).passport.sealed.index == story.sealed.index
    assert "trace_lot" in {where for where, _ in tables_of(farm)}


def test_expiry_changed(farm, story):
    farm.tamper(update(TraceLot).where(TraceLot.lot == story.pack).values(expires_on=date(2030, 1, 1)))
    assert farm.passport(story.pack, date(2027, 1, 1)).verdict is Verdict.EXPIRED
    assert farm.read(find_lot, story.pack).expires_on == date(2030, 1, 1)
    assert "trace_lot" in {where for where, _ in tables_of(farm)}


def test_stock_conjured_up(farm, story):
    made = (TraceMove.lot == lot_key(story.pack)) & (TraceMove.kind == "made")
    farm.tamper(update(TraceMove).where(made).values(delta=Decimal(10_000)))
    assert "trace_move" in {where for where, _ in tables_of(farm)}


def test_row_of_no_entry_added(farm, story):
    farm.tamper(
        update(TraceRegister).where(TraceRegister.kind == "place").values(index=10_000),
    )
    found = tables_of(farm)
    assert ("trace_register", 10_000) in found
    assert farm.passport(story.pack).verdict is Verdict.TAMPERED


def test_credential_replaced_in_table(farm, story):
    other = {**story.sealed.credential, "credentialSubject": {"id": story.pack, "weightKg": "999"}}
    farm.tamper(update(TraceCredential).values(json=other))
    shown = farm.passport(story.pack)
    assert (shown.verdict, shown.integrity.step) == (Verdict.TAMPERED, 10)
    assert "trace_credential" in {where for where, _ in tables_of(farm)}


def test_credential_removed(farm, story):
    farm.tamper(delete(TraceCredential))
    assert farm.passport(story.pack).integrity.step == 10
    assert ("trace_credential", story.sealed.index) in tables_of(farm)
