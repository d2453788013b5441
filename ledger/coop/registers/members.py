"""The people of an organisation. Names and telephone numbers are encrypted under a key per person.

The log knows a member only as a random id inside sealed fields. Erasing a member destroys the person's key:
the name, the telephone number and every sealed value about them are gone, and every proof stays valid
(docs/privacy.md).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, OFFICE, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import AlreadyExistsError, NotFoundError
from ledger.coop.people.credentials import take_keys_away
from ledger.coop.people.erasing import overwriting
from ledger.coop.tables import AccountRow, MemberRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.capture import capture_statement
from ledger.trace.derived.registers import statements_of
from ledger.trace.errors import ErasedError
from ledger.trace.events.statements import SubjectErased
from ledger.trace.sealed_fields.disclosures import (
    destroy_key,
    make_data_keys,
    open_many_private,
    seal_private,
)
from signing.vault import Vault

_NUMBERED = re.compile(r"TV[0-9]{2,6}")
ERASED_LOGIN = "~"
"""What the login of an erased person begins with; nobody can choose one like it."""


@dataclass(frozen=True, slots=True)
class AddMember(Command):
    """A person; ``code`` is what lists and spreadsheets call them by, ``TV01`` onward if none is given."""

    name: str
    phone: str | None = None
    code: str | None = None

    def __repr__(self) -> str:
        return f"AddMember(code={self.code!r})"


@dataclass(frozen=True, slots=True)
class EraseMember(Command):
    """Forget a person for ever, at their request."""

    member_id: str


@dataclass(frozen=True, slots=True)
class NewMember:
    """A person as the books are to know them, every value in its one form."""

    id: str
    code: str
    name: str = field(repr=False)
    phone: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class AddedMember:
    """A new member's id and code."""

    id: str
    code: str


@dataclass(frozen=True, slots=True)
class ErasedMember:
    """Who was erased, and how many sealed values about them went with the key."""

    id: str
    disclosures: int
    index: int


@dataclass(frozen=True, slots=True)
class Member:
    """A member as the organisation's own people see them; ``name`` is ``None`` once erased."""

    id: str
    code: str
    name: str | None
    phone: str | None

    def __repr__(self) -> str:
        return f"Member(id={self.id!r}, code={self.code!r})"


@use_case(OFFICE)
def add_member(unit: Unit, actor: Actor, command: AddMember) -> AddedMember:
    """Add a person to the books; nothing enters the log. Raises ``CommandError``, ``AlreadyExistsError``."""
    member = check_new_member(command, command.code or _next_code(unit.session, actor.organisation))
    same = select(MemberRow.id).where(
        MemberRow.organisation == actor.organisation, MemberRow.code == member.code
    )
    if unit.session.scalar(same) is not None:
        raise AlreadyExistsError("thành viên", member.code)
    write_members(unit, actor, (member,))
    return AddedMember(member.id, member.code)


def check_new_member(command: AddMember, code: str) -> NewMember:
    """The person to be added as ``code``, with an id of their own. Raises ``CommandError``. Pure."""
    checks = Checks()
    name = checks.text("name", "họ tên", command.name, 120)
    phone = checks.phone("phone", command.phone)
    code = checks.code("code", "mã thành viên", code)
    checks.finish()
    return NewMember(str(uuid4()), code, name, phone)


def write_members(unit: Unit, actor: Actor, members: Sequence[NewMember]) -> None:
    """Put people into the books whose codes are known to be free, each under a key of their own."""
    make_data_keys(unit, actor.organisation, [member.id for member in members])
    unit.session.add_all(
        MemberRow(
            id=new.id,
            organisation=actor.organisation,
            code=new.code,
            name_sealed=_seal(unit, actor.organisation, new.id, "name", new.name),
            phone_sealed=_seal(unit, actor.organisation, new.id, "phone", new.phone) if new.phone else None,
            created_at=unit.now,
        )
        for new in members
    )


@use_case(MANAGEMENT)
def erase_member(unit: Unit, actor: Actor, command: EraseMember) -> ErasedMember:
    """Destroy the person's key, close their accounts, and log ``SubjectErased`` with their random id.

    The key goes in the transaction that logs it: at no moment one is done without the other. Done again it
    answers as the first time. Raises ``NotFoundError``.
    """
    member = unit.session.get(MemberRow, command.member_id)
    if member is None or member.organisation != actor.organisation:
        raise NotFoundError("thành viên", command.member_id)
    if member.name_sealed is None:
        return _first_erasure(unit.session, member)
    with overwriting(unit.session):
        disclosures = destroy_key(unit, actor.organisation, member.id)
        _forget(unit, member)
    statement = SubjectErased(erased=member.id, disclosures=disclosures)
    receipt = capture_statement(unit, actor.organisation, statement)
    return ErasedMember(member.id, disclosures, receipt.index)


