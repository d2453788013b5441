"""Paper of an order: its slip, the symbol by which it is paid, and the account behind that symbol."""

from flask import Response, abort, url_for
from flask.typing import ResponseReturnValue

from labels.errors import LabelError
from labels.pictures import stamp_svg
from labels.slips import slip_pdf
from ledger.coop.actors import MANAGEMENT, OFFICE
from ledger.coop.errors import LotStateError
from ledger.coop.orders.payments import read_payment_account, save_payment_account
from ledger.coop.orders.queries import read_order
from ledger.coop.orders.slips import read_order_slip
from web.console.blueprint import console
from web.console.orders.order_reading import READERS
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.forms.orders import PaymentForm
from web.languages import _
from web.paper.order_slips import order_slip, payment_symbol, slip_payment
from web.paper.picking_slips import Page
from web.state import current


@console.get("/don-hang/<order>/phieu-<any(a4, a5):page>.pdf")
def order_slip_file(order: str, page: Page) -> ResponseReturnValue:
    """What to fetch, as paper."""
    check_role(READERS)
    return _slip(order, page, with_payment=False)


@console.get("/don-hang/<order>/phieu-tra-tien-<any(a4, a5):page>.pdf")
def payment_slip_file(order: str, page: Page) -> ResponseReturnValue:
    """The same with the sum and the symbol to pay it by; only the office knows sums."""
    check_role(OFFICE)
    return _slip(order, page, with_payment=True)


@console.get("/don-hang/<order>/vietqr.svg")
def payment_picture(order: str) -> ResponseReturnValue:
    """The symbol by which an order is paid."""
    check_role(OFFICE)
    ledger = current().ledger
    found = ledger.read(read_order, ledger.vault, actor(), order)
    account = ledger.read(read_payment_account, ledger.vault, actor())
    if account is None:
        abort(404)
    symbol = payment_symbol(account, found.code, found.amount_due())
    return Response(stamp_svg(symbol.format()), mimetype="image/svg+xml")


@console.route("/tai-khoan-nhan-tien", methods=["GET", "POST"])
def payment_account() -> ResponseReturnValue:
    """The account that customers pay to."""
    check_role(MANAGEMENT)
    ledger, form = current().ledger, PaymentForm()
    known = ledger.read(read_payment_account, ledger.vault, actor())
    answers: dict[str, str | tuple[str, ...]] = (
        {} if known is None else {"bank": known.bank, "number": known.number, "holder": known.holder}
    )
    page = FormPage(
        _("Tài khoản nhận tiền"),
        form.inputs(None, answers),
        _("Lưu tài khoản"),
        url_for("console.orders"),
        lead=_("In thành mã VietQR, khách quét là có sẵn số tiền và mã đơn. Hãy quét thử trước khi in."),
    )
    return answer_form(page, form.parse, save_payment_account, lambda _: url_for("console.orders"))


def _slip(code: str, page: Page, *, with_payment: bool) -> Response:
    state = current()
    found = state.ledger.read(read_order_slip, state.ledger.vault, actor(), code)
    account = state.ledger.read(read_payment_account, state.ledger.vault, actor()) if with_payment else None
    payment = None
    if account is not None:
        payment = slip_payment(account, found.order.code, found.amount)
    url = state.config.public_url + url_for("console.order", order=found.order.code)
    try:
        pdf = slip_pdf(order_slip(found, url, page, payment))
    except LabelError as error:
        raise LotStateError(str(error), lot=found.order.code, sentence=str(error)) from error
    name = f"phieu-{found.order.code}.pdf"
    return Response(
        pdf, mimetype="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
