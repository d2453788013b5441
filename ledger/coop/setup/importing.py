"""A set-up workbook into the books: every row through the use case of its form, or none at all."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from sqlalchemy import select

from ledger.coop.actors import MANAGEMENT, Actor
from ledger.coop.errors import (
    AlreadyExistsError,
    CellProblem,
    CommandError,
    CoopError,
    DoneDateError,
    SheetError,
)
from ledger.coop.setup.cells import FaultyRowError
from ledger.coop.setup.columns import TABLES
from ledger.coop.setup.names import Names, read_names
from ledger.coop.setup.progress import tell
from ledger.coop.setup.reading import SetupFile, TableRow, lacks
from ledger.coop.setup.register_rows import Work, write_member, write_place, write_product, write_supply
from ledger.coop.setup.work_rows import column_problem, write_goods, write_season
from ledger.coop.tables import MemberRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.errors import FieldErrors, GtinError, GuardError, TraceError

_NUMBERED = re.compile(r"TV([0-9]{2,6})")
_WRITERS: Mapping[str, Callable[[Work, TableRow], None]] = MappingProxyType(
    {
        "members": write_member,
        "products": write_product,
        "places": write_place,
        "seasons": write_season,
        "supplies": write_supply,
        "goods": write_goods,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportBooks(Command):
    """A set-up file, read (``reading.read_setup_file``) outside of the unit: it takes a second or two."""

    file: SetupFile = field(repr=False)


@dataclass(frozen=True, slots=True)
class BooksImported:
    """How many rows of each table were written."""

    counts: tuple[tuple[str, int], ...]


class RehearsedError(CoopError):
    """A rehearsal came to its end without a fault: everything is undone, and would be written."""

    default_sentence = "Tệp đúng hết. Chưa ghi dòng nào."

    def __init__(self, imported: BooksImported) -> None:
        super().__init__("rehearsed")
        self.imported = imported


@use_case(MANAGEMENT)
def import_books(unit: Unit, actor: Actor, command: ImportBooks) -> BooksImported:
    """Write every row of the file. Raises ``SheetError`` with every problem of every row; then none is."""
    return write_file(unit, actor, command.file)


@use_case(MANAGEMENT)
def rehearse_import(unit: Unit, actor: Actor, command: ImportBooks) -> BooksImported:
    """The same, and then nothing of it stays: always raises ``RehearsedError`` or ``SheetError``."""
    raise RehearsedError(write_file(unit, actor, command.file))


def write_file(unit: Unit, actor: Actor, file: SetupFile) -> BooksImported:
    """Write the rows in the order of the work. Raises ``SheetError``."""
    names = read_names(unit.session, unit.vault, actor)
    work = Work(unit, actor, names, _member_numbers(unit, actor, file.rows), [])
    problems = list(file.problems)
    faulty = {(item.sheet, item.row) for item in problems}
    tables = {table.code: table for table in TABLES}
    for done, row in enumerate(file.rows, start=1):
        table = tables[row.table]
        if (table.title, row.number) in faulty or lacks(row, table):
            _fail(names, row)
        else:
            problems += _write(work, row)
        tell(done, len(file.rows))
    if problems:
        raise SheetError("rows at fault", problems=tuple(sorted(problems, key=_reading_order)))
    return BooksImported(file.counts)


def _write(work: Work, row: TableRow) -> Sequence[CellProblem]:
    try:
        _WRITERS[row.table](work, row)
    except FaultyRowError as error:
        _fail(work.names, row)
        return error.problems
    except (CoopError, TraceError) as error:
        _fail(work.names, row)
        return tuple(_problems_of(row, error))
    return ()


def _problems_of(row: TableRow, error: CoopError | TraceError) -> Iterator[CellProblem]:
    """The cells that an error of a use case is about."""
    match error:
        case FieldErrors(problems=fields):
            yield from (column_problem(row, item.key, item.sentence_vi) for item in fields)
        case GuardError(violations=violations):
            yield from (row.problem("quantity", item.sentence_vi) for item in violations)
        case CommandError(problems=problems):
            yield from (row.problem(item.field, item.sentence) for item in problems)
        case DoneDateError():
            yield row.problem("started_on" if row.table == "seasons" else "done_on", error.sentence)
        case AlreadyExistsError():
            yield row.problem("lot_code" if row.table == "goods" else "code", error.sentence)
        case GtinError():
            yield row.problem("gtin", error.sentence)
        case _:
            yield row.problem("", error.sentence)


def _fail(names: Names, row: TableRow) -> None:
    """What the row would have made is not there, and whoever names it is not to blame."""
    made = {"members": names.members, "products": names.products, "places": names.places}.get(row.table)
    if made is not None:
        made.fail(row.text("code"), row.text("name"))


def _member_numbers(unit: Unit, actor: Actor, rows: Iterable[TableRow]) -> Callable[[], str]:
    """Gives the free member codes ``TV01`` onward, besides those that the file gives itself."""
    codes = unit.session.scalars(select(MemberRow.code).where(MemberRow.organisation == actor.organisation))
    given = (row.text("code").upper() for row in rows if row.table == "members")
    used = [int(found[1]) for code in (*codes, *given) if (found := _NUMBERED.fullmatch(code))]
    numbers = iter(range(max(used, default=0) + 1, 10**6))
    return lambda: f"TV{next(numbers):02d}"


def _reading_order(problem: CellProblem) -> tuple[int, int, int, str]:
    titles = [table.title for table in TABLES]
    place = titles.index(problem.sheet) if problem.sheet in titles else len(titles)
    return (place, problem.row, len(problem.column), problem.column)
