import io
import threading
import zipfile

import openpyxl
import pytest

from ledger.coop.actors import Role
from ledger.coop.registers.products import list_products
from ledger.coop.setup.imports import KeepImport, keep_import
from tests.support.desk import HOME, open_desk
from tests.support.setup_files import WHOLE, workbook
from web.console.books import import_work
from web.console.books.import_work import FOLDER, GONE_AFTER_S, Progress, find_progress
from web.state import EXTENSION

UPLOAD = f"{HOME}nhap"


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """Work beside the request is waited for: tests look at what came of it."""
    monkeypatch.setattr(import_work, "PATIENCE_S", 60)


def sent(desk, data, name="so.xlsx", who="manager"):
    browser = desk.browser(who)
    page = browser.get(UPLOAD)
    return browser, browser.send(page, files={"file": [(io.BytesIO(data), name)]})


def test_a_file_is_checked_shown_and_then_written(desk):
    size = desk.world.size()
    browser, page = sent(desk, workbook())
    assert "Tệp đúng hết" in page.text
    assert "2 dòng" in page.text
    assert desk.world.size() == size
    done = browser.send(page)
    assert "Đã ghi vào sổ" in done.text
    assert "NA" in {item.code for item in desk.world.read(list_products, desk.world.coop.code)}
    again = browser.client.post(page.form.action, data=dict(page.form.answers), follow_redirects=True)
    assert "Đã ghi vào sổ" in again.get_data(as_text=True)
    assert not any("/nhap/" in link and "mau" not in link for link in browser.get(UPLOAD).links)


def test_faults_are_listed_by_cell_and_marked_in_a_file(desk):
    browser, page = sent(desk, workbook(WHOLE | {"supplies": [("NPK", "Phân bón", "kg", "-5", "", "")]}))
    assert "Tệp có chỗ cần sửa" in page.text
    assert "Kho vật tư, ô D2" in page.text
    link = next(link for link in page.links if link.endswith("danh-dau.xlsx"))
    marked = browser.client.get(link)
    assert marked.mimetype.endswith("spreadsheetml.sheet")
    book = openpyxl.load_workbook(io.BytesIO(marked.get_data()))
    assert "Kho vật tư" in book.sheetnames
    gone = browser.send(page, at=1)
    assert gone.path == UPLOAD
    assert browser.get(page.path).status == 404


def test_many_faults_are_shown_fifty_a_page(desk):
    rows = {"members": [("", f"0912 000 {number:03d}", "") for number in range(70)]}
    browser, page = sent(desk, workbook(rows))
    assert page.text.count("Chưa ghi “Họ và tên”.") == 50
    second = browser.get(next(link for link in page.links if "trang=2" in link))
    assert second.text.count("Chưa ghi “Họ và tên”.") == 20


@pytest.mark.parametrize(
    ("data", "said"), [(b"", "Hãy chọn tệp"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".xls")]
)
def test_what_is_no_spreadsheet_is_refused_on_the_form(desk, data, said):
    _, page = sent(desk, data)
    assert page.status == 422
    assert said in page.text


def test_an_archive_that_is_no_workbook_is_told_on_its_page(desk):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", b"a")
    _, page = sent(desk, out.getvalue())
    assert "không phải bảng tính" in page.text


def test_the_page_shows_how_far_it_is_and_opens_again_by_itself(desk, monkeypatch):
    reached, go_on = threading.Event(), threading.Event()
    real = import_work.check_import

    def slow(desk_there, actor, file):
        import_work._tell(desk.app.extensions[EXTENSION], "0", 0, 0)
        reached.set()
        assert go_on.wait(60)
        return real(desk_there, actor, file)

    monkeypatch.setattr(import_work, "PATIENCE_S", 0)
    monkeypatch.setattr(import_work, "check_import", slow)
    browser, page = sent(desk, workbook())
    assert reached.wait(60)
    answer = browser.client.get(page.path, headers={"Accept": "text/html"})
    assert answer.headers["Refresh"] == "2"
    assert "<progress" in answer.get_data(as_text=True)
    go_on.set()
    while find_progress(desk.app.extensions[EXTENSION], page.path.rpartition("/")[2]) is not None:
        threading.Event().wait(0.02)
    answer = browser.client.get(page.path, headers={"Accept": "text/html"})
    assert "Refresh" not in answer.headers
    assert "Tệp đúng hết" in answer.get_data(as_text=True)


