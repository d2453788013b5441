from decimal import Decimal

import pytest
from sqlalchemy import select

from ledger.coop.actors import Role
from ledger.coop.corrections import Correct, correct
from ledger.coop.errors import CommandError, DoneDateError, NotAllowedError, NotFoundError, ShipmentStateError
from ledger.coop.field.diary import RecordStep, record_step
from ledger.coop.field.harvesting import Harvest, harvest
from ledger.coop.field.seasons import CloseSeason, close_season
from ledger.coop.goods.packing import Pack, pack
from ledger.coop.goods.processing import Transform, transform
from ledger.coop.lots import find_own_lot
from ledger.coop.queries import recent_entries
from ledger.coop.registers.members import EraseMember, erase_member
from ledger.coop.season_cards import list_seasons
from ledger.coop.tables import ShipmentRow
from ledger.log.records import read_record
from ledger.trace.errors import BalanceError, CorrectionError, FieldErrors, GuardError
from ledger.trace.sealed_fields.disclosures import read_disclosures
from ledger.trace.tables import TraceLot
from tests.coop.goods.test_shipping import left, send, take

WHY = "Ghi nhầm số cân"


def body(world, index):
    return world.read(read_record, index).body


def mend(world, index, who=Role.MANAGER, **changes):
    return world.run(correct, Correct(index=index, reason=WHY, **changes), who)


def taken(world, season, quantity="100", ago=0):
    command = Harvest(season=season, done_on=world.day(ago), values={"quantity": quantity})
    return world.run(harvest, command, Role.GROWER)


def quantity(world, lot):
    return world.read(find_own_lot, world.actors[Role.MANAGER], lot).quantity


def test_wrong_weight_is_taken_back_and_said_again(world):
    made = taken(world, world.season(), "1.000")
    done = mend(world, made.index, values={"quantity": "100"})
    declaration, right = body(world, done.declaration), body(world, done.index)
    assert declaration["errorDeclaration"]["reason"] == "incorrect_data"
    assert declaration["errorDeclaration"]["correctiveEventIDs"] == [right["eventID"]]
    assert declaration["sogoc:reason"] == WHY
    assert right["sogoc:fields"]["quantity"] == "100"
    assert right["outputQuantityList"][0]["quantity"] == 100
    assert right["eventTime"] == declaration["eventTime"]
    assert quantity(world, made.lot) == 100
    cards = world.read(recent_entries, world.actors[Role.MANAGER])
    assert [(card.index, card.is_corrected) for card in cards[:2]] == [
        (done.index, False),
        (made.index, True),
    ]


def test_what_never_happened_leaves_nothing_but_its_record(world):
    made = taken(world, world.season())
    done = mend(world, made.index, did_not_occur=True)
    assert body(world, done.declaration)["errorDeclaration"]["reason"] == "did_not_occur"
    assert done.index is None
    with pytest.raises(NotFoundError):
        quantity(world, made.lot)


def test_sealed_values_are_said_again_sealed(world):
    season = world.season()
    command = RecordStep(
        lot=season,
        step="fertilising",
        done_on=world.day(3),
        values={"input": "NPK 16-16-8", "dose": "12,5", "invoice": "HD-77", "area_applied": "500"},
        note="bón sau mưa",
    )
    recorded = world.run(record_step, command, Role.GROWER)
    done = mend(world, recorded.index, values={"dose": "15"})
    opened = {i.pointer: i.value for i in world.read(read_disclosures, world.ledger.vault, done.index)}
    assert opened["/sogoc:fields/invoice"] == "HD-77"
    assert opened["/sogoc:fields/note"] == "bón sau mưa"
    assert opened["/sogoc:fields/done_by"] == world.actors[Role.GROWER].member_id
    assert opened["/sogoc:fields/recorded_by"] == world.actors[Role.MANAGER].account_id
    assert "HD-77" not in str(body(world, done.index))
    assert body(world, done.index)["sogoc:fields"]["dose"] == "15"


def test_lot_that_was_used_cannot_become_less_than_what_was_taken(world):
    made = taken(world, world.season(), "100")
    world.packed(made.lot, packs=180)
    with pytest.raises(BalanceError):
        mend(world, made.index, values={"quantity": "80"})
    mend(world, made.index, values={"quantity": "90"})


def test_lot_that_something_was_made_of_cannot_be_undone(world):
    made = taken(world, world.season(), "100")
    world.packed(made.lot, packs=180)
    with pytest.raises((BalanceError, CorrectionError)):
        mend(world, made.index, did_not_occur=True)


