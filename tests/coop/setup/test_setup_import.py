import io

import openpyxl
import pytest
import xlsxwriter
from sqlalchemy import select

from ledger.coop.actors import Role
from ledger.coop.errors import NotAllowedError, NotFoundError, SheetError
from ledger.coop.registers.members import list_members
from ledger.coop.registers.places import find_place
from ledger.coop.registers.products import find_product
from ledger.coop.setup.blank_workbook import blank_workbook
from ledger.coop.setup.columns import GUIDE, LISTS, MENDING, TABLES
from ledger.coop.setup.importing import ImportBooks, import_books
from ledger.coop.setup.imports import (
    DropImport,
    ImportReport,
    ImportState,
    KeepImport,
    NoteImport,
    drop_import,
    keep_import,
    note_import,
    read_import,
    read_import_file,
    waiting_imports,
)
from ledger.coop.setup.marked_workbook import marked_workbook
from ledger.coop.setup.progress import listening
from ledger.coop.setup.reading import read_setup_file
from ledger.coop.setup.setup_tables import ImportRow
from ledger.coop.supplies.stock import read_stock
from ledger.coop.tables import SeasonRow
from ledger.trace.queries import lots_of
from ledger.trace.tables import LotKind
from tests.support.setup_files import WHOLE, cells, workbook


def imported(world, data, **more):
    return world.run(import_books, ImportBooks(file=read_setup_file(data), **more))


def faults(world, data):
    with pytest.raises(SheetError) as error:
        imported(world, data)
    return {(item.sheet, f"{item.column}{item.row}"): item.sentence for item in error.value.problems}


def test_a_whole_workbook_fills_every_register(world):
    found = imported(world, workbook())
    assert dict(found.counts) == dict.fromkeys(WHOLE, 1) | {"members": 2}
    coop, manager = world.coop.code, world.actors[Role.MANAGER]
    people = {m.code: (m.name, m.phone) for m in world.read(list_members, world.ledger.vault, coop)}
    assert people["TAM"] == ("Lê Thị Tám", "0912 000 222")
    assert "Trần Văn Bảy" in {name for name, _ in people.values()}
    assert world.read(find_product, coop, "NA").net_options_g == (500, 1000)
    assert world.read(find_place, coop, "NA1").area_m2 == 720
    with world.ledger.database.reading() as session:
        season = session.scalar(select(SeasonRow).where(SeasonRow.product == "NA"))
        assert (season.place, season.started_on.isoformat()) == ("NA1", "2026-09-01")
        lots = lots_of(session, coop, LotKind.RAW)
    assert [str(lot.quantity) for lot in lots] == ["120.500"]
    (card,) = world.read(read_stock, manager).cards
    assert (card.name, card.left) == ("NPK 16-16-8", 200)
    world.check()


def test_all_faults_of_all_sheets_are_told_by_cell_and_nothing_is_written(world):
    size = world.size()
    found = faults(
        world,
        workbook(
            members=[("", "0912000111", ""), ("Lê Thị Tám", "12", "")],
            products=[("N A", "Na dai", "Trồng na", "VN", "nửa cân")],
            places=[("Vườn 1", "Vườn bay", "Lạng Sơn", "Chi Lăng", "hai sào", "V1", "31/02/2020")],
            seasons=[("KHONG", "V1", "01/09/2026"), ("NHO", "VUON1", "hôm nào")],
            supplies=[("NPK", "Phân bón", "kg", "-5", "", "rẻ")],
            goods=[("NHO", "XUONG", "10/11/2026", "12")],
        ),
    )
    assert {
        ("Thành viên", "A2"), ("Thành viên", "B3"), ("Sản phẩm", "C2"), ("Sản phẩm", "E2"),
        ("Nơi sản xuất", "B2"), ("Nơi sản xuất", "E2"), ("Nơi sản xuất", "G2"), ("Vụ", "A2"), ("Vụ", "C3"),
        ("Kho vật tư", "D2"), ("Kho vật tư", "F2"), ("Hàng trong kho", "B2"),
    } == set(found)  # fmt: skip
    assert "không có trong danh sách" in found["Nơi sản xuất", "B2"]
    # The place of the first season is at fault itself: it is not blamed twice.
    assert "sản phẩm “KHONG”" in found["Vụ", "A2"]
    assert world.size() == size


