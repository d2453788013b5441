"""Who is signed in, as the pages show it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from ledger.coop.actors import Actor, Role
from ledger.coop.registers.organisations import find_organisation
from web.forms.accounts import ROLE_NAMES


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The organisation's name and code, and what the account may do."""

    organisation: str
    code: str
    roles: frozenset[Role]

    @property
    def role_names(self) -> tuple[str, ...]:
        """The roles in everyday words, in their usual order."""
        return tuple(option.label for role, option in ROLE_NAMES.items() if role in self.roles)


def read_signed_in(session: Session, actor: Actor) -> SignedIn:
    """Who the actor is to the people who work beside them."""
    organisation = find_organisation(session, actor.organisation)
    return SignedIn(organisation.name, organisation.code, actor.roles)
