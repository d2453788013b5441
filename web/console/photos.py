"""Photos of a form: taken in once, and kept for the next try when the form comes back with problems.

A telephone in a field should not send the same picture twice: the form carries back a ticket in its place.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from flask import request

from ledger.coop.errors import PhotoError, Problem
from ledger.coop.photos import Photo, store_photo
from web.console.photo_tickets import make_ticket, read_ticket
from web.forms.typed import Typed
from web.state import current


@dataclass(frozen=True, slots=True)
class KeptPhoto:
    """A photo that was taken in: its RFC 6920 name, and the ticket under which the form names it again."""

    digest: str
    ticket: str


def with_photos(typed: Typed, names: Collection[str]) -> Typed:
    """``typed`` with the photos sent or kept under ``names``; what is no photo becomes a problem."""
    photos: dict[str, tuple[Photo, ...]] = {}
    problems: list[Problem] = []
    for name in names:
        taken = [photo for ticket in typed.all(name) if (photo := read_ticket(ticket)) is not None]
        for file in request.files.getlist(name):
            data = file.read()
            if not data:
                continue  # an empty box is sent as an empty file
            try:
                taken.append(store_photo(current().photos, data))
            except PhotoError as error:
                problems.append(Problem(name, error.sentence))
        photos[name] = tuple(dict.fromkeys(taken))
    return replace(typed, photos=photos, photo_problems=tuple(problems))


def keep(photo: Photo) -> KeptPhoto:
    """The photo with a ticket for this organisation's next try."""
    return KeptPhoto(photo.digest, make_ticket(photo))
