"""Stamp designs in the console: looked at, written, tried out, kept in versions, put away."""

import json
from io import BytesIO

import pytest
from PIL import Image

from ledger.coop.actors import Role
from ledger.coop.paper.label_designs import SaveDesign, list_designs, list_versions, save_design
from tests.support.desk import HOME, open_desk

DESIGNS = f"{HOME}mau-tem"
SMALL = {
    "html": '<a class="slot-qr" href="slot:qr"></a><a class="slot-code" href="slot:code"></a>'
    '<p class="name">$product_name</p>',
    "css": ".slot-qr { left: 1mm; top: 1mm; width: 20mm; height: 20mm }"
    " .slot-code { left: 1mm; top: 22mm; width: 23mm; height: 3mm; font-size: 6pt; line-height: 3mm }"
    " .name { position: absolute; left: 25mm; top: 3mm; width: 20mm; font-size: 7pt; line-height: 3.2mm }"
    " .name .field { max-height: 20mm }",
    "width_mm": "50",
    "height_mm": "30",
}


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


@pytest.fixture
def packer(desk):
    return desk.browser("packer")


def picture_of(browser, path):
    response = browser.client.get(path)
    assert (response.status_code, response.mimetype) == (200, "image/png")
    return Image.open(BytesIO(response.get_data()))


def tried(browser, page, **answers):
    """What the editor's script gets for what is typed."""
    form = dict(page.form.answers) | answers
    return browser.client.post(f"{DESIGNS}/xem-thu", data=form)


def saved(desk, name="NHO500"):
    from decimal import Decimal

    sides = {"width_mm": Decimal(50), "height_mm": Decimal(30)}
    command = SaveDesign(name=name, title_vi="Tem nho hộp", html=SMALL["html"], css=SMALL["css"], **sides)
    return desk.world.run(save_design, command, Role.PACKER)


def test_every_design_that_comes_with_the_program_has_a_picture_of_whole_dots(packer):
    page = packer.get(DESIGNS)
    for name in ("stamp_50x30", "food_70x50", "scratch_50x40", "carton_100x70", "pallet_148x105"):
        assert f"{DESIGNS}/{name}" in page.links
        assert packer.get(f"{DESIGNS}/{name}").status == 200
        assert picture_of(packer, f"{DESIGNS}/{name}.png").mode == "1"
    assert picture_of(packer, f"{DESIGNS}/stamp_50x30.png").size == (400, 240)


def test_an_own_design_begins_as_another_and_is_saved_under_its_name(desk, packer):
    page = packer.get(f"{DESIGNS}/stamp_50x30/sua")
    assert "slot:qr" in page.form["html"]
    done = packer.send(page, title_vi="Tem nho hộp 500 g", name="nho500")
    assert "Đã lưu" in done.text
    assert "Tem nho hộp 500 g" in done.text
    (card,) = desk.world.read(list_designs, desk.world.actors[Role.PACKER])
    assert (card.name, card.version) == ("NHO500", 1)
    assert picture_of(packer, f"{DESIGNS}/{card.spec_name}.png").size == (400, 240)
    assert "Tem nho hộp 500 g" in packer.get(DESIGNS).text


