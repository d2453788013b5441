"""Screens of goods that ask or tell more than on most days: fits a narrow phone, and axe finds nothing."""

from decimal import Decimal

import pytest

from ledger.coop.actors import Role
from ledger.coop.attachments.documents import DocumentKind, keep_document
from ledger.coop.attachments.photos import encode_photo
from ledger.coop.goods.deliveries import Deliver, deliver
from ledger.coop.goods.stock_places import StoreGoods, store_goods
from ledger.coop.people.accounts import open_account
from ledger.coop.quality.criteria import Criterion
from ledger.coop.quality.samples import FileResult, file_result
from ledger.coop.registers.members import AddMember, add_member
from ledger.coop.registers.places import RegisterPlace, register_place
from ledger.coop.stamps.stamps import Reserve, reserve_stamps
from tests.browser.test_console_looks import DOUBLE_IDS, HEADINGS, NAMELESS, SMALL_TARGETS, WIDTH, path_of
from tests.support import hands
from tests.support.desk import HOME, open_desk, picture, served_later
from tests.support.hands import settle
from tests.support.order_desk import KILOGRAMS, OrderDesk, line
from tests.support.screens import PHONE, examine, keep_pictures

pytestmark = pytest.mark.browser

PAGES = (
    "grower /", "team_lead /", "packer giao-hang/{stored}", "packer giao-nhan/them",
    "packer dong-goi?lo={raw}", "packer che-bien/sorting?lo={raw}", "packer don-hang/{order}/chia-lo",
    "packer don-hang/{order}/giao", "accountant don-hang/{order}/khach-nhan", "accountant don-hang",
    "distributor nhan-hang/{coming}", "distributor nhan-hang/{coming}/ca-chuyen", "packer so/{report}",
    "manager giay-to/{paper}", "manager giay-to/{paper}/xoa", "packer mot-tem?ma={stamp}",
    "packer luot-in/{unprinted}/kich-hoat", "packer kiem-nghiem/phieu/{lot}", "manager nhap",
    "manager tai-khoan/them-nhieu", "manager tai-khoan/tat-ca",
)  # fmt: skip


@pytest.fixture(scope="module")
def goods_desk(sqlite_template, tmp_path_factory):
    """A console in which goods lie about, and the names of its things."""
    with served_later() as (address, mount):
        for desk in open_desk(sqlite_template, tmp_path_factory.mktemp("goods-desk"), public_url=address):
            mount(desk.app)
            yield address, names_of(desk.world)


def names_of(world):
    packer, orders = world.actors[Role.PACKER], OrderDesk(world)
    stored, raw, failed = world.sealed(), world.harvested(kg="200"), world.sealed(50)
    for code, name in (("KHO1", "Kho lạnh 1"), ("KHO2", "Kho mát 2")):
        place = RegisterPlace(code=code, name=name, kind="store", province="Khánh Hòa", commune="Phước Thuận")
        world.run(register_place, place)
        for lot in (stored, raw):
            put = StoreGoods(lot=lot, to_place=code, quantity=Decimal(60), done_on=world.today)
            world.run(store_goods, put, Role.PACKER)
    paper = encode_photo(picture((210, 200, 180), 900)[0].getvalue())
    world.ledger.write(keep_document, packer, paper, DocumentKind.LABORATORY)
    report = FileResult(
        lot=failed, lab="Quatest 3", report_no="KN-1", done_on=world.today, documents=(paper.photo,),
        criteria=(Criterion("Chì", "0,9", "mg/kg", "max", "0,1"),),
    )  # fmt: skip
    index = world.run(file_result, report, Role.PACKER).index
    orders.allot(orders.accepted(line(80, uom=KILOGRAMS)), (raw, 80))
    order = orders.allotted(stored, 30)
    vehicle = Deliver(
        portions=((world.sealed(50), Decimal(50)), (world.sealed(50), Decimal(20))),
        to_partner=world.partner, done_on=world.today,
    )  # fmt: skip
    job = world.printed(10, world.sealed(10))
    member = world.run(add_member, AddMember(name="Vàng A Tủa"))
    who = frozenset({Role.GROWER})
    world.ledger.write(lambda unit: open_account(unit, world.coop.code, "tua", who, member.id) and None)
    return {
        "stored": path_of(stored),
        "raw": raw,
        "lot": path_of(stored),
        "order": order,
        "coming": world.run(deliver, vehicle, Role.PACKER).shipments[0].code,
        "report": index,
        "paper": paper.photo.digest.rpartition(";")[2],
        "stamp": world.codec().format(job.first),
        "unprinted": world.run(reserve_stamps, Reserve(10, world.sealed(10)), Role.PACKER).id,
    }


@pytest.fixture(scope="module")
def page_of(browser, goods_desk):
    """``page_of(login)``: the page of somebody who signed in once; it goes from screen to screen."""
    opened = {}

    def of(login):
        if login not in opened:
            opened[login] = browser.new_context(**PHONE, bypass_csp=True).new_page()
            hands.sign_in(opened[login], goods_desk[0], login)
        opened[login].set_viewport_size(PHONE["viewport"])
        return opened[login]

    yield of
    for page in opened.values():
        page.context.close()


@pytest.mark.parametrize("where", PAGES)
def test_a_screen_fits_a_narrow_phone_and_axe_finds_nothing(goods_desk, page_of, where):
    address, names = goods_desk
    login, _, path = where.partition(" ")
    page, shown = page_of(login), f"{HOME}{path.format(**names).lstrip('/')}"
    assert page.goto(f"{address}{shown}").status == 200
    settle(page)
    assert examine(page) == []
    keep_pictures(page, f"goods-{login}", path)
    page.set_viewport_size({"width": 320, "height": 568})
    assert page.evaluate(WIDTH) <= 320
    for rule in (SMALL_TARGETS, NAMELESS, DOUBLE_IDS):
        assert page.evaluate(rule) == []
    assert page.evaluate(HEADINGS) == 1
