"""The registers and the accounts: small forms for the manager, each with its list."""

import pytest

from ledger.coop.actors import Role
from ledger.coop.registers.members import EraseMember, erase_member, list_members
from ledger.coop.registers.products import find_product
from ledger.trace.derived.registers import find_statement
from ledger.trace.events.statements import CertificateFiled, PlaceRegistered, ProductRegistered
from ledger.trace.sectors.templates import TEMPLATES
from tests.support.desk import HOME, open_desk, picture
from tests.support.world import SECRET

BOOKS = f"{HOME}so-sach/"


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


@pytest.fixture
def manager(desk):
    return desk.browser("manager")


def test_a_place_is_registered_with_its_area_in_sao(desk, manager):
    page = manager.fill(
        f"{BOOKS}noi-san-xuat/them",
        name="Nhà màng số 2",
        kind="greenhouse",
        province="Khánh Hòa",
        commune="Phước Thuận",
        area_m2="2 sào",
        latitude="11,56",
        longitude="108,98",
    )
    assert "Đã lưu: Nhà màng số 2" in page.text
    assert "720\u00a0m²".replace("\u00a0", " ") in page.text.replace("\u00a0", " ")
    (uri,) = (p.uri for p in desk.world.read(_places, desk.world.coop.code) if p.name == "Nhà màng số 2")
    assert desk.world.read(find_statement, PlaceRegistered, uri).statement.commune == "Phước Thuận"


def _places(session, organisation):
    from ledger.coop.registers.places import list_places

    return list_places(session, organisation)


def test_a_product_is_registered_with_its_photo_and_pack_sizes(desk, manager):
    page = manager.get(f"{BOOKS}san-pham/them")
    assert set(TEMPLATES) <= set(page.form.choices["template"])
    done = manager.send(
        page,
        name="Mật ong bạc hà",
        template="honey",
        code="mat",
        origin="Đồng Văn, Tuyên Quang",
        net_options_g="250; 500; 1.000",
        shelf_life_days="730",
        files={"photo": [picture()]},
    )
    assert "Đã lưu: Mật ong bạc hà" in done.text
    product = desk.world.read(find_product, desk.world.coop.code, "MAT")
    assert product.net_options_g == (250, 500, 1000)
    assert desk.world.read(find_statement, ProductRegistered, product.uri).statement.photo is not None


def test_what_is_wrong_with_a_product_is_said_all_at_once(manager):
    page = manager.fill(f"{BOOKS}san-pham/them", net_options_g="nửa cân", shelf_life_days="1,5", gtin="123")
    assert page.status == 422
    assert {"name", "template", "code", "origin", "net_options_g", "shelf_life_days"} <= page.problems.keys()
    assert page.form["gtin"] == "123"


def test_a_wrong_gtin_and_a_code_that_is_taken_are_said_beside_the_question(manager):
    answers = {"name": "Nho", "template": "fruit_nho", "origin": "Việt Nam"}
    assert "GTIN" in manager.fill(f"{BOOKS}san-pham/them", **answers, code="X", gtin="123").problems["gtin"]
    assert "Đã có" in manager.fill(f"{BOOKS}san-pham/them", **answers, code="NHO").problems["code"]


def test_a_certificate_covers_the_products_that_were_ticked(desk, manager):
    page = manager.fill(
        f"{BOOKS}chung-nhan/them",
        scheme="VietGAP",
        number="VG-2026-01",
        issuer="Trung tâm Quatest 3",
        valid_from="2026-01-01",
        valid_to="2027-12-31",
        products=["NHO"],
    )
    assert "đến hết 31/12/2027" in page.text
    found = desk.world.read(_certificates, desk.world.coop.code)
    assert found[0].statement.products == (desk.world.product.uri,)


def _certificates(session, organisation):
    from ledger.trace.derived.registers import statements_of

    return statements_of(session, CertificateFiled, organisation)


def test_a_certificate_that_ends_before_it_begins_is_refused(manager):
    answers = {"scheme": "VietGAP", "number": "1", "issuer": "Quatest", "products": ["NHO"]}
    page = manager.fill(f"{BOOKS}chung-nhan/them", **answers, valid_from="2026-01-02", valid_to="2026-01-01")
    assert "sớm hơn" in page.problems["valid_to"]


def test_a_manager_erases_a_person_after_typing_their_code(desk, manager):
    world = desk.world
    member = next(one for one in world.read(list_members, world.ledger.vault, world.coop.code))
    page = manager.get(f"{BOOKS}thanh-vien")
    assert "Xóa dữ liệu cá nhân" in page.text
    path = f"{BOOKS}thanh-vien/{member.id}/xoa"
    asked = manager.get(path)
    assert member.name in asked.text
    refused = manager.fill(path, confirmed="TV99")
    assert (refused.status, member.code in refused.text) == (422, True)
    assert manager.fill(path, confirmed="").status == 422
    done = manager.fill(path, confirmed=member.code.lower())
    assert done.path == f"{BOOKS}thanh-vien"
    assert "Đã xóa theo yêu cầu" in done.text
    assert member.name not in done.text
    assert manager.get(path).status == 404
    world.check()