def test_a_changed_design_is_a_new_version_and_the_old_one_stays(desk, packer):
    first = saved(desk)
    page = packer.get(f"{DESIGNS}/{first.spec_name}/sua")
    assert page.form["name"] == "NHO500"
    done = packer.send(page, css=SMALL["css"] + " .name { font-weight: 700 }")
    versions = desk.world.read(list_versions, desk.world.actors[Role.PACKER], "NHO500")
    assert [card.version for card in versions] == [2, 1]
    assert "Bản 1" in done.text
    assert "700" not in packer.get(f"{DESIGNS}/{first.spec_name}").text


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"html": SMALL["html"].replace('<a class="slot-code" href="slot:code"></a>', "")}, "slot:code"),
        ({"html": SMALL["html"] + '<img src="https://example.vn/a.png">'}, "https"),
        ({"html": SMALL["html"] + "<script>alert(1)</script>"}, "script"),
        ({"html": SMALL["html"] + "<p>$price</p>"}, "price"),
        ({"css": SMALL["css"] + " .name { color: #777 }"}, ""),
        ({"css": '@import "file:///etc/passwd"; ' + SMALL["css"]}, ""),
    ],
)
def test_a_design_that_cannot_be_printed_sharply_is_refused_with_the_reason(desk, packer, changed, reason):
    page = packer.get(f"{DESIGNS}/stamp_50x30/sua")
    answers = {**SMALL, **changed}
    refused = packer.send(page, title_vi="Mẫu", name="MAU", **answers)
    assert refused.status == 422
    assert reason in refused.problems["html"]
    assert refused.form["html"].strip() == answers["html"].strip()
    assert desk.world.read(list_designs, desk.world.actors[Role.PACKER]) == ()
    answer = tried(packer, page, **answers)
    assert answer.status_code == 422
    assert json.loads(answer.get_data())["sentences"] == [refused.problems["html"]]


def test_the_preview_draws_what_is_typed_and_keeps_nothing(desk, packer):
    page = packer.get(f"{DESIGNS}/stamp_50x30/sua")
    answer = tried(packer, page, dpi="300", title_vi="", name="")
    assert answer.mimetype == "image/png"
    assert Image.open(BytesIO(answer.get_data())).size == (590, 354)
    assert answer.headers["Cache-Control"] == "no-store"
    assert desk.world.read(list_designs, desk.world.actors[Role.PACKER]) == ()


def test_without_a_script_a_button_shows_the_picture_on_the_same_page(packer):
    page = packer.get(f"{DESIGNS}/stamp_50x30/sua")
    answers = [*page.form.answers, ("xem", "1")]
    shown = packer.client.post(f"{DESIGNS}/stamp_50x30/sua", data=dict(answers))
    assert shown.status_code == 200
    assert 'src="data:image/png;base64,' in shown.get_data(as_text=True)
    wrong = packer.client.post(f"{DESIGNS}/stamp_50x30/sua", data={**dict(answers), "html": "<p>$lot</p>"})
    assert "data:image/png" not in wrong.get_data(as_text=True)
    assert "slot:qr" in wrong.get_data(as_text=True)


def test_a_design_put_away_is_offered_no_more(desk, packer):
    card = saved(desk)
    done = packer.fill(f"{DESIGNS}/{card.spec_name}/cat")
    assert "Đã cất mẫu Tem nho hộp" in done.text
    assert f"{DESIGNS}/{card.spec_name}" not in done.links
    assert "Mẫu đã cất" in packer.get(f"{DESIGNS}/{card.spec_name}").text


def test_a_neighbour_sees_none_of_our_designs(desk):
    card = saved(desk)
    neighbour = desk.browser("neighbour.manager")
    assert "Tem nho hộp" not in neighbour.get(DESIGNS).text
    for path in ("", ".png", "/sua", "/cat"):
        assert neighbour.get(f"{DESIGNS}/{card.spec_name}{path}").status == 404


def test_who_does_not_pack_does_not_design(desk):
    grower = desk.browser("grower")
    for path in ("", "/stamp_50x30", "/stamp_50x30.png", "/stamp_50x30/sua"):
        assert grower.get(f"{DESIGNS}{path}").status == 403
    page = desk.browser("packer").get(f"{DESIGNS}/stamp_50x30/sua")
    assert tried(grower, page).status_code == 403
    assert desk.browser("packer").get(f"{DESIGNS}/khong-co").status == 404


def test_text_that_overflows_an_own_design_asks_for_more_room_not_for_shorter_text(packer):
    page = packer.get(f"{DESIGNS}/stamp_50x30/sua")
    narrow = SMALL["css"].replace("max-height: 20mm", "max-height: 2mm")
    answer = tried(packer, page, **SMALL | {"css": narrow})
    assert answer.status_code == 422
    (sentence,) = json.loads(answer.get_data())["sentences"]
    assert sentence.startswith("Tên sản phẩm không vừa chỗ")
    assert "nới chỗ" in sentence
