"""Signing in by telephone, card and passkey's page; many accounts at once; who is signed in where."""

import io
import re
from datetime import timedelta

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from ledger.coop.actors import Role
from ledger.coop.people.cards import MakeCards, card_secret, make_cards
from ledger.coop.people.people_tables import CardRow
from tests.support.desk import HOME, open_desk
from tests.support.world import SECRET

DOOR = f"{HOME}dang-nhap"
LIST = "Lê Thị Hoa; 0912 000 111; tổ trưởng, đóng gói\nTrần Văn Bảy; 0912000222\nNgô Tư;;ghi hộ\n"


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


@pytest.fixture
def manager(desk):
    return desk.browser("manager")


def account_of(desk, role):
    return desk.world.actors[role].account_id


def card_of(desk, role, **more):
    """A new card for somebody; its secret."""
    desk.world.run(make_cards, MakeCards((account_of(desk, role),), **more))
    with desk.world.ledger.database.reading() as session:
        card = session.scalar(select(CardRow).where(CardRow.account_id == account_of(desk, role)))
        return card_secret(desk.world.ledger.vault, card.id)


def give_phone_and_pin(desk, manager, role, phone="0912 345 678", pin="402917"):
    account = account_of(desk, role)
    assert "Đã lưu" in manager.fill(f"{HOME}tai-khoan/{account}/so-dien-thoai", phone=phone).text
    assert "Đã lưu" in manager.fill(f"{HOME}tai-khoan/{account}/pin", pin=pin).text


@pytest.mark.parametrize("typed", ["0912345678", "0912 345 678", "+84 912.345.678", "84912345678"])
def test_a_member_signs_in_by_telephone_number_and_pin(desk, manager, typed):
    give_phone_and_pin(desk, manager, Role.GROWER)
    browser = desk.browser()
    assert browser.fill(DOOR, login=typed, secret="402917").path == HOME
    assert "Số điện thoại 0912 345 678" in browser.get(f"{HOME}tai-khoan").text


def test_a_wrong_pin_and_an_unknown_number_get_one_answer(desk, manager):
    give_phone_and_pin(desk, manager, Role.GROWER)
    browser = desk.browser()
    answers = {
        browser.fill(DOOR, login=phone, secret="402918").text for phone in ("0912345678", "0912345679")
    }
    assert len(answers) == 1
    assert "Số điện thoại hoặc mã PIN chưa đúng" in answers.pop()


def test_a_locked_number_is_told_kindly_and_a_manager_opens_it(desk, manager):
    give_phone_and_pin(desk, manager, Role.GROWER)
    browser = desk.browser()
    for _ in range(5):
        assert browser.fill(DOOR, login="0912345678", secret="402918").status == 401
    locked = browser.fill(DOOR, login="0912345678", secret="402917")
    assert locked.status == 429
    assert "tạm khóa" in locked.text
    manager.fill(f"{HOME}tai-khoan/{account_of(desk, Role.GROWER)}/pin", pin="730264")
    assert browser.fill(DOOR, login="0912345678", secret="730264").path == HOME


def test_a_card_opens_the_book_and_leads_to_choosing_a_pin(desk):
    secret, browser = card_of(desk, Role.GROWER), desk.browser()
    page = browser.fill(f"{DOOR}/the", card=f"{secret[:5].lower()} {secret[5:]}")
    assert page.path == f"{HOME}tai-khoan/pin?moi=1"
    assert "current" in page.form.names
    refused = browser.send(page, pin="123456", current=SECRET)
    assert "dễ đoán" in refused.problems["pin"]
    assert browser.send(refused, pin="402917", current=SECRET).path == HOME
    assert browser.get(f"{HOME}tai-khoan").status == 200


def test_a_card_that_asks_for_the_pin_opens_with_it_only(desk, manager):
    give_phone_and_pin(desk, manager, Role.PACKER)
    secret, browser = card_of(desk, Role.PACKER, asks_pin=True), desk.browser()
    asked = browser.fill(f"{DOOR}/the", card=secret)
    assert asked.status == 401
    assert "mã PIN" in asked.text
    wrong = browser.send(asked, pin="402918")
    assert "Mã PIN chưa đúng" in wrong.text
    assert browser.send(wrong, pin="402917").path == HOME


def test_a_card_that_was_replaced_or_ended_opens_nothing(desk, manager):
    old = card_of(desk, Role.GROWER)
    new = card_of(desk, Role.GROWER)
    browser = desk.browser()
    assert browser.fill(f"{DOOR}/the", card=old).status == 401
    assert browser.fill(f"{DOOR}/the", card=new).status == 200
    assert browser.get(HOME).path == HOME
    manager.fill(f"{HOME}tai-khoan/{account_of(desk, Role.GROWER)}/huy-the")
    assert browser.get(HOME).path == DOOR
    assert desk.browser().fill(f"{DOOR}/the", card=new).status == 401


def test_a_list_becomes_members_accounts_and_a_sheet_of_cards(desk, manager):
    page = manager.fill(f"{HOME}tai-khoan/them-nhieu", people=LIST)
    assert "Đã làm 3 thẻ" in page.text
    assert "Lê Thị Hoa" in page.text
    file = manager.client.get(next(link for link in page.links if link.endswith(".pdf")))
    assert file.mimetype == "application/pdf"
    assert file.data.startswith(b"%PDF")
    people = manager.get(f"{HOME}tai-khoan/tat-ca")
    assert "Ngô Tư" in people.text
    assert "Tổ trưởng, Người đóng gói" in people.text or "Người đóng gói, Tổ trưởng" in people.text


