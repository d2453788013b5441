"""Setting up a machine: once, quietly, again only when something changed. No package is fetched here."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.meta.tree import ROOT

# Answers every question with yes, makes an environment that holds itself, and notes what pip was asked for.
FAKE_PYTHON = """#!/bin/sh
case "$*" in
    "-m venv --clear "*)
        rm -rf "$4" && mkdir -p "$4/bin" && cp "$0" "$4/bin/python" && echo "venv $4" >>"$CALLS" ;;
    *" install "*)
        echo "$@" >>"$CALLS"
        case "$(cat "$CALLS.fail" 2>/dev/null):$*" in
            all:* | foreign:*tests/foreign*) echo "no such package"; exit 1 ;;
        esac ;;
    --version) echo "Python 3.12.0" ;;
esac
"""
NODE_LOCK = "tests/foreign/node/package-lock.json"
LOCKS = ("requirements.lock", "requirements-dev.lock", "tests/foreign/requirements.lock", NODE_LOCK)
NODE = ["npm ci --ignore-scripts --no-audit --no-fund"]
# Notes what it was asked for, and installs what it finds a lock for.
FAKE_NPM = """#!/bin/sh
[ -f package-lock.json ] && mkdir -p node_modules && echo "npm $*" >>"$CALLS"
[ "$(cat "$CALLS.fail" 2>/dev/null)" != npm ] || { echo "no such package"; exit 1; }
"""
FOREIGN = ["venv .venv-foreign", "install --require-hashes --retries 5 -r tests/foreign/requirements.lock"]
ALL_LIBRARIES = "libpango-1.0.so.0 libpangoft2-1.0.so.0 libharfbuzz-subset.so.0"


class Machine:
    """A copy of what the script reads, with a Python, an ldconfig and an id that are ours."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.bin, self.calls = folder / "sogoc", folder / "bin", folder / "calls"
        for place in ("scripts", "tests/foreign/node"):
            (self.folder / place).mkdir(parents=True)
        self.bin.mkdir()
        self.go_packages = folder / "gocode"
        (self.go_packages / "golang.org/x/mod/sumdb/tlog").mkdir(parents=True)
        for name in ("scripts/bootstrap.sh", "pyproject.toml", *LOCKS):
            shutil.copy(ROOT / name, self.folder / name)
        self.program("python3", FAKE_PYTHON)
        self.program("id", "#!/bin/sh\necho 1000\n")
        self.program("ldconfig", f"#!/bin/sh\necho {ALL_LIBRARIES} libatomic.so.1\n")
        self.program("npm", FAKE_NPM)
        for name in ("chromium", "pdftotext", "openssl", "softhsm2-util", "go"):
            self.program(name, "#!/bin/sh\n")

    def program(self, name: str, text: str) -> None:
        (self.bin / name).write_text(text, encoding="utf-8")
        (self.bin / name).chmod(0o755)

    def set_up(self, use: str) -> subprocess.CompletedProcess[str]:
        environ = {
            "PATH": f"{self.bin}:{os.environ['PATH']}",
            "CALLS": str(self.calls),
            "PYTHON": str(self.bin / "python3"),
            "SOGOC_GO_PACKAGES": str(self.go_packages),
        }
        command = [self.folder / "scripts/bootstrap.sh", use]
        return subprocess.run(
            command, env=environ, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL
        )

    def new_calls(self) -> list[str]:
        calls = self.calls.read_text(encoding="utf-8").splitlines() if self.calls.exists() else []
        self.calls.unlink(missing_ok=True)
        return [call.removeprefix("-m pip --disable-pip-version-check --no-input --quiet ") for call in calls]


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def installs(lock: str) -> list[str]:
    return [
        f"install --require-hashes --retries 5 -r {lock}",
        "install --no-deps --no-build-isolation --no-index --editable .",
    ]


def test_a_fresh_machine_gets_the_locked_packages_and_the_project(machine):
    assert machine.set_up("demo").returncode == 0
    assert machine.new_calls() == ["venv .venv", *installs("requirements.lock")]


def test_a_second_run_does_nothing_and_says_nothing(machine):
    machine.set_up("demo")
    machine.new_calls()
    again = machine.set_up("demo")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert machine.new_calls() == []


