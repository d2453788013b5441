"""Everything around printing that is not done every day: printers, designs, cartons, pictures."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import PACKING
from web.console.blueprint import console
from web.console.session import check_role


@console.get("/in-an")
def print_desk() -> ResponseReturnValue:
    """The way to each of them."""
    check_role(PACKING)
    return render_template("console/stamps/print_desk.html", back=url_for("console.home"))
