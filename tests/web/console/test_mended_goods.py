"""What the pages of goods say and ask: locked lots, promises, stores, whole vehicles, papers, pictures."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from ledger.coop.actors import Role
from ledger.coop.attachments.document_tables import DocumentRow
from ledger.coop.goods.deliveries import Deliver, deliver
from ledger.coop.goods.stock_places import StoreGoods, standings, store_goods
from ledger.coop.people.accounts import open_account
from ledger.coop.quality.criteria import Criterion
from ledger.coop.quality.samples import FileResult, file_result
from ledger.coop.registers.members import AddMember, add_member
from ledger.coop.registers.places import RegisterPlace, register_place
from ledger.coop.stamps.stamp_book import stamp_book
from ledger.coop.stamps.stamps import Reserve, reserve_stamps
from tests.support.desk import HOME, open_desk, picture
from tests.support.order_desk import KILOGRAMS, OrderDesk, line


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


def tail(lot):
    return lot.partition("8000/")[2]


def code_of(lot):
    return lot.rpartition(".")[2]


def two_stores(world, lot):
    """60 in the one, 100 in the other, the rest in none."""
    for code, name, amount in (("KHO1", "Kho lạnh 1", 60), ("KHO2", "Kho mát 2", 100)):
        place = RegisterPlace(code=code, name=name, kind="store", province="Khánh Hòa", commune="Phước Thuận")
        world.run(register_place, place)
        put = StoreGoods(lot=lot, to_place=code, quantity=Decimal(amount), done_on=world.today)
        world.run(store_goods, put, Role.PACKER)


def where(world, lot):
    found = world.read(standings, world.actors[Role.PACKER], (lot,))[lot]
    return {item.place: int(item.quantity) for item in found}


def test_allotting_says_which_lots_a_failed_test_holds(desk):
    world = desk.world
    failed = world.sealed(60)
    result = FileResult(
        lot=failed, lab="Lab", report_no="1", done_on=world.today,
        criteria=(Criterion("Chì", "0,9", "mg/kg", "max", "0,1"),),
    )  # fmt: skip
    world.run(file_result, result, Role.PACKER)
    order = OrderDesk(world).accepted(line(10))
    page = desk.browser("packer").get(f"{HOME}don-hang/{order}/chia-lo")
    assert "Trong kho không còn lô nào hợp" in page.text
    assert f"không lấy được: lô {code_of(failed)}" in page.text


def test_who_packs_sees_what_is_promised_and_is_told_when_a_promise_breaks(desk):
    world, raw = desk.world, desk.world.harvested(kg="100")
    orders = OrderDesk(world)
    orders.allot(orders.accepted(line(80, uom=KILOGRAMS)), (raw, 80))
    packer = desk.browser("packer")
    page = packer.get(f"{HOME}dong-goi?lo={raw}")
    assert "Để dành 80 kg cho đơn DH1" in page.text
    done = packer.send(
        page, **{"inputs-amount": ["50"], "inputs-all": None}, packs="100", net="500", then="pack"
    )
    assert "đã để dành 80 kg cho đơn DH1" in done.text
    assert "để dành" not in desk.browser("grower").get(done.path).text


def test_a_store_is_asked_for_only_where_a_lot_lies_in_several(desk):
    world, lot = desk.world, desk.world.sealed()
    packer = desk.browser("packer")
    address = f"{HOME}giao-hang/{tail(lot)}"
    assert "inputs-store" not in packer.get(address).form.names
    two_stores(world, lot)
    page = packer.get(address)
    assert "Kho lạnh 1 · 60 gói" in page.html
    refused = packer.send(page, to_partner=world.partner, packs="70", **{"inputs-store": f"KHO1 {lot}"})
    assert refused.status == 422
    assert "chỉ có 60 gói ở Kho lạnh 1" in refused.text
    assert refused.form["inputs-store"] == f"KHO1 {lot}"
    packer.send(refused, packs="50")
    assert where(world, lot) == {None: 40, "KHO1": 10, "KHO2": 100}
    packer.fill(address, to_partner=world.partner, packs="40", **{"inputs-store": f"- {lot}"})
    assert where(world, lot) == {"KHO1": 10, "KHO2": 100}


def test_several_lots_orders_and_packing_ask_for_the_store_too(desk):
    world, raw, lot = desk.world, desk.world.harvested(kg="200"), desk.world.sealed()
    two_stores(world, lot)
    for code, amount in (("KHO1", 60), ("KHO2", 100)):
        put = StoreGoods(lot=raw, to_place=code, quantity=Decimal(amount), done_on=world.today)
        world.run(store_goods, put, Role.PACKER)
    packer, orders = desk.browser("packer"), OrderDesk(world)
    page = packer.get(f"{HOME}dong-goi?lo={raw}")
    lines = {"inputs-amount": ["80"], "inputs-all": None, "inputs-store": f"KHO2 {raw}"}
    packer.send(page, **lines, packs="160", net="500", then="pack")
    assert where(world, raw) == {None: 40, "KHO1": 60, "KHO2": 20}
    order = orders.allotted(lot, 50)
    packer.fill(f"{HOME}don-hang/{order}/giao", **{"inputs-store": f"KHO2 {lot}"})
    assert where(world, lot) == {None: 40, "KHO1": 60, "KHO2": 50}
    assert "inputs-store" in packer.get(f"{HOME}giao-nhan/them").form.names


def test_nothing_to_count_is_said_in_place_of_an_empty_form(desk):
    world = desk.world
    orders = OrderDesk(world)
    accountant = desk.browser("accountant")
    order = orders.accepted(line(10))
    page = accountant.get(f"{HOME}don-hang/{order}/khach-nhan")
    assert "Đơn chưa giao chuyến nào" in page.text
    shipped = orders.shipped(world.sealed(50), customer=world.partner)
    assert "Khách tự ký nhận" in accountant.get(f"{HOME}don-hang/{shipped}/khach-nhan").text


def test_the_orders_at_work_stand_above_the_way_to_the_others(desk):
    order = OrderDesk(desk.world).agreed()
    page = desk.browser("accountant").get(f"{HOME}don-hang")
    assert page.html.index(order) < page.html.index("nhom=sent")


def test_a_whole_vehicle_is_counted_on_one_page(desk):
    world = desk.world
    portions = tuple((world.sealed(50), Decimal(packs)) for packs in (50, 20))
    command = Deliver(portions=portions, to_partner=world.partner, done_on=world.today)
    codes = [one.code for one in world.run(deliver, command, Role.PACKER).shipments]
    distributor = desk.browser("distributor")
    first = distributor.get(f"{HOME}nhan-hang/{codes[0]}")
    address = f"{HOME}nhan-hang/{codes[0]}/ca-chuyen"
    assert address in first.links
    page = distributor.get(address)
    refused = distributor.send(page, **{"counts-counted": ["50", "nhiều"]})
    assert refused.status == 422
    assert codes[1] in refused.text
    assert [value for name, value in refused.form.answers if name == "counts-counted"] == ["50", "nhiều"]
    answers = {
        "counts-counted": ["50", "15"],
        "counts-condition": ["ok", "short"],
        "counts-reason": ["", "Xếp thiếu"],
    }
    done = distributor.send(refused, **answers)
    assert "Đã ký nhận cả chuyến" in done.text
    assert "Bên nhận đếm 15" in desk.browser("packer").get(f"{HOME}giao-nhan").text
    assert distributor.get(address).path.startswith(f"{HOME}so/")


def test_a_single_lot_is_not_offered_as_a_whole_vehicle(desk):
    shipped = desk.world.shipped()
    page = desk.browser("distributor").get(f"{HOME}nhan-hang/{shipped.code}")
    assert not any("ca-chuyen" in link for link in page.links)


def test_a_refused_form_keeps_its_paper_without_showing_it_to_the_public(desk):
    packer, lot = desk.browser("packer"), desk.world.sealed()
    page = packer.get(f"{HOME}giao-hang/{tail(lot)}")
    refused = packer.send(page, packs="9999", to_partner=desk.world.partner, files={"documents": [picture()]})
    assert refused.status in {409, 422}
    shown = next(part for part in refused.html.split('"') if "/giay-to/" in part and part.endswith("/nho"))
    assert packer.client.get(shown).mimetype == "image/webp"
    done = packer.send(refused, packs="10")
    slip = next(link for link in done.links if "/giao-nhan/" in link)
    paper = next(link for link in packer.get(slip).links if "/giay-to/" in link)
    assert "Giấy tờ giao hàng" in packer.get(paper).text
    with desk.world.ledger.database.reading() as session:
        assert session.scalars(select(DocumentRow.kinds)).all() == ["delivery"]


def test_a_manager_erases_a_paper_and_the_page_says_so(desk):
    manager = desk.browser("manager")
    page = manager.get(f"{HOME}tien/chi")
    manager.send(page, kind="labour", amount="9", files={"photo": [picture()]})
    paper = next(link for link in manager.get(f"{HOME}tien/khoan").links if "/giay-to/" in link)
    assert f"{paper}/xoa" not in desk.browser("accountant").get(paper).links
    done = manager.fill(f"{paper}/xoa")
    assert "Quản lý đã xóa ảnh này" in done.text
    assert manager.client.get(f"{paper}/anh").status_code == 404
    assert manager.get(f"{paper}/xoa").status == 404


def test_the_picture_of_one_stamp_leaves_a_line_in_the_book(desk):
    world = desk.world
    job = world.printed(10, world.sealed(10))
    packer, other = desk.browser("packer"), desk.browser("manager")
    code = world.codec().format(job.first + 4)

    def handed_out():
        (found,) = world.read(stamp_book, world.actors[Role.PACKER]).lines
        return found.hand_outs, found.last_hand_out.first, found.last_hand_out.last

    assert handed_out()[0] == 1
    page = other.get(f"{HOME}mot-tem?ma={code}")
    assert "Sổ tem ghi lại" in page.text
    path = f"{HOME}mot-tem/{code}/qr.svg"
    assert other.client.get(path).status_code == 303
    shown = other.send(page, at=1)
    assert handed_out() == (2, job.first + 4, job.first + 4)
    assert path in shown.links
    assert other.client.get(path).status_code == 200
    assert packer.client.get(path).status_code == 200  # the packer's own file of minutes ago has it
    assert desk.browser("team_lead").client.get(path).status_code == 303
    other.get(f"{HOME}mot-tem?ma={code}")
    assert handed_out()[0] == 2


def test_activating_what_is_not_printed_leads_to_printing(desk):
    world = desk.world
    job = world.run(reserve_stamps, Reserve(10, world.sealed(10)), Role.PACKER)
    page = desk.browser("packer").get(f"{HOME}luot-in/{job.id}/kich-hoat")
    assert "10 tem của lượt này chưa in" in page.text
    assert "0 tem đã in" not in page.text
    assert f"{HOME}luot-in/{job.id}" in page.links


def test_every_box_of_a_criterion_has_its_name_in_sight(desk):
    page = desk.browser("packer").get(f"{HOME}kiem-nghiem/phieu/{tail(desk.world.sealed())}")
    for words in ("Kết quả", "Đơn vị", "Quy định", "Mức cho phép"):
        assert f"<span>{words}</span>" in page.html


def test_a_team_lead_records_from_the_first_page(desk):
    season = desk.world.season()
    links = desk.browser("team_lead").get(HOME).links
    assert any(link.endswith(tail(season)) for link in links)
    assert not any(link.endswith(tail(season)) for link in desk.browser("accountant").get(HOME).links)


@pytest.mark.parametrize("path", ["nhap", "tai-khoan/them-nhieu"])
def test_a_file_is_chosen_in_our_own_words(desk, path):
    page = desk.browser("manager").get(f"{HOME}{path}")
    assert page.status == 200
    assert "Chọn tệp trên máy" in page.text


def test_a_name_with_a_letter_that_cannot_be_printed_stops_no_card(desk):
    world, manager = desk.world, desk.browser("manager")
    member = world.run(add_member, AddMember(name="Vàng A Tủa 𝕏"))
    account = world.ledger.write(
        lambda unit: open_account(unit, world.coop.code, "tua", frozenset({Role.GROWER}), member.id)
    )
    assert account
    assert "chưa có cách vào sổ" in manager.get(f"{HOME}tai-khoan/tat-ca").text
    batch = manager.fill(f"{HOME}tai-khoan/in-the")
    assert "có chữ “𝕏” mà kiểu chữ in không có" in batch.text
    pdf = manager.client.get(f"{batch.path.partition('?')[0]}/the.pdf")
    assert pdf.status_code == 200
    assert pdf.data.startswith(b"%PDF")
    assert "chưa có cách vào sổ" not in manager.get(f"{HOME}tai-khoan/tat-ca").text
