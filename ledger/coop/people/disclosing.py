"""Showing one sealed value to somebody outside: who may, and the note of who was shown what.

The note is in the working books, not in the log: whom a cooperative shows its figures is its own business.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, OFFICE, SHIPPING, Actor, Role, check_may
from ledger.coop.checks import Checks
from ledger.coop.errors import NotFoundError
from ledger.coop.tables import GivenDisclosureRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.entries import Kind
from ledger.log.errors import NoSuchEntryError
from ledger.log.records import read_record
from ledger.log.unit import Unit
from ledger.trace.events.sealed import sealed_pointers
from ledger.trace.sealed_fields.disclosing import PARTNER, PERSON, PRIVATE, audience, disclosure_file
from ledger.trace.sealed_fields.disclosures import ORGANISATION, find_disclosure, open_private, seal_private
from signing.vault import Vault

MAX_RECIPIENT = 200

MAY_DISCLOSE: dict[str, frozenset[Role]] = {PARTNER: SHIPPING, PRIVATE: OFFICE, PERSON: MANAGEMENT}
"""By whom a value may be shown: who deals with partners, the office, and for people's data the manager."""


@dataclass(frozen=True, slots=True)
class Disclose(Command):
    """Show the value at ``pointer`` of the entry at ``index`` to ``recipient``, a name as written down."""

    index: int
    pointer: str
    recipient: str

    def __repr__(self) -> str:
        return f"Disclose(index={self.index!r}, pointer={self.pointer!r})"


@dataclass(frozen=True, slots=True)
class GivenDisclosure:
    """That something was shown: the id of the note, and what it is about; ``given_file`` makes the file."""

    id: str
    index: int
    pointer: str


@dataclass(frozen=True, slots=True)
class GivenNote:
    """Who (an account) showed what to whom, and when."""

    id: str
    index: int
    pointer: str
    recipient: str
    account_id: str
    given_at: datetime

    def __repr__(self) -> str:
        return f"GivenNote(id={self.id!r}, index={self.index!r}, pointer={self.pointer!r})"


@use_case(SHIPPING | OFFICE | MANAGEMENT)
def disclose(unit: Unit, actor: Actor, command: Disclose) -> GivenDisclosure:
    """Note that the value is shown. What can be shown is checked before it is noted.

    Raises ``NotFoundError`` for an entry or field that is not the organisation's, ``NotAllowedError`` where
    the field asks for another role, ``ErasedError``, ``WrongDisclosureError``, ``CommandError``.
    """
    checks = Checks()
    recipient = checks.text("recipient", "người nhận", command.recipient, MAX_RECIPIENT)
    checks.finish()
    _check_may_see(unit.session, actor, command.index, command.pointer)
    find_disclosure(unit.session, unit.vault, command.index, command.pointer)
    note_id = str(uuid4())
    row = GivenDisclosureRow(
        id=note_id,
        organisation=actor.organisation,
        index=command.index,
        pointer=command.pointer,
        recipient_sealed=seal_private(
            unit, actor.organisation, ORGANISATION, recipient.encode(), purpose=_purpose(note_id)
        ),
        account_id=actor.account_id,
        given_at=unit.now,
    )
    unit.session.add(row)
    return GivenDisclosure(note_id, command.index, command.pointer)


def given_file(session: Session, vault: Vault, actor: Actor, note_id: str) -> bytes:
    """The file of what was shown by the note ``note_id``: made anew, under the best checkpoint there is now.

    Raises ``NotFoundError``, ``NotAllowedError``, and ``ErasedError`` when the value is gone since.
    """
    row = session.get(GivenDisclosureRow, note_id)
    if row is None or row.organisation != actor.organisation:
        raise NotFoundError("lần trao", note_id)
    _check_may_see(session, actor, row.index, row.pointer)
    return disclosure_file(session, vault, row.index, row.pointer)


def given_notes(session: Session, vault: Vault, actor: Actor) -> tuple[GivenNote, ...]:
    """Who was shown what, newest first. Raises ``NotAllowedError`` outside the office."""
    check_may(actor, OFFICE)
    rows = session.scalars(
        select(GivenDisclosureRow)
        .where(GivenDisclosureRow.organisation == actor.organisation)
        .order_by(GivenDisclosureRow.given_at.desc(), GivenDisclosureRow.id)
    )
    return tuple(_note(session, vault, row) for row in rows)


def _check_may_see(session: Session, actor: Actor, index: int, pointer: str) -> None:
    try:
        record = read_record(session, index)
    except NoSuchEntryError:
        raise NotFoundError("dòng sổ", str(index)) from None
    sealed = sealed_pointers(record.body) if record.kind is Kind.EVENT else {}
    if record.chain_id != actor.organisation or pointer not in sealed:
        raise NotFoundError("ô đã che của dòng sổ", f"{index} {pointer}")
    check_may(actor, MAY_DISCLOSE[audience(record.body, pointer)])


def _note(session: Session, vault: Vault, row: GivenDisclosureRow) -> GivenNote:
    recipient = open_private(
        session, vault, row.organisation, ORGANISATION, row.recipient_sealed, purpose=_purpose(row.id)
    )
    return GivenNote(row.id, row.index, row.pointer, recipient.decode(), row.account_id, row.given_at)


def _purpose(note_id: str) -> str:
    return f"ledger.coop/given-disclosure/{note_id}/recipient"
