"""What a neighbour may try with programs' access; each attack makes first what it is after."""

from collections.abc import Callable
from itertools import count
from typing import Any

from ledger.coop.exchange.access_tokens import AccessToken, MakeToken, RevokeToken, Scope, make_token
from ledger.coop.exchange.named_queries import create_query
from ledger.coop.exchange.subscription_desk import RetrySubscription, StopSubscription
from ledger.coop.exchange.subscriptions import subscribe
from ledger.coop.exchange.tables import AccessTokenRow, SubscriptionRow
from ledger.coop.links.adding import AddLink, add_link
from ledger.coop.reports.reporting import ReportPage, ReportReason, report_page
from ledger.trace.passports.verdicts import Verdict
from tests.support.exchange import holder_of

NAMES = map("query-{}".format, count())
EXCHANGE_TABLES = (AccessTokenRow, SubscriptionRow)


def _token(victim: Any) -> str:
    command = MakeToken(label="máy kế toán", scopes=frozenset({Scope.QUERY}))
    made: AccessToken = victim.world.run(make_token, command)
    return made.id


def _subscription(victim: Any) -> str:
    holder, name = holder_of(victim.world), next(NAMES)
    victim.world.ledger.write(create_query, holder, {"name": name, "query": {}})
    told = {"dest": "https://nhan.example.vn/", "stream": True}
    made: str = victim.world.ledger.write(subscribe, holder, name, told).id
    return made


EXCHANGE_ATTACKS: dict[str, list[Callable[[Any], Any]]] = {
    "make_token": [lambda v: MakeToken(label="x", scopes=frozenset({Scope.QUERY}), partner=v.partner)],
    "revoke_token": [lambda v: RevokeToken(token_id=_token(v))],
    "retry_subscription": [lambda v: RetrySubscription(_subscription(v))],
    "stop_subscription": [lambda v: StopSubscription(_subscription(v))],
}


def told_to_others(world: Any, lot: str) -> dict[str, Any]:
    """A link, a program's token, what is sent to it and what the public reported, by the routes' names."""
    given = AddLink(product="NHO", link_type="faqs", target="https://cho.example.vn/", title="Cửa hàng")
    made = holder_of(world)
    world.ledger.write(create_query, made, {"name": "all", "query": {}})
    told = {"dest": "https://nhan.example.vn/hook", "stream": True}
    page = ReportPage(world.coop.code, ReportReason.FACTS, Verdict.VALID, lot, text="Nho hạ đen")
    return {
        "link_id": world.run(add_link, given).id,
        "token_id": made.token_id,
        "subscription_id": world.ledger.write(subscribe, made, "all", told).id,
        "report_id": world.ledger.write(report_page, page).id,
        "form": "nd37",
    }
