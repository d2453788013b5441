"""Rolls ordered ahead, in somebody's hands, on a sponsor's quota; and the book in which all of it adds up."""

import pytest

from ledger.coop.actors import Role
from ledger.coop.goods.packing import Seal, seal
from ledger.coop.stamps.job_queries import read_rolls
from ledger.coop.stamps.stamp_quotas import GiveQuota, give_quota, quotas
from ledger.coop.stamps.stamp_ranges import StampState, ranges_of_job
from ledger.coop.stamps.stamps import MarkPrinted, Reserve, mark_printed, reserve_stamps
from tests.support.desk import HOME, open_desk


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


@pytest.fixture
def packer(desk):
    return desk.browser("packer")


def rolls(desk):
    return desk.world.read(read_rolls, desk.world.actors[Role.PACKER])


def roll(desk, count=100, **more):
    """A printed roll."""
    job = desk.world.run(reserve_stamps, Reserve(count, **more), Role.PACKER)
    return desk.world.run(mark_printed, MarkPrinted(job.id), Role.PACKER)


def grant(desk, count=1000, days=30):
    return desk.world.run(give_quota, GiveQuota("Liên minh Hợp tác xã", count, desk.world.day(-days)))


def code(desk, number):
    return desk.world.codec().format(number)


def test_a_roll_is_ordered_for_no_lot_yet(desk, packer):
    page = packer.fill(f"{HOME}cuon-tem/dat", count="500", paper="roll_50x30")
    assert "500 tem" in page.text
    (job,) = rolls(desk)
    assert (job.count, job.lot, job.spec.paper) == (500, None, "roll_50x30")
    packer.send(packer.get(f"{HOME}luot-in/{job.id}"))
    file = packer.client.get(f"{HOME}luot-in/{job.id}.pdf")
    assert file.data.startswith(b"%PDF-")
    assert "500 tem" in packer.get(f"{HOME}cuon-tem").text


def test_ten_million_stamps_are_refused_with_the_limit(desk, packer):
    page = packer.fill(f"{HOME}cuon-tem/dat", count="10.000.000")
    assert page.status == 422
    assert "5000000" in page.problems["count"].replace(".", "")
    assert rolls(desk) == ()


def test_stamps_of_a_roll_are_bound_to_a_lot_when_they_are_on_its_packs(desk, packer):
    job, lot = roll(desk), desk.world.sealed(packs=40)
    chosen = packer.get(f"{HOME}cuon-tem?lo={lot}")
    page = packer.get(next(link for link in chosen.links if "/kich-hoat" in link))
    assert page.form["lot"] == lot
    done = packer.send(page, first_code=code(desk, job.first), last_code=code(desk, job.first + 39))
    assert "40 tem" in done.text
    parts = desk.world.read(ranges_of_job, job.id)
    assert [(part.count, part.state, part.lot) for part in parts] == [
        (40, StampState.ACTIVATED, lot),
        (60, StampState.PRINTED, None),
    ]
    lot_page = packer.get(f"{HOME}lo/{lot.partition('8000/')[2]}")
    assert not any("/in-tem/" in link for link in lot_page.links)  # every pack has its stamp


def test_a_roll_asks_for_the_lot_and_never_takes_more_than_its_packs(desk, packer):
    job, lot = roll(desk), desk.world.sealed(packs=40)
    address = f"{HOME}luot-in/{job.id}/kich-hoat"
    assert packer.fill(address, which="all").problems["lot"]
    refused = packer.fill(address, which="all", lot=lot)
    assert refused.status == 422
    assert desk.world.read(ranges_of_job, job.id)[0].state is StampState.PRINTED


def test_only_lots_with_packs_without_a_stamp_are_offered(desk, packer):
    world, job = desk.world, roll(desk)
    full, half = world.stamped(packs=40), world.sealed(packs=40)
    bare = world.packed(packs=1200, net_g=200)
    world.run(seal, Seal(bare), Role.PACKER)
    world.run(reserve_stamps, Reserve(30, lot=half), Role.PACKER)
    world.packed(packs=40)  # not signed yet
    page = packer.get(f"{HOME}luot-in/{job.id}/kich-hoat")
    assert page.form.choices["lot"] == ["", bare, half]
    assert "10 gói chưa có tem" in page.text
    assert "1.200 gói chưa có tem" in page.text
    assert full not in page.html


def test_a_roll_says_so_when_every_pack_has_its_stamp(desk, packer):
    job = roll(desk)
    desk.world.stamped(packs=40)
    page = packer.get(f"{HOME}luot-in/{job.id}/kich-hoat")
    assert "Không có lô nào đã ký mà còn gói chưa có tem" in page.text


def test_a_neighbours_lot_takes_no_stamps_of_ours(desk, packer):
    job = roll(desk)
    page = packer.get(f"{HOME}luot-in/{job.id}/kich-hoat")
    assert packer.send(page, which="all", lot="urn:khong-co").status == 404


