"""The groups that measure what people do, each on the smallest thing that can be measured."""

import gc

import pytest

from benchmarks import capture, credentials, desk, epcis, fsck, labels, report, resolver, stamps, trace
from benchmarks._rounds import alternately, row
from benchmarks._set_up_files import import_rows


@pytest.mark.parametrize(
    ("group", "sizes", "count"),
    [
        (
            capture,
            {"units": 1, "unit_events": 8, "steps": 2, "long_run": 40, "databases": ("SQLite",)},
            7,
        ),
        (desk, {"codes": 20, "lots": 2}, 2),
        (credentials, {"rounds": 1}, 6),
        (epcis, {"documents": 1, "document_events": 40}, 5),
        (fsck, {"entries": 300, "steps": 8, "lots": 1, "rounds": 1, "databases": ("SQLite",)}, 2),
        (resolver, {"rounds": 1}, 6),
        (stamps, {"stamps": 1_000, "row_stamps": 100}, 1),
        (trace, {"width": 4, "generations": 3, "databases": ("SQLite",), "crowd": 20}, 5),
    ],
    ids=["capture", "desk", "credentials", "epcis", "fsck", "resolver", "stamps", "trace"],
)
def test_group_measures_and_says_so_in_rows(group, sizes, count):
    name = group.__name__.rpartition(".")[2]
    rows = report.check_rows(name, group.run(**sizes))
    assert len(rows) == count
    for found in rows:
        assert found["value"] > 0
        assert found["ratio"] > 0
        assert found["unit"] in found["against"]
        assert (found["met"] is None) == (found["aim"] == "")


@pytest.mark.parametrize("mixed", [True, False])
def test_files_of_any_size_can_be_imported(mixed):
    seconds, checked = import_rows(60, mixed=mixed)
    assert 0 < checked < seconds


def test_labels_are_measured_beside_what_others_use():
    rows = report.check_rows("labels", labels.run(2, 4, 2, (10, 2, 1), rounds=1))
    assert len(rows) == 6 + 6 + 4 + 3 + 2
    assert all(found["value"] > 0 for found in rows)
    compared = [found for found in rows if found["against"]]
    assert {found["against"].split(",")[0].split(":")[0] for found in compared} == {
        "WeasyPrint", "blabel", "qrcode",
    }  # fmt: skip
    assert all((found["met"] is None) == (found["aim"] == "") for found in rows)


def test_genealogy_of_the_benchmark_has_every_lot_and_edge():
    made: list[str] = ["season"]
    happened = list(trace.events("HTX7K3M9Q2", made, 4, 3))
    assert len(made) == len(set(made)) == 1 + 4 * 3 + 1
    edges = sum(len(each["inputQuantityList"]) * len(each["outputQuantityList"]) for each in happened)
    assert edges == 4 + 2 * (2 * 2 * 2) + 4


def test_works_are_taken_in_turn_and_the_collector_is_left_as_it_was():
    done = []
    seconds = alternately(lambda: done.append("ours"), lambda: done.append("theirs"), rounds=3)
    assert done == ["ours", "theirs"] * 3
    assert len(seconds) == 2
    assert gc.get_freeze_count() == 0
    assert gc.isenabled()


def test_row_stands_beside_what_it_is_compared_with():
    found = row("log", "appends", 50.0, "/s", against=("raw commits", 12_345.6), aim="≥ 40 /s", met=True)
    assert found["against"] == "raw commits: 12,346 /s"
    assert found["ratio"] == 50.0 / 12_345.6
    alone = row("log", "appends", 50.0, "/s")
    assert (alone["against"], alone["ratio"], alone["met"]) == ("", None, None)
