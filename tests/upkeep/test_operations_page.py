"""Every command of docs/operations.md works as it stands there, in an order in which one would need it."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from ledger.log.queries import read_head
from tests.meta.tree import ROOT
from tests.support.boxes import Box, close_opened, diary_steps
from web.cli import main

PAGE = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"^ *```sh (\w+)\n(.*?)^ *```$", PAGE, re.MULTILINE | re.DOTALL))
ORIGIN = "truyxuat.example.vn/log"


class Machine:
    """A shell with the page's folders moved below ``root``; ``sogoc`` runs in this process, for speed."""

    def __init__(self, root: Path, database_url: str) -> None:
        self.root = root
        self._database_url = database_url
        for name in ("srv", "mnt/sao-luu"):
            (root / name).mkdir(parents=True)

    def type(self, *names: str, code: int = 0) -> str:
        """Run blocks of the page after its settings; what was printed. The last one ends with ``code``."""
        script = "\n".join([BLOCKS["settings"], *(BLOCKS[name] for name in names)])
        script = script.replace("/srv/", f"{self.root}/srv/").replace("/mnt/", f"{self.root}/mnt/")
        script = script.replace("postgresql://sogoc@/sogoc", self._database_url)
        environ, told, *lines = {}, "", *filter(None, map(str.strip, script.splitlines()))
        for number, line in enumerate(lines, 1):
            name, *words = shlex.split(line)
            if name == "export":
                environ.update([words[0].split("=", 1)])
            elif name == "sogoc":
                result = CliRunner().invoke(main, words, env=environ)
                told += result.output
                assert result.exit_code == (code if number == len(lines) else 0), told
            else:
                subprocess.run(["bash", "-c", line], check=True)
        return told

    def box(self, folder: str = "sogoc") -> Box:
        return Box(self.root / "srv" / folder, SOGOC_PUBLIC_URL="https://truyxuat.example.vn")


@pytest.fixture
def machine(tmp_path, new_postgresql):
    machine = Machine(tmp_path, new_postgresql.replace("postgresql+psycopg", "postgresql"))
    write(machine, 5, found=True)
    return machine


def write(machine, count, *, found=False):
    ledger = machine.box().found() if found else machine.box().open()
    ledger.write(diary_steps, count)
    size = ledger.read(read_head).size
    close_opened()
    return size


def lose_database(machine, folder="sogoc"):
    for path in (machine.root / "srv" / folder).glob("sogoc.db*"):
        path.unlink()


def test_every_block_of_the_page_is_run_here():
    source = Path(__file__).read_text(encoding="utf-8")
    assert {name for name in BLOCKS if f'"{name}"' not in source} == set()


def test_the_quiet_days(machine):
    assert "đạt" in machine.type("doctor")
    assert "Đã sao lưu 7 bản ghi" in machine.type("backup", "sums")
    assert "Sổ khớp" in machine.type("drill")
    assert not (machine.root / "srv" / "dien-tap").exists()
    machine.type("power")


def test_a_lost_database_with_a_copy_of_the_log_elsewhere(machine):
    machine.type("backup")
    write(machine, 3)
    machine.box().run("export", str(machine.root / "mnt" / "ban-xuat"))
    lose_database(machine)
    assert "thiếu 3 bản ghi" in machine.type("lost")
    assert "Thiếu:    3 bản ghi" in machine.type("recover", code=1)
    assert "Đã lấy lại 3 bản ghi" in machine.type("from")
    assert write(machine, 1) == 11


def test_a_loss_that_must_be_accepted(machine):
    machine.type("backup")
    write(machine, 3)
    lose_database(machine)
    machine.type("lost")
    assert "ghi công khai" in machine.type("accept")
    assert write(machine, 1) > 7


def test_a_new_machine(machine):
    (machine.root / "srv" / "may-moi").mkdir()
    shutil.copy(machine.box().place.master_key_file, machine.root / "srv" / "may-moi" / "master.key")
    assert "ghi tiếp được ngay" in machine.type("move")


def test_a_new_machine_whose_keeper_thinks_again(machine):
    machine.type("backup")
    lose_database(machine)
    machine.box().head_record.unlink()
    assert "CHƯA ghi tiếp" in machine.type("lost")
    assert "ghi tiếp từ bản ghi 7" in machine.type("newest")
    assert write(machine, 1) == 8


def test_from_sqlite_to_postgresql(machine):
    told = machine.type("postgresql")
    assert "ghi tiếp được ngay" in told
    assert "Sổ khớp: 7 bản ghi" in told
