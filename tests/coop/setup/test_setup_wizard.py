import pytest

from ledger.coop.actors import Role
from ledger.coop.errors import CommandError, NotAllowedError, NotFoundError
from ledger.coop.paper.printers import list_printers
from ledger.coop.registers.places import list_places
from ledger.coop.registers.products import find_product
from ledger.coop.season_queries import read_season
from ledger.coop.setup.questions import QUESTIONS, check_answer, product_code, read_places
from ledger.coop.setup.wizard import AnswerQuestion, FinishSetup, answer_question, finish_setup, read_setup
from ledger.trace.sectors.templates import TEMPLATES

ANSWERS = {
    "sector": {"template": "fruit_na"},
    "name": {"name": "Na dai Đồng Bành"},
    "where": {"province": "Lạng Sơn", "commune": "Chi Lăng"},
    "origin": {"origin": "Chi Lăng, Lạng Sơn, Việt Nam"},
    "packs": {"net_options_g": "500; 1.000"},
    "keeping": {"shelf_life_days": "7", "storage": "Nơi mát"},
    "ground": {"kind": "orchard", "perennial_since": "01/03/2018"},
    "places": {"places": "Vườn na 1; 2 sào\nVườn na 2; 1,5 ha"},
    "label": {"design": "stamp_50x30", "paper": "a4_cut_50x30"},
    "season": {"place": "2", "started_on": "01/09/2026"},
}


def answered(world, answers=None, who=Role.MANAGER):
    for question, given in (answers or ANSWERS).items():
        world.run(answer_question, AnswerQuestion(question=question, given=given), who)


def test_ten_answers_become_product_places_label_and_a_first_season(world):
    assert len(QUESTIONS) == 10
    before = len(world.read(list_places, world.coop.code))
    answered(world)
    made = world.run(finish_setup, FinishSetup())
    manager = world.actors[Role.MANAGER]
    product = world.read(find_product, world.coop.code, made.product)
    assert (product.name, product.net_options_g, product.shelf_life_days) == (
        "Na dai Đồng Bành",
        (500, 1000),
        7,
    )
    assert product.code == "NA-DAI-DONG-BANH"
    places = world.read(list_places, world.coop.code)
    assert len(places) == before + 2
    season = world.read(read_season, manager, made.season, world.today)
    assert season.card.place_name == "Vườn na 2"
    (printer,) = world.read(list_printers, manager)
    assert printer.spec.design == "stamp_50x30"
    state = world.read(read_setup, manager)
    assert (state.is_done, state.season) == (True, made.season)
    world.check()


def test_answers_wait_until_somebody_comes_back(world):
    first = world.run(answer_question, AnswerQuestion(question="sector", given=ANSWERS["sector"]))
    assert first.following == "name"
    size = world.size()
    answered(world)
    assert world.size() == size
    state = world.read(read_setup, world.actors[Role.MANAGER])
    assert dict(state.answers) == ANSWERS
    assert not state.is_done


def test_it_is_not_finished_with_a_question_open_nor_twice(world):
    answered(world, {"sector": ANSWERS["sector"]})
    with pytest.raises(CommandError):
        world.run(finish_setup, FinishSetup())
    answered(world)
    first = world.run(finish_setup, FinishSetup(idempotency_key="k"))
    assert world.run(finish_setup, FinishSetup(idempotency_key="k")) == first
    with pytest.raises(CommandError):
        world.run(finish_setup, FinishSetup(idempotency_key="other"))


def test_another_product_starts_from_no_answers(world):
    answered(world)
    world.run(finish_setup, FinishSetup())
    answered(world, {"sector": {"template": "honey"}})
    assert set(world.read(read_setup, world.actors[Role.MANAGER]).answers) == {"sector"}


def test_another_sector_asks_for_the_season_again(world):
    answered(world)
    world.run(answer_question, AnswerQuestion(question="sector", given={"template": "honey"}))
    assert "season" not in world.read(read_setup, world.actors[Role.MANAGER]).answers


def test_a_sector_without_seasons_needs_none(world):
    answers = ANSWERS | {"sector": {"template": "noodle_my"}, "season": {}}
    answered(world, answers)
    assert world.run(finish_setup, FinishSetup()).season is None


@pytest.mark.parametrize(
    ("question", "given", "fields"),
    [
        ("sector", {"template": "trồng na"}, {"template"}),
        ("name", {}, {"name"}),
        ("where", {"province": "Xứ Lạng"}, {"province", "commune"}),
        ("origin", {"origin": " "}, {"origin"}),
        ("packs", {"net_options_g": "nửa cân; 0; 1,5"}, {"net_options_g"}),
        ("keeping", {"shelf_life_days": "lâu"}, {"shelf_life_days"}),
        ("keeping", {"shelf_life_days": "99999"}, {"shelf_life_days"}),
        ("ground", {"kind": "sân", "perennial_since": "31/02/2020"}, {"kind", "perennial_since"}),
        ("places", {"places": ""}, {"places"}),
        ("places", {"places": "Vườn 1; rất rộng"}, {"places"}),
        ("places", {"places": "\n".join(f"V{n}" for n in range(101))}, {"places"}),
        ("season", {"place": "vườn", "started_on": ""}, {"place", "started_on"}),
    ],
)
def test_a_wrong_answer_is_told_beside_its_question(question, given, fields):
    with pytest.raises(CommandError) as error:
        check_answer(question, given)
    assert {problem.field for problem in error.value.problems} == fields


def test_places_are_read_line_by_line():
    first, second = read_places("Vườn 1; 2 sào\n\n Ao cá ")
    assert (first.name, first.area_m2, second.name, second.area_m2) == ("Vườn 1", 720, "Ao cá", None)


def test_a_product_code_is_made_of_its_name():
    assert product_code("Nho hạ đen", ()) == "NHO-HA-DEN"
    assert product_code("Nho hạ đen", ("NHO-HA-DEN",)) == "NHO-HA-DEN-2"
    assert product_code("日本", ()) == "SP"


def test_only_a_manager_sets_up_and_only_at_home(world):
    for role in world.actors.keys() - {Role.MANAGER}:
        with pytest.raises(NotAllowedError):
            answered(world, {"sector": ANSWERS["sector"]}, role)
    answered(world)
    assert not world.read(read_setup, world.neighbour_manager).answers
    with pytest.raises(NotFoundError):
        world.run(answer_question, AnswerQuestion(question="eleventh", given={}))


def test_every_sector_can_be_set_up_to_its_first_season():
    """The season's question asks what the first step of every sector cannot do without."""
    from web.forms.wizard import question_inputs

    for name in TEMPLATES:
        answers = ANSWERS | {"sector": {"template": name}}
        asked = question_inputs("season", answers, ())
        steps = {step.code: step for step in TEMPLATES[name].steps}
        if "season_open" not in steps:
            assert asked == ()
            continue
        needed = {field.key for field in steps["season_open"].fields if field.required}
        known = {"product", "house", "started_on", "area", "expected_harvest_from"}
        assert {item.name for item in asked} == {"place", "started_on"} | {
            f"v-{key}" for key in needed - known
        }
