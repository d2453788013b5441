"""A manager's first day, as a person does it on a phone: ten questions, then everybody from a spreadsheet."""

import io

import openpyxl
import pytest

from tests.support import hands
from tests.support.desk import HOME, open_desk, served_later
from tests.support.hands import follow, go, press
from tests.support.setup_files import workbook

pytestmark = pytest.mark.browser
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def phone(browser, sqlite_template, tmp_path):
    with served_later() as (address, mount):
        for desk in open_desk(sqlite_template, tmp_path, public_url=address):
            mount(desk.app)
            context = browser.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN")
            page = context.new_page()
            hands.sign_in(page, address, "manager")
            yield page, f"{address}{HOME}"
            context.close()


def test_ten_questions_end_with_a_sheet_to_print(phone):
    page, home = phone
    go(page, f"{home}bat-dau")
    follow(page, page.locator("text=Bắt đầu"))
    page.select_option("#template", "fruit_na")
    press(page)
    page.fill("#name", "Na dai")
    press(page)
    page.select_option("#province", "Lạng Sơn")
    page.fill("#commune", "Chi Lăng")
    press(page)
    assert page.input_value("#origin") == "Chi Lăng, Lạng Sơn, Việt Nam"
    # Left, and taken up where it was.
    go(page, f"{home}bat-dau")
    follow(page, page.locator("text=Trả lời tiếp"))
    press(page)
    page.fill("#net_options_g", "500; 1.000")
    press(page)
    page.fill("#shelf_life_days", "7")
    press(page)
    page.select_option("#kind", "orchard")
    page.fill("#perennial_since", "01/03/2018")
    press(page)
    page.fill("#places", "Vườn na 1; 2 sào\nVườn na 2; 1 sào")
    press(page)
    page.wait_for_selector("text=Câu 9 trong 10")
    if page.locator("select#design").count():
        page.select_option("#design", "stamp_50x30")
    else:
        page.locator("label.card-choice").first.click()
    press(page)
    page.locator("label.card-choice", has_text="Vườn na 2").click()
    page.fill("#started_on", "01/09/2026")
    press(page)
    page.wait_for_selector("h1:text('Lập sổ')")
    press(page)
    page.wait_for_selector("text=Sổ đã lập xong")
    sheet = page.get_attribute("text=In phiếu nhật ký giấy", "href")
    assert page.request.get(f"{home.removesuffix(HOME)}{sheet}").headers["content-type"] == "application/pdf"


def send(page, home, data):
    go(page, f"{home}nhap")
    page.set_input_files("#file", {"name": "so.xlsx", "mimeType": XLSX, "buffer": data})
    press(page)
    page.wait_for_url("**/nhap/*-*")


def test_a_workbook_is_mended_by_its_marks_and_then_written(phone):
    page, home = phone
    with page.expect_download() as fetched:
        go(page, f"{home}nhap")
        page.click("a:has-text('Tải tệp mẫu')")
    blank = openpyxl.load_workbook(io.BytesIO(fetched.value.path().read_bytes()))
    people = blank["Thành viên"]
    people["A2"], people["B2"] = "Trần Văn Bảy", "12"
    out = io.BytesIO()
    blank.save(out)
    send(page, home, out.getvalue())
    page.wait_for_selector("text=Thành viên, ô B2")
    with page.expect_download() as fetched:
        page.click("text=Tải tệp có đánh dấu")
    marked = openpyxl.load_workbook(io.BytesIO(fetched.value.path().read_bytes()))
    marked["Thành viên"]["B2"] = "0912 000 111"
    out = io.BytesIO()
    marked.save(out)
    send(page, home, out.getvalue())
    page.wait_for_selector("h1:text('Tệp đúng hết')")
    follow(page, page.locator("text=Ghi tất cả vào sổ"))
    page.wait_for_selector("h1:text('Đã ghi vào sổ')")
    go(page, f"{home}so-sach/thanh-vien")
    assert page.locator("b", has_text="Trần Văn Bảy").count() == 1


def test_without_a_script_it_works_as_well(browser, phone):
    page, home = phone
    context = browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    try:
        plain = context.new_page()
        send(plain, home, workbook())
        plain.wait_for_selector("h1:text('Tệp đúng hết')")
        follow(plain, plain.locator("text=Ghi tất cả vào sổ"))
        plain.wait_for_selector("h1:text('Đã ghi vào sổ')")
    finally:
        context.close()
