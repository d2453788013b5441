"""Programs of other people that read our log: each is built or found once, or its tests say why they rest."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
GO_PACKAGES = Path("/usr/share/gocode/src")
"""Where Debian installs the sources of Go packages (golang-golang-x-mod-dev)."""
OLDEST_NODE = 20
FOREIGN_PYTHON = ROOT / ".venv-foreign" / "bin" / "python"


@dataclass(frozen=True)
class Reader:
    """A foreign program with the commands of ``go/main.go``."""

    name: str
    command: tuple[str, ...]

    def run(self, *words: object) -> subprocess.CompletedProcess[str]:
        environ = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(
            [*self.command, *map(str, words)],
            env=environ,
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def accepts(self, *words: object) -> str:
        """What the program says, after it found that it holds."""
        done = self.run(*words)
        assert (done.returncode, done.stderr) == (0, ""), done
        return done.stdout.strip()

    def rejects(self, *words: object) -> str:
        """Why the program rejects what it read."""
        done = self.run(*words)
        assert (done.returncode, done.stdout) == (1, ""), done
        assert done.stderr.startswith("rejected: ")
        return done.stderr


@pytest.fixture(scope="session")
def go_reader(tmp_path_factory) -> Reader:
    """The Go program, built from its sources and Debian's packages; no module proxy is asked."""
    if shutil.which("go") is None:
        pytest.skip("no Go here: apt-get install golang-go")
    if not (GO_PACKAGES / "golang.org/x/mod/sumdb/tlog").is_dir():
        pytest.skip("no sumdb packages here: apt-get install golang-golang-x-mod-dev")
    folder = tmp_path_factory.mktemp("go")
    environ = {
        "PATH": os.environ["PATH"],
        "GO111MODULE": "off",
        "GOPATH": str(GO_PACKAGES.parent),
        "GOCACHE": str(folder / "cache"),
        "GOPROXY": "off",
        "CGO_ENABLED": "0",
    }
    built = folder / "logcheck"
    command = ["go", "build", "-o", built, "."]
    done = subprocess.run(command, cwd=HERE / "go", env=environ, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return Reader("go", (str(built),))


@pytest.fixture(scope="session")
def foreign_python() -> Path:
    """The interpreter of the environment with foreign packages (scripts/bootstrap.sh makes it)."""
    if not FOREIGN_PYTHON.exists():
        pytest.skip(
            "no .venv-foreign: scripts/bootstrap.sh test makes it where there is a Python 3.12 or newer"
        )
    return FOREIGN_PYTHON


@pytest.fixture(scope="session")
def python_reader(foreign_python) -> Reader:
    return Reader("python", (str(foreign_python), str(HERE / "python" / "read_log.py")))


@pytest.fixture(scope="session")
def credential_verifier() -> Reader:
    """The verifiers of other people for Node, installed by npm from their lock (scripts/bootstrap.sh)."""
    if not (HERE / "node" / "node_modules" / "jose").is_dir():
        pytest.skip("no foreign verifiers here: scripts/bootstrap.sh test installs them where there is npm")
    return Reader("node", (find_node(), str(HERE / "node" / "check.mjs")))


def find_node() -> str:
    """A Node new enough to know Ed25519: the system's, else the one that drives the browser in our tests."""
    compute = pytest.importorskip("playwright._impl._driver").compute_driver_executable
    for node in (shutil.which("node"), *compute()[:1]):
        if node is not None and Path(node).exists() and major_version(node) >= OLDEST_NODE:
            return str(node)
    return pytest.skip(f"no Node {OLDEST_NODE} or newer here: apt-get install nodejs")


def major_version(node: str | Path) -> int:
    told = subprocess.run([node, "--version"], check=False, capture_output=True, text=True).stdout
    return int(told.removeprefix("v").partition(".")[0] or 0)


@pytest.fixture(params=["go", "python"])
def reader(request) -> Reader:
    """Each foreign program in turn."""
    return request.getfixturevalue(f"{request.param}_reader")
