"""Scans of the public are counted once a device, told on the page, and turn the verdict when many."""

import re
from dataclasses import replace

import pytest

from ledger.coop.people.sessions import IDLE_LIFE, open_session
from ledger.coop.scans.scan_counts import read_tally
from ledger.coop.scans.scan_list import over_scanned
from ledger.coop.stamps.activation import Activate, activate_stamps
from tests.support.world import Role
from web.app import make_app
from web.state import make_state

HTML = {"Accept": "text/html"}
MINUTES_31 = 31 * 60


def state_of(shop):
    return shop.app.extensions["sogoc"]


def look(shop, state="valid", device="Phone 1", **more):
    headers = {"User-Agent": device, **more.pop("headers", {})}
    return shop.client.get(shop.stamp(state), headers=headers, **more)


def scans_told(page):
    return int(re.search(r"lần quét thứ\u00a0(\d+)", page.text)[1])


def title_of(page):
    return re.search(r"<h1>(.*?)</h1>", page.text)[1]


def addresses(count, start=1):
    """Environments of so many devices, each on an address of its own."""
    return [{"REMOTE_ADDR": f"113.160.0.{number}"} for number in range(start, start + count)]


def scan(shop, count, state="valid", *, start=1):
    for environ in addresses(count, start):
        look(shop, state, environ_base=environ)


def flush(shop):
    state_of(shop).counter.flush()
    shop.second()


def tally(shop, state="valid"):
    number = state_of(shop).codes.parse(shop.market.codes[state])
    return shop.market.world.read(read_tally, number)


def test_the_page_tells_how_many_scans_there_were_this_one_included(own_shop):
    assert scans_told(look(own_shop)) == 1
    scan(own_shop, 3)
    assert scans_told(look(own_shop)) == 4


def test_a_device_counts_once_in_half_an_hour(own_shop):
    for _ in range(5):
        assert scans_told(look(own_shop)) == 1
    own_shop.ticks.now += MINUTES_31
    assert scans_told(look(own_shop)) == 2


def test_a_device_counts_for_each_stamp(own_shop):
    look(own_shop)
    look(own_shop, "scratch")
    flush(own_shop)
    assert (tally(own_shop).total, tally(own_shop, "scratch").total) == (1, 1)


def test_what_was_counted_stays_on_the_page_while_it_is_written(own_shop):
    scan(own_shop, 3)
    assert scans_told(look(own_shop)) == 4
    state_of(own_shop).counter.flush()
    assert scans_told(look(own_shop)) == 4
    own_shop.second()
    assert scans_told(look(own_shop)) == 4
    assert tally(own_shop).total == 4


def test_warm_and_cold_pages_are_one_to_the_reader(own_shop):
    slow = look(own_shop)
    fast = look(own_shop)
    assert fast.data == slow.data
    assert fast.headers["ETag"] == slow.headers["ETag"]
    assert fast.headers["Cache-Control"] == slow.headers["Cache-Control"]


def test_warm_pages_count_too(own_shop):
    look(own_shop)
    own_shop.market.world.ledger.__dict__["read"] = None
    try:
        scan(own_shop, 4)
        assert scans_told(look(own_shop)) == 5
    finally:
        del own_shop.market.world.ledger.__dict__["read"]


def test_a_compressed_page_tells_the_same(own_shop):
    import gzip

    plain = look(own_shop).data
    assert gzip.decompress(look(own_shop, headers={"Accept-Encoding": "gzip"}).data) == plain


