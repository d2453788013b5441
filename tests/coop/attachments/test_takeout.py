import io
import json
import zipfile

import openpyxl
import pytest

from ledger.coop.actors import Role
from ledger.coop.attachments.documents import DocumentKind, keep_document
from ledger.coop.attachments.photos import Photo, encode_photo, find_photo, store_photo
from ledger.coop.errors import NotAllowedError
from ledger.coop.field.diary import RecordStep, record_step
from ledger.coop.money.entries import RecordMoney, record_money
from ledger.coop.registers.members import AddMember, add_member
from ledger.coop.takeout.archive import ENTRIES, WORKBOOK, stream_everything
from ledger.coop.takeout.books import LEFT_OUT, book_tables
from ledger.database import Base
from ledger.log.queries import count_entries
from ledger.trace.digests import parse_digest
from tests.support.desk import picture
from tests.support.stores import new_store


def archive(world, photos, who=Role.MANAGER):
    with world.ledger.database.reading() as session:
        parts = list(stream_everything(session, world.ledger.vault, world.actor(who), photos, world.clock()))
    assert len(parts) > 5  # sent while it is made
    found = zipfile.ZipFile(io.BytesIO(b"".join(parts)))
    assert found.testzip() is None
    return found


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    return folder


def recorded(world, photos):
    kept: Photo = store_photo(photos, picture()[0].read())
    season = world.season()
    command = RecordStep(
        lot=season,
        step="fertilising",
        done_on=world.today,
        values={"input": "NPK", "dose": "2 kg"},
        note="=1+1",
        photos=(kept,),
    )
    world.run(record_step, command, Role.GROWER)
    return kept, season


def test_everything_comes_out_readable_by_people_and_programs(world, photos):
    kept, season = recorded(world, photos)
    new_store(world, season=season)
    world.run(record_money, RecordMoney(kind="labour", amount=5, on=world.today, season=season, note="công"))
    found = archive(world, photos)
    names = set(found.namelist())
    assert {"DOC-TRUOC.txt", ENTRIES, WORKBOOK, "so/season.jsonl", "so/supply_move.jsonl"} <= names
    assert f"anh/{find_photo(photos, kept.digest).name}" in names
    lines = [json.loads(line) for line in found.read(ENTRIES).splitlines()]
    assert len(lines) == world.read(count_entries, world.coop.code)
    opened = [item["value"] for line in lines for item in line["disclosures"]]
    assert "=1+1" in opened
    book = openpyxl.load_workbook(io.BytesIO(found.read(WORKBOOK)))
    people = [row[1].value for row in book["Thành viên"].iter_rows()]
    assert "Nguyễn Thị grower" in people
    diary = [row for row in book["Nhật ký"].iter_rows(values_only=True) if row[3] == "Bón phân"]
    assert diary
    assert "=1+1" in diary[0][6]
    assert [row[3] for row in book["Thu chi"].iter_rows(values_only=True)][1] == 5
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" and cell.hyperlink is None for cell in cells)


def test_nothing_of_a_neighbour_and_no_secret_is_in_it(world, photos):
    recorded(world, photos)
    world.run(add_member, AddMember("Người Hàng Xóm", "0912 000 999"), world.neighbour_manager)
    own, theirs = archive(world, photos), archive(world, photos, world.neighbour_manager)
    everything = b"".join(own.read(name) for name in own.namelist() if not name.endswith((".xlsx", ".webp")))
    assert world.neighbour.name.encode() not in everything
    assert b"argon2" not in everything
    assert b"_sealed" not in everything
    book = openpyxl.load_workbook(io.BytesIO(theirs.read(WORKBOOK)))
    assert [row[1].value for row in book["Thành viên"].iter_rows()][1:] == ["Người Hàng Xóm"]
    assert not [name for name in theirs.namelist() if name.startswith("anh/")]
    assert "Nho hạ đen".encode() not in b"".join(theirs.read(name) for name in theirs.namelist())


def test_every_table_of_the_books_is_out_or_left_out_on_purpose():
    known = {table.name for table in book_tables()} | LEFT_OUT
    nobodys = {"coop_stamp_counter"}
    books = {name for name in Base.metadata.tables if name.startswith("coop_")}
    assert books - known - nobodys == set()


def test_only_a_manager_takes_everything_out(world, photos):
    for role in world.actors.keys() - {Role.MANAGER}:
        with pytest.raises(NotAllowedError):
            archive(world, photos, role)


def test_photographed_papers_are_in_the_archive_and_those_of_no_form_are_not(world, photos):
    manager = world.actors[Role.MANAGER]
    paper, waiting = (encode_photo(picture(colour)[0].read()) for colour in ((9, 9, 9), (200, 9, 9)))
    world.ledger.write(keep_document, manager, paper, DocumentKind.LABORATORY)
    world.ledger.write(keep_document, manager, waiting)
    theirs = encode_photo(picture((9, 200, 9))[0].read())
    world.ledger.write(keep_document, world.neighbour_manager, theirs, DocumentKind.MONEY)
    found = archive(world, photos)
    (name,) = (name for name in found.namelist() if name.startswith("giay-to/"))
    assert name == f"giay-to/{parse_digest(paper.photo.digest).hex()}.webp"
    assert found.read(name) == paper.data
