"""An attacker who owns the database changes what was derived from the log. No passport follows him."""

from datetime import date

import pytest
from sqlalchemy import delete, update

from ledger.trace.events.statements import CertificateFiled
from ledger.trace.identifiers import product_uri
from ledger.trace.passports.verdicts import Verdict
from ledger.trace.queries import stamp_status
from ledger.trace.recalling import recall_lot
from ledger.trace.tables import (
    TraceLot,
    TraceLotEntry,
    TraceRegister,
    TraceStamps,
)
from tests.support.farm import BASE, Farm
from tests.support.tampering import entry_bytes, replace_entry

TODAY = date(2026, 10, 10)
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


def tables_of(farm):
    return {(finding.where, finding.index) for finding in farm.findings()}


def test_stamp_moved_to_other_lot(farm, story):
    row = TraceStamps.index == story.activated_index
    farm.tamper(update(TraceStamps).where(row).values(lot=story.graded))
    status = farm.read(stamp_status, 1050)
    # The answer is read from the entry, so it is still the lot that was signed.
    assert (status.lot, status.integrity.ok) == (story.pack, True)
    assert ("trace_stamps", story.activated_index) in tables_of(farm)


def test_entry_dropped_from_passport(farm, story):
    dropped = next(
        step.index for step in farm.passport(story.pack).passport.journey if step.step == "fertilising"
    )
    farm.tamper(delete(TraceLotEntry).where(TraceLotEntry.index == dropped))
    shown = farm.passport(story.pack)
    assert shown.verdict is Verdict.TAMPERED
    assert (shown.integrity.step, shown.integrity.name) == (9, "history")
    assert ("trace_lot_entry", dropped) in tables_of(farm)


def test_product_name_changed_in_register(farm, story):
    body = farm.product_statement(name="Nho Mỹ nhập khẩu").body()
    farm.tamper(update(TraceRegister).where(TraceRegister.kind == "product").values(body=body))
    shown = farm.passport(story.pack)
    assert shown.passport.product.name == "Nho xanh"
    assert shown.integrity.ok
    assert "trace_register" in {where for where, _ in tables_of(farm)}


def test_recall_removed(farm, story):
    recalled = farm.write(recall_lot, story.first, **NOTICE)
    assert farm.passport(story.pack).verdict is Verdict.RECALLED
    farm.tamper(update(TraceLot).values(recalled_index=None))
    assert farm.passport(story.pack).verdict is Verdict.RECALLED
    assert "trace_lot" in {where for where, _ in tables_of(farm)}
    farm.tamper(delete(TraceRegister).where(TraceRegister.index == recalled.index))
    assert ("trace_register", recalled.index) in tables_of(farm)


def test_certificate_made_unreadable(farm, story):
    filed = farm.state(
        CertificateFiled(
            certificate=f"{BASE}/{farm.code}/cert/VG1",
            scheme="VietGAP",
            number="VG-01",
            issuer="Trung tâm kiểm định",
            valid_from=date(2026, 1, 1),
            valid_to=date(2027, 12, 31),
            products=(product_uri(BASE, farm.code, "NHO"),),
        )
    )
    assert farm.passport(story.pack).integrity.ok
    readable = entry_bytes(farm.ledger.database, filed.index)
    for changed in (b"no entry at all", readable.replace(b"/product/NHO", b"/product/CAM")):
        replace_entry(farm.ledger.database, filed.index, changed)
        shown = farm.passport(story.pack)
        assert shown.verdict is Verdict.TAMPERED
        assert shown.integrity.index == filed.index
