"""What a passport shows below its facts: the story folded, papers that open, how to reach whoever made it."""

import io
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from flask import render_template
from PIL import Image

from ledger.coop.actors import Role
from ledger.coop.field.diary import RecordStep, record_step
from ledger.trace.passports.sensors import SensorFact
from tests.support.shop import open_shop
from web.public.journey import MIN_FOLDED, shown_steps, stretches
from web.public.page import PassportPage
from web.public.pages import show_lot
from web.public.reading import answer_lot


@pytest.fixture(scope="module")
def page(shop):
    return shop.client.get(shop.stamp("valid")).text


def section(page, name):
    return re.search(rf'<section class="[^"]*" id="{name}".*?</section>', page, re.DOTALL)[0]


@pytest.fixture(scope="module")
def told(shop):
    return shown_steps(shop.app.extensions["sogoc"].ledger.read(_passport, shop.market).journey)


def _passport(session, market):
    from ledger.trace.queries import passport_of

    return passport_of(session, market.lot, market.world.today).passport


def daily(told):
    return next(shown for shown in told if shown.step.step == "pest_control")


def test_daily_work_is_folded_and_what_asks_for_a_look_is_not(told):
    plain = daily(told)
    plain = replace(plain, step=replace(plain.step, late_days=0), warnings=(), overrides=())
    late = replace(plain, step=replace(plain.step, late_days=3))
    found = stretches([plain] * MIN_FOLDED + [late] + [plain] * (MIN_FOLDED - 1))
    assert [(len(one.steps), one.is_folded) for one in found] == [(3, True), (1, False), (2, False)]
    for changes in ({"corrected": True}, {"correction_of": 3}, {"reason": "nhầm"}, {"after_seal": True}):
        odd = replace(plain, step=replace(plain.step, **changes))
        assert not any(one.is_folded for one in stretches([odd] * 9)), changes
    for shown in (replace(plain, warnings=("x",)), replace(plain, overrides=("x",))):
        assert not any(one.is_folded for one in stretches([shown] * 9))


def test_a_fold_says_how_much_is_in_it_and_when(own_shop):
    market = own_shop.market
    for _number in range(4):
        command = RecordStep(
            lot=market.season, step="irrigation", done_on=market.world.day(0), values={"source": "well"}
        )
        market.world.run(record_step, command, Role.GROWER)
    season = own_shop.client.get(market.season.removeprefix("http://127.0.0.1:8000")).text
    fold = re.search(r"<summary>(.*?)</summary>", section(season, "hanh-trinh"), re.DOTALL)[1]
    assert re.search(r"\d+ việc chăm sóc", fold)
    assert "Tưới nước" in fold


def test_both_clocks_are_on_every_step(page):
    journey = section(page, "hanh-trinh")
    steps = journey.count('<li class="step')
    assert journey.count("ghi cùng ngày") + journey.count("ghi ngày ") == steps


def test_a_certificate_opens_from_the_facts_and_tells_what_it_covers(page):
    name = re.search(r'<a href="#(cn-\d+)">VietGAP</a>', page)[1]
    papers = section(page, "chung-nhan")
    assert f'id="{name}"' in papers
    for told in ("VG-24-0711", "Trung tâm Chứng nhận Nam Trung Bộ", "Nho hạ đen", "Bên thứ ba cấp"):
        assert told in papers


def test_the_picture_of_origins_says_the_same_in_words(page):
    drawn = section(page, "nguon-goc")
    words = re.search(r'role="img" aria-label="([^"]*)"', drawn)[1]
    assert words.startswith("Thu hoạch, ")
    assert "Đóng gói, 12/01/2027" in words
    assert words.endswith("100\u00a0gói.")


def test_whoever_made_it_can_be_reached(page):
    more = section(page, "bao-quan")
    assert 'href="tel:02593881122"' in more
    assert "Thôn Hiệp Hòa" in more


