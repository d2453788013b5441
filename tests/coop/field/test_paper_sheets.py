"""A paper sheet keyed in: all its lines in one unit, or every faulty box named."""

from dataclasses import replace

import pytest

from ledger.coop.actors import Role
from ledger.coop.errors import CommandError, LotStateError, NotAllowedError, NotFoundError
from ledger.coop.field.paper_rows import SLOTS, find_step, is_ditto, paper_steps, read_choices
from ledger.coop.field.paper_sheets import MAX_ROWS, KeyInSheet, PaperLine, key_in_sheet
from ledger.coop.field.seasons import CloseSeason, close_season
from ledger.log.records import read_record
from ledger.trace.events.sealed import FIELDS
from ledger.trace.sectors.templates import TEMPLATES

GRAPES = paper_steps(TEMPLATES["fruit_nho"])
WATER, FEED, SPRAY, TAKE, PLANT = (
    next(str(item.number) for item in GRAPES if item.step.code == code)
    for code in ("irrigation", "fertilising", "pest_control", "harvest", "planting")
)


def line(number, **boxes):
    return PaperLine(number, tuple(boxes.items()))


def key_in(world, season, *lines, who=Role.RECORDER, **more):
    return world.run(key_in_sheet, KeyInSheet(season=season, lines=lines, **more), who)


def problems(world, season, *lines, who=Role.RECORDER):
    size = world.size()
    with pytest.raises(CommandError) as refused:
        key_in(world, season, *lines, who=who)
    assert world.size() == size
    return {problem.field: problem.sentence for problem in refused.value.problems}


def steps_of(world, first):
    bodies = [world.read(read_record, index).body for index in range(first, world.size())]
    return [(body["sogoc:step"], body["eventTime"][:10]) for body in bodies]


def test_every_line_becomes_an_entry_in_the_order_of_the_days(world):
    season = world.season()
    size = world.size()
    done = key_in(
        world,
        season,
        line(1, day="11/11", work=WATER, amount="30", how="a"),
        line(2, day="9/11/2026", work="Bón phân", what="NPK 16-16-8", amount="20 kg", how="a"),
        line(3),
        line(4, day="12/11", work=TAKE, amount="1,5 tạ"),
    )
    assert (done.written, done.late, done.repeated, done.notices) == (3, 2, 0, done.warnings)
    assert [step for step, _ in steps_of(world, size)] == ["fertilising", "irrigation", "harvest"]


def test_ditto_marks_repeat_the_line_above(world):
    season = world.season()
    size = world.size()
    key_in(
        world,
        season,
        line(1, day="10/11", work=WATER, amount="30", how="a", who="TV01"),
        line(2, day="11/11", work='"', amount="''", how="nt", who="”"),
    )
    assert [step for step, _ in steps_of(world, size)] == ["irrigation", "irrigation"]


def test_every_faulty_box_is_named_and_nothing_is_written(world):
    found = problems(
        world,
        world.season(),
        line(1, day="31/2", work=WATER),
        line(2, work="99"),
        line(3, day="10/11", work=WATER, how="z", what="giếng"),
        line(4, day="10/11", work=FEED, who="TV99", what="NPK", how="a"),
        line(5, day="10/11", work=WATER, how="a", amount="30"),
        line(6, day="1/1/2027", work=WATER, how="a", amount="30"),
        line(7, day="10/11", work=WATER, remark="x" * 201),
    )
    assert set(found) == {
        "r1-day", "r2-day", "r2-work", "r3-how", "r3-what", "r4-who", "r6-day", "r7-remark",
    }  # fmt: skip


def test_a_missing_box_is_asked_for_where_it_stands(world):
    found = problems(world, world.season(), line(3, day="10/11", work=SPRAY, how="a"))
    assert {"r3-what", "r3-days", "r3-more"} <= set(found)


def test_a_guard_speaks_beside_the_day(world):
    season = world.season()
    world.spray(season, ago=2, phi_days=7)
    assert "r1-day" in problems(world, season, line(1, day="12/11", work=TAKE, amount="100"))


