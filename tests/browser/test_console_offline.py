"""A day without signal in a real browser: recorded, restarted, sent over a line that breaks, once each."""

import io
import json

import pytest
from PIL import Image
from sqlalchemy import select

from ledger.coop.actors import Role
from ledger.coop.devices.requests import DecideDevice, approve_device, waiting_devices
from ledger.coop.tables import WorkRow
from ledger.log.record_notes import carried_note
from ledger.log.records import read_record
from ledger.trace.bundles.bundle import lot_bundle
from tests.attacks.test_device_records import FORGERIES, forge
from tests.support import hands
from tests.support.desk import HOME, open_desk
from tests.support.hands import MAIN, PATIENCE_MS, follow, go, press, reload

pytestmark = pytest.mark.browser
WEBM = b"\x1aE\xdf\xa3" + bytes(range(256)) * 20
NO_ROOM = """() => {
  IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
}"""


def photo(number):
    """A picture of its own, large enough to be sent in pieces."""
    data = io.BytesIO()
    Image.effect_noise((900, 700), 60 + number).convert("RGB").save(data, "JPEG", quality=90)
    return {"name": f"{number}.jpg", "mimeType": "image/jpeg", "buffer": data.getvalue()}


def sign_in(context, line, login="grower"):
    return sign_in_again(context.pages[0], line, login)


def sign_in_again(page, line, login):
    hands.sign_in(page, line.address, login)
    page.locator("html[data-queue-ready]").wait_for()
    return page


def registered(desk, page, line):
    """The phone asked to be taken in, and a manager did."""
    go(page, f"{line.address}{HOME}may")
    page.get_by_role("button", name="Đăng ký máy này").click()
    page.locator("[data-device][data-is=waiting]").wait_for()
    world = desk.world
    (asked,) = world.read(waiting_devices, world.coop.code)
    assert page.locator("[data-device-code]").inner_text() == asked.fingerprint
    world.run(approve_device, DecideDevice(asked.id), Role.MANAGER)
    reload(page)
    page.locator("[data-device][data-is=valid]").wait_for()


def kept(page, line):
    """The pages that the phone keeps are there."""
    go(page, f"{line.address}{HOME}")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.locator("html[data-kept]").wait_for(timeout=4 * PATIENCE_MS)


def record(page, line, season, number, *, with_photo):
    page.goto(f"{line.address}{HOME}viec/irrigation/{season.split('/', 3)[3]}")
    page.locator("html[data-queue-ready]").wait_for()
    page.get_by_label("Giếng khoan").check()
    if with_photo:
        page.locator("#photos").set_input_files(photo(number))
        page.locator("[data-previews] img").wait_for()
    with page.expect_navigation():
        page.locator(MAIN).click()


def sent(page):
    """“Gửi ngay” was pressed and is through."""
    page.locator("[data-queue-send] button").dispatch_event("click")
    pressed = page.locator("[data-queue-send] button:not([aria-busy])")
    pressed.wait_for(state="attached", timeout=4 * PATIENCE_MS)


def season_of(desk):
    return desk.world.read(lambda session: session.scalar(select(WorkRow.lot)))


def works(desk):
    """The log indexes of what was recorded here."""
    found = select(WorkRow.index).where(WorkRow.step == "irrigation").order_by(WorkRow.index)
    return desk.world.read(lambda session: list(session.scalars(found)))


def test_thirty_entries_of_a_day_without_signal_arrive_once_each(field, phone):
    desk, line = field
    season = season_of(desk)
    context = phone()
    page = sign_in(context, line)
    registered(desk, page, line)
    kept(page, line)
    line.cut()
    for number in range(15):
        record(page, line, season, number, with_photo=number % 3 == 0)
        page.get_by_role("heading", name="Chờ gửi").wait_for()
    page.locator("[data-queue-list] li:nth-child(15)").wait_for()
    context.close()
    page = phone().pages[0]
    for number in range(15, 30):
        record(page, line, season, number, with_photo=number % 3 == 0)
        page.get_by_role("heading", name="Chờ gửi").wait_for()
    page.locator("[data-queue-list] li:nth-child(30)").wait_for()
    assert works(desk) == []
    for cut in range(8):
        line.cut_after(60_000 + cut * 40_000)
        sent(page)
    assert line.cuts > 2
    line.mend()
    while page.locator("[data-queue-send] button").is_visible():
        sent(page)
    page.locator("[data-queue-empty]").wait_for()
    indexes = works(desk)
    assert len(indexes) == 30
    notes = [carried_note(desk.world.read(read_record, index).body) for index in indexes]
    assert len({note.digest for note in notes}) == 30
    photos = [desk.world.read(read_record, index).body.get("sogoc:photos", ()) for index in indexes]
    assert sorted(map(len, photos)) == [0] * 20 + [1] * 10
    check_by_script(page, line, desk.world.read(lot_bundle, desk.world.harvested(season)))