@pytest.mark.parametrize("headers", [{"Sec-Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}])
def test_fetching_ahead_is_no_scan(own_shop, headers):
    look(own_shop, headers=headers)
    look(own_shop, headers=headers)
    flush(own_shop)
    assert tally(own_shop).total == 0


def test_asking_for_headers_is_no_scan(own_shop):
    own_shop.client.head(own_shop.stamp("valid"))
    flush(own_shop)
    assert tally(own_shop).total == 0


def test_a_code_that_nobody_issued_is_not_counted(own_shop):
    look(own_shop, "unknown")
    state_of(own_shop).counter.flush()
    assert own_shop.market.world.read(read_tally, 4_000_001).generation == 1  # the market's own scans


def test_a_page_that_was_seen_is_sent_again_when_others_scanned(own_shop):
    first = look(own_shop)
    seen = {"If-None-Match": first.headers["ETag"]}
    assert look(own_shop, headers=seen).status_code == 304
    scan(own_shop, 1)
    assert look(own_shop, headers=seen).status_code == 200


def test_programs_are_told_the_counts(own_shop):
    told = look(own_shop, headers={"Accept": "application/json"}).json
    assert told["scans"] == {"count": 1, "provinces": 0, "is_often": False}
    assert told["verdict"]["lines_vi"][0].endswith("lần quét thứ 1")
    often = look(own_shop, "seen_often", headers={"Accept": "application/json"}).json
    assert often["scans"] == {"count": 43, "provinces": 3, "is_often": True}
    assert often["verdict"]["state"] == "seen_often"
    lot = own_shop.client.get(own_shop.market.path, headers={"Accept": "application/json"}).json
    assert lot["scans"] is None


# -- seen often ----------------------------------------------------------------------------------------------


def test_a_stamp_seen_often_says_so_in_a_sentence_for_shoppers(own_shop):
    page = look(own_shop, "seen_often")
    assert title_of(page) == "Tem thật, nhưng đã bị quét nhiều lần"
    assert (
        "Mã này đã được quét 43 lần ở 3 tỉnh. Nếu tem rách hoặc dán lại, hãy báo cho hợp tác xã." in page.text
    )
    assert "Nho hạ đen" in page.text
    assert page.headers["Cache-Control"] == "no-cache"


def test_a_stamp_turns_within_a_second_of_the_count(own_shop):
    scan(own_shop, 21)
    assert title_of(look(own_shop)) == "Tem thật"
    flush(own_shop)
    page = look(own_shop)
    assert title_of(page) == "Tem thật, nhưng đã bị quét nhiều lần"
    # No proxy told a province, so none is claimed.
    assert "Mã này đã được quét 22 lần. Nếu" in page.text
    assert title_of(look(own_shop, "scratch")) == "Tem thật"


def test_other_processes_see_what_one_wrote(own_shop):
    other = make_app(make_state(own_shop.config, own_shop.market.world.ledger, clock=own_shop.market.clock))
    path = own_shop.stamp("valid")
    assert title_of(other.test_client().get(path)) == "Tem thật"
    scan(own_shop, 22, start=100)
    flush(own_shop)
    other.extensions["sogoc"].tallies._clock = lambda: float("inf")
    other.extensions["sogoc"].sizes._clock = lambda: float("inf")
    assert title_of(other.test_client().get(path)) == "Tem thật, nhưng đã bị quét nhiều lần"


@pytest.mark.parametrize(("early", "title"), [(20, "Tem thật"), (21, "Tem thật, nhưng đã bị quét nhiều lần")])
def test_scans_before_activation_show_afterwards_only_beyond_their_limit(own_shop, early, title):
    scan(own_shop, early, "not_activated")
    flush(own_shop)
    world, code = own_shop.market.world, own_shop.market.codes["not_activated"]
    command = Activate(own_shop.market.lot, first_code=code, last_code=code)
    world.run(activate_stamps, command, Role.PACKER)
    own_shop.second()
    scan(own_shop, 1, "not_activated", start=100)
    flush(own_shop)
    assert title_of(look(own_shop, "not_activated")) == title


# -- people of the cooperative -------------------------------------------------------------------------------


def sign_in(shop, actor):
    """A browser in which somebody is signed in at the console."""
    client = shop.app.test_client()
    token = shop.market.world.ledger.write(open_session, actor)
    client.set_cookie("sogoc-session", token, domain="localhost")
    return client


def test_scans_of_people_of_the_cooperative_are_not_the_publics(own_shop):
    world = own_shop.market.world
    look(own_shop)
    for environ in addresses(30):
        told = sign_in(own_shop, world.actor(Role.PACKER)).get(own_shop.stamp("valid"), environ_base=environ)
        assert scans_told(told) == 1
    flush(own_shop)
    assert tally(own_shop).total == 1


def test_people_of_others_count_like_everyone(own_shop):
    world = own_shop.market.world
    for who, environ in zip((world.neighbour_manager, world.receiver), addresses(2), strict=True):
        sign_in(own_shop, who).get(own_shop.stamp("valid"), environ_base=environ)
    flush(own_shop)
    assert tally(own_shop).total == 2


def test_a_session_that_is_over_counts_like_everyone(own_shop):
    client = sign_in(own_shop, own_shop.market.world.actor(Role.PACKER))
    own_shop.market.clock.now += IDLE_LIFE
    client.get(own_shop.stamp("valid"))
    flush(own_shop)
    assert tally(own_shop).total == 1


def test_a_signed_in_reader_sees_the_page_that_everyone_sees(own_shop):
    public = look(own_shop)
    own = sign_in(own_shop, own_shop.market.world.actor(Role.PACKER)).get(own_shop.stamp("valid"))
    assert own.data == public.data
    assert own.headers["ETag"] == public.headers["ETag"]
    assert "Set-Cookie" not in own.headers


# -- seen often and worse ------------------------------------------------------------------------------------


def test_a_worse_state_is_told_first_and_the_stamp_is_listed_all_the_same(own_shop):
    scan(own_shop, 11, "recalled")
    flush(own_shop)
    assert title_of(look(own_shop, "recalled")) == "Hàng đang bị thu hồi"
    world = own_shop.market.world
    rules = {found.rule.value for found in world.read(over_scanned, world.actor(Role.MANAGER))}
    assert "after_recall" in rules


# -- provinces -----------------------------------------------------------------------------------------------


@pytest.fixture
def with_header(own_shop):
    """The same shop behind a proxy that tells the province."""
    config = replace(own_shop.config, province_header="X-Province")
    state = make_state(
        config, own_shop.market.world.ledger, clock=own_shop.market.clock, ticks=own_shop.ticks
    )
    return replace(own_shop, app=make_app(state), config=config)


def from_province(shop, code, peer="127.0.0.1", forwarded="113.160.0.9"):
    return look(
        shop,
        headers={"X-Province": code, "X-Forwarded-For": forwarded},
        environ_base={"REMOTE_ADDR": peer},
    )


def test_a_proxy_of_ours_tells_the_province(with_header):
    from_province(with_header, "01", forwarded="113.160.0.1")
    from_province(with_header, "79", forwarded="113.160.0.2")
    flush(with_header)
    assert tally(with_header).provinces == 2
    page = look(with_header, environ_base={"REMOTE_ADDR": "113.160.0.3"})
    assert "Mã này đã được quét 3 lần ở 2 tỉnh." in page.text


@pytest.mark.parametrize("code", ["", "00", "1", "Hà Nội", "01, 79"])
def test_what_is_no_province_counts_as_unknown(with_header, code):
    from_province(with_header, code.encode().decode("latin-1"))
    flush(with_header)
    assert (tally(with_header).total, tally(with_header).provinces) == (1, 0)


def test_without_the_setting_no_header_is_believed(own_shop):
    from_province(own_shop, "01")
    flush(own_shop)
    assert (tally(own_shop).total, tally(own_shop).provinces) == (1, 0)
