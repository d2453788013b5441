"""What a cell may name: the organisation's products, places, members, partners and supplies.

It grows while a file is read, so that a row may name what an earlier row will make.
"""

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from ledger.coop.people.phones import read_phone
from ledger.coop.registers.members import list_members
from ledger.coop.registers.partners import list_partners
from ledger.coop.setup.books import Books
from ledger.coop.setup.columns import fold
from signing.vault import Vault


@dataclass(slots=True)
class Named:
    """Codes by code and by name; a name that two things bear is no name, and neither is a faulty row's."""

    codes: dict[str, str] = field(default_factory=dict)
    doubled: set[str] = field(default_factory=set)
    faulty: set[str] = field(default_factory=set)

    def add(self, code: str, *names: str) -> None:
        """Know a thing by its code and other names. Its code wins over another's name."""
        for name in map(fold, names):
            if self.codes.get(name, code) != code and fold(self.codes[name]) != name:
                self.doubled.add(name)
            self.codes.setdefault(name, code)
        self.codes[fold(code)] = code
        self.doubled.discard(fold(code))

    def find(self, text: str) -> str | None:
        """The code of what ``text`` names, ``None`` for nothing or for more than one."""
        wanted = fold(text)
        return None if wanted in self.doubled else self.codes.get(wanted)

    def is_doubled(self, text: str) -> bool:
        """Whether ``text`` is the name of two things."""
        return fold(text) in self.doubled

    def fail(self, *names: str) -> None:
        """A row that would have made something with these names is at fault: what names it is not blamed."""
        self.faulty |= {fold(name) for name in names if name}

    def is_faulty(self, text: str) -> bool:
        """Whether ``text`` names something whose own row is at fault."""
        return fold(text) in self.faulty


@dataclass(frozen=True, slots=True)
class Names:
    """Things by what people call them.

    ``people``: member codes by telephone number and name. ``supplies``: units by the key of the name.
    """

    products: Named
    places: Named
    members: Named
    partners: Named
    supplies: dict[str, str]
    people: dict[tuple[str, str], str] = field(repr=False)


def read_names(session: Session, vault: Vault, organisation: str, books: Books) -> Names:
    """What there is before the file."""
    names = Names(Named(), Named(), Named(), Named(), {}, {})
    for product in books.products.values():
        names.products.add(product.code, product.name)
    for place in books.places.values():
        names.places.add(place.code, place.name)
    for member in list_members(session, vault, organisation):
        names.members.add(member.code, *([member.name] if member.name else []))
        if (phone := read_phone(member.phone or "")) is not None:
            names.people[phone, fold(member.name or "")] = member.code
    for partner in list_partners(session, vault, organisation):
        names.partners.add(partner.id, partner.name)
    names.supplies.update((key, unit) for key, (_, unit) in books.supplies.items())
    return names
