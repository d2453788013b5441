"""The first page of everybody: their own work, and for who answers for others what needs a decision today."""

from datetime import date

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
from ledger.coop.goods.shipment_queries import read_awaited
from ledger.coop.queries import (
    jobs_to_activate,
    lots_packed,
    lots_to_pack,
    lots_to_seal,
    seasons_open,
    shipments_sent,
    shipments_to_receive,
)
from ledger.coop.registers.certificates import list_certificates
from ledger.coop.registers.places import list_places
from ledger.coop.registers.products import list_products
from ledger.coop.scans.scan_list import count_over_scanned
from web.console.blueprint import console
from web.console.decisions import Books, decide
from web.console.registers import REGISTERS
from web.console.session import actor
from web.console.stations import quick_buttons
from web.state import current

DESK = frozenset({Role.MANAGER, Role.TEAM_LEAD, Role.ACCOUNTANT})
"""Who answers for others."""


@console.get("/")
def home() -> ResponseReturnValue:
    """What is there to do."""
    state, who = current(), actor()
    books = state.ledger.read(_read, who, state.today)
    is_desk = not who.roles.isdisjoint(DESK)
    return render_template(
        "console/home.html",
        books=books,
        is_desk=is_desk,
        decisions=decide(books, who.roles, state.today) if is_desk else (),
        quick=quick_buttons(books.seasons),
        in_field=not who.roles.isdisjoint(FIELD_WORK),
        in_workshop=not who.roles.isdisjoint(WORKSHOP),
        may_print=not who.roles.isdisjoint(PACKING),
        keeps_office=not who.roles.isdisjoint(OFFICE),
        manages=not who.roles.isdisjoint(MANAGEMENT),
        receives=not who.roles.isdisjoint(RECEIVING | SHIPPING),
        registers=[
            (name, kept)
            for name, kept in REGISTERS.items()
            if not who.roles.isdisjoint(kept.writers | OFFICE)
        ],
        today=state.today,
    )


def _read(session: Session, actor: Actor, today: date) -> Books:
    """Everything that a first page may show, for those who may see it."""
    roles = actor.roles
    may_see_goods = not roles.isdisjoint(WORKSHOP | OFFICE)
    may_see_seasons = not roles.isdisjoint(FIELD_WORK | OFFICE)
    return Books(
        seasons=seasons_open(session, actor, today) if may_see_seasons else (),
        to_pack=lots_to_pack(session, actor) if may_see_goods else (),
        to_seal=lots_to_seal(session, actor) if may_see_goods else (),
        to_activate=jobs_to_activate(session, actor) if may_see_goods else (),
        packed=lots_packed(session, actor) if may_see_goods else (),
        sent=shipments_sent(session, actor) if may_see_goods else (),
        awaited=read_awaited(session, actor) if may_see_goods else frozenset(),
        to_receive=shipments_to_receive(session, actor) if not roles.isdisjoint(RECEIVING) else (),
        over_scanned=0 if roles.isdisjoint(MANAGEMENT) else count_over_scanned(session, actor),
        certificates=list_certificates(session, actor.organisation),
        missing=_missing(session, actor),
    )


def _missing(session: Session, actor: Actor) -> tuple[str, ...]:
    """The registers without which nothing can begin, in the order in which they are filled."""
    lists = {"noi-san-xuat": list_places, "san-pham": list_products}
    return tuple(name for name, listed in lists.items() if not listed(session, actor.organisation))