def test_a_message_with_a_link_shows_the_lot(shop, page):
    said = dict(re.findall(r'<meta property="og:([a-z:]+)" content="([^"]*)"', page))
    assert said["title"] == "Nho hạ đen – HTX Nho Đồi Mây"
    assert said["url"].endswith(shop.stamp("valid"))
    assert "Thu hoạch 12/01/2027" in said["description"]
    card = shop.client.get(said["image"].replace("&amp;", "&").removeprefix("http://127.0.0.1:8000"))
    assert (card.status_code, card.content_type) == (200, "image/png")
    with Image.open(io.BytesIO(card.data)) as drawn:
        assert drawn.size == (int(said["image:width"]), int(said["image:height"]))
    assert "Tem thật" not in page.partition("</head>")[0].partition("og:title")[2]


def test_a_card_of_nothing_is_no_page(shop):
    assert shop.client.get("/card/A000000000/class/X.1.png").status_code == 404
    assert shop.client.get("/card/s/x.png").status_code == 400


@pytest.mark.parametrize("state", ["voided", "not_activated", "unknown"])
def test_a_stamp_without_goods_has_no_card(shop, state):
    assert "og:image" not in shop.client.get(shop.stamp(state)).text


def test_the_map_shows_a_province_and_no_plot(shop):
    passport = shop.app.extensions["sogoc"].ledger.read(_passport, shop.market)
    from ledger.trace.provinces import seat_of
    from web.public.page import map_of
    from web.public.vietnam import draw

    assert map_of(passport) == draw(*seat_of("Khánh Hòa"))


def test_a_producer_s_site_is_linked_where_it_is_one(sqlite_template, tmp_path):
    from ledger.coop.registers.organisation_mending import MendOrganisation, mend_organisation

    for shop in open_shop(sqlite_template, tmp_path):
        world = shop.market.world
        values = {
            "address": "Thôn Hiệp Hòa", "province": "Khánh Hòa", "commune": "Phước Thuận",
            "phone": "0259 388 1122", "website": "https://nho.example.vn/ve-chung-toi",
        }  # fmt: skip
        world.run(mend_organisation, MendOrganisation(**values))
        shop.second()
        page = shop.client.get(shop.stamp("valid")).text
    assert 'href="https://nho.example.vn/ve-chung-toi" rel="noopener nofollow">nho.example.vn<' in page


def test_what_devices_measured_is_told_with_its_record(shop):
    state, market = shop.app.extensions["sogoc"], shop.market
    answer = state.ledger.read(answer_lot, market.lot, market.world.today)
    cold = SensorFact(
        41,
        market.world.today,
        "Nhiệt độ",
        "Temperature",
        "°C",
        Decimal("1.8"),
        Decimal("4.25"),
        Decimal(3),
        96,
    )
    one = replace(cold, index=42, kind_vi="Độ ẩm", unit="%", high=Decimal("1.8"), readings=1)
    answer = answer._replace(passport=replace(answer.passport, sensors=(cold, one)))
    with shop.app.test_request_context("/"):
        page = show_lot(state, market.lot, answer, market.world.today)
        told = section(render_template("public/passport.html", page=page), "thiet-bi-do")
    assert "<b>Nhiệt độ 1,8 – 4,25 °C</b> · trung bình 3" in told
    assert "96 lần đo · bản ghi số 41" in told
    assert "<b>Độ ẩm 1,8 %</b>" in told


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//evil.example/", "https://", "ftp://a.example/"]
)
def test_nothing_but_a_web_address_becomes_a_link(shop, address):
    passport = shop.app.extensions["sogoc"].ledger.read(_passport, shop.market)
    said = replace(passport.organisation.statement, website=address)
    maker = replace(passport.organisation, statement=said)
    page = PassportPage(None, replace(passport, organisation=maker), "", None, "")
    assert page.website is None


def test_a_recall_is_in_shared_caches_within_seconds():
    from web.public.pages import SHARED

    said = dict(re.findall(r"([a-z-]+)=(\d+)", SHARED))
    assert int(said["s-maxage"]) + int(said["stale-while-revalidate"]) <= 10
    assert said["max-age"] == "0"