def test_correction_is_no_way_around_the_mass_balance(world):
    raw = taken(world, world.season(), "100").lot
    command = Transform(
        step="sorting", inputs=((raw, Decimal(50)),), outputs=((None, Decimal(48)),), done_on=world.today
    )
    made = world.run(transform, command, Role.PACKER)
    lot = made.lots[0]
    with pytest.raises(GuardError):
        mend(world, made.index, outputs=((lot, Decimal(80)),))
    with pytest.raises(GuardError):
        mend(world, made.index, inputs=((raw, Decimal(101)),), outputs=((lot, Decimal(80)),))
    done = mend(world, made.index, inputs=((raw, Decimal(100)),), outputs=((lot, Decimal(95)),))
    assert body(world, done.index)["sogoc:fields"]["input_kg"] == "100"
    assert quantity(world, lot) == 95
    opened = {i.pointer: i.value for i in world.read(read_disclosures, world.ledger.vault, done.index)}
    assert opened["/sogoc:fields/loss_kg"] == "5"


def test_correction_keeps_the_lots_it_made(world):
    raw = taken(world, world.season(), "100").lot
    command = Transform(
        step="sorting", inputs=((raw, Decimal(50)),), outputs=((None, Decimal(48)),), done_on=world.today
    )
    made = world.run(transform, command, Role.PACKER)
    with pytest.raises(CommandError):
        mend(world, made.index, outputs=((raw, Decimal(48)),))


def test_correction_is_no_way_around_an_interval(world):
    season = world.season()
    world.spray(season, ago=10, phi_days=7)
    made = taken(world, season, ago=2)
    with pytest.raises(GuardError):
        mend(world, made.index, done_on=world.day(5))
    assert mend(world, made.index, done_on=world.day(3)).index


def test_interval_read_wrong_from_the_label_is_mended_against_the_harvests(world):
    season = world.season()
    spray = world.spray(season, ago=10, phi_days=3)
    taken(world, season, ago=5)
    with pytest.raises(GuardError):
        mend(world, spray, values={"phi_days": "7"})
    reason = {"phi_block_harvest": "Đọc sai nhãn, lô đã giữ lại chờ kiểm nghiệm"}
    assert mend(world, spray, values={"phi_days": "7"}, overrides=reason).warnings[0].overridden


def test_packs_counted_wrong_are_counted_again(world):
    raw = taken(world, world.season(), "100").lot
    command = Pack(
        product="NHO",
        inputs=((raw, Decimal(50)),),
        net_per_pack=Decimal(500),
        packs=100,
        packed_on=world.today,
        pack_type="box",
    )
    made = world.run(pack, command, Role.PACKER)
    with pytest.raises(GuardError):
        mend(world, made.index, values={"pack_count": "220"})
    done = mend(world, made.index, values={"pack_count": "98"})
    assert quantity(world, made.lot) == 98
    assert body(world, done.index)["outputQuantityList"] == [{"epcClass": made.lot, "quantity": 98}]
    done = mend(world, done.index, inputs=((raw, Decimal(60)),), values={"pack_count": "118"})
    assert body(world, done.index)["sogoc:fields"]["input_qty"] == "60"


def test_packs_never_become_fewer_than_their_active_stamps(world):
    lot = world.stamped(100)
    with world.ledger.database.reading() as session:
        index = session.scalars(select(TraceLot.created_index).where(TraceLot.lot == lot)).one()
    with pytest.raises(BalanceError):
        mend(world, index, values={"pack_count": "99"})


def test_wrong_day_of_packing_moves_the_date_on_the_label_too(world):
    raw = taken(world, world.season(), "100", ago=5).lot
    lot = world.packed(raw, packs=10, ago=2)
    index = world.size() - 1
    with pytest.raises(DoneDateError):
        mend(world, index, done_on=world.day(6))
    done = mend(world, index, done_on=world.day(3))
    assert body(world, done.index)["sogoc:fields"]["packed_on"] == world.day(3).isoformat()
    assert world.read(find_own_lot, world.actors[Role.MANAGER], lot).created_at.date() == world.day(3)


def test_harvest_does_not_move_behind_what_was_made_of_it(world):
    made = taken(world, world.season(), "100", ago=5)
    world.packed(made.lot, packs=10, ago=3)
    with pytest.raises(DoneDateError):
        mend(world, made.index, done_on=world.day(1))
    assert mend(world, made.index, done_on=world.day(4)).index


