"""The console's screens: nothing wider than a narrow phone, targets for thumbs, readable in both schemes."""

from decimal import Decimal

import pytest

from ledger.coop.actors import Role
from ledger.coop.errors import CellProblem
from ledger.coop.field.practice import OpenPractice, open_practice
from ledger.coop.goods.processing import Transform, transform
from ledger.coop.goods.stock_places import StoreGoods, store_goods
from ledger.coop.land.growing_areas import SaveGrowingArea, save_growing_area
from ledger.coop.land.plots import DrawPlot, draw_plot
from ledger.coop.money.entries import RecordMoney, record_money
from ledger.coop.paper.carton_filling import FillCartons, fill_cartons
from ledger.coop.paper.cartons import (
    MarkCartonsPrinted,
    ReserveCartons,
    mark_cartons_printed,
    reserve_cartons,
)
from ledger.coop.people.cards import MakeCards, make_cards
from ledger.coop.quality.criteria import Criterion
from ledger.coop.quality.samples import FileResult, TakeSample, file_result, take_sample
from ledger.coop.reminders.settings import AddRoutine, add_routine
from ledger.coop.scans.scan_counts import ScanKey, add_scans
from ledger.coop.scans.scan_rules import Phase, ScanLimits
from ledger.coop.setup.imports import (
    ImportReport,
    ImportState,
    KeepImport,
    NoteImport,
    keep_import,
    note_import,
)
from ledger.coop.stamps.activation import Activate, activate_stamps
from ledger.coop.stamps.stamp_quotas import GiveQuota, give_quota
from ledger.coop.stamps.stamps import MarkPrinted, Reserve, mark_printed, reserve_stamps
from tests.browser.test_passport_looks import CONTRAST
from tests.support import hands
from tests.support.desk import HOME, open_desk, served_later
from tests.support.hands import follow, settle
from tests.support.screens import examine, keep_pictures
from tests.support.setup_files import workbook

pytestmark = pytest.mark.browser

