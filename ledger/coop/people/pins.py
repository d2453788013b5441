"""PINs: six digits that somebody over 60 keeps in mind, never alone but with a telephone number or a card."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from sqlalchemy.orm import Session

from ledger.coop.actors import Actor, Role
from ledger.coop.errors import CommandError, LoginError, NotAllowedError, Problem
from ledger.coop.people.accounts import (
    Account,
    account_of,
    check_secret_matches,
    find_own_account,
    hash_secret,
)
from ledger.coop.people.attempts import forget_attempts, take_pin_attempt
from ledger.coop.people.credentials import end_sessions
from ledger.coop.people.people_tables import PhoneLoginRow, PinRow
from ledger.coop.people.phones import account_digest
from ledger.coop.use_cases import Command, use_case
from ledger.database import Database
from ledger.log.unit import Unit
from signing.vault import Vault

PIN_DIGITS = 6
_FORM_VI = "Mã PIN gồm đúng 6 chữ số."
_WEAK_VI = "Mã PIN này dễ đoán. Hãy chọn 6 số khác, đừng dùng 123456, 111111 hay số điện thoại."


@dataclass(frozen=True, slots=True)
class SetPin(Command):
    """A new PIN for an account, by its holder (``current``: the PIN or password in use) or by a manager."""

    account_id: str
    pin: str = field(repr=False)
    current: str | None = field(default=None, repr=False)


@use_case(frozenset(Role))
def set_pin(unit: Unit, actor: Actor, command: SetPin) -> Account:
    """Set the PIN of an account; a manager's ends its sessions, and any ends what was tried before.

    Raises ``NotFoundError``, ``NotAllowedError`` (another's account), ``CommandError`` (form, easily
    guessed), ``LoginError`` (``current`` is wrong).
    """
    row = find_own_account(unit.session, actor, command.account_id)
    is_own = row.id == actor.account_id
    if not is_own and Role.MANAGER not in actor.roles:
        raise NotAllowedError("another's account", needed=frozenset({Role.MANAGER.value}))
    phone = unit.session.get(PhoneLoginRow, row.id)
    held = unit.session.get(PinRow, row.id)
    check_pin_form(command.pin)
    if is_own:
        _check_current(held.pin_hash if held else row.secret_hash, command.current)
    else:
        end_sessions(unit.session, row.id)
    for digest in (account_digest(unit.vault, row.id), *([phone.phone_digest] if phone else ())):
        forget_attempts(unit.session, digest)
    unit.session.merge(PinRow(account_id=row.id, pin_hash=hash_secret(command.pin), set_at=unit.now))
    return account_of(row)


def has_pin(session: Session, account_id: str) -> bool:
    """Whether the account has a PIN."""
    return session.get(PinRow, account_id) is not None


def take_own_attempt(database: Database, vault: Vault, actor: Actor, now: datetime) -> None:
    """Count a try at the own PIN or password by somebody signed in. Raises ``LockedOutError``."""
    take_pin_attempt(database, account_digest(vault, actor.account_id), now)


def check_pin_form(pin: str) -> None:
    """Raise ``CommandError`` unless it is six digits that are not the first that anybody would try."""
    if len(pin) != PIN_DIGITS or not (pin.isascii() and pin.isdigit()):
        raise CommandError(Problem("pin", _FORM_VI))
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    halves = pin[:3] == pin[3:] or pin[:2] == pin[2:4] == pin[4:]
    if len(steps) == 1 or halves or len(set(pin)) < 3:
        raise CommandError(Problem("pin", _WEAK_VI))


def _check_current(secret_hash: str, current: str | None) -> None:
    """An account that has neither PIN nor password yet came in by its card, and proves nothing more."""
    if not secret_hash:
        return
    try:
        check_secret_matches(secret_hash, current or "")
    except LoginError as error:
        sentence = "Mã PIN (hoặc mật khẩu) đang dùng chưa đúng. Hãy gõ lại."
        raise CommandError(Problem("current", sentence)) from error
