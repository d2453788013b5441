"""The first acts of every chapter: the organisation is registered, its people are taken in and sign in."""

from dataclasses import dataclass, replace

from ledger.coop.actors import Actor, Role
from ledger.coop.errors import NotFoundError
from ledger.coop.people.cards import MakeCards, make_cards, read_batch
from ledger.coop.people.phone_logins import SetPhone, set_phone
from ledger.coop.people.pins import SetPin, set_pin
from ledger.coop.registers.members import AddMember, add_member
from ledger.coop.registers.organisations import Organisation, RegisterOrganisation
from ledger.coop.registers.partners import AddPartner, add_partner
from web.demo.cast import PEOPLE, Person
from web.demo.stage import Stage, WaysIn


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
    crew = Crew(organisation, actors)
    _open_doors(stage.chapter("doors"), crew, people)
    return crew


def _open_doors(stage: Stage, crew: Crew, people: tuple[Person, ...]) -> None:
    """Let people in by their telephone number and PIN, or by a printed card, where the cast says so."""
    manager = crew["manager"]
    doors = {person.login.user: WaysIn() for person in people if person.login is not None}
    accounts = {
        person.login.user: crew[person.login.role].account_id for person in people if person.login is not None
    }
    for person in people:
        if person.login is not None and person.pin is not None:
            account = accounts[person.login.user]
            stage.do(set_phone, manager, SetPhone(account, person.phone))
            stage.do(set_pin, manager, SetPin(account, person.pin))
            doors[person.login.user] = WaysIn(person.phone, person.pin)
    holders = [person.login.user for person in people if person.login is not None and person.has_card]
    if holders:
        batch = stage.do(make_cards, manager, MakeCards(tuple(accounts[user] for user in holders))).id
        for user, card in _cards(stage, manager, batch).items():
            doors[user] = replace(doors[user], card=card)
    stage.outcome.doors.update(doors)


def _cards(stage: Stage, manager: Actor, batch: str) -> dict[str, str]:
    """The secrets of the cards by login; none where somebody took cards away since the story was told."""
    telling = stage.telling
    try:
        cards = telling.ledger.read(read_batch, telling.ledger.vault, manager, batch, stage.now)
    except NotFoundError:
        return {}
    return {card.login: card.secret for card in cards}


def partner(
    stage: Stage, actor: Actor, named: tuple[str, str], kind: str, organisation: str | None = None
) -> str:
    """A new partner in the actor's books; gives its id."""
    name, phone = named
    command = AddPartner(name=name, kind=kind, phone=phone, organisation=organisation)
    return stage.do(add_partner, actor, command).id
