"""A set-up workbook into the books: every row is checked as its form would be, and all are written or none.

A file of thousands of rows is checked beside the writers, at a reader's desk. The unit that writes it looks
whether the books still say what they said then, and checks anew only if they do not.
"""

from dataclasses import dataclass, field

from ledger.coop.actors import MANAGEMENT, Actor, check_may
from ledger.coop.desks import Desk
from ledger.coop.replays import NOT_SAID
from ledger.coop.setup.planning import Plan, plan_file
from ledger.coop.setup.progress import silently
from ledger.coop.setup.reading import SetupFile
from ledger.coop.setup.writing import write_plan
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportBooks(Command):
    """A set-up file, read (``reading.read_setup_file``) outside the unit, and its ``plan`` if one was made.

    The plan says nothing that the file does not: a repeat is known by the file alone.
    """

    file: SetupFile = field(repr=False)
    plan: Plan | None = field(default=None, repr=False, metadata=NOT_SAID)


@dataclass(frozen=True, slots=True)
class BooksImported:
    """How many rows of each table were written."""

    counts: tuple[tuple[str, int], ...]


def check_import(desk: Desk, actor: Actor, file: SetupFile) -> Plan:
    """What is to be written of the file; nothing is, so any desk will do.

    Raises ``SheetError`` with every problem of every row, ``NotAllowedError``.
    """
    check_may(actor, MANAGEMENT)
    return plan_file(desk, actor, file)


@use_case(MANAGEMENT)
def import_books(unit: Unit, actor: Actor, command: ImportBooks) -> BooksImported:
    """Write every row of the file. Raises ``SheetError`` with every problem of every row; then none is."""
    plan = command.plan
    if plan is None or not plan.holds(unit, actor, command.file):
        with silently():
            plan = plan_file(unit, actor, command.file)
    write_plan(unit, actor, plan)
    return BooksImported(command.file.counts)
