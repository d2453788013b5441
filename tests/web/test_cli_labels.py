"""``sogoc labels``: jobs, papers, rulers and designs without a browser."""

import io
import json

import pypdfium2
import pytest
from click.testing import CliRunner
from PIL import Image

from labels import BUILT_IN
from ledger.coop.actors import Role
from ledger.coop.stamps.job_queries import read_jobs
from tests.labels.printed import pdfium_pages, read_codes
from tests.support.desk import open_desk
from web.cli import main


@pytest.fixture
def run():
    def run_(*arguments, **environ):
        return CliRunner().invoke(main, ["labels", *map(str, arguments)], env=environ, catch_exceptions=False)

    return run_


@pytest.fixture
def job(sqlite_template, tmp_path, monkeypatch):
    """A print job of 20 stamps in a data folder that the settings name."""
    desks = open_desk(sqlite_template, tmp_path)
    world = next(desks).world
    lot = world.stamped(packs=20)
    (found,) = world.read(read_jobs, world.actors[Role.PACKER], lot)
    monkeypatch.setattr("web.cli.opening.open_ledger", lambda _config: world.ledger)
    monkeypatch.setenv("SOGOC_DATA", str(tmp_path))
    yield found
    assert next(desks, None) is None


# -- print jobs ----------------------------------------------------------------------------------------------


def test_a_job_is_written_whole_or_in_part_and_always_the_same(run, job, tmp_path):
    whole, again, part = (tmp_path / name for name in ("whole.pdf", "again.pdf", "part.pdf"))
    said = run("print", job.id, whole, "--as", "packer")
    assert (said.exit_code, "Đã ghi 20 tem" in said.stdout) == (0, True)
    run("print", job.id, again, "--as", "packer")
    assert whole.read_bytes() == again.read_bytes()
    assert run("print", job.id, part, "--as", "packer", "--from", 3, "--to", 5).exit_code == 0
    codes = read_codes(next(pdfium_pages(whole, 203.2)))
    assert set(read_codes(next(pdfium_pages(part, 203.2)))) < set(codes)
    assert len(codes) == 20


def test_any_job_can_be_written_for_a_label_printer(run, job, tmp_path):
    file, finer = tmp_path / "tem.zpl", tmp_path / "tem-300.zpl"
    assert run("zpl", job.id, file, "--as", "packer", "--to", 2).exit_code == 0
    assert file.read_bytes().count(b"^XGR:SOGOCD.GRF") == 2
    assert run("zpl", job.id, finer, "--as", "packer", "--dpi", 300).exit_code == 0
    assert finer.stat().st_size > file.stat().st_size


def test_what_cannot_be_written_leaves_no_file_and_one_sentence(run, job, tmp_path):
    file = tmp_path / "tem.pdf"
    for arguments in (
        ("print", "khong-co", file, "--as", "packer"),
        ("print", job.id, file, "--as", "neighbour.manager"),
        ("print", job.id, file, "--as", "packer", "--from", "21"),
        ("print", job.id, file, "--as", "ai-do"),
    ):
        said = run(*arguments)
        assert (said.exit_code, said.stdout) == (1, "")
        assert len(said.stderr.strip().splitlines()) == 1
        assert not file.exists()


# -- papers --------------------------------------------------------------------------------------------------


def test_papers_are_listed_for_people_and_for_programs(run):
    shown = run("stocks").stdout
    assert "roll_50x30" in shown
    assert "Avery" in shown
    told = json.loads(run("stocks", "--json").stdout)
    found = next(paper for paper in told if paper["name"] == "a4_cut_50x30")
    assert (found["columns"], found["rows"], found["page_width_mm"]) == (4, 9, 210)


def test_a_ruler_page_is_one_page_of_the_paper(run, tmp_path):
    file = tmp_path / "thuoc.pdf"
    said = run("ruler", file, "--stock", "a4_cut_100x70", "--offset-x", "-1.5", "--scale-y", "1.002")
    assert said.exit_code == 0
    with pypdfium2.PdfDocument(io.BytesIO(file.read_bytes())) as document:
        assert len(document) == 1


@pytest.mark.parametrize("wrong", [("--stock", "giay-la"), ("--scale-x", "1.5"), ("--offset-y", "40")])
def test_a_paper_or_printer_that_there_is_not_is_one_sentence(run, tmp_path, wrong):
    file = tmp_path / "thuoc.pdf"
    said = run("ruler", file, *wrong)
    assert (said.exit_code, said.stdout) == (1, "")
    assert said.stderr.strip().endswith((".", "stocks"))
    assert not file.exists()


# -- designs -------------------------------------------------------------------------------------------------


@pytest.fixture
def design(tmp_path):
    """The files of a design that prints sharply."""
    known = BUILT_IN["stamp_50x30"]
    html, css = tmp_path / "mau.html", tmp_path / "mau.css"
    html.write_text(known.html, encoding="utf-8")
    css.write_text(known.css, encoding="utf-8")
    return html, css


def test_a_sharp_design_is_told_so_and_drawn(run, design, tmp_path):
    html, css = design
    picture = tmp_path / "mau.png"
    said = run("design", "check", html, "--css", css, "--size", "50x30", "--dpi", "300", "--png", picture)
    assert said.exit_code == 0, said.output
    with Image.open(picture) as drawn:
        assert drawn.size == (590, 354)


def test_a_design_that_would_be_blurred_is_refused_with_the_reason(run, design, tmp_path):
    html, css = design
    css.write_text(css.read_text(encoding="utf-8") + ".product { color: #777 }", encoding="utf-8")
    picture = tmp_path / "mau.png"
    said = run("design", "check", html, "--css", css, "--size", "50x30", "--png", picture)
    assert (said.exit_code, said.stdout) == (1, "")
    assert said.stderr.startswith("Mẫu tem")
    assert not picture.exists()


def test_files_and_sizes_that_are_none_are_misuse(run, design, tmp_path):
    html, css = design
    assert run("design", "check", html, "--css", css, "--size", "50").exit_code == 2
    assert run("design", "check", tmp_path / "khong", "--css", css, "--size", "50x30").exit_code == 2
    html.write_bytes(b"\xff\xfe")
    assert run("design", "check", html, "--css", css, "--size", "50x30").exit_code == 2
