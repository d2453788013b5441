"""What others are told, as the office sees and steers it: laws, links, names, access, deliveries, reports."""

import io
import re
import zipfile

import pytest

from ledger.coop.exchange.access_tokens import tokens_of
from ledger.coop.exchange.deliveries import deliver_due
from ledger.coop.exchange.named_queries import create_query
from ledger.coop.exchange.subscriptions import subscribe
from ledger.coop.links.adding import links_of
from ledger.coop.links.aliases import aliases_of
from ledger.coop.registers.organisation_mending import read_organisation
from ledger.coop.reports.reporting import ReportPage, ReportReason, report_page
from ledger.trace.passports.verdicts import Verdict
from tests.support.desk import HOME, open_desk, picture
from tests.support.exchange import holder_of

GTIN = "09521234543213"
SHOP = "https://cuahang.example.vn/nho?kenh=tem"


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


@pytest.fixture
def manager(desk):
    return desk.browser("manager")


@pytest.fixture(scope="module")
def kept(sqlite_template, tmp_path_factory):
    """A desk with a sealed lot, for tests that only read."""
    for desk in open_desk(sqlite_template, tmp_path_factory.mktemp("exchange")):
        yield desk, desk.world.sealed().partition("8000/")[2]


def test_every_page_of_the_room_is_reached_from_the_first(kept):
    desk, lot = kept
    manager = desk.browser("manager")
    assert f"{HOME}trao-doi" in manager.get(HOME).links
    room = manager.get(f"{HOME}trao-doi").links
    for path in ("day-du", "phan-anh", "ma-truy-cap", "tu-gui", "don-vi", "lo"):
        assert f"{HOME}{path}" in room, path
    assert f"{HOME}san-pham/NHO" in manager.get(f"{HOME}so-sach/san-pham").links
    assert f"{HOME}day-du/NHO" in manager.get(f"{HOME}san-pham/NHO").links
    assert f"{HOME}ho-so-lo/{lot}" in manager.get(f"{HOME}lo/{lot}").links
    assert f"{HOME}day-du-lo/{lot}" in manager.get(f"{HOME}ho-so-lo/{lot}").links
    assert f"{HOME}day-du-lo/{lot}" in manager.get(f"{HOME}day-du/NHO").links


@pytest.mark.parametrize(
    ("login", "seen"),
    [
        (
            "accountant",
            {"trao-doi", "day-du", "day-du/NHO", "san-pham/NHO", "ho-so-lo/{lot}", "day-du-lo/{lot}"},
        ),
        ("packer", {"san-pham/NHO", "ho-so-lo/{lot}"}),
        ("grower", {"san-pham/NHO"}),
    ],
)
def test_each_role_sees_its_part(kept, login, seen):
    desk, lot = kept
    every = {
        "trao-doi", "day-du", "day-du/NHO", "day-du-lo/{lot}", "san-pham/NHO", "ho-so-lo/{lot}", "phan-anh",
        "ma-truy-cap", "ma-truy-cap/them", "tu-gui", "don-vi", "san-pham/NHO/lien-ket", "san-pham/NHO/gtin",
        "san-pham/NHO/ten", "lien-ket-lo/{lot}", "ten-lo/{lot}",
    }  # fmt: skip
    browser = desk.browser(login)
    answers = {path: browser.get(f"{HOME}{path.format(lot=lot)}").status for path in every}
    assert answers == {path: 200 if path in seen else 403 for path in every}


def test_the_list_of_the_law_leads_to_where_each_thing_is_said(desk, manager):
    desk.world.sealed()
    page = manager.get(f"{HOME}day-du/NHO")
    assert "Còn thiếu 5 điều" in page.text
    assert "chưa phải hộ chiếu số" in page.text
    manager.fill(f"{HOME}don-vi", tax_code="4900123456")
    label = manager.get(f"{HOME}so-sach/san-pham/NHO/nhan")
    manager.send(label, warning="Rửa sạch trước khi ăn", files={"photo": [picture()]})
    manager.fill(
        f"{HOME}so-sach/chung-nhan/them",
        scheme="VietGAP", number="1", issuer="x", valid_from="01/01/2026", valid_to="31/12/2026",
        products=["NHO"],
    )  # fmt: skip
    assert "Còn thiếu 1 điều" in manager.get(f"{HOME}day-du/NHO").text
    manager.fill(f"{HOME}san-pham/NHO/gtin", gtin=GTIN)
    page = manager.get(f"{HOME}day-du/NHO")
    assert "Không thiếu mục nào" in page.text
    assert "chưa phải hộ chiếu số" not in page.text
    assert desk.world.read(read_organisation, desk.world.coop.code).tax_code == "4900123456"


def test_no_public_page_says_what_the_law_asks_or_that_it_is_met(kept):
    desk, lot = kept
    client = desk.app.test_client()
    for path in (f"/{lot}", f"/{desk.world.coop.code}/product/NHO"):
        said = client.get(path, headers={"Accept": "text/html"}).get_data(as_text=True)
        assert not re.search(r"37/2026|Điều 32|hợp quy|hợp chuẩn|phù hợp quy định|conform", said), path