def test_what_is_wrong_with_a_list_is_said_by_line_and_nothing_is_written(desk, manager):
    wrong = "Lê Hoa; 0912 000 111; vua\n; 0912 000 222\nNgô Tư; 12\nTrần Bảy; 0912000111"
    page = manager.fill(f"{HOME}tai-khoan/them-nhieu", people=wrong)
    assert page.status == 422
    for line in (
        "Dòng 1: Không rõ việc",
        "Dòng 2: Dòng này chưa có họ tên",
        "Dòng 3: Số điện thoại",
        "Dòng 4: Số",
    ):
        assert line in page.text, page.text
    assert "Lê Hoa" not in manager.get(f"{HOME}tai-khoan/tat-ca").text


def test_a_workbook_of_people_is_read(desk, manager):
    book = Workbook()
    book.active.append(["Họ và tên", "SĐT", "Việc"])
    book.active.append(["Lê Thị Hoa", 912000111, "kế toán"])
    data = io.BytesIO()
    book.save(data)
    page = manager.get(f"{HOME}tai-khoan/them-nhieu")
    done = manager.send(page, at=1, files={"file": [(io.BytesIO(data.getvalue()), "ds.xlsx")]})
    assert "Đã làm 1 thẻ" in done.text
    assert "hỏi thêm mã PIN" in done.text


def test_the_file_of_cards_is_gone_after_a_day(desk, manager):
    page = manager.fill(f"{HOME}tai-khoan/them-nhieu", people=LIST)
    link = next(link for link in page.links if link.endswith(".pdf"))
    desk.world.clock.now += timedelta(hours=11)
    assert manager.client.get(link).status_code == 200
    desk.world.clock.now += timedelta(hours=11)
    manager.get(HOME)
    desk.world.clock.now += timedelta(hours=3)
    assert manager.client.get(link).status_code == 404


def test_cards_are_chosen_for_those_who_have_none(desk, manager):
    card_of(desk, Role.GROWER)
    page = manager.get(f"{HOME}tai-khoan/in-the")
    ticked = [value for name, value in page.form.answers if name == "account_ids"]
    assert account_of(desk, Role.PACKER) in ticked
    assert account_of(desk, Role.GROWER) not in ticked
    assert "Đã làm 6 thẻ" not in manager.send(page).text


def test_a_session_on_another_device_is_seen_and_ended(desk):
    first, second = desk.browser("grower"), desk.browser("grower")
    page = first.get(f"{HOME}tai-khoan/may-dang-mo")
    assert page.text.count("Vào bằng mật khẩu") == 2
    assert page.text.count("Máy này") == 1
    first.send(page)
    assert second.get(HOME).path == DOOR
    assert first.get(HOME).path == HOME


def test_ones_own_telephone_stays_signed_in_and_the_office_never_does(desk):
    for login, path in (("grower", HOME), ("accountant", DOOR)):
        browser = desk.browser()
        browser.fill(DOOR, login=login, secret=SECRET, stays="1")
        desk.world.clock.now += timedelta(days=3)
        assert browser.get(HOME).path == path


def test_roles_change_with_the_next_page(desk, manager):
    grower, account = desk.browser("grower"), account_of(desk, Role.GROWER)
    assert grower.get(f"{HOME}dong-goi").status == 403
    manager.fill(f"{HOME}tai-khoan/{account}/viec", roles=["grower", "packer"])
    assert grower.get(f"{HOME}dong-goi").status != 403
    own = desk.world.actors[Role.MANAGER].account_id
    refused = manager.fill(f"{HOME}tai-khoan/{own}/viec", roles=["grower"])
    assert "Không thể tự bỏ quyền quản lý" in refused.text


def test_passkeys_are_offered_where_a_browser_makes_them(sqlite_template, tmp_path):
    for desk in open_desk(sqlite_template, tmp_path, public_url="http://localhost:8000"):
        browser = desk.browser("manager")
        assert "data-options" in browser.get(f"{HOME}tai-khoan/khoa/them").html
        assert "data-options" in desk.browser().get(f"{DOOR}/khoa").html
        assert desk.browser("grower").get(f"{HOME}tai-khoan/khoa").status == 403


def test_passkeys_are_not_offered_at_an_address_without_tls(desk, manager):
    assert "https" in manager.get(f"{HOME}tai-khoan/khoa").text
    assert "data-options" not in desk.browser().get(f"{DOOR}/khoa").html
    assert desk.browser().fill(f"{DOOR}/khoa").status == 401


def test_many_accounts_are_listed_fifty_a_page(desk, manager):
    people = "".join(f"Người thứ {n}; 09{10_000_000 + n}\n" for n in range(60))
    assert "Đã làm 60 thẻ" in manager.fill(f"{HOME}tai-khoan/them-nhieu", people=people).text
    page = manager.get(f"{HOME}tai-khoan/tat-ca")
    assert len(re.findall("Xem, sửa", page.html)) == 50
    later = next(link for link in page.links if "tu=50" in link)
    assert len(re.findall("Xem, sửa", manager.get(later).html)) == 16
