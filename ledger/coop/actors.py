"""Who does something, and what their roles let them do."""

from dataclasses import dataclass
from enum import StrEnum

from ledger.coop.errors import NotAllowedError


class Role(StrEnum):
    """What an account is trusted with. One account may hold several."""

    GROWER = "grower"
    RECORDER = "recorder"
    TEAM_LEAD = "team_lead"
    PACKER = "packer"
    ACCOUNTANT = "accountant"
    MANAGER = "manager"
    DISTRIBUTOR = "distributor"
    ALLIANCE = "alliance"


# Who may do which kind of work. A grower records in the field; whoever answers for a lot packs and seals it.
FIELD_WORK = frozenset({Role.GROWER, Role.RECORDER, Role.TEAM_LEAD, Role.MANAGER})
FOR_OTHERS = frozenset(
    {Role.RECORDER, Role.TEAM_LEAD, Role.PACKER, Role.ACCOUNTANT, Role.MANAGER, Role.DISTRIBUTOR}
)
WORKSHOP = frozenset({Role.RECORDER, Role.TEAM_LEAD, Role.PACKER, Role.MANAGER})
PACKING = frozenset({Role.TEAM_LEAD, Role.PACKER, Role.MANAGER})
SHIPPING = frozenset({Role.TEAM_LEAD, Role.PACKER, Role.ACCOUNTANT, Role.MANAGER})
RECEIVING = frozenset({Role.DISTRIBUTOR, Role.PACKER, Role.TEAM_LEAD, Role.MANAGER})
CORRECTING = frozenset({Role.TEAM_LEAD, Role.MANAGER, Role.DISTRIBUTOR})
OFFICE = frozenset({Role.ACCOUNTANT, Role.MANAGER})
MANAGEMENT = frozenset({Role.MANAGER})


@dataclass(frozen=True, slots=True)
class Actor:
    """An account at work: in which organisation (its code), as which member, with which roles."""

    account_id: str
    organisation: str
    member_id: str | None
    roles: frozenset[Role]


def check_may(actor: Actor, allowed: frozenset[Role]) -> None:
    """Raises ``NotAllowedError`` unless the actor holds one of the roles ``allowed``."""
    if actor.roles.isdisjoint(allowed):
        raise NotAllowedError(
            f"needs one of {', '.join(sorted(allowed))}", needed=frozenset(role.value for role in allowed)
        )
