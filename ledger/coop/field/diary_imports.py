"""A season's diary from a spreadsheet: every row through the use case a person would use, or none at all."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from ledger.coop.actors import FIELD_WORK, FOR_OTHERS, Actor
from ledger.coop.errors import (
    CellProblem,
    CommandError,
    CoopError,
    DoneDateError,
    NotFoundError,
    Problem,
    SheetError,
)
from ledger.coop.field.diary import RecordStep, record_step
from ledger.coop.field.diary_sheets import DONE_BY, DONE_ON, PLACE, STEP, DiaryRow, read_diary
from ledger.coop.field.harvesting import Harvest, harvest
from ledger.coop.field.seasons import OPEN_STEP, OpenSeason, open_season
from ledger.coop.registers.products import find_product
from ledger.coop.replays import is_kept
from ledger.coop.spreadsheets.sheets import read_sheet
from ledger.coop.tables import SeasonRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.canonical import format_canonical
from ledger.log.unit import Unit
from ledger.trace.errors import FieldErrors, GuardError, TraceError
from ledger.trace.sectors.templates import Template, template
from ledger.trace.units import read_date

BOOKKEEPERS = FIELD_WORK & FOR_OTHERS
"""Who may enter a whole diary: those who may record what others did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportDiary(Command):
    """An XLSX or CSV file of one season: of ``season``, or of a new one of ``product`` that a row opens.

    ``season`` is a code or lot; ``product`` a code.
    """

    data: bytes = field(repr=False)
    season: str | None = None
    product: str | None = None


@dataclass(frozen=True, slots=True)
class DiaryImported:
    """The season's lot, how many rows were written, how many were there before, and the lots harvested."""

    season: str
    written: int
    repeated: int
    lots: tuple[str, ...]
    notices: tuple[CellProblem, ...]


@use_case(BOOKKEEPERS)
def import_diary(unit: Unit, actor: Actor, command: ImportDiary) -> DiaryImported:
    """Write every row of the sheet in the order of the days; a row imported before is found, not repeated.

    Raises ``SheetError`` with every problem of every row; then nothing is written. ``NotFoundError`` for a
    season or product that the organisation does not have.
    """
    sector, season = _about(unit, actor, command)
    rows, problems = read_diary(read_sheet(command.data), sector)
    work = RowWriter(unit, actor, command.product, season, list(problems))
    keys = _keys(command, rows)
    # A file may hold its rows in any order; the guards ask what was done before.
    for row in sorted(rows, key=lambda row: (row.done_on, row.step.code != OPEN_STEP)):
        work.write(row, keys[row.number])
    if work.problems:
        ordered = sorted(
            work.problems, key=lambda problem: (problem.row, len(problem.column), problem.column)
        )
        raise SheetError("rows at fault", problems=tuple(ordered))
    return DiaryImported(
        work.season or "", work.written, work.repeated, tuple(work.lots), tuple(work.notices)
    )


def _about(unit: Unit, actor: Actor, command: ImportDiary) -> tuple[Template, str | None]:
    """The template that gives the words of the sheet, and the lot of the season if it is open already."""
    if (command.season is None) == (command.product is None):
        raise CommandError(Problem("season", "Hãy chọn một vụ đang mở, hoặc một sản phẩm để mở vụ mới."))
    if command.product is not None:
        return template(
            find_product(unit.session, actor.organisation, command.product.upper()).template
        ), None
    code = str(command.season)
    row = unit.session.scalar(
        select(SeasonRow).where(
            SeasonRow.organisation == actor.organisation, (SeasonRow.code == code) | (SeasonRow.lot == code)
        )
    )
    if row is None:
        raise NotFoundError("vụ", code)
    return template(find_product(unit.session, actor.organisation, row.product).template), row.lot


def _keys(command: ImportDiary, rows: Iterable[DiaryRow]) -> dict[int, str]:
    """One idempotency key a row, of what it says: two equal rows of one file are two pieces of work."""
    seen: Counter[bytes] = Counter()
    keys = {}
    for row in rows:
        said = format_canonical(
            {
                "about": command.season or command.product,
                "on": row.done_on.isoformat(),
                "step": row.step.code,
                "by": row.done_by,
                "at": row.place,
                "note": row.note,
                "values": dict(row.values),
            }
        )
        seen[said] += 1
        keys[row.number] = f"diary:{hashlib.sha256(said).hexdigest()}:{seen[said]}"
    return keys


