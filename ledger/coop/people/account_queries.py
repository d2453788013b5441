"""Looking accounts up without asking for a secret: for who runs the server, or behind a check of roles."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.errors import NotFoundError
from ledger.coop.people.accounts import Account, account_of, actor_from, normalise_login
from ledger.coop.people.people_tables import CardRow, PasskeyRow, PhoneLoginRow, PinRow
from ledger.coop.people.phone_logins import find_phone
from ledger.coop.tables import AccountRow
from signing.vault import Vault


@dataclass(frozen=True, slots=True)
class Keys:
    """What opens an account. ``phone`` as people read it; ``card_made_at`` is ``None`` without a card."""

    has_password: bool
    has_pin: bool
    phone: str | None
    card_made_at: datetime | None
    card_asks_pin: bool
    passkeys: int

    def __repr__(self) -> str:
        return f"Keys(has_password={self.has_password!r}, has_pin={self.has_pin!r})"


def find_actor(session: Session, login: str) -> Actor:
    """The actor whom the open account ``login`` makes. Raises ``NotFoundError``."""
    row = session.scalar(
        select(AccountRow).where(AccountRow.login == normalise_login(login), AccountRow.closed_at.is_(None))
    )
    if row is None:
        raise NotFoundError("tài khoản", login)
    return actor_from(row)


def accounts_of(session: Session, organisation: str) -> tuple[Account, ...]:
    """The open accounts of an organisation, by login."""
    rows = session.scalars(
        select(AccountRow)
        .where(AccountRow.organisation == organisation, AccountRow.closed_at.is_(None))
        .order_by(AccountRow.login)
    )
    return tuple(account_of(row) for row in rows)


def find_open_account(session: Session, actor: Actor, account_id: str) -> Account:
    """An open account of the actor's organisation. Raises ``NotFoundError``."""
    row = session.get(AccountRow, account_id)
    if row is None or row.organisation != actor.organisation or row.closed_at is not None:
        raise NotFoundError("tài khoản", account_id)
    return account_of(row)


def keys_of(session: Session, vault: Vault, actor: Actor, account_id: str) -> Keys:
    """What opens an account of the actor's organisation. Raises ``NotFoundError``."""
    row = session.get(AccountRow, account_id)
    if row is None or row.organisation != actor.organisation:
        raise NotFoundError("tài khoản", account_id)
    card = session.get(CardRow, account_id)
    return Keys(
        has_password=bool(row.secret_hash),
        has_pin=session.get(PinRow, account_id) is not None,
        phone=find_phone(session, vault, row),
        card_made_at=card.made_at if card else None,
        card_asks_pin=card.asks_pin if card else False,
        passkeys=session.scalar(select(func.count()).where(PasskeyRow.account_id == account_id)) or 0,
    )


def shut_out(session: Session, organisation: str) -> frozenset[str]:
    """The ids of the organisation's open accounts that nothing opens yet: they wait for a card or a PIN."""
    by_phone = select(PinRow.account_id).join(PhoneLoginRow, PhoneLoginRow.account_id == PinRow.account_id)
    ways = (by_phone, select(CardRow.account_id), select(PasskeyRow.account_id))
    return frozenset(
        session.scalars(
            select(AccountRow.id).where(
                AccountRow.organisation == organisation,
                AccountRow.closed_at.is_(None),
                AccountRow.secret_hash == "",
                *(AccountRow.id.not_in(way) for way in ways),
            )
        )
    )


def accounts_with_card(session: Session, organisation: str) -> frozenset[str]:
    """The ids of the organisation's accounts that have a card."""
    return frozenset(session.scalars(select(CardRow.account_id).where(CardRow.organisation == organisation)))
