"""Papers are in every backup and come back with it; old ones are moved by ``init`` and seen by the doctor."""

import json
import re

from ledger.coop.actors import Actor, Role
from ledger.coop.attachments.documents import DocumentKind, keep_document, read_document
from ledger.coop.attachments.photos import encode_photo, store_photo
from ledger.coop.money.entries import RecordMoney, record_money
from ledger.coop.registers.organisations import RegisterOrganisation, register_organisation
from ledger.trace.units import local_day
from ledger.upkeep import copying
from ledger.upkeep.backup import take_backup
from ledger.upkeep.restore import restore_backup
from tests.support.boxes import Box
from tests.support.desk import picture

PAPER = encode_photo(picture((200, 190, 170))[0].getvalue())


def founded(box):
    """A ledger with one cooperative, and its manager."""
    ledger = box.found()
    filed = RegisterOrganisation("HTX Nho", "cooperative", "x", "Khánh Hòa", "Phước Thuận", "0912345678")
    code = ledger.write(register_organisation, filed).code
    return ledger, Actor("manager", code, None, frozenset({Role.MANAGER}))


def read(ledger, manager):
    return ledger.read(read_document, ledger.vault, manager, PAPER.photo.digest)


def test_a_paper_comes_back_with_its_backup(box, tmp_path):
    ledger, manager = founded(box)
    ledger.write(keep_document, manager, PAPER, DocumentKind.MONEY)
    backup = take_backup(
        ledger, tmp_path / "copy", photos=box.place.photos, master_key_file=box.place.master_key_file
    )
    assert not list(backup.path.rglob("*.webp"))
    assert PAPER.data not in (backup.path / "sogoc.db").read_bytes()
    other = Box(tmp_path / "other")
    restore_backup(backup.path, other.place, is_newest=True)
    assert read(other.open(), manager) == PAPER.data


def test_tables_of_large_rows_are_copied_a_few_at_a_time(box, tmp_path, monkeypatch):
    ledger, manager = founded(box)
    monkeypatch.setattr(copying, "LARGE_ROWS_AT_ONCE", 2)
    assert {table.name for table in copying.tables()} >= copying._LARGE
    for shade in range(5):
        kept = encode_photo(picture((shade * 40, 9, 9))[0].getvalue())
        ledger.write(keep_document, manager, kept, DocumentKind.MONEY)
    (documents,) = (table for table in copying.tables() if table.name == "coop_document")
    with ledger.database.reading() as session:
        sizes = [len(rows) for rows in copying._batches(session, documents)]
    assert sizes == [2, 2, 1]


def test_the_doctor_sees_papers_among_the_public_photos_and_init_moves_them(sqlite_box):
    ledger, manager = founded(sqlite_box)
    photo = store_photo(sqlite_box.place.photos, picture((200, 190, 170))[0].getvalue())
    assert photo == PAPER.photo
    paid = RecordMoney(kind="labour", amount=9, on=local_day(ledger.identity.created_at), photo=photo)
    ledger.write(record_money, manager, paid)
    said = {check["name"]: check for check in json.loads(sqlite_box.run("doctor", "--json").stdout)["checks"]}
    assert said["documents"]["level"] == "warning"
    assert "sogoc init" in said["documents"]["sentence"]
    assert re.search("Đã cất 1 ảnh giấy tờ", sqlite_box.run("init").output)
    assert not list(sqlite_box.place.photos.rglob("*.webp"))
    assert read(ledger, manager) == PAPER.data
    said = {check["name"]: check for check in json.loads(sqlite_box.run("doctor", "--json").stdout)["checks"]}
    assert said["documents"]["level"] == "ok"
    again = json.loads(sqlite_box.run("init", "--json").stdout)
    assert (again["moved_documents"], again["marked_entries"]) == (0, 0)