def test_the_same_file_twice_by_its_key_is_written_once(world):
    first = imported(world, workbook(), idempotency_key="import:1")
    size = world.size()
    assert imported(world, workbook(), idempotency_key="import:1") == first
    assert world.size() == size
    again = faults(world, workbook())
    assert {"Thành viên", "Sản phẩm", "Nơi sản xuất"} <= {sheet for sheet, _ in again}


def test_a_csv_file_is_known_by_its_headings(world):
    text = "Họ và tên;Số điện thoại\r\nTrần Văn Bảy;0912 000 111\r\n"
    assert imported(world, text.encode("utf-8-sig")).counts == (("members", 1),)
    problems = faults(world, "Cột lạ;Cột nữa\r\n1;2\r\n".encode())
    assert "Không nhận ra bảng này" in next(iter(problems.values()))


def test_formulas_are_refused_and_never_computed(world):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Thành viên")
    sheet.write_row(0, 0, ("Họ và tên *", "Số điện thoại"))
    sheet.write_formula(1, 0, '=HYPERLINK("http://evil.example","Bảy")', None, "Bảy")
    sheet.write_row(2, 0, ("Lê Thị Tám", "sai số"))
    book.close()
    found = faults(world, out.getvalue())
    assert "công thức" in found["Thành viên", "A2"]
    assert ("Thành viên", "B3") in found  # one fault hides no other


def test_unknown_sheets_and_columns_are_told(world):
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.title = "Linh tinh"
    book.active.append(["a"])
    book.active.append(["b"])
    people = book.create_sheet("Thành viên")
    people.append(["Họ và tên", "Tuổi"])
    people.append(["Bảy", 65])
    book.save(out)
    found = faults(world, out.getvalue())
    assert "“Linh tinh” không có trong mẫu" in found["Linh tinh", "A1"]
    assert "Cột “Tuổi”" in found["Thành viên", "B1"]


def test_other_columns_fill_the_fields_of_the_first_step(world):
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.title = "Vụ"
    book.active.append(["Sản phẩm", "Nơi sản xuất", "Bắt đầu từ ngày", "Sản lượng dự kiến", "Màu trời"])
    book.active.append(["NHO", "VUON1", "01/09/2026", "900", None])
    book.active.append(["NHO", "VUON1", "02/09/2026", None, "xanh"])
    book.save(out)
    found = faults(world, out.getvalue())
    assert list(found) == [("Vụ", "E3")]
    assert "không có mục “Màu trời”" in found["Vụ", "E3"]


def test_goods_that_come_from_outside_name_their_supplier(world):
    rows = {
        "products": [("MY", "Mỳ gạo", "Mỳ sợi, mì ống, bún/mỳ gạo khô", "Lạng Sơn", "500")],
        "goods": [("MY", "", "10/11/2026", "100")],
    }
    found = faults(world, workbook(rows))
    assert {sheet for sheet, _ in found} == {"Hàng trong kho"}


def test_only_a_manager_imports(world):
    file = read_setup_file(workbook())
    for role in set(Role) & world.actors.keys() - {Role.MANAGER}:
        with pytest.raises(NotAllowedError):
            world.run(import_books, ImportBooks(file=file), role)


def test_how_far_it_is_is_told(world):
    told = []
    rows = {"members": [(f"Người {number}", "", "") for number in range(120)]}
    with listening(lambda done, total: told.append((done, total))):
        imported(world, workbook(rows))
    assert told == [(50, 120), (100, 120), (120, 120)]


def test_the_blank_workbook_has_every_sheet_and_nothing_to_import(world):
    book = openpyxl.load_workbook(io.BytesIO(blank_workbook()))
    assert book.sheetnames == [GUIDE, *(table.title for table in TABLES), LISTS]
    assert book[TABLES[2].title].data_validations.dataValidation
    with pytest.raises(SheetError):
        read_setup_file(blank_workbook())


