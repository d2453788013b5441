"""Attacks on what is told: late records, vanished mistakes, recalled goods, values that are private."""

import hashlib
from decimal import Decimal

import pytest
from sqlalchemy import select

from ledger.coop.actors import Actor, Role
from ledger.coop.corrections import Correct, correct
from ledger.coop.errors import SessionEndedError
from ledger.coop.field.diary import RecordStep, record_step
from ledger.coop.field.harvesting import Harvest, harvest
from ledger.coop.goods.receiving import Receive, receive
from ledger.coop.goods.shipping import Ship, ship
from ledger.coop.people.sessions import actor_of, open_session
from ledger.coop.recalls.recalls import Recall, recall
from ledger.coop.registers.members import list_members
from ledger.coop.registers.partners import AddPartner, add_partner
from ledger.coop.tables import SessionRow
from ledger.log.queries import read_entries
from ledger.trace.errors import GuardError
from ledger.trace.queries import passport_of


def journey(world, lot):
    return {step.index: step for step in world.read(passport_of, lot, world.today).passport.journey}


def test_step_written_down_late(world):
    """A spraying of forty days ago, remembered today, shows both days."""
    season = world.season()
    spray = world.spray(season, ago=40)
    told = journey(world, world.harvested(season))[spray]
    assert (told.done_on, told.recorded_on, told.late_days) == (world.day(40), world.today, 40)


def test_correction_hides_nothing(world):
    season = world.season()
    command = Harvest(season=season, done_on=world.today, values={"quantity": "900"})
    made = world.run(harvest, command, Role.GROWER)
    change = Correct(index=made.index, reason="Ghi thừa một số 0", values={"quantity": "90"})
    done = world.run(correct, change)
    told = journey(world, made.lot)
    assert told[made.index].corrected
    assert told[made.index].corrected_by is not None
    assert "900 kg" in str(told[made.index].fields)
    assert "90 kg" in str(told[done.index].fields)


def test_recalled_lot_sold_on(world):
    """Neither who made it nor who holds some of it can ship, pack or stamp what was recalled."""
    lot = world.sealed(100)
    command = Ship(lot=lot, to_partner=world.partner, packs=50, done_on=world.today)
    shipped = world.run(ship, command, Role.PACKER)
    count = Receive(shipment=shipped.code, counted=Decimal(50), done_on=world.today)
    world.run(receive, count, world.receiver)
    world.run(recall, Recall(lot, "dư lượng", "cả lô", "HTX", "đem trả", "0259 388 1122"))
    size = world.size()
    trader = Actor("trader", world.distributor.code, None, frozenset({Role.MANAGER}))
    for who in (Role.PACKER, trader):
        on = Ship(lot=lot, to_partner="khách lẻ", packs=1, done_on=world.today)
        with pytest.raises(GuardError):
            world.run(ship, on, who)
    assert world.size() == size


def test_session_stolen_from_the_database(world):
    token = world.ledger.write(open_session, world.actors[Role.MANAGER])
    with world.ledger.database.reading() as session:
        stolen = session.scalars(select(SessionRow.token_digest)).one()
    assert stolen == hashlib.sha256(token.encode()).digest()
    for forged in (stolen.hex(), stolen.decode("latin-1"), token[:-1]):
        with pytest.raises(SessionEndedError):
            world.read(actor_of, forged, world.clock())


def test_private_values_absent_from_the_log(world):
    """Names, telephones, buyers, vehicles, prices and notes of a whole story, sought in every entry."""
    shop = world.run(add_partner, AddPartner(name="Cô Tư chợ Dinh", kind="shop", phone="0911 222 333")).id
    season = world.season(expected_yield_kg="7777777")
    values = {"input": "NPK", "dose": "5", "invoice": "HOA-DON-88", "area_applied": "4321987"}
    world.run(
        record_step,
        RecordStep(
            lot=season,
            step="fertilising",
            done_on=world.today,
            values=values,
            note="mua chịu của anh Bảy",
            done_by="TV01",
        ),
        Role.RECORDER,
    )
    taking = Harvest(
        season=season,
        done_on=world.today,
        values={"quantity": "111", "household": "TV01", "buyer_on_site": shop},
    )
    world.run(harvest, taking, Role.RECORDER)
    command = Ship(
        lot=world.sealed(20),
        to_partner=shop,
        packs=13,
        done_on=world.today,
        vehicle="85C-012.34",
        invoice_no="XUAT-99",
    )
    world.run(ship, command, Role.PACKER)
    with world.ledger.database.reading() as session:
        log = b"\n".join(entry.entry for entry in read_entries(session, range(world.size()))).decode()
    people = world.read(list_members, world.ledger.vault, world.coop.code)
    secrets = [value for person in people for value in (person.id, person.name, person.phone)]
    secrets += [actor.account_id for actor in world.actors.values()]
    secrets += [shop, "Cô Tư", "0911", "7777777", "HOA-DON-88", "4321987", "anh Bảy", "85C-012", "XUAT-99"]
    assert [secret for secret in secrets if secret and secret in log] == []
    assert world.coop.name in log
