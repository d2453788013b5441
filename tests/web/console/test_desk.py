"""The distributor's desk: codes pasted, sent, scanned; the table and its files; goods taken in, or not."""

import io
import json

import pytest

from ledger.coop.desk.result_files import verify_result_file
from ledger.coop.desk.typed_codes import MAX_CODES
from tests.support.desk import HOME, open_desk, picture

DESK = f"{HOME}kiem-tem"


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


@pytest.fixture
def stamped(desk):
    """A lot with twenty stamps, ten packs of it on their way to the distributor; the codes."""
    world = desk.world
    lot = world.stamped(20)
    shipped = world.shipped(lot, 10)
    return shipped.code, [world.codec().format(number) for number in range(1, 21)]


@pytest.fixture
def receiver(desk):
    return desk.browser("distributor")


def test_a_pasted_list_becomes_a_table_and_a_signed_file(desk, receiver, stamped):
    shipment, codes = stamped
    size = desk.world.size()
    page = receiver.fill(DESK, codes="\n".join([*codes[:10], codes[0], "tem rách"]))
    assert page.status == 200
    assert "Phiếu kiểm 11 mã" in page.text
    assert "9 Nhận được" in page.text
    assert "Tem thật, nhưng quét 2 lần trong danh sách" in page.text
    assert "Quét được 9 gói" in page.text
    assert f"{HOME}nhan-hang/{shipment}?dem=9" in page.links
    bad = receiver.get(f"{page.path.split('?')[0]}?mau=bad")
    assert "tem rách" in bad.text
    assert codes[1][:4] not in bad.text
    link = next(one for one in page.links if one.endswith(".json"))
    result = verify_result_file(receiver.client.get(link).data, vkey=desk.world.ledger.vkey)
    assert (result.signed.organisation, result.signed.codes) == (desk.world.distributor.code, 11)
    assert desk.world.size() == size


def test_the_files_for_people(receiver, stamped):
    _, codes = stamped
    page = receiver.fill(DESK, codes="\n".join([*codes[:3], "=1+1 xấu"]))
    links = {one.rsplit(".", 1)[1]: one for one in page.links if "/ket-qua." in one}
    table = receiver.client.get(links["csv"])
    lines = table.data.decode("utf-8-sig").splitlines()
    assert table.mimetype == "text/csv"
    assert len(lines) == 5
    assert lines[1].startswith(f"{codes[0]};Tem thật;Nhận được;Nho hạ đen;")
    assert lines[4].startswith("'=1+1 xấu;Không tìm thấy mã này;Không nhận")
    paper = receiver.client.get(links["pdf"])
    assert paper.data.startswith(b"%PDF")
    for kind in ("json", "csv", "pdf"):
        assert f'.{kind}"' in receiver.client.get(links[kind]).headers["Content-Disposition"]


def test_a_sent_file_is_read_beside_what_was_pasted(receiver, stamped):
    _, codes = stamped
    page = receiver.get(DESK)
    sent = (io.BytesIO(f"Mã tem;Ghi chú\n{codes[5]};thùng 1\n".encode()), "ma.csv")
    shown = receiver.send(page, codes=codes[0], files={"file": [sent]})
    assert "Phiếu kiểm 2 mã" in shown.text


def test_what_cannot_be_checked_is_said_and_nothing_typed_is_lost(receiver):
    page = receiver.get(DESK)
    for codes, data, said in (
        ("", b"", "Chưa có mã nào để kiểm"),
        ("1x\n" * (MAX_CODES + 1), b"", "tối đa 20.000 mã"),
        ("abc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel kiểu cũ"),
    ):
        shown = receiver.send(page, codes=codes, files={"file": [(io.BytesIO(data), "ma.xls")]})
        assert shown.status == 422
        assert said in shown.text
        assert shown.form["codes"].startswith(codes[:3].strip())


