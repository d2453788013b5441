"""What a scan answers: one page per state of a stamp, the same facts for programs, honest caching."""

import re

import pytest

from tests.support.market import RECALL_REASON
from tests.support.shop import open_shop

STATES = {
    "valid": "Tem thật",
    "voided": "Tem đã hủy",
    "not_activated": "Tem chưa kích hoạt",
    "expired": "Hàng đã quá hạn dùng",
    "recalled": "Hàng đang bị thu hồi",
}


def fetch(client, path):
    """Status and bytes; files are closed at once."""
    with client.get(path) as answer:
        return answer.status_code, answer.data


def title_of(page):
    return re.search(r"<h1>(.*?)</h1>", page.text)[1]


@pytest.mark.parametrize(("state", "title"), STATES.items())
def test_each_state_of_a_stamp_has_its_own_page(shop, client, state, title):
    page = client.get(shop.stamp(state))
    assert (page.status_code, page.content_type) == (200, "text/html; charset=utf-8")
    assert title_of(page) == title
    assert f'data-verdict="{state}"' in page.text
    assert page.text.count("<h1>") == 1


def test_an_unknown_code_has_a_page_and_answers_404(shop, client):
    page = client.get(shop.stamp("unknown"))
    assert page.status_code == 404
    assert title_of(page) == "Không tìm thấy mã tem này"
    assert f'value="{shop.market.codes["unknown"]}"' in page.text


def test_the_verdict_comes_before_everything_else(shop, client):
    page = client.get(shop.stamp("valid")).text
    assert page.index("<h1>") < page.index("<main")


def test_a_valid_page_tells_what_who_where_when_and_certificates(shop, client):
    page = client.get(shop.stamp("valid")).text
    for told in (
        "Nho hạ đen",
        "Black summer grapes",
        "500\u00a0g",
        "HTX Nho Đồi Mây",
        "Phước Thuận, Khánh Hòa",
        "VietGAP",
        "Ngăn mát 0–5 °C",
        'aria-label="Vị trí trên bản đồ Việt Nam"',
    ):
        assert told in page
    assert re.search(r"Thu hoạch.*?<time datetime=\"2027-01-12\">12/01/2027</time>", page, re.DOTALL)


def test_a_late_entry_says_how_late_and_when_it_was_recorded(shop, client):
    page = client.get(shop.stamp("valid")).text
    assert "ghi bù sau 9 ngày" in page
    assert "ghi ngày 02/12/2026" in page


def test_origins_are_told_with_their_shares(shop, client):
    page = client.get(shop.stamp("valid")).text
    assert re.findall(r'origin__share">(.*?)<', page) == ["60\u00a0%", "40\u00a0%"]


def test_photos_are_small_and_come_when_they_are_needed(shop, client):
    page = client.get(shop.stamp("valid")).text
    source = re.search(r'<img src="(/photo/[0-9a-f]{64}-192\.webp)"[^>]* loading="lazy"', page)[1]
    photo = client.get(source)
    assert (photo.status_code, photo.content_type) == (200, "image/webp")
    assert "immutable" in photo.headers["Cache-Control"]
    assert client.get(source.replace("-192", "")).status_code == 200


def test_a_recall_tells_why_and_what_to_do(shop, client):
    page = client.get(shop.stamp("recalled")).text
    assert f"Lý do: {RECALL_REASON}." in page
    assert "Việc cần làm: không ăn, mang trả nơi đã mua." in page
    assert 'Liên hệ: <a href="tel:02593881122">0259 388 1122</a>' in page


@pytest.mark.parametrize("state", ["voided", "not_activated"])
def test_a_stamp_that_vouches_for_nothing_shows_no_goods(shop, client, state):
    page = client.get(shop.stamp(state)).text
    assert "Nho hạ đen" not in page
    assert "HTX Nho Đồi Mây" in page


def test_a_voided_stamp_tells_since_when_and_why(shop, client):
    page = client.get(shop.stamp("voided")).text
    assert "Hợp tác xã đã báo hủy tem này ngày 12/01/2027." in page
    assert "Lý do: in nhòe." in page


