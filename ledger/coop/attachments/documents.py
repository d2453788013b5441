"""Photographed papers: invoices, delivery papers, laboratory reports, package labels. Private.

A paper is kept under the SHA-256 of its picture and sealed under the organisation's key, in the books: never
among the photos that everyone may see. Who may look at it follows from what it belongs to. A picture that was
sent ahead of its form waits here, seen by nobody but who sent it, until the form says what it is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ledger.coop.actors import (
    FIELD_WORK,
    MANAGEMENT,
    OFFICE,
    RECEIVING,
    SHIPPING,
    WORKSHOP,
    Actor,
    Role,
)
from ledger.coop.attachments.document_tables import DocumentRow
from ledger.coop.attachments.photos import MEDIA_TYPE, Photo, Picture
from ledger.coop.errors import NotAllowedError, NotFoundError
from ledger.coop.people.erasing import overwriting
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.digests import format_digest, parse_digest
from ledger.trace.errors import ErasedError, MalformedIdentifierError
from ledger.trace.sealed_fields.disclosures import ORGANISATION, open_private, seal_private
from signing.vault import Vault

WAITS = timedelta(days=60)
"""How long a picture waits for its form: a phone may lie in a drawer for a month."""
_PURPOSE = "ledger.coop document"
_WHAT = "giấy tờ"


class DocumentKind(StrEnum):
    """What a paper belongs to."""

    MONEY = "money"
    DELIVERY = "delivery"
    LABORATORY = "laboratory"
    STEP = "step"
    """A field of a step: the label of what was sprayed."""


READERS: Mapping[DocumentKind, frozenset[Role]] = MappingProxyType(
    {
        DocumentKind.MONEY: OFFICE,
        DocumentKind.DELIVERY: SHIPPING | RECEIVING,
        DocumentKind.LABORATORY: WORKSHOP | SHIPPING,
        DocumentKind.STEP: FIELD_WORK | WORKSHOP | OFFICE,
    }
)
"""Who may look at a paper of each kind, besides whoever photographed it."""


@dataclass(frozen=True, slots=True)
class Document:
    """A kept paper: the photo's RFC 6920 name and size, and when and by which account it was taken in."""

    photo: Photo
    kinds: frozenset[DocumentKind]
    account_id: str
    kept_at: datetime
    erased_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseDocument(Command):
    """Destroy the picture of a paper (``digest``: its RFC 6920 name) for ever."""

    digest: str


@dataclass(frozen=True, slots=True)
class ErasedDocument:
    """The paper whose picture was destroyed."""

    digest: str


def keep_document(unit: Unit, actor: Actor, picture: Picture, kind: DocumentKind | None = None) -> Photo:
    """Keep the picture of a paper; without a ``kind`` it waits for the form that will name it.

    The same picture twice is one row, and belongs to both kinds. One that was erased is kept anew.
    """
    digest = parse_digest(picture.photo.digest)
    row = unit.session.get(DocumentRow, (actor.organisation, digest))
    if row is not None and row.erased_at is None:
        _add_kind(row, kind)
        unit.session.flush()
        return picture.photo
    # Before the row is touched: making a key flushes the session, and a row half filled in with it.
    sealed = seal_private(unit, actor.organisation, ORGANISATION, picture.data, purpose=_purpose(digest))
    if row is None:
        _forget_waiting(unit, actor)
        row = DocumentRow(organisation=actor.organisation, digest=digest, kinds="")
    row.size, row.width, row.height = picture.photo.size, picture.photo.width, picture.photo.height
    row.account_id, row.kept_at, row.erased_at = actor.account_id, unit.now, None
    row.document_sealed = sealed
    unit.session.add(row)
    _add_kind(row, kind)
    unit.session.flush()
    return picture.photo


def name_document(unit: Unit, actor: Actor, digest: str, kind: DocumentKind) -> None:
    """A form says what the paper is. Raises ``NotFoundError`` for one that is not here (any more)."""
    row = _find(unit.session, actor, digest)
    _check_may_read(row, actor)
    _check_there(row)
    _add_kind(row, kind)
    unit.session.flush()


def let_go(unit: Unit, actor: Actor, digest: str) -> None:
    """What waited here turned out to be no paper but a photo for everyone, kept elsewhere by now."""
    unit.session.execute(
        delete(DocumentRow).where(
            DocumentRow.organisation == actor.organisation,
            DocumentRow.digest == parse_digest(digest),
            DocumentRow.kinds == "",
        )
    )


