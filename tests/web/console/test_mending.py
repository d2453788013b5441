"""Setting right: corrections show both lines, a recall reaches everything, a season ends once."""

from datetime import timedelta

import pytest

from ledger.coop.actors import Role
from ledger.coop.lots import available, find_own_lot
from ledger.coop.queries import recent_entries
from ledger.log.records import read_record
from tests.support.desk import HOME, open_desk


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


@pytest.fixture
def manager(desk):
    return desk.browser("manager")


def path(kind, lot):
    return f"{HOME}{kind}/{lot.partition('8000/')[2]}"


def left(desk, lot):
    world = desk.world
    actor = world.actors[Role.MANAGER]
    return world.read(available, actor, world.read(find_own_lot, actor, lot))


def entry_of(desk, step):
    entries = desk.world.read(recent_entries, desk.world.actors[Role.MANAGER])
    return next(entry.index for entry in entries if entry.step == step)


def test_a_wrong_weight_is_corrected_and_both_lines_stay(desk, manager):
    lot = desk.world.harvested(kg="3205")
    index = entry_of(desk, "harvest")
    page = manager.get(f"{HOME}so/{index}/dinh-chinh")
    assert page.form["v-quantity"] == "3.205"
    done = manager.send(page, v_quantity="320,5", reason="Gõ thiếu dấu phẩy")
    assert "320,5 kg" in done.text
    assert left(desk, lot) == 320.5
    old = manager.get(f"{HOME}so/{index}")
    assert "Dòng này đã được đính chính" in old.text
    assert "3.205 kg" in old.text
    assert "đã đính chính" in manager.get(path("lo", lot)).text


def test_what_never_happened_is_struck_out(desk, manager):
    lot = desk.world.harvested(kg="50")
    index = entry_of(desk, "harvest")
    page = manager.fill(f"{HOME}so/{index}/dinh-chinh", happened="never", reason="Ghi nhầm vườn")
    assert page.status == 200
    assert manager.get(path("lo", lot)).status == 404


def test_the_day_alone_is_corrected(desk, manager):
    season = desk.world.season()
    index = desk.world.spray(season, ago=3)
    day = desk.world.day(5)
    page = manager.fill(f"{HOME}so/{index}/dinh-chinh", done_on=day.isoformat(), reason="Nhớ nhầm ngày")
    new = desk.world.read(read_record, int(page.path.split("/so/")[1].split("?")[0])).body
    assert new["eventTime"].startswith(day.isoformat())
    assert new["sogoc:fields"]["phi_days"] == "7"


def test_what_came_out_of_sorting_is_corrected(desk, manager):
    desk.world.harvested(kg="100")
    lot = next(link for link in manager.get(f"{HOME}hang").links if "/lo/" in link)
    sorting = next(link for link in manager.get(lot).links if "/che-bien/sorting" in link)
    manager.fill(sorting, **{"outputs-amount": ["60", "", "", ""]})
    index = entry_of(desk, "sorting")
    page = manager.get(f"{HOME}so/{index}/dinh-chinh")
    assert page.form["out-amount"] == "60"
    refused = manager.send(page, **{"out-amount": ["9.0.0"]}, reason="Đọc nhầm cân")
    assert refused.status == 422
    assert refused.form["out-amount"] == "9.0.0"
    done = manager.send(page, **{"out-amount": ["90"]}, reason="Đọc nhầm cân")
    assert "90 kg" in done.text


def test_a_correction_needs_a_reason_and_a_known_kind(desk, manager):
    index = desk.world.spray(desk.world.season(), ago=3)
    size = desk.world.size()
    page = manager.fill(f"{HOME}so/{index}/dinh-chinh")
    assert page.problems["reason"]
    page = manager.fill(f"{HOME}so/{index}/dinh-chinh", happened="never")
    assert page.problems["reason"]
    assert desk.world.size() == size


def test_a_line_is_corrected_once(desk, manager):
    index = desk.world.spray(desk.world.season(), ago=3)
    address = f"{HOME}so/{index}/dinh-chinh"
    manager.fill(address, happened="never", reason="Ghi nhầm")
    assert address not in manager.get(f"{HOME}so/{index}").links
    again = manager.fill(address, happened="never", reason="Ghi nhầm")
    assert again.status == 409
    assert "đã được đính chính rồi" in again.text


def test_a_grower_does_not_correct(desk):
    index = desk.world.spray(desk.world.season(), ago=3)
    desk.world.clock.now += timedelta(minutes=31)  # no slip of the finger any more
    grower = desk.browser("grower")
    assert f"{HOME}so/{index}/dinh-chinh" not in grower.get(f"{HOME}so/{index}").links
    assert grower.get(f"{HOME}so/{index}/dinh-chinh").status == 403


def test_a_statement_is_not_corrected_like_a_step(desk, manager):
    desk.world.sealed()
    assert manager.get(f"{HOME}so/{desk.world.size() - 1}/dinh-chinh").status == 404


def test_a_recall_names_what_it_reaches_and_stops_the_lot(desk, manager):
    raw = desk.world.harvested(kg="100")
    packed = desk.world.packed(raw)
    page = manager.get(path("thu-hoi", raw))
    assert packed.rpartition(".")[2] in page.text
    missing = manager.send(page)
    assert missing.problems.keys() == {"reason", "instruction"}
    done = manager.send(page, reason="Dư lượng thuốc vượt mức", instruction="Không dùng, mang trả nơi mua")
    assert "Thu hồi lô" in done.text
    after = manager.get(path("lo", packed))
    assert "Đang bị thu hồi" in after.text
    assert not any("/ky-lo/" in link or "/giao-hang/" in link for link in after.links)


def test_only_a_manager_recalls(desk):
    raw = desk.world.harvested()
    packer = desk.browser("packer")
    assert packer.get(path("thu-hoi", raw)).status == 403
    assert path("thu-hoi", raw) not in packer.get(path("lo", raw)).links


def test_a_season_is_closed_and_takes_no_more_work(desk, manager):
    season = desk.world.season()
    page = manager.fill(
        f"{path('vu', season)}/ket-thuc", v_total_yield="320", v_revenue="50.000.000", v_cost="20.000.000"
    )
    assert "Chỉ đơn vị mình đọc được" in page.text
    assert "50.000.000 đồng" in page.text
    closed = manager.get(path("vu", season))
    assert "đã kết thúc" in closed.text
    assert "Ghi việc" not in closed.text
    refused = manager.fill(path("viec/irrigation", season), v_source="well")
    assert refused.status == 409
    assert "đã kết thúc" in refused.text


def test_a_line_shows_only_its_own_people_what_is_sealed(desk, manager):
    shipped = desk.world.shipped(packs=20)
    page = manager.get(f"{HOME}so/{shipped.index}")
    assert "Sen Xanh" in page.text
    lot = manager.get(next(link for link in page.links if "/lo/" in link))
    public = manager.get(next(link for link in lot.links if link.startswith(f"/{desk.world.coop.code}/")))
    assert "Nho hạ đen" in public.text
    assert "Sen Xanh" not in public.text