def test_a_link_is_given_told_and_taken_away(desk, manager):
    page = manager.fill(
        f"{HOME}san-pham/NHO/lien-ket", link_type="hasRetailers", target=SHOP, title="Mua ở cửa hàng"
    )
    assert "Đã thêm liên kết" in page.text
    assert "Rời trang này, sang cuahang.example.vn" in page.text
    (given,) = desk.world.read(links_of, desk.world.coop.code, "NHO")
    assert (given.target, given.language) == (SHOP, "vi")
    gone = manager.fill(f"{HOME}lien-ket/{given.id}/bo")
    assert "Đã bỏ liên kết" in gone.text
    assert manager.get(f"{HOME}lien-ket/{given.id}/bo").status == 404


@pytest.mark.parametrize(
    "target", ["javascript:alert(1)", "http://a.vn/", "https://10.0.0.1/", "https://a.vn/\\x"]
)
def test_a_link_that_may_lead_nowhere_good_is_refused_beside_its_question(manager, target):
    page = manager.fill(f"{HOME}san-pham/NHO/lien-ket", link_type="faqs", target=target, title="x")
    assert page.status == 422
    assert "Địa chỉ" in page.problems["target"]
    assert page.form["target"] == target


def test_a_lot_has_links_names_and_files_of_its_own(desk, manager):
    lot = desk.world.sealed()
    path = lot.partition("8000/")[2]
    assert "chưa có mã GTIN nào" in manager.get(f"{HOME}ten-lo/{path}").text
    manager.fill(f"{HOME}san-pham/NHO/gtin", gtin=GTIN)
    manager.fill(f"{HOME}ten-lo/{path}", lot_code="SIEUTHI-7")
    page = manager.fill(f"{HOME}lien-ket-lo/{path}", link_type="recipeInfo", target=SHOP, title="Công thức")
    assert "SIEUTHI-7" in page.text
    assert "Công thức" in page.text
    assert [name.lot_code for name in desk.world.read(aliases_of, desk.world.coop.code, "NHO")] == [
        "SIEUTHI-7"
    ]
    drop = next(link for link in page.links if "bo-ten" in link)
    assert "Đã bỏ mã" in manager.fill(drop).text
    assert manager.get(drop).status == 404
    signed = manager.client.get(f"/{path}/credential.jwt")
    assert signed.mimetype == "application/vc+jwt"
    assert any(link.endswith("/credential.jwt") for link in page.links)


