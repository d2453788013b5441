"""What a browser sent, before anybody believes it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ledger.coop.attachments.photos import Photo
from ledger.coop.errors import Problem


@dataclass(frozen=True, slots=True)
class Typed:
    """A submitted form: each name with every text given under it, in order, and with the photos taken in.

    ``photo_problems`` say which photos could not be taken in, and why.
    """

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    photos: Mapping[str, tuple[Photo, ...]] = field(default_factory=dict)
    photo_problems: tuple[Problem, ...] = ()

    @classmethod
    def of(cls, lists: Iterable[tuple[str, Sequence[str]]]) -> "Typed":
        """From ``(name, texts)`` pairs, as a multi-dictionary's ``lists()`` gives them."""
        return cls({name: tuple(texts) for name, texts in lists})

    def one(self, name: str) -> str:
        """The first text under ``name`` without outer spaces; empty when there is none."""
        return next(iter(self.values.get(name, ())), "").strip()

    def all(self, name: str) -> tuple[str, ...]:
        """Every text under ``name`` that is not blank."""
        return tuple(text.strip() for text in self.values.get(name, ()) if text.strip())

    def photos_of(self, name: str) -> tuple[Photo, ...]:
        """The photos given under ``name``."""
        return self.photos.get(name, ())
