"""The console's screens: nothing wider than a narrow phone, targets for thumbs, readable in both schemes."""

import pytest

from ledger.coop.actors import Role
from ledger.coop.scans.scan_counts import ScanKey, add_scans
from ledger.coop.scans.scan_rules import Phase, ScanLimits
from ledger.coop.stamps.activation import Activate, activate_stamps
from ledger.coop.stamps.stamp_quotas import GiveQuota, give_quota
from ledger.coop.stamps.stamps import MarkPrinted, Reserve, mark_printed, reserve_stamps
from tests.browser.test_passport_looks import CONTRAST
from tests.support.desk import HOME, open_desk, served_later
from tests.support.world import SECRET

pytestmark = pytest.mark.browser

PAGES = {
    "manager": (
        "", "vu", "vu/{season}", "vu/{season}/ket-thuc", "vu/mo/NHO", "viec/pest_control/{season}",
        "viec/harvest/{season}", "hang", "lo", "lo/{raw}", "lo/{lot}", "che-bien/sorting?lo={raw_uri}",
        "dong-goi?lo={raw_uri}", "ky-lo/{packed}", "in-tem/{lot}", "luot-in/{job}", "luot-in/{job}/kich-hoat",
        "luot-in/{printed}", "luot-in/{printed}/in-lai", "luot-in/{roll}", "luot-in/{roll}/giao",
        "luot-in/{roll}/kich-hoat", "cuon-tem", "cuon-tem/dat", "so-tem", "han-muc-tem", "han-muc-tem/them",
        "tem-quet-nhieu", "tem-quet-nhieu/{number}", "so-sach/san-pham/NHO/nhan", "ban-tem",
        "huy-tem", "giao-hang/{lot}", "giao-nhan", "thu-hoi/{lot}", "so", "so/{index}",
        "so/{index}/dinh-chinh", "so-sach/san-pham", "so-sach/san-pham/them", "so-sach/noi-san-xuat/them",
        "tai-khoan", "tai-khoan/tat-ca", "tai-khoan/them", "tai-khoan/mat-khau",
    ),
    "grower": ("", "so"),
    "packer": ("",),
    "distributor": ("", "nhan-hang/{shipment}"),
}  # fmt: skip
ALL = [(login, path) for login, paths in PAGES.items() for path in paths]

# Rows and buttons are whole lines to tap; a link inside a sentence is not.
SMALL_TARGETS = """() => [...document.querySelectorAll(
    'button, .button, .row, .step-button, .card-choice, .take__all, .top__link, .field, summary')]
  .filter((e) => e.checkVisibility())
  .map((e) => [e.textContent.trim().slice(0, 30) || e.name, e.getBoundingClientRect()])
  .filter(([, box]) => box.height < 48 || box.width < 44)
  .map(([text, box]) => `${text}: ${box.width} x ${box.height}`)"""
NAMELESS = """() => [...document.querySelectorAll('input:not([type=hidden]), select, textarea, button, a')]
  .filter((e) => e.checkVisibility())
  .filter((e) => !(e.labels?.length || e.textContent.trim() || e.getAttribute('aria-label')))
  .map((e) => e.outerHTML.slice(0, 80))"""
DOUBLE_IDS = """() => { const seen = {}; document.querySelectorAll('[id]').forEach(
  (e) => (seen[e.id] = (seen[e.id] || 0) + 1)); return Object.keys(seen).filter((id) => seen[id] > 1); }"""
WIDTH = "() => document.documentElement.scrollWidth"
HEADINGS = "() => document.querySelectorAll('h1').length"