PAGES = {
    "manager": (
        "", "vu", "vu/{season}", "vu/{season}/ket-thuc", "vu/mo/NHO", "viec/pest_control/{season}",
        "viec/harvest/{season}", "hang", "lo", "lo/{raw}", "lo/{lot}", "che-bien/sorting?lo={raw_uri}",
        "dong-goi?lo={raw_uri}", "ky-lo/{packed}", "in-tem/{lot}", "luot-in/{job}",
        "luot-in/{printed}", "luot-in/{printed}/kich-hoat", "luot-in/{printed}/in-lai", "luot-in/{roll}",
        "luot-in/{roll}/giao", "luot-in/{roll}/kich-hoat", "cuon-tem", "cuon-tem/dat", "so-tem",
        "han-muc-tem", "han-muc-tem/them", "tem-quet-nhieu", "tem-quet-nhieu/{number}",
        "so-sach/san-pham/NHO/nhan", "ban-tem",
        "huy-tem", "giao-hang/{lot}", "giao-nhan", "thu-hoi/{lot}", "so", "so/{index}",
        "so/{index}/dinh-chinh", "so-sach/san-pham", "so-sach/san-pham/them", "so-sach/noi-san-xuat/them",
        "tai-khoan", "tai-khoan/tat-ca", "tai-khoan/them", "tai-khoan/mat-khau",
        "tai-khoan/them-nhieu", "tai-khoan/in-the", "tai-khoan/{account}", "tai-khoan/{account}/viec",
        "tai-khoan/{account}/so-dien-thoai", "tai-khoan/{account}/pin", "tai-khoan/{account}/huy-the",
        "tai-khoan/the/{batch}", "tai-khoan/khoa", "tai-khoan/pin", "tai-khoan/may-dang-mo", "xem-lai",
        "xem-lai/da-xem", "xem-lai/cai-dat", "kiem-nghiem/cho-xuat/{tested}", "lo/{tested}",
        "so-sach/chung-nhan/them", "bat-dau", "bat-dau/sector", "nhap", "nhap/{sent}", "nhap/{faulty}",
        "xuat", "trao-doi", "day-du", "day-du/NHO", "day-du-lo/{lot}", "san-pham/NHO", "ho-so-lo/{lot}",
        "ma-truy-cap/them", "phan-anh", "don-vi",
    ),
    "accountant": (
        "thua", "thua/VUON1", "thua/VUON1/ve", "vung-trong", "vung-trong/them", "vung-trong/VN-KHOR-0012",
        "tien", "tien/khoan", "tien/chi", "tien/thu", "tien/khoan/{money}/bo",
        "nhac-viec", "nhac-viec/cai-dat", "nhac-viec/them", "nhac-viec/{routine}/xong", "du-kien",
    ),
    "team_lead": (
        "kho", "kho?noi=XUONG", "kho/chuyen/{raw}", "kiem-ke", "kiem-ke/xong?dong=3-4&nhac=stock_surplus",
        "mo-goi/{lot}", "mo-goi/{packed}", "che-bien/regroup?lo={raw_uri}", "ban-tai-vuon/{season}",
        "kiem-nghiem", "kiem-nghiem/lay-mau/{raw}", "kiem-nghiem/phieu/{packed}", "mau/{sample}",
        "mau/{sample}/gui", "mau/{sample}/ket-qua", "mau/{failed}", "lo/{tested}",
        "luot-in-thung/{cartons}", "luot-in-thung/{cartons}/xep", "luot-in-thung/{pallets}/xep",
        "thung/{carton}/do",
    ),
    "recorder": ("vu/{season}/go-phieu", "vu/{season}/go-phieu/xong?ghi=3&tre=2"),
    "grower": (
        "", "so", "viec/pest_control/{season}", "viec/pest_control/nhieu-noi/fruit_nho",
        "viec/nhieu-noi/xong", "vu/{season}", "vu?tim=vuon", "tap-ghi", "tap-ghi/mo", "tap-ghi/{practice}",
        "tap-ghi/{practice}/viec/harvest",
    ),
    "packer": ("",),
    "distributor": ("", "nhan-hang/{shipment}"),
}  # fmt: skip
ALL = [(login, path) for login, paths in PAGES.items() for path in paths]
NARROW = {"width": 320, "height": 568}

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
            practice = OpenPractice(product="NHO", place="VUON1", started_on=world.day(9))
            account = world.actors[Role.PACKER].account_id
            batch = world.run(make_cards, MakeCards((account,))).id
            corners = "11.5640 108.9880\n11.5640 108.9884\n11.5644 108.9884\n11.5644 108.9880"
            world.run(draw_plot, DrawPlot(place="VUON1", outline=corners))
            area = SaveGrowingArea(code="VN-KHOR-0012", name="Vùng nho", product="NHO", places=("VUON1",))
            world.run(save_growing_area, area)
            weekly = AddRoutine(title="Hiệu chuẩn cân", next_on=world.today, every_days=7)
            names = goods_in_hand(world, raw, lot) | {
                "routine": world.run(add_routine, weekly).id,
                "season": path_of(season), "raw": path_of(raw), "raw_uri": raw, "packed": path_of(packed),
                "lot": path_of(lot), "job": job.id, "index": index, "printed": printed.id,
                "roll": roll.id, "number": printed.first, "shipment": shipment,
                "practice": world.run(open_practice, practice, Role.GROWER).id,
                "account": account, "batch": batch, **set_up(world, season),
            }  # fmt: skip
            yield address, names


def goods_in_hand(world, raw, lot):
    """Something in a store, samples, a carton, a mixed lot: the ids under which pages ask for them."""
    done = {"done_on": world.today}
    world.run(store_goods, StoreGoods(lot=raw, to_place="XUONG", quantity=Decimal(40), **done))
    mixing = ((raw, Decimal(20)), (world.harvested(kg="30"), Decimal(30)))
    mixed = Transform(step="regroup", inputs=mixing, outputs=((None, Decimal(50)),), **done)
    tested = world.run(transform, mixed).lots[0]
    found = (
        Criterion("Chì (Pb)", "0,3", "mg/kg", "max", "0,1"),
        Criterion("Salmonella", "KPH", "", "absent"),
    )
    report = FileResult(lot=tested, lab="Quatest 3", report_no="KN-7", criteria=found, **done)
    cartons = world.run(reserve_cartons, ReserveCartons(lot, "carton", 3, 10, "https://so.example.vn")).id
    pallets = world.run(reserve_cartons, ReserveCartons(lot, "pallet", 1, 30, "https://so.example.vn")).id
    world.run(mark_cartons_printed, MarkCartonsPrinted(cartons))
    return {
        "failed": world.run(file_result, report).id,
        "sample": world.run(take_sample, TakeSample(lot=raw, purpose="Kim loại nặng", **done)).id,
        "tested": path_of(tested),
        "cartons": cartons,
        "pallets": pallets,
        "carton": world.run(fill_cartons, FillCartons(job=cartons, first=1, last=2, **done)).codes[0],
    }