def check_by_script(page, line, bundle):
    """The browser's own verifier finds the device's signatures good, and a changed one not."""
    page.goto(f"{line.address}{HOME}cho-gui")
    verify = """async (text) => {
      const { verifyBundle } = await import("/static/js/verify.js");
      return verifyBundle(text).then(() => "ok", (error) => `${error.step} ${error.message}`);
    }"""
    assert page.evaluate(verify, json.dumps(bundle)) == "ok"


@pytest.mark.parametrize("name", FORGERIES)
def test_a_device_signature_that_was_made_up_is_found_by_the_page(
    field, phone, sqlite_template, tmp_path, name
):
    _, line = field
    (tmp_path / "forged").mkdir()
    # Not looked at when the test ends, as every other log is: this one is not whole.
    world = next(open_desk(sqlite_template, tmp_path / "forged")).world
    bundle = world.read(lot_bundle, forge(world, FORGERIES[name]))
    page = phone().pages[0]
    page.goto(f"{line.address}/")
    said = page.evaluate(
        """async (text) => {
          const { verifyBundle } = await import("/static/js/verify.js");
          return verifyBundle(text).then(() => "ok", (error) => error.step);
        }""",
        json.dumps(bundle),
    )
    assert said == 2


def test_the_console_opens_without_a_network_and_says_how_old_it_is(field, phone):
    _, line = field
    context = phone()
    page = sign_in(context, line)
    kept(page, line)
    context.close()
    line.cut()
    page = phone().pages[0]
    page.goto(f"{line.address}{HOME}")
    page.get_by_text("Bản lưu lúc").wait_for()
    page.get_by_role("link", name="Tưới nước").click()
    page.get_by_role("heading", name="Tưới nước").wait_for()
    page.goto(f"{line.address}{HOME}so")
    page.get_by_role("heading", name="Không có mạng").wait_for()


def test_what_the_server_refused_is_mended_and_sent_again(field, phone):
    desk, line = field
    page = sign_in(phone(), line)
    kept(page, line)
    line.cut()
    page.goto(f"{line.address}{HOME}viec/irrigation/{season_of(desk).split('/', 3)[3]}")
    page.locator("html[data-queue-ready]").wait_for()
    page.locator("#photos").set_input_files(photo(1))
    page.locator("[data-previews] img").wait_for()
    page.locator(MAIN).click()
    page.get_by_text("Đã giữ trong máy.").wait_for()
    line.mend()
    sent(page)
    page.get_by_text("Chưa được nhận").wait_for()
    follow(page, page.get_by_role("link", name="Sửa và gửi lại"))
    page.locator("[data-queue-alarm]").wait_for()
    page.locator("[data-previews] img").wait_for()
    page.get_by_label("Giếng khoan").check()
    press(page)
    page.get_by_role("heading", name="Đã ghi vào sổ").wait_for()
    (index,) = works(desk)
    assert len(desk.world.read(read_record, index).body["sogoc:photos"]) == 1
    page.goto(f"{line.address}{HOME}cho-gui")
    page.locator("[data-queue-empty]").wait_for()


def test_nobody_sends_what_another_recorded_on_the_same_phone(field, phone):
    desk, line = field
    page = sign_in(phone(), line)
    kept(page, line)
    line.cut()
    record(page, line, season_of(desk), 1, with_photo=False)
    page.get_by_text("Đã giữ trong máy.").wait_for()
    # Before there is a network: the page would send it by itself as soon as there is one.
    page.context.clear_cookies()
    line.mend()
    page = sign_in_again(page, line, "manager")
    go(page, f"{line.address}{HOME}cho-gui")
    page.get_by_text("Trong máy còn 1 việc của người khác").wait_for()
    assert not page.locator("[data-queue-list] li").count()
    assert works(desk) == []
    go(page, f"{line.address}{HOME}tai-khoan")
    follow(page, page.get_by_role("button", name="Đăng xuất"))
    page.get_by_label("Tên đăng nhập").wait_for()
    assert (
        page.evaluate("caches.keys().then((all) => all.filter((name) => name.startsWith('sogoc-trang:')))")
        == []
    )
    page = sign_in_again(page, line, "grower")
    page.goto(f"{line.address}{HOME}cho-gui")
    page.locator("[data-queue-empty]").wait_for()
    assert len(works(desk)) == 1


