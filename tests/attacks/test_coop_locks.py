"""Attacks on the chain of locks: intervals, balances, replays, logins, and secrets in what is printed."""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pytest

from ledger.coop.actors import Actor, Role
from ledger.coop.errors import (
    AlreadyExistsError,
    DoneDateError,
    LockedOutError,
    LoginError,
    NotAllowedError,
    NotFoundError,
    RepeatConflictError,
)
from ledger.coop.field.diary import RecordStep, record_step
from ledger.coop.field.harvesting import Harvest, harvest
from ledger.coop.field.seasons import OpenSeason, open_season
from ledger.coop.goods.packing import Pack, pack
from ledger.coop.goods.processing import Transform, transform
from ledger.coop.goods.shipping import Ship, ship
from ledger.coop.people.accounts import check_login
from ledger.coop.people.sessions import open_session
from ledger.coop.registers.places import RegisterPlace, register_place
from ledger.coop.registers.products import RegisterProduct, register_product
from ledger.coop.stamps.stamps import Reserve, reserve_stamps
from ledger.trace.errors import FieldErrors, GuardError
from tests.support.world import SECRET


def refused(world, error, use_case, command, who=Role.MANAGER):
    size = world.size()
    with pytest.raises(error) as caught:
        world.run(use_case, command, who)
    assert world.size() == size
    return caught.value


def taking(world, season, quantity="100", *, ago=0, **more):
    return Harvest(season=season, done_on=world.day(ago), values={"quantity": quantity}, **more)


def packing(world, raw, kg, packs, **more):
    return Pack(
        product="NHO",
        inputs=((raw, Decimal(kg)),),
        net_per_pack=Decimal(500),
        packs=packs,
        packed_on=world.today,
        pack_type="box",
        **more,
    )


def test_harvest_inside_the_interval(world):
    season = world.season()
    world.spray(season, ago=5, phi_days=7)
    error = refused(world, GuardError, harvest, taking(world, season), Role.GROWER)
    day = world.day(-2)
    assert f"Thu hoạch được từ {day:%d/%m/%Y}" in error.sentence
    assert f"phun ngày {world.day(5):%d/%m/%Y}" in error.sentence


def test_interval_overridden_by_a_manager(world):
    season = world.season()
    world.spray(season, ago=5, phi_days=7)
    reason = {"phi_elapsed": "Khách đang chờ, thuốc này nhẹ lắm"}
    error = refused(world, GuardError, harvest, taking(world, season, overrides=reason))
    assert "không ai được bỏ qua" in error.sentence


def test_harvest_backdated_before_the_season(world):
    season = world.season(days=20)
    world.spray(season, ago=5, phi_days=7)
    refused(world, DoneDateError, harvest, taking(world, season, ago=30))
    # Before the spraying the fruit was clean: that is a true harvest, and marked as recorded late.
    assert world.run(harvest, taking(world, season, ago=6)).lot


def test_interval_shortened_by_a_later_spraying(world):
    season = world.season()
    world.spray(season, ago=10, phi_days=14)
    world.spray(season, ago=9, phi_days=3)
    refused(world, GuardError, harvest, taking(world, season))


def pond(world):
    """A herd of pigs with a drug in it."""
    world.run(
        register_place, RegisterPlace(name="Chuồng", kind="barn", province="x", commune="y", code="CHUONG")
    )
    world.run(register_product, RegisterProduct(code="LON", name="Lợn", template="pig_farm", origin="x"))
    season = world.run(
        open_season,
        OpenSeason(product="LON", place="CHUONG", started_on=world.day(90)),
    ).lot

    def record(step, ago, **values):
        command = RecordStep(lot=season, step=step, done_on=world.day(ago), values=values)
        world.run(record_step, command)

    record("stock_in", 90, breed="Yorkshire", heads="20", source="Trại giống")
    return season, record


def selling(world, season, heads="5"):
    partner = world.partner
    values = {"heads": heads, "total_weight": "500", "to_team": partner}
    return Harvest(season=season, step="release", done_on=world.today, values=values)


def test_slaughter_inside_the_withdrawal_time(world):
    season, record = pond(world)
    record("vet_treatment", 3, kind="treatment", input="Amoxicillin", heads="20", withdrawal_days="15")
    error = refused(world, GuardError, harvest, selling(world, season))
    assert "Amoxicillin" in error.sentence
    assert f"{world.day(-12):%d/%m/%Y}" in error.sentence


def test_dead_animals_sold(world):
    season, record = pond(world)
    record("mortality", 2, heads="4", reason="bệnh", disposal="bury")
    refused(world, GuardError, harvest, selling(world, season, "17"))
    assert world.run(harvest, selling(world, season, "16")).lot
    refused(world, GuardError, harvest, selling(world, season, "1"))


def test_more_packed_than_harvested(world):
    raw = world.run(harvest, taking(world, world.season(), "100")).lot
    refused(world, GuardError, pack, packing(world, raw, "100.001", 200))
    world.run(pack, packing(world, raw, "60", 120))
    refused(world, GuardError, pack, packing(world, raw, "40.5", 81))
    world.run(pack, packing(world, raw, "40", 80))


def test_more_packs_than_the_weight_fills(world):
    raw = world.run(harvest, taking(world, world.season(), "100")).lot
    error = refused(world, GuardError, pack, packing(world, raw, "50", 110))
    assert "packs_le_input" in {violation.guard for violation in error.violations}


