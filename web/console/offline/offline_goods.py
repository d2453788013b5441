"""Which pages of the workshop, of orders and of the stores a phone keeps for days without signal."""

from collections.abc import Iterator

from flask import url_for
from sqlalchemy.orm import Session

from ledger.coop.actors import OFFICE, PACKING, RECEIVING, SHIPPING, WORKSHOP, Actor
from ledger.coop.orders.lists import Queue, read_queue
from ledger.coop.orders.teams import list_teams, own_teams
from ledger.coop.queries import (
    jobs_to_activate,
    lots_packed,
    lots_to_pack,
    lots_to_seal,
    shipments_to_receive,
)
from ledger.coop.stamps.job_queries import read_rolls
from ledger.coop.supplies.catalogue import KEEPERS
from ledger.coop.supplies.stock import StockPage
from signing.vault import Vault

MAX_LOTS, MAX_ORDERS, MAX_SUPPLIES = 10, 10, 12


def workshop_pages(session: Session, actor: Actor) -> Iterator[str]:
    """Packing from a roll and from lots, signing, activating, what came in, stocktaking."""
    if not actor.roles.isdisjoint(PACKING):
        rolls = [job for job in read_rolls(session, actor) if job.is_printed and job.waiting]
        yield from (url_for("console.pack_roll", job_id=job.id) for job in rolls[:MAX_LOTS])
        for lot in lots_to_seal(session, actor)[:MAX_LOTS]:
            yield url_for("console.seal_lot", lot=lot.lot)
        for job in jobs_to_activate(session, actor)[:MAX_LOTS]:
            yield url_for("console.activate", job_id=job.job)
    if actor.roles.isdisjoint(WORKSHOP):
        return
    for lot in lots_to_pack(session, actor)[:MAX_LOTS]:
        yield url_for("console.pack_lots", lo=lot.lot)
        yield url_for("console.lot", lot=lot.lot)
    yield url_for("console.choose_intake")
    yield url_for("console.stock")
    yield url_for("console.count_stock")


def shipping_pages(session: Session, actor: Actor) -> Iterator[str]:
    """What comes in and what goes out."""
    if actor.roles.isdisjoint(SHIPPING | RECEIVING):
        return
    yield url_for("console.desk")
    yield url_for("console.deliveries")
    if not actor.roles.isdisjoint(RECEIVING):
        for shipment in shipments_to_receive(session, actor)[:MAX_LOTS]:
            yield url_for("console.receive_shipment", code=shipment.code)
    if not actor.roles.isdisjoint(SHIPPING):
        for lot in lots_packed(session, actor)[:MAX_LOTS]:
            yield url_for("console.ship_lot", lot=lot.lot)


def read_queues(session: Session, vault: Vault, actor: Actor) -> tuple[Queue, ...]:
    """The queues of the actor's own teams; of all teams for who is in none."""
    if actor.roles.isdisjoint(WORKSHOP | OFFICE):
        return ()
    own, teams = own_teams(session, actor), list_teams(session, actor)
    chosen = [team for team in teams if team.id in own] or teams
    return tuple(read_queue(session, vault, actor, team.id) for team in chosen[:MAX_ORDERS])


def order_pages(queues: tuple[Queue, ...], actor: Actor) -> Iterator[str]:
    """The queues of teams, and of each order at work the steps that come next."""
    for queue in queues:
        yield url_for("console.queue", team_id=queue.team.id)
        for item in queue.at_work[:MAX_ORDERS]:
            order = item.card.code
            yield url_for("console.order", order=order)
            if actor.roles.isdisjoint(WORKSHOP):
                continue
            yield url_for("console.allot_lots", order=order)
            yield url_for("console.order_is_packed", order=order)


def supply_pages(found: StockPage, actor: Actor) -> Iterator[str]:
    """The supplies of which there is something, each with what was bought and what went elsewhere."""
    if actor.roles.isdisjoint(KEEPERS):
        return
    for card in found.cards[:MAX_SUPPLIES]:
        yield url_for("console.supply", supply_id=card.id)
        yield url_for("console.purchase_supply", supply_id=card.id)
        yield url_for("console.use_supply", supply_id=card.id)
