"""The code under the foil: a plain form on the stamp's page, and what it answers."""

import re
from datetime import timedelta

import pytest

from ledger.coop.recalls.recalls import Recall, recall
from ledger.coop.scans.scratch import open_scratch_codec


def title_of(page):
    return re.search(r"<h2>(.*?)</h2>", page.text)[1]


def code_of(shop, state="scratch"):
    number = shop.app.extensions["sogoc"].codes.parse(shop.market.codes[state])
    return shop.market.world.read(open_scratch_codec, shop.market.world.ledger.vault).format(number)


def tell(shop, typed, state="scratch", **more):
    return shop.client.post(shop.stamp(state), data={"ma_cao": typed}, **more)


def test_a_stamp_with_a_scratch_code_has_a_form_that_needs_no_script(own_shop):
    page = own_shop.client.get(own_shop.stamp("scratch")).text
    form = re.search(r'<form method="post"[^>]*>.*?</form>', page, re.DOTALL)[0]
    assert 'name="ma_cao"' in form
    assert "action=" not in form.partition(">")[0]
    assert page.index('name="ma_cao"') < page.index('id="hanh-trinh"')


@pytest.mark.parametrize("state", ["valid", "voided", "not_activated", "seen_often"])
def test_other_stamps_have_none(own_shop, state):
    assert "ma_cao" not in own_shop.client.get(own_shop.stamp(state)).text
    assert tell(own_shop, code_of(own_shop, state), state).status_code == 404


def test_the_first_use_says_that_it_is_the_first(own_shop):
    page = tell(own_shop, code_of(own_shop))
    assert (page.status_code, title_of(page)) == (200, "Lần kiểm tra đầu tiên")
    assert "dùng lần đầu ngày 15/01/2027" in page.text
    assert "<h1>Tem thật</h1>" in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_a_later_use_says_when_the_first_was(own_shop):
    tell(own_shop, code_of(own_shop))
    again = tell(own_shop, code_of(own_shop))
    assert title_of(again) == "Mã cào đã được dùng lần đầu ngày 15/01/2027"
    assert "vừa rồi chính bạn kiểm tra" in again.text
    own_shop.market.clock.now += timedelta(days=3)
    own_shop.second()
    later = tell(own_shop, code_of(own_shop))
    assert title_of(later) == "Mã cào đã được dùng lần đầu ngày 15/01/2027"
    assert "lớp cào đã bị mở trước" in later.text


def test_the_code_is_read_in_any_spelling(own_shop):
    code = code_of(own_shop)
    spelled = f" {code[:4]}-{code[4:]} ".lower().replace("0", "o").replace("1", "l")
    assert title_of(tell(own_shop, spelled)) == "Lần kiểm tra đầu tiên"


@pytest.mark.parametrize(
    ("typed", "sentence"), [("", "có 0"), ("123", "có 3"), ("!!!!!!!!", "“!”"), ("00000000", "chưa đúng")]
)
def test_a_wrong_code_is_told_kindly_with_the_form_again(own_shop, typed, sentence):
    page = tell(own_shop, typed)
    assert (page.status_code, title_of(page)) == (422, "Mã cào chưa đúng")
    assert sentence in page.text
    assert f'value="{typed}"' in page.text
    assert title_of(tell(own_shop, code_of(own_shop))) == "Lần kiểm tra đầu tiên"


def test_what_was_typed_is_shown_as_text(own_shop):
    page = tell(own_shop, '"><script>1</script>')
    assert "<script>1" not in page.text


def test_a_right_code_hides_no_recall(own_shop):
    market = own_shop.market
    market.world.run(recall, Recall(market.lot, "mốc", "cả lô", "HTX", "mang trả", "0259 388 1122"))
    own_shop.second()
    page = tell(own_shop, code_of(own_shop))
    assert "<h1>Hàng đang bị thu hồi</h1>" in page.text
    assert page.text.index("<h1>") < page.text.index("<h2>")


def test_the_printed_address_takes_the_code_too(own_shop):
    path = f"/S/{own_shop.market.codes['scratch']}"
    page = own_shop.client.post(path, data={"ma_cao": code_of(own_shop)})
    assert title_of(page) == "Lần kiểm tra đầu tiên"


def test_asking_for_a_code_is_no_scan(own_shop):
    tell(own_shop, code_of(own_shop))
    page = own_shop.client.get(own_shop.stamp("scratch"))
    assert "lần quét thứ\u00a01" in page.text


def test_an_unknown_stamp_has_no_code(own_shop):
    assert tell(own_shop, "00000000", "unknown").status_code == 404