def test_mass_balance_overridden(world):
    raw = world.run(harvest, taking(world, world.season(), "100")).lot
    overrides = {
        "packs_le_input": "Cân của HTX hơi nặng tay",
        "mass_balance": "Cân của HTX hơi nặng tay",
        "input_available": "Cân của HTX hơi nặng tay",
    }
    refused(world, GuardError, pack, packing(world, raw, "150", 300, overrides=overrides))


def test_same_lot_packed_twice_at_once(world):
    raw = world.run(harvest, taking(world, world.season(), "100")).lot

    def attempt(_):
        try:
            return world.run(pack, packing(world, raw, "60", 120), Role.PACKER).lot
        except GuardError:
            return None

    with ThreadPoolExecutor(4) as pool:
        made = [lot for lot in pool.map(attempt, range(4)) if lot]
    assert len(made) == 1


def sorting(world, lot, taken, made):
    return Transform(
        step="sorting",
        inputs=((lot, Decimal(taken)),),
        outputs=((None, Decimal(made)),),
        done_on=world.today,
    )


def test_weight_gained_by_sorting_again_and_again(world):
    """The scales' tolerance is for one weighing; allowed at every step it would compound."""
    raw = world.run(harvest, taking(world, world.season(), "100")).lot
    lot = world.run(transform, sorting(world, raw, 100, 102), Role.PACKER).lots[0]
    error = refused(world, GuardError, transform, sorting(world, lot, 102, 104), Role.PACKER)
    assert error.violations[0].guard == "mass_balance"
    lot = world.run(transform, sorting(world, lot, 102, 102), Role.PACKER).lots[0]
    refused(world, GuardError, transform, sorting(world, lot, 102, "102.001"), Role.PACKER)


def test_command_replayed(world):
    raw = world.run(harvest, taking(world, world.season(), "100")).lot
    command = packing(world, raw, "50", 100, idempotency_key="phiếu-1")
    first = world.run(pack, command, Role.PACKER)
    size = world.size()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: world.run(pack, command, Role.PACKER), range(4)))
    assert answers == [first] * 4
    assert world.size() == size


def test_idempotency_key_reused_for_another_command(world):
    raw = world.run(harvest, taking(world, world.season(), "100")).lot
    world.run(pack, packing(world, raw, "50", 100, idempotency_key="phiếu-1"))
    refused(world, RepeatConflictError, pack, packing(world, raw, "40", 80, idempotency_key="phiếu-1"))
    refused(world, RepeatConflictError, reserve_stamps, Reserve(5, idempotency_key="phiếu-1"))


def test_idempotency_key_of_another_organisation(world):
    world.run(reserve_stamps, Reserve(5, idempotency_key="phiếu-1"))
    other = world.run(reserve_stamps, Reserve(5, idempotency_key="phiếu-1"), world.neighbour_manager)
    assert other.first == 6


def test_login_guessed_by_brute_force(world):
    now = world.clock()
    for guess in range(10):
        with pytest.raises(LoginError):
            check_login(world.ledger.database, "manager", f"guess {guess}", now)
    for _ in range(3):
        with pytest.raises(LockedOutError):
            check_login(world.ledger.database, "manager", SECRET, now)


def test_secret_in_logs_and_errors(world, caplog):
    caplog.set_level(logging.DEBUG)
    token = world.ledger.write(open_session, world.actors[Role.MANAGER])
    shown = []
    for name, secret in (("manager", "hunter2-wrong"), ("nobody", "hunter2-wrong")):
        with pytest.raises(LoginError) as caught:
            check_login(world.ledger.database, name, secret, world.clock())
        shown += [repr(caught.value), str(caught.value), caught.value.sentence]
    shown += [repr(world.ledger.vault), repr(world.codec()), repr(world.ledger), caplog.text]
    for secret in ("hunter2", SECRET, token, bytes(range(32)).hex()):
        assert not any(secret in text for text in shown)


def test_work_recorded_in_anothers_name(world):
    season = world.season()
    forged = Actor("someone-else", world.coop.code, "no-such-member", frozenset({Role.GROWER}))
    command = RecordStep(lot=season, step="irrigation", done_on=world.today, values={"source": "well"})
    named = replace(command, done_by=world.actors[Role.GROWER].member_id)
    refused(world, NotAllowedError, record_step, named, forged)
    refused(world, NotFoundError, record_step, replace(command, done_by="no-such-member"), forged)
    assert world.run(record_step, command, Role.GROWER).index


def test_hidden_characters_in_a_field(world):
    season = world.season()
    for text in ("bọ\u200btrĩ", "sâu\u202eđục", "thuốc\x00"):
        values = {"method": "trap", "target": text}
        command = RecordStep(lot=season, step="pest_control", done_on=world.today, values=values)
        refused(world, FieldErrors, record_step, command)


def test_lot_code_taken_twice(world):
    season = world.season()
    world.run(harvest, taking(world, season, lot_code="A1"))
    refused(world, AlreadyExistsError, harvest, taking(world, season, lot_code="a1"))


def test_work_of_tomorrow(world):
    season = world.season()
    refused(world, DoneDateError, harvest, taking(world, season, ago=-1))
    lot = world.sealed(10)
    command = Ship(lot=lot, to_partner="khách lẻ", packs=1, done_on=world.day(-1))
    refused(world, DoneDateError, ship, command)
    tomorrow = replace(packing(world, world.harvested(), "5", 10), packed_on=world.day(-1))
    refused(world, DoneDateError, pack, tomorrow)