def open_form(page, line, season):
    page.goto(f"{line.address}{HOME}viec/irrigation/{season.split('/', 3)[3]}")
    page.locator("html[data-queue-ready]").wait_for()
    page.get_by_label("Giếng khoan").check()


def test_a_voice_note_waits_with_its_record_and_comes_back_into_the_form(field, phone):
    desk, line = field
    season = season_of(desk)
    page = sign_in(phone(), line)
    kept(page, line)
    line.cut()
    open_form(page, line, season)
    page.get_by_label("Ngày làm", exact=True).fill("01/01/2030")
    page.get_by_text("Ghi thêm nếu có").click()
    sound = {"name": "loi-noi.webm", "mimeType": "audio/webm", "buffer": WEBM}
    page.locator("input[name=voice]").set_input_files(sound)
    page.locator(MAIN).click()
    page.locator("[data-queue-list] audio").wait_for()
    assert "Giếng khoan" in page.locator("[data-queue-list]").inner_text()
    page.context.close()
    page = phone().pages[0]
    page.goto(f"{line.address}{HOME}cho-gui")
    page.locator("[data-queue-list] audio").wait_for()
    line.mend()
    sent(page)
    follow(page, page.get_by_role("link", name="Sửa và gửi lại"))
    page.locator("[data-queue-alarm]").wait_for()
    page.locator("[data-voice-heard]").wait_for()
    page.get_by_label("Ngày làm", exact=True).fill(desk.world.clock.now.strftime("%d/%m/%Y"))
    press(page)
    page.get_by_role("heading", name="Đã ghi vào sổ").wait_for()
    page.locator("audio").wait_for()
    assert len(works(desk)) == 1


def test_a_phone_without_room_says_so_and_loses_nothing(field, phone):
    desk, line = field
    page = sign_in(phone(), line)
    kept(page, line)
    line.cut()
    page.context.set_offline(True)
    open_form(page, line, season_of(desk))
    page.evaluate(NO_ROOM)
    page.locator(MAIN).click()
    page.get_by_text("Máy hết chỗ trống").wait_for()
    assert page.get_by_label("Giếng khoan").is_checked()
    page.context.set_offline(False)
    line.mend()
    press(page)
    page.get_by_role("heading", name="Đã ghi vào sổ").wait_for()
    assert len(works(desk)) == 1


def test_what_cannot_wait_is_not_lost_without_a_network(field, phone):
    _, line = field
    page = sign_in(phone(), line)
    kept(page, line)
    go(page, f"{line.address}{HOME}tai-khoan")
    page.locator("html[data-queue-ready]").wait_for()
    page.context.set_offline(True)
    page.get_by_role("button", name="Đăng xuất").click()
    page.get_by_text("Việc này cần có mạng").wait_for()
    page.goto(f"{line.address}{HOME}")
    page.get_by_text("Bản lưu lúc").wait_for()
    page.context.set_offline(False)


def test_one_record_that_the_server_cannot_take_does_not_hold_up_the_next(field, phone):
    desk, line = field
    season = season_of(desk)
    page = sign_in(phone(), line)
    kept(page, line)
    line.cut()
    for number in range(2):
        record(page, line, season, number, with_photo=False)
        page.locator(f"[data-queue-list] > li:nth-child({number + 1})").wait_for()
    first = page.locator("[data-queue-list] > li").first.get_attribute("data-key")
    line.mend()

    def answer(route):
        is_first = first in (route.request.post_data or "")
        route.fulfill(status=503, body="{}") if is_first else route.continue_()

    page.route("**/viec/irrigation/**", answer)
    sent(page)
    page.locator("[data-queue-list] > li:nth-child(2)").wait_for(state="detached")
    assert len(works(desk)) == 1
    page.unroute("**/viec/irrigation/**")
    # Nobody presses anything, and its pause is not over: a page that came is network enough.
    page.goto(f"{line.address}{HOME}cho-gui")
    page.locator("[data-queue-empty]").wait_for()
    assert len(works(desk)) == 2
