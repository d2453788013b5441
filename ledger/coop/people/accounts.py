"""Logins: making them, and checking who is at the door.

A login is checked outside the writing transaction, for argon2id takes its time on purpose; only the counting
of attempts is a (short) transaction of its own. An attempt is counted *before* the secret is looked at, so
many tries at once are no way around the limit.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, Actor, Role
from ledger.coop.errors import (
    AlreadyExistsError,
    CommandError,
    LoginError,
    NotAllowedError,
    NotFoundError,
    Problem,
)
from ledger.coop.people.attempts import forget_attempts, take_password_attempt
from ledger.coop.people.credentials import end_sessions, take_keys_away
from ledger.coop.tables import AccountRow, MemberRow, OrganisationRow
from ledger.coop.use_cases import Command, use_case
from ledger.database import Database
from ledger.log.unit import Unit

MIN_SECRET_LENGTH = 8
MAX_SECRET_LENGTH = 128

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")
# RFC 9106 §4, second recommendation, with the memory that OWASP's minimum names: 19 MiB, 2 passes, 1 lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Verified in place of an unknown login's hash, so that both take the same time.
_NO_ACCOUNT = _HASHER.hash("no account has this secret")


@dataclass(frozen=True, slots=True)
class CreateAccount(Command):
    """A login for an organisation: ``login`` 3–40 of ``a-z 0-9 . _ -``, ``secret`` 8–128 characters."""

    organisation: str
    login: str
    secret: str = field(repr=False)
    roles: frozenset[Role]
    member_id: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeSecret(Command):
    """A new secret for an account, by its holder (``old_secret``) or by a manager (without)."""

    account_id: str
    new_secret: str = field(repr=False)
    old_secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class CloseAccount(Command):
    """End a login. What it recorded stays."""

    account_id: str


@dataclass(frozen=True, slots=True)
class Account:
    """A login as others see it."""

    id: str
    organisation: str
    login: str
    roles: tuple[Role, ...]
    member_id: str | None


def create_account(unit: Unit, command: CreateAccount) -> Account:
    """Make an account. For the command line and the set-up; people use ``add_account``.

    Raises ``CommandError``, ``NotFoundError`` (organisation, member), ``AlreadyExistsError`` (login).
    """
    login = normalise_login(command.login)
    _check_new(login, command.secret, command.roles)
    if unit.session.get(OrganisationRow, command.organisation) is None:
        raise NotFoundError("tổ chức", command.organisation)
    _check_member(unit.session, command.organisation, command.member_id)
    if unit.session.scalar(select(AccountRow.id).where(AccountRow.login == login)) is not None:
        raise AlreadyExistsError("tên đăng nhập", login)
    row = open_account(
        unit,
        command.organisation,
        login,
        command.roles,
        command.member_id,
        secret_hash=hash_secret(command.secret),
    )
    return account_of(row)


def open_account(
    unit: Unit,
    organisation: str,
    login: str,
    roles: frozenset[Role],
    member_id: str | None,
    *,
    secret_hash: str = "",
) -> AccountRow:
    """Write the row of an account whose values were checked; without a hash no password opens it."""
    row = AccountRow(
        id=str(uuid4()),
        organisation=organisation,
        login=login,
        secret_hash=secret_hash,
        roles=",".join(sorted(roles)),
        member_id=member_id,
        created_at=unit.now,
        closed_at=None,
    )
    unit.session.add(row)
    unit.session.flush()
    return row


@use_case(MANAGEMENT)
def add_account(unit: Unit, actor: Actor, command: CreateAccount) -> Account:
    """A manager's new account in the own organisation. The alliance's role is not theirs to give."""
    if command.organisation != actor.organisation:
        raise NotFoundError("tổ chức", command.organisation)
    if Role.ALLIANCE in command.roles and Role.ALLIANCE not in actor.roles:
        raise NotAllowedError("only the alliance gives its role", needed=frozenset({Role.ALLIANCE.value}))
    return create_account(unit, command)


@use_case(frozenset(Role))
def change_secret(unit: Unit, actor: Actor, command: ChangeSecret) -> Account:
    """Set a new secret and end every session of the account.

    Raises ``NotFoundError``, ``NotAllowedError`` (another's account), ``LoginError`` (old secret wrong).
    """
    row = find_own_account(unit.session, actor, command.account_id)
    _check_secret(row.login, command.new_secret)
    if command.account_id == actor.account_id:
        check_secret_matches(row.secret_hash, command.old_secret or "")
    elif Role.MANAGER not in actor.roles:
        raise NotAllowedError("another's account", needed=frozenset({Role.MANAGER.value}))
    row.secret_hash = hash_secret(command.new_secret)
    end_sessions(unit.session, row.id)
    return account_of(row)


@use_case(MANAGEMENT)
def close_account(unit: Unit, actor: Actor, command: CloseAccount) -> Account:
    """Close an account and take its keys away. A manager cannot close the own account."""
    row = find_own_account(unit.session, actor, command.account_id)
    if row.id == actor.account_id:
        raise CommandError(Problem("account_id", "Không thể đóng tài khoản của chính mình."))
    row.closed_at = unit.now
    take_keys_away(unit.session, row.id)
    return account_of(row)


def check_login(database: Database, login: str, secret: str, now: datetime) -> Actor:
    """The actor behind ``login`` and ``secret``.

    Raises ``LockedOutError`` after 10 attempts within 15 minutes, else ``LoginError``: the same for an
    unknown login, a wrong secret and a closed account, after the same work.
    """
    login = normalise_login(login)
    digest = hashlib.sha256(login.encode()).digest()
    take_password_attempt(database, digest, now)
    with database.reading() as session:
        row = session.scalar(select(AccountRow).where(AccountRow.login == login))
    check_secret_matches(row.secret_hash if row else "", secret)
    if row is None or row.closed_at is not None:
        raise LoginError("no such open account")
    with database.writing() as session:
        forget_attempts(session, digest)
    return actor_from(row)


def actor_from(row: AccountRow) -> Actor:
    """The actor whom the account makes."""
    roles = frozenset(Role(role) for role in row.roles.split(","))
    return Actor(row.id, row.organisation, row.member_id, roles)


def normalise_login(login: str) -> str:
    """Lower case without outer spaces: how logins are stored and compared."""
    return unicodedata.normalize("NFKC", login[:200]).strip().lower()


def hash_secret(secret: str) -> str:
    """What is kept of a password or PIN: an argon2id string."""
    return _HASHER.hash(secret)


def check_secret_matches(secret_hash: str, secret: str) -> None:
    """Raise ``LoginError`` unless ``secret`` is what was hashed; an empty hash matches nothing, as slowly."""
    try:
        _HASHER.verify(secret_hash or _NO_ACCOUNT, secret[: MAX_SECRET_LENGTH + 1])
    except VerifyMismatchError as error:
        raise LoginError("wrong login or secret") from error


def _check_new(login: str, secret: str, roles: frozenset[Role]) -> None:
    if _LOGIN.fullmatch(login) is None:
        sentence = "Tên đăng nhập dài 3–40 ký tự, chỉ gồm chữ không dấu, số và dấu . _ -"
        raise CommandError(Problem("login", sentence))
    if not roles:
        raise CommandError(Problem("roles", "Hãy chọn ít nhất một việc được làm cho tài khoản."))
    _check_secret(login, secret)


def _check_secret(login: str, secret: str) -> None:
    if not MIN_SECRET_LENGTH <= len(secret) <= MAX_SECRET_LENGTH or secret.lower() == login:
        sentence = "Mật khẩu dài từ 8 đến 128 ký tự và khác tên đăng nhập."
        raise CommandError(Problem("secret", sentence))


def _check_member(session: Session, organisation: str, member_id: str | None) -> None:
    if member_id is None:
        return
    row = session.get(MemberRow, member_id)
    if row is None or row.organisation != organisation:
        raise NotFoundError("thành viên", member_id)


def find_own_account(session: Session, actor: Actor, account_id: str) -> AccountRow:
    """An account of the actor's organisation, open or closed. Raises ``NotFoundError``."""
    row = session.get(AccountRow, account_id)
    if row is None or row.organisation != actor.organisation:
        raise NotFoundError("tài khoản", account_id)
    return row


def account_of(row: AccountRow) -> Account:
    """The account as others see it."""
    roles = tuple(Role(role) for role in row.roles.split(","))
    return Account(row.id, row.organisation, row.login, roles, row.member_id)
