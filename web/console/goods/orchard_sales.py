"""Sold at the orchard: one screen for harvest and sale."""

from flask import url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import FIELD_WORK
from ledger.coop.errors import NotFoundError
from ledger.coop.goods.orchard_sales import sell_at_orchard
from ledger.coop.lots import SeasonInHand, find_open_season
from ledger.trace.identifiers import lot_code_of
from web.console.blueprint import console
from web.console.choices import partner_options, step_options
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.console.stations import taking_step
from web.forms.deliveries import TO_RETAIL
from web.forms.stock import OrchardSaleForm
from web.languages import _
from web.state import current


@console.route("/ban-tai-vuon/<lot:season>", methods=["GET", "POST"])
def sell_here(season: str) -> ResponseReturnValue:
    """What was just picked leaves with who bought it."""
    check_role(FIELD_WORK)
    state = current()
    found: SeasonInHand = state.ledger.read(find_open_season, actor(), season)
    step = taking_step(found.sector)
    if step is None:
        raise NotFoundError(_("việc thu hoạch"), lot_code_of(season))
    form = OrchardSaleForm(step, leave_out=("place",))
    options = dict(state.ledger.read(step_options, state.ledger.vault, actor()))
    partners = state.ledger.read(partner_options, state.ledger.vault, actor())
    options["to_partner"] = (TO_RETAIL, *partners)
    page = FormPage(
        _("Bán tại vườn"),
        form.inputs(options, {"done_on": state.today.isoformat(), "to_partner": TO_RETAIL.value}),
        _("Ghi thu và bán"),
        url_for("console.season", season=season),
        lead=_(
            "Vụ %(lot_code)s. Ghi một lần cả thu hoạch và bán, lô này giao hết cho người mua.",
            lot_code=lot_code_of(season),
        ),
        template="console/goods/orchard_sale.html",
        more={"first": form.first},
    )
    return answer_form(
        page,
        lambda typed: form.parse(typed, season=season, step=step.code),
        sell_at_orchard,
        lambda sold: url_for("console.entry", index=sold.index, moi=1),
    )
