"""Files that one can read in a sitting, functions that one can hold in the head, and nothing left empty."""

import re

import pytest

from tests.meta.functions import javascript_functions, python_functions
from tests.meta.tree import CODE, name_of, our_files, repository_files, text_of

FILE_LINES, FUNCTION_LINES = 500, 60
FORBIDDEN_NAMES = re.compile(r"^_?(utils?|helpers?|managers?|common|misc)$", re.IGNORECASE)
# Written apart, so that this file does not find itself.
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b|raise NotImplemented" r"Error")
PRETENDED = re.compile(r"\b(stu" r"b|place" r"holder)s?\b", re.IGNORECASE)


def found_functions():
    for path in our_files(".py", ".js", ".mjs"):
        find = python_functions if path.suffix == ".py" else javascript_functions
        for function in find(path.read_text(encoding="utf-8")):
            yield name_of(path), function


def test_no_file_is_longer_than_500_lines():
    lengths = {name_of(p): (text_of(p) or "").count("\n") for p in our_files(*CODE, ".md")}
    assert {name: n for name, n in lengths.items() if n > FILE_LINES} == {}


def test_no_function_is_longer_than_60_lines():
    assert [(n, f.name, f.lines) for n, f in found_functions() if f.lines > FUNCTION_LINES] == []


def test_no_function_is_empty():
    assert [
        (n, f.name, f.first) for n, f in found_functions() if f.is_empty and not n.startswith("tests/")
    ] == []


def test_no_module_is_a_drawer_for_everything():
    parts = {(part.removesuffix(p.suffix), name_of(p)) for p in repository_files() for part in p.parts}
    assert [name for part, name in parts if FORBIDDEN_NAMES.match(part)] == []


def test_nothing_is_left_for_later():
    left = [name_of(p) for p in our_files(*CODE, ".md", ".toml") if UNFINISHED.search(text_of(p) or "")]
    pretended = [name_of(p) for p in our_files(".py", ".md") if PRETENDED.search(text_of(p) or "")]
    assert left + pretended == []


@pytest.mark.parametrize(
    "source",
    [
        "function long(a) {\n  one();\n\n  two();\n}\n",
        "export async function long(a) {\n  if (a) {\n    b();\n  }\n}\n",
        "const long = async (a) => {\n  one();\n  two();\n  three();\n};\n",
        "class A {\n  async long(a) {\n    one();\n    two();\n    three();\n  }\n}\n",
    ],
)
def test_javascript_functions_are_measured(source):
    assert [(f.name, f.lines, f.is_empty) for f in javascript_functions(source)] == [("long", 5, False)]


def test_javascript_blocks_are_no_functions():
    assert list(javascript_functions("if (a) {\n  b();\n}\nfor (const c of d) {\n  e();\n}\n")) == []


@pytest.mark.parametrize(
    ("source", "empty"),
    [
        ("def f():\n    pass\n", True),
        ('def f():\n    """Words."""\n', True),
        ("def f():\n    ...\n", True),
        ("def f():\n    return 1\n", False),
        ("class P(Protocol):\n    def f(self): ...\n", False),
        ("class P(Protocol[T]):\n    def f(self): ...\n", False),
        ("@typing.overload\ndef f(): ...\n", False),
    ],
)
def test_an_empty_function_is_recognised(source, empty):
    assert [f.is_empty for f in python_functions(source)] == [empty]