def test_work_that_was_broken_off_can_be_taken_up(desk, monkeypatch, tmp_path):
    kept = desk.world.run(keep_import, KeepImport(data=workbook()))
    folder = tmp_path / FOLDER
    folder.mkdir()
    (folder / kept.id).write_text("50 100", encoding="ascii")
    state = desk.app.extensions[EXTENSION]
    assert find_progress(state, kept.id) == Progress(50, 100)
    now = import_work.time.time()
    monkeypatch.setattr(import_work.time, "time", lambda: now + GONE_AFTER_S + 5)
    browser = desk.browser("manager")
    page = browser.get(f"{UPLOAD}/{kept.id}")
    assert "dừng giữa chừng" in page.text
    assert "Tệp đúng hết" in browser.send(page).text


def test_the_blank_workbook_can_be_fetched(desk):
    answer = desk.browser("manager").client.get(f"{UPLOAD}/mau.xlsx")
    assert openpyxl.load_workbook(io.BytesIO(answer.get_data())).sheetnames[1] == "Thành viên"


@pytest.mark.parametrize(
    "path", ["nhap", "nhap/mau.xlsx", "xuat", "xuat/toan-bo-so.zip", "bat-dau", "bat-dau/name"]
)
def test_only_a_manager_sets_up_and_takes_out(desk, path):
    for role in (Role.GROWER, Role.RECORDER, Role.TEAM_LEAD, Role.PACKER, Role.ACCOUNTANT):
        assert desk.browser(role.value).client.get(f"{HOME}{path}").status_code == 403


def test_everything_is_sent_as_one_archive(desk):
    desk.world.harvested()
    answer = desk.browser("manager").client.get(f"{HOME}xuat/toan-bo-so.zip")
    assert answer.is_streamed
    assert "so-goc-2026-11-12.zip" in answer.headers["Content-Disposition"]
    assert "nhat-ky.jsonl" in zipfile.ZipFile(io.BytesIO(answer.get_data())).namelist()


def test_ten_questions_one_a_screen_end_with_a_season_and_its_sheet(desk):
    browser = desk.browser("manager")
    page = browser.get(f"{HOME}bat-dau")
    page = browser.get(next(link for link in page.links if link.endswith("/bat-dau/sector")))
    for answers in (
        {"template": "fruit_na"},
        {"name": "Na dai"},
        {"province": "Lạng Sơn", "commune": "Chi Lăng"},
    ):
        page = browser.send(page, **answers)
    assert page.form["origin"] == "Chi Lăng, Lạng Sơn, Việt Nam"
    # Left here, and taken up by another browser.
    browser = desk.browser("manager")
    page = browser.get(f"{HOME}bat-dau/season")
    assert page.path.endswith("/origin")
    for answers in (
        {},
        {"net_options_g": "500"},
        {"shelf_life_days": "7", "storage": "Nơi mát"},
        {"kind": "orchard", "perennial_since": "01/03/2018"},
        {"places": "Vườn na 1; 2 sào\nVườn na 2; 1 sào"},
        {"design": "stamp_50x30"},
    ):
        page = browser.send(page, **answers)
        assert page.status == 200, page.text
    assert "Câu 10 trong 10" in page.text
    wrong = browser.send(page, place="1", started_on="hôm nào")
    assert wrong.status == 422
    assert "started_on" in wrong.problems
    page = browser.send(wrong, place="1", started_on="01/09/2026")
    assert "Vườn na 1" in page.text
    done = browser.send(page)
    assert "Sổ đã lập xong" in done.text
    sheet = next(link for link in done.links if link.endswith("phieu-giay.pdf"))
    assert browser.client.get(sheet).mimetype == "application/pdf"


def test_an_unknown_question_is_no_page(desk):
    assert desk.browser("manager").get(f"{HOME}bat-dau/eleventh").status == 404
