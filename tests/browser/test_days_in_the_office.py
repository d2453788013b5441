"""The days of an accountant and of a manager, on a phone from the door to the door."""

import csv
import io

import pytest

from ledger.coop.actors import Role
from ledger.coop.field.diary import RecordStep, record_step
from ledger.coop.review.queue import count_to_review
from tests.support.days import PHONE, Day
from tests.support.desk import HOME, open_desk, served_later
from tests.support.hands import go
from tests.support.setup_files import workbook

pytestmark = pytest.mark.browser
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PEOPLE = "Lê Thị Hoa; 0912 000 331; tổ trưởng, đóng gói\nTrần Văn Chín; 0912 000 332; ghi hộ\n"


@pytest.fixture(scope="module")
def desk(sqlite_template, tmp_path_factory):
    """A season that was sprayed yesterday, a late line in another's name, a lot that was shipped."""
    with served_later() as (address, mount):
        for opened in open_desk(sqlite_template, tmp_path_factory.mktemp("office"), public_url=address):
            mount(opened.app)
            world = opened.world
            season = world.season(days=60)
            late = RecordStep(
                lot=season,
                step="irrigation",
                done_on=world.day(9),
                values={"source": "well"},
                done_by=world.actors[Role.GROWER].member_id,
            )
            world.run(record_step, late, Role.RECORDER)
            world.spray(season, ago=1)
            lot = world.sealed(100, ago=3)
            world.shipped(lot)
            yield opened, address, season, lot


@pytest.fixture(scope="module")
def site(desk):
    return desk[1]


@pytest.fixture
def day(open_page, site):
    """``day(who)``: the phone of somebody who signed in; ``what``: what the pictures are called by."""

    def begin(who, what=None):
        # What the phone was fetching for later when its owner signed out is refused, and may be.
        started = Day(open_page(HOME, viewport=PHONE, may_fail=True, is_app=True), what or who, site)
        started.sign_in(who)
        return started

    return begin


def test_the_day_of_an_accountant(day):
    accountant = day("accountant")
    page = accountant.page
    accountant.open("Sổ sách")
    accountant.tap("Thu chi, lãi lỗ", name="money-empty")
    enter(accountant, "Ghi tiền chi", "Công lao động", "4.200.000", "Công cắt cành")
    page.go_back()
    accountant.home()
    accountant.open("Sổ sách")
    accountant.tap("Thu chi, lãi lỗ")
    enter(accountant, "Ghi tiền thu", "Bán hàng", "9.750.000", "Bán sỉ")
    accountant.tap("Quay lại")
    page.get_by_text("5.550.000").first.wait_for()
    accountant.look("money")
    with page.expect_download() as file:
        page.get_by_role("link", name="CSV, dấu chấm phẩy").click()
    rows = list(csv.reader(io.StringIO(file.value.path().read_text("utf-8-sig")), delimiter=";"))
    assert any("4200000" in cell.replace(".", "") for row in rows for cell in row)
    accountant.home()
    accountant.sign_out()


def enter(day, link, kind, amount, note):
    page = day.page
    day.tap(link)
    page.get_by_label("Khoản", exact=True).select_option(label=kind)
    page.get_by_label("Số tiền", exact=True).fill(amount)
    season = page.locator("#season option").nth(1).get_attribute("value")
    page.get_by_label("Cho vụ nào").select_option(season)
    page.get_by_text("Ghi thêm nếu có").click()
    page.get_by_label("Ghi chú").fill(note)
    day.look("amount-asked")
    day.press()
    page.get_by_text(note).first.wait_for()
    day.look("amount")


def test_the_day_of_a_manager_who_sets_up(day):
    manager = day("manager", "manager-sets-up")
    manager.page.get_by_role("heading", name="Việc cần quyết hôm nay").wait_for()
    answer_ten_questions(manager)
    import_a_workbook(manager)
    take_people_in(manager)
    manager.home()
    manager.sign_out()


def answer_ten_questions(day):
    page = day.page
    day.open("Sổ sách")
    day.tap("Lập sổ trong mười câu", name="questions")
    day.tap("Bắt đầu", exact=True)
    for answers in (
        {"#template": "fruit_na"},
        {"#name": "Na dai"},
        {"#province": "Lạng Sơn", "#commune": "Chi Lăng"},
        {},
        {"#net_options_g": "500; 1.000"},
        {"#shelf_life_days": "7"},
        {"#kind": "orchard", "#perennial_since": "01/03/2018"},
        {"#places": "Vườn na 1; 2 sào"},
    ):
        for box, answer in answers.items():
            page.locator(box).wait_for()
            if page.locator(f"select{box}").count():
                page.select_option(box, answer)
            else:
                page.fill(box, answer)
        day.look("question")
        day.press()
    page.get_by_text("Câu 9 trong 10").wait_for()
    page.select_option("select#design", "stamp_50x30")
    day.look("label")
    day.press()
    page.locator("label.card-choice", has_text="Vườn na 1").click()
    page.fill("#started_on", "01/09/2026")
    day.press()
    page.get_by_role("heading", name="Lập sổ").wait_for()
    answers = page.locator("main").inner_text()
    assert "7 ngày" in answers
    assert "a4_cut" not in answers
    day.look("set-up-asked")
    day.press()
    page.get_by_text("Sổ đã lập xong").wait_for()
    day.look("set-up")