def test_only_a_manager_erases_people(desk):
    member = desk.world.actors[Role.GROWER].member_id
    accountant = desk.browser("accountant")
    assert "Xóa dữ liệu cá nhân" not in accountant.get(f"{BOOKS}thanh-vien").text
    assert accountant.get(f"{BOOKS}thanh-vien/{member}/xoa").status == 403
    neighbour = desk.browser("neighbour.manager")
    assert neighbour.get(f"{BOOKS}thanh-vien/{member}/xoa").status == 404


def test_a_member_gets_the_next_code_and_an_erased_one_no_name(desk, manager):
    page = manager.fill(f"{BOOKS}thanh-vien/them", name="Nguyễn Văn Tư", phone="0912 345 678")
    assert "Đã lưu: Nguyễn Văn Tư" in page.text
    assert "TV06" in page.text
    world = desk.world
    (member,) = (m for m in world.read(list_members, world.ledger.vault, world.coop.code) if m.code == "TV06")
    world.run(erase_member, EraseMember(member.id))
    assert "Đã xóa theo yêu cầu" in manager.get(f"{BOOKS}thanh-vien").text
    assert "Nguyễn Văn Tư" not in manager.get(f"{BOOKS}thanh-vien").text


def test_a_partner_is_added_where_goods_are_shipped(desk):
    packer = desk.browser("packer")
    page = packer.fill(f"{BOOKS}doi-tac/them", name="Siêu thị Sông Cái", kind="shop", province="Lạng Sơn")
    assert "Đã lưu: Siêu thị Sông Cái" in page.text


@pytest.mark.parametrize("name", ["noi-san-xuat", "san-pham", "chung-nhan", "thanh-vien"])
def test_a_grower_does_not_write_the_registers(desk, name):
    grower = desk.browser("grower")
    assert grower.get(f"{BOOKS}{name}/them").status == 403


def test_the_members_list_is_for_those_who_record_for_others(desk):
    assert desk.browser("grower").get(f"{BOOKS}thanh-vien").status == 403
    assert desk.browser("recorder").get(f"{BOOKS}thanh-vien").status == 200


def test_there_is_no_other_register(manager):
    assert manager.get(f"{BOOKS}tien-bac").status == 404
    assert manager.get(f"{BOOKS}tien-bac/them").status == 404


# -- accounts -----------------------------------------------------------------------------------------------


def test_a_manager_gives_a_login_that_opens_the_book(desk, manager):
    page = manager.fill(
        f"{HOME}tai-khoan/them", login="chi.hoa", secret="cam-sanh-99", roles=["grower", "packer"]
    )
    assert "Đã lưu tài khoản chi.hoa" in page.text
    assert desk.browser("chi.hoa", "cam-sanh-99").get(HOME).status == 200


def test_the_alliances_role_is_not_a_managers_to_give(desk, manager):
    page = manager.get(f"{HOME}tai-khoan/them")
    assert Role.ALLIANCE not in page.form.choices["roles"]
    refused = manager.send(page, login="ai.do", secret="cam-sanh-99", roles=["alliance"])
    assert refused.status == 403


def test_a_login_without_work_or_with_a_name_that_is_taken_is_refused(manager):
    page = manager.fill(f"{HOME}tai-khoan/them", login="grower", secret="1")
    assert page.problems["roles"]
    page = manager.fill(f"{HOME}tai-khoan/them", login="grower", secret="cam-sanh-99", roles=["grower"])
    assert "Đã có" in page.problems["login"]


def test_a_new_secret_ends_every_session(desk):
    browser, other = desk.browser("packer"), desk.browser("packer")
    page = browser.fill(f"{HOME}tai-khoan/mat-khau", old_secret=SECRET, new_secret="vai-thieu-2026")
    assert page.path == f"{HOME}dang-nhap"
    assert other.get(HOME).path.startswith(f"{HOME}dang-nhap")
    assert desk.browser("packer", "vai-thieu-2026").get(HOME).status == 200


def test_a_wrong_old_secret_changes_nothing(desk):
    browser = desk.browser("packer")
    page = browser.fill(f"{HOME}tai-khoan/mat-khau", old_secret="sai", new_secret="vai-thieu-2026")
    assert page.status == 401
    assert "vai-thieu-2026" not in page.html
    assert browser.get(HOME).path == HOME


def test_a_manager_helps_who_forgot_and_lets_go_who_left(desk, manager):
    accounts = manager.get(f"{HOME}tai-khoan/tat-ca")
    packer = desk.world.actors[Role.PACKER].account_id
    assert f"{HOME}tai-khoan/{packer}/mat-khau" in accounts.links
    manager.fill(f"{HOME}tai-khoan/{packer}/mat-khau", new_secret="vai-thieu-2026")
    browser = desk.browser("packer", "vai-thieu-2026")
    manager.fill(f"{HOME}tai-khoan/{packer}/dong")
    assert browser.get(HOME).path.startswith(f"{HOME}dang-nhap")
    assert packer not in manager.get(f"{HOME}tai-khoan/tat-ca").html


def test_a_manager_does_not_close_the_own_account(desk, manager):
    own = desk.world.actors[Role.MANAGER].account_id
    page = manager.fill(f"{HOME}tai-khoan/{own}/dong")
    assert page.status == 422
    assert "chính mình" in page.text
