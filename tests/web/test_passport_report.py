"""“This page is wrong”: who may say so, what is kept of it, what is refused."""

import re

import pytest

from ledger.coop.actors import Role
from ledger.coop.reports.queries import open_reports
from web.public.report_pages import TRAP

TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]+)"')


def path_of(shop, state="valid"):
    return f"/phan-anh{shop.stamp(state)}"


def send(shop, path, client=None, **answers):
    client = client or shop.client
    token = TOKEN.search(client.get(path).text)
    data = {"csrf_token": token[1] if token else "", **answers}
    return client.post(path, data=data, headers={"Sec-Fetch-Site": "same-origin"})


def kept(shop):
    world = shop.market.world
    return world.read(open_reports, world.ledger.vault, world.actor(Role.MANAGER))


def test_a_page_says_where_it_can_be_reported(shop):
    assert f'href="{path_of(shop)}"' in shop.client.get(shop.stamp("valid")).text
    assert f'href="/phan-anh{shop.market.path}"' in shop.client.get(shop.market.path).text
    assert "/phan-anh" not in shop.client.get(shop.stamp("unknown")).text


@pytest.mark.parametrize("state", ["valid", "expired", "recalled", "voided", "not_activated"])
def test_every_stamp_that_somebody_answers_for_has_a_form(shop, state):
    answer = shop.client.get(path_of(shop, state))
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "HTX Nho Đồi Mây" in answer.text


def test_a_stamp_of_nobody_has_none(shop):
    assert shop.client.get(path_of(shop, "unknown")).status_code == 404
    assert shop.client.get("/phan-anh/s/XXXX").status_code == 404


def test_a_report_reaches_the_manager_and_its_author_gets_a_number(own_shop):
    size = own_shop.market.world.size()
    answer = send(own_shop, path_of(own_shop), ly_do="goods", mo_ta="Dán trên cam", dien_thoai="0912 345 678")
    reference = re.search(r'report__code">([0-9A-F]{4}-[0-9A-F]{4})<', answer.text)[1]
    (found,) = kept(own_shop)
    assert (answer.status_code, found.reference) == (200, reference)
    assert (found.text, found.phone, found.shown) == ("Dán trên cam", "0912 345 678", "valid")
    assert found.lot == own_shop.market.lot
    assert found.number is not None
    assert own_shop.market.world.size() == size


def test_a_lot_s_page_is_reported_without_a_stamp(own_shop):
    send(own_shop, f"/phan-anh{own_shop.market.path}", ly_do="facts")
    (found,) = kept(own_shop)
    assert (found.lot, found.number, found.text, found.phone) == (own_shop.market.lot, None, "", None)


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({}, "Hãy chọn điều chưa đúng trong danh sách."),
        ({"ly_do": "x"}, "Hãy chọn điều chưa đúng trong danh sách."),
        ({"ly_do": "other"}, "Hãy viết vài chữ"),
        ({"ly_do": "facts", "mo_ta": "a" * 1001}, "tối đa 1000"),
        ({"ly_do": "facts", "dien_thoai": "gọi đi"}, "Số điện thoại chưa đúng"),
    ],
)
def test_what_is_wrong_is_said_beside_what_was_typed(own_shop, answers, sentence):
    answer = send(own_shop, path_of(own_shop), **answers)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert answers.get("mo_ta", "") in answer.text
    assert kept(own_shop) == ()


def test_a_program_that_fills_every_field_is_thanked_and_forgotten(own_shop):
    answer = send(own_shop, path_of(own_shop), ly_do="facts", **{TRAP: "https://spam.example"})
    assert answer.status_code == 200
    assert "Đã nhận phản ánh" in answer.text
    assert kept(own_shop) == ()


def test_no_other_site_can_send_it(own_shop):
    client = own_shop.client
    token = TOKEN.search(client.get(path_of(own_shop)).text)[1]
    data = {"csrf_token": token, "ly_do": "facts"}
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert client.post(path_of(own_shop), data=data, headers=headers).status_code == 403
    assert own_shop.client.post(path_of(own_shop), data={"ly_do": "facts"}).status_code == 403
    assert kept(own_shop) == ()


def test_one_address_sends_a_few_and_waits(own_shop):
    client = own_shop.client
    answers = [
        send(own_shop, path_of(own_shop), client, ly_do="facts", mo_ta=f"lần {number}") for number in range(8)
    ]
    assert [answer.status_code for answer in answers] == [200] * 6 + [429] * 2
    own_shop.ticks.now += 61
    assert send(own_shop, path_of(own_shop), client, ly_do="facts", mo_ta="nữa").status_code == 200


def test_script_in_a_report_is_text_to_whoever_typed_it(own_shop):
    answer = send(
        own_shop, path_of(own_shop), ly_do="x", mo_ta="<script>alert(1)</script>", dien_thoai='"><b>'
    )
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_the_form_speaks_english_too(shop):
    page = shop.client.get(f"{path_of(shop)}?lang=en").text
    assert "Report a mistake" in page
    assert 'lang="en"' in page.partition("<head>")[0]
