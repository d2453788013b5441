"""Telephone numbers that open accounts, together with a PIN."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, Actor
from ledger.coop.errors import AlreadyExistsError, CommandError, LoginError, Problem
from ledger.coop.people.accounts import (
    Account,
    account_of,
    actor_from,
    check_secret_matches,
    find_own_account,
)
from ledger.coop.people.attempts import forget_attempts, take_pin_attempt
from ledger.coop.people.people_tables import PhoneLoginRow, PinRow
from ledger.coop.people.phones import format_phone, phone_digest, read_phone
from ledger.coop.tables import AccountRow
from ledger.coop.use_cases import Command, use_case
from ledger.database import Database
from ledger.log.unit import Unit
from ledger.trace.errors import ErasedError
from ledger.trace.sealed_fields.disclosures import ORGANISATION, open_private, seal_private
from signing.vault import Vault

MAX_ACCOUNTS_TRIED = 8
"""One number may open an account in each of so many organisations, the oldest first."""

_WRONG = "Số điện thoại hoặc mã PIN chưa đúng. Hãy gõ lại."


@dataclass(frozen=True, slots=True)
class SetPhone(Command):
    """The telephone number by which an account signs in; ``None`` takes it away."""

    account_id: str
    phone: str | None

    def __repr__(self) -> str:
        return f"SetPhone(account_id={self.account_id!r})"


@use_case(MANAGEMENT)
def set_phone(unit: Unit, actor: Actor, command: SetPhone) -> Account:
    """Let a telephone number open an account of the own organisation, in place of the one before.

    Raises ``NotFoundError``, ``CommandError``, ``AlreadyExistsError`` (another account here has it).
    """
    row = find_own_account(unit.session, actor, command.account_id)
    phone = None if command.phone is None else read_phone(command.phone)
    if command.phone is not None and phone is None:
        raise CommandError(Problem("phone", "Số điện thoại chưa đúng. Hãy ghi như 0912 345 678."))
    unit.session.execute(delete(PhoneLoginRow).where(PhoneLoginRow.account_id == row.id))
    if phone is not None:
        keep_phone(unit, row, phone)
    return account_of(row)


def keep_phone(unit: Unit, account: AccountRow, phone: str) -> None:
    """Write the number of an account that has none; ``phone`` as ``read_phone`` gives it.

    Raises ``AlreadyExistsError``.
    """
    digest = phone_digest(unit.vault, phone)
    if is_taken(unit.session, account.organisation, digest):
        raise AlreadyExistsError("tài khoản với số điện thoại", format_phone(phone))
    sealed = seal_private(
        unit, account.organisation, _owner(account), phone.encode(), purpose=_purpose(account.id)
    )
    row = PhoneLoginRow(
        account_id=account.id, organisation=account.organisation, phone_digest=digest, phone_sealed=sealed
    )
    unit.session.add(row)
    unit.session.flush()


def is_taken(session: Session, organisation: str, digest: bytes) -> bool:
    """Whether the number opens an account of the organisation already."""
    return (
        session.scalar(
            select(PhoneLoginRow.account_id).where(
                PhoneLoginRow.organisation == organisation, PhoneLoginRow.phone_digest == digest
            )
        )
        is not None
    )


def find_phone(session: Session, vault: Vault, account: AccountRow) -> str | None:
    """The number that opens the account, as people read it; ``None`` where there is none or it was erased."""
    row = session.get(PhoneLoginRow, account.id)
    if row is None:
        return None
    try:
        opened = open_private(
            session,
            vault,
            row.organisation,
            _owner(account),
            row.phone_sealed,
            purpose=_purpose(account.id),
        )
    except ErasedError:
        return None
    return format_phone(opened.decode())


def check_phone_login(database: Database, vault: Vault, phone: str, pin: str, now: datetime) -> Actor:
    """The actor behind a telephone number and its PIN; of several organisations' the first that it opens.

    Raises ``LockedOutError`` after 5 attempts in 15 minutes or 20 in a day, else ``LoginError``: the same
    for an unknown number, an account without a PIN and a wrong PIN, after the work of at least one check.
    """
    digest = phone_digest(vault, phone)
    take_pin_attempt(database, digest, now)
    with database.reading() as session:
        rows = session.execute(
            select(AccountRow, PinRow.pin_hash)
            .join(PhoneLoginRow, PhoneLoginRow.account_id == AccountRow.id)
            .join(PinRow, PinRow.account_id == AccountRow.id, isouter=True)
            .where(PhoneLoginRow.phone_digest == digest, AccountRow.closed_at.is_(None))
            .order_by(AccountRow.created_at, AccountRow.id)
            .limit(MAX_ACCOUNTS_TRIED)
        ).all()
    opened = _first_opened([(actor_from(row), pin_hash or "") for row, pin_hash in rows], pin)
    if opened is None:
        raise LoginError("no account of this telephone number has this PIN", sentence=_WRONG)
    with database.writing() as session:
        forget_attempts(session, digest)
    return opened


def _first_opened(candidates: list[tuple[Actor, str]], pin: str) -> Actor | None:
    if not candidates:
        _is_right("", pin)
    return next((actor for actor, pin_hash in candidates if _is_right(pin_hash, pin)), None)


def _is_right(pin_hash: str, pin: str) -> bool:
    try:
        check_secret_matches(pin_hash, pin)
    except LoginError:
        return False
    return True


def _owner(account: AccountRow) -> str:
    # Under the person's own key where there is a person: erasing them takes the number along.
    return account.member_id or ORGANISATION


def _purpose(account_id: str) -> str:
    return f"ledger.coop/phone-login/{account_id}"
