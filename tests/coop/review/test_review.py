"""The manager's queue: what comes into it by itself, and what leaves it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select

from ledger.coop.actors import Role
from ledger.coop.corrections import Correct, correct
from ledger.coop.errors import CommandError, NotAllowedError, NotFoundError
from ledger.coop.field.diary import RecordStep, record_step
from ledger.coop.review.marks import ALL_MARKS, Mark, Usual, late_days_of
from ledger.coop.review.old_entries import mark_old_entries
from ledger.coop.review.queue import (
    PAGE,
    LookOver,
    SetReview,
    count_to_review,
    look_over,
    review_list,
    set_review,
)
from ledger.coop.review.review_tables import ReviewRow


def watered(world, season, *, ago=0, who=Role.GROWER, **more):
    command = RecordStep(
        lot=season, step="irrigation", done_on=world.day(ago), values={"source": "well"}, **more
    )
    return world.run(record_step, command, who).index


def queue(world, who=Role.MANAGER, **more):
    return world.read(review_list, world.ledger.vault, world.actor(who), **more)


def marks(world):
    return {item.index: item.marks for item in queue(world)}


def test_ones_own_work_of_today_is_nobodys_business(world):
    watered(world, world.season(days=1))
    assert queue(world, only=Mark.FOR_OTHER) == ()
    assert queue(world, only=Mark.LATE) == ()


def test_late_is_what_the_cooperative_calls_late(world):
    season = world.season(days=0)
    for ago in (0, 1, 3, 4, 9):
        watered(world, season, ago=ago)
    assert [item.late_days for item in queue(world, only=Mark.LATE)] == [9, 4]
    world.run(set_review, SetReview(int(ALL_MARKS), 2))
    assert [item.late_days for item in queue(world, only=Mark.LATE)] == [9, 4, 3]
    world.run(set_review, SetReview(int(Mark.WARNED), 2))
    assert not any(Mark.LATE in item.marks for item in queue(world))


def test_work_recorded_for_another_is_marked_with_both(world):
    season = world.season(days=0)
    grower = world.actors[Role.GROWER].member_id
    index = watered(world, season, who=Role.RECORDER, done_by=grower)
    (item,) = queue(world, only=Mark.FOR_OTHER)
    assert (item.index, item.member_id, item.login) == (index, grower, "recorder")


def test_an_override_and_a_warning_are_marked(world):
    season = world.season(days=60)
    values = {
        "method": "chemical",
        "target": "bọ trĩ",
        "input": "Thuốc lạ",
        "active_ingredient": "Paraquat",
        "phi_days": "7",
    }
    reason = {"input_not_banned": "Dùng thử theo đề tài của sở, có giấy"}
    command = RecordStep(
        lot=season, step="pest_control", done_on=world.today, values=values, overrides=reason
    )
    recorded = world.run(record_step, command)
    assert [notice.overridden for notice in recorded.warnings].count(True) == 1
    assert Mark.OVERRIDE in marks(world)[recorded.index]
    values |= {"active_ingredient": "chất không có trong danh mục"}
    other = RecordStep(lot=season, step="pest_control", done_on=world.today, values=values)
    warned = world.run(record_step, other)
    assert warned.warnings
    assert Mark.WARNED in marks(world)[warned.index]


def test_an_amount_that_is_far_from_the_usual_is_marked(world):
    season = world.season(days=90)
    for number in range(9):
        world.harvested(season, kg=str(20 + number))
    assert queue(world, only=Mark.UNUSUAL) == ()
    world.harvested(season, kg="500")
    (item,) = queue(world, only=Mark.UNUSUAL)
    assert item.step == "harvest"


def test_a_correction_comes_into_the_queue_as_what_it_says_now(world):
    season = world.season(days=0)
    index = watered(world, season, ago=9)
    again = world.run(correct, Correct(index=index, reason="ghi nhầm", values={"source": "stream"}))
    found = {item.index: item for item in queue(world)}
    assert found[index].is_corrected
    assert again.index in found


def test_looking_over_takes_entries_out_and_keeps_the_note_sealed(world):
    season = world.season(days=0)
    first, second = watered(world, season, ago=9), watered(world, season, ago=8)
    before = world.read(count_to_review, world.actors[Role.MANAGER])
    assert world.run(look_over, LookOver((first,), "Đã hỏi, đúng là tưới hôm đó")).count == 1
    assert world.read(count_to_review, world.actors[Role.MANAGER]) == before - 1
    assert second in marks(world)
    (done,) = queue(world, is_open=False)
    assert (done.index, done.note) == (first, "Đã hỏi, đúng là tưới hôm đó")
    assert world.run(look_over, LookOver((first, second))).count == 1
    (_, again) = queue(world, is_open=False)
    assert again.note == "Đã hỏi, đúng là tưới hôm đó"
    with world.ledger.database.reading() as session:
        sealed = session.scalar(select(ReviewRow.note_sealed).where(ReviewRow.index == first))
    assert "tưới".encode() not in sealed


def test_nothing_is_edited_by_looking(world):
    index = watered(world, world.season(days=0), ago=9)
    size = world.size()
    world.run(look_over, LookOver((index,), "xem"))
    assert world.size() == size


@pytest.mark.parametrize("indexes", [(), tuple(range(201))])
def test_a_look_has_a_limit(world, indexes):
    with pytest.raises(CommandError):
        world.run(look_over, LookOver(indexes))


def test_only_managers_look_and_only_at_their_own(world):
    index = watered(world, world.season(days=0), ago=9)
    with pytest.raises(NotAllowedError):
        queue(world, Role.TEAM_LEAD)
    with pytest.raises(NotAllowedError):
        world.run(look_over, LookOver((index,)), Role.ACCOUNTANT)
    with pytest.raises(NotFoundError):
        world.run(look_over, LookOver((index,)), world.neighbour_manager)
    with pytest.raises(NotFoundError):
        world.run(look_over, LookOver((0,)))
    assert queue(world, world.neighbour_manager) == ()


def test_the_queue_comes_in_pages(world):
    season = world.season(days=0)
    indexes = [watered(world, season, ago=5) for _ in range(PAGE + 3)]
    first = queue(world, only=Mark.LATE)
    assert len(first) == PAGE + 1
    rest = queue(world, only=Mark.LATE, before=first[PAGE - 1].index)
    assert [item.index for item in (*first[:PAGE], *rest)] == indexes[::-1]


@pytest.mark.parametrize("days", [1, 61])
def test_late_days_have_limits(world, days):
    with pytest.raises(CommandError):
        world.run(set_review, SetReview(0, days))


@given(st.lists(st.decimals(Decimal("0.001"), 1000, places=3), min_size=1, max_size=40))
def test_what_was_seen_often_is_never_unusual(amounts):
    usual = Usual()
    for amount in amounts:
        usual = usual.after(amount)
    assert usual.seen == len(amounts)
    middle = sorted(amounts)[len(amounts) // 2]
    same = Usual()
    for _ in range(20):
        same = same.after(middle)
    assert not same.is_unusual(middle)
    assert same.is_unusual(middle * 4)
    assert same.is_unusual(middle / 4)


def test_no_work_is_early(world):
    assert late_days_of(world.day(-3), world.today) == 0


def test_entries_from_before_the_queue_come_into_it_once(world):
    season = world.season(days=0)
    late = watered(world, season, ago=9)
    watered(world, season)
    other = watered(world, season, who=Role.RECORDER, done_by=world.actors[Role.GROWER].member_id)
    before = marks(world)
    assert {late, other} <= before.keys()
    with world.ledger.database.writing() as session:
        session.execute(delete(ReviewRow))
    assert queue(world) == ()
    assert world.ledger.write(mark_old_entries) == len(before)
    assert marks(world) == before
    assert world.ledger.write(mark_old_entries) == 0
    world.run(look_over, LookOver((late,)))
    watered(world, season, ago=9)
    assert world.ledger.write(mark_old_entries) == 0
    assert late not in marks(world)
