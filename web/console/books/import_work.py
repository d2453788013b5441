"""The work on a file that was sent, beside the request: checking it or writing it, and how far it is.

A thread of this process does it: it checks beside the writers, and writes in one unit. How far it is stands
in a small file, since the next request may reach another process; when that file is not touched for a while,
whoever did the work is gone, and nothing was written.
"""

import logging
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.desks import Reader
from ledger.coop.errors import CoopError, SheetError
from ledger.coop.setup.importing import ImportBooks, check_import, import_books
from ledger.coop.setup.imports import ImportReport, ImportState, NoteImport, note_import, read_import_file
from ledger.coop.setup.planning import Plan
from ledger.coop.setup.progress import listening, silently
from ledger.coop.setup.reading import SetupFile, read_setup_file
from ledger.trace.errors import TraceError
from web.languages import _
from web.state import State

_log = logging.getLogger(__name__)

FOLDER = "imports"
"""Below the data folder."""
GONE_AFTER_S = 90
PATIENCE_S = 1.0
"""So long the request waits for the work: most files are done by then, and nobody sees a bar."""
_FAILED = _("Máy gặp trục trặc giữa chừng. Chưa ghi dòng nào. Hãy làm lại; nếu vẫn vậy, gọi người cài đặt.")


@dataclass(frozen=True, slots=True)
class Progress:
    """So many rows of ``total`` are done; both 0 while the file is read."""

    done: int
    total: int


def begin(state: State, who: Actor, import_id: str, *, writes: bool) -> None:
    """Check the file, or write it, unless somebody is at it; waits a moment for small files."""
    if find_progress(state, import_id) is not None:
        return
    _tell(state, import_id, 0, 0)
    worker = Thread(target=_work, args=(state, who, import_id), kwargs={"writes": writes}, daemon=True)
    worker.start()
    worker.join(PATIENCE_S)


def find_progress(state: State, import_id: str) -> Progress | None:
    """How far the work is; ``None`` when nobody is at it."""
    path = _path(state, import_id)
    try:
        done, total = path.read_text(encoding="ascii").split()
        is_gone = time.time() - path.stat().st_mtime > GONE_AFTER_S
    except (OSError, ValueError):
        return None
    return None if is_gone else Progress(int(done), int(total))


def _work(state: State, who: Actor, import_id: str, *, writes: bool) -> None:
    try:
        with listening(lambda done, total: _tell(state, import_id, done, total)):
            noted = _write(state, who, import_id) if writes else _check(state, who, import_id)
        state.ledger.write(note_import, who, noted)
    except Exception:  # noqa: BLE001  # the thread's last word: nobody else would hear of it
        _log.exception("import %s failed", import_id)
        with suppress(Exception):
            failed = NoteImport(import_id, ImportState.FAULTY, ImportReport(sentence=_FAILED))
            state.ledger.write(note_import, who, failed)
    finally:
        with suppress(OSError):
            _path(state, import_id).unlink()


def _check(state: State, who: Actor, import_id: str) -> NoteImport:
    """Look at every row beside the writers: what is said is what writing would say."""
    try:
        file = _file(state, who, import_id)
        state.ledger.read(_plan, state, who, file)
    except (CoopError, TraceError) as error:
        return _faulty(import_id, error)
    return NoteImport(import_id, ImportState.READY, ImportReport(file.counts))


def _write(state: State, who: Actor, import_id: str) -> NoteImport:
    try:
        file = _file(state, who, import_id)
        state.ledger.write(note_import, who, NoteImport(import_id, ImportState.WRITING))
        with silently():  # the rows that are waited for are the written ones
            plan = state.ledger.read(_plan, state, who, file)
        command = ImportBooks(file=file, plan=plan, idempotency_key=f"import:{import_id}")
        imported = state.ledger.write(import_books, who, command)
    except (CoopError, TraceError) as error:
        return _faulty(import_id, error)
    return NoteImport(import_id, ImportState.WRITTEN, ImportReport(imported.counts))


def _file(state: State, who: Actor, import_id: str) -> SetupFile:
    return read_setup_file(state.ledger.read(read_import_file, state.ledger.vault, who, import_id))


def _plan(session: Session, state: State, who: Actor, file: SetupFile) -> Plan:
    desk = Reader.at(session, state.ledger.vault, state.ledger.id_base, state.clock())
    return check_import(desk, who, file)


def _faulty(import_id: str, error: CoopError | TraceError) -> NoteImport:
    problems = error.problems if isinstance(error, SheetError) else ()
    report = ImportReport((), problems, len(problems), "" if problems else error.sentence)
    return NoteImport(import_id, ImportState.FAULTY, report)


def _tell(state: State, import_id: str, done: int, total: int) -> None:
    path = _path(state, import_id)
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{done} {total}", encoding="ascii")


def _path(state: State, import_id: str) -> Path:
    return state.config.data / FOLDER / import_id
