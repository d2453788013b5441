"""Documents agree with what they describe."""

import ast
import re
from collections import Counter

import pytest

from tests.meta.tree import ROOT, prose_of, table_rows
from web.config import SETTINGS

DECISIONS = sorted((ROOT / "docs/adr").glob("[0-9]*.md"))


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def attacks_tested() -> list[str]:
    """The names of all tests in tests/attacks."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "tests/attacks").rglob("*.py")]
    functions = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return [function.name for function in functions if function.name.startswith("test_")]


def test_every_attack_in_the_threat_model_has_one_test_and_every_test_an_attack():
    named = re.findall(r"\| `(test_\w+)` \|$", read("SECURITY.md"), re.MULTILINE)
    assert named
    assert Counter(named) == Counter(attacks_tested())


@pytest.mark.parametrize(
    "adversary",
    [
        "dishonest operator",
        "dishonest cooperative",
        "stolen key",
        "copied stamp",
        "curious public",
        "lost disk",
    ],
)
def test_the_threat_model_has_each_adversary(adversary):
    assert f"### The {adversary}\n" in read("SECURITY.md")


def test_every_setting_is_documented_with_its_default_and_in_its_words():
    rows = [row for row in table_rows(read("docs/configuration.md")) if row[0].startswith("`SOGOC_")]
    wanted = [[f"`{s.name}`", f"`{s.default}`" if s.default else "none", s.help] for s in SETTINGS]
    assert rows == wanted


def test_the_changelog_has_something_unreleased():
    sections = re.split(r"^## ", read("CHANGELOG.md"), flags=re.MULTILINE)
    unreleased = next(section for section in sections if section.startswith("[Unreleased]"))
    assert re.search(r"^- .+", unreleased, re.MULTILINE)


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_its_parts_and_names_its_price(path):
    text = path.read_text(encoding="utf-8")
    assert text.startswith(f"# {path.stem[:4]} ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Status", "Context", "Decision", "Consequences"]
    consequences = text.split("## Consequences")[1]
    assert "\n- Good: " in consequences
    assert "\n- Bad: " in consequences


def test_decisions_are_numbered_without_gaps_and_all_listed():
    assert [int(path.stem[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    listed = re.findall(r"^\| \[\d{4}\]\(([^)]+)\)", read("docs/adr/README.md"), re.MULTILINE)
    assert listed == [path.name for path in DECISIONS]


@pytest.mark.parametrize(("name", "lines"), [("README.md", 150), ("ARCHITECTURE.md", 200)])
def test_a_document_for_newcomers_stays_short(name, lines):
    assert read(name).count("\n") <= lines


def test_the_readme_speaks_vietnamese_first():
    first = prose_of(read("README.md")).split("\n\n")[1]
    assert first.startswith("Sổ Gốc là ")


def test_the_index_of_the_specification_lists_every_page():
    pages = {path.name for path in (ROOT / "docs" / "spec").glob("*.md")} - {"README.md"}
    assert set(re.findall(r"\]\(([a-z-]+\.md)\)", read("docs/spec/README.md"))) == pages
