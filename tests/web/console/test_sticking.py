"""Stamps in use at the console: activated all, but for the spoiled, or from one to another; sold; voided."""

import pytest

from ledger.coop.actors import Role
from ledger.coop.stamps.stamp_ranges import StampState, ranges_of_job
from ledger.coop.stamps.stamps import MarkPrinted, Reserve, mark_printed, reserve_stamps
from tests.support.desk import HOME, open_desk


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


@pytest.fixture
def packer(desk):
    return desk.browser("packer")


def states(desk, job):
    return [(part.count, part.state) for part in desk.world.read(ranges_of_job, job.id)]


def printed(desk, count=40, packs=40, lot=None):
    """A printed job for a sealed lot."""
    lot = lot or desk.world.sealed(packs=packs)
    job = desk.world.run(reserve_stamps, Reserve(count, lot), Role.PACKER)
    return desk.world.run(mark_printed, MarkPrinted(job.id), Role.PACKER)


def code(desk, number):
    return desk.world.codec().format(number)


def test_all_stamps_of_a_job_are_activated(desk, packer):
    job = printed(desk)
    done = packer.fill(f"{HOME}luot-in/{job.id}/kich-hoat")
    assert "40 tem" in done.text
    assert states(desk, job) == [(40, StampState.ACTIVATED)]


def test_spoiled_stamps_are_voided_and_the_rest_activated(desk, packer):
    job = printed(desk)
    spoiled = "\n".join([code(desk, job.first + 5), f"HTTP://127.0.0.1:8000/S/{code(desk, job.first + 6)}"])
    packer.fill(
        f"{HOME}luot-in/{job.id}/kich-hoat", which="but_spoiled", spoiled_codes=spoiled, spoiled_last="3"
    )
    assert states(desk, job) == [
        (5, StampState.ACTIVATED),
        (2, StampState.VOIDED),
        (30, StampState.ACTIVATED),
        (3, StampState.VOIDED),
    ]


def test_a_range_is_activated_from_either_end(desk, packer):
    job = printed(desk)
    last, first = code(desk, job.first + 19), code(desk, job.first + 10).lower()
    packer.fill(f"{HOME}luot-in/{job.id}/kich-hoat", which="range", first_code=last, last_code=first)
    assert states(desk, job) == [
        (10, StampState.PRINTED),
        (10, StampState.ACTIVATED),
        (20, StampState.PRINTED),
    ]


@pytest.mark.parametrize(
    ("answers", "name"),
    [
        ({"which": "but_spoiled"}, "spoiled_last"),
        ({"which": "but_spoiled", "spoiled_last": "-1"}, "spoiled_last"),
        ({"which": "but_spoiled", "spoiled_last": "41"}, "spoiled_last"),
        ({"which": "but_spoiled", "spoiled_last": "1,5"}, "spoiled_last"),
        ({"which": "but_spoiled", "spoiled_codes": "KHONG-PHAI-MA"}, "spoiled_codes"),
        ({"which": "but_spoiled", "spoiled_codes": "A\n" * 101}, "spoiled_codes"),
        ({"which": "range"}, "first_code"),
        ({"which": "range", "first_code": "0000000000000", "last_code": "0000000000001"}, "first_code"),
        ({"which": "everything"}, "which"),
    ],
)
def test_what_cannot_be_is_said_beside_its_question(desk, packer, answers, name):
    job = printed(desk)
    size = desk.world.size()
    page = packer.fill(f"{HOME}luot-in/{job.id}/kich-hoat", **answers)
    assert page.status == 422
    assert page.problems[name]
    assert desk.world.size() == size
    assert states(desk, job) == [(40, StampState.PRINTED)]


