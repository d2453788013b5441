"""Photos of a form: taken in once, and kept for the next try when the form comes back with problems.

A telephone in a field should not send the same picture twice: the form carries back a ticket in its place.
A photo of a paper goes into the books, sealed; every other one among the photos that everyone may see.
What was photographed for practice stays where pictures await a form: shown to who took it, not for long.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import request, url_for

from ledger.coop.attachments.documents import (
    DocumentKind,
    find_document,
    keep_document,
    let_go,
    name_document,
    read_document,
)
from ledger.coop.attachments.photos import (
    Photo,
    Picture,
    encode_photo,
    find_photo,
    read_picture,
    store_picture,
)
from ledger.coop.errors import NotAllowedError, NotFoundError, PhotoError, Problem
from ledger.trace.events.statements import FileDigest
from web.console.photo_tickets import make_ticket, read_ticket
from web.console.session import actor
from web.forms.typed import Typed
from web.languages import _
from web.public.photos import photo_path
from web.state import current

SMALL_PX = 192
_SCHEME = "ni:///sha-256;"
_GONE = _("Ảnh này không còn ở máy chủ. Hãy chụp hoặc chọn lại.")


@dataclass(frozen=True, slots=True)
class KeptPhoto:
    """A photo that was taken in: where a small copy is shown, and the ticket that names it again."""

    address: str
    ticket: str


def with_photos(
    typed: Typed, questions: Mapping[str, DocumentKind | None], *, is_practice: bool = False
) -> Typed:
    """``typed`` with the photos sent or kept under the names of ``questions``; what is none is a problem.

    A question with a kind asks for a paper.
    """
    photos: dict[str, tuple[Photo, ...]] = {}
    problems: list[Problem] = []
    for name, kind in questions.items():
        taken: list[Photo] = []
        for ticket in typed.all(name):
            photo = read_ticket(ticket)
            if photo is None:
                continue
            if _is_waiting(photo) if is_practice else _bring(photo, kind):
                taken.append(photo)
            else:
                problems.append(Problem(name, _GONE))
        for file in request.files.getlist(name):
            data = file.read()
            if not data:
                continue  # an empty box is sent as an empty file
            try:
                taken.append(keep_waiting(data) if is_practice else _take_in(encode_photo(data), kind))
            except PhotoError as error:
                problems.append(Problem(name, error.sentence))
        photos[name] = tuple(dict.fromkeys(taken))
    return replace(typed, photos=photos, photo_problems=tuple(problems))


def keep_waiting(data: bytes) -> Photo:
    """Take in what was sent ahead of its form, or for practice: it may be a paper. Raises ``PhotoError``."""
    picture = encode_photo(data)
    return current().ledger.write(keep_document, actor(), picture)


def keep(photo: Photo, kind: DocumentKind | None, *, is_practice: bool = False) -> KeptPhoto:
    """The photo with a ticket for this organisation's next try."""
    if kind is None and not is_practice:
        address = photo_path(FileDigest(photo.digest, photo.media_type, photo.size), SMALL_PX)
    else:
        address = small_document_address(photo.digest)
    return KeptPhoto(address, make_ticket(photo))


def document_address(digest: str) -> str:
    """Where the paper with this RFC 6920 name is shown; a template filter."""
    return url_for("console.document", name=digest.removeprefix(_SCHEME))


def small_document_address(digest: str) -> str:
    """Where its small copy is; a template filter."""
    return url_for("console.small_document", name=digest.removeprefix(_SCHEME))


def _take_in(picture: Picture, kind: DocumentKind | None) -> Photo:
    if kind is None:
        store_picture(current().photos, picture)
        return picture.photo
    return current().ledger.write(keep_document, actor(), picture, kind)


def _is_waiting(photo: Photo) -> bool:
    try:
        return current().ledger.read(find_document, actor(), photo.digest).erased_at is None
    except (NotFoundError, NotAllowedError):
        return False


def _bring(photo: Photo, kind: DocumentKind | None) -> bool:
    """See that a photo taken in before lies where its question wants it; ``False`` when it is gone."""
    try:
        if kind is None:
            _show_to_all(photo)
        else:
            _name(photo, kind)
    except (NotFoundError, NotAllowedError, PhotoError):
        return False
    return True


def _show_to_all(photo: Photo) -> None:
    state = current()
    try:
        find_photo(state.photos, photo.digest)
    except PhotoError:
        ledger = state.ledger
        data = ledger.read(read_document, ledger.vault, actor(), photo.digest)
        store_picture(state.photos, Picture(photo, data))
        ledger.write(let_go, actor(), photo.digest)


def _name(photo: Photo, kind: DocumentKind) -> None:
    state = current()
    try:
        if kind in state.ledger.read(find_document, actor(), photo.digest).kinds:
            return
        state.ledger.write(name_document, actor(), photo.digest, kind)
    except NotFoundError:
        # Sent ahead before papers had a place of their own.
        picture = read_picture(state.photos, photo.digest)
        state.ledger.write(keep_document, actor(), picture, kind)
