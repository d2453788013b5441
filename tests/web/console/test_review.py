"""The manager's queue on the console."""

import pytest

from ledger.coop.actors import Role
from ledger.coop.field.diary import RecordStep, record_step
from tests.support.desk import HOME, open_desk


@pytest.fixture
def desk(sqlite_template, tmp_path):
    yield from open_desk(sqlite_template, tmp_path)


@pytest.fixture
def manager(desk):
    return desk.browser("manager")


def late(desk, ago=9, who=Role.GROWER, season=None, **more):
    world = desk.world
    command = RecordStep(
        lot=season or world.season(days=0),
        step="irrigation",
        done_on=world.day(ago),
        values={"source": "well"},
        **more,
    )
    return world.run(record_step, command, who).index


def test_the_first_page_says_how_many_wait(desk, manager):
    assert "Dòng cần xem lại" in manager.get(HOME).text
    late(desk)
    page = manager.get(HOME)
    assert f"{HOME}xem-lai" in page.links
    assert "quy tắc cho qua 1" in page.text


def test_a_late_entry_is_looked_at_with_a_note(desk, manager):
    index = late(desk)
    page = manager.get(f"{HOME}xem-lai")
    assert "Ghi bù trễ 9 ngày" in page.text
    assert f"{HOME}so/{index}" in page.links
    nothing = manager.send(page)
    assert nothing.status == 422
    assert "đánh dấu ít nhất một dòng" in nothing.text
    done = manager.send(nothing, indexes=[str(index)], note="Đã hỏi bác Tư")
    assert "Không còn dòng nào" in done.text
    assert "Đã hỏi bác Tư" in manager.get(f"{HOME}xem-lai/da-xem").text


def test_one_kind_is_shown_alone(desk, manager):
    grower = desk.world.actors[Role.GROWER].member_id
    season = desk.world.season(days=0)
    late(desk, season=season)
    late(desk, ago=0, who=Role.RECORDER, season=season, done_by=grower)
    assert "Ghi bù trễ 9 ngày" in manager.get(f"{HOME}xem-lai?chi=tre").text
    only = manager.get(f"{HOME}xem-lai?chi=ho")
    assert "việc của Nguyễn Thị grower" in only.text
    assert "9 ngày" not in only.text
    assert manager.get(f"{HOME}xem-lai?chi=gi-do&truoc=x").status == 200


def test_the_cooperative_says_what_belongs_into_the_queue(desk, manager):
    late(desk)
    settings = manager.get(f"{HOME}xem-lai/cai-dat")
    assert settings.form["late_days"] == "3"
    assert "Không còn dòng nào" in manager.send(settings, late_days="20").text
    refused = manager.fill(f"{HOME}xem-lai/cai-dat", late_days="99")
    assert "Số ngày từ 2 đến 60" in refused.problems["late_days"]


def test_a_ticked_box_that_is_no_entry_is_refused(desk, manager):
    late(desk)
    page = manager.get(f"{HOME}xem-lai")
    assert manager.send(page, indexes=["x"]).status == 422
    assert manager.send(page, indexes=["99999"]).status == 404


@pytest.mark.parametrize("login", ["grower", "team_lead", "accountant"])
def test_the_queue_is_the_managers(desk, login):
    for path in ("xem-lai", "xem-lai/da-xem", "xem-lai/cai-dat"):
        assert desk.browser(login).get(f"{HOME}{path}").status == 403