def find_document(session: Session, actor: Actor, digest: str) -> Document:
    """The organisation's paper of this name. Raises ``NotFoundError``, ``NotAllowedError``."""
    row = _find(session, actor, digest)
    _check_may_read(row, actor)
    return _document(row)


def readable_documents(session: Session, actor: Actor, digests: Iterable[str]) -> tuple[str, ...]:
    """Those of the names whose papers are here and may be looked at by the actor, in their order."""
    wanted = {parse_digest(digest): digest for digest in digests if _is_name(digest)}
    if not wanted:
        return ()
    # Never the sealed pictures: this is asked for lists.
    columns = (DocumentRow.digest, DocumentRow.kinds, DocumentRow.account_id)
    rows = session.execute(
        select(*columns).where(
            DocumentRow.organisation == actor.organisation,
            DocumentRow.digest.in_(list(wanted)),
            DocumentRow.erased_at.is_(None),
        )
    )
    found = {digest for digest, kinds, account in rows if _may_read(kinds, account, actor)}
    return tuple(name for digest, name in wanted.items() if digest in found)


def read_document(session: Session, vault: Vault, actor: Actor, digest: str) -> bytes:
    """The picture, WebP. Raises ``NotFoundError``, also for one that was erased, ``NotAllowedError``."""
    row = _find(session, actor, digest)
    _check_may_read(row, actor)
    _check_there(row)
    try:
        return open_document(session, vault, row)
    except ErasedError as error:
        raise NotFoundError(_WHAT, digest[-12:]) from error


def open_document(session: Session, vault: Vault, row: DocumentRow) -> bytes:
    """The picture of a row. Raises ``ErasedError``, ``signing.errors.VaultError``."""
    return open_private(
        session, vault, row.organisation, ORGANISATION, row.document_sealed, purpose=_purpose(row.digest)
    )


@use_case(MANAGEMENT)
def erase_document(unit: Unit, actor: Actor, command: EraseDocument) -> ErasedDocument:
    """Destroy a picture that should not have been taken, or that a person asks to be gone.

    The books keep its name and when it was erased. Raises ``NotFoundError``.
    """
    row = _find(unit.session, actor, command.digest)
    _check_there(row)
    with overwriting(unit.session):
        unit.session.execute(
            update(DocumentRow)
            .where(DocumentRow.organisation == row.organisation, DocumentRow.digest == row.digest)
            .values(document_sealed=b"", erased_at=unit.now)
        )
    return ErasedDocument(command.digest)


def _find(session: Session, actor: Actor, digest: str) -> DocumentRow:
    try:
        row = session.get(DocumentRow, (actor.organisation, parse_digest(digest)))
    except MalformedIdentifierError:
        row = None
    if row is None:
        raise NotFoundError(_WHAT, digest[-12:])
    return row


def _is_name(text: str) -> bool:
    try:
        parse_digest(text)
    except MalformedIdentifierError:
        return False
    return True


def _check_there(row: DocumentRow) -> None:
    if row.erased_at is not None:
        raise NotFoundError(_WHAT, format_digest(row.digest)[-12:])


def _check_may_read(row: DocumentRow, actor: Actor) -> None:
    if not _may_read(row.kinds, row.account_id, actor):
        needed = frozenset(role.value for kind in row.kinds.split() for role in READERS[DocumentKind(kind)])
        raise NotAllowedError("a paper of others", needed=needed)


def _may_read(kinds: str, account_id: str, actor: Actor) -> bool:
    is_own = account_id == actor.account_id
    return is_own or any(not actor.roles.isdisjoint(READERS[DocumentKind(kind)]) for kind in kinds.split())


def _add_kind(row: DocumentRow, kind: DocumentKind | None) -> None:
    if kind is not None:
        row.kinds = " ".join(sorted({*row.kinds.split(), kind.value}))


def _forget_waiting(unit: Unit, actor: Actor) -> None:
    """Delete what no form ever named."""
    unit.session.execute(
        delete(DocumentRow).where(
            DocumentRow.organisation == actor.organisation,
            DocumentRow.kinds == "",
            DocumentRow.kept_at < unit.now - WAITS,
        )
    )


def _document(row: DocumentRow) -> Document:
    photo = Photo(format_digest(row.digest), MEDIA_TYPE, row.size, row.width, row.height)
    kinds = frozenset(map(DocumentKind, row.kinds.split()))
    return Document(photo, kinds, row.account_id, row.kept_at, row.erased_at)


def _purpose(digest: bytes) -> str:
    return f"{_PURPOSE} {digest.hex()}"
