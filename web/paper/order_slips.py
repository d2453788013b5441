"""The slip of an order as paper: what to fetch and, for whom the office gives it to, how to pay. Pure."""

from labels.slips import Slip, SlipPayment
from ledger.coop.orders.payments import PaymentAccount
from ledger.coop.orders.slips import OrderSlip
from ledger.coop.orders.vietqr import VietQr
from web.formats import format_date, format_money
from web.languages.catalogues import SOURCE
from web.languages.speaking import speaking
from web.paper.picking_slips import Page, line_of


@speaking(SOURCE)
def order_slip(found: OrderSlip, url: str, page: Page, payment: SlipPayment | None = None) -> Slip:
    """The slip; ``url`` is where its symbol leads: the order."""
    order = found.order
    recipient = order.customer if not order.destination else f"{order.customer}, {order.destination}"
    return Slip(
        code=order.code,
        url=url,
        organisation=found.sender,
        lines=tuple(map(line_of, found.lines)),
        recipient=recipient[:160],
        sent_on=format_date(order.due_on),
        remark=order.note or "",
        page=page,
        payment=payment,
    )


def payment_symbol(account: PaymentAccount, order: str, amount: int | None) -> VietQr:
    """What the symbol says: so many đồng for this order; the payer types the sum where there is none."""
    return VietQr(account.bank, account.number, amount or None, order)


@speaking(SOURCE)
def slip_payment(account: PaymentAccount, order: str, amount: int | None) -> SlipPayment:
    """The payment part of a slip."""
    return SlipPayment(
        payload=payment_symbol(account, order, amount).format(),
        account=f"{account.number}, {account.bank_name}, {account.holder}",
        # The typeface has no no-break space.
        amount=format_money(amount).replace("\u00a0", " ") if amount else "",
        purpose=order,
    )
