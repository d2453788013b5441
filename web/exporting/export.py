"""One export from beginning to end, in the order that leaves the folder whole wherever it stops.

Pages and bundles first, then the tiles, then the checkpoint, then the first page. A folder that was left in
the middle holds the old checkpoint with all its tiles, and newer files beside it; the next run goes on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from ledger.log.checkpoints import parse_checkpoint_note
from web.exporting.folder import Folder
from web.exporting.log_files import begin_log, check_export, check_folder, count_tiles, export_log
from web.exporting.lots import Tally
from web.exporting.pages import ListedOrganisation, PageExport
from web.state import State


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export did: the log's size in it, the size before (``None``: there was none), files, tally."""

    size: int
    size_before: int | None
    written: int
    kept: int
    tally: Tally


@dataclass(frozen=True, slots=True)
class Progress:
    """Whom to tell: that ``total`` steps of a kind begin, and each step."""

    begin: Callable[[str, int | None], None]
    advance: Callable[[], None]


def export(app: Flask, state: State, root: Path, progress: Progress, *, is_checked: bool = False) -> Exported:
    """Bring the folder ``root`` to the state of the ledger; with ``is_checked``, read it back and prove it.

    Raises ``ExportError``, and ``LogError`` where the ledger itself is not whole.
    """
    folder, ledger = Folder(root), state.ledger
    with folder.held(), app.app_context():
        shown, _ = parse_checkpoint_note(state.shown_checkpoint)
        before = check_folder(folder, ledger, shown.size)
        begin_log(folder, ledger)
        pages = PageExport(state, folder)
        pages.export_shared()
        organisations = _export_pages(pages, progress)
        # Taken only now: what the bundles speak of is in this tree.
        note = state.shown_checkpoint
        checkpoint, _ = parse_checkpoint_note(note)
        progress.begin("Sổ", count_tiles(checkpoint.size))
        export_log(folder, ledger, note, progress.advance)
        pages.export_front(organisations, checkpoint.size)
        if is_checked:
            progress.begin("Kiểm tra lại", checkpoint.size)
            check_export(folder, checkpoint, lambda _: progress.advance())
    return Exported(checkpoint.size, before, folder.written, folder.kept, pages.tally)


def _export_pages(pages: PageExport, progress: Progress) -> list[ListedOrganisation]:
    progress.begin("Hợp tác xã", None)
    organisations = []
    for organisation in pages.export_organisations():
        organisations.append(organisation)
        progress.advance()
    return organisations
