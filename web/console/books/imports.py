"""Registers from a spreadsheet: the blank workbook, sending a filled one, its faults, and writing it."""

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import MANAGEMENT
from ledger.coop.errors import CommandError, Problem
from ledger.coop.setup.blank_workbook import blank_workbook
from ledger.coop.setup.columns import TABLES
from ledger.coop.setup.imports import (
    DropImport,
    ImportState,
    KeepImport,
    KeptImport,
    drop_import,
    keep_import,
    read_import,
    read_import_file,
    waiting_imports,
)
from ledger.coop.setup.marked_workbook import marked_workbook
from web.console.blueprint import console
from web.console.books.import_work import begin, find_progress
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.forms.form import KEY
from web.forms.typed import Typed
from web.languages import _
from web.state import current

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGE = 50
_SECONDS = 2


@console.route("/nhap", methods=["GET", "POST"])
def import_files() -> ResponseReturnValue:
    """Send a workbook; those that wait."""
    check_role(MANAGEMENT)
    state = current()
    page = FormPage(
        _("Nhập từ tệp Excel"),
        (),
        _("Gửi và kiểm tra"),
        url_for("console.home"),
        lead=_("Thành viên, sản phẩm, nơi sản xuất, vụ, kho vật tư và hàng trong kho, tất cả trong một tệp."),
        template="console/books/import_files.html",
        refused=_("Chưa nhận tệp"),
        more={"tables": TABLES, "waiting": state.ledger.read(waiting_imports, actor())},
    )

    def parse(typed: Typed) -> KeepImport:
        sent = request.files.get("file")
        data = sent.read() if sent is not None else b""
        if not data:
            raise CommandError(Problem("file", _("Hãy chọn tệp Excel (.xlsx) hoặc CSV.")))
        return KeepImport(data=data, idempotency_key=typed.one(KEY) or None)

    def then(kept: KeptImport) -> str:
        begin(state, actor(), kept.id, writes=False)
        return url_for("console.sent_file", import_id=kept.id)

    return answer_form(page, parse, keep_import, then)


@console.get("/nhap/mau.xlsx")
def blank_file() -> ResponseReturnValue:
    """The workbook to fill in."""
    check_role(MANAGEMENT)
    return _file(blank_workbook(), "mau-nhap-so-goc.xlsx")


@console.get("/nhap/<import_id>")
def sent_file(import_id: str) -> ResponseReturnValue:
    """What is said of a file, fifty faults a page; while it is at work, how far it is."""
    check_role(MANAGEMENT)
    state = current()
    found = state.ledger.read(read_import, state.ledger.vault, actor(), import_id)
    progress = find_progress(state, import_id)
    problems = found.report.problems
    pages = max((len(problems) + PAGE - 1) // PAGE, 1)
    number = min(max(request.args.get("trang", 1, int), 1), pages)
    shown = make_response(
        render_template(
            "console/books/sent_file.html",
            sent=found,
            progress=progress,
            problems=problems[(number - 1) * PAGE : number * PAGE],
            number=number,
            pages=pages,
            titles={table.code: table.title for table in TABLES},
            is_ready=found.state is ImportState.READY,
            is_written=found.state is ImportState.WRITTEN,
            is_faulty=found.state is ImportState.FAULTY,
            is_writing=found.state is ImportState.WRITING,
            back=url_for("console.import_files"),
        )
    )
    if progress is not None:
        # The page has nothing to read or to fill in before the work is done, and it goes on without a script.
        shown.headers["Refresh"] = str(_SECONDS)
    return shown


@console.post("/nhap/<import_id>/kiem-tra")
def check_again(import_id: str) -> ResponseReturnValue:
    """Check a file again, after somebody mended the books."""
    return _begin(import_id, writes=False)


@console.post("/nhap/<import_id>/ghi")
def write_import(import_id: str) -> ResponseReturnValue:
    """Write a file into the books. A second time finds it written."""
    return _begin(import_id, writes=True)


@console.post("/nhap/<import_id>/bo")
def forget_import(import_id: str) -> ResponseReturnValue:
    """Forget a file."""
    check_role(MANAGEMENT)
    current().ledger.write(drop_import, actor(), DropImport(import_id))
    return redirect(url_for("console.import_files"), 303)


@console.get("/nhap/<import_id>/danh-dau.xlsx")
def marked_file(import_id: str) -> ResponseReturnValue:
    """The file with its faults marked."""
    check_role(MANAGEMENT)
    ledger = current().ledger
    found = ledger.read(read_import, ledger.vault, actor(), import_id)
    data = ledger.read(read_import_file, ledger.vault, actor(), import_id)
    return _file(marked_workbook(data, found.report.problems), "cho-can-sua.xlsx")


def _begin(import_id: str, *, writes: bool) -> ResponseReturnValue:
    check_role(MANAGEMENT)
    state = current()
    found = state.ledger.read(read_import, state.ledger.vault, actor(), import_id)
    if found.state is not ImportState.WRITTEN:
        begin(state, actor(), import_id, writes=writes)
    return redirect(url_for("console.sent_file", import_id=import_id), 303)


def _file(data: bytes, name: str) -> Response:
    return Response(data, mimetype=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})