def _first_erasure(session: Session, member: MemberRow) -> ErasedMember:
    # Only the own organisation's statement counts: anyone may log one about any id.
    for filed in statements_of(session, SubjectErased, member.organisation):
        if filed.statement.erased == member.id:
            return ErasedMember(member.id, filed.statement.disclosures, filed.index)
    raise ErasedError(member.id)


def _forget(unit: Unit, member: MemberRow) -> None:
    """Take out of the books what names the person and was never under their key: codes and logins."""
    member.name_sealed = member.phone_sealed = None
    if _NUMBERED.fullmatch(member.code) is None:
        member.code = _next_code(unit.session, member.organisation)
    accounts = unit.session.scalars(select(AccountRow).where(AccountRow.member_id == member.id)).all()
    for account in accounts:
        account.login = f"{ERASED_LOGIN}{account.id}"
        account.secret_hash = ""
        account.closed_at = account.closed_at or unit.now
        take_keys_away(unit.session, account.id)
    unit.session.flush()


def erase_again(unit: Unit, organisation: str, member_id: str) -> None:
    """Do what a ``SubjectErased`` says that came back with the log: the books may be older than it."""
    with overwriting(unit.session):
        with suppress(ErasedError):
            destroy_key(unit, organisation, member_id)
        member = unit.session.get(MemberRow, member_id)
        if member is not None and member.organisation == organisation and member.name_sealed is not None:
            _forget(unit, member)


def find_member(session: Session, organisation: str, member_id: str) -> MemberRow:
    """The organisation's member with this id. Raises ``NotFoundError``, also for one who was erased."""
    row = session.get(MemberRow, member_id)
    if row is None or row.organisation != organisation or row.name_sealed is None:
        raise NotFoundError("thành viên", member_id)
    return row


def find_member_by_code(session: Session, organisation: str, code: str) -> str:
    """The id of the organisation's member with this code. Raises ``NotFoundError``, also for the erased."""
    found = session.scalar(
        select(MemberRow.id).where(
            MemberRow.organisation == organisation,
            MemberRow.code == code.upper(),
            MemberRow.name_sealed.is_not(None),
        )
    )
    if found is None:
        raise NotFoundError("thành viên", code)
    return found


def find_person(session: Session, organisation: str, name: str) -> str:
    """The id of the person with this id or code, erased or not. Raises ``NotFoundError``."""
    found = session.scalar(
        select(MemberRow.id).where(
            MemberRow.organisation == organisation,
            (MemberRow.id == name) | (MemberRow.code == name.upper()),
        )
    )
    if found is None:
        raise NotFoundError("thành viên", name)
    return found


def list_members(session: Session, vault: Vault, organisation: str) -> tuple[Member, ...]:
    """The organisation's members with their names, in the order of their codes."""
    rows = session.scalars(
        select(MemberRow).where(MemberRow.organisation == organisation).order_by(MemberRow.code)
    ).all()
    names = _open_all(session, vault, organisation, {row.id: row.name_sealed for row in rows}, "name")
    phones = _open_all(session, vault, organisation, {row.id: row.phone_sealed for row in rows}, "phone")
    return tuple(Member(row.id, row.code, names.get(row.id), phones.get(row.id)) for row in rows)


def names_of(session: Session, vault: Vault, organisation: str, ids: Iterable[str]) -> dict[str, str]:
    """The names of these members by id; the erased, and those of others, are left out."""
    rows = session.scalars(
        select(MemberRow).where(MemberRow.organisation == organisation, MemberRow.id.in_(set(ids)))
    )
    return _open_all(session, vault, organisation, {row.id: row.name_sealed for row in rows}, "name")


def _next_code(session: Session, organisation: str) -> str:
    codes = session.scalars(select(MemberRow.code).where(MemberRow.organisation == organisation))
    used = [int(code[2:]) for code in codes if _NUMBERED.fullmatch(code)]
    return f"TV{max(used, default=0) + 1:02d}"


def _seal(unit: Unit, organisation: str, member_id: str, what: str, text: str) -> bytes:
    purpose = _purpose(member_id, what)
    return seal_private(unit, organisation, member_id, text.encode(), purpose=purpose)


def _open_all(
    session: Session, vault: Vault, organisation: str, sealed: Mapping[str, bytes | None], what: str
) -> dict[str, str]:
    """The texts by member's id; of the erased there are none."""
    asked = [(member_id, value, _purpose(member_id, what)) for member_id, value in sealed.items() if value]
    opened = open_many_private(session, vault, organisation, asked)
    return {
        member_id: text.decode()
        for (member_id, _, _), text in zip(asked, opened, strict=True)
        if text is not None
    }


def _purpose(member_id: str, what: str) -> str:
    return f"ledger.coop/member/{member_id}/{what}"