def test_the_printed_address_in_capitals_answers_too(shop, client):
    code = shop.market.codes["valid"]
    assert client.get(f"/S/{code}").data == client.get(f"/s/{code}").data


def test_a_code_is_read_with_small_letters_spaces_and_look_alikes(shop, client):
    code = shop.market.codes["valid"]
    spelled = f"{code[:4]}-{code[4:8]} {code[8:]}".lower().replace("0", "o").replace("1", "l")
    assert title_of(client.get(f"/s/{spelled}")) == "Tem thật"


def test_stamps_of_one_lot_share_a_page_but_for_their_code(shop, client):
    market = shop.market
    codec = shop.app.extensions["sogoc"].codes
    other = codec._codec.format(codec.parse(market.codes["valid"]) + 1)
    first, second = client.get(shop.stamp("valid")).text, client.get(f"/s/{other}").text
    assert first != second
    grouped = [
        f"{code[:4]}\u00a0{code[4:8]}\u00a0{code[8:12]}\u00a0{code[12:]}"
        for code in (market.codes["valid"], other)
    ]
    assert first.replace(market.codes["valid"], other).replace(*grouped) == second
    assert "~~" not in first


def test_the_canonical_address_comes_from_the_settings(shop, client):
    page = client.get(shop.stamp("valid"), headers={"Host": "evil.example"}).text
    assert f'<link rel="canonical" href="http://127.0.0.1:8000{shop.stamp("valid")}">' in page


def test_programs_get_the_same_facts_as_json(shop, client):
    answer = client.get(shop.stamp("valid"), headers={"Accept": "application/json"})
    assert answer.content_type == "application/json"
    assert answer.headers["Vary"] == "Accept, Accept-Encoding"
    told = answer.json
    assert told["type"] == "sogoc/passport/v1"
    assert told["verdict"]["state"] == "valid"
    assert told["code"] == shop.market.codes["valid"]
    assert told["passport"]["lot"] == shop.market.lot
    assert told["passport"]["weight_kg"] == "50"
    assert told["passport"]["origins"][0]["share"] == "3/5"
    assert told["passport"]["product"]["statement"]["name"] == "Nho hạ đen"
    assert client.get(told["bundle"]).json["lot"] == shop.market.lot


