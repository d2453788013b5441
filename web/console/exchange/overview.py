"""Where everything that leaves the books for others is found from."""

from datetime import datetime

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, OFFICE, Actor
from ledger.coop.exchange.access_tokens import tokens_of
from ledger.coop.exchange.subscription_desk import count_undelivered, subscriptions_of
from ledger.coop.reports.queries import count_open_reports
from web.console.blueprint import console
from web.console.session import actor, check_role
from web.state import current


@console.get("/trao-doi")
def exchange() -> ResponseReturnValue:
    """The pages of this room, each with what waits there."""
    check_role(OFFICE)
    state = current()
    is_manager = not actor().roles.isdisjoint(MANAGEMENT)
    return render_template(
        "console/exchange/overview.html",
        is_manager=is_manager,
        counts=state.ledger.read(_counts, actor(), state.clock()) if is_manager else {},
        back=url_for("console.home"),
    )


def _counts(session: Session, actor: Actor, now: datetime) -> dict[str, int]:
    open_tokens = [
        token
        for token in tokens_of(session, actor.organisation)
        if token.revoked_at is None and token.expires_at > now
    ]
    return {
        "tokens": len(open_tokens),
        "subscriptions": len(subscriptions_of(session, actor)),
        "undelivered": count_undelivered(session, actor),
        "reports": count_open_reports(session, actor),
    }
