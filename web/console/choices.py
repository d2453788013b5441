"""What a question about the organisation's own things may be answered with."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from ledger.coop.actors import FOR_OTHERS, Actor
from ledger.coop.people.account_queries import accounts_of
from ledger.coop.registers.members import list_members
from ledger.coop.registers.partners import list_partners
from ledger.coop.registers.places import list_places
from ledger.coop.registers.products import list_products
from ledger.coop.supplies.stock import names_in_stock
from signing.vault import Vault
from web.forms.inputs import Option
from web.forms.registers import PLACE_KIND_NAMES
from web.forms.stock_names import INPUT

FIELD_KINDS = frozenset({"plot", "greenhouse", "orchard", "forest"})
NOT_GROWING = frozenset({"workshop", "store"})
MAX_FIELDS = 200


def place_options(session: Session, actor: Actor) -> tuple[Option, ...]:
    """Places by code."""
    return tuple(
        Option(place.code, place.name, PLACE_KIND_NAMES[place.kind])
        for place in list_places(session, actor.organisation)
    )


def growing_place_options(session: Session, actor: Actor) -> tuple[Option, ...]:
    """Places where something grows, by code: what a growing area's code covers."""
    return tuple(
        Option(place.code, place.name, PLACE_KIND_NAMES[place.kind])
        for place in list_places(session, actor.organisation)
        if place.kind not in NOT_GROWING
    )


def work_place_options(session: Session, actor: Actor) -> tuple[Option, ...]:
    """Places to work at, by code: houses and ponds first.

    Of a large cooperative's fields none stand here: two thousand of them would weigh more than the rest of a
    page, and the work of a season has its season's place.
    """
    places = list_places(session, actor.organisation)
    houses = [place for place in places if place.kind not in FIELD_KINDS]
    fields = [place for place in places if place.kind in FIELD_KINDS]
    return tuple(
        Option(place.code, place.name, PLACE_KIND_NAMES[place.kind])
        for place in (*houses, *(fields if len(fields) <= MAX_FIELDS else ()))
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


def supply_options(session: Session, actor: Actor) -> tuple[Option, ...]:
    """The stock of supplies as a diary step offers it: value the name, label the kind."""
    return tuple(Option(supply.name, supply.kind) for supply in names_in_stock(session, actor))


def step_options(session: Session, vault: Vault, actor: Actor) -> Mapping[str, tuple[Option, ...]]:
    """What the fields of any step may refer to, by the word that templates use for it."""
    return {
        "place": work_place_options(session, actor),
        "product": product_options(session, actor),
        "member": member_options(session, vault, actor),
        "partner": partner_options(session, vault, actor),
        INPUT: supply_options(session, actor),
    }


def account_names(session: Session, actor: Actor) -> Mapping[str, str]:
    """Logins by account, for who holds a roll and who printed again."""
    return {account.id: account.login for account in accounts_of(session, actor.organisation)}