def test_stamps_that_are_not_on_paper_are_not_activated(desk, packer):
    lot = desk.world.sealed(packs=40)
    job = desk.world.run(reserve_stamps, Reserve(40, lot), Role.PACKER)
    assert not any("/kich-hoat" in link for link in packer.get(f"{HOME}luot-in/{job.id}").links)
    address = f"{HOME}luot-in/{job.id}/kich-hoat"
    page = packer.get(address)
    assert "40 tem của lượt này chưa in" in page.text
    assert "which" not in page.form.names
    # A form from before, or one kept on a telephone.
    answers = {"csrf_token": page.form["csrf_token"], "which": "all", "done_on": str(desk.world.today)}
    refused = packer.client.post(address, data=answers)
    assert refused.status_code in {409, 422}
    assert states(desk, job) == [(40, StampState.RESERVED)]


def test_stamps_of_an_unsealed_lot_wait_for_the_seal(desk, packer):
    job = printed(desk, lot=desk.world.packed(packs=40))
    page = packer.get(f"{HOME}luot-in/{job.id}")
    assert any("/ky-lo/" in link for link in page.links)
    refused = packer.fill(f"{HOME}luot-in/{job.id}/kich-hoat")
    assert refused.status == 422
    assert "ký" in refused.text
    assert states(desk, job) == [(40, StampState.PRINTED)]


def test_of_two_who_activate_the_same_stamps_the_second_is_told(desk, packer):
    job = printed(desk)
    other = desk.browser("manager")
    pages = [browser.get(f"{HOME}luot-in/{job.id}/kich-hoat") for browser in (packer, other)]
    assert "40 tem" in packer.send(pages[0]).text
    size = desk.world.size()
    told = other.send(pages[1])
    assert told.status == 409
    assert "đã kích hoạt" in told.text
    assert desk.world.size() == size


def test_packs_that_were_sold_are_noted_and_stay_genuine(desk, packer):
    job = printed(desk)
    packer.fill(f"{HOME}luot-in/{job.id}/kich-hoat")
    page = packer.fill(
        f"{HOME}ban-tem", first_code=code(desk, job.first), last_code=code(desk, job.first + 9)
    )
    assert "Đã ghi bán 10 tem" in page.text
    assert "Đã in 40 Đã kích hoạt, chưa bán 30 Đã bán 10 Đã hủy 0 Còn trong tay 0" in page.text
    passport = packer.client.get(f"/S/{code(desk, job.first)}", headers={"Accept": "text/html"})
    assert "Tem thật" in passport.get_data(as_text=True)


def test_what_is_not_active_is_not_sold(desk, packer):
    job = printed(desk)
    page = packer.fill(f"{HOME}ban-tem", first_code=code(desk, job.first))
    assert page.status == 409
    assert states(desk, job) == [(40, StampState.PRINTED)]


def test_stamps_are_voided_one_or_many_with_a_reason(desk, packer):
    job = printed(desk)
    packer.fill(f"{HOME}huy-tem", first_code=code(desk, job.first), reason="Tem rách khi dán")
    done = packer.fill(
        f"{HOME}huy-tem",
        first_code=code(desk, job.first + 1),
        last_code=code(desk, job.first + 9),
        reason="Tem bị mất",
    )
    assert "9 tem" in done.text
    assert states(desk, job)[:2] == [(1, StampState.VOIDED), (9, StampState.VOIDED)]


def test_voiding_without_a_reason_voids_nothing(desk, packer):
    job = printed(desk)
    page = packer.fill(f"{HOME}huy-tem", first_code=code(desk, job.first))
    assert page.problems["reason"]
    assert states(desk, job) == [(40, StampState.PRINTED)]


@pytest.mark.parametrize("page", ["huy-tem", "ban-tem"])
def test_a_neighbours_stamps_are_neither_voided_nor_sold(desk, page):
    job = printed(desk)
    neighbour = desk.browser("neighbour.manager")
    answers = {"first_code": code(desk, job.first)}
    if page == "huy-tem":
        answers["reason"] = "phá"
    assert neighbour.fill(f"{HOME}{page}", **answers).status == 409
    assert states(desk, job) == [(40, StampState.PRINTED)]


def test_both_ends_of_a_range_are_asked_for(desk, packer):
    page = packer.get(f"{HOME}luot-in/{printed(desk).id}/kich-hoat")
    assert "Mã tem đầu (cần ghi)" in page.text
    assert "Mã tem cuối (cần ghi)" in page.text
