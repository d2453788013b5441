"""What is known of a product or a lot where a law asks for it, and how a field of a law is answered. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from ledger.coop.paper.label_contents import LabelFacts
from ledger.trace.sectors.reference import LegalField, LegalSet


class State(StrEnum):
    """How a field stands."""

    HAVE = "have"
    MISSING = "missing"
    IF_ANY = "if_any"
    """Nothing is said, and the law asks for it only where there is something to say."""
    BY_LOT = "by_lot"
    """Each lot says it for itself; of a product as such it cannot be said."""


class Source(StrEnum):
    """Where something missing is said."""

    PRODUCT = "product"
    GTIN = "gtin"
    ORGANISATION = "organisation"
    CERTIFICATES = "certificates"
    DIARY = "diary"


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalFacts:
    """A product (then ``lot`` is empty) or one lot of it, as everybody may know them.

    ``label`` is what a label says; ``tax_code`` the organisation's; ``standards`` are certificates in force.
    ``steps`` are the tracking events that were recorded, by name; ``lacking`` those that no lot of the sector
    goes without and that were not; ``unplaced`` those that name no place. ``has_photo``: a picture of the
    product.
    """

    lot: str = ""
    label: LabelFacts
    has_photo: bool = False
    tax_code: str = ""
    shelf_life_days: int | None = None
    standards: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    unplaced: tuple[str, ...] = ()
    is_food: bool = True

    @property
    def is_lot(self) -> bool:
        """Whether it is of one lot."""
        return bool(self.lot)


Said = str | date | Decimal
"""Evidence: somebody's words, a day, a net weight in grams."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How a field stands, what answers it, what of it is lacking by name, and where that is said."""

    state: State
    said: tuple[Said, ...] = ()
    lacking: tuple[str, ...] = ()
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class AnsweredSet:
    """A set of the law's fields with the answer to each; ``is_due``: the law does not let these goods off."""

    legal: LegalSet
    answers: tuple[Answer, ...]
    is_due: bool = True

    def __iter__(self) -> Iterator[tuple[LegalField, Answer]]:
        return iter(zip(self.legal.fields, self.answers, strict=True))

    @property
    def missing(self) -> int:
        """How many fields are missing; none where the set is not due."""
        return sum(answer.state is State.MISSING for answer in self.answers) if self.is_due else 0


@dataclass(frozen=True, slots=True)
class MissingFact:
    """Something to say: the first field that asks for it, its answer, and how many fields ask for it."""

    field: LegalField
    answer: Answer
    asked: int