def test_an_unknown_code_is_told_to_programs_too(shop, client):
    answer = client.get(shop.stamp("unknown"), headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.json["verdict"]["state"] == "unknown"


@pytest.mark.parametrize("accept", ["", "*/*", "text/html,application/xhtml+xml,*/*;q=0.8", "image/png"])
def test_everyone_else_gets_the_page(shop, client, accept):
    assert client.get(shop.stamp("valid"), headers={"Accept": accept}).mimetype == "text/html"


def test_a_lot_answers_at_its_own_address(shop, client):
    page = client.get(shop.market.path)
    assert (page.status_code, title_of(page)) == (200, "Lô hàng thật")


def test_a_lot_that_is_not_sealed_says_so(shop, client):
    season = shop.market.season.removeprefix("http://127.0.0.1:8000")
    page = client.get(season)
    assert (page.status_code, title_of(page)) == (200, "Lô chưa ký")


def test_an_unknown_lot_has_a_page_and_answers_404(shop, client):
    page = client.get(shop.market.path + "9")
    assert (page.status_code, title_of(page)) == (404, "Không tìm thấy lô hàng này")


def test_the_bundle_of_a_stamp_is_that_of_its_lot(shop, client):
    by_stamp = client.get(f"{shop.stamp('valid')}/bundle")
    assert by_stamp.headers["Access-Control-Allow-Origin"] == "*"
    assert by_stamp.data == client.get(f"{shop.market.path}/bundle").data
    assert by_stamp.json["type"] == "sogoc/bundle/v1"


@pytest.mark.parametrize("state", ["not_activated", "unknown"])
def test_a_stamp_on_no_lot_has_no_bundle(shop, client, state):
    assert client.get(f"{shop.stamp(state)}/bundle").status_code == 404


def test_the_organisation_s_keys_are_published_for_its_credentials(shop, client):
    organisation = shop.market.path.split("/")[1]
    document = client.get(f"/{organisation}/did.json")
    credential = client.get(f"{shop.market.path}/bundle").json["credential"]
    assert document.json["id"] == credential["issuer"]["id"]
    assert credential["proof"]["verificationMethod"] in document.json["assertionMethod"]
    assert client.get("/A000000000/did.json").status_code == 404


def test_a_server_that_moved_answers_for_the_identifiers_it_gave_before(sqlite_template, tmp_path):
    for shop in open_shop(sqlite_template, tmp_path, public_url="https://moi.example.vn"):
        page = shop.client.get(shop.market.path)
        credential = shop.client.get(f"{shop.market.path}/bundle").json["credential"]
        document = shop.client.get(f"/{shop.market.path.split('/')[1]}/did.json").json
    assert (page.status_code, "Lô hàng thật" in page.text) == (200, True)
    assert document["id"] == credential["issuer"]["id"]


# -- caching -------------------------------------------------------------------------------------------------


def test_a_page_that_was_seen_is_not_sent_again(shop, client):
    first = client.get(shop.stamp("valid"))
    again = client.get(shop.stamp("valid"), headers={"If-None-Match": first.headers["ETag"]})
    assert first.headers["ETag"].startswith('W/"')
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(shop.stamp("valid"), headers={"If-None-Match": '"other"'}).status_code == 200


def test_good_news_may_be_shared_and_warnings_are_asked_for_each_time(shop, client):
    # A stamp's page comes from here every time, to be counted; a lot's may come from a cache on the way.
    told = client.get(shop.stamp("valid")).headers["Cache-Control"]
    assert ("s-maxage" in told, "stale-if-error" in told) == (False, True)
    assert "s-maxage" in client.get(shop.market.path).headers["Cache-Control"]
    for state in ("recalled", "expired", "voided", "not_activated", "unknown"):
        assert client.get(shop.stamp(state)).headers["Cache-Control"] == "no-cache"


def test_a_warm_page_asks_the_database_nothing(own_shop, monkeypatch):
    client, ledger = own_shop.client, own_shop.market.world.ledger
    warm = client.get(own_shop.stamp("valid")).data
    monkeypatch.setattr(ledger, "read", None)
    assert client.get(own_shop.stamp("valid")).data == warm


def test_a_page_that_still_holds_is_not_made_again(own_shop, monkeypatch):
    client = own_shop.client
    warm = client.get(own_shop.stamp("valid")).data
    own_shop.second()
    monkeypatch.setattr("web.public.pages.render_template", None)
    assert client.get(own_shop.stamp("valid")).data == warm


def test_a_recall_shows_within_a_second(own_shop):
    from ledger.coop.recalls.recalls import Recall, recall

    client, market = own_shop.client, own_shop.market
    assert title_of(client.get(own_shop.stamp("valid"))) == "Tem thật"
    command = Recall(market.lot, "mốc", "cả lô", "HTX", "mang trả", "0259 388 1122")
    market.world.run(recall, command)
    own_shop.second()
    page = client.get(own_shop.stamp("valid"))
    assert title_of(page) == "Hàng đang bị thu hồi"


def test_goods_expire_at_midnight(own_shop):
    client = own_shop.client
    own_shop.market.wait(days=27)
    own_shop.second()
    assert title_of(client.get(own_shop.stamp("valid"))) == "Tem thật"
    own_shop.market.wait(days=1)
    own_shop.second()
    assert title_of(client.get(own_shop.stamp("valid"))) == "Hàng đã quá hạn dùng"


# -- size ----------------------------------------------------------------------------------------------------


def test_everything_a_page_links_to_is_there(shop, client):
    page = client.get(shop.stamp("valid")).text
    linked = set(re.findall(r'(?:href|src)="(/[^"#]*)"', page))
    assert len(linked) > 8
    assert {path: fetch(client, path)[0] for path in linked} == dict.fromkeys(linked, 200)
