"""Somebody at a terminal with a data folder of their own, and a cooperative to work with."""

import json
from pathlib import Path

from click.testing import CliRunner

from web.cli import main

SECRET = "mot-hai-ba-4"


class Operator:
    """Types ``sogoc …``."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.environ = {"SOGOC_DATA": str(data), "SOGOC_PUBLIC_URL": "http://127.0.0.1:8000"}

    def run(self, *words: str):
        return CliRunner().invoke(main, list(words), env=self.environ)

    def json(self, *words: str):
        result = self.run(*words, "--json")
        return result.exit_code, json.loads(result.stdout)


def founded_coop(data: Path) -> tuple[Operator, str]:
    """An operator of a new ledger, and the code of a cooperative whose manager's login is ``quanly``."""
    operator = Operator(data)
    assert operator.run("init").exit_code == 0
    place = ("--address", "Thôn Một", "--province", "Bắc Ninh", "--commune", "Xã Phúc Hòa")
    code, said = operator.json("user", "organisation", "HTX Thử Nghiệm", *place)
    assert code == 0
    organisation = said["organisation"]
    words = ("user", "add", organisation, "quanly", "--role", "manager", "--secret", SECRET)
    assert operator.run(*words).exit_code == 0
    return operator, organisation
