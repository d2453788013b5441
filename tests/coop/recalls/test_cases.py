"""A recall from the impact before the decision to its public end; and the same for practice."""

from datetime import timedelta
from decimal import Decimal

import pytest

from ledger.coop.actors import Role
from ledger.coop.errors import CommandError, NotAllowedError, NotFoundError
from ledger.coop.goods.packing import Seal, seal
from ledger.coop.goods.shipping import Ship, ship
from ledger.coop.recalls.cases import CloseRecall, NoteTold, end_recall, list_cases, note_told, read_case
from ledger.coop.recalls.drills import EndDrill, StartDrill, end_drill, list_drills, read_drill, start_drill
from ledger.coop.recalls.impact import read_impact
from ledger.coop.recalls.recalls import Recall, recall
from ledger.coop.registers.partners import AddPartner, add_partner
from ledger.coop.scans.scan_counts import ScanKey, add_scans
from ledger.coop.scans.scan_rules import Phase, ScanLimits
from ledger.coop.stamps.activation import Activate, activate_stamps
from ledger.log.records import read_record
from ledger.trace.errors import RecallError
from ledger.trace.queries import passport_of
from tests.coop.goods.test_shipping import send, take
from tests.coop.recalls.test_recalls import order


def impact_of(world, lot):
    return world.read(read_impact, world.ledger.vault, world.actors[Role.MANAGER], lot)


def case_of(world, lot):
    return world.read(read_case, world.ledger.vault, world.actors[Role.MANAGER], lot)


def spread(world):
    """Packs in the house, at the distributor's, at a shop, with the public; two scans in Hà Nội."""
    raw = world.harvested(kg="200")
    lot = world.packed(raw, packs=100)

    world.run(seal, Seal(lot), Role.PACKER)
    job = world.printed(100, lot)
    world.run(activate_stamps, Activate(lot, job=job.id), Role.PACKER)
    received = send(world, lot, 30)
    take(world, received.code, 28, condition="short")
    shop = world.run(add_partner, AddPartner("Cửa hàng Bến Mơ", "shop", "0912 000 111", "Hà Nội")).id
    at_shop = send(world, lot, 20, to_partner=shop)
    world.run(ship, Ship(lot=lot, to_partner="khách lẻ", packs=10, done_on=world.today), Role.PACKER)
    key = ScanKey(job.first, world.coop.code, world.today, "01", Phase.ACTIVE)
    with world.ledger.database.writing() as session:
        add_scans(session, {key: 2}, ScanLimits())
    return raw, lot, received, at_shop


def test_impact_is_told_before_anything_is_decided(world):
    raw, lot, received, at_shop = spread(world)
    size = world.size()
    impact = impact_of(world, raw)
    assert world.size() == size
    assert {found.lot for found in impact.lots} == {raw, lot}
    # 150 kg loose and 40 packs of 500 g are here; 28 + 20 + 10 packs are out.
    assert (impact.house_kg, impact.house_packs) == (Decimal(170), 40)
    assert (impact.sent_kg, impact.sent_packs) == (Decimal(29), 58)
    assert [(one.receiver.name, one.packs) for one in impact.to_tell] == [
        ("Sen Xanh", 28),
        ("Cửa hàng Bến Mơ", 20),
        ("Khách lẻ", 10),
    ]
    assert impact.to_tell[1].receiver.phone == "0912 000 111"
    assert impact.to_tell[2].receiver.is_public
    assert [shipment.code for shipment in impact.to_tell[0].shipments] == [received.code]
    assert (impact.stamps, impact.scanned, impact.scans) == (100, 2, (("Hà Nội", 2),))
    assert at_shop.code == impact.to_tell[1].shipments[0].code
    assert case_of(world, raw) is None


