"""A plot drawn in a real browser, by taps and on foot; a paper sheet keyed in by keyboard alone."""

import pytest

from ledger.coop.field.paper_rows import paper_steps
from ledger.trace.sectors.templates import TEMPLATES
from tests.support import hands
from tests.support.desk import HOME, open_desk, served_later
from tests.support.hands import follow, go

pytestmark = pytest.mark.browser

CORNERS = [(11.5640, 108.9880), (11.5640, 108.9884), (11.5644, 108.9884), (11.5644, 108.9880)]
WATER = next(
    str(item.number) for item in paper_steps(TEMPLATES["fruit_nho"]) if item.step.code == "irrigation"
)


@pytest.fixture
def served_desk(sqlite_template, tmp_path):
    with served_later() as (address, mount):
        for desk in open_desk(sqlite_template, tmp_path, public_url=address):
            mount(desk.app)
            yield address, desk.world


@pytest.fixture
def phone(browser, served_desk):
    """A phone of the recorder's that knows where it is."""
    address, _ = served_desk
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, permissions=["geolocation"], base_url=address
    )
    page = context.new_page()
    hands.sign_in(page, address, "recorder")
    yield page
    context.close()


def corners(page):
    return page.input_value("#outline").split("\n")


def test_standing_at_each_corner_makes_the_outline(phone):
    go(phone, f"{HOME}thua/VUON1/ve")
    for number, (latitude, longitude) in enumerate(CORNERS, start=1):
        phone.context.set_geolocation({"latitude": latitude, "longitude": longitude, "accuracy": 4})
        phone.click("[data-land-corner]")
        phone.wait_for_function(
            "n => document.querySelector('#outline').value.split('\\n').filter(Boolean).length === n",
            arg=number,
        )
    assert phone.input_value("[name=way]") == "walked"
    follow(phone, phone.locator(".thumb button"))
    phone.wait_for_url("**/thua/VUON1?moi=1")
    assert "1.930,5" in phone.inner_text("main")


def test_taps_on_the_map_add_corners_and_one_can_be_taken_back(phone):
    go(phone, f"{HOME}thua/VUON1/ve")
    phone.click("[data-land-board]")
    assert "Chưa biết thửa ở đâu" in phone.inner_text("[data-land-said]")
    phone.fill("#outline", "11,5640 108,9880")
    board = phone.locator("[data-land-board]")
    side = board.bounding_box()["width"]
    for x, y in ((0.75, 0.5), (0.75, 0.25), (0.5, 0.25)):
        board.click(position={"x": side * x, "y": side * y})
    assert len(corners(phone)) == 4
    assert phone.input_value("[name=way]") == "drawn"
    phone.click("[data-land-undo]")
    assert len(corners(phone)) == 3
    follow(phone, phone.locator(".thumb button"))
    phone.wait_for_url("**/thua/VUON1?moi=1")


def test_a_telephone_that_may_not_say_where_it_is_leaves_the_box_to_type_in(phone):
    phone.context.clear_permissions()
    go(phone, f"{HOME}thua/VUON1/ve")
    phone.click("[data-land-corner]")
    phone.wait_for_function(
        "document.querySelector('[data-land-said]').textContent.includes('gõ các góc bên dưới')"
    )
    assert phone.is_editable("#outline")


def test_a_sheet_is_keyed_in_by_keyboard_alone(phone, served_desk):
    _, world = served_desk
    season = world.season()
    size = world.size()
    go(phone, f"{HOME}vu/{season.partition('8000/')[2]}/go-phieu")
    phone.focus("#r1-day")
    for text in ("10/11", WATER, "", "", "30", "", "a", "", "trời nắng", "12/11", '"', "", "", '"', "", '"'):
        phone.keyboard.type(text)
        phone.keyboard.press("Tab")
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/go-phieu/xong**")
    assert world.size() == size + 2
    assert "1 dòng ghi sau ngày làm" in phone.inner_text("main")
