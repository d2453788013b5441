"""What the rows of a diary sheet mean, and how what they cannot mean is reported."""

import json
import unicodedata

from ledger.coop.field.diary_sheets import COMMON, read_diary
from ledger.coop.spreadsheets.sheets import read_sheet
from ledger.trace.sectors.templates import TEMPLATES, template

GRAPES = template("fruit_nho")


def _read(text: str):
    return read_diary(read_sheet(text.encode()), GRAPES)


def test_the_spec_pages_example_reads_as_it_says(spec_examples):
    example = spec_examples("diary-sheet")
    rows, problems = _read(example["sheet"])
    said = "".join(
        f"{row.done_on} {row.step.code} {json.dumps(dict(sorted(row.values.items())), ensure_ascii=False)}\n"
        for row in rows
    )
    assert problems == ()
    assert said == example["rows"]


def test_headings_match_whatever_keyboard_typed_the_accents():
    text = unicodedata.normalize("NFD", "NGÀY  LÀM,việc làm,Nguồn nước\n12/05/2026,tưới NƯỚC,Nước máy\n")
    rows, problems = _read(text)
    assert problems == ()
    assert rows[0].values == {"source": "Nước máy"}


def test_unknown_heading_is_an_error_that_names_the_known_ones():
    _, (problem,) = _read("Ngày làm,Việc làm,Mầu lá\n12/05/2026,Tưới nước,\n")
    assert (problem.row, problem.column) == (1, "C")
    assert all(name in problem.sentence for name in COMMON)


def test_missing_column_is_an_error():
    problems = _read("Việc làm,Ghi chú\nTưới nước,x\n")[1]
    assert "Ngày làm" in problems[0].sentence


def test_every_fault_of_every_row_comes_at_once():
    _, problems = _read(
        "Ngày làm,Việc làm,Nguồn nước,Lượng bón\n"
        "31/02/2026,Tưới nước,Nước máy,\n"
        "12/05/2026,Hái sao trên trời,,\n"
        "12/05/2026,Tưới nước,Nước máy,5\n"
        ",Tưới nước,Nước máy,\n"
    )
    assert [(problem.row, problem.column) for problem in problems] == [(2, "A"), (3, "B"), (4, "D"), (5, "B")]
    assert "để trống ô D4" in problems[2].sentence


def test_unseen_characters_are_reported_with_their_cell():
    _, (problem,) = _read("Ngày làm,Việc làm,Ghi chú\n12/05/2026,Tưới nước,a\u202eb\n")
    assert (problem.row, problem.column) == (2, "C")


def test_labels_of_one_step_never_clash_in_any_template():
    for sector in TEMPLATES.values():
        for step in sector.steps:
            labels = [field.label_vi.casefold() for field in step.fields]
            assert len(labels) == len(set(labels)), (sector.id, step.code)
