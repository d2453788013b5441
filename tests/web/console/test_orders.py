"""Orders in the console: from the telephone call to the customer's count, and the queue of a team."""

import io
from decimal import Decimal

import pypdfium2
import pytest
import zxingcpp

from ledger.coop.actors import Role
from ledger.coop.orders.payments import SavePaymentAccount, save_payment_account
from ledger.coop.orders.vietqr import parse_vietqr
from tests.support.desk import HOME, open_desk, picture
from tests.support.order_desk import OrderDesk, line

ORDERS = f"{HOME}don-hang"


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


@pytest.fixture
def books(desk):
    return OrderDesk(desk.world)


@pytest.fixture
def office(desk):
    return desk.browser("accountant")


@pytest.fixture
def packer(desk):
    return desk.browser("packer")


def order_form(goods, quantity, price="", *more):
    rows = [(goods, quantity, price), *more]
    rows += [("", "", "")] * (8 - len(rows))
    columns = zip(*rows, strict=True)
    return dict(zip(("line-goods", "line-quantity", "line-price"), map(list, columns), strict=True))


def text_of(pdf):
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        return " ".join(page.get_textpage().get_text_range() for page in document)


def test_the_day_of_an_order(desk, books, office, packer):
    lot = desk.world.sealed(100)
    page = office.get(f"{ORDERS}/them")
    written = office.send(
        page,
        customer=books.shop,
        due_on=desk.world.today.isoformat(),
        destination="Chợ Đầm",
        **order_form("NHO|EA|500", "30", "45.000"),
    )
    assert written.path.startswith(f"{ORDERS}/DH1")
    assert "30 gói (500 g)" in written.text
    assert "1.350.000 đ" in written.text
    assert "Đã chốt" in office.fill(f"{ORDERS}/DH1/chot").text
    taken = packer.fill(f"{ORDERS}/DH1/nhan")
    assert "Tổ đang làm" in taken.text
    assert "1.350.000" not in taken.text
    allotting = packer.get(f"{ORDERS}/DH1/chia-lo")
    assert allotting.form["allot-amount"] == "30"
    allotted = packer.send(allotting)
    assert f"Lô {lot.rpartition('.')[2]}" in allotted.text
    assert "Đã soạn xong" in packer.fill(f"{ORDERS}/DH1/soan-xong").text
    leaving = packer.get(f"{ORDERS}/DH1/giao")
    assert leaving.form["destination"] == "Chợ Đầm"
    gone = packer.send(
        leaving,
        vehicle="79C-123.45",
        driver_phone="0912 345 678",
        invoice_no="1C26T/009",
        files={"documents": [picture()]},
    )
    assert "Đã giao" in gone.text
    counted = packer.fill(f"{ORDERS}/DH1/khach-nhan", **{"counted-quantity": ["28"]})
    assert "Khách đã nhận" in counted.text
    assert "Khách đếm 28" in counted.text
    assert "DH1" in office.get(f"{ORDERS}?nhom=sent").text
    delivery = packer.get(next(link for link in gone.links if "/so/" in link))
    assert delivery.status == 200


def test_who_takes_too_much_is_told_and_keeps_what_was_typed(desk, books, packer):
    world = desk.world
    lot = world.sealed(40)
    books.allotted(lot, 30)
    order = books.accepted(line(30))
    page = packer.get(f"{ORDERS}/{order}/chia-lo")
    assert "đơn khác giữ" in page.text
    assert page.form["allot-amount"] == "10"
    refused = packer.send(page, **{"allot-amount": ["11"]})
    assert refused.status == 422
    assert "chỉ còn 10 gói chưa hứa" in refused.problems["inputs"]
    assert refused.form["allot-amount"] == "11"


def test_a_form_says_everything_that_is_wrong_with_the_lines(desk, books, office):
    page = office.get(f"{ORDERS}/them")
    refused = office.send(
        page,
        customer=books.shop,
        due_on=desk.world.today.isoformat(),
        **order_form("NHO|KGM|", "12.5", "", ("", "3", ""), ("NHO|EA|", "", "")),
    )
    assert refused.status == 422
    said = refused.problems["lines"]
    assert "12,5" in said
    assert "Dòng 2: chưa chọn mặt hàng" in said
    assert "Dòng 3: chưa ghi số lượng" in said
    for forged in ("NHO|EA|9999999999", "NHO|XX|", "|EA|", "KHAC|EA|"):
        lines = order_form(forged, "3")
        sent = office.send(page, customer=books.shop, due_on=desk.world.today.isoformat(), **lines)
        assert sent.status in {404, 422}