def test_the_blank_workbook_filled_in_is_read(world):
    book = openpyxl.load_workbook(io.BytesIO(blank_workbook()))
    for table in TABLES:
        for place, column in enumerate(table.columns, start=1):
            if column.needed and table.code == "members":
                book[table.title].cell(2, place, column.example)
    out = io.BytesIO()
    book.save(out)
    assert imported(world, out.getvalue()).counts == (("members", 1),)


def test_every_example_of_the_guide_can_be_imported(world):
    """What the guide shows must be right; but for the product and place that the world has already."""
    rows, headings = {}, {}
    for table in TABLES:
        headings[table.code] = [column.heading for column in table.columns]
        rows[table.code] = [column.example for column in table.columns]
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.remove(book.active)
    for table in TABLES:
        if table.code in ("members", "supplies"):
            sheet = book.create_sheet(table.title)
            sheet.append(headings[table.code])
            sheet.append(
                [
                    value if column.key != "code" else "TV77"
                    for value, column in zip(rows[table.code], table.columns, strict=True)
                ]
            )
    book.save(out)
    assert dict(imported(world, out.getvalue()).counts) == {"members": 1, "supplies": 1}


def test_the_marked_workbook_shows_what_to_mend_and_runs_nothing(world):
    data = workbook(members=[("=1+1", "0912000111", ""), ("@cmd", "12", "")])
    with pytest.raises(SheetError) as error:
        imported(world, data)
    marked = marked_workbook(data, error.value.problems)
    headings, first, second = cells(marked, "Thành viên")
    assert headings == ("Họ và tên", "Số điện thoại", "Mã thành viên", MENDING)
    assert first[3].startswith("A: ")
    assert second[0] == "@cmd"
    assert "Số điện thoại" in second[3]
    book = openpyxl.load_workbook(io.BytesIO(marked))
    assert book["Thành viên"]["B3"].fill.bgColor.rgb or book["Thành viên"]["B3"].fill.fgColor.rgb
    assert all(cell.data_type != "f" for row in book["Thành viên"].iter_rows() for cell in row)
    # Sent again unmended it says the same, and its last column means nothing.
    with pytest.raises(SheetError) as again:
        imported(world, marked)
    assert {item.column for item in again.value.problems} <= {"A", "B"}


def test_a_sent_file_is_kept_encrypted_until_it_is_written(world):
    data = workbook()
    kept = world.run(keep_import, KeepImport(data=data))
    manager = world.actors[Role.MANAGER]
    vault = world.ledger.vault
    assert world.read(read_import_file, vault, manager, kept.id) == data
    with world.ledger.database.reading() as session:
        row = session.scalar(select(ImportRow))
        assert b"xl/workbook.xml" not in row.file_sealed
    assert [item for item, _ in world.read(waiting_imports, manager)] == [kept.id]
    report = ImportReport((("members", 2),), sentence="xong")
    world.run(note_import, NoteImport(kept.id, ImportState.WRITTEN, report))
    assert world.read(read_import, vault, manager, kept.id).report == report
    with pytest.raises(NotFoundError):
        world.read(read_import_file, vault, manager, kept.id)
    assert world.read(waiting_imports, manager) == ()


def test_a_dropped_file_is_gone_and_a_neighbours_is_not_found(world):
    kept = world.run(keep_import, KeepImport(data=workbook()))
    vault = world.ledger.vault
    for verb, command in (
        (drop_import, DropImport(kept.id)),
        (note_import, NoteImport(kept.id, ImportState.READY)),
    ):
        with pytest.raises(NotFoundError):
            world.run(verb, command, world.neighbour_manager)
    with pytest.raises(NotFoundError):
        world.read(read_import, vault, world.neighbour_manager, kept.id)
    world.run(drop_import, DropImport(kept.id))
    with pytest.raises(NotFoundError):
        world.read(read_import, vault, world.actors[Role.MANAGER], kept.id)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 no archive", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old"])
def test_what_is_no_spreadsheet_is_refused(world, data):
    with pytest.raises(SheetError):
        read_setup_file(data)
    if not data.startswith(b"PK"):  # what is inside an archive is looked at when it is checked
        with pytest.raises(SheetError):
            world.run(keep_import, KeepImport(data=data))
