"""Seasons to practise with: the same forms and guards, and not a line in the log."""

import pytest
from sqlalchemy import func, select

from ledger.coop.actors import Role
from ledger.coop.errors import CommandError, DoneDateError, NotAllowedError, NotFoundError
from ledger.coop.field import practice
from ledger.coop.field.diary_tables import PracticeEntryRow
from ledger.coop.field.practice import (
    DropPractice,
    OpenPractice,
    RecordPractice,
    drop_practice,
    list_practice,
    open_practice,
    read_practice,
    record_practice,
)
from ledger.coop.registers.places import RegisterPlace, register_place
from ledger.coop.registers.products import RegisterProduct, register_product
from ledger.trace.errors import FieldErrors, GuardError
from tests.coop.field.test_many_seasons import SPRAY

SPRAYING = {"method": "chemical", "target": "bọ trĩ", "input": "Abamectin 1.8EC", "phi_days": "7"}


def opened(world, who=Role.GROWER, **changes):
    asked = {"product": "NHO", "place": "VUON1", "started_on": world.day(60)} | changes
    return world.run(open_practice, OpenPractice(**asked), who).id


def record(world, season, step, values, *, ago=0, who=Role.GROWER, **more):
    command = RecordPractice(season=season, step=step, done_on=world.day(ago), values=values, **more)
    return world.run(record_practice, command, who)


def read(world, season, who=Role.GROWER):
    return world.read(read_practice, world.ledger.vault, world.actors[who], season)


def test_nothing_of_a_practice_season_is_in_the_log(world):
    size = world.size()
    season = opened(world)
    record(world, season, "irrigation", {"source": "well"})
    record(world, season, "harvest", {"quantity": "100"})
    assert world.size() == size
    assert [entry.step for entry in read(world, season).entries] == ["harvest", "irrigation"]


def test_the_guards_are_those_of_a_real_season(world):
    season = opened(world)
    with pytest.raises(GuardError) as banned:
        record(world, season, "pest_control", SPRAY)
    assert "input_not_banned" in {item.guard for item in banned.value.violations}
    record(world, season, "pest_control", SPRAYING, ago=3)
    with pytest.raises(GuardError) as early:
        record(world, season, "harvest", {"quantity": "100"})
    assert "Thu hoạch được từ" in early.value.violations[0].sentence_vi
    record(world, season, "harvest", {"quantity": "100"}, ago=30)
    too_much = record(world, season, "harvest", {"quantity": "99.999"}, ago=30)
    assert [notice.guard for notice in too_much.warnings] == ["yield_plausible"]


def test_heads_are_counted_as_in_a_real_herd(world):
    world.run(
        register_place,
        RegisterPlace(name="Chuồng 1", kind="barn", province="Lạng Sơn", commune="Bắc Sơn", code="CH1"),
    )
    world.run(register_product, RegisterProduct(code="LON", name="Lợn", template="pig_farm", origin="VN"))
    season = opened(world, product="LON", place="CH1")
    stock = {"breed": "Móng Cái", "heads": "10", "source": "trại giống"}
    record(world, season, "stock_in", stock, ago=50)
    record(world, season, "mortality", {"heads": "2", "reason": "yếu", "disposal": "buried"}, ago=40)
    sold = {"heads": "9", "total_weight": "800", "to_team": "khách lẻ"}
    with pytest.raises(GuardError) as short:
        record(world, season, "release", sold)
    assert "headcount_balance" in {item.guard for item in short.value.violations}
    record(world, season, "release", sold | {"heads": "8"})


def test_what_is_wrong_is_refused_as_in_earnest(world):
    season = opened(world)
    with pytest.raises(FieldErrors):
        record(world, season, "irrigation", {})
    with pytest.raises(DoneDateError):
        record(world, season, "irrigation", {"source": "well"}, ago=-1)
    with pytest.raises(NotFoundError):
        record(world, season, "packing", {})
    with pytest.raises(DoneDateError):
        opened(world, started_on=world.day(-1))


def test_it_is_thrown_away_with_all_that_is_in_it(world):
    season = opened(world)
    record(world, season, "irrigation", {"source": "well"})
    world.run(drop_practice, DropPractice(season=season), Role.GROWER)
    with pytest.raises(NotFoundError):
        read(world, season)
    assert world.read(lambda session: session.scalar(select(func.count()).select_from(PracticeEntryRow))) == 0


def test_it_is_its_learners_own(world):
    season = opened(world)
    with pytest.raises(NotFoundError):
        read(world, season, Role.RECORDER)
    with pytest.raises(NotFoundError):
        record(world, season, "irrigation", {"source": "well"}, who=Role.MANAGER)
    with pytest.raises(NotAllowedError):
        opened(world, Role.PACKER)
    assert world.read(list_practice, world.ledger.vault, world.actors[Role.RECORDER]) == ()


def test_there_is_an_end_to_practising(world, monkeypatch):
    monkeypatch.setattr(practice, "MAX_ENTRIES", 1)
    seasons = [opened(world) for _ in range(practice.MAX_SEASONS)]
    with pytest.raises(CommandError):
        opened(world)
    record(world, seasons[0], "irrigation", {"source": "well"})
    with pytest.raises(CommandError):
        record(world, seasons[0], "irrigation", {"source": "well"})


def test_a_form_sent_twice_is_practised_once(world):
    season = opened(world)
    first = record(world, season, "irrigation", {"source": "well"}, idempotency_key="k")
    assert record(world, season, "irrigation", {"source": "well"}, idempotency_key="k") == first
    assert len(read(world, season).entries) == 1
