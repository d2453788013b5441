"""The diary on a phone as somebody over sixty would keep it: few taps, days as one says them, a voice."""

import pytest

from ledger.coop.actors import Role
from ledger.coop.queries import recent_entries
from ledger.log.records import read_record
from tests.browser.test_console_line import PHONE, photo
from tests.support import hands
from tests.support.desk import HOME, open_desk, served_later
from tests.support.hands import follow, go, press

# What the finger does: a label that passes its click on to its box was tapped once.
COUNT_TAPS = """addEventListener('pointerdown', (event) => {
  if (event.isTrusted) sessionStorage.setItem('taps', Number(sessionStorage.getItem('taps')) + 1);
}, true)"""
pytestmark = pytest.mark.browser


@pytest.fixture
def desk_site(sqlite_template, tmp_path):
    """A console over a new world, and its address."""
    with served_later() as (address, mount):
        for desk in open_desk(sqlite_template, tmp_path, public_url=address):
            mount(desk.app)
            yield desk, address


@pytest.fixture
def grower(open_page, desk_site):
    """``grower()``: a telephone on which the grower signed in; ``path`` is where they stand."""

    def sign_in(path="", **options):
        page = open_page(HOME, address=desk_site[1], viewport=PHONE, **options)
        hands.sign_in(page, desk_site[1], "grower")
        if path:
            go(page, f"{desk_site[1]}{HOME}{path}")
        return page

    return sign_in


def last_fields(desk):
    (entry, *_) = desk.world.read(recent_entries, desk.world.actors[Role.MANAGER])
    return desk.world.read(read_record, entry.index).body


def work(season, step):
    return f"viec/{step}/{season.split('/', 3)[3]}"


def test_a_spraying_with_a_photo_is_recorded_in_four_taps_from_a_cold_start(desk_site, grower):
    desk, address = desk_site
    seasons = [desk.world.season() for _ in range(2)]
    desk.world.spray(seasons[0], ago=9)
    page = grower()
    page.add_init_script(COUNT_TAPS)
    page.evaluate("sessionStorage.setItem('taps', '0')")
    go(page, f"{address}{HOME}")  # the app is opened
    size = desk.world.size()
    follow(page, page.get_by_role("link", name="Phòng trừ sâu bệnh"))
    follow(page, page.locator(".list a").first)
    with page.expect_file_chooser() as camera:
        page.get_by_text("Chụp ảnh", exact=True).first.click()
    camera.value.set_files([photo()])
    page.locator("[data-previews] img").wait_for()
    press(page)
    page.get_by_role("heading", name="Đã ghi vào sổ").wait_for()
    assert page.evaluate("sessionStorage.getItem('taps')") == "4"
    body = last_fields(desk)
    assert desk.world.size() == size + 1
    assert body["sogoc:step"] == "pest_control"
    assert (body["sogoc:fields"]["input"], body["sogoc:fields"]["phi_days"]) == ("Abamectin 1.8EC", "7")
    assert len(body["sogoc:photos"]) == 1


def test_a_day_is_typed_as_one_says_it_and_the_moon_goes_along(desk_site, grower):
    desk, _ = desk_site
    page = grower(work(desk.world.season(), "irrigation"))
    day = page.get_by_label("Ngày làm", exact=True)
    day.fill("10/11/26")
    page.get_by_text("2/10 âm lịch").wait_for()
    page.get_by_label("Giếng khoan").check()
    assert day.input_value() == "10/11/2026"
    press(page)
    page.get_by_role("heading", name="Đã ghi vào sổ").wait_for()
    assert last_fields(desk)["eventTime"].startswith("2026-11-10")


def test_the_calendar_fills_the_day_in(desk_site, grower):
    desk, _ = desk_site
    page = grower(work(desk.world.season(), "irrigation"))
    picker = page.locator(".dated__picker")
    picker.evaluate("(box) => { box.value = '2026-11-01'; box.dispatchEvent(new Event('change')); }")
    assert page.get_by_label("Ngày làm", exact=True).input_value() == "01/11/2026"
    assert page.get_by_role("button", name="Chọn Ngày làm trên lịch").is_visible()


def test_plots_are_searched_and_ticked_and_counted(desk_site, grower):
    desk, _ = desk_site
    for _ in range(3):
        desk.world.season()
    page = grower("viec/irrigation/nhieu-noi/fruit_nho")
    page.get_by_role("button", name="Chọn tất cả").click()
    page.get_by_text("Đang chọn 3 trong 3 nơi.").wait_for()
    page.get_by_role("button", name="Bỏ chọn").click()
    page.get_by_label("Tìm nơi").fill("vuon nho")
    assert page.locator(".plots label:visible").count() == 3
    page.get_by_label("Tìm nơi").fill("ao ca")
    assert page.locator(".plots label:visible").count() == 0
    page.get_by_label("Tìm nơi").fill("")
    page.get_by_role("button", name="Chọn tất cả").click()
    page.get_by_label("Giếng khoan").check()
    press(page)
    page.get_by_text("3 nơi, mỗi nơi một dòng").wait_for()


def test_a_voice_is_recorded_heard_and_kept(desk_site, grower):
    desk, _ = desk_site
    page = grower(work(desk.world.season(), "irrigation"), permissions=["microphone"])
    page.get_by_label("Giếng khoan").check()
    page.get_by_text("Ghi thêm nếu có").click()
    page.get_by_role("button", name="Bấm để nói").click()
    page.get_by_text("Đang ghi âm").wait_for()
    page.wait_for_function("performance.now() > 0")
    page.get_by_role("button", name="Bấm để dừng").click()
    page.get_by_text("Nghe lại bên dưới").wait_for()
    press(page)
    page.get_by_role("heading", name="Ghi âm").wait_for()
    heard = page.locator("audio")
    answer = page.request.get(f"{desk_site[1]}{heard.get_attribute('src')}")
    assert answer.headers["content-type"].startswith("audio/webm")
    assert answer.body()[:4] == b"\x1aE\xdf\xa3"


def test_without_script_many_plots_are_recorded_all_the_same(desk_site, browser):
    desk, address = desk_site
    desk.world.season()
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, locale="vi-VN")
    page = context.new_page()
    hands.sign_in(page, address, "grower")
    page.goto(f"{address}{HOME}viec/irrigation/nhieu-noi/fruit_nho")
    page.get_by_label("Vườn nho số 1").check()
    page.get_by_label("Giếng khoan").check()
    page.get_by_label("Ngày làm", exact=True).fill("hôm qua")
    press(page)
    assert "1 nơi, mỗi nơi một dòng" in page.content()
    context.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_is_cut_off_at_twice_the_text_size(desk_site, grower, width):
    desk, address = desk_site
    season = desk.world.season()
    page = grower()
    page.set_viewport_size({"width": width, "height": 740})
    page.context.add_cookies([{"name": "sogoc-chu-to", "value": "1", "url": f"{address}{HOME}"}])
    for path in ("", work(season, "pest_control"), "viec/irrigation/nhieu-noi/fruit_nho", "vu", "tap-ghi"):
        go(page, f"{address}{HOME}{path}")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
