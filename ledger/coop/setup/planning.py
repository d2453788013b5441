"""A set-up file, checked row by row without writing anything: what is to be written, or every fault of it.

Each row is checked by what checks the form for it, against the books of one moment and what earlier rows of
the file will make. A plan holds as long as the books say what they said then.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from ledger.coop.actors import Actor
from ledger.coop.desks import Desk
from ledger.coop.errors import (
    AlreadyExistsError,
    CellProblem,
    CommandError,
    CoopError,
    DoneDateError,
    SheetError,
)
from ledger.coop.field.seasons import Opening
from ledger.coop.registers.members import NewMember
from ledger.coop.registers.places import NewPlace
from ledger.coop.registers.products import RegisterProduct
from ledger.coop.setup.books import Books, Standing, read_books, read_standing
from ledger.coop.setup.cells import FaultyRowError
from ledger.coop.setup.columns import TABLES
from ledger.coop.setup.drafts import Draft, free_member_codes
from ledger.coop.setup.names import Names, read_names
from ledger.coop.setup.progress import tell
from ledger.coop.setup.reading import SetupFile, TableRow, lacks
from ledger.coop.setup.register_rows import NewStock, check_member, check_place, check_product, check_stock
from ledger.coop.setup.work_rows import NewGoods, check_goods, check_season, column_problem
from ledger.trace.errors import FieldErrors, GtinError, GuardError, TraceError
from ledger.trace.units import local_day

Made = NewMember | RegisterProduct | NewPlace | Opening | NewStock | NewGoods

_CHECKS: Mapping[str, Callable[[Draft, TableRow], Made]] = MappingProxyType(
    {
        "members": check_member,
        "products": check_product,
        "places": check_place,
        "seasons": check_season,
        "supplies": check_stock,
        "goods": check_goods,
    }
)


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row, and what is to be written of it."""

    row: TableRow
    made: Made = field(repr=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be written of ``file`` by ``actor`` on ``day``, and what it was checked against."""

    file: SetupFile = field(repr=False)
    actor: Actor
    rows: tuple[PlannedRow, ...]
    day: date
    books: Books = field(repr=False)
    seasons: tuple[str, ...]
    standing: Standing = field(repr=False)

    def holds(self, desk: Desk, actor: Actor, file: SetupFile) -> bool:
        """Whether it is the plan of this file, by this actor, and the books still say what they said then."""
        return (
            (self.actor, self.day) == (actor, local_day(desk.now))
            and self.file == file
            and self.books == read_books(desk.session, actor.organisation, self.day)
            and self.standing == read_standing(desk.session, actor.organisation, self.seasons)
        )


def plan_file(desk: Desk, actor: Actor, file: SetupFile) -> Plan:
    """What is to be written of the file, in the order of the work. Raises ``SheetError`` with every fault."""
    draft = _begin(desk, actor, file)
    problems = list(file.problems)
    faulty = {(item.sheet, item.row) for item in problems}
    tables = {table.code: table for table in TABLES}
    planned: list[PlannedRow] = []
    for done, row in enumerate(file.rows, start=1):
        table = tables[row.table]
        if (table.title, row.number) in faulty or lacks(row, table):
            _fail(draft.names, row)
        else:
            problems += _check(draft, row, planned)
        tell(done, len(file.rows))
    if problems:
        raise SheetError("rows at fault", problems=tuple(sorted(problems, key=_reading_order)))
    seasons = draft.seasons_asked()
    standing = read_standing(desk.session, actor.organisation, seasons)
    return Plan(file, actor, tuple(planned), draft.today, draft.books, seasons, standing)


def problems_of(row: TableRow, error: CoopError | TraceError) -> Iterator[CellProblem]:
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


def _begin(desk: Desk, actor: Actor, file: SetupFile) -> Draft:
    books = read_books(desk.session, actor.organisation, local_day(desk.now))
    names = read_names(desk.session, desk.vault, actor.organisation, books)
    given = (row.text("code").upper() for row in file.rows if row.table == "members")
    return Draft(desk, actor, books, names, free_member_codes(books, given))


def _check(draft: Draft, row: TableRow, planned: list[PlannedRow]) -> Sequence[CellProblem]:
    try:
        planned.append(PlannedRow(row, _CHECKS[row.table](draft, row)))
    except FaultyRowError as error:
        _fail(draft.names, row)
        return error.problems
    except (CoopError, TraceError) as error:
        _fail(draft.names, row)
        return tuple(problems_of(row, error))
    return ()


def _fail(names: Names, row: TableRow) -> None:
    """What the row would have made is not there, and whoever names it is not to blame."""
    made = {"members": names.members, "products": names.products, "places": names.places}.get(row.table)
    if made is not None:
        made.fail(row.text("code"), row.text("name"))


def _reading_order(problem: CellProblem) -> tuple[int, int, int, str]:
    titles = [table.title for table in TABLES]
    place = titles.index(problem.sheet) if problem.sheet in titles else len(titles)
    return (place, problem.row, len(problem.column), problem.column)