def import_a_workbook(day):
    page = day.page
    day.home()
    day.open("Sổ sách")
    day.tap("Nhập từ tệp Excel", name="import-empty")
    rows = {"members": [("Trần Văn Bảy", "0912000111", ""), ("Lê Thị Tám", 912000222, "TAM")]}
    page.set_input_files("#file", {"name": "so.xlsx", "mimeType": XLSX, "buffer": workbook(rows)})
    day.press()
    page.get_by_role("heading", name="Tệp đúng hết").wait_for()
    day.look("import-asked")
    day.press()
    page.get_by_role("heading", name="Đã ghi vào sổ").wait_for()
    day.look("import")


def take_people_in(day):
    page = day.page
    day.home()
    day.open("Người và tài khoản")
    day.tap("Tài khoản của mọi người", name="accounts")
    day.tap("Thêm nhiều người từ danh sách")
    page.get_by_label("Danh sách", exact=True).fill(PEOPLE)
    day.look("people-asked")
    day.press()
    page.get_by_role("heading", name="Thẻ đăng nhập").wait_for()
    day.look("cards")
    with page.expect_download() as file:
        page.get_by_role("link", name="Tải tệp thẻ để in").click()
    assert file.value.path().read_bytes().startswith(b"%PDF")


def test_the_day_of_a_manager_who_decides(desk, day):
    opened, _, season, lot = desk
    world = opened.world
    code = ask_for_a_device(day("recorder", "device"))
    manager = day("manager", "manager-decides")
    approve_the_device(manager, code)
    look_lines_over(manager, world)
    let_a_spraying_pass(manager, season)
    recall_as_a_drill(manager, lot)
    manager.home()
    manager.sign_out()


def ask_for_a_device(day):
    page = day.page
    go(page, f"{page.url.split(HOME)[0]}{HOME}may")
    page.get_by_role("button", name="Đăng ký máy này").click()
    page.locator("[data-device][data-is=waiting]").wait_for()
    day.look("device")
    return page.locator("[data-device-code]").inner_text()


def approve_the_device(day, code):
    page = day.page
    day.tap("Tài khoản", exact=True)
    day.tap("Máy ký sổ", name="devices")
    day.follow(page.get_by_role("link", name="So mã và duyệt"))
    assert code in page.locator("main").inner_text()
    day.look("device-asked")
    day.press()
    page.get_by_text("Không có máy nào chờ duyệt").wait_for()


def look_lines_over(day, world):
    page, manager = day.page, world.actors[Role.MANAGER]
    before = world.read(count_to_review, manager)
    day.home()
    day.open("Người và tài khoản")
    day.tap("Dòng cần xem lại", name="review")
    page.locator(".card", has_text="Ghi hộ").locator("label.card-choice").click()
    page.get_by_label("Ghi chú").fill("Đã hỏi, đúng là tưới hôm đó")
    day.press()
    assert world.read(count_to_review, manager) == before - 1
    day.look("reviewed")


def let_a_spraying_pass(day, season):
    """An agent that was taken off the list, told as it was: refused at first, then with a public reason."""
    page = day.page
    go(page, f"{page.url.split(HOME)[0]}{HOME}viec/pest_control/{season.split('/', 3)[3]}")
    page.get_by_role("radio", name="Thuốc BVTV hóa học").check()
    page.get_by_label("Sâu, bệnh").fill("cỏ dại")
    page.get_by_label("Tên thuốc").fill("Gramoxone (paraquat)")
    page.get_by_label("Thời gian cách ly").fill("7")
    day.press()
    page.get_by_role("heading", name="Chưa ghi được").wait_for()
    page.get_by_label("Lý do, ai xem trang tem cũng đọc được").fill("Thuốc tồn từ năm trước, đã báo trạm")
    day.done("override")
    page.get_by_text("Người quản lý cho qua cảnh báo").wait_for()


def recall_as_a_drill(day, recalled):
    """Everybody who scans a stamp of the lot ``recalled`` reads why."""
    page = day.page
    day.home()
    day.open("Hàng và tem")
    day.tap("Lô đã đóng gói", name="lots")
    day.follow(page.locator(".list a").first)
    day.tap("Thu hồi lô này", name="recall-empty")
    page.get_by_label("Lý do thu hồi").fill("Diễn tập thu hồi")
    page.get_by_label("Hướng dẫn người mua").fill("Không cần làm gì, đây là diễn tập")
    day.done("recall", heading="Thu hồi lô " + recalled.rpartition(".")[2])
    page.get_by_text("Đã công bố.").wait_for()
    shown = page.request.get(page.url.split(HOME)[0] + recalled.removeprefix("http://127.0.0.1:8000")).text()
    assert "Diễn tập thu hồi" in shown
