"""The book of stamps: what was given out, what became of it, and whether the sums agree."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import OFFICE, PACKING, SHIPPING
from ledger.coop.stamps.stamp_book import stamp_book as read_stamp_book
from ledger.coop.stamps.stamp_quotas import quotas
from web.console.blueprint import console
from web.console.choices import account_names
from web.console.session import actor, check_role
from web.state import current


@console.get("/so-tem")
def stamp_book() -> ResponseReturnValue:
    """The totals, the sponsors' quotas, and the print jobs, newest first."""
    check_role(PACKING | OFFICE | SHIPPING)
    ledger, may = current().ledger, actor().roles
    sold = request.args.get("ban", "")
    return render_template(
        "console/stamps/stamp_book.html",
        book=ledger.read(read_stamp_book, actor()),
        quotas=ledger.read(quotas, actor()),
        names=ledger.read(account_names, actor()),
        sold=int(sold) if sold.isascii() and sold.isdigit() and len(sold) < 10 else None,
        may_pack=not may.isdisjoint(PACKING),
        may_sell=not may.isdisjoint(SHIPPING),
        back=url_for("console.home"),
    )
