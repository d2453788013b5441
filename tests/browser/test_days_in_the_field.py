"""The days of those who work outside, on a phone from the door to the door: a grower, a recorder."""

from dataclasses import replace

import pytest

from ledger.coop.actors import Role
from ledger.coop.field.seasons import OpenSeason, open_season
from ledger.coop.people.cards import MakeCards, make_cards, read_batch
from ledger.coop.people.phone_logins import SetPhone, set_phone
from ledger.coop.people.pins import SetPin, set_pin
from ledger.coop.queries import recent_entries
from ledger.coop.registers.places import register_place
from ledger.log.records import read_record
from tests.browser.test_console_land import WATER
from tests.browser.test_console_line import photo
from tests.support.days import COUNT_TAPS, PHONE, Day
from tests.support.desk import HOME, open_desk, served_later
from tests.support.hands import go
from tests.support.world import PLOT

pytestmark = pytest.mark.browser
NUMBER, PIN = "0912 345 678", "580214"
DOER, WRITER = "Nguyễn Thị grower", "Nguyễn Thị recorder"
PLOTS = ("Vườn nho số 1", "Vườn nho số 2", "Vườn nho số 3")


@pytest.fixture(scope="module")
def desk(sqlite_template, tmp_path_factory):
    """Three plots with a season each; the grower has a telephone number and a PIN, the recorder a card."""
    with served_later() as (address, mount):
        for opened in open_desk(sqlite_template, tmp_path_factory.mktemp("field"), public_url=address):
            mount(opened.app)
            world = opened.world
            grower = world.actors[Role.GROWER].account_id
            world.run(set_phone, SetPhone(grower, NUMBER))
            world.run(set_pin, SetPin(grower, PIN))
            for number, name in enumerate(PLOTS[1:], start=2):
                place = replace(PLOT, code=f"VUON{number}", name=name)
                world.run(register_place, place)
            yield opened, address, [open_season_at(world, f"VUON{number}") for number in (1, 2, 3)]


def open_season_at(world, place):
    command = OpenSeason(product="NHO", place=place, started_on=world.day(60))
    return world.run(open_season, command, Role.GROWER).lot


@pytest.fixture(scope="module")
def site(desk):
    return desk[1]


@pytest.fixture
def day(open_page, site):
    """``day(who, path)``: somebody's phone at the door."""

    def begin(who, path="", **options):
        # What the phone was fetching for later when its owner signed out is refused, and may be.
        page = open_page(f"{HOME}{path}", viewport=PHONE, may_fail=True, is_app=True, **options)
        return Day(page, who, site)

    return begin


def newest(world):
    (entry, *_) = world.read(recent_entries, world.actors[Role.MANAGER])
    return entry, world.read(read_record, entry.index).body


def spray_in_four_taps(day):
    """A cold start, with a photo of the bottle."""
    page = day.page
    page.add_init_script(COUNT_TAPS)
    page.evaluate("sessionStorage.setItem('taps', '0')")
    day.home()
    day.tap("Phòng trừ sâu bệnh")
    day.look("spray-where")
    day.follow(page.locator(".list a").first)
    with page.expect_file_chooser() as camera:
        page.get_by_text("Chụp ảnh", exact=True).first.click()
    camera.value.set_files([photo()])
    page.locator("[data-previews] img").wait_for()
    day.done("spray")
    assert page.evaluate("sessionStorage.getItem('taps')") == "4"


def test_the_day_of_a_grower(desk, day):
    world, (sprayed, *_) = desk[0].world, desk[2]
    world.spray(sprayed, ago=9)
    grower = day("grower", permissions=["microphone"])
    page = grower.page
    grower.sign_in(NUMBER, PIN)
    page.get_by_role("heading", name="Vụ đang làm").wait_for()
    spray_in_four_taps(grower)
    body = newest(world)[1]
    assert (body["sogoc:fields"]["input"], len(body["sogoc:photos"])) == ("Abamectin 1.8EC", 1)

    grower.home()
    grower.tap("Tưới nước")
    grower.tap("Ghi nhiều nơi một lần")
    page.get_by_role("button", name="Chọn tất cả").click()
    page.get_by_text("Đang chọn 3 trong 3 nơi.").wait_for()
    page.get_by_label("Giếng khoan").check()
    grower.look("water-all-asked")
    grower.press()
    page.get_by_text("3 nơi, mỗi nơi một dòng").wait_for()
    grower.look("water-all")

    speak_of_the_fruit(grower)
    mend_a_slip(grower, world)
    go(page, f"{desk[1]}{HOME}viec/harvest/{sprayed.split('/', 3)[3]}")
    page.get_by_label("Sản lượng thu").fill("120")
    grower.press()
    page.get_by_role("heading", name="Chưa ghi được").wait_for()
    grower.look("harvest-too-early")
    assert "19/11/2026" in page.locator(".notice--alarm").inner_text()
    grower.home()
    grower.sign_out()