def test_season_opened_wrong_is_mended_in_the_books_too(world):
    season = world.season(days=90)
    index = world.size() - 1
    mend(world, index, values={"started_on": "01/09/2026", "expected_harvest_from": "15/12/2026"})
    card = world.read(list_seasons, world.actors[Role.GROWER], world.today).cards[0]
    assert (card.lot, card.started_on.isoformat(), card.days_to_harvest) == (season, "2026-09-01", 33)
    mend(world, world.size() - 1, did_not_occur=True)
    assert world.read(list_seasons, world.actors[Role.GROWER], world.today).cards == ()


def test_shipment_is_mended_until_it_is_received(world):
    lot = world.sealed(200)
    shipped = send(world, lot, 50)
    done = mend(world, shipped.index, values={"quantity": "60"})
    assert left(world, world.actors[Role.MANAGER], lot) == 140
    take(world, shipped.code, 60)
    with pytest.raises(ShipmentStateError):
        mend(world, done.index, values={"quantity": "50"})


def test_shipment_that_never_left_is_withdrawn(world):
    lot = world.sealed(200)
    shipped = send(world, lot, 50)
    mend(world, shipped.index, did_not_occur=True)
    assert left(world, world.actors[Role.MANAGER], lot) == 200
    with world.ledger.database.reading() as session:
        assert session.get_one(ShipmentRow, shipped.shipment).state == "withdrawn"
    with pytest.raises(ShipmentStateError):
        take(world, shipped.code, 50)


def test_receiver_counts_again(world):
    lot = world.sealed(200)
    received = take(world, send(world, lot, 50).code, 50)
    with pytest.raises(CommandError):
        mend(world, received.index, world.receiver, values={"quantity": "51"})
    done = mend(world, received.index, world.receiver, values={"quantity": "48", "condition": "short"})
    assert left(world, world.receiver, lot) == 48
    mend(world, done.index, world.receiver, did_not_occur=True)
    with pytest.raises(NotFoundError):
        left(world, world.receiver, lot)


def test_step_is_corrected_once_and_then_its_correction(world):
    made = taken(world, world.season(), "100")
    done = mend(world, made.index, values={"quantity": "90"})
    with pytest.raises(CorrectionError):
        mend(world, made.index, values={"quantity": "80"})
    assert mend(world, done.index, values={"quantity": "80"}).index


def test_correction_of_nothing_we_did_is_not_found(world):
    made = taken(world, world.season(), "100")
    for index, who in ((made.index, world.neighbour_manager), (0, Role.MANAGER), (10**6, Role.MANAGER)):
        with pytest.raises(NotFoundError):
            mend(world, index, who, did_not_occur=True)


def test_correction_needs_a_reason_and_sound_values(world):
    made = taken(world, world.season(), "100")
    with pytest.raises(CommandError):
        world.run(correct, Correct(index=made.index, reason=" ", did_not_occur=True))
    with pytest.raises(FieldErrors):
        mend(world, made.index, values={"quantity": "nhiều"})
    with pytest.raises(CommandError):
        mend(world, made.index - 1, values={"product": "NHO"})


def test_who_did_it_and_the_note_are_mended_too(world):
    recorded = world.run(
        record_step,
        RecordStep(lot=world.season(), step="irrigation", done_on=world.today, values={"source": "well"}),
        Role.RECORDER,
    )
    done = mend(world, recorded.index, done_by="TV01", note="tưới buổi chiều")
    opened = {i.pointer: i.value for i in world.read(read_disclosures, world.ledger.vault, done.index)}
    assert opened["/sogoc:fields/done_by"] == world.actors[Role.GROWER].member_id
    assert opened["/sogoc:fields/note"] == "tưới buổi chiều"


def test_season_closed_by_mistake_is_opened_again(world):
    season = world.season()
    sums = {"total_yield": "1", "revenue": "1", "cost": "1"}
    closed = world.run(close_season, CloseSeason(season=season, done_on=world.today, values=sums))
    mend(world, closed.index, did_not_occur=True)
    assert taken(world, season).lot


def test_grower_corrects_nothing_by_herself(world):
    made = taken(world, world.season(), "100")
    with pytest.raises(NotAllowedError):
        mend(world, made.index, Role.GROWER, did_not_occur=True)


def test_erased_persons_step_can_still_be_corrected(world):
    made = taken(world, world.season(), "100")
    world.run(erase_member, EraseMember(world.actors[Role.GROWER].member_id))
    done = mend(world, made.index, values={"quantity": "90"})
    opened = {i.pointer for i in world.read(read_disclosures, world.ledger.vault, done.index)}
    assert opened == {"/sogoc:fields/recorded_by"}