def test_everybody_is_told_and_the_recall_is_closed_in_public(world):
    raw, lot, received, at_shop = spread(world)
    world.run(recall, order(raw))
    for way, returned in (("letter", None), ("phone", Decimal(25))):
        world.run(note_told, NoteTold(raw, received.code, way, returned, "Đã cất riêng"), Role.ACCOUNTANT)
    case = case_of(world, raw)
    told = case.told_of(received.shipment)
    assert (told.way, told.returned, told.answer) == ("phone", 25, "Đã cất riêng")
    assert case.told_of(at_shop.shipment) is None
    closing = CloseRecall(
        raw, world.today, "Thu về đủ", Decimal("12.5"), Decimal(12), "Chi cục Quản lý chất lượng"
    )
    done = world.run(end_recall, closing)
    body = world.read(read_record, done.index).body
    assert (body["type"], body["recoveredKg"], body["destroyedKg"]) == ("RecallClosed", "12.5", "12")
    with pytest.raises(RecallError):
        world.run(end_recall, closing)
    for name in (raw, lot):
        passport = world.read(passport_of, name, world.today).passport
        assert passport.recall.closed.result == "Thu về đủ"
        assert passport.recall.statement.reason == "Dư lượng vượt mức"
    assert case_of(world, raw).closed.told == "Chi cục Quản lý chất lượng"
    (card,) = world.read(list_cases, world.actors[Role.MANAGER])
    assert (card.lot, card.is_closed) == (raw, True)
    world.check()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"way": "dove"}, "way"),
        ({"returned": Decimal(31)}, "returned"),
        ({"returned": Decimal(-1)}, "returned"),
        ({"answer": "x" * 301}, "answer"),
    ],
)
def test_what_was_told_is_checked(world, wrong, field):
    raw, _, received, _ = spread(world)
    world.run(recall, order(raw))
    with pytest.raises(CommandError) as caught:
        world.run(note_told, NoteTold(raw, received.code, **{"way": "phone"} | wrong))
    assert [problem.field for problem in caught.value.problems] == [field]


def test_recall_that_never_was_is_neither_told_nor_closed(world):
    raw, lot, received, _ = spread(world)
    with pytest.raises(NotFoundError):
        world.run(note_told, NoteTold(raw, received.code, "phone"))
    with pytest.raises(NotFoundError):
        world.run(end_recall, CloseRecall(lot, world.today, "x"))
    world.run(recall, order(raw))
    # What was made of it is recalled with it, and ends with it.
    with pytest.raises(NotFoundError):
        world.run(end_recall, CloseRecall(lot, world.today, "x"))
    elsewhere = world.shipped(world.sealed(60)).code
    with pytest.raises(NotFoundError):
        world.run(note_told, NoteTold(raw, elsewhere, "phone"))
    for wrong in ({"on": world.today + timedelta(days=2)}, {"destroyed_kg": Decimal(9)}, {"result": " "}):
        said = {"on": world.today, "result": "x", "recovered_kg": Decimal(8)} | wrong
        with pytest.raises(CommandError):
            world.run(end_recall, CloseRecall(raw, **said))


def test_drill_is_timed_and_leaves_no_trace_but_in_the_books(world):
    raw, lot, *_ = spread(world)
    size = world.size()
    drill = world.run(start_drill, StartDrill(raw)).id
    manager = world.actors[Role.MANAGER]
    assert world.read(read_drill, world.ledger.vault, manager, drill).took is None
    world.run(end_drill, EndDrill(drill, "Thiếu một số điện thoại"))
    found = world.read(read_drill, world.ledger.vault, manager, drill)
    assert found.took > timedelta(0)
    assert (found.lots, found.receivers, found.remark) == (2, 3, "Thiếu một số điện thoại")
    world.run(end_drill, EndDrill(drill, "Lần sau nhanh hơn"))
    again = world.read(read_drill, world.ledger.vault, manager, drill)
    assert (again.listed_at, again.remark) == (found.listed_at, "Lần sau nhanh hơn")
    assert world.read(list_drills, world.ledger.vault, manager) == (again,)
    assert world.size() == size
    assert world.read(list_cases, manager) == ()
    assert not any(one.is_recalled or one.is_held for one in impact_of(world, lot).lots)
    # Goods go on as if nothing had been said.
    assert send(world, lot, 1).index
    with pytest.raises(NotAllowedError):
        world.run(start_drill, StartDrill(raw), Role.PACKER)


def test_recall_reaches_what_others_made_of_ours_without_their_books(world):
    lot = world.sealed(100)
    take(world, send(world, lot, 50).code, 50)
    before = impact_of(world, lot)
    world.run(recall, Recall(lot, "x", "x", "x", "x", "x"))
    assert impact_of(world, lot).lots[0].is_recalled
    assert before.others == ()
