"""A set-up file being looked at: what it may name, what its rows so far would make, at whose desk."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from ledger.coop.actors import Actor
from ledger.coop.desks import Desk
from ledger.coop.errors import NotFoundError
from ledger.coop.field.season_facts import facts_at_opening, gather_season
from ledger.coop.field.seasons import Opening
from ledger.coop.lots import find_own_lot
from ledger.coop.registers.certificates import filed_certificates
from ledger.coop.registers.members import NewMember
from ledger.coop.registers.places import NewPlace, Place
from ledger.coop.registers.products import Product
from ledger.coop.setup.books import Books
from ledger.coop.setup.names import Names
from ledger.trace.derived.registers import find_statement
from ledger.trace.events.statements import CertificateFiled, PlaceRegistered, ProductRegistered, Statement
from ledger.trace.facts import SeasonFacts
from ledger.trace.units import local_day

_NUMBERED = re.compile(r"TV([0-9]{2,6})")
S = TypeVar("S", bound=Statement)


@dataclass(slots=True)
class SeasonInFile:
    """A season that goods may be taken from: open already (``lot``), or opened by row ``row`` of the file."""

    lot: str | None
    row: int | None
    place: str
    born: datetime
    facts: SeasonFacts


@dataclass(slots=True)
class Draft:
    """See the module. Whoever makes one gives the books and names of one moment, and free member codes.

    ``taken_codes``: those of all members, the erased too; ``gtins`` and ``lots``: what the file names so far.
    """

    desk: Desk
    actor: Actor
    books: Books
    names: Names
    member_codes: Iterator[str]
    products: dict[str, Product] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    taken_codes: set[str] = field(default_factory=set)
    gtins: set[str] = field(default_factory=set)
    seasons: dict[tuple[str, str], SeasonInFile] = field(default_factory=dict)
    lots: set[str] = field(default_factory=set)
    _opened: dict[tuple[str, str], tuple[Opening, int]] = field(default_factory=dict)
    _stated: dict[str, Statement | None] = field(default_factory=dict)
    _member_ids: dict[str, str] = field(default_factory=dict)
    _certificates: tuple[CertificateFiled, ...] | None = None

    def __post_init__(self) -> None:
        self.products.update(self.books.products)
        self.places.update(self.books.places)
        self.taken_codes.update(code for code, _, _ in self.books.members.values())
        standing = {code: key for key, (code, name, _) in self.books.members.items() if name is not None}
        self._member_ids.update(standing)

    @property
    def today(self) -> date:
        """The day on which it is looked at, in Việt Nam."""
        return local_day(self.desk.now)

    def member_id(self, code: str) -> str:
        """The id of a member of the books or the file. Raises ``NotFoundError``, also for the erased."""
        if code not in self._member_ids:
            raise NotFoundError("thành viên", code)
        return self._member_ids[code]

    def add_member(self, new: NewMember) -> None:
        """Know a member that the file will add."""
        self.taken_codes.add(new.code)
        self._member_ids[new.code] = new.id

    def add_place(self, new: NewPlace) -> None:
        """Know a place that the file will register."""
        self.places[new.code] = new.place
        self._stated[new.place.uri] = new.statement

    def add_product(self, statement: ProductRegistered, product: Product) -> None:
        """Know a product that the file will register."""
        self.products[product.code] = product
        self._stated[product.uri] = statement
        if product.gtin is not None:
            self.gtins.add(product.gtin)

    def next_place_code(self) -> str:
        """The next free place code, as ``register_place`` gives them."""
        number = len(self.places) + 1
        while f"N{number:02d}" in self.places:
            number += 1
        return f"N{number:02d}"

    def certificates(self) -> Iterable[CertificateFiled]:
        """The organisation's certificates."""
        if self._certificates is None:
            self._certificates = filed_certificates(self.desk.session, self.actor.organisation)
        return self._certificates

    def open_in_file(self, opening: Opening, row: int) -> None:
        """Know a season that row ``row`` of the file will open: the newest is the one that goods are of."""
        key = (opening.product.code, opening.place.code)
        started_on = opening.command.started_on
        before, known = self._opened.get(key), self.books.seasons.get(key)
        if (before is None or before[0].command.started_on <= started_on) and (
            known is None or known.started_on <= started_on
        ):
            self._opened[key] = (opening, row)

    def season_of(self, product: str, place: str) -> SeasonInFile | None:
        """The newest open season of a product on a place (codes), with what the file took from it so far."""
        key = (product, place)
        if key not in self.seasons:
            found = self._open_in_file(key) or self._open_in_books(key)
            if found is not None:
                self.seasons[key] = found
        return self.seasons.get(key)

    def seasons_asked(self) -> tuple[str, ...]:
        """The lots of the seasons of the books that the file takes from."""
        return tuple(season.lot for season in self.seasons.values() if season.lot is not None)

    def _open_in_file(self, key: tuple[str, str]) -> SeasonInFile | None:
        if key not in self._opened:
            return None
        opening, row = self._opened[key]
        place = opening.place.uri
        facts = facts_at_opening(
            opening.step,
            opening.values,
            self._statement(PlaceRegistered, place),
            self._statement(ProductRegistered, opening.product.uri),
        )
        return SeasonInFile(None, row, place, opening.occasion.done_at, facts)

    def _open_in_books(self, key: tuple[str, str]) -> SeasonInFile | None:
        known = self.books.seasons.get(key)
        if known is None:
            return None
        session, vault = self.desk.session, self.desk.vault
        born = find_own_lot(session, self.actor, known.lot).created_at
        facts = gather_season(session, vault, known.lot)
        return SeasonInFile(known.lot, None, self.places[key[1]].uri, born, facts)

    def _statement(self, kind: type[S], subject: str) -> S | None:
        """The statement about a subject: the file's, or the one in force."""
        if subject not in self._stated:
            filed = find_statement(self.desk.session, kind, subject)
            self._stated[subject] = None if filed is None else filed.statement
        found = self._stated[subject]
        return found if isinstance(found, kind) else None


def free_member_codes(books: Books, given: Iterable[str]) -> Iterator[str]:
    """The free member codes ``TV01`` onward, besides those that the file gives itself."""
    codes = (code for code, _, _ in books.members.values())
    used = [int(found[1]) for code in (*codes, *given) if (found := _NUMBERED.fullmatch(code))]
    return (f"TV{number:02d}" for number in range(max(used, default=0) + 1, 10**6))
