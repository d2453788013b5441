"""Every step of every sector has a form: each field asked once, in words, with its unit and its choices."""

from decimal import Decimal

import pytest

from ledger.coop.errors import CommandError
from ledger.coop.field.diary import ELSEWHERE
from ledger.coop.registers.places import RegisterPlace, register_place
from ledger.coop.registers.products import RegisterProduct, register_product
from ledger.trace.sectors.templates import TEMPLATES
from tests.support.desk import HOME, open_desk
from web.console.stations import MAX_BUTTONS, season_buttons
from web.forms.inputs import InputKind, Option
from web.forms.steps import KINDS, VALUE, step_inputs, step_values, value_problems
from web.forms.typed import Typed
from web.forms.work import RecordForm

STEPS = [(sector.id, step.code) for sector in TEMPLATES.values() for step in sector.steps]
CHOICES = {
    "place": (Option("V1", "Vườn 1"),),
    "product": (Option("NHO", "Nho"),),
    "member": (Option("m1", "Nguyễn Văn Tư"),),
    "partner": (Option("p1", "Sen Xanh"),),
}


@pytest.fixture(scope="module")
def desk(sqlite_template, tmp_path_factory):
    yield from open_desk(sqlite_template, tmp_path_factory.mktemp("steps"))


def sample(item):
    """An answer that fits the question."""
    if item.options:
        return item.options[0].value
    return {
        InputKind.NUMBER: "1",
        InputKind.DATE: "2026-11-12",
        InputKind.LONG_TEXT: "Thăn: 12,5",
    }.get(item.kind, "21.35, 106.76")


@pytest.mark.parametrize(("sector", "code"), STEPS)
def test_each_field_of_a_step_is_asked_once_in_words(sector, code):
    step = TEMPLATES[sector].step(code)
    inputs = step_inputs(step, CHOICES)
    assert [item.name for item in inputs] == [VALUE + field.key for field in step.fields]
    assert all(item.label for item in inputs)
    assert all(field.type in KINDS for field in step.fields)
    for item, field in zip(inputs, step.fields, strict=True):
        assert bool(field.options) <= bool(item.options)
        assert not field.unit or item.unit
        assert item.is_extra == (not field.required and not field.required_if and item.kind != "photos")


@pytest.mark.parametrize(("sector", "code"), STEPS)
def test_what_a_form_offers_is_what_the_step_takes(sector, code):
    step = TEMPLATES[sector].step(code)
    answers = {item.name: (sample(item),) for item in step_inputs(step, CHOICES) if item.kind != "photos"}
    values = step_values(step, Typed(answers))
    assert value_problems(step, values) == ()


@pytest.mark.parametrize(("sector", "code"), STEPS)
def test_what_must_be_said_is_asked_for_in_one_go(sector, code):
    step = TEMPLATES[sector].step(code)
    required = {VALUE + field.key for field in step.fields if field.required}
    with pytest.raises(CommandError) as refused:
        RecordForm(step).parse(Typed(), lot="urn:x", step=code)
    assert {problem.field for problem in refused.value.problems} == required | {"done_on"}


@pytest.mark.parametrize("sector", TEMPLATES)
def test_a_season_has_at_most_six_first_buttons_and_every_work_has_one(desk, sector):
    template = TEMPLATES[sector]
    with desk.app.test_request_context():
        first, others = season_buttons(template, "http://127.0.0.1:8000/AAAAAAAAAA/class/X.V261112-1")
    assert len(first) <= MAX_BUTTONS
    shown = {button.code for button in (*first, *others)}
    works = {step.code for step in template.steps if step.level in {"unit", "creates_batch"}}
    assert shown == works - {"season_open", "season_close", "raw_intake"}
    assert len({button.href for button in (*first, *others)}) == len(shown)


SEASONAL = [name for name, sector in TEMPLATES.items() if any(s.code == "season_open" for s in sector.steps)]


@pytest.mark.parametrize("sector", SEASONAL)
def test_every_page_of_a_sector_opens(desk, sector):
    world, manager = desk.world, desk.browser("manager")
    code = f"P{list(TEMPLATES).index(sector)}"
    world.run(register_product, RegisterProduct(code, f"Hàng {code}", sector, "Việt Nam"))
    world.run(
        register_place,
        RegisterPlace(f"Nơi {code}", "plot", "Lạng Sơn", "Chi Lăng", code=code, area_m2=Decimal(500)),
    )
    opening = manager.get(f"{HOME}vu/mo/{code}")
    answers = {
        name: {"v-colonies": "20", "v-geo": "21.35, 106.76"}.get(name, "1")
        for name in opening.form.names
        if name.startswith("v-") and not opening.form[name] and name not in opening.form.choices
        and "expected" not in name and name != "v-area"
    }  # fmt: skip
    chosen = {
        name: "none" if "none" in choices else choices[-1]
        for name, choices in opening.form.choices.items()
        if name.startswith("v-") and not opening.form[name]
    }
    opened = manager.send(opening, place=code, **answers, **chosen)
    assert "Đã ghi vào sổ" in opened.text, opened.problems
    season = manager.get(next(link for link in opened.links if f"/class/{code}.V" in link and "/vu/" in link))
    for step in TEMPLATES[sector].steps:
        address = season.path.replace("/vu/", f"/viec/{step.code}/")
        expected = 200 if f"/viec/{step.code}/" in season.html else 404
        assert manager.get(address).status == expected, step.code
        assert expected == 404 or step.code not in ELSEWHERE
