"""Tickets for photos that were taken in: a form names by them what need not be sent again.

A ticket is bound to the organisation by an HMAC, so nobody can attach a picture that another one sent. That
of a photo sent ahead of its form tells also what exactly was sent: a device signs that.
"""

import hashlib
import hmac

from ledger.coop.attachments.photos import MEDIA_TYPE, Photo
from web.console.session import actor
from web.state import current

_AHEAD = "tep"


def make_ticket(photo: Photo) -> str:
    """The ticket of a photo that came with a form, for the form's next try."""
    return _sealed(f"{photo.digest} {photo.size} {photo.width} {photo.height}")


def make_source_ticket(photo: Photo, sent: bytes, size: int) -> str:
    """The ticket of a photo that was sent ahead as ``size`` bytes whose SHA-256 is ``sent``."""
    return _sealed(f"{_AHEAD} {sent.hex()} {size} {photo.digest} {photo.size} {photo.width} {photo.height}")


def read_ticket(ticket: str) -> Photo | None:
    """The photo of a ticket; ``None`` for a text that is no ticket of this organisation."""
    facts = _open(ticket)
    if facts is None:
        return None
    digest, *numbers = facts[3:] if facts[0] == _AHEAD else facts
    size, width, height = (int(number) for number in numbers)
    return Photo(digest, MEDIA_TYPE, size, width, height)


def read_source(ticket: str) -> tuple[bytes, int] | None:
    """SHA-256 and size of what was sent ahead under a ticket; ``None`` for any other text."""
    if not ticket.startswith(f"{_AHEAD} "):
        return None
    facts = _open(ticket)
    return None if facts is None else (bytes.fromhex(facts[1]), int(facts[2]))


def _open(ticket: str) -> list[str] | None:
    facts, _, seal = ticket.rpartition(" ")
    return facts.split(" ") if hmac.compare_digest(_seal(facts).encode(), seal.encode()) else None


def _sealed(facts: str) -> str:
    return f"{facts} {_seal(facts)}"


def _seal(facts: str) -> str:
    text = f"photo ticket {actor().organisation} {facts}"
    return hmac.new(current().form_secret, text.encode(), hashlib.sha256).hexdigest()