def test_a_teams_queue_on_one_screen(desk, books, office, packer):
    world = desk.world
    team = books.team("Tổ đóng gói 1", "packing", world.actors[Role.PACKER].member_id)
    order = books.agreed(line(30), line(20), teams=(team,), due=0)
    page = packer.get(f"{HOME}to")
    assert page.path == f"{HOME}to/{team}"
    assert "50 gói" in page.text
    assert "Giao hôm nay" in page.text
    taken = packer.send(page)
    assert taken.path.startswith(f"{ORDERS}/{order}")
    assert books.state(order) == "accepted"
    assert "Đang làm (1)" in packer.get(f"{HOME}to/{team}").text
    lead = desk.browser("team_lead")
    assert not lead.get(f"{HOME}to/{team}").forms[:1] or "Nhận đơn" not in lead.get(f"{HOME}to/{team}").text
    assert lead.get(f"{ORDERS}/{order}").text.count("Chia lô") == 0
    assert lead.fill(f"{ORDERS}/{order}/chia-lo").status == 403


def test_a_team_that_cannot_says_why(desk, books, office, packer):
    team = books.team("Tổ đóng gói 1", "packing", desk.world.actors[Role.PACKER].member_id)
    order = books.agreed(teams=(team,))
    packer.fill(f"{ORDERS}/{order}/khong-nhan?to={team}", reason="Không đủ người")
    page = office.get(f"{ORDERS}/{order}")
    assert "lý do: Không đủ người" in page.text
    assert "Giao cho tổ khác" in page.text
    assert "Tổ không nhận" in office.get(ORDERS).text


def test_managers_keep_teams(desk, books):
    manager = desk.browser("manager")
    made = manager.fill(
        f"{HOME}to/them",
        name="Tổ giết mổ",
        kind="primary",
        members=[desk.world.actors[Role.PACKER].member_id],
    )
    assert "Giết mổ, sơ chế" in made.text
    changed = manager.fill(f"{made.path}/sua", name="Tổ mổ heo")
    assert "Tổ mổ heo" in changed.text
    manager.fill(f"{made.path}/thoi")
    assert "Chưa lập tổ nào" in manager.get(f"{HOME}to?tat_ca=1").text
    assert desk.browser("packer").get(f"{HOME}to/them").status == 403


def test_cancelling_needs_a_reason_and_lets_go(desk, books, office):
    lot = desk.world.sealed(50)
    order = books.allotted(lot)
    page = office.get(f"{ORDERS}/{order}/huy")
    assert office.send(page, reason=" ").status == 422
    assert "Đã hủy" in office.send(page, reason="Khách đổi ý").text
    assert books.allotted(lot) != order


def test_pages_say_what_to_do_where_there_is_nothing(desk, office):
    assert "Chưa có đơn nào" in office.get(ORDERS).text
    assert "Chưa lập tổ nào" in office.get(f"{HOME}to").text
    for query in ("nhom=x", "trang=0", "trang=-1", "trang=²"):
        assert office.get(f"{ORDERS}?{query}").status == 404
    assert office.get(f"{ORDERS}/DH99").status == 404


def test_an_order_on_paper(desk, books, office, packer):
    order = books.allotted(desk.world.sealed(), 30, destination="Chợ Đầm")
    path = f"{ORDERS}/{order}/phieu-a5.pdf"
    assert path in packer.get(f"{ORDERS}/{order}").links
    text = text_of(packer.client.get(path).get_data())
    for words in (order, "30 gói", "Chợ Đầm", "Cửa hàng Bà Tư", "Xưởng đóng gói"):
        assert words in " ".join(text.split())
    assert "chuyển khoản" not in text
    assert packer.get(f"{ORDERS}/{order}/phieu-tra-tien-a4.pdf").status == 403
    assert office.get(f"{ORDERS}/{books.written()}/phieu-a4.pdf").status == 409


def test_the_symbol_on_the_slip_pays_the_order(desk, books, office):
    manager = desk.browser("manager")
    saved = manager.fill(
        f"{HOME}tai-khoan-nhan-tien", bank="970436", number="0071 0009 1834 8", holder="HTX NHO DOI MAY"
    )
    assert saved.path == ORDERS
    order = books.accepted(line(30, price=45_500))
    books.allot(order, (desk.world.sealed(), 20))
    pdf = office.client.get(f"{ORDERS}/{order}/phieu-tra-tien-a4.pdf").get_data()
    text = text_of(pdf)
    assert "910.000 đ" in text
    assert "Vietcombank" in text
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        drawn = document[0].render(scale=300 / 72).to_pil()
    found = {one.text for one in zxingcpp.read_barcodes(drawn, formats=zxingcpp.BarcodeFormat.QRCodeModel2)}
    (payload,) = (one for one in found if one.startswith("0002"))
    transfer = parse_vietqr(payload)
    assert (transfer.bank, transfer.account, transfer.amount, transfer.purpose) == (
        "970436", "0071000918348", 910_000, order,
    )  # fmt: skip
    svg = office.client.get(f"{ORDERS}/{order}/vietqr.svg")
    assert (svg.status_code, svg.mimetype) == (200, "image/svg+xml")
    assert "1.365.000 đ" in office.get(f"{ORDERS}/{order}").text


