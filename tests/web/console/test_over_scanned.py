"""Stamps scanned as only copies are: on the manager's home, on a page of their own, looked into."""

import pytest

from ledger.coop.scans.scan_counts import ScanKey, add_scans
from ledger.coop.scans.scan_rules import Phase, ScanLimits, ScanRule
from tests.support.desk import HOME, open_desk
from web.console.stamps.over_scanned import RULE_WORDS
from web.formats import format_date

LIMITS = ScanLimits(in_a_day=3, in_total=10)


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


@pytest.fixture
def manager(desk):
    return desk.browser("manager")


def scan(world, number, *provinces, count=2):
    """So many scans of a stamp of ours, today, in each province."""
    with world.ledger.database.writing() as session:
        for province in provinces:
            key = ScanKey(number, world.coop.code, world.today, province, Phase.ACTIVE)
            add_scans(session, {key: count}, LIMITS)


@pytest.fixture
def copied(desk):
    """The fifth stamp of a lot, scanned in Hà Nội and in Thành phố Hồ Chí Minh on one day."""
    lot = desk.world.stamped(packs=20)
    scan(desk.world, 5, "01", "79")
    return lot, desk.world.codec().format(5)


def test_what_may_be_copied_is_the_first_thing_to_decide(manager, copied):
    page = manager.get(HOME)
    assert "1 con tem bị quét quá nhiều" in page.text
    assert f"{HOME}tem-quet-nhieu" in page.links


def test_the_list_says_which_stamp_of_which_lot_how_often_where_and_why(manager, copied):
    page = manager.get(f"{HOME}tem-quet-nhieu")
    lot, code = copied
    assert code in page.text
    assert f"Lô {lot.rpartition('.')[2]} · quét 4 lần ở 2 tỉnh" in page.text
    assert RULE_WORDS[ScanRule.FAR_APART] in page.text


LIST = f"{HOME}tem-quet-nhieu"


def shown(desk, code):
    """What the public is told of the stamp."""
    desk.app.extensions["sogoc"].tallies._slots.clear()
    return desk.browser().get(f"/s/{code}").text


def test_one_that_was_looked_into_leaves_the_list_with_its_note(desk, manager, copied):
    page = manager.get(f"{LIST}/5")
    assert "Hà Nội" in page.text
    assert f"/s/{copied[1]}" in page.links
    assert "scope" not in page.form.names
    listed = manager.send(page, finding="suspect", note="Cửa hàng ở Đà Nẵng dán tem chụp lại.")
    assert listed.path == LIST
    assert "Không có con tem nào bị quét bất thường" in listed.text
    done = manager.get(f"{LIST}?xong=1").text
    assert copied[1] in done
    assert "có thể có tem chép" in done
    assert "con tem bị quét quá nhiều" not in manager.get(HOME).text
    assert "đã bị quét nhiều lần" in shown(desk, copied[1])


def test_one_found_fine_is_valid_again_and_on_record(desk, manager, copied):
    assert "đã bị quét nhiều lần" in shown(desk, copied[1])
    manager.fill(f"{LIST}/5", finding="fine", note="Tổ đóng gói quét thử khi dán.")
    assert "đã bị quét nhiều lần" not in shown(desk, copied[1])
    done = manager.get(f"{LIST}?xong=1").text
    assert f"ngày {format_date(desk.world.today)} · manager: Tổ đóng gói quét thử khi dán." in done
    assert "Đã xem, hợp lệ" in done
    again = manager.get(f"{LIST}/5")
    assert "Đã xem, hợp lệ: Tổ đóng gói quét thử" in again.text
    assert "note" not in again.form.names


def test_one_kept_in_doubt_may_be_found_fine_later(desk, manager, copied):
    manager.fill(f"{LIST}/5", finding="suspect", note="Chưa rõ.")
    manager.fill(f"{LIST}/5", finding="fine", note="Hội chợ: khách quét thử trên quầy.")
    assert "đã bị quét nhiều lần" not in shown(desk, copied[1])
    assert "Chưa rõ." in manager.get(f"{LIST}/5").text


def test_a_range_is_settled_with_one_reason(desk, manager, copied):
    scan(desk.world, 6, "01", "79")
    page = manager.get(f"{LIST}/5")
    assert "Cả 2 tem bị báo của dải này" in page.text
    listed = manager.send(page, finding="fine", scope="all", note="Tập huấn quét tem.")
    assert "Không có con tem nào bị quét bất thường" in listed.text
    assert manager.get(f"{LIST}?xong=1").text.count("Tập huấn quét tem.") == 2


def test_without_a_note_it_stays_on_the_list(manager, copied):
    refused = manager.fill(f"{HOME}tem-quet-nhieu/5", finding="fine")
    assert refused.problems["note"]
    assert manager.fill(f"{HOME}tem-quet-nhieu/5", note="đã xem").problems["finding"]
    assert copied[1] in manager.get(f"{HOME}tem-quet-nhieu").text


def test_only_the_cooperatives_own_manager_reads_it(desk, copied):
    for login, status in {"packer": 403, "accountant": 403, "neighbour.manager": 404}.items():
        assert desk.browser(login).get(f"{HOME}tem-quet-nhieu/5").status == status
    neighbour = desk.browser("neighbour.manager").get(f"{HOME}tem-quet-nhieu")
    assert copied[1] not in neighbour.text


def test_every_rule_has_words():
    assert RULE_WORDS.keys() == set(ScanRule)
