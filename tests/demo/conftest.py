"""The demo, built once for all tests of this folder. Nobody writes into it: who must, copies the folder."""

import fcntl
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ledger.database import open_database
from ledger.log.ledger import Ledger
from signing.vault import Vault, load_master_key
from web.config import Config, load_config
from web.demo.building import build_demo

PORT = "8123"


def config_of(data: Path, **settings: str) -> Config:
    return load_config({"SOGOC_DATA": str(data), "SOGOC_PORT": PORT, **settings})


@dataclass(frozen=True)
class Built:
    """A built demo: its settings and what ``demo.json`` says."""

    config: Config
    said: dict[str, Any]

    def file(self, path: str) -> Path:
        return self.config.data / path

    def open(self) -> Ledger:
        vault = Vault(load_master_key(self.config.master_key_file))
        database = open_database(self.config.database_url)
        return Ledger.open(database, vault)


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Built:
    # Processes that share the tests share the demo: the first builds it, the others wait for it.
    root = tmp_path_factory.getbasetemp()
    root = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root
    config = config_of(root / "built-demo")
    with (root / "built-demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return Built(config, build_demo(config).said)


@pytest.fixture
def copied(built, tmp_path) -> Built:
    """A copy of the built demo, to write into."""
    data = tmp_path / "var"
    shutil.copytree(built.config.data, data)
    return Built(config_of(data), built.said)


@pytest.fixture(scope="session")
def ledger(built):
    opened = built.open()
    yield opened
    opened.database.close()
