"""A process dies in the middle of a job: no file looks whole that is not, and the next try gives the same."""

import subprocess
import sys
from pathlib import Path

import pytest

from labels import print_stamps, save_pdf
from labels.zpl import print_zpl
from tests.labels.printed import TEXT, layout_of, make_stamps

ROOT = Path(__file__).parents[2]
COUNT, DIES_AFTER = 3_000, 2_000
JOBS = {"sheet": print_stamps, "roll": print_stamps, "zpl": print_zpl}


def chunks_of(name: str, stamps):
    return JOBS[name](layout_of("sheet" if name == "sheet" else "roll"), TEXT, stamps)


DYING = f"""
import os, signal, sys
from pathlib import Path
from labels import save_pdf
from tests.labels.printed import make_stamps
from tests.labels.test_resumed_jobs import chunks_of

def stamps():
    yield from make_stamps({COUNT})[:{DIES_AFTER}]
    os.kill(os.getpid(), signal.SIGKILL)

save_pdf(chunks_of(sys.argv[1], stamps()), Path(sys.argv[2]))
"""


@pytest.mark.parametrize("name", JOBS)
def test_a_job_killed_midway_and_begun_again_gives_the_same_file(name, tmp_path):
    stamps, path = make_stamps(COUNT), tmp_path / f"stamps.{name}"
    whole = b"".join(chunks_of(name, stamps))
    result = subprocess.run([sys.executable, "-c", DYING, name, path], cwd=ROOT, check=False)
    assert result.returncode == -9
    assert not path.exists()
    assert save_pdf(chunks_of(name, stamps), path) == len(whole)
    assert path.read_bytes() == whole


@pytest.mark.parametrize("name", JOBS)
def test_a_download_broken_off_is_the_beginning_of_the_same_file(name):
    stamps = make_stamps(COUNT)
    broken = chunks_of(name, stamps)
    begun = next(broken) + next(broken)
    broken.close()
    whole = b"".join(chunks_of(name, iter(stamps)))
    assert whole.startswith(begun)
    assert len(begun) < len(whole)