def speak_of_the_fruit(day):
    """A growth check, told instead of typed."""
    page = day.page
    day.home()
    day.tap("Theo dõi sinh trưởng")
    day.follow(page.locator(".list a").nth(1))
    page.get_by_label("Đậu quả").check()
    page.get_by_text("Ghi thêm nếu có").click()
    page.get_by_role("button", name="Bấm để nói").click()
    page.get_by_text("Đang ghi âm").wait_for()
    page.wait_for_function("performance.now() > 0")
    day.look("speaking")
    page.get_by_role("button", name="Bấm để dừng").click()
    page.get_by_text("Nghe lại bên dưới").wait_for()
    day.done("spoken")
    page.get_by_role("heading", name="Ghi âm").wait_for()


def mend_a_slip(day, world):
    """The last line said too much fertiliser; who wrote it mends it."""
    page = day.page
    day.home()
    day.tap("Bón phân")
    day.follow(page.locator(".list a").nth(2))
    page.get_by_label("Tên phân bón").fill("NPK 16-16-8")
    page.get_by_label("Lượng bón").fill("250")
    day.done("fertilise")
    day.follow(page.get_by_role("link", name="Ghi nhầm? Sửa lại"))
    page.get_by_label("Lượng bón").fill("25")
    day.done("mended")
    assert newest(world)[1]["sogoc:fields"]["dose"] in ("25", 25)


def test_the_day_of_a_recorder(desk, day):
    world, seasons = desk[0].world, desk[2]
    account = world.actors[Role.RECORDER].account_id
    batch = world.run(make_cards, MakeCards((account,))).id
    (card,) = world.read(read_batch, world.ledger.vault, world.actors[Role.MANAGER], batch, world.clock())
    recorder = day("recorder", f"dang-nhap/the#{card.secret}")
    page = recorder.page
    page.get_by_text("Đã đọc được thẻ").wait_for()
    recorder.look("card")
    recorder.press()
    page.get_by_role("heading", name="Chọn mã PIN").wait_for()
    recorder.look("pin")
    recorder.follow(page.get_by_role("link", name="Để lần sau"))
    page.get_by_role("heading", name="Vụ đang làm").wait_for()
    recorder.look("home")
    record_for_another(recorder)
    key_in_a_sheet(recorder, world, seasons[1])
    recorder.home()
    recorder.sign_out()


def record_for_another(day):
    page = day.page
    day.tap("Tưới nước")
    day.follow(page.locator(".list a").first)
    page.get_by_label("Giếng khoan").check()
    page.get_by_text("Ghi thêm nếu có").click()
    doer = page.locator("#done_by option", has_text=DOER).get_attribute("value")
    page.get_by_label("Người làm").select_option(doer)
    day.done("for-another")
    told = page.locator("main").inner_text()
    assert all(f"{who}\n{name}" in told for who, name in (("Người làm", DOER), ("Người ghi", WRITER)))


def key_in_a_sheet(day, world, season):
    page, size = day.page, world.size()
    go(page, page.url.split(HOME)[0] + f"{HOME}vu/{season.split('/', 3)[3]}")
    day.look("season")
    day.tap("Gõ phiếu vào sổ")
    day.look("sheet-empty")
    page.focus("#r1-day")
    for text in ("10/11", WATER, "", "", "30", "", "a", "", "trời nắng"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    day.look("sheet-asked")
    day.press()
    page.wait_for_url("**/go-phieu/xong**")
    day.look("sheet")
    assert world.size() == size + 1
