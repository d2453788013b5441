"""Printed cards: a secret of 128 bits as a QR symbol, for who would rather not type.

The secret is a function of the card's id under the vault, so that what was printed together can be printed
again within a day, and no table holds it: the books keep its SHA-256. A new card ends the one before.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, OFFICE, Actor, Role, check_may
from ledger.coop.errors import CommandError, LoginError, NotFoundError, PinNeededError, Problem
from ledger.coop.people.accounts import (
    Account,
    account_of,
    actor_from,
    check_secret_matches,
    find_own_account,
)
from ledger.coop.people.attempts import forget_attempts, take_pin_attempt
from ledger.coop.people.people_tables import CardRow, PinRow
from ledger.coop.people.phones import account_digest
from ledger.coop.tables import AccountRow, SessionRow
from ledger.coop.use_cases import Command, use_case
from ledger.database import Database
from ledger.log.unit import Unit
from signing.vault import Vault

SECRET_BYTES = 16
PRINT_WINDOW = timedelta(days=1)
"""How long the file of a batch may be fetched: paper jams, and a drawer full of old files is a risk."""
MAX_CARDS = 500
SECRET_LENGTH = 26

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
_READ_AS = str.maketrans("OIL", "011", " -")


@dataclass(frozen=True, slots=True)
class MakeCards(Command):
    """Cards for accounts; ``asks_pin``: the card opens the book together with the holder's PIN only."""

    account_ids: tuple[str, ...]
    asks_pin: bool = False


@dataclass(frozen=True, slots=True)
class RevokeCard(Command):
    """End the card of an account: it was lost."""

    account_id: str


@dataclass(frozen=True, slots=True)
class CardBatch:
    """Cards that were made together: what they are called by, and how many."""

    id: str
    count: int


@dataclass(frozen=True, slots=True)
class Card:
    """A card to print. ``secret`` is 26 characters of Crockford's base 32."""

    account_id: str
    login: str
    member_id: str | None
    roles: tuple[Role, ...]
    secret: str
    asks_pin: bool

    def __repr__(self) -> str:
        return f"Card(account_id={self.account_id!r})"


@use_case(MANAGEMENT)
def make_cards(unit: Unit, actor: Actor, command: MakeCards) -> CardBatch:
    """Make a card for each account, which ends the cards they had. The office's always ask for the PIN.

    Raises ``CommandError`` (none, or over 500), ``NotFoundError``.
    """
    wanted = tuple(dict.fromkeys(command.account_ids))
    if not 0 < len(wanted) <= MAX_CARDS:
        raise CommandError(Problem("account_ids", "Hãy chọn từ 1 đến 500 người để in thẻ."))
    rows = [find_own_account(unit.session, actor, account_id) for account_id in wanted]
    if any(row.closed_at is not None for row in rows):
        raise NotFoundError("tài khoản", next(row.login for row in rows if row.closed_at is not None))
    return make_cards_of(unit, actor, rows, asks_pin=command.asks_pin)


def make_cards_of(unit: Unit, actor: Actor, rows: list[AccountRow], *, asks_pin: bool) -> CardBatch:
    """The cards of accounts whose rows are at hand; at most 500."""
    batch = str(uuid4())
    unit.session.execute(delete(CardRow).where(CardRow.account_id.in_([row.id for row in rows])))
    for row in rows:
        card_id = str(uuid4())
        is_office = not OFFICE.isdisjoint(Role(role) for role in row.roles.split(","))
        card = CardRow(
            account_id=row.id,
            id=card_id,
            organisation=row.organisation,
            secret_digest=_digest(card_secret(unit.vault, card_id)),
            asks_pin=asks_pin or is_office,
            batch=batch,
            made_at=unit.now,
            made_by=actor.account_id,
            used_at=None,
        )
        unit.session.add(card)
    unit.session.flush()
    return CardBatch(batch, len(rows))