def test_a_roll_in_somebodys_hands_is_activated_by_them_or_a_manager(desk, packer):
    world, lot = desk.world, desk.world.sealed(packs=40)
    manager = desk.browser("manager")
    job = roll(desk, 40)
    team_lead = world.actors[Role.TEAM_LEAD].account_id
    given = manager.fill(f"{HOME}luot-in/{job.id}/giao", holder=team_lead)
    assert "Người giữ cuộn team_lead" in given.text
    address = f"{HOME}luot-in/{job.id}/kich-hoat"
    refused = packer.fill(address, which="all", lot=lot)
    assert refused.status == 409
    assert "giao cho người khác giữ" in refused.text
    assert "40 tem" in desk.browser("team_lead").fill(address, which="all", lot=lot).text


def test_a_roll_is_taken_back_into_the_store(desk, packer):
    job = roll(desk, holder=desk.world.actors[Role.PACKER].account_id)
    page = packer.get(f"{HOME}luot-in/{job.id}/giao")
    assert page.form["holder"] == desk.world.actors[Role.PACKER].account_id
    assert "Người giữ cuộn trong kho" in packer.send(page, holder="").text


def test_a_sponsors_grant_is_noted_and_used_up(desk, packer):
    manager = desk.browser("manager")
    given = manager.fill(
        f"{HOME}han-muc-tem/them",
        sponsor="Liên minh Hợp tác xã", count="100", valid_to="2026-12-31",
    )  # fmt: skip
    assert "Được cấp 100 Đã dùng 0 Còn lại 100" in given.text
    (quota,) = desk.world.read(quotas, desk.world.actors[Role.MANAGER])
    ordered = packer.fill(f"{HOME}cuon-tem/dat", count="60", quota=quota.id)
    assert "60 tem" in ordered.text
    page = packer.fill(f"{HOME}cuon-tem/dat", count="41", quota=quota.id)
    assert page.status == 422
    assert "Liên minh Hợp tác xã còn 40 tem" in page.problems["quota"]
    assert len(rolls(desk)) == 1
    assert "còn 40 trong 100 tem" in packer.get(f"{HOME}so-tem").text


def test_a_quota_also_pays_for_the_stamps_of_a_lot(desk, packer):
    quota = grant(desk)
    lot = desk.world.sealed(packs=40)
    packer.fill(f"{HOME}in-tem/{lot.partition('8000/')[2]}", quota=quota.id)
    (now,) = desk.world.read(quotas, desk.world.actors[Role.MANAGER])
    assert now.left == 960


def test_nobody_is_asked_for_a_quota_where_there_is_none(desk, packer):
    assert "quota" not in packer.get(f"{HOME}cuon-tem/dat").form.names


@pytest.mark.parametrize(
    ("answers", "name"),
    [
        ({"count": "0"}, "count"),
        ({"sponsor": ""}, "sponsor"),
        ({"valid_to": "2026-01-01"}, "valid_to"),
        ({"valid_to": "mai"}, "valid_to"),
    ],
)
def test_a_grant_that_cannot_be_is_refused(desk, answers, name):
    values = {"sponsor": "Sở", "count": "100", "valid_to": "2026-12-31", **answers}
    page = desk.browser("manager").fill(f"{HOME}han-muc-tem/them", **values)
    assert page.status == 422
    assert page.problems[name]
    assert desk.world.read(quotas, desk.world.actors[Role.MANAGER]) == ()


def test_only_a_manager_notes_grants(desk, packer):
    assert packer.get(f"{HOME}han-muc-tem/them").status == 403
    assert packer.get(f"{HOME}han-muc-tem").status == 200


def test_a_neighbours_quota_and_account_are_not_found(desk, packer):
    world = desk.world
    theirs = world.run(give_quota, GiveQuota("Sở", 1000, world.day(-9)), world.neighbour_manager)
    grant(desk)
    assert packer.fill(f"{HOME}cuon-tem/dat", count="5", quota=theirs.id).status == 404
    holder = world.neighbour_manager.account_id
    assert packer.fill(f"{HOME}cuon-tem/dat", count="5", holder=holder).status == 404
    assert rolls(desk) == ()


def test_the_book_adds_up_and_shows_nothing_of_a_neighbours(desk, packer):
    world = desk.world
    world.stamped(packs=40)
    roll(desk)
    world.run(reserve_stamps, Reserve(7), world.neighbour_manager)
    page = packer.get(f"{HOME}so-tem")
    assert "Đã in 140 Đã kích hoạt 40 Đã hủy 0 Còn trong tay 100" in page.text
    neighbour = desk.browser("neighbour.manager").get(f"{HOME}so-tem")
    assert "Chưa in 7 Đã in 0" in neighbour.text
    assert "140" not in neighbour.text


def test_an_accountant_reads_the_book_without_a_way_to_the_paper(desk):
    desk.world.stamped(packs=40)
    page = desk.browser("accountant").get(f"{HOME}so-tem")
    assert "Đã in 40" in page.text
    assert not any("/luot-in/" in link or "/huy-tem" in link for link in page.links)


def test_a_new_cooperative_reads_what_the_book_is_for(desk):
    assert "Chưa đặt in con tem nào" in desk.browser("neighbour.manager").get(f"{HOME}so-tem").text
