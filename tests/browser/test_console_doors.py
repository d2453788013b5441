"""The doors in a real browser: a scanned card, a passkey of a virtual authenticator, the first PIN."""

from datetime import timedelta

import pytest

from ledger.coop.actors import Role
from ledger.coop.people.cards import MakeCards, make_cards, read_batch
from tests.support import hands
from tests.support.desk import HOME, open_desk, served_later
from tests.support.hands import MAIN, follow, go, press
from tests.support.world import Clock

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def place(sqlite_template, tmp_path, monkeypatch):
    """The address of a console under the name that passkeys need, and the desk behind it."""
    # The pages that a phone keeps are many looks at the clock, and a challenge lives five minutes.
    monkeypatch.setattr(Clock, "__call__", _tick)
    with served_later() as (number, mount):
        address = number.replace("127.0.0.1", "localhost")
        for desk in open_desk(sqlite_template, tmp_path, public_url=address):
            mount(desk.app)
            yield address, desk


def _tick(clock):
    clock.now += timedelta(milliseconds=1)
    return clock.now


def authenticator(page, *, is_verified=True):
    """A fingerprint reader that always says yes (or, as a stranger's finger, no)."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": is_verified,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, made["authenticatorId"]


def test_a_manager_adds_a_passkey_and_comes_back_by_it(place, open_page):
    address, _ = place
    # What the phone was fetching for later when its owner signed out is refused, and may be.
    page = open_page(HOME, address=address, viewport=PHONE, may_fail=True)
    authenticator(page)
    hands.sign_in(page, address, "manager")
    go(page, f"{address}{HOME}tai-khoan/khoa")
    follow(page, page.get_by_role("link", name="Thêm khóa cho máy này"))
    page.get_by_label("Đặt tên cho máy này").fill("Điện thoại của Lan")
    press(page)
    page.get_by_text("Điện thoại của Lan", exact=True).wait_for()
    go(page, f"{address}{HOME}tai-khoan")
    follow(page, page.get_by_role("button", name="Đăng xuất"))
    follow(page, page.get_by_role("link", name="Vào bằng khóa trên máy"))
    press(page)
    page.get_by_role("heading", name="Việc cần quyết hôm nay").wait_for()
    go(page, f"{address}{HOME}tai-khoan/may-dang-mo")
    page.get_by_text("Vào bằng khóa trên máy").wait_for()


def test_a_finger_that_is_not_known_opens_nothing_and_may_try_again(place, open_page):
    address, _ = place
    page = open_page(f"{HOME}dang-nhap/khoa", address=address, viewport=PHONE, may_fail=True)
    authenticator(page, is_verified=False)
    page.locator(MAIN).click()
    page.get_by_text("Hãy bấm nút để thử lại").wait_for()
    assert page.url.endswith("/dang-nhap/khoa")


def test_a_scanned_card_opens_the_book_and_leaves_no_trace_in_the_address(place, open_page):
    address, desk = place
    world = desk.world
    account, manager = world.actors[Role.GROWER].account_id, world.actors[Role.MANAGER]
    batch = world.run(make_cards, MakeCards((account,))).id
    (card,) = world.read(read_batch, world.ledger.vault, manager, batch, world.clock())
    page = open_page(f"{HOME}dang-nhap/the#{card.secret}", address=address, viewport=PHONE)
    page.get_by_text("Đã đọc được thẻ").wait_for()
    assert card.secret not in page.url
    assert not page.get_by_label("Mã trên thẻ").is_visible()
    page.get_by_label("Điện thoại của riêng tôi").check()
    press(page)
    page.get_by_role("heading", name="Chọn mã PIN").wait_for()
    follow(page, page.get_by_role("link", name="Để lần sau"))
    page.get_by_role("heading", name="Vụ đang làm").wait_for()


def test_a_card_is_typed_where_scripts_are_off(place, open_page):
    address, desk = place
    world = desk.world
    account, manager = world.actors[Role.GROWER].account_id, world.actors[Role.MANAGER]
    batch = world.run(make_cards, MakeCards((account,))).id
    (card,) = world.read(read_batch, world.ledger.vault, manager, batch, world.clock())
    page = open_page(f"{HOME}dang-nhap/the", address=address, viewport=PHONE, java_script_enabled=False)
    page.get_by_label("Mã trên thẻ").fill(" ".join(card.secret[at : at + 5] for at in range(0, 26, 5)))
    press(page)
    page.get_by_role("heading", name="Chọn mã PIN").wait_for()
