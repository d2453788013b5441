"""A paper diary sheet keyed in: its lines become entries in one unit, or every faulty box is named.

The lines pass through the same use cases as on the telephone, in the order of their days, so the guards ask
what was done before. A line that was keyed in before is found and not repeated.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from ledger.coop.actors import FIELD_WORK, Actor
from ledger.coop.errors import CellProblem, CommandError, Problem
from ledger.coop.field.diary_imports import RowWriter
from ledger.coop.field.diary_sheets import DONE_BY, DONE_ON, NOTE, PLACE, STEP, DiaryRow
from ledger.coop.field.paper_rows import (
    SLOTS,
    PaperStep,
    find_step,
    is_ditto,
    paper_steps,
    read_choices,
)
from ledger.coop.lots import find_open_season
from ledger.coop.use_cases import Command, use_case
from ledger.log.canonical import format_canonical
from ledger.log.unit import Unit
from ledger.trace.errors import MalformedNumberError
from ledger.trace.units import local_day, read_day

MAX_ROWS = 60
MAX_BOX = 200
DAY, WORK, WHO, REMARK = "day", "work", "who", "remark"
BOXES = (DAY, WORK, WHO, *SLOTS, REMARK)
"""The boxes of a line, as they stand on the paper."""
_COMMON = {DONE_ON: DAY, STEP: WORK, DONE_BY: WHO, NOTE: REMARK, PLACE: WORK}


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A line as it was typed: ``number`` is its place on the sheet, ``boxes`` the texts by box."""

    number: int
    boxes: tuple[tuple[str, str], ...] = field(repr=False)

    def box(self, name: str) -> str:
        """What stands in a box, without outer spaces."""
        return next((text.strip() for box, text in self.boxes if box == name), "")

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in any box."""
        return not any(text.strip() for _, text in self.boxes)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyInSheet(Command):
    """The lines of a sheet of the season whose lot is ``season``."""

    season: str
    lines: tuple[PaperLine, ...]


@dataclass(frozen=True, slots=True)
class SheetKeyedIn:
    """How many lines were written, how many of these late, how many were there before; what guards said."""

    season: str
    written: int
    late: int
    repeated: int
    notices: tuple[CellProblem, ...]

    @property
    def warnings(self) -> tuple[CellProblem, ...]:
        """What guards said, by line."""
        return self.notices


@use_case(FIELD_WORK)
def key_in_sheet(unit: Unit, actor: Actor, command: KeyInSheet) -> SheetKeyedIn:
    """Write every line that is not blank, or none.

    Raises ``CommandError`` with every problem, its field ``r<line>-<box>``; ``NotFoundError`` and
    ``LotStateError`` for the season.
    """
    season = find_open_season(unit.session, actor, command.season)
    today = local_day(unit.now)
    lines = tuple(line for line in command.lines if not line.is_blank)
    if not lines or len(lines) > MAX_ROWS:
        sentence = "Chưa ghi dòng nào." if not lines else f"Mỗi lần gõ tối đa {MAX_ROWS} dòng."
        raise CommandError(Problem("lines", sentence))
    rows, problems = read_lines(lines, paper_steps(season.sector), today)
    work = RowWriter(unit, actor, None, season.lot, problems)
    keys = _keys(season.lot, rows)
    for row in sorted(rows, key=lambda row: row.done_on):
        work.write(row, keys[row.number])
    if work.problems:
        raise CommandError(*_by_box(work.problems))
    late = sum(row.done_on < today for row in rows)
    return SheetKeyedIn(season.lot, work.written, late, work.repeated, tuple(work.notices))


def read_lines(
    lines: tuple[PaperLine, ...], steps: tuple[PaperStep, ...], today: date
) -> tuple[list[DiaryRow], list[CellProblem]]:
    """The lines understood, and what is wrong with the others; columns are names of boxes. Pure."""
    rows: list[DiaryRow] = []
    problems: list[CellProblem] = []
    above: dict[str, str] = {}
    for line in lines:
        said = {box: above.get(box, "") if is_ditto(line.box(box)) else line.box(box) for box in BOXES}
        above = said
        row = _read_line(line.number, said, steps, today, problems)
        if row is not None:
            rows.append(row)
    return rows, problems


def _read_line(
    number: int,
    said: dict[str, str],
    steps: tuple[PaperStep, ...],
    today: date,
    problems: list[CellProblem],
) -> DiaryRow | None:
    found = len(problems)
    long = [box for box in BOXES if len(said[box]) > MAX_BOX]
    problems += [CellProblem(number, box, f"Ô này quá dài, tối đa {MAX_BOX} chữ.") for box in long]
    done_on = _read_day(number, said[DAY], today, problems)
    item = find_step(said[WORK], steps) if said[WORK] else None
    if item is None:
        problems.append(CellProblem(number, WORK, "Ghi số của việc như trên phiếu, từ 1 đến "
                                    f"{len(steps)}, hoặc tên việc."))  # fmt: skip
        return None
    values = _read_values(number, said, item, problems)
    if done_on is None or len(problems) > found:
        return None
    columns = {field.key: slot for slot, field in item.slots.items()} | _COMMON
    return DiaryRow(
        number, done_on, item.step, said[WHO] or None, None, said[REMARK] or None, values, columns
    )


def _read_day(number: int, text: str, today: date, problems: list[CellProblem]) -> date | None:
    if not text:
        problems.append(CellProblem(number, DAY, "Chưa ghi ngày, ví dụ 12/5."))
        return None
    try:
        return read_day(text, today)
    except MalformedNumberError as error:
        problems.append(CellProblem(number, DAY, error.sentence))
        return None


def _read_values(
    number: int, said: dict[str, str], item: PaperStep, problems: list[CellProblem]
) -> dict[str, str]:
    values: dict[str, str] = {}
    for slot in SLOTS:
        text, field = said[slot], item.slots.get(slot)
        if not text:
            continue
        if field is None:
            sentence = f"Việc “{item.step.name_vi}” không dùng ô này. Hãy để trống, hoặc ghi sang ghi chú."
            problems.append(CellProblem(number, slot, sentence))
        elif field.type == "choice":
            codes = read_choices(text, field)
            if codes is None:
                letters = ", ".join(option.vi for option in field.options)
                sentence = f"“{field.label_vi}” ghi bằng chữ cái a, b, c… theo thứ tự: {letters}."
                problems.append(CellProblem(number, slot, sentence))
            else:
                values[field.key] = ";".join(codes)
        else:
            values[field.key] = text
    return values


def _keys(season: str, rows: list[DiaryRow]) -> dict[int, str]:
    """One idempotency key a line, of what it says: two equal lines of one sheet are two pieces of work."""
    seen: Counter[bytes] = Counter()
    keys = {}
    for row in rows:
        said = format_canonical(
            {
                "season": season,
                "on": row.done_on.isoformat(),
                "step": row.step.code,
                "by": row.done_by,
                "note": row.note,
                "values": dict(row.values),
            }
        )
        seen[said] += 1
        keys[row.number] = f"paper:{hashlib.sha256(said).hexdigest()}:{seen[said]}"
    return keys


def _by_box(problems: list[CellProblem]) -> list[Problem]:
    """The problems in the order of the sheet; what no box is to blame for stands beside the work."""
    ordered = sorted(problems, key=lambda item: (item.row, BOXES.index(_box(item.column))))
    return [Problem(f"r{item.row}-{_box(item.column)}", item.sentence) for item in ordered]


def _box(column: str) -> str:
    return column if column in BOXES else WORK
