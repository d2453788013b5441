"""The days of a team lead, a packer and a distributor, on phones from the door to the door."""

import pytest

from ledger.coop.actors import Role
from ledger.coop.queries import shipments_sent
from tests.support.days import PHONE, Day
from tests.support.desk import HOME, open_desk, served_later
from tests.support.hands import reload
from tests.support.order_desk import OrderDesk, line

pytestmark = pytest.mark.browser
BOXES = 30


@pytest.fixture(scope="module")
def desk(sqlite_template, tmp_path_factory):
    """A team of both, boxes in store, a picking to pack; an order that waits, one ready, one sent."""
    with served_later() as (address, mount):
        for opened in open_desk(sqlite_template, tmp_path_factory.mktemp("workshop"), public_url=address):
            mount(opened.app)
            world = opened.world
            orders = OrderDesk(world)
            members = [world.actors[role].member_id for role in (Role.PACKER, Role.TEAM_LEAD)]
            team = orders.team("Tổ đóng gói 1", "packing", *members)
            store = world.sealed(200, ago=3)
            world.harvested(kg="120,5")
            orders.shipped(store, BOXES, customer=world.partner)
            orders.packed(store, BOXES)
            orders.agreed(line(BOXES, price=45_000), teams=(team,))
            yield opened, address, orders


@pytest.fixture(scope="module")
def site(desk):
    return desk[1]


@pytest.fixture
def day(open_page, site):
    """``day(who)``: the phone of somebody who signed in."""

    def begin(who):
        # What the phone was fetching for later when its owner signed out is refused, and may be.
        started = Day(open_page(HOME, viewport=PHONE, may_fail=True, is_app=True), who, site)
        started.sign_in(who)
        return started

    return begin


def test_the_day_of_a_team_lead(desk, day):
    _, _, orders = desk
    leader = day("team_lead")
    page = leader.page
    page.get_by_role("heading", name="Việc cần quyết hôm nay").wait_for()
    leader.open("Đơn hàng, giao nhận")
    leader.tap("Hàng chờ của tổ", name="queue")
    leader.follow(page.get_by_role("button", name="Nhận đơn DH3"))
    page.get_by_role("heading", name="Đơn DH3").wait_for()
    leader.look("accepted")
    leader.tap("Chia lô", name="allot", exact=True)
    leader.press()
    page.get_by_text("Đang để dành").wait_for()
    leader.look("allotted")
    leader.tap("Đã soạn xong", name="packed-asked")
    leader.press()
    page.get_by_text("Đã đóng gói, chờ giao").or_(page.get_by_role("link", name="Giao hàng")).first.wait_for()
    leader.look("packed")
    assert orders.state("DH3") == "packed"
    sell_at_the_gate(leader)
    leader.home()
    leader.sign_out()


def sell_at_the_gate(day):
    """Somebody came by and bought what was just picked."""
    page = day.page
    day.home()
    day.open("Ngoài đồng")
    day.follow(page.locator("details.group").get_by_role("link", name="Vụ đang làm"))
    page.get_by_role("heading", level=1, name="Vụ đang làm").wait_for()
    day.follow(page.locator("a.card--link, .list a").first)
    day.tap("Bán tại vườn", name="gate-empty")
    page.get_by_label("Sản lượng thu").fill("12,5")
    page.get_by_label("Thu được bao nhiêu tiền").fill("750.000")
    day.done("gate")
    assert "12,5 kg" in page.locator("main").inner_text()


def test_the_day_of_a_packer(desk, day):
    _, _, orders = desk
    packer = day("packer")
    page = packer.page
    page.get_by_role("heading", name="Hàng chờ đóng gói").wait_for()
    packer.tap("Đóng gói", name="pack")
    assert page.get_by_label("Số gói đã đóng").input_value() == "241"
    packer.follow(page.get_by_role("button", name="Đóng gói và in tem"))
    page.get_by_role("button", name="Tải tệp tem để in").wait_for()
    packer.look("print")
    with page.expect_download():
        page.get_by_role("button", name="Tải tệp tem để in").click()
    reload(page)
    packer.tap("Ký lô", name="seal")
    packer.press()
    page.get_by_role("heading", name="Đã ghi vào sổ").wait_for()
    packer.look("sealed")
    packer.tap("Kích hoạt tem", name="activate")
    packer.press()
    page.get_by_text("241 tem", exact=True).wait_for()
    packer.look("activated")

    packer.home()
    packer.open("Đơn hàng, giao nhận")
    packer.tap("Đơn hàng", name="orders", exact=False)
    packer.follow(page.locator(".list a", has_text="DH2").first)
    packer.tap("Giao hàng", name="ship-empty")
    page.get_by_text("Xe, nơi giao, giấy tờ").click()
    page.get_by_label("Biển số xe").fill("79C-123.45")
    packer.look("ship-asked")
    packer.press()
    page.get_by_text("Đơn đang ở bước: Đã giao").wait_for()
    packer.look("shipped")
    assert orders.state("DH2") == "shipped"
    packer.home()
    packer.sign_out()


def test_the_day_of_a_distributor(desk, day):
    """Thirty are expected and twenty-eight are there."""
    world = desk[0].world
    receiver = day("distributor")
    page = receiver.page
    page.get_by_role("heading", name="Hàng đang tới").wait_for()
    receiver.follow(page.locator(".list a", has_text="Nho hạ đen").first)
    page.get_by_text("Bên giao ghi").wait_for()
    assert f"{BOXES}\u00a0gói" in page.locator("main").inner_text()
    page.get_by_label("Đếm được bao nhiêu").fill("28")
    page.get_by_label("Thiếu", exact=True).check()
    page.get_by_label("Lý do nhận thiếu").fill("Rơi mất hai gói dọc đường")
    receiver.done("counted")
    assert "28 gói" in page.locator("main").inner_text()
    receiver.home()
    page.get_by_text("Không có chuyến nào đang tới").wait_for()
    receiver.look("home-after")
    receiver.sign_out()
    sent = world.read(shipments_sent, world.actors[Role.MANAGER])
    assert (BOXES, 28) in [(shipment.quantity, shipment.counted) for shipment in sent]
