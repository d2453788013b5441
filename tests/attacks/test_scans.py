"""Somebody sells copies of one stamp; somebody wants a rival's stamp to look copied; somebody is curious."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from ledger.coop.errors import NotAllowedError, NotFoundError
from ledger.coop.scans.scan_counts import read_tally
from ledger.coop.scans.scan_list import LookInto, look_into, looks_of, over_scanned
from ledger.coop.scans.scratch import find_scratch_use, open_scratch_codec
from ledger.database import Base
from tests.support.tampering import entry_bytes, replace_entry
from tests.support.world import Role
from web.app import make_app
from web.state import make_state
from web.visitors import DEVICES_BEHIND_AN_ADDRESS

ADDRESS = "113.160.0.{}"


def title_of(shop, state="valid"):
    return re.search(r"<h1>(.*?)</h1>", shop.client.get(shop.stamp(state)).text)[1]


def state_of(shop):
    return shop.app.extensions["sogoc"]


def number_of(shop, state="valid"):
    return state_of(shop).codes.parse(shop.market.codes[state])


def scan(shop, address, agent="Phone", state="valid", **headers):
    environ = {"REMOTE_ADDR": address}
    return shop.client.get(shop.stamp(state), headers={"User-Agent": agent, **headers}, environ_base=environ)


def counted(shop, state="valid"):
    state_of(shop).counter.flush()
    shop.second()
    return shop.market.world.read(read_tally, number_of(shop, state))


def tell(shop, typed, address="113.160.0.1"):
    return shop.client.post(
        shop.stamp("scratch"), data={"ma_cao": typed}, environ_base={"REMOTE_ADDR": address}
    )


def scratch_code(shop):
    world = shop.market.world
    return world.read(open_scratch_codec, world.ledger.vault).format(number_of(shop, "scratch"))


def test_stamp_copied_a_thousand_times(own_shop):
    """Every buyer is told from about the twentieth on, and the cooperative has it on its list."""
    for number in range(30):
        scan(own_shop, ADDRESS.format(number))
    assert counted(own_shop).is_often
    assert title_of(own_shop) == "Tem thật, nhưng đã bị quét nhiều lần"
    world = own_shop.market.world
    listed = {found.number for found in world.read(over_scanned, world.actor(Role.MANAGER))}
    assert number_of(own_shop) in listed


def test_rival_s_stamp_scanned_by_one_machine_under_many_names(own_shop):
    for number in range(200):
        scan(own_shop, ADDRESS.format(1), f"Phone {number}")
    assert counted(own_shop).total == DEVICES_BEHIND_AN_ADDRESS
    assert title_of(own_shop) == "Tem thật"


def test_rival_s_stamp_scanned_from_all_addresses_of_one_network(own_shop):
    for number in range(200):
        scan(own_shop, f"2001:db8:1:2::{number:x}")
    assert counted(own_shop).total == 1


def test_rival_s_stamp_scanned_under_forged_addresses(own_shop):
    for number in range(200):
        scan(own_shop, ADDRESS.format(1), **{"X-Forwarded-For": f"198.51.100.{number}"})
    assert counted(own_shop).total == 1


def test_province_told_by_the_scanner_itself(own_shop):
    config = replace(own_shop.config, province_header="X-Province")
    ledger, clock = own_shop.market.world.ledger, own_shop.market.clock
    behind = replace(
        own_shop, app=make_app(make_state(config, ledger, clock=clock, ticks=own_shop.ticks)), config=config
    )
    scan(behind, ADDRESS.format(1), **{"X-Province": "01"})
    scan(behind, ADDRESS.format(2), **{"X-Province": "79"})
    tally = counted(behind)
    assert (tally.total, tally.provinces, tally.is_often) == (2, 0, False)


def find_fine(shop, state="seen_often", who=Role.MANAGER, **more):
    world = shop.market.world
    world.run(look_into, LookInto(number_of(shop, state), "không có gì", is_fine=True, **more), who)
    shop.second()


def test_warning_settled_in_doubt(own_shop):
    """Taken off the list without a word that it is fine, a stamp is warned of as before."""
    world = own_shop.market.world
    world.run(look_into, LookInto(number_of(own_shop, "seen_often"), "đang hỏi"))
    own_shop.second()
    assert title_of(own_shop, "seen_often") == "Tem thật, nhưng đã bị quét nhiều lần"


def test_warning_taken_away_by_whoever_sells_the_copies(own_shop):
    """Who, when and why stay; the count goes on; and the copies that are sold next bring it back."""
    world = own_shop.market.world
    find_fine(own_shop)
    assert title_of(own_shop, "seen_often") == "Tem thật"
    assert "lần quét thứ\u00a044" in scan(own_shop, ADDRESS.format(99), state="seen_often").text
    for number in range(21):
        scan(own_shop, ADDRESS.format(number), state="seen_often")
    assert counted(own_shop, "seen_often").is_often
    assert title_of(own_shop, "seen_often") == "Tem thật, nhưng đã bị quét nhiều lần"
    (look,) = world.read(
        looks_of, world.ledger.vault, world.actor(Role.MANAGER), number_of(own_shop, "seen_often")
    )
    assert (look.by, look.is_fine) == (world.actor(Role.MANAGER).account_id, True)


@pytest.mark.parametrize(
    ("state", "title"),
    [
        ("recalled", "Hàng đang bị thu hồi"),
        ("voided", "Tem đã hủy"),
        ("expired", "Hàng đã quá hạn dùng"),
        ("not_activated", "Tem chưa kích hoạt"),
    ],
)
def test_worse_news_hidden_behind_nothing_wrong(own_shop, state, title):
    """What the log says outranks every finding: it takes away *seen often*, and nothing else."""
    for number in range(30):
        scan(own_shop, ADDRESS.format(number), state=state)
    assert counted(own_shop, state).is_often
    find_fine(own_shop, state, has_all=True)
    assert not counted(own_shop, state).is_often
    assert title_of(own_shop, state) == title


def test_changed_record_hidden_behind_nothing_wrong(own_shop):
    find_fine(own_shop)
    bundle = own_shop.client.get(f"{own_shop.market.path}/bundle").json
    index = next(item["index"] for item in bundle["entries"] if "Nho hạ đen" in item["entry"])
    changed = entry_bytes(own_shop.database, index).replace("đen".encode(), "tím".encode())
    replace_entry(own_shop.database, index, changed)
    own_shop.second()
    assert title_of(own_shop, "seen_often") == "Dữ liệu không khớp chữ ký"


@pytest.mark.parametrize("who", [Role.PACKER, Role.TEAM_LEAD, Role.ACCOUNTANT])
def test_warning_taken_away_by_whoever_is_no_manager(own_shop, who):
    with pytest.raises(NotAllowedError):
        find_fine(own_shop, who=who)
    assert title_of(own_shop, "seen_often") == "Tem thật, nhưng đã bị quét nhiều lần"


def test_rival_s_warning_taken_away(own_shop):
    with pytest.raises(NotFoundError):
        find_fine(own_shop, who=own_shop.market.world.neighbour_manager, has_all=True)
    assert title_of(own_shop, "seen_often") == "Tem thật, nhưng đã bị quét nhiều lần"


@pytest.mark.parametrize(
    "cookie", ["sogoc-session=", "sogoc-session=abc", "x=sogoc-session", "sogoc-session"]
)
def test_copies_scanned_with_a_made_up_session(own_shop, cookie):
    """Who is not signed in at the cooperative's console is the public, whatever the cookie says."""
    client = own_shop.app.test_client(use_cookies=False)
    for number in range(30):
        environ = {"REMOTE_ADDR": ADDRESS.format(number)}
        assert (
            client.get(own_shop.stamp("valid"), headers={"Cookie": cookie}, environ_base=environ).status_code
            == 200
        )
    tally = counted(own_shop)
    assert (tally.total, tally.is_often) == (30, True)