def some(browser, codes, **headers):
    """Ask for the lines of codes as the page's script does."""
    token = browser.get(DESK).form["csrf_token"]
    headers = {"X-CSRF-Token": token} | headers
    return browser.client.post(f"{DESK}/tung-ma", data=json.dumps({"codes": codes}), headers=headers,
                               content_type="application/json")  # fmt: skip


def test_scanned_codes_are_answered_in_their_order(receiver, stamped):
    _, codes = stamped
    asked = [codes[3], "rách", codes[3].lower(), f"HTTP://X/S/{codes[4]}"]
    rows = some(receiver, asked).get_json()["rows"]
    assert [row["code"] for row in rows] == [codes[3], "rách", codes[3], codes[4]]
    assert [row["tone"] for row in rows] == ["good", "bad", "good", "good"]
    assert rows[0]["holder"] == "Đang tới, chờ đơn vị mình ký nhận"
    assert rows[0]["address"].startswith("/")


def test_the_script_s_question_has_one_form_and_cannot_be_forged(receiver):
    for codes in (None, "x", [1], ["x"] * 101, [["x"]]):
        assert some(receiver, codes).status_code == 400
    assert some(receiver, ["x"], **{"X-CSRF-Token": "0" * 128}).status_code == 403


def test_only_who_handles_goods_has_a_desk(desk, receiver, stamped):
    page = receiver.fill(DESK, codes=stamped[1][0])
    address = page.path.split("?")[0]
    assert desk.browser("grower").get(DESK).status == 403
    for who in ("neighbour.manager", "manager"):
        assert desk.browser(who).get(address).status == 404
        assert desk.browser(who).get(f"{address}/ket-qua.json").status == 404


def test_taking_in_less_leads_to_a_return_that_the_sender_settles(desk, receiver, stamped):
    shipment, _ = stamped
    asked = receiver.get(f"{HOME}nhan-hang/{shipment}?dem=8")
    assert asked.form["counted"] == "8"
    refused = receiver.send(asked, condition="short")
    assert refused.status == 422
    assert "Hãy ghi lý do" in refused.problems["reason"]
    answers = {"condition": "short", "reason": "Hai gói dập"}
    taken = receiver.send(refused, **answers, files={"documents": [picture()]})
    assert "nhận 8" in taken.text
    assert "Hai gói dập" in taken.text
    sender = desk.browser("manager")
    home = sender.get(HOME)
    assert f"Chuyến {shipment} thiếu 2" in home.text
    delivery = sender.get(f"{HOME}giao-nhan/{shipment}")
    assert "Hai gói dập" in delivery.text
    photo = next(one for one in delivery.links if "/anh/" in one)
    assert sender.client.get(photo).mimetype == "image/webp"
    assert desk.browser("neighbour.manager").get(photo).status == 404
    back = sender.get(f"{HOME}giao-nhan/{shipment}/hang-ve")
    assert "chỉ có 2" in sender.send(back, returned="3").problems["returned"]
    done = sender.send(back, returned="1")
    assert "Đã ghi hàng trả về." in done.text
    assert "Mất, không về 1" in done.text
    assert f"Chuyến {shipment} thiếu" not in sender.get(HOME).text
    assert sender.get(f"{HOME}giao-nhan/{shipment}/hang-ve").path == f"{HOME}giao-nhan/{shipment}"


def test_refusing_needs_no_count_but_a_reason(desk, receiver, stamped):
    shipment, _ = stamped
    asked = receiver.get(f"{HOME}nhan-hang/{shipment}")
    assert "reason" in receiver.send(asked, condition="refused").problems
    taken = receiver.send(asked, condition="refused", reason="Xe không lạnh")
    assert "không nhận chuyến này" in taken.text
    assert f"Chuyến {shipment} không được nhận" in desk.browser("manager").get(HOME).text


def test_a_company_is_not_called_a_cooperative(desk, receiver, stamped):
    shipment, _ = stamped
    taken = receiver.fill(f"{HOME}nhan-hang/{shipment}", counted="10", note="Thùng 3 ướt vỏ")
    assert "Chỉ đơn vị mình đọc được" in taken.text
    assert "Chỉ hợp tác xã" not in taken.text
