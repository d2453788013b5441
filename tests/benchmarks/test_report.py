"""The report of measurements, with rows that nobody measured."""

import io
import json
from datetime import date

import pytest
from rich.console import Console

from benchmarks import __main__ as command
from benchmarks import report

PAGE = f"# Speed\n\nwords\n\n{report.BEGIN}\n{report.END}\n\nmore words\n"


def row(group="log", name="appends", value=12345.6, **others):
    return {
        "group": group,
        "name": name,
        "value": value,
        "unit": "1/s",
        "against": "raw commits 10,000/s",
        "ratio": 1.2346,
        "aim": "≥ 10,000/s",
        "met": True,
    } | others


def test_a_failing_group_does_not_hide_the_others():
    def run(group):
        if group == "labels":
            raise ZeroDivisionError
        return [row(group)]

    rows, errors = command.measure(["labels", "log", "trace"], run)
    assert [r["group"] for r in rows] == ["log", "trace"]
    assert errors == {"labels": "ZeroDivisionError"}


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [row("trace")],
        [{"group": "log", "name": "appends"}],
        [row(extra=1)],
    ],
)
def test_a_group_that_gives_anything_but_its_rows_has_failed(rows):
    assert command.measure(["log"], lambda _: rows) == ([], {"log": "ValueError"})


def test_report_and_private_modules_are_no_groups(tmp_path):
    for name in ("log.py", "labels.py", "report.py", "_setup.py", "__main__.py", "notes.txt"):
        (tmp_path / name).touch()
    assert command.find_groups(tmp_path) == ["labels", "log"]


def test_an_unknown_group_is_a_usage_error_that_names_the_known(capsys):
    assert command.main(["no-such-group"]) == 2
    assert "no-such-group" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (12345.6, "12,346"),
        (999.4, "999"),
        (0.012345, "0.0123"),
        (7, "7"),
        ("a", "a"),
    ],
)
def test_figures_are_written_as_people_read_them(value, text):
    assert report.format_cell(value) == text


def test_one_group_again_leaves_the_other_groups_part_alone():
    page = report.replace_sections(
        PAGE,
        {
            "trace": report.format_section("trace", [row("trace")], heading="yesterday"),
            "log": report.format_section("log", [row(value=1)], heading="yesterday"),
        },
    )
    again = report.replace_sections(
        page, {"log": report.format_section("log", [row(value=2)], heading="today")}
    )
    assert again.index("## log") < again.index("today") < again.index("## trace") < again.index("yesterday")
    assert again.count("## log") == 1
    assert "| appends | 2 | 1/s |" in again
    assert "| appends | 1 | 1/s |" not in again


def test_the_page_round_the_markers_is_kept_and_writing_twice_changes_nothing():
    sections = {"log": report.format_section("log", [row()], heading="today")}
    once = report.replace_sections(PAGE, sections)
    assert once.startswith("# Speed\n\nwords\n\n")
    assert once.endswith("\n\nmore words\n")
    assert report.replace_sections(once, sections) == once


@pytest.mark.parametrize("page", ["", report.BEGIN, report.END + report.BEGIN, PAGE + report.BEGIN])
def test_a_page_without_its_markers_is_refused(page):
    with pytest.raises(ValueError, match="bench:begin"):
        report.replace_sections(page, {})


def test_a_bar_in_a_cell_does_not_break_the_table():
    section = report.format_section("log", [row(name="a|b")], heading="today")
    assert "| a\\|b |" in section


def test_files_hold_rows_machine_date_and_command(tmp_path):
    page = tmp_path / "performance.md"
    page.write_text(PAGE, encoding="utf-8")
    options = {"data": tmp_path / "var", "page": page, "on": date(2026, 11, 12)}
    report.write_files([row(), row("trace")], {}, command="make bench", **options)
    report.write_files(
        [row(value=1.0, met=False)], {"labels": "OSError"}, command="make bench GROUP=log", **options
    )
    written = json.loads((tmp_path / "var/bench.json").read_text(encoding="utf-8"))
    assert [(r["group"], r["value"]) for r in written] == [("log", 1.0), ("trace", 12345.6)]
    text = page.read_text(encoding="utf-8")
    assert f"2026-11-12, `make bench GROUP=log`, {report.describe_machine()}." in text
    assert "This group failed: OSError." in text
    assert "| ≥ 10,000/s | no |" in text


def test_a_bench_file_of_somebody_else_is_not_merged(tmp_path):
    path = tmp_path / "bench.json"
    for text in ("{}", "[1]", "no json", '[{"group": "log"}]'):
        path.write_text(text, encoding="utf-8")
        assert report.read_rows(path) == []


def test_the_screen_shows_every_row():
    screen = io.StringIO()
    report.print_rows([row(), row("trace", met=False, ratio=None)], Console(file=screen, width=200))
    assert "12,346" in screen.getvalue()
    assert "trace" in screen.getvalue()
