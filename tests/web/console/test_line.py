"""The whole line by hand: every station's form, sent as a browser sends it, from season to receipt."""

import re
from decimal import Decimal

import pytest

from ledger.coop.actors import Role
from ledger.coop.field.diary import RecordStep, record_step
from ledger.coop.field.harvesting import Harvest, harvest
from ledger.coop.field.seasons import OpenSeason, open_season
from ledger.coop.goods.shipping import Ship, ship
from ledger.coop.queries import shipments_sent
from ledger.coop.registers.partners import AddPartner, add_partner
from ledger.coop.registers.products import RegisterProduct, register_product
from ledger.trace.derived.stock import count_active_stamps
from tests.support.desk import HOME, open_desk, picture

_DUCKLINGS = {"breed": "Vịt cỏ", "heads": "500", "source": "Trại giống Đại Xuyên"}


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


def link(page, words, *, start=False):
    """The address of the first link that contains ``words``, or starts with them."""
    return next(href for href in page.links if (href.startswith(words) if start else words in href))


def grow(desk):
    """A grower opens a season, writes in the diary and harvests."""
    grower = desk.browser("grower")
    page = grower.get(f"{HOME}vu/mo/NHO")
    opened = grower.send(page, place="VUON1", started_on="2026-08-01", files={"photos": [picture()]})
    assert "Đã ghi vào sổ" in opened.text
    home = grower.get(HOME)
    assert "Vườn nho số 1" in home.text
    works = grower.get(link(home, "/viec/irrigation"))
    assert "Đã ghi vào sổ" in grower.send(works, v_source="well", v_minutes="40").text
    harvest = grower.get(link(grower.get(link(opened, "/vu/")), "/viec/harvest"))
    taken = grower.send(harvest, v_quantity="320,5", files={"photos": [picture((60, 30, 90))]})
    assert "320,5 kg" in taken.text


def pack(packer):
    """The packer sorts what came, packs it and signs the lot; gives the page after the seal."""
    lot = packer.get(link(packer.get(HOME), "/lo/"))
    sorting = packer.get(link(lot, "/che-bien/sorting"))
    sorted_ = packer.send(sorting, **{"outputs-amount": ["300", "", "", ""]})
    assert "300 kg" in sorted_.text
    assert "20,5" in sorted_.text  # the loss was reckoned
    packing = packer.get(link(sorted_, "/dong-goi"))
    assert packing.form["packs"] == "600"  # in 500 g, the product's first size
    packed = packer.send(packing, files={"photos": [picture((10, 10, 10))]})
    assert "600 gói" in packed.text
    sealing = packer.get(link(packed, "/ky-lo/"))
    assert {"Nho", "hạ", "đen", "22/11/2026"} <= set(sealing.text.split())
    sealed = packer.send(sealing)
    assert "300 kg" in sealed.text
    return sealed


def stamp_and_ship(packer, sealed):
    """Fifty stamps, two of them spoiled; a hundred packs go to the distributor. Gives the page after."""
    ordered = packer.send(packer.get(link(sealed, "/in-tem/")), count="50")
    assert "50 tem" in ordered.text
    packer.send(ordered)  # takes the file
    printed = packer.get(ordered.path)
    activated = packer.send(packer.get(link(printed, "/kich-hoat")), which="but_spoiled", spoiled_last="2")
    assert "48 tem" in activated.text
    shipping = packer.get(link(activated, "/giao-hang/"))
    return packer.send(shipping, to_partner=shipping.form.choices["to_partner"][0], packs="100")


def test_a_lot_goes_from_the_vineyard_to_the_distributor_through_forms_alone(desk):
    grow(desk)
    packer, world = desk.browser("packer"), desk.world
    shipped = stamp_and_ship(packer, pack(packer))
    code = re.search(r"Mã chuyến hàng: (\w+)", shipped.text)[1]

    receiver = desk.browser("distributor")
    coming = receiver.get(link(receiver.get(HOME), "/nhan-hang/"))
    assert code in coming.text
    received = receiver.send(coming, counted="98", condition="short", reason="Hai gói rách")
    assert "Đã ghi vào sổ" in received.text
    assert receiver.send(coming, counted="98", condition="short", reason="Hai gói rách").path == received.path
    assert receiver.get(coming.path).path == received.path.partition("?")[0]

    (sent,) = world.read(shipments_sent, world.actors[Role.PACKER])
    assert (sent.quantity, sent.counted, sent.state) == (100, 98, "received")
    assert world.read(count_active_stamps, sent.lot) == 48
    lot_page = packer.get(link(shipped, "/lo/"))
    passport = packer.get(link(lot_page, f"/{world.coop.code}/class/", start=True))
    assert "Nho hạ đen" in passport.text
    assert "Nhà phân phối nhận hàng" in passport.text


def test_bought_goods_become_a_lot_that_is_worked_on(desk):
    packer, world = desk.browser("packer"), desk.world
    world.run(
        register_product, RegisterProduct("MY", "Mỳ gạo", "noodle_my", "Việt Nam", net_options_g=(500,))
    )
    chosen = packer.get(f"{HOME}nhap-hang")
    page = packer.get(link(chosen, "/nhap-hang/MY"))
    came = packer.send(
        page, v_material="Gạo tẻ", v_supplier=world.partner, v_supplier_lot="G-07", v_quantity="200"
    )
    lot = packer.get(link(came, "/lo/"))
    assert "Còn lại 200 kg" in lot.text
    ground = packer.fill(link(lot, "/che-bien/soak_grind"), **{"outputs-amount": ["180", "", "", ""]})
    assert "Đã ghi vào sổ" in ground.text
    assert packer.get(f"{HOME}nhap-hang/NHO").status == 404


