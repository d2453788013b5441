"""The trace box takes any name of goods; the trace of a lot goes both ways: a picture, a list, a file."""

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import PACKING, RECEIVING, SHIPPING, WORKSHOP
from ledger.coop.errors import NotFoundError
from ledger.coop.tracing.finding import MAX_MATCHES, Name, find_traced
from ledger.coop.tracing.lot_trace import LotTrace, trace_lot
from ledger.trace.errors import UnknownLotError
from ledger.trace.identifiers import lot_code_of, parse_identifier, path_of
from web.console.blueprint import console
from web.console.downloads import CSV, XLSX, download
from web.console.session import actor, check_role
from web.console.tracing.picture import HEIGHT, WIDTH, draw
from web.languages import _
from web.paper.trace_sheets import as_csv, as_xlsx, trace_rows
from web.state import current

TRACERS = WORKSHOP | SHIPPING | RECEIVING
MAX_SHOWN = 200
"""Lots and shipments of one list on the page; the file has them all."""

NAME_WORDS = {
    Name.STAMP: _("Mã tem"),
    Name.LOT: _("Số lô"),
    Name.CARTON: _("Thùng, pa-lét"),
    Name.ORDER: _("Đơn hàng"),
    Name.SHIPMENT: _("Chuyến hàng"),
    Name.SUPPLIER_LOT: _("Số lô của bên bán"),
    Name.VEHICLE: _("Biển số xe"),
}
KIND_WORDS = {
    "season": _("Vụ"),
    "raw": _("Hàng rời"),
    "processed": _("Đã sơ chế, chế biến"),
    "pack": _("Đã đóng gói"),
    "foreign": _("Lô ngoài"),
    "withdrawn": _("Đã gạch bỏ"),
}


@console.get("/truy-vet")
def trace_box() -> ResponseReturnValue:
    """One box for any name; what can be only one lot leads to it at once."""
    check_role(TRACERS)
    state = current()
    typed = request.args.get("ma", "")
    found = state.ledger.read(find_traced, state.ledger.vault, actor(), state.ledger.id_base, typed)
    if len(found) == 1:
        return redirect(url_for("console.trace_of", lot=found[0].lot), 303)
    return render_template(
        "console/tracing/box.html",
        typed=typed,
        found=found,
        names=NAME_WORDS,
        is_cut=len(found) >= MAX_MATCHES,
        may_hold=not actor().roles.isdisjoint(PACKING | SHIPPING),
        back=url_for("console.home"),
    )


@console.get("/truy-vet/<lot:lot>")
def trace_of(lot: str) -> ResponseReturnValue:
    """A lot in both directions."""
    check_role(TRACERS)
    trace = _read(lot)
    return render_template(
        "console/tracing/trace.html",
        trace=trace,
        picture=draw(trace),
        box=(WIDTH, HEIGHT),
        kinds=KIND_WORDS,
        most=MAX_SHOWN,
        passport=path_of(parse_identifier(lot)),
        back=url_for("console.trace_box"),
    )


@console.get("/truy-vet-csv/<lot:lot>")
def trace_csv(lot: str) -> Response:
    """The lots of the trace as CSV."""
    check_role(TRACERS)
    rows = next(iter(trace_rows(_read(lot)).values()))
    return download(as_csv(rows), CSV, f"truy-vet-{lot_code_of(lot)}.csv")


@console.get("/truy-vet-xlsx/<lot:lot>")
def trace_xlsx(lot: str) -> Response:
    """The trace as a workbook: lots, where they came from, where they went."""
    check_role(TRACERS)
    return download(as_xlsx(trace_rows(_read(lot))), XLSX, f"truy-vet-{lot_code_of(lot)}.xlsx")


def _read(lot: str) -> LotTrace:
    ledger = current().ledger
    try:
        return ledger.read(trace_lot, ledger.vault, actor(), lot)
    except UnknownLotError as error:
        raise NotFoundError(_("lô"), lot_code_of(lot)) from error
