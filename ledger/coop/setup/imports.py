"""Files on their way into the books: sent, checked without writing anything, then written in one unit.

The state says what happened last, not what a process is doing: who does the work may be gone. Done again, a
checked file is checked again, and a written one is found written (its id is the idempotency key).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, Actor
from ledger.coop.errors import CellProblem, CommandError, NotFoundError, Problem
from ledger.coop.setup.setup_tables import ImportRow
from ledger.coop.spreadsheets.sheets import check_file
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.sealed_fields.disclosures import ORGANISATION, open_private, seal_private
from signing.vault import Vault

KEPT_FOR = timedelta(days=7)
"""How long a file that was not imported is kept."""
MAX_PROBLEMS = 1000
"""So many faulty cells of a file are told: who has more mends a column at a time."""


class ImportState(StrEnum):
    """What happened to a file last."""

    SENT = "sent"
    FAULTY = "faulty"
    READY = "ready"
    WRITING = "writing"
    WRITTEN = "written"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepImport(Command):
    """An XLSX or CSV file."""

    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeptImport:
    """The file's id."""

    id: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What is said of a file: rows by table, faulty cells (1,000 of ``fault_count``), a sentence."""

    counts: tuple[tuple[str, int], ...] = ()
    problems: tuple[CellProblem, ...] = field(default=(), repr=False)
    fault_count: int = 0
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class NoteImport(Command):
    """The file is in this state now, and what is said of it."""

    id: str
    state: ImportState
    report: ImportReport = ImportReport()


@dataclass(frozen=True, slots=True)
class DropImport(Command):
    """Forget the file."""

    id: str


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that was sent, as its page shows it."""

    id: str
    state: ImportState
    sent_at: datetime
    report: ImportReport


@use_case(MANAGEMENT)
def keep_import(unit: Unit, actor: Actor, command: KeepImport) -> KeptImport:
    """Keep the file until it is imported or dropped. Raises ``SheetError`` for what is no spreadsheet."""
    check_file(command.data)
    _forget_old(unit, actor)
    import_id = str(uuid4())
    row = ImportRow(
        id=import_id,
        organisation=actor.organisation,
        account_id=actor.account_id,
        state=ImportState.SENT.value,
        file_sealed=_seal(unit, actor, import_id, "file", command.data),
        report_sealed=None,
        sent_at=unit.now,
        changed_at=unit.now,
    )
    unit.session.add(row)
    return KeptImport(import_id)


@use_case(MANAGEMENT)
def note_import(unit: Unit, actor: Actor, command: NoteImport) -> KeptImport:
    """Note what happened to a file. Raises ``NotFoundError``."""
    row = _find(unit.session, actor, command.id)
    row.state, row.changed_at = command.state.value, unit.now
    text = json.dumps(_plain(command.report), ensure_ascii=False)
    row.report_sealed = _seal(unit, actor, row.id, "report", text.encode())
    if command.state is ImportState.WRITTEN:
        row.file_sealed = None
    return KeptImport(row.id)


@use_case(MANAGEMENT)
def drop_import(unit: Unit, actor: Actor, command: DropImport) -> KeptImport:
    """Forget a file and what was said of it. Raises ``NotFoundError``; ``CommandError`` once written."""
    row = _find(unit.session, actor, command.id)
    if row.state in (ImportState.WRITTEN, ImportState.WRITING):
        raise CommandError(Problem("id", "Tệp này đang ghi hoặc đã ghi vào sổ nên không bỏ được nữa."))
    row.state, row.file_sealed, row.report_sealed = ImportState.DROPPED.value, None, None
    row.changed_at = unit.now
    return KeptImport(row.id)


def read_import(session: Session, vault: Vault, actor: Actor, import_id: str) -> SentFile:
    """A file that was sent. Raises ``NotFoundError``, also for one that was dropped."""
    row = _find(session, actor, import_id)
    report = ImportReport()
    if row.report_sealed is not None:
        report = _parse(json.loads(_open(session, vault, row, "report", row.report_sealed)))
    return SentFile(row.id, ImportState(row.state), row.sent_at, report)


def read_import_file(session: Session, vault: Vault, actor: Actor, import_id: str) -> bytes:
    """The file itself. Raises ``NotFoundError``, also once it is written."""
    row = _find(session, actor, import_id)
    if row.file_sealed is None:
        raise NotFoundError("tệp", import_id)
    return _open(session, vault, row, "file", row.file_sealed)


def waiting_imports(session: Session, actor: Actor) -> tuple[tuple[str, datetime], ...]:
    """Ids and moments of the files that were sent and not written yet, newest first; at most ten."""
    waiting = [
        state.value for state in ImportState if state not in (ImportState.WRITTEN, ImportState.DROPPED)
    ]
    rows = session.execute(
        select(ImportRow.id, ImportRow.sent_at)
        .where(ImportRow.organisation == actor.organisation, ImportRow.state.in_(waiting))
        .order_by(ImportRow.sent_at.desc())
        .limit(10)
    )
    return tuple((row[0], row[1]) for row in rows)


def _find(session: Session, actor: Actor, import_id: str) -> ImportRow:
    row = session.get(ImportRow, import_id)
    if row is None or row.organisation != actor.organisation or row.state == ImportState.DROPPED:
        raise NotFoundError("tệp", import_id)
    return row


def _forget_old(unit: Unit, actor: Actor) -> None:
    unit.session.execute(
        update(ImportRow)
        .where(
            ImportRow.organisation == actor.organisation,
            ImportRow.sent_at < unit.now - KEPT_FOR,
            ImportRow.state != ImportState.WRITTEN.value,
        )
        .values(state=ImportState.DROPPED.value, file_sealed=None, report_sealed=None)
    )


def _plain(report: ImportReport) -> dict[str, object]:
    return {
        "counts": report.counts,
        "problems": [[p.row, p.column, p.sentence, p.sheet] for p in report.problems[:MAX_PROBLEMS]],
        "fault_count": report.fault_count,
        "sentence": report.sentence,
    }


def _parse(plain: dict[str, object]) -> ImportReport:
    def pairs(name: str) -> Iterable[list[object]]:
        found = plain[name]
        return found if isinstance(found, list) else []

    counts = tuple((str(code), int(str(count))) for code, count in pairs("counts"))
    problems = tuple(
        CellProblem(int(str(row)), str(column), str(sentence), str(sheet))
        for row, column, sentence, sheet in pairs("problems")
    )
    return ImportReport(counts, problems, int(str(plain["fault_count"])), str(plain["sentence"]))


def _purpose(import_id: str, what: str) -> str:
    return f"ledger.coop/import/{import_id}/{what}"


def _seal(unit: Unit, actor: Actor, import_id: str, what: str, data: bytes) -> bytes:
    purpose = _purpose(import_id, what)
    return seal_private(unit, actor.organisation, ORGANISATION, data, purpose=purpose)


def _open(session: Session, vault: Vault, row: ImportRow, what: str, sealed: bytes) -> bytes:
    purpose = _purpose(row.id, what)
    return open_private(session, vault, row.organisation, ORGANISATION, sealed, purpose=purpose)