@pytest.fixture(scope="module")
def desk_site(sqlite_template, tmp_path_factory):
    """A console with one of everything, and how to write the addresses of its things."""
    with served_later() as (address, mount):
        for desk in open_desk(sqlite_template, tmp_path_factory.mktemp("looks"), public_url=address):
            mount(desk.app)
            world = desk.world
            season = world.season(days=44)
            raw, packed, lot = world.harvested(kg="150"), world.packed(packs=20), world.sealed()
            index = world.spray(season, ago=0)
            job = world.run(reserve_stamps, Reserve(30, lot), Role.PACKER)
            printed = world.run(reserve_stamps, Reserve(100, lot), Role.PACKER)
            world.run(mark_printed, MarkPrinted(printed.id), Role.PACKER)
            world.run(mark_printed, MarkPrinted(printed.id, reason="Kẹt giấy"), Role.PACKER)
            world.run(activate_stamps, Activate(lot, first=printed.first, last=printed.last - 9), Role.PACKER)
            roll = world.run(reserve_stamps, Reserve(250_000), Role.PACKER)
            quota = GiveQuota("Liên minh Hợp tác xã", 20_000, world.day(-30))
            world.run(give_quota, quota)
            key = ScanKey(printed.first, world.coop.code, world.today, "01", Phase.ACTIVE)
            with world.ledger.database.writing() as session:
                add_scans(session, {key: 50}, ScanLimits())
            shipment = world.shipped(lot, packs=30).code
            names = {
                "season": path_of(season), "raw": path_of(raw), "raw_uri": raw, "packed": path_of(packed),
                "lot": path_of(lot), "job": job.id, "index": index, "printed": printed.id,
                "roll": roll.id, "number": printed.first, "shipment": shipment,
            }  # fmt: skip
            yield address, names


def path_of(lot):
    return lot.partition("8000/")[2]


@pytest.fixture(scope="module")
def cookies(browser, desk_site):
    """The cookies of one sign-in for each login: signing in anew for every page would take its time."""
    held = {}
    for login in PAGES:
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{desk_site[0]}{HOME}")
        page.fill("#login", login)
        page.fill("#secret", SECRET)
        page.click(".thumb button")
        held[login] = context.cookies()
        context.close()
    return held


@pytest.fixture
def screen(browser, desk_site, cookies):
    """``screen(login, path, **context options)``: the page as that person sees it."""
    contexts = []

    def show(login, path, **options):
        context = browser.new_context(
            **{"viewport": {"width": 360, "height": 740}, "locale": "vi-VN", **options}
        )
        contexts.append(context)
        context.add_cookies(cookies[login])
        page = context.new_page()
        answer = page.goto(f"{desk_site[0]}{HOME}{path.format(**desk_site[1])}")
        assert answer.status == 200
        return page

    yield show
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("login", "path"), ALL)
def test_a_screen_fits_a_narrow_phone_a_thumb_and_old_eyes(screen, login, path):
    """At 320 px, all that opens opened; the contrast of both schemes; then text of twice the size."""
    page = screen(login, path, viewport={"width": 320, "height": 568}, bypass_csp=True)
    for summary in page.locator("summary").all():
        summary.click()
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


def test_the_action_is_where_the_thumb_is(screen):
    page = screen("manager", "viec/pest_control/{season}")
    box = page.locator(".thumb button").bounding_box()
    assert box["y"] + box["height"] <= 740
    assert box["y"] > 740 * 0.75


def test_the_keyboard_sees_where_it_is(screen):
    page = screen("manager", "viec/harvest/{season}")
    for _ in range(6):
        page.keyboard.press("Tab")
        outline = page.evaluate(
            "() => { const e = document.activeElement; const box = e.closest('p, label') ?? e;"
            " return [e, box, box.querySelector('label')].filter(Boolean)"
            ".some((x) => getComputedStyle(x).outlineStyle !== 'none'); }"
        )
        assert outline, page.evaluate("document.activeElement.outerHTML.slice(0, 100)")


def test_an_error_is_brought_into_sight(screen):
    page = screen("manager", "viec/pest_control/{season}")
    page.locator(".thumb button").click()
    page.locator("[role=alert]").wait_for()
    assert page.locator("[role=alert]").bounding_box()["y"] < 740


def test_questions_appear_when_an_answer_asks_for_them(screen):
    page = screen("manager", "luot-in/{job}/kich-hoat")
    assert not page.get_by_label("Mã tem đầu").is_visible()
    page.get_by_label("Từ tem này đến tem kia").check()
    assert page.get_by_label("Mã tem đầu").is_visible()
    assert not page.get_by_label("Số tem cuối lượt in hỏng hoặc thừa").is_visible()


def test_taking_all_and_taking_some_contradict_each_other(screen):
    page = screen("manager", "dong-goi?lo={raw_uri}")
    page.locator("summary", has_text="Lấy hết").click()
    everything, some = page.locator("[name=inputs-all]").first, page.locator("[name=inputs-amount]").first
    assert everything.is_checked()
    some.fill("20")
    assert not everything.is_checked()
    everything.check()
    assert some.input_value() == ""
