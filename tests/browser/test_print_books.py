"""Designs, printers, cartons and slips on a narrow phone; the design editor while one writes."""

import pytest

from ledger.coop.actors import Role
from ledger.coop.paper.cartons import ReserveCartons, reserve_cartons
from ledger.coop.paper.print_specs import PrintSpec
from ledger.coop.paper.printers import SavePrinter, save_printer
from ledger.coop.stamps.job_queries import read_jobs
from tests.browser.test_console_looks import DOUBLE_IDS, HEADINGS, NAMELESS, SMALL_TARGETS, WIDTH, path_of
from tests.browser.test_passport_looks import CONTRAST
from tests.support import hands
from tests.support.desk import HOME, open_desk, served_later
from tests.support.hands import follow, settle
from tests.support.screens import OPEN_ALL

pytestmark = pytest.mark.browser

PAGES = (
    "in-an", "mau-tem", "mau-tem/food_70x50", "mau-tem/stamp_50x30/sua", "may-in", "may-in/them",
    "may-in/{printer}", "may-in/{printer}/sua", "may-in/{printer}/canh", "tem-thung", "tem-thung/{lot}",
    "tem-thung/{lot}/in/carton", "tem-thung/ma-gs1", "luot-in-thung/{cartons}", "luot-in-thung/{cartons}/huy",
    "mot-tem?ma={code}", "giao-nhan/{shipment}",
)  # fmt: skip
PUBLIC = ("/c/{carton}", "/c/T0000000000000")
DRAWN = "(image) => image.complete && image.naturalWidth > 0"


@pytest.fixture(scope="module")
def print_desk(sqlite_template, tmp_path_factory):
    """A console with one of everything that is printed, and the names of its things."""
    with served_later() as (address, mount):
        folder = tmp_path_factory.mktemp("print-desk")
        for desk in open_desk(sqlite_template, folder, public_url=address):
            mount(desk.app)
            yield address, names_of(desk.world, address)


def names_of(world, address):
    lot = world.stamped(packs=100)
    (job,) = world.read(read_jobs, world.actors[Role.PACKER], lot)
    order = ReserveCartons(lot=lot, kind="carton", count=4, packs_each=24, url_base=address)
    cartons = world.run(reserve_cartons, order, Role.PACKER)
    printer = world.run(save_printer, SavePrinter("Máy in kho", PrintSpec(paper="roll_50x30")), Role.PACKER)
    return {
        "lot": path_of(lot), "code": world.codec().format(job.first), "cartons": cartons.id,
        "carton": cartons.code(0), "printer": printer.id, "shipment": world.shipped(lot, packs=30).code,
    }  # fmt: skip


@pytest.fixture(scope="module")
def cookies(browser, print_desk):
    """Those of the manager, who signed in once."""
    context = browser.new_context()
    hands.sign_in(context.new_page(), print_desk[0], "manager")
    kept = context.cookies()
    context.close()
    return kept


@pytest.fixture
def screen(browser, print_desk, cookies):
    """``screen(path, **context options)``: a page as the manager sees it."""
    address, names = print_desk
    contexts = []

    def show(path, *, may_fail=False, **options):
        context = browser.new_context(
            **{"viewport": {"width": 360, "height": 740}, "locale": "vi-VN", **options}
        )
        contexts.append(context)
        page = context.new_page()
        if not path.startswith("/"):
            context.add_cookies(cookies)
            path = HOME + path
        answer = page.goto(address + path.format(**names))
        assert may_fail or answer.status == 200
        settle(page)
        return page

    yield show
    for context in contexts:
        context.close()


