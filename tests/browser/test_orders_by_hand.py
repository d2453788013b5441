"""An order by hand on telephones of 360 × 740: the office writes it, a team takes it, it leaves."""

import pytest

from ledger.coop.actors import Role
from tests.support import hands
from tests.support.desk import HOME, open_desk, served_later
from tests.support.hands import follow, go, press
from tests.support.order_desk import OrderDesk

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def stand(sqlite_template, tmp_path):
    """The address of a console over a world with a team and packs, and the orders in it."""
    with served_later() as (address, mount):
        for desk in open_desk(sqlite_template, tmp_path, public_url=address):
            orders = OrderDesk(desk.world)
            orders.team("Tổ đóng gói 1", "packing", desk.world.actors[Role.PACKER].member_id)
            orders.world.sealed(100, ago=3)
            mount(desk.app)
            yield address, orders


@pytest.fixture
def site(stand):
    return stand[0]


@pytest.fixture
def orders(stand):
    return stand[1]


@pytest.fixture
def sign_in(open_page, site):
    def as_(login, **options):
        page = open_page(HOME, viewport=PHONE, **options)
        hands.sign_in(page, site, login)
        return page

    return as_


def fits(page):
    """Nothing sticks out to the right."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def write(page):
    """An order of thirty packs, agreed and given to the team."""
    go(page, page.url.split(HOME)[0] + HOME + "don-hang")
    follow(page, page.get_by_role("link", name="Lập đơn hàng"))
    page.get_by_label("Khách hàng").select_option(label="Cửa hàng Bà Tư")
    page.get_by_label("Giao ngày nào", exact=True).fill("14/11/2026")
    page.get_by_label("Mặt hàng 1", exact=True).select_option(label="Nho hạ đen, gói 500 g")
    page.get_by_label("Số lượng mặt hàng 1").fill("30")
    page.locator("#gia-0").fill("45.000")
    press(page)
    page.get_by_text("1.350.000 đ").wait_for()
    follow(page, page.get_by_role("link", name="Chốt đơn"))
    page.get_by_label("Tổ đóng gói 1").check()
    press(page)
    page.get_by_text("Đã chốt, chờ tổ nhận").first.wait_for()


def take_and_send(page):
    """The team takes the order on, puts aside what is suggested, and sends it."""
    go(page, page.url.split(HOME)[0] + HOME + "to")
    follow(page, page.get_by_role("button", name="Nhận đơn DH1"))
    follow(page, page.get_by_role("link", name="Chia lô"))
    assert fits(page)
    press(page)
    follow(page, page.get_by_role("link", name="Đã soạn xong"))
    press(page)
    follow(page, page.get_by_role("link", name="Giao hàng"))
    page.get_by_text("Xe, nơi giao, giấy tờ").click()
    page.get_by_label("Biển số xe").fill("79C-123.45")
    press(page)
    page.get_by_text("Đơn đang ở bước: Đã giao").wait_for()
    assert fits(page)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_an_order_on_two_telephones(sign_in, orders, scripts):
    options = {"java_script_enabled": scripts, "is_app": scripts}
    office, team = (sign_in(login, **options) for login in ("accountant", "packer"))
    write(office)
    take_and_send(team)
    found = orders.read("DH1")
    assert (found.state, found.lines[0].sent) == ("shipped", 30)


@pytest.mark.parametrize("path", ["don-hang", "don-hang/them", "don-hang/DH1", "don-hang/DH1/chia-lo", "to"])
def test_pages_fit_a_narrow_screen_with_large_text(sign_in, site, orders, path):
    orders.accepted()
    page = sign_in("manager")
    page.set_viewport_size({"width": 320, "height": 640})
    go(page, f"{site}{HOME}{path}")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert fits(page)
