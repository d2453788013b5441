"""The stock of supplies on a phone: every screen fits, and a purchase, its use and a count go through."""

import os
from decimal import Decimal
from pathlib import Path

import pytest

from ledger.coop.field.diary import RecordStep, record_step
from ledger.coop.supplies.catalogue import SaveSupply, save_supply
from ledger.coop.supplies.purchases import BuySupply, buy_supply
from tests.browser.test_console_looks import DOUBLE_IDS, HEADINGS, NAMELESS, SMALL_TARGETS, WIDTH, path_of
from tests.browser.test_passport_looks import CONTRAST
from tests.support import hands
from tests.support.desk import HOME, open_desk, served_later
from tests.support.hands import follow, go, press, settle
from tests.support.screens import OPEN_ALL
from tests.support.stores import new_store

pytestmark = pytest.mark.browser

SCREENS = (
    "vat-tu", "vat-tu/them", "vat-tu/{supply}", "vat-tu/{supply}/sua", "vat-tu/{supply}/mua",
    "vat-tu/{supply}/kiem-ke", "vat-tu/{supply}/xuat", "vat-tu/mua/{purchase}/bo", "vat-tu/dung/{vague}",
    "vat-tu/{short}", "so/{used}", "so/{vague}", "so/{short_at}", "so/{unknown}",
)  # fmt: skip
SPRAY = {"method": "chemical", "target": "bọ trĩ", "phi_days": "7"}


@pytest.fixture(scope="module")
def store_site(sqlite_template, tmp_path_factory):
    """A console with a store in which everything is amiss that can be."""
    with served_later() as (address, mount):
        for desk in open_desk(sqlite_template, tmp_path_factory.mktemp("stores"), public_url=address):
            mount(desk.app)
            yield address, fill_store(desk.world)


def fill_store(world):
    season = world.season(days=44)
    store = new_store(world, season=season)
    more = BuySupply(
        supply=store.supply, amount=Decimal("12.5"), bought_on=world.day(40), cost=310_000,
        supplier=world.partner, invoice_no="HD-0071", lot_code="B7-2025", expires_on=world.day(3),
    )  # fmt: skip
    world.run(buy_supply, more)
    spray = SaveSupply(name="Abamectin 1.8EC", kind="pesticide", unit="ml", active_ingredient="Abamectin")
    short = world.run(save_supply, spray).id
    indexes = {
        name: world.run(
            record_step,
            RecordStep(lot=season, step="pest_control", done_on=world.today, values={**SPRAY, **values}),
        ).index
        for name, values in {
            "vague": {"input": "Abamectin 1.8EC", "dose": "2 nắp"},
            "short_at": {"input": "abamectin 1.8ec", "dose": "20 ml/16 lít", "volume_l": "48"},
            "unknown": {"input": "Thuốc mượn của hàng xóm"},
        }.items()
    }
    ids = {"supply": store.supply, "purchase": store.purchase, "used": store.used_at, "short": short}
    return {**ids, **indexes, "season": path_of(season)}


@pytest.fixture
def signed_in(browser, store_site):
    """``signed_in(login, **context options)``: a page of somebody who signed in."""
    contexts = []

    def sign_in(login, **options):
        context = browser.new_context(
            **{"viewport": {"width": 360, "height": 740}, "locale": "vi-VN", **options}
        )
        contexts.append(context)
        page = context.new_page()
        hands.sign_in(page, store_site[0], login)
        return page

    yield sign_in
    for context in contexts:
        context.close()


def test_every_screen_fits_a_narrow_phone_a_thumb_and_old_eyes(signed_in, store_site):
    page = signed_in("manager", viewport={"width": 320, "height": 568}, bypass_csp=True)
    for path in SCREENS:
        answer = page.goto(f"{store_site[0]}{HOME}{path.format(**store_site[1])}")
        assert answer.status == 200, path
        settle(page)
        page.evaluate(OPEN_ALL)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate(CONTRAST) == [], (path, scheme)
        for found in (SMALL_TARGETS, DOUBLE_IDS):
            assert page.evaluate(found) == [], path
        # What is hidden from a screen reader needs no name.
        assert [one for one in page.evaluate(NAMELESS) if 'aria-hidden="true"' not in one] == [], path
        assert page.evaluate(WIDTH) <= 320, path
        assert page.evaluate(HEADINGS) == 1, path
        page.add_style_tag(content="html { font-size: 225% !important; }")
        assert page.evaluate(WIDTH) <= 320, path


def test_a_supply_is_bought_on_a_phone_used_in_the_diary_and_counted(signed_in, store_site):
    address, names = store_site
    page = signed_in("recorder")
    go(page, f"{address}{HOME}vat-tu/them")
    page.fill("#name", "Vôi bột")
    page.select_option("#kind", "other")
    page.select_option("#unit", "kg")
    press(page)
    follow(page, page.get_by_role("link", name="Ghi mua"))
    page.fill("#amount", "4 x 25 kg")
    press(page)
    page.get_by_text("còn 100 kg").wait_for()
    counting = page.get_by_role("link", name="Kiểm kê").get_attribute("href")
    go(page, f"{address}{HOME}viec/land_prep/{names['season']}")
    page.get_by_label("Vôi").or_(page.locator("[name='v-method']")).first.check()
    for summary in page.locator("summary").all():
        summary.click()
    page.fill("[name='v-material']", "vôi bột")
    page.fill("[name='v-quantity']", "40")
    press(page)
    page.get_by_text("Trong kho còn").wait_for()
    assert "60 kg" in page.inner_text("main")
    go(page, f"{address}{counting}")
    page.fill("#counted", "55")
    page.fill("#reason", "Bao rách")
    press(page)
    page.get_by_text("còn 55 kg").wait_for()


@pytest.mark.skipif("SOGOC_SCREENSHOTS" not in os.environ, reason="SOGOC_SCREENSHOTS names no folder")
@pytest.mark.parametrize("width", [360, 1280])
def test_screenshots_are_kept(signed_in, store_site, width):
    folder = Path(os.environ["SOGOC_SCREENSHOTS"])
    page = signed_in("manager", viewport={"width": width, "height": 800})
    for path in SCREENS:
        go(page, f"{store_site[0]}{HOME}{path.format(**store_site[1])}")
        shown = path.replace("/", "-").replace("{", "").replace("}", "")
        page.screenshot(path=folder / f"{shown}-{width}.png", full_page=True)
