"""Photos of a form: taken in once, and kept for the next try when the form comes back with problems.

A telephone in a field should not send the same picture twice. The ticket that the form carries back is bound
to the organisation by an HMAC, so nobody can attach a picture that another one sent.
"""

import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass, replace

from flask import request

from ledger.coop.errors import PhotoError, Problem
from ledger.coop.photos import MEDIA_TYPE, Photo, store_photo
from web.console.session import actor
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
        taken = [photo for ticket in typed.all(name) if (photo := _redeem(ticket)) is not None]
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
    facts = f"{photo.digest} {photo.size} {photo.width} {photo.height}"
    return KeptPhoto(photo.digest, f"{facts} {_seal(facts)}")


def _redeem(ticket: str) -> Photo | None:
    """The photo of a ticket; ``None`` for a ticket that is not this organisation's."""
    facts, _, seal = ticket.rpartition(" ")
    if not hmac.compare_digest(_seal(facts).encode(), seal.encode()):
        return None
    digest, *numbers = facts.split(" ")
    size, width, height = (int(number) for number in numbers)
    return Photo(digest, MEDIA_TYPE, size, width, height)


def _seal(facts: str) -> str:
    text = f"photo ticket {actor().organisation} {facts}"
    return hmac.new(current().form_secret, text.encode(), hashlib.sha256).hexdigest()
