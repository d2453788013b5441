"""Stocktaking: the sheet with what the books say, and what was counted beside it."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import WORKSHOP
from ledger.coop.goods.stocktaking import StockTaken, take_stock
from ledger.coop.quantities import unit_name
from ledger.coop.stock_queries import NOWHERE, Stock, read_stock
from ledger.trace.tables import LotKind
from web.console.blueprint import console
from web.console.choices import step_options
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.forms.inputs import Input, InputKind
from web.forms.stock import CAUSE_OPTIONS, COUNTS, CountLine, TakeStockForm, fill_counts
from web.forms.typed import Typed
from web.languages import _, join, translate
from web.state import current


@console.route("/kiem-ke", methods=["GET", "POST"])
def count_stock() -> ResponseReturnValue:
    """Count the lots of a store (``noi``), or of the whole house; a blank line is not counted."""
    check_role(WORKSHOP)
    state = current()
    place = request.args.get("noi", "")[:20]
    found = state.ledger.read(read_stock, actor(), place=place, number=request.args.get("trang", 1, int))
    if place == NOWHERE:
        return redirect(url_for("console.count_stock"), 303)
    lines = _lines(found)
    if request.method == "POST":
        lines = fill_counts(lines, Typed.of(request.form.lists()))
    form = TakeStockForm(None, leave_out=("place",))
    options = state.ledger.read(step_options, state.ledger.vault, actor())
    page = FormPage(
        _("Kiểm kê kho"),
        (
            Input(COUNTS, _("Đếm từng lô"), InputKind.LOTS),
            *form.inputs(options, {"done_on": state.today.isoformat()}),
        ),
        _("Ghi kiểm kê"),
        url_for("console.stock", noi=place) if place else url_for("console.stock"),
        lead=_("Ghi số đếm được. Lô nào để trống thì không đếm."),
        template="console/goods/stocktaking.html",
        more={"lines": lines, "causes": CAUSE_OPTIONS, "stock": found, "place": place},
    )
    return answer_form(page, lambda typed: form.parse(typed, place=place or None), take_stock, _after)


@console.get("/kiem-ke/xong")
def stock_counted() -> ResponseReturnValue:
    """What a count came to: the entries, and what must be seen to."""
    check_role(WORKSHOP)
    return render_template(
        "console/goods/stock_counted.html",
        indexes=[
            int(part) for part in request.args.get("dong", "").split("-") if part.isascii() and part.isdigit()
        ],
        told=frozenset(request.args.getlist("nhac")),
        back=url_for("console.stock"),
    )


def _after(taken: StockTaken) -> str:
    return url_for(
        "console.stock_counted",
        dong="-".join(str(item.index) for item in taken.lots),
        nhac=sorted({notice.guard for notice in taken.warnings}),
    )


def _lines(found: Stock) -> tuple[CountLine, ...]:
    return tuple(
        CountLine(
            lot=line.card.lot,
            title=f"{line.card.product} {line.card.code}",
            sub=join(" · ", (translate(name) for _code, name, _left in line.where)),
            booked=line.here,
            unit=_("gói") if line.card.kind == LotKind.PACK else _(unit_name(line.card.uom)),
        )
        for line in found.lines
    )
