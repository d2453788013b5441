"""The component page: every piece that the console's pages are made of, in every state, for who builds them.

It is served by the application and not drawn for the documentation, so that it is made of the very macros
and stylesheets that it shows: it cannot be out of date, and what looks at every page looks at it too.
"""

from datetime import UTC, datetime

from flask import render_template, url_for

from ledger.coop.actors import MANAGEMENT
from web.console import component_samples as samples
from web.console.blueprint import console
from web.console.session import check_role
from web.state import current


@console.get("/thanh-phan")
def components() -> str:
    """One of everything, with invented contents; managers may look."""
    check_role(MANAGEMENT)
    state = current()
    base, today = state.ledger.id_base, state.today
    noon = datetime(today.year, today.month, today.day, 5, tzinfo=UTC)
    return render_template(
        "console/components.html",
        questions=samples.QUESTIONS,
        wrong=tuple(samples.wrong_questions()),
        seasons=samples.season_cards(base, today),
        lots=samples.lot_cards(base, noon),
        jobs=samples.job_cards(base),
        shipment=samples.shipment_card(base, today),
        entries=samples.entry_cards(base, today),
        back=url_for("console.account"),
    )


@console.get("/thanh-phan/tem")
def verdicts() -> str:
    """The band of each verdict, in the style of the public pages, which is not the console's."""
    check_role(MANAGEMENT)
    return render_template("console/verdicts.html", verdicts=samples.VERDICTS)