def test_what_the_tests_need_is_enough_for_the_demo_but_not_the_other_way_round(machine):
    machine.set_up("demo")
    machine.new_calls()
    machine.set_up("test")
    assert machine.new_calls() == [*installs("requirements-dev.lock"), *NODE, *FOREIGN]
    machine.set_up("demo")
    assert machine.new_calls() == []


def test_a_changed_lock_is_installed(machine):
    machine.set_up("demo")
    machine.new_calls()
    with (machine.folder / "requirements.lock").open("a") as lock:
        lock.write("# changed\n")
    machine.set_up("demo")
    assert machine.new_calls() == installs("requirements.lock")


def test_a_moved_folder_gets_a_new_environment(machine):
    machine.set_up("demo")
    machine.new_calls()
    machine.folder = machine.folder.rename(machine.folder.with_name("moved"))
    machine.set_up("demo")
    assert machine.new_calls() == ["venv .venv", *installs("requirements.lock")]


def test_a_failed_installation_shows_why_and_is_tried_again(machine):
    machine.calls.with_name("calls.fail").write_text("all")
    failed = machine.set_up("demo")
    assert failed.returncode == 1
    assert "no such package" in failed.stderr
    machine.calls.with_name("calls.fail").unlink()
    machine.new_calls()
    assert machine.set_up("demo").returncode == 0
    assert machine.new_calls() == installs("requirements.lock")


@pytest.mark.parametrize("use", ["demo", "test"])
def test_without_root_one_line_says_which_system_packages_to_install(machine, use):
    machine.program("ldconfig", "#!/bin/sh\necho libatomic.so.1\n")
    told = machine.set_up(use)
    assert told.returncode == 1
    assert told.stderr == (
        "setup: please run: sudo apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0\n"
    )
    assert not (machine.folder / ".venv").exists()


def test_without_root_a_missing_test_tool_is_told_and_the_rest_goes_on(machine):
    machine.program("ldconfig", f"#!/bin/sh\necho {ALL_LIBRARIES}\n")
    told = machine.set_up("test")
    assert told.returncode == 0
    assert "skipped until you run: sudo apt-get install -y libatomic1\n" in told.stderr
    assert machine.new_calls() == ["venv .venv", *installs("requirements-dev.lock"), *NODE, *FOREIGN]


def test_a_go_without_the_packages_of_its_checksum_database_is_told(machine):
    shutil.rmtree(machine.go_packages)
    told = machine.set_up("test")
    assert "skipped until you run: sudo apt-get install -y golang-golang-x-mod-dev\n" in told.stderr


def test_foreign_readers_are_for_the_tests_only(machine):
    machine.set_up("demo")
    assert not (machine.folder / ".venv-foreign").exists()


def test_foreign_readers_that_cannot_be_installed_stop_nothing_and_are_tried_again(machine):
    machine.calls.with_name("calls.fail").write_text("foreign")
    told = machine.set_up("test")
    assert told.returncode == 0
    assert "foreign Python readers are skipped: see" in told.stderr
    assert not (machine.folder / ".venv-foreign").exists()
    machine.calls.with_name("calls.fail").unlink()
    machine.new_calls()
    assert machine.set_up("test").stderr == "setup: foreign readers in .venv-foreign\n"
    assert machine.new_calls() == FOREIGN
    assert machine.set_up("test").stderr == ""


def test_a_changed_foreign_lock_is_installed_and_ours_stays(machine):
    machine.set_up("test")
    machine.new_calls()
    with (machine.folder / "tests/foreign/requirements.lock").open("a") as lock:
        lock.write("# changed\n")
    machine.set_up("test")
    assert machine.new_calls() == FOREIGN


def test_foreign_verifiers_that_cannot_be_installed_stop_nothing_and_are_tried_again(machine):
    machine.calls.with_name("calls.fail").write_text("npm")
    told = machine.set_up("test")
    assert told.returncode == 0
    assert "foreign verifiers are skipped: see" in told.stderr
    assert not (machine.folder / "tests/foreign/node/node_modules").exists()
    machine.calls.with_name("calls.fail").unlink()
    machine.new_calls()
    told = machine.set_up("test")
    assert (machine.new_calls(), told.stderr.count("foreign verifiers in")) == (NODE, 1)
    assert machine.set_up("test").stderr == ""


@pytest.mark.parametrize("use", ["", "everything"])
def test_an_unknown_use_is_a_usage_error(machine, use):
    told = machine.set_up(use)
    assert (told.returncode, told.stderr) == (2, "usage: scripts/bootstrap.sh demo|test|system\n")