def test_a_line_that_was_keyed_in_before_is_found_and_two_equal_lines_are_two(world):
    season = world.season()
    water = line(1, day="10/11", work=WATER, amount="30", how="a")
    first = key_in(world, season, water, replace(water, number=2))
    assert first.written == 2
    again = key_in(world, season, water, line(5, day="11/11", work=WATER, amount="30", how="a"))
    assert (again.written, again.repeated) == (1, 1)


def test_a_sheet_sent_twice_is_recorded_once(world):
    season = world.season()
    lines = (line(1, day="10/11", work=WATER, amount="30", how="a"),)
    first = key_in(world, season, *lines, idempotency_key="k")
    size = world.size()
    assert key_in(world, season, *lines, idempotency_key="k") == first
    assert world.size() == size


def test_an_empty_sheet_and_one_too_long_are_refused(world):
    season = world.season()
    assert set(problems(world, season, line(1, day=" "))) == {"lines"}
    long = [line(number, day="10/11", work=WATER) for number in range(1, MAX_ROWS + 2)]
    assert set(problems(world, season, *long)) == {"lines"}


def test_only_for_an_open_season_of_ones_own(world):
    season = world.season()
    lines = (line(1, day="10/11", work=WATER, amount="30", how="a"),)
    with pytest.raises(NotFoundError):
        key_in(world, season, *lines, who=world.neighbour_manager)
    with pytest.raises(NotAllowedError):
        key_in(world, season, *lines, who=Role.PACKER)
    sums = {"total_yield": "1", "revenue": "1", "cost": "1"}
    world.run(close_season, CloseSeason(season=season, done_on=world.today, values=sums))
    with pytest.raises(LotStateError):
        key_in(world, season, *lines)


def test_a_grower_keys_in_their_own_sheet_and_nobody_elses(world):
    season = world.season()
    own = line(1, day="10/11", work=WATER, amount="30", how="a")
    assert key_in(world, season, own, who=Role.GROWER).written == 1
    other = line(1, day="9/11", work=WATER, amount="30", how="a", who="TV02")
    assert problems(world, season, other, who=Role.GROWER)


def test_what_was_planted_keeps_its_source(world):
    season = world.season()
    key_in(world, season, line(1, day="10/11", work=PLANT, what="Hạ đen", amount="200", more="Vườn ươm"))
    body = world.read(read_record, world.size() - 1).body
    assert body["sogoc:step"] == "planting"
    assert body[FIELDS]["variety"] == "Hạ đen"


# -- what a line can say -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name, item in TEMPLATES.items() if paper_steps(item)])
def test_no_required_field_of_a_step_on_the_sheet_is_without_a_box(name):
    for item in paper_steps(TEMPLATES[name]):
        boxed = {field.key for field in item.slots.values()}
        assert all(field.key in boxed for field in item.step.fields if field.required)
        assert set(item.slots) <= set(SLOTS)
        assert len(boxed) == len(item.slots)


def test_steps_are_numbered_with_the_quick_ones_first():
    assert [item.number for item in GRAPES] == list(range(1, len(GRAPES) + 1))
    assert GRAPES[0].step.code == TEMPLATES["fruit_nho"].quick_grower[0]


def test_workshops_have_no_sheet():
    assert paper_steps(TEMPLATES["noodle_my"]) == ()


def test_a_step_is_named_by_number_name_or_its_beginning():
    for said in (WATER, "tưới nước", "TƯỚI", "irrigation"):
        found = find_step(said, GRAPES)
        assert found is not None
        assert found.step.code == "irrigation"
    assert find_step("0", GRAPES) is None
    assert find_step("t", GRAPES) is None


def test_choices_are_said_by_letters_or_words():
    many = TEMPLATES["fruit_nho"].step("land_prep").field("method")
    one = TEMPLATES["fruit_nho"].step("irrigation").field("source")
    codes = [option.code for option in many.options]
    assert read_choices("ac", many) == read_choices("a, c", many) == read_choices("c+a", many)[::-1]
    assert read_choices("ac", many) == [codes[0], codes[2]]
    assert read_choices(many.options[1].vi.upper(), many) == [codes[1]]
    assert read_choices("a", one) == [one.options[0].code]
    assert read_choices("ab", one) is None
    assert read_choices("z", one) is None
    assert read_choices(",", many) is None


def test_ditto_marks():
    assert all(map(is_ditto, ('"', " '' ", "”", "nt", "Như trên")))
    assert not is_ditto("n")
