"""The first page of everybody: their own work, and for who answers for others what needs a decision today."""

from datetime import date
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.coop.actors import (
    FIELD_WORK,
    MANAGEMENT,
    OFFICE,
    PACKING,
    RECEIVING,
    SHIPPING,
    WORKSHOP,
    Actor,
    Role,
)
from ledger.coop.exchange.subscription_desk import count_undelivered
from ledger.coop.field.last_time import steps_used
from ledger.coop.goods.outcomes import unsettled_shipments
from ledger.coop.goods.shipment_queries import read_awaited
from ledger.coop.orders.lists import orders_pressing
from ledger.coop.queries import (
    jobs_to_activate,
    lots_packed,
    lots_to_pack,
    lots_to_seal,
    shipments_sent,
    shipments_to_receive,
)
from ledger.coop.registers.certificates import list_certificates
from ledger.coop.registers.places import list_places
from ledger.coop.registers.products import list_products
from ledger.coop.reports.queries import count_open_reports
from ledger.coop.scans.scan_list import count_over_scanned
from ledger.coop.season_cards import list_seasons, open_templates
from ledger.coop.supplies.catalogue import KEEPERS
from ledger.coop.supplies.stock import expired_stock
from web.console.blueprint import console
from web.console.books.registers import REGISTERS
from web.console.decisions import Books, decide
from web.console.desk.checking import scan_box
from web.console.session import actor
from web.console.stations import quick_buttons
from web.state import current

MAX_CARDS = 12
"""So many seasons stand on a first page; the others are a tap away."""
DESK = frozenset({Role.MANAGER, Role.TEAM_LEAD, Role.ACCOUNTANT})
"""Who answers for others."""


@console.get("/")
def home() -> ResponseReturnValue:
    """What is there to do."""
    state, who = current(), actor()
    books = state.ledger.read(_read, who, state.today)
    is_desk = not who.roles.isdisjoint(DESK)
    receives = not who.roles.isdisjoint(RECEIVING | SHIPPING)
    return render_template(
        "console/home.html",
        books=books,
        is_desk=is_desk,
        decisions=decide(books, who.roles, state.today) if is_desk else (),
        quick=quick_buttons(books.templates, books.used),
        leads_team=Role.TEAM_LEAD in who.roles and who.roles.isdisjoint(OFFICE),
        in_field=not who.roles.isdisjoint(FIELD_WORK),
        in_workshop=not who.roles.isdisjoint(WORKSHOP),
        may=lambda *names: not who.roles.isdisjoint(names),
        open_group=_open_group(who.roles),
        receives=receives,
        desk=scan_box() if receives and not is_desk and who.roles.isdisjoint(WORKSHOP) else None,
        registers=[
            (name, kept)
            for name, kept in REGISTERS.items()
            if not who.roles.isdisjoint(kept.writers | OFFICE)
        ],
        today=state.today,
    )


def _open_group(roles: frozenset[Role]) -> str:
    """The group of links that lies open: one's own work. Who answers for all has decisions to see first."""
    if not roles.isdisjoint(MANAGEMENT):
        return ""
    own = {"books": OFFICE, "goods": PACKING, "orders": RECEIVING}
    return next((name for name, workers in own.items() if not roles.isdisjoint(workers)), "field")


def _read(session: Session, actor: Actor, today: date) -> Books:
    """Everything that a first page may show, for those who may see it."""
    roles = actor.roles
    may_see_goods = not roles.isdisjoint(WORKSHOP | OFFICE)
    may_see_seasons = not roles.isdisjoint(FIELD_WORK | OFFICE)
    return Books(
        **(_seasons(session, actor, today) if may_see_seasons else {}),
        to_pack=lots_to_pack(session, actor) if may_see_goods else (),
        to_seal=lots_to_seal(session, actor) if may_see_goods else (),
        to_activate=jobs_to_activate(session, actor) if may_see_goods else (),
        packed=lots_packed(session, actor) if may_see_goods else (),
        sent=shipments_sent(session, actor) if may_see_goods else (),
        awaited=read_awaited(session, actor) if may_see_goods else frozenset(),
        unsettled=unsettled_shipments(session, actor) if may_see_goods else frozenset(),
        pressing=orders_pressing(session, actor, today) if may_see_goods else (),
        to_receive=shipments_to_receive(session, actor) if not roles.isdisjoint(RECEIVING) else (),
        **({} if roles.isdisjoint(MANAGEMENT) else _from_outside(session, actor)),
        certificates=list_certificates(session, actor.organisation),
        expired_supplies=() if roles.isdisjoint(KEEPERS) else expired_stock(session, actor, today),
        missing=_missing(session, actor),
    )


def _from_outside(session: Session, actor: Actor) -> dict[str, Any]:
    """What people who scan and programs that listen have for the manager."""
    return {
        "over_scanned": count_over_scanned(session, actor),
        "reports": count_open_reports(session, actor),
        "undelivered": count_undelivered(session, actor),
    }


def _seasons(session: Session, actor: Actor, today: date) -> dict[str, Any]:
    """The seasons that a first page shows, how many there are, and which works come first."""
    listed = list_seasons(session, actor, today, own=True, size=MAX_CARDS)
    return {
        "seasons": listed.cards,
        "season_count": listed.total + listed.others,
        "templates": open_templates(session, actor),
        "used": steps_used(session, actor),
    }


def _missing(session: Session, actor: Actor) -> tuple[str, ...]:
    """The registers without which nothing can begin, in the order in which they are filled."""
    lists = {"noi-san-xuat": list_places, "san-pham": list_products}
    return tuple(name for name, listed in lists.items() if not listed(session, actor.organisation))
