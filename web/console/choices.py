"""What a question about the organisation's own things may be answered with."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from ledger.coop.actors import FOR_OTHERS, Actor
from ledger.coop.registers.members import list_members
from ledger.coop.registers.partners import list_partners
from ledger.coop.registers.places import list_places
from ledger.coop.registers.products import list_products
from signing.vault import Vault
from web.forms.inputs import Option
from web.forms.registers import PLACE_KIND_NAMES


def place_options(session: Session, actor: Actor) -> tuple[Option, ...]:
    """Places by code."""
    return tuple(
        Option(place.code, place.name, PLACE_KIND_NAMES[place.kind])
        for place in list_places(session, actor.organisation)
    )


def product_options(session: Session, actor: Actor) -> tuple[Option, ...]:
    """Products by code."""
    return tuple(
        Option(item.code, item.name, item.code) for item in list_products(session, actor.organisation)
    )


def member_options(session: Session, vault: Vault, actor: Actor) -> tuple[Option, ...]:
    """Members by id: all for those who may record for others, else only oneself. The erased are left out."""
    everyone = list_members(session, vault, actor.organisation)
    for_others = not actor.roles.isdisjoint(FOR_OTHERS)
    return tuple(
        Option(member.id, member.name, member.code)
        for member in everyone
        if member.name is not None and (for_others or member.id == actor.member_id)
    )


def partner_options(session: Session, vault: Vault, actor: Actor) -> tuple[Option, ...]:
    """Partners by id."""
    return tuple(
        Option(partner.id, partner.name, partner.province or "")
        for partner in list_partners(session, vault, actor.organisation)
    )


def step_options(session: Session, vault: Vault, actor: Actor) -> Mapping[str, tuple[Option, ...]]:
    """What the fields of any step may refer to, by the word that templates use for it."""
    return {
        "place": place_options(session, actor),
        "product": product_options(session, actor),
        "member": member_options(session, vault, actor),
        "partner": partner_options(session, vault, actor),
    }