@pytest.mark.parametrize("path", [*PAGES, *PUBLIC])
def test_a_screen_fits_a_narrow_phone_a_thumb_and_old_eyes(screen, path):
    page = screen(path, viewport={"width": 320, "height": 568}, bypass_csp=True, may_fail=path in PUBLIC)
    page.evaluate(OPEN_ALL)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(CONTRAST) == [], scheme
    assert page.evaluate(WIDTH) <= 320
    assert page.evaluate(SMALL_TARGETS) == []
    assert page.evaluate(NAMELESS) == []
    assert page.evaluate(DOUBLE_IDS) == []
    assert page.evaluate(HEADINGS) == 1
    page.add_style_tag(content="html { font-size: 225% !important; }")
    assert page.evaluate(WIDTH) <= 320


def picture_in(page):
    return page.locator("[data-preview-picture]").get_attribute("src")


def test_the_picture_follows_what_is_written(screen):
    page = screen("mau-tem/stamp_50x30/sua", viewport={"width": 1280, "height": 800})
    shown = page.locator("[data-preview-picture]")
    shown.wait_for(state="visible")
    first = picture_in(page)
    assert first.startswith("blob:")
    source = page.locator("#html")
    source.fill(source.input_value().replace("Quét để kiểm tra nguồn gốc", "Quét xem ai trồng"))
    page.wait_for_function("(src) => document.querySelector('[data-preview-picture]').src !== src", arg=first)
    assert not page.locator("[data-preview-said]").is_visible()


def test_what_cannot_be_printed_is_said_while_one_writes(screen):
    page = screen("mau-tem/stamp_50x30/sua")
    page.locator("[data-preview-picture]").wait_for(state="visible")
    css = page.locator("#css")
    good = css.input_value()
    css.fill(good + " .product { color: #777 }")
    said = page.locator("[data-preview-said]")
    said.wait_for(state="visible")
    assert said.inner_text().strip()
    assert "preview--old" in page.locator("[data-design-preview]").get_attribute("class")
    css.fill(good)
    said.wait_for(state="hidden")


def test_without_script_a_button_draws_the_picture(screen):
    page = screen("mau-tem/stamp_50x30/sua", java_script_enabled=False)
    follow(page, page.get_by_role("button", name="Xem thử"))
    assert picture_in(page).startswith("data:image/png")
    page.locator("#html").fill("<p>$lot</p>")
    follow(page, page.get_by_role("button", name="Xem thử"))
    page.locator("[data-preview-said]").wait_for()
    assert page.locator("#html").input_value() == "<p>$lot</p>"


def test_the_picture_stays_in_sight_beside_the_text_on_a_desk(screen):
    page = screen("mau-tem/stamp_50x30/sua", viewport={"width": 1280, "height": 800})
    page.locator("[data-preview-picture]").wait_for(state="visible")
    page.locator("#css").scroll_into_view_if_needed()
    box = page.locator("[data-preview-picture]").bounding_box()
    assert 0 <= box["y"] < 800
    assert box["x"] > page.locator("#css").bounding_box()["x"] + 400


def test_measures_are_asked_only_for_paper_without_a_name(screen):
    page = screen("may-in/them")
    assert not page.get_by_label("Bề ngang cả tờ").is_visible()
    page.get_by_label("Giấy trong máy").select_option("grid")
    assert page.get_by_label("Bề ngang cả tờ").is_visible()


def test_a_carton_is_ordered_with_two_numbers_and_a_tap(screen):
    page = screen("tem-thung/{lot}/in/pallet")
    page.get_by_label("Mỗi pa-lét mấy gói").fill("50")
    page.get_by_label("Số tem cần in").fill("2")
    follow(page, page.get_by_role("button", name="Đặt in"))
    page.get_by_text("2 tem pa-lét lô").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Tải tệp tem để in").click()
    assert download.value.suggested_filename.startswith("tem-pa-let-")


def test_pictures_of_designs_and_stamps_are_drawn(screen):
    for path in ("mau-tem", "mot-tem?ma={code}"):
        page = screen(path, viewport={"width": 1280, "height": 2000})
        for image in page.locator("main img").all():
            image.scroll_into_view_if_needed()  # what is out of sight may be fetched when it comes into it
            page.wait_for_function(DRAWN, arg=image.element_handle())
