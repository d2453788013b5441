"""What the documents tell a reader to type exists."""

import os
import re
import subprocess

import click
import pytest

from tests.meta.tree import ROOT, our_files

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))
PROMISED = {"demo", "test", "test-long", "check", "bench", "lint", "types", "serve", "clean", "lock", "help"}
DOCUMENTS = [path for path in our_files(".md") if path.name != "CHANGELOG.md"]
# A command in a code span or at the start of a line of a fenced block.
TYPED = r"(?:`|^(?:\.venv/bin/)?){} ([a-z][a-z-]*)"


def typed(program: str) -> set[tuple[str, str]]:
    pattern = re.compile(TYPED.format(program), re.MULTILINE)
    return {
        (path.name, word) for path in DOCUMENTS for word in pattern.findall(path.read_text(encoding="utf-8"))
    }


def test_every_promised_target_is_there():
    assert TARGETS >= PROMISED


def test_make_help_lists_every_target():
    plain = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}
    shown = subprocess.run(["make", "help"], cwd=ROOT, env=plain, capture_output=True, text=True, check=True)
    assert set(re.findall(r"^  make ([a-z-]+) +\S", shown.stdout, re.MULTILINE)) == TARGETS


def test_every_target_is_phony():
    assert set(re.findall(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)[0].split()) == TARGETS


def test_every_file_that_coverage_holds_at_100_percent_is_there():
    pure = re.findall(r"^PURE := (.+)$", MAKEFILE, re.MULTILINE)[0].split(",")
    assert [pattern for pattern in pure if not list(ROOT.glob(pattern))] == []


def test_every_make_command_in_a_document_exists():
    assert [where for where in typed("make") if where[1] not in TARGETS] == []


def test_every_sogoc_command_in_a_document_exists():
    from web.cli import main

    assert isinstance(main, click.Group)
    known = set(main.list_commands(click.Context(main)))
    assert [where for where in typed("sogoc") if where[1] not in known] == []


@pytest.mark.parametrize("script", ["scripts/bootstrap.sh", ".ci/run"])
def test_a_script_can_be_executed_and_parses(script):
    assert os.access(ROOT / script, os.X_OK)
    subprocess.run(["bash", "-n", ROOT / script], check=True)


def test_continuous_integration_runs_the_readme_s_test_command():
    assert re.search(r"^exec make test\b", (ROOT / ".ci/run").read_text(encoding="utf-8"), re.MULTILINE)
    assert "\nmake test\n" in (ROOT / "README.md").read_text(encoding="utf-8")
