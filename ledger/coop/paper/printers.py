"""The cooperative's printers: what was measured once with a ruler page is used by every job from then on.

A job keeps its own copy, so a printer may be measured again or removed without changing what was ordered.
"""

from dataclasses import dataclass, replace
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.coop.actors import PACKING, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import AlreadyExistsError, CommandError, NotFoundError, Problem
from ledger.coop.paper.print_specs import PrintSpec, check_spec, format_spec, parse_spec
from ledger.coop.paper.print_tables import PrinterRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit

MAX_PRINTERS = 50
"""Printers of one cooperative."""


@dataclass(frozen=True, slots=True)
class SavePrinter(Command):
    """A new printer, or (with its ``id``) other values for one.

    ``spec`` is how it prints unless a job says otherwise; used cells and scratch codes are each job's own.
    """

    name: str
    spec: PrintSpec
    is_default: bool = False
    id: str | None = None


@dataclass(frozen=True, slots=True)
class RemovePrinter(Command):
    """A printer that is no longer there."""

    id: str


@dataclass(frozen=True, slots=True)
class Printer:
    """A printer as it is offered. At most one of a cooperative's is the default."""

    id: str
    name: str
    spec: PrintSpec
    is_default: bool

    def fits(self, spec: PrintSpec) -> PrintSpec:
        """``spec`` on this printer: its file, paper, resolution and profile; design and the rest are kept."""
        own = self.spec
        return replace(
            spec,
            file=own.file,
            paper=own.paper,
            grid=own.grid,
            dpi=own.dpi,
            offset_x_mm=own.offset_x_mm,
            offset_y_mm=own.offset_y_mm,
            scale_x=own.scale_x,
            scale_y=own.scale_y,
        )


@use_case(PACKING)
def save_printer(unit: Unit, actor: Actor, command: SavePrinter) -> Printer:
    """Add or change a printer; the first one is the default.

    Raises ``NotFoundError`` (id), ``AlreadyExistsError`` (name), ``CommandError``.
    """
    checks = Checks()
    name = checks.text("name", "tên máy in", command.name, 60)
    spec = replace(command.spec, used_cells=0, has_secret=False)
    check_spec(checks, spec)
    checks.finish()
    row = _new_row(unit, actor) if command.id is None else _own_row(unit.session, actor, command.id)
    _check_name(unit.session, actor, name, row.id)
    row.name = name
    row.spec = format_spec(spec)
    row.saved_at = unit.now
    if command.is_default or row.is_default:
        _make_default(unit.session, actor, row)
    unit.session.add(row)
    unit.session.flush()
    return _printer(row)


@use_case(PACKING)
def remove_printer(unit: Unit, actor: Actor, command: RemovePrinter) -> Printer:
    """Take a printer off the list; gives it as it was. Raises ``NotFoundError``."""
    row = _own_row(unit.session, actor, command.id)
    unit.session.delete(row)
    unit.session.flush()
    return _printer(row)


def list_printers(session: Session, actor: Actor) -> tuple[Printer, ...]:
    """The organisation's printers: the default first, then by name."""
    rows = session.scalars(
        select(PrinterRow)
        .where(PrinterRow.organisation == actor.organisation)
        .order_by(PrinterRow.is_default.desc(), PrinterRow.name)
    )
    return tuple(_printer(row) for row in rows)


def find_printer(session: Session, actor: Actor, printer_id: str) -> Printer:
    """The organisation's printer with this id. Raises ``NotFoundError``."""
    return _printer(_own_row(session, actor, printer_id))


def _new_row(unit: Unit, actor: Actor) -> PrinterRow:
    owned = select(func.count()).where(PrinterRow.organisation == actor.organisation)
    known = unit.session.scalar(owned) or 0
    if known >= MAX_PRINTERS:
        sentence = f"Hợp tác xã đã có {MAX_PRINTERS} máy in. Hãy xóa máy không dùng nữa."
        raise CommandError(Problem("name", sentence))
    return PrinterRow(id=str(uuid4()), organisation=actor.organisation, is_default=known == 0)


def _own_row(session: Session, actor: Actor, printer_id: str) -> PrinterRow:
    row = session.get(PrinterRow, printer_id)
    if row is None or row.organisation != actor.organisation:
        raise NotFoundError("máy in", printer_id)
    return row


def _check_name(session: Session, actor: Actor, name: str, own_id: str) -> None:
    same = select(PrinterRow.id).where(PrinterRow.organisation == actor.organisation, PrinterRow.name == name)
    if session.scalar(same) not in (None, own_id):
        raise AlreadyExistsError("máy in", name)


def _make_default(session: Session, actor: Actor, row: PrinterRow) -> None:
    defaults = select(PrinterRow).where(
        PrinterRow.organisation == actor.organisation, PrinterRow.is_default.is_(True)
    )
    for other in session.scalars(defaults):
        other.is_default = False
    row.is_default = True


def _printer(row: PrinterRow) -> Printer:
    return Printer(row.id, row.name, parse_spec(row.spec), row.is_default)
