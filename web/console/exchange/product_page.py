"""A product: what is registered of it, the names it answers to, and what a scan of it leads to."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, OFFICE, Actor
from ledger.coop.links.adding import GivenLink, links_of
from ledger.coop.links.aliases import Alias, aliases_of
from ledger.coop.links.targets import host_of
from ledger.coop.registers.product_mending import read_registration
from ledger.trace.events.statements import ProductRegistered
from web.console.blueprint import console
from web.console.exchange.link_words import LINK_WORDS
from web.console.session import actor
from web.public.photos import photo_path
from web.state import current

PHOTO_PX = 192


@console.get("/san-pham/<product>")
def product(product: str) -> ResponseReturnValue:
    """The page of a product, for everybody of its organisation."""
    said, links, aliases = current().ledger.read(_read, actor(), product)
    roles = actor().roles
    return render_template(
        "console/exchange/product.html",
        said=said,
        photo=None if said.photo is None else photo_path(said.photo, PHOTO_PX),
        links=links,
        aliases=aliases,
        words=LINK_WORDS,
        host_of=host_of,
        page=f"/{actor().organisation}/product/{said.code}",
        may_change=not roles.isdisjoint(MANAGEMENT),
        may_see_gaps=not roles.isdisjoint(OFFICE),
        done=request.args.get("xong", ""),
        back=url_for("console.register", name="san-pham"),
    )


def _read(
    session: Session, actor: Actor, code: str
) -> tuple[ProductRegistered, tuple[GivenLink, ...], tuple[Alias, ...]]:
    said = read_registration(session, actor, code)
    links = links_of(session, actor.organisation, said.code)
    return said, links, aliases_of(session, actor.organisation, said.code)
