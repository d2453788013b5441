"""What the cooperative expects to harvest, month by month, and what was said of one season."""

from flask import render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from ledger.coop.field.observations import Expectation, forecast, read_expectations
from ledger.coop.land.plots import READERS
from web.console.blueprint import console
from web.console.session import actor, check_role, find_actor
from web.state import current

PAGE = 50


@console.record_once
def know_expectations(setup: BlueprintSetupState) -> None:
    """Let a season's page say what was expected of it, and since when."""
    setup.app.jinja_env.globals["expectations_of"] = expectations_of


def expectations_of(season: str) -> tuple[Expectation, ...]:
    """What was said of a season, the newest first."""
    who = find_actor()
    return () if who is None else tuple(reversed(current().ledger.read(read_expectations, who, season)))


@console.get("/du-kien")
def expected() -> ResponseReturnValue:
    """The months with their sums, and the seasons of one of them, fifty a page."""
    check_role(READERS)
    months = current().ledger.read(forecast, actor())
    chosen = min(max(request.args.get("thang", 0, int), 0), max(len(months) - 1, 0))
    page = min(max(request.args.get("trang", 1, int), 1), 1000)
    lines = months[chosen].lines if months else ()
    return render_template(
        "console/field/expected.html",
        months=months,
        chosen=chosen,
        lines=lines[(page - 1) * PAGE : page * PAGE],
        page=page,
        pages=max(1, -(-len(lines) // PAGE)),
        back=url_for("console.home"),
    )
