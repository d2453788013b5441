"""The picking slip of a delivery, and one stamp as a picture."""

import io
from datetime import date
from decimal import Decimal

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from ledger.coop.actors import Role
from ledger.coop.paper.slips import PickLine, PickSlip
from ledger.coop.registers.references import RETAIL
from ledger.coop.stamp_codes import open_stamp_codec
from ledger.coop.stamps.job_queries import read_jobs
from tests.support.desk import HOME, open_desk
from web.paper.picking_slips import slip_of


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


@pytest.fixture
def packer(desk):
    return desk.browser("packer")


def text_of(pdf):
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        return " ".join(page.get_textpage().get_text_range() for page in document)


def line(**changed):
    known = {
        "shipment_code": "7K3M",
        "product_name": "Nho hạ đen",
        "lot": "http://127.0.0.1:8000/X/class/NHO.261112-1",
        "lot_code": "261112-1",
        "quantity": Decimal(123),
        "unit_vi": "gói",
        "place_name": "Kho lạnh",
        "expires_on": date(2026, 11, 22),
        "packs_each": 24,
    }
    return PickLine(**known | changed)


def slip(*lines, recipient="Siêu thị Sông Cái"):
    return PickSlip("7K3M", "urn:x", "HTX Nho Đồi Mây", recipient, date(2026, 11, 12), lines)


# -- picking slips -------------------------------------------------------------------------------------------


def test_whole_cartons_are_said_beside_the_packs():
    made = slip_of(slip(line(), line(quantity=Decimal(48)), line(packs_each=None)), "http://x/y", "a4")
    assert [one.packing for one in made.lines] == ["5 thùng × 24 gói + 3 gói", "2 thùng × 24 gói", ""]
    assert made.lines[0].quantity == "123 gói"
    assert made.lines[0].expires_on == "22/11/2026"


def test_less_than_a_carton_is_packs_and_a_nameless_buyer_is_a_walk_in():
    made = slip_of(slip(line(quantity=Decimal(7)), recipient=RETAIL), "http://x/y", "a5")
    assert made.lines[0].packing == ""
    assert (made.recipient, made.page) == ("Khách lẻ", "a5")


def test_a_delivery_has_a_page_with_what_to_fetch_and_a_slip(desk, packer):
    world = desk.world
    shipped = world.shipped(world.sealed(packs=100), packs=30)
    page = packer.get(f"{HOME}giao-nhan")
    assert f"{HOME}giao-nhan/{shipped.code}" in page.links
    page = packer.get(f"{HOME}giao-nhan/{shipped.code}")
    assert "30 gói Nho hạ đen" in page.text
    for paper in ("a4", "a5"):
        path = f"{HOME}giao-nhan/{shipped.code}/phieu-{paper}.pdf"
        assert path in page.links
        answer = packer.client.get(path)
        assert answer.mimetype == "application/pdf"
        text = text_of(answer.get_data())
        assert shipped.code in text
        assert "30 gói" in text


def test_who_shipped_just_now_is_offered_the_slip(desk, packer):
    world = desk.world
    shipped = world.shipped(world.sealed(packs=100), packs=30)
    page = packer.get(f"{HOME}so/{shipped.index}?moi=1&chuyen={shipped.code}")
    assert f"{HOME}giao-nhan/{shipped.code}" in page.links


def test_the_symbol_of_a_slip_opens_the_page_where_the_receiver_signs(desk, packer):
    world = desk.world
    shipped = world.shipped(world.sealed(packs=100), packs=30)
    pdf = packer.client.get(f"{HOME}giao-nhan/{shipped.code}/phieu-a4.pdf").get_data()
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        picture = document[0].render(scale=300 / 72).to_pil()
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCodeModel2)
    assert [one.text for one in found] == [f"http://127.0.0.1:8000{HOME}nhan-hang/{shipped.code}"]


def test_a_delivery_of_others_and_one_that_is_not_there_are_not_found(desk):
    world = desk.world
    shipped = world.shipped(world.sealed(packs=100), packs=30)
    neighbour = desk.browser("neighbour.manager")
    for path in ("", "/phieu-a4.pdf"):
        assert neighbour.get(f"{HOME}giao-nhan/{shipped.code}{path}").status == 404
    assert desk.browser("packer").get(f"{HOME}giao-nhan/KHONGCO").status == 404
    assert desk.browser("grower").get(f"{HOME}giao-nhan/{shipped.code}").status == 403


# -- one stamp -----------------------------------------------------------------------------------------------


def first_code(desk, lot):
    world = desk.world
    (job,) = world.read(read_jobs, world.actors[Role.PACKER], lot)
    return world.read(open_stamp_codec, world.ledger.vault).format(job.first)


@pytest.fixture
def code(desk):
    lot = desk.world.stamped(packs=20)
    return first_code(desk, lot)


def picture_of(browser, path):
    answer = browser.client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    return Image.open(io.BytesIO(answer.get_data()))


def test_a_stamp_is_a_picture_at_every_resolution_and_its_symbol_is_read(packer, code):
    page = packer.get(f"{HOME}mot-tem?ma={code}")
    for dpi, width in (("203", 400), ("300", 590), ("600", 1181)):
        path = f"{HOME}mot-tem/{code}/tem-{dpi}.png"
        assert path in page.links
        picture = picture_of(packer, path)
        assert picture.width == width
        (found,) = zxingcpp.read_barcodes(picture.convert("L"), formats=zxingcpp.BarcodeFormat.QRCodeModel2)
        assert found.text == f"HTTP://127.0.0.1:8000/S/{code}"


def test_the_symbol_alone_comes_as_svg_and_png(packer, code):
    svg = packer.client.get(f"{HOME}mot-tem/{code}/qr.svg")
    assert svg.mimetype == "image/svg+xml"
    assert svg.get_data().startswith(b"<svg")
    picture = picture_of(packer, f"{HOME}mot-tem/{code}/qr.png")
    (found,) = zxingcpp.read_barcodes(picture.convert("L"), formats=zxingcpp.BarcodeFormat.QRCodeModel2)
    assert found.text.endswith(code)


def test_a_scanned_address_and_a_code_in_groups_are_understood(packer, code):
    groups = f"{code[:4]}-{code[4:8]}-{code[8:12]}-{code[12:]}"
    for typed in (f"HTTP://127.0.0.1:8000/S/{code}", groups.lower()):
        assert f"{HOME}mot-tem/{code}/qr.svg" in packer.get(f"{HOME}mot-tem?ma={typed}").links


def test_a_wrong_code_is_told_beside_the_box(packer, code):
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    page = packer.get(f"{HOME}mot-tem?ma={wrong}")
    assert page.status == 404
    assert page.problems["ma"]


def test_a_stamp_of_others_gives_no_picture(desk, code):
    neighbour = desk.browser("neighbour.manager")
    assert "Không tìm thấy tem" in neighbour.get(f"{HOME}mot-tem?ma={code}").problems["ma"]
    for path in ("tem-203.png", "qr.svg", "qr.png"):
        assert neighbour.get(f"{HOME}mot-tem/{code}/{path}").status == 404
    assert desk.browser("grower").get(f"{HOME}mot-tem/{code}/qr.svg").status == 403
