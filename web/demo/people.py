"""The first acts of every chapter: the organisation is registered, its people are taken in and sign in."""

from dataclasses import dataclass

from ledger.coop.actors import Actor, Role
from ledger.coop.registers.members import AddMember, add_member
from ledger.coop.registers.organisations import Organisation, RegisterOrganisation
from ledger.coop.registers.partners import AddPartner, add_partner
from web.demo.cast import PEOPLE
from web.demo.stage import Stage


@dataclass(frozen=True, slots=True)
class Crew:
    """An organisation and its people at work, by role."""

    organisation: Organisation
    actors: dict[str, Actor]

    @property
    def code(self) -> str:
        """The organisation's code."""
        return self.organisation.code

    def __getitem__(self, role: str) -> Actor:
        return self.actors[role]


def gather(stage: Stage, command: RegisterOrganisation) -> Crew:
    """Register the organisation, take its people into the books, and sign in everybody who has a login."""
    organisation = stage.organisation(command)
    people = PEOPLE[command.name]
    # Somebody must be there to take in the first member, the manager included.
    first = next(person.login for person in people if person.login and person.login.role == Role.MANAGER)
    founder = stage.sign_in(organisation, first)
    actors = {str(Role.MANAGER): founder}
    for person in people:
        member = stage.do(
            add_member, founder, AddMember(name=person.name, phone=person.phone, code=person.code)
        )
        if person.login is not None and person.login is not first:
            actors[person.login.role] = stage.sign_in(organisation, person.login, member.id)
    return Crew(organisation, actors)


def partner(
    stage: Stage, actor: Actor, named: tuple[str, str], kind: str, organisation: str | None = None
) -> str:
    """A new partner in the actor's books; gives its id."""
    name, phone = named
    command = AddPartner(name=name, kind=kind, phone=phone, organisation=organisation)
    return stage.do(add_partner, actor, command).id