@use_case(MANAGEMENT)
def revoke_card(unit: Unit, actor: Actor, command: RevokeCard) -> Account:
    """End an account's card, and the sessions that a card opened. Raises ``NotFoundError``."""
    row = find_own_account(unit.session, actor, command.account_id)
    unit.session.execute(delete(CardRow).where(CardRow.account_id == row.id))
    unit.session.execute(delete(SessionRow).where(SessionRow.account_id == row.id, SessionRow.way == "card"))
    return account_of(row)


def read_batch(session: Session, vault: Vault, actor: Actor, batch: str, now: datetime) -> tuple[Card, ...]:
    """The cards of a batch that are still good, in the order of their logins.

    Raises ``NotAllowedError``, and ``NotFoundError`` for another organisation's or one older than a day.
    """
    check_may(actor, MANAGEMENT)
    rows = session.execute(
        select(CardRow, AccountRow)
        .join(AccountRow, AccountRow.id == CardRow.account_id)
        .where(
            CardRow.batch == batch,
            CardRow.organisation == actor.organisation,
            CardRow.made_at > now - PRINT_WINDOW,
        )
        .order_by(AccountRow.login)
    ).all()
    if not rows:
        raise NotFoundError("lượt in thẻ", batch)
    return tuple(
        Card(
            account_id=account.id,
            login=account.login,
            member_id=account.member_id,
            roles=account_of(account).roles,
            secret=card_secret(vault, card.id),
            asks_pin=card.asks_pin,
        )
        for card, account in rows
    )


def check_card(database: Database, vault: Vault, typed: str, pin: str, now: datetime) -> Actor:
    """The actor whose card has this secret, with the PIN where the card asks for one.

    A holder who has no PIN yet comes in by the card alone. Raises ``LoginError``, ``PinNeededError``, and
    ``LockedOutError`` after too many PINs.
    """
    digest = _digest(read_secret(typed))
    with database.reading() as session:
        found = session.execute(
            select(AccountRow, CardRow.asks_pin, PinRow.pin_hash)
            .join(CardRow, CardRow.account_id == AccountRow.id)
            .join(PinRow, PinRow.account_id == AccountRow.id, isouter=True)
            .where(CardRow.secret_digest == digest, AccountRow.closed_at.is_(None))
        ).one_or_none()
    if found is None:
        raise LoginError("no open account has this card", sentence=_UNKNOWN_CARD)
    row, asks_pin, pin_hash = found
    who = account_digest(vault, row.id)
    is_office = not OFFICE.isdisjoint(actor_from(row).roles)
    if (asks_pin or is_office) and pin_hash:
        if not pin:
            raise PinNeededError("the card asks for a PIN")
        take_pin_attempt(database, who, now)
        try:
            check_secret_matches(pin_hash, pin)
        except LoginError as error:
            raise PinNeededError("wrong PIN", sentence="Mã PIN chưa đúng. Hãy gõ lại.") from error
    with database.writing() as session:
        forget_attempts(session, who)
        session.execute(update(CardRow).where(CardRow.secret_digest == digest).values(used_at=now))
    return actor_from(row)


_UNKNOWN_CARD = "Thẻ này không còn dùng được. Hãy xin quản lý in thẻ mới."


def card_secret(vault: Vault, card_id: str) -> str:
    """The secret of a card: the first 16 bytes of an HMAC-SHA-256, 26 characters as it is printed."""
    secret = hmac.digest(_key(vault), card_id.encode(), hashlib.sha256)[:SECRET_BYTES]
    number = int.from_bytes(secret, "big")
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(SECRET_LENGTH)))


def read_secret(typed: str) -> str:
    """What somebody typed from a card, in its one form: capitals, no spaces, O as 0, I and L as 1."""
    return typed[:80].upper().translate(_READ_AS)


@lru_cache(maxsize=8)
def _key(vault: Vault) -> bytes:
    return vault.derive("ledger.coop/sign-in-card")


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
