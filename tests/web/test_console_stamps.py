"""Stamps at the console: ordered, printed with the same bytes every time, activated, voided."""

from decimal import Decimal

import pytest

from ledger.coop.actors import Role
from ledger.coop.packing import Pack, pack
from ledger.coop.products import RegisterProduct, register_product
from ledger.coop.stamp_ranges import StampState, ranges_of_job
from ledger.coop.stamps import Reserve, reserve_stamps
from tests.support.desk import HOME, open_desk


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


@pytest.fixture
def packer(desk):
    return desk.browser("packer")


def path(kind, lot):
    return f"{HOME}{kind}/{lot.partition('8000/')[2]}"


def states(desk, job):
    return [(part.count, part.state) for part in desk.world.read(ranges_of_job, job.id)]


def order(desk, count=40, packs=40):
    """A sealed lot, and a print job for it."""
    lot = desk.world.sealed(packs=packs)
    return lot, desk.world.run(reserve_stamps, Reserve(count, "a4", lot), Role.PACKER)


def code(desk, number):
    return desk.world.codec().format(number)


def test_as_many_stamps_are_offered_as_packs_are_without(desk, packer):
    lot = desk.world.sealed(packs=40)
    page = packer.get(path("in-tem", lot))
    assert page.form["count"] == "40"
    packer.send(page, count="30")
    assert packer.get(path("in-tem", lot)).form["count"] == "10"


def test_more_stamps_than_packs_are_refused_with_what_would_do(desk, packer):
    lot = desk.world.sealed(packs=40)
    page = packer.fill(path("in-tem", lot), count="41")
    assert page.status == 409
    assert "Chỉ in thêm được 40 tem" in page.text


@pytest.mark.parametrize("layout", ["a4", "roll", "crate"])
def test_the_file_of_a_job_is_the_same_bytes_every_time(desk, packer, layout):
    lot = desk.world.sealed(packs=40)
    page = packer.send(packer.get(path("in-tem", lot)), layout=layout, dpi="300")
    job = page.path.rsplit("/", 1)[1]
    first = packer.client.get(f"{HOME}luot-in/{job}.pdf")
    again = packer.client.get(f"{HOME}luot-in/{job}.pdf")
    assert first.mimetype == "application/pdf"
    assert first.headers["Content-Disposition"].startswith("attachment; filename=")
    assert first.headers["Cache-Control"] == "no-store"
    assert first.data.startswith(b"%PDF-")
    assert first.data == again.data


def test_printing_is_noted_and_printing_again_as_well(desk, packer):
    _, job = order(desk)
    page = packer.get(f"{HOME}luot-in/{job.id}")
    assert "Tải tệp tem để in" in page.text
    packer.send(page)
    assert states(desk, job) == [(40, StampState.PRINTED)]
    packer.send(packer.get(f"{HOME}luot-in/{job.id}"))
    assert "In lại 1 lần" in packer.get(f"{HOME}luot-in/{job.id}").text


def test_all_stamps_of_a_job_are_activated(desk, packer):
    _, job = order(desk)
    done = packer.fill(f"{HOME}luot-in/{job.id}/kich-hoat")
    assert "40 tem" in done.text
    assert states(desk, job) == [(40, StampState.ACTIVATED)]


def test_spoiled_stamps_are_voided_and_the_rest_activated(desk, packer):
    _, job = order(desk)
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
    _, job = order(desk)
    last, first = code(desk, job.first + 19), code(desk, job.first + 10).lower()
    packer.fill(f"{HOME}luot-in/{job.id}/kich-hoat", which="range", first_code=last, last_code=first)
    assert states(desk, job) == [
        (10, StampState.RESERVED),
        (10, StampState.ACTIVATED),
        (20, StampState.RESERVED),
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
    _, job = order(desk)
    size = desk.world.size()
    page = packer.fill(f"{HOME}luot-in/{job.id}/kich-hoat", **answers)
    assert page.status == 422
    assert page.problems[name]
    assert desk.world.size() == size
    assert states(desk, job) == [(40, StampState.RESERVED)]


def test_stamps_of_an_unsealed_lot_wait_for_the_seal(desk, packer):
    lot = desk.world.packed(packs=40)
    job = desk.world.run(reserve_stamps, Reserve(40, "a4", lot), Role.PACKER)
    page = packer.get(f"{HOME}luot-in/{job.id}")
    assert any("/ky-lo/" in link for link in page.links)
    refused = packer.fill(f"{HOME}luot-in/{job.id}/kich-hoat")
    assert refused.status == 422
    assert "ký" in refused.text


def test_stamps_are_voided_one_or_many_with_a_reason(desk, packer):
    _, job = order(desk)
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
    _, job = order(desk)
    page = packer.fill(f"{HOME}huy-tem", first_code=code(desk, job.first))
    assert page.problems["reason"]
    assert states(desk, job) == [(40, StampState.RESERVED)]


def test_a_name_too_long_for_the_stamp_is_said_before_the_file_begins(desk, packer):
    world, name = (
        desk.world,
        "Nho hạ đen không hạt trồng trong nhà màng theo tiêu chuẩn VietGAP, Phước Thuận",
    )
    world.run(register_product, RegisterProduct("DAI", name, "fruit_nho", "Việt Nam"))
    command = Pack(
        product="DAI",
        inputs=((world.harvested(kg="10"), Decimal(10)),),
        net_per_pack=Decimal(500),
        packs=20,
        packed_on=world.today,
        pack_type="box",
    )
    lot = world.run(pack, command, Role.PACKER).lot
    job = world.run(reserve_stamps, Reserve(20, "a4", lot), Role.PACKER)
    page = packer.get(f"{HOME}luot-in/{job.id}.pdf")
    assert page.status == 409
    assert "Tên sản phẩm không vừa chỗ" in page.text


def test_stamps_ordered_ahead_are_not_activated_from_their_job(desk, packer):
    job = desk.world.run(reserve_stamps, Reserve(20, "roll"), Role.PACKER)
    page = packer.get(f"{HOME}luot-in/{job.id}")
    assert "20 tem" in page.text
    assert not any("/kich-hoat" in link for link in page.links)
    assert packer.get(f"{HOME}luot-in/{job.id}/kich-hoat").status == 409
