"""What gets installed is exactly what was locked, wherever it is fetched from."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.meta.tree import ROOT, repository_files

LOCKS = ["requirements.lock", "requirements-dev.lock"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
GROUPS = PROJECT["dependency-groups"]
PINNED = re.compile(
    r"^([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==([^\s;]+)(?: ; [^\\]+)?(?: \\\n    --hash=sha256:[0-9a-f]{64})+\n"
)


def pins_of(lock: str) -> dict[str, str]:
    """Names and versions of a lock; fails on whatever is not a pin with hashes."""
    text, pins = (ROOT / lock).read_text(encoding="utf-8"), {}
    while text:
        pin = PINNED.match(text)
        assert pin, f"{lock}: not a pinned and hashed requirement: {text[:200]}"
        pins[canonicalize_name(pin[1])] = pin[2]
        text = text[pin.end() :]
    return pins


@pytest.mark.parametrize("lock", [*LOCKS, "tests/foreign/requirements.lock"])
def test_every_package_is_pinned_and_hashed_and_has_no_address(lock):
    assert pins_of(lock)


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.lock", [*PROJECT["project"]["dependencies"], *GROUPS["build"]]),
        ("requirements-dev.lock", [*PROJECT["project"]["dependencies"], *GROUPS["build"], *GROUPS["dev"]]),
    ],
)
def test_the_lock_answers_every_dependency(lock, wanted):
    pins, requirements = pins_of(lock), [Requirement(text) for text in wanted]
    missing = [
        str(r) for r in requirements if not r.specifier.contains(pins.get(canonicalize_name(r.name), "0"))
    ]
    assert missing == []


def test_the_development_lock_contains_the_other():
    runtime, development = pins_of(LOCKS[0]), pins_of(LOCKS[1])
    assert {name: development.get(name) for name in runtime} == runtime


def test_the_lock_that_names_a_registry_is_not_kept():
    assert not [path for path in repository_files() if path.name == "uv.lock"]
