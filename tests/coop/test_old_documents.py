"""Papers that lay among the public photos move into the books, whatever stops the move in between."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from ledger.coop import old_documents
from ledger.coop.actors import Role
from ledger.coop.attachments.document_tables import DocumentRow
from ledger.coop.attachments.documents import read_document
from ledger.coop.attachments.photos import find_photo, store_photo
from ledger.coop.field.diary import RecordStep, record_step
from ledger.coop.goods.shipping import Ship, ship
from ledger.coop.money.entries import RecordMoney, record_money
from ledger.coop.old_documents import find_old_documents, move_documents
from ledger.coop.quality.criteria import Criterion
from ledger.coop.quality.samples import FileResult, file_result
from ledger.coop.supplies.catalogue import SaveSupply, save_supply
from ledger.coop.supplies.purchases import BuySupply, buy_supply
from tests.support.desk import picture

WELL = {"source": "well"}
LIMIT = Criterion("Chì", "0,02", "mg/kg", "max", "0,1")


@pytest.fixture
def photos(tmp_path):
    return tmp_path / "photos"


def paper(photos, shade):
    """A paper among the public photos, with a small copy as pages made them."""
    kept = store_photo(photos, picture((shade, 40, 90))[0].getvalue())
    original = find_photo(photos, kept.digest)
    copy = photos / "copies-192" / original.parent.name / original.name
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_bytes(original.read_bytes())
    return kept


def enter_all(world, photos):
    """One paper of each kind, as the books named them before they had a place of their own."""
    supply = world.run(save_supply, SaveSupply(name="NPK", kind="fertiliser", unit="kg"))
    bill, receipt, lorry, report, label = (paper(photos, shade) for shade in (10, 60, 110, 160, 210))
    world.run(buy_supply, BuySupply(supply=supply.id, amount=Decimal(1), bought_on=world.today, invoice=bill))
    world.run(record_money, RecordMoney(kind="labour", amount=9, on=world.today, photo=receipt))
    season = world.season()
    values = {
        "method": "chemical", "target": "bọ trĩ", "input": "Abamectin 1.8EC", "phi_days": "1",
        "active_ingredient": "Abamectin", "label_photo": label.digest,
    }  # fmt: skip
    work = RecordStep(lot=season, step="pest_control", done_on=world.day(30), values=values)
    world.run(record_step, work, Role.GROWER)
    lot = world.sealed()
    leaving = Ship(lot=lot, packs=1, to_partner="khách lẻ", done_on=world.today, documents=(lorry,))
    world.run(ship, leaving, Role.PACKER)
    filed = FileResult(
        lot=lot, lab="Lab", report_no="1", criteria=(LIMIT,), done_on=world.today, documents=(report,)
    )
    world.run(file_result, filed, Role.PACKER)
    return bill, receipt, lorry, report, label


def files(photos):
    return sorted(path for path in photos.rglob("*") if path.is_file())


def old(world, photos):
    return world.read(find_old_documents, world.ledger.vault, photos)


def read(world, photo):
    return world.read(read_document, world.ledger.vault, world.actors[Role.MANAGER], photo.digest)


def test_every_kind_is_moved_and_nothing_stays_among_the_public_photos(world, photos):
    papers = enter_all(world, photos)
    data = {photo.digest: find_photo(photos, photo.digest).read_bytes() for photo in papers}
    assert {item.digest for item in old(world, photos)} == set(data)
    moved = move_documents(world.ledger, photos)
    assert (moved.files, moved.damaged) == (5, ())
    assert files(photos) == []
    assert {photo.digest: read(world, photo) for photo in papers} == data
    with world.ledger.database.reading() as session:
        kinds = session.scalars(select(DocumentRow.kinds).order_by(DocumentRow.kinds)).all()
    assert kinds == ["delivery", "laboratory", "money", "money", "step"]
    assert old(world, photos) == ()
    assert move_documents(world.ledger, photos).files == 0


def test_a_move_that_was_stopped_is_finished_by_the_next(world, photos, monkeypatch):
    papers = enter_all(world, photos)
    monkeypatch.setattr(old_documents, "AT_ONCE", 2)
    real, calls = old_documents._keep, []

    def stop(unit, documents, store):
        calls.append(documents)
        if len(calls) == 2:
            raise RuntimeError("power cut")
        real(unit, documents, store)

    monkeypatch.setattr(old_documents, "_keep", stop)
    with pytest.raises(RuntimeError, match="power cut"):
        move_documents(world.ledger, photos)
    assert all(find_photo(photos, photo.digest).exists() for photo in papers)
    monkeypatch.setattr(old_documents, "remove_photo", lambda *_: None)
    assert move_documents(world.ledger, photos).files == 5  # kept, and stopped before anything was deleted
    monkeypatch.undo()
    assert move_documents(world.ledger, photos).files == 5
    assert files(photos) == []
    assert all(read(world, photo) for photo in papers)


def test_a_photo_that_an_entry_shows_to_everyone_stays(world, photos):
    shown = paper(photos, 30)
    work = RecordStep(
        lot=world.season(), step="irrigation", done_on=world.today, values=WELL, photos=(shown,)
    )
    world.run(record_step, work, Role.GROWER)
    world.run(record_money, RecordMoney(kind="labour", amount=9, on=world.today, photo=shown))
    assert old(world, photos) == ()
    assert move_documents(world.ledger, photos).files == 0
    assert find_photo(photos, shown.digest)


def test_a_damaged_file_is_left_and_told(world, photos):
    bill, *_ = enter_all(world, photos)
    find_photo(photos, bill.digest).write_bytes(b"RIFF")
    moved = move_documents(world.ledger, photos)
    assert (moved.files, moved.damaged) == (4, (bill.digest,))
    assert find_photo(photos, bill.digest)


def test_a_paper_of_two_cooperatives_is_kept_for_both(world, photos):
    bill = paper(photos, 77)
    paid = RecordMoney(kind="labour", amount=9, on=world.today, photo=bill)
    for who in (world.actors[Role.MANAGER], world.neighbour_manager):
        world.run(record_money, paid, who)
    assert move_documents(world.ledger, photos).files == 1
    with world.ledger.database.reading() as session:
        whose = session.scalars(select(DocumentRow.organisation)).all()
    assert set(whose) == {world.coop.code, world.neighbour.code}


def test_a_name_without_a_file_is_nothing_to_move(world, photos):
    enter_all(world, photos)
    for path in files(photos):
        path.unlink()
    assert old(world, photos) == ()
