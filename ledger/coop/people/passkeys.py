"""Passkeys of the office: finger or face on their own telephone or computer instead of a password."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import OFFICE, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import AlreadyExistsError, CommandError, NotFoundError, PasskeyLoginError, Problem
from ledger.coop.people.accounts import actor_from
from ledger.coop.people.challenges import new_challenge, use_challenge
from ledger.coop.people.people_tables import PasskeyRow
from ledger.coop.tables import AccountRow
from ledger.coop.use_cases import Command, use_case
from ledger.database import Database
from ledger.log.unit import Unit
from signing.errors import PasskeyError
from signing.passkeys import (
    Passkey,
    RelyingParty,
    challenge_of,
    check_assertion,
    check_registration,
    creation_options,
    credential_of,
    request_options,
)
from signing.vault import Vault

MAX_PASSKEYS = 10
_SIGN_IN = "sign-in"


@dataclass(frozen=True, slots=True)
class AddPasskey(Command):
    """A passkey for the own account: ``answer`` is the browser's, as JSON; ``name`` tells it from others."""

    origin: str
    name: str
    answer: str

    def __repr__(self) -> str:
        return f"AddPasskey(name={self.name!r})"


@dataclass(frozen=True, slots=True)
class RemovePasskey(Command):
    """Forget a passkey of the own account."""

    passkey_id: str


@dataclass(frozen=True, slots=True)
class KnownPasskey:
    """A passkey as its holder sees it."""

    id: str
    name: str
    added_at: datetime
    used_at: datetime | None


def registration_options(
    session: Session, vault: Vault, actor: Actor, party: RelyingParty, now: datetime
) -> dict[str, Any]:
    """What the browser is asked to make a passkey for the actor's account with. Raises ``NotFoundError``."""
    row = session.get_one(AccountRow, actor.account_id)
    known = session.scalars(select(PasskeyRow.credential_id).where(PasskeyRow.account_id == row.id)).all()
    return creation_options(
        party,
        new_challenge(vault, _purpose(actor), now),
        user_id=hashlib.sha256(row.id.encode()).digest(),
        user_name=row.login,
        known=known,
    )


def sign_in_options(vault: Vault, party: RelyingParty, now: datetime) -> dict[str, Any]:
    """What the browser is asked to sign in with any passkey that it holds for this site."""
    return request_options(party, new_challenge(vault, _SIGN_IN, now))


@use_case(OFFICE)
def add_passkey(unit: Unit, actor: Actor, command: AddPasskey) -> KnownPasskey:
    """Add a passkey to the own account.

    Raises ``CommandError`` (name, too many, no good answer), ``PasskeyLoginError`` (challenge),
    ``AlreadyExistsError``.
    """
    checks = Checks()
    name = checks.text("name", "tên máy", command.name, 60)
    checks.finish()
    held = unit.session.scalars(select(PasskeyRow.id).where(PasskeyRow.account_id == actor.account_id)).all()
    if len(held) >= MAX_PASSKEYS:
        raise CommandError(Problem("name", "Tài khoản đã có 10 khóa. Hãy bỏ một khóa không dùng nữa."))
    made = _check_new(unit, actor, command)
    if _find(unit.session, made.credential_id) is not None:
        raise AlreadyExistsError("khóa", name)
    row = PasskeyRow(
        id=str(uuid4()),
        account_id=actor.account_id,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        name=name,
        added_at=unit.now,
        used_at=None,
    )
    unit.session.add(row)
    return _known(row)


@use_case(OFFICE)
def remove_passkey(unit: Unit, actor: Actor, command: RemovePasskey) -> KnownPasskey:
    """Forget a passkey of the own account. Raises ``NotFoundError``."""
    row = unit.session.get(PasskeyRow, command.passkey_id)
    if row is None or row.account_id != actor.account_id:
        raise NotFoundError("khóa", command.passkey_id)
    unit.session.delete(row)
    return _known(row)


def passkeys_of(session: Session, actor: Actor) -> tuple[KnownPasskey, ...]:
    """The passkeys of the own account, oldest first."""
    rows = session.scalars(
        select(PasskeyRow)
        .where(PasskeyRow.account_id == actor.account_id)
        .order_by(PasskeyRow.added_at, PasskeyRow.id)
    )
    return tuple(map(_known, rows))


def check_passkey(database: Database, vault: Vault, party: RelyingParty, answer: str, now: datetime) -> Actor:
    """The actor whose passkey signed ``answer``. Raises ``PasskeyLoginError``, one for whatever is wrong."""
    with database.writing() as session:
        try:
            challenge = challenge_of(answer)
            use_challenge(session, vault, _SIGN_IN, challenge, now)
            row = _find(session, credential_of(answer))
            if row is None:
                raise PasskeyLoginError("no such passkey")
            known = Passkey(row.credential_id, row.public_key, row.sign_count)
            row.sign_count = check_assertion(party, challenge, known, answer)
        except PasskeyError as error:
            raise PasskeyLoginError(str(error)) from error
        row.used_at = now
        account = session.get_one(AccountRow, row.account_id)
        if account.closed_at is not None:
            raise PasskeyLoginError("the account is closed")
        return actor_from(account)


def _check_new(unit: Unit, actor: Actor, command: AddPasskey) -> Passkey:
    try:
        challenge = challenge_of(command.answer)
        use_challenge(unit.session, unit.vault, _purpose(actor), challenge, unit.now)
        return check_registration(RelyingParty(command.origin, ""), challenge, command.answer)
    except PasskeyError as error:
        raise CommandError(Problem("answer", error.sentence)) from error


def _find(session: Session, credential_id: bytes) -> PasskeyRow | None:
    return session.scalar(select(PasskeyRow).where(PasskeyRow.credential_id == credential_id))


def _purpose(actor: Actor) -> str:
    return f"add/{actor.account_id}"


def _known(row: PasskeyRow) -> KnownPasskey:
    return KnownPasskey(row.id, row.name, row.added_at, row.used_at)