def test_without_an_account_there_is_no_symbol_and_a_word_about_it(desk, books, office):
    order = books.allotted(desk.world.sealed())
    assert office.get(f"{ORDERS}/{order}/vietqr.svg").status == 404
    assert "tài khoản nhận tiền" in office.get(f"{ORDERS}/{order}").text
    pdf = office.client.get(f"{ORDERS}/{order}/phieu-tra-tien-a4.pdf").get_data()
    assert "chuyển khoản" not in text_of(pdf)
    assert office.get(f"{HOME}tai-khoan-nhan-tien").status == 403


def test_an_account_that_cannot_be_is_refused(desk):
    manager = desk.browser("manager")
    page = manager.get(f"{HOME}tai-khoan-nhan-tien")
    refused = manager.send(page, bank="970436", number="12", holder="X")
    assert refused.problems.keys() == {"number"}
    command = SavePaymentAccount("970436", "0071000918348", "HTX")
    assert "0071000918348" not in repr(command)
    assert desk.world.run(save_payment_account, command).bank == "970436"
    assert manager.get(f"{HOME}tai-khoan-nhan-tien").form["number"] == "0071000918348"


def test_several_lots_on_one_vehicle(desk, books, packer):
    world = desk.world
    one, other = world.sealed(50), world.sealed(30)
    page = packer.get(f"{HOME}giao-nhan/them")
    assert f"{HOME}giao-nhan/them" in packer.get(f"{HOME}giao-nhan").links
    lots = [value for name, value in page.form.answers if name == "inputs-lot"]
    assert {one, other} < set(lots)
    amounts = ["20" if lot == one else "5" if lot == other else "" for lot in lots]
    refused = packer.send(page, **{"inputs-amount": amounts}, driver_phone="xx", to_partner=books.shop)
    assert refused.problems.keys() == {"driver_phone"}
    sent = packer.send(
        refused,
        driver_phone="0912 345 678",
        vehicle="79C-123.45",
        destination="Chợ Đầm",
        invoice_no="1C26T/009",
        files={"documents": [picture()]},
    )
    assert sent.path.startswith(f"{HOME}giao-nhan/")
    for words in ("20 gói Nho hạ đen", "5 gói Nho hạ đen", "79C-123.45", "0912 345 678", "1C26T/009"):
        assert words in sent.text
    assert "Ảnh giấy tờ 1" in sent.html
    assert "0912 345 678" not in desk.browser("distributor").get(f"{HOME}giao-nhan").text


def test_a_shipment_that_breaks_a_promise_is_refused_with_a_way_out(desk, books, packer):
    lot = desk.world.sealed(50)
    order = books.allotted(lot, 40)
    page = packer.get(f"{HOME}giao-hang/{lot.partition('8000/')[2]}")
    refused = packer.send(page, to_partner=books.shop, packs="11")
    assert refused.status == 409
    assert f"để dành 40 gói cho đơn {order}" in refused.text
    assert "Đã ghi" in packer.send(refused, packs="10").text


def test_what_presses_stands_on_the_first_page(desk, books):
    late = books.agreed(due=-1)
    home = desk.browser("manager").get(HOME)
    assert f"Đơn {late} trễ 1 ngày" in home.text
    assert f"{ORDERS}/{late}" in home.links
    assert ORDERS in home.links
    assert ORDERS in desk.browser("packer").get(HOME).links
    assert ORDERS not in desk.browser("grower").get(HOME).links


def test_a_neighbour_sees_no_order(desk, books):
    order = books.allotted(desk.world.sealed())
    stranger = desk.browser("neighbour.manager")
    for path in ("", "/sua", "/chot", "/chia-lo", "/giao", "/huy", "/phieu-a4.pdf", "/vietqr.svg"):
        assert stranger.get(f"{ORDERS}/{order}{path}").status == 404
    assert "Cửa hàng Bà Tư" not in stranger.get(ORDERS).text
    grower = desk.browser("grower")
    assert grower.get(ORDERS).status == 403


def test_money_is_the_offices_alone(desk, books, packer, office):
    order = books.allotted(desk.world.sealed())
    priced = books.written(line(3, price=77_000))
    assert "77.000" in office.get(f"{ORDERS}/{priced}").text
    assert "77.000" not in packer.get(f"{ORDERS}/{priced}").text
    assert packer.get(f"{ORDERS}/{order}/vietqr.svg").status == 403
    assert books.read(priced).amount_due() == Decimal(231_000)