@dataclass(slots=True)
class RowWriter:
    """Rows being written into a season: what was written, what was found, what is wrong."""

    unit: Unit
    actor: Actor
    product: str | None
    season: str | None
    problems: list[CellProblem]
    written: int = 0
    repeated: int = 0
    lots: list[str] = field(default_factory=list)
    notices: list[CellProblem] = field(default_factory=list)

    def write(self, row: DiaryRow, key: str) -> None:
        """Write one row, or note what is wrong with it."""
        repeats = is_kept(self.unit, self.actor.organisation, key)
        try:
            self._run(row, key)
        except (CoopError, TraceError) as error:
            self.problems += _problems_of(row, error)
            return
        self.repeated += repeats
        self.written += not repeats

    def _run(self, row: DiaryRow, key: str) -> None:
        if row.step.code == OPEN_STEP:
            self._open(row, key)
        elif self.season is None:
            raise CommandError(Problem("season", "Chưa mở vụ. Hãy thêm dòng “Mở vụ” với ngày sớm nhất."))
        elif row.step.level == "creates_batch":
            made = harvest(self.unit, self.actor, self._harvest(row, key, self.season))
            self.lots.append(made.lot)
            self._note(row, made.warnings)
        else:
            recorded = record_step(self.unit, self.actor, self._record(row, key, self.season))
            self._note(row, recorded.warnings)

    def _open(self, row: DiaryRow, key: str) -> None:
        if self.product is None or self.season is not None:
            raise CommandError(Problem("season", "Vụ này đã mở rồi. Hãy bỏ dòng mở vụ."))
        values = {name: value for name, value in row.values.items() if name != "product"}
        started = values.get("started_on")
        season = open_season(
            self.unit,
            self.actor,
            OpenSeason(
                product=self.product.upper(),
                place=(row.place or "").upper(),
                started_on=read_date(started) if started else row.done_on,
                values=values,
                done_by=row.done_by,
                note=row.note,
                idempotency_key=key,
            ),
        )
        self.season = season.lot

    @staticmethod
    def _harvest(row: DiaryRow, key: str, season: str) -> Harvest:
        return Harvest(
            season=season,
            step=row.step.code,
            done_on=row.done_on,
            values=row.values,
            done_by=row.done_by,
            note=row.note,
            idempotency_key=key,
        )

    @staticmethod
    def _record(row: DiaryRow, key: str, season: str) -> RecordStep:
        return RecordStep(
            lot=season,
            step=row.step.code,
            done_on=row.done_on,
            values=row.values,
            done_by=row.done_by,
            place=row.place.upper() if row.place else None,
            note=row.note,
            idempotency_key=key,
        )

    def _note(self, row: DiaryRow, warnings: Iterable[object]) -> None:
        column = row.columns[STEP]
        self.notices += [CellProblem(row.number, column, str(getattr(w, "sentence", w))) for w in warnings]


def _problems_of(row: DiaryRow, error: CoopError | TraceError) -> list[CellProblem]:
    """The cells that an error of a use case is about."""
    match error:
        case FieldErrors(problems=problems):
            return [CellProblem(row.number, row.column_of(p.key), p.sentence_vi) for p in problems]
        case GuardError(violations=violations):
            return [CellProblem(row.number, row.column_of(DONE_ON), v.sentence_vi) for v in violations]
        case CommandError(problems=problems):
            return [CellProblem(row.number, row.column_of(p.field), p.sentence) for p in problems]
        case DoneDateError():
            return [CellProblem(row.number, row.column_of(DONE_ON), error.sentence)]
        case NotFoundError(subject=subject):
            return [CellProblem(row.number, row.column_of(_column_naming(row, subject)), error.sentence)]
    return [CellProblem(row.number, row.column_of(STEP), error.sentence)]


def _column_naming(row: DiaryRow, subject: str) -> str:
    """Which of a row's common cells holds what could not be found."""
    named: Mapping[str, str | None] = {DONE_BY: row.done_by, PLACE: row.place}
    return next(
        (name for name, text in named.items() if text and text.casefold() == subject.casefold()), STEP
    )
