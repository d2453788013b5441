"""The component page shows every piece there is, so that nobody draws a second one."""

import pytest
from jinja2 import Environment, FileSystemLoader, nodes

from tests.meta.tree import ROOT
from tests.support.desk import HOME, open_desk
from web.console.component_samples import QUESTIONS, WRONG, wrong_questions
from web.forms.inputs import InputKind

PIECES = ("parts", "inputs", "cards")
ENVIRONMENT = Environment(loader=FileSystemLoader(ROOT / "web/templates"), autoescape=True)


@pytest.fixture(scope="module")
def desk(sqlite_template, tmp_path_factory):
    yield from open_desk(sqlite_template, tmp_path_factory.mktemp("components"))


def parsed(name):
    source = (ROOT / f"web/templates/console/{name}.html").read_text(encoding="utf-8")
    return ENVIRONMENT.parse(source)


def called(tree):
    """The names of what a template or a macro calls, imported as a module or by name."""
    found = set()
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Getattr):
            found.add(call.node.attr)
        elif isinstance(call.node, nodes.Name):
            found.add(call.node.name)
    return found


def test_every_macro_is_on_the_component_page():
    macros = {macro.name: macro for piece in PIECES for macro in parsed(piece).find_all(nodes.Macro)}
    shown, waiting = set(), called(parsed("components")) & macros.keys()
    while waiting:
        name = waiting.pop()
        shown.add(name)
        waiting |= (called(macros[name]) & macros.keys()) - shown
    assert macros.keys() - shown == set()


def test_every_kind_of_question_is_asked_well_and_wrong(desk):

    # Lines of lots are drawn by the pages that ask for them.
    assert {item.kind for item in QUESTIONS} == set(InputKind) - {InputKind.LOTS}
    page = desk.browser("manager").get(f"{HOME}thanh-phan")
    assert page.problems.keys() == {item.name for item in wrong_questions()}
    assert set(page.problems.values()) == {WRONG}


def test_only_managers_look_at_the_components(desk):
    for path in ("thanh-phan", "thanh-phan/tem"):
        assert desk.browser("manager").get(f"{HOME}{path}").status == 200
        assert desk.browser("grower").get(f"{HOME}{path}").status == 403
