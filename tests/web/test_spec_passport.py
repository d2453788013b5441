"""docs/spec/passport.md says what the pages do."""

import json
import re

import pytest

from ledger.coop.scans.scan_rules import ScanLimits
from ledger.trace.passports.verdicts import Verdict
from tests.conftest import SPEC_FOLDER
from web.public.documents import DOCUMENT_TYPE
from web.public.sentences import words_for_lot, words_for_stamp

PAGE = (SPEC_FOLDER / "passport.md").read_text("utf-8")


def rows(heading):
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]


def test_every_state_is_told_in_its_words(shop):
    market, client = shop.market, shop.app.test_client()
    for state, vi, en, _ in rows("States"):
        words = words_for_stamp(Verdict(state), None, None, None)
        if state == "valid":
            page = client.get(f"/s/{market.codes['valid']}", headers={"Accept": "application/json"})
            assert (page.json["verdict"]["title_vi"], page.json["verdict"]["title_en"]) == (vi, en)
        else:
            assert (words.state, words.title_vi, words.title_en) == (state, vi, en)
    assert {row[0] for row in rows("States")} == set(Verdict)


@pytest.mark.parametrize(
    "state", ["valid", "seen_often", "expired", "recalled", "voided", "not_activated", "unknown"]
)
def test_goods_are_shown_where_the_page_says_so(shop, state):
    told = {row[0]: row[3] == "yes" for row in rows("States")}
    page = shop.app.test_client().get(shop.stamp(state), headers={"Accept": "application/json"})
    assert (page.json["passport"] is not None) is told[state]


def test_a_document_has_the_members_of_the_example_and_of_the_table(shop):
    example = json.loads(re.search(r"```json passport\n(.*?)```", PAGE, re.DOTALL)[1])
    told = shop.app.test_client().get(shop.stamp("voided"), headers={"Accept": "application/json"}).json
    assert example["type"] == told["type"] == DOCUMENT_TYPE
    assert example.keys() == told.keys() == {row[0] for row in rows("Document")}
    assert example["verdict"].keys() == told["verdict"].keys()
    assert example["scans"].keys() == told["scans"].keys()


def test_the_limits_of_usual_scans_are_the_defaults():
    table = PAGE.split("| rule | default |")[1].split("\n\n")[0]
    told = [int(number) for number in re.findall(r"\| (\d+)(?: day)? \|$", table, re.MULTILINE)]
    usual = ScanLimits()
    assert f"than {usual.far_km} km" in table
    assert told == [
        usual.in_a_day,
        usual.in_total,
        usual.far_days,
        usual.before_activation,
        usual.after_recall,
    ]


def test_a_lot_without_stamp_has_words_of_its_own():
    words = words_for_lot(Verdict.UNKNOWN, None, None)
    assert (words.state, words.title_vi) == ("unknown", "Không tìm thấy lô hàng này")