def set_up(world, season):
    """Files that were sent, one good and one faulty, and money of a season."""
    kept = world.run(keep_import, KeepImport(data=workbook()))
    counts = (("members", 2), ("places", 1))
    world.run(note_import, NoteImport(kept.id, ImportState.READY, ImportReport(counts)))
    faulty = world.run(keep_import, KeepImport(data=workbook()))
    problem = CellProblem(7, "B", "Số điện thoại “12” chưa đúng. Hãy ghi như 0912 345 678.", "Thành viên")
    report = ImportReport((), (problem,), 1)
    world.run(note_import, NoteImport(faulty.id, ImportState.FAULTY, report))
    paid = RecordMoney(kind="labour", amount=1_250_000, on=world.today, season=season, partner="Anh Bảy")
    return {"sent": kept.id, "faulty": faulty.id, "money": world.run(record_money, paid).id}


def path_of(lot):
    return lot.partition("8000/")[2]


@pytest.fixture(scope="module")
def cookies(browser, desk_site):
    """The cookies of one sign-in for each login: signing in anew for every page would take its time."""
    held = {}
    for login in PAGES:
        context = browser.new_context()
        page = context.new_page()
        hands.sign_in(page, desk_site[0], login)
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
        settle(page)
        return page

    yield show
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def narrow_page(browser, cookies):
    """``narrow_page(login)``: a page of that person's, of 320 px; it goes from screen to screen."""
    opened = {}

    def of(login):
        if login not in opened:
            context = browser.new_context(locale="vi-VN", bypass_csp=True)
            context.add_cookies(cookies[login])
            opened[login] = context.new_page()
        opened[login].set_viewport_size(NARROW)
        return opened[login]

    yield of
    for page in opened.values():
        page.context.close()


@pytest.mark.parametrize(("login", "path"), ALL)
def test_a_screen_fits_a_narrow_phone_a_thumb_and_old_eyes(narrow_page, desk_site, login, path):
    """At 320 px, all that opens opened: axe, the contrast of both schemes, then text of twice the size."""
    page, shown = narrow_page(login), f"{HOME}{path.format(**desk_site[1])}"
    assert page.goto(f"{desk_site[0]}{shown}").status == 200
    settle(page)
    assert examine(page) == []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(CONTRAST) == [], scheme
    assert page.evaluate(WIDTH) <= 320
    assert page.evaluate(SMALL_TARGETS) == []
    assert page.evaluate(NAMELESS) == []
    assert page.evaluate(DOUBLE_IDS) == []
    assert page.evaluate(HEADINGS) == 1
    keep_pictures(page, login, shown)
    page.set_viewport_size(NARROW)
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
    follow(page, page.locator(".thumb button"))
    assert page.locator("[role=alert]").bounding_box()["y"] < 740


def test_questions_appear_when_an_answer_asks_for_them(screen):
    page = screen("manager", "luot-in/{printed}/kich-hoat")
    assert not page.get_by_label("Mã tem đầu").is_visible()
    page.get_by_label("Từ tem này đến tem kia").check()
    assert page.get_by_label("Mã tem đầu").is_visible()
    assert not page.get_by_label("Số tem cuối lượt in hỏng hoặc thừa").is_visible()


def test_taking_all_and_taking_some_contradict_each_other(screen):
    page = screen("manager", "dong-goi?lo={raw_uri}")
    page.locator("summary", has_text=", còn").click()
    everything, some = page.locator("[name=inputs-all]").first, page.locator("[name=inputs-amount]").first
    assert everything.is_checked()
    some.fill("20")
    assert not everything.is_checked()
    everything.check()
    assert some.input_value() == ""
