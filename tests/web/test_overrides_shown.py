"""What a manager lets pass in spite of a guard, as everybody who scans the stamp reads it."""

import pytest

from ledger.coop.actors import Role
from ledger.coop.field.diary import RecordStep, record_step
from tests.support.desk import HOME, open_desk
from tests.support.sector_walks import begin

REASON = "Thuốc tồn từ năm trước, đã báo trạm bảo vệ thực vật huyện"


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


def path_of(lot):
    return lot.partition("8000/")[2]


def test_the_reason_stands_on_the_passport_beside_the_guard(desk):
    world = desk.world
    season = world.season()
    form = f"{HOME}viec/pest_control/{path_of(season)}"
    answers = {
        "done_on": world.day(30).isoformat(),
        "v_method": "chemical",
        "v_target": "bọ trĩ",
        "v_input": "Gramoxone (paraquat)",
        "v_phi_days": "7",
    }
    assert desk.browser("grower").fill(form, **answers).status == 422
    manager = desk.browser("manager")
    done = manager.send(manager.fill(form, **answers), override_reason=REASON)
    assert "Đã ghi vào sổ" in done.text
    lot = world.packed(world.harvested(season))
    page = desk.browser().get(f"/{path_of(lot)}")
    assert page.status == 200
    assert f"Lý do của người quản lý: {REASON}" in page.text
    assert "hoạt chất đã bị loại/cấm" in page.text


def test_every_guard_that_was_passed_is_shown(desk):
    world = desk.world
    walk = begin(world, "fruit_na")
    walk.open()
    walk.take("harvest")
    step = walk.sector.step("pest_control")
    command = RecordStep(
        lot=walk.season,
        step="pest_control",
        done_on=world.day(3),
        values={**walk.typed(step), "input": "Paraquat", "phi_days": "30"},
        overrides={"input_not_banned": REASON, "phi_block_harvest": f"{REASON}, lô đã giữ lại"},
    )
    world.run(record_step, command, Role.MANAGER)
    page = desk.browser().get(f"/{path_of(walk.lot)}")
    assert f"{REASON}, lô đã giữ lại" in page.text
    assert page.text.count(REASON) == 2