@pytest.mark.parametrize(
    ("form", "ending"), [("nd37", "xlsx"), ("epcis", "jsonld"), ("fsma204", "xlsx"), ("eudr", "geojson")]
)
def test_the_files_of_a_lot_are_made_when_asked_for(kept, form, ending):
    desk, lot = kept
    answer = desk.browser("packer").client.get(f"{HOME}tep-lo/{form}/{lot}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].endswith(f'-{form}.{ending}"')
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Nguyễn Thị grower".encode() not in answer.data


def test_the_file_for_an_authority_holds_all_and_names_nobody(kept):
    desk, lot = kept
    answer = desk.browser("accountant").client.get(f"{HOME}tep-lo/authority/{lot}")
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    assert {"truy-xuat.xlsx", "epcis.json", "bundle.json", "SHA256SUMS"} <= set(archive.namelist())
    assert "Nguyễn Thị grower".encode() not in archive.read("epcis.json")
    assert desk.browser("manager").client.get(f"{HOME}tep-lo/untp-9/{lot}").status_code == 404


def test_a_token_is_shown_once_and_ended_at_once(desk, manager):
    form = manager.get(f"{HOME}ma-truy-cap/them")
    assert "data-secret" in form.html
    page = manager.send(form, label="Kho Sen Xanh", scopes=["query", "subscribe"], partner=desk.world.partner)
    token = re.search(r"sogoc_[\w-]{43}", page.html)[0]
    (made,) = desk.world.read(tokens_of, desk.world.coop.code)
    assert (made.partner, made.label) == (desk.world.partner, "Kho Sen Xanh")
    again = manager.get(f"{HOME}ma-truy-cap/{made.id}")
    assert token not in again.html
    assert "chưa dùng lần nào" in again.text
    asked = {"Authorization": f"Bearer {token}"}
    assert desk.app.test_client().get("/epcis/eventTypes", headers=asked).status_code == 200
    assert "lần cuối" in manager.get(f"{HOME}ma-truy-cap").text
    ended = manager.fill(f"{HOME}ma-truy-cap/{made.id}/thu-hoi")
    assert "không dùng được nữa" in ended.text
    assert token not in manager.get(f"{HOME}ma-truy-cap/{made.id}?moi=1").html
    assert desk.app.test_client().get("/epcis/eventTypes", headers=asked).status_code == 401


def test_a_partners_machine_may_not_see_what_is_not_for_partners(desk, manager):
    page = manager.fill(
        f"{HOME}ma-truy-cap/them", label="x", scopes=["query", "see-person"], partner=desk.world.partner
    )
    assert "đối tác" in page.problems["scopes"]
    for wrong in ({"scopes": ["root"]}, {"days": "99999"}, {"scopes": None}, {"label": " "}):
        answers = {"label": "x", "scopes": ["query"], **wrong}
        page = manager.fill(f"{HOME}ma-truy-cap/them", **answers)
        assert page.status == 422, wrong
        assert page.problems.keys() == wrong.keys()
    assert desk.world.read(tokens_of, desk.world.coop.code) == ()


def test_deliveries_are_seen_stopped_and_sent_again(desk, manager):
    world = desk.world
    holder = holder_of(world)
    world.ledger.write(create_query, holder, {"name": "all", "query": {}})
    dest = "https://nhan.example.vn/hook/bi-mat-cua-ho"
    made = world.ledger.write(subscribe, holder, "all", {"dest": dest, "stream": True})
    world.season()
    deliver_due(world.ledger, lambda *_: 410, world.clock())
    assert "1 nơi nhận nhật ký không trả lời" in manager.get(HOME).text
    page = manager.get(f"{HOME}tu-gui/{made.id}")
    assert "HTTP 410" in page.text
    assert "nhan.example.vn" in page.text
    assert "bi-mat" not in page.html
    again = manager.send(page)
    assert "Đang gửi đều" in again.text
    assert "không trả lời" not in manager.get(HOME).text
    stopped = manager.fill(f"{HOME}tu-gui/{made.id}/ngung")
    assert "Quản lý đã ngừng gửi" in stopped.text
    assert "không trả lời" not in manager.get(HOME).text


def test_a_report_is_a_decision_until_it_is_answered(desk, manager):
    world = desk.world
    told = ReportPage(
        world.coop.code,
        ReportReason.FACTS,
        Verdict.VALID,
        world.sealed(),
        text="Hạn <b>sai</b>",
        phone="0912345678",
    )
    made = world.ledger.write(report_page, told)
    home = manager.get(HOME)
    assert "1 phản ánh của người mua chờ xem" in home.text
    assert "phản ánh của người mua chờ xem" not in desk.browser("accountant").get(HOME).text
    page = manager.get(f"{HOME}phan-anh/{made.id}")
    assert "Hạn <b>sai</b>" in page.text
    assert "<b>sai" not in page.html
    assert "tel:0912345678" in page.links
    assert manager.send(page, outcome="bịa").status == 422
    done = manager.send(manager.get(page.path), outcome="mended", answer="Đã sửa hạn dùng")
    assert "Đã sửa hạn dùng" in done.text
    assert made.reference in done.text
    assert "phản ánh của người mua chờ xem" not in manager.get(HOME).text
    assert f"{HOME}phan-anh/{made.id}" in manager.get(f"{HOME}phan-anh?xong=1").links
    erased = manager.fill(f"{HOME}phan-anh/{made.id}/xoa")
    assert "0912345678" not in erased.html
    assert "Đã xóa" in erased.text


@pytest.mark.parametrize("query", ["truoc=xx", "truoc=2026-11-12T00:00:00", "xong=1&truoc=%00"])
def test_a_list_asked_for_badly_is_a_list(kept, query):
    desk, _ = kept
    assert desk.browser("manager").get(f"{HOME}phan-anh?{query}").status == 200
    assert desk.browser("manager").get(f"{HOME}day-du/NHO?{query}").status == 200


def test_no_address_of_the_room_is_answered_to_a_neighbour(kept):
    desk, lot = kept
    thief = desk.browser("neighbour.manager")
    for path in (
        "day-du/NHO", f"day-du-lo/{lot}", "san-pham/NHO", f"ho-so-lo/{lot}", f"tep-lo/nd37/{lot}",
        "san-pham/NHO/bo-ten?ma=1", f"ten-lo/{lot}", f"lien-ket-lo/{lot}",
    ):  # fmt: skip
        assert thief.get(f"{HOME}{path}").status == 404, path
    assert "Nho hạ đen" not in thief.get(f"{HOME}day-du").text


def test_the_address_of_the_office_is_mended(desk, manager):
    page = manager.fill(f"{HOME}don-vi", address="", tax_code="079123456789", website="ftp://x")
    assert page.problems.keys() == {"address"}
    page = manager.fill(f"{HOME}don-vi", tax_code="079123456789", website="ftp://x")
    assert page.problems.keys() == {"tax_code", "website"}
    manager.fill(f"{HOME}don-vi", address="Thôn Đồi Mây")
    said = desk.world.read(read_organisation, desk.world.coop.code)
    assert said.address == "Thôn Đồi Mây"
    assert desk.browser("neighbour.manager").get(f"{HOME}don-vi").form["address"] != "Thôn Đồi Mây"