def test_scanner_sought_in_the_stolen_database(own_shop):
    for address in ("113.160.0.77", "2001:db8:77::77"):
        scan(own_shop, address, "Trinh duyet 77")
    counted(own_shop)
    tell(own_shop, scratch_code(own_shop), "113.160.0.78")
    with own_shop.database.reading() as session:
        rows = [
            repr(tuple(row))
            for table in Base.metadata.tables.values()
            if table.name.startswith(("coop_scan", "coop_scratch"))
            for row in session.execute(select(table))
        ]
    assert rows
    assert not any(secret in row for row in rows for secret in ("113.160.0", "2001:db8", "duyet"))
    # A day is the finest time there is.
    assert not any("datetime.datetime" in row for row in rows)


def test_scratch_codes_guessed_from_one_address(own_shop):
    answers = [tell(own_shop, f"{number:08d}").status_code for number in range(30)]
    assert answers[0] == 422
    assert answers[-1] == 429
    # Who has the foil in hand, elsewhere, is answered all the same.
    assert tell(own_shop, scratch_code(own_shop), "113.160.0.2").status_code == 200


def test_scratch_code_of_one_stamp_guessed_from_many_addresses(own_shop):
    answers = [tell(own_shop, f"{number:08d}", ADDRESS.format(number)).status_code for number in range(60)]
    assert answers.count(422) == 20
    assert answers[-1] == 429


def test_scratch_code_of_a_neighbouring_stamp(own_shop):
    world, number = own_shop.market.world, number_of(own_shop, "scratch")
    other = world.read(open_scratch_codec, world.ledger.vault).format(number + 1)
    assert tell(own_shop, other).status_code == 422
    assert world.read(find_scratch_use, number) is None


def test_foil_scratched_in_the_shop_and_sold_on(own_shop):
    tell(own_shop, scratch_code(own_shop))
    assert "Mã cào đã được dùng lần đầu ngày" in tell(own_shop, scratch_code(own_shop), "113.160.0.9").text


@pytest.mark.parametrize("mark", ["~~scans~~", "~~~~~~~~~~~~~"])
def test_marks_of_kept_pages_typed_by_hand(own_shop, mark):
    """Whoever types a mark is shown a count or a code in its place, and nothing else."""
    page = tell(own_shop, mark)
    assert page.status_code == 422
    assert "<script>" not in page.text
