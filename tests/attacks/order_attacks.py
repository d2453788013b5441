"""What a neighbour may try with orders, teams and deliveries; ``test_coop_isolation`` tries it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ledger.coop.goods.deliveries import Deliver
from ledger.coop.order_tables import (
    AllotmentRow,
    OrderLineRow,
    OrderRow,
    OrderTaskRow,
    TeamMemberRow,
    TeamRow,
)
from ledger.coop.orders.accepting import AgreeOrder, DeclineOrder, TeamAnswer
from ledger.coop.orders.allotment_checks import LinePortion
from ledger.coop.orders.allotting import AllotOrder
from ledger.coop.orders.cancelling import CancelOrder, ReopenOrder
from ledger.coop.orders.delivering import Counted, PackOrder, ReceiveOrder, ShipOrder
from ledger.coop.orders.teams import CloseTeam, SaveTeam
from ledger.coop.orders.writing import OrderLine, WriteOrder

KG = Decimal(1)
ORDER_TABLES = (OrderRow, OrderLineRow, OrderTaskRow, AllotmentRow, TeamRow, TeamMemberRow)
"""Rows that a thief would like to change."""


def wanted(product: str) -> OrderLine:
    """A kilogram of a product."""
    return OrderLine(product, "KGM", KG)


ORDER_ATTACKS: dict[str, list[Callable[[Any], Any]]] = {
    "deliver": [
        lambda v: Deliver(portions=((v.sealed, KG),), to_partner="khách lẻ", done_on=v.world.today),
        lambda v: Deliver(portions=((v.own_raw, KG),), to_partner=v.partner, done_on=v.world.today),
        lambda v: Deliver(
            portions=((v.own_raw, KG), (v.sealed, KG)), to_partner="khách lẻ", done_on=v.world.today
        ),
    ],
    "write_order": [
        lambda v: WriteOrder(customer=v.partner, due_on=v.world.today, lines=(wanted("CUAMINH"),)),
        lambda v: WriteOrder(customer=v.own_partner, due_on=v.world.today, lines=(wanted("NHO"),)),
        lambda v: WriteOrder(
            customer=v.own_partner, due_on=v.world.today, lines=(wanted("CUAMINH"),), order=v.draft
        ),
    ],
    "agree_order": [
        lambda v: AgreeOrder(order=v.draft),
        lambda v: AgreeOrder(order=v.own_draft, teams=(v.team,)),
    ],
    "accept_order": [
        lambda v: TeamAnswer(order=v.order, team=v.team),
        lambda v: TeamAnswer(order=v.order),
        lambda v: TeamAnswer(order=v.own_order, team=v.team),
    ],
    "decline_order": [
        lambda v: DeclineOrder(order=v.order, team=v.team, reason="trộm"),
        lambda v: DeclineOrder(order=v.own_order, team=v.team, reason="trộm"),
    ],
    "finish_task": [lambda v: TeamAnswer(order=v.order, team=v.team)],
    "allot_order": [
        lambda v: AllotOrder(order=v.order),
        lambda v: AllotOrder(order=v.own_order, portions=(LinePortion(1, v.sealed, KG),)),
    ],
    "pack_order": [lambda v: PackOrder(order=v.order)],
    "ship_order": [lambda v: ShipOrder(order=v.order, done_on=v.world.today)],
    "receive_order": [lambda v: ReceiveOrder(order=v.order, counted=(Counted(v.shipment, KG),))],
    "reopen_order": [lambda v: ReopenOrder(order=v.order)],
    "cancel_order": [lambda v: CancelOrder(order=v.order, reason="trộm")],
    "save_team": [
        lambda v: SaveTeam("Tổ của trộm", "packing", id=v.team),
        lambda v: SaveTeam("Tổ của trộm", "packing", (v.member,)),
    ],
    "close_team": [lambda v: CloseTeam(v.team)],
}
