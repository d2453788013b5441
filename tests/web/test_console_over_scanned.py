"""Stamps scanned as only copies are: on the manager's home, on a page of their own, looked into."""

import pytest

from ledger.coop.scans.scan_counts import ScanKey, add_scans
from ledger.coop.scans.scan_rules import Phase, ScanLimits, ScanRule
from tests.support.desk import HOME, open_desk
from web.console.over_scanned import RULE_WORDS

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


def test_one_that_was_looked_into_leaves_the_list_with_its_note(manager, copied):
    page = manager.get(f"{HOME}tem-quet-nhieu/5")
    assert "Hà Nội" in page.text
    assert f"/s/{copied[1]}" in page.links
    listed = manager.send(page, note="Cửa hàng quét thử nhiều máy, không có tem giả.")
    assert listed.path == f"{HOME}tem-quet-nhieu"
    assert "Không có con tem nào bị quét bất thường" in listed.text
    assert copied[1] in manager.get(f"{HOME}tem-quet-nhieu?xong=1").text
    again = manager.get(f"{HOME}tem-quet-nhieu/5")
    assert "Cửa hàng quét thử nhiều máy" in again.text
    assert "note" not in again.form.names
    assert "con tem bị quét quá nhiều" not in manager.get(HOME).text


def test_without_a_note_it_stays_on_the_list(manager, copied):
    refused = manager.fill(f"{HOME}tem-quet-nhieu/5")
    assert refused.problems["note"]
    assert copied[1] in manager.get(f"{HOME}tem-quet-nhieu").text


def test_only_the_cooperatives_own_manager_reads_it(desk, copied):
    for login, status in {"packer": 403, "accountant": 403, "neighbour.manager": 404}.items():
        assert desk.browser(login).get(f"{HOME}tem-quet-nhieu/5").status == status
    neighbour = desk.browser("neighbour.manager").get(f"{HOME}tem-quet-nhieu")
    assert copied[1] not in neighbour.text


def test_every_rule_has_words():
    assert RULE_WORDS.keys() == set(ScanRule)
