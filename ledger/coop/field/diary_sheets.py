"""What the rows of a diary sheet say, in the words of a sector template (pure; docs/spec/diary-sheet.md).

A column is known by its heading: five that every row has, and the labels of the steps' fields, with or
without a unit in brackets. Which field a cell fills depends on the row's step, so that “Liều lượng” may serve
spraying and vaccination alike.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ledger.coop.errors import CellProblem
from ledger.coop.spreadsheets.sheets import Cell, Row, Sheet
from ledger.trace.errors import MalformedNumberError, UnseenTextError
from ledger.trace.sectors.templates import Step, Template
from ledger.trace.texts import clean_text
from ledger.trace.units import format_date, read_date

DONE_ON = "Ngày làm"
STEP = "Việc làm"
DONE_BY = "Người làm"
PLACE = "Nơi làm"
NOTE = "Ghi chú"
COMMON = (DONE_ON, STEP, DONE_BY, PLACE, NOTE)
LEVELS = ("unit", "creates_batch")
"""The steps a season's diary holds: work in the season, and what takes a lot out of it."""

_UNIT_IN_BRACKETS = re.compile(r"\s*\([^()]*\)\s*$")


@dataclass(frozen=True, slots=True)
class DiaryRow:
    """One row, understood. ``columns`` says in which column each field stands, for errors found later."""

    number: int
    done_on: date
    step: Step
    done_by: str | None
    place: str | None
    note: str | None
    values: Mapping[str, str]
    columns: Mapping[str, str]

    def column_of(self, key: str) -> str:
        """The column of a field, or that of the step for a field the row does not have."""
        return self.columns.get(key, self.columns[STEP])


def read_diary(sheet: Sheet, template: Template) -> tuple[tuple[DiaryRow, ...], tuple[CellProblem, ...]]:
    """The rows that can be understood, in the sheet's order, and every problem of the others."""
    steps = {_fold(name): step for step in _diary_steps(template) for name in (step.name_vi, step.code)}
    problems = [*_heading_problems(sheet, template)]
    rows = []
    for row in sheet.rows:
        understood = _read_row(row, steps, problems)
        if understood is not None:
            rows.append(understood)
    return tuple(rows), tuple(problems)


def _diary_steps(template: Template) -> tuple[Step, ...]:
    return tuple(step for step in template.steps if step.level in LEVELS)


def _heading_problems(sheet: Sheet, template: Template) -> Iterator[CellProblem]:
    labels = {field.label_vi for step in _diary_steps(template) for field in step.fields}
    known = {_fold(label) for label in labels} | {_fold(_bare(label)) for label in labels}
    known |= {_fold(heading) for heading in COMMON}
    heading_row = sheet.headings[0].row
    for heading in sheet.headings:
        if _fold(heading.text) not in known and _fold(_bare(heading.text)) not in known:
            names = ", ".join((*COMMON, *sorted(labels)))
            sentence = f"Cột “{heading.text[:60]}” không có trong mẫu. Các cột nhận được: {names}."
            yield CellProblem(heading_row, heading.column, sentence)
    present = {_fold(heading.text) for heading in sheet.headings}
    for needed in (DONE_ON, STEP):
        if _fold(needed) not in present:
            yield CellProblem(heading_row, "A", f"Thiếu cột “{needed}”. Hãy thêm cột này.")


def _read_row(row: Row, steps: Mapping[str, Step], problems: list[CellProblem]) -> DiaryRow | None:
    cells = {_fold(cell.heading): cell for cell in row.cells}
    found = len(problems)
    done_on = _done_on(row, cells, problems)
    step = _step(row, cells, steps, problems)
    if step is None:
        return None
    values, columns = _values(step, row, problems)
    common = {name: _text(cells.get(_fold(name)), problems) for name in (DONE_BY, PLACE, NOTE)}
    columns.update({name: cells[_fold(name)].column for name in COMMON if _fold(name) in cells})
    if len(problems) > found or done_on is None:
        return None
    return DiaryRow(row.number, done_on, step, common[DONE_BY], common[PLACE], common[NOTE], values, columns)


def _done_on(row: Row, cells: Mapping[str, Cell], problems: list[CellProblem]) -> date | None:
    cell = cells.get(_fold(DONE_ON))
    if cell is None:
        problems.append(
            CellProblem(row.number, row.cells[0].column, f"Chưa ghi “{DONE_ON}”, ví dụ 12/05/2026.")
        )
        return None
    if isinstance(cell.value, date):
        return cell.value
    try:
        return read_date(cell.value)
    except MalformedNumberError as error:
        problems.append(CellProblem(row.number, cell.column, error.sentence))
        return None


def _step(
    row: Row, cells: Mapping[str, Cell], steps: Mapping[str, Step], problems: list[CellProblem]
) -> Step | None:
    cell = cells.get(_fold(STEP))
    step = None if cell is None else steps.get(_fold(str(cell.value)))
    if step is None:
        names = ", ".join(dict.fromkeys(step.name_vi for step in steps.values()))
        column = row.cells[0].column if cell is None else cell.column
        problems.append(CellProblem(row.number, column, f"“{STEP}” phải là một trong: {names}."))
    return step


def _values(step: Step, row: Row, problems: list[CellProblem]) -> tuple[dict[str, str], dict[str, str]]:
    keys = {
        _fold(name): field.key for field in step.fields for name in (field.label_vi, _bare(field.label_vi))
    }
    common = {_fold(name) for name in COMMON}
    values: dict[str, str] = {}
    columns: dict[str, str] = {}
    for cell in row.cells:
        if _fold(cell.heading) in common:
            continue
        key = keys.get(_fold(cell.heading)) or keys.get(_fold(_bare(cell.heading)))
        if key is None:
            place = f"{cell.column}{row.number}"
            sentence = f"Việc “{step.name_vi}” không có mục “{cell.heading[:60]}”. Hãy để trống ô {place}."
            problems.append(CellProblem(row.number, cell.column, sentence))
        elif (text := _text(cell, problems)) is not None:
            values[key] = text
            columns[key] = cell.column
    return values, columns


def _text(cell: Cell | None, problems: list[CellProblem]) -> str | None:
    if cell is None:
        return None
    if isinstance(cell.value, date):
        return format_date(cell.value)
    try:
        return clean_text(cell.value)
    except UnseenTextError:
        sentence = f"Ô {cell.column}{cell.row} có ký tự không nhìn thấy. Hãy xóa đi gõ lại."
        problems.append(CellProblem(cell.row, cell.column, sentence))
        return None


def _bare(text: str) -> str:
    """The heading without the unit in brackets at its end."""
    return _UNIT_IN_BRACKETS.sub("", text)


def _fold(text: str) -> str:
    """Headings and names compare whatever their case, spaces, and the way a keyboard composed the accents."""
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()