def test_one_lot_becomes_several_products(desk):
    world = desk.world
    world.run(register_product, RegisterProduct("NHO2", "Nho loại hai", "fruit_nho", "Việt Nam"))
    raw, packer = world.harvested(kg="100"), desk.browser("packer")
    page = packer.get(f"{HOME}che-bien/sorting?lo={raw}")
    columns = {"outputs-product": ["", "NHO2", "", ""], "outputs-amount": ["60", "30", "", ""]}
    made = packer.send(page, **columns)
    left = {
        packer.get(href).text.split("Còn lại ")[1].split(" kg")[0] for href in made.links if "/lo/" in href
    }
    assert {"60", "30"} <= left


def test_several_lots_go_into_one(desk):
    world = desk.world
    first, second = world.harvested(kg="100"), world.harvested(kg="50")
    packer = desk.browser("packer")
    page = packer.get(f"{HOME}dong-goi?lo={first}")
    amounts = {"inputs-lot": [first, second], "inputs-amount": ["", "20,5"], "inputs-left": ["100", "50"]}
    reckoned = packer.send(page, **amounts, **{"inputs-all": [first]})
    assert reckoned.form["packs"] == "241"
    assert "Đã tính lại số gói" in reckoned.text
    assert "241 gói" in packer.send(reckoned).text


def test_the_proof_of_a_lot_is_one_tap_away(desk):
    lot = desk.world.sealed()
    packer = desk.browser("packer")
    page = packer.get(f"{HOME}lo/{lot.partition('8000/')[2]}")
    bundle = packer.client.get(link(page, "/bundle"))
    assert bundle.get_json()["type"] == "sogoc/bundle/v1"


def test_packs_may_be_sold_as_another_product(desk):
    world, packer = desk.world, desk.browser("packer")
    world.run(register_product, RegisterProduct("NHOQ", "Nho quà", "fruit_nho", "VN", net_options_g=(250,)))
    raw = world.harvested(kg="10")
    sizes = packer.get(f"{HOME}dong-goi?lo={raw}")
    chosen = packer.get(link(sizes, "sp=?"))
    assert "Đóng gói thành sản phẩm nào?" in chosen.text
    packing = packer.get(link(chosen, "sp=NHOQ"))
    assert packing.form["packs"] == "40"
    assert "NHOQ." in packer.send(packing).html


def test_loose_goods_that_were_received_are_packed_as_ones_own_product(desk):
    world = desk.world
    raw = world.harvested(kg="100")
    add = AddPartner("HTX Suối Trong", "processor", organisation=world.neighbour.code)
    partner = world.run(add_partner, add).id
    sent = world.run(ship, Ship(lot=raw, to_partner=partner, weight_kg=Decimal(80), done_on=world.today))
    neighbour = desk.browser("neighbour.manager")
    neighbour.fill(f"{HOME}nhan-hang/{sent.code}", counted="80")
    neighbour.fill(
        f"{HOME}so-sach/san-pham/them",
        name="Nho Suối Trong", template="fruit_nho", code="NTA", origin="Việt Nam", net_options_g="500",
    )  # fmt: skip
    chosen = neighbour.get(f"{HOME}dong-goi?lo={raw}")
    assert "Đóng gói thành sản phẩm nào?" in chosen.text
    packing = neighbour.get(link(chosen, "sp=NTA"))
    assert packing.form["packs"] == "160"
    packed = neighbour.send(packing)
    assert "160 gói" in packed.text


def test_eggs_are_packed_by_the_piece(desk):
    world, packer = desk.world, desk.browser("packer")
    world.run(register_product, RegisterProduct("TRUNG", "Trứng vịt", "duck_egg", "Việt Nam"))
    season = world.run(
        open_season,
        OpenSeason(product="TRUNG", place="VUON1", started_on=world.day(90)),
    ).lot
    world.run(record_step, RecordStep(lot=season, step="stock_in", done_on=world.day(80), values=_DUCKLINGS))
    eggs = world.run(
        harvest,
        Harvest(season=season, step="egg_collection", done_on=world.today, values={"eggs": "300"}),
    ).lot
    sizes = packer.get(f"{HOME}dong-goi?lo={eggs}")
    assert "10 quả" in sizes.text
    assert sizes.form["packs"] == "50"  # six in a box
    reckoned = packer.send(sizes, net="10")
    assert reckoned.form["packs"] == "30"
    assert "30 gói" in packer.send(reckoned).text


def test_a_sector_without_a_last_step_closes_its_season_with_a_day(desk):
    world, manager = desk.world, desk.browser("manager")
    world.run(register_product, RegisterProduct("RAU", "Rau", "simple_generic", "Việt Nam"))
    command = OpenSeason(product="RAU", place="VUON1", started_on=world.day(9))
    season = world.run(open_season, command).lot.partition("8000/")[2]
    size = world.size()
    closed = manager.fill(f"{HOME}vu/{season}/ket-thuc")
    assert "đã kết thúc" in closed.text
    assert world.size() == size
